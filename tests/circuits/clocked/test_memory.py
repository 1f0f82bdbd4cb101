"""Circuits with memories: built, cut, run cycle by cycle, certified, and refused where they are none."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gatewright as gw
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.clocked.contents import Contents
from gatewright.circuits.clocked.cut import BUFFER, cut, gates_of, rejoin
from gatewright.circuits.clocked.expanded import expanded
from gatewright.circuits.clocked.lockstep import lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.staged import staged
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.memory import Memory, ReadPort, WritePort
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.composition import certify_circuit
from gatewright.errors import NetlistError, UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

WORDS = 5  # fewer than its addresses


@pytest.fixture(scope="module")
def scratch(plugins: Plugins) -> Netlist:
    """A memory with two ports to write and one to read, whose word decides where another one is read."""
    builder = CircuitBuilder("scratch", plugins.gates)
    ram = builder.memory(WORDS, 3, initial=(1, None, 6), name="ram")
    table = builder.memory(8, 2, initial=(0, 3, 1, 2, 3, 0, 2, 1), name="table")
    a, b = builder.input_bus("a", 3), builder.input_bus("b", 3)
    data, masks = builder.input_bus("data", 3), builder.input_bus("masks", 3)
    ram.write(a, data, builder.input("write"))
    ram.write(b, tuple(builder.gate("not", each) for each in data), masks)
    found = ram.read(a)
    looked_up = table.read(tuple(builder.gate("not", each) for each in found))
    builder.output_bus("found", found)
    builder.output_bus("looked_up", looked_up)
    builder.output_bus("before", tuple(builder.register(each) for each in looked_up))
    return builder.netlist()


class Model:
    """The same in Python."""

    def __init__(self) -> None:
        self.ram, self.before = [1, 0, 6, 0, 0], 0

    def step(self, a: int, b: int, data: int, masks: int, write: int) -> dict[str, int]:
        found = self.ram[a] if a < WORDS else 0
        looked_up = (0, 3, 1, 2, 3, 0, 2, 1)[found ^ 7]
        outputs = {"found": found, "looked_up": looked_up, "before": self.before}
        if write and a < WORDS:
            self.ram[a] = data
        if b < WORDS:
            self.ram[b] = self.ram[b] & ~masks | (data ^ 7) & masks
        self.before = looked_up
        return outputs


@pytest.fixture(scope="module")
def trained(scratch: Netlist) -> Mapping[str, TrainedGate]:
    return {spec.name: gw.train(spec) for spec in gates_of(scratch)}


def reference(state: Model | None, buses: Mapping[str, int]) -> tuple[Model, dict[str, int]]:
    model = state or Model()
    return model, model.step(**buses)


@pytest.mark.parametrize("noise", [0.0, 0.45])
def test_memories_are_read_in_the_cycle_and_written_at_its_end(
    noise: float, scratch: Netlist, trained: Mapping[str, TrainedGate]
) -> None:
    machine = Machine(scratch, trained, noise=noise)
    inputs = random_inputs(scratch.inputs, 300, lanes=1, seed=1)
    ran = lockstep(machine, inputs, reference=reference)
    assert (ran.broken, ran.astray, ran.cycles) == (None, None, 300)
    assert (ran.off == 0) is (noise == 0)


@given(seed=st.integers(0, 2**32))
def test_lanes_have_memories_of_their_own(seed: int, scratch: Netlist) -> None:
    lanes, cycles = 5, 12
    many = Machine(scratch, lanes=lanes)
    each = [Machine(scratch) for _ in range(lanes)]
    for bits in random_inputs(scratch.inputs, cycles, lanes=lanes, seed=seed):
        wanted = [one.step(bits[at : at + 1]).outputs[0].tolist() for at, one in enumerate(each)]
        assert many.step(bits).outputs.tolist() == wanted
    words = [one.memory("ram").lane(0) for one in each]
    assert [many.memory("ram").lane(lane) for lane in range(lanes)] == words


def test_gates_run_in_stages_and_every_wire_has_its_place(scratch: Netlist) -> None:
    found = staged(scratch)
    assert [stage.reads for stage in found.stages] == [((0, 0),), ((1, 0),), ()]
    order = {net: number for number, net in enumerate(found.program.nets)}
    ram, table = scratch.memories
    assert max(order[net] for net in ram.reads[0].address) < order["found[0]"]
    assert order["found[2]"] < min(order[net] for net in table.reads[0].address)
    assert sorted(found.program.nets) == sorted(compile_netlist(cut(scratch)).nets)
    for step in found.program.steps:
        assert step.inputs.max() < step.outputs.min()


def test_cutting_makes_inputs_of_what_is_read_and_outputs_of_pins(scratch: Netlist) -> None:
    once = cut(scratch, restored=True)
    assert [bus.name for bus in once.inputs][5:] == [
        "register-1",
        "register-2",
        "ram_read0",
        "table_read0",
    ]
    assert [(bus.name, bus.width) for bus in once.outputs][5:] == [
        ("ram_read0_address", 3),
        ("ram_write0_address", 3),
        ("ram_write0_data", 3),
        ("ram_write0_enable", 3),
        ("ram_write1_address", 3),
        ("ram_write1_data", 3),
        ("ram_write1_enable", 3),
        ("table_read0_address", 3),
    ]
    assert once.outputs[8].nets == ("write",) * 3
    assert (once.lint(), once.memories, once.clocked) == ((), (), False)
    assert sum(each.gate == BUFFER.name for each in once.instances) == len(scratch.registers)


def test_the_certificate_names_memories_as_trusted(
    scratch: Netlist, trained: Mapping[str, TrainedGate]
) -> None:
    (claim,) = certify_circuit(gw.circuit(scratch), trained).claims
    assert claim.proved
    assert claim.in_time == "2 registers behind buffers, so in every cycle"
    assert claim.extent.endswith(
        "; it rests on memory 'ram' of 5 words of 3 bits, which decides its pins at 1/2 and "
        "memory 'table' of 8 words of 2 bits, which decides its pins at 1/2"
    )


def test_words_are_looked_at_and_loaded(
    scratch: Netlist, trained: Mapping[str, TrainedGate]
) -> None:
    clocked = gw.circuit(scratch).train().clocked()
    ram = clocked.memories["ram"]
    assert (list(ram), len(ram), ram[2]) == ([1, 0, 6, 0, 0], WORDS, 6)
    clocked.step(a=1, b=7, data=5, masks=0, write=1)
    assert ram[1] == 5
    clocked.load("ram", [7, 2], 3)
    assert list(ram) == [1, 5, 6, 7, 2]
    assert clocked.step(a=3, b=7, data=0, masks=0, write=0)["found"] == 7
    other = pickle.loads(pickle.dumps(clocked))  # noqa: S301 - what was just made
    clocked.load("ram", [0], 3)
    assert other.step(a=3, b=7, data=0, masks=0, write=0)["found"] == 7
    assert list(other.memories["ram"]) == [1, 5, 6, 7, 2]


@pytest.mark.parametrize(
    ("name", "words", "address", "said"),
    [
        ("rma", [0], 0, "circuit 'scratch' has no memory 'rma'; did you mean 'ram'?"),
        ("ram", [0] * 6, 0, "has no address 5; its addresses are 0 to 4"),
        ("ram", [0], -1, "has no address -1"),
        ("ram", [8], 0, "memory 'ram' of 5 words of 3 bits cannot hold 0x8; give 0 to 0x7"),
    ],
)
def test_what_does_not_fit_is_not_loaded(
    name: str, words: list[int], address: int, said: str, scratch: Netlist
) -> None:
    machine = Machine(scratch)
    with pytest.raises(UsageError) as refused:
        machine.load(name, words, address)
    assert said in str(refused.value)
    assert list(machine.memory("ram")) == [1, 0, 6, 0, 0]


@pytest.mark.parametrize(("initial", "words"), [("0", [2, 0, 0]), ("1", [2, 511, 511])])
def test_what_words_hold_at_first_is_chosen_where_nobody_says_it(
    initial: Any, words: list[int]
) -> None:
    memory = Memory("m", 9, 3, (ReadPort(("a",), tuple("rstuvwxyz")),), (), (2,))
    bus = Bus("y", tuple("rstuvwxyz"), vector=True)
    netlist = Netlist("n", {}, (Bus("a", ("a",)),), (bus,), (), memories=(memory,))
    assert list(Machine(netlist, initial=initial).memory("m")) == words
    drawn = [list(Machine(netlist, initial="random", seed=seed).memory("m")) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(each[0] == 2 and max(each) < 512 for each in drawn)


@given(
    width=st.integers(1, 70),
    first=st.integers(0, 3),
    bits=st.integers(0, 70),
    seed=st.integers(0, 99),
)
def test_any_width_and_any_address_is_as_integers_say(
    width: int, first: int, bits: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    memory = Memory("m", width, 6, (), (), first=first)
    held, wanted = Contents(memory, 3), [[0] * 6 for _ in range(3)]
    for _ in range(10):
        address, data, enables = (
            generator.integers(0, 2, (many, 3), dtype=np.uint8) for many in (bits, width, width)
        )
        address[3:] &= generator.integers(0, 2, dtype=np.uint8)
        at, word, mask = (
            [sum(int(bit) << place for place, bit in enumerate(each)) for each in some.T]
            for some in (address, data, enables)
        )
        for lane in range(3):
            found = sum(int(bit) << n for n, bit in enumerate(held.read(address)[:, lane]))
            there = first <= at[lane] < first + 6
            assert found == (wanted[lane][at[lane] - first] if there else 0)
        held.write(address, data, enables)
        for lane in range(3):
            if first <= at[lane] < first + 6:
                old = wanted[lane][at[lane] - first]
                wanted[lane][at[lane] - first] = old & ~mask[lane] | word[lane] & mask[lane]
    assert [held.lane(lane) for lane in range(3)] == wanted


def _with(memory: Memory) -> Netlist:
    inverter = gw.gate("not")
    return Netlist(
        "bad",
        {"not": inverter},
        (Bus("a", ("a",)),),
        (Bus("y", ("y",)),),
        (Instance("n", "not", ("r",), ("y",)),),
        memories=(memory,),
    )


GOOD = Memory("m", 1, 2, (ReadPort(("a",), ("r",)),), (WritePort(("a",), ("a",), ("a",)),))


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (replace(GOOD, words=0), "memory 'm' has 0 words of 1 bits"),
        (replace(GOOD, words=2**32), "memory 'm' of 4 294 967 296 words of 1 bit has more than"),
        (replace(GOOD, first=-1), "memory 'm' begins at address -1"),
        (replace(GOOD, initial=(0, 1, 0)), "memory 'm' has 2 words, and 3 to begin with"),
        (replace(GOOD, initial=(2,)), "memory 'm' cannot hold 2 at first in word 0: it has 1 bits"),
        (
            replace(GOOD, reads=(ReadPort(("a",), ("r", "s")),)),
            "memory 'm' reads 2 bits at port 0, its words have 1",
        ),
        (
            replace(GOOD, writes=(WritePort(("a",), ("a",), ("a", "a")),)),
            "memory 'm' enables 2 bits at port 0, its words have 1",
        ),
        (
            replace(GOOD, reads=(ReadPort(("a",), ("r",)), ReadPort(("a",), ("r",)))),
            "net 'r' is driven by memory 'm' and by memory 'm'",
        ),
        (
            replace(GOOD, writes=(WritePort(("a",), ("lost",), ("a",)),)),
            "net 'lost' is read by memory 'm' and has no driver",
        ),
        (
            replace(GOOD, reads=(ReadPort(("y",), ("r",)),)),
            "memory 'm' is read at an address that depends on what is read there: "
            "n → m (port 0) → n",
        ),
    ],
)
def test_what_is_wrong_with_a_memory_is_said_in_a_line(memory: Memory, said: str) -> None:
    assert _with(GOOD).lint() == ()
    assert any(line.startswith(said) for line in _with(memory).lint())
    with pytest.raises(NetlistError):
        Machine(_with(memory))


def test_two_memories_have_two_names() -> None:
    netlist = replace(_with(GOOD), memories=(GOOD, replace(GOOD, reads=())))
    assert netlist.lint() == ("memory name 'm' is used 2 times",)


def test_the_builder_refuses_what_does_not_fit(plugins: Plugins) -> None:
    builder = CircuitBuilder("b", plugins.gates)
    a = builder.input("a")
    with pytest.raises(NetlistError, match="memory 'memory-1' has 0 words of 4 bits"):
        builder.memory(0, 4)
    with pytest.raises(NetlistError, match="cannot hold 16 at first"):
        builder.memory(2, 4, initial=(16,))
    ram = builder.memory(2, 4, name="ram")
    with pytest.raises(NetlistError, match="3 wires are written, a word of 'ram' has 4 bits"):
        ram.write((a,), (a,) * 3, a)
    with pytest.raises(NetlistError, match="5 wires are enabled, a word of 'ram' has 4 bits"):
        ram.write((a,), (a,) * 4, (a,) * 5)
    with pytest.raises(NetlistError, match="'b' is not a wire"):
        ram.read(("b",))  # type: ignore[arg-type] # what a user might write


def test_feedback_through_a_memory_that_is_read_at_a_register(plugins: Plugins) -> None:
    builder = CircuitBuilder("walk", plugins.gates)
    following = [builder.wire() for _ in range(2)]
    state = tuple(map(builder.register, following))
    rom = builder.memory(4, 2, initial=(2, 0, 3, 1), name="rom")
    for wire, by in zip(following, rom.read(state), strict=True):
        builder.drive(wire, by)
    builder.output_bus("state", state)
    clocked = gw.circuit(builder.netlist()).clocked()
    assert [clocked.step()["state"] for _ in range(5)] == [0, 2, 3, 1, 0]


def test_one_pattern_says_nothing_of_a_circuit_with_a_memory() -> None:
    with pytest.raises(
        NetlistError, match="circuit 'bad' has 1 memory, so its outputs depend on the past"
    ):
        compile_netlist(_with(GOOD))


def test_expanded_memories_do_the_same(scratch: Netlist, plugins: Plugins) -> None:
    made = expanded(scratch, plugins.gates)
    assert (made.lint(), made.memories) == ((), ())
    assert len(made.registers) == 2 + WORDS * 3
    assert [each.initial for each in made.registers[2:]] == [
        1,
        0,
        0,
        *[None] * 3,
        0,
        1,
        1,
        *[None] * 6,
    ]
    inputs = random_inputs(scratch.inputs, 300, lanes=1, seed=4)
    assert lockstep(Machine(made), inputs, reference=reference).broken is None
    read_only = expanded(scratch, plugins.gates, read_only=True)
    assert [each.name for each in read_only.memories] == ["ram"]
    inputs = random_inputs(scratch.inputs, 300, lanes=1, seed=5)
    assert lockstep(Machine(read_only), inputs, reference=reference).broken is None
    assert expanded(made) is made


@given(
    width=st.integers(1, 3),
    words=st.integers(1, 9),
    bits=st.integers(0, 4),
    first=st.integers(0, 5),
    written=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_memory_is_the_same_expanded(
    width: int, words: int, bits: int, first: int, written: bool, seed: int
) -> None:
    draws = np.random.default_rng(seed)
    a, b, d, e, r, s = ([f"{name}{at}" for at in range(5)] for name in "abders")
    reads = (
        ReadPort(tuple(a[:bits]), tuple(r[:width])),
        ReadPort(tuple(b[:bits]), tuple(s[:width])),
    )
    writes = (
        WritePort(tuple(a[:bits]), tuple(d[:width]), tuple(e[:width])),
        WritePort(tuple(b[:bits]), tuple(e[:width]), (d[4],) * width),
    )
    initial = tuple(int(each) for each in draws.integers(1 << width, size=words))
    memory = Memory("m", width, words, reads, writes if written else (), initial, first)
    inputs = tuple(Bus(name, tuple(nets)) for name, nets in zip("abde", (a, b, d, e), strict=True))
    netlist = Netlist(
        "n",
        {},
        tuple(replace(each, vector=True) for each in inputs),
        (Bus("y", tuple(r[:width] + s[:width]), vector=True),),
        (),
        memories=(memory,),
    )
    made = expanded(netlist)
    assert made.lint() == ()
    block = Machine(netlist, lanes=16)
    if not written:
        program = compile_netlist(made)
        bits_of = next(random_inputs(netlist.inputs, 1, lanes=16, seed=seed))
        found = ExactEngine(program).outputs(bits_of)
        assert found.tolist() == block.step(bits_of).outputs.tolist()
        return
    gates = Machine(made, lanes=16)
    for given_bits in random_inputs(netlist.inputs, 20, lanes=16, seed=seed):
        assert gates.step(given_bits).outputs.tolist() == block.step(given_bits).outputs.tolist()


def test_a_memory_of_too_many_gates_stays_one() -> None:
    large = replace(GOOD, words=2**22)
    with pytest.raises(NetlistError, match="would be more than 4000000 gates; leave it a memory"):
        expanded(_with(large))


@pytest.mark.parametrize("wrong", [False, True])
def test_integers_of_a_circuit_with_a_memory_are_compared_over_random_cycles(wrong: bool) -> None:
    def build(circuit: CircuitBuilder) -> None:
        ram = circuit.memory(2, 1, initial=(0, 1))
        a = (circuit.input("a"),)
        ram.write(a, (circuit.input("d"),), circuit.input("w"))
        circuit.output("q", circuit.register(ram.read(a)[0]))

    def cycle(state: Any, buses: Mapping[str, int]) -> Any:
        words, q = state or ((0, 1), 0)
        after = list(words)
        if buses["w"] and not (wrong and buses["a"]):
            after[buses["a"]] = buses["d"]
        return (tuple(after), words[buses["a"]]), {"q": q}

    spec = gw.CircuitSpec("kept", "two bits", (), build, None, cycle=cycle)
    assert gw.circuit(spec).check().outcome == ("refuted" if wrong else "sampled")


def test_memories_that_were_cut_out_are_put_back(scratch: Netlist) -> None:
    whole = rejoin(cut(scratch), scratch)
    assert whole.memories == scratch.memories
    assert whole.registers == scratch.registers
