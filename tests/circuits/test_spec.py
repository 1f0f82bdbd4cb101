"""Parameters are read strictly, and a circuit knows its own name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec
from gatewright.errors import NetlistError, SpecError, UnknownGateError, UsageError
from gatewright.plugins.manager import Plugins

WIDTH = Parameter("bits", 4, "width", minimum=2, maximum=6)
MADE = Parameter("from", "nand", "of what", choices=("nand", "nor"))


def build(circuit: CircuitBuilder, *, bits: int, from_: str) -> None:
    wires = circuit.input_bus("a", bits)
    circuit.output_bus("y", [circuit.gate(from_, wire, wire) for wire in wires])


def reference(buses: Buses, *, bits: int, from_: str) -> Buses:
    return {"y": 2**bits - 1 - buses["a"]}


INVERT = CircuitSpec("invert", "every bit inverted", (WIDTH, MADE), build, reference)


@pytest.mark.parametrize(("given", "value"), [(2, 2), (6, 6), ("2", 2), ("06", 6)])
def test_reads_numbers_within_bounds(given: int | str, value: int) -> None:
    assert WIDTH.read(given) == value


@pytest.mark.parametrize("given", [1, 7, "1", "7", "-3", "abc", "", "4.0"])
def test_refuses_other_numbers(given: int | str) -> None:
    message = f"bits={given} is not 2 to 6; for example bits=4"
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        WIDTH.read(given)


def test_reads_words_that_are_offered() -> None:
    assert MADE.read("nor") == "nor"
    with pytest.raises(UsageError, match=r"^from=and is not nand or nor; for example from=nand"):
        MADE.read("and")


def test_bounds_are_said_in_words() -> None:
    assert (WIDTH.bounds, MADE.bounds) == ("2 to 6", "nand or nor")


@pytest.mark.parametrize(
    ("name", "keyword"), [("bits", "bits"), ("from", "from_"), ("carry-in", "carry_in")]
)
def test_keyword(name: str, keyword: str) -> None:
    assert Parameter(name, 4).keyword == keyword


def test_a_default_must_be_allowed() -> None:
    with pytest.raises(UsageError, match="'bits' has the default 4, which is not 5 to 6"):
        Parameter("bits", 4, minimum=5, maximum=6)
    with pytest.raises(UsageError, match="'made' has the default 4, which is not a or b"):
        Parameter("made", 4, choices=("a", "b"))
    with pytest.raises(UsageError, match="'bits' has no values: minimum=3 is above maximum=2"):
        Parameter("bits", 3, minimum=3, maximum=2)


@pytest.mark.parametrize("name", ["Bits", "two_words", "", "4"])
def test_names_are_kebab_case(name: str) -> None:
    with pytest.raises(SpecError, match=re.escape(f"{name!r} is not a name for a parameter")):
        Parameter(name, 4)
    with pytest.raises(SpecError, match=re.escape(f"{name!r} is not a name for a circuit")):
        replace(INVERT, name=name)


def test_two_parameters_of_one_name_are_refused() -> None:
    with pytest.raises(
        SpecError, match=r"^circuit 'invert' has two parameters of one name: bits, bits$"
    ):
        replace(INVERT, parameters=(WIDTH, WIDTH))


def test_elaborates_with_defaults_and_with_values(plugins: Plugins) -> None:
    by_default = INVERT.elaborate({}, plugins.gates)
    assert by_default.parameters == {"bits": 4, "from": "nand"}
    assert by_default.words == {"bits": 4, "from_": "nand"}
    assert [each.gate for each in by_default.netlist.instances] == ["nand"] * 4
    chosen = INVERT.elaborate({"from": "nor", "bits": "3"}, plugins.gates)
    assert chosen.parameters == {"bits": 3, "from": "nor"}
    assert [each.gate for each in chosen.netlist.instances] == ["nor"] * 3


def test_a_builder_that_fails_is_named(plugins: Plugins) -> None:
    def broken(circuit: CircuitBuilder, *, bits: int, from_: str) -> None:
        circuit.output("y", circuit.input_bus("a", bits)[bits])

    with pytest.raises(SpecError) as caught:
        replace(INVERT, build=broken).elaborate({}, plugins.gates)
    assert str(caught.value).startswith(
        "circuit 'invert': its build failed: IndexError: tuple index out of range"
    )
    assert isinstance(caught.value.__cause__, IndexError)


def test_a_builder_that_asks_for_an_unknown_gate_is_named(plugins: Plugins) -> None:
    made = replace(MADE, choices=("nnad", "nor"), default="nnad")
    misspelt = replace(INVERT, parameters=(WIDTH, made))
    with pytest.raises(UnknownGateError) as caught:
        misspelt.elaborate({}, plugins.gates)
    assert str(caught.value) == "circuit 'invert': no gate 'nnad'; did you mean 'nand'?"


def test_an_error_of_ours_passes_through_a_builder(plugins: Plugins) -> None:
    def wrong(circuit: CircuitBuilder, *, bits: int, from_: str) -> None:
        circuit.output("y", circuit.gate(from_, circuit.input("a")))

    with pytest.raises(NetlistError, match=r"^gate 'nand' takes 2 inputs"):
        replace(INVERT, build=wrong).elaborate({}, plugins.gates)


def test_the_title_is_what_the_command_line_takes(plugins: Plugins) -> None:
    assert INVERT.elaborate({}, plugins.gates).title == "invert --bits 4"
    chosen = INVERT.elaborate({"from": "nor", "bits": 3}, plugins.gates)
    assert chosen.title == "invert --bits 3 --from nor"


@pytest.mark.parametrize(
    ("spec", "given", "message"),
    [
        (INVERT, "bit", "circuit 'invert' has no parameter 'bit'; did you mean 'bits'?"),
        (INVERT, "x", "circuit 'invert' has no parameter 'x'; it takes 'bits', 'from'"),
        (
            CircuitSpec("plain", "", (), build, reference),
            "x",
            "circuit 'plain' has no parameter 'x'; it takes no parameters",
        ),
    ],
)
def test_an_unknown_parameter_names_the_nearest(
    plugins: Plugins, spec: CircuitSpec, given: str, message: str
) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        spec.elaborate({given: 4}, plugins.gates)


def test_reference_and_domain_are_called_with_the_parameters(plugins: Plugins) -> None:
    a = np.array([0, 5, 7])
    plain = INVERT.elaborate({"bits": 3}, plugins.gates)
    assert plain.reference({"a": a})["y"].tolist() == [7, 2, 0]
    assert plain.domain({"a": a}) is None
    bounded = replace(INVERT, domain=lambda buses, *, bits, **_: buses["a"] < bits)
    assert bounded.elaborate({"bits": 6}, plugins.gates).domain({"a": a}).tolist() == [  # type: ignore[union-attr] # it has one
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("bits", [2.5, True, None, "2.5", float("inf")])
def test_a_number_that_is_not_whole_is_no_parameter(bits: Any) -> None:
    with pytest.raises(UsageError, match=f"bits={bits} is not 1 to 4096"):
        gw.circuit("ripple-adder", bits=bits)


def test_numbers_of_numpy_are_whole() -> None:
    assert gw.circuit("ripple-adder", bits=np.int64(3)).title == "ripple-adder --bits 3"
