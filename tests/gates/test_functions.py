"""Gates named after what they compute: a name says all there is to say."""

from __future__ import annotations

from itertools import product

import pytest

from gatewright.errors import TableError
from gatewright.gates.functions import MOST_INPUTS, function_name, function_spec, function_table
from gatewright.gates.spec import GateSpec


@pytest.mark.parametrize(
    ("ones", "inputs", "name"),
    [
        ((0b00,), 1, "lut1-0"),
        ((0b11,), 1, "lut1-3"),
        ((0b0110,), 2, "lut2-6"),
        ((0x06,), 3, "lut3-06"),
        ((0x96,), 3, "lut3-96"),
        ((0xE8, 0x96), 3, "lut3-e8-96"),
        ((0x0016,), 4, "lut4-0016"),
        ((0xDEADBEEF,), 5, "lut5-deadbeef"),
        ((1,), 6, "lut6-0000000000000001"),
        ((2**64 - 1, 0), 6, "lut6-ffffffffffffffff-0000000000000000"),
    ],
)
def test_a_name_has_every_row_of_every_output(
    ones: tuple[int, ...], inputs: int, name: str
) -> None:
    spec = function_spec(ones, inputs)
    assert spec.name == name
    assert spec.table.ones == ones
    assert spec.table.inputs == ("a", "b", "c", "d", "e", "f")[:inputs]
    assert spec.table.care.all()
    assert spec.summary == ""


def test_outputs_are_y_or_numbered() -> None:
    assert function_spec((1,), 2).table.outputs == ("y",)
    assert function_spec((1, 2, 1), 2).table.outputs == ("y0", "y1", "y2")


def test_different_functions_have_different_names() -> None:
    specs = [
        function_spec(ones, inputs)
        for inputs in (1, 2)
        for outputs in (1, 2)
        for ones in product(range(1 << (1 << inputs)), repeat=outputs)
    ]
    specs += [function_spec((ones,), 3) for ones in range(256)]
    assert len({spec.name for spec in specs}) == len({spec.table for spec in specs}) == len(specs)


def test_the_same_function_is_the_same_gate() -> None:
    assert function_spec((0x96,), 3) is function_spec((0x96,), 3)
    assert function_spec((0x96,), 3) == GateSpec("lut3-96", function_table(0x96, 3))


@pytest.mark.parametrize(
    ("ones", "inputs"), [((4,), 1), ((-1,), 2), ((1, 16), 2), ((2**64,), 6), ((), 2), ((1,), 0)]
)
def test_what_is_no_function_of_so_many_inputs_is_refused(
    ones: tuple[int, ...], inputs: int
) -> None:
    with pytest.raises(TableError):
        function_spec(ones, inputs)


def test_no_wider_function_passes_for_one_of_six_inputs() -> None:
    with pytest.raises(
        TableError, match="a function of 7 inputs is not a gate; make it of up to 6"
    ):
        function_spec((1,), MOST_INPUTS + 1)


def test_names_of_classes_and_functions_are_spelt_alike() -> None:
    assert function_name("npn", 0x16, 4) == "npn4-0016"
    assert function_name("lut", 0b10, 1) == "lut1-2"


def test_a_table_that_does_not_fit_is_refused() -> None:
    assert function_table(0b1000, 2).ones == (0b1000,)
    with pytest.raises(TableError, match="does not fit 4 rows"):
        function_table(16, 2)
