r"""A PLA file as rows (R. L. Rudell, espresso(5), University of California, Berkeley).

A row has a character for every input and for every output. Which characters of outputs have a meaning depends on
the type of the table:

======  ===============  ==============================================
type    have a meaning   none of them in any row that holds: the output
======  ===============  ==============================================
f       1                is 0
fd      1 and -          is 0; this is the default type
fr      1 and 0          is a don't-care
fdr     1, 0 and -       is a don't-care
======  ===============  ==============================================

``~`` never has a meaning; 2, 3 and 4 are other signs for -, 0 and 1. The number of rows in ``.p`` need not
be right, says espresso(5); but a file that ends before it, and without ``.e``, is cut off. ``.pair`` and a
``.phase`` of ones are wishes about minimising, and say nothing of the function.

Example:
    >>> pla = read_rows(Source("a.pla", b".i 3\n.o 2\n.type fr\n1-0 14 # twice\n2 11|03\n0-- -~\n.e\n"))
    >>> pla.inputs, pla.outputs
    (('x0', 'x1', 'x2'), ('y0', 'y1'))
    >>> [(row.inputs, row.outputs, row.line) for row in pla.rows]
    [('1-0', '11', 4), ('-11', '00', 5), ('0--', '~~', 6)]
"""

from __future__ import annotations

from typing import NamedTuple

from gatewright.formats.model.source import Source
from gatewright.formats.pla.heads import Heads
from gatewright.records import dataclass

MOST_PORTS = 10_000
"""Most inputs and outputs of a table."""

LEAST_EXAMPLES = 20
"""Fewest rows that a circuit is learned from, where a table is not whole."""

_SAME = {"2": "-", "3": "0", "4": "1"}
_MEANINGS = {"f": "1", "fd": "1-", "fr": "10", "fdr": "10-"}
"""By type, the characters of outputs that have a meaning."""

_SIGNS = {
    kind: {
        ord(sign): (same if (same := _SAME.get(sign, sign)) in known else "~") for sign in "01-234~"
    }
    for kind, known in _MEANINGS.items()
}
_INPUT_SIGNS = str.maketrans("2", "-")

_UNSUPPORTED = {
    ".mv": "has inputs of more than two values, which cannot be read",
    ".label": "has inputs of more than two values, which cannot be read",
    ".symbolic": "has symbols for inputs, which cannot be read",
    ".symbolic-output": "has symbols for outputs, which cannot be read",
    ".kiss": "is a state machine, which cannot be read",
}


class Row(NamedTuple):
    """A product of inputs, and what it says about every output.

    Attributes:
        inputs: a character 0, 1 or - for each.
        outputs: a character for each: 1 in the on-set, 0 in the off-set, - in the don't-care set, ~ if nothing
            is said.
        line: where it begins.
    """

    inputs: str
    outputs: str
    line: int


@dataclass(frozen=True, slots=True)
class Pla:
    """What a file says.

    Attributes:
        source: the file.
        kind: the type of the table: f, fd, fr or fdr.
        inputs: their names; x0, x1, … if it has none.
        outputs: their names; y0, y1, … if it has none.
        rows: in the order of the file, at least one.
        inputs_line: where it tells the inputs.
        outputs_line: where it tells the outputs.
        lists_zeros: whether it tells no type and has rows of zeros alone. Nothing is said by them in the default
            type, so they are examples, or rows of a whole table.
    """

    source: Source
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    inputs_line: int
    outputs_line: int
    lists_zeros: bool = False

    @property
    def learnable(self) -> bool:
        """Whether a circuit can be learned from its rows: there are enough, and each says everything."""
        open_ends = "-" if self.lists_zeros else "-~"
        return len(self.rows) >= LEAST_EXAMPLES and not any(
            sign in row.inputs + row.outputs for row in self.rows for sign in open_ends
        )


def read_rows(source: Source, kind: str = "") -> Pla:
    """The rows of a PLA file.

    Args:
        source: the file.
        kind: which signs of outputs have a meaning, whatever the file says; by default what it says.

    Raises:
        FormatError: it is not a PLA file, or of a kind that cannot be read.
    """
    return _Reader(source, kind).pla()


