"""Test patterns in a report: how many patterns show how many of a circuit's stuck wires.

Without SAT, so that the page is the same wherever it is made: what random patterns do not show is left open.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=2)
    >>> "2 patterns of its inputs show all 18 faults" in faults_part(adder.netlist, adder.title)
    True
"""

from __future__ import annotations

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.faults.generation import stuck_faults
from gatewright.circuits.netlist import Netlist
from gatewright.draw.report.page import cell
from gatewright.logic.formula import MOST_INPUTS
from gatewright.logic.numerals import as_count, counted

MOST_GATES = 1000
"""Gates of a circuit of which that is told; more take seconds."""


def faults_part(netlist: Netlist, title: str) -> str:
    """What patterns show of stuck wires; nothing of a circuit that is large, or has very wide gates."""
    wide = any(len(spec.table.inputs) > MOST_INPUTS for spec in netlist.gates.values())
    once = cut(netlist)
    if len(netlist.instances) > MOST_GATES or wide or not once.input_nets:
        return ""
    found = stuck_faults(once, time_limit=0)
    shown = counted(len(found.detected), "fault")
    whole = len(found.detected) == found.classes
    told = (
        f"{counted(len(found.patterns), 'pattern')} of its inputs "
        f"{'shows' if len(found.patterns) == 1 else 'show'} "
        + (
            f"all {shown}"
            if whole
            else f"{as_count(len(found.detected))} of {counted(found.classes, 'fault')}"
        )
        + " of wires that are stuck at 0 or 1, those that no pattern tells apart counted once"
    )
    if found.untestable:
        told += f"; {as_count(len(found.untestable))} no pattern shows at all, which is proved"
    if found.undecided:
        told += (
            f"; random patterns do not show the other {as_count(len(found.undecided))}, "
            f"<code>circuits faults {cell(title)}</code> decides them by SAT"
        )
    cycle = "Of one cycle: " if netlist.registers else ""
    return f"<p>Test patterns. {cycle}{told}.</p>"
