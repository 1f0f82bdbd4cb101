"""The barrel shifter: a row of multiplexers for every bit of the amount."""

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


@pytest.mark.parametrize("log", range(1, 8))
def test_rows_of_multiplexers(made: Made, sizes: Sizes, log: int) -> None:
    bits = 2**log
    vacated = bits - 1  # 1 + 2 + 4 + …
    for shift in ("rol", "ror"):
        assert sizes(made("barrel-shifter", bits=bits, shift=shift)) == ({"mux": bits * log}, log)
    for shift in ("left", "right"):
        kinds, depth = sizes(made("barrel-shifter", bits=bits, shift=shift))
        assert kinds == {"and": vacated, "mux": bits * log - vacated, "not": log}
        assert depth == log + 1
    # The sign never moves: no gate for it in any row.
    kinds, depth = sizes(made("barrel-shifter", bits=bits, shift="arithmetic"))
    assert (kinds, depth) == ({"mux": (bits - 1) * log}, log)


def test_the_amount_reaches_past_a_width_that_is_no_power_of_two(made: Made) -> None:
    netlist = made("barrel-shifter", bits=5).netlist
    assert [(bus.name, bus.width) for bus in netlist.inputs] == [("a", 5), ("amount", 3)]


def test_the_names_of_a_row(made: Made) -> None:
    assert names(made("barrel-shifter", bits=3)) == [
        *("row0/stays", "row0/bit0", "row0/bit1", "row0/bit2"),
        *("row1/stays", "row1/bit0", "row1/bit1", "row1/bit2"),
    ]
