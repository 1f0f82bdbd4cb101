"""``circuits train``: train gates, print what they learned, save them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import hints, output, session
from gatewright.cli.gates import training
from gatewright.cli.gates.choices import Choices
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
    SmoothOption,
    StoreOption,
    WeightBitsOption,
)
from gatewright.errors import NotLearnedError, UnknownGateError, UsageError
from gatewright.text import shell_word

MOST_BITS = 32  # more are those of weights that lie on no grid

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.plugins.manager import Plugins


def train(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GATE]...", help="Gates to train.", show_default=False),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Train every gate.", show_default=False)
    ] = False,
    pla: Annotated[
        Path | None,
        typer.Option(
            "--pla",
            metavar="FILE",
            help="A PLA truth table to train as a gate, in place of a registered one.",
            show_default=False,
        ),
    ] = None,
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

    if margin is not None and not 0 < margin < 0.5:
        raise UsageError(
            f"a margin of {margin:g} cannot be proved", hint="give a number above 0 and below 0.5"
        )
    if no_harden and weight_bits is not None:
        raise UsageError(
            "--weight-bits are those of a hardened gate, and --no-harden leaves it as it is",
            hint="give one or the other",
        )
    plugins = session.load("gates") if recipe is None else session.load("gates", "recipes")
    choices = Choices(
        *(recipe, layers, activations, loss, optimiser, lr, init, epochs, restarts),
        *(margin, no_harden, weight_bits),
    )
    named = choices.named(plugins)
    if named is not None and isinstance(named.learns, Dataset) and not (names or every or pla):
        _numbers(choices, named, named.learns, seed, stats=stats, json=json)
        return
    if pla is not None:
        specs = [_of_pla(plugins, pla, names or [], every=every)]
    else:
        specs = _specs(plugins, names or [], named, every=every)
    recipes = [choices.for_table(named, spec.table) for spec in specs]
    shelf = session.open_store(store)
    shelf.prepare()
    runs: list[training.Run] = []
    with output.Progress("training") as progress:
        for spec, each in zip(specs, recipes, strict=True):
            progress.label(f"training {spec.name}")
            started = time.perf_counter()
            made = attempt(Dataset.of_gate(spec), each, seed=seed, watch=progress.training)
            seconds = time.perf_counter() - started
            try:
                gate = chosen(spec, each, seed, made)
                _insist(gate, choices)
                _warn_of_loss(shelf, gate, pla)
                runs.append(training.Run(spec.name, made, seconds, gate, shelf.save(gate)))
            except NotLearnedError as error:
                runs.append(training.Run(spec.name, made, seconds, error=error))
    if json:
        output.emit_json("train", gates=[training.as_json(run, stats=stats) for run in runs])
    else:
        training.show(runs, stats=stats)
    failed = [run.error for run in runs if run.error is not None]
    for each_failed in failed:
        output.warn(hints.told(each_failed))
    if failed:
        raise typer.Exit(failed[0].exit_code)
    if not json:
        if specs[0].name in plugins.gates:
            output.next_step(_next(specs[0], every=every))
        else:
            output.next_step(_next_unregistered(runs[0], pla))


def _specs(
    plugins: Plugins, names: list[str], named: NamedRecipe | None, *, every: bool
) -> list[GateSpec]:
    """The gates to train: those named, all of them, or the one the recipe was made for."""
    learns = named.learns if named is not None else ""
    if not names and not every and isinstance(learns, str) and learns:
        return [plugins.gate(learns)]
    if every and names:
        raise UsageError("gates are named and --all is given", hint="give one or the other")
    if not every and not names:
        raise UsageError(
            "name the gates to train, or give --all", hint="as in 'circuits train xor'"
        )
    specs = (
        list(plugins.gates.values())
        if every
        else [plugins.gate(name) for name in dict.fromkeys(names)]
    )
    if not specs:
        raise UnknownGateError("no plugin gives any gate", hint="run 'circuits plugins'")
    return specs


def _of_pla(plugins: Plugins, pla: Path, names: list[str], *, every: bool) -> GateSpec:
    """The gate of a PLA file, called as the file or as it was named."""
    from gatewright.formats.model.source import read_source
    from gatewright.formats.pla.reader import read_pla_gate

    if every:
        raise UsageError("--all and --pla are both given", hint="give one or the other")
    if len(names) > 1:
        raise UsageError(
            f"a PLA file is one gate, and {len(names)} names are given",
            hint=f"as in 'circuits train my-gate --pla {shell_word(str(pla))}'",
        )
    spec = read_pla_gate(read_source(pla), names[0] if names else "")
    if spec.name not in plugins.gates:
        return spec
    known = plugins.gate(spec.name)
    if known.table != spec.table:
        raise UsageError(
            f"'{spec.name}' is a registered gate of another truth table than {pla}",
            hint=f"name this one otherwise, as in 'circuits train my-gate --pla {shell_word(str(pla))}'",
        )
    return known


def _insist(gate: TrainedGate, choices: Choices) -> None:
    """Refuse a gate that is proved for less than was asked for, or has not the weights asked for."""
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


def _warn_of_loss(shelf: Store, gate: TrainedGate, pla: Path | None) -> None:
    """Say so where a gate is about to replace one that tolerates more, or that is another one."""
    from gatewright.errors import StoreError

    try:
        stored = shelf.load(gate.spec)
    except StoreError as error:
        # It cannot be used, so nothing is lost; but by the file of another table it could.
        if pla is not None:
            output.warn(f"{error.message}, and is replaced")
        return
    before = stored.datasheet.noise_margin if stored and stored.datasheet else 0.0
    now = gate.datasheet.noise_margin if gate.datasheet else 0.0
    if before > now:
        output.warn(
            f"'{gate.spec.name}' replaces a gate that is proved to tolerate noise of ±{before:g}, "
            f"this one {f'±{now:g}' if now else 'none'}; "
            f"'circuits train {gate.spec.name}{f' --pla {shell_word(str(pla))}' if pla else ''}' brings it back"
        )


def _next(spec: GateSpec, *, every: bool) -> str:
    if every:
        return "circuits list"
    cares = spec.table.care.tolist()
    row = max((number for number, care in enumerate(cares) if all(care)), default=0)
    return f"circuits predict {spec.name} {' '.join(map(str, spec.table.patterns[row]))}"


def _next_unregistered(run: training.Run, pla: Path | None) -> str:
    """What can be done with a gate that no plugin gives: other commands know it by its file only."""
    if run.gate is not None and run.gate.datasheet is not None:
        return f"circuits certificate check {shell_word(str(run.path))}"
    return f"circuits train {run.name} --pla {shell_word(str(pla))} --stats"


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
            "train", datasets=[training.dataset_json(dataset, made, seconds, stats=stats)]
        )
        return
    training.show_dataset(dataset, made, seconds, stats=stats)
    output.next_step(f"circuits explain --recipe {shell_word(str(choices.recipe))}")
