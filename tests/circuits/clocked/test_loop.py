"""Many cycles at a time: NumPy's loop and the compiled one give what stepping gives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from tests.strategies import CLOCKED

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.circuits.clocked import lockstep
from gatewright.circuits.clocked.cut import gates_of
from gatewright.circuits.clocked.inputs import InputBits, input_bits
from gatewright.circuits.clocked.lockstep import Ran
from gatewright.circuits.clocked.loop import choose, chunks
from gatewright.circuits.clocked.loop.cells import covers
from gatewright.circuits.clocked.loop.schedule import schedule
from gatewright.circuits.clocked.loop.vectors import gathers, permutes, widest
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.clocked.stimulus import (
    Change,
    planned,
    random_inputs,
)
from gatewright.circuits.clocked.verify import reference_of
from gatewright.circuits.memory import Memory, ReadPort, WritePort
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.errors import UsageError
from gatewright.gates.functions import function_spec
from gatewright.gates.trained import TrainedGate

COMPILED = pytest.param(
    True, marks=pytest.mark.skipif(find_spec("numba") is None, reason="Numba is not installed")
)
LOOPS = pytest.mark.parametrize("fast", [False, COMPILED])


def scrambled(gates: int, registers: int, seed: int, *, ram: bool = False) -> Netlist:
    """A circuit of random gates of up to four inputs, with feedback through every register."""
    draw = np.random.default_rng(seed)
    specs = [function_spec((int(draw.integers(1, 2 ** (1 << n) - 1)),), n) for n in (1, 2, 3, 3, 4)]
    held = [f"q{n}" for n in range(registers)]
    nets = ["a[0]", "a[1]", "b", *held]
    memories: tuple[Memory, ...] = ()
    if ram:
        read, written = ReadPort(("q0", "q1", "q2"), ("r0", "r1", "r2")), ("q3", "q0", "q4")
        write = WritePort(written, ("b", "q2", "q1"), ("a[0]", "a[0]", "q5"))
        memories = (Memory("ram", 3, 6, (read,), (write,), (5, 3, 0, 7), first=1),)
        nets += read.data
    placed = []
    for number in range(gates):
        spec = specs[int(draw.integers(len(specs)))]
        pins = tuple(str(draw.choice(nets[-12:])) for _ in spec.table.inputs)
        placed.append(Instance(f"g{number}", spec.name, pins, (f"n{number}",)))
        nets.append(f"n{number}")
    last = [f"n{gates - 1 - n}" for n in range(registers)]
    kept = tuple(Register(q, d, q, n % 2) for n, (q, d) in enumerate(zip(held, last, strict=True)))
    return Netlist(
        "scrambled",
        {spec.name: spec for spec in specs},
        (Bus("a", ("a[0]", "a[1]"), vector=True), Bus("b", ("b",))),
        (Bus("y", (last[0], "q1")), Bus("z", ("q2",))),
        tuple(placed),
        kept,
        memories=memories,
    )


def trained(netlist: Netlist) -> Mapping[str, TrainedGate]:
    return {spec.name: gw.train(spec) for spec in gates_of(netlist)}


def ran(machine: Machine, given: Iterator[Bits], **options: Any) -> tuple[Ran, list[Cycle]]:
    """What came of a run, and of the cycles that were looked at."""
    seen: list[Cycle] = []
    options.setdefault("during", [range(3, 9), range(70, 72)])
    found = lockstep.lockstep(machine, given, each=lambda cycle, _: seen.append(cycle), **options)
    return found, seen


@pytest.fixture
def stepping(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a machine cycle by cycle."""

    def run(machine: Machine, given: Iterator[Bits], **options: Any) -> tuple[Ran, list[Cycle]]:
        with monkeypatch.context() as patch:
            patch.setattr(lockstep, "chunks_of", lambda *_, **__: None)
            return ran(machine, given, **options)

    return run


def same(one: tuple[Ran, list[Cycle]], other: tuple[Ran, list[Cycle]]) -> None:
    assert one[0] == other[0]
    assert [cycle.number for cycle in one[1]] == [cycle.number for cycle in other[1]]
    for mine, theirs in zip(one[1], other[1], strict=True):
        assert (mine.exact == theirs.exact).all()
        assert mine.raw is not None
        assert theirs.raw is not None
        assert (mine.raw == theirs.raw).all()
        assert (mine.outputs == theirs.outputs).all()


