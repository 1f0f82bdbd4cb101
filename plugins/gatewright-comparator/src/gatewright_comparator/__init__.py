"""A gate that compares two bits, and a circuit of it that compares two numbers.

Example:
    >>> [gate.name for gate in gatewright_gates()], [each.name for each in gatewright_circuits()]
    (['comparator'], ['magnitude-comparator'])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright import CircuitBuilder, CircuitSpec, GateSpec, Parameter, hookimpl
from gatewright.circuits.builder import Wire
from gatewright.circuits.circuit import Buses

OUTPUTS = ("lt", "eq", "gt")


@hookimpl
def gatewright_gates() -> Iterator[GateSpec]:
    """One bit against another."""
    yield GateSpec.from_function(
        "comparator",
        lambda a, b: (a < b, a == b, a > b),
        inputs=("a", "b"),
        outputs=OUTPUTS,
        summary="is a less than, equal to or greater than b?",
    )


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """One number against another."""
    yield CircuitSpec(
        "magnitude-comparator",
        "lt, eq, gt = is a less than, equal to or greater than b?",
        (Parameter("bits", 4, "width of a and b", maximum=1024),),
        build,
        reference,
    )


def build(circuit: CircuitBuilder, *, bits: int) -> None:
    """Place the gates."""
    result = compare(circuit, circuit.input_bus("a", bits), circuit.input_bus("b", bits))
    for name, wire in zip(OUTPUTS, result, strict=True):
        circuit.output(name, wire)


def compare(circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire]) -> Sequence[Wire]:
    """The wires lt, eq, gt: the high half decides; where it is equal, the low half does."""
    if len(a) == 1:
        return circuit.instance("comparator", a[0], b[0], name="compare")
    half = len(a) // 2
    with circuit.block("low"):
        low_lt, low_eq, low_gt = compare(circuit, a[:half], b[:half])
    with circuit.block("high"):
        lt, eq, gt = compare(circuit, a[half:], b[half:])
    return (
        circuit.gate("mux", eq, lt, low_lt, name="lt"),
        circuit.gate("and", eq, low_eq, name="eq"),
        circuit.gate("mux", eq, gt, low_gt, name="gt"),
    )


def reference(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What integers say: Python's own operators, which also work on arrays of any width."""
    a, b = buses["a"], buses["b"]
    return {"lt": a < b, "eq": a == b, "gt": a > b}
