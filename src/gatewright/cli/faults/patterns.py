"""Test patterns for stuck wires: shown, written, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.faults.generation import StuckFaults
    from gatewright.circuits.faults.stuck import Fault

SHOWN = 12
"""Faults of a kind that are listed; ``--json`` has them all."""


def show_patterns(circuit: Circuit, found: StuckFaults) -> None:
    """Print how many faults there are of each kind, and some of those that no pattern shows."""
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
            output.say("", f"{what}:", *(f"  {_line(each)}" for each in some[:SHOWN]), *more)


def _line(fault: Fault) -> str:
    """A fault, and how many no pattern tells from it."""
    others = len(fault.others)
    alike = f", and {others:,} that {'is' if others == 1 else 'are'} alike" if others else ""
    return f"{fault}{alike}"


def patterns_file(circuit: Circuit, found: StuckFaults, out: Path) -> str:
    """The patterns as a file, by its ending."""
    from gatewright.circuits.buses import rows_of
    from gatewright.formats.stimulus import write_stimulus
    from gatewright.formats.vectors import write_vectors

    given = rows_of(circuit.netlist.inputs, found.patterns)
    said = [
        f"{circuit.title}: {len(found.patterns)} patterns, which show {len(found.detected)} of "
        f"{found.classes} stuck-at faults; {len(found.untestable)} are untestable"
    ]
    if out.suffix.lower() == ".csv":
        return write_stimulus(given, said)
    return write_vectors(given, rows_of(circuit.netlist.outputs, found.outputs), said)


def patterns_json(circuit: Circuit, found: StuckFaults) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "gates": len(circuit.netlist.instances),
        "faults": found.total,
        "collapsed": found.classes,
        "detected": len(found.detected),
        "untestable": _every(found.untestable),
        "undecided": _every(found.undecided),
        "classes": {
            "detected": len(found.detected),
            "untestable": len(found.untestable),
            "undecided": len(found.undecided),
        },
        "coverage": found.coverage,
        "proved_by": "every pattern" if found.every else "sat",
        "reason": found.reason,
        "simulated": found.tried,
        "inputs": [bit for bus in circuit.netlist.inputs for bit in bus.bits],
        "outputs": [bit for bus in circuit.netlist.outputs for bit in bus.bits],
        "patterns": ["".join(map(str, each)) for each in found.patterns.tolist()],
        "responses": ["".join(map(str, each)) for each in found.outputs.tolist()],
    }


def _every(classes: Sequence[Fault]) -> list[dict[str, Any]]:
    """All faults of some classes: each with how many its class has, and the one that is listed of them."""
    return [
        {**fault_json(each), "alike": first.alike, "class": str(first)}
        for first in classes
        for each in (first, *first.others)
    ]


def fault_json(fault: Fault) -> dict[str, Any]:
    """A fault as plain values."""
    return {"net": fault.net, "value": fault.value, "into": fault.into}
