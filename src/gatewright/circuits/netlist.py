"""The netlist: instances of gates, and the nets that join their pins.

The first room of the circuits. `builder` makes netlists, `program` compiles them. A net is a name with one
driver: a primary input or an output pin of one instance. Netlists are frozen; `Netlist.lint` finds what is wrong
with one.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> a, y = Bus("a", ("a",)), Bus("y", ("y",))
    >>> Netlist("inv", {"not": inverter}, (a,), (y,), (Instance("n", "not", ("a",), ("y",)),)).lint()
    ()
    >>> Netlist("open", {"not": inverter}, (a,), (y,), ()).lint()
    ("net 'y' is read by output y and has no driver",)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gatewright.circuits.memory import Memory, problems
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Covers
from gatewright.logic.states.table import StateTable

MOST_GATES = 4_000_000
"""Most gates of a circuit, and most bits of a port: more would take some gigabytes."""


@dataclass(frozen=True, slots=True)
class Bus:
    """A named port of one or more wires.

    Attributes:
        name: as in ``a=23`` on the command line.
        nets: bit 0, the least significant, first.
        vector: whether its bits are called ``a[0]``…; a single wire is called by the bare name.
        default: for an input, its value if none is given; None if it must be given.
        names: of its bits, if a file has other names for them: ``a[3]`` is bit 0 of a bus declared as ``[0:3]``.
        places: of its bits among all of the file, if they are not in order bus after bus.
        listed: whether a file lists its bits and does not say which is the least significant; it is then taken to
            be the one of the lowest number.

    Example:
        >>> Bus("a", ("n0", "n1")).width
        2
    """

    name: str
    nets: tuple[str, ...]
    vector: bool = False
    default: int | None = None
    names: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    listed: bool = field(default=False, compare=False)

    @property
    def width(self) -> int:
        """Number of bits."""
        return len(self.nets)

    @property
    def bits(self) -> tuple[str, ...]:
        """The name of each bit of the port."""
        return self.names or bit_names(self.name, self.width if self.vector else None)


def bus_columns(buses: Iterable[Bus]) -> Iterator[tuple[Bus, slice]]:
    """Each bus, and where its bits lie among those of all, bus after bus."""
    start = 0
    for bus in buses:
        yield bus, slice(start, start + bus.width)
        start += bus.width


def port_bits(buses: Iterable[Bus]) -> list[tuple[str, str]]:
    """The name and the net of every bit, in the order files list them: bus after bus, or as read."""
    return [(bit, net) for _, _, bit, net in placed_bits(buses)]


def placed_bits(buses: Iterable[Bus]) -> list[tuple[Bus, int, str, str]]:
    """The bus, number, name and net of every bit, in the order of `port_bits`."""
    buses = list(buses)
    found = [
        (place, (bus, number, bit, net))
        for bus in buses
        for number, (bit, net, place) in enumerate(
            zip(bus.bits, bus.nets, bus.places or range(bus.width), strict=True)
        )
    ]
    if any(bus.places for bus in buses):
        found.sort(key=lambda each: each[0])
    return [each for _, each in found]


def bit_names(name: str, width: int | None) -> tuple[str, ...]:
    """The names of a port's bits; ``width`` is None for a single wire."""
    return (name,) if width is None else tuple(f"{name}[{bit}]" for bit in range(width))


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a gate; nets in the order of the gate's ports.

    Attributes:
        name: its path, ``/`` between the levels of the hierarchy.
        gate: the name of the gate.
        inputs: the net on each input pin.
        outputs: the net on each output pin.

    Example:
        >>> Instance("first", "xor", ("a", "b"), ("n1",)).outputs
        ('n1',)
    """

    name: str
    gate: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """One bit that is kept from one cycle to the next.

    Attributes:
        name: its path, as of an instance.
        d: the net that it takes at the end of a cycle.
        q: the net that it drives.
        initial: what it holds in the first cycle: 0, 1, or None where nobody says.

    Example:
        >>> Register("count", "next", "count", 0).initial
        0
    """

    name: str
    d: str
    q: str
    initial: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of all registers.

    Attributes:
        name: of its input in the file that it was read from; no gate reads it.
        rising: whether registers take their inputs as it rises, else as it falls.

    Example:
        >>> Clock("clk").rising
        True
    """

    name: str
    rising: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class BlockReference:
    """What a block should compute.

    Attributes:
        name: the path of its instances, without the last ``/``.
        inputs: its own names for the nets that it reads.
        outputs: and for those of its nets that are read elsewhere.
        reference: gives the output buses, as the reference of a `CircuitSpec` without parameters.
        domain: where it is false, nothing is promised; None if everything is.
    """

    name: str
    inputs: tuple[Bus, ...]
    outputs: tuple[Bus, ...]
    reference: Callable[[Mapping[str, Any]], Any]
    domain: Callable[[Mapping[str, Any]], Any] | None = None

    @property
    def input_nets(self) -> tuple[str, ...]:
        """All nets that it reads, bus after bus."""
        return tuple(net for bus in self.inputs for net in bus.nets)

    def holds(self, name: str) -> bool:
        """Whether an instance, or another block, lies inside."""
        return name.startswith(f"{self.name}/")

    def driven(self) -> tuple[str, ...]:
        """Its output nets, but those that are inputs unchanged, each once."""
        given = set(self.input_nets)
        nets = (net for bus in self.outputs for net in bus.nets if net not in given)
        return tuple(dict.fromkeys(nets))


