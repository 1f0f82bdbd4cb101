"""Options and arguments that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of text.", show_default=False)
]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="CIRCUITS_STORE",
        help="Folder of trained gates; by default the user's data folder.",
        show_default=False,
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar="N", help="Seed of everything random.")
]
SignalOption = Annotated[
    Literal["raw", "restored"],
    typer.Option(
        "--signal",
        help="Let raw activations flow between gates, or round at every gate.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write to this file, not to standard output.",
        show_default=False,
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the file if it exists.", show_default=False)
]
CircuitWords = Annotated[
    list[str],
    typer.Argument(
        metavar="CIRCUIT [--PARAMETER VALUE]...",
        help="A circuit and its parameters; 'circuits list' names them all.",
        show_default=False,
    ),
]
