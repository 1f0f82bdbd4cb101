"""A circuit as a graph of networkx.

A node is an instance, with its gate, a register, or a bit of a port; an edge is a wire from what drives it to a
pin that reads it. The way back is in `gatewright.circuits.graphs.reading`.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> graph_of(circuit("ripple-adder", bits=1).netlist).edges["cin", "fa0", "cin"]
    {'net': 'cin', 'from_pin': '', 'pin': 'cin', 'bus': 'cin'}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatewright.circuits.netlist import Bus, Netlist, placed_bits
from gatewright.circuits.program import refuse_memories
from gatewright.text import unused

if TYPE_CHECKING:
    import networkx


def graph_of(netlist: Netlist) -> networkx.MultiDiGraph:
    """The graph of a circuit.

    Nodes are called after instances, registers and bits of ports; where two would have one name, the port is
    called ``a (input)``. Attributes of a node: ``kind`` (input, gate, register or output), ``name``; of an
    instance ``gate``; of a register ``initial``, unless nobody says it; of a bit of a port ``bus``, ``bit`` and,
    of the first bit, ``default`` where the bus has one. Of the graph: ``name`` and, where there is one,
    ``clock``, and ``falling`` where registers take their inputs as it falls. Of an edge, whose key is the pin:
    ``net``, ``from_pin`` (the pin that drives it), ``pin``, and ``bus`` where it comes from an input or leads to
    an output; empty if there is none.

    Raises:
        NetlistError: it is not a circuit, or has memories.
    """
    import networkx

    netlist.check()
    refuse_memories(netlist, "a graph")
    graph = networkx.MultiDiGraph(name=netlist.name)
    if netlist.clock is not None:
        graph.graph["clock"] = netlist.clock.name
        if not netlist.clock.rising:
            graph.graph["falling"] = True
    taken = {each.name for each in netlist.instances}
    drivers: dict[str, tuple[str, str, str]] = {}
    registers = [unused(each.name, taken, " (register)") for each in netlist.registers]
    for bus, number, bit, net in placed_bits(netlist.inputs):
        node = unused(bit, taken, " (input)")
        graph.add_node(node, **_port("input", bus, number, bit))
        drivers[net] = (node, "", bus.name)
    for each in netlist.instances:
        graph.add_node(each.name, kind="gate", name=each.name, gate=each.gate)
        pins = netlist.gates[each.gate].table.outputs
        drivers |= {net: (each.name, pin, "") for pin, net in zip(pins, each.outputs, strict=True)}
    for node, one in zip(registers, netlist.registers, strict=True):
        begins = {} if one.initial is None else {"initial": one.initial}
        graph.add_node(node, kind="register", name=one.name, **begins)
        drivers[one.q] = (node, "", "")
    for node, one in zip(registers, netlist.registers, strict=True):
        driver, source, of = drivers[one.d]
        graph.add_edge(driver, node, key="", net=one.d, from_pin=source, pin="", bus=of)
    for each in netlist.instances:
        pins = netlist.gates[each.gate].table.inputs
        for pin, net in zip(pins, each.inputs, strict=True):
            node, source, of = drivers[net]
            graph.add_edge(node, each.name, key=pin, net=net, from_pin=source, pin=pin, bus=of)
    for bus, number, bit, net in placed_bits(netlist.outputs):
        node = unused(bit, taken, " (output)")
        graph.add_node(node, **_port("output", bus, number, bit))
        driver, source, _ = drivers[net]
        graph.add_edge(driver, node, key="", net=net, from_pin=source, pin="", bus=bus.name)
    return graph


def _port(kind: str, bus: Bus, number: int, bit: str) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": kind, "name": bit, "bus": bus.name, "bit": number}
    if number == 0 and bus.default is not None:
        said["default"] = bus.default
    return said
