r"""Yosys' JSON: what its ``write_json`` writes and its ``read_json`` reads (C. Wolf, https://yosyshq.net/yosys).

Written hierarchically, as BLIF is: the circuit is the module with the attribute ``top`` and places every
instance; each gate is a module of its own, with a ``$lut`` cell for every output. Don't-care rows are written
as 0. A bus whose bits are plainly numbered is a port of as many bits, the bits of any other are ports by their
own names. `reader` reads it back. The same netlist gives the same bytes.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> circuit = CircuitBuilder("inv", {"not": inverter})
    >>> circuit.output("out", circuit.gate("not", circuit.input("in")))
    >>> modules = json.loads(write_yosys_json(circuit.netlist()))["modules"]
    >>> modules["inv"]["ports"]["out"], modules["not"]["cells"]["y.lut"]["parameters"]["LUT"]
    ({'direction': 'output', 'bits': [3]}, '01')
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from gatewright.circuits.netlist import Netlist
from gatewright.formats.model.names import Names, plain
from gatewright.formats.model.vectors import NAME, Port, checked_ports
from gatewright.formats.yosys.memory_cell import memory_cell
from gatewright.logic.truth_table import TruthTable
from gatewright.text import visible

_FIRST_NET = 2
"""Where Yosys' own numbers begin, so that no net looks like a constant."""

