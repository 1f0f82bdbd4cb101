"""What the scripts of the campaign share: how long to go on, a table of what came of it, an exit code.

A script is a mapping of parts to functions. Each tries something as often as its budget allows, and gives
a `Tally`; what should not have come out is a finding, and then the exit code is 1. The last line says when
and where it ran, so that it can be copied to ``docs/reliability.md``. Scripts run from the repository:

    python -m tests.campaign.attack --count 1000000 [--seconds 60] [--seed 0] [--only NAME]
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]

MOST_SHOWN = 5
"""Findings of a part that are printed."""


class Budget:
    """How often a part may try, and until when.

    Args:
        count: tries.
        seconds: after which no more begin; none for no limit.
    """

    def __init__(self, count: int, seconds: float | None = None) -> None:
        self.count = count
        self.until = None if seconds is None else time.monotonic() + seconds

    def __iter__(self) -> Iterator[int]:
        """Numbers of tries, as long as there is time; the first always."""
        for number in range(self.count):
            if number and self.over():
                return
            yield number

    def over(self) -> bool:
        """Whether the time is up."""
        return self.until is not None and time.monotonic() >= self.until


@dataclass(slots=True)
class Tally:
    """What came of a part.

    Attributes:
        tried: how often something was tried.
        outcomes: what became of the tries, by name.
        findings: what should not have been, a text each that says how to get it again.
    """

    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def add(self, outcome: str, times: int = 1) -> None:
        """Note what became of a try."""
        self.tried += times
        self.outcomes[outcome] += times


Part = Callable[[Budget, int], Tally]
"""Tries something within a budget, with a seed."""


def generator(*seed: int) -> np.random.Generator:
    """Draws that a seed and the number of a part decide."""
    return np.random.default_rng(seed)


def run(
    title: str,
    parts: Mapping[str, Part],
    *,
    count: int,
    words: Sequence[str] | None = None,
    shares: Mapping[str, float] | None = None,
) -> int:
    """Run parts as the command line asks, and print a line of each.

    Args:
        title: one line that says what is tried.
        parts: by name.
        count: tries of all parts together, if nothing else is asked for.
        words: of the command line; by default this process's.
        shares: of a part in the count where it is not 1; slow parts have less.

    Returns:
        The exit code: 1 where there is a finding.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--count", type=int, default=count, help="tries of all parts together")
    parser.add_argument("--seconds", type=float, help="for all parts together, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(parts), action="append", help="one part; repeatable")
    asked = parser.parse_args(words)
    chosen = {name: part for name, part in parts.items() if name in (asked.only or parts)}
    weights = {name: (shares or {}).get(name, 1.0) for name in chosen}
    width = max(22, *map(len, chosen))
    print(title)
    print(f"{'part':<{width}}{'tried':>15}{'findings':>10}{'s':>9}  outcomes")
    whole, began = Tally(), time.monotonic()
    left, spare = asked.count, sum(weights.values())
    for name, part in chosen.items():
        seconds = None
        if asked.seconds is not None:  # what faster parts leave over goes to the others
            seconds = (asked.seconds - (time.monotonic() - began)) * weights[name] / spare
        started = time.monotonic()
        tally = part(Budget(max(1, round(left * weights[name] / spare)), seconds), asked.seed)
        left, spare = max(0, left - tally.tried), spare - weights[name]
        said = ", ".join(f"{times:,} {what}" for what, times in sorted(tally.outcomes.items()))
        print(
            f"{name:<{width}}{tally.tried:>15,}{len(tally.findings):>10,}"
            f"{time.monotonic() - started:>9.1f}  {said}",
            flush=True,
        )
        for each in tally.findings[:MOST_SHOWN]:
            print(f"    {each[:2000]}", flush=True)
        whole.tried += tally.tried
        whole.findings += tally.findings
    seconds = time.monotonic() - began
    print(f"{'together':<{width}}{whole.tried:>15,}{len(whole.findings):>10,}{seconds:>9.1f}")
    print(f"{datetime.date.today()}, seed {asked.seed}, {machine()}")
    return 1 if whole.findings else 0


def machine() -> str:
    """What this ran on."""
    kind = platform.machine()
    try:
        said = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        said = []
    kind = next((line.partition(":")[2].strip() for line in said if "model name" in line), kind)
    python = platform.python_version()
    return f"{kind}, {os.cpu_count()} cores, Python {python}, NumPy {np.__version__}"


def main(
    title: str, parts: Mapping[str, Part], *, count: int, shares: Mapping[str, float] | None = None
) -> None:
    """As `run`, and leave with its exit code."""
    sys.exit(run(title, parts, count=count, shares=shares))
