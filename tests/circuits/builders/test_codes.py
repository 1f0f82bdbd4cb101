"""Parity, counts, Gray's and Hamming's codes: what they cost, and what they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import pytest

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


def test_parity_keeps_its_names(made: Made, sizes: Sizes) -> None:
    assert names(made("parity-tree", bits=4)) == ["xor-1", "xor-2", "xor-3"]
    assert sizes(made("parity-tree", bits=64)) == ({"xor": 63}, 6)


@pytest.mark.parametrize("bits", range(1, 70))
def test_a_count_of_ones_takes_less_than_an_adder_a_bit(
    made: Made, sizes: Sizes, bits: int
) -> None:
    kinds, depth = sizes(made("popcount", bits=bits))
    # Every full adder makes three wires two: n become as many as the count has bits.
    assert kinds.get("full-adder", 0) == bits - bits.bit_length()
    assert sum(kinds.values()) <= bits - 1
    if (bits + 1).bit_count() == 1:
        assert "half-adder" not in kinds
    assert depth <= max(0, 2 * (bits - 1).bit_length() - 1)
    if bits.bit_count() == 1 and bits > 1:
        assert depth == 2 * (bits.bit_length() - 1) - 1


def test_the_halves_of_a_count(made: Made) -> None:
    assert names(made("popcount", bits=7)) == ["low/fa0", "high/fa0", "fa0", "fa1"]


def test_gray(made: Made, sizes: Sizes) -> None:
    assert sizes(made("gray-encoder", bits=20)) == ({"xor": 19}, 1)
    assert sizes(made("gray-decoder", bits=20)) == ({"xor": 19}, 19)
    assert names(made("gray-encoder", bits=3)) == ["xor0", "xor1"]
    assert names(made("gray-decoder", bits=3)) == ["xor1", "xor0"]


def test_neighbours_in_gray_code_differ_in_one_bit(made: Made) -> None:
    codes = run(made("gray-encoder", bits=6), range(64))["gray"]
    assert len(set(codes)) == 64
    for one, next_one in zip(codes, [*codes[1:], codes[0]], strict=True):
        assert (one ^ next_one).bit_count() == 1
    assert run(made("gray-decoder", bits=6), codes)["a"] == list(range(64))


def test_hamming(made: Made, sizes: Sizes) -> None:
    assert sizes(made("hamming-encoder")) == ({"xor3": 3}, 1)
    kinds, depth = sizes(made("hamming-corrector"))
    assert kinds == {"and": 7, "not": 3, "xor": 13}
    assert depth == 6
    assert names(made("hamming-encoder")) == ["parity1", "parity2", "parity4"]


def test_code_words_are_three_bits_apart(made: Made) -> None:
    codes = run(made("hamming-encoder"), range(16))["code"]
    apart = {(x ^ y).bit_count() for x in codes for y in codes if x != y}
    assert apart == {3, 4, 7}


@pytest.mark.parametrize("position", range(8))
def test_any_one_bit_may_be_wrong(made: Made, position: int) -> None:
    codes = run(made("hamming-encoder"), range(16))["code"]
    received = [code ^ (1 << position >> 1) for code in codes]
    assert run(made("hamming-corrector"), received) == {
        "data": list(range(16)),
        "position": [position] * 16,
    }


def run(circuit: Circuit, values: Iterable[int]) -> dict[str, list[int]]:
    (bus,) = circuit.netlist.inputs
    patterns = bus_to_bits(list(values), bus.width)
    program = compile_netlist(circuit.netlist)
    bits = outputs_of(program, evaluate(program, exact_cells(program), patterns))
    return {name: bus.tolist() for name, bus in output_buses(circuit, bits).items()}
