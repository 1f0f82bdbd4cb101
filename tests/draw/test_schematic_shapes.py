"""The shape of a gate says what it computes."""

from __future__ import annotations

import itertools

import pytest

from gatewright.draw.schematic.shapes import Function, gate_symbol, recognise
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins


def value(function: Function, row: tuple[int, ...]) -> int:
    """What a reader of the shape takes it to compute."""
    bits = [bit ^ bubble for bit, bubble in zip(row, function.inverted, strict=True)]
    if function.kind == "mux":
        low, high, select = function.order
        found = bits[high] if bits[select] else bits[low]
    elif function.kind == "xor":
        found = sum(bits) & 1
    else:
        found = {"and": all, "or": any, "buf": any}[function.kind](bits)
    return int(found) ^ function.negated


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_function_is_drawn_as_what_it_is(inputs: int) -> None:
    names, shaped = "abc"[:inputs], 0
    for ones in range(1 << (1 << inputs)):
        table = TruthTable.from_integers([ones], inputs=names, outputs="y")
        function = recognise(table)
        if function is None:
            assert gate_symbol("other", table).kind == "box"
            continue
        shaped += 1
        for number, row in enumerate(itertools.product((0, 1), repeat=inputs)):
            assert value(function, row) == ones >> number & 1, (ones, function)
    # of one input two; of two, one row apart or parity; of three, six multiplexers too
    assert shaped == {1: 2, 2: 8 + 2, 3: 16 + 2 + 6}[inputs]


@pytest.mark.parametrize("inputs", [4, 5, 8, 16])
def test_wide_gates_have_their_pins_on_one_back(inputs: int) -> None:
    names = [f"i{place}" for place in range(inputs)]
    conjunction = TruthTable.from_integers([1 << (1 << inputs) - 1], names, "y")
    symbol = gate_symbol("wide", conjunction)
    assert symbol.kind == "and"
    assert [pin.name for pin in symbol.inputs] == names
    ys = [pin.y for pin in symbol.inputs]
    assert ys == sorted(set(ys))
    assert 0 < ys[0] < ys[-1] < symbol.height


def test_built_in_gates_have_the_shapes_of_their_names(plugins: Plugins) -> None:
    shapes = {name: gate_symbol(name, spec.table) for name, spec in plugins.gates.items()}
    assert {name: (shape.kind, len(shape.bubbles)) for name, shape in shapes.items()} == {
        "buf": ("buf", 0),
        "not": ("buf", 1),
        "and": ("and", 0),
        "or": ("or", 0),
        "nand": ("and", 1),
        "nor": ("or", 1),
        "xor": ("xor", 0),
        "xnor": ("xor", 1),
        "and3": ("and", 0),
        "or3": ("or", 0),
        "xor3": ("xor", 0),
        "mux": ("mux", 0),
        "majority": ("box", 0),
        "half-adder": ("box", 0),
        "full-adder": ("box", 0),
    }


@pytest.mark.parametrize("rows", [["0", "-", "-", "1"], ["00", "01", "10", "11"]])
def test_dont_cares_and_two_outputs_are_a_box(rows: list[str]) -> None:
    table = TruthTable.from_rows(rows, "ab", "yz"[: len(rows[0])])
    symbol = gate_symbol("odd", table, "a note")
    assert recognise(table) is None
    assert [word.text for word in symbol.words] == ["odd", "a note", "a", "b", *table.outputs]