class _Reader:
    """One file, line by line."""

    def __init__(self, source: Source, kind: str) -> None:
        self._source, self._meant = source, kind
        self._heads = Heads(source)
        self._kind = "fd"
        self._zeros = False
        self._rows: list[Row] = []
        self._part, self._part_line = "", 0  # of a row that goes on in the next line

    def pla(self) -> Pla:
        for line, whole in enumerate(self._source.lines(), 1):
            text = whole.partition("#")[0].strip()
            if not text:
                continue
            if ".e" in self._heads.lines:
                raise self._source.refuse(
                    line,
                    text,
                    "stands after .e, which ends the table",
                    "one table is read",
                )
            if text[0] == ".":
                self._check_whole()
                self._keyword(line, text.split())
            else:
                self._row(line, text)
        self._check_whole()
        self._check_end()
        inputs, inputs_line = self._heads.ports(".i", ".ilb", "x")
        outputs, outputs_line = self._heads.ports(".o", ".ob", "y")
        return Pla(
            self._source,
            self._kind,
            inputs,
            outputs,
            tuple(self._rows),
            inputs_line,
            outputs_line,
            self._zeros and ".type" not in self._heads.lines,
        )

    def _keyword(self, line: int, words: list[str]) -> None:
        head, rest = words[0], words[1:]
        head = ".e" if head == ".end" else head
        self._heads.begin(line, head)
        if head in (".i", ".o", ".p"):
            self._number(line, head, rest)
        elif head in (".ilb", ".ob"):
            self._heads.names[head] = rest
        elif head == ".type":
            if len(rest) != 1 or rest[0] not in _MEANINGS:
                raise self._source.refuse(
                    line,
                    " ".join(rest) or ".type",
                    "is not a type that is read",
                    "it is f, fd, fr or fdr",
                )
            if self._rows:
                raise self._source.refuse(
                    line, ".type", "stands after rows", "it comes before the first row"
                )
            self._kind = rest[0]
        elif head == ".phase":
            if "".join(rest).strip("1"):
                raise self._source.refuse(
                    line,
                    ".phase",
                    "asks for the complement of an output, and programs read that differently",
                    "delete it, and the rows alone say what the outputs are",
                )
        elif head in _UNSUPPORTED:
            raise self._source.refuse(
                line, head, _UNSUPPORTED[head], "write a row for every pattern of two-valued inputs"
            )
        elif head not in (".pair", ".e"):
            raise self._source.refuse(
                line, head, "is not a keyword", "expected .i .o .ilb .ob .p .type or .e"
            )

    def _number(self, line: int, head: str, rest: list[str]) -> None:
        number = self._heads.number(line, head, rest)
        if head != ".p" and not 1 <= number <= MOST_PORTS:
            what = "inputs" if head == ".i" else "outputs"
            raise self._source.refuse(
                line, rest[0], f"{what} are not a table", f"there may be 1 to {MOST_PORTS}"
            )

    def _row(self, line: int, text: str) -> None:
        if not {".i", ".o"} <= self._heads.numbers.keys():
            raise self._source.refuse(
                line, text, "stands before .i and .o", "tell inputs and outputs first"
            )
        inputs = self._heads.numbers[".i"]
        width = inputs + self._heads.numbers[".o"]
        signs = "".join(text.replace("|", " ").split())
        odd = signs.strip("01-234~")
        if odd:
            raise self._source.refuse(
                line,
                text,
                f"has the character '{odd[0]}'",
                "a row has 0, 1 or - for an input, and 0, 1, - or ~ for an output",
            )
        if not self._part:
            self._part_line = line
        signs = self._part + signs
        whole = len(signs) - len(signs) % width
        if len(signs) > width and len(signs) > whole:
            raise self._source.refuse(
                self._part_line,
                text,
                f"makes a row of {len(signs)} characters",
                f"a row has {width}: {inputs} for inputs, {width - inputs} for outputs",
            )
        for at in range(0, whole, width):
            before, after = signs[at : at + inputs], signs[at + inputs : at + width]
            odd = before.strip("01-2")
            if odd:
                raise self._source.refuse(
                    self._part_line,
                    text,
                    f"has the character '{odd[0]}' for an input",
                    "as inputs there are 0, 1 and -",
                )
            self._zeros |= not after.strip("03")
            self._rows.append(
                Row(
                    before.translate(_INPUT_SIGNS),
                    after.translate(_SIGNS[self._meant or self._kind]),
                    self._part_line,
                )
            )
        self._part = signs[whole:]

    def _check_whole(self) -> None:
        """Refuse a row that began and was not ended.

        Raises:
            FormatError: there is one.
        """
        if self._part:
            width = self._heads.numbers[".i"] + self._heads.numbers[".o"]
            raise self._source.refuse(
                self._part_line,
                "",
                f"a row begins here and ends after {len(self._part)} of its {width} characters",
                f"{self._heads.numbers['.i']} are for inputs, {self._heads.numbers['.o']} for outputs",
            )

    def _check_end(self) -> None:
        """Refuse a file without rows, or cut off.

        Raises:
            FormatError: it is.
        """
        if not self._rows and self._heads.numbers.get(".p") != 0:  # said to be none: all is 0
            raise self._source.refuse(
                0, "", "there is no row", "a PLA has .i, .o, and a row for every product"
            )
        self._heads.check_rows(len(self._rows), ended=".e" in self._heads.lines)
