r"""Reading the ``.bench`` format of the ISCAS benchmarks (F. Brglez, H. Fujiwara, 1985), and what ABC adds to it.

A file names its inputs and outputs and gives every other net a gate: AND, NAND, OR, NOR, XOR and XNOR of any
number of inputs (the last two are parity), NOT, BUFF, ABC's ``LUT`` of a table, or the constant ``vdd`` or
``gnd``. DFF is a register, DFF0 and DFF1 are ones that begin so. Other programs have names of their own for
these, and gates of two inputs and ``MUX`` besides, which is read as ABC reads it: ``MUX(s, a, b)`` is a where s
is 1.

Example:
    >>> text = b"INPUT(1)\nINPUT(2)\nOUTPUT(4)\n4 = nor(1, 3)  # 3 comes below\n3 = NOT(2)\n"
    >>> circuit = read_bench(Source("small.bench", text), {})
    >>> [(each.gate, each.inputs, each.outputs) for each in circuit.instances]
    [('lut1-1', ('2',), ('3',)), ('lut2-1', ('1', '3'), ('4',))]
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gatewright.circuits.netlist import Netlist
from gatewright.errors import FormatError
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.directions import comments, directed
from gatewright.formats.model.models import Latch
from gatewright.formats.model.names import Names
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.kinds import ANY_WIDTH, NEGATED, kind_table
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import support
from gatewright.logic.truth_table import MAX_INPUTS
from gatewright.text import nearest

_NAME = r"[^\s(),=#\0]+"
NAME = re.compile(_NAME)
"""What a net may be called."""

_STATEMENT = re.compile(
    rf"\s*(?:({_NAME})\s*=\s*)?({_NAME})(?:\s*0[xX]([0-9a-fA-F]+)(?=\s*\())?"
    rf"(?:\s*\(\s*({_NAME}(?:\s*,\s*{_NAME})*)?\s*\))?"
)
"""A net and ``=``, a kind, the digits of a table, and nets in parentheses; all but the kind may be missing."""

_SAME = {"INV": "NOT", "BUFF": "BUF", "IFF": "BUF", "NXOR": "XNOR"}
_REGISTERS = {"DFF": None, "DFF0": 0, "DFF1": 1}
"""What each kind of register holds at first; ABC reads them so."""

_KINDS = (*ANY_WIDTH, "NOT", "BUFF", "LUT", "DFF")
_CONSTANTS = {
    "GND": 0,
    "VSS": 0,
    "CONST0": 0,
    "TIE0": 0,
    "ALWAYS_FALSE": 0,
    "VDD": 1,
    "VCC": 1,
    "CONST1": 1,
    "TIE1": 1,
    "ALWAYS_TRUE": 1,
}
_RAILS = {"GND": 0, "VSS": 0, "VDD": 1, "VCC": 1}
"""Nets that are constants where nothing drives them."""

_RAIL = re.compile(r"(?<![^\s(),=])(?:gnd|vss|vdd|vcc)(?![^\s(),=])", re.IGNORECASE)

_OTHERS = {
    "GT": (2, 0b0100),
    "LT": (2, 0b0010),
    "GEQ": (2, 0b1101),
    "LEQ": (2, 0b1011),
    "LIFF": (2, 0b1100),
    "RIFF": (2, 0b1010),
    "LNOT": (2, 0b0011),
    "RNOT": (2, 0b0101),
    "MUX": (3, 0b11001010),
}
"""Inputs and truth table of the gates that only some programs have; the comparisons are those of Cirbo."""

_BRANCHES = 4
"""Inputs of the cells that a wider gate is a tree of, as for every other wide function."""


def read_bench(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in a ``.bench`` file.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.

    Raises:
        FormatError: the file is not in this format, or is not a circuit.
    """
    reader = _Reader(source, gates, widest)
    return directed(reader.netlist(), reader.comments)


class _Statement(NamedTuple):
    """One declaration or gate; ``at`` is where it begins in the text."""

    at: int
    line: int
    net: str | None
    kind: str
    digits: str | None
    pins: tuple[str, ...]


