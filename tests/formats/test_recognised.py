"""Models that are gates in disguise: every order of inputs and outputs, and those that are none."""

from __future__ import annotations

from itertools import permutations

import pytest

from gatewright.formats.model.models import Alias, Call, Cell, Cover, Latch, Model
from gatewright.formats.model.recognised import KnownGates
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

MUX = GateSpec.from_function("mux", lambda s, a, b: b if s else a, inputs="sab", outputs="y")


def disguised(inputs: str = "abc", outputs: str = "sk", name: str = "fa") -> Model:
    """A full adder of two half adders."""
    a, b, c = list(inputs)
    model = Model(name, 1, dict.fromkeys("abc", 1), dict.fromkeys(outputs, 1))
    model.cells = [
        Cell(0b1110, ("g", "h"), outputs[1], 2),  # reads what is driven below
        Cell(0b0110, (a, b), "x", 3),
        Cell(0b1000, (a, b), "g", 4),
        Cell(0b0110, ("x", c), outputs[0], 5),
        Cell(0b1000, ("x", c), "h", 6),
    ]
    return model


@pytest.mark.parametrize("inputs", ["".join(each) for each in permutations("abc")])
@pytest.mark.parametrize("turned", [False, True])
def test_a_full_adder_in_any_order(plugins: Plugins, inputs: str, turned: bool) -> None:
    model = disguised(inputs)
    if turned:
        model.outputs = dict(reversed(model.outputs.items()))
    found = KnownGates(plugins.gates).recognised(model)
    table = plugins.gates["full-adder"].table
    assert tuple(each.ones for each in found.cells) == table.ones
    assert found.tables() == table.ones
    # The carry is the output that the model calls so, wherever the gate has it.
    assert list(found.outputs)[table.outputs.index("cout")] == "k"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_inputs_are_put_in_the_gate_s_order(order: tuple[int, ...]) -> None:
    names = [f"i{place}" for place in order]
    model = Model("m", 1, dict.fromkeys(sorted(names), 1), {"o": 1})
    select, low, high = names
    model.cells = [
        Cell(0b0100, (high, select), "x", 2),  # never mind: x is not read
        Cell(0b1000, (select, high), "p", 2),
        Cell(0b0100, (low, select), "q", 3),
        Cell(0b1110, ("p", "q"), "o", 4),
    ]
    found = KnownGates({"mux": MUX}).recognised(model)
    assert list(found.inputs) == names
    assert found.tables() == MUX.table.ones


def test_a_function_called_by_its_name_needs_no_registered_gate() -> None:
    model = disguised(name="lut3-96-e8")
    assert KnownGates({}).recognised(model).tables() == (0x96, 0xE8)
    assert KnownGates({}).recognised(disguised(name="lut3_96_e8")).tables() == (0x96, 0xE8)
    other = disguised(name="lut3-96-e9")
    assert KnownGates({}).recognised(other) is other


def test_a_wire_and_a_constant_are_looked_through() -> None:
    model = Model("m", 1, dict.fromkeys("sab", 1), {"o": 1})
    model.cells = [
        Cell(0b1, (), "one", 2),
        Cell(0b11001010, ("t", "one", "a"), "never", 3),
        Cell(0b11001010, ("t", "b", "a"), "w", 3),
    ]
    model.aliases = [Alias("s", "t", 4), Alias("w", "o", 5)]
    found = KnownGates({"mux": MUX}).recognised(model)
    assert found.tables() == MUX.table.ones


def plain() -> Model:
    return disguised()


def with_a_call() -> Model:
    model = disguised()
    model.calls = [Call("other", "u", {}, 7)]
    return model


def with_a_register() -> Model:
    model = disguised()
    model.registers = [Latch("a", "q", 7)]
    return model


def with_a_cover() -> Model:
    model = disguised()
    model.covers = [Cover([(1, 0)], ("a",), "w", 7, False)]
    return model


def with_a_cycle() -> Model:
    model = disguised()
    model.cells[1] = Cell(0b0110, ("x", "b"), "x", 3)
    return model


def without_outputs() -> Model:
    return Model("m", 1, dict.fromkeys("abc", 1))


def without_inputs() -> Model:
    return Model("m", 1, {}, {"o": 1}, [Cell(0b1, (), "o", 2)])


def too_large() -> Model:
    model = disguised()
    model.cells += [Cell(0b01, ("a",), f"n{place}", 9) for place in range(300)]
    return model


def another_function() -> Model:
    model = disguised()
    model.cells[0] = Cell(0b1101, ("g", "h"), "k", 2)
    return model


@pytest.mark.parametrize(
    "make",
    [
        *(
            with_a_call,
            with_a_register,
            with_a_cover,
            with_a_cycle,
            without_outputs,
            without_inputs,
        ),
        *(too_large, another_function),
    ],
)
def test_every_other_model_stays_as_it_is(plugins: Plugins, make: type[Model]) -> None:
    model = make()  # type: ignore[call-arg] # a function of none
    assert KnownGates(plugins.gates).recognised(model) is model
    assert KnownGates(plugins.gates).recognised(plain()) is not model


def test_a_gate_wider_than_is_wanted_is_not_known(plugins: Plugins) -> None:
    model = disguised()
    assert KnownGates(plugins.gates, 2).recognised(model) is model
    assert KnownGates(plugins.gates, 3).recognised(model) is not model


def test_a_gate_with_dont_cares_is_not_known() -> None:
    table = TruthTable.from_rows(["0", "1", "1", "-"], inputs="ab", outputs="y")
    model = Model("m", 1, dict.fromkeys("ab", 1), {"o": 1}, [Cell(0b1110, ("a", "b"), "o", 2)])
    assert KnownGates({"loose": GateSpec("loose", table)}).recognised(model) is model
