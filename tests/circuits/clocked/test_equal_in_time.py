"""Two circuits with registers, compared in every cycle: against every state there is, and change by change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product as pairs
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import BUILT_IN, examples

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.equal import equivalence
from gatewright.circuits.clocked.equal.bounded import search
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.circuits.clocked.equal.product import product_of
from gatewright.circuits.clocked.equal.states import Walked, walk
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.memory import Memory, ReadPort
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import UsageError

pytest.importorskip("pysat")

KINDS = ("and", "or", "xor", "nand")


@st.composite
def machines(draw: st.DrawFn) -> Netlist:
    """Two inputs, up to three registers, up to six gates, an output or two."""
    held = [f"q{at}" for at in range(draw(st.integers(1, 3)))]
    nets = ["a", "b", *held]
    instances = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS))
        given = tuple(draw(st.sampled_from(nets)) for _ in range(2))
        instances.append(Instance(f"g{number}", kind, given, (f"n{number}",)))
        nets.append(f"n{number}")
    return Netlist(
        "m",
        {kind: BUILT_IN[kind] for kind in KINDS},
        (Bus("a", ("a",)), Bus("b", ("b",))),
        (Bus("y", (nets[-1],)), Bus("z", (draw(st.sampled_from(nets)),))),
        tuple(instances),
        tuple(
            Register(q, draw(st.sampled_from(nets)), q, draw(st.sampled_from((0, 1, None))))
            for q in held
        ),
    )


@st.composite
def changed(draw: st.DrawFn, netlist: Netlist) -> Netlist:
    """The same, perhaps: registers under other names, twice, inverted, or a gate or a beginning altered."""
    gates = {**netlist.gates, "not": BUILT_IN["not"]}
    instances, registers = list(netlist.instances), list(netlist.registers)
    at = draw(st.integers(0, len(registers) - 1))
    chosen = registers[at]
    match draw(st.sampled_from(("name", "twice", "invert", "gate", "begin", "nothing"))):
        case "name":
            registers[at] = replace(chosen, name="other")
        case "twice":
            registers.append(replace(chosen, name="more", q="more"))
            instances = [
                replace(each, inputs=("more", *each.inputs[1:]))
                if each.inputs[0] == chosen.q
                else each
                for each in instances
            ]
        case "invert":
            instances += [
                Instance("before", "not", (chosen.d,), ("turned",)),
                Instance("behind", "not", ("held",), (chosen.q,)),
            ]
            first = None if chosen.initial is None else 1 - chosen.initial
            registers[at] = Register("inverted", "turned", "held", first)
        case "gate":
            place = draw(st.integers(0, len(instances) - 1))
            instances[place] = replace(instances[place], gate=draw(st.sampled_from(KINDS)))
        case "begin":
            registers[at] = replace(chosen, initial=draw(st.sampled_from((0, 1, None))))
        case _:
            pass
    return replace(netlist, gates=gates, instances=tuple(instances), registers=tuple(registers))


def ever_differ(first: Netlist, second: Netlist) -> bool:
    """Whether outputs differ in any state that both together reach, looking at every one."""
    sides = [(each, ExactEngine(compile_netlist(cut(each)))) for each in (first, second)]
    names = list(
        dict.fromkeys(
            each.name for side in (first, second) for each in side.registers if each.initial is None
        )
    )
    todo = []
    for bits in pairs((0, 1), repeat=len(names)):
        said = dict(zip(names, bits, strict=True))
        todo.append(
            tuple(
                tuple(said[r.name] if r.initial is None else r.initial for r in side.registers)
                for side in (first, second)
            )
        )
    seen = set(todo)
    while todo:
        state = todo.pop()
        for row in pairs((0, 1), repeat=2):
            ends = [
                tuple(engine.outputs(np.array([[*row, *held]], dtype=np.uint8))[0].tolist())
                for (_, engine), held in zip(sides, state, strict=True)
            ]
            if ends[0][:2] != ends[1][:2]:
                return True
            following = (ends[0][2:], ends[1][2:])
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return False


@given(st.data())
@examples(60)
def test_verdicts_are_those_of_every_state_there_is(data: st.DataObject) -> None:
    first = data.draw(machines())
    second = data.draw(st.one_of(changed(first), machines()))
    claim = equivalence_in_time(gw.circuit(first), gw.circuit(second))
    if claim.outcome != "undecided":
        assert (claim.outcome == "refuted") is ever_differ(first, second)


@given(st.data())
@examples(40)
def test_induction_and_search_alone_are_right_too(data: st.DataObject) -> None:
    """Neither names nor random runs decide: what a refutation says is seen when both are run."""
    first = data.draw(machines())
    second = data.draw(changed(first))
    product = product_of(gw.circuit(first), gw.circuit(second))
    found = search(product, None, most=8, deadline=float("inf"))
    differ = ever_differ(first, second)
    if found.outcome in ("refuted", "proved"):
        assert (found.outcome == "refuted") is differ
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(equivalence, "CYCLES", 1)
        patch.setattr(equivalence, "LANES", 2)
        patch.setattr(equivalence, "_unmatched", lambda *_: "no names")
        patch.setattr(equivalence, "_by_runs", lambda *_: None)
        patch.setattr(equivalence, "walk", lambda _: None)
        claim = equivalence_in_time(gw.circuit(first), gw.circuit(second))
    if claim.outcome != "undecided":
        assert (claim.outcome == "refuted") is differ
    if claim.trace is not None:
        assert replayed(first, claim) != replayed(second, claim)


def replayed(netlist: Netlist, claim: gw.Claim) -> list[int]:
    """The outputs in the last cycle of a refutation."""
    assert claim.trace is not None
    own = {each.name for each in netlist.registers if each.initial is None}
    begins = {name: bit for name, bit in claim.trace.begins.items() if name in own}
    machine = Machine(netlist, initial=begins)
    for values in claim.trace.inputs:
        cycle = machine.step(np.array([[values["a"], values["b"]]], dtype=np.uint8))
    assert cycle.number == claim.trace.cycle
    return [int(bit) for bit in cycle.outputs[0]]


HEAD = ".model m\n.inputs a b\n.outputs y\n"
MOVED = {
    "before": f"{HEAD}.names a b n\n11 1\n.latch n y 0\n.end\n",
    "behind": f"{HEAD}.latch a p 0\n.latch b q 0\n.names p q y\n11 1\n.end\n",
    "behind, one inverted": f"{HEAD}.names a i\n0 1\n.latch i p 1\n.latch b q 0\n.names p q y\n01 1\n.end\n",
}
"""An AND of the inputs of the cycle before: its registers moved through gates."""

TOGGLE = """.model t
.inputs go
.outputs y
{registers}
.end
"""
BINARY = """.names go s n
10 1
01 1
.latch n s 0
.names s y
1 1"""
ONE_HOT = """.names go p q u
01- 1
1-1 1
.names go p q v
0-1 1
11- 1
.latch u p 1
.latch v q 0
.names q y
1 1"""


@pytest.fixture
def no_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small circuits are not looked at state by state, so the other methods have to decide."""
    monkeypatch.setattr(equivalence, "walk", lambda _: None)


