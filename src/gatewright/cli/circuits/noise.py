"""``circuits noise``: how much noise a circuit bears when made of certified or of plainly trained gates."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import noise_picture
from gatewright.cli.options import (
    CircuitWords,
    ForceOption,
    JsonOption,
    LibraryOption,
    SeedOption,
    StoreOption,
    ThemeOption,
)
from gatewright.cli.pictures.plot import check_picture
from gatewright.errors import NotLearnedError, UsageError

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.simulate.noise import NoiseLevel, Where
    from gatewright.gates.trained import TrainedGate

Sweep = dict[str, "tuple[NoiseLevel, ...]"]
"""The levels of each kind of gates."""

TRAINED, BASELINE = "trained", "baseline"
MOST_LEVELS = 1000
"""Most levels of noise that are swept at once."""

SWEPT = {
    "wires": "every wire off by up to the noise, inputs too",
    "weights": "every weight off by up to that part of itself",
}


def noise(
    words: CircuitWords,
    levels: Annotated[
        str | None,
        typer.Option(
            "--noise",
            metavar="X,X",
            help="How far every wire may be off: one number or several; by default 0 to 0.5.",
            show_default=False,
        ),
    ] = None,
    weight_levels: Annotated[
        str | None,
        typer.Option(
            "--weight-noise",
            metavar="X,X",
            help="The part of itself every weight may be off by; alone, wires are not swept.",
            show_default=False,
        ),
    ] = None,
    patterns: Annotated[
        int,
        typer.Option(
            "--samples",
            min=1,
            max=2**24,
            metavar="N",
            help="Random patterns at each level; 2^24 at most.",
        ),
    ] = 2**12,
    library: LibraryOption = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Draw it, and how it changes with the circuit's depth: .svg, .png or .pdf.",
            show_default=False,
        ),
    ] = None,
    theme: ThemeOption = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Count wrong bits as noise on wires or weights grows."""
    from gatewright.circuits.simulate.noise import NOISES, noise_sweep
    from gatewright.gates.training.baseline import baseline_gates

    asked: dict[Where, Sequence[float]] = {}
    if levels is not None or weight_levels is None:
        asked["wires"] = NOISES if levels is None else _numbers("--noise", levels)
    if weight_levels is not None:
        asked["weights"] = _numbers("--weight-noise", weight_levels)
    if picture is not None:
        check_picture(picture, force=force)
    plugins = session.load("gates", "circuits", store=store)
    named = circuit_words.read_words(words)
    circuit_words.refuse_values(named)
    circuit = circuit_words.elaborate(plugins, named, library)
    circuits = [circuit]
    if picture is not None:
        circuits = [*noise_picture.smaller(plugins, named, circuit, library), circuit]
    kinds = {name: spec for each in circuits for name, spec in each.netlist.gates.items()}
    specs = list(kinds.values())
    trained = session.ready_gates(specs, session.open_store(store), seed)
    try:
        plain = baseline_gates(specs, seed=seed)
    except NotLearnedError as error:
        raise NotLearnedError(
            f"there is nothing to compare with: trained plainly, {error.message}",
            hint=f"'circuits compose {circuit.title} --noise 0.4' has the circuit's own gates alone",
        ) from error
    libraries = {TRAINED: trained, BASELINE: plain}
    certified = not any(_doubtful(gate) for gate in trained.values())
    titles = {
        TRAINED: "certified gates" if certified else "trained gates, not certified",
        BASELINE: "plainly trained gates",
    }
    sweeps: dict[Where, Sweep] = {}
    with output.Progress("sweeping") as progress:
        for where, noises in asked.items():
            sweeps[where] = {}
            for kind, gates in libraries.items():
                progress.label(f"{titles[kind]}, noise on {where}")
                sweeps[where][kind] = noise_sweep(
                    circuit,
                    gates,
                    noises,
                    where=where,
                    patterns=patterns,
                    seed=seed,
                    watch=progress.update,
                )
        figures = _as_json(circuit, sweeps)
        if picture is not None and _sampled(sweeps):
            bounds = noise_picture.proved(trained) if certified else {}
            grown = noise_picture.grow(
                circuits,
                libraries,
                sweeps,
                bounds,
                patterns=patterns,
                seed=seed,
                progress=progress,
            )
            noise_picture.write(
                picture, circuit, titles, sweeps, bounds, grown, theme=theme, force=force
            )
            figures |= {"plot": str(picture), "depths": noise_picture.as_json(grown)}
    if json:
        output.emit_json("noise", certified=certified, patterns=patterns, seed=seed, **figures)
    else:
        _show(circuit, sweeps, titles)
    if not _sampled(sweeps):
        raise typer.Exit(4)
    if not json:
        if picture is not None:
            output.say("", f"wrote {picture}")
        output.next_step(f"circuits compose {circuit.title}")


