"""``circuits forget``: remove trained gates from the store."""

from __future__ import annotations

from typing import Annotated

import typer

from gatewright.cli import complete, output, session
from gatewright.cli.options import JsonOption, StoreOption
from gatewright.errors import UnknownGateError
from gatewright.text import did_you_mean


def forget(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="GATE...",
            autocompletion=complete.gates,
            help="Trained gates to remove.",
            show_default=False,
        ),
    ],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Remove trained gates from the store."""
    shelf = session.open_store(store)
    kept = shelf.names()
    for name in names:
        if name not in kept:
            raise UnknownGateError(
                f"there is no trained gate '{name}' in {shelf.folder}; nothing was removed",
                hint=did_you_mean(name, kept, "'circuits gates --trained' lists them"),
            )
    forgotten = [name for name in dict.fromkeys(names) if shelf.forget(name)]
    if json:
        output.emit_json("forget", forgotten=forgotten)
        return
    output.say(f"removed {', '.join(forgotten)} from {shelf.folder}")
    output.next_step("circuits gates --trained")
