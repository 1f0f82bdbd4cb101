"""Exact cells are truth tables; trained cells are their networks, computed here by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import (
    distances,
    evaluate,
    exact_cells,
    outputs_of,
    trained_cells,
)
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture
from gatewright.logic.bits import counting_patterns, table_rows
from gatewright.plugins.manager import Plugins


def test_exact_cells_are_the_truth_table(plugins: Plugins) -> None:
    for spec in plugins.gates.values():
        circuit = CircuitBuilder("one-gate", plugins.gates)
        inputs = [circuit.input(port) for port in spec.table.inputs]
        for port, wire in zip(
            spec.table.outputs, circuit.instance(spec.name, *inputs), strict=True
        ):
            circuit.output(f"out_{port}", wire)
        program = compile_netlist(circuit.netlist())
        patterns = table_rows(len(inputs))
        values = evaluate(program, exact_cells(program), patterns)
        assert values.dtype == np.uint8
        got = outputs_of(program, values)
        assert got.tolist() == spec.table.evaluate(patterns).tolist(), spec.name


def _xor_of_not(plugins: Plugins) -> Netlist:
    circuit = CircuitBuilder("xor-of-not", plugins.gates)
    a, b = circuit.input("a"), circuit.input("b")
    turned = circuit.gate("not", a, name="turn")
    first = circuit.gate("xor", turned, b, name="first")
    circuit.output("y", circuit.gate("xor", turned, first, name="second"))
    return circuit.netlist()


def _handmade(gates: dict[str, TrainedGate]) -> dict[str, TrainedGate]:
    """Networks of odd shapes, so that a transposed weight or a swapped pin cannot hide."""
    generator = np.random.default_rng(5)
    line, bend = (
        Architecture((1, 3, 1), ("tanh", "identity")),
        Architecture((2, 3, 1), ("tanh", "logistic")),
    )
    return {
        "not": replace(
            gates["not"], architecture=line, theta=generator.normal(size=line.parameters)
        ),
        "xor": replace(
            gates["xor"], architecture=bend, theta=generator.normal(size=bend.parameters)
        ),
    }


def test_raw_activations_flow_through_the_networks(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    trained = _handmade(gates)

    def inverter(x: float) -> float:
        w = trained["not"].theta  # 3 weights, 3 biases, 3 weights, 1 bias
        hidden = [np.tanh(w[unit] * x + w[3 + unit]) for unit in range(3)]
        return float(sum(w[6 + unit] * hidden[unit] for unit in range(3)) + w[9])

    def exclusive(x: float, y: float) -> float:
        w = trained["xor"].theta  # 2 x 3 weights row by row, 3 biases, 3 weights, 1 bias
        hidden = [np.tanh(w[unit] * x + w[3 + unit] * y + w[6 + unit]) for unit in range(3)]
        return float(1 / (1 + np.exp(-(sum(w[9 + u] * hidden[u] for u in range(3)) + w[12]))))

    program = compile_netlist(_xor_of_not(plugins))
    patterns = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.3, 0.8]])
    values = evaluate(program, trained_cells(program, trained), patterns)
    by_name = dict(zip(program.nets, values, strict=True))
    for place, (a, b) in enumerate(patterns.tolist()):
        turned = inverter(a)
        first = exclusive(turned, b)
        assert by_name["turn.y"][place] == pytest.approx(turned, abs=1e-12)
        assert by_name["first.y"][place] == pytest.approx(first, abs=1e-12)
        assert by_name["y"][place] == pytest.approx(exclusive(turned, first), abs=1e-12)


def test_restored_signals_are_bits_on_every_wire(
    plugins: Plugins, soft_gates: Mapping[str, TrainedGate]
) -> None:
    given: dict[str, int | str] = {"bits": 3, "from": "half-adders"}
    adder = plugins.circuit("ripple-adder").elaborate(given, plugins.gates).netlist
    program = compile_netlist(adder)
    patterns = counting_patterns(0, 2**7, 7)
    floats = patterns.astype(np.float64)
    restored = evaluate(program, trained_cells(program, soft_gates, "restored"), floats)
    raw = evaluate(program, trained_cells(program, soft_gates, "raw"), floats)
    assert restored.dtype == raw.dtype == np.float64
    assert set(np.unique(restored)) == {0.0, 1.0}
    assert len(np.unique(raw)) > 2
    assert np.array_equal(restored, evaluate(program, exact_cells(program), patterns))


def test_restored_signals_round_on_the_way(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    slope = Architecture((1, 1), ("identity",))
    buf = replace(gates["buf"], architecture=slope, theta=np.array([0.2, 0.4]))  # 0 → 0.4, 1 → 0.6
    circuit = CircuitBuilder("chain", plugins.gates)
    first = circuit.gate("buf", circuit.input("a"))
    circuit.output("y", circuit.gate("buf", first))
    program = compile_netlist(circuit.netlist())
    ends = np.array([[0.0], [1.0]])
    raw = evaluate(program, trained_cells(program, {"buf": buf}, "raw"), ends)
    assert raw[-1].tolist() == pytest.approx([0.48, 0.52])
    restored = evaluate(program, trained_cells(program, {"buf": buf}, "restored"), ends)
    assert restored.tolist() == [[0, 1], [0, 1], [0, 1]]


def test_no_patterns_give_no_values(plugins: Plugins) -> None:
    program = compile_netlist(_xor_of_not(plugins))
    nothing = np.zeros((0, 2), dtype=np.uint8)
    assert evaluate(program, exact_cells(program), nothing).shape == (5, 0)


def test_a_network_that_overflows_says_so_by_its_signal(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    huge = Architecture((1, 1, 1), ("identity", "identity"))
    inverter = replace(gates["not"], architecture=huge, theta=np.array([1e308, 1e308, 1e308, 0.0]))
    circuit = CircuitBuilder("inverter", plugins.gates)
    circuit.output("y", circuit.gate("not", circuit.input("a")))
    program = compile_netlist(circuit.netlist())
    values = evaluate(program, trained_cells(program, {"not": inverter}), np.array([[1.0]]))
    assert values[-1].tolist() == [np.inf]


def test_distances() -> None:
    raw: Floats = np.array([[0.1, 0.75], [np.nan, -np.inf]])
    exact = np.array([[0, 1], [1, 0]], dtype=np.uint8)
    assert distances(raw, exact).tolist() == [[pytest.approx(0.1), 0.25], [np.inf, np.inf]]
