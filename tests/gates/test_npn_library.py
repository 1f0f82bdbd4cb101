"""Every function of few inputs from the gates of its classes: exact, and proved for its own weights."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32
from gatewright.certify.checker import CertificateRefused, check
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import prove
from gatewright.errors import NotLearnedError, SpecError, StoreError, TableError, UnknownGateError
from gatewright.gates.datasheet import measure, rows_of
from gatewright.gates.functions import function_table
from gatewright.gates.npn.classes import (
    NpnLibrary,
    class_specs,
    transformed,
    transformed_weights,
)
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.logic.npn import Transform, classify, transforms
from gatewright.logic.truth_table import TruthTable

SOME = ("npn4-0001", "npn4-0116", "npn4-16bc", "npn4-6996")


def of_classes(library: str, names: tuple[str, ...] | None = None) -> NpnLibrary:
    specs = [spec for spec in class_specs(library) if names is None or spec.name in names]
    return NpnLibrary(library, {spec.name: train(spec) for spec in specs})


def applied(transform: Transform, ones: int) -> int:
    """The integer of f from that of g."""
    made = (1 << (1 << len(transform.inputs))) - 1 if transform.output else 0
    for place, row in enumerate(transform.rows.tolist()):
        made ^= (ones >> row & 1) << place
    return made


@pytest.fixture(scope="module")
def npn3() -> NpnLibrary:
    return of_classes("npn3")


@pytest.fixture(scope="module")
def some_of_npn4() -> NpnLibrary:
    return of_classes("npn4", SOME)


def evaluate(gate: TrainedGate, x: list[Fraction]) -> Fraction:
    """The output of a clipped network, in rational numbers."""
    numbers = [Fraction(number) for number in gate.theta.tolist()]
    if gate.architecture.restoring:
        inputs = len(x)
        weights, biases = numbers[:inputs], numbers[inputs : 2 * inputs]
        numbers = numbers[2 * inputs :]
        sums = [w * each + b for w, each, b in zip(weights, x, biases, strict=True)]
        x = [min(Fraction(1), max(Fraction(0), Fraction(1, 2) + z / 4)) for z in sums]
    for before, after in pairwise(gate.architecture.logic.sizes):
        weights, biases = numbers[: before * after], numbers[before * after :][:after]
        numbers = numbers[(before + 1) * after :]
        z = [
            biases[unit] + sum(x[place] * weights[place * after + unit] for place in range(before))
            for unit in range(after)
        ]
        x = [min(Fraction(1), max(Fraction(0), Fraction(1, 2) + each / 4)) for each in z]
    return x[0]


def assert_holds(gate: TrainedGate, table: TruthTable) -> None:
    """The gate is right in every row, and its certificate is valid without the prover."""
    assert np.array_equal(gate.learned(), table.values)
    sheet = gate.datasheet
    assert sheet is not None
    assert sheet.digest == gate.digest
    assert sheet.discipline == DEFAULT
    (checked,) = check(to_bytes(gate))
    assert (checked.gate, checked.rows) == (gate.spec.name, table.rows)


# The classes


def test_the_classes_of_every_library() -> None:
    names = [spec.name for spec in class_specs("npn4")]
    assert len(set(names)) == len(names) == 2 + 4 + 14 + 222
    assert [len(class_specs(name)) for name in ("npn2", "npn3")] == [6, 20]
    assert names[:6] == ["npn1-0", "npn1-1", "npn2-0", "npn2-1", "npn2-3", "npn2-6"]
    assert {"npn3-16", "npn3-69", "npn4-0001", "npn4-6996"} <= set(names)
    for spec in class_specs("npn4"):
        (ones,) = spec.table.ones
        assert classify(ones, len(spec.table.inputs))[0] == ones == int(spec.name[5:], 16)


def test_a_library_that_there_is_not() -> None:
    with pytest.raises(UnknownGateError, match="no library 'npn5'; there are npn2, npn3, npn4"):
        class_specs("npn5")


# All functions


@pytest.mark.exhaustive
@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_function_of_up_to_three_inputs_is_exact_and_certified(
    npn3: NpnLibrary, inputs: int
) -> None:
    for ones in range(1 << (1 << inputs)):
        table = function_table(ones, inputs)
        assert_holds(npn3.gate(table), table)


@examples(10)
@given(st.sampled_from(SOME), st.sampled_from(transforms(4)))
def test_functions_of_four_inputs_are_exact_and_certified(
    some_of_npn4: NpnLibrary, name: str, steps: Transform
) -> None:
    table = function_table(applied(steps, int(name[5:], 16)), 4)
    assert some_of_npn4.source(table)[0].spec.name == name
    gate = some_of_npn4.gate(table)
    assert_holds(gate, table)
    off = np.random.default_rng(0).uniform(-0.45, 0.45, (200, table.rows, 4))
    noisy = (table.patterns + off).reshape(-1, 4)
    assert np.array_equal(gate.raw(noisy)[:, 0], np.tile(table.values[:, 0], 200))


def test_every_figure_of_the_datasheet_is_proved(npn3: NpnLibrary) -> None:
    for ones in (0x16, 0x96, 0xE8, 0x2D, 0x4B, 0xFE):
        table = function_table(ones, 3)
        gate, (of_class, _) = npn3.gate(table), npn3.source(table)
        sheet, given = gate.datasheet, of_class.datasheet
        assert sheet is not None
        assert given is not None
        rows = rows_of(gate.spec)
        proofs = prove(
            gate.architecture,
            np.tile(gate.theta, (2, 1)),
            rows,
            [Discipline(sheet.widest), DEFAULT],
            weight_error=np.array([0.0, sheet.weight_tolerance]),
        )
        single = prove(gate.architecture, gate.theta[None], rows, [DEFAULT], precision=FLOAT32)
        assert [proof.outcome for proof in (*proofs, *single)] == ["proved"] * 3
        assert sheet.precisions == ("float64", "float32")
        assert given.widest - 0.005 <= sheet.widest <= given.widest
        assert given.weight_tolerance / 2 <= sheet.weight_tolerance <= given.weight_tolerance
        assert sheet.largest_weight == abs(gate.theta).max()
        assert 4 <= sheet.weight_bits <= 12


@pytest.mark.parametrize("negated", [(False, True, False), (True, True, True)], ids=str)
def test_a_proof_of_many_boxes_speaks_about_the_new_weights(negated: tuple[bool, ...]) -> None:
    """Near the widest margin the rows' regions are cut up, and not where those of the class are."""
    spec = next(each for each in class_specs("npn3") if each.name == "npn3-16")
    gate = train(spec, dense_recipe(spec.table))
    assert gate.datasheet is not None
    wide = Discipline(gate.datasheet.widest - 0.0005)
    sheet = measure(gate.spec, gate.architecture, gate.theta, wide)
    assert sheet is not None
    steps = Transform((2, 0, 1), negated, False)
    spec = GateSpec("made", function_table(applied(steps, 0x16), 3))
    made = transformed(replace(gate, datasheet=sheet), steps, spec)
    assert made.datasheet is not None
    assert made.datasheet.discipline == wide
    (checked,) = check(to_bytes(made))
    assert checked.boxes > 8
    with pytest.raises(CertificateRefused, match="row "):
        check(to_bytes(replace(made, datasheet=replace(sheet, digest=made.digest))))


