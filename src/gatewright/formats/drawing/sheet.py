"""A drawn sheet as a model: points that wires join are nets, and parts have pins at points.

Nets may be several bits wide; splitters join bits of one with bits of another.

Example:
    >>> sheet = Sheet("inverter")
    >>> sheet.wire((0, 0), (20, 0))
    >>> sheet.input("a", (0, 0), 1); sheet.output("y", (40, 0), 1)
    >>> sheet.gate("NOT", [((20, 0), False)], (40, 0), 1)
    >>> sheet.model().cells
    [Cell(ones=1, inputs=('a',), output='y', line=0)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gatewright.formats.model.models import Alias, Call, Cell, Model
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.kinds import NEGATED, kind_table

Point = tuple[int, int]

MOST_BITS = 64
"""Most bits of a net in a drawing."""

ONE_HOT = "ONE"
"""The gate that is 1 where just one input is."""


class DrawingError(ValueError):
    """What is wrong with a drawing; readers say where."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class _Gate(NamedTuple):
    kind: str
    inputs: Sequence[tuple[Point, bool]]
    output: Point
    width: int


class _Groups:
    """Things that are one: union and find."""

    def __init__(self) -> None:
        self._above: dict[object, object] = {}

    def find(self, one: object) -> object:
        end = one
        while (above := self._above.get(end, end)) != end:
            end = above
        while one != end:
            self._above[one], one = end, self._above.get(one, one)
        return end

    def join(self, one: object, other: object) -> None:
        self._above[self.find(one)] = self.find(other)


