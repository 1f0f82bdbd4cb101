"""Don't-care rows: which gates of a circuit never meet theirs, whatever its inputs.

Nothing is proved of what a gate gives in a don't-care row. So a gate that has some is certified only where no
instance meets one, and a netlist of exact gates is proved only there: decision diagrams say where that is.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.logic.truth_table import TruthTable
    >>> from gatewright.circuits.spec import CircuitSpec
    >>> kinds = {"loose-or": GateSpec("loose-or", TruthTable.from_rows("011-", "ab", "y"))}
    >>> def build(circuit):
    ...     circuit.output("y", circuit.gate("loose-or", circuit.input("a"), circuit.input("b")))
    >>> spec = CircuitSpec("one", "", (), build, lambda buses: {"y": buses["a"] | buses["b"]})
    >>> never_met(spec.elaborate({}, kinds))
    set()
"""

from __future__ import annotations

from dataclasses import replace

from gatewright.circuits.buses import row_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells
from gatewright.circuits.verify.diagrams.net_functions import (
    Order,
    inside_domain,
    net_diagrams,
    variable_orders,
)
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import Claim
from gatewright.logic.bdd import FALSE, MOST_NODES, Diagrams, TooManyNodesError
from gatewright.logic.truth_table import TruthTable


def within_cares(claim: Claim, *circuits: Circuit) -> Claim:
    """A claim about exact gates, undecided where one of them may meet a don't-care row.

    Exact gates give 0 there, a trained gate may give 1: what holds for one says nothing about the other.
    """
    if claim.outcome in ("proved", "sampled"):
        for circuit in circuits:
            for kind in sorted(loose_gates(circuit) - never_met(circuit)):
                reason = (
                    f"gate '{kind}' has don't-care rows, and the circuit may reach one: exact gates are "
                    "read as 0 there, a trained gate may give 1"
                )
                return replace(claim, outcome="undecided", reason=reason)
    return claim


def explained(claim: Claim, circuit: Circuit) -> Claim:
    """A claim that is refuted where a don't-care row is met says so, and what leaves such patterns out."""
    found = claim.counterexample
    loose = loose_gates(circuit)
    if claim.outcome != "refuted" or claim.reason or found is None or not loose:
        return claim
    program = compile_netlist(circuit.netlist)
    pattern = row_bits(circuit.netlist.inputs, found.inputs)[None]
    values = evaluate(program, exact_cells(program), pattern)[:, 0]
    nets = dict(zip(program.nets, values.tolist(), strict=True))
    for each in circuit.netlist.instances:
        if each.gate in loose:
            row = int("".join(str(int(nets[net])) for net in each.inputs), 2)
            if _open_rows(circuit.netlist.gates[each.gate].table) >> row & 1:
                bus, value = next(iter(found.inputs.items()))
                reason = (
                    f"instance '{each.name}' meets a don't-care row of '{each.gate}', which promises nothing "
                    "there; a domain leaves such patterns out, as in CircuitSpec(…, domain=lambda buses, **_: "
                    f"buses['{bus}'] != {value})"
                )
                return replace(claim, reason=reason)
    return claim


def loose_gates(circuit: Circuit) -> set[str]:
    """The gates of a circuit that have don't-care rows."""
    return {kind for kind, spec in circuit.netlist.gates.items() if not spec.table.care.all()}


def never_met(circuit: Circuit) -> set[str]:
    """The gates with don't-care rows of which no instance meets one, on any pattern of the circuit's domain.

    Gates for which that could not be decided are left out, too.
    """
    loose = loose_gates(circuit)
    if not loose:
        return set()
    program = compile_netlist(circuit.netlist)
    for order in variable_orders(circuit.netlist.inputs):
        try:
            return loose - _met(circuit, program, order, loose)
        except TooManyNodesError:
            continue
        except CannotFollowError:
            break
    return set()


def _met(circuit: Circuit, program: Program, order: Order, loose: set[str]) -> set[str]:
    diagrams = Diagrams(len(order), MOST_NODES)
    inside = inside_domain(circuit, diagrams, order)
    nets = net_diagrams(program, diagrams, order, None)
    met = set()
    for step in program.steps:
        if step.gate in loose:
            rows = _open_rows(program.gates[step.gate].table)
            for pins in step.inputs.T.tolist():
                reached = diagrams.table(rows, [nets[pin] for pin in pins])
                if diagrams.both(inside, reached) != FALSE:
                    met.add(step.gate)
    return met


def _open_rows(table: TruthTable) -> int:
    """A truth table of one output: 1 in the rows in which some output does not matter."""
    full = 2**table.rows - 1
    rows = 0
    for care in table.cares:
        rows |= full & ~care
    return rows
