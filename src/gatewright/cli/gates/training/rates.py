"""How often restarts of a training succeed and how long that takes, as ``circuits train --stats`` shows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.cli.gates.training.shown import Run
    from gatewright.gates.training.attempt import Attempt
    from gatewright.learn.statistics import Success

BAR = 40


def to_the_end(made: Attempt) -> bool:
    """Whether every restart was run until it succeeded or its epochs were over.

    Learning on bits stops all of them once a gate is proved. So how many had every row right by then is no
    rate of success.
    """
    return made.on_bits is None


SUCCESS_HEADER = ("success", "95 % interval", "epochs", "quartiles", "ms a success")


def success_cells(found: Success, seconds: float) -> tuple[str, ...]:
    """The columns of `SUCCESS_HEADER`."""
    interval = f"{found.low * 100:.1f}–{found.high * 100:.1f} %"
    if found.quartiles is None:
        return (f"{found.rate * 100:.1f} %", interval, "–", "–", "–")
    lower, median, upper = found.quartiles
    return (
        f"{found.rate * 100:.1f} %",
        interval,
        f"{median:g}",
        f"{lower:g}–{upper:g}",
        f"{seconds / found.solved * 1e3:.3g}",
    )


_NO_RATE = (
    "learned on bits, where restarts are not run to their end; '--loss mse' measures how often a "
    "dense network succeeds"
)


def show_success(made: Attempt, seconds: float) -> None:
    """Print success rate, epochs to success with a histogram, and the time for each success.

    Where restarts were not run to their end, only that.
    """
    found = _success(made)
    if not to_the_end(made):
        output.say(f"no success rate: {_NO_RATE}")
        return
    boxes = f", inputs off by ±{made.box_radius:g}" if made.box_radius else ""
    output.say(
        f"{found.solved} of {found.restarts} restarts solved{boxes}: {found.rate * 100:.1f} % "
        f"(95 % interval {found.low * 100:.1f} to {found.high * 100:.1f} %, Wilson)"
    )
    if found.quartiles is None:
        return
    lower, median, upper = found.quartiles
    output.say(f"epochs to success: median {median:g}, quartiles {lower:g} and {upper:g}")
    output.say(f"time a success: {seconds / found.solved * 1e3:.3g} ms ({seconds:.3g} s in all)")
    most = max(count for *_, count in found.bars)
    names = [f"{first}" if first == last else f"{first}–{last}" for first, last, _ in found.bars]
    width = max(map(len, names))
    for name, (_, _, count) in zip(names, found.bars, strict=True):
        bar = "█" * max(round(BAR * count / most), 1 if count else 0)
        output.say(f"  {name:>{width}}  {bar} {count}")


def _success(made: Attempt) -> Success:
    from gatewright.learn.statistics import success

    return success(made.fit)


def success_json(made: Attempt, seconds: float) -> dict[str, Any]:
    """The same as plain values; rates are null where restarts were not run to their end."""
    found = _success(made)
    plain = {
        **dataclasses.asdict(found),
        "rate": found.rate,
        "box_radius": made.box_radius,
        "seconds": seconds,
        "seconds_per_success": seconds / found.solved if found.solved else None,
    }
    if not to_the_end(made):
        plain |= dict.fromkeys(("low", "high", "rate", "quartiles", "seconds_per_success"))
    return plain


def list_success(runs: Sequence[Run]) -> None:
    """Print the success of several trainings as a table."""
    header = ("gate", "network", *SUCCESS_HEADER)
    rows = [
        (
            run.name,
            "-".join(map(str, run.made.objective.architecture.sizes)),
            *(
                success_cells(_success(run.made), run.seconds)
                if to_the_end(run.made)
                else ["–"] * len(SUCCESS_HEADER)
            ),
        )
        for run in runs
    ]
    output.say(*output.table(header, rows, right=range(2, len(header))))
    if not all(to_the_end(run.made) for run in runs):
        output.say("", f"–: {_NO_RATE}")
