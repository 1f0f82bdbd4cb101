"""Multiplexer, demultiplexer, decoder, priority encoder: how they are put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.selectors import decode
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value
from gatewright.plugins.manager import Plugins


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


@pytest.mark.parametrize(("ways", "log"), [(2, 1), (3, 2), (8, 3), (100, 7), (256, 8)])
def test_a_multiplexer_knocks_all_but_one_out(
    made: Made, sizes: Sizes, ways: int, log: int
) -> None:
    assert sizes(made("multiplexer", ways=ways, bits=3)) == ({"mux": 3 * (ways - 1)}, log)


def test_the_ports_of_selectors(made: Made) -> None:
    netlist = made("multiplexer", ways=3, bits=2).netlist
    assert [(bus.name, bus.width) for bus in netlist.inputs] == [
        *(("select", 2), ("i0", 2), ("i1", 2), ("i2", 2)),
    ]
    netlist = made("demultiplexer", ways=3, bits=2).netlist
    assert [(bus.name, bus.width) for bus in netlist.inputs] == [("select", 2), ("a", 2)]
    assert [(bus.name, bus.width) for bus in netlist.outputs] == [("y0", 2), ("y1", 2), ("y2", 2)]


def test_a_multiplexer_promises_nothing_beyond_its_ways(made: Made) -> None:
    circuit = made("multiplexer", ways=5)
    select = {"select": np.arange(8)}
    assert circuit.domain(select) is not None
    assert circuit.domain(select).tolist() == [True] * 5 + [False] * 3  # type: ignore[union-attr] # not none


@pytest.mark.parametrize(
    ("bits", "ands", "depth"),
    [(1, 0, 1), (2, 4, 2), (3, 12, 3), (4, 24, 3), (6, 88, 4), (12, 4272, 5)],
)
def test_a_decoder_joins_what_its_halves_say(
    made: Made, sizes: Sizes, bits: int, ands: int, depth: int
) -> None:
    kinds, levels = sizes(made("decoder", bits=bits))
    assert (kinds.get("and", 0), kinds["not"], levels) == (ands, bits, depth)


def test_the_halves_of_a_decoder(made: Made) -> None:
    assert names(made("decoder", bits=3)) == [
        "low/not",
        *("high/low/not", "high/high/not", "high/is0", "high/is1", "high/is2", "high/is3"),
        *(f"is{number}" for number in range(8)),
    ]


def test_a_decoder_of_some_numbers_has_no_gate_too_many(plugins: Plugins) -> None:
    circuit = CircuitBuilder("some", plugins.gates)
    wires = decode(circuit, circuit.input_bus("a", 4), wanted=(9, 1))
    assert list(wires) == [1, 9]
    circuit.output_bus("y", list(wires.values()))
    # 1 and 9 are 00 01 and 10 01.
    assert [each.name for each in circuit.netlist().instances] == [
        *("low/high/not", "low/is1", "high/low/not", "high/high/not"),
        *("high/is0", "high/is2", "is1", "is9"),
    ]


@pytest.mark.parametrize(
    ("bits", "gates", "depth"), [(2, 1, 1), (3, 4, 2), (4, 4, 2), (8, 11, 3), (64, 120, 6)]
)
def test_the_priority_encoder(made: Made, sizes: Sizes, bits: int, gates: int, depth: int) -> None:
    kinds, levels = sizes(made("priority-encoder", bits=bits))
    assert (sum(kinds.values()), levels) == (gates, depth)


def test_the_halves_of_a_priority_encoder(made: Made) -> None:
    assert names(made("priority-encoder", bits=4)) == ["low/any", "high/any", "index0", "any"]
