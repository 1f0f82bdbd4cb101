"""The neural engine computes what the networks of the gates compute, in NumPy and in Numba alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples, few

from gatewright.arrays import Floats
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate import kernel as fused
from gatewright.circuits.simulate import neural, operations
from gatewright.circuits.simulate.evaluate import evaluate, outputs_of, trained_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.layers import Reals, layers
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.simulate.noise import noisy, varied_cells, varied_weights
from gatewright.circuits.simulate.restoring import folded, plan
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify import verify as module
from gatewright.circuits.verify.verify import verify
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate, decide
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit

COUNTS = (0, 1, 63, 64, 65, 1000)
WAYS = [
    pytest.param(False, id="numpy"),
    pytest.param(
        True,
        id="numba",
        marks=pytest.mark.skipif(
            not fused.available(), reason="Numba is not installed: pip install 'gatewright[fast]'"
        ),
    ),
]
DTYPES = [np.float32, np.float64]


def _patterns(program: Program, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.random.default_rng(count).integers(0, 2, (count, program.input_bits), dtype=np.uint8)


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_proved_gates_give_bits_on_every_wire_of_every_circuit(
    plugins: Plugins, gates: dict[str, TrainedGate], dtype: type, fast: bool
) -> None:
    for name in (each.name for each in plugins.circuits.values() if each.cycle is None):
        program = compile_netlist(plugins.circuit(name).elaborate({}, plugins.gates).netlist)
        engine = NeuralEngine(program, gates, dtype=dtype, fast=fast)
        for count in COUNTS:
            patterns = _patterns(program, count)
            wanted = ExactEngine(program).nets(patterns)
            raw = engine.nets(patterns)
            assert raw.dtype == dtype
            assert np.array_equal(raw, wanted)
            assert np.array_equal(engine.outputs(patterns), wanted[program.outputs].T)


@pytest.mark.parametrize("every", few([True, False], 1), ids=["every", "some"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_logistic_gates_of_every_circuit(
    plugins: Plugins, soft_gates: Mapping[str, TrainedGate], dtype: type, every: bool
) -> None:
    alone = [each.name for each in plugins.circuits.values() if each.cycle is None]
    for name in alone if every else ("equality", "parity-tree", "multiplexer"):
        program = compile_netlist(plugins.circuit(name).elaborate({}, plugins.gates).netlist)
        patterns = _patterns(program, 65)
        wanted = evaluate(program, trained_cells(program, soft_gates), patterns.astype(np.float64))
        raw = NeuralEngine(program, soft_gates, dtype=dtype).nets(patterns)
        assert np.allclose(raw, wanted, rtol=0, atol=1e-5 if dtype is np.float32 else 1e-13)
        assert np.array_equal(decide(raw), decide(wanted))


def _odd(
    specs: Mapping[str, GateSpec], like: TrainedGate, activations: tuple[str, str]
) -> dict[str, TrainedGate]:
    """Networks of odd shapes and any weights, so that nothing saturates and nothing can hide."""
    draw = np.random.default_rng(8)
    made = {}
    for place, (name, spec) in enumerate(specs.items()):
        table = spec.table
        shape = Architecture((len(table.inputs), place % 5 + 1, len(table.outputs)), activations)
        made[name] = replace(
            like, spec=spec, architecture=shape, theta=draw.normal(size=shape.parameters)
        )
    return made


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(3))
def test_unclean_signals_through_networks_of_one_to_seven_inputs(
    random_circuit: RandomCircuit,
    random_gates: dict[str, GateSpec],
    gates: dict[str, TrainedGate],
    seed: int,
    dtype: type,
    fast: bool,
) -> None:
    odd = _odd(random_gates, gates["and"], ("clipped", "clipped"))
    program = compile_netlist(random_circuit(seed, random_gates, inputs=7, instances=60))
    x = np.random.default_rng(seed).normal(0.5, 0.6, (130, 7))
    wanted = evaluate(program, trained_cells(program, odd), x)
    raw = NeuralEngine(program, odd, dtype=dtype, fast=fast).nets(x)
    assert len(np.unique(wanted[7:])) > 500
    assert np.allclose(raw, wanted, rtol=0, atol=1e-4 if dtype is np.float32 else 1e-12)


@pytest.mark.parametrize("fast", WAYS)
@examples(10)
@given(
    seed=st.integers(0, 2**32),
    instances=st.integers(0, 60),
    count=st.integers(0, 300),
    chunk=st.integers(1, 120),
    threads=st.integers(1, 3),
    dtype=st.sampled_from(DTYPES),
)
def test_the_same_bits_whatever_the_chunk_and_the_threads(
    random_circuit: RandomCircuit,
    random_gates: dict[str, GateSpec],
    gates: dict[str, TrainedGate],
    seed: int,
    instances: int,
    count: int,
    chunk: int,
    threads: int,
    dtype: type,
    fast: bool,
) -> None:
    odd = _odd(random_gates, gates["and"], ("clipped", "clipped"))
    program = compile_netlist(random_circuit(seed, random_gates, inputs=6, instances=instances))
    x = np.random.default_rng(seed).normal(0.5, 0.6, (count, 6))
    whole = NeuralEngine(program, odd, dtype=dtype, fast=False, threads=1).nets(x)
    engine = NeuralEngine(program, odd, dtype=dtype, fast=fast, threads=threads, chunk=chunk)
    assert np.array_equal(engine.nets(x), whole)  # bit for bit, NumPy or Numba
    assert np.array_equal(engine.outputs(x), outputs_of(program, whole))


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_instance_has_its_own_weights(
    plugins: Plugins, gates: dict[str, TrainedGate], dtype: type, fast: bool
) -> None:
    circuit = CircuitBuilder("two-levels", plugins.gates)
    a = circuit.input_bus("a", 6)
    first = [circuit.gate("xor", x, y) for x, y in zip(a[::2], a[1::2], strict=True)]
    circuit.output_bus("y", [*first, circuit.gate("xor", first[0], first[1])])
    program = compile_netlist(circuit.netlist())
    weights = varied_weights(program, gates, noise=0.3, generator=np.random.default_rng(1))
    x: Reals = np.random.default_rng(2).normal(0.5, 0.5, (70, 6)).astype(dtype)
    raw = NeuralEngine(program, gates, weights=weights, dtype=dtype, fast=fast).nets(x)
    for step, theta in zip(program.steps, weights, strict=True):
        assert theta.shape == (step.inputs.shape[1], gates["xor"].architecture.parameters)
        for pins, (net,), own in zip(step.inputs.T, step.outputs.T, theta, strict=True):
            alone = _alone(plugins, replace(gates["xor"], theta=own))
            got = NeuralEngine(*alone, dtype=dtype, fast=fast).outputs(raw[pins].T)[:, 0]
            assert np.array_equal(raw[net], got)
    same = NeuralEngine(program, gates, dtype=dtype, fast=fast).nets(x)
    assert not np.array_equal(raw, same)


def _alone(plugins: Plugins, gate: TrainedGate) -> tuple[Program, dict[str, TrainedGate]]:
    circuit = CircuitBuilder("alone", plugins.gates)
    circuit.output("y", circuit.gate(gate.spec.name, *circuit.input_bus("a", 2)))
    return compile_netlist(circuit.netlist()), {gate.spec.name: gate}


@pytest.mark.parametrize("block", [1, 40, 150])
def test_instances_run_in_blocks(
    random_circuit: RandomCircuit,
    random_gates: dict[str, GateSpec],
    gates: dict[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
    block: int,
) -> None:
    kinds = {name: random_gates[name] for name in ("random-2-1", "random-3-2")}
    odd = _odd(kinds, gates["and"], ("clipped", "tanh"))
    program = compile_netlist(random_circuit(4, kinds, inputs=80, instances=150))
    assert max(step.inputs.shape[1] for step in program.steps) >= 6
    weights = varied_weights(program, odd, noise=0.1, generator=np.random.default_rng(0))
    x = np.random.default_rng(4).normal(0.5, 0.6, (30, 80))
    ways: list[dict[str, Any]] = [{}, {"weights": weights}]
    whole = [NeuralEngine(program, odd, **way).nets(x) for way in ways]
    assert not np.array_equal(whole[0], whole[1])
    monkeypatch.setattr(operations, "_BLOCK", block)
    for way, wanted in zip(ways, whole, strict=True):
        assert np.array_equal(NeuralEngine(program, odd, **way).nets(x), wanted)


@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_varied_weights_are_those_of_varied_cells(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    soft_gates: dict[str, TrainedGate],
    kind: str,
) -> None:
    trained = gates if kind == "hard" else soft_gates
    given: dict[str, int | str] = {"bits": 5, "from": "half-adders"}
    adder = plugins.circuit("ripple-adder").elaborate(given, plugins.gates).netlist
    program = compile_netlist(adder)
    patterns = _patterns(program, 100)
    generators = [np.random.default_rng(6) for _ in range(3)]
    cells = varied_cells(program, trained, noise=0.2, generator=generators[0])
    wanted = noisy(program, cells, patterns, noise=0.0, generator=generators[1])
    weights = varied_weights(program, trained, noise=0.2, generator=generators[2])
    raw = NeuralEngine(program, trained, weights=weights, dtype=np.float64).nets(patterns)
    assert np.allclose(raw, wanted, rtol=0, atol=1e-12)


@examples(10)
@given(seed=st.integers(0, 2**32), instances=st.integers(1, 80), count=st.integers(1, 200))
def test_float32_decides_as_float64_does(
    plugins: Plugins,
    random_circuit: RandomCircuit,
    gates: dict[str, TrainedGate],
    seed: int,
    instances: int,
    count: int,
) -> None:
    program = compile_netlist(random_circuit(seed, plugins.gates, inputs=5, instances=instances))
    draw = np.random.default_rng(seed)
    bits = draw.integers(0, 2, (count, 5))
    x = bits + draw.uniform(-0.2, 0.2, bits.shape)  # well inside the noise every gate is proved for
    single = NeuralEngine(program, gates, dtype=np.float32, fast=False).nets(x)
    double = NeuralEngine(program, gates, dtype=np.float64, fast=False).nets(x)
    assert np.array_equal(decide(single), decide(double))
    exact = ExactEngine(program).nets(bits.astype(np.uint8))
    assert np.array_equal(decide(single), exact)


@pytest.mark.parametrize("fast", WAYS)
def test_what_is_no_number_comes_out_as_none(
    plugins: Plugins, gates: dict[str, TrainedGate], fast: bool
) -> None:
    engine = NeuralEngine(*_alone(plugins, gates["xor"]), fast=fast)
    raw = engine.outputs(np.array([[np.nan, 1.0], [1.0, 0.0]]))
    assert np.isnan(raw[0, 0])
    assert raw[1, 0] == 1.0
    wide = Architecture((2, 1), ("clipped",))
    steep = replace(gates["xor"], architecture=wide, theta=np.array([1e300, -1e300, 0.0]))
    overflowing = NeuralEngine(*_alone(plugins, steep), dtype=np.float32, fast=fast)
    assert np.isnan(overflowing.outputs(np.array([[1.0, 1.0]]))[0, 0])  # infinity - infinity
    assert overflowing.outputs(np.array([[1.0, -1.0]])).tolist() == [[1.0]]


def test_a_network_may_overflow(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    line = Architecture((2, 1), ("identity",))
    huge = replace(gates["xor"], architecture=line, theta=np.array([1e308, 1e308, 0.0]))
    engine = NeuralEngine(*_alone(plugins, huge), dtype=np.float64)
    assert engine.outputs(np.array([[1.0, 1.0]])).tolist() == [[np.inf]]


def _adder(plugins: Plugins) -> Netlist:
    return plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist


def test_what_does_not_fit_is_refused(
    plugins: Plugins, gates: dict[str, TrainedGate], soft_gates: dict[str, TrainedGate]
) -> None:
    program = compile_netlist(_adder(plugins))
    with pytest.raises(UsageError, match="signals of float16"):
        NeuralEngine(program, gates, dtype=np.float16)
    with pytest.raises(UsageError, match="a chunk of 0 patterns"):
        NeuralEngine(program, gates, chunk=0)
    with pytest.raises(UsageError, match="an engine of -1 threads"):
        NeuralEngine(program, gates, threads=-1)
    with pytest.raises(UsageError, match="weights that do not fit"):
        NeuralEngine(program, gates, weights=[np.zeros((1, 3))])
    with pytest.raises(UsageError, match=r"patterns of shape \(3, 4\) for .* 5 input bits"):
        NeuralEngine(program, gates).outputs(np.zeros((3, 4)))


def test_the_kernel_is_refused_where_it_cannot_run(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    soft_gates: dict[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = compile_netlist(_adder(plugins))
    monkeypatch.setattr(fused, "available", lambda: True)
    with pytest.raises(UsageError, match="runs clipped units alone"):
        NeuralEngine(program, soft_gates, fast=True)
    monkeypatch.setattr(fused, "available", lambda: False)
    with pytest.raises(UsageError, match="Numba is not installed") as caught:
        NeuralEngine(program, gates, fast=True)
    assert caught.value.hint == "pip install 'gatewright[fast]'"


@pytest.mark.parametrize(
    ("installed", "already", "pays", "clipped", "used"),
    [
        (True, False, True, True, True),
        (True, False, False, True, False),
        (True, True, False, True, True),
        (True, True, True, False, False),
        (False, False, True, True, False),
    ],
)
def test_the_kernel_is_used_where_it_is_there_and_pays(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    soft_gates: dict[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
    installed: bool,
    already: bool,
    pays: bool,
    clipped: bool,
    used: bool,
) -> None:
    class Stand:
        """In the kernel's place: gives 0.25 on every net."""

        def __init__(self, program: Program, *_: object) -> None:
            self.program = program

        def space(self, _patterns: int) -> Stand:
            return self

        def run(self, patterns: Floats) -> Floats:
            return np.full((len(self.program.nets), patterns.shape[1]), 0.25)

    monkeypatch.setattr(fused, "available", lambda: installed)
    monkeypatch.setattr(fused, "loaded", lambda: already)
    monkeypatch.setattr(fused, "FusedProgram", Stand)
    monkeypatch.setattr(neural, "PAYS_FROM", 0 if pays else 1e9)
    engine = NeuralEngine(compile_netlist(_adder(plugins)), gates if clipped else soft_gates)
    raw = engine.outputs(np.ones((4, 5)))
    assert (set(raw.ravel().tolist()) == {0.25}) == used


