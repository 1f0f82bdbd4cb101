"""The builders of circuits with registers: every state of small ones, random stimulus, and faults in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import CLOCKED, examples

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.lockstep import Ran, lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.reachable import MOST, explored
from gatewright.circuits.clocked.stimulus import Change, planned, random_inputs
from gatewright.circuits.clocked.verify import reference_of, verify_clocked
from gatewright.circuits.program import compile_netlist
from gatewright.errors import UsageError

Words = dict[str, Any]

SMALL: list[tuple[str, Words, int]] = [
    ("counter", {"bits": 3, "direction": "down", "modulo": 6}, 6),
    ("shift-register", {"bits": 5}, 32),
    ("lfsr", {"bits": 6}, 63),
    ("accumulator", {"bits": 4}, 16),
    ("serial-adder", {}, 2),
    # Of r registers of w bits every content can be reached.
    ("register-file", {"address": 1, "bits": 2, "ports": 1}, 16),
    ("register-file", {"address": 2, "bits": 1, "ports": 2}, 16),
    ("fifo", {"depth": 2, "bits": 1}, 0),
    ("fifo", {"depth": 3, "bits": 1}, 0),
    ("fifo", {"depth": 4, "bits": 1}, 0),
    ("serial-multiplier", {"bits": 2}, 0),
    ("pipelined-adder", {"bits": 2, "stages": 1}, 0),
    ("pipelined-adder", {"bits": 1, "stages": 3}, 0),
    ("pipelined-multiplier", {"bits": 2, "stages": 2}, 0),
    ("traffic-light", {}, 4),
    ("traffic-light", {"encoding": "one-hot"}, 4),
]
"""Builders, their parameters, and how many states they should have, where that is plain."""


@pytest.mark.parametrize(("name", "words", "states"), SMALL)
def test_small_ones_are_proved_in_every_state_with_every_input(
    name: str, words: Words, states: int
) -> None:
    claim = gw.circuit(name, **words).check().claims[0]
    assert (claim.outcome, claim.method) == ("proved", "exhaustive")
    assert claim.in_time.endswith(", so in every cycle")
    if states:
        assert f" {states} states, " in f" {claim.in_time}"


def ran(circuit: Circuit, cycles: int, seed: int) -> Ran:
    return lockstep(
        Machine(circuit.netlist),
        random_inputs(circuit.netlist.inputs, cycles, lanes=1, seed=seed),
        reference=reference_of(circuit),
    )


WORDS: dict[str, Callable[[Any], Words]] = {
    "register-file": lambda draw: {
        "address": draw(st.integers(1, 4)),
        "bits": draw(st.integers(1, 9)),
        "ports": draw(st.integers(1, 3)),
    },
    "fifo": lambda draw: {"depth": draw(st.integers(2, 11)), "bits": draw(st.integers(1, 9))},
    "serial-multiplier": lambda draw: {"bits": draw(st.integers(2, 12))},
    "uart-transmitter": lambda draw: {"divider": draw(st.integers(1, 9))},
    "pipelined-adder": lambda draw: {
        "bits": draw(st.integers(1, 12)),
        "stages": draw(st.integers(1, 9)),
    },
    "pipelined-multiplier": lambda draw: {
        "bits": draw(st.integers(2, 5)),
        "stages": draw(st.integers(1, 9)),
    },
}


@examples(20)
@given(st.data(), st.sampled_from(list(WORDS)), st.integers(0, 10**6))
def test_builders_of_any_size_do_what_their_integers_say(
    data: st.DataObject, name: str, seed: int
) -> None:
    words = WORDS[name](data.draw)
    found = ran(gw.circuit(name, **words), 150, seed)
    assert (found.cycles, found.broken) == (150, None)


@examples(20)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 15)), max_size=60))
def test_a_queue_is_a_list(moves: list[tuple[bool, bool, int]]) -> None:
    """Not by the builder's own integers: a list, refused and taken as its page says."""
    queue = gw.circuit("fifo", depth=3, bits=4)
    machine = Machine(queue.netlist)
    held: list[int] = []
    changes = [
        Change(at, bus, int(value))
        for at, move in enumerate(moves)
        for bus, value in zip(("push", "pop", "data"), move, strict=True)
    ]
    for (push, pop, data), bits in zip(
        moves, planned(queue.netlist.inputs, len(moves), changes), strict=True
    ):
        seen = machine.step(bits).outputs[0].tolist()
        value = held[0] if held else 0
        assert seen == [
            *(value >> bit & 1 for bit in range(4)),
            *(len(held) >> bit & 1 for bit in range(2)),
            int(not held),
            int(len(held) == 3),
        ]
        if pop and held:
            del held[0]
        if push and len(held) < 3:
            held.append(data)


