"""A circuit with its parameters chosen: a netlist, what it should compute, and what can be done with it.

Most of its methods are doors to the rooms above: they pass the circuit on and return the result.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=4)
    >>> adder.title, len(adder.netlist.instances), adder.run(a=5, b=9)
    ('ripple-adder --bits 4', 4, {'sum': 14, 'cout': 0})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from gatewright.arrays import Integers, Mask
from gatewright.circuits.asking import Asked, as_array, ask
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.parameter import Value
from gatewright.circuits.references.whole_numbers import Case, column, left_by, plain
from gatewright.errors import Hint, SpecError
from gatewright.gates.spec import GateSpec
from gatewright.logic.numerals import counted
from gatewright.records import dataclass
from gatewright.text import a_kind, shell_word

if TYPE_CHECKING:  # what the doors to the rooms above return
    import networkx

    from gatewright.api.circuits import AnyCircuit
    from gatewright.api.clocked import Clocked
    from gatewright.api.trained_circuit import TrainedCircuit
    from gatewright.circuits.clocked.equal.equivalence import Begin
    from gatewright.circuits.clocked.machine import Initial
    from gatewright.circuits.faults.diagnosis.suspect import Diagnosis, Showed
    from gatewright.circuits.faults.generation import StuckFaults, Watch
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.circuits.verify.verdict import Claim, Verdict
    from gatewright.draw.picture import Picture
    from gatewright.gates.store.store import Store

Buses = Mapping[str, Integers]


@dataclass(frozen=True, slots=True, eq=False)
class Circuit:
    """A circuit with its parameters chosen.

    Attributes:
        spec: where it comes from.
        parameters: the value of every parameter, by its name.
        words: the same by Python keyword.
        netlist: the wires and gates.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> adder = circuit("ripple-adder", bits=4)
        >>> adder.run(a=5, b=9), adder.check().outcome
        ({'sum': 14, 'cout': 0}, 'proved')
    """

    spec: CircuitSpec
    parameters: Mapping[str, Value]
    words: Mapping[str, Any]
    netlist: Netlist

    @property
    def title(self) -> str:
        """The circuit in words: its name, every number, and the words that were chosen."""
        if self.spec.file:
            said = (f"--{word} {shell_word(value)}" for word, value in self.spec.reading)
            return " ".join((shell_word(self.spec.file), *said))
        shown = (
            f"--{each.name} {self.parameters[each.name]}"
            for each in self.spec.parameters
            if not each.choices or self.parameters[each.name] != each.default
        )
        return " ".join((self.spec.name, *shown))

    def train(
        self,
        *,
        store: Store | str | Path | None = None,
        seed: int = 0,
        announce: Callable[[GateSpec], None] | None = None,
    ) -> TrainedCircuit:
        """The circuit with a trained gate for each of its gates: from the store, or trained and kept there.

        Args:
            store: where gates are kept; by default the user's own folder.
            seed: for those that are trained now.
            announce: called with each gate that has to be trained.

        Raises:
            NotLearnedError: a gate could not be trained.
            StoreError: the store cannot be used.
        """
        from gatewright.api.circuits import trained_circuit

        return trained_circuit(self, store=store, seed=seed, announce=announce)

    def run(self, **values: Any) -> dict[str, Any]:
        """What exact gates give: integers in, integers out.

        Args:
            values: of the input buses, as in ``a=5``: a whole number, or an array of them.

        Raises:
            UsageError: a value that does not fit, or a bus that does not exist.
        """
        from gatewright.api.circuits import run_exact

        return run_exact(self, values)

    def clocked(self, *, seed: int = 0, initial: Initial = "0") -> Clocked:
        """The circuit at its first cycle, to be stepped by hand; of one with registers.

        Args:
            seed: of random initial values.
            initial: what registers and memories hold at first where nobody says it: 0, 1, random, or by name.

        Raises:
            UsageError: it has no registers and no memories.
        """
        from gatewright.api.clocked import Clocked

        return Clocked(self, seed=seed, initial=initial)

    def cut(self) -> Circuit:
        """The circuit of one cycle: what registers hold becomes inputs, what they take becomes outputs.

        Example:
            >>> from gatewright.api.circuits import circuit
            >>> circuit("counter", bits=2).cut().run(enable=1, count=3)
            {'count': 3, 'count_next': 0}
        """
        from gatewright.api.circuits import one_cycle

        return one_cycle(self)

    def specified(self, *texts: str) -> Circuit:
        """The circuit with another statement of what its outputs should be, in Python's words.

        Checks and proofs compare it with that. Several outputs that a text does not name are one number, in the
        order that fits.

        Args:
            texts: as in ``product = a * b``, ``{cout, sum} = a + b + cin``, or ``a + b where a < 10``;
                each output is said once.

        Raises:
            UsageError: they are not such texts, or leave an output out.
            NetlistError: it has registers or memories; `cut` makes a circuit of one cycle.

        Example:
            >>> from gatewright.api.circuits import circuit
            >>> circuit("array-multiplier", bits=16).specified("a * b").prove().outcome
            'proved'
        """
        from gatewright.circuits.references.specified import specified

        return specified(self, texts)

    def check(
        self,
        *,
        seed: int = 0,
        samples: int = 2**16,
        watch: Callable[[int, int], None] | None = None,
    ) -> Verdict:
        """Compare the exact gates with the circuit's integers: on all patterns up to 2**20, else on a sample.

        Args:
            seed: of random patterns.
            samples: how many patterns, if not all are compared.
            watch: called with the patterns done and the patterns to do.

        Raises:
            SpecError: it was read from a file, which has no integers; `equivalent` compares two circuits.
        """
        from gatewright.circuits.verify.verify import verify

        return verify(self, None, seed=seed, samples=samples, watch=watch)

    def prove(
        self, *, time_limit: float = 60.0, watch: Callable[[int, int], None] | None = None
    ) -> Claim:
        """Prove that the exact gates equal the circuit's integers: by diagrams, algebra or SAT, at any width.

        Args:
            time_limit: of SAT, in seconds.
            watch: called with the nets followed and the nets to follow.
        """
        from gatewright.api.circuits import proof

        return proof(self, time_limit=time_limit, watch=watch)

    def faults(
        self, *, seed: int = 0, time_limit: float = 60.0, watch: Watch | None = None
    ) -> StuckFaults:
        """Test patterns that show the stuck-at faults of its wires, and which faults no pattern shows.

        Args:
            seed: of random patterns.
            time_limit: of SAT, in seconds; what is not decided by then is undecided.
            watch: called with what is done, the faults decided and all faults.

        Raises:
            NetlistError: it has registers or memories; `cut` makes a circuit of one cycle.
        """
        from gatewright.api.circuits import faults

        return faults(self, seed=seed, time_limit=time_limit, watch=watch)

    def inject(
        self, fault: str, patterns: Any = None, *, seed: int = 0, time_limit: float = 60.0
    ) -> Showed:
        """What a device shows in which a wire is stuck.

        Args:
            fault: as `faults` names them: ``carry stuck at 0``, or ``carry into high.a stuck at 1`` for a branch.
            patterns: shape (patterns, input bits); by default those of `faults`, and 1 024 random ones.
            seed: of random patterns.
            time_limit: of the search for patterns by SAT, in seconds.

        Raises:
            UsageError: there is no such fault.
            NetlistError: it has registers or memories; `cut` makes a circuit of one cycle.
        """
        from gatewright.api.circuits import inject

        return inject(self, fault, patterns, seed=seed, time_limit=time_limit)

    def diagnose(self, showed: Showed | str | Path, *, watch: Watch | None = None) -> Diagnosis:
        """Where the fault of a device may lie, from rows of inputs and outputs that it showed.

        Args:
            showed: the rows, or a file of them: test vectors, or CSV with a heading that names the buses.
            watch: called with what is done, and how much of all.

        Raises:
            NetlistError: it has registers or memories; `cut` makes a circuit of one cycle.
            FormatError: the file holds no such rows.
        """
        from gatewright.api.circuits import diagnose

        return diagnose(self, showed, watch=watch)

    def equivalent(
        self, other: AnyCircuit, *, time_limit: float = 60.0, initial: Begin = "any"
    ) -> Claim:
        """Whether another circuit is the same function, by every pattern, decision diagrams, algebra or SAT.

        Circuits with registers are compared in every cycle, also by induction.

        Args:
            other: a circuit, or anything that `gatewright.circuit` takes.
            time_limit: of SAT, in seconds.
            initial: what registers hold at first of which a circuit does not say it: ``0``, ``1``, or ``any``,
                for a proof that holds however they begin.

        Raises:
            UsageError: their buses are not the same.
        """
        from gatewright.api.circuits import equivalent

        return equivalent(self, other, time_limit=time_limit, initial=initial)

    def draw(self, *, depth: int | None = None) -> Picture:
        """The schematic, which a notebook shows.

        Args:
            depth: levels of blocks that are opened; by default one if the circuit is large, else all.

        Raises:
            UsageError: a library is missing, or the circuit is too large for a page.
        """
        from gatewright.api.circuits import draw

        return draw(self, depth=depth)

    def save(self, path: str | Path) -> Path:
        """Write it in the format that the file's ending says, as in ``"adder.blif"``.

        Raises:
            UsageError: the format does not hold circuits of exact gates, or the file cannot be written.
        """
        from gatewright.api.circuits import save

        return save(self, path)

    def graph(self) -> networkx.MultiDiGraph:
        """The circuit as a graph of networkx: instances, registers and ports are nodes, wires are edges.

        A node has ``kind``, ``name``, and ``gate`` or ``bus`` and ``bit``; an edge ``net``, ``from_pin``, ``pin``
        and ``bus``.
        """
        from gatewright.api.circuits import graph

        return graph(self)

    @classmethod
    def from_graph(
        cls, graph: networkx.DiGraph, *, gates: Mapping[str, GateSpec] | None = None
    ) -> Circuit:
        """The circuit that a graph of networkx describes; see `graph` for its attributes.

        Instances need a ``gate``, wires into gates of several inputs a ``pin``; nodes without a gate are inputs
        and outputs.

        Args:
            graph: directed; a MultiDiGraph where a gate feeds two pins of another.
            gates: those that instances may use, by name; by default all that are registered.

        Raises:
            NetlistError: it does not describe a circuit.
        """
        from gatewright.api.circuits import from_graph

        return from_graph(graph, gates)

    def __repr__(self) -> str:
        """A line, however large it is."""
        netlist = self.netlist
        read, driven = (
            ", ".join(f"{bus.name}[{bus.width}]" for bus in buses[:9]) + ", …" * (len(buses) > 9)
            for buses in (netlist.inputs, netlist.outputs)
        )
        gates = counted(len(netlist.instances), "gate")
        return f"<circuit {self.title}: {gates}; {read} → {driven}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gatewright.draw.notebook import page

        return page(self)

    def reference(self, buses: Buses) -> Buses:
        """The output buses that integers give for these input buses.

        Raises:
            SpecError: the reference fails, does not give a mapping, or there is none.
        """
        found: Buses = self._asked(buses, lambda given, _: given)
        return found

    def ask_reference(self, buses: Buses) -> Asked:
        """The same as arrays, and why it cannot be relied on, if it cannot.

        Raises:
            SpecError: as for `reference`.
        """

        def taken(given: Buses, case: Case) -> Asked:
            left = next(filter(None, (left_by(each, case) for each in given.values())), case.left)
            return Asked({name: as_array(each) for name, each in given.items()}, left)

        found: Asked = self._asked(buses, taken)
        return found

    def _asked(self, buses: Buses, take: Callable[[Any, Case], Any]) -> Any:
        """What is made of the reference's answer; making it runs the plugin's code too."""
        case, reference = Case(), self.spec.reference
        if reference is None:
            raise SpecError(
                f"'{self.spec.name}' has no integers to be compared with",
                hint=Hint("compare it with another circuit", "compare", circuit=self.title),
            )

        def call(buses: Buses, **words: Any) -> Any:
            wanted = reference(buses, **words)
            if not isinstance(wanted, Mapping):
                raise SpecError(
                    f"the reference of circuit '{self.spec.name}' gives {a_kind(wanted)}, "
                    "not a mapping from output buses to values"
                )
            return take({str(name): wanted[name] for name in wanted}, case)

        return ask(self.spec.name, "reference", call, self._given(buses, case), self.words)

    def domain(self, buses: Buses) -> Mask | None:
        """Where the circuit promises anything, one truth value for each pattern; None if everywhere.

        Raises:
            SpecError: the domain fails, or gives anything but truth values.
        """
        if self.spec.domain is None:
            return None
        inside = self.ask_domain(buses).given
        count = len(next(iter(buses.values())))
        # Numbers would be taken as positions, and select other patterns than intended.
        if inside.dtype != np.bool_ or inside.shape not in {(), (count,)}:
            raise SpecError(
                f"the domain of circuit '{self.spec.name}' gives {inside.dtype} of shape {inside.shape}, "
                f"not True or False for each of {count} patterns"
            )
        return np.broadcast_to(inside, (count,))

    def ask_domain(self, buses: Buses) -> Asked:
        """What the domain itself gives, as an array, and why it cannot be relied on, if it cannot.

        Raises:
            SpecError: the domain fails.
        """
        case, domain = Case(), self.spec.domain

        def call(buses: Buses, **words: Any) -> Asked:
            given = True if domain is None else domain(buses, **words)
            left = left_by(given, case)
            return Asked(
                np.array(plain(given)), left
            )  # a copy, since a plugin could change what it keeps

        found: Asked = ask(self.spec.name, "domain", call, self._given(buses, case), self.words)
        return found

    def _given(self, buses: Buses, case: Case) -> Buses:
        """Buses as a plugin's code may have them: nothing of ours can be changed through them."""
        most = {bus.name: 2**bus.width - 1 for bus in self.netlist.inputs}
        given: dict[str, Any] = {
            name: column(values, case, most.get(name)) if isinstance(values, np.ndarray) else values
            for name, values in buses.items()
        }
        return MappingProxyType(given)
