"""Exported circuits in ONNX Runtime: decisions are those of exact gates, raw signals those of our engine.

Hardened gates saturate: whatever the order of sums, outputs are exactly 0.0 and 1.0, so nothing is allowed to
differ. Logistic gates end a few roundings apart, which the tolerances state.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.arrays import Bits, Floats
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.clocked.cut import BUFFER, cut
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.errors import UsageError
from gatewright.formats.onnx.writer import write_onnx
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.recipe import default_recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.logic.bits import bits_to_bus
from gatewright.plugins.manager import Plugins

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'gatewright[onnx]'")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="ONNX Runtime is not installed: pip install onnxruntime"
)

Precision = Literal["float32", "float64"]
PRECISIONS: tuple[Precision, ...] = ("float32", "float64")
MOST_BITS = 12


def session(model: bytes, threads: int = 1) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run(ready: Any, netlist: Netlist, signals: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Raw outputs (patterns, output bits) of raw inputs (patterns, input bits)."""
    kinds = {"tensor(float)": "float32", "tensor(double)": "float64"}
    given, first = {}, 0
    for port, bus in zip(ready.get_inputs(), netlist.inputs, strict=True):
        assert (port.name, port.shape) == (bus.name, ["patterns", bus.width])
        some = signals[:, first : first + bus.width]
        given[bus.name] = np.ascontiguousarray(some, dtype=kinds[port.type])
        first += bus.width
    found = ready.run(None, given)
    for each, bus in zip(found, netlist.outputs, strict=True):
        assert each.shape == (len(signals), bus.width)
    return np.hstack(found)


def every_pattern(bits: int) -> Bits:
    return np.array(list(itertools.product((0, 1), repeat=bits)), dtype=np.uint8)


def small(plugins: Plugins, name: str) -> Netlist:
    """The circuit at the largest of its six smallest widths whose patterns are few."""
    spec = plugins.circuit(name)
    if not spec.parameters:
        return spec.elaborate({}, plugins.gates).netlist
    width = spec.parameters[0]
    made = []
    for more in range(min(6, width.maximum - width.minimum + 1)):
        with suppress(UsageError):  # one too narrow for its other parameters
            made.append(spec.elaborate({width.name: width.minimum + more}, plugins.gates).netlist)
    return [each for each in made if len(each.input_nets) <= MOST_BITS][-1]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder_on_every_pattern(
    plugins: Plugins, gates: dict[str, TrainedGate], name: str, precision: Precision
) -> None:
    netlist = small(plugins, name)
    program, patterns = compile_netlist(netlist), every_pattern(len(netlist.input_nets))
    raw = run(session(write_onnx(netlist, gates, precision=precision)), netlist, patterns)
    assert raw.dtype == precision
    assert np.array_equal(raw > 0.5, ExactEngine(program).outputs(patterns))
    ours = NeuralEngine(program, gates, dtype=precision).outputs(patterns)
    assert np.array_equal(raw, ours)
    assert set(np.unique(raw)) <= {0.0, 1.0}


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ["kogge-stone", "ripple-adder"])
def test_an_adder_of_128_bits_adds(
    plugins: Plugins, gates: dict[str, TrainedGate], name: str, precision: Precision
) -> None:
    netlist = plugins.circuit(name).elaborate({"bits": 128}, plugins.gates).netlist
    patterns = np.random.default_rng(5).integers(0, 2, (3000, 257), np.uint8)
    patterns[0] = 1  # the longest carry
    raw = run(session(write_onnx(netlist, gates, precision=precision), 2), netlist, patterns)
    assert set(np.unique(raw)) == {0.0, 1.0}
    a, b, carry = (bits_to_bus(part, wide=True) for part in np.split(patterns, [128, 256], axis=1))
    assert np.array_equal(bits_to_bus(raw.astype(np.uint8), wide=True), a + b + carry)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_noise_within_the_margin_does_not_reach_the_outputs(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    netlist = plugins.circuit("kogge-stone").elaborate({"bits": 8}, plugins.gates).netlist
    draw = np.random.default_rng(1)
    patterns = draw.integers(0, 2, (5000, 17), np.uint8)
    noise = draw.choice([-0.44, 0.44], patterns.shape)
    ready = session(write_onnx(netlist, gates, precision=precision))
    raw = run(ready, netlist, patterns + noise)
    assert np.array_equal(raw, ExactEngine(compile_netlist(netlist)).outputs(patterns))
    assert not np.array_equal(run(ready, netlist, patterns + 1.3 * noise) > 0.5, raw)


@pytest.mark.parametrize(("precision", "near"), [("float32", 5e-7), ("float64", 1e-15)])
@pytest.mark.parametrize("name", ["ripple-adder", "alu", "wallace-multiplier"])
def test_logistic_gates_end_a_few_roundings_from_ours(
    plugins: Plugins,
    soft_gates: dict[str, TrainedGate],
    name: str,
    precision: Precision,
    near: float,
) -> None:
    netlist = small(plugins, name)
    program, patterns = compile_netlist(netlist), every_pattern(len(netlist.input_nets))
    kinds = {step.gate for step in program.steps}
    assert {each for kind in kinds for each in soft_gates[kind].architecture.activations} == {
        "logistic"
    }
    raw = run(session(write_onnx(netlist, soft_gates, precision=precision)), netlist, patterns)
    assert np.array_equal(raw > 0.5, ExactEngine(program).outputs(patterns))
    ours = NeuralEngine(program, soft_gates, dtype=precision).outputs(patterns)
    assert np.abs(raw - ours).max() <= near
    assert not set(np.unique(raw)) <= {0.0, 1.0}


@pytest.mark.exhaustive
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("activation", ["clipped", "logistic", "tanh", "relu", "identity"])
def test_every_activation_away_from_saturation(activation: str, precision: Precision) -> None:
    draw = np.random.default_rng(2)
    spec = GateSpec.from_function(
        "mixed", lambda *_: (0,) * 3, inputs=[f"i{pin}" for pin in range(16)], outputs="xyz"
    )
    shape = Architecture((16, 5, 3), (activation, activation))
    figures = Figures(restart=0, solved=1, proved=0, epochs=1, box_radius=0.0, error=0.0)
    theta = draw.normal(size=shape.parameters)
    gate = TrainedGate(spec, shape, theta, default_recipe(spec.table), 0, figures)
    circuit = CircuitBuilder("two", {"mixed": spec})
    wires = circuit.input_bus("x", 16)
    circuit.output_bus("y", circuit.instance("mixed", *wires))
    circuit.output_bus("z", circuit.instance("mixed", *wires[::-1]))
    netlist = circuit.netlist()
    given: Floats = draw.uniform(-0.4, 1.4, (300, 16))
    raw = run(session(write_onnx(netlist, {"mixed": gate}, precision=precision)), netlist, given)
    wanted = np.hstack([gate.raw(given), gate.raw(given[:, ::-1])])
    near = {"float32": 1e-5, "float64": 1e-13}[precision]
    assert raw == pytest.approx(wanted, rel=near, abs=near)


def spoilt(model: bytes, function: str) -> tuple[bytes, float]:
    """The model with the first weight of a gate negated, and what that weight was."""
    found = onnx.load_from_string(model)
    for each in found.functions:
        for node in each.node:
            if each.name == function and node.output[0] == "weights_1":
                weights = onnx.numpy_helper.to_array(node.attribute[0].t).copy()
                old = float(weights.flat[0])
                weights.flat[0] = -old
                node.attribute[0].t.CopyFrom(onnx.numpy_helper.from_array(weights))
                return found.SerializeToString(), old
    raise AssertionError


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_changed_weight_is_found(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 3}, plugins.gates).netlist
    program, patterns = compile_netlist(netlist), every_pattern(7)
    model, old = spoilt(write_onnx(netlist, gates, precision=precision), "full_adder")
    raw = run(session(model), netlist, patterns)
    assert not np.array_equal(raw > 0.5, ExactEngine(program).outputs(patterns))
    # It is wrong as the network of that weight is.
    gate = gates["full-adder"]
    theta = gate.theta.copy()
    assert theta[0] == 4 * old
    theta[0] = -theta[0]
    broken: Mapping[str, TrainedGate] = {"full-adder": dataclasses.replace(gate, theta=theta)}
    ours = NeuralEngine(program, broken, dtype=precision).outputs(patterns)
    assert raw == pytest.approx(ours, abs=1e-5)


