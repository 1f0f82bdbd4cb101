"""``circuits cut``: the circuit of one cycle, without its registers."""

from __future__ import annotations

from typing import Annotated

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.files.export import (
    GATE_FORMATS,
    Precision,
    asked_format,
    check_printed,
    named_format,
    neural,
    say_renamed,
)
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    OutOption,
    SeedOption,
    StoreOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word


def cut(
    words: CircuitWords,
    kind: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="By default the one that --out ends in, else blif.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        Precision,
        typer.Option("--precision", help="Of the numbers in onnx."),
    ] = "float32",
    out: OutOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Cut a circuit's registers out, which leaves one cycle of it.

    What registers hold becomes inputs, what they take becomes outputs. Of trained gates, in ONNX, what they take
    goes through a trained buffer each, as in simulation.
    """
    from gatewright.circuits.clocked.cut import cut as without
    from gatewright.circuits.program import kept

    kind = asked_format(kind, out) or "blif"
    if kind in GATE_FORMATS:
        raise UsageError(
            f"one cycle of a circuit is not written as {kind}",
            hint="'circuits export' writes all of a circuit so, its registers in a struct",
        )
    found = named_format(kind)
    check_printed(found, out)
    if out is not None:
        new_files.check_new(out, force=force)
    plugins = session.load(store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    if not circuit.netlist.clocked:
        raise UsageError(f"circuit '{circuit.spec.name}' has no registers to be cut out")
    netlist = without(circuit.netlist, restored=found.neural)
    data = (
        neural(netlist, seed, store, precision)
        if found.neural
        else found.write(netlist, f"{circuit.title}, its registers cut out")
    )
    say_renamed(found, netlist)
    if out is not None:
        new_files.write_new(out, data, force=force)
    new_files.show(
        "cut",
        data,
        out,
        json=json,
        circuit=circuit.spec.name,
        registers=len(circuit.netlist.registers),
        memories=len(circuit.netlist.memories),
        format=found.name,
    )
    if out is not None and not json:
        output.say(f"cut out {' and '.join(kept(circuit.netlist))}; wrote {out}")
        following = f"circuits compose {shell_word(str(out))} --verify certificate"
        output.next_step(following if found.reader else f"circuits simulate {circuit.title}")
