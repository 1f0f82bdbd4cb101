"""``circuits simulate``: a clocked circuit, cycle by cycle, exact and trained gates side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import waveforms
from gatewright.cli.circuits.equiv_trace import initial_of
from gatewright.cli.circuits.run_circuit import read_values
from gatewright.cli.files.memories import read_images
from gatewright.cli.options import (
    CircuitWords,
    FirstOption,
    ForceOption,
    JsonOption,
    LastOption,
    LibraryOption,
    NoiseOption,
    SeedOption,
    StoreOption,
    ThemeOption,
)
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.arrays import Bits
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.clocked.expected import Expected
    from gatewright.circuits.clocked.lockstep import Ran
    from gatewright.circuits.clocked.machine import Cycle, Machine
    from gatewright.circuits.clocked.stimulus import Stimulus

CYCLES = 100
"""How many are run if nobody says it."""

SHOWN = 16
"""Cycles that are shown, from the first."""

MOST_COLUMNS = 10
"""Of the table of cycles; of more buses the outputs of the last cycle are shown."""


def simulate(
    words: CircuitWords,
    cycles: Annotated[
        int | None,
        typer.Option(
            "--cycles",
            min=1,
            max=2**40,
            metavar="N",
            help="How many cycles; by default 100, or as many as test vectors have.",
            show_default=False,
        ),
    ] = None,
    stimulus: Annotated[
        Path | None,
        typer.Option(
            "--stimulus",
            metavar="FILE",
            help="What inputs are when: lines of cycle,bus,value (CSV), JSON lines, or test vectors (t, f, c), "
            "whose checks are made; else random.",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        list[str] | None,
        typer.Option(
            "--until",
            metavar="BUS=VALUE",
            help="Stop after a cycle in which outputs are as said.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        Literal["neural", "exact"],
        typer.Option("--engine", help="Trained gates beside exact ones, or exact gates alone."),
    ] = "neural",
    initial: Annotated[
        str,
        typer.Option(
            "--initial",
            "--init",
            metavar="0|1|random|NAME=BIT,…",
            help="Of registers and memories of which the circuit does not say.",
        ),
    ] = "0",
    memory: Annotated[
        list[str] | None,
        typer.Option(
            "--memory",
            metavar="NAME=FILE",
            help="What a memory holds at first: hexadecimal words as for $readmemh, or a .bin file.",
            show_default=False,
        ),
    ] = None,
    noise: NoiseOption = 0.0,
    vcd: Annotated[
        Path | None,
        typer.Option(
            "--vcd", metavar="FILE", help="Write waveforms, for GTKWave.", show_default=False
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Draw waveforms, in SVG, PNG or PDF.",
            show_default=False,
        ),
    ] = None,
    wave: Annotated[
        list[str] | None,
        typer.Option(
            "--wave",
            metavar="NAME",
            help="A bus, a register or a net that --plot shows; by default inputs and outputs.",
            show_default=False,
        ),
    ] = None,
    first: FirstOption = 0,
    last: LastOption = None,
    theme: ThemeOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a circuit with registers, cycle by cycle.

    Exact and trained gates run side by side, and every wire is compared. A circuit without registers runs on the
    patterns of a stimulus, one a cycle.
    """
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.circuits.clocked.expected import Expected
    from gatewright.circuits.clocked.lockstep import check_until, lockstep
    from gatewright.circuits.clocked.machine import Machine, refuse_combinational
    from gatewright.circuits.clocked.verify import reference_of

    waveforms.check(vcd, plot, wave or [], first, last, force=force)
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    waveforms.refuse_window(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    if stimulus is None:
        refuse_combinational(circuit.netlist)
    if asked.values and stimulus is not None:
        raise UsageError(
            "values of buses and a stimulus are both given", hint="put the values in the stimulus"
        )
    wanted = _until(until or [])
    check_until(circuit.netlist, wanted)
    said = _said(circuit, asked.values, stimulus)
    cycles = cycles or (said and said.cycles) or CYCLES
    expected = Expected(circuit.netlist, said.checks if said else (), cycles)
    given = _inputs(circuit, said, cycles, seed)
    kept = waveforms.Kept(
        circuit,
        raw=engine == "neural",
        vcd=vcd,
        plot=plot,
        names=wave or [],
        first=first,
        last=last,
        theme=theme,
    )
    images = list(read_images(circuit.netlist, memory or []))
    trained = None
    if engine == "neural":
        trained = session.ready_gates(gates_of(circuit.netlist), session.open_store(store), seed)
    machine = Machine(circuit.netlist, trained, noise=noise, seed=seed, initial=initial_of(initial))
    for name, address, image in images:
        machine.load(name, image, address)
    rows: list[list[str]] = []
    started = time.perf_counter()
    with output.Progress("simulating") as progress:

        def each(cycle: Cycle, bits: Bits) -> None:
            if len(rows) < SHOWN:
                rows.append(_row(circuit, cycle, bits))
            expected.see(cycle)
            kept.add(cycle)

        def watch(done: int) -> None:
            speed = done / max(time.perf_counter() - started, 1e-9)
            progress.update(done, cycles, f"{speed:,.0f} cycles a second")

        ran = lockstep(
            machine,
            given,
            reference=reference_of(circuit),
            until=wanted,
            each=each,
            during=(range(SHOWN), kept.window(cycles), expected.window),
            watch=watch,
        )
    if json:
        output.emit_json("simulate", **_as_json(circuit, machine, ran), **_checked(expected))
    else:
        _show(circuit, machine, ran, rows)
        output.say(*_told(expected))
    written = kept.write(force=force)  # last: a disk that is full does not lose what was found
    if not json:
        waveforms.say(written)
    if ran.astray is not None or ran.broken is not None or expected.wrong:
        raise typer.Exit(1)
    if wanted and not ran.stopped:
        output.warn(f"{output.assignments(wanted)} did not come in {ran.cycles} cycles")
        raise typer.Exit(4)
    if not json:
        output.next_step(f"circuits compose {circuit.title} --verify certificate")


def _until(words: list[str]) -> dict[str, int]:
    """The values of ``--until``.

    Raises:
        UsageError: one is not a bus and a whole number.
    """
    from gatewright.logic.numerals import whole_number

    found = {}
    for word in words:
        name, _, text = word.rpartition("=")
        value = whole_number(text) if name else None
        if value is None:
            raise UsageError(
                f"--until {word} is not a bus and a value", hint="as in --until halt=1"
            )
        found[name] = value
    return found


def _said(circuit: Circuit, values: Mapping[str, str], stimulus: Path | None) -> Stimulus | None:
    """What inputs are: of a file, or held at values; None if nobody says it."""
    from gatewright.circuits.clocked.stimulus import Change, Stimulus

    if stimulus is not None:
        from gatewright.formats.model.source import read_source
        from gatewright.formats.stimulus import read_stimulus

        return read_stimulus(read_source(stimulus), circuit.netlist.clock)
    if values:
        held = read_values(circuit.netlist, values)
        return Stimulus(tuple(Change(0, name, each) for name, each in held.items()))
    return None


def _inputs(circuit: Circuit, said: Stimulus | None, cycles: int, seed: int) -> Iterator[Bits]:
    """The inputs of every cycle: as somebody says, or random."""
    from gatewright.circuits.clocked.stimulus import planned, random_inputs

    inputs = circuit.netlist.inputs
    if said is not None:
        return planned(inputs, cycles, said.changes)
    return random_inputs(inputs, cycles, lanes=1, seed=seed)


def _told(expected: Expected) -> list[str]:
    """What came of the checks of a stimulus, in words; nothing if it has none."""
    made = expected.right + len(expected.wrong)
    if not made:
        return []
    if expected.wrong:
        more = f" (and {len(expected.wrong) - 1} more)" * (len(expected.wrong) > 1)
        return [f"checks of the stimulus {output.bad('failed')}: {expected.wrong[0]}{more}"]
    return [f"{output.counted(made, 'check')} of the stimulus held"]


def _checked(expected: Expected) -> dict[str, Any]:
    return {"checks": {"right": expected.right, "wrong": [asdict(each) for each in expected.wrong]}}


def _row(circuit: Circuit, cycle: Cycle, bits: Bits) -> list[str]:
    """A cycle as cells: its number, inputs, outputs."""
    from gatewright.circuits.buses import input_buses
    from gatewright.circuits.clocked.lockstep import outputs_of

    given = [str(int(values[0])) for values in input_buses(circuit, bits).values()]
    found = [str(value) for value in outputs_of(circuit.netlist, cycle).values()]
    return [str(cycle.number), *given, " ", *found]


def _show(circuit: Circuit, machine: Machine, ran: Ran, rows: list[list[str]]) -> None:
    netlist = circuit.netlist
    parts = [output.counted(len(netlist.instances), "gate")]
    if netlist.registers:
        open_ = sum(each.initial is None for each in netlist.registers)
        left = f", {open_} without an initial value" if open_ else ""
        parts.append(f"{output.counted(len(netlist.registers), 'register')}{left}")
    parts += [str(each) for each in netlist.memories]
    output.say(f"{output.bold(circuit.title)}: {', '.join(parts)}", "")
    header = [
        "cycle",
        *(bus.name for bus in netlist.inputs),
        " ",
        *(bus.name for bus in netlist.outputs),
    ]
    if len(header) <= MOST_COLUMNS:
        output.say(*output.table(header, rows, right=range(len(header))))
        if ran.cycles > len(rows):
            more = f"… and {output.counted(ran.cycles - len(rows), 'more cycle')}; in the last,"
            output.say(f"{more} {output.assignments(ran.last, short=True)}")
    else:
        buses = len(netlist.inputs) + len(netlist.outputs)
        output.say(
            f"no table: {buses} buses in {output.counted(ran.cycles, 'cycle')} are left out, as it has room "
            f"for {MOST_COLUMNS - 2}; --vcd FILE writes every one",
        )
        output.say(f"outputs in cycle {ran.cycles - 1}: {output.assignments(ran.last, short=True)}")
    against = "the state table" if netlist.states else "integers"
    output.say("", *_verdict(machine, ran, against if circuit.spec.cycle is not None else ""))


def _verdict(machine: Machine, ran: Ran, against: str) -> list[str]:
    """What came of the comparison, in words; ``against`` is what exact gates were compared with, if anything."""
    cycles = output.counted(ran.cycles, "cycle")
    if ran.broken is not None:
        return [f"exact gates {output.bad('differ')} from {against}: {ran.broken}"]
    lines = [f"exact gates   = {against} in {cycles}"] if against else []
    if not machine.neural:
        return lines or [f"exact gates alone, {cycles}"]
    if ran.astray is not None:
        return [*lines, f"trained gates {output.bad('differ')} from exact ones: {ran.astray}"]
    wires = output.counted(len(machine.program.nets), "wire")
    where = (
        "every wire lies exactly on its logic value"
        if ran.off == 0
        else f"no wire is off by more than {ran.off:.4f}"
    )
    return [
        *lines,
        f"trained gates = exact gates on {wires} in {cycles}, raw activations",
        "",
        where,
    ]


def _as_json(circuit: Circuit, machine: Machine, ran: Ran) -> dict[str, Any]:
    netlist = circuit.netlist
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "gates": len(netlist.instances),
        "registers": len(netlist.registers),
        "without_initial_value": sum(each.initial is None for each in netlist.registers),
        "memories": {
            each.name: {"words": each.words, "width": each.width} for each in netlist.memories
        },
        "cycles": ran.cycles,
        "neural": machine.neural,
        "farthest": ran.off,
        "stopped": ran.stopped,
        "outputs": dict(ran.last),
        "broken": None if ran.broken is None else asdict(ran.broken),
        "differs": None if ran.astray is None else asdict(ran.astray),
    }
