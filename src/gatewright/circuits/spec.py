"""A circuit as plugins hand it over: how to build it, and what it should compute.

The hook ``gatewright_circuits`` gives `CircuitSpec` records; `CircuitSpec.elaborate` turns one, with values
for its parameters, into a `Circuit`.

Example:
    >>> def build(circuit, *, bits):
    ...     wires = circuit.input_bus("a", bits)
    ...     circuit.output_bus("y", [circuit.gate("not", wire) for wire in wires])
    >>> invert = CircuitSpec(
    ...     "invert", "every bit inverted", (Parameter("bits", 4, "width", maximum=64),), build,
    ...     reference=lambda buses, *, bits: {"y": 2**bits - 1 - buses["a"]})
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> circuit = invert.elaborate({"bits": "3"}, {gate.name: gate for gate in gatewright_gates()})
    >>> circuit.title, len(circuit.netlist.instances)
    ('invert --bits 3', 3)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Integers, Mask
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.parameter import Parameter, Value
from gatewright.circuits.references.whole_numbers import Case, column, left_by, plain
from gatewright.errors import GatewrightError, Hint, SpecError, UnknownGateError, UsageError, reason
from gatewright.gates.spec import GateSpec, check_name
from gatewright.text import nearest, shell_word

if TYPE_CHECKING:  # of what the methods that lead to rooms above give
    import networkx

    from gatewright.api.circuits import AnyCircuit
    from gatewright.api.trained_circuit import TrainedCircuit
    from gatewright.circuits.verify.verdict import Claim, Verdict
    from gatewright.draw.picture import Picture
    from gatewright.gates.store.store import Store

Buses = Mapping[str, Integers]


class Asked(NamedTuple):
    """What a reference or domain gave.

    Attributes:
        given: arrays or single values by bus, or an array of truth values.
        left: why it cannot be relied on; empty if it can.
    """

    given: Any
    left: str


@dataclass(frozen=True, slots=True)
class CircuitSpec:
    """A circuit builder.

    Attributes:
        name: kebab-case.
        summary: one line.
        parameters: what a user can choose.
        build: called with a `CircuitBuilder` and every parameter by keyword; places the gates.
        reference: called with the input buses by name and every parameter by keyword; gives the
            output buses. Values are arrays of `WholeNumbers`, one entry a pattern, that cannot be
            written to: ordinary operators work at any width, and nothing overflows.
            None where there are no integers to compare with, as for a circuit that was read from a file.
        domain: called like ``reference``; where it gives false, the circuit promises nothing. Without
            it every pattern counts.
        file: the one it was read from, which is then its name, too; empty for a builder.
        include: the folders that it may include other files from, as the user named them.

    Example:
        >>> def build(circuit):
        ...     circuit.output("y", circuit.gate("not", circuit.input("a")))
        >>> spec = CircuitSpec("flip", "y = not a", (), build, lambda buses: {"y": 1 - buses["a"]})
        >>> from gatewright.api.circuits import circuit
        >>> circuit(spec).run(a=1)
        {'y': 0}
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., None]
    reference: Callable[..., Buses] | None
    domain: Callable[..., Mask] | None = None
    file: str = ""
    include: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.file:
            check_name("circuit", self.name)
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) != len(names):
            raise SpecError(
                f"circuit '{self.name}' has two parameters of one name: {', '.join(names)}"
            )

    def elaborate(self, given: Mapping[str, Value], gates: Mapping[str, GateSpec]) -> Circuit:
        """The circuit for these parameters.

        Args:
            given: values by parameter name; those not given are the defaults.
            gates: every gate the circuit may use, by name.

        Raises:
            UsageError: a parameter the circuit does not have, or a value out of bounds.
            NetlistError: the builder made something that is no circuit.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise UsageError(
                    f"circuit '{self.name}' has no parameter '{name}'", hint=_near(name, known)
                )
        values = {name: each.read(given.get(name, each.default)) for name, each in known.items()}
        words = {known[name].keyword: value for name, value in values.items()}
        circuit = CircuitBuilder(self.name, gates)
        _ask(self, "build", self.build, circuit, words)
        return Circuit(self, values, words, circuit.netlist())


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
        """The circuit as the command line names it: every number, and words that were chosen."""
        if self.spec.file:
            folders = self.spec.include
            return " ".join(
                (shell_word(self.spec.file), *(f"--include {shell_word(each)}" for each in folders))
            )
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
            UsageError: a value that does not fit, or a bus that there is not.
        """
        from gatewright.api.circuits import run_exact

        return run_exact(self, values)

    def check(self, **options: Any) -> Verdict:
        """Compare the exact gates with the circuit's integers: with all patterns up to 2**20, else with a sample.

        Args:
            options: ``seed``, ``samples`` and ``watch``, as of `TrainedCircuit.check`.

        Raises:
            SpecError: it was read from a file, which has no integers; `equivalent` compares two circuits.
        """
        from gatewright.api.circuits import verify

        return verify(self, **options)

    def prove(self, *, watch: Callable[[int, int], None] | None = None) -> Claim:
        """Prove that the exact gates equal the circuit's integers, at any width, by decision diagrams.

        Args:
            watch: called with the nets followed and the nets to follow.
        """
        from gatewright.api.circuits import proof

        return proof(self, watch=watch)

    def equivalent(self, other: AnyCircuit, *, time_limit: float = 60.0) -> Claim:
        """Whether another circuit is the same function, by every pattern, decision diagrams or SAT.

        Args:
            other: a circuit, or what `gatewright.circuit` makes one of.
            time_limit: of SAT, in seconds.

        Raises:
            UsageError: their buses are not the same.
        """
        from gatewright.api.circuits import equivalent

        return equivalent(self, other, time_limit=time_limit)

    def draw(self, *, depth: int | None = None) -> Picture:
        """The schematic, which a notebook shows.

        Args:
            depth: levels of blocks that are opened; by default one of a large circuit, else all.

        Raises:
            UsageError: a library is missing, or the circuit is too large for a page.
        """
        from gatewright.api.circuits import draw

        return draw(self, depth=depth)

    def save(self, path: str | Path) -> Path:
        """Write it in the format that the file's ending says, as in ``"adder.blif"``.

        Raises:
            UsageError: no circuit of exact gates is written so, or the file cannot be written.
        """
        from gatewright.api.circuits import save

        return save(self, path)

    def graph(self) -> networkx.MultiDiGraph:
        """The circuit as a graph of networkx: instances and ports are nodes, wires are edges.

        A node has ``kind``, ``name``, and ``gate`` or ``bus`` and ``bit``; an edge ``net``, ``from_pin``, ``pin``
        and ``bus``.
        """
        from gatewright.api.circuits import graph

        return graph(self)

    @classmethod
    def from_graph(
        cls, graph: networkx.DiGraph, *, gates: Mapping[str, GateSpec] | None = None
    ) -> Circuit:
        """The circuit that a graph of networkx says; `graph` has what it may say.

        Instances need a ``gate``, wires into gates of several inputs a ``pin``; nodes without a gate are inputs
        and outputs.

        Args:
            graph: directed; a MultiDiGraph where a gate feeds two pins of another.
            gates: that instances may be of, by name; by default all that are registered.

        Raises:
            NetlistError: it does not say a circuit.
        """
        from gatewright.api.circuits import from_graph

        return from_graph(graph, gates)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gatewright.draw.notebook import page

        return page(self)

    def reference(self, buses: Buses) -> Buses:
        """The output buses that integers give for these input buses.

        Raises:
            SpecError: the reference fails, gives no mapping, or there is none.
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
            return Asked({name: _as_array(each) for name, each in given.items()}, left)

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

        def ask(buses: Buses, **words: Any) -> Any:
            wanted = reference(buses, **words)
            if not isinstance(wanted, Mapping):
                raise SpecError(
                    f"the reference of circuit '{self.spec.name}' gives a {type(wanted).__name__}, "
                    "not a mapping from output buses to values"
                )
            return take({str(name): wanted[name] for name in wanted}, case)

        return _ask(self.spec, "reference", ask, self._given(buses, case), self.words)

    def domain(self, buses: Buses) -> Mask | None:
        """Where the circuit promises anything, one truth value a pattern; none if everywhere.

        Raises:
            SpecError: the domain fails, or gives anything but truth values.
        """
        if self.spec.domain is None:
            return None
        inside = self.ask_domain(buses).given
        count = len(next(iter(buses.values())))
        # Numbers would be taken for positions, and choose other patterns than those meant.
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

        def ask(buses: Buses, **words: Any) -> Asked:
            given = True if domain is None else domain(buses, **words)
            left = left_by(given, case)
            return Asked(
                np.array(plain(given)), left
            )  # a copy: what a plugin keeps hold of, it could change

        found: Asked = _ask(self.spec, "domain", ask, self._given(buses, case), self.words)
        return found

    def _given(self, buses: Buses, case: Case) -> Buses:
        """Buses as a plugin's code may have them: nothing of ours can be changed through them."""
        most = {bus.name: 2**bus.width - 1 for bus in self.netlist.inputs}
        given: dict[str, Any] = {
            name: column(values, case, most.get(name)) if isinstance(values, np.ndarray) else values
            for name, values in buses.items()
        }
        return MappingProxyType(given)