@pytest.mark.parametrize("name", CLOCKED)
@LOOPS
def test_every_builder_runs_as_it_is_stepped(name: str, fast: bool, stepping: Any) -> None:
    circuit = gw.circuit(name)
    gates, reference = circuit.train().gates, reference_of(circuit)
    machines = [Machine(circuit.netlist, gates) for _ in range(2)]
    inputs = [random_inputs(circuit.netlist.inputs, 150, lanes=1, seed=2) for _ in range(2)]
    found = ran(machines[0], inputs[0], reference=reference, fast=fast)
    assert found[0].cycles == 150
    assert found[0].astray is None
    assert found[0].broken is None
    assert [cycle.number for cycle in found[1]] == [3, 4, 5, 6, 7, 8, 70, 71]
    same(found, stepping(machines[1], inputs[1], reference=reference))
    assert machines[0].cycle == machines[1].cycle == 150
    assert machines[0].held.tolist() == machines[1].held.tolist()


@pytest.mark.parametrize("seed", range(3))
@LOOPS
def test_memories_and_gates_of_all_shapes(seed: int, fast: bool, stepping: Any) -> None:
    netlist = scrambled(60, 11, seed, ram=True)
    gates = trained(netlist)
    machines = [Machine(netlist, gates) for _ in range(2)]
    inputs = [random_inputs(netlist.inputs, 200, lanes=1, seed=seed) for _ in range(2)]
    same(ran(machines[0], inputs[0], fast=fast), stepping(machines[1], inputs[1]))
    assert machines[0].held.tolist() == machines[1].held.tolist()
    assert [*machines[0].memory("ram")] == [*machines[1].memory("ram")]
    assert [*machines[0].memory("ram")][:4] != [5, 3, 0, 7]
    # It goes on where it is, by single cycles too.
    bits = np.array([[1, 0, 1]], dtype=np.uint8)
    one, two = (machine.step(bits) for machine in machines)
    assert one.number == two.number == 200
    assert (one.exact == two.exact).all()


@pytest.mark.parametrize("seed", range(2))
@LOOPS
def test_an_altered_gate_is_found_in_the_same_cycle(seed: int, fast: bool, stepping: Any) -> None:
    netlist = scrambled(60, 11, seed, ram=True)
    gates = dict(trained(netlist))
    name = next(name for name in gates if name.startswith("lut3"))
    spec = gates[name].spec
    altered = replace(spec, name="altered", table=spec.table.flipped(5, "y"))
    gates[name] = replace(gw.train(altered), spec=spec)
    inputs = [random_inputs(netlist.inputs, 5000, lanes=1, seed=seed) for _ in range(2)]
    found = ran(Machine(netlist, gates), inputs[0], fast=fast)
    assert found[0].astray is not None
    same(found, stepping(Machine(netlist, gates), inputs[1]))


@pytest.mark.skipif(find_spec("numba") is None, reason="Numba is not installed")
@pytest.mark.parametrize(("noise", "lasts"), [(0.45, True), (0.54, False)])
def test_noise_is_the_same_in_both_loops(noise: float, lasts: bool) -> None:
    netlist = scrambled(40, 11, 0, ram=noise < 0.5)
    gates = trained(netlist)
    found = []
    for fast in (False, True):
        machine = Machine(netlist, gates, noise=noise, seed=5)
        inputs = random_inputs(netlist.inputs, 3000, lanes=1, seed=1)
        found.append(ran(machine, inputs, fast=fast))
    same(*found)
    assert (found[0][0].astray is None) is lasts
    assert noise - 0.01 < found[0][0].off <= noise if lasts else found[0][0].off > 0.5
    other = Machine(netlist, gates, noise=noise, seed=6)
    inputs = random_inputs(netlist.inputs, 3000, lanes=1, seed=1)
    assert ran(other, inputs, fast=True)[0] != found[0][0]


