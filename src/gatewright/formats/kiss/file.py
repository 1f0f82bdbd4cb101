r"""A KISS2 file as a state table (G. De Micheli, R. K. Brayton, A. Sangiovanni-Vincentelli, 1985; SIS, 1992).

A row has inputs, a state, the next state and outputs; ``-`` is either value of an input, and an output that
is left open. ``*`` is any state, or a next state that is left open. ``.i`` and ``.o`` say how many inputs and
outputs there are; ``.r`` names the reset state, else the machine begins in the state of the first row. ``.p`` and
``.s`` say how many rows and states there are, and need not be right; but a file that ends before its rows do is
cut off.

Example:
    >>> kiss = read_table(Source("t.kiss2", b".i 1\n.o 1\n.r on\n0 on on 1\n1 on off 1\n- off on 0\n.e\n"))
    >>> kiss.table.states, kiss.table.inputs, kiss.table.cycle("on", {"x0": 1})
    (('on', 'off'), ('x0',), ('off', {'y0': 1}))
"""

from __future__ import annotations

from gatewright.formats.model.source import Source
from gatewright.formats.pla.heads import Heads
from gatewright.logic.states.table import StateTable
from gatewright.logic.states.transitions import OPEN, StateTableError, Transition
from gatewright.records import dataclass

MOST_PORTS = 1000
"""Most inputs and most outputs."""

_ANY = ("*", "ANY", "any")
_NUMBERS = (".i", ".o", ".p", ".s")
_NAMES = {".ilb": ".i", ".ob": ".o"}
_ENDS = (".e", ".end", ".end_kiss")
_CODES = (".code", ".latch_order")
"""How SIS chose to keep its states, which says nothing of what the machine does."""


@dataclass(frozen=True, slots=True)
class Kiss:
    """What a file says.

    Attributes:
        table: the machine.
        inputs_line: where it tells the inputs.
        outputs_line: where it tells the outputs.
        remarks: numbers in it that are not right.
    """

    table: StateTable
    inputs_line: int
    outputs_line: int
    remarks: tuple[str, ...]


def read_table(source: Source) -> Kiss:
    """The state table in a KISS2 file.

    Raises:
        FormatError: it is not one, is cut off, or contradicts itself.
    """
    return _Reader(source).kiss()


class _Reader:
    """One file, line by line."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._heads = Heads(source)
        self._reset = ""
        self._rows: list[Transition] = []

    def kiss(self) -> Kiss:
        """The table, and what is not right about the numbers in the file."""
        ended = ""
        for line, whole in enumerate(self._source.lines(), 1):
            words = whole.partition("#")[0].split()
            if not words:
                continue
            if ended and words[0] not in (*_ENDS, *_CODES):
                what = f"stands after {ended}, which ends the table"
                raise self._source.refuse(line, words[0], what, "one machine is read")
            if words[0] in _ENDS:
                ended = words[0]
            elif words[0].startswith("."):
                self._keyword(line, words)
            else:
                self._row(line, words)
        return self._made(ended)

    def _keyword(self, line: int, words: list[str]) -> None:
        head, *rest = words
        if head in _CODES:
            return
        if head not in (*_NUMBERS, *_NAMES, ".r", ".start_kiss"):
            raise self._source.refuse(
                line, head, "is not a keyword", "expected .i .o .p .s .r .ilb .ob or .e"
            )
        self._heads.begin(line, head)
        if head in _NAMES:
            self._heads.names[head] = rest
        elif head == ".r":
            if len(rest) != 1:
                raise self._source.refuse(line, head, "names one state", "as in .r idle")
            self._reset = rest[0]
        elif head in _NUMBERS:
            number = self._heads.number(line, head, rest)
            if head in (".i", ".o") and not (head == ".o") <= number <= MOST_PORTS:
                what = f"{'inputs' if head == '.i' else 'outputs'} are not a machine"
                least = int(head == ".o")
                hint = f"there may be {least} to {MOST_PORTS}"
                raise self._source.refuse(line, rest[0], what, hint)

    def _row(self, line: int, words: list[str]) -> None:
        if not {".i", ".o"} <= self._heads.numbers.keys():
            what, hint = "stands before .i and .o", "tell inputs and outputs first"
            raise self._source.refuse(line, words[0], what, hint)
        if not self._heads.numbers[".i"] and len(words) == 3:
            words = ["", *words]  # without inputs there is nothing to write
        if len(words) != 4:
            raise self._source.refuse(
                line,
                " ".join(words),
                "is not a row",
                "a row has inputs, a state, the next state and outputs",
            )
        inputs, state, following, outputs = words
        if not self._heads.numbers[".i"]:
            inputs = inputs.strip("-")
        state = OPEN if state in _ANY else state
        # Of a next state, programs also write - for one that is open.
        following = OPEN if following in (*_ANY, "-") else following
        self._rows.append(Transition(inputs, state, following, outputs, line))

    def _made(self, ended: str) -> Kiss:
        for head in (".i", ".o"):
            if head not in self._heads.numbers:
                hint = "a table of states has .i, .o, and a row for every transition"
                raise self._source.refuse(0, "", f"there is no {head}", hint)
        self._heads.check_rows(len(self._rows), ended=bool(ended))
        inputs, inputs_line = self._heads.ports(".i", ".ilb", "x")
        outputs, outputs_line = self._heads.ports(".o", ".ob", "y")
        try:
            table = StateTable(inputs, outputs, self._rows, self._reset)
        except StateTableError as error:
            row, what, hint = error.flaw
            if row is None:
                line = self._heads.lines.get(".r", 0) if "reset" in what else 0
                raise self._source.refuse(line, "", f"the table {what}", hint) from None
            raise self._source.refuse(row.line, str(row), what, hint) from None
        found = (("rows", ".p", len(self._rows)), ("states", ".s", len(table.states)))
        wrong = tuple(
            f"{head} says {self._heads.numbers[head]} {what}, and there are {count}"
            for what, head, count in found
            if self._heads.numbers.get(head, count) != count
        )
        return Kiss(table, inputs_line, outputs_line, wrong)
