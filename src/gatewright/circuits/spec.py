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
from functools import partial
from typing import Any

from gatewright.arrays import Mask
from gatewright.circuits.asking import ask
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.parameter import Parameter, Value
from gatewright.errors import Hint, SpecError, UsageError
from gatewright.gates.spec import GateSpec, check_name
from gatewright.logic.states.table import StateTable
from gatewright.records import dataclass
from gatewright.text import a_kind, nearest


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
            None if there are no integers to compare with, as for a circuit that was read from a file.
        domain: called like ``reference``; where it is false, the circuit promises nothing. By default every
            pattern counts.
        cycle: of a circuit with registers, what it does in one cycle: ``cycle(state, buses, **parameters)``
            gives the next state and the output buses. Values are Python integers; the state is any value, None
            in the first cycle.
        file: the one it was read from, which is then also its name; empty for a builder.
        reading: how the file was read, as the user said it: pairs of a word and its value, as in
            ``("include", "lib")``.

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
    cycle: Callable[..., tuple[Any, Mapping[str, int]]] | None = None
    file: str = ""
    reading: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.file:
            check_name("circuit", self.name)
        if not isinstance(self.summary, str):
            raise SpecError(
                f"circuit '{self.name}': its summary is {a_kind(self.summary)}, not text"
            )
        for parameter in self.parameters:
            if not isinstance(parameter, Parameter):
                raise SpecError(
                    f"circuit '{self.name}': its parameters hold {a_kind(parameter)}, not a Parameter"
                )
        for what, given in (
            ("build", self.build),
            ("reference", self.reference),
            ("domain", self.domain),
            ("cycle", self.cycle),
        ):
            if not callable(given) and (given is not None or what == "build"):
                raise SpecError(
                    f"circuit '{self.name}': its {what} is {a_kind(given)}, not a function"
                )
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
            NetlistError: the builder made something that is not a circuit.
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
        ask(self.name, "build", self.build, circuit, words)
        return Circuit(self, values, words, circuit.netlist())


def _near(name: str, known: Collection[str]) -> Hint:
    near = nearest(name, known)
    if near:
        return Hint(f"did you mean '{near}'?", "near parameter", name=near)
    takes = ", ".join(f"'{each}'" for each in known) or "no parameters"
    return Hint(f"it takes {takes}", "parameters", names=tuple(known))


def file_circuit(netlist: Netlist, file: str, reading: Sequence[tuple[str, str]] = ()) -> Circuit:
    """A circuit that was read from a file: all that is known of it is its netlist, or its state table.

    Args:
        netlist: as it was read.
        file: its path, as the user named it.
        reading: how it was read, as for `CircuitSpec`.
    """
    build = partial(_not_built, file)
    cycle = partial(_cycle, netlist, netlist.states) if netlist.states else None
    said = tuple(reading)
    spec = CircuitSpec(
        file, "read from a file", (), build, None, cycle=cycle, file=file, reading=said
    )
    return Circuit(spec, {}, {}, netlist)


def _not_built(file: str, _: CircuitBuilder) -> None:
    raise SpecError(f"'{file}' is read, not built")


def _cycle(
    netlist: Netlist, table: StateTable, state: str | None, buses: Mapping[str, int]
) -> tuple[str, dict[str, int]]:
    """What a state table says of one cycle, by the buses that its inputs and outputs are bits of."""
    values = {
        bit: int(buses[bus.name]) >> place & 1
        for bus in netlist.inputs
        for place, bit in enumerate(bus.bits)
    }
    following, found = table.cycle(state, values)
    return following, {
        bus.name: sum(found[bit] << place for place, bit in enumerate(bus.bits))
        for bus in netlist.outputs
    }
