r"""Reading AIGER, the format of and-inverter graphs (A. Biere, 2007 and 2011, https://fmv.jku.at/aiger).

The ascii and the binary format, version 1.0 and the combinational part of 1.9. A literal is twice a variable,
plus one if it is negated; variable 0 is the constant 0. Every AND is a cell of two inputs with the
negations in its truth table, on a net called after its variable; a negated output is an inverter.

Example:
    >>> text = b"aag 3 2 0 1 1\n2\n4\n7\n6 2 5\no0 y\n"
    >>> for each in read_aiger(Source("c.aag", text), {}).instances:
    ...     print(each.name, each.gate, *each.inputs)
    n3 lut2-4 i0 i1
    y lut1-1 n3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count, repeat
from typing import NamedTuple

from gatewright.circuits.netlist import Netlist
from gatewright.formats.aiger.binary import read_ands
from gatewright.formats.aiger.header import Header, read_header
from gatewright.formats.aiger.symbols import Symbol, read_symbols
from gatewright.formats.aiger.text import AigerText, Section, column
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.directions import YOSYS, directed
from gatewright.formats.model.models import Latch
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.text import unused

_TABLES = (0b1000, 0b0100, 0b0010, 0b0001)
"""An AND of two inputs, by the negation of the first (twice) and of the second."""

_NO_ANDS: list[tuple[int, ...]] = [(), (), ()]


class _Graph(NamedTuple):
    """The content of a file as literals.

    Attributes:
        inputs: the literal of each.
        latches: of each its literal, that of its next state and perhaps its initial value.
        outputs: the literal of each.
        ands: of each its literal and the two it reads, as three columns: rows would be the larger part of memory.
        line: of the first AND; 0 if they are not on lines.
        symbols: names, by kind and place.
    """

    inputs: Section
    latches: Section
    outputs: Section
    ands: Sequence[Sequence[int]]
    line: int
    symbols: Mapping[tuple[str, int], Symbol]


def read_aiger(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in an AIGER file, ascii or binary.

    Inputs and outputs that the file does not name are i0, i1, … and o0, o1, …, with a ``~`` if the file
    gives that name to something else.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.

    Raises:
        FormatError: the file is not AIGER, holds a property, or is not a circuit.
    """
    text = AigerText(source)
    header = read_header(text)
    graph = _ascii(text, header) if text.ascii else _binary(text, header)
    # Errors that have a column are raised by now; an assembler would look for nets in the text.
    made = Assembler(Source(source.path, b""), source.stem, gates, widest=widest)
    comment = source.data[text.at :].decode(errors="replace").split("\n")
    from_yosys = any(line.startswith(YOSYS) for line in comment[:3])
    return directed(_assembled(text, graph, made), comment, from_yosys=from_yosys)


def _ascii(text: AigerText, header: Header) -> _Graph:
    largest = header.largest
    inputs = text.section("input", header.inputs, largest, 1)
    latches = text.section("latch", header.latches, largest, 2, 3)
    outputs = text.section("output", header.outputs, largest, 1)
    ands = text.section("AND", header.ands, largest, 3)
    defined: dict[int, int] = {}
    for kind, section in (("an input", inputs), ("a latch", latches), ("an AND", ands)):
        _define(text, kind, section, defined)
    for section, places in ((latches, (1,)), (outputs, (0,)), (ands, (1, 2))):
        _check_defined(text, section, places, defined)
    _check_resets(text, latches, 0)
    columns = list(zip(*ands.rows, strict=True)) or _NO_ANDS
    return _Graph(inputs, latches, outputs, columns, ands.line, _symbols(text, header))


def _binary(text: AigerText, header: Header) -> _Graph:
    """Inputs, latches and ANDs are numbered one after the other: what is in range is defined."""
    largest, state = header.largest, header.inputs + 1
    after = text.section("latch", header.latches, largest, 1, 2)
    outputs = text.section("output", header.outputs, largest, 1)
    first = state + header.latches
    rows, text.at = read_ands(text.source, text.at, first, header.ands)
    # Lines as counted by tools that take the bytes of the ANDs for text.
    text.line = text.source.data.count(b"\n", 0, text.at)
    latches = Section(
        [[2 * variable, *row] for variable, row in enumerate(after.rows, state)], after.line
    )
    _check_resets(text, latches, 1)
    symbols = _symbols(text, header)
    inputs = Section([[2 * variable] for variable in range(1, state)], 0)
    return _Graph(inputs, latches, outputs, rows.T.tolist(), 0, symbols)


def _define(text: AigerText, kind: str, section: Section, defined: dict[int, int]) -> None:
    """Note the line in which each variable is defined."""
    for line, row in enumerate(section.rows, section.line):
        literal = row[0]
        if literal < 2 or literal & 1:
            raise text.refuse(
                str(literal), f"is not a literal of {kind}", "it is even, and 2 or more", line=line
            )
        first = defined.setdefault(literal >> 1, line)
        if first != line:
            raise text.refuse(
                str(literal),
                f"is defined a second time; line {first} defines it",
                "define it once",
                line=line,
            )