@pytest.mark.parametrize("divider", [1, 3])
def test_a_receiver_gets_the_bytes_that_were_sent(divider: int) -> None:
    """The line is sampled in the middle of every bit; frames follow each other without a gap."""
    sent = [0x00, 0xFF, 0x55, 0xA3]
    circuit = gw.circuit("uart-transmitter", divider=divider)
    line, at = [], 0
    neural = Machine(circuit.netlist)
    for _ in range(len(sent) * 10 * divider + 1):
        byte = sent[at] if at < len(sent) else 0
        bits = [int(at < len(sent)), *(byte >> bit & 1 for bit in range(8))]
        tx, ready = neural.step(_row(bits)).outputs[0].tolist()
        line.append(tx)
        at += ready and at < len(sent)
    assert line[0] == 1  # idle
    slots = line[1 + divider // 2 :: divider]
    frames = [slots[start : start + 10] for start in range(0, len(sent) * 10, 10)]
    assert [(frame[0], frame[9]) for frame in frames] == [(0, 1)] * len(sent)
    assert [sum(bit << at for at, bit in enumerate(frame[1:9])) for frame in frames] == sent


def _row(bits: list[int]) -> Any:
    import numpy as np

    return np.array([bits], dtype=np.uint8)


@pytest.mark.parametrize("bits", [2, 5])
def test_a_product_takes_as_many_cycles_as_there_are_bits(bits: int) -> None:
    circuit = gw.circuit("serial-multiplier", bits=bits)
    for a, b in ((2**bits - 1, 2**bits - 1), (1, 2), (0, 3)):
        changes = [
            Change(0, "start", 1),
            Change(0, "a", a),
            Change(0, "b", b),
            Change(1, "start", 0),
        ]
        machine = Machine(circuit.netlist)
        found = lockstep(
            machine,
            planned(circuit.netlist.inputs, 3 * bits, changes),
            reference=reference_of(circuit),
            until={"done": 1},
        )
        assert (found.cycles, found.last["product"]) == (bits + 2, a * b)


@pytest.mark.parametrize("name", ["pipelined-adder", "pipelined-multiplier"])
@pytest.mark.parametrize("stages", [1, 2, 5])
def test_a_pipeline_is_the_plain_circuit_some_cycles_late(name: str, stages: int) -> None:
    circuit = gw.circuit(name, bits=4, stages=stages)
    plain = gw.circuit("ripple-adder" if "adder" in name else "array-multiplier", bits=4)
    given_, seen, machine = [], [], Machine(circuit.netlist)
    for bits in random_inputs(circuit.netlist.inputs, 40, lanes=1, seed=1):
        seen.append(machine.step(bits).outputs[0].tolist())
        buses = {bus.name: 0 for bus in plain.netlist.inputs}
        place = 0
        for bus in circuit.netlist.inputs:
            part = bits[0, place : place + bus.width].tolist()
            buses[bus.name] = sum(bit << at for at, bit in enumerate(part))
            place += bus.width
        answer = plain.run(**buses)
        given_.append(
            [answer[bus.name] >> at & 1 for bus in plain.netlist.outputs for at in range(bus.width)]
        )
    assert seen[stages:] == given_[:-stages]
    assert not any(map(any, seen[:stages]))


def test_a_circuit_without_inputs_is_stepped_without_values() -> None:
    steps = gw.circuit("lfsr", bits=3).train().clocked()
    assert [steps.step()["q"] for _ in range(8)] == [1, 2, 5, 3, 7, 6, 4, 1]
    with pytest.raises(UsageError, match="has no input 'q'; its inputs are none"):
        steps.step(q=1)


def test_stages_are_of_equal_depth() -> None:
    words: Words = {"bits": 8, "stages": 4}
    plain, staged = gw.circuit("ripple-adder", bits=8), gw.circuit("pipelined-adder", **words)
    assert [compile_netlist(cut(each.netlist)).depth for each in (plain, staged)] == [8, 2]


def test_the_light_of_mead_and_conway() -> None:
    """A car waits: the highway goes yellow after the long time, red after the short one; and back."""
    circuit = gw.circuit("traffic-light")
    machine = Machine(circuit.netlist)
    names = [bus.name for bus in circuit.netlist.outputs]
    seen = []
    for car, long, short in (
        (1, 0, 1),
        (1, 1, 1),
        (1, 0, 0),
        (1, 0, 1),
        (1, 0, 1),
        (0, 0, 1),
        (0, 0, 1),
    ):
        row = machine.step(_row([car, long, short])).outputs[0].tolist()
        on = {name for name, bit in zip(names, row, strict=True) if bit}
        seen.append((*sorted(on - {"restart"}), "restart" in on))
        assert len(on - {"restart"}) == 2  # a lamp a road
        assert {"farm_red", "highway_red"} & on
    assert seen == [
        ("farm_red", "highway_green", False),
        ("farm_red", "highway_green", True),
        ("farm_red", "highway_yellow", False),
        ("farm_red", "highway_yellow", True),
        ("farm_green", "highway_red", False),
        ("farm_green", "highway_red", True),
        ("farm_yellow", "highway_red", True),
    ]


# Faults


def altered(circuit: Circuit, **changes: Any) -> Circuit:
    return replace(circuit, netlist=replace(circuit.netlist, **changes))


def faults(circuit: Circuit) -> Iterator[tuple[str, Circuit]]:
    """A register that begins with the other bit, and a gate that is another one."""
    netlist = circuit.netlist
    for at, register in enumerate(netlist.registers):
        registers = list(netlist.registers)
        registers[at] = replace(register, initial=1 - (register.initial or 0))
        yield register.name, altered(circuit, registers=tuple(registers))
    other = {"and": "or", "or": "and", "xor": "xnor", "not": None}
    gates = dict(netlist.gates)
    for at, instance in enumerate(netlist.instances):
        kind = other.get(instance.gate)
        if kind is not None:
            gates[kind] = gw.gate(kind)
            instances = list(netlist.instances)
            instances[at] = replace(instance, gate=kind)
            yield instance.name, altered(circuit, instances=tuple(instances), gates=dict(gates))


FAULTY: list[tuple[str, Words, set[str]]] = [
    # What is never read before it is written is not a fault.
    ("fifo", {"depth": 2, "bits": 1}, {"row0[0]", "row1[0]"}),
    ("register-file", {"address": 1, "bits": 1, "ports": 1}, set()),
    ("serial-multiplier", {"bits": 2}, {"factor[0]", "factor[1]"}),
    ("traffic-light", {}, set()),
    ("traffic-light", {"encoding": "one-hot"}, set()),
    ("pipelined-multiplier", {"bits": 2, "stages": 2}, set()),
    ("counter", {"bits": 2, "modulo": 3}, set()),
]


@pytest.mark.parametrize(("name", "words", "harmless"), FAULTY)
def test_every_fault_is_refuted_with_its_cycle(name: str, words: Words, harmless: set[str]) -> None:
    circuit = gw.circuit(name, **words)
    found = 0
    missed = set()
    for where, wrong in faults(circuit):
        (claim,) = verify_clocked(wrong, None).claims
        if claim.outcome == "proved":
            missed.add(where)
            continue
        assert claim.outcome == "refuted"
        assert " in cycle " in claim.reason
        found += 1
    assert found > len(circuit.netlist.registers) / 2
    assert missed == harmless


def test_a_fault_is_found_in_the_first_cycle_that_shows_it() -> None:
    """A counter to 5 that wraps at 4 does so in cycle 4 at the earliest."""
    circuit, wrong = (gw.circuit("counter", bits=3, modulo=modulo) for modulo in (5, 4))
    (claim,) = verify_clocked(replace(circuit, netlist=wrong.netlist), None).claims
    assert claim.reason == "count in cycle 4 should be 4, and was 0"


def test_what_is_too_large_or_open_is_sampled() -> None:
    wide = gw.circuit("counter", bits=16)
    assert wide.check().claims[0].extent == "sampled (1024 random cycles)"
    wide = gw.circuit("accumulator", bits=32)  # more inputs than patterns are tried of
    assert wide.prove().extent == "sampled (1024 random cycles)"
    small = gw.circuit("counter", bits=3)
    open_ = altered(
        small, registers=tuple(replace(each, initial=None) for each in small.netlist.registers)
    )
    reference = reference_of(small)
    assert reference is not None
    assert explored(open_.netlist, reference, "integers") is None
    assert explored(small.netlist, lambda *_: ([], {"count": 0}), "integers") is None
    inputs = gw.circuit("accumulator", bits=MOST.bit_length())
    assert explored(inputs.netlist, reference, "integers") is None


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("fifo", {"depth": 1}, "depth=1 is not 2 to 256; for example depth=4"),
        ("fifo", {"bits": 0}, "bits=0 is not 1 to 64; for example bits=8"),
        ("register-file", {"address": 9}, "address=9 is not 1 to 8; for example address=3"),
        ("register-file", {"ports": 0}, "ports=0 is not 1 to 8; for example ports=2"),
        ("serial-multiplier", {"bits": 1}, "bits=1 is not 2 to 256; for example bits=4"),
        ("uart-transmitter", {"divider": 0}, "divider=0 is not 1 to 65536; for example divider=4"),
        ("pipelined-adder", {"stages": 65}, "stages=65 is not 1 to 64; for example stages=2"),
        ("pipelined-multiplier", {"bits": 65}, "bits=65 is not 2 to 64; for example bits=4"),
        (
            "traffic-light",
            {"encoding": "gray"},
            "encoding=gray is not binary or one-hot; for example encoding=binary",
        ),
    ],
)
def test_what_lies_out_of_bounds_is_refused(name: str, words: Words, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        gw.circuit(name, **words)
    assert str(refused.value) == message


def test_blocks_are_named_and_every_builder_is_looked_at() -> None:
    tops = {each.name.partition("/")[0] for each in gw.circuit("fifo").netlist.instances}
    assert {"head", "tail", "count", "full", "write", "row0", "row3", "read"} <= tops
    stages = {
        each.name.partition("/")[0]
        for each in gw.circuit("pipelined-adder", stages=3).netlist.instances
    }
    assert stages == {"stage1", "stage2", "stage3"}
    assert {name for name, *_ in SMALL} | {"uart-transmitter"} == set(CLOCKED)
