"""One gate's kind changed at random, many times a builder: refuted exactly when the function changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.parameter import Value
from gatewright.circuits.verify.verify import verify
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

CHANGES = 200

# Each at a width where every part of it is there.
SMALL: dict[str, dict[str, Value]] = {
    "ripple-adder": {"bits": 3},
    "carry-lookahead": {"bits": 5},
    "kogge-stone": {"bits": 4},
    "brent-kung": {"bits": 4},
    "carry-select": {"bits": 3},
    "subtractor": {"bits": 3},
    "ripple-adder-subtractor": {"bits": 3},
    "incrementer": {"bits": 5},
    "array-multiplier": {"bits": 3},
    "wallace-multiplier": {"bits": 4},
    "divider": {"bits": 3},
    "square-root": {"bits": 7},
    "truncated-multiplier": {"bits": 4, "columns": 3},
    "truncated-divider": {"bits": 3, "steps": 2},
    "barrel-shifter": {"bits": 5},
    "comparator": {"bits": 3},
    "signed-comparator": {"bits": 3},
    "equality": {"bits": 3},
    "multiplexer": {"ways": 5},
    "demultiplexer": {"ways": 5, "bits": 2},
    "decoder": {"bits": 4},
    "priority-encoder": {"bits": 6},
    "parity-tree": {"bits": 6},
    "popcount": {"bits": 7},
    "gray-encoder": {"bits": 5},
    "gray-decoder": {"bits": 5},
    "hamming-encoder": {},
    "hamming-corrector": {},
    "hex-display": {"digits": 1},
    "alu": {"bits": 2},
}


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Tables = Callable[[Netlist], tuple[int, ...]]


def test_no_builder_is_left_out(plugins: Plugins) -> None:
    assert list(SMALL) == [each.name for each in plugins.circuits.values() if each.cycle is None]


def changed(netlist: Netlist, gates: dict[str, GateSpec], draw: random.Random) -> Netlist:
    """One instance made another kind: a gate of as many pins, or any other truth table at all."""
    at = draw.randrange(len(netlist.instances))
    each = netlist.instances[at]
    table = netlist.gates[each.gate].table
    alike = [
        name
        for name, spec in gates.items()
        if name != each.gate
        and len(spec.table.inputs) == len(table.inputs)
        and len(spec.table.outputs) == len(table.outputs)
    ]
    if alike and draw.random() < 0.5:
        other = gates[alike[draw.randrange(len(alike))]]
    else:
        ones = [draw.randrange(2**table.rows) for _ in table.outputs]
        random_table = TruthTable.from_integers(ones, inputs=table.inputs, outputs=table.outputs)
        other = GateSpec("wrong", random_table)
    instances = list(netlist.instances)
    instances[at] = replace(each, gate=other.name)
    kinds = {**netlist.gates, other.name: other}
    return replace(netlist, gates=kinds, instances=tuple(instances))


def promised(circuit: Circuit) -> int:
    """The patterns that count, bit k for the pattern whose bits are k's."""
    patterns = range(2 ** len(circuit.netlist.input_nets))
    if circuit.spec.domain is None:
        return (1 << len(patterns)) - 1
    assert circuit.spec.name == "multiplexer"
    assert circuit.netlist.inputs[0].name == "select"
    return sum(1 << pattern for pattern in patterns if pattern % 8 < 5)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", SMALL)
def test_a_changed_kind_is_refuted_exactly_when_the_function_changed(
    plugins: Plugins, made: Made, tables: Tables, name: str
) -> None:
    circuit = made(name, **SMALL[name])
    right, counts = tables(circuit.netlist), promised(circuit)
    assert verify(circuit, None).claims[0].outcome == "proved"
    draw = random.Random(name)  # noqa: S311 - faults, not secrets
    refuted = 0
    for _ in range(CHANGES):
        netlist = changed(circuit.netlist, dict(plugins.gates), draw)
        wrong = tables(netlist)
        differs = 0
        for good, bad in zip(right, wrong, strict=True):
            differs |= (good ^ bad) & counts
        claim = verify(replace(circuit, netlist=netlist), None).claims[0]
        assert claim.outcome == ("refuted" if differs else "proved")
        if claim.counterexample is None:
            continue
        refuted += 1
        pattern = place = 0
        for bus in circuit.netlist.inputs:
            pattern |= claim.counterexample.inputs[bus.name] << place
            place += bus.width
        assert differs >> pattern & 1
        outputs = [(bus, bit) for bus in circuit.netlist.outputs for bit in range(bus.width)]
        got: dict[str, int] = {}
        wanted: dict[str, int] = {}
        for (bus, bit), good, bad in zip(outputs, right, wrong, strict=True):
            got[bus.name] = got.get(bus.name, 0) | (bad >> pattern & 1) << bit
            wanted[bus.name] = wanted.get(bus.name, 0) | (good >> pattern & 1) << bit
        shown = {each.bus: (each.wanted, each.got) for each in claim.counterexample.outputs}
        assert shown == {bus: (wanted[bus], got[bus]) for bus in wanted if wanted[bus] != got[bus]}
    assert refuted > CHANGES / 2