def _check_defined(
    text: AigerText, section: Section, places: Sequence[int], defined: Mapping[int, int]
) -> None:
    for line, row in enumerate(section.rows, section.line):
        for place in places:
            literal = row[place]
            if literal > 1 and literal >> 1 not in defined:
                raise text.refuse(
                    str(literal),
                    f"is used here, and no input or AND defines {literal & ~1}",
                    "define it, or use another",
                    line=line,
                    column=column(row, place),
                )


def _check_resets(text: AigerText, latches: Section, hidden: int) -> None:
    """Check the initial values of latches; not all of their literals are written in the file."""
    for line, row in enumerate(latches.rows, latches.line):
        if len(row) == 3 and row[2] not in (0, 1, row[0]):
            raise text.refuse(
                str(row[2]),
                "is not an initial value of a latch",
                f"it is 0, 1, or the latch itself, {row[0]}",
                line=line,
                column=column(row[hidden:], 2 - hidden),
            )


def _symbols(text: AigerText, header: Header) -> dict[tuple[str, int], Symbol]:
    return read_symbols(text, {"i": header.inputs, "l": header.latches, "o": header.outputs})


def _assembled(text: AigerText, graph: _Graph, made: Assembler) -> Netlist:
    """The netlist of a file's content."""
    taken = {symbol.name for symbol in graph.symbols.values()}
    nets = {0: unused("n0", taken)}  # by variable
    for kind, section in (("i", graph.inputs), ("l", graph.latches)):
        names = _names(kind, len(section.rows), graph.symbols, taken)
        nets.update(zip((row[0] >> 1 for row in section.rows), names, strict=True))
    for row in graph.inputs.rows:
        made.input(nets[row[0] >> 1], 1)
    outputs = _names("o", len(graph.outputs.rows), graph.symbols, taken)
    _check_shared(text, graph, nets, outputs)
    for own in graph.ands[0]:
        name = f"n{own >> 1}"
        nets[own >> 1] = unused(name, taken) if name in taken else name
    # The net of a literal that is not a variable: of a constant or a negation.
    others: dict[int, str] = {}
    if min(min(column, default=2) for column in graph.ands) < 2:
        made.constant(0, nets[0], 0)
        others[0] = nets[0]
    lines = count(graph.line) if graph.line else repeat(0)
    for own, left, right, line in zip(*graph.ands, lines, strict=False):
        ones = _TABLES[(left & 1) << 1 | right & 1]
        made.cell(ones, (nets[left >> 1], nets[right >> 1]), nets[own >> 1], line)
    for line, row in enumerate(graph.latches.rows, graph.latches.line):
        own, following, first = row[0], row[1], row[2] if len(row) == 3 else 0
        q = nets[own >> 1]
        if following > 1 and not following & 1:
            d = nets[following >> 1]
        else:
            d = unused(f"{q}_next", taken)
            if following < 2:
                made.constant(following, d, line)
            else:
                made.cell(0b01, (nets[following >> 1],), d, line)
        made.register(Latch(d, q, line, None if first == own else first))
    for line, ((literal,), name) in enumerate(
        zip(graph.outputs.rows, outputs, strict=True), graph.outputs.line
    ):
        made.output(name, line)
        net = others.get(literal) if literal < 2 or literal & 1 else nets[literal >> 1]
        if net is None:
            others[literal] = name
            if literal < 2:
                made.constant(literal, name, line)
            else:
                made.cell(0b01, (nets[literal >> 1],), name, line)
        elif net != name:
            made.alias(net, name, line)
    return made.netlist()


def _check_shared(
    text: AigerText, graph: _Graph, nets: Mapping[int, str], outputs: Sequence[str]
) -> None:
    """Refuse an output that has the name of an input or a latch but is another function.

    Args:
        text: the file.
        graph: its content.
        nets: of inputs and latches, by variable.
        outputs: their names.
    """
    ports = {net: 2 * variable for variable, net in nets.items()}
    for place, ((literal,), name) in enumerate(zip(graph.outputs.rows, outputs, strict=True)):
        if ports.get(name, literal) != literal:
            symbol = graph.symbols["o", place]
            raise text.refuse(
                name,
                f"names an output that is literal {literal}, and one before that is {ports[name]}",
                "rename one",
                line=symbol.line,
                column=symbol.column,
            )


def _names(
    kind: str, many: int, symbols: Mapping[tuple[str, int], Symbol], taken: set[str]
) -> list[str]:
    """The name of each input, latch or output."""
    names = []
    for place in range(many):
        symbol = symbols.get((kind, place))
        names.append(symbol.name if symbol else unused(f"{kind}{place}", taken))
    return names