def test_small_runs_do_not_import_numba() -> None:
    script = """
import sys
import numpy
from gatewright import load_plugins, train
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.program import compile_netlist
plugins = load_plugins()
tree = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates).netlist
print(NeuralEngine(compile_netlist(tree), {"xor": train(plugins.gate("xor"))}).outputs(numpy.array([[1, 0]])))
print("numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["[[1.]]", "False"]), done.stderr


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_signals_between_the_bits_go_through_restoring_layers(
    plugins: Plugins, gates: dict[str, TrainedGate], dtype: type, fast: bool
) -> None:
    """Within a margin to the bit; between the margins as the layers alone give it, to rounding."""
    circuit = CircuitBuilder("one-of-each", plugins.gates)
    a = circuit.input_bus("a", 3)
    last = [circuit.instance(name, *a[: len(plugins.gate(name).table.inputs)]) for name in gates]
    circuit.output_bus("y", [wire for wires in last for wire in wires])
    program = compile_netlist(circuit.netlist())
    draw = np.random.default_rng(3)
    x = draw.choice([0.0, 1.0], (300, 3)) + draw.uniform(-0.45, 0.45, (300, 3))
    x[150:] = draw.normal(0.5, 0.001, (150, 3))  # where restoring units are neither 0 nor 1
    x[299, 0] = np.nan
    x = x.astype(dtype)
    raw = NeuralEngine(program, gates, dtype=dtype, fast=fast).nets(x)
    wanted = evaluate(program, trained_cells(program, gates), x.astype(np.float64))
    assert np.array_equal(raw[3:, :150], wanted[3:, :150])
    assert ((wanted[3:, 150:299] > 0) & (wanted[3:, 150:299] < 1)).sum() > 40
    near = 2e-2 if dtype is np.float32 else 1e-10  # slopes of 10 000 and more
    assert np.allclose(raw, wanted, rtol=0, atol=near, equal_nan=True)
    plain = NeuralEngine(program, gates, dtype=dtype, fast=False, chunk=7).nets(x)
    assert np.array_equal(raw, plain, equal_nan=True)


def test_restoring_layers_are_done_once_a_net(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    program = compile_netlist(_adder(plugins))
    single = np.dtype(np.float32)
    kinds = {
        name: layers(gates[name].architecture, gates[name].theta[None], single)
        for name in program.gates
    }
    made = plan(program, [kinds[step.gate] for step in program.steps])
    assert not any(layer.restoring for work in made.works for layer in work.network)
    assert made.clips  # of the primary inputs
    assert len(program.nets) < made.rows <= 2 * len(program.nets)


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param((1000.0, -500.0), id="no power of two"),
        pytest.param((1024.0, -512.0, 1024.0, -511.0), id="bands of their own"),
        pytest.param((1024.0, -512.0, -1024.0, 512.5), id="bands of their own, one falling"),
        pytest.param((1024.0, -512.0 - 1e-9), id="too fine a bias"),
    ],
)
@pytest.mark.parametrize("fast", WAYS)
def test_a_restoring_layer_that_cannot_be_folded_exactly_is_run(
    plugins: Plugins, gates: dict[str, TrainedGate], weights: tuple[float, ...], fast: bool
) -> None:
    theta = gates["xor"].theta.copy()
    theta[:4] = np.array(weights).reshape(-1, 2).T.repeat(2 if len(weights) == 2 else 1, 1).ravel()
    program, odd = _alone(plugins, replace(gates["xor"], theta=theta))
    network = layers(odd["xor"].architecture, theta[None], np.dtype(np.float64))
    assert folded(network) is None
    x = np.random.default_rng(0).normal(0.5, 0.01, (50, 2))
    raw = NeuralEngine(program, odd, dtype=np.float64, fast=fast).nets(x)
    wanted = evaluate(program, trained_cells(program, odd), x)
    assert np.allclose(raw, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_restoring_layer_of_one_input_that_is_not_folded_is_run(
    plugins: Plugins, gates: dict[str, TrainedGate], dtype: type, fast: bool
) -> None:
    def build(circuit: CircuitBuilder) -> None:
        circuit.output("y", circuit.gate("not", circuit.gate("not", circuit.input("a"))))

    spec = CircuitSpec("twice", "y = a", (), build, None)
    program = compile_netlist(spec.elaborate({}, plugins.gates).netlist)
    theta = gates["not"].theta.copy()
    theta[:2] = 1000.0, -500.0  # no power of two, so the clip of a net would be rounded
    slower = {"not": replace(gates["not"], theta=theta)}
    assert gates["not"].architecture.restoring
    engine = NeuralEngine(program, slower, dtype=dtype, fast=fast)
    assert engine.outputs(np.array([[0], [1], [0]])).tolist() == [[0.0], [1.0], [0.0]]


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bias", [1e40, -1e40])
def test_a_restoring_layer_whose_biases_float32_does_not_hold_is_run(
    plugins: Plugins, gates: dict[str, TrainedGate], bias: float, dtype: type, fast: bool
) -> None:
    theta = gates["and"].theta.copy()
    theta[2:4] = bias  # so that its units are always 1, or always 0
    program, odd = _alone(plugins, replace(gates["and"], theta=theta))
    engine = NeuralEngine(program, odd, dtype=dtype, fast=fast)
    raw = engine.outputs(np.array([[0, 0], [0, 1], [1, 1]]))
    assert raw.ravel().tolist() == [float(bias > 0)] * 3


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_gates_that_invert_an_input_share_the_band_of_those_that_do_not(
    plugins: Plugins, gates: dict[str, TrainedGate], dtype: type, fast: bool
) -> None:
    """Gates made of a library's class by inversions do; their restoring layer is folded all the same."""
    theta = gates["and"].theta.copy()
    plain = folded(layers(gates["and"].architecture, theta[None], np.dtype(dtype)))
    theta[0], theta[2] = -theta[0], -theta[2]  # a & b becomes ~a & b
    found = folded(layers(gates["and"].architecture, theta[None], np.dtype(dtype)))
    assert plain is not None
    assert found is not None
    assert found[0] == plain[0]
    program, odd = _alone(plugins, replace(gates["and"], theta=theta))
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for off in (0.0, 0.45, -0.45):
        raw = NeuralEngine(program, odd, dtype=dtype, fast=fast).outputs(rows + off)
        assert raw.ravel().tolist() == [0.0, 1.0, 0.0, 0.0]


