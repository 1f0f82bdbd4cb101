"""A circuit with what somebody says that it should compute.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = specified(circuit("ripple-adder", bits=16), ["a + b + cin"])
    >>> print(adder.prove())
    exact gates = integer reference: proved by decision diagrams (all 2^33)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gatewright.circuits.program import refuse_registers
from gatewright.circuits.references.lines import condition, reference, says_outputs, told
from gatewright.errors import UsageError
from gatewright.text import a_kind

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit

TRIED = 2**10
"""Patterns that tell in which order outputs are one number."""


def specified(circuit: Circuit, texts: Sequence[str]) -> Circuit:
    """The circuit, to be compared with what texts say.

    Args:
        circuit: one without registers.
        texts: as `told` takes them.

    Raises:
        UsageError: they are not such texts, or leave an output out.
        NetlistError: it has registers or memories.
    """
    refuse_registers(circuit.netlist)
    for text in texts:
        if not isinstance(text, str):
            raise UsageError(
                f"{a_kind(text)} does not say what outputs should be",
                hint="give texts one after the other, as in 'sum = a + b', 'carry = a + b > 15'",
            )
    names = [bus.name for bus in circuit.netlist.outputs]
    first = _with(circuit, texts, names)
    if len(names) == 1 or all(says_outputs(text) for text in texts):
        return first
    if first.check(samples=TRIED).outcome != "refuted":
        return first
    second = _with(circuit, texts, names[::-1])
    return first if second.check(samples=TRIED).outcome == "refuted" else second


def _with(circuit: Circuit, texts: Sequence[str], order: Sequence[str]) -> Circuit:
    netlist = circuit.netlist
    inputs = {bus.name: bus.width for bus in netlist.inputs}
    lines, where = told(texts, order)
    compute = reference(lines, inputs, {bus.name: bus.width for bus in netlist.outputs})
    domain = condition(where, inputs) if where else None
    return replace(circuit, spec=replace(circuit.spec, reference=compute, domain=domain))
