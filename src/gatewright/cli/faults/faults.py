"""``circuits faults``: test patterns for stuck wires, and which faults no pattern shows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    SeedOption,
    TimeLimitOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Buses, Circuit
    from gatewright.circuits.faults.generation import StuckFaults
    from gatewright.circuits.faults.stuck import Fault

SHOWN = 12
"""Faults of a kind that are listed; ``--json`` has them all."""


def faults(
    words: CircuitWords,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write the patterns, for 'circuits simulate --stimulus': .tv, test vectors with what "
            "outputs should be, or .csv, inputs alone.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    time_limit: TimeLimitOption = 60.0,
    seed: SeedOption = 0,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Find test patterns for stuck wires; prove which none shows.

    Every wire, and every branch of one that forks, stuck at 0 and at 1; faults that no pattern tells apart at
    their gate count once.
    """
    if out is not None:
        if out.suffix.lower() not in (".tv", ".csv"):
            raise UsageError(
                f"{out}: patterns are written as .tv or .csv", hint="as in --out patterns.tv"
            )
        new_files.check_new(out, force=force)
    plugins = session.load("gates", "circuits")
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library)
    with output.Progress("simulating faults") as progress:
        found = circuit.faults(seed=seed, time_limit=time_limit, watch=progress.follow)
    if out is not None:
        new_files.write_new(out, _written(circuit, found, out), force=force)
    if json:
        output.emit_json("faults", **_as_json(circuit, found))
    else:
        _show(circuit, found)
        if out is not None:
            output.say("", f"wrote {out}")
    if found.undecided:
        if not json and "SAT did not end" in found.reason:
            longer = max(600, 10 * time_limit)
            title = f"circuits faults {circuit.title} --time-limit {longer:g}"
            output.next_step(title)
        raise typer.Exit(4)
    if json:
        return
    if out is None:
        output.next_step(f"circuits faults {circuit.title} --out patterns.tv")
    else:
        output.next_step(
            f"circuits simulate {circuit.title} --stimulus {shell_word(str(out))} --engine exact"
        )


def _show(circuit: Circuit, found: StuckFaults) -> None:
    gates = output.counted(len(circuit.netlist.instances), "gate")
    output.say(
        f"{output.bold(circuit.title)}: {gates}, {output.counted(found.total, 'stuck-at fault')}, "
        f"{found.classes:,} collapsed",
        "",
    )
    how = "by every pattern" if found.every else "by SAT"
    rows = [
        ["detected", f"{len(found.detected):,}", ""],
        ["proved untestable", f"{len(found.untestable):,}", how if found.untestable else ""],
        ["undecided", f"{len(found.undecided):,}", found.reason],
    ]
    output.say(*output.table(["", "faults", ""], rows, right=(1,)), "")
    rate = f"{100 * found.coverage:.2f}".rstrip("0").rstrip(".")
    if found.undecided and rate == "100":
        rate = "less than 100"
    output.say(
        f"{output.counted(len(found.patterns), 'pattern')} "
        f"{'shows' if len(found.patterns) == 1 else 'show'} {rate} % of the faults not proved untestable"
    )
    for what, some in (("untestable", found.untestable), ("undecided", found.undecided)):
        if some:
            more = [f"  … and {len(some) - SHOWN:,} more"] * (len(some) > SHOWN)
            output.say("", f"{what}:", *(f"  {each}" for each in some[:SHOWN]), *more)


def _written(circuit: Circuit, found: StuckFaults, out: Path) -> str:
    """The patterns as a file, by its ending."""
    from gatewright.circuits.buses import input_buses, output_buses
    from gatewright.formats.stimulus import write_stimulus
    from gatewright.formats.vectors import write_vectors

    given = _by_pattern(input_buses(circuit, found.patterns))
    said = [
        f"{circuit.title}: {len(found.patterns)} patterns, which show {len(found.detected)} of "
        f"{found.classes} stuck-at faults; {len(found.untestable)} are untestable"
    ]
    if out.suffix.lower() == ".csv":
        return write_stimulus(given, said)
    return write_vectors(given, _by_pattern(output_buses(circuit, found.outputs)), said)


def _by_pattern(buses: Buses) -> list[dict[str, int]]:
    """The value of every bus, a pattern each."""
    return [
        {name: int(value) for name, value in zip(buses, values, strict=True)}
        for values in zip(*buses.values(), strict=True)
    ]


def _as_json(circuit: Circuit, found: StuckFaults) -> dict[str, Any]:
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "gates": len(circuit.netlist.instances),
        "faults": found.total,
        "collapsed": found.classes,
        "detected": len(found.detected),
        "untestable": [_fault(each) for each in found.untestable],
        "undecided": [_fault(each) for each in found.undecided],
        "coverage": found.coverage,
        "proved_by": "every pattern" if found.every else "sat",
        "reason": found.reason,
        "simulated": found.tried,
        "inputs": [bit for bus in circuit.netlist.inputs for bit in bus.bits],
        "outputs": [bit for bus in circuit.netlist.outputs for bit in bus.bits],
        "patterns": ["".join(map(str, each)) for each in found.patterns.tolist()],
        "responses": ["".join(map(str, each)) for each in found.outputs.tolist()],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    fields = asdict(fault)
    del fields["place"]
    return fields