def test_noise_is_uniform_and_its_own_on_every_wire_and_in_every_cycle() -> None:
    circuit = gw.circuit("shift-register", bits=8)
    machine = Machine(circuit.netlist, circuit.train().gates, noise=0.4, seed=3)
    given = random_inputs(circuit.netlist.inputs, 2000, lanes=1, seed=0)
    _, seen = ran(machine, given, during=[range(2000)], fast=False)
    off = np.array([cycle.raw - cycle.exact for cycle in seen if cycle.raw is not None])[..., 0]
    assert abs(off).max() <= 0.4
    assert (abs(off.mean(0)) < 0.02).all()
    assert (abs(off.std(0) - 0.8 / 12**0.5) < 0.01).all()
    assert (abs(np.corrcoef(off.T) - np.eye(off.shape[1])) < 0.12).all()
    assert abs(np.corrcoef(off[:-1].ravel(), off[1:].ravel())[0, 1]) < 0.03


def test_lanes_run_at_once_as_they_are_stepped(stepping: Any) -> None:
    netlist = scrambled(50, 9, 4, ram=True)
    gates = trained(netlist)
    machines = [Machine(netlist, gates, lanes=64) for _ in range(2)]
    inputs = [random_inputs(netlist.inputs, 100, lanes=64, seed=0) for _ in range(2)]
    same(ran(machines[0], inputs[0]), stepping(machines[1], inputs[1]))
    assert machines[0].held.tolist() == machines[1].held.tolist()


@pytest.mark.skipif(find_spec("numba") is None, reason="Numba is not installed")
def test_the_compiled_loop_takes_over_when_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "PAYS_AFTER", 0.0)
    netlist = scrambled(40, 11, 2, ram=True)
    gates, found = trained(netlist), []
    for fast in (None, False):
        machine = Machine(netlist, gates, noise=0.45)
        given = random_inputs(netlist.inputs, 1000, lanes=1, seed=0)
        found.append((ran(machine, given, fast=fast), [*machine.memory("ram")]))
    same(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]


@LOOPS
def test_a_run_ends_where_it_is_told(fast: bool) -> None:
    circuit = gw.circuit("counter", bits=8)
    gates, reference = circuit.train().gates, reference_of(circuit)
    given = planned(circuit.netlist.inputs, 400, [Change(3, "enable", 1)])
    machine = Machine(circuit.netlist, gates)
    found, seen = ran(machine, given, until={"count": 99}, reference=reference, fast=fast)
    assert (found.cycles, found.stopped, dict(found.last)) == (103, True, {"count": 99})
    assert (machine.cycle, len(seen)) == (103, 8)


@LOOPS
def test_what_integers_say_ends_a_run_before_a_wrong_wire(fast: bool, stepping: Any) -> None:
    circuit = gw.circuit("accumulator", bits=6)
    gates, right = circuit.train().gates, reference_of(circuit)
    assert right is not None

    def wrong(state: Any, buses: Mapping[str, int]) -> Any:
        following, outputs = right(state, buses)
        return following, {**outputs, "total": outputs["total"] % 60}

    inputs = [random_inputs(circuit.netlist.inputs, 900, lanes=1, seed=0) for _ in range(2)]
    machines = [Machine(circuit.netlist, gates) for _ in range(2)]
    found = ran(machines[0], inputs[0], reference=wrong, fast=fast)
    assert found[0].broken is not None
    same(found, stepping(machines[1], inputs[1], reference=wrong))
    assert machines[0].held.tolist() == machines[1].held.tolist()


@LOOPS
def test_a_cycle_may_be_wrong_in_both_ways(fast: bool) -> None:
    circuit = gw.circuit("accumulator", bits=6)
    gates = circuit.train().gates

    def wrong(state: Any, buses: Mapping[str, int]) -> Any:
        return state, {"total": 63}

    inputs = random_inputs(circuit.netlist.inputs, 900, lanes=1, seed=0)
    found = ran(Machine(circuit.netlist, gates, noise=3.0), inputs, reference=wrong, fast=fast)[0]
    assert (found.broken is None, found.astray is None, found.cycles) == (False, False, 1)


def test_the_compiled_loop_says_when_it_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit = gw.circuit("counter")
    gates = circuit.train().gates
    with pytest.raises(
        UsageError, match=r"the compiled loop cannot run this circuit; (leave it out|pip install)"
    ):
        lockstep.lockstep(Machine(circuit.netlist), iter(()), fast=True)
    for module in (choose, chunks):
        monkeypatch.setattr(module, "available", lambda: False)
    machine = Machine(circuit.netlist, gates)
    given = random_inputs(circuit.netlist.inputs, 100, lanes=1, seed=0)
    assert lockstep.lockstep(machine, given).cycles == 100
    with pytest.raises(UsageError, match="pip install 'gatewright"):
        lockstep.lockstep(machine, given, fast=True)


