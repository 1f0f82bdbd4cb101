"""Multipliers: textbook counts of adders, and the levels of Wallace's tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.multipliers import wallace_product
from gatewright.circuits.builders.prefix_adders import brent_kung
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.parameter import Parameter, Value
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.verify import verify
from gatewright.plugins.manager import Plugins


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize("bits", [2, 3, 8, 16, 64])
def test_the_array_is_rows_of_adders(made: Made, sizes: Sizes, bits: int) -> None:
    kinds, depth = sizes(made("array-multiplier", bits=bits))
    expected = {"and": bits**2, "full-adder": bits * (bits - 2), "half-adder": bits}
    assert kinds == {kind: count for kind, count in expected.items() if count}
    assert depth == 2 * bits - 1


def test_the_rows_of_the_array(made: Made) -> None:
    assert names(made("array-multiplier", bits=3)) == [
        *("row0/and0", "row0/and1", "row0/and2"),
        *("row1/and0", "row1/and1", "row1/and2", "row1/ha0", "row1/ha1"),
        *("row2/and0", "row2/and1", "row2/and2", "row2/fa0", "row2/fa1"),
        *("last/ha0", "last/fa1"),
    ]


# How often rows can be made two thirds of themselves until two are left (Wallace 1964).
@pytest.mark.parametrize(
    ("bits", "levels"),
    [(2, 0), (3, 1), (4, 2), (6, 3), (8, 4), (9, 4), (10, 5), (13, 5), (16, 6), (32, 8), (64, 10)],
)
def test_the_levels_of_the_tree(made: Made, bits: int, levels: int) -> None:
    found = {name.split("/")[0] for name in names(made("wallace-multiplier", bits=bits))}
    expected = {f"level{level}" for level in range(levels)}
    assert found == {"products", "add", *expected}


def test_the_tree_adds_as_often_as_the_array_but_in_fewer_levels(made: Made, sizes: Sizes) -> None:
    for bits, gates, depth in ((8, 187, 12), (16, 734, 15), (64, 9980, 21)):
        kinds, levels = sizes(made("wallace-multiplier", bits=bits))
        assert (sum(kinds.values()), levels) == (gates, depth)
        assert bits * (bits - 4) <= kinds["full-adder"] <= bits * (bits - 2)


def test_multiply_and_add_of_two_blocks(plugins: Plugins) -> None:
    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        c, cin = circuit.input_bus("c", 2 * bits), circuit.input("cin", default=0)
        with circuit.block("multiply"):
            product = wallace_product(circuit, a, b)
        with circuit.block("add"):
            total, carry = brent_kung(circuit, product, c, cin)
        circuit.output_bus("y", [*total, carry])

    def reference(buses: Buses, *, bits: int) -> Buses:
        return {"y": buses["a"] * buses["b"] + buses["c"] + buses["cin"]}

    spec = CircuitSpec("multiply-add", "", (Parameter("bits", 3),), build, reference)
    circuit = spec.elaborate({}, plugins.gates)
    assert verify(circuit, None).claims[0].extent == "proved exhaustively (8192 of 8192)"
    assert {name.split("/")[0] for name in names(circuit)} == {"multiply", "add"}
    assert {"multiply/products/and0_0", "multiply/level0/column2/fa0", "add/up1/g1"} <= {
        *names(circuit)
    }
