"""The ALU: its parts, its size, and a few calculations written down by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest

from gatewright.circuits.builders.alu import OPERATIONS
from gatewright.circuits.buses import output_buses
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of
from gatewright.logic.bits import bus_to_bits


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize(("bits", "log"), [(4, 2), (8, 3), (64, 6)])
def test_twelve_gates_a_bit(made: Made, sizes: Sizes, bits: int, log: int) -> None:
    kinds, depth = sizes(made("alu", bits=bits))
    assert sum(kinds.values()) == 12 * bits + 10
    assert kinds["full-adder"] == bits
    assert depth == bits + log + 9


def test_its_blocks(made: Made) -> None:
    found = names(made("alu", bits=4))
    assert [name for name in found if name.startswith("add/")] == [
        f"add/fa{bit}" for bit in range(4)
    ]
    assert [name for name in found if name.startswith("logic/bit2/")] == [
        f"logic/bit2/{name}" for name in ("and", "or", "low", "xor", "nor", "high", "y")
    ]


def test_there_are_eight_operations() -> None:
    assert OPERATIONS == ("and", "or", "xor", "nor", "add", "sub", "less-signed", "less")


@pytest.mark.parametrize(
    ("op", "a", "b", "result", "flags"),
    [
        ("and", 0b1100, 0b1010, 0b1000, "negative"),
        ("or", 0b1100, 0b1010, 0b1110, "negative"),
        ("xor", 0b1100, 0b1010, 0b0110, ""),
        ("nor", 0b1100, 0b1010, 0b0001, ""),
        ("and", 0b1100, 0b0011, 0, "zero"),
        ("add", 3, 4, 7, ""),
        ("add", 7, 1, 8, "negative overflow"),
        ("add", 15, 1, 0, "zero carry"),
        ("add", 8, 8, 0, "zero carry overflow"),
        ("sub", 5, 5, 0, "zero carry"),
        ("sub", 5, 3, 2, "carry"),
        ("sub", 3, 5, 14, "negative"),
        ("sub", 8, 1, 7, "carry overflow"),  # -8 - 1
        ("less-signed", 8, 1, 1, "carry overflow"),
        ("less-signed", 1, 8, 0, "zero overflow"),
        ("less-signed", 14, 15, 1, ""),  # -2 < -1
        ("less", 8, 1, 0, "zero carry overflow"),
        ("less", 1, 8, 1, "overflow"),
    ],
)
def test_by_hand(made: Made, op: str, a: int, b: int, result: int, flags: str) -> None:
    circuit = made("alu", bits=4)
    given = {"a": a, "b": b, "op": OPERATIONS.index(op)}
    patterns = np.concatenate(
        [bus_to_bits([given[bus.name]], bus.width) for bus in circuit.netlist.inputs], axis=1
    )
    program = compile_netlist(circuit.netlist)
    bits = outputs_of(program, evaluate(program, exact_cells(program), patterns))
    got = {name: int(bus[0]) for name, bus in output_buses(circuit, bits).items()}
    assert got == {
        "result": result,
        **{flag: int(flag in flags) for flag in ("zero", "negative", "carry", "overflow")},
    }
