"""Noise on wires and weights: what is drawn, who draws it, and what is counted."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of, trained_cells
from gatewright.circuits.simulate.noise import (
    NOISES,
    NoiseLevel,
    Where,
    noise_sweep,
    noisy,
    varied_cells,
)
from gatewright.circuits.spec import CircuitSpec
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate, decide
from gatewright.gates.training.baseline import baseline_gates
from gatewright.learn.network import Architecture
from gatewright.logic.bits import bits_to_bus
from gatewright.plugins.manager import Plugins

Gates = dict[str, TrainedGate]


@pytest.fixture(scope="module")
def plain(plugins: Plugins) -> Gates:
    """Gates that learned the bare rows, smooth ones: what is off at their inputs shows at their outputs."""
    return baseline_gates(plugins.gates.values())


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def adder(plugins: Plugins, bits: int, **words: str) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": bits, **words}, plugins.gates)


def buffers(plugins: Plugins, count: int) -> Netlist:
    """So many buffers side by side, all of one input."""
    circuit = CircuitBuilder("buffers", plugins.gates)
    a = circuit.input("a")
    circuit.output_bus("y", [circuit.gate("buf", a) for _ in range(count)])
    return circuit.netlist()


def chain(plugins: Plugins, count: int) -> Program:
    circuit = CircuitBuilder("chain", plugins.gates)
    wire = circuit.input("a")
    for _ in range(count):
        wire = circuit.gate("buf", wire)
    circuit.output("y", wire)
    return compile_netlist(circuit.netlist())


def line(gate: TrainedGate, weight: float, bias: float) -> TrainedGate:
    """The gate as weight · x + bias."""
    return replace(
        gate, architecture=Architecture((1, 1), ("identity",)), theta=np.array([weight, bias])
    )


# Noise on wires


@pytest.mark.parametrize("signal", ["raw", "restored"])
def test_no_noise_is_a_plain_evaluation(plugins: Plugins, gates: Gates, signal: str) -> None:
    circuit = adder(plugins, 8, **{"from": "half-adders"})
    program = compile_netlist(circuit.netlist)
    patterns = next(random_patterns(circuit.netlist.inputs, 200, seed=1, chunk=256))
    cells = trained_cells(program, gates, "raw" if signal == "raw" else "restored")
    wanted = evaluate(program, cells, patterns.astype(np.float64))
    driven = np.empty_like(wanted)
    got = noisy(program, cells, patterns, noise=0.0, generator=rng(), driven=driven)
    assert got.dtype == np.float64
    assert np.array_equal(got, wanted)
    assert np.array_equal(driven, wanted)


def test_every_wire_draws_its_own_noise_for_every_pattern(plugins: Plugins) -> None:
    program = chain(plugins, 9)  # ten wires
    patterns = rng(3).integers(0, 2, (20_000, 1), dtype=np.uint8)
    driven = np.empty((10, 20_000))
    carried = noisy(
        program,
        {"buf": lambda columns: columns},
        patterns,
        noise=0.25,
        generator=rng(),
        driven=driven,
    )
    drawn = carried - driven
    assert np.abs(drawn).max() <= 0.25
    assert (drawn.min(1) < -0.249).all()
    assert (drawn.max(1) > 0.249).all()
    # Uniform: the mean 0 and the standard deviation 0.25 / √3, within six of their standard errors.
    assert drawn.mean(1) == pytest.approx(0.0, abs=6 * 0.25 / math.sqrt(3 * 20_000))
    assert drawn.std(1) == pytest.approx(0.25 / math.sqrt(3), rel=0.02)
    # Of its own: no two wires, and no two neighbouring patterns, go together.
    between = np.corrcoef(drawn) - np.eye(10)
    assert np.abs(between).max() < 0.05
    assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.02


def test_gates_see_the_noise_and_inputs_have_it_too(plugins: Plugins) -> None:
    program = chain(plugins, 3)
    patterns = np.array([[0], [1], [1]], dtype=np.uint8)
    driven = np.empty((4, 3))
    carried = noisy(
        program,
        {"buf": lambda columns: 2 * columns},
        patterns,
        noise=0.4,
        generator=rng(),
        driven=driven,
    )
    assert driven[0].tolist() == [0.0, 1.0, 1.0]
    assert (carried[0] != driven[0]).all()
    assert np.array_equal(driven[1:], 2 * carried[:-1])


def test_wires_of_instances_that_run_together_differ(plugins: Plugins, gates: Gates) -> None:
    program = compile_netlist(buffers(plugins, 5))
    assert len(program.steps) == 1
    carried = noisy(
        program,
        trained_cells(program, gates),
        np.ones((4, 1), dtype=np.uint8),
        noise=0.1,
        generator=rng(),
    )
    assert len(set(carried.ravel().tolist())) == 6 * 4


@pytest.mark.parametrize("noise", [-0.1, math.nan, math.inf, -math.inf])
def test_what_is_no_noise_is_refused(plugins: Plugins, gates: Gates, noise: float) -> None:
    circuit = adder(plugins, 1)
    program = compile_netlist(circuit.netlist)
    wanted = f"a noise of {noise:g} cannot be added; give 0 or more, as in 0.4"
    with pytest.raises(UsageError, match=wanted):
        noisy(program, {}, np.zeros((1, 3), dtype=np.uint8), noise=noise, generator=rng())
    with pytest.raises(UsageError, match=wanted):
        varied_cells(program, gates, noise=noise, generator=rng())
    with pytest.raises(UsageError, match=wanted):
        noise_sweep(circuit, gates, (0.1, noise))


# Noise on weights


def varied(netlist: Netlist, gates: Gates, patterns: list[list[int]], noise: float) -> Floats:
    """The value of every net, of one draw of weights."""
    program = compile_netlist(netlist)
    cells = varied_cells(program, gates, noise=noise, generator=rng())
    bits = np.array(patterns, dtype=np.uint8)
    return noisy(program, cells, bits, noise=0.0, generator=rng())


def test_weights_that_are_not_off_are_a_plain_evaluation(plugins: Plugins, plain: Gates) -> None:
    circuit = adder(plugins, 8)
    program = compile_netlist(circuit.netlist)
    patterns = next(random_patterns(circuit.netlist.inputs, 200, seed=1, chunk=256))
    wanted = evaluate(program, trained_cells(program, plain), patterns.astype(np.float64))
    for noise in (0.0, 1e-13):  # the second one by way of weights that were drawn
        cells = varied_cells(program, plain, noise=noise, generator=rng())
        got = noisy(program, cells, patterns, noise=0.0, generator=rng())
        assert np.array_equal(got, wanted) == (noise == 0.0)
        assert got == pytest.approx(wanted, abs=1e-10)


def test_every_weight_and_bias_of_every_instance_is_off_by_a_draw_of_its_own(
    plugins: Plugins, gates: Gates
) -> None:
    lines = {"buf": line(gates["buf"], weight=2.0, bias=-8.0)}
    values = varied(buffers(plugins, 3000), lines, [[0], [1], [1]], noise=0.25)[1:]
    bias = values[:, 0] / -8.0 - 1.0
    weight = (values[:, 1] - values[:, 0]) / 2.0 - 1.0
    for drawn in (bias, weight):
        assert np.abs(drawn).max() <= 0.25 + 1e-12
        assert drawn.min() < -0.249
        assert drawn.max() > 0.249
        assert drawn.mean() == pytest.approx(0.0, abs=6 * 0.25 / math.sqrt(3 * 3000))
        assert drawn.std() == pytest.approx(0.25 / math.sqrt(3), rel=0.05)
        assert len(set(drawn.tolist())) == 3000
    assert abs(np.corrcoef(bias, weight)[0, 1]) < 0.1
    assert np.array_equal(values[:, 1], values[:, 2])  # the same in every pattern


def test_instances_keep_their_own_wires(plugins: Plugins, gates: Gates) -> None:
    """Gates of several inputs and outputs, side by side: nothing is mixed up on the way."""
    circuit = CircuitBuilder("side-by-side", plugins.gates)
    a = circuit.input_bus("a", 6)
    first, second = circuit.instance("full-adder", *a[:3]), circuit.instance("full-adder", *a[3:])
    circuit.output_bus("y", [*first, *second])
    patterns = rng(2).integers(0, 2, (64, 6), dtype=np.uint8).tolist()
    values = varied(circuit.netlist(), gates, patterns, noise=0.01)
    for instance in (0, 1):
        pins = np.array(patterns)[:, 3 * instance : 3 * instance + 3].sum(1)
        outputs = values[6 + 2 * instance : 8 + 2 * instance].round().astype(int)
        names = plugins.gates["full-adder"].table.outputs
        assert outputs[names.index("cout")].tolist() == (pins >= 2).tolist()
        assert outputs[names.index("sum")].tolist() == (pins % 2).tolist()


# Sweeps


def test_within_the_gates_margin_no_wire_strays_and_far_beyond_many_bits_are_wrong(
    plugins: Plugins, gates: Gates, plain: Gates
) -> None:
    circuit = adder(plugins, 32)
    calm, wild = noise_sweep(circuit, gates, (0.45, 1.0), patterns=1000)
    assert calm == NoiseLevel(0.45, 1000, 33_000, 0, "", 0.0)
    assert wild.bits == 33_000
    assert 0.2 < wild.rate < 0.6
    assert wild.worst_distance > 0.9
    # Gates that learned the bare rows go wrong much earlier.
    bare, early = noise_sweep(circuit, plain, (0.0, 0.3), patterns=1000)
    assert bare.wrong_bits == 0
    assert 0.0 < bare.worst_distance < 0.05
    assert early.rate > 0.05


def test_weights_that_are_far_off_make_wrong_bits(plugins: Plugins, plain: Gates) -> None:
    circuit = adder(plugins, 32)
    right, near, far = noise_sweep(
        circuit, plain, (0.0, 0.001, 0.5), where="weights", patterns=1000
    )
    assert right == noise_sweep(circuit, plain, (0.0,), patterns=1000)[0]
    assert near.wrong_bits == 0
    assert near.worst_distance > right.worst_distance
    assert far.rate > 0.1


def test_a_sweep_counts_what_is_there(plugins: Plugins, plain: Gates) -> None:
    circuit = adder(plugins, 6)
    (level,) = noise_sweep(circuit, plain, (0.6,), patterns=200, seed=5)
    # The same by hand, against integers.
    program = compile_netlist(circuit.netlist)
    patterns = next(random_patterns(circuit.netlist.inputs, 200, seed=5, chunk=256))
    driven = np.empty((len(program.nets), 200))
    carried = noisy(
        program,
        trained_cells(program, plain),
        patterns,
        noise=0.6,
        generator=rng(5).spawn(3)[2],
        driven=driven,
    )
    a, b = bits_to_bus(patterns[:, :6]), bits_to_bus(patterns[:, 6:12])
    total = a + b + patterns[:, 12]
    bits = decide(outputs_of(program, carried)).astype(np.int64)
    wrong = sum(
        bin(int(got) ^ int(wanted)).count("1")
        for got, wanted in zip(bits_to_bus(bits.astype(np.uint8)), total, strict=True)
    )
    assert wrong > 10
    away = np.abs(driven - evaluate(program, exact_cells(program), patterns))
    assert level == NoiseLevel(
        0.6, 200, 1400, wrong, program.nets[int(away.max(1).argmax())], float(away.max())
    )
    assert level.rate == wrong / 1400


def test_same_seed_same_figures(plugins: Plugins, plain: Gates) -> None:
    circuit = adder(plugins, 8)
    kinds: tuple[Where, ...] = ("wires", "weights")
    for where in kinds:
        levels = noise_sweep(circuit, plain, (0.3, 0.7), where=where, patterns=600)
        assert levels == noise_sweep(circuit, plain, (0.3, 0.7), where=where, patterns=600)
        assert levels[1:] == noise_sweep(circuit, plain, (0.7,), where=where, patterns=600)
        other = noise_sweep(circuit, plain, (0.3, 0.7), where=where, patterns=600, seed=1)
        assert levels[0] != other[0]
        assert levels[1] != other[1]


def test_patterns_come_a_few_hundred_at_a_time(plugins: Plugins, gates: Gates) -> None:
    seen: list[tuple[int, int]] = []
    noise_sweep(
        adder(plugins, 2),
        gates,
        (0.1,),
        patterns=600,
        watch=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(256, 600), (512, 600), (600, 600)]


def constant(plugins: Plugins, inside: bool | str) -> Circuit:
    """One buffer that is defined for ones, always or never."""

    def build(circuit: CircuitBuilder) -> None:
        circuit.output("y", circuit.gate("buf", circuit.input("a")))

    def reference(buses: Buses) -> Buses:
        return {"y": buses["a"]}

    def domain(buses: Buses) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return buses["a"] == 1 if inside == "ones" else np.full(len(buses["a"]), bool(inside))

    return CircuitSpec("one", "one", (), build, reference, domain).elaborate({}, plugins.gates)


def test_weights_are_drawn_again_for_every_chunk(plugins: Plugins, gates: Gates) -> None:
    lines = {"buf": line(gates["buf"], weight=1.0, bias=0.0)}
    one, many = (
        noise_sweep(constant(plugins, True), lines, (0.4,), where="weights", patterns=count)[0]
        for count in (256, 256 * 30)
    )
    # A wire at 1 is off by the draw of the only weight: the same for 256 patterns, the worst of thirty.
    assert 0 < one.worst_distance < 0.36 < many.worst_distance <= 0.4


def test_patterns_outside_the_domain_are_left_out(plugins: Plugins, gates: Gates) -> None:
    (every,) = noise_sweep(constant(plugins, True), gates, (0.1,), patterns=100)
    (some,) = noise_sweep(constant(plugins, "ones"), gates, (0.1,), patterns=100)
    (none,) = noise_sweep(constant(plugins, False), gates, (0.1,), patterns=100)
    (patterns,) = random_patterns(constant(plugins, True).netlist.inputs, 100, seed=0, chunk=128)
    assert (every.patterns, every.bits) == (100, 100)
    assert (some.patterns, some.bits) == (int(patterns.sum()),) * 2
    assert (none.patterns, none.bits, none.wrong_bits, none.worst_wire) == (0, 0, 0, "")
    assert math.isnan(none.rate)


def test_what_is_no_number_is_wrong_everywhere(plugins: Plugins, gates: Gates) -> None:
    broken = {"buf": line(gates["buf"], weight=math.nan, bias=0.0)}
    (level,) = noise_sweep(constant(plugins, True), broken, (0.1,), patterns=100)
    assert (level.wrong_bits, level.worst_wire, level.worst_distance) == (100, "y", math.inf)


def test_wires_that_are_exact_have_no_worst_one(plugins: Plugins, gates: Gates) -> None:
    exact = {"buf": line(gates["buf"], weight=1.0, bias=0.0)}
    (level,) = noise_sweep(constant(plugins, True), exact, (0.0,), patterns=100)
    assert level == NoiseLevel(0.0, 100, 100, 0, "", 0.0)


def test_the_usual_levels() -> None:
    assert NOISES == (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
