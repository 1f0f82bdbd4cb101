"""What is on a sheet: symbols, and the wires that join their pins.

Nets with the same source and the same readers are one wire, a bus; drawn gate by gate, every wire is one net.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.draw.schematic.groups import groups
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> page = sheet(adder.netlist, groups(adder.netlist))
    >>> [item.name for item in page.items][3:]
    ['a[0]', 'a[62:1]', 'a[63]', 'b[0]', 'b[62:1]', 'b[63]', 'cin', 'sum[0]', 'sum[62:1]', 'sum[63]', 'cout']
    >>> [(wire.name, len(wire.nets)) for wire in page.wires][-4:]
    [('sum[62:1]', 62), ('fa62.cout', 1), ('cout', 1), ('sum[63]', 1)]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Literal

from gatewright.circuits.clocked.cut import BUFFER
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.numbering import numbers
from gatewright.draw.schematic.groups import Group
from gatewright.draw.schematic.shapes import gate_symbol
from gatewright.draw.schematic.symbols import Symbol, box, flip_flop, tag
from gatewright.errors import UsageError
from gatewright.records import dataclass

End = tuple[int, int, int]
"""Where a wire begins or ends: `GROUP`, its number and its port (-1 if it is a block); or `INPUT` or `OUTPUT`,
the number of the bus and the bit (-1 if all bits are drawn as one)."""

GROUP, INPUT, OUTPUT = 0, 1, 2

MOST_ITEMS = 800
"""Most symbols on a sheet, ports included: a file may have thousands, whose layout would take minutes."""

MOST_STEMS = 2
"""Most names of a bus's nets that are written at a pin."""

Kind = Literal["gate", "run", "block", "register", "input", "output"]


@dataclass(slots=True)
class Item:
    """One symbol on the sheet.

    Attributes:
        name: the path of a gate or group, the name of a port.
        kind: what it stands for.
        note: what it is, in words.
        gate: the gate of it, or of all its gates; of registers the buffer that they take their inputs through.
        symbol: its shape.
        wires: the number of the wire at each pin, inputs first; None if there is none.
        several: whether it stands for a run of things.
    """

    name: str
    kind: Kind
    note: str
    gate: str
    symbol: Symbol
    wires: tuple[int | None, ...]
    several: bool = False


@dataclass(slots=True)
class Wire:
    """One wire, or a bus of them.

    Attributes:
        name: of the net, or of the bits of a port; empty for a bus of nets that have no name in common.
        label: a short one for pins; empty if there is none.
        nets: that it carries.
        source: the number of an item and of its pin.
        sinks: the same for each reader, in order.
    """

    name: str
    label: str
    nets: tuple[str, ...]
    source: tuple[int, int] = (-1, -1)
    sinks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is drawn, without places."""

    items: tuple[Item, ...]
    wires: tuple[Wire, ...]


def sheet(netlist: Netlist, parts: Sequence[Group]) -> Sheet:
    """The symbols and wires of a circuit drawn as these groups.

    Raises:
        UsageError: there are too many symbols.
    """
    merged = not all(part.single for part in parts)
    joints = _joints(netlist, parts, merged=merged)
    _check_items(netlist, parts, joints)
    stems = _stems(netlist)
    wires = [_wire(netlist, stems, joint, nets) for joint, nets in joints.items()]
    items = [
        _group_item(part, number, netlist, list(joints), wires) for number, part in enumerate(parts)
    ]
    items += _port_items(netlist, list(joints), wires)
    for place, item in enumerate(items):
        for pin, wire in enumerate(item.wires):
            if wire is None:
                continue
            if pin < len(item.symbol.inputs):
                wires[wire].sinks.append((place, pin))
            else:
                wires[wire].source = (place, pin)
    return Sheet(tuple(items), tuple(wires))


def _check_items(netlist: Netlist, parts: Sequence[Group], joints: Iterable[Joint]) -> None:
    """Refuse a sheet of too many symbols, ports among them, before any is made."""
    items = len(parts)
    for source, sinks in joints:
        items += (source[0] == INPUT) + sum(end[0] == OUTPUT for end in sinks)
    if items > MOST_ITEMS:
        raise UsageError(
            f"{netlist.name} would be drawn as {items} symbols, ports among them, more than {MOST_ITEMS}",
            hint="draw a smaller circuit, or name the bits of its buses a[0], a[1], …",
        )


Joint = tuple[End, tuple[End, ...]]
"""Where a wire begins, and where it ends: nets with the same joint are one wire."""


def _joints(
    netlist: Netlist, parts: Sequence[Group], *, merged: bool
) -> dict[Joint, tuple[str, ...]]:
    readers: dict[str, set[End]] = {}
    drivers: dict[str, End] = {}
    for kind, buses in ((INPUT, netlist.inputs), (OUTPUT, netlist.outputs)):
        for number, bus in enumerate(buses):
            for bit, net in enumerate(bus.nets):
                end = (kind, number, -1 if merged else bit)
                if kind == INPUT:
                    drivers[net] = end
                else:
                    readers.setdefault(net, set()).add(end)
    for number, part in enumerate(parts):
        for each in part.instances:
            for port, net in enumerate(each.inputs):
                readers.setdefault(net, set()).add((GROUP, number, port if part.gate else -1))
            for port, net in enumerate(each.outputs):
                drivers[net] = (GROUP, number, port if part.gate else -1)
        for kept in part.registers:
            readers.setdefault(kept.d, set()).add((GROUP, number, 0))
            drivers[kept.q] = (GROUP, number, 0)
    found: dict[Joint, list[str]] = {}
    for net, source in drivers.items():
        sinks = readers.get(net, set())
        if source[0] == GROUP and not parts[source[1]].single:  # what stays inside is not seen
            sinks = {end for end in sinks if end[:2] != source[:2]}
        if sinks or source[0] == INPUT:
            found.setdefault((source, tuple(sorted(sinks))), []).append(net)
    return {joint: tuple(nets) for joint, nets in found.items()}


def _stems(netlist: Netlist) -> dict[str, str]:
    """A short name for every net that a gate drives: its port, or the gate's name without its number."""
    found = {}
    for each in netlist.instances:
        ports = netlist.gates[each.gate].table.outputs
        stem = _stem(each.name)
        for net, port in zip(each.outputs, ports, strict=True):
            found[net] = port if len(ports) > 1 else stem
    return found | {each.q: _stem(each.name) for each in netlist.registers}


