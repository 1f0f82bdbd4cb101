"""``circuits compare``: optimisers and layers side by side."""

from __future__ import annotations

import csv
import dataclasses
import io
import json as json_text
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, new_files, output, session
from gatewright.cli.gates.training import rates
from gatewright.cli.gates.training.choices import Choices, read_layers
from gatewright.cli.options import (
    ActivationsOption,
    EpochsOption,
    ForceOption,
    InitOption,
    JsonOption,
    LossOption,
    LrOption,
    RecipeOption,
    SeedOption,
)
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.gates.training.recipe import Recipe


def compare(
    name: Annotated[
        str,
        typer.Argument(
            metavar="GATE",
            autocompletion=complete.gates,
            help="The gate to learn.",
            show_default=False,
        ),
    ],
    optimisers: Annotated[
        str, typer.Option("--optimisers", metavar="NAME,NAME", help="Optimisers to compare.")
    ] = "gd,momentum,adam,lbfgs,lm",
    layers: Annotated[
        str,
        typer.Option(
            "--layers",
            metavar="'N;N,N'",
            help="Hidden layers to compare, ';' between, in quotes; usually '2;4;2,4'.",
            show_default=False,
        ),
    ] = "2;4;2,4",
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, metavar="N", help="Single starts of each combination.")
    ] = 200,
    recipe: RecipeOption = None,
    activations: ActivationsOption = None,
    loss: LossOption = None,
    lr: LrOption = None,
    init: InitOption = None,
    epochs: EpochsOption = None,
    seed: SeedOption = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Also write the rows: .csv or .jsonl.", show_default=False
        ),
    ] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Compare optimisers and layers over many single starts."""
    from gatewright.gates.training.attempt import attempt
    from gatewright.gates.training.dataset import Dataset

    plugins = session.load()
    spec = plugins.gate(name)
    if out is not None:
        _check_suffix(out)
        new_files.check_new(out, force=force)
    choices = Choices(
        *(recipe, None, activations, loss, None, lr, init, epochs), seed=session.given_seed(seed)
    )
    named = choices.named(plugins)
    base = _plain_recipe() if named is None else named.recipe
    combinations = []
    for optimiser in _listed(optimisers, ",", "--optimisers"):
        for shape in _listed(layers, ";", "--layers"):
            chosen = dataclasses.replace(
                choices, optimiser=optimiser, layers=shape, restarts=seeds
            ).over(base)
            chosen.architecture(len(spec.table.inputs), len(spec.table.outputs))
            combinations.append((optimiser, shape, chosen))
    dataset, rows = Dataset.of_gate(spec), []
    with output.Progress("comparing") as progress:
        for optimiser, shape, chosen in combinations:
            progress.label(f"{optimiser} {shape}")
            started = time.perf_counter()
            made = attempt(dataset, chosen, seed=seed, watch=progress.training)
            rows.append(_row(name, optimiser, shape, chosen, made, time.perf_counter() - started))
    if out is not None:
        new_files.write_new(out, _as_file(out, [plain for plain, _ in rows]), force=force)
    if json:
        output.emit_json("compare", gate=name, rows=[plain for plain, _ in rows])
        return
    header = (
        "optimiser",
        "layers",
        "success",
        "95 % interval",
        "epochs",
        "quartiles",
        "ms a success",
    )
    output.say(*output.table(header, [cells for _, cells in rows], right=range(2, len(header))))
    output.say(
        "", f"{seeds} single starts of each; success: every output within {base.tolerance:g}"
    )
    if out is not None:
        output.say(f"wrote {out}")
    output.next_step(f"circuits train {name} --optimiser {combinations[-1][0]} --stats")


def _plain_recipe() -> Recipe:
    """What is compared by default: bare rows, and a start that favours no method."""
    from gatewright.gates.training.recipe import Recipe
    from gatewright.learn.inits import Normal

    return Recipe((2,), init=Normal(1.0), tolerance=0.05)


def _row(
    gate: str, optimiser: str, layers: str, recipe: Recipe, made: Any, seconds: float
) -> tuple[dict[str, Any], tuple[str, ...]]:
    from gatewright.learn.statistics import success

    found = success(made.fit)
    lower, median, upper = found.quartiles or (None, None, None)
    plain = {
        "gate": gate,
        "optimiser": optimiser,
        "layers": layers,
        "starts": found.restarts,
        "solved": found.solved,
        "success": found.rate,
        "success_low": found.low,
        "success_high": found.high,
        "epochs_lower_quartile": lower,
        "epochs_median": median,
        "epochs_upper_quartile": upper,
        "epochs_allowed": recipe.epochs,
        "seconds": seconds,
        "seconds_per_success": seconds / found.solved if found.solved else None,
    }
    return plain, (optimiser, layers, *rates.success_cells(found, seconds))


def _listed(text: str, separator: str, option: str) -> list[str]:
    parts = [part.strip() for part in text.split(separator) if part.strip()]
    if not parts:
        raise UsageError(f"{option} names nothing", hint=f"separate several by '{separator}'")
    if option == "--layers":
        for part in parts:
            try:
                read_layers(part)
            except UsageError as error:
                raise UsageError(
                    error.message,
                    hint="';' separates alternatives, in quotes: --layers 'none;4;2,4'",
                ) from None
    return parts


def _check_suffix(path: Path) -> None:
    if path.suffix not in {".csv", ".jsonl"}:
        raise UsageError(f"{path} is neither .csv nor .jsonl", hint="as in --out table.csv")


def _as_file(path: Path, rows: Sequence[dict[str, Any]]) -> str:
    if path.suffix == ".jsonl":
        return "".join(f"{json_text.dumps(row)}\n" for row in rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