def test_the_gate_of_a_class_itself_comes_back_unchanged(npn3: NpnLibrary) -> None:
    for name, gate in npn3.gates.items():
        again = npn3.gate(gate.spec.table, name)
        assert again.theta.tobytes() == (gate.theta + 0.0).tobytes()


def test_where_an_output_does_not_matter_it_is_nought(npn3: NpnLibrary) -> None:
    table = TruthTable.from_rows(
        {"00": "0", "01": "1", "10": "1", "11": "-"}, inputs=("p", "q"), outputs=("r",)
    )
    gate = npn3.gate(table, "either")
    assert gate.spec == GateSpec("either", table)
    assert gate.learned().ravel().tolist() == [0.0, 1.0, 1.0, 0.0]
    assert check(to_bytes(gate))[0].rows == 3


# The change of weights


@pytest.mark.parametrize("steps", transforms(3), ids=str)
def test_the_change_of_weights_is_exact_at_every_point(npn3: NpnLibrary, steps: Transform) -> None:
    """Also between the bits, where the outputs are neither 0 nor 1."""
    gate = npn3.gates["npn3-16"]
    theta = gate.theta.copy()
    theta[gate.architecture.slices()[-1][0].start :] /= 512  # outputs that are seldom 0 or 1
    gate = replace(gate, theta=theta)
    made = replace(gate, theta=transformed_weights(gate.architecture, gate.theta, steps))
    draw = np.random.default_rng(3)
    points = draw.integers(-4096, 12289, (4, 3)).tolist()
    points += draw.integers(
        4080, 4113, (16, 3)
    ).tolist()  # where the restoring layer does not decide
    values = set()
    for point in points:
        x = [Fraction(each, 8192) for each in point]
        joined = [
            1 - x[place] if negated else x[place]
            for place, negated in zip(steps.inputs, steps.negated, strict=True)
        ]
        wanted = evaluate(gate, joined)
        assert evaluate(made, x) == (1 - wanted if steps.output else wanted)
        values.add(wanted)
    assert values - {0, 1}


