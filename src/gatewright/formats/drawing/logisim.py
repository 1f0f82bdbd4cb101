r"""Reading the drawings of Logisim and Logisim-evolution, files ``.circ``.

Gates, pins, constants, tunnels, splitters and the file's other circuits; the main circuit is the circuit. Pins
lie where ``AbstractGate``, ``SplitterParameters`` and the default appearances of Logisim-evolution have them. An
input of a gate that is joined to nothing is ignored, as there; so a gate may have more than are used.

Example:
    >>> text = '''<project source="3.8.0" version="1.0"><main name="main"/><circuit name="main">
    ...   <wire from="(20,30)" to="(50,30)"/><wire from="(20,70)" to="(50,70)"/>
    ...   <comp lib="0" loc="(20,30)" name="Pin"><a name="label" val="a"/></comp>
    ...   <comp lib="0" loc="(20,70)" name="Pin"><a name="label" val="b"/></comp>
    ...   <comp lib="1" loc="(100,50)" name="AND Gate"/>
    ...   <comp lib="0" loc="(100,50)" name="Pin"><a name="output" val="true"/><a name="label" val="y"/></comp>
    ... </circuit></project>'''
    >>> read_logisim(Source("and.circ", text.encode()), {}).instances
    (Instance(name='y', gate='lut2-8', inputs=('a', 'b'), outputs=('y',)),)
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from gatewright.circuits.netlist import Netlist
from gatewright.formats.drawing.logisim_symbols import (
    classic,
    drawn,
    evolution,
    point,
    row,
    turned,
)
from gatewright.formats.drawing.sheet import (
    MOST_BITS,
    ONE_HOT,
    DrawingError,
    Point,
    Sheet,
    modelled,
)
from gatewright.formats.drawing.xml import root
from gatewright.formats.model.hierarchy import flatten
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_GATES = {
    "AND Gate": ("AND", 0),
    "OR Gate": ("OR", 0),
    "NAND Gate": ("NAND", 10),
    "NOR Gate": ("NOR", 10),
    "XOR Gate": ("XOR", 10),
    "XNOR Gate": ("XNOR", 20),
    "Odd Parity": ("XOR", 0),
    "Even Parity": ("XNOR", 0),
}
"""Kind, and how much longer a gate is than its size."""

_ONE_INPUT = {"NOT Gate": ("NOT", 30), "Buffer": ("BUF", 20)}
_NO_LOGIC = {"Text", "Probe", "LED", "Label"}
_MOST_GATE = 64
_USUAL = 5
"""Inputs of a gate that does not say how many; newer versions have fewer, at the same places."""


def read_logisim(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    written: bool = False,
) -> Netlist:
    """The main circuit in a file of Logisim or Logisim-evolution.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        written: whether circuits in it count by what they are made of, whatever they compute.

    Raises:
        FormatError: the file is none, has a part that is not a gate, or is not a circuit.
    """
    project = root(source, "project")
    circuits: dict[str, Element] = {}
    for each in project.iterfind("circuit"):
        name = _clean(each.get("name", ""))
        if name in circuits:
            what = f"has two circuits that are called '{name}' where spaces are _"
            raise source.refuse(0, "", what, "rename one")
        circuits[name] = each
    if not circuits:
        raise source.refuse(0, "", "holds no circuit", "save it again")
    main = project.find("main")
    first = _clean(main.get("name", "")) if main is not None else next(iter(circuits))
    if first not in circuits:
        raise source.refuse(0, "", f"has no main circuit '{first}'", "save it again")
    sheets: dict[str, Sheet] = {}
    todo = [first]
    while todo:
        name = todo.pop()
        if name not in sheets:
            sheets[name] = _sheet(source, circuits, name)
            placed = (_clean(each.get("name", "")) for each in circuits[name].iterfind("comp"))
            todo += [each for each in placed if each in circuits]
    models = {name: modelled(source, sheet) for name, sheet in sheets.items()}
    return flatten(source, models, first, gates, widest=widest, kept=() if written else None)


def _sheet(source: Source, circuits: Mapping[str, Element], name: str) -> Sheet:
    """A circuit of the file as a sheet."""
    sheet = Sheet(name)
    for wire in circuits[name].iterfind("wire"):
        sheet.wire(point(source, wire.get("from")), point(source, wire.get("to")))
    gates = []
    elements = list(circuits[name].iterfind("comp"))
    for element in elements:
        with _said_of(source, name, element):
            gates.append(_part(sheet, source, circuits, element))
    # Which inputs of gates are joined is known when all else is drawn.
    for element, draw in zip(elements, gates, strict=True):
        with _said_of(source, name, element):
            draw()
    sheet.touch()
    return sheet


@contextlib.contextmanager
def _said_of(source: Source, name: str, element: Element) -> Iterator[None]:
    """Let an error say which part it is about."""
    try:
        yield
    except DrawingError as error:
        where = f"'{element.get('name')}' at {element.get('loc')} of circuit '{name}'"
        raise source.refuse(0, "", f"{where} {error}", error.hint) from None


def _nothing() -> None:
    """What is left to draw of a part that has been drawn."""


def _part(
    sheet: Sheet, source: Source, circuits: Mapping[str, Element], element: Element
) -> Callable[[], None]:
    """Draw a part, and give what is to be drawn later, as gates are."""
    kind, at = element.get("name", ""), point(source, element.get("loc"))
    said = {each.get("name", ""): each.get("val") or "" for each in element.iterfind("a")}
    if element.get("lib") is None and _clean(kind) in circuits:
        _call(sheet, source, circuits[_clean(kind)], said, at)
        return _nothing
    if kind in _NO_LOGIC:
        return _nothing
    width = _number(said, "width", 1)
    if not 1 <= width <= MOST_BITS:
        raise DrawingError(f"is {width} bits wide", f"1 to {MOST_BITS} are read")
    if kind == "Pin":
        output = said.get("output") == "true" or said.get("type") == "output"
        names = sheet.ports("output" if output else "input")
        label = _clean(said.get("label", "")) or f"{'out' if output else 'in'}{len(names)}"
        (sheet.output if output else sheet.input)(label, at, width)
    elif kind in ("Constant", "Power", "Ground"):
        value = {"Power": -1, "Ground": 0}.get(kind, _number(said, "value", 1))
        sheet.constant(value & ((1 << width) - 1), at, width)
    elif kind == "Tunnel":
        sheet.tunnel(said.get("label", ""), at)
    elif kind == "Splitter":
        _splitter(sheet, said, at)
    elif kind in _GATES or kind in _ONE_INPUT:
        return _gate(sheet, kind, said, at, width)
    else:
        raise DrawingError(
            "is not a gate",
            "what is read: gates, Pin, Constant, Power, Ground, Tunnel, Splitter, circuits",
        )
    return _nothing


def _gate(
    sheet: Sheet, kind: str, said: Mapping[str, str], at: Point, width: int
) -> Callable[[], None]:
    """A gate, to be drawn when it is known which of its inputs are joined."""
    if said.get("out", "01") != "01":
        raise DrawingError("drives nothing for one of its values", "let it drive both 0 and 1")
    facing = said.get("facing", "east")
    sheet.pin(at)
    if kind in _ONE_INPUT:
        only, usual = _ONE_INPUT[kind]
        before = turned(at, facing, -_number(said, "size", usual), 0)
        return lambda: sheet.gate(only, [(before, False)], at, width)
    name, more = _GATES[kind]
    count, size = _number(said, "inputs", _USUAL), _number(said, "size", 50)
    if not 1 <= count <= _MOST_GATE:
        raise DrawingError(f"has {count} inputs", f"1 to {_MOST_GATE} are read")
    inputs = []
    for place in range(count):
        negated = said.get(f"negate{place}") == "true"
        back = -(size + more + 10 * negated)
        inputs.append((turned(at, facing, back, row(place, count, size)), negated))
    one = kind in ("XOR Gate", "XNOR Gate") and said.get("xor", "1") != "odd"

    def draw() -> None:
        joined = [each for each in inputs if sheet.joined_from(each[0])]
        if not joined:
            raise DrawingError("has no input that is joined to anything", "wire it")
        if one and len(joined) > 2:
            if kind == "XNOR Gate":
                raise DrawingError(
                    "is an XNOR of more than two inputs, of unsure meaning", "say odd parity"
                )
            sheet.gate(ONE_HOT, joined, at, width)
        else:
            sheet.gate(name, joined, at, width)

    return draw


def _splitter(sheet: Sheet, said: Mapping[str, str], at: Point) -> None:
    """Bits of the net at its point, at its ends, as in ``SplitterParameters``."""
    fanout, bits = _number(said, "fanout", 2), _number(said, "incoming", 2)
    if not (1 <= fanout <= MOST_BITS and 1 <= bits <= MOST_BITS):
        raise DrawingError(f"has {bits} bits and {fanout} ends", f"1 to {MOST_BITS} are read")
    justify = {"right": 1, "center": 0, "legacy": 0}.get(said.get("appear", "left"), -1)
    gap, facing = 10 * _number(said, "spacing", 1), said.get("facing", "east")
    upright = facing in ("north", "south")
    sign = {"north": 1, "south": -1, "west": -1}.get(facing, 1)
    reach = 10 + gap * (fanout - 1)
    if upright:
        first = (
            gap * ((fanout + 1) // 2 - 1) if not justify else -10 if sign * justify < 0 else reach
        )
        ends = [(at[0] + first - gap * place, at[1] - sign * 20) for place in range(fanout)]
    else:
        first = -gap * (fanout // 2) if not justify else 10 if sign * justify > 0 else -reach
        ends = [(at[0] + sign * 20, at[1] + first + gap * place) for place in range(fanout)]
    used = [0] * fanout
    for bit in range(bits):
        usual = bit if bits <= fanout else bit * fanout // bits
        where = said.get(f"bit{bit}", str(usual))
        if where == "none":
            continue
        end = _number({"bit": where}, "bit", 0)
        if not 0 <= end < fanout:
            raise DrawingError(f"puts bit {bit} on end {end} of {fanout}", "save it again")
        sheet.split(at, bit, ends[end], used[end])
        used[end] += 1
    for each, count in zip((at, *ends), (bits, *used), strict=True):
        sheet.pin(each, count)


def _call(sheet: Sheet, source: Source, inner: Element, said: Mapping[str, str], at: Point) -> None:
    """Another circuit of the file, by its symbol."""
    if said.get("facing", "east") != "east":
        raise DrawingError("faces another way than east, which is not read", "turn it")
    about = {each.get("name", ""): each.get("val") or "" for each in inner.iterfind("a")}
    pins = [_pin(source, each) for each in inner.iterfind("comp") if each.get("name") == "Pin"]
    counts = {True: 0, False: 0}
    named = []
    for where, output, width, label, facing in pins:
        label = label or f"{'out' if output else 'in'}{counts[output]}"
        counts[output] += 1
        named.append((where, output, width, label, facing))
    look = about.get(
        "appearance", "custom" if inner.find("appear/circ-port") is not None else "classic"
    )
    if look == "custom":
        offsets = drawn(source, inner)
    elif look in ("evolution", "logisim_evolution"):
        offsets = evolution([each[:2] for each in named])
    elif look == "classic":
        offsets = classic([(each[0], each[4]) for each in named])
    else:
        raise DrawingError(
            f"has the appearance '{look}', which is not read", "choose evolution or classic"
        )
    placed = {}
    for where, _, width, label, _ in named:
        if where not in offsets:
            raise DrawingError(f"has a symbol without its pin '{label}'", "save it again")
        dx, dy = offsets[where]
        placed[label] = ((at[0] + dx, at[1] + dy), width)
    sheet.call(_clean(inner.get("name", "")), placed)


def _pin(source: Source, element: Element) -> tuple[Point, bool, int, str, str]:
    """Where a pin lies, whether it is an output, its width, label, and where it faces."""
    said = {each.get("name", ""): each.get("val") or "" for each in element.iterfind("a")}
    output = said.get("output") == "true" or said.get("type") == "output"
    label, facing = _clean(said.get("label", "")), said.get("facing", "east")
    return point(source, element.get("loc")), output, _number(said, "width", 1), label, facing


def _clean(name: str) -> str:
    """A name without spaces, which formats of netlists do not have."""
    return "_".join(name.split())


def _number(said: Mapping[str, str], name: str, default: int) -> int:
    text = said.get(name) or str(default)
    try:
        return int(text, 0)
    except ValueError:
        raise DrawingError(f"has the {name} '{text[:40]}'", "give it a number") from None