def test_logic_whose_sums_would_be_rounded_keeps_its_restoring_layer(
    gates: dict[str, TrainedGate],
) -> None:
    theta = gates["and"].theta.copy()
    assert folded(layers(gates["and"].architecture, theta[None], np.dtype(np.float32))) is not None
    theta[4] = np.float32(1 / 3)
    network = layers(gates["and"].architecture, theta[None], np.dtype(np.float32))
    assert folded(network) is None


@pytest.mark.skipif(not fused.available(), reason="Numba is not installed")
@pytest.mark.parametrize(("pays_from", "used"), [(0.01, True), (1e9, False)])
def test_a_circuit_is_compared_by_the_kernel_though_its_patterns_come_in_chunks(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
    pays_from: float,
    used: bool,
) -> None:
    """No chunk alone would pay."""
    runs: list[int] = []
    usual = fused.FusedSpace.run

    def counted(self: fused.FusedSpace, patterns: Reals) -> Reals:
        runs.append(patterns.shape[1])
        return usual(self, patterns)

    monkeypatch.setattr(fused, "loaded", lambda: False)
    monkeypatch.setattr(fused.FusedSpace, "run", counted)
    monkeypatch.setattr(neural, "PAYS_FROM", pays_from)
    monkeypatch.setattr(module, "_CHUNK_VALUES", 2**16)
    divider = plugins.circuit("divider").elaborate({"bits": 20}, plugins.gates)
    assert verify(divider, gates, samples=5_000).outcome == "sampled"
    assert sum(runs) == (5_000 if used else 0)
    assert not used or len(runs) > 50