def test_negating_twice_gives_the_same_bytes(npn3: NpnLibrary) -> None:
    gate = npn3.gates["npn3-06"]
    steps = Transform((0, 1, 2), (True, False, True), True)
    once = transformed_weights(gate.architecture, gate.theta, steps)
    assert once.tobytes() != gate.theta.tobytes()
    twice = transformed_weights(gate.architecture, once, steps)
    assert twice.tobytes() == (gate.theta + 0.0).tobytes()


def test_weights_by_hand() -> None:
    shape = Architecture((2, 1, 1), ("clipped", "clipped"))
    theta: Floats = np.array([3.0, 5.0, -0.5, 2.0, 0.25])
    # Input 0 of the given one is fed by input 1, negated; input 1 by input 0.
    made = transformed_weights(shape, theta, Transform((1, 0), (True, False), True))
    assert made.tolist() == [5.0, -3.0, 2.5, -2.0, -0.25]
    assert theta.tolist() == [3.0, 5.0, -0.5, 2.0, 0.25]


def test_weights_that_cannot_be_negated_exactly_are_refused() -> None:
    shape = Architecture((2, 1), ("clipped",))
    steps = Transform((0, 1), (True, False), False)
    fine = np.array([1.0, 1.0, 2.0**-52])
    assert transformed_weights(shape, fine, steps).tolist() == [-1.0, 1.0, 1 + 2.0**-52]
    with pytest.raises(SpecError, match="weights this fine cannot be negated exactly; take gates"):
        transformed_weights(shape, np.array([1.0, 1.0, 2.0**-60]), steps)


# What is refused


def test_tables_that_are_no_function_of_the_library(npn3: NpnLibrary) -> None:
    with pytest.raises(
        TableError, match="a table of 4 inputs and 1 outputs is not a function of npn3"
    ):
        npn3.gate(function_table(1, 4))
    two = TruthTable.from_integers([1, 2], inputs=("a",), outputs=("y", "z"))
    with pytest.raises(TableError, match=r"1 inputs and 2 outputs .* take one output at a time"):
        npn3.gate(two)


def test_a_class_without_a_gate(some_of_npn4: NpnLibrary) -> None:
    assert len(some_of_npn4.missing) == 242 - 4
    with pytest.raises(
        StoreError, match="npn4 has no gate 'npn4-0003' yet; build the library first"
    ):
        some_of_npn4.gate(function_table(0x0003, 4))


def test_a_name_that_is_none(npn3: NpnLibrary) -> None:
    assert npn3.gate(function_table(0xE8, 3)).spec.name == "lut3-e8"
    with pytest.raises(SpecError, match="'Carry Out' is not a name for a gate"):
        npn3.gate(function_table(0xE8, 3), "Carry Out")


def test_a_gate_that_cannot_be_proved_anew_is_not_handed_out(npn3: NpnLibrary) -> None:
    gate = npn3.gates["npn3-16"]
    steps = Transform((0, 1, 2), (True, False, False), False)
    spec = GateSpec("made", function_table(applied(steps, 0x16), 3))
    assert transformed(gate, steps, spec).datasheet is not None
    broken = replace(gate, theta=gate.theta / 64)  # with the datasheet of what it was
    with pytest.raises(NotLearnedError, match="'made' cannot be proved, made of 'npn3-16'"):
        transformed(broken, steps, spec)
    with pytest.raises(NotLearnedError, match="'made' cannot be proved"):
        transformed(replace(gate, datasheet=None), steps, spec)
    wrong = GateSpec("made", function_table(0x16, 3))
    with pytest.raises(NotLearnedError, match="'made' cannot be proved"):
        transformed(gate, steps, wrong)
