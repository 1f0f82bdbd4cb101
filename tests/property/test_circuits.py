"""Random circuits of built-in gates: every way of evaluating one agrees with every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of, trained_cells
from gatewright.formats.blif.writer import write_blif
from gatewright.gates.trained import TrainedGate, decide
from gatewright.logic.bits import counting_patterns
from gatewright.plugins.manager import Plugins, load_plugins

if TYPE_CHECKING:
    from tests.conftest import EvaluateBlif, Naive

KINDS = sorted(load_plugins().plugins[0].given("gates"))
PLACES = st.lists(st.integers(0, 10**6), min_size=3, max_size=3)


@st.composite
def drawings(draw: st.DrawFn) -> tuple[int, list[tuple[str, list[int]]], list[int]]:
    """Inputs, gates with the wires they read, and outputs; a wire is a number, taken modulo."""
    return (
        draw(st.integers(1, 5)),
        draw(st.lists(st.tuples(st.sampled_from(KINDS), PLACES), max_size=14)),
        draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=4)),
    )


def build(plugins: Plugins, drawing: tuple[int, list[tuple[str, list[int]]], list[int]]) -> Netlist:
    inputs, placed, outputs = drawing
    circuit = CircuitBuilder("random", plugins.gates)
    wires: list[Wire] = list(circuit.input_bus("a", inputs))
    for kind, places in placed:
        pins = len(plugins.gate(kind).table.inputs)
        wires += circuit.instance(kind, *(wires[place % len(wires)] for place in places[:pins]))
    circuit.output_bus("y", [wires[place % len(wires)] for place in outputs])
    return circuit.netlist()


@settings(deadline=None, max_examples=150)
@given(drawing=drawings())
def test_all_evaluations_agree(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    naive: Naive,
    evaluate_blif: EvaluateBlif,
    drawing: tuple[int, list[tuple[str, list[int]]], list[int]],
) -> None:
    netlist = build(plugins, drawing)
    assert netlist.lint() == ()
    program = compile_netlist(netlist)
    width = len(netlist.input_nets)
    patterns = counting_patterns(0, 2**width, width)

    exact = evaluate(program, exact_cells(program), patterns)
    for place, pattern in enumerate(patterns.tolist()):
        known = naive(netlist, dict(zip(netlist.input_nets, pattern, strict=True)))
        assert [known[net] for net in program.nets] == exact[:, place].tolist()

    for signal in ("raw", "restored"):
        cells = trained_cells(program, gates, signal)
        learned = evaluate(program, cells, patterns.astype(np.float64))
        assert np.array_equal(decide(learned), exact)

    bits = dict(zip(netlist.inputs[0].bits, patterns.T, strict=True))
    written = evaluate_blif(write_blif(netlist), bits)
    assert list(written) == list(netlist.outputs[0].bits)
    assert np.array_equal(np.array(list(written.values())).T, outputs_of(program, exact))


@settings(deadline=None, max_examples=60)
@given(drawing=drawings(), place=st.integers(0, 10**6), pin=st.integers(0, 2))
def test_a_wire_to_nowhere_is_found(
    plugins: Plugins,
    drawing: tuple[int, list[tuple[str, list[int]]], list[int]],
    place: int,
    pin: int,
) -> None:
    netlist = build(plugins, drawing)
    if not netlist.instances:
        return
    instances = list(netlist.instances)
    cut = instances[place % len(instances)]
    inputs = list(cut.inputs)
    inputs[pin % len(inputs)] = "nowhere"
    instances[place % len(instances)] = type(cut)(cut.name, cut.gate, tuple(inputs), cut.outputs)
    broken = Netlist(netlist.name, netlist.gates, netlist.inputs, netlist.outputs, tuple(instances))
    assert broken.lint() == (f"net 'nowhere' is read by instance '{cut.name}' and has no driver",)


def test_the_kinds_are_those_of_the_library(plugins: Plugins) -> None:
    assert sorted(plugins.gates) == KINDS
    assert len(KINDS) == 15
