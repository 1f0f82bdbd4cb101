"""A progress bar on standard error, for work that takes more than a second.

Example:
    >>> with Progress("training xor") as progress:
    ...     progress.update(1, 2)
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from gatewright.cli.output.lines import print_lines
from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright.learn.fit import Progress as Training


PATIENCE = 1.0
"""Seconds before a progress bar appears."""

_SHOWN: list[Progress] = []
"""The bar that is drawn: there is one at most."""

_DRAWING = threading.Lock()


class Progress:
    """A progress bar on standard error for work that takes more than a second.

    Nothing is drawn before that, or if standard error is not a terminal. Work that does not say how far it is
    has a bar too, which moves: a thread of its own begins it.
    """

    def __init__(self, label: str) -> None:
        self._label = visible(label)
        self._started = time.monotonic()
        self._bar: Any = None
        self._task: Any = None
        self._timer: threading.Timer | None = None
        self._ended = False

    def __enter__(self) -> Progress:
        if sys.stderr is not None and sys.stderr.isatty() and not _SHOWN and PATIENCE > 0:
            self._timer = threading.Timer(PATIENCE, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def _begin(self) -> None:
        """Draw the bar, unless there is one or the work is done; of two that are open, the outer has it."""
        with _DRAWING:
            if self._bar is None and not self._ended and not _SHOWN:
                self._bar = self._draw()
                self._task = self._bar.add_task(self._label, note="", share="", total=None)
                _SHOWN.append(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with _DRAWING:
            self._ended = True
            if self._bar is not None:
                self._bar.stop()
                self._bar = None
                _SHOWN.remove(self)

    def label(self, text: str) -> None:
        """What is being done now."""
        self._label = visible(text)

    def say(self, text: str) -> None:
        """A line of its own, above the bar if there is one."""
        if self._bar is not None:
            self._bar.console.print(visible(text), highlight=False, markup=False)
        else:
            print_lines([visible(text)], err=True)
        self.label(text.partition(":")[0])

    def update(self, done: int, total: int, note: str = "") -> None:
        """Show that ``done`` of ``total`` is done."""
        if self._bar is None:
            if time.monotonic() - self._started < PATIENCE or not sys.stderr.isatty():
                return
            self._begin()
        if self._bar is None:
            return
        self._bar.update(
            self._task,
            description=self._label,
            completed=done,
            total=total,
            note=visible(note),
            share=f"{100 * done / total if total else 100:>3.0f} %",
        )

    def follow(self, what: str, done: int, total: int) -> None:
        """Show what is being done now, and that ``done`` of ``total`` of it is."""
        self.label(what)
        self.update(done, total)

    def training(self, state: Training) -> None:
        """Show the progress of a training."""
        note = f"loss {state.loss:.2e}, {state.solved} of {state.restarts} restarts solved"
        self.update(state.epoch, state.epochs, note)

    def _draw(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[share]}", markup=False),
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
