"""Whether wires and gates are a circuit: every net has one driver, every pin a net, and nothing runs in a circle.

Example:
    >>> from gatewright.circuits.netlist.buses import Bus
    >>> from gatewright.circuits.netlist.parts import Instance
    >>> a, y = Bus("a", ("a",)), Bus("y", ("y",))
    >>> Wires({}, (a,), (y,), (Instance("n", "not", ("a",), ("y",)),)).lint()
    ("instance 'n' is of an unknown gate 'not'",)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from gatewright.circuits.memory import Memory, problems
from gatewright.circuits.netlist.buses import Bus
from gatewright.circuits.netlist.parts import Instance, Register
from gatewright.gates.spec import GateSpec
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Wires:
    """What of a netlist is looked at.

    Attributes:
        gates: the gates that instances name.
        inputs: primary inputs, in order.
        outputs: primary outputs, in order.
        instances: in the order they were placed.
        registers: all of one clock.
        memories: blocks of words.
    """

    gates: Mapping[str, GateSpec]
    inputs: tuple[Bus, ...]
    outputs: tuple[Bus, ...]
    instances: tuple[Instance, ...]
    registers: tuple[Register, ...] = ()
    memories: tuple[Memory, ...] = ()

    def lint(self) -> tuple[str, ...]:
        """Every reason why they are not a circuit, one line each; empty if they are one."""
        if self._in_order() and not self._feeds_memory():
            # As builders place them: nothing but the instances and memories themselves is left to look at.
            return tuple(self._misfits())
        return (*self._misfits(), *self._undriven(), *self._driven_twice(), *self._cycle())

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

    def readers(self) -> dict[str, str]:
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
        for net, reader in self.readers().items():
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
        sources = [
            *(net for bus in self.inputs for net in bus.nets),
            *(each.q for each in self.registers),
        ]
        sources += [net for memory in self.memories for net in memory.driven]
        driven, count = set(sources), len(sources)
        for each in self.instances:
            if not driven.issuperset(each.inputs):
                return False
            driven.update(each.outputs)
            count += len(each.outputs)
        ends = [
            *(net for bus in self.outputs for net in bus.nets),
            *(each.d for each in self.registers),
        ]
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
