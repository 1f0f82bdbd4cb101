"""Comparators: three gates a bit, and a logarithm of levels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize("name", ["comparator", "signed-comparator"])
@pytest.mark.parametrize(("bits", "log"), [(1, 0), (2, 1), (5, 3), (8, 3), (64, 6), (100, 7)])
def test_a_tournament(made: Made, sizes: Sizes, name: str, bits: int, log: int) -> None:
    kinds, depth = sizes(made(name, bits=bits))
    expected = {"and": 1, "mux": bits - 1, "nor": 1, "not": 1, "or": bits - 1, "xor": bits}
    assert kinds == {kind: count for kind, count in expected.items() if count}
    assert depth == log + 3


def test_equality_keeps_its_names(made: Made, sizes: Sizes) -> None:
    assert names(made("equality", bits=3)) == ["xnor0", "xnor1", "xnor2", "and-1", "and-2"]
    assert sizes(made("equality", bits=64)) == ({"and": 63, "xnor": 64}, 7)


def test_the_rounds_of_a_tournament(made: Made) -> None:
    assert names(made("comparator", bits=3)) == [
        *("xor0", "xor1", "xor2"),
        *("level0/differ0", "level0/less0", "level1/differ0", "level1/less0"),
        *("equal", "less", "greater"),
    ]
