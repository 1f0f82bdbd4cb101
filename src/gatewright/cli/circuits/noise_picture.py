"""What ``circuits noise --plot`` draws: the sweep, and the same noise on circuits of growing depth."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import circuit_words, new_files

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.simulate.noise import NoiseLevel, Where
    from gatewright.cli.output import Progress
    from gatewright.draw.picture import Theme
    from gatewright.draw.plots.noise import Grown
    from gatewright.gates.trained import TrainedGate
    from gatewright.plugins.manager import Plugins

Levels = Mapping[str, Sequence["NoiseLevel"]]
"""The levels of each kind of gates."""


def smaller(
    plugins: Plugins, words: circuit_words.Words, circuit: Circuit, library: str | None
) -> list[Circuit]:
    """The same circuit with its first number doubled again and again, up to the one asked for.

    Nothing for a file, or a circuit without a number.
    """
    parameter = next((each for each in circuit.spec.parameters if not each.choices), None)
    if parameter is None:
        return []
    found, value = [], parameter.minimum
    while value < int(circuit.parameters[parameter.name]):
        parameters = {**words.parameters, parameter.name: str(value)}
        few = dataclasses.replace(words, parameters=parameters)
        found.append(circuit_words.elaborate(plugins, few, library))
        value = max(2 * value, 1)
    return found


def proved(gates: Mapping[str, TrainedGate]) -> dict[Where, float]:
    """The noise that gates are proved to bear together, on wires and on weights; nothing if one is not proved."""
    sheets = [gate.datasheet for gate in gates.values() if gate.datasheet is not None]
    if len(sheets) < len(gates) or not sheets:
        return {}
    margin = min(sheet.vil for sheet in sheets) - max(sheet.vol for sheet in sheets)
    tolerance = min(sheet.weight_tolerance for sheet in sheets)
    return {"wires": max(margin, 0.0), "weights": tolerance}


def grow(
    circuits: Sequence[Circuit],
    libraries: Mapping[str, Mapping[str, TrainedGate]],
    sweeps: Mapping[Where, Levels],
    bounds: Mapping[Where, float],
    *,
    patterns: int,
    seed: int,
    progress: Progress,
) -> list[Grown]:
    """Count the wrong bits of circuits of growing depth at a few of the levels of the first sweep.

    Args:
        circuits: the smallest first; a single one leaves nothing to compare.
        libraries: gates of each kind.
        sweeps: of the last circuit.
        bounds: the noise that is proved harmless.
        patterns: at each level.
        seed: of everything random.
        progress: told of the progress.
    """
    from gatewright.circuits.program import compile_netlist
    from gatewright.circuits.simulate.noise import noise_sweep
    from gatewright.draw.plots.noise import Grown, followed

    where, swept = next(iter(sweeps.items()))
    levels = next(iter(swept.values()))
    noises = followed([level.noise for level in levels], bounds.get(where, 0.0))
    if len(circuits) < 2 or not noises:
        return []
    found = []
    for circuit in circuits:
        progress.label(circuit.title)
        counted = {
            kind: noise_sweep(
                circuit,
                gates,
                noises,
                where=where,
                patterns=patterns,
                seed=seed,
                watch=progress.update,
            )
            for kind, gates in libraries.items()
        }
        if all(level.bits for each in counted.values() for level in each):
            found.append(Grown(compile_netlist(circuit.netlist).depth, counted))
    return found


def write(
    path: Path,
    circuit: Circuit,
    titles: Mapping[str, str],
    sweeps: Mapping[Where, Levels],
    bounds: Mapping[Where, float],
    grown: Sequence[Grown],
    *,
    theme: Theme | None,
    force: bool,
) -> None:
    """Draw what was counted.

    Raises:
        UsageError: the file cannot be written.
    """
    from gatewright.draw.plots.noise import Kind, Sweep, noise

    first, second = (Kind(name, words) for name, words in titles.items())
    drawn = [Sweep(where, levels, bounds.get(where, 0.0)) for where, levels in sweeps.items()]
    picture = noise(circuit.title, (first, second), drawn, grown).themed(theme)
    new_files.write_new(path, picture.encoded(path.suffix), force=force)


def as_json(grown: Sequence[Grown]) -> list[dict[str, Any]]:
    """What was counted at each depth, as plain values."""
    return [
        {
            "depth": each.depth,
            **{
                kind: [{**dataclasses.asdict(level), "rate": level.rate} for level in levels]
                for kind, levels in each.levels.items()
            },
        }
        for each in grown
    ]
