"""Liberty files: the functions are those of the gates, by a reader that shares no code with the writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.errors import SpecError, UsageError
from gatewright.formats.liberty.writer import cell_name, expression, write_liberty
from gatewright.gates.functions import function_spec
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.builtin.gates import gatewright_gates

PINS = "abcdef"


def value(text: str, pins: Mapping[str, int]) -> int:
    """A Liberty function of some pins; different operators side by side are refused."""
    tokens = iter([*re.findall(r"[A-Za-z_]\w*|[01!&|^()]", text), ""])
    assert re.sub(r"[A-Za-z_]\w*|[01!&|^()]|\s", "", text) == ""

    def factor(word: str) -> int:
        if word == "!":
            return 1 - factor(next(tokens))
        if word == "(":
            inner, end = chain(next(tokens))
            assert end == ")"
            return inner
        return pins[word] if word not in ("0", "1") else int(word)

    def chain(word: str) -> tuple[int, str]:
        found, sign, after = factor(word), "", next(tokens)
        while after in ("&", "|", "^"):
            assert sign in ("", after)
            sign, right = after, factor(next(tokens))
            found = {"&": found & right, "|": found | right, "^": found ^ right}[sign]
            after = next(tokens)
        return found, after

    result, end = chain(next(tokens))
    assert end == ""
    return result


def table(text: str, pins: str | tuple[str, ...]) -> int:
    """The truth table of a function, row by row."""
    ones = 0
    for row in range(1 << len(pins)):
        given = {pin: row >> (len(pins) - 1 - place) & 1 for place, pin in enumerate(pins)}
        ones |= value(text, given) << row
    return ones


def cells(text: str) -> Iterator[tuple[str, int, list[str], dict[str, str]]]:
    """Name, area, inputs and the function of each output of every cell."""
    for name, area, body in re.findall(
        r"^  cell \((\w+)\) \{\n    area : (\d+);\n((?:    pin .*\n)+)  \}\n", text, re.MULTILINE
    ):
        inputs = re.findall(r"pin \((\w+)\) \{ direction : input; \}", body)
        outputs = re.findall(r'pin \((\w+)\) \{ direction : output; function : "(.*)"; \}', body)
        assert len(inputs) + len(outputs) == body.count("\n")
        yield name, int(area), inputs, dict(outputs)


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_function_of_few_inputs(inputs: int) -> None:
    pins = PINS[:inputs]
    for ones in range(1 << (1 << inputs)):
        assert table(expression(ones, pins), pins) == ones


def test_the_class_of_every_function_of_four_inputs_and_functions_of_each() -> None:
    for ones in [*range(0, 1 << 16, 131), *(spec.table.ones[0] for spec in class_specs("npn4"))]:
        assert table(expression(ones, "abcd"), "abcd") == ones


@examples(8)
@given(st.integers(5, 6), st.data())
def test_functions_of_five_and_six_inputs(inputs: int, data: st.DataObject) -> None:
    ones, pins = data.draw(st.integers(0, (1 << (1 << inputs)) - 1)), PINS[:inputs]
    assert table(expression(ones, pins), pins) == ones


@pytest.mark.parametrize(
    ("ones", "pins", "text"),
    [
        (0b01, "a", "!a"),
        (0b10, "a", "a"),
        (0b00, "a", "0"),
        (0b11, "a", "1"),
        (0b0111, "ab", "!(a & b)"),
        (0b0001, "ab", "!(a | b)"),
        (0b0010, "ab", "!a & b"),
        (0b1001, "ab", "a ^ !b"),
        (0x80, "abc", "a & b & c"),
        (0x96, "abc", "a ^ b ^ c"),
        # Pins that are called like operators.
        (0b0111, ("and", "not"), "!(and & not)"),
        (0b1000, ("or", "xor"), "or & xor"),
    ],
)
def test_what_is_written(ones: int, pins: str | tuple[str, ...], text: str) -> None:
    assert expression(ones, pins) == text
    assert table(text, tuple(pins)) == ones


def gate_name(cell: str) -> str:
    """The name of a cell's gate; no gate has ``_`` in its own."""
    return cell.replace("_", "-")


def test_the_trained_gates(gates: dict[str, TrainedGate]) -> None:
    areas = {gate.spec: gate.architecture.parameters for gate in gates.values()}
    text = write_liberty("gates", areas, comment="what there is")
    assert text.startswith(
        "/* what there is */\nlibrary (gates) {\n  delay_model : table_lookup;\n"
    )
    assert text.endswith("\n  }\n}\n")
    found = list(cells(text))
    assert [gate_name(name) for name, *_ in found] == list(gates)
    for name, area, inputs, outputs in found:
        gate = gates[gate_name(name)]
        assert area == gate.theta.size
        assert tuple(inputs) == gate.spec.table.inputs
        assert tuple(outputs) == gate.spec.table.outputs
        for pin, ones in zip(gate.spec.table.outputs, gate.spec.table.ones, strict=True):
            assert table(outputs[pin], tuple(inputs)) == ones
    assert write_liberty("gates", dict(areas), comment="what there is") == text


def test_constants_have_the_pin_of_their_gate() -> None:
    text = write_liberty("ties", {function_spec((ones,), 1): 15 for ones in (0b00, 0b11)})
    assert list(cells(text)) == [
        ("lut1_0", 15, ["a"], {"y": "0"}),
        ("lut1_3", 15, ["a"], {"y": "1"}),
    ]


def test_rows_that_do_not_matter_are_zero() -> None:
    sparse = TruthTable.from_rows({"01": "1", "10": "0"}, inputs="ab", outputs="y")
    text = write_liberty("one", {GateSpec("sparse", sparse): 1})
    assert 'function : "!a & b"' in text


def test_names_of_cells_can_be_turned_back() -> None:
    names = [spec.name for spec in (*class_specs("npn4"), *gatewright_gates())]
    assert cell_name("npn4-0016") == "npn4_0016"
    assert all(re.fullmatch(r"[a-z]\w*", cell_name(name)) for name in names)
    assert [gate_name(cell_name(name)) for name in names] == names


def test_a_comment_cannot_end_itself() -> None:
    text = write_liberty("x", {function_spec((0b01,), 1): 1}, comment="a */ library (y) {")
    assert text.startswith("/* a * / library (y) { */\n")


def test_what_is_no_library_is_refused() -> None:
    inverter = function_spec((0b01,), 1)
    with pytest.raises(UsageError, match="the library 'none' has no gates; give it at least one"):
        write_liberty("none", {})
    with pytest.raises(SpecError, match="'My Library' is not a name for a library"):
        write_liberty("My Library", {inverter: 1})
    twice = {inverter: 1, GateSpec("lut1-1", inverter.table, "another summary"): 1}
    with pytest.raises(UsageError, match="the library 'x' has two gates 'lut1-1'; give each its"):
        write_liberty("x", twice)
    wide = TruthTable.from_integers([1], inputs=[f"i{at}" for at in range(7)], outputs="y")
    with pytest.raises(UsageError, match="gate 'nor7' has 7 inputs, a cell has at most 6; leave"):
        write_liberty("x", {GateSpec("nor7", wide): 1})