class Sheet:
    """A sheet while it is being read.

    Args:
        name: of its circuit.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._points = _Groups()
        self._bits = _Groups()
        self._wires: list[tuple[Point, Point]] = []
        self._lines: dict[tuple[int, int], list[tuple[int, int, Point]]] | None = None
        self._ends: set[Point] = set()
        self._widths: list[tuple[Point, int]] = []
        self._ports: dict[str, list[tuple[str, Point, int]]] = {"input": [], "output": []}
        self._gates: list[_Gate] = []
        self._constants: list[tuple[int, Point, int]] = []
        self._splits: list[tuple[Point, int, Point, int]] = []
        self._names: dict[object, str] = {}
        self._calls: list[tuple[str, Mapping[str, tuple[Point, int]]]] = []

    def wire(self, one: Point, other: Point) -> None:
        """A wire; it joins what is at its ends."""
        self._points.join(one, other)
        self._wires.append((one, other))
        self._ends |= {one, other}

    def touch(self) -> None:
        """Join what lies on an upright or level wire with it, as Logisim does."""
        for point in list(self._ends):
            for one in self._under(point):
                self._points.join(point, one)

    def _under(self, at: Point) -> Iterator[Point]:
        """An end of each upright or level wire that a point lies on."""
        if self._lines is None:
            self._lines = {}
            for one, other in self._wires:
                for axis in (0, 1):
                    if one[axis] == other[axis]:
                        low, high = sorted((one[1 - axis], other[1 - axis]))
                        self._lines.setdefault((axis, one[axis]), []).append((low, high, one))
        for axis in (0, 1):
            for low, high, one in self._lines.get((axis, at[axis]), ()):
                if low <= at[1 - axis] <= high:
                    yield one

    def tunnel(self, name: str, at: Point) -> None:
        """A name that joins all points that have it."""
        self._pin(at)
        self._points.join(at, f"tunnel {name}")

    def split(self, one: Point, bit: int, other: Point, other_bit: int) -> None:
        """A bit of one net that is a bit of another."""
        self._splits.append((one, bit, other, other_bit))

    def pin(self, at: Point, width: int = 0) -> None:
        """A pin of a part that says no more of it, as of a splitter; of 0 bits if its width is not known."""
        self._pin(at, width)

    def input(self, name: str, at: Point, width: int) -> None:
        """An input of the circuit."""
        self._port("input", name, at, width)

    def output(self, name: str, at: Point, width: int) -> None:
        """An output of the circuit."""
        self._port("output", name, at, width)

    def constant(self, value: int, at: Point, width: int) -> None:
        """A net that is always the same."""
        self._pin(at, width)
        self._constants.append((value, at, width))

    def gate(
        self, kind: str, inputs: Sequence[tuple[Point, bool]], output: Point, width: int
    ) -> None:
        """A gate for each bit; of each input where it is, and whether it is negated."""
        for at, _ in inputs:
            self._pin(at, width)
        self._pin(output, width)
        self._gates.append(_Gate(kind, inputs, output, width))

    def call(self, model: str, pins: Mapping[str, tuple[Point, int]]) -> None:
        """Another circuit, with the point and the width of each of its ports."""
        for at, width in pins.values():
            self._pin(at, width)
        self._calls.append((model, pins))

    def joined_from(self, at: Point) -> bool:
        """Whether a wire or a pin that has been drawn is at a point."""
        return at in self._ends or next(self._under(at), None) is not None

    def ports(self, what: str) -> list[tuple[str, int]]:
        """The inputs or outputs, with their widths."""
        return [(name, width) for name, _, width in self._ports[what]]

    def model(self) -> Model:
        """What the sheet says.

        Raises:
            DrawingError: two ports have one name, or nets of different widths are joined.
        """
        self._check_widths()
        for one, bit, other, other_bit in self._splits:
            self._bits.join(self._key(one, bit), self._key(other, other_bit))
        made, names = Model(self.name, 0), self._names
        for what, into in (("input", made.inputs), ("output", made.outputs)):
            for name, at, width in self._ports[what]:
                for bit, bit_name in enumerate(bit_names(name, width)):
                    if bit_name in made.inputs or bit_name in made.outputs:
                        raise DrawingError(f"two ports are called '{bit_name}'", "label them apart")
                    into[bit_name] = 0
                    key = self._net(at, bit)
                    if key in names:
                        made.aliases.append(Alias(names[key], bit_name, 0))
                    else:
                        names[key] = bit_name
        taken = {*made.inputs, *made.outputs}
        for value, at, width in self._constants:
            for bit in range(width):
                made.cells.append(Cell(value >> bit & 1, (), self._name(at, bit, taken), 0))
        for gate in self._gates:
            for bit in range(gate.width):
                made.cells += self._cells(gate, bit, taken)
        for number, (model, pins) in enumerate(self._calls, 1):
            nets = {
                bit_name: self._name(at, bit, taken)
                for name, (at, width) in pins.items()
                for bit, bit_name in enumerate(bit_names(name, width))
            }
            made.calls.append(Call(model, f"{model}-{number}", nets, 0))
        return made

    def _cells(self, gate: _Gate, bit: int, taken: set[str]) -> Iterator[Cell]:
        """One bit of a gate."""
        reads, output = [], self._name(gate.output, bit, taken)
        for at, negated in gate.inputs:
            net = self._name(at, bit, taken)
            if negated:
                inner = self._fresh(taken)
                yield Cell(0b01, (net,), inner, 0)
                net = inner
            reads.append(net)
        kind = gate.kind
        if kind == ONE_HOT and len(reads) > 2:
            if len(reads) > MOST_INPUTS:
                what = f"an XOR of {len(reads)} inputs that is 1 where just one is"
                raise DrawingError(f"{what} is too wide", "use the odd parity")
            yield Cell(
                sum(1 << (1 << place) for place in range(len(reads))), tuple(reads), output, 0
            )
            return
        kind = "XOR" if kind == ONE_HOT else kind
        while len(reads) > MOST_INPUTS:
            inner, some = self._fresh(taken), tuple(reads[:MOST_INPUTS])
            yield Cell(kind_table(NEGATED.get(kind, kind), MOST_INPUTS), some, inner, 0)
            reads = [*reads[MOST_INPUTS:], inner]
        yield Cell(kind_table(kind, len(reads)), tuple(reads), output, 0)

    def _port(self, what: str, name: str, at: Point, width: int) -> None:
        self._pin(at, width)
        self._ports[what].append((name, at, width))

    def _pin(self, at: Point, width: int = 0) -> None:
        self._ends.add(at)
        if width:
            self._widths.append((at, width))

    def _check_widths(self) -> None:
        found: dict[object, int] = {}
        for at, width in self._widths:
            first = found.setdefault(self._points.find(at), width)
            if first != width:
                what = f"nets of {first} and {width} bits are joined at ({at[0]}, {at[1]})"
                raise DrawingError(what, "give both one width, or place a splitter")

    def _key(self, at: Point, bit: int) -> tuple[object, int]:
        return self._points.find(at), bit

    def _net(self, at: Point, bit: int) -> object:
        return self._bits.find(self._key(at, bit))

    def _name(self, at: Point, bit: int, taken: set[str]) -> str:
        key = self._net(at, bit)
        if key not in self._names:
            self._names[key] = self._fresh(taken)
        return self._names[key]

    def _fresh(self, taken: set[str]) -> str:
        name = f"n{len(taken)}"
        while name in taken:
            name += "~"
        taken.add(name)
        return name


def bit_names(name: str, width: int) -> list[str]:
    """The names of a port's bits."""
    return [name] if width == 1 else [f"{name}[{bit}]" for bit in range(width)]


def modelled(source: Source, sheet: Sheet) -> Model:
    """What a sheet of a file says.

    Raises:
        FormatError: as in `Sheet.model`.
    """
    try:
        return sheet.model()
    except DrawingError as error:
        raise source.refuse(0, "", f"circuit '{sheet.name}': {error}", error.hint) from None