def _numbers(option: str, text: str) -> tuple[float, ...]:
    """The levels an option gives.

    Raises:
        UsageError: it is not a list of possible noises.
    """
    from gatewright.circuits.simulate.noise import check_noise
    from gatewright.logic.numerals import cut

    parts = text.split(",")
    if len(parts) > MOST_LEVELS:
        raise UsageError(
            f"{option} has {len(parts)} levels, more than the {MOST_LEVELS} that are swept",
            hint=f"as in {option} 0.1,0.2",
        )
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        raise UsageError(
            f"{option} {cut(text)} is not a list of numbers", hint=f"as in {option} 0.1,0.2"
        ) from None
    for number in numbers:
        check_noise(number)
    return numbers


def _sampled(sweeps: dict[Where, Sweep]) -> int:
    """Output bits sampled at each level, the same number at all."""
    return next(levels[0].bits for sweep in sweeps.values() for levels in sweep.values())


def _show(circuit: Circuit, sweeps: dict[Where, Sweep], titles: Mapping[str, str]) -> None:
    from gatewright.logic.numerals import as_count

    output.say(f"{output.bold(circuit.title)}: {output.made_of(circuit.netlist)}")
    if not _sampled(sweeps):
        output.say("undecided: no pattern of the sample lies in the circuit's domain")
        return
    level = next(iter(sweeps.values()))[TRAINED][0]
    output.say(
        f"sampled: {as_count(level.patterns)} random patterns, {as_count(level.bits)} output "
        "bits at each level"
    )
    for where, sweep in sweeps.items():
        output.say("", SWEPT[where], "", *_table(sweep, titles), "")
        for kind, levels in sweep.items():
            output.say(f"{titles[kind]}: {_summary(levels)}")


def _table(sweep: Sweep, titles: Mapping[str, str]) -> list[str]:
    """Level by level, the figures of both kinds of gates side by side."""
    from gatewright.logic.numerals import as_count

    rows = [
        [f"{pair[0].noise:g}"]
        + [
            cell
            for level in pair
            for cell in (
                as_count(level.wrong_bits),
                f"{level.rate:.3g}",
                _distance(level.worst_distance),
            )
        ]
        for pair in zip(sweep[TRAINED], sweep[BASELINE], strict=True)
    ]
    header = ["noise", *["wrong bits", "rate", "worst wire"] * 2]
    lines = output.table(header, rows, right=range(len(header)))
    starts = [match.start() for match in re.finditer("─+", lines[1])]
    first, second = starts[1], starts[4]
    return [f"{'':{first}}{titles[TRAINED]:<{second - first}}{titles[BASELINE]}", *lines]


def _summary(levels: Sequence[NoiseLevel]) -> str:
    """Where the first bits went wrong, and the wire that strayed farthest."""
    wrong = [level.noise for level in levels if level.wrong_bits]
    text = f"first wrong bits at {min(wrong):g}" if wrong else "no wrong bit in this sample"
    worst = max(levels, key=lambda level: level.worst_distance)
    if not worst.worst_wire:
        return f"{text}; every wire exactly on its logic value"
    return f"{text}; farthest wire {worst.worst_wire}, at {worst.noise:g}"


def _distance(distance: float) -> str:
    return f"{distance:.4f}" if distance < 1000 else f"{distance:.1e}"


def _as_json(circuit: Circuit, sweeps: dict[Where, Sweep]) -> dict[str, Any]:
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "gates": dict(sorted(Counter(each.gate for each in circuit.netlist.instances).items())),
        **{
            where: {
                kind: [{**dataclasses.asdict(level), "rate": level.rate} for level in levels]
                for kind, levels in sweep.items()
            }
            for where, sweep in sweeps.items()
        },
    }


def _doubtful(gate: TrainedGate) -> bool:
    """Whether nothing is proved of a gate, or its datasheet does not hold."""
    from gatewright.gates.datasheet import doubt

    sheet = gate.datasheet
    return sheet is None or bool(doubt(gate.spec, gate.architecture, gate.theta, sheet))
