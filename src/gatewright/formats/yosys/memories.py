r"""Yosys' memories (``$mem_v2`` and ``$mem``) as memories, with registers and gates where a port has some.

As in Yosys' library (``techlibs/common/simlib.v``). A port that is read at a clock's edge becomes one that is
read at once, and registers behind it; where such a port sees what is written at the same edge, gates in front of
the registers choose between both. Of several ports that write one bit the later one counts, which every priority
that a file asks for allows. Ports that write without a clock are refused.

Example:
    >>> from gatewright.formats.model.models import Model
    >>> model, said = Model("m", 1), {"ABITS": 1, "WIDTH": 1, "SIZE": 2, "RD_PORTS": 1, "INIT": "10"}
    >>> pins = {"RD_ADDR": [2], "RD_DATA": [3], "RD_EN": ["1"]}
    >>> names = {2: "a", 3: "q"}
    >>> cell = MemoryCell("rom", "$mem_v2", pins, said, 1)
    >>> add_memory(model, cell, lambda bit: names[bit], str, lambda what, hint: FormatError(what))
    >>> model.memories[0].memory.reads, model.memories[0].memory.initial
    ((ReadPort(address=('a',), data=('q',)),), (0, 1))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gatewright.circuits.memory import Memory, ReadPort, WritePort
from gatewright.formats.model.models import Block, Cell, Model
from gatewright.formats.yosys.cells import number_of
from gatewright.formats.yosys.placed import Placed, Refuse
from gatewright.formats.yosys.registers import add_register

Bit = int | str

_KINDS = ("$mem", "$mem_v2")

_MUX, _SAME, _AND = 0b10101100, 0b1001, 0b1000
"""Of s, a, b: b if s is 1, else a; of a, b: whether they are the same; both."""


def is_memory(kind: str) -> bool:
    """Whether a cell is a memory with all its ports."""
    return kind in _KINDS


class MemoryCell(NamedTuple):
    """A memory as a file places it.

    Attributes:
        name: of the cell.
        kind: ``$mem`` or ``$mem_v2``.
        pins: what is on each, the first port first, the least significant bit first.
        parameters: as the file has them.
        line: where it stands.
    """

    name: str
    kind: str
    pins: Mapping[str, Sequence[Bit]]
    parameters: Mapping[str, object]
    line: int

    def number(self, name: str) -> int:
        """A parameter; 0 if it is not there."""
        return number_of(self.parameters.get(name, 0)) or 0

    def flag(self, name: str, place: int) -> bool:
        """One bit of a parameter."""
        return bool(self.number(name) >> place & 1)

    def port(self, pin: str, place: int, width: int) -> list[Bit]:
        """What is on a pin of a port."""
        return list(self.pins.get(pin, ())[place * width : (place + 1) * width])


class _Shape(NamedTuple):
    """How many ports, and of how many bits."""

    reads: int
    writes: int
    address: int
    width: int
    words: int


def add_memory(
    model: Model,
    cell: MemoryCell,
    net: Callable[[Bit], str],
    fresh: Callable[[str], str],
    refuse: Refuse,
) -> None:
    """Add a memory to a model.

    Args:
        model: that it is added to.
        cell: of the file.
        net: the name of the net of a bit, of a constant too.
        fresh: a name that no net has, from a wish.
        refuse: the error for the cell.

    Raises:
        FormatError: it has other pins than such a cell has, or is written without a clock or by several.
    """
    sizes = (cell.number(each) for each in ("RD_PORTS", "WR_PORTS", "ABITS", "WIDTH", "SIZE"))
    shape = _Shape(*sizes)
    _check_pins(cell, shape, refuse)
    clock, rising, writes = _writes(cell, shape, net, refuse)
    reads, last = [], []
    for place in range(shape.reads):
        address = tuple(map(net, cell.port("RD_ADDR", place, shape.address)))
        data = tuple(map(net, cell.port("RD_DATA", place, shape.width)))
        if cell.flag("RD_CLK_ENABLE", place):
            found = tuple(fresh(f"{each}~read") for each in data)
            reads.append(ReadPort(address, found))
            last.append((place, address, found, data))
        else:
            reads.append(ReadPort(address, data))
    memory = Memory(
        cell.name,
        shape.width,
        shape.words,
        tuple(reads),
        tuple(port for _, port in writes),
        _initial(cell.parameters.get("INIT"), shape),
        cell.number("OFFSET"),
    )
    model.memories.append(Block(memory, cell.line, clock, rising))
    for place, address, found, data in last:
        taken = _bypassed(model, cell, (place, address, found), writes, shape, fresh)
        _add_registers(model, cell, (place, taken, data), net, refuse)


def _check_pins(cell: MemoryCell, shape: _Shape, refuse: Refuse) -> None:
    reads, writes, address, width, words = shape
    if cell.number("OFFSET") >> 31:
        raise refuse("begins at an address below 0", "begin it at 0")
    if not width or not words:
        raise refuse(f"has {words} words of {width} bits", "give it SIZE and WIDTH")
    wanted = {"RD_ADDR": reads * address, "RD_DATA": reads * width, "WR_ADDR": writes * address}
    wanted |= dict.fromkeys(("WR_DATA", "WR_EN"), writes * width) | {"WR_CLK": writes}
    for pin, bits in wanted.items():
        found = len(cell.pins.get(pin, ()))
        if found != bits:
            raise refuse(f"has {found} nets on pin '{pin}' of {bits}", "join every bit")


def _writes(
    cell: MemoryCell, shape: _Shape, net: Callable[[Bit], str], refuse: Refuse
) -> tuple[str, bool, list[tuple[int, WritePort]]]:
    """The clock of the ports that write, whether they do as it rises, and those that ever write."""
    clock, rising = "", True
    found: list[tuple[int, WritePort]] = []
    for place in range(shape.writes):
        enables = cell.port("WR_EN", place, shape.width)
        if all(each in ("0", "x") for each in enables):
            continue
        if not cell.flag("WR_CLK_ENABLE", place):
            what = f"is written at port {place} without a clock"
            raise refuse(what, "write it in a process of a clock, as in always @(posedge clk)")
        moved = net(cell.pins["WR_CLK"][place]), cell.flag("WR_CLK_POLARITY", place)
        if found and moved != (clock, rising):
            what = "is written by two clocks, or by both edges of one"
            raise refuse(what, "one clock and one of its edges are read")
        clock, rising = moved
        groups = (
            cell.port("WR_ADDR", place, shape.address),
            cell.port("WR_DATA", place, shape.width),
            enables,
        )
        found.append((place, WritePort(*(tuple(map(net, each)) for each in groups))))
    return clock, rising, found


def _initial(value: object, shape: _Shape) -> tuple[int | None, ...]:
    """The words that a parameter of bits, the last word first, holds; undefined bits of one are 0."""
    if isinstance(value, int):
        value = f"{value:b}"
    if not isinstance(value, str) or value.strip("01xz"):
        return ()
    width, words = shape.width, []
    for end in range(len(value), max(0, len(value) - width * shape.words), -width):
        bits = value[max(0, end - width) : end]
        known = bits.strip("xz")
        words.append(int(bits.replace("x", "0").replace("z", "0"), 2) if known else None)
    while words and words[-1] is None:
        words.pop()
    return tuple(words)


def _bypassed(
    model: Model,
    cell: MemoryCell,
    read: tuple[int, tuple[str, ...], tuple[str, ...]],
    writes: list[tuple[int, WritePort]],
    shape: _Shape,
    fresh: Callable[[str], str],
) -> tuple[str, ...]:
    """What a port that is read at an edge takes, if it sees what is written then."""
    place, address, data = read

    def gate(ones: int, *inputs: str) -> str:
        output = fresh(f"{data[0]}~bypass")
        model.cells.append(Cell(ones, inputs, output, cell.line))
        return output

    for number, port in writes:
        if cell.kind == "$mem":
            seen = cell.flag("RD_TRANSPARENT", place)
        else:
            seen = cell.flag("RD_TRANSPARENCY_MASK", place * shape.writes + number)
        if not seen:
            continue
        same = [gate(_SAME, *bits) for bits in zip(address, port.address, strict=True)]
        while len(same) > 1:
            pairs = [gate(_AND, *pair) for pair in zip(same[::2], same[1::2], strict=False)]
            same = pairs + same[len(same) & ~1 :]
        # Bits that one net enables are chosen by one gate.
        chosen = {
            net: gate(_AND, same[0], net) if same else net for net in dict.fromkeys(port.enables)
        }
        data = tuple(
            gate(_MUX, chosen[enable], old, new)
            for enable, old, new in zip(port.enables, data, port.data, strict=True)
        )
    return data


def _add_registers(
    model: Model,
    cell: MemoryCell,
    read: tuple[int, tuple[str, ...], tuple[str, ...]],
    net: Callable[[Bit], str],
    refuse: Refuse,
) -> None:
    """The registers behind a port that is read at an edge."""
    place, taken, data = read
    width = len(data)
    pins: dict[str, Sequence[str]] = {"D": taken, "Q": data}
    pins["CLK"] = [net(each) for each in cell.port("RD_CLK", place, 1)]
    on = {pin: _on(cell, f"RD_{pin}", place) for pin in ("EN", "SRST", "ARST")}
    if on["SRST"] and on["ARST"]:
        raise refuse(f"has two resets at port {place}", "give it one")
    for pin, bit in on.items():
        if bit:
            pins[pin] = [net(bit)]
    kind = "$adff" if on["ARST"] else "$sdff" if on["SRST"] else "$dff"
    enabled = "ce" if kind == "$sdff" and cell.flag("RD_CE_OVER_SRST", place) else "e"
    parameters = {
        "CLK_POLARITY": int(cell.flag("RD_CLK_POLARITY", place)),
        **{
            f"{reset}_VALUE": _slice(cell.parameters.get(f"RD_{reset}_VALUE"), place, width)
            for reset in ("SRST", "ARST")
        },
    }
    begins = _slice(cell.parameters.get("RD_INIT_VALUE"), place, width)[::-1]
    initial = {q: int(bit) for q, bit in zip(data, begins, strict=True) if bit in "01"}
    kind += enabled if on["EN"] else ""
    add_register(model, Placed(kind, pins, parameters, cell.line, "write_json"), initial, refuse)


def _on(cell: MemoryCell, pin: str, place: int) -> Bit | None:
    """What is on a pin of a port; None where it does nothing, as an enable that is always 1."""
    bits = cell.port(pin, place, 1)
    idle = ("1",) if pin == "RD_EN" else ("0", "x")
    return None if not bits or bits[0] in idle else bits[0]


def _slice(value: object, place: int, width: int) -> str:
    """The bits of one port in a parameter, the most significant first; undefined where there are none."""
    bits = value if isinstance(value, str) else f"{value:b}" if isinstance(value, int) else ""
    bits = bits.rjust(width * (place + 1), "x")
    end = len(bits) - place * width
    return bits[end - width : end]
