"""Schematics, read back from their SVG: geometry, not pixels."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.clocked.cut import BUFFER
from gatewright.circuits.netlist import Bus, Clock, Instance, Netlist, Register
from gatewright.circuits.simulate.signals import signals
from gatewright.draw.schematic.layout import engine
from gatewright.draw.schematic.schematic import schematic
from gatewright.draw.schematic.symbols import text_width
from gatewright.errors import NetlistError, UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins
from gatewright.text import visible

if TYPE_CHECKING:
    from tests.conftest import Naive

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[int, int]
Segment = tuple[Point, Point]


@dataclass
class Symbol:
    """A gate, block or port as it was drawn."""

    kind: str
    name: str
    gate: str
    box: tuple[int, int, int, int]
    pins: list[tuple[str, str, Point]]
    tooltip: str
    learned: bool


@dataclass
class Drawing:
    """What an SVG shows."""

    width: int
    height: int
    symbols: list[Symbol] = field(default_factory=list)
    wires: dict[str, list[Segment]] = field(default_factory=dict)
    dots: dict[str, list[Point]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    texts: list[tuple[int, int, int, str]] = field(default_factory=list)


def numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"-?\d+", text)]


def moved(element: ElementTree.Element) -> Point:
    x, y = numbers(element.get("transform", "0 0"))
    return x, y


def segments(path: str) -> list[Segment]:
    found = []
    for x, y, way, to in re.findall(r"M(-?\d+) (-?\d+)([HV])(-?\d+)", path):
        start = (int(x), int(y))
        found.append((start, (int(to), start[1]) if way == "H" else (start[0], int(to))))
    assert "".join(re.findall(r"M-?\d+ -?\d+[HV]-?\d+", path)) == path  # at right angles, all of it
    return found


def outline_box(path: str) -> tuple[int, int, int, int]:
    """The box around an outline; control points of curves lie within our shapes."""
    xs, ys, x, y = [], [], 0, 0
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        values = numbers(text)
        if command in "MLQ":
            x, y = values[-2:]
        elif command == "H":
            x = values[0]
        elif command == "V":
            y = values[0]
        elif command == "h":
            x += values[0]
        elif command == "a":
            xs.append(x + values[0])
            x, y = x + values[5], y + values[6]
        else:
            assert command == "Z"
            continue
        xs.append(x)
        ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def read(svg: str) -> Drawing:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    drawing = Drawing(int(root.get("width", "")), int(root.get("height", "")))
    for text in root.findall(f"{SVG}text"):
        size = int(text.get("font-size", ""))
        x, y = int(text.get("x", "")), int(text.get("y", ""))
        drawing.texts.append((x, x + 7 * size // 12 * len(text.text or ""), y, text.text or ""))
    sheet = root.findall(f"{SVG}g")[0]
    left, top = moved(sheet)
    for group in sheet:
        kind = group.get("class", "").removeprefix("gw-")
        if kind == "net":
            path = group.find(f"{SVG}path")
            assert path is not None
            name = group.get("data-nets", "")
            assert name not in drawing.wires
            drawing.wires[name] = segments(path.get("d", ""))
            drawing.classes[name] = path.get("class", "")
            drawing.dots[name] = [
                (int(each.get("cx", "")), int(each.get("cy", "")))
                for each in group.findall(f"{SVG}circle")
            ]
            continue
        x, y = moved(group)
        body = next(
            each
            for each in group.findall(f"{SVG}path")
            if each.get("class") in ("gw-body", "gw-tag") and not each.get("transform")
        )
        west, north, east, south = outline_box(body.get("d", ""))
        pins = []
        for each in group.findall(f"{SVG}path"):
            if "data-pin" in each.attrib:
                px, py = numbers(each.get("d", ""))[:2]
                pins.append((each.get("data-pin", ""), each.get("data-nets", ""), (x + px, y + py)))
        drawing.symbols.append(
            Symbol(
                kind,
                group.get("data-name", ""),
                group.get("data-gate", ""),
                (x + west, y + north, x + east, y + south),
                pins,
                (group.findtext(f"{SVG}title") or ""),
                any(each.get("class", "").startswith("gw-mark") for each in group),
            )
        )
        for text in group.findall(f"{SVG}text"):
            size, words = int(text.get("font-size", "")), text.text or ""
            wide = text_width(words, size)
            start = x + int(text.get("x", "")) + left
            start -= {"start": 0, "middle": wide // 2, "end": wide}[text.get("text-anchor", "")]
            drawing.texts.append((start, start + wide, y + int(text.get("y", "")) + top, words))
    return drawing


def crossed(one: Segment, other: Segment) -> bool:
    """Whether two pieces of wire touch where one of them ends, or run along each other."""
    (ax, ay), (bx, by) = sorted(one)
    (cx, cy), (dx, dy) = sorted(other)
    if max(ax, cx) > min(bx, dx) or max(ay, cy) > min(by, dy):
        return False
    if (ax == bx) == (cx == dx):
        return True  # they run along each other
    return any(
        min(p[0], q[0]) <= x <= max(p[0], q[0]) and min(p[1], q[1]) <= y <= max(p[1], q[1])
        for (p, q), ends in ((one, other), (other, one))
        for x, y in ends
    )


def joined(pieces: list[Segment]) -> bool:
    """Whether pieces of wire hang together."""
    seen, todo = {0}, [0]
    while todo:
        place = todo.pop()
        for other, piece in enumerate(pieces):
            if other not in seen and meet(pieces[place], piece):
                seen.add(other)
                todo.append(other)
    return len(seen) == len(pieces)


def meet(one: Segment, other: Segment) -> bool:
    (ax, ay), (bx, by) = sorted(one)
    (cx, cy), (dx, dy) = sorted(other)
    return max(ax, cx) <= min(bx, dx) and max(ay, cy) <= min(by, dy)


def on(point: Point, pieces: list[Segment]) -> bool:
    return any(meet((point, point), piece) for piece in pieces)


def arms(point: Point, pieces: list[Segment]) -> int:
    """How many ways a wire leads away from a point."""
    x, y = point
    return sum(on(each, pieces) for each in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)))


def check_geometry(drawing: Drawing) -> None:
    for one, other in combinations(drawing.symbols, 2):
        (a, b, c, d), (e, f, g, h) = one.box, other.box
        assert c <= e or g <= a or d <= f or h <= b, (one, other)
    for start, end, y, text in drawing.texts:
        assert start >= 0, text
        assert end <= drawing.width, text
        assert 8 < y < drawing.height, text
    for name, pieces in drawing.wires.items():
        assert joined(pieces), name
        for symbol in drawing.symbols:
            west, north, east, south = symbol.box
            inner = ((west + 1, north + 1), (east - 1, south - 1))
            for (ax, ay), (bx, by) in map(sorted, pieces):
                outside = (
                    bx < inner[0][0] or ax > inner[1][0] or by < inner[0][1] or ay > inner[1][1]
                )
                assert outside, (name, symbol)
        corners = {point for piece in pieces for point in piece}
        meetings = {point for point in corners if arms(point, pieces) > 2}
        assert meetings <= set(drawing.dots[name])
        assert all(arms(dot, pieces) > 2 for dot in drawing.dots[name])
    for net, against in combinations(drawing.wires, 2):
        for piece in drawing.wires[net]:
            for foreign in drawing.wires[against]:
                assert not crossed(piece, foreign), (net, against)


def check_netlist(drawing: Drawing, netlist: Netlist) -> None:
    """Every gate and register once, every pin on its net, every port once."""
    gates = [each for each in drawing.symbols if each.kind == "gate"]
    assert sorted(each.name for each in gates) == sorted(each.name for each in netlist.instances)
    assert {each.kind for each in drawing.symbols} <= {"gate", "register", "input", "output"}
    instances = {each.name: each for each in netlist.instances}
    read = {net for each in netlist.instances for net in each.inputs} | {*netlist.output_nets}
    read |= {each.d for each in netlist.registers}
    drawn = {each.name: each for each in drawing.symbols if each.kind == "register"}
    assert sorted(drawn) == sorted(each.name for each in netlist.registers)
    for register in netlist.registers:
        pins = drawn[register.name].pins
        known = [("D", register.d), ("Q", register.q if register.q in read else "")]
        assert [(name, net) for name, net, _ in pins] == known
        assert all(on(point, drawing.wires[net]) for _, net, point in pins if net)
        first = "?" if register.initial is None else register.initial
        assert drawn[register.name].tooltip.startswith(f"{register.name}: starts as {first}")
    for gate in gates:
        instance, table = instances[gate.name], netlist.gates[gate.gate].table
        assert gate.gate == instance.gate
        nets = [net if net in read else "" for net in (*instance.inputs, *instance.outputs)]
        assert [name for name, _, _ in gate.pins] == [*table.inputs, *table.outputs]
        assert [net for _, net, _ in gate.pins] == nets
        for pin, net, point in gate.pins:
            if net:
                assert on(point, drawing.wires[net]), (gate.name, pin)
        left = [point[1] for _, _, point in gate.pins if point[0] < gate.box[0]]
        right = [point[1] for _, _, point in gate.pins if point[0] > gate.box[2]]
        assert left == sorted(left)  # in their order from top to bottom
        assert right == sorted(right)
    for kind, buses in (("input", netlist.inputs), ("output", netlist.outputs)):
        drawn = {each.name: each for each in drawing.symbols if each.kind == kind}
        assert sorted(drawn) == sorted(bit for bus in buses for bit in bus.bits)
        for bus in buses:
            for bit, net in zip(bus.bits, bus.nets, strict=True):
                west, north, east, south = drawn[bit].box
                end = (east if kind == "input" else west, (north + south) // 2)
                if net in read:
                    assert on(end, drawing.wires[net]), bit
    assert set(drawing.wires) <= read


def check(svg: str, netlist: Netlist) -> None:
    drawing = read(svg)
    check_geometry(drawing)
    check_netlist(drawing, netlist)


def small(plugins: Plugins, name: str) -> Netlist:
    spec = plugins.circuit(name)
    given = {"bits": 4} if any(each.name == "bits" for each in spec.parameters) else {}
    return spec.elaborate(given, plugins.gates).netlist


BUILDERS = (
    *("ripple-adder", "carry-lookahead", "kogge-stone", "brent-kung", "carry-select"),
    *("subtractor", "ripple-adder-subtractor", "incrementer", "array-multiplier"),
    *(
        "wallace-multiplier",
        "divider",
        "square-root",
        "truncated-multiplier",
        "truncated-divider",
        "barrel-shifter",
        "comparator",
    ),
    *("signed-comparator", "equality", "multiplexer", "demultiplexer", "decoder"),
    *(
        "priority-encoder",
        "parity-tree",
        "popcount",
        "gray-encoder",
        "gray-decoder",
        "hamming-encoder",
        "hamming-corrector",
    ),
    *("hex-display", "alu"),
)


def test_every_builder_is_looked_at(plugins: Plugins) -> None:
    assert set(BUILDERS) == {each.name for each in plugins.circuits.values() if each.cycle is None}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", BUILDERS)
def test_a_schematic_shows_the_netlist(plugins: Plugins, name: str) -> None:
    netlist = small(plugins, name)
    picture = schematic(netlist)
    check(picture.svg, netlist)
    assert schematic(netlist) == picture  # the same bytes again


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("counter", {"bits": 3, "modulo": 5}),
        ("shift-register", {"bits": 4}),
        ("lfsr", {"bits": 8}),
        ("accumulator", {"bits": 3}),
        ("serial-adder", {}),
    ],
)
def test_a_schematic_shows_registers(plugins: Plugins, name: str, given: dict[str, int]) -> None:
    netlist = plugins.circuit(name).elaborate(given, plugins.gates).netlist
    picture = schematic(netlist)
    check(picture.svg, netlist)
    assert schematic(netlist) == picture
    assert picture.svg.count(CLOCK) == len(netlist.registers)
    assert "registers, which take D as the clock rises" in picture.svg or name == "serial-adder"
    coming_back = [
        (gate.name, net)
        for gate in read(picture.svg).symbols
        if gate.kind == "gate"
        for _, net, point in gate.pins
        if point[0] > gate.box[2] and net
        for piece in read(picture.svg).wires[net]
        if min(x for x, _ in piece) < point[0]
    ]
    assert coming_back == []  # what gates drive runs to the right


CLOCK = 'l9 6l-9 6"/>'
"""The triangle of a clock."""


def own(
    registers: Sequence[Register], clock: Clock | None = None, outputs: Sequence[str] = ("q",)
) -> Netlist:
    """A circuit of nothing but registers, with an input."""
    ports = tuple(Bus(each, (each,)) for each in outputs)
    return Netlist("own", {}, (Bus("x", ("x",)),), ports, (), tuple(registers), clock)


def test_registers_that_hold_what_they_have_and_that_pass_it_round() -> None:
    holds = own([Register("q", "q", "q")], Clock("ck", rising=False))
    picture = schematic(holds).svg
    check(picture, holds)
    assert "1 register, which takes D as ck falls" in picture
    assert picture.count('class="gw-bubble"') == 1
    assert "starts as ?" in picture
    ring = own([Register("q", "r", "q", 1), Register("r", "s", "r", 0), Register("s", "q", "s", 0)])
    check(schematic(ring).svg, ring)


def test_registers_of_a_large_circuit_are_drawn_by_their_buses(plugins: Plugins) -> None:
    netlist = plugins.circuit("accumulator").elaborate({"bits": 64}, plugins.gates).netlist
    drawing = read(schematic(netlist).svg)
    check_geometry(drawing)
    (registers,) = [each for each in drawing.symbols if each.kind == "register"]
    assert registers.tooltip == "total[63:0]: 64 registers, start as 0"
    assert [pin for pin, _, _ in registers.pins] == ["D[0]", "D[1]", "D[62:2]", "D[63]", "Q"]
    many = own([Register(f"r{n}", "x", f"r{n}", n & 1) for n in range(300)], outputs=("r7",))
    drawing = read(schematic(many).svg)
    check_geometry(drawing)
    (registers,) = [each for each in drawing.symbols if each.kind == "register"]
    assert registers.tooltip == "r0 … r299: 300 registers, start as 0 or 1"


def test_registers_are_marked_as_learned_by_their_buffer(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    counter = plugins.circuit("counter").elaborate({"bits": 2}, plugins.gates).netlist
    learned = {**gates, BUFFER.name: train(BUFFER)}
    flowing = signals(counter, learned, {"enable": 1})
    assert {name: flowing[name] for name in ("enable", "count[0]")} == {"enable": 1, "count[0]": 0}
    svg = schematic(counter, gates=learned, signals=flowing).svg
    assert "cycle 0: enable=1  →  count=0" in svg
    registers = [each for each in read(svg).symbols if each.kind == "register"]
    assert all(each.learned for each in registers)
    assert registers[0].tooltip == (
        "count[0]: starts as 0, behind a buffer; learned, noise margin 0.45 proved"
    )


def test_the_checks_see_what_is_wrong(plugins: Plugins) -> None:
    netlist = small(plugins, "comparator")
    svg = schematic(netlist).svg
    found = re.findall(r'<g class="gw-gate".*?</g>\n', svg, re.DOTALL)
    first, second = found[:2]
    moved_on = second.replace(*re.findall(r"translate\(.*?\)", second + first)[:2])
    for broken in (
        svg.replace(first, ""),
        svg.replace(first, first + first),
        svg.replace(second, moved_on),
        re.sub(
            r'(class="gw-wire" d="M\d+ )(\d+)', lambda found: f"{found[1]}{int(found[2]) + 3}", svg
        ),
        re.sub(r'<circle class="gw-dot".*\n', "", svg, count=1),
        svg.replace(">greater<", f">{'greater' * 9}<"),
        svg.replace('data-pin="a"', 'data-pin="x"').replace('data-pin="b"', 'data-pin="a"'),
    ):
        with pytest.raises(AssertionError):
            check(broken, netlist)


@pytest.mark.parametrize(
    "name", few(["ripple-adder", "kogge-stone", "alu", "divider", "equality"], 1, 4)
)
def test_a_large_circuit_is_drawn_by_its_hierarchy(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({"bits": 64}, plugins.gates).netlist
    started = time.process_time()
    drawing = read(schematic(netlist).svg)
    assert time.process_time() - started < 5
    check_geometry(drawing)
    blocks = [each for each in drawing.symbols if each.kind not in ("input", "output")]
    assert len(blocks) < 40
    for block in blocks:
        for pin, nets, point in block.pins:
            if nets:
                assert on(point, drawing.wires[nets]), (block.name, pin)
    shown = {net for nets in drawing.wires for net in nets.split()}
    assert shown >= {*netlist.input_nets, *netlist.output_nets}
    wide = [nets for nets in drawing.wires if " " in nets]
    assert wide
    assert all(("gw-bus" in drawing.classes[nets]) == (nets in wide) for nets in drawing.wires)


@pytest.mark.parametrize("name", ["not", "xor", "mux", "and3", "half-adder"])
def test_a_run_of_gates_is_a_stack_with_its_number(plugins: Plugins, name: str) -> None:
    circuit = CircuitBuilder("run", plugins.gates)
    ports = plugins.gates[name].table.inputs
    buses = [circuit.input_bus(port, 32) for port in ports]
    made = [circuit.instance(name, *wires) for wires in zip(*buses, strict=True)]
    for place, port in enumerate(plugins.gates[name].table.outputs):
        circuit.output_bus(port, [each[place] for each in made])
    svg = schematic(circuit.netlist()).svg
    drawing = read(svg)
    check_geometry(drawing)
    (stack,) = [each for each in drawing.symbols if each.kind == "run"]
    assert [pin for pin, _, _ in stack.pins] == [*ports, *plugins.gates[name].table.outputs]
    assert all(on(point, drawing.wires[nets]) for _, nets, point in stack.pins)
    assert f"32 × {name}" in [text for _, _, _, text in drawing.texts]
    assert {each.name for each in drawing.symbols if each.kind == "input"} == {
        f"{port}[31:0]" for port in ports
    }


def test_a_depth_opens_more(plugins: Plugins) -> None:
    netlist = plugins.circuit("carry-select").elaborate({"bits": 8}, plugins.gates).netlist
    names = [
        {each.name for each in read(schematic(netlist, depth=depth).svg).symbols}
        for depth in (1, 2, 3)
    ]
    assert "block1" in names[0]
    assert "block1/zero" in names[1]
    assert "block1/zero/fa4" in names[2]


# Values


@pytest.mark.parametrize("pattern", few(range(32), 0, 13, 30))
def test_wires_are_coloured_by_their_values(
    plugins: Plugins, gates: Mapping[str, TrainedGate], naive: Naive, pattern: int
) -> None:
    given: dict[str, int | str] = {"bits": 2, "from": "half-adders"}
    netlist = plugins.circuit("ripple-adder").elaborate(given, plugins.gates).netlist
    inputs = {"a": pattern & 3, "b": pattern >> 2 & 3, "cin": pattern >> 4}
    bits = {
        net: inputs[bus.name] >> place & 1
        for bus in netlist.inputs
        for place, net in enumerate(bus.nets)
    }
    right = naive(netlist, bits)
    flowing = signals(netlist, gates, inputs)
    svg = schematic(netlist, gates=gates, signals=flowing).svg
    drawing = read(svg)
    for net, kind in drawing.classes.items():
        assert ("gw-one" in kind, "gw-zero" in kind) == (right[net] == 1, right[net] == 0), net
    total = sum(inputs.values())
    told = (
        f"a={inputs['a']} b={inputs['b']} cin={inputs['cin']}  →  sum={total & 3} cout={total >> 2}"
    )
    assert told in [text for _, _, _, text in drawing.texts]
    check_geometry(drawing)


def test_raw_activations_stand_at_outputs(
    plugins: Plugins, soft_gates: Mapping[str, TrainedGate]
) -> None:
    netlist = small(plugins, "equality")
    flowing = signals(netlist, soft_gates, {"a": 13, "b": 6})
    svg = schematic(netlist, gates=soft_gates, signals=flowing).svg
    check_geometry(read(svg))
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    seen = 0
    for group in root.iter(f"{SVG}g"):
        if group.get("class") != "gw-gate":
            continue
        (instance,) = [each for each in netlist.instances if each.name == group.get("data-name")]
        texts = [each.text for each in group.findall(f"{SVG}text")]
        assert texts[0] == f"{flowing[instance.outputs[0]]:.4f}"
        seen += 1
    assert seen == len(netlist.instances)


def test_what_is_no_number_is_neither(plugins: Plugins) -> None:
    netlist = small(plugins, "gray-encoder")
    flowing = dict.fromkeys((*netlist.input_nets, *netlist.output_nets), 1.0)
    flowing[netlist.output_nets[0]] = math.nan
    svg = schematic(netlist, signals=flowing).svg
    drawing = read(svg)
    assert drawing.classes[netlist.output_nets[0]] == "gw-wire gw-none"
    assert ">nan<" in svg
    assert "gray=?" in svg


# Learned gates


def test_learned_gates_are_marked_with_their_margin(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    netlist = small(plugins, "comparator")
    some = {name: gate for name, gate in gates.items() if name in ("xor", "mux", "full-adder")}
    svg = schematic(netlist, gates=some).svg
    for symbol in read(svg).symbols:
        learned = symbol.gate in ("xor", "mux")
        assert symbol.learned == learned, symbol
        assert symbol.tooltip.endswith("; learned, noise margin 0.45 proved") == learned
    assert svg.count("learned, noise margin 0.45 proved</text>") == 1  # the legend
    plain = schematic(netlist).svg
    assert "learned" not in plain
    assert not any(symbol.learned for symbol in read(plain).symbols)


def test_a_datasheet_that_does_not_hold_is_not_believed(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    netlist = small(plugins, "gray-encoder")
    false = replace(gates["xor"], theta=gates["xor"].theta * 0.5)
    svg = schematic(netlist, gates={"xor": false}).svg
    assert "proved" not in svg
    assert "learned, not certified</text>" in svg
    assert '<g class="gw-mark gw-hollow">' in svg


# Names, and what is refused

STRANGE = (
    "1GAT(0)",
    "<b>&\"'",
    "naïve",
    "漢字漢字",
    "a\x07b\u202e\x1b[0m",
    "x" * 200,
    "$_-.:;~",
    "]]>",
)


def test_names_can_be_anything() -> None:
    inverter = GateSpec("not", TruthTable.from_rows(["1", "0"], "a", "y"))
    pair = GateSpec("pair", TruthTable.from_rows(["01", "10"], "a", "yz"))
    wires = [f"{name}/{name}" for name in STRANGE]
    netlist = Netlist(
        'a <strange> & "odd" circuit',
        {"not": inverter, "pair": pair},
        tuple(Bus(name, (name,)) for name in STRANGE),
        tuple(Bus(f"{name}'", (f"{name}.y",)) for name in STRANGE),
        tuple(
            each
            for name, wire in zip(STRANGE, wires, strict=True)
            for each in (
                Instance(name, "pair", (name,), (wire, f"{name}.z")),
                Instance(wire, "not", (wire,), (f"{name}.y",)),
            )
        ),
    )
    for depth in (None, 1):
        drawing = read(schematic(netlist, depth=depth).svg)
        check_geometry(drawing)
    drawing = read(schematic(netlist).svg)
    boxes = {each.name: each.box for each in drawing.symbols if not each.gate}
    widths = {text: end - start for start, end, _, text in drawing.texts}
    for name in map(visible, STRANGE):
        west, _, east, _ = boxes[name]
        assert widths.get(name, 0) <= east - west, name  # very long ones are cut


def test_unused_pins_and_wires_alone() -> None:
    pair = GateSpec("pair", TruthTable.from_rows(["01", "10"], "a", "yz"))
    netlist = Netlist(
        "odd",
        {"pair": pair},
        (Bus("a", ("a",)), Bus("unused", ("u[0]", "u[1]"), vector=True)),
        (Bus("a", ("a",)), Bus("y", ("y", "y"), vector=True)),
        (Instance("p", "pair", ("a",), ("y", "z")),),
    )
    drawing = read(schematic(netlist).svg)
    check_geometry(drawing)
    check_netlist(drawing, netlist)
    assert set(drawing.wires) == {"a", "y"}
    through = Netlist("through", {}, (Bus("a", ("a",)),), (Bus("y", ("a",)),), ())
    check(schematic(through).svg, through)


def test_too_large_a_sheet_is_refused(plugins: Plugins) -> None:
    netlist = plugins.circuit("array-multiplier").elaborate({"bits": 64}, plugins.gates).netlist
    with pytest.raises(UsageError, match="drawn as 8128 symbols, more than 500; give a smaller"):
        schematic(netlist, depth=9)
    inverter = GateSpec("not", TruthTable.from_rows(["1", "0"], "a", "y"))
    names = [f"n{'xy'[place % 2]}{place}" for place in range(600)]
    flat = Netlist(
        "flat",
        {"not": inverter},
        (Bus("a", ("a",)),),
        (Bus("y", (names[-1],)),),
        tuple(
            Instance(name, "not", (before,), (name,))
            for before, name in itertools.pairwise(["a", *names])
        ),
    )
    with pytest.raises(UsageError, match=r"flat would be drawn as 600 symbols, .*; draw a smaller"):
        schematic(flat)


def test_too_many_ports_are_refused_before_they_are_placed(plugins: Plugins) -> None:
    ports = tuple(Bus(f"p{place}q", (f"p{place}q",)) for place in range(900))
    instance = Instance("n", "not", ("p0q",), ("y",))
    netlist = Netlist("ports", plugins.gates, ports, (Bus("y", ("y",)),), (instance,))
    with pytest.raises(UsageError) as caught:
        schematic(netlist)
    assert str(caught.value) == (
        "ports would be drawn as 902 symbols, ports among them, more than 800; "
        "draw a smaller circuit, or name the bits of its buses a[0], a[1], …"
    )


def test_what_is_no_circuit_is_refused() -> None:
    with pytest.raises(NetlistError, match="has no driver"):
        schematic(Netlist("open", {}, (), (Bus("y", ("y",)),), ()))


def test_a_missing_extra_is_named(plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> None:
    netlist = small(plugins, "equality")
    engine.cache_clear()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    with pytest.raises(UsageError) as caught:
        schematic(netlist)
    assert str(caught.value) == (
        "a schematic needs mini-racer, which is not installed; run pip install 'gatewright[draw]'"
    )


def test_a_picture_is_saved_and_shown(plugins: Plugins) -> None:
    picture = schematic(small(plugins, "equality"), title="A <title>")
    assert picture._repr_svg_() == picture.svg
    assert "<title>A &lt;title&gt;</title>" in picture.svg
    png = picture.to_png(scale=1)
    drawing = read(picture.svg)
    assert png.startswith(b"\x89PNG")
    assert [int.from_bytes(png[at : at + 4]) for at in (16, 20)] == [drawing.width, drawing.height]
    pdf = picture.to_pdf()
    assert pdf.startswith(b"%PDF-")
    assert pdf == picture.to_pdf()


@pytest.mark.exhaustive
def test_it_is_drawn_inside_and_after_an_event_loop() -> None:
    """As in a notebook; in a process of its own, since the engine is there once."""
    script = (
        "import asyncio\n"
        "from gatewright import load_plugins\n"
        "from gatewright.draw.schematic.schematic import schematic\n"
        "plugins = load_plugins()\n"
        "netlist = plugins.circuit('ripple-adder').elaborate({'bits': 2}, plugins.gates).netlist\n"
        "async def inside():\n    return schematic(netlist).svg\n"
        "assert asyncio.run(inside()) == asyncio.run(inside()) == schematic(netlist).svg\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