def _as_array(given: Any) -> npt.NDArray[Any]:
    """A copy of what a reference gave, whose numbers are Python's own, whatever class they were of."""
    array = np.array(plain(given))
    if array.dtype != object:
        return array
    exact = np.empty(array.size, dtype=object)
    exact[:] = [int.__index__(each) if isinstance(each, int) else each for each in array.flat]
    return exact.reshape(array.shape)


def _near(name: str, known: Collection[str]) -> Hint:
    near = nearest(name, known)
    if near:
        return Hint(f"did you mean '{near}'?", "near parameter", name=near)
    takes = ", ".join(f"'{each}'" for each in known) or "no parameters"
    return Hint(f"it takes {takes}", "parameters", names=tuple(known))


def file_circuit(netlist: Netlist, file: str, include: Sequence[str] = ()) -> Circuit:
    """A circuit that was read from a file: its netlist is all there is to say of it.

    Args:
        netlist: as it was read.
        file: its path, as the user named it.
        include: the folders that it may include files from, as the user named them.
    """

    def build(_: CircuitBuilder) -> None:
        raise SpecError(f"'{file}' is read, not built")

    spec = CircuitSpec(file, "read from a file", (), build, None, file=file, include=tuple(include))
    return Circuit(spec, {}, {}, netlist)


def _ask(
    spec: CircuitSpec, what: str, function: Callable[..., Any], given: Any, words: Mapping[str, Any]
) -> Any:
    """Call what a plugin wrote; its failure becomes an error that names the circuit."""
    try:
        with np.errstate(
            over="raise"
        ):  # NumPy's own numbers, which wrap around where they overflow
            return function(given, **words)
    except UnknownGateError as error:
        raise UnknownGateError(
            f"circuit '{spec.name}': {error.message}", hint=error.hint
        ) from error
    except GatewrightError:
        raise
    except KeyboardInterrupt:  # it is the user's
        raise
    except BaseException as error:  # whatever else it is, it is the plugin's
        raise SpecError(
            f"circuit '{spec.name}': its {what} failed: {reason(error)}",
            hint=Hint("its plugin needs mending", "name plugin"),
        ) from error