def _stem(name: str) -> str:
    leaf = name.rpartition("/")[2]
    return re.sub(r"[-_]*[\d\[].*", "", leaf) or leaf


def _wire(netlist: Netlist, stems: Mapping[str, str], joint: Joint, nets: tuple[str, ...]) -> Wire:
    source, sinks = joint
    if source[0] == INPUT:
        name = bits_name(netlist.inputs[source[1]], nets)
        return Wire(name, name, nets)
    outputs = [netlist.outputs[end[1]] for end in sinks if end[0] == OUTPUT]
    shown = bits_name(outputs[0], nets) if outputs else ""
    common = sorted({stems[net] for net in nets})
    label = shown or ("" if len(common) > MOST_STEMS else ", ".join(common))
    return Wire(nets[0] if len(nets) == 1 else shown, label, nets)


def bits_name(bus: Bus, nets: Sequence[str]) -> str:
    """The bits of a port that some nets are: ``a``, ``a[3]``, ``a[7:4]`` or ``a[3 of 8]``."""
    wanted = set(nets)
    bits = [bit for bit, net in enumerate(bus.nets) if net in wanted]
    if len(bits) == 1:
        return bus.bits[bits[0]]
    if bits == list(range(bits[0], bits[-1] + 1)):
        told = numbers(bus) or range(bus.width)
        return f"{bus.name}[{told[bits[-1]]}:{told[bits[0]]}]"
    return f"{bus.name}[{len(bits)} of {bus.width}]"


def _group_item(
    part: Group,
    number: int,
    netlist: Netlist,
    joints: Sequence[Joint],
    wires: Sequence[Wire],
) -> Item:
    ins = [
        (end[2], wire)
        for wire, (_, sinks) in enumerate(joints)
        for end in sinks
        if end[:2] == (GROUP, number)
    ]
    outs = [
        (source[2], wire)
        for wire, (source, _) in enumerate(joints)
        if source[:2] == (GROUP, number)
    ]
    several = part.parts > 1
    if part.registers:
        symbol = flip_flop(
            part.label,
            [_register_pin("D", part, wires[wire].nets) for _, wire in ins],
            [_register_pin("Q", part, wires[wire].nets) for _, wire in outs],
            part.note,
            rising=netlist.clock is None or netlist.clock.rising,
        )
        pins: list[int | None] = [wire for _, wire in (*ins, *outs)]
        return Item(part.name, "register", part.note, BUFFER.name, symbol, tuple(pins), several)
    if not part.gate:
        symbol = box(
            part.label,
            [wires[wire].label for _, wire in ins],
            [wires[wire].label for _, wire in outs],
            part.note,
        )
        pins = [wire for _, wire in (*ins, *outs)]
        return Item(part.name, "block", part.note, "", symbol, tuple(pins), several)
    table = netlist.gates[part.gate].table
    kind: Kind = "gate" if part.single else "run"
    symbol = gate_symbol(part.label, table, part.note)
    given, made = dict(ins), dict(outs)
    if part.single or (len(given) == len(ins) == len(table.inputs) and len(made) == len(outs)):
        pins = [given.get(port) for port, _ in enumerate(table.inputs)]
        pins += [made.get(port) for port, _ in enumerate(table.outputs)]
    else:
        ins.sort()
        outs.sort()
        symbol = box(
            part.label,
            [table.inputs[port] for port, _ in ins],
            [table.outputs[port] for port, _ in outs],
            part.note,
        )
        pins = [wire for _, wire in (*ins, *outs)]
    return Item(part.name, kind, part.note, part.gate, symbol, tuple(pins), several)


def _register_pin(side: Literal["D", "Q"], part: Group, nets: Sequence[str]) -> str:
    """What is written at a pin of registers: which bits of them a wire takes, or brings."""
    ends = [each.d if side == "D" else each.q for each in part.registers]
    found = [re.search(r"\[(\d+)\]$", each.name) for each in part.registers]
    if part.single or not all(found) or len(set(nets) & set(ends)) == len(set(ends)):
        return side
    bits = sorted(
        int(each[1]) for each, end in zip(found, ends, strict=True) if each and end in nets
    )
    if bits[-1] - bits[0] >= len(bits):
        return side
    return f"{side}[{bits[0]}]" if len(bits) == 1 else f"{side}[{bits[-1]}:{bits[0]}]"


def _port_items(netlist: Netlist, joints: Sequence[Joint], wires: Sequence[Wire]) -> Iterator[Item]:
    for wire, (source, _) in enumerate(joints):
        if source[0] == INPUT:
            name = wires[wire].name
            yield Item(name, "input", "input", "", tag(name, output=False), (wire,))
    for number, bus in enumerate(netlist.outputs):
        for wire, (_, sinks) in enumerate(joints):
            for end in sinks:
                if end[:2] == (OUTPUT, number):
                    name = bits_name(bus, wires[wire].nets) if end[2] < 0 else bus.bits[end[2]]
                    yield Item(name, "output", "output", "", tag(name, output=True), (wire,))
