"""How commands print: tables, JSON, progress, the next step.

Standard output is the result; progress and the next step go to standard error.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gatewright.learn.fit import Progress as Training
    from gatewright.learn.network import Architecture
    from gatewright.netlists.netlist import Netlist

PATIENCE = 1.0
"""Seconds before a progress bar appears."""


MOST_KINDS = 6
"""Kinds of gates that are named of a circuit."""

MOST_ROWS = 64
"""Rows of a truth table that are shown."""


_WIDE = 2000
"""Bits of a number that JSON has in decimal digits whatever Python's limit of them."""


def emit_json(schema: str, **fields: Any) -> None:
    """Print one JSON object with a ``schema`` field and nothing else."""
    document = _plain({"schema": f"gatewright/{schema}/1", **fields})
    typer.echo(json.dumps(document, indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    """The same with null in place of infinities and what is not a number: JSON has neither.

    A number of too many decimal digits is a text of hexadecimal ones.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and value.bit_length() > _WIDE:
        from gatewright.logic.numerals import as_text

        text = as_text(value)  # few who read JSON know what to do with thousands of digits
        return text if "x" in text else value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
) -> str:
    """Rows of text as aligned columns under a header; columns in ``right`` are aligned right."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    flush = set(right)

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if column in flush else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return "\n".join(
        [line(lines[0]), line(["─" * width for width in widths]), *map(line, lines[1:])]
    )


def say_rest(rows: int) -> None:
    """Say how many rows of a table were not shown."""
    if rows > MOST_ROWS:
        typer.echo(f"… and {rows - MOST_ROWS} more rows (--json prints them all)")


def bold(text: str) -> str:
    """Text that stands out where standard output is a terminal."""
    return typer.style(text, bold=True)


def good(text: str) -> str:
    """A result that is as it should be."""
    return typer.style(text, fg=typer.colors.GREEN)


def bad(text: str) -> str:
    """A result that is wrong."""
    return typer.style(text, fg=typer.colors.RED, bold=True)


def warn(text: str) -> None:
    """Say on standard error what is wrong though the command goes on."""
    typer.secho(f"circuits: {text}", err=True, fg=typer.colors.YELLOW)


def network(shape: Architecture) -> str:
    """A network in words: ``2-2-4-1 logistic``."""
    return f"{'-'.join(map(str, shape.sizes))} {', '.join(dict.fromkeys(shape.activations))}"


def made_of(netlist: Netlist) -> str:
    """The gates of a circuit by kind; of many kinds, those used most."""
    kinds = Counter(each.gate for each in netlist.instances)
    shown = sorted(kinds) if len(kinds) <= MOST_KINDS else _most_used(kinds)
    text = ", ".join(f"{kinds[kind]} {kind}" for kind in shown)
    if len(shown) < len(kinds):
        rest = sum(kinds.values()) - sum(kinds[kind] for kind in shown)
        text += f", {rest} of {len(kinds) - len(shown)} more kinds"
    return text or "wires alone"


def _most_used(kinds: Mapping[str, int]) -> list[str]:
    return sorted(kinds, key=lambda kind: (-kinds[kind], kind))[: MOST_KINDS - 2]


def next_step(command: str) -> None:
    """Say what to try next."""
    typer.secho(f"next: {command}", err=True, dim=True)


def assignments(values: Mapping[str, Any], *, short: bool = False) -> str:
    """Bus values as a user would type them: ``a=23 b=42``; ``short`` cuts what is wider than 64 bits."""
    from gatewright.logic import numerals

    if short:
        values = {
            name: f"0x{value:x}"[:10] + "…" if isinstance(value, int) and value >> 64 else value
            for name, value in values.items()
        }
    return numerals.assignments(values)


class Progress:
    """A progress bar on standard error for work that takes more than a second.

    Nothing is drawn before that, nor where standard error is not a terminal.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def label(self, text: str) -> None:
        """What is being done now."""
        self._label = text

    def say(self, text: str) -> None:
        """A line of its own, above the bar if there is one."""
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            typer.echo(text, err=True)
        self.label(text.partition(":")[0])

    def update(self, done: int, total: int, note: str = "") -> None:
        """Show that ``done`` of ``total`` is done."""
        if self._bar is None:
            if time.monotonic() - self._started < PATIENCE or not sys.stderr.isatty():
                return
            self._bar = self._draw()
            self._task = self._bar.add_task(self._label, note="")
        self._bar.update(
            self._task, description=self._label, completed=done, total=total, note=note
        )

    def training(self, state: Training) -> None:
        """Show how far a training is."""
        note = f"loss {state.loss:.2e}, {state.solved} of {state.restarts} restarts solved"
        self.update(state.epoch, state.epochs, note)

    def _draw(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        bar = RichProgress(
            *columns,
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,  # plugins' prints are redirected already, see `session`
            redirect_stderr=False,
        )
        bar.start()
        return bar
