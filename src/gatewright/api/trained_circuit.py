"""A circuit of trained gates: run, checked, certified, shaken, drawn, reported and saved.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> neural = circuit("ripple-adder", bits=4).train()
    >>> neural.run(a=5, b=9), neural.check().outcome, neural.certify().outcome
    ({'sum': 14, 'cout': 0}, 'proved', 'proved')
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gatewright.api.clocked import Clocked
from gatewright.api.gates import written
from gatewright.api.values import activations, answers, check_circuit, pattern_of, telling
from gatewright.arrays import Floats
from gatewright.checks import a_path, check_count, check_seconds, check_watch
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.faults.placing import damaged_name, place_of, with_own_gate
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import check_gates
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate, decide
from gatewright.records import dataclass
from gatewright.text import a_kind

if TYPE_CHECKING:
    from gatewright.circuits.clocked.machine import Initial
    from gatewright.circuits.faults.diagnosis.suspect import Showed
    from gatewright.circuits.verify.verdict import Verdict
    from gatewright.draw.picture import Picture

Watch = Callable[[int, int], None]
"""Called with what is done and what is to do."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedCircuit:
    """A circuit, and a trained gate for each of its gates.

    Attributes:
        circuit: with exact gates.
        gates: by name.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> circuit("ripple-adder", bits=4).train().run(a=5, b=9)
        {'sum': 14, 'cout': 0}
    """

    circuit: Circuit
    gates: Mapping[str, TrainedGate]

    def __post_init__(self) -> None:
        check_circuit(self.circuit)
        check_gates(self.circuit.netlist.gates, self.gates)

    def run(self, **values: Any) -> dict[str, Any]:
        """What the trained gates give: integers in, integers out.

        Raw activations flow from gate to gate; only outputs are read as bits.

        Args:
            values: of the input buses, as in ``a=5``: a whole number, or an array of them.

        Raises:
            UsageError: a value that does not fit, a bus that does not exist, or an output that is not a number.
        """
        given = pattern_of(self.circuit, values)
        bits = decide(self._outputs(given.patterns))
        if bits.max(initial=0) > 1:
            raise UsageError(
                "an output is not a number: a network overflowed", hint="look at it with raw()"
            )
        return answers(self.circuit, bits, given)

    def clocked(self, *, noise: float = 0.0, seed: int = 0, initial: Initial = "0") -> Clocked:
        """The circuit at its first cycle, to be stepped by hand, every wire compared with exact gates.

        Args:
            noise: every wire is off by up to this much in every cycle.
            seed: of the noise and of random initial values.
            initial: what registers and memories hold at first where nobody says it: 0, 1, random, or by name.

        Raises:
            UsageError: it has no registers and no memories.

        Example:
            >>> from gatewright.api.circuits import circuit
            >>> shift = circuit("shift-register", bits=3).train().clocked(noise=0.45)
            >>> [shift.step(d=bit)["q"] for bit in (1, 0, 0, 0)]
            [0, 1, 2, 4]
        """
        return Clocked(self.circuit, self.gates, noise=noise, seed=seed, initial=initial)

    def raw(self, **values: Any) -> dict[str, Floats]:
        """The raw activations of each output bus, bit 0 first, shape (…, bits).

        Args:
            values: as in `run`.
        """
        given = pattern_of(self.circuit, values)
        return activations(self.circuit, self._outputs(given.patterns), given)

    def _outputs(self, patterns: Any) -> Floats:
        program = compile_netlist(self.circuit.netlist)
        engine = NeuralEngine(program, self.gates, dtype=np.float64)
        return np.asarray(engine.outputs(patterns), dtype=np.float64)

    def check(
        self,
        *,
        noise: float = 0.0,
        seed: int = 0,
        samples: int = 2**16,
        watch: Watch | None = None,
    ) -> Verdict:
        """Compare it with its integers, on all patterns if there are at most 2**20.

        Args:
            noise: every wire is off by up to this much; all patterns are then a sample.
            seed: of random patterns and of noise.
            samples: how many patterns, if not all are compared.
            watch: called with what is done and what is to do.
        """
        from gatewright.circuits.verify.verify import verify

        check_watch(watch)
        return verify(
            self.circuit, self.gates, noise=noise, seed=seed, samples=samples, watch=watch
        )

    def certify(
        self,
        *,
        seed: int = 0,
        samples: int = 2**16,
        time_limit: float = 60.0,
        watch: Watch | None = None,
    ) -> Verdict:
        """Prove it from the datasheets of its gates, at any size.

        Args:
            seed: of random patterns, if its netlist can only be sampled.
            samples: how many.
            time_limit: of a proof by SAT, in seconds.
            watch: called with what is done and what is to do.
        """
        from gatewright.circuits.verify.composition import certify_circuit

        check_seconds("time_limit", time_limit)
        check_watch(watch)
        return certify_circuit(
            self.circuit, self.gates, seed=seed, samples=samples, time_limit=time_limit, watch=watch
        )

    def noise(
        self,
        levels: Iterable[float],
        *,
        where: Literal["wires", "weights"] = "wires",
        patterns: int = 2**12,
        seed: int = 0,
        watch: Watch | None = None,
    ) -> list[dict[str, Any]]:
        """Wrong bits at some levels of noise: records that ``pandas.DataFrame`` takes as they are.

        Args:
            levels: how far every wire, or every weight relative to itself, may be off.
            where: which of the two.
            patterns: random ones, at each level.
            seed: of everything random.
            watch: called with what is done and what is to do.

        Returns:
            For each level: ``noise``, the level; ``patterns``, how many were run; ``bits``, output bits that came
            out of them; ``wrong_bits``, how many of those exact gates do not give; ``rate``, the part of them;
            ``worst_wire``, the wire whose driver strayed farthest, empty if none strayed; ``worst_distance``, by
            how much, the noise of that wire itself left out.

        Example:
            >>> from gatewright.api.circuits import circuit
            >>> [level] = circuit("ripple-adder", bits=2).train().noise([0.1], patterns=16)
            >>> sorted(level)
            ['bits', 'noise', 'patterns', 'rate', 'worst_distance', 'worst_wire', 'wrong_bits']
        """
        from gatewright.circuits.simulate.noise import noise_sweep

        check_watch(watch)
        if isinstance(levels, int | float):
            raise UsageError(
                f"{levels} is one level of noise", hint=f"give several, as in [{levels}]"
            )
        if not isinstance(levels, Iterable):
            raise UsageError(
                f"{a_kind(levels)} is not levels of noise", hint="as in [0, 0.1, 0.45]"
            )
        found = noise_sweep(
            self.circuit, self.gates, levels, where=where, patterns=patterns, seed=seed, watch=watch
        )
        return [{**dataclasses.asdict(level), "rate": level.rate} for level in found]

    def damaged(self, where: str, damage: str) -> TrainedCircuit:
        """The circuit with one weight damaged: of one instance, or of a gate and so of all its instances.

        Args:
            where: the name of an instance or of a gate.
            damage: as for `TrainedGate.damaged`.

        Raises:
            UsageError: there is no such place or damage.

        Example:
            >>> from gatewright.api.circuits import circuit
            >>> broken = circuit("ripple-adder", bits=4).train().damaged("fa2", "sum from bias sign turned")
            >>> broken.certify().outcome, broken.repaired().certify().outcome
            ('undecided', 'proved')
        """
        kind = place_of(self.circuit.netlist, where)
        made = self.gates[kind].damaged(damage)
        if where == kind:
            return dataclasses.replace(self, gates={**self.gates, kind: made})
        name = damaged_name(kind, self.circuit.netlist.gates)
        made = dataclasses.replace(made, spec=dataclasses.replace(made.spec, name=name))
        netlist = with_own_gate(self.circuit.netlist, where, name)
        return TrainedCircuit(
            dataclasses.replace(self.circuit, netlist=netlist), {**self.gates, name: made}
        )

    def showed(self, patterns: Any = None, *, seed: int = 0, time_limit: float = 60.0) -> Showed:
        """What it gives for patterns, as rows that `Circuit.diagnose` takes; raw activations flow.

        Args:
            patterns: shape (patterns, input bits); by default those of `Circuit.faults`, and 1 024 random ones.
            seed: of random patterns.
            time_limit: of the search for patterns by SAT, in seconds.

        Raises:
            NetlistError: it has registers or memories.
        """
        from gatewright.circuits.faults.diagnosis.suspect import Showed

        check_count("seed", seed, 0)
        rows = telling(self.circuit, patterns, seed=seed, time_limit=time_limit)
        return Showed(rows, decide(self._outputs(rows)))

    def repaired(self, *, seed: int = 0) -> TrainedCircuit:
        """The circuit with every gate of which nothing is proved trained again from the weights it has.

        Args:
            seed: of the differences between starts.

        Raises:
            NotLearnedError: a gate cannot be learned, even anew.
        """
        fixed = {
            name: gate.repaired(seed=seed).gate
            for name, gate in self.gates.items()
            if gate.datasheet is None
        }
        return dataclasses.replace(self, gates={**self.gates, **fixed})

    def draw(self, *, depth: int | None = None, **values: Any) -> Picture:
        """The schematic, with learned gates marked and, for given values, what every wire carries.

        Args:
            depth: levels of blocks that are opened; by default one if the circuit is large, else all.
            values: of the input buses, as in ``a=5``; without any, wires are grey.

        Raises:
            UsageError: a library is missing, or the circuit is too large for a page.
        """
        from gatewright.circuits.simulate.signals import signals
        from gatewright.draw.schematic.schematic import schematic

        netlist, flowing = self.circuit.netlist, None
        if values:
            given = pattern_of(self.circuit, values)
            if given.shape:
                raise UsageError(
                    "a picture shows one value for each bus", hint="give numbers, not arrays"
                )
            numbers = {
                bus.name: int(values[bus.name]) if bus.name in values else int(bus.default or 0)
                for bus in netlist.inputs
            }
            flowing = signals(netlist, self.gates, numbers)
        return schematic(
            netlist, title=self.circuit.title, gates=self.gates, signals=flowing, depth=depth
        )

    def report(self, path: str | Path, *, seed: int = 0) -> Path:
        """Write a page that works by itself: verdict, schematic, gates, and the circuit live.

        Raises:
            UsageError: it cannot be written, or a library is missing.
        """
        from gatewright.circuits.verify.assess import assess
        from gatewright.draw.report.report import report

        path = a_path(path)
        if path.suffix.lower() not in ("", ".html", ".htm"):
            raise UsageError(
                f"a report is not written as '{path.suffix}'", hint="name a file that ends in .html"
            )
        claims = assess(self.circuit, self.gates, seed=seed)
        page = report(self.circuit, self.gates, claims, seed=seed)
        return written(path, page.encode())

    def save(
        self, path: str | Path, *, precision: Literal["float32", "float64"] = "float32"
    ) -> Path:
        """Write it as ONNX, or its exact netlist in the format that the file's ending says.

        Args:
            path: of the file, as in ``"adder.onnx"`` or ``"adder.blif"``.
            precision: of the numbers in ONNX.

        Raises:
            UsageError: the ending does not name a format that is written, or the file cannot be written.
        """
        from gatewright.formats.registry import format_of

        if format_of(str(path), holding=lambda kind: bool(kind.writer)).neural:
            from gatewright.formats.onnx.writer import write_onnx

            data = write_onnx(self.circuit.netlist, self.gates, precision=precision)
            return written(a_path(path), data)
        return self.circuit.save(path)

    def __repr__(self) -> str:
        """A line, however large it is."""
        return f"<trained {repr(self.circuit)[1:]}"

    def _repr_html_(self) -> str:
        """What a notebook shows: the schematic, or why there is none."""
        from gatewright.draw.notebook import page

        return page(self.circuit, self.gates)
