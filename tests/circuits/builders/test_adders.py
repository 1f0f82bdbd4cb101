"""Adders that pass carries along: what they are made of, how deep they are, what they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError
from gatewright.plugins.manager import Plugins


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize("bits", [1, 2, 7, 64, 300])
def test_a_ripple_adder_is_a_chain_of_full_adders(made: Made, sizes: Sizes, bits: int) -> None:
    circuit = made("ripple-adder", bits=bits)
    assert sizes(circuit) == ({"full-adder": bits}, bits)
    assert names(circuit) == [f"fa{bit}" for bit in range(bits)]


def test_full_adders_of_half_adders_are_blocks(made: Made, sizes: Sizes) -> None:
    circuit = made("ripple-adder", bits=5, **{"from": "half-adders"})
    assert sizes(circuit) == ({"half-adder": 10, "or": 5}, 11)
    assert names(circuit)[3:6] == ["fa1/ha0", "fa1/ha1", "fa1/or"]


@pytest.mark.parametrize(("bits", "size"), [(1, 1), (4, 2), (9, 3), (16, 4), (64, 8), (256, 16)])
def test_a_carry_select_adder_of_a_square_of_bits(
    made: Made, sizes: Sizes, bits: int, size: int
) -> None:
    kinds, depth = sizes(made("carry-select", bits=bits))
    # One block, and others that add twice, once with the carry known to be 0 and once to be 1.
    assert sum(kinds.values()) == size + (size - 1) * (3 * size + 2)
    assert depth == size + size - 1


def test_the_blocks_of_a_carry_select_adder(made: Made, sizes: Sizes) -> None:
    circuit = made("carry-select", bits=8)
    assert sizes(circuit)[1] == 5
    assert names(circuit) == [
        *("block0/fa0", "block0/fa1", "block0/fa2"),
        *("block1/zero/ha3", "block1/zero/fa4", "block1/zero/fa5"),
        *("block1/one/xnor3", "block1/one/or3", "block1/one/fa4", "block1/one/fa5"),
        *("block1/sum3", "block1/sum4", "block1/sum5", "block1/carry"),
        *("block2/zero/ha6", "block2/zero/fa7"),
        *("block2/one/xnor6", "block2/one/or6", "block2/one/fa7"),
        *("block2/sum6", "block2/sum7", "block2/carry"),
    ]


@pytest.mark.parametrize("bits", [1, 2, 9, 64])
def test_the_incrementer(made: Made, sizes: Sizes, bits: int) -> None:
    circuit = made("incrementer", bits=bits)
    kinds, depth = sizes(circuit)
    assert kinds == {"half-adder": bits - 1, "not": 1} if bits > 1 else {"not": 1}
    assert depth == max(1, bits - 1)
    assert names(circuit) == ["not0", *(f"ha{bit}" for bit in range(1, bits))]


def test_the_subtractor_keeps_its_names(made: Made, sizes: Sizes) -> None:
    circuit = made("subtractor", bits=2)
    assert names(circuit) == ["not0", "not1", "not_bin", "fa0", "fa1", "not_bout"]
    assert sizes(made("subtractor", bits=20)) == ({"full-adder": 20, "not": 22}, 22)


def test_the_adder_subtractor_keeps_its_names(made: Made, sizes: Sizes) -> None:
    circuit = made("ripple-adder-subtractor", bits=2)
    assert names(circuit) == ["xor0", "xor1", "fa0", "fa1"]
    assert sizes(made("ripple-adder-subtractor", bits=20)) == ({"full-adder": 20, "xor": 20}, 21)


def test_an_adder_of_no_bits_is_refused(plugins: Plugins) -> None:
    circuit = CircuitBuilder("nothing", plugins.gates)
    with pytest.raises(NetlistError, match="an adder needs at least one bit"):
        ripple(circuit, [], [], 0)


@pytest.mark.parametrize("known", [0, 1])
def test_a_known_carry_is_added(plugins: Plugins, known: Literal[0, 1]) -> None:
    def build(circuit: CircuitBuilder) -> None:
        total, carry = ripple(circuit, circuit.input_bus("a", 3), circuit.input_bus("b", 3), known)
        circuit.output_bus("sum", [*total, carry])

    def reference(buses: Buses) -> Buses:
        return {"sum": buses["a"] + buses["b"] + known}

    circuit = CircuitSpec("known-carry", "", (), build, reference).elaborate({}, plugins.gates)
    assert verify(circuit, None).claims[0].checked == 64
    assert verify(circuit, None).outcome == "proved"
