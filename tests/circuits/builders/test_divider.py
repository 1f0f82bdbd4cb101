"""The divider: rows that grow, and what it says of division by zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize("bits", [2, 3, 8, 32])
def test_rows_grow_with_the_rest(made: Made, sizes: Sizes, bits: int) -> None:
    kinds, _ = sizes(made("divider", bits=bits))
    triangle = bits * (bits - 1) // 2
    assert kinds == {
        "and": (bits - 2) + (bits - 1),  # what b has above the rest, and whether it fits
        "full-adder": triangle,
        "mux": triangle + bits,
        "not": bits,
        "or": bits,
        "xnor": bits,
    }


@pytest.mark.parametrize(("bits", "depth"), [(1, 3), (8, 50), (64, 2206)])
def test_rows_wait_for_each_other(made: Made, sizes: Sizes, bits: int, depth: int) -> None:
    assert sizes(made("divider", bits=bits))[1] == depth


def test_the_names_of_a_row(made: Made) -> None:
    row = [name for name in names(made("divider", bits=4)) if name.startswith("row1/")]
    assert row == [
        *("row1/subtract/xnor0", "row1/subtract/or0", "row1/subtract/fa1"),
        *("row1/fits", "row1/rest0", "row1/rest1"),
    ]


def test_division_by_zero_gives_all_ones_and_a(made: Made) -> None:
    circuit = made("divider", bits=3)
    patterns = np.array([[a & 1, a >> 1 & 1, a >> 2, 0, 0, 0] for a in range(8)], dtype=np.uint8)
    program = compile_netlist(circuit.netlist)
    bits = outputs_of(program, evaluate(program, exact_cells(program), patterns))
    assert bits.tolist() == [[1, 1, 1, a & 1, a >> 1 & 1, a >> 2] for a in range(8)]
    assert circuit.spec.domain is None
