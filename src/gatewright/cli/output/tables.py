"""Tables: rows of text as aligned columns, as wide as the terminal at most.

Example:
    >>> table(("gate", "units"), [("xor", "7"), ("full-adder", "12")], right=(1,))
    ['gate        units', '──────────  ─────', 'xor             7', 'full-adder     12']
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence, Set

from gatewright.cli.output.lines import room
from gatewright.text import visible

MOST_ROWS = 64
"""Most rows of a truth table that are shown."""


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Iterable[int] = (),
    within: int | None = None,
) -> list[str]:
    """Rows of text as aligned columns under a header, as wide as the terminal at most.

    What is wider has its texts wrapped between words; if that is not enough, columns go below each other, each
    part with the first column.

    Args:
        header: the names of the columns.
        rows: their cells.
        right: columns that are aligned right, as numbers are.
        within: the columns of the terminal that there are, if not all.
    """
    lines = [[visible(cell) for cell in line] for line in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    limit, flush = within or room(), set(right)
    if limit is not None and _across(widths) > limit:
        widths = _narrowed(lines, widths, limit, flush)
    if limit is None or len(header) < 3 or _across(widths) <= limit:
        return _aligned(lines, widths, range(len(header)), flush)
    parts: list[list[int]] = [[0]]
    for column in range(1, len(header)):
        if len(parts[-1]) > 1 and _across([widths[each] for each in [*parts[-1], column]]) > limit:
            parts.append([0])
        parts[-1].append(column)
    made: list[str] = []
    for part in parts:
        made += ["", *_aligned(lines, widths, part, flush)]
    return made[1:]


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _narrowed(
    lines: Sequence[Sequence[str]], widths: Sequence[int], limit: int, flush: Set[int]
) -> list[int]:
    """Widths of columns of which texts are wrapped until all fit, as far as words allow."""
    least = [
        width
        if column in flush
        else max(len(word) for line in lines for word in ["", *line[column].split()])
        for column, width in enumerate(widths)
    ]
    made = list(widths)
    while _across(made) > limit:
        column = max(range(len(made)), key=lambda each: (made[each] > least[each], made[each]))
        if made[column] <= least[column]:
            break
        made[column] -= 1
    return made


def _aligned(
    lines: Sequence[Sequence[str]], widths: Sequence[int], columns: Sequence[int], flush: Set[int]
) -> list[str]:
    """Some columns of a table, aligned; cells that are wider than theirs on several lines."""

    def several(cells: Sequence[str]) -> Iterator[str]:
        parts = [
            [cells[each]]
            if len(cells[each]) <= widths[each]
            else textwrap.wrap(
                cells[each], widths[each], break_long_words=False, break_on_hyphens=False
            )
            for each in columns
        ]
        for texts in itertools.zip_longest(*parts, fillvalue=""):
            padded = (
                text.rjust(widths[each]) if each in flush else text.ljust(widths[each])
                for each, text in zip(columns, texts, strict=True)
            )
            yield "  ".join(padded).rstrip()

    rule = "  ".join("─" * widths[each] for each in columns)
    return [
        *several(lines[0]),
        rule.rstrip(),
        *(row for line in lines[1:] for row in several(line)),
    ]
