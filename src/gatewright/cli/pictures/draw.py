"""``circuits draw``: a circuit as a schematic."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.circuits.run_circuit import read_values
from gatewright.cli.hints import told
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    OutOption,
    SeedOption,
    StoreOption,
    ThemeOption,
)
from gatewright.cli.pictures.plot import check_picture, kind_of
from gatewright.errors import StoreError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Netlist
    from gatewright.gates.trained import TrainedGate

MOST_BUSES = 4
"""Most inputs that are given a value in the suggested next command."""


def draw(
    words: CircuitWords,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--values",
            metavar="BUS=N ...",
            help="A value for each bus: wires are coloured by what trained gates give.",
            show_default=False,
        ),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            min=1,
            metavar="N",
            help="Levels of blocks that are opened; by default one if the circuit is large, else all.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--picture",
            metavar="NAME",
            help="Draw a picture of a circuit that a plugin gives, in place of the schematic.",
            show_default=False,
        ),
    ] = None,
    out: OutOption = None,
    theme: ThemeOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Draw a circuit as a schematic, in SVG, PNG or PDF."""
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.circuits.simulate.signals import signals
    from gatewright.draw.schematic.layout import engine
    from gatewright.draw.schematic.schematic import schematic

    if out is not None:
        check_picture(out, force=force)
    given = None if kind is None else kind_of(kind, "circuit")
    if given is None:
        engine()  # refuses now, not after a training, if it is not installed
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(
        [*words, *(values or [])]
    )  # the rest of --values a=1 b=2 are words
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    netlist, flowing = circuit.netlist, None
    if asked.values:
        inputs = read_values(netlist, asked.values)
        gates = session.ready_gates(gates_of(netlist), session.open_store(store), seed)
        with output.Progress("running"):
            flowing = signals(netlist, gates, inputs)
    else:
        gates = _stored(netlist, store)
    with output.Progress(f"drawing {words[0]}"):
        picture = (
            schematic(netlist, title=circuit.title, gates=gates, signals=flowing, depth=depth)
            if given is None
            else given.drawn(circuit)
        ).themed(theme)
        encoded = None if out is None else picture.encoded(out.suffix)
    if out is not None and encoded is not None:
        new_files.write_new(out, encoded, force=force)
    about = {"circuit": circuit.spec.name, "parameters": dict(circuit.parameters)}
    new_files.show("draw", picture.svg.encode(), out, json=json, **about)
    if out is not None and not json:
        output.say(f"wrote {out}")
        output.next_step(_next(circuit, out, coloured=flowing is not None))


def _stored(netlist: Netlist, folder: Path | None) -> dict[str, TrainedGate]:
    """The gates of a circuit that are trained already, in the store or its library; none is trained now.

    If one in the store cannot be used, there is a warning, and none is marked.
    """
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.gates.library import LIBRARY, in_library
    from gatewright.gates.npn.file import library_path, read

    shelf = session.open_store(folder)
    found: dict[str, TrainedGate] = {}
    functions = []
    try:
        for spec in gates_of(netlist):
            gate = shelf.load(spec)
            if gate is not None:
                found[spec.name] = gate
            elif in_library(spec):
                functions.append(spec)
        library = read(library_path(shelf.folder, LIBRARY), LIBRARY) if functions else None
    except StoreError as error:
        output.warn(f"{told(error)}; no gate is marked as learned")
        return {}
    if library is not None:
        for spec in functions:
            with contextlib.suppress(StoreError):  # its class is not there yet
                found[spec.name] = library.gate(spec.table, spec.name)
    return found


def _next(circuit: Circuit, out: Path, *, coloured: bool) -> str:
    """What to try next: the same with values on its wires, then the numbers."""
    buses = [bus.name for bus in circuit.netlist.inputs if bus.default is None]
    if coloured or not 0 < len(buses) <= MOST_BUSES:
        return f"circuits show {circuit.title}"
    given = " ".join(shell_word(f"{name}=1") for name in buses)
    coloured_out = out.with_stem(f"{out.stem}-values")
    return f"circuits draw {circuit.title} {given} --out {shell_word(str(coloured_out))}"
