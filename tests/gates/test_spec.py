"""Gate specs: a name and a table, and what they refuse."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from gatewright.errors import SpecError, TableError
from gatewright.gates.spec import GateSpec, check_name
from gatewright.logic.truth_table import TruthTable

XOR = TruthTable.from_integers([0b0110], "ab", "y")


def test_a_spec_of_a_function_holds_its_table() -> None:
    spec = GateSpec.from_function(
        "half-adder",
        lambda a, b: divmod(a + b, 2),
        inputs=("a", "b"),
        outputs=("carry", "sum"),
        summary="a + b in two bits",
    )
    assert spec.name == "half-adder"
    assert spec.summary == "a + b in two bits"
    assert spec.table == TruthTable.from_integers([0b1000, 0b0110], "ab", ("carry", "sum"))


def test_specs_are_values() -> None:
    assert GateSpec("xor", XOR) == GateSpec("xor", XOR)
    assert GateSpec("xor", XOR) != GateSpec("exor", XOR)
    assert len({GateSpec("xor", XOR), GateSpec("xor", XOR)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        GateSpec("xor", XOR).name = "or"  # type: ignore[misc] # on purpose


@pytest.mark.parametrize("name", ["a", "xor3", "full-adder", "a-1-b", "seven-segment-2"])
def test_kebab_case_is_a_name(name: str) -> None:
    assert GateSpec(name, XOR).name == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "Xor", "half_adder", "half adder", "-xor", "xor-", "half--adder", "3and", "xör"),
        *("xor\n", "../xor", "a/b", "xor.safetensors", None, 3),
    ],
)
def test_anything_else_is_not_a_name(name: Any) -> None:
    expected = f"{name!r} is not a name for a gate; use kebab-case, as in 'half-adder'"
    with pytest.raises(SpecError) as caught:
        GateSpec(name, XOR)
    assert str(caught.value) == expected


def test_the_refusal_says_what_the_name_was_for() -> None:
    with pytest.raises(SpecError, match="'Adder' is not a name for a circuit"):
        check_name("circuit", "Adder")
    check_name("circuit", "adder")


def test_a_table_of_another_type_is_refused() -> None:
    rows: Any = [0, 1, 1, 0]
    with pytest.raises(SpecError, match="gate 'xor': the table is a list, not a TruthTable"):
        GateSpec("xor", rows)


def test_a_table_that_is_none_keeps_its_own_error() -> None:
    with pytest.raises(TableError, match="row 11 holds 2"):
        GateSpec.from_function("sum", lambda a, b: a + b, inputs="ab", outputs="y")


@pytest.mark.parametrize("name", ["lut1-0", "lut2-8", "npn2-1", "lut1-0-3"])
def test_a_name_that_spells_a_function_is_that_function(name: str) -> None:
    """Circuits have constants and cells made inside under such names: no plugin's gate may take one."""
    rows = {"lut2-8": "0110", "npn2-1": "0110"}.get(name, "01")
    table = TruthTable.from_rows(rows, "ab"[: len(rows) // 2], "y")
    with pytest.raises(SpecError, match=f"'{name}' is the name of the function of"):
        GateSpec(name, table)


def test_a_name_that_spells_its_own_table_or_none_at_all_is_taken() -> None:
    assert GateSpec("lut1-1", TruthTable.from_rows("10", "a", "y")).name == "lut1-1"
    assert GateSpec("lut2-bad", TruthTable.from_rows("0110", "ab", "y")).name == "lut2-bad"
    with pytest.raises(SpecError, match="lut1-0"):
        GateSpec("lut1-0", TruthTable.from_rows("0-", "a", "y"))
