"""Which gates are cells: every function once, up to the order of its inputs, and none that cannot be one."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from gatewright.errors import TableError
from gatewright.formats.liberty.cells import function_areas, gate_areas
from gatewright.gates.functions import function_spec
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable


def reordered(ones: int, order: tuple[int, ...]) -> int:
    """The function of the same inputs in another order, row by row."""
    inputs, made = len(order), 0
    for row in range(1 << inputs):
        bits = [row >> (inputs - 1 - place) & 1 for place in range(inputs)]
        source = int("".join(str(bits[place]) for place in order), 2)
        made |= (ones >> source & 1) << row
    return made


def needs_all(ones: int, inputs: int) -> bool:
    """Whether every input changes the output somewhere."""
    return all(
        any((ones >> row ^ ones >> (row ^ 1 << place)) & 1 for row in range(1 << inputs))
        for place in range(inputs)
    )


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_each_function_once(inputs: int) -> None:
    found = [
        spec.table.ones[0]
        for spec in function_areas(inputs, {})
        if len(spec.table.inputs) == inputs
    ]
    orders = list(itertools.permutations(range(inputs)))
    covered = Counter(
        ones for each in found for ones in {reordered(each, order) for order in orders}
    )
    wanted = [ones for ones in range(1 << (1 << inputs)) if needs_all(ones, inputs)]
    assert covered == Counter(wanted)


def test_of_four_inputs_each_function_or_its_negation() -> None:
    found = [spec.table.ones[0] for spec in function_areas(4, {}) if len(spec.table.inputs) == 4]
    assert len(found) == len(set(found)) == 1952
    orders = list(itertools.permutations(range(4)))
    for ones in range(0, 1 << 16, 97):
        if not needs_all(ones, 4):
            continue
        forms = {reordered(ones, order) for order in orders}
        forms |= {each ^ 0xFFFF for each in forms}
        assert len(forms.intersection(found)) == 1
    assert all(needs_all(ones, 4) for ones in found[::50])


def test_cells_are_functions_that_the_library_makes() -> None:
    areas = function_areas(4, {})
    assert Counter(len(spec.table.inputs) for spec in areas) == {1: 2, 2: 8, 3: 68, 4: 1952}
    for spec in areas:
        assert spec == function_spec(spec.table.ones, len(spec.table.inputs))


def test_an_area_is_that_of_the_trained_class() -> None:
    nor = next(spec for spec in class_specs("npn2") if spec.name == "npn2-1")
    wide = train(nor, Recipe((2, 5), box_radius=0.45, harden=True))
    before, after = function_areas(2, {}), function_areas(2, {"npn2-1": wide})
    usual = default_recipe(nor.table).architecture(2, 1).parameters
    assert wide.architecture.parameters != usual
    assert set(before.values()) == {6, usual}
    for spec, area in after.items():
        of_class = spec.table.ones[0] in (1, 2, 4, 8, 7, 11, 13, 14) and len(spec.table.inputs) == 2
        assert area == (wide.architecture.parameters if of_class else before[spec])


def test_registered_gates(gates: dict[str, TrainedGate]) -> None:
    specs = [gate.spec for gate in gates.values()]
    areas = gate_areas(specs, gates)
    assert areas == {gate.spec: gate.theta.size for gate in gates.values()}
    # Before they are trained, as many hidden units as inputs are expected of each.
    for spec, area in gate_areas(specs, {}).items():
        inputs, outputs = len(spec.table.inputs), len(spec.table.outputs)
        assert area == 2 * inputs + (inputs + 1) * (inputs + outputs)
    sparse = GateSpec("sparse", TruthTable.from_rows({"01": "1"}, inputs="ab", outputs="y"))
    seven = TruthTable.from_integers([1], inputs=[f"i{at}" for at in range(7)], outputs="y")
    assert gate_areas([sparse, GateSpec("nor7", seven), specs[0]], {}) == {specs[0]: 6}


def test_functions_of_five_inputs_are_too_many() -> None:
    with pytest.raises(TableError, match="functions of 5 inputs are not classified"):
        function_areas(5, {})
