"""``circuits gates``: every gate, or the truth table of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, hints, output, session
from gatewright.cli.gates import truth_rows
from gatewright.cli.options import JsonOption, StoreOption
from gatewright.errors import StoreError, UsageError

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.plugins.manager import Plugins


def gates(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[GATE]",
            autocompletion=complete.gates,
            help="Show this gate's truth table.",
            show_default=False,
        ),
    ] = None,
    trained: Annotated[
        bool,
        typer.Option("--trained", help="List only what is in the store.", show_default=False),
    ] = False,
    where: Annotated[
        bool,
        typer.Option("--where", help="Print the folder of the store.", show_default=False),
    ] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List every gate, or show the truth table of one."""
    plugins = session.load("gates", store=store)
    shelf = session.open_store(store)
    if (name is not None) + trained + where > 1:
        raise UsageError(
            "a gate, --trained and --where are three questions", hint="ask one at a time"
        )
    if where:
        if json:
            output.emit_json("store", folder=str(shelf.folder))
        else:
            output.say(str(shelf.folder))
    elif name is None:
        _list(plugins, shelf, trained=trained, json=json)
    else:
        _show(plugins, plugins.gate(name), shelf, json=json)


def _list(plugins: Plugins, shelf: Store, *, trained: bool, json: bool) -> None:
    kept = shelf.names()
    rows = [
        _about(plugins, spec, *shelf.examine(spec))
        for spec in plugins.gates.values()
        if spec.name in kept or not trained
    ]
    rows += [_own(plugins, name, shelf) for name in own_names(plugins, shelf, spelled=trained)]
    if json:
        output.emit_json("gates", gates=rows)
        return
    header = ("gate", "inputs", "outputs", "state", "plugin")
    cells = [
        (
            row["name"],
            ", ".join(row["inputs"]),
            ", ".join(row["outputs"]),
            row["standing"],
            row["plugin"],
        )
        for row in rows
    ]
    if rows:
        output.say(*output.table(header, cells))
    for row in rows:
        if row["reason"]:
            output.warn(row["reason"])
    others = [row["name"] for row in rows if row["standing"].startswith(OTHER)]
    if others:
        output.say(
            "",
            f"{OTHER}: certified, and a circuit tolerates no more than its narrowest gate; "
            f"'circuits train {others[0]}' makes one as the others are",
        )
    older = [row["name"] for row in rows if row["earlier"]]
    if older:
        output.say("", output.of_earlier_version(older))
    if not rows:
        output.say(f"there is no trained gate in {shelf.folder}")
    untrained = not rows or any(row["state"] == "untrained" for row in rows)
    output.next_step(
        "circuits train --all" if untrained else "circuits compose ripple-adder --bits 4"
    )


def own_names(plugins: Plugins, shelf: Store, *, spelled: bool = False) -> list[str]:
    """The gates of the store that no plugin gives.

    Args:
        plugins: with their gates.
        shelf: the store.
        spelled: whether with functions that name their table; made for circuits of a library, there may be
            hundreds.
    """
    from gatewright.gates.spec import spelt

    given = set(plugins.gates)
    own = [name for name in shelf.names() if name not in given]
    return [name for name in own if spelled or spelt(name) is None]


def _show(plugins: Plugins, spec: GateSpec, shelf: Store, *, json: bool) -> None:
    from gatewright.gates.training.absent import AbsentRecipe

    state, made, error = shelf.examine(spec)
    about = _about(plugins, spec, state, made, error)
    if json:
        output.emit_json("gate", **about, rows=truth_rows.table_rows(spec.table))
        return
    output.say(f"{output.bold(spec.name)}: {spec.summary or 'no summary'}")
    output.say(f"from {session.giver(plugins.gates, spec.name)}, {about['standing']}", "")
    truth_rows.show(spec.table)
    if about["reason"]:
        output.warn(about["reason"])
    if made is not None and isinstance(made.recipe, AbsentRecipe):
        output.say("", f"it was trained elsewhere: {made.recipe.missing}")
    if about["earlier"]:
        output.say("", output.of_earlier_version([spec.name]))
    example = " ".join("1" for _ in spec.table.inputs)
    output.next_step(
        f"circuits predict {spec.name} {example}" if made else f"circuits train {spec.name}"
    )


def _about(
    plugins: Plugins,
    spec: GateSpec,
    state: str,
    made: TrainedGate | None,
    error: StoreError | None,
) -> dict[str, Any]:
    """A gate as plain values, of what `Store.examine` says of it."""
    from gatewright.gates.training.again import earlier

    return {
        "name": spec.name,
        "summary": spec.summary,
        "inputs": list(spec.table.inputs),
        "outputs": list(spec.table.outputs),
        "plugin": plugins.gates.provider(spec.name).name,
        "state": state,
        "standing": state if made is None else standing(made),
        "reason": "" if error is None else hints.told(error),
        "earlier": made is not None and earlier(made),
    }


def _own(plugins: Plugins, name: str, shelf: Store) -> dict[str, Any]:
    """A gate that no plugin gives; where its file cannot be read, that alone is known of it."""
    from gatewright.gates.store.store import standing_of

    try:
        spec = plugins.gate(name)
        return _about(plugins, spec, *shelf.examine(spec))
    except StoreError as error:
        state = standing_of(error)
        nothing: dict[str, Any] = {"summary": "", "inputs": [], "outputs": [], "plugin": "store"}
        nothing["earlier"] = False
        return {
            "name": name,
            **nothing,
            "state": state,
            "standing": state,
            "reason": hints.told(error),
        }


OTHER = "another margin"
"""Of gates that are certified, but for another noise margin or other levels than gates usually are."""


def standing(gate: TrainedGate) -> str:
    """What is proved of a trained gate, in a few words."""
    from gatewright.certify.discipline import DEFAULT

    sheet = gate.datasheet
    if sheet is None:
        return "trained, not certified"
    margin = f"NM {sheet.noise_margin:g}"
    usual = (sheet.vil, sheet.vol) == (DEFAULT.vil, DEFAULT.vol)
    return f"certified {margin}" if usual else f"{OTHER}, {margin}"