PLAIN_PROCESSOR = """
import gatewright as gw
from gatewright.circuits.clocked.loop.vectors import gathers, permutes, widest
from gatewright.circuits.clocked.lockstep import lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs

circuit = gw.circuit("fifo").train()
found = lockstep(
    Machine(circuit.circuit.netlist, circuit.gates, noise=0.4),
    random_inputs(circuit.circuit.netlist.inputs, 300, lanes=1, seed=1),
    fast=True,
)
print(widest(), permutes(), gathers())
print(found.cycles, found.astray, found.off)
"""


@pytest.mark.skipif(find_spec("numba") is None, reason="Numba is not installed")
def test_processors_that_cannot_permute_or_gather_give_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exec(PLAIN_PROCESSOR, {})  # noqa: S102 - here, where most is compiled already
    can, rest = capsys.readouterr().out.splitlines()
    assert can == f"{widest()} {permutes()} {gathers()}"
    told = [rest]
    generic, avx = {"NUMBA_CPU_NAME": "generic"}, "+avx2,+avx,+sse4.2"
    for given, can in (
        (generic | {"NUMBA_CPU_FEATURES": f"{avx},+avx512f,+avx512vbmi2"}, "16 True False"),
        (generic | {"NUMBA_CPU_FEATURES": f"{avx},+avx512fp16"}, "8 True True"),
        (generic | {"NUMBA_CPU_FEATURES": avx}, "8 True False"),
        (generic | {"NUMBA_CPU_FEATURES": ""}, "8 False False"),
    ):
        wide, permuting, gathering = can.split()
        if (
            int(wide) <= widest()
            and permutes() >= (permuting == "True")
            and gathers() >= (gathering == "True")
        ):
            done = subprocess.run(
                [sys.executable, "-c", PLAIN_PROCESSOR],
                env=os.environ | given,
                capture_output=True,
                text=True,
                check=True,
            )
            said, rest = done.stdout.splitlines()
            assert said == can
            told.append(rest)
    assert len({*told}) == 1
    assert told[0].startswith("300 None 0.39")


def test_inputs_are_the_same_one_by_one_and_many_at_once() -> None:
    buses = (Bus("a", ("x", "y", "z"), vector=True), Bus("b", ("w",)))
    changes = [Change(0, "a", 5), Change(4099, "b", 1)]
    makes: tuple[Callable[[], InputBits], ...] = (
        lambda: random_inputs(buses, 5000, lanes=3, seed=1),
        lambda: planned(buses, 5000, changes),
        lambda: input_bits(iter([*random_inputs(buses, 300, lanes=2, seed=1)])),
    )
    for make in makes:
        many, each = make(), np.stack([*make()])
        parts = [many.take(1), many.take(63), many.take(5000), many.take(7)]
        assert [len(part) for part in parts] == [1, 63, len(each) - 64, 0]
        assert (np.concatenate(parts) == each).all()
    assert len(input_bits(iter(())).take(5)) == 0


@pytest.mark.parametrize(("lanes", "most"), [(8, 60), (16, 48)])
def test_groups_hold_every_gate_once_behind_what_it_reads(lanes: int, most: int) -> None:
    draw = np.random.default_rng(0)
    shapes = [(1, 0, 1), (2, 0, 1), (3, 2, 1), (6, 8, 4)]
    kinds = [shapes[int(each)] for each in draw.integers(0, 4, 200)]
    needs = [sorted({int(n) for n in draw.integers(0, max(1, at), 2)} - {at}) for at in range(200)]
    reads = [[(source, 0) for source in sources] or [(-1, 0)] for sources in needs]
    groups = schedule(reads, kinds, shapes, lanes)
    assert sorted(member for group in groups for member in group.members) == [*range(200)]
    seen: set[int] = set()
    for group in groups:
        assert len(group.members) <= lanes
        for member in group.members:
            assert covers(group.shape, kinds[member])
            assert seen.issuperset(needs[member])
        seen.update(group.members)
    assert len(groups) < most
