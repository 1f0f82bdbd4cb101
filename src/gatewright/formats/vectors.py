r"""Test vectors: what is driven when, and what outputs should then be, as those of IWLS 1993 (``.tv``).

Statements end in ``;`` or with their line. ``t 25`` moves the time, ``f NAME VALUE`` drives an input or a bit
of one from then on, ``c NAME VALUE`` checks an output, ``e`` ends. Where a file drives the clock, a cycle ends
with its edge. Else a cycle takes the greatest common divisor of the distances between the times at which
anything is driven, 50 in those of IWLS: what is driven at 54 and checked at 75 is of one cycle.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> found = read_vectors(Source("a.tv", b"t 4; f d 1; t 25; c q 0; t 54; f d 0; t 75; c q 1; e"))
    >>> [(each.cycle, each.bus, each.value) for each in found.changes], found.cycles
    ([(0, 'd', 1), (1, 'd', 0)], 2)
    >>> found.checks[1]
    Check(cycle=1, bus='q', value=1, where='a.tv:1')
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gatewright.circuits.clocked.stimulus import Change, Check, Stimulus
from gatewright.circuits.netlist import Clock
from gatewright.errors import UsageError
from gatewright.formats.model.source import Source
from gatewright.logic.numerals import whole_number
from gatewright.records import dataclass
from gatewright.text import comment_lines

_BEGINS = re.compile(r"\s*[tfc]\s+\S")

_STATEMENT = re.compile(r"[^;\s][^;]*")

_WORDS = {"t": 2, "f": 3, "c": 3, "e": 1}
"""Of each statement, itself among them."""


@dataclass(frozen=True, slots=True)
class _Statement:
    line: int
    column: int
    time: int
    kind: str
    name: str
    value: int


def is_vectors(source: Source) -> bool:
    """Whether a file is test vectors, told by its first statement."""
    some = (line for line in source.lines() if line.partition("#")[0].strip())
    return _BEGINS.match(next(some, "")) is not None


def read_vectors(source: Source, clock: Clock | None = None) -> Stimulus:
    """What a file of test vectors drives and checks.

    Args:
        source: the file.
        clock: of the circuit, where it has a name that the file may drive.

    Raises:
        FormatError: a statement is none, or an input changes after a check of the same cycle.
    """
    statements = list(_statements(source))
    driven = clock is not None and any(
        each.kind == "f" and each.name == clock.name for each in statements
    )
    numbers = (
        _by_edges(statements, clock) if driven and clock is not None else _by_times(statements)
    )
    changes, checks = [], []
    checked, now = -1, dict[str, int]()
    for each, cycle in zip(statements, numbers, strict=True):
        where = f"{source.path}:{each.line}"
        if each.kind == "c":
            checked = cycle
            checks.append(Check(cycle, each.name, each.value, where))
        elif not (driven and clock is not None and each.name == clock.name):
            if checked == cycle and now.get(each.name) != each.value:
                raise source.refuse(
                    each.line,
                    each.name,
                    f"changes at {each.time}, after a check of the same cycle",
                    "drive, then check, then let the clock go on",
                    column=each.column,
                )
            now[each.name] = each.value
            changes.append(Change(cycle, each.name, each.value, where))
    return Stimulus(tuple(changes), tuple(checks), max(numbers, default=-1) + 1)


def write_vectors(
    given: Sequence[Mapping[str, int]], wanted: Sequence[Mapping[str, int]], said: Sequence[str]
) -> str:
    r"""Patterns and what outputs should be on each, as a file of test vectors, a pattern each 100 units.

    Args:
        given: the value of every input, by pattern.
        wanted: the value of every output, by pattern.
        said: lines that stand above, as comments.

    Raises:
        UsageError: the name of a port is not a word of such a file.

    Example:
        >>> write_vectors([{"a": 1}, {"a": 0}], [{"y": 0}, {"y": 1}], ["an inverter"])
        '# an inverter\nt 0; f a 1;\nt 50; c y 0;\nt 100; f a 0;\nt 150; c y 1;\ne\n'
    """
    for name in {name: None for each in (*given[:1], *wanted[:1]) for name in each}:
        if re.search(r"[\s;#]", name):
            raise UsageError(
                f"test vectors cannot name the port '{name}'", hint="write patterns as .csv"
            )
    lines = [each for text in said for each in comment_lines(text, "#")]
    for number, (drives, checks) in enumerate(zip(given, wanted, strict=True)):
        for time, kind, values in ((100 * number, "f", drives), (100 * number + 50, "c", checks)):
            some = "".join(f" {kind} {name} {value};" for name, value in values.items())
            lines.append(f"t {time};{some}")
    return "".join(f"{line}\n" for line in [*lines, "e"])


def _by_edges(statements: Sequence[_Statement], clock: Clock) -> list[int]:
    """The cycle of every statement: a new one begins with every edge of the clock."""
    cycle, level, found = 0, None, []
    for each in statements:
        if each.kind == "f" and each.name == clock.name:
            cycle += level == (not clock.rising) and each.value == clock.rising
            level = each.value
        found.append(cycle)
    # What comes after the last edge is a cycle only if something is checked in it.
    last = max(
        (at for each, at in zip(statements, found, strict=True) if each.kind == "c"), default=-1
    )
    return [min(at, max(last, cycle - 1)) for at in found]


def _by_times(statements: Sequence[_Statement]) -> list[int]:
    """The cycle of every statement, by its time."""
    times = {kind: sorted({each.time for each in statements if each.kind == kind}) for kind in "fc"}
    some = times["f"] if len(times["f"]) > 1 else times["c"]
    period = math.gcd(*(after - before for before, after in pairwise(some))) or 1 << 62
    start = min((each.time for each in statements), default=0)
    return [(each.time - start) // period for each in statements]


def _statements(source: Source) -> Iterator[_Statement]:
    time = 0
    for number, line in enumerate(source.lines(), 1):
        for found in _STATEMENT.finditer(line.partition("#")[0]):
            words, column = found[0].split(), found.start() + 1
            if len(words) != _WORDS.get(words[0]):
                what, hint = "is not a statement of test vectors", "as in t 4; f a 1; t 25; c y 0;"
                raise source.refuse(number, found[0].rstrip(), what, hint, column=column)
            if words[0] == "e":
                return
            value = whole_number(words[-1])
            if value is None or value < 0:
                what = "is not a whole number"
                raise source.refuse(number, words[-1], what, "as in 0 or 1", column=column)
            if words[0] == "t":
                if value < time:
                    what = f"is a time that comes after {time}"
                    raise source.refuse(number, words[-1], what, "times only grow", column=column)
                time = value
            else:
                yield _Statement(number, column, time, words[0], words[1], value)
