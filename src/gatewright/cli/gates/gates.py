"""``circuits gates``: every gate, or the truth table of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import hints, output, session
from gatewright.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.logic.truth_table import TruthTable
    from gatewright.plugins.manager import Plugins


def gates(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[GATE]", help="Show this gate's truth table.", show_default=False),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List every gate, or show the truth table of one."""
    plugins = session.load("gates")
    shelf = session.open_store(store)
    if name is None:
        _list(plugins, shelf, json=json)
    else:
        _show(plugins, plugins.gate(name), shelf, json=json)


def _list(plugins: Plugins, shelf: Store, *, json: bool) -> None:
    rows = [_about(plugins, spec, shelf) for spec in plugins.gates.values()]
    if json:
        output.emit_json("gates", gates=rows)
        return
    header = ("gate", "inputs", "outputs", "state", "plugin")
    cells = [
        (
            row["name"],
            ", ".join(row["inputs"]),
            ", ".join(row["outputs"]),
            row["state"],
            row["plugin"],
        )
        for row in rows
    ]
    output.say(*output.table(header, cells))
    for row in rows:
        if row["reason"]:
            output.warn(row["reason"])
    untrained = any(row["state"] == "untrained" for row in rows)
    output.next_step(
        "circuits train --all" if untrained else "circuits compose ripple-adder --bits 4"
    )


def _show(plugins: Plugins, spec: GateSpec, shelf: Store, *, json: bool) -> None:
    from gatewright.gates.training.absent import AbsentRecipe

    about = _about(plugins, spec, shelf)
    if json:
        output.emit_json("gate", **about, rows=table_rows(spec.table))
        return
    output.say(f"{output.bold(spec.name)}: {spec.summary or 'no summary'}")
    output.say(f"from plugin {plugins.gates.provider(spec.name)}, {about['state']}", "")
    header = (*spec.table.inputs, " ", *spec.table.outputs)
    shown = table_rows(spec.table)[: output.MOST_ROWS]
    output.say(*output.table(header, [(*row["inputs"], " ", *row["outputs"]) for row in shown]))
    output.say_rest(spec.table.rows)
    if about["reason"]:
        output.warn(about["reason"])
    made = shelf.load(spec) if about["state"] == "trained" else None
    if made is not None and isinstance(made.recipe, AbsentRecipe):
        output.say("", f"it was trained elsewhere: {made.recipe.missing}")
    trained = about["state"] == "trained"
    example = " ".join("1" for _ in spec.table.inputs)
    output.next_step(
        f"circuits predict {spec.name} {example}" if trained else f"circuits train {spec.name}"
    )


def _about(plugins: Plugins, spec: GateSpec, shelf: Store) -> dict[str, Any]:
    state, error = shelf.status(spec)
    return {
        "name": spec.name,
        "summary": spec.summary,
        "inputs": list(spec.table.inputs),
        "outputs": list(spec.table.outputs),
        "plugin": plugins.gates.provider(spec.name).name,
        "state": state,
        "reason": "" if error is None else hints.told(error),
    }


def table_rows(table: TruthTable) -> list[dict[str, str]]:
    """Every row of a truth table as text, ``-`` for a don't-care."""
    return [
        {
            "inputs": "".join(map(str, pattern)),
            "outputs": "".join(
                str(bit) if known else "-" for bit, known in zip(bits, care, strict=True)
            ),
        }
        for pattern, bits, care in zip(
            table.patterns.tolist(), table.values.tolist(), table.care.tolist(), strict=True
        )
    ]
