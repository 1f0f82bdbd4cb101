"""The netlist: instances of gates, and the nets that join their pins.

The first room of the circuits. `builder` makes netlists, `program` compiles them. A net is a name with one
driver: a primary input or an output pin of one instance. Netlists are frozen; `Netlist.lint` finds what is wrong
with one.

Example:
    >>> from gatewright.circuits.netlist.buses import Bus
    >>> from gatewright.circuits.netlist.parts import Instance
    >>> from gatewright.gates.spec import GateSpec
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> a, y = Bus("a", ("a",)), Bus("y", ("y",))
    >>> Netlist("inv", {"not": inverter}, (a,), (y,), (Instance("n", "not", ("a",), ("y",)),)).lint()
    ()
    >>> Netlist("open", {"not": inverter}, (a,), (y,), ()).lint()
    ("net 'y' is read by output y and has no driver",)
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.circuits.memory import Memory
from gatewright.circuits.netlist.buses import Bus
from gatewright.circuits.netlist.parts import BlockReference, Clock, Instance, Register
from gatewright.circuits.netlist.wires import Wires
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Covers
from gatewright.logic.states.table import StateTable
from gatewright.records import dataclass

MOST_GATES = 4_000_000
"""Most gates of a circuit, and most bits of a port: more would take some gigabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Netlist:
    """A circuit as wires and gates.

    Attributes:
        name: of the circuit.
        gates: the gates that instances name.
        inputs: primary inputs, in order.
        outputs: primary outputs, in order.
        instances: in the order they were placed.
        registers: all of one clock, which is not an input.
        clock: of the registers and memories, where the file names it.
        memories: blocks of words, written by the same clock.
        table: what it should compute, where it was read from a file of truth tables.
        states: the state table that it was read from, where it was.
        remarks: what its reader chose where the file leaves a choice, a line each.
        blocks: those that have a reference of their own.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> circuit("ripple-adder", bits=2).netlist.input_nets
        ('a[0]', 'a[1]', 'b[0]', 'b[1]', 'cin')
    """

    name: str
    gates: Mapping[str, GateSpec]
    inputs: tuple[Bus, ...]
    outputs: tuple[Bus, ...]
    instances: tuple[Instance, ...]
    registers: tuple[Register, ...] = ()
    clock: Clock | None = None
    table: Covers | None = None
    states: StateTable | None = None
    remarks: tuple[str, ...] = ()
    memories: tuple[Memory, ...] = ()
    blocks: tuple[BlockReference, ...] = ()

    @property
    def clocked(self) -> bool:
        """Whether it has registers or memories, so that it is run cycle by cycle."""
        return bool(self.registers or self.memories)

    @property
    def input_nets(self) -> tuple[str, ...]:
        """The net of every primary input bit, bus after bus."""
        return tuple(net for bus in self.inputs for net in bus.nets)

    @property
    def output_nets(self) -> tuple[str, ...]:
        """The net of every primary output bit, bus after bus."""
        return tuple(net for bus in self.outputs for net in bus.nets)

    @property
    def idle_inputs(self) -> tuple[Bus, ...]:
        """Inputs that nothing reads, as a clock is where registers do not name it."""
        read = self._wires().readers()
        return tuple(bus for bus in self.inputs if not any(net in read for net in bus.nets))

    def lint(self) -> tuple[str, ...]:
        """Every reason why this netlist is not a circuit, one line each; empty if it is one."""
        return self._wires().lint()

    def check(self) -> None:
        """Refuse a netlist that is not a circuit.

        Raises:
            NetlistError: `lint` found something.
        """
        problems = self.lint()
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise NetlistError(f"circuit '{self.name}': {problems[0]}{more}")

    def _wires(self) -> Wires:
        return Wires(
            self.gates, self.inputs, self.outputs, self.instances, self.registers, self.memories
        )
