"""Every built-in circuit at every width up to six bits, on every pattern, in both signal modes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of
from gatewright.circuits.verify.verify import verify
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

Values = dict[str, int]


def _sum(v: Values, n: int) -> Values:
    total = v["a"] + v["b"] + v["cin"]
    return {"sum": total & (2**n - 1), "cout": total >> n}


def _difference(v: Values, n: int) -> Values:
    rest = v["a"] - v["b"] - v["bin"]
    return {"diff": rest & (2**n - 1), "bout": 1 if rest < 0 else 0}


def _either(v: Values, n: int) -> Values:
    if v["sub"]:
        rest = v["a"] - v["b"]
        return {"result": rest & (2**n - 1), "cout": 1 if rest >= 0 else 0}
    return {"result": (v["a"] + v["b"]) & (2**n - 1), "cout": v["a"] + v["b"] >> n}


class Case(NamedTuple):
    name: str
    parameters: dict[str, str]
    expected: Callable[[Values, int], Values]


CASES = {
    "ripple-adder": Case("ripple-adder", {}, _sum),
    "ripple-adder of half adders": Case("ripple-adder", {"from": "half-adders"}, _sum),
    "subtractor": Case("subtractor", {}, _difference),
    "ripple-adder-subtractor": Case("ripple-adder-subtractor", {}, _either),
    "parity-tree": Case("parity-tree", {}, lambda v, _: {"parity": v["a"].bit_count() % 2}),
    "equality": Case("equality", {}, lambda v, _: {"equal": int(v["a"] == v["b"])}),
}


def _numbers(buses: tuple[Bus, ...], bits: tuple[int, ...]) -> Values:
    values, rest = {}, list(bits)
    for bus in buses:
        own = [rest.pop(0) for _ in range(bus.width)]
        values[bus.name] = sum(bit << place for place, bit in enumerate(own))
    return values


@pytest.fixture(params=range(1, 7), ids=lambda bits: f"{bits}-bits")
def bits(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def circuit(plugins: Plugins, case: Case, bits: int) -> Circuit:
    return plugins.circuit(case.name).elaborate({"bits": bits, **case.parameters}, plugins.gates)


def test_trained_gates_equal_the_integers_for_all_patterns(
    circuit: Circuit, gates: dict[str, TrainedGate]
) -> None:
    patterns = 2 ** len(circuit.netlist.input_nets)
    raw, restored = (verify(circuit, gates, signal=mode) for mode in ("raw", "restored"))
    for claim in (*raw.claims, *restored.claims):
        assert (claim.outcome, claim.method, claim.checked) == ("proved", "exhaustive", patterns)
    # Hardened gates give exactly 0 and 1, so raw signals lie on their values without being rounded.
    for verdict in (raw, restored):
        assert verdict.worst is not None
        assert verdict.worst.distance == 0.0


def test_the_netlist_equals_integers_worked_out_here(
    circuit: Circuit, case: Case, bits: int
) -> None:
    netlist = circuit.netlist
    program = compile_netlist(netlist)
    patterns = list(itertools.product((0, 1), repeat=len(netlist.input_nets)))
    values = evaluate(program, exact_cells(program), np.array(patterns, dtype=np.uint8))
    for pattern, row in zip(patterns, outputs_of(program, values).tolist(), strict=True):
        inputs = _numbers(netlist.inputs, pattern)
        assert _numbers(netlist.outputs, row) == case.expected(inputs, bits), inputs


def test_the_adder_of_half_adders_is_made_of_them(plugins: Plugins) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate(
        {"bits": 3, "from": "half-adders"}, plugins.gates
    )
    kinds = [each.gate for each in circuit.netlist.instances]
    assert sorted(kinds) == ["half-adder"] * 6 + ["or"] * 3
