"""``circuits map``: a circuit made of a library's gates by Yosys and ABC, and proved to be the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.files import map_report
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    SamplesOption,
    SeedOption,
    StoreOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.verify.verdict import Claim
    from gatewright.formats.registry import Format
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.plugins.manager import Plugins

MAPPED = "mapped"


def map_circuit(
    words: CircuitWords,
    library: Annotated[
        Literal["npn2", "npn3", "npn4", "gates"],
        typer.Option(
            "--library",
            help="All functions of up to 2, 3 or 4 inputs, or the registered gates alone.",
        ),
    ] = "npn4",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write the mapped circuit, in the format of the file's ending, as in mapped.blif.",
            show_default=False,
        ),
    ] = None,
    liberty: Annotated[
        Path | None,
        typer.Option(
            "--liberty-out",
            metavar="FILE",
            help="Keep the library as Liberty, for other tools.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    samples: SamplesOption = 2**16,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Map a circuit onto the trained gates of a library.

    Yosys and ABC choose the gates; their result is not relied on. SAT proves that it is the same
    circuit, and the trained gates are run against the source, raw activations flowing.
    """
    kind = _format(out)
    if out is not None and out == liberty:
        raise UsageError(
            f"--out and --liberty-out both name {out}", hint="give each a file of its own"
        )
    for path in (out, liberty):
        if path is not None:
            new_files.check_new(path, force=force)
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    source = circuit_words.elaborate(plugins, asked, clocked=True)
    shelf = session.open_store(store)
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.logic.sat.solver import load_sat

    load_sat()  # refuses now, not after the mapping, if it is not installed
    with output.Progress("mapping by Yosys and ABC"):
        mapped, text = _mapped(source, library, plugins, shelf)
    # Registers and memories stay as they are: what is the same in one cycle is so in every one.
    once = _once(source)
    found = [_in_time(_proof(_once(mapped), once), source)]
    gates: dict[str, TrainedGate] = {}
    if found[0].outcome != "refuted":
        gates = session.ready_gates(gates_of(mapped.netlist), shelf, seed)
        whole, clocked = _once(mapped, restored=True), source.netlist.clocked
        found.append(_simulation(whole, gates, once, seed, samples, clocked=clocked))
    refuted = any(claim.outcome == "refuted" for claim in found)
    if not refuted:
        if out is not None and kind is not None:
            comment = f"{source.title} mapped to {library}"
            new_files.write_new(out, kind.write(mapped.netlist, comment), force=force)
        if liberty is not None:
            new_files.write_new(liberty, text, force=force)
    if json:
        files = {"out": out, "liberty": liberty}
        made = {what: str(path) if path and not refuted else None for what, path in files.items()}
        about = map_report.as_json(source, mapped.netlist, library, gates, found)
        output.emit_json("map", **about, **made)
    else:
        map_report.show(source, mapped.netlist, library, gates, found)
        for path in (out, liberty):
            if path is not None and not refuted:
                output.say(f"wrote {path}")
    if refuted:
        raise typer.Exit(1)
    if any(claim.outcome == "undecided" for claim in found):
        if out is not None and kind is not None and kind.reader and not json:
            output.next_step(
                f"circuits equiv {source.title} {shell_word(str(out))} --time-limit 600"
            )
        raise typer.Exit(4)
    if not json:
        output.next_step(_next(source, library, out))


def _format(out: Path | None) -> Format | None:
    """The format of the file to be written; None if there is none.

    Raises:
        UsageError: it cannot hold a circuit of exact gates, or there is no such format.
    """
    if out is None:
        return None
    from gatewright.formats.registry import format_of, writes_gates

    kind = format_of(str(out), holding=writes_gates)
    if not writes_gates(kind):
        raise UsageError(
            f"the mapped circuit cannot be written as {kind.name}",
            hint="name a BLIF file, as in --out mapped.blif; 'circuits export' makes others of it",
        )
    return kind


def _mapped(source: Circuit, library: str, plugins: Plugins, shelf: Store) -> tuple[Circuit, str]:
    """The mapped circuit, and the library as Liberty."""
    from gatewright.circuits.clocked.cut import cut, rejoin
    from gatewright.formats.liberty.mapping import map_netlist
    from gatewright.formats.liberty.writer import write_liberty

    areas = _areas(library, plugins, shelf)
    comment = f"{library}: area is the number of a gate's parameters"
    text = write_liberty(library, areas, comment=comment)
    netlist = rejoin(map_netlist(cut(source.netlist), text, areas), source.netlist)
    spec = dataclasses.replace(source.spec, name=MAPPED, file=MAPPED, parameters=())
    return dataclasses.replace(source, spec=spec, netlist=netlist), text


def _once(circuit: Circuit, *, restored: bool = False) -> Circuit:
    """One cycle of a circuit."""
    from gatewright.circuits.clocked.cut import cut

    return dataclasses.replace(circuit, netlist=cut(circuit.netlist, restored=restored))


def _in_time(claim: Claim, source: Circuit) -> Claim:
    """What was proved of one cycle, said of every one."""
    from gatewright.circuits.program import kept

    if claim.outcome != "proved" or not source.netlist.clocked:
        return claim
    parts = " and ".join(kept(source.netlist))
    return dataclasses.replace(claim, in_time=f"{parts} kept, so in every cycle")


def _areas(library: str, plugins: Plugins, shelf: Store) -> dict[GateSpec, int]:
    """The gates of a library with their numbers of parameters."""
    from gatewright.formats.liberty.cells import function_areas, gate_areas

    if library == "gates":
        specs = plugins.gates.values()
        stored = {spec.name: shelf.load(spec) for spec in specs}
        return gate_areas(specs, {name: gate for name, gate in stored.items() if gate})
    from gatewright.gates.library import LIBRARY
    from gatewright.gates.npn.classes import LIBRARIES
    from gatewright.gates.npn.file import library_path, read

    # The file whose classes gates are made of, whatever library is mapped to.
    trained = read(library_path(shelf.folder, LIBRARY), LIBRARY)
    return function_areas(LIBRARIES[library], trained.gates if trained is not None else {})


def _proof(mapped: Circuit, source: Circuit) -> Claim:
    """Whether both are the same function: only by SAT, as the claim says."""
    from gatewright.circuits.verify.miter import equivalence

    with output.Progress("proving") as progress:
        return equivalence(
            mapped, source, exhaustive_bits=0, most_nodes=0, algebra=False, watch=progress.follow
        )


def _simulation(
    mapped: Circuit,
    gates: Mapping[str, TrainedGate],
    source: Circuit,
    seed: int,
    samples: int,
    *,
    clocked: bool,
) -> Claim:
    from gatewright.circuits.verify.against_exact import simulated

    with output.Progress("simulating") as progress:
        found = simulated(mapped, gates, source, seed=seed, samples=samples, watch=progress.update)
    return dataclasses.replace(found, against=f"one cycle of {found.against}") if clocked else found


def _next(source: Circuit, library: str, out: Path | None) -> str:
    from gatewright.formats.registry import may_be_read

    if out is None or not may_be_read(str(out)):
        return f"circuits map {source.title} --library {library} --out mapped.blif"
    made_of = f" --library {library}" if library != "gates" else ""
    return f"circuits compose {shell_word(str(out))}{made_of} --verify certificate"
