"""The rows of a state table, and what may be wrong with them.

Example:
    >>> row = Transition("1-", "a", "b", "0")
    >>> [flaw.what for flaw in misfits([row], 2, 3)]
    ['has 1 character for 3 outputs']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gatewright.errors import SpecError
from gatewright.logic.cover import Cube
from gatewright.logic.numerals import counted

OPEN = "*"
"""A next state that is not said; as the state that a transition leaves, any."""

MOST_PAIRS = 5_000_000
"""Of transitions of one state that are compared, in all."""


class Transition(NamedTuple):
    """One row of a state table.

    Attributes:
        inputs: a character 0, 1 or - for each.
        state: the one that it leaves; ``*`` for any.
        following: the one that it goes to; ``*`` where that is not said.
        outputs: a character 0, 1 or - for each.
        line: where it stands in a file; 0 if in none.
    """

    inputs: str
    state: str
    following: str
    outputs: str
    line: int = 0

    def __str__(self) -> str:
        return " ".join(self[:4]).lstrip()


class Flaw(NamedTuple):
    """What is wrong with a transition, or with a table as a whole; in words that follow the text of it."""

    row: Transition | None
    what: str
    hint: str


class StateTableError(SpecError):
    """A state table that is not a machine.

    Attributes:
        flaw: what is wrong with it.
    """

    def __init__(self, flaw: Flaw) -> None:
        shown = f"transition '{flaw.row}'" if flaw.row else "a state table"
        super().__init__(f"{shown} {flaw.what}", hint=flaw.hint)
        self.flaw = flaw


Rows = Mapping[str, list[tuple[Cube, Transition]]]
"""The transitions of each state, with their inputs as products."""


def misfits(rows: Iterable[Transition], inputs: int, outputs: int) -> Iterator[Flaw]:
    """Transitions of another width, or with characters that mean nothing."""
    for row in rows:
        for what, signs, width in (("input", row.inputs, inputs), ("output", row.outputs, outputs)):
            if len(signs) != width:
                text = f"has {counted(len(signs), 'character')} for {counted(width, what)}"
                yield Flaw(row, text, "give one for each")
            if odd := signs.strip("01-"):
                yield Flaw(
                    row, f"has the character '{odd[0]}' for an {what}", "0, 1 and - are read"
                )


def contradictions(rows: Rows) -> Iterator[Flaw]:
    """Transitions of one state that hold for the same inputs and do not agree."""
    pairs = sum(len(each) * (len(each) - 1) for each in rows.values()) // 2
    if pairs > MOST_PAIRS:
        text = f"has {pairs} pairs of transitions to compare, more than {MOST_PAIRS}"
        yield Flaw(None, text, "join some")
        return
    for some in rows.values():
        for at, ((ones, zeros), row) in enumerate(some):
            for (one, zero), other in some[:at]:
                if not (ones & zero or zeros & one) and (what := _disagree(row, other)):
                    where = f" in line {other.line}" if other.line else ""
                    yield Flaw(
                        row,
                        f"has another {what} than '{other}'{where}",
                        "the same inputs say one thing",
                    )


def _disagree(row: Transition, other: Transition) -> str:
    """What two transitions say differently; empty if nothing."""
    if row.following != other.following and OPEN not in (row.following, other.following):
        return "next state"
    signs = zip(row.outputs, other.outputs, strict=True)
    return "output" if any(one != two and "-" not in (one, two) for one, two in signs) else ""


def uncovered(cubes: Sequence[Cube], inputs: int, most: int) -> int | None:
    """How many patterns are in none of some products; None if more than ``most`` have to be looked at.

    Example:
        >>> from gatewright.logic.cover import cube
        >>> uncovered([cube("1-"), cube("-1")], 2, 100)
        1
    """
    found, todo = 0, [(list(cubes), inputs)]
    while todo:
        some, free = todo.pop()
        most -= len(some)
        if most < 0:
            return None
        if not some:
            found += 1 << free
        elif (0, 0) not in some:
            # Split where most products are decided.
            used = [ones | zeros for ones, zeros in some]
            place = max(
                range(max(used).bit_length()), key=lambda at: sum(each >> at & 1 for each in used)
            )
            bit = 1 << place
            todo.append(
                ([(ones & ~bit, zeros) for ones, zeros in some if not zeros & bit], free - 1)
            )
            todo.append(
                ([(ones, zeros & ~bit) for ones, zeros in some if not ones & bit], free - 1)
            )
    return found
