"""The packed engine gives on every net what looking tables up gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate import exact
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of
from gatewright.circuits.simulate.exact import FEWEST_WORDS, MOST_WORDS, ExactEngine
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns
from gatewright.logic.packed import pack, unpack
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit

COUNTS = (0, 1, 63, 64, 65, 1000)


def _agrees(netlist: Netlist, engine_chunk: int | None = None, threads: int = 1) -> None:
    program = compile_netlist(netlist)
    engine = ExactEngine(program, chunk=engine_chunk, threads=threads)
    for count in COUNTS:
        patterns = np.random.default_rng(count).integers(
            0, 2, (count, program.input_bits), dtype=np.uint8
        )
        wanted = evaluate(program, exact_cells(program), patterns)
        nets = engine.nets(patterns)
        assert nets.dtype == np.uint8
        assert np.array_equal(nets, wanted)
        outputs = outputs_of(program, wanted)
        assert np.array_equal(engine.outputs(patterns), outputs)
        assert np.array_equal(unpack(engine.packed(pack(patterns)), count), outputs)


def test_every_circuit_that_comes_with_us(plugins: Plugins) -> None:
    for name in (each.name for each in plugins.circuits.values() if each.cycle is None):
        _agrees(plugins.circuit(name).elaborate({}, plugins.gates).netlist)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("chunk", "threads"), [(None, 1), (1, 1), (3, 3)])
def test_random_gates_of_one_to_seven_inputs(
    random_circuit: RandomCircuit,
    random_gates: dict[str, GateSpec],
    seed: int,
    chunk: int | None,
    threads: int,
) -> None:
    _agrees(random_circuit(seed, random_gates, inputs=7, instances=60), chunk, threads)


@examples(10)
@given(
    seed=st.integers(0, 2**32),
    instances=st.integers(0, 80),
    count=st.integers(0, 400),
    chunk=st.one_of(st.none(), st.integers(1, 5)),
    threads=st.integers(1, 3),
)
def test_any_circuit_chunk_and_number_of_threads(
    plugins: Plugins,
    random_circuit: RandomCircuit,
    seed: int,
    instances: int,
    count: int,
    chunk: int | None,
    threads: int,
) -> None:
    program = compile_netlist(random_circuit(seed, plugins.gates, inputs=9, instances=instances))
    patterns = np.random.default_rng(seed).integers(0, 2, (count, 9), dtype=np.uint8)
    engine = ExactEngine(program, chunk=chunk, threads=threads)
    wanted = evaluate(program, exact_cells(program), patterns)
    assert np.array_equal(engine.nets(patterns), wanted)
    assert np.array_equal(engine.outputs(patterns), outputs_of(program, wanted))


def test_nothing_is_left_over_from_one_run_to_the_next(plugins: Plugins) -> None:
    adder = plugins.circuit("ripple-adder").elaborate({"bits": 3}, plugins.gates).netlist
    engine = ExactEngine(compile_netlist(adder))
    every = counting_patterns(0, 2**7, 7)
    first = engine.outputs(every)
    assert np.array_equal(engine.outputs(every[::-1]), first[::-1])
    assert engine.outputs(every[5:6]).tolist() == first[5:6].tolist()
    assert np.array_equal(engine.outputs(every), first)


def test_a_wide_gate_that_is_read_on_one_wire(plugins: Plugins) -> None:
    circuit = CircuitBuilder("doubled", plugins.gates)
    a = circuit.input("a")
    circuit.output_bus("y", [circuit.gate("xor", a, a), circuit.gate("xor", a, a), a])
    engine = ExactEngine(compile_netlist(circuit.netlist()))
    assert engine.outputs(np.array([[0], [1]], dtype=np.uint8)).tolist() == [[0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("block", [1, 5, 40])
def test_instances_run_in_blocks(
    random_circuit: RandomCircuit,
    random_gates: dict[str, GateSpec],
    monkeypatch: pytest.MonkeyPatch,
    block: int,
) -> None:
    monkeypatch.setattr(exact, "_BLOCK", block)
    kinds = {name: random_gates[name] for name in ("random-2-1", "random-3-2", "random-7-1")}
    _agrees(random_circuit(4, kinds, inputs=80, instances=150), 3)


def test_chunks_are_shorter_in_larger_circuits(
    plugins: Plugins, random_circuit: RandomCircuit
) -> None:
    small = compile_netlist(random_circuit(0, plugins.gates, inputs=2, instances=3))
    large = compile_netlist(random_circuit(0, plugins.gates, inputs=2, instances=3000))
    assert ExactEngine(small).chunk == MOST_WORDS
    assert FEWEST_WORDS <= ExactEngine(large).chunk < MOST_WORDS
    assert ExactEngine(large, chunk=5).chunk == 5


def test_what_does_not_fit_is_refused(plugins: Plugins) -> None:
    program = compile_netlist(
        plugins.circuit("ripple-adder").elaborate({"bits": 1}, plugins.gates).netlist
    )
    with pytest.raises(UsageError, match=r"patterns of shape \(4, 2\) for .* 3 input bits"):
        ExactEngine(program).outputs(np.zeros((4, 2), dtype=np.uint8))
    with pytest.raises(UsageError, match=r"patterns of shape \(3,\)"):
        ExactEngine(program).nets(np.zeros(3, dtype=np.uint8))
    with pytest.raises(UsageError, match="an engine of 0 threads"):
        ExactEngine(program, threads=0)
    with pytest.raises(UsageError, match="a chunk of 0 words"):
        ExactEngine(program, chunk=0)
