"""How ``circuits library list`` shows a library."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.gates.npn.classes import NpnLibrary


def show(path: Path, made: NpnLibrary) -> None:
    """Print a table of what there is for each number of inputs."""
    output.say(f"{output.bold(made.name)}: {path}, {path.stat().st_size / 1000:.0f} kB", "")
    header = ("inputs", "classes", "proved", "widest margin", "weights off by, %", "parameters")
    rows = [
        (
            str(each["inputs"]),
            str(each["classes"]),
            str(each["proved"]),
            _spread(each["widest"], "{:.3f}"),
            _spread(each["weight_tolerance"], "{:.1f}", 100),
            _spread(each["parameters"], "{:g}"),
        )
        for each in summaries(made)
    ]
    output.say(*output.table(header, rows, right=(0, 1, 2)))
    output.say("", "least, median and greatest of the proved gates")
    from gatewright.gates.training.again import earlier

    if any(earlier(gate) for gate in made.gates.values()):
        told = f"trained by an earlier version: 'circuits library build {made.name} --force' makes them"
        output.say("", f"{told} smaller and more tolerant")


def _spread(three: Sequence[float] | None, shown: str, times: int = 1) -> str:
    """Least, median and greatest; one number if all are equal."""
    if three is None:
        return "–"
    return "  ".join(dict.fromkeys(shown.format(each * times) for each in three))


def summaries(made: NpnLibrary) -> list[dict[str, Any]]:
    """What there is for each number of inputs."""
    from gatewright.gates.datasheet import doubt
    from gatewright.gates.npn.classes import class_specs

    summaries = []
    specs = class_specs(made.name)
    for inputs in sorted({len(spec.table.inputs) for spec in specs}):
        names = [spec.name for spec in specs if len(spec.table.inputs) == inputs]
        gates = [made.gates[each] for each in names if each in made.gates]
        sheets = [
            gate.datasheet
            for gate in gates
            if gate.datasheet is not None
            and not doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
        ]
        summaries.append(
            {
                "inputs": inputs,
                "classes": len(names),
                "proved": len(sheets),
                "widest": _three([sheet.widest for sheet in sheets]),
                "weight_tolerance": _three([sheet.weight_tolerance for sheet in sheets]),
                "parameters": _three([gate.architecture.parameters for gate in gates]),
            }
        )
    return summaries


def _three(numbers: Sequence[float]) -> tuple[float, float, float] | None:
    return (min(numbers), statistics.median(numbers), max(numbers)) if numbers else None
