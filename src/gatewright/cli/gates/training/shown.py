"""How ``circuits train`` shows what was learned."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import output
from gatewright.cli.gates import truth_rows
from gatewright.cli.gates.training import rates
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.errors import NotLearnedError
    from gatewright.gates.datasheet import Datasheet
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.attempt import Attempt
    from gatewright.gates.training.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One gate's training: what was attempted, how long it took, and the gate or why there is none."""

    name: str
    made: Attempt
    seconds: float
    gate: TrainedGate | None = None
    path: Path = Path()
    error: NotLearnedError | None = None


def show(runs: list[Run], *, stats: bool) -> None:
    """Print every training: one in full, several as a table."""
    learned = [(run, run.gate) for run in runs if run.gate is not None]
    if len(runs) == 1:
        for run, gate in learned:
            _show_one(run.made, gate, run.path)
        if stats:
            output.say("")
            rates.show_success(runs[0].made, runs[0].seconds)
        return
    if stats:
        rates.list_success(runs)
    elif learned:
        _list(learned)
    if learned:
        output.say("", f"saved {len(learned)} gates in {learned[0][0].path.parent}")


def _show_one(made: Attempt, gate: TrainedGate, path: Path) -> None:
    output.say(
        f"{output.bold(gate.spec.name)}: {output.good('learned')} {by_restarts(made, gate)}",
        *_loss_curve(made, gate),
        "",
    )
    truth_rows.show(gate.spec.table, gate.learned().tolist())
    output.say(
        "",
        f"network {output.network(gate.architecture)}, {output.parameters(gate)}",
    )
    if gate.datasheet is None:
        output.say(f"largest error {gate.figures.error:.4f}; nothing is proved of it")
    else:
        output.say(*promise(gate, gate.datasheet))
    output.say(f"saved {path}")


def by_restarts(made: Attempt, gate: TrainedGate) -> str:
    """By how many restarts a gate was learned, and which was chosen."""
    figures, so_far = gate.figures, "" if rates.to_the_end(made) else " so far"
    return (
        f"by {figures.solved} of {len(made.fit.solved)} restarts{so_far}, "
        f"restart {figures.restart} chosen after {figures.epochs} epochs"
    )


def _loss_curve(made: Attempt, gate: TrainedGate) -> list[str]:
    """The loss of the chosen restart as a line of blocks; nothing if smaller boxes were learned instead."""
    import numpy as np

    from gatewright.draw.plots.sparkline import sparkline

    fit, chosen = made.fit, gate.figures.restart
    if made.box_radius != gate.figures.box_radius:
        return []
    before = fit.history.loss[fit.history.epochs < gate.figures.epochs, chosen]
    curve = sparkline(np.append(before, fit.loss[chosen]))
    return [f"loss {fit.history.loss[0, chosen]:.3g} {curve} {fit.loss[chosen]:.3g} (log scale)"]


def guarantee(sheet: Datasheet) -> str:
    """What is proved of a gate, in a line."""
    clean = "exactly 0 and 1" if not sheet.vol else f"0 and 1 to within {sheet.vol:g}"
    return f"inputs off by up to ±{sheet.vil:g} give {clean}; noise margin {sheet.noise_margin:g}"


def promise(gate: TrainedGate, sheet: Datasheet) -> list[str]:
    """What the datasheet of a gate says, in two or three lines."""
    from gatewright.gates.datasheet import FULL_BITS, rests_on

    told = [f"{output.good('proved')}: {guarantee(sheet)}"]
    if stated := rests_on(gate.architecture):
        told.append(f"it rests on {stated}")
    if sheet.weight_bits == FULL_BITS:
        return told
    weights = (
        f"{sheet.weight_bits}-bit weights, which may all be off by "
        f"{sheet.weight_tolerance * 100:.1f} %"
    )
    if gate.architecture.restoring:  # no more than some restarts were tried
        return [*told, weights]
    return [*told, f"{weights}; {gate.figures.proved} of {gate.figures.solved} restarts proved"]


