"""What ``circuits learn`` shows: its learners, the circuit, what it means on new rows, and odd rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.examples.bound import Judged
    from gatewright.examples.choose import Learned, Output
    from gatewright.examples.claims import ModelClaim
    from gatewright.examples.data.table import Table

BOUND = (
    "The bound is one on a rate, by sampling (Clopper-Pearson, one-sided, 99 %);\n"
    "it is not a proof about any row."
)

MOST_OUTPUTS = 12
"""Most outputs whose trials are shown one by one."""


def show(learned: Learned, claims: list[ModelClaim], rows: int, seconds: float | None) -> None:
    """Print the report."""
    learn, tune, choose, test = learned.counts
    bits = output.counted(len(learned.inputs), "bit")
    if learned.folded:
        output.say(
            f"{rows} rows of {bits}: {learn + tune + choose} to learn from, and to choose the learner by",
            f"(in five parts, each by the others), and {test} to judge the result by",
        )
    else:
        output.say(
            f"{rows} rows of {bits}: {learn} to learn from, {tune} to prune and tune by,",
            f"{choose} to choose the learner by, and {test} to judge the result by",
        )
    warn_of_rows(learned, rows)
    for each in learned.outputs[:MOST_OUTPUTS]:
        _show_trials(each)
    if len(learned.outputs) > MOST_OUTPUTS:
        output.say("", f"… and {len(learned.outputs) - MOST_OUTPUTS} more outputs (--json has all)")
    for column in learned.weighed:
        output.say(
            "",
            f"{output.bold(column.column)}, the right class on the rows that choose: "
            f"{percent(column.together, column.rows)} where",
            f"classes are weighed against each other, {percent(column.apart, column.rows)} "
            "where each is learned by itself",
        )
    output.say(
        "",
        f"{output.bold('learned')}: {output.counted(learned.size, 'AND')}, "
        f"{output.counted(learned.levels, 'level')}",
    )
    for claim in claims[:MOST_OUTPUTS]:
        named = f"{claim.output}: " if len(claims) > 1 else ""
        output.say(*output.wrapped(f"{named}{claim.said}", 80, below="  "))
    if len(learned.outputs) > 1:
        for each in learned.outputs[:MOST_OUTPUTS]:
            output.say(f"on rows kept apart, {each.name}: {_said(each.tested)}")
        output.say(f"on rows kept apart, every output: {_said(learned.tested)}")
    else:
        output.say(f"on rows kept apart: {_said(learned.tested)}")
    output.say("", *BOUND.split("\n"))
    if learned.stopped and seconds is not None:
        output.say(
            f"Some learners were stopped, to keep to {seconds:g} s: another machine may find another circuit."
        )


MANY_CLASSES = 16
"""Values of a target of which it is said at once that each is an output to be learned."""


def warn_of_classes(table: Table) -> None:
    """Say before anything is learned that it will take long, where a target has many values."""
    from gatewright.examples.data.bits import output_names

    outputs = output_names(table)
    for name in table.targets:
        count = sum(each.startswith(f"{name}==") for each in outputs)
        if count > MANY_CLASSES:
            output.warn(
                f"'{name}' has {count} different values, and each is learned as an output of its own; "
                "of a number, give its bits as columns"
            )


def warn_of_rows(learned: Learned, rows: int) -> None:
    """Say what is odd about the rows: inputs that never change, rows that are not new, contradictions."""
    if learned.constant:
        names = ", ".join(learned.constant[:4]) + (" …" if len(learned.constant) > 4 else "")
        output.warn(f"inputs that never change: {names}")
    if learned.shared:
        output.warn(
            f"{learned.shared} of the {learned.tested.rows} rows that judge are also among the others, "
            "so they are not new: figures of rows kept apart say little of rows that are"
        )
    for each in learned.outputs:
        if each.clashing:
            how = "equal inputs, both answers"
            if each.alike < each.clashing:
                how = f"equal once numbers are made bits ({each.alike or 'none'} as given), both answers"
            output.warn(
                f"{each.clashing} rows contradict each other in '{each.name}': {how}; "
                f"no function of these bits has more than {percent(each.possible, rows)} of the rows right"
            )


def _show_trials(each: Output) -> None:
    from gatewright.examples.learners.registry import RECOGNISE

    rows = [
        (
            trial.name,
            f"{percent(trial.right, trial.rows)}",
            str(trial.size),
            f"{trial.seconds:.1f} s",
            "chosen" if trial.name == each.chosen.name else "",
        )
        for trial in each.trials
    ]
    output.say("", f"{output.bold(each.name)}, on the rows that choose")
    output.say(*output.table(("learner", "right", "ANDs", "time", ""), rows, right=(1, 2, 3)))
    if each.nothing:
        output.say(f"nothing fits, say {', '.join(each.nothing)}")
    if each.chosen.again:
        output.say(
            f"{each.chosen.name} then learned from these rows, too: "
            f"{output.counted(each.chosen.size, 'AND')}"
        )
    if each.chosen.name == RECOGNISE:
        output.say(*output.wrapped(str(each.chosen.model), 80, below="  "))


def percent(right: int, rows: int) -> str:
    """A part in percent, and never 100 where one is missing."""
    if right == rows:
        return "100 %"
    shown = f"{100 * right / rows:.2f}"
    return "99.99 %" if shown == "100.00" else f"{shown} %"


def at_least(bound: float) -> str:
    """A bound on a rate, rounded down."""
    return f"at least {int(bound * 10_000) / 100:.2f} %"


def _said(tested: Judged) -> str:
    return (
        f"{tested.right} of {tested.rows} right ({percent(tested.right, tested.rows)}), "
        f"{at_least(tested.bound)} of all such rows"
    )


def as_json(learned: Learned, claims: list[ModelClaim], out: Path | None) -> dict[str, Any]:
    """The same as one object."""
    return {
        "rows": dict(zip(("learn", "tune", "choose", "test"), learned.counts, strict=True)),
        "inputs": list(learned.inputs),
        "constant": list(learned.constant),
        "shared": learned.shared,
        "stopped": learned.stopped,
        "ands": learned.size,
        "levels": learned.levels,
        "classes": [
            {
                "column": each.column,
                "rows": each.rows,
                "together": each.together,
                "apart": each.apart,
                "chosen": each.chosen,
            }
            for each in learned.weighed
        ],
        "outputs": [
            {
                "name": each.name,
                "learner": each.chosen.name,
                "again": each.chosen.again,
                "ands": each.chosen.size,
                "contradicting": each.clashing,
                "possible": each.possible,
                "right": each.tested.right,
                "bound": each.tested.bound,
                "model": {"outcome": claim.outcome, "claim": claim.said},
                "trials": [
                    {
                        "learner": trial.name,
                        "right": trial.right,
                        "rows": trial.rows,
                        "ands": trial.size,
                        "seconds": trial.seconds,
                    }
                    for trial in each.trials
                ],
            }
            for each, claim in zip(learned.outputs, claims, strict=True)
        ],
        "right": learned.tested.right,
        "bound": learned.tested.bound,
        "file": None if out is None else str(out),
    }
