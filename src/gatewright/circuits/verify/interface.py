"""Fitting the ports of one circuit to those of another: other names, other groups, inputs held at a value.

A circuit from a file has the file's names, may have a port for every bit of a number, and may lack a carry input
that another has.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> fitted = with_ports_named(with_inputs_held(adder, {"cin": 1}), {"sum": "s", "a": "x"})
    >>> [bus.name for bus in fitted.netlist.inputs + fitted.netlist.outputs]
    ['x', 'b', 's', 'cout']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, Instance, Netlist, bus_columns
from gatewright.errors import UsageError
from gatewright.gates.functions import function_spec
from gatewright.logic.numerals import as_text, cut
from gatewright.text import unused

_ZERO, _ONE = function_spec((0b00,), 1), function_spec((0b11,), 1)


def with_ports_named(circuit: Circuit, names: Mapping[str, str]) -> Circuit:
    """The same circuit with some ports renamed: new names by the old ones.

    Raises:
        UsageError: two ports would have one name.
    """

    def given(buses: Mapping[str, Any]) -> dict[str, Any]:
        return {old: buses[names.get(old, old)] for old in inputs}

    netlist, inputs = circuit.netlist, [bus.name for bus in circuit.netlist.inputs]
    ins, outs = (
        tuple(
            replace(bus, name=names[bus.name], names=bus.bits) if bus.name in names else bus
            for bus in side
        )
        for side in (netlist.inputs, netlist.outputs)
    )
    return _with_ports(circuit, ins, outs, given)


def with_ports_regrouped(circuit: Circuit, old: Sequence[str], new: Sequence[Bus]) -> Circuit:
    """The same circuit with the bits of some ports, one behind the other, in other ports.

    Args:
        circuit: to be changed.
        old: the names of its ports, all inputs or all outputs, the least significant bits first.
        new: ports of as many bits, whose nets stand for none: they get those of the old ones.

    Raises:
        UsageError: two ports would have one name.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> from gatewright.circuits.netlist import Bus
        >>> ports = [Bus("x", ("",)), Bus("y", ("",))]
        >>> split = with_ports_regrouped(circuit("parity-tree", bits=2), ["a"], ports)
        >>> [(bus.name, bus.width) for bus in split.netlist.inputs]
        [('x', 1), ('y', 1)]
    """
    netlist = circuit.netlist
    reads = {*old} <= {bus.name for bus in netlist.inputs}
    known = {bus.name: bus for bus in (netlist.inputs if reads else netlist.outputs)}
    gone = [known.pop(name) for name in old]
    nets = [net for bus in gone for net in bus.nets]
    made = tuple(
        replace(bus, nets=tuple(nets[bits]), default=None, places=())
        for bus, bits in bus_columns(new)
    )
    side = (*made, *known.values())
    if not reads:
        return _with_ports(circuit, netlist.inputs, side, dict)

    def given(buses: Mapping[str, Any]) -> dict[str, Any]:
        bits = [buses[bus.name] >> place & 1 for bus in made for place in range(bus.width)]
        return {**buses} | {
            bus.name: sum(bit << place for place, bit in enumerate(bits[some]))
            for bus, some in bus_columns(gone)
        }

    return _with_ports(circuit, side, netlist.outputs, given)


def _with_ports(
    circuit: Circuit, ins: tuple[Bus, ...], outs: tuple[Bus, ...], given: Any
) -> Circuit:
    """A circuit with other ports, whose domain is asked for the buses that it knows.

    Raises:
        UsageError: two ports have one name.
    """
    same = {(bus.name, bus.nets) for bus in ins}  # an input that is handed on may keep its name
    ports = Counter(bus.name for bus in ins)
    ports.update(bus.name for bus in outs if (bus.name, bus.nets) not in same)
    for name, count in ports.items():
        if count > 1:
            raise UsageError(
                f"{count} ports of '{circuit.title}' would be called '{name}'",
                hint="give each a name of its own",
            )
    return _with_domain(circuit, replace(circuit.netlist, inputs=ins, outputs=outs), given)


def with_inputs_held(circuit: Circuit, values: Mapping[str, int]) -> Circuit:
    """The same circuit with some input buses held at a value: they are no longer inputs.

    Raises:
        UsageError: a value does not fit its bus, or no input is left.
        NetlistError: it is not a circuit.
    """
    netlist = circuit.netlist
    netlist.check()  # every gate under its own name, so that the constants' names are theirs
    kept = tuple(bus for bus in netlist.inputs if bus.name not in values)
    if not kept and not netlist.registers:
        raise UsageError(
            f"every input of '{circuit.title}' is held at a value", hint="leave one free"
        )
    held = [bus for bus in netlist.inputs if bus.name in values]
    taken = {each.name for each in netlist.instances}
    # A constant is a gate that does not listen to its input, which may be any net.
    sources = [net for bus in kept for net in bus.nets] or [each.q for each in netlist.registers]
    constants = []
    for bus in held:
        if not 0 <= values[bus.name] < 1 << bus.width:
            raise UsageError(
                f"{bus.name}={cut(as_text(values[bus.name]))} does not fit {bus.width} bits of "
                f"'{circuit.title}'",
                hint=f"give 0 to {(1 << bus.width) - 1 if bus.width <= 64 else f'2**{bus.width} - 1'}",
            )
        for place, net in enumerate(bus.nets):
            spec = _ONE if values[bus.name] >> place & 1 else _ZERO
            name = unused(
                f"{net}=", taken, "="
            )  # files name nets as they like, and instances after nets
            constants.append(Instance(name, spec.name, tuple(sources[:1]), (net,)))
    gates = {**netlist.gates, _ZERO.name: _ZERO, _ONE.name: _ONE}
    instances = (*constants, *netlist.instances)
    fitted = replace(
        netlist, gates=gates, inputs=kept, instances=instances, table=None, states=None
    )
    return _with_domain(circuit, fitted, lambda buses: {**buses, **values})


def _with_domain(circuit: Circuit, netlist: Netlist, given: Any) -> Circuit:
    """A circuit with another netlist, whose domain is asked for the buses that it knows.

    Its integers would be given other buses, and are left out.
    """
    domain = circuit.spec.domain
    if domain is None:
        spec = replace(circuit.spec, reference=None, cycle=None)
        return replace(circuit, netlist=netlist, spec=spec)

    def fitted(buses: Mapping[str, Any], **words: Any) -> Any:
        return domain(given(buses), **words)

    spec = replace(circuit.spec, reference=None, cycle=None, domain=fitted)
    return replace(circuit, netlist=netlist, spec=spec)
