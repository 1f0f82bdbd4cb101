"""``circuits play``: a page on which gates learn while one looks on, served to this machine alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, new_files, output, session
from gatewright.cli.gates.training.choices import Choices
from gatewright.cli.options import (
    ActivationsOption,
    EpochsOption,
    ForceOption,
    InitOption,
    JsonOption,
    LayersOption,
    LossOption,
    LrOption,
    MarginOption,
    OptimiserOption,
    RestartsOption,
    SeedOption,
    SmoothOption,
    StoreOption,
)

if TYPE_CHECKING:
    from gatewright.cli.play.asked import Asked
    from gatewright.cli.play.desk import Desk
    from gatewright.cli.play.server import Server


def play(
    gate: Annotated[
        str,
        typer.Argument(
            metavar="[GATE|EXPRESSION]",
            autocompletion=complete.gates,
            help="The gate that the page begins with.",
        ),
    ] = "xor",
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
    seed: SeedOption = 0,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="N", help="The port of the page; 0 for a free one."
        ),
    ] = 0,
    no_browser: Annotated[
        bool,
        typer.Option("--no-browser", help="Only print the address.", show_default=False),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Train at once, and keep the page as a file (HTML) that opens offline; serve nothing.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Watch gates learn, and wire them, on a page on this machine only."""
    from gatewright.cli.gates.training.to_train import of_word
    from gatewright.cli.play.again import watched
    from gatewright.cli.play.asked import asked
    from gatewright.cli.play.desk import Desk

    if export is not None:
        new_files.check_new(export, force=force)
    plugins = session.load(store=store)
    choices = Choices(
        *(None, layers, activations, loss, optimiser, lr, init, epochs, restarts),
        *(margin, no_harden),
    )
    spec = of_word(plugins, gate)
    if choices == Choices() and not seed:
        choices = watched(len(spec.table.inputs))
    begun = asked(plugins, spec, choices, seed, gate)
    desk = Desk(plugins, session.open_store(store))
    if export is not None:
        with output.Progress(f"training {begun.spec.name}") as progress:

            def tell(told: Mapping[str, Any]) -> None:
                if told["kind"] == "step":
                    progress.update(told["epoch"], told["epochs"])

            name = desk.run(begun, tell)
            page = desk.export({"id": name, "wiring": desk.shown(name), "trained": [name]})
        new_files.write_new(export, page, force=force)
        if json:
            output.emit_json("play", gate=begun.spec.name, file=str(export))
        else:
            output.say(f"wrote {export}: open it in a browser")
        return
    _serve(desk, _begin(begun), port, opens=not no_browser, json=json)


def _begin(begun: Asked) -> dict[str, Any]:
    """What the form of the page begins with, which is what a copy of it would train."""
    from gatewright.gates.spec import is_word

    gate, choices = begun.word, begun.choices
    fields: dict[str, Any] = {"gate": gate} if is_word(gate) else {"gate": ":", "words": gate}
    given = {
        name: str(value)
        for name in ("layers", "activations", "loss", "optimiser", "init", "lr", "epochs")
        if (value := getattr(choices, name)) is not None
    }
    if given or choices.smooth:
        usual = dict.fromkeys(("layers", "activations", "optimiser"), "")
        fields |= {**usual, **given, "smooth": choices.smooth, "how": "layers"}
    others = {"restarts": choices.restarts, "margin": choices.margin, "seed": begun.seed or None}
    for name, number in others.items():
        if number is not None:
            fields = {"how": "usual", **fields, name: str(number)}
    return fields


def _serve(desk: Desk, chosen: dict[str, Any], port: int, *, opens: bool, json: bool) -> None:
    """Serve the page until Ctrl-C, which is how it ends, and no error."""
    from gatewright.cli.play.page import page
    from gatewright.cli.play.server import Server

    server = Server(desk, page(desk.plugins, chosen), port)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        if json:
            output.emit_json("play", address=server.address)
        else:
            output.say(server.address, "For this machine only; Ctrl-C ends it.")
        output.out().flush()
        if opens:
            _open(server)
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        desk.trainings.stop()
        server.server_close()
    if not json:
        output.say("ended")


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _open(server: Server) -> None:
    """Open the page in a browser with windows; one of the terminal would hide what is printed here."""
    import threading
    import webbrowser

    windows = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if windows:
        threading.Thread(target=webbrowser.open, args=(server.opening,), daemon=True).start()
