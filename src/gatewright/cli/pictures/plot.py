"""``circuits plot``: pictures of a trained gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import complete, new_files, output, session
from gatewright.cli.options import (
    ForceOption,
    JsonOption,
    OutOption,
    SeedOption,
    StoreOption,
    ThemeOption,
)
from gatewright.errors import StoreError, UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.draw.kinds import PictureKind
    from gatewright.draw.picture import Picture
    from gatewright.gates.trained import TrainedGate

SUBJECTS = ("surface", "network", "training", "transfer")
"""What can be drawn of a gate: the first, or what is named by an option."""


def plot(
    name: Annotated[
        str,
        typer.Argument(
            metavar="GATE",
            autocompletion=complete.gates,
            help="The gate to draw.",
            show_default=False,
        ),
    ],
    network: Annotated[
        bool,
        typer.Option(
            "--network",
            help="Draw its units and weights; of a gate that restores nothing, before training too.",
            show_default=False,
        ),
    ] = False,
    training: Annotated[
        bool,
        typer.Option(
            "--training",
            help="Draw the loss of every restart, and how many succeeded.",
            show_default=False,
        ),
    ] = False,
    transfer: Annotated[
        bool,
        typer.Option(
            "--transfer",
            help="Draw outputs over inputs, and the static noise margin.",
            show_default=False,
        ),
    ] = False,
    picture: Annotated[
        str | None,
        typer.Option(
            "--picture",
            metavar="NAME",
            help="Draw any kind of picture of a gate, a plugin's too.",
            show_default=False,
        ),
    ] = None,
    out: OutOption = None,
    theme: ThemeOption = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Draw a trained gate: its surface, network, training or curves."""
    subject = _subject({"network": network, "training": training, "transfer": transfer}, picture)
    if out is not None:
        check_picture(out, force=force)
    kind = kind_of(subject, "gate")
    plugins = session.load("gates", store=store)
    spec = plugins.gate(name)
    gate = session.ready_gates([spec], session.open_store(store), seed)[spec.name]
    _check(gate)
    drawn = _draw(gate, kind).themed(theme)
    if out is not None:
        new_files.write_new(out, drawn.encoded(out.suffix), force=force)
    about: dict[str, Any] = {"gate": spec.name, "subject": subject}
    margins = _margins(gate) if subject == "transfer" and (json or out is not None) else {}
    if subject == "transfer":
        about["margins"] = margins
    new_files.show("plot", drawn.svg.encode(), out, json=json, **about)
    if out is not None and not json:
        output.say(f"wrote {out}")
        for way, margin in margins.items():
            output.say(f"static noise margin, {way}: {_told(margin)}")
        output.next_step(_next(spec.name, subject, out))


def check_picture(out: Path, *, force: bool) -> None:
    """Refuse now, not after a training, what cannot be written: by its name, or for want of a library.

    Raises:
        UsageError: it exists, or is of no format of pictures; or what makes that format is not installed.
    """
    from gatewright.draw.picture import Picture

    new_files.check_new(out, force=force)
    blank = Picture('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
    blank.encoded(out.suffix)


def _subject(asked: Mapping[str, bool], picture: str | None) -> str:
    """What is to be drawn.

    Raises:
        UsageError: several things are.
    """
    named = [subject for subject, given in asked.items() if given]
    options = [f"--{each}" for each in named] + ([] if picture is None else ["--picture"])
    if len(options) > 1:
        raise UsageError(
            f"{' and '.join(options)} are pictures of their own", hint="give one at a time"
        )
    return picture or (named[0] if named else SUBJECTS[0])


def kind_of(name: str, of: Literal["gate", "circuit"]) -> PictureKind:
    """The kind of picture called so.

    Raises:
        UsageError: there is none, or not of this.
    """
    from gatewright.draw.kinds import PICTURES

    kinds = [each.name for each in PICTURES.values() if each.of == of]
    if name not in kinds:
        PICTURES.check_given_once(name)
        there = f"there are {', '.join(kinds)}" if kinds else "no plugin gives one"
        raise UsageError(f"there is no picture '{name}' of a {of}", hint=there)
    return PICTURES[name]


def _check(gate: TrainedGate) -> None:
    """Refuse to draw what cannot be proved of the weights again.

    Raises:
        StoreError: the datasheet says something that does not hold.
    """
    from gatewright.gates.datasheet import doubt

    if gate.datasheet is None:
        return
    wrong = doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
    if wrong:
        raise StoreError(
            f"the datasheet of '{gate.spec.name}' {wrong}",
            hint=f"train it anew with 'circuits train {gate.spec.name}'",
        )


def _draw(gate: TrainedGate, kind: PictureKind) -> Picture:
    if not kind.watched:
        return kind.drawn(gate)
    with output.Progress(f"training {gate.spec.name}") as progress:
        return kind.drawn(gate, watch=progress.training)


def _margins(gate: TrainedGate) -> dict[str, float | None]:
    """The static noise margin of each way through a gate."""
    from gatewright.gates.response import margins, toggling

    names = [way.name for way in toggling(gate)]
    return dict(zip(names, margins(gate), strict=True))


def _told(margin: float | None) -> str:
    return "none" if margin is None else f"{margin:.4f}"


def _next(name: str, subject: str, out: Path) -> str:
    """The picture after this one, beside it; after the last, the first thing to do with the gate."""
    place = SUBJECTS.index(subject) + 1 if subject in SUBJECTS else len(SUBJECTS)
    if place == len(SUBJECTS):
        return f"circuits datasheet {name}"
    beside = out.with_name(f"{name}-{SUBJECTS[place]}{out.suffix}")
    return f"circuits plot {name} --{SUBJECTS[place]} --out {shell_word(str(beside))}"
