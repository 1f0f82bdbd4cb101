"""``circuits train``: train gates, print what they learned, save them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import complete, hints, output, session
from gatewright.cli.examples.learn import TargetOption
from gatewright.cli.gates.training import shown
from gatewright.cli.gates.training.choices import Choices
from gatewright.cli.gates.training.to_train import is_circuit, to_train, variant
from gatewright.cli.options import (
    ActivationsOption,
    EpochsOption,
    InitOption,
    JsonOption,
    LayersOption,
    LossOption,
    LrOption,
    MarginOption,
    OptimiserOption,
    RecipeOption,
    RestartsOption,
    SeedOption,
    SmallestOption,
    SmoothOption,
    StoreOption,
    WeightBitsOption,
)
from gatewright.errors import NotLearnedError, UsageError
from gatewright.text import shell_word, visible

MOST_BITS = 32  # more are those of weights that lie on no grid

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.logic.truth_table import TruthTable


def train(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GATE|EXPRESSION|CIRCUIT]...",
            autocompletion=complete.gates,
            help="Gates to train, or new ones as in 'a & b' or 'my-gate: a & b | ~c'; of a circuit or a "
            "file of one, with its parameters, the gates it is made of.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Train every gate.", show_default=False)
    ] = False,
    pla: Annotated[
        Path | None,
        typer.Option(
            "--pla",
            metavar="FILE",
            help="A truth table of espresso (PLA) to train as a new gate.",
            show_default=False,
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            metavar="FILE",
            help="A truth table (CSV) to train as a new gate; its first line names the columns: a,b,->,y.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        str | None,
        typer.Option(
            "--examples",
            metavar="FILE",
            help="Rows of a table that is not whole (PLA, CSV, npz): one network learns some, others judge it, "
            "and the circuit that 'learn' makes.",
            show_default=False,
        ),
    ] = None,
    target: TargetOption = "",
    recipe: RecipeOption = None,
    layers: LayersOption = None,
    activations: ActivationsOption = None,
    loss: LossOption = None,
    optimiser: OptimiserOption = None,
    lr: LrOption = None,
    init: InitOption = None,
    epochs: EpochsOption = None,
    restarts: RestartsOption = None,
    margin: MarginOption = None,
    no_harden: SmoothOption = False,
    weight_bits: WeightBitsOption = None,
    smallest: SmallestOption = False,
    called: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Save it under this name, beside the gate that circuits use.",
            show_default=False,
        ),
    ] = None,
    stats: Annotated[
        bool,
        typer.Option(
            "--stats", help="Print how often and how fast restarts succeed.", show_default=False
        ),
    ] = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Train a neural network for each gate and save it."""
    from gatewright.gates.training.attempt import attempt
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.train import chosen

    kinds = ("gates",) if recipe is None else ("gates", "recipes")
    choices = Choices(
        *(recipe, layers, activations, loss, optimiser, lr, init, epochs, restarts),
        *(margin, no_harden, weight_bits, smallest),
        seed=session.given_seed(seed),
    )
    choices.check()
    plugins = session.load(*kinds, store=store)
    named = choices.named(plugins)
    if examples is not None:
        if names or every or pla or table or called or stats or smallest:
            raise UsageError(
                "--examples trains one network of the rows of a file, and saves no gate",
                hint="leave out names, --all, --pla, --table, --as, --stats and --smallest",
            )
        from gatewright.cli.gates.training.from_examples import of_examples

        of_examples(examples, target, choices, named, seed, json=json)
        return
    if target:
        raise UsageError("--target is a column of --examples", hint="give both, or neither")
    if (
        named is not None
        and isinstance(named.learns, Dataset)
        and not (names or every or pla or table)
    ):
        _numbers(choices, named, named.learns, seed, stats=stats, json=json)
        return
    specs = to_train(plugins, names or [], pla, table, named, every=every)
    if called is not None:
        specs = [variant(plugins, specs, called)]
    if table is not None and not json:
        output.say(f"{visible(str(table))}: {_read(specs[0].table)}", "")
    recipes = [choices.for_table(named, spec.table) for spec in specs]
    shelf = session.open_store(store)
    shelf.prepare()
    runs: list[shown.Run] = []
    others: list[str] = []
    with output.Progress("training") as progress:
        for spec, each in zip(specs, recipes, strict=True):
            progress.label(f"training {spec.name}")
            started = time.perf_counter()
            made = attempt(Dataset.of_gate(spec), each, seed=seed, watch=progress.training)
            seconds = time.perf_counter() - started
            try:
                gate = chosen(spec, each, seed, made, watch=progress.training)
                insist(gate, choices)
                before, warnings = replaced(shelf, gate)
                for warning in warnings:
                    output.warn(warning)
                if stats and not warnings and before and before.digest != gate.digest:
                    others.append(spec.name)
                runs.append(shown.Run(spec.name, made, seconds, gate, shelf.save(gate)))
            except NotLearnedError as error:
                told = _otherwise(error, pla or table)
                runs.append(shown.Run(spec.name, made, seconds, error=told))
    if json:
        output.emit_json("train", gates=[shown.as_json(run, stats=stats) for run in runs])
    else:
        shown.show(runs, stats=stats)
    if others:
        which = f"{', '.join(others[:3])}{f' and {len(others) - 3} more' if others[3:] else ''}"
        output.warn(
            f"{which} replace{'' if others[1:] else 's'} what was trained otherwise and stored; "
            "--store DIR saves elsewhere what is trained for its figures"
        )
    failed = [run.error for run in runs if run.error is not None]
    for each_failed in failed:
        output.warn(hints.told(each_failed))
    if failed:
        raise typer.Exit(failed[0].exit_code)
    if not json:
        composed = (
            called is None and names and pla is table is None and is_circuit(plugins, names[0])
        )
        whole = " ".join(map(shell_word, names or []))
        output.next_step(f"circuits compose {whole}" if composed else _next(specs[0], every=every))