def _list(learned: list[tuple[Run, TrainedGate]]) -> None:
    header = ("gate", "network", "solved", "proved", "margin", "largest error")
    rows = [
        (
            gate.spec.name,
            "-".join(map(str, gate.architecture.sizes)),
            f"{gate.figures.solved} of {len(run.made.fit.solved)}",
            str(gate.figures.proved),
            f"{gate.datasheet.noise_margin:g}" if gate.datasheet else "–",
            f"{gate.figures.error:.4f}",
        )
        for run, gate in learned
    ]
    output.say(*output.table(header, rows, right=(3, 4, 5)))
    if not all(rates.to_the_end(run.made) for run, _ in learned):
        output.say("", "solved and proved: restarts, where the search on bits stopped")


def learned_rows(gate: TrainedGate) -> list[dict[str, Any]]:
    """Every row of a gate's truth table with its exact and its learned outputs."""
    return [
        {"inputs": row["inputs"], "exact": row["outputs"], "raw": raw}
        for row, raw in zip(
            truth_rows.table_rows(gate.spec.table), gate.learned().tolist(), strict=True
        )
    ]


def as_json(run: Run, *, stats: bool) -> dict[str, Any]:
    """One gate's training as plain values."""
    from gatewright.gates.training.shortfall import GateNotLearnedError

    plain: dict[str, Any] = {"name": run.name, "learned": run.gate is not None}
    if run.gate is not None:
        plain |= {
            "file": str(run.path),
            "seed": run.gate.seed,
            "recipe": run.gate.recipe.to_dict(),
            "figures": dataclasses.asdict(run.gate.figures),
            "datasheet": run.gate.datasheet.to_dict() if run.gate.datasheet else None,
            "rows": learned_rows(run.gate),
        }
    if run.error is not None:
        plain["error"] = run.error.message
        if isinstance(run.error, GateNotLearnedError):
            plain["shortfall"] = dataclasses.asdict(run.error.shortfall)
    if stats:
        plain["stats"] = rates.success_json(run.made, run.seconds)
    return plain


def _dataset_rows(dataset: Dataset, made: Attempt) -> list[tuple[str, list[float], list[float]]]:
    from gatewright.learn.network import forward

    theta = made.fit.theta[made.best][None]
    learned = forward(made.objective.architecture, theta, dataset.x)[-1].a[0]
    return list(zip(dataset.rows, dataset.y.tolist(), learned.tolist(), strict=True))


def show_dataset(dataset: Dataset, made: Attempt, seconds: float, *, stats: bool) -> None:
    """Print rows of numbers that were learned."""
    output.say(
        f"{output.bold(dataset.name)}: {output.good('learned')} by {int(made.fit.solved.sum())} of "
        f"{len(made.fit.solved)} restarts, restart {made.best} chosen",
        "",
    )
    header = (
        ",".join(dataset.inputs),
        *dataset.outputs,
        *(f"learned {y}" for y in dataset.outputs),
    )
    rows = [
        (label, *(f"{value:g}" for value in wanted), *(f"{value:.4f}" for value in learned))
        for label, wanted, learned in _dataset_rows(dataset, made)
    ]
    output.say(*output.table(header, rows, right=range(1, len(header))))
    output.say("", "not saved: rows of real numbers are not a gate")
    if stats:
        output.say("")
        rates.show_success(made, seconds)


def dataset_json(dataset: Dataset, made: Attempt, seconds: float, *, stats: bool) -> dict[str, Any]:
    """Rows of numbers that were learned, as plain values."""
    plain: dict[str, Any] = {
        "name": dataset.name,
        "learned": True,
        "rows": [
            {"inputs": label, "exact": wanted, "raw": learned}
            for label, wanted, learned in _dataset_rows(dataset, made)
        ],
    }
    return plain | ({"stats": rates.success_json(made, seconds)} if stats else {})
