"""One pattern through a circuit of trained gates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.simulate.evaluate import Signal
from gatewright.circuits.simulate.run import run
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins


def adder(plugins: Plugins, bits: int) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": bits}, plugins.gates)


@pytest.mark.parametrize("signal", ["raw", "restored"])
@pytest.mark.parametrize(
    ("a", "b", "cin", "total", "carry"),
    [(23, 42, 0, 65, 0), (255, 255, 1, 255, 1), (0, 0, 0, 0, 0), (200, 56, 0, 0, 1)],
)
def test_adds(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    signal: Signal,
    a: int,
    b: int,
    cin: int,
    total: int,
    carry: int,
) -> None:
    result = run(adder(plugins, 8), gates, {"a": a, "b": b, "cin": cin}, signal=signal)
    assert result.outputs == result.wanted == {"sum": total, "cout": carry}
    assert [round(raw) for raw in result.raw["sum"]] == [total >> bit & 1 for bit in range(8)]
    assert [round(raw) for raw in result.raw["cout"]] == [carry]
    assert {*result.raw["sum"], *result.raw["cout"]} <= {0.0, 1.0}


def test_the_order_of_the_values_does_not_matter(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    result = run(adder(plugins, 4), gates, {"cin": 1, "b": 2, "a": 8})
    assert result.outputs == {"sum": 11, "cout": 0}


def test_adds_numbers_wider_than_a_machine_word(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    a, b = 2**99 + 12345, 2**99 + 2**62
    result = run(adder(plugins, 100), gates, {"a": a, "b": b, "cin": 1})
    assert result.outputs == result.wanted == {"sum": 12345 + 2**62 + 1, "cout": 1}


def test_a_wrong_gate_gives_a_wrong_answer_and_the_right_one_beside_it(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    zero = replace(gates["full-adder"], theta=np.full_like(gates["full-adder"].theta, -9.0))
    result = run(adder(plugins, 4), {"full-adder": zero}, {"a": 3, "b": 4, "cin": 0})
    assert result.outputs == {"sum": 0, "cout": 0}
    assert result.wanted == {"sum": 7, "cout": 0}


@pytest.mark.parametrize("bits", [4, 70])
def test_not_a_number_is_no_value(
    plugins: Plugins, gates: dict[str, TrainedGate], bits: int
) -> None:
    nothing = replace(gates["full-adder"], theta=np.full_like(gates["full-adder"].theta, np.nan))
    most = 2**bits - 1
    result = run(adder(plugins, bits), {"full-adder": nothing}, {"a": most, "b": 0, "cin": 0})
    assert result.outputs == {"sum": None, "cout": None}
    assert result.wanted == {"sum": most, "cout": 0}


def test_a_value_must_fit_its_bus(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    with pytest.raises(ValueError, match="does not fit 4 bits"):
        run(adder(plugins, 4), gates, {"a": 16, "b": 0, "cin": 0})


def test_outside_its_domain_a_circuit_is_not_run(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    whole = adder(plugins, 4)
    digits = replace(
        whole,
        spec=replace(
            whole.spec, domain=lambda buses, **_: buses["a"] < 10, summary="decimal digits"
        ),
    )
    assert run(digits, gates, {"a": 9, "b": 9, "cin": 0}).outputs == {"sum": 2, "cout": 1}
    with pytest.raises(
        UsageError,
        match=r"^circuit 'ripple-adder' is not defined for a=10 b=9 cin=0; decimal digits$",
    ):
        run(digits, gates, {"a": 10, "b": 9, "cin": 0})
