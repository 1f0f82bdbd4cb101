"""``circuits explain``: one training step, as a teacher would write it on a board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import complete, new_files, output, session
from gatewright.cli.gates.training.choices import Choices
from gatewright.cli.gates.walkthrough import explain_html, explain_markdown, explain_text, lecture
from gatewright.cli.gates.walkthrough.lesson import lesson
from gatewright.cli.options import (
    ActivationsOption,
    ForceOption,
    InitOption,
    JsonOption,
    LayersOption,
    LossOption,
    LrOption,
    OptimiserOption,
    RecipeOption,
    SeedOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe import Recipe
    from gatewright.plugins.manager import Plugins


def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[GATE]",
            autocompletion=complete.gates,
            help="The gate to learn.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        int, typer.Option("--step", metavar="N", help="Which training step, from 1.")
    ] = 1,
    row: Annotated[
        str | None,
        typer.Option("--row", metavar="01", help="Learn only this row.", show_default=False),
    ] = None,
    recipe: RecipeOption = None,
    layers: LayersOption = None,
    activations: ActivationsOption = None,
    loss: LossOption = None,
    optimiser: OptimiserOption = None,
    lr: LrOption = None,
    init: InitOption = None,
    seed: SeedOption = 0,
    markdown: Annotated[
        Path | None,
        typer.Option(
            "--markdown", metavar="FILE", help="Write a page with formulas.", show_default=False
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write a page with pictures beside the numbers.",
            show_default=False,
        ),
    ] = None,
    as_trained: Annotated[
        bool,
        typer.Option(
            "--as-trained",
            help="Show a step of the training that makes the gate, not the lesson.",
            show_default=False,
        ),
    ] = False,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Show every number of one training step, each gradient checked."""
    plugins = session.load()
    choices = Choices(
        *(recipe, layers, activations, loss, optimiser, lr, init), seed=session.given_seed(seed)
    )
    if html is not None:
        new_files.check_new(html, force=force)
    dataset, used, remarks = _subject(plugins, choices, name, seed, as_trained=as_trained)
    with output.Progress(f"training {dataset.name}"):
        told = lecture.tell(dataset, used, step=step, row=row, seed=seed, remarks=remarks)
    if markdown is not None:
        new_files.write_new(markdown, explain_markdown.page(told), force=force)
    if html is not None:
        new_files.write_new(html, explain_html.page(told), force=force)
    if json:
        output.emit_json("explain", **explain_text.as_json(told))
    elif markdown is html is None:
        output.say(*explain_text.lines(told))
    else:
        output.say(*(f"wrote {file}" for file in (markdown, html) if file is not None))
    if told.wrong:
        output.warn(explain_text.diagnosis(told))
        raise typer.Exit(1)
    if not json:
        options = [*choices.words(), *(["--row", row] if row is not None else [])]
        options += ["--seed", str(seed)] if seed else []
        options += ["--as-trained"] if as_trained else []
        words = [*([name] if name else []), *options, "--step", str(step + 1)]
        output.next_step(f"circuits explain {' '.join(map(shell_word, words))}")


def _subject(
    plugins: Plugins, choices: Choices, name: str | None, seed: int, *, as_trained: bool
) -> tuple[Dataset, Recipe, tuple[str, ...]]:
    """The rows to learn, how, and what to say of it: of the named gate, or those the recipe was made for."""
    from gatewright.gates.training.dataset import Dataset

    named = choices.named(plugins)
    if name is not None:
        spec = plugins.gate(name)
        if named is None and not as_trained:
            recipe, said = lesson(Dataset.of_gate(spec), choices, seed)
            option = " ".join(map(shell_word, [name, *choices.words(), "--as-trained"]))
            way = f"'circuits explain {option}' shows a step of the training that makes the gate"
            return Dataset.of_gate(spec), recipe, (f"{said}; {way}",)
        return Dataset.of_gate(spec), choices.for_table(named, spec.table), ()
    if named is None:
        raise UsageError("name a gate or a recipe", hint="as in 'circuits explain xor'")
    dataset = named.dataset(plugins.gates)
    return dataset, choices.for_dataset(named, dataset), ()
