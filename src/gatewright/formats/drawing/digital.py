r"""Reading the drawings of Digital (H. Neemann, https://github.com/hneemann/Digital), files ``.dig``.

Gates, inputs, outputs, constants, tunnels, splitters, and circuits of other files of the same folder. Pins lie
where Digital's ``GenericShape`` has them: inputs at the left every 20 points, with a gap in the middle where they
are even in number and there is one output, outputs at the right.

Example:
    >>> def part(kind, x, y, label=""):
    ...     said = f"<entry><string>Label</string><string>{label}</string></entry>" if label else ""
    ...     return f"<visualElement><elementName>{kind}</elementName><elementAttributes>{said}" \
    ...         f"</elementAttributes><pos x='{x}' y='{y}'/></visualElement>"
    >>> parts = part("In", 0, 0, "a") + part("In", 0, 40, "b") + part("And", 0, 0) + part("Out", 60, 20, "y")
    >>> text = f"<circuit><visualElements>{parts}</visualElements><wires/></circuit>"
    >>> read_digital(Source("and.dig", text.encode()), {}).instances
    (Instance(name='y', gate='lut2-8', inputs=('a', 'b'), outputs=('y',)),)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.circuits.netlist import Netlist
from gatewright.formats.drawing.sheet import MOST_BITS, DrawingError, Point, Sheet, modelled
from gatewright.formats.drawing.xml import root
from gatewright.formats.model.hierarchy import flatten
from gatewright.formats.model.models import Model
from gatewright.formats.model.source import Source
from gatewright.formats.verilog.files import Files, NotAllowedError
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SUFFIX = ".dig"
_STEP = 20
_GATES = {name.upper(): name for name in ("And", "Or", "XOr", "NAnd", "NOr", "XNOr")}
_KINDS = {name: kind for kind, name in _GATES.items()} | {"Not": "NOT"}
_NO_LOGIC = {"Testcase", "Text", "Rectangle", "Probe", "Data", "PowerSupply"}
_MOST_GATE = 64


def read_digital(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    written: bool = False,
) -> Netlist:
    """The circuit in a drawing of Digital.

    Args:
        source: the file; circuits that it places are files of its folder.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        written: whether circuits in it count by what they are made of, whatever they compute.

    Raises:
        FormatError: the file is no such drawing, has a part that is not a gate, or is not a circuit.
    """
    reader = _Reader(source)
    models = reader.models()
    return flatten(
        source, models, next(iter(models)), gates, widest=widest, kept=() if written else None
    )


class _Reader:
    """A file and those that it places."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files = Files(source.path)
        self._sheets: dict[str, tuple[Sheet, dict[str, Point]]] = {}
        self._open: list[str] = []

    def models(self) -> dict[str, Model]:
        """The model of each sheet, the circuit's own first."""
        first = self._sheet(self._source, self._source.stem)
        sheets = (first, *(sheet for sheet, _ in self._sheets.values()))
        return {each.name: modelled(self._source, each) for each in sheets}

    def _sheet(self, source: Source, name: str) -> Sheet:
        """A file as a sheet."""
        drawing = root(source, "circuit")
        sheet = Sheet(name)
        for wire in drawing.iterfind("wires/wire"):
            sheet.wire(*(_point(source, wire.find(end)) for end in ("p1", "p2")))
        for element in drawing.iterfind("visualElements/visualElement"):
            try:
                self._part(sheet, source, element)
            except DrawingError as error:
                kind = element.findtext("elementName", "")
                at = _point(source, element.find("pos"))
                raise source.refuse(
                    0, "", f"'{kind}' at ({at[0]}, {at[1]}) {error}", error.hint
                ) from None
        return sheet

    def _part(self, sheet: Sheet, source: Source, element: Element) -> None:
        kind = element.findtext("elementName", "")
        if kind in _NO_LOGIC:
            return
        said = _attributes(element.find("elementAttributes"))
        at = _point(source, element.find("pos"))
        width = _number(said, "Bits", 1)
        if not 1 <= width <= MOST_BITS:
            raise DrawingError(f"is {width} bits wide", f"1 to {MOST_BITS} are read")
        turn = int(said.get("rotation", "0")) % 4, said.get("mirror") == "true"

        def placed(offset: Point) -> Point:
            x, y = offset
            y = -y if turn[1] else y
            for _ in range(turn[0]):
                x, y = y, -x
            return at[0] + x, at[1] + y

        if kind in ("In", "Out"):
            names = sheet.ports("input" if kind == "In" else "output")
            label = "_".join(said.get("Label", "").split()) or f"{kind.lower()}{len(names)}"
            (sheet.input if kind == "In" else sheet.output)(label, at, width)
        elif kind in _KINDS:
            self._gate(sheet, _KINDS[kind], said, width, placed)
        elif kind in ("Const", "VDD", "Ground"):
            value = {"VDD": -1, "Ground": 0}.get(kind, _number(said, "Value", 1))
            sheet.constant(value & ((1 << width) - 1), at, width)
        elif kind == "Tunnel":
            sheet.tunnel(said.get("NetName", ""), at)
        elif kind == "Splitter":
            _splitter(sheet, said, placed)
        elif kind.endswith(SUFFIX):
            self._call(sheet, kind, placed)
        else:
            raise DrawingError(
                "is not a gate",
                "what is read: In, Out, And … XNOr, Not, Const, Tunnel, Splitter, circuits",
            )

    def _gate(
        self,
        sheet: Sheet,
        kind: str,
        said: Mapping[str, str],
        width: int,
        placed: Callable[[Point], Point],
    ) -> None:
        if said.get("inverterConfig"):
            raise DrawingError("has inverted inputs, which are not read", "place a Not before it")
        count = 1 if kind == "NOT" else _number(said, "Inputs", 2)
        if not 1 <= count <= _MOST_GATE:
            raise DrawingError(f"has {count} inputs", f"1 to {_MOST_GATE} are read")
        across = 1 if kind == "NOT" else 3
        across += said.get("wideShape") == "true"
        across += kind in ("NOT", "NAND", "NOR", "XNOR")
        inputs, outputs = _pins(count, 1, across)
        sheet.gate(kind, [(placed(each), False) for each in inputs], placed(outputs[0]), width)

    def _call(self, sheet: Sheet, file: str, placed: Callable[[Point], Point]) -> None:
        """A circuit of another file."""
        if file in self._open or file == Path(self._source.path).name:
            raise DrawingError("holds itself", "a circuit may place any but those it is part of")
        if file not in self._sheets:
            try:
                source = self._files.read(file)
            except NotAllowedError as error:
                raise DrawingError(str(error.message), error.hint or "copy it there") from None
            self._open.append(file)
            name = file.removesuffix(SUFFIX)
            # The circuit has its own file's name up to the first dot, which this one may have, too.
            inner = self._sheet(source, file if name == self._source.stem else name)
            self._open.pop()
            self._sheets[file] = inner, _ports(source, inner)
        inner, offsets = self._sheets[file]
        pins = {
            name: (placed(offsets[name]), width)
            for what in ("input", "output")
            for name, width in inner.ports(what)
        }
        sheet.call(inner.name, pins)


