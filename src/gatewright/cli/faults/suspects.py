"""Where the fault of a device may lie: shown, written, and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import output
from gatewright.cli.faults.patterns import fault_json

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.faults.diagnosis.suspect import Diagnosis, Showed, Suspect

SHOWN = 10
"""Suspects that are listed; ``--json`` has them all."""

_PLACES, _WHY = 4, 2
"""Places and explanations of a suspect that are listed."""


def show_suspects(circuit: Circuit, found: Diagnosis, what: str, *, listed: bool = True) -> None:
    """Print how many rows failed and, unless more than one place is known to be at fault, the suspects."""
    rows = output.counted(found.rows, "different row")
    if not found.failing:
        output.say(f"{output.bold(circuit.title)}, {what}: none of {rows} is wrong")
        return
    outputs = ", ".join(found.outputs[:_PLACES]) + ", …" * (len(found.outputs) > _PLACES)
    output.say(
        f"{output.bold(circuit.title)}, {what}: {found.failing:,} of {rows} "
        f"{'is' if found.failing == 1 else 'are'} wrong, at {outputs}"
    )
    if not listed:
        return
    output.say("")
    least = (
        f"without any, {output.counted(found.without, 'row')} "
        f"{'is' if found.without == 1 else 'are'} not explained"
    )
    if not found.suspects:
        output.say(f"no fault in one place explains more rows than none does; {least}")
        return
    if not found.exact:
        output.say(f"no fault in one place explains every row; nearest first ({least})", "")
    header = ["", "where", "gate", "likely" if found.exact else "rows not explained", "as by"]
    table = [_row(number, each) for number, each in enumerate(found.suspects[:SHOWN], 1)]
    output.say(*output.table(header, table, right=(0, 3)))
    more = len(found.suspects) - SHOWN
    if more > 0:
        output.say(f"… and {more:,} more")


def _row(number: int, each: Suspect) -> list[str]:
    places = " or ".join(each.places[:_PLACES])
    places += f" or {len(each.places) - _PLACES} more" * (len(each.places) > _PLACES)
    measure = f"{each.unexplained:,}" if each.unexplained else _percent(each.share)
    return [str(number), places, each.gate, measure, _why(each)]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "< 1 %"


def _why(each: Suspect) -> str:
    """What at the first place would explain the rows."""
    some = [str(fault) for fault in each.faults] or list(each.changed)
    return ", ".join(some[:_WHY]) + ", …" * (len(some) > _WHY)


def suspects_json(circuit: Circuit, found: Diagnosis) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "rows": found.rows,
        "failing": found.failing,
        "outputs": list(found.outputs),
        "exact": found.exact,
        "without": found.without,
        "suspects": [
            {
                "places": list(each.places),
                "gate": each.gate,
                "share": each.share,
                "unexplained": each.unexplained,
                "faults": [fault_json(fault) for fault in each.faults],
                "changed": list(each.changed),
            }
            for each in found.suspects
        ],
    }


def showed_file(circuit: Circuit, showed: Showed, what: str, out: Path) -> str:
    """What a device showed as a file, by its ending."""
    from gatewright.circuits.buses import rows_of
    from gatewright.formats.showed import write_showed
    from gatewright.formats.vectors import write_vectors

    given = rows_of(circuit.netlist.inputs, showed.patterns)
    gave = rows_of(circuit.netlist.outputs, showed.outputs)
    said = [f"what {circuit.title} shows with {what}"]
    write = write_showed if out.suffix.lower() == ".csv" else write_vectors
    return write(given, gave, said)