class _Reader:
    """One file, statement by statement.

    Attributes:
        comments: those about buses.
    """

    def __init__(self, source: Source, gates: Mapping[str, GateSpec] | None, widest: int) -> None:
        self._source = source
        lines = source.lines()
        self.comments = list(comments(lines))
        # Comments go first: a statement may run over lines that end in some.
        self._text = "\n".join(line.partition("#")[0] for line in lines).rstrip()
        self._made = Assembler(source, source.stem, gates, widest=widest)
        self._widest = widest
        self._tables: dict[tuple[str, int], int] = {}
        self._wide: list[tuple[str, str, _Statement]] = []

    def netlist(self) -> Netlist:
        made, tables = self._made, self._tables
        for each in self._statements():
            ones = tables.get((each.kind, len(each.pins)))
            if ones is not None and each.net is not None and each.digits is None:
                made.cell(ones, each.pins, each.net, each.line)
            elif each.net is None:
                self._port(each)
            else:
                self._gate(each, each.net)
        if _RAIL.search(self._text):
            self._drive_rails()
        if self._wide:
            self._place_wide()
        return made.netlist()

    def _statements(self) -> Iterator[_Statement]:
        text, match = self._text, _STATEMENT.match
        at, line, counted = 0, 1, 0
        while at < len(text):
            found = match(text, at)
            if found is None:
                raise self._no_statement(at)
            net, kind, digits, pins = found.groups()
            start = found.start(2 if net is None else 1)
            line += text.count("\n", counted, start)
            counted = start
            if pins is None and (net is None or kind.upper() not in _CONSTANTS):
                raise self._no_statement(start)
            nets = tuple("".join(pins.split()).split(",")) if pins else ()
            yield _Statement(start, line, net, kind, digits, nets)
            at = found.end()

    def _port(self, given: _Statement) -> None:
        kind = given.kind.upper()
        if kind not in ("INPUT", "OUTPUT") or given.digits is not None:
            what = "is not a declaration" if kind not in _KINDS else "drives no net"
            raise self._refuse(given, what, "as in INPUT(a), OUTPUT(y) or y = AND(a, b)")
        if len(given.pins) != 1:
            raise self._refuse(given, f"declares {len(given.pins)} nets", f"as in {kind}(a)")
        declare = self._made.input if kind == "INPUT" else self._made.output
        declare(given.pins[0], given.line)

    def _gate(self, given: _Statement, net: str) -> None:
        """A gate of a kind and width that has not been met before, or one without a table of its own."""
        kind, pins, made = given.kind.upper(), given.pins, self._made
        kind = _SAME.get(kind, kind)
        if kind == "LUT":
            self._lut(given, net)
        elif given.digits is not None:
            raise self._refuse(given, "has a table, but is not a LUT", "as in y = LUT 0x8 (a, b)")
        elif kind in _CONSTANTS and not pins:
            made.constant(_CONSTANTS[kind], net, given.line)
        elif kind in ("NOT", "BUF", *_REGISTERS) and len(pins) != 1:
            more = ", and names no clock" if kind in _REGISTERS else ""
            raise self._refuse(given, f"has {len(pins)} inputs", f"{kind} has one{more}")
        elif kind in _REGISTERS:
            made.register(Latch(pins[0], net, given.line, _REGISTERS[kind]))
        elif kind in _OTHERS:
            self._other(given, net)
        elif kind not in (*ANY_WIDTH, "NOT", "BUF"):
            near = nearest(kind, _KINDS)
            raise self._refuse(
                given,
                f"is not a gate of this format: it has no {given.kind}",
                f"did you mean {near}?" if near else f"it has {', '.join(_KINDS)}",
            )
        elif len(pins) <= self._widest:
            ones = self._tables[given.kind, len(pins)] = kind_table(kind, len(pins))
            made.cell(ones, pins, net, given.line)
        else:
            # Its inner nets need names, and which are free is known when all of the file has been read.
            self._wide.append((kind, net, given))

    def _lut(self, given: _Statement, net: str) -> None:
        """ABC's table: bit *r* of the number is row *r*, the first input the least significant."""
        count = len(given.pins)
        if given.digits is None:
            raise self._refuse(given, "has no table", "as in y = LUT 0x8 (a, b)")
        if count > MAX_INPUTS:
            raise self._refuse(
                given, f"has {count} inputs", f"a table of at most {MAX_INPUTS} is read"
            )
        digits = given.digits.lstrip("0") or "0"
        if len(digits) > (1 << count) // 4 + 1 or int(digits, 16) >> (1 << count):
            raise self._refuse(
                given,
                f"has the table 0x{digits[:20]}, more than the {1 << count} rows of its inputs",
                "one bit a row, the first input the least significant",
            )
        self._made.cell(int(digits, 16), given.pins[::-1], net, given.line)

    def _other(self, given: _Statement, net: str) -> None:
        """A gate of a fixed number of inputs, which need not all matter."""
        count, ones = _OTHERS[given.kind.upper()]
        if len(given.pins) != count:
            raise self._refuse(given, f"has {len(given.pins)} inputs", f"{given.kind} has {count}")
        ones, places = support(ones, count)
        self._made.cell(ones, tuple(given.pins[place] for place in places), net, given.line)

    def _drive_rails(self) -> None:
        """Make constants of the nets called ``vdd`` and the like that are read and that nothing drives."""
        read: dict[str, int] = {}
        driven = set()
        for each in self._statements():
            if each.net is not None:
                driven.add(each.net)
            elif each.kind.upper() == "INPUT":
                driven.update(each.pins)
                continue
            for net in each.pins:
                if net.upper() in _RAILS:
                    read.setdefault(net, each.line)
        for net, line in read.items():
            if net not in driven:
                self._made.constant(_RAILS[net.upper()], net, line)

    def _place_wide(self) -> None:
        """Gates of too many inputs, as trees: for a parity, a sum of products would be vast."""
        names = Names(NAME.findall(self._text))
        size = min(self._widest, _BRANCHES)
        for kind, net, given in self._wide:
            level = deque(given.pins)
            inner = kind_table(NEGATED.get(kind, kind), size)
            while len(level) > size:
                name = names.new(net)
                some = tuple(level.popleft() for _ in range(size))
                self._made.cell(inner, some, name, given.line)
                level.append(name)
            self._made.cell(kind_table(kind, len(level)), tuple(level), net, given.line)

    def _refuse(self, given: _Statement, what: str, hint: str) -> FormatError:
        column = given.at - self._text.rfind("\n", 0, given.at)
        if given.net is not None:
            # The kind, which stands after the net: both are named, as a kind alone says little.
            return self._source.refuse(
                given.line, f"{given.net} = {given.kind}", what, hint, column=column
            )
        return self._source.refuse(given.line, given.kind, what, hint, column=column)

    def _no_statement(self, at: int) -> FormatError:
        """What is wrong where no statement could be read."""
        text = self._text
        while text[at].isspace():
            at += 1
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        shown = text[at:].partition("\n")[0].rstrip()
        what, hint = "is not a statement", "expected INPUT(a), OUTPUT(y) or y = AND(a, b)"
        found = _STATEMENT.match(text, at)
        if found is not None:
            rest = text[found.end() :].lstrip()
            if rest.startswith("("):
                inside, closed, _ = rest[1:].partition(")")
                if not closed or "(" in inside:
                    what, hint = "is not closed by a )", "as in y = AND(a, b)"
                else:
                    what, hint = "has other than nets in its parentheses", "separate them by commas"
            elif found[0].endswith(")"):
                what, hint = "names no net in its parentheses", "as in y = AND(a, b)"
            elif found[1] is not None:
                what = f"gives the net '{found[1]}' neither a gate nor vdd nor gnd"
                hint = f"as in {found[1]} = BUFF(a)"
        return self._source.refuse(line, shown, what, hint, column=column)
