"""An arithmetic logic unit: eight operations, four flags.

The last family: its adder is a block of `adders`, its operations are chosen by multiplexers.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("alu").elaborate({"bits": 4}, plugins.gates)
    >>> [each.name for each in circuit.netlist.instances if each.gate == "full-adder"]
    ['add/fa0', 'add/fa1', 'add/fa2', 'add/fa3']
    >>> OPERATIONS
    ('and', 'or', 'xor', 'nor', 'add', 'sub', 'less-signed', 'less')
    >>> verify(circuit, None).claims[0].outcome
    'proved'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.circuit import Buses

OPERATIONS = ("and", "or", "xor", "nor", "add", "sub", "less-signed", "less")
"""By number, as the bus ``op`` gives it."""


class Outcome(NamedTuple):
    """What comes out of an ALU.

    Attributes:
        result: of the operation; for a comparison 1 or 0.
        zero: the result is 0.
        negative: the result's sign bit.
        carry: out of the adder; in a subtraction 1 if nothing is borrowed; 0 for logic.
        overflow: the sum or difference does not fit two's complement; 0 for logic.
    """

    result: list[Wire]
    zero: Wire
    negative: Wire
    carry: Wire
    overflow: Wire


def calculate(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], op: Sequence[Wire]
) -> Outcome:
    """Both halves of an ALU and the choice between them: op[2] is 0 for logic, 1 for arithmetic.

    Some 12 gates for each bit; n levels for the adder and log₂n for the zero flag, and a few more. After
    the ALU of D. A. Patterson and J. L. Hennessy, Computer Organization and Design, appendix A.
    """
    with circuit.block("logic"):
        logic = [
            _logic(circuit, x, y, op, bit) for bit, (x, y) in enumerate(zip(a, b, strict=True))
        ]
    minus = circuit.gate("or", op[0], op[1], name="minus")  # every arithmetic operation but add
    turned = [circuit.gate("xor", wire, minus, name=f"turned{bit}") for bit, wire in enumerate(b)]
    with circuit.block("add"):
        total, out = ripple(circuit, a, turned, minus)
    sign = circuit.gate("xor", a[-1], total[-1], name="sign_changed")
    other = circuit.gate("xor", turned[-1], total[-1], name="other_sign")
    overflows = circuit.gate("and", sign, other, name="overflows")
    # a < b: the difference is negative, unless it overflowed; without signs, it borrowed.
    less_signed = circuit.gate("xor", total[-1], overflows, name="less_signed")
    borrow = circuit.gate("not", out, name="borrow")
    less = circuit.gate("mux", op[0], less_signed, borrow, name="less")
    no_comparison = circuit.gate("not", op[1], name="no_comparison")
    arithmetic = [circuit.gate("mux", op[1], total[0], less, name="arithmetic0")] + [
        circuit.gate("and", wire, no_comparison, name=f"arithmetic{bit}")
        for bit, wire in enumerate(total[1:], 1)
    ]
    result = [
        circuit.gate("mux", op[2], x, y, name=f"result{bit}")
        for bit, (x, y) in enumerate(zip(logic, arithmetic, strict=True))
    ]
    with circuit.block("zero"):
        some = circuit.tree("or", result)
    return Outcome(
        result,
        circuit.gate("not", some, name="zero"),
        result[-1],
        circuit.gate("and", op[2], out, name="carry"),
        circuit.gate("and", op[2], overflows, name="overflow"),
    )


def _logic(circuit: CircuitBuilder, x: Wire, y: Wire, op: Sequence[Wire], bit: int) -> Wire:
    """One bit of AND, OR, XOR, NOR."""
    with circuit.block(f"bit{bit}"):
        both = circuit.gate("and", x, y, name="and")
        either = circuit.gate("or", x, y, name="or")
        low = circuit.gate("mux", op[0], both, either, name="low")
        differ = circuit.gate("xor", x, y, name="xor")
        neither = circuit.gate("nor", x, y, name="nor")
        high = circuit.gate("mux", op[0], differ, neither, name="high")
        return circuit.gate("mux", op[1], low, high, name="y")


# With ports


def alu(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of an ALU: a, b and op in; result, zero, negative, carry and overflow out."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    outcome = calculate(circuit, a, b, circuit.input_bus("op", 3))
    circuit.output_bus("result", outcome.result)
    for name, wire in zip(Outcome._fields[1:], outcome[1:], strict=True):
        circuit.output(name, wire)


def calculation(buses: Buses, *, bits: int) -> Buses:
    """What an ALU computes."""
    a, b, op = buses["a"], buses["b"], buses["op"]
    ones, modulus, half = 2**bits - 1, 2**bits, 2 ** (bits - 1)
    signed_a, signed_b = (bus - (bus >> (bits - 1)) * modulus for bus in (a, b))
    adds, subtracts = op == 4, op >= 5
    whole = a + b
    rest = a - b
    results = (
        *(a & b, a | b, a ^ b, (a | b) ^ ones, whole % modulus, rest % modulus),
        *((signed_a < signed_b) * 1, (a < b) * 1),
    )
    result = sum((op == number) * value for number, value in enumerate(results))
    signed = adds * (signed_a + signed_b) + subtracts * (signed_a - signed_b)
    return {
        "result": result,
        "zero": result == 0,
        "negative": result >> (bits - 1),
        "carry": (adds & (whole > ones)) | (subtracts & (rest >= 0)),
        "overflow": (signed >= half) | (signed < -half),
    }
