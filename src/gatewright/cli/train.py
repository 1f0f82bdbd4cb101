"""``circuits train``: train gates, print what they learned, save them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from gatewright.gates.recipe import Recipe
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.train import Shortfall
    from gatewright.gates.trained import TrainedGate

MOST_ROWS_SHOWN = 64


def train(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GATE]...", help="Gates to train.", show_default=False),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Train every gate.", show_default=False)
    ] = False,
    layers: Annotated[
        str | None,
        typer.Option(
            "--layers", metavar="N,N", help="Units of each hidden layer.", show_default=False
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            "--epochs", metavar="N", help="Most epochs a restart may run.", show_default=False
        ),
    ] = None,
    lr: Annotated[
        float | None,
        typer.Option(
            "--lr",
            metavar="RATE",
            help="Learning rate: the part of each step taken.",
            show_default=False,
        ),
    ] = None,
    restarts: Annotated[
        int | None,
        typer.Option("--restarts", metavar="N", help="Starting points tried.", show_default=False),
    ] = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Train a neural network for each gate and save it."""
    from gatewright.gates.train import GateNotLearnedError
    from gatewright.gates.train import train as train_gate

    plugins = session.load()
    if every == bool(names):
        raise UsageError(
            "name the gates to train, or give --all", hint="as in 'circuits train xor'"
        )
    specs = list(plugins.gates.values()) if every else [plugins.gate(name) for name in names or ()]
    recipes = [_recipe(spec, layers, epochs, lr, restarts) for spec in specs]
    shelf = session.open_store(store)
    shelf.prepare()
    learned: list[tuple[TrainedGate, Path]] = []
    failed: list[GateNotLearnedError] = []
    with output.Progress("training") as progress:
        for spec, recipe in zip(specs, recipes, strict=True):
            progress.label(f"training {spec.name}")
            try:
                gate = train_gate(spec, recipe, seed=seed, watch=progress.training)
            except GateNotLearnedError as error:
                failed.append(error)
            else:
                learned.append((gate, shelf.save(gate)))
    if json:
        gates = [_learned_json(gate, path) for gate, path in learned]
        output.emit_json(
            "train", gates=gates + [_failed_json(failure.shortfall) for failure in failed]
        )
    elif len(specs) == 1 and learned:
        _show(*learned[0])
    elif learned:
        _list(learned)
    for failure in failed:
        output.warn(str(failure))
    if failed:
        raise typer.Exit(failed[0].exit_code)
    if not json:
        first = learned[0][0].spec
        example = " ".join("1" for _ in first.table.inputs)
        output.next_step("circuits list" if every else f"circuits predict {first.name} {example}")


def _recipe(
    spec: GateSpec, layers: str | None, epochs: int | None, lr: float | None, restarts: int | None
) -> Recipe:
    """The default recipe of a gate, with what the user chose in its place."""
    from gatewright.gates.recipe import default_recipe

    recipe = default_recipe(spec.table)
    chosen: dict[str, Any] = {}
    if layers is not None:
        chosen["layers"] = _read_layers(layers)
    if epochs is not None:
        chosen["epochs"] = epochs
    if lr is not None:
        chosen["optimiser"] = dataclasses.replace(recipe.optimiser, lr=lr)
    if restarts is not None:
        chosen["restarts"] = restarts
    recipe = dataclasses.replace(recipe, **chosen)
    recipe.architecture(spec.table)
    return recipe


def _read_layers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"--layers {text} is not a list of whole numbers",
            hint="as in --layers 4,4: two hidden layers of 4 units",
        ) from None


def _show(gate: TrainedGate, path: Path) -> None:
    table, figures = gate.spec.table, gate.figures
    typer.echo(
        f"{output.bold(gate.spec.name)}: {output.good('learned')} by {figures.solved} of {gate.recipe.restarts} "
        f"restarts, restart {figures.restart} chosen after {figures.epochs} epochs\n"
    )
    header = (
        *table.inputs,
        " ",
        *table.outputs,
        " ",
        *(f"learned {port}" for port in table.outputs),
    )
    rows = []
    for row in learned_rows(gate)[:MOST_ROWS_SHOWN]:
        raw = (f"{value:.4f}" for value in row["raw"])
        rows.append((*row["inputs"], " ", *row["exact"], " ", *raw))
    start = len(table.inputs) + len(table.outputs) + 2
    typer.echo(output.table(header, rows, right=range(start, len(header))))
    if table.rows > MOST_ROWS_SHOWN:
        typer.echo(f"… and {table.rows - MOST_ROWS_SHOWN} more rows (--json prints them all)")
    sloppy = (
        f"inputs off by ±{figures.spread:g} learned too" if figures.spread else "exact inputs only"
    )
    typer.echo(
        f"\nnetwork {output.network(gate.shape)}, {gate.shape.parameters} parameters; {sloppy}\n"
        f"largest error {figures.error:.4f}\n"
        f"saved {path}"
    )


def _list(learned: list[tuple[TrainedGate, Path]]) -> None:
    header = ("gate", "network", "solved", "epochs", "largest error")
    rows = [
        (
            gate.spec.name,
            "-".join(map(str, gate.shape.sizes)),
            f"{gate.figures.solved} of {gate.recipe.restarts}",
            str(gate.figures.epochs),
            f"{gate.figures.error:.4f}",
        )
        for gate, _ in learned
    ]
    typer.echo(output.table(header, rows, right=(3, 4)))
    typer.echo(f"\nsaved {len(learned)} gates in {learned[0][1].parent}")


def learned_rows(gate: TrainedGate) -> list[dict[str, Any]]:
    """Every row of a gate's truth table with its exact and its learned outputs."""
    from gatewright.cli.gates import table_rows

    return [
        {"inputs": row["inputs"], "exact": row["outputs"], "raw": raw}
        for row, raw in zip(table_rows(gate.spec.table), gate.learned().tolist(), strict=True)
    ]


def _learned_json(gate: TrainedGate, path: Path) -> dict[str, Any]:
    return {
        "name": gate.spec.name,
        "learned": True,
        "file": str(path),
        "seed": gate.seed,
        "recipe": gate.recipe.to_dict(),
        "figures": dataclasses.asdict(gate.figures),
        "rows": learned_rows(gate),
    }


def _failed_json(shortfall: Shortfall) -> dict[str, Any]:
    figures = dataclasses.asdict(shortfall)
    return {"name": figures.pop("gate"), "learned": False, "shortfall": figures}
