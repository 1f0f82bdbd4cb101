"""``circuits report``: a circuit as one page that opens anywhere, with a live circuit in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.circuits import claims
from gatewright.cli.hints import told
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    SeedOption,
    StoreOption,
)
from gatewright.errors import UsageError


def report(
    words: CircuitWords,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The HTML file.", show_default=False)
    ],
    force: ForceOption = False,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write one page of a circuit: verdict, gates, and itself, live."""
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.circuits.verify.assess import assess, outcome
    from gatewright.draw.report.report import report as made
    from gatewright.draw.schematic.layout import engine

    new_files.check_new(out, force=force)
    try:
        engine()
    except UsageError as error:
        output.warn(f"the page has no schematic: {told(error)}")
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    gates = session.ready_gates(gates_of(circuit.netlist), session.open_store(store), seed)
    with output.Progress("checking") as progress:
        found = assess(circuit, gates, seed=seed, watch=progress.update)
    with output.Progress("drawing") as progress:
        page = made(circuit, gates, found, seed=seed, watch=progress.training)
    new_files.write_new(out, page, force=force)
    verdict = outcome(found)
    if json:
        output.emit_json(
            "report",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            outcome=verdict,
            claims=[claims.as_json(claim) for claim in found],
            file=str(out),
        )
    else:
        output.say(f"{output.bold(circuit.title)}: {output.made_of(circuit.netlist)}")
        for claim in found:
            output.say(claims.line(claim))
        output.say(f"wrote {out}: open it in a browser")
    if verdict == "refuted":
        raise typer.Exit(1)
    if verdict == "undecided":
        raise typer.Exit(4)
    if not json:
        following = "simulate" if circuit.netlist.registers else "noise"
        output.next_step(f"circuits {following} {circuit.title}")
