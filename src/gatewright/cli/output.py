"""How commands print: lines, tables, JSON, progress, the next step. Nothing else in the command line prints.

Standard output is the result; progress and the next step go to standard error. What is printed may hold names
from anywhere, so each line is printed as one line of printable characters; only colours are ours.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import math
import os
import shutil
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer

from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Netlist
    from gatewright.gates.trained import TrainedGate
    from gatewright.learn.fit import Progress as Training
    from gatewright.learn.network import Architecture

PATIENCE = 1.0
"""Seconds before a progress bar appears."""


MOST_KINDS = 6
"""Most kinds of gates that are named for a circuit."""


MOST_ROWS = 64
"""Most rows of a truth table that are shown."""

_WIDE = 2000
"""Most bits of a number that JSON has in decimal digits, whatever Python's limit."""


def emit_json(schema: str, **fields: Any) -> None:
    """Print one JSON object with a ``schema`` field and nothing else."""
    document = _plain({"schema": f"gatewright/{schema}/1", **fields})
    _print([json.dumps(document, indent=2, allow_nan=False)])  # of ASCII alone


def _plain(value: Any) -> Any:
    """The same with null in place of infinities and NaN, which JSON lacks.

    A number of too many decimal digits becomes a text of hexadecimal ones.
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


def say(*lines: str) -> None:
    """Print lines of the result; what is wider than the terminal is broken between words."""
    _print(_fitting(map(visible, lines)))


def document(data: bytes) -> None:
    """Print a file as it would be written; on a terminal, as lines."""
    if out().isatty():
        _print(map(visible, data.decode().removesuffix("\n").split("\n")))
    else:
        typer.echo(data, file=out(), nl=False)


class Elsewhere(io.TextIOBase):
    """Standard error, for others to print to, who may close it."""

    def write(self, text: str) -> int:
        """Write a text, which is lost where standard error is closed."""
        return len(text) if sys.stderr is None else sys.stderr.write(text)

    def flush(self) -> None:
        """Write what is held back."""
        if sys.stderr is not None:
            sys.stderr.flush()

    def fileno(self) -> int:
        """The descriptor of standard error."""
        return sys.stderr.fileno()


ELSEWHERE = Elsewhere()
"""One for all: a thread that prints while its stream is freed ends the process."""

_KEPT: list[Any] = []
_FOR_GOOD: list[bool] = []


def out() -> Any:
    """Where the result goes."""
    return _KEPT[0] if _KEPT else sys.stdout


def kept_to_itself() -> bool:
    """Whether only this module writes to standard output now."""
    return bool(_KEPT)


def keep_to_itself(descriptor: int) -> None:
    """From here on only this module writes to standard output; what others print goes to standard error.

    Args:
        descriptor: of standard output, while 1 is another file.
    """
    if not _KEPT:
        _KEPT.append(_opened(sys.stdout, descriptor))
    _FOR_GOOD.append(True)


def _opened(like: Any, descriptor: int) -> Any:
    """A stream of its own to a file, that writes as another one does."""
    return os.fdopen(os.dup(descriptor), "w", encoding=like.encoding, errors=like.errors)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """While a command of ours runs: only this module writes to standard output.

    Code of plugins may be called anywhere within: in the midst of a training, to read a file, to draw. What it
    prints goes to standard error, as does what C code writes.
    """
    if _KEPT:
        yield
        return
    shown = sys.stdout
    with contextlib.suppress(OSError, ValueError):
        shown.flush()
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of the two is closed
        kept = -1
    _KEPT.append(_opened(shown, kept) if kept >= 0 and _descriptor(shown) == 1 else shown)
    try:
        with contextlib.redirect_stdout(ELSEWHERE):
            yield
    finally:
        for stream in (_KEPT[0], shown):  # what was printed past `print` is held back in the second
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        if not _FOR_GOOD:
            mine = _KEPT.pop()
            if kept >= 0:
                os.dup2(kept, 1)
            if mine is not shown:
                with contextlib.suppress(OSError):
                    mine.close()
        if kept >= 0:
            os.close(kept)


def _descriptor(stream: Any) -> int:
    try:
        return int(stream.fileno())
    except (OSError, ValueError, AttributeError):  # it is no file
        return -1


def _columns() -> int:
    """Columns of the terminal that the result goes to."""
    try:
        here = os.get_terminal_size(_descriptor(out())).columns
    except OSError:  # it goes elsewhere
        here = 0
    return here if here and "COLUMNS" not in os.environ else shutil.get_terminal_size().columns


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    text = "\n".join(lines)
    for mark, code in _CODES.items():
        text = text.replace(mark, code)
    typer.echo(text, file=sys.stderr if err else out(), color=_colour())


def _colour() -> bool | None:
    """False if the user wants no colour (https://no-color.org), else None, for what the terminal can do."""
    return False if os.environ.get("NO_COLOR") else None


def room(*, err: bool = False) -> int | None:
    """Columns of the terminal; none where a stream goes elsewhere. The variable COLUMNS says otherwise."""
    stream = sys.stderr if err else out()
    if "COLUMNS" not in os.environ and not (stream is not None and stream.isatty()):
        return None
    return max(20, _columns())


def _fitting(lines: Iterable[str], *, err: bool = False) -> Iterator[str]:
    """Lines broken between words where they are wider than the terminal."""
    limit = room(err=err)
    for line in lines:
        if limit is None or _length(line) <= limit:
            yield line
            continue
        indent = " " * min(len(line) - len(line.lstrip(" ")), limit // 2)
        begun = ""
        for word in line.strip(" ").split(" "):
            if begun and _length(indent + begun + word) + 1 > limit:
                yield indent + begun.rstrip(" ")
                begun = ""
            begun = f"{begun} {word}" if begun else word
        yield indent + begun


def _length(text: str) -> int:
    """How long a text is on a terminal, without its colours."""
    for mark in _CODES:
        text = text.replace(mark, "")
    return len(text)


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


def width() -> int:
    """Columns that lines may have: 80, or those of a narrower terminal; the variable COLUMNS says otherwise."""
    return min(80, max(40, _columns()))


def wrapped(line: str, width: int, *, below: str = "") -> list[str]:
    """A line wrapped to a width, and to the terminal's, with all lines but the first after ``below``."""
    return textwrap.wrap(
        visible(line),
        width,
        subsequent_indent=below,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [""]


# Until it is printed, a colour is a mark of printable characters that nobody can guess, so no name can make one.
_SECRET = os.urandom(8).hex()
_CODES = {
    f"⟨{_SECRET}:{name}⟩": code
    for name, code in {
        "bold": "\x1b[1m",
        "dim": "\x1b[2m",
        "green": "\x1b[32m",
        "yellow": "\x1b[33m",
        "red": "\x1b[31m",
        "end": "\x1b[0m",
    }.items()
}


def _styled(text: str, *styles: str) -> str:
    marks = "".join(f"⟨{_SECRET}:{style}⟩" for style in styles)
    return f"{marks}{visible(text)}⟨{_SECRET}:end⟩"


def bold(text: str) -> str:
    """Text that stands out if standard output is a terminal."""
    return _styled(text, "bold")


def good(text: str) -> str:
    """A result that is as it should be."""
    return _styled(text, "green")


def bad(text: str) -> str:
    """A result that is wrong."""
    return _styled(text, "red", "bold")


def warn(text: str) -> None:
    """Say on standard error what is wrong; the command continues."""
    _print(_fitting([_styled(f"circuits: {text}", "yellow")], err=True), err=True)


def fail(text: str) -> None:
    """Say on standard error why the command ends."""
    _print(_fitting([_styled(f"circuits: {text}", "red")], err=True), err=True)


def network(architecture: Architecture) -> str:
    """A network in words: ``2-2-4-1 logistic``."""
    return f"{'-'.join(map(str, architecture.sizes))} {', '.join(dict.fromkeys(architecture.activations))}"


def parameters(gate: TrainedGate) -> str:
    """How many numbers a gate has, and how many of them are 0."""
    import numpy as np

    zeros = gate.architecture.parameters - int(np.count_nonzero(gate.theta))
    return f"{gate.architecture.parameters} parameters{f', {zeros} of them 0' if zeros else ''}"


def of_earlier_version(gates: Sequence[str]) -> str:
    """What to do about gates that were trained as earlier versions did."""
    train = "'circuits train GATE'" if len(gates) > 1 else f"'circuits train {gates[0]}'"
    return f"trained by an earlier version: {', '.join(gates)}; {train} makes it smaller and more tolerant"


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


def digits(number: int) -> str:
    """A count as it is printed."""
    from gatewright.logic.numerals import as_count

    return as_count(number)


def counted(number: int, what: str) -> str:
    """A count and what is counted, as in ``1 gate`` and ``2 gates``."""
    from gatewright.logic import numerals

    return numerals.counted(number, what)


def next_step(command: str) -> None:
    """Say what to try next; names in the command are quoted by `gatewright.text.shell_word`.

    Nothing is said of a circuit that was piped in, as it is gone.
    """
    if any(word == "-" or word.startswith(("/dev/", "/proc/")) for word in command.split()):
        return
    _print([_styled(f"next: {command}", "dim")], err=True)


def assignments(values: Mapping[str, Any], *, short: bool = False) -> str:
    """Bus values as a user would type them: ``a=23 b=42``; ``short`` cuts what is wider than 64 bits."""
    from gatewright.logic import numerals

    if short:
        values = {
            name: f"0x{value:x}"[:10] + "…" if isinstance(value, int) and value >> 64 else value
            for name, value in values.items()
        }
    return numerals.assignments(values)


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
            _print([visible(text)], err=True)
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