@pytest.mark.parametrize(
    ("circuit", "bits", "patterns", "used"),
    [
        pytest.param("divider", 64, 10_000, True, id="deep and narrow"),
        pytest.param("array-multiplier", 64, 2**16, True, id="wide"),
        pytest.param("ripple-adder", 8, 2**16, False, id="small"),
    ],
)
def test_what_is_large_enough_for_the_kernel(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
    circuit: str,
    bits: int,
    patterns: int,
    used: bool,
) -> None:
    monkeypatch.setattr(fused, "loaded", lambda: False)
    monkeypatch.setattr(fused, "available", lambda: True)
    program = compile_netlist(
        plugins.circuit(circuit).elaborate({"bits": bits}, plugins.gates).netlist
    )
    engine = NeuralEngine(program, gates, dtype=np.float64, patterns=patterns)
    assert engine._uses_kernel() == used


@pytest.mark.skipif(not fused.available(), reason="Numba is not installed")
def test_an_engine_that_is_asked_often_turns_to_the_kernel(
    plugins: Plugins, gates: dict[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fused, "loaded", lambda: False)
    made: list[Program] = []
    usual = fused.FusedProgram

    def counted(program: Program, *rest: Any) -> fused.FusedProgram:
        made.append(program)
        return usual(program, *rest)

    monkeypatch.setattr(fused, "FusedProgram", counted)
    monkeypatch.setattr(neural, "PAYS_FROM", 0.01)
    engine = NeuralEngine(compile_netlist(_adder(plugins)), gates)
    patterns = _patterns(engine.program, 100)
    wanted = engine.outputs(patterns)
    assert not made
    assert all(np.array_equal(engine.outputs(patterns), wanted) for _ in range(1000))
    assert len(made) == 1
