"""A timing diagram: buses as values and single wires as lines, cycle after cycle.

A wire of trained gates is drawn as what it carries, raw, over what exact gates give, which is shaded.

Example:
    >>> from gatewright.circuits.clocked.trace import Wave
    >>> picture = waves([Wave("go", 1, (0, 1, 1)), Wave("count", 4, (3, 4, 4))], title="counter")
    >>> [word in picture.svg for word in ("count in cycles 1 to 2: 4", "go in cycle 0: 0")]
    [True, True]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from gatewright.circuits.clocked.trace import Wave
from gatewright.circuits.netlist import Clock
from gatewright.draw.canvas.sheet import (
    BLUE,
    FAINT,
    GRID,
    INK,
    MARGIN,
    ORANGE,
    SHADED,
    SMALL,
    WIDTH,
    Sheet,
    Tone,
)
from gatewright.draw.picture import Picture
from gatewright.errors import UsageError

MOST_CYCLES, MOST_WAVES = 400, 64
"""Of a picture that can be looked at."""

WIDEST, NARROWEST, ROOM = 34, 8, 1400
"""Units that a cycle takes, and about how many all take."""

ROW, HIGH, SLANT = 46, 24, 4
"""From one wave to the next; from 0 to 1 of a wire; how far the ends of a value lean."""

LETTER = 8.4
"""Units that a character of `SMALL` letters takes at most."""

LONGEST = 20
"""Most characters of a name."""


def waves(
    shown: Sequence[Wave], *, title: str, first: int = 0, clock: Clock | None = None
) -> Picture:
    """Draw some waves below a clock.

    Args:
        shown: all over the same cycles.
        title: above it.
        first: the number of their first cycle.
        clock: of the circuit, where it has a name.

    Raises:
        UsageError: there are no cycles, or too many waves or cycles to be looked at.
    """
    cycles = len(shown[0].values) if shown else 0
    check_size(len(shown), cycles)
    if not cycles:
        raise UsageError("there is no cycle to draw")
    name = clock.name if clock else "clock"
    labels = [_short(each) for each in (name, *(wave.name for wave in shown))]
    left = MARGIN + LETTER * max(map(len, labels)) + 10
    cell = min(WIDEST, max(NARROWEST, ROOM // cycles))
    wide = max(WIDTH, round(left + cell * cycles + MARGIN))
    raw = any(wave.raw for wave in shown)
    sheet = Sheet(title, "lines: raw activations; shaded: exact gates give 1" if raw else "", wide)
    top = 92.0
    ends = top + ROW * (len(shown) + 1)
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if each * cell >= 26)
    for place in range(cycles):
        x = left + cell * place
        if (first + place) % step == 0:
            sheet.text(x + cell / 2, top - 10, str(first + place), size=SMALL, anchor="middle")
            sheet.mark("path", d=f"M{x:g} {top:g}V{ends:g}", stroke=GRID, stroke_width=1.0)
    sheet.text(left - 10, top - 10, "cycle", size=SMALL, tone=FAINT, anchor="end")
    for number, label in enumerate(labels):
        base = top + ROW * number + ROW / 2 + HIGH / 2
        sheet.text(left - 10, base - HIGH / 2 + 5, label, size=SMALL, anchor="end")
        if number == 0:
            _clock(sheet, left, base, cell, cycles, rising=clock is None or clock.rising)
            continue
        wave = shown[number - 1]
        if wave.width > 1:
            _values(sheet, wave, left, base, cell, first)
        else:
            _bits(sheet, wave, left, base, cell, first)
    return sheet.picture(ends + MARGIN)


def check_size(many: int, cycles: int) -> None:
    """Refuse what nobody could look at.

    Raises:
        UsageError: there are too many waves or cycles.
    """
    if cycles > MOST_CYCLES:
        raise UsageError(
            f"{cycles} cycles are more than the {MOST_CYCLES} of a picture",
            hint="draw some of them",
        )
    if many > MOST_WAVES:
        raise UsageError(
            f"{many} buses and wires are more than the {MOST_WAVES} of a picture",
            hint="name some of them",
        )


def _clock(
    sheet: Sheet, left: float, base: float, cell: float, cycles: int, *, rising: bool
) -> None:
    """Registers change where a cycle begins: there a clock that rises does."""
    high = [1, 0] if rising else [0, 1]
    _line(sheet, left, base, cell / 2, high * cycles, kind="clock", tone=FAINT)


def _bits(sheet: Sheet, wave: Wave, left: float, base: float, cell: float, first: int) -> None:
    """A wire: what it carries, or its bit; below it an area where exact gates give 1."""
    for start, stop, value in _runs(wave.values):
        sheet.mark(
            "rect",
            kind="bit",
            title=f"{wave.name} in {_cycles(first + start, first + stop - 1)}: {value}",
            x=left + cell * start,
            y=base - HIGH,
            width=cell * (stop - start),
            height=float(HIGH),
            fill=BLUE,
            fill_opacity=SHADED * value,
        )
    levels = wave.raw or wave.values
    _line(sheet, left, base, cell, levels, kind="wave", tone=ORANGE if wave.raw else BLUE)


def _line(
    sheet: Sheet,
    left: float,
    base: float,
    cell: float,
    levels: Sequence[float],
    *,
    kind: str,
    tone: Tone,
) -> None:
    """Steps from level to level; what is not a number leaves a gap, what is far off is cut off."""
    known = np.clip(np.array(levels, dtype=np.float64), -0.45, 1.45)
    edges = left + cell * np.arange(len(known) + 1)
    points = np.stack([np.repeat(edges, 2)[1:-1], base - HIGH * np.repeat(known, 2)], axis=1)
    for lost, some in groupby(points.tolist(), key=lambda point: bool(np.isnan(point[1]))):
        if not lost:
            sheet.trace(np.array(list(some)), tone=tone, width=1.6, kind=kind)


def _values(sheet: Sheet, wave: Wave, left: float, base: float, cell: float, first: int) -> None:
    """A bus: a flat hexagon for every value, as long as it stays."""
    for start, stop, value in _runs(wave.values):
        x, end, middle = left + cell * start, left + cell * stop, base - HIGH / 2
        words = f"{value:#x}" if wave.width > 16 else str(value)
        sheet.mark(
            "path",
            kind="value",
            title=f"{wave.name} in {_cycles(first + start, first + stop - 1)}: {words}",
            d=f"M{x:g} {middle:g}L{x + SLANT:g} {base - HIGH:g}H{end - SLANT:g}L{end:g} {middle:g}"
            f"L{end - SLANT:g} {base:g}H{x + SLANT:g}Z",
            fill=BLUE,
            fill_opacity=SHADED / 2,
            stroke=INK,
            stroke_width=1.2,
        )
        if LETTER * len(words) + 2 * SLANT <= end - x:
            sheet.text((x + end) / 2, middle + 5, words, size=SMALL, anchor="middle")


def _runs(values: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Where values begin and end, and which they are."""
    start = 0
    for value, same in groupby(values):
        stop = start + len(list(same))
        yield start, stop, value
        start = stop


def _cycles(first: int, last: int) -> str:
    return f"cycle {first}" if first == last else f"cycles {first} to {last}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[1 - LONGEST // 2 :]}"