def test_odd_names_outputs_that_are_inputs_and_metadata(gates: dict[str, TrainedGate]) -> None:
    netlist = Netlist(
        "odd names",
        {"not": gates["not"].spec},
        (Bus("22", ("22",)), Bus("1GAT(0)", ("1GAT(0)",)), Bus("a", ("a[0]", "a[1]"), vector=True)),
        (
            Bus("2GAT(1)", ("2GAT(1)",)),
            Bus("22", ("22",)),
            Bus("b", ("a[1]", "2GAT(1)", "a[1]"), vector=True),
        ),
        (Instance("n", "not", ("1GAT(0)",), ("2GAT(1)",)),),
    )
    ready = session(write_onnx(netlist, gates))
    assert [each.name for each in ready.get_outputs()] == ["2GAT(1)", "22", "b"]
    patterns = every_pattern(4)
    wanted = np.column_stack(
        [1 - patterns[:, 1], patterns[:, 0], patterns[:, 3], 1 - patterns[:, 1], patterns[:, 3]]
    )
    for count in (16, 1, 7):  # of patterns, as one pleases
        assert np.array_equal(run(ready, netlist, patterns[:count]), wanted[:count])
    about = ready.get_modelmeta()
    assert about.producer_name == "gatewright"
    assert about.custom_metadata_map["circuit"] == "odd names"
    assert about.custom_metadata_map["weights of not"] == f"SHA-256 {gates['not'].digest}"


def test_one_cycle_of_a_circuit_is_run_again_and_again(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    netlist = plugins.circuit("accumulator").elaborate({"bits": 4}, plugins.gates).netlist
    once = cut(netlist, restored=True)
    ready = session(write_onnx(once, {**gates, BUFFER.name: train(BUFFER)}))
    machine, held = Machine(netlist), np.zeros((1, 4))
    for bits in random_inputs(netlist.inputs, 40, lanes=1, seed=0):
        found = run(ready, once, np.concatenate([bits, held], axis=1))
        assert found[:, :4].tolist() == machine.step(bits).outputs.tolist()
        held = found[:, 4:]