_HOLDS = (
    r"[^\x00-\x20\x7f-\xa0\xad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
"""No spaces, nothing invisible, and nothing that reverses the order of a line."""


def write_yosys_json(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as JSON text; ``comment`` says who made it.

    Raises:
        UsageError: an input and another output share a name, or a port has one that Yosys cannot hold.
        NetlistError: it is not a circuit.
    """
    netlist.check()
    modules = [(plain(netlist.name), _circuit(netlist))]
    modules += [
        (_module(netlist, name), _gate(netlist.gates[name].table)) for name in sorted(netlist.gates)
    ]
    bodies = ",\n".join(f"    {_text(_raw(name))}: {{\n{body}\n    }}" for name, body in modules)
    creator = _text(visible(comment) or "gatewright")
    return f'{{\n  "creator": {creator},\n  "modules": {{\n{bodies}\n  }}\n}}\n'


def _circuit(netlist: Netlist) -> str:
    inputs, outputs = checked_ports(netlist.inputs, netlist.outputs, "Yosys JSON", _HOLDS)
    numbers: dict[str, int] = {}
    for net in (*netlist.input_nets, *(each.q for each in netlist.registers)):
        numbers[net] = _FIRST_NET + len(numbers)
    for memory in netlist.memories:
        for net in memory.driven:
            numbers[net] = _FIRST_NET + len(numbers)
    for each in netlist.instances:
        for net in each.outputs:
            numbers[net] = _FIRST_NET + len(numbers)
    ports = [_port(port, "input", numbers) for port in inputs]
    ports += [_port(port, "output", numbers) for port in outputs]
    # Ports, nets and instances share one space of names; an instance may have the name of its net.
    names = Names(each for port in (*inputs, *outputs) for each in (port.name, *port.bits))
    held = {net for port in (*inputs, *outputs) for net in port.nets}
    nets = [(names.new(net), number) for net, number in numbers.items() if net not in held]
    cells = []
    for each in netlist.instances:
        table = netlist.gates[each.gate].table
        pins = {pin: ("input", net) for pin, net in zip(table.inputs, each.inputs, strict=True)}
        pins |= {pin: ("output", net) for pin, net in zip(table.outputs, each.outputs, strict=True)}
        joined = {pin: (direction, [numbers[net]]) for pin, (direction, net) in pins.items()}
        cells.append(_cell(names.new(each.name), _module(netlist, each.gate), {}, joined))
    first: dict[str, tuple[int, int]] = {}
    if netlist.registers or any(each.writes for each in netlist.memories):
        clock = names.new(netlist.clock.name if netlist.clock is not None else "clk")
        moves = max(numbers.values()) + 1
        ports.append(_port(Port(clock, (clock,), None), "input", {clock: moves}))
        rising = netlist.clock is None or netlist.clock.rising
        kind = "$_DFF_P_" if rising else "$_DFF_N_"
        cells += [
            _cell(
                names.new(each.name), "$mem_v2", *memory_cell(each, numbers, moves, rising=rising)
            )
            for each in netlist.memories
            if each.writes
        ]
        for register in netlist.registers:
            d, q = numbers[register.d], numbers[register.q]
            wires = {"C": ("input", [moves]), "D": ("input", [d]), "Q": ("output", [q])}
            cells.append(_cell(names.new(f"{register.name}.register"), kind, {}, wires))
            if register.initial is not None:
                begins = names.new(f"{register.name}.first")
                first[begins] = (numbers[register.q], register.initial)
    cells += [
        _cell(names.new(each.name), "$mem_v2", *memory_cell(each, numbers, 0, rising=True))
        for each in netlist.memories
        if not each.writes
    ]
    told = {
        port.name: (port.of, [numbers[net] for net in port.nets]) for port in outputs if port.of
    }
    return _body({"top": 1}, ports, cells, nets, told, first)


def _gate(table: TruthTable) -> str:
    """A gate as one ``$lut`` for each output; its first input is the least significant, ours the most."""
    count = len(table.inputs)
    numbers = {pin: _FIRST_NET + place for place, pin in enumerate((*table.inputs, *table.outputs))}
    ports = [_port(Port(pin, (pin,), None), "input", numbers) for pin in table.inputs]
    ports += [_port(Port(pin, (pin,), None), "output", numbers) for pin in table.outputs]
    cells = [
        _cell(
            f"{pin}.lut",
            "$lut",
            {"WIDTH": f"{count:032b}", "LUT": f"{ones:0{1 << count}b}"},
            {
                "A": ("input", [numbers[each] for each in reversed(table.inputs)]),
                "Y": ("output", [numbers[pin]]),
            },
        )
        for pin, ones in zip(table.outputs, table.ones, strict=True)
    ]
    return _body({}, ports, cells, [])


def _body(
    attributes: Mapping[str, int],
    ports: Sequence[str],
    cells: Sequence[str],
    nets: Sequence[tuple[str, int]],
    told: Mapping[str, tuple[str, Sequence[int]]] | None = None,
    first: Mapping[str, tuple[int, int]] | None = None,
) -> str:
    """The sections of a module; ``first`` are names for nets of registers, and what these hold at first."""
    named = [f'{_text(_raw(name))}: {{"hide_name": 0, "bits": [{net}]}}' for name, net in nets]
    for name, (of, bits) in (told or {}).items():
        said = {"hide_name": 0, "bits": bits, "attributes": {NAME: f"output {of}"}}
        named.append(f"{_text(_raw(name))}: {_text(said)}")
    for name, (net, value) in (first or {}).items():
        begins = {"hide_name": 1, "bits": [net], "attributes": {"init": str(value)}}
        named.append(f"{_text(_raw(name))}: {_text(begins)}")
    marks = ", ".join(f'"{name}": "{value:032b}"' for name, value in attributes.items())
    sections = [
        f'      "attributes": {{{marks}}}',
        *(
            f'      "{name}": {{\n{_lines(entries)}      }}'
            for name, entries in (("ports", ports), ("cells", cells), ("netnames", named))
        ),
    ]
    return ",\n".join(sections)


def _lines(entries: Sequence[str]) -> str:
    return "".join(
        f"        {entry}{',' if place < len(entries) else ''}\n"
        for place, entry in enumerate(entries, 1)
    )


def _port(port: Port, direction: str, numbers: Mapping[str, int]) -> str:
    # Of one bit the offset is always said, even 0: by it a vector is told from a wire.
    said = port.low is not None and (port.low or len(port.nets) == 1)
    offset = f'"offset": {port.low}, ' if said else ""
    upto = '"upto": 1, ' if port.upto else ""
    bits = ", ".join(str(numbers[net]) for net in port.nets)
    return (
        f'{_text(_raw(port.name))}: {{"direction": "{direction}", {offset}{upto}"bits": [{bits}]}}'
    )


def _cell(
    name: str,
    kind: str,
    parameters: Mapping[str, str],
    pins: Mapping[str, tuple[str, Sequence[int | str]]],
) -> str:
    return f"{_text(_raw(name))}: " + _text(
        {
            "hide_name": 0,
            "type": kind if kind[0] == "$" else _raw(kind),
            "parameters": parameters,
            "attributes": {},
            "port_directions": {pin: direction for pin, (direction, _) in pins.items()},
            "connections": {pin: bits for pin, (_, bits) in pins.items()},
        }
    )


def _module(netlist: Netlist, gate: str) -> str:
    """The gate's name; if it is also the circuit's, a name that no gate can have."""
    return f"{gate}.gate" if gate == netlist.name else gate


def _raw(name: str) -> str:
    """A name as Yosys spells it: with a backslash if it could be taken for one of Yosys' own."""
    return f"\\{name}" if name[0] in "$\\" else name


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
