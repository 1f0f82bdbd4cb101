"""Truth tables as they are shown: within the terminal, and of wide gates the rows that tell something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.logic.truth_table import TruthTable

FEW = 4
"""Rows that are shown of those outputs that most rows have, where not all are."""


def table_rows(table: TruthTable) -> list[dict[str, str]]:
    """Every row of a truth table as text, ``-`` for a don't-care."""
    return [
        {
            "inputs": "".join(map(str, pattern)),
            "outputs": "".join(
                str(bit) if known else "-" for bit, known in zip(bits, care, strict=True)
            ),
        }
        for pattern, bits, care in zip(
            table.patterns.tolist(), table.values.tolist(), table.care.tolist(), strict=True
        )
    ]


def show(table: TruthTable, raw: Sequence[Sequence[float]] | None = None) -> None:
    """Print a truth table, and beside each row what was learned.

    Args:
        table: of a gate.
        raw: the outputs of the learned gate, row after row.
    """
    rows = table_rows(table)
    chosen, rest = telling([row["outputs"] for row in rows])
    learned = [f"learned {port}" for port in table.outputs] if raw is not None else []
    apart = [" "] if learned else []
    header = [*table.inputs, " ", *table.outputs, *apart, *learned]
    limit = output.width()
    together = sum(max(len(each), 1) + 2 for each in header) - 2 > limit
    if together:
        for what, names in (("inputs", table.inputs), ("outputs", table.outputs)):
            line = f"{what}, from the left: {', '.join(names)}"
            output.say(*output.wrapped(line, limit, below="  "))
        output.say("")
        header = ["inputs", "outputs", *learned]
    lines = []
    for place in chosen:
        row = rows[place]
        values = [f"{value:.4f}" for value in raw[place]] if raw is not None else []
        ports = [row["inputs"], row["outputs"]]
        spread = [*row["inputs"], " ", *row["outputs"], *apart]
        lines.append([*(ports if together else spread), *values])
    start = len(header) - len(learned)
    output.say(*output.table(header, lines, right=range(start, len(header)), within=limit))
    if rest:
        output.say(f"… and {rest} (--json prints them all)")


def telling(outputs: Sequence[str]) -> tuple[list[int], str]:
    """The rows of a table that are shown, and what is left out in words.

    Of a table of many rows, those come first whose outputs are rare: the only 1 of a wide AND is shown.

    Args:
        outputs: of each row, as text.

    Example:
        >>> chosen, rest = telling(["0"] * 127 + ["1"])
        >>> chosen, rest
        ([0, 1, 2, 3, 127], '123 more rows, all 0')
    """
    if len(outputs) <= output.MOST_ROWS:
        return list(range(len(outputs))), ""
    kinds: dict[str, list[int]] = {}
    for place, text in enumerate(outputs):
        kinds.setdefault(text, []).append(place)
    by_size = sorted(kinds.values(), key=len)
    chosen: list[int] = []
    for places in by_size:
        room = output.MOST_ROWS - len(chosen)
        chosen += places[: room if places is not by_size[-1] or len(kinds) == 1 else min(room, FEW)]
    left = len(outputs) - len(chosen)
    shown: Any = set(chosen)
    missing = {text for text, places in kinds.items() if not shown.issuperset(places)}
    what = f", all {next(iter(missing))}" if len(missing) == 1 else ""
    return sorted(chosen), f"{left} more row{'s' if left != 1 else ''}{what}"
