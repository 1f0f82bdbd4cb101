"""Adders that look ahead: the cells and levels that their inventors promise."""

from __future__ import annotations

from collections import Counter
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


@pytest.mark.parametrize("log", range(2, 11))
def test_kogge_stone_has_log_n_levels_of_cells(made: Made, sizes: Sizes, log: int) -> None:
    bits = 2**log
    kinds, depth = sizes(made("kogge-stone", bits=bits))
    assert depth == log + 2
    assert kinds == {
        "and": bits * log - 2 * bits + 2,  # cells that reach bit 0 need no propagate
        "full-adder": 1,
        "half-adder": bits - 1,
        "mux": bits * log - bits + 1,
        "xor": bits - 1,
    }


@pytest.mark.parametrize("log", range(2, 11))
def test_brent_kung_has_few_cells_in_twice_the_levels(made: Made, sizes: Sizes, log: int) -> None:
    bits = 2**log
    kinds, depth = sizes(made("brent-kung", bits=bits))
    assert depth == 2 * log
    assert kinds == {
        "and": bits - 1 - log,
        "full-adder": 1,
        "half-adder": bits - 1,
        "mux": 2 * bits - 2 - log,
        "xor": bits - 1,
    }


@pytest.mark.parametrize(
    ("name", "bits", "gates", "depth"),
    [
        ("kogge-stone", 1, 1, 1),
        ("kogge-stone", 2, 4, 2),
        ("kogge-stone", 8, 42, 5),
        ("kogge-stone", 64, 706, 8),
        ("brent-kung", 1, 1, 1),
        ("brent-kung", 8, 30, 6),
        ("brent-kung", 64, 304, 12),
        ("carry-lookahead", 1, 4, 3),
        ("carry-lookahead", 8, 69, 11),
        ("carry-lookahead", 64, 634, 21),
    ],
)
def test_gates_and_levels(
    made: Made, sizes: Sizes, name: str, bits: int, gates: int, depth: int
) -> None:
    kinds, levels = sizes(made(name, bits=bits))
    assert (sum(kinds.values()), levels) == (gates, depth)


def test_lookahead_grows_by_levels_of_groups_of_four(made: Made, sizes: Sizes) -> None:
    depths = [sizes(made("carry-lookahead", bits=4**level))[1] for level in range(1, 6)]
    assert depths == [6, 13, 21, 29, 37]
    blocks = {name.rpartition("/")[0] for name in names(made("carry-lookahead", bits=16))}
    assert blocks == {"", "level1", *(f"level0/group{group}" for group in range(4))}


def test_the_cells_of_a_kogge_stone_adder(made: Made) -> None:
    assert names(made("kogge-stone", bits=4)) == [
        *("fa0", "ha1", "ha2", "ha3"),
        *("level0/g1", "level0/p2", "level0/g2", "level0/p3", "level0/g3"),
        *("level1/g2", "level1/g3"),
        *("sum1", "sum2", "sum3"),
    ]


def test_the_cells_of_a_brent_kung_adder(made: Made) -> None:
    assert names(made("brent-kung", bits=4))[4:-3] == [
        *("up1/g1", "up1/p3", "up1/g3", "up2/g3", "down1/g2"),
    ]


@pytest.mark.parametrize("log", [4, 6, 8])
def test_no_net_of_a_kogge_stone_adder_has_many_readers(made: Made, log: int) -> None:
    netlist = made("kogge-stone", bits=2**log).netlist
    readers = Counter(net for each in netlist.instances for net in each.inputs)
    # The carry out of bit 0 is read once on every level, and by the sum of bit 1.
    assert readers.most_common(1) == [("fa0.cout", log + 1)]