def _read(table: TruthTable) -> str:
    """What was read as a truth table: which columns are what, and how many rows matter."""
    cares = int(table.care.any(axis=1).sum())
    return (
        f"{', '.join(table.inputs)} → {', '.join(table.outputs)}, "
        + (f"all {table.rows} rows" if cares == table.rows else f"{cares} of {table.rows} rows; ")
        + ("" if cares == table.rows else "the others are don't-cares")
    )


def _otherwise(error: NotLearnedError, file: Path | None) -> NotLearnedError:
    """The error, with what can be done instead: a table in a file can also be a circuit of smaller gates."""
    if file is None:
        return error
    command = f"circuits compose {shell_word(str(file))} --verify certificate"
    return NotLearnedError(
        error.message,
        hint=f"nothing was saved; '{command}' makes a circuit of smaller gates of it, and proves it",
    )


def insist(gate: TrainedGate, choices: Choices) -> None:
    """Refuse a gate that is proved for less than was asked for, or has not the weights asked for.

    Raises:
        NotLearnedError: it is.
    """
    sheet, name = gate.datasheet, gate.spec.name
    found = sheet.noise_margin if sheet is not None else 0.0
    # Smooth outputs use up some of it: asked for is then what inputs may be off by.
    if choices.margin is not None and (gate.figures.box_radius < choices.margin or not found):
        raise NotLearnedError(
            f"'{name}': no restart could be proved to tolerate ±{choices.margin:g}; "
            + (f"±{found:g}, tried next, could" if found else "nothing less could, either"),
            hint="nothing was saved; try a smaller --margin, more --restarts or wider --layers",
        )
    if choices.weight_bits is not None and (sheet is None or sheet.weight_bits > MOST_BITS):
        raise NotLearnedError(
            f"'{name}': no restart could be hardened and proved with --weight-bits "
            f"{choices.weight_bits}",
            hint="nothing was saved; give more bits, more --restarts or a smaller --margin; only "
            "logistic units and up to 6 inputs are hardened",
        )


def replaced(shelf: Store, gate: TrainedGate) -> tuple[TrainedGate | None, list[str]]:
    """The stored gate that one replaces, and what is to be said where that tolerates more, or is another one.

    None where there is none of this table, or it cannot be used.
    """
    from gatewright.errors import StoreError, UnreadableError

    try:
        stored = shelf.load(gate.spec)
    except UnreadableError:  # it cannot be used, so nothing is lost
        return None, []
    except StoreError as error:
        return None, [f"{error.message}, and is replaced"]
    before = stored.datasheet.noise_margin if stored and stored.datasheet else 0.0
    now = gate.datasheet.noise_margin if gate.datasheet else 0.0
    if stored is None or before <= now:
        return stored, []
    again = _made_by(stored)
    said = (
        f"'{gate.spec.name}' replaces a gate that is proved to tolerate noise of ±{before:g}, "
        f"this one {f'±{now:g}' if now else 'none'}; "
        + (f"'circuits {again}' brings it back; " if again else "")
        + f"--as {gate.spec.name}-2 would keep both"
    )
    return stored, [said]


def _made_by(gate: TrainedGate) -> str:
    """The command that made a gate, and makes the same one again; empty where that is not known.

    Training is a function of table, recipe and seed.
    """
    from gatewright.gates.training.recipe import default_recipe

    usual = default_recipe(gate.spec.table)
    asked = usual if gate.recipe == usual else replace(usual, box_radius=gate.figures.box_radius)
    if gate.recipe != asked:
        return ""
    margin = "" if asked is usual else f" --margin {asked.box_radius:g}"
    return f"train {gate.spec.name}{margin}{f' --seed {gate.seed}' if gate.seed else ''}"


def _next(spec: GateSpec, *, every: bool) -> str:
    if every:
        return "circuits list"
    cares = spec.table.care.tolist()
    row = max((number for number, care in enumerate(cares) if all(care)), default=0)
    return f"circuits predict {spec.name} {' '.join(map(str, spec.table.patterns[row]))}"


def _numbers(
    choices: Choices, named: NamedRecipe, dataset: Dataset, seed: int, *, stats: bool, json: bool
) -> None:
    """Train on rows of real numbers; they make no gate, so nothing is saved."""
    from gatewright.gates.training.attempt import attempt
    from gatewright.gates.training.shortfall import GateNotLearnedError, shortfall

    recipe = choices.for_dataset(named, dataset)
    with output.Progress(f"training {dataset.name}") as progress:
        started = time.perf_counter()
        made = attempt(dataset, recipe, seed=seed, watch=progress.training)
        seconds = time.perf_counter() - started
    if not made.fit.solved.any():
        raise GateNotLearnedError(shortfall(dataset, recipe, made))
    if json:
        output.emit_json(
            "train", datasets=[shown.dataset_json(dataset, made, seconds, stats=stats)]
        )
        return
    shown.show_dataset(dataset, made, seconds, stats=stats)
    output.next_step(f"circuits explain --recipe {shell_word(str(choices.recipe))}")
