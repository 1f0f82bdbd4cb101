"""Multipliers: a carry-save array, and Wallace's tree.

Both begin with an AND gate for every pair of a bit of a and a bit of b; they differ in the order in which
these partial products are added.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> for name in ("array-multiplier", "wallace-multiplier"):
    ...     netlist = plugins.circuit(name).elaborate({"bits": 16}, plugins.gates).netlist
    ...     print(f"{name}: {len(netlist.instances)} gates, {compile_netlist(netlist).depth} levels")
    array-multiplier: 496 gates, 31 levels
    wallace-multiplier: 734 gates, 15 levels
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.builders.prefix_adders import Span, kogge_stone_spans, sum_of_spans
from gatewright.circuits.circuit import Buses
from gatewright.errors import UsageError


def array_product(circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire]) -> list[Wire]:
    """A row of adders for every bit of b; carries go down to the next row, not along (E. L. Braun, 1963).

    n² AND gates, n(n - 2) full and n half adders, 2n - 1 levels, for n of at least 2 bits.
    """
    above: list[Wire] = []  # the sums of the row before
    carries: list[Wire] = []  # and its carries, which weigh as much as the next row's products
    product = []
    for row, y in enumerate(b):
        with circuit.block(f"row{row}"):
            sums = [circuit.gate("and", x, y, name=f"and{at}") for at, x in enumerate(a)]
            out = []
            for at, wire in enumerate(above[1:]):
                carry, sums[at] = _added(circuit, [sums[at], wire, *carries[at : at + 1]], at)
                out.append(carry)
        above, carries = sums, out
        product.append(above[0])
    with circuit.block("last"):
        high, carry = ripple(circuit, above[1:], carries, 0)
    return [*product, *high, carry]


def wallace_product(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], *, first: int = 0
) -> list[Wire]:
    """Partial products in columns, three of a column added at once (C. S. Wallace, 1964).

    Every level reduces the rows to two thirds: 4 levels for 8 bits, 10 for 64. A Kogge-Stone adder sums
    the last two rows: 21 levels in all for 64 bits, where the array has 127. Columns below the first are left
    out, and with them what they would carry.
    """
    columns: list[list[Wire]] = [[] for _ in range(len(a) + len(b))]
    with circuit.block("products"):
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                if i + j >= first:
                    columns[i + j].append(circuit.gate("and", x, y, name=f"and{i}_{j}"))
    columns = columns[first:]
    level = 0
    while max(map(len, columns[:-1])) > 2:
        with circuit.block(f"level{level}"):
            columns = _compressed(circuit, columns)
        level += 1
    with circuit.block("add"):
        return _sum_of_columns(circuit, columns)


def _compressed(circuit: CircuitBuilder, columns: Sequence[Sequence[Wire]]) -> list[list[Wire]]:
    """One level of Wallace's tree: full adders on threes, half adders on the twos that are left."""
    after: list[list[Wire]] = [[] for _ in columns]
    *lower, highest = columns
    for weight, column in enumerate(lower):
        for number, first in enumerate(range(0, len(column), 3)):
            few = column[first : first + 3]
            if len(few) == 1:
                after[weight].append(few[0])
            else:
                with circuit.block(f"column{weight}"):
                    carry, s = _added(circuit, few, number)
                after[weight].append(s)
                after[weight + 1].append(carry)
    after[-1] += highest
    return after


def _sum_of_columns(circuit: CircuitBuilder, columns: Sequence[Sequence[Wire]]) -> list[Wire]:
    """The sum of columns of one or two bits; the highest may have any number.

    Nothing is carried out of the highest column, as a product fits: its bits are joined by XOR with the carry
    into it. A column of one bit makes no carry.
    """
    *lower, highest = columns
    low = next(weight for weight, column in enumerate(lower) if len(column) == 2)
    bits: list[Span] = []
    sums: list[Wire] = []
    for weight, column in enumerate(lower[low:], low):
        generate, s = None, column[0]
        if len(column) == 2:
            generate, s = circuit.instance("half-adder", *column, name=f"ha{weight}")
        bits.append(Span(generate, s if bits else None))
        sums.append(s)
    spans = kogge_stone_spans(circuit, bits)
    carry = spans[-1].generate
    with circuit.block("highest"):
        last = circuit.tree("xor", [*highest, *([] if carry is None else [carry])])
    settled = [column[0] for column in lower[:low]]
    return [*settled, *sum_of_spans(circuit, sums, spans), last]


def _added(circuit: CircuitBuilder, wires: Sequence[Wire], number: int) -> tuple[Wire, ...]:
    """Two or three bits of one weight: the carry and the sum."""
    if len(wires) == 2:
        return circuit.instance("half-adder", *wires, name=f"ha{number}")
    return circuit.instance("full-adder", *wires, name=f"fa{number}")


# With ports


def array_multiplier(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of an array multiplier: a and b in, product out."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output_bus("product", array_product(circuit, a, b))


def wallace_multiplier(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a Wallace-tree multiplier: a and b in, product out."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output_bus("product", wallace_product(circuit, a, b))


def multiplication(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What a multiplier computes."""
    return {"product": buses["a"] * buses["b"]}


def truncated_multiplier(circuit: CircuitBuilder, *, bits: int, columns: int) -> None:
    """The circuit of a Wallace tree without its lowest columns: a and b in, the product's high bits out.

    Raises:
        UsageError: no column is left in which anything is added.
    """
    if columns > 2 * bits - 3:
        raise UsageError(
            f"of a product of {bits} by {bits} bits, {columns} columns cannot be left out",
            hint=f"give 1 to {2 * bits - 3}, as in columns=1",
        )
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output_bus("high", wallace_product(circuit, a, b, first=columns))


def truncated_multiplication(buses: Buses, *, bits: int, columns: int) -> Buses:
    """What a truncated multiplier computes: a · b less what stands in its lowest columns."""
    a, b = buses["a"], buses["b"]
    rows = (
        (((a >> place) % 2) * (b // 2 ** max(columns - place, 0))) << max(place - columns, 0)
        for place in range(bits)
    )
    return {"high": sum(rows)}
