"""A recognised bit as a circuit with its integers, so that it is proved as any other circuit is.

A bit of a product is proved with all others: the circuit has the whole product, of which the bit is a part.

Its operands are buses; the integers are Python's own operators on whole numbers of any width. A root is taken
digit by digit, as there is no operator for it; tests compare that with `math.isqrt`.

Example:
    >>> from gatewright.examples.recognise.layouts import layouts
    >>> from gatewright.examples.recognise.operations import OPERATIONS
    >>> found = Recognised(OPERATIONS["sum"], next(layouts(64, 2)), False, 32, False)
    >>> claim = prove_netlist(with_integers(found))
    >>> claim.outcome, claim.method
    ('proved', 'decision diagrams')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.errors import SpecError
from gatewright.examples.circuit import netlist_of
from gatewright.examples.recognise.search import Recognised
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import Literal

__all__ = ["prove_netlist", "with_integers"]


def with_integers(
    found: Recognised, graph: AndGraph | None = None, output: Literal | None = None
) -> Circuit:
    """The circuit of a recognised bit, with buses a, b, c and the integers that it should be.

    Args:
        found: what was recognised.
        graph: of a circuit over the inputs that the operands are of; by default one of the bit alone.
        output: of that circuit, which is to be compared.
    """
    count = sum(found.widths)
    if graph is None or output is None:
        graph = AndGraph(count)
        output = found.write(graph, [graph.variable(at) for at in range(count)])
    names = [""] * count
    for name, places in zip("abc", found.layout.operands, strict=False):
        for bit, place in enumerate(places):
            names[place] = f"{name}[{bit}]"
    # Bits of a bus may be in any order among the inputs of the graph, and are listed in their own.
    order = sorted(range(count), key=lambda at: (names[at][0], int(names[at][2:-1])))
    turned = AndGraph(count)
    made = [0] * (count + 1)
    for new, old in enumerate(order):
        made[old + 1] = turned.variable(new)
    for node in range(graph.inputs + 1, len(graph)):
        made.append(graph.copied(node, made, turned))
    end = made[output >> 1] ^ (output & 1)
    whole = _whole_product(found, turned, [made[at + 1] for at in range(count)], end)
    ends = {f"y[{at}]": each for at, each in enumerate(whole)} or {"y": end}
    named = [names[at] for at in order]
    netlist = netlist_of(turned, list(ends.values()), named, list(ends), "recognised")

    def build(_: object) -> None:
        raise SpecError("what was recognised is there already, and not built")

    def reference(buses: Buses) -> Buses:
        values = [buses[bus.name] for bus in netlist.inputs]
        if whole:
            return {"y": values[0] * values[1]}
        return {"y": (_bit(found, values) + found.negated) % 2}

    divides = found.operation.name in ("quotient", "remainder")
    spec = CircuitSpec(
        "recognised",
        str(found),
        (),
        build,
        reference,
        (lambda buses: buses["b"] != 0) if divides else None,
    )
    return Circuit(spec, {}, {}, netlist)


def _whole_product(
    found: Recognised, graph: AndGraph, inputs: Sequence[Literal], output: Literal
) -> list[Literal]:
    """All bits of a product of which one is an output, node for node; none where it is not.

    One bit of a product has no small form of which anything could be proved; the product as a whole has.
    """
    if found.operation.name != "product" or found.two:
        return []
    operands = [[inputs[place] for place in places] for places in found.layout.operands]
    whole = found.operation.build(graph, operands, False)
    return whole if whole[found.bit] ^ found.negated == output else []


def _bit(found: Recognised, values: Sequence[Any]) -> Any:
    """The bit of the result, in whole numbers."""
    widths, bit = found.widths, found.bit
    high = 1 << (max(widths) + 1)
    if found.two:
        values = [
            value - ((value >> (width - 1)) << width)
            for value, width in zip(values, widths, strict=True)
        ]
    name = found.operation.name
    if name == "root":
        return _root(values[0], widths[0], bit)
    if name in ("sum", "sum-with-carry"):
        return (sum(values) + high) >> bit & 1
    a, b = values
    if name == "comparison":
        return [a < b, a == b, a <= b][bit] + 0
    if name == "difference":
        return (a - b + high) >> bit & 1
    if name == "product":
        return (a * b + (1 << sum(widths))) >> bit & 1
    return _divided(name, a, b, bit, high, two=found.two)


def _divided(name: str, a: Any, b: Any, bit: int, high: int, *, two: bool) -> Any:
    """A bit of the quotient, towards zero, or of the remainder, with the sign of ``a``."""
    if not two:
        return (a // b if name == "quotient" else a % b) >> bit & 1
    below, other = (a < 0) + 0, (b < 0) + 0
    size, by = a - 2 * a * below, b - 2 * b * other
    turned = below if name == "remainder" else (below + other) % 2
    result = size % by if name == "remainder" else size // by
    return (result - 2 * result * turned + high) >> bit & 1


def _root(a: Any, width: int, bit: int) -> Any:
    """A bit of the square root, digit by digit: the first digits decide the next."""
    rest, found = a * 0, a * 0
    for place in reversed(range(-(-width // 2))):
        rest = 4 * rest + (a >> (2 * place)) % 4
        trial = 4 * found + 1
        fits = (rest >= trial) + 0
        rest = rest - trial * fits
        found = 2 * found + fits
    return found >> bit & 1
