"""Faults put in on purpose are found, and each counterexample is one when it is replayed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.strategies import few

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import Signal, evaluate, exact_cells, trained_cells
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import verify
from gatewright.gates.trained import TrainedGate, decide
from gatewright.gates.training.train import train
from gatewright.logic.bits import bus_to_bits
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Naive

Gates = dict[str, TrainedGate]


@pytest.fixture
def adder(plugins: Plugins) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)


def number(bus: Bus, values: dict[str, int]) -> int:
    return sum(values[net] << place for place, net in enumerate(bus.nets))


def assert_really_differs(
    circuit: Circuit, claim: Claim, gates: Gates | None, signal: Signal = "raw"
) -> None:
    """Replay a counterexample with exact gates, or with these trained ones, and see it differ."""
    found = claim.counterexample
    assert claim.outcome == "refuted"
    assert found is not None
    netlist = circuit.netlist
    program = compile_netlist(netlist)
    pattern = np.concatenate(
        [bus_to_bits([found.inputs[bus.name]], bus.width) for bus in netlist.inputs], axis=1
    )
    exact = evaluate(program, exact_cells(program), pattern)[:, 0]
    if gates is None:
        got = exact
    else:
        cells = trained_cells(program, gates, signal)
        got = decide(evaluate(program, cells, pattern.astype(np.float64)))[:, 0]
    bits = dict(zip(program.nets, got.tolist(), strict=True))
    total = found.inputs["a"] + found.inputs["b"] + found.inputs["cin"]
    wanted = {"sum": total % 4, "cout": total // 4}
    outputs = {bus.name: number(bus, bits) for bus in netlist.outputs}
    different = {name for name in wanted if wanted[name] != outputs[name]}
    assert different
    assert {each.bus: (each.wanted, each.got) for each in found.outputs} == {
        name: (wanted[name], outputs[name]) for name in different
    }
    # The wire is the first whose bit is not that of exact gates; if all are, it is a wrong output.
    astray = [
        net for net, mine, right in zip(program.nets, got, exact, strict=True) if mine != right
    ]
    if astray:
        assert found.wire == astray[0]
    else:
        assert any(found.wire in bus.nets for bus in netlist.outputs if bus.name in different)
    assert bits[found.wire] != found.wire_wanted
    assert (found.wire_got > 0.5) == bits[found.wire]


@pytest.mark.parametrize("signal", ["raw", "restored"])
@pytest.mark.parametrize("output", ["cout", "sum"])
@pytest.mark.parametrize("row", few(range(8), 0, 5))
def test_one_flipped_row_of_a_truth_table(
    plugins: Plugins, adder: Circuit, row: int, output: str, signal: Signal
) -> None:
    right = plugins.gate("full-adder")
    faulty = train(replace(right, table=right.table.flipped(row, output)))
    posing = {"full-adder": replace(faulty, spec=right)}
    exact, trained = verify(adder, posing, signal=signal).claims
    assert exact.outcome == "proved"
    assert_really_differs(adder, trained, posing, signal)


def swapped(netlist: Netlist, one: tuple[str, int], other: tuple[str, int]) -> Netlist:
    """The netlist with the nets that two pins read exchanged; a pin is (reader, place)."""
    reads = {each.name: list(each.inputs) for each in netlist.instances}
    reads |= {bus.name: list(bus.nets) for bus in netlist.outputs}
    (first, i), (second, j) = one, other
    reads[first][i], reads[second][j] = reads[second][j], reads[first][i]
    return replace(
        netlist,
        instances=tuple(
            replace(each, inputs=tuple(reads[each.name])) for each in netlist.instances
        ),
        outputs=tuple(replace(bus, nets=tuple(reads[bus.name])) for bus in netlist.outputs),
    )


@pytest.mark.parametrize("made_of", ["full-adders", "half-adders"])
def test_two_swapped_nets(plugins: Plugins, gates: Gates, naive: Naive, made_of: str) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 2, "from": made_of}, plugins.gates)
    netlist = circuit.netlist
    pins = [(each.name, pin) for each in netlist.instances for pin in range(len(each.inputs))]
    pins += [(bus.name, pin) for bus in netlist.outputs for pin in range(bus.width)]
    outcomes = []
    for one, other in itertools.combinations(pins, 2):
        wrong = replace(circuit, netlist=swapped(netlist, one, other))
        if wrong.netlist.lint():
            outcomes.append("cyclic")
            continue
        changed = False
        for pattern in itertools.product((0, 1), repeat=5):
            values = naive(wrong.netlist, dict(zip(netlist.input_nets, pattern, strict=True)))
            a, b, cin = (number(bus, values) for bus in netlist.inputs)
            total = [number(bus, values) for bus in wrong.netlist.outputs]
            changed |= total != [(a + b + cin) % 4, (a + b + cin) // 4]
        outcomes.append("changed" if changed else "the same")
        exact, trained = verify(wrong, gates).claims
        if changed:
            assert_really_differs(wrong, exact, None)
            assert_really_differs(wrong, trained, gates)
        else:
            assert (exact.outcome, trained.outcome) == ("proved", "proved")
    assert {outcomes.count(kind) > 0 for kind in ("changed", "the same", "cyclic")} == {True}
    assert outcomes.count("changed") >= len(outcomes) // 3


@pytest.mark.parametrize("signal", ["raw", "restored"])
def test_one_negated_weight(adder: Circuit, gates: Gates, signal: Signal) -> None:
    right = gates["full-adder"]
    changed = 0
    for place in range(len(right.theta)):
        theta = right.theta.copy()
        theta[place] *= -1
        faulty = {"full-adder": replace(right, theta=theta)}
        if np.array_equal(decide(faulty["full-adder"].learned()), right.spec.table.values):
            continue
        changed += 1
        exact, trained = verify(adder, faulty, signal=signal).claims
        assert exact.outcome == "proved"
        assert_really_differs(adder, trained, faulty, signal)
    assert changed > len(right.theta) // 2
