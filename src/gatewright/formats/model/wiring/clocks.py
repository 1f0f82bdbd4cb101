"""The clock of a circuit while its file is read: one for all registers and memories, which alone read it.

Example:
    >>> from gatewright.formats.model.models import Latch
    >>> from gatewright.formats.model.source import Source
    >>> nets = Clocked(Source("two.blif", b""))
    >>> for number, clock in enumerate(("c", "e"), 1):
    ...     nets.register(Latch("d", f"q{number}", 0, number, clock))
    >>> nets.clock()
    Traceback (most recent call last):
        ...
    gatewright.errors.FormatError: two.blif: 'q2' has the clock 'e', and 'q1' has 'c'; one clock and one \
of its edges are read; ...
"""

from __future__ import annotations

from gatewright.circuits.netlist import Clock
from gatewright.formats.model.models import Latch
from gatewright.formats.model.wiring.nets import Nets

CLOCKS = (
    "Yosys' command 'clk2fflogic' makes inputs of clocks, and registers that move in every cycle"
)
"""What helps where a circuit has not one clock that registers alone read."""

_REGISTERS_ALONE = f"only registers may read it; {CLOCKS}"


class Clocked(Nets):
    """Nets whose registers and memories move together."""

    def clock(self) -> Clock:
        """The clock of all registers and memories; its name is empty where there are none, or none names it.

        Raises:
            FormatError: they have several, or some move as it rises and some as it falls.
        """
        found: Latch | None = None
        # One without a clock of its own moves with the others, as BLIF has it.
        for latch in sorted(self._registers.values(), key=lambda each: not each.clock):
            if found is not None and found.clock and not latch.clock:
                break
            same = found is not None and self._end(latch.clock) == self._end(found.clock)
            if found is not None and not (same and latch.rising == found.rising):
                way = "rises" if latch.rising else "falls", "rises" if found.rising else "falls"
                what = (
                    f"moves as the clock {way[0]}, and '{found.q}' as it {way[1]}"
                    if same
                    else f"has the clock '{latch.clock}', and '{found.q}' has '{found.clock}'"
                )
                hint = f"one clock and one of its edges are read; {CLOCKS}"
                raise self.source.refuse(latch.line, latch.q, what, hint)
            found = latch
        clock = Clock("") if found is None else Clock(self._end(found.clock), found.rising)
        for block in self._memories:
            if not block.clock:
                continue
            own = Clock(self._end(block.clock), block.rising)
            if clock.name and own != clock:
                what = (
                    f"is written as '{own.name}' {_edge(own.rising)}, and others move as "
                    f"'{clock.name}' {_edge(clock.rising)}"
                )
                hint = f"one clock and one of its edges are read; {CLOCKS}"
                raise self.source.refuse(block.line, block.memory.name, what, hint)
            clock = own
        return clock

    def check_clock(self, clock: Clock) -> None:
        """Refuse a clock that is not an input, or that anything else than registers reads.

        Raises:
            FormatError: it is one.
        """
        if not clock.name:
            return
        lines = [each.line for each in self._registers.values()]
        line = (lines or [each.line for each in self._memories])[0]
        if clock.name not in self._inputs:
            known = self._is_driven(clock.name)
            what = "is a clock that a gate makes" if known else "is a clock, and is not an input"
            hint = (
                f"make the gate an enable of what the register takes; or {CLOCKS}"
                if known
                else "name it among the inputs"
            )
            raise self.source.refuse(line, clock.name, what, hint)
        for reads, at in zip(self._reads, self._lines, strict=True):
            if clock.name in reads:
                what = "is the clock, and is read by a gate"
                raise self.source.refuse(at, clock.name, what, _REGISTERS_ALONE)
        ends = {net: line for net, line in self._outputs.items() if self._end(net) == clock.name}
        ends |= {
            latch.d: latch.line
            for latch in self._registers.values()
            if self._end(latch.d) == clock.name
        }
        ends |= {
            net: block.line
            for block in self._memories
            for net in block.memory.pins
            if self._end(net) == clock.name
        }
        for net, at in ends.items():
            what = f"is the clock '{clock.name}' under another name"
            raise self.source.refuse(at, net, what, _REGISTERS_ALONE)


def _edge(rising: bool) -> str:
    return "rises" if rising else "falls"
