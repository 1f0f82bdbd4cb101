"""What ``circuits simulate`` keeps of its cycles: waveforms as VCD, and as a picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.cli import circuit_words, new_files, output
from gatewright.cli.pictures.plot import check_picture
from gatewright.errors import UsageError
from gatewright.logic.numerals import whole_number

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.clocked.machine import Cycle
    from gatewright.draw.picture import Theme

DRAWN = 40
"""Cycles of a picture if nobody says which."""


class Kept:
    """The waveforms of a window of cycles.

    Args:
        circuit: that is run.
        raw: whether trained gates run.
        vcd: the file of waveforms; none if they are not asked for.
        plot: the file of a picture; none if it is not asked for.
        names: of what is drawn; none for inputs and outputs.
        first: cycle.
        last: cycle; None for all there are, of a picture `DRAWN`.
        theme: of the picture.

    Raises:
        UsageError: the circuit has nothing of a name.
    """

    def __init__(
        self,
        circuit: Circuit,
        *,
        raw: bool,
        vcd: Path | None,
        plot: Path | None,
        names: list[str],
        first: int,
        last: int | None,
        theme: Theme | None,
    ) -> None:
        self._circuit, self._vcd, self._plot, self._theme = circuit, vcd, plot, theme
        self._first, self._last = first, last
        self._drawn = first + DRAWN - 1 if last is None else last
        self._file = io.StringIO()
        self._waves = None
        self._trace = None
        if vcd is not None:
            from gatewright.formats.vcd import Waves

            self._waves = Waves(self._file, circuit.netlist, raw=raw)
        if plot is not None:
            from gatewright.circuits.clocked.trace import Trace

            self._trace = Trace(circuit.netlist, names)

    def window(self, cycles: int) -> range:
        """The cycles that are kept, of so many."""
        last = self._drawn if self._waves is None else self._last
        shown = self._waves is not None or self._trace is not None
        return range(self._first, cycles if last is None else last + 1) if shown else range(0)

    def add(self, cycle: Cycle) -> None:
        """One cycle, kept if it is of the window."""
        if cycle.number < self._first:
            return
        if self._waves is not None and (self._last is None or cycle.number <= self._last):
            self._waves.add(cycle)
        if self._trace is not None and cycle.number <= self._drawn:
            self._trace.add(cycle)

    def write(self, *, force: bool) -> list[Path]:
        """Write what was asked for, and give the files; a picture of no cycle is not written, with a warning.

        Raises:
            UsageError: a file cannot be written.
        """
        written = []
        if self._vcd is not None and self._waves is not None:
            self._waves.close()
            new_files.write_new(self._vcd, self._file.getvalue(), force=force)
            written.append(self._vcd)
        if self._plot is not None and self._trace is not None:
            from gatewright.draw.plots.waves import waves

            shown = self._trace.waves()
            if not shown[0].values:
                output.warn(f"nothing is drawn: the run ended before cycle {self._first}")
                return written
            picture = waves(
                shown,
                title=self._circuit.title,
                first=self._first,
                clock=self._circuit.netlist.clock,
            ).themed(self._theme)
            new_files.write_new(self._plot, picture.encoded(self._plot.suffix), force=force)
            written.append(self._plot)
        return written


def check(
    vcd: Path | None,
    plot: Path | None,
    names: list[str],
    first: int,
    last: int | None,
    *,
    force: bool,
) -> None:
    """Refuse now what could not be written after the run.

    Raises:
        UsageError: a file exists or is of no format of pictures, the window is none or larger than a picture, or
            there is a window and nothing that it is of.
    """
    if vcd is not None:
        new_files.check_new(vcd, force=force)
    if plot is not None:
        check_picture(plot, force=force)
    elif names:
        raise UsageError("--wave says what a picture shows", hint="give --plot with it")
    if vcd is None and plot is None and (first or last is not None):
        raise UsageError(
            "--first and --last are of waveforms", hint="give --vcd or --plot with them"
        )
    if last is not None and last < first:
        raise UsageError(f"--first {first} comes after --last {last}", hint="give them in order")
    if plot is not None:
        from gatewright.draw.plots.waves import check_size

        check_size(len(names), DRAWN if last is None else last - first + 1)


def refuse_window(words: circuit_words.Words) -> None:
    """Say which options a window of cycles has, where others are taken for them.

    Raises:
        UsageError: ``--from`` or ``--to`` is a number.
    """
    for name in (circuit_words.FROM, "to"):
        value = words.parameters.get(name, "")
        if whole_number(value) is not None:
            raise UsageError(
                f"--{name} {value} is not a window of cycles: --from is the format of a file",
                hint="as in --first 100 --last 120",
            )


def say(written: list[Path]) -> None:
    """Say what was written."""
    for path in written:
        output.say(f"wrote {path}")
