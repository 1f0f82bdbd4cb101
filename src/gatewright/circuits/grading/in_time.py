"""Where a circuit with registers is not the one asked for: the cycle, and the inputs up to it.

A submission that keeps state where none is asked for is mostly wrong in its first cycle. What it does then is a
circuit without registers, so the smallest pattern is found as for those.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> counter = plugins.circuit("counter")
    >>> asked = counter.elaborate({"bits": 2}, plugins.gates)
    >>> given = counter.elaborate({"bits": 2, "modulo": 3}, plugins.gates)
    >>> found = differences_in_time(given, asked, time_limit=10)
    >>> found.claim.counterexample.outputs, len(found.earlier)
    ((BusDifference(bus='count', wanted=3, got=0),), 3)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from gatewright.circuits.buses import row_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.circuits.clocked.equal.trace import traced
from gatewright.circuits.grading.differences import differences
from gatewright.circuits.netlist import Instance
from gatewright.circuits.program import kept
from gatewright.circuits.verify.verdict import Claim, Counterexample, Trace
from gatewright.gates.functions import function_spec
from gatewright.records import dataclass

_TRIED = 200
"""Cycles and ones of a trace, of which each is left out once, to see whether it matters."""


@dataclass(frozen=True, slots=True)
class InTime:
    """What came of comparing two circuits in every cycle.

    Attributes:
        claim: that they are equal in every cycle; where it is refuted, with the inputs of the cycle that differs.
        bits: by output bit, ``right``, ``wrong`` or ``undecided`` in the first cycle, where that one differs.
        earlier: the inputs of the cycles before; None where no cycle differs.
        begins: what registers without an initial value hold at first, by name.
    """

    claim: Claim
    bits: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[Mapping[str, int], ...] | None = None
    begins: Mapping[str, int] = field(default_factory=dict)


def differences_in_time(first: Circuit, second: Circuit, *, time_limit: float) -> InTime:
    """Compare two circuits, at least one of which has registers or memories.

    Args:
        first: the one that ``got`` a value.
        second: the one whose value was ``wanted``.
        time_limit: of each proof by SAT, in seconds.

    Raises:
        UsageError: their buses are not the same.
        NetlistError: one of them is not a circuit.
        MissingSolverError: SAT is needed, and python-sat is not installed.
    """
    claim = equivalence_in_time(first, second, time_limit=time_limit)
    trace = claim.trace
    if claim.outcome != "refuted" or trace is None:
        return InTime(claim)
    if not keeps_state(second) and not first.netlist.memories:
        begun = differences(_first_cycle(first), second, time_limit=time_limit)
        if begun.claim.counterexample is not None:
            found = replace(claim, counterexample=begun.claim.counterexample)
            return InTime(found, begun.bits, (), trace.begins)
    if not first.netlist.memories and not second.netlist.memories:
        trace = _shortened(first, second, trace)
    *earlier, last = trace.inputs
    one = trace.output
    example = Counterexample(last, (one,), one.bus, one.wanted or 0, one.got or 0)
    return InTime(replace(claim, counterexample=example), {}, tuple(earlier), trace.begins)


def _shortened(first: Circuit, second: Circuit, trace: Trace) -> Trace:
    """Fewer cycles and fewer ones of inputs that end in a difference still; long traces stay as they are."""
    begins = list(trace.begins.values())
    rows = [row_bits(first.netlist.inputs, each).tolist() for each in trace.inputs]
    if sum(map(sum, rows)) + len(rows) > _TRIED:
        return trace
    tries = [(cycle, -1) for cycle in range(len(rows) - 1)][::-1]
    tries += [(cycle, bit) for cycle in range(len(rows)) for bit in range(len(rows[0]))]
    for cycle, bit in tries:
        if cycle >= len(rows) or (bit >= 0 and not rows[cycle][bit]):
            continue
        other = [list(row) for row in rows]
        if bit < 0:
            del other[cycle]
        else:
            other[cycle][bit] = 0
        found = traced(first, second, other, begins)
        if found is not None:
            trace, rows = found, other[: len(found.inputs)]
    return trace


def keeps_state(circuit: Circuit) -> str:
    """What a circuit keeps from cycle to cycle, in words; empty if nothing.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> keeps_state(circuit("counter", bits=2)), keeps_state(circuit("ripple-adder", bits=2))
        ('2 registers', '')
    """
    netlist = circuit.netlist
    clock = netlist.clock.name if netlist.clock is not None else ""
    moved = f" that the clock '{clock}' moves" if netlist.clocked and clock else ""
    return f"{' and '.join(kept(netlist))}{moved}"


def _first_cycle(circuit: Circuit) -> Circuit:
    """What a circuit does in its first cycle, where registers begin as they say, or else as 0."""
    netlist = circuit.netlist
    reads = netlist.input_nets[0]
    gates = dict(netlist.gates)
    held = []
    for each in netlist.registers:
        spec = function_spec((0b11 if each.initial else 0b00,), 1)
        gates[spec.name] = spec
        held.append(Instance(each.q, spec.name, (reads,), (each.q,)))
    begun = replace(
        netlist,
        gates=dict(sorted(gates.items())),
        instances=(*held, *netlist.instances),
        registers=(),
        clock=None,
        table=None,
        states=None,
    )
    return replace(circuit, netlist=begun)