def _pins(inputs: int, outputs: int, across: int) -> tuple[list[Point], list[Point]]:
    """Where pins lie in a part that is so many steps wide."""
    gap = outputs == 1 and inputs % 2 == 0
    left = [(0, _STEP * (place + (gap and place >= inputs // 2))) for place in range(inputs)]
    middle = inputs // 2 if outputs == 1 else 0
    return left, [(_STEP * across, _STEP * (place + middle)) for place in range(outputs)]


def _ports(source: Source, sheet: Sheet) -> dict[str, Point]:
    """Where the ports of a circuit lie in its symbol."""
    drawing = root(source, "circuit")
    said = drawing.find("attributes")
    shape = _attributes(said)
    names = [[name for name, _ in sheet.ports(what)] for what in ("input", "output")]
    if shape.get("shapeType") == "CUSTOM" and said is not None:
        found = {
            entry.findtext("string", ""): _point(source, entry.find("pin/pos"))
            for entry in said.iterfind("entry/shape/pins/entry")
        }
        if not found.keys() >= {*names[0], *names[1]}:
            raise DrawingError("has a symbol without some of its ports", "save it again")
        return found
    if shape.get("shapeType", "DEFAULT") not in ("DEFAULT", "SIMPLE"):
        raise DrawingError(f"has a symbol of the type {shape['shapeType']}", "use the usual one")
    left, right = _pins(len(names[0]), len(names[1]), _number(shape, "Width", 3))
    return dict(zip(names[0] + names[1], left + right, strict=True))


def _splitter(sheet: Sheet, said: Mapping[str, str], placed: Callable[[Point], Point]) -> None:
    """Bits of the pins at the left, which are those at the right."""
    spread = _number(said, "splitterSpreading", 1)
    sides = [
        _parts(said.get(f"{side} Splitting", default))
        for side, default in (("Input", "4,4"), ("Output", "8"))
    ]
    places = []
    for across, side in enumerate(sides):
        bits: dict[int, tuple[Point, int]] = {}
        for row, part in enumerate(side):
            at = placed((_STEP * across, _STEP * spread * row))
            sheet.pin(at, len(part))
            bits |= {bit: (at, place) for place, bit in enumerate(part)}
        places.append(bits)
    for bit, left in places[0].items():
        if bit in places[1]:
            sheet.split(*left, *places[1][bit])


def _parts(text: str) -> list[list[int]]:
    """The bits of each pin of a splitter: ``4,4``, ``1*8`` or ``0-3,4``."""
    found: list[list[int]] = []
    at = 0
    for word in text.replace(" ", "").split(","):
        first, dash, last = word.partition("-")
        size, star, times = word.partition("*")
        try:
            if dash:
                found.append(
                    list(range(min(int(first), int(last)), max(int(first), int(last)) + 1))
                )
                at = found[-1][-1] + 1
                continue
            for _ in range(int(times) if star else 1):
                found.append(list(range(at, at + int(size))))
                at += int(size)
        except ValueError:
            raise DrawingError(
                f"splits into '{text[:40]}', which is not read", "as in 4,4"
            ) from None
        if at > MOST_BITS:
            raise DrawingError(f"is {at} bits wide", f"up to {MOST_BITS} are read")
    return found


def _attributes(entries: Element | None) -> dict[str, str]:
    """What a part says of itself, as texts."""
    found = {}
    for entry in entries.iterfind("entry") if entries is not None else ():
        name, value = [*list(entry), None, None][:2]
        if name is not None and value is not None and name.text:
            found[name.text] = value.get("rotation") or (value.text or "").strip()
            if value.tag == "inverterConfig" and len(value):
                found[name.text] = "some"
    return found


def _number(said: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(said.get(name) or default)
    except ValueError:
        raise DrawingError(f"has the {name} '{said[name][:40]}'", "give it a number") from None


def _point(source: Source, found: Element | None) -> Point:
    try:
        if found is None:
            raise ValueError
        return int(found.get("x", "")), int(found.get("y", ""))
    except ValueError:
        raise source.refuse(0, "", "is damaged: a part has no place", "save it again") from None