def test_small_circuits_are_looked_at_in_every_pair_of_states() -> None:
    one, two = (gw.circuit("counter", bits=9, modulo=modulo) for modulo in (511, 510))
    assert walk(product_of(one, one)) == Walked(511)
    found = walk(product_of(one, two))
    assert found is not None
    assert found.inputs[:-1] == ((1,),) * 510
    assert len(found.inputs) == 511
    claim = equivalence_in_time(one, two)
    assert claim.outcome == "refuted"
    assert claim.extent == "refuted: output count in cycle 510 is 510 and 0"


@pytest.mark.parametrize(("name", "bits"), [("counter", 17), ("accumulator", 17)])
def test_larger_ones_are_not(name: str, bits: int) -> None:
    circuit = gw.circuit(name, bits=bits)
    assert walk(product_of(circuit, circuit)) is None


def reading(tmp_path: Path) -> Callable[[str], Circuit]:
    def read(text: str) -> Circuit:
        path = tmp_path / f"c{len(list(tmp_path.iterdir()))}.blif"
        path.write_text(text)
        return gw.read(path)

    return read


@pytest.mark.parametrize(("one", "two"), list(pairs(MOVED, repeat=2)))
def test_registers_moved_through_gates(one: str, two: str, tmp_path: Path, no_walk: None) -> None:
    read = reading(tmp_path)
    claim = equivalence_in_time(read(MOVED[one]), read(MOVED[two]))
    assert claim.outcome == "proved"
    if one != two:
        assert "proved in every cycle by induction" in claim.extent


def test_a_moved_register_that_begins_otherwise_is_refuted(tmp_path: Path) -> None:
    read = reading(tmp_path)
    wrong = MOVED["behind"].replace("p 0", "p 1").replace("q 0", "q 1")
    claim = equivalence_in_time(read(MOVED["before"]), read(wrong))
    assert claim.extent == "refuted: output y in cycle 0 is 0 and 1"


def test_states_in_another_code(tmp_path: Path, no_walk: None) -> None:
    read = reading(tmp_path)
    one, two = (read(TOGGLE.format(registers=each)) for each in (BINARY, ONE_HOT))
    claim = equivalence_in_time(one, two)
    assert claim.outcome == "proved"
    assert claim.method == "induction"


NEVER = """.names p a w
1- 1
-1 1
.names w q u
11 1
.names p q v
00 1
11 1
.latch u p 0
.latch v q 0
.names p q y
11 1
"""
"""Registers that are never both 1, and would remain so: known only if it is known of the cycle before."""