@dataclass(frozen=True, slots=True, eq=False)
class Netlist:
    """A circuit as wires and gates.

    Attributes:
        name: of the circuit.
        gates: the gates that instances name.
        inputs: primary inputs, in order.
        outputs: primary outputs, in order.
        instances: in the order they were placed.
        registers: all of one clock, which is no input.
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
        read = self._readers()
        return tuple(bus for bus in self.inputs if not any(net in read for net in bus.nets))

    def lint(self) -> tuple[str, ...]:
        """Every reason why this netlist is not a circuit, one line each; empty if it is one."""
        if self._in_order() and not self._feeds_memory():
            # As builders place them: nothing but the instances and memories themselves is left to look at.
            return tuple(self._misfits())
        return (*self._misfits(), *self._undriven(), *self._driven_twice(), *self._cycle())

    def check(self) -> None:
        """Refuse a netlist that is not a circuit.

        Raises:
            NetlistError: `lint` found something.
        """
        problems = self.lint()
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise NetlistError(f"circuit '{self.name}': {problems[0]}{more}")

    def _misfits(self) -> Iterator[str]:
        if not self.outputs:
            yield "there is no primary output"
        for name, spec in self.gates.items():
            if name != spec.name:
                yield f"gate '{spec.name}' is listed as '{name}'"
        for kind, names in (
            ("instance", [each.name for each in self.instances]),
            ("register", [each.name for each in self.registers]),
            ("memory", [each.name for each in self.memories]),
            ("port", [bus.name for bus in self.inputs + self._own_outputs()]),
        ):
            for name, count in Counter(names).items():
                if count > 1:
                    yield f"{kind} name '{name}' is used {count} times"
        pins = {
            name: (len(spec.table.inputs), len(spec.table.outputs))
            for name, spec in self.gates.items()
        }
        for each in self.instances:
            wanted = pins.get(each.gate)
            if wanted is None:
                yield f"instance '{each.name}' is of an unknown gate '{each.gate}'"
            elif wanted != (len(each.inputs), len(each.outputs)):
                yield (
                    f"instance '{each.name}' has {len(each.inputs)} inputs and {len(each.outputs)} outputs, "
                    f"gate '{each.gate}' has {wanted[0]} and {wanted[1]}"
                )
        for memory in self.memories:
            yield from problems(memory)

    def _own_outputs(self) -> tuple[Bus, ...]:
        """Outputs except those that are an input unchanged and share its name, as files allow."""
        inputs = {(bus.name, bus.nets) for bus in self.inputs}
        return tuple(bus for bus in self.outputs if (bus.name, bus.nets) not in inputs)

    def _drivers(self) -> Iterator[tuple[str, str]]:
        for bus in self.inputs:
            for net in bus.nets:
                yield net, f"input {bus.name}"
        for register in self.registers:
            yield register.q, f"register '{register.name}'"
        for memory in self.memories:
            for net in memory.driven:
                yield net, f"memory '{memory.name}'"
        for each in self.instances:
            for net in each.outputs:
                yield net, f"instance '{each.name}'"

    def _readers(self) -> dict[str, str]:
        """By net the first that reads it."""
        readers = [
            (net, f"instance '{each.name}'") for each in self.instances for net in each.inputs
        ]
        readers += [(each.d, f"register '{each.name}'") for each in self.registers]
        readers += [(net, f"memory '{each.name}'") for each in self.memories for net in each.pins]
        readers += [(net, f"output {bus.name}") for bus in self.outputs for net in bus.nets]
        return dict(reversed(readers))

    def _undriven(self) -> Iterator[str]:
        driven = {net for net, _ in self._drivers()}
        for net, reader in self._readers().items():
            if net not in driven:
                yield f"net '{net}' is read by {reader} and has no driver"

    def _driven_twice(self) -> Iterator[str]:
        first: dict[str, str] = {}
        for net, driver in self._drivers():
            if net in first:
                yield f"net '{net}' is driven by {first[net]} and by {driver}"
            first.setdefault(net, driver)

    def _cycle(self) -> Iterator[str]:
        import networkx

        # A name and whether it is of a memory, which is read at an address within the cycle.
        nodes = [((each.name, False), each.inputs, each.outputs) for each in self.instances] + [
            ((f"{memory.name} (port {number})", memory.name), port.address, port.data)
            for memory in self.memories
            for number, port in enumerate(memory.reads)
        ]
        drivers = {net: node for node, _, outputs in nodes for net in outputs}
        graph = networkx.DiGraph()
        graph.add_nodes_from(node for node, _, _ in nodes)
        graph.add_edges_from(
            (drivers[net], node) for node, inputs, _ in nodes for net in inputs if net in drivers
        )
        if networkx.is_directed_acyclic_graph(graph):
            return
        loop = [edge[0] for edge in networkx.find_cycle(graph)]
        path = " → ".join(name for name, _ in (*loop, loop[0]))
        of = next((memory for _, memory in loop if memory), None)
        if of:
            yield f"memory '{of}' is read at an address that depends on what is read there: {path}"
        else:
            yield f"instances form a cycle: {path}"

    def _in_order(self) -> bool:
        """Whether every net has one driver, and every instance comes after those that drive it.

        One pass without a graph is ten times faster, which matters from 10^4 gates on.
        """
        sources = [*self.input_nets, *(each.q for each in self.registers)]
        sources += [net for memory in self.memories for net in memory.driven]
        driven, count = set(sources), len(sources)
        for each in self.instances:
            if not driven.issuperset(each.inputs):
                return False
            driven.update(each.outputs)
            count += len(each.outputs)
        ends = [*self.output_nets, *(each.d for each in self.registers)]
        ends += [net for memory in self.memories for net in memory.pins]
        return count == len(driven) and driven.issuperset(ends)

    def _feeds_memory(self) -> bool:
        """Whether what a memory reads decides the address that it is read at; of instances in order."""
        ports = [port for memory in self.memories for port in memory.reads]
        # By net, the ports that it depends on, a bit each.
        upon = {net: 1 << place for place, port in enumerate(ports) for net in port.data}
        if not ports:
            return False
        for each in self.instances:
            found = 0
            for net in each.inputs:
                found |= upon.get(net, 0)
            if found:
                upon |= dict.fromkeys(each.outputs, found)
        left = {
            place: {
                at for net in port.address for at in range(len(ports)) if upon.get(net, 0) >> at & 1
            }
            for place, port in enumerate(ports)
        }
        while left:
            known = [place for place, needs in left.items() if needs.isdisjoint(left)]
            if not known:
                return True
            for place in known:
                del left[place]
        return False
