"""``circuits faults``: test patterns for stuck wires, and where the fault of a device lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    SeedOption,
    StoreOption,
    TimeLimitOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit


def faults(
    words: CircuitWords,
    inject: Annotated[
        str | None,
        typer.Option(
            "--inject",
            metavar="FAULT",
            help="Let a wire be stuck, as in 'cin stuck at 1', and diagnose what that shows.",
            show_default=False,
        ),
    ] = None,
    diagnose: Annotated[
        Path | None,
        typer.Option(
            "--diagnose",
            metavar="FILE",
            help="Name suspects from the rows that a device showed: CSV with the names of inputs and "
            "outputs above, or test vectors.",
            show_default=False,
        ),
    ] = None,
    damage: Annotated[
        str | None,
        typer.Option(
            "--damage",
            metavar="GATE",
            help="Damage the weights of a trained gate in every way, or in one: 'full-adder: sum from bias "
            "sign turned', or of an instance, 'fa0: sum from bias bit 7 flipped'.",
            show_default=False,
        ),
    ] = None,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Train the damaged gate again from the weights it has, certify it, and prove the circuit.",
            show_default=False,
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write the patterns, for 'circuits simulate --stimulus': .tv, test vectors with what "
            "outputs should be, or .csv, inputs alone. Of a faulty device, what it shows.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    time_limit: TimeLimitOption = 60.0,
    seed: SeedOption = 0,
    library: LibraryOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Find test patterns for faults, suspects from failing rows.

    Every wire, and every branch of one that forks, stuck at 0 and at 1; faults that no pattern tells apart at
    their gate count once. Patterns show those that can be shown, and the others are proved untestable.
    """
    asks = (("--inject", inject), ("--diagnose", diagnose), ("--damage", damage))
    given = [option for option, value in asks if value is not None]
    place, one, what = (damage or "").rpartition(":")
    if not one:  # a gate alone
        place, what = what, ""
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are both given", hint="give one or the other")
    if repair and not one:
        raise UsageError(
            "--repair has nothing to repair",
            hint="name one damage, as in --damage 'full-adder: sum from bias sign turned'",
        )
    if out is not None and (diagnose is not None or (damage is not None and not one)):
        raise UsageError(f"{given[0]} writes nothing to --out", hint="leave --out away")
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
    if diagnose is not None:
        _diagnose(circuit, diagnose, json=json)
    elif damage is not None:
        from gatewright.api.trained_circuit import TrainedCircuit
        from gatewright.circuits.clocked.cut import gates_of
        from gatewright.circuits.faults.placing import place_of
        from gatewright.cli.faults.damaging import show_damage, show_survey

        place_of(circuit.netlist, place.strip())  # before anything is trained
        gates = session.ready_gates(gates_of(circuit.netlist), session.open_store(store), seed)
        neural = TrainedCircuit(circuit, gates)
        if not one:
            show_survey(neural, place.strip(), seed=seed, json=json)
            return
        show_damage(
            neural,
            place.strip(),
            " ".join(what.split()),
            out,
            repair=repair,
            force=force,
            time_limit=time_limit,
            seed=seed,
            json=json,
        )
    elif inject is not None:
        _inject(circuit, inject, out, force=force, time_limit=time_limit, seed=seed, json=json)
    else:
        _patterns(circuit, out, force=force, time_limit=time_limit, seed=seed, json=json)


def _diagnose(circuit: Circuit, file: Path, *, json: bool) -> None:
    from gatewright.cli.faults.suspects import show_suspects, suspects_json

    with output.Progress("comparing rows") as progress:
        found = circuit.diagnose(file, watch=progress.follow)
    if json:
        output.emit_json("diagnosis", **suspects_json(circuit, found))
    else:
        show_suspects(circuit, found, str(file))


def _inject(
    circuit: Circuit,
    fault: str,
    out: Path | None,
    *,
    force: bool,
    time_limit: float,
    seed: int,
    json: bool,
) -> None:
    from gatewright.cli.faults.suspects import show_suspects, showed_file, suspects_json

    with output.Progress("simulating faults") as progress:
        showed = circuit.inject(fault, seed=seed, time_limit=time_limit)
        found = circuit.diagnose(showed, watch=progress.follow)
    if out is not None:
        new_files.write_new(out, showed_file(circuit, showed, fault, out), force=force)
    if json:
        output.emit_json("diagnosis", injected=fault, **suspects_json(circuit, found))
        return
    show_suspects(circuit, found, fault)
    if out is not None:
        output.say("", f"wrote {out}")
        output.next_step(f"circuits faults {circuit.title} --diagnose {shell_word(str(out))}")
    else:
        output.next_step(
            f"circuits faults {circuit.title} --inject {shell_word(fault)} --out device.csv"
        )


def _patterns(
    circuit: Circuit, out: Path | None, *, force: bool, time_limit: float, seed: int, json: bool
) -> None:
    from gatewright.cli.faults.patterns import patterns_file, patterns_json, show_patterns

    with output.Progress("simulating faults") as progress:
        found = circuit.faults(seed=seed, time_limit=time_limit, watch=progress.follow)
    if out is not None:
        new_files.write_new(out, patterns_file(circuit, found, out), force=force)
    if json:
        output.emit_json("faults", **patterns_json(circuit, found))
    else:
        show_patterns(circuit, found)
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
            f"circuits simulate {circuit.title} --stimulus {shell_word(str(out))} "
            f"--cycles {len(found.patterns)} --engine exact"
        )