def test_what_holds_in_a_cycle_is_what_proves_the_next(tmp_path: Path, no_walk: None) -> None:
    read = reading(tmp_path)
    one, two = read(f"{HEAD}{NEVER}.end\n"), read(f"{HEAD}.names y\n.end\n")
    claim = equivalence_in_time(one, two)
    assert claim.outcome == "proved"
    assert claim.basis == "1 pair of equal signals, 1 cycle"
    found = search(product_of(one, two), None, most=3, deadline=float("inf"))
    assert (found.outcome, found.cycles) == ("proved", 1)


def counting(last: int, bits: int = 4) -> Circuit:
    """Counts the cycles in which all of 20 inputs are 1, and says so after some of them; else 0."""

    def build(circuit: gw.CircuitBuilder) -> None:
        every = circuit.input_bus("go", 20)
        go = circuit.tree("and", every)
        wires = [circuit.wire() for _ in range(bits)]
        state = [circuit.register(wire, name=f"s{at}", initial=0) for at, wire in enumerate(wires)]
        carry = go
        for wire, bit in zip(wires, state, strict=True):
            circuit.drive(wire, circuit.gate("xor", bit, carry))
            carry = circuit.gate("and", bit, carry)
        hits = [bit if last >> at & 1 else circuit.gate("not", bit) for at, bit in enumerate(state)]
        circuit.output("done", circuit.tree("and", hits))

    return gw.circuit(gw.CircuitSpec("counting", "counting", (), build, None))


def test_what_random_runs_do_not_find_is_found_by_sat() -> None:
    claim = equivalence_in_time(counting(3), counting(4))
    assert claim.extent == "refuted: output done in cycle 3 is 1 and 0"
    assert claim.trace is not None
    assert [values["go"] for values in claim.trace.inputs[:3]] == [2**20 - 1] * 3


def test_what_is_not_decided_says_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equivalence, "MOST_CYCLES", 5)
    claim = equivalence_in_time(counting(9), counting(10))
    assert claim.outcome == "undecided"
    assert claim.reason.endswith(
        "no output differs in 256 cycles of 64 random runs; by SAT none differs in the first 5 cycles, "
        "and that proves no more"
    )
    claim = equivalence_in_time(counting(9), counting(10), time_limit=0)
    assert claim.outcome == "undecided"
    assert "there was no time to prove which signals agree" in claim.reason
    assert claim.reason.endswith("; time limit reached")


def test_one_of_two_may_be_without_registers(tmp_path: Path) -> None:
    read = reading(tmp_path)
    zero = read(f"{HEAD}.names y\n.end\n")
    never = read(f"{HEAD}.names a s n\n11 1\n.latch n s 0\n.names s y\n1 1\n.end\n")
    at_once = read(f"{HEAD}.names a b y\n11 1\n.end\n")
    assert equivalence_in_time(zero, never).outcome == "proved"
    claim = equivalence_in_time(at_once, never)
    assert claim.extent == "refuted: output y in cycle 0 is 1 and 0"


def test_registers_beside_memories_that_do_not_match_begin_as_is_said() -> None:
    def looked_up(first: int | None, name: str) -> Circuit:
        rom = Memory(name, 1, 2, (ReadPort(("q",), ("y",)),), (), (0, 1))
        ports = (Bus("a", ("a",)),), (Bus("y", ("y",)),)
        kept = Register("q", "a", "q", first)
        return gw.circuit(Netlist("n", {}, *ports, (), (kept,), memories=(rom,)))

    one, two = looked_up(None, "rom"), looked_up(1, "other")
    claim = equivalence_in_time(one, two, initial="0")
    assert claim.extent == "refuted: output y in cycle 0 is 0 and 1"
    assert claim.trace is not None
    assert (len(claim.trace.inputs), claim.trace.output.got) == (1, 0)
    claim = equivalence_in_time(one, two, initial="1")
    assert claim.outcome == "undecided"
    assert claim.reason.endswith("; no output differs in 256 cycles of 64 random runs")


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ({"s0": 1}, "register 's0' of 'counting' begins as the circuit says"),
        ({"s9": 1}, "circuit 'counting' has no register 's9'"),
    ],
)
def test_what_does_not_begin_so_is_refused(initial: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Machine(counting(3).netlist, initial=initial)
    with pytest.raises(UsageError, match="'s9'; all its registers begin as the circuit says"):
        Machine(counting(3).netlist, initial={"s9": 1})


def test_a_register_begins_as_a_bit() -> None:
    netlist = counting(3).netlist
    netlist = replace(
        netlist, registers=tuple(replace(each, initial=None) for each in netlist.registers)
    )
    assert Machine(netlist, initial={"s1": 1}).held[:, 0].tolist() == [0, 1, 0, 0]
    with pytest.raises(UsageError, match="register 's1' cannot begin as 2; it is 0 or 1"):
        Machine(netlist, initial={"s1": 2})
