"""Random circuits of built-in gates: every way of evaluating one agrees with every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import BUILT_IN, examples, netlists

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, outputs_of, trained_cells
from gatewright.formats.blif.writer import write_blif
from gatewright.gates.trained import TrainedGate, decide
from gatewright.logic.bits import counting_patterns
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import EvaluateBlif, Naive


@examples(30)
@given(netlist=netlists(BUILT_IN))
def test_all_evaluations_agree(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    naive: Naive,
    evaluate_blif: EvaluateBlif,
    netlist: Netlist,
) -> None:
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

    inputs, outputs = (
        [bit for bit, _ in port_bits(side)] for side in (netlist.inputs, netlist.outputs)
    )
    bits = dict(zip(inputs, patterns.T, strict=True))
    written = evaluate_blif(write_blif(netlist), bits)
    assert list(written) == outputs
    assert np.array_equal(np.array(list(written.values())).T, outputs_of(program, exact))


@examples(15)
@given(netlist=netlists(BUILT_IN), place=st.integers(0, 10**6), pin=st.integers(0, 2))
def test_a_wire_to_nowhere_is_found(
    plugins: Plugins,
    netlist: Netlist,
    place: int,
    pin: int,
) -> None:
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
    assert sorted(plugins.gates) == sorted(BUILT_IN)
    assert len(BUILT_IN) == 15
