"""Circuits with registers: cut, run cycle by cycle, compared, and built."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import CLOCKED

import gatewright as gw
from gatewright.api.clocked import Clocked
from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import BUFFER, cut, gates_of, rejoin
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.circuits.clocked.lockstep import Broken, lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import Change, planned, random_inputs
from gatewright.circuits.clocked.verify import reference_of, verify_clocked
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.interface import with_inputs_held
from gatewright.errors import NetlistError, SpecError, UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins


def delay(stages: int) -> Netlist:
    """A shift register without gates."""
    nets = ["d", *(f"q[{at}]" for at in range(stages))]
    registers = tuple(Register(q, d, q, 0) for d, q in pairwise(nets))
    return Netlist("delay", {}, (Bus("d", ("d",)),), (Bus("y", (nets[-1],)),), (), registers)


@pytest.fixture(scope="module")
def buffer() -> Mapping[str, TrainedGate]:
    return {BUFFER.name: gw.train(BUFFER)}


def test_cutting_makes_inputs_of_what_is_held_and_outputs_of_what_is_taken() -> None:
    once = cut(delay(3))
    assert [(bus.name, bus.nets) for bus in once.inputs] == [
        ("d", ("d",)),
        ("q", ("q[0]", "q[1]", "q[2]")),
    ]
    assert [(bus.name, bus.nets) for bus in once.outputs] == [
        ("y", ("q[2]",)),
        ("q_next", ("d", "q[0]", "q[1]")),
    ]
    assert once.lint() == ()
    assert once.registers == ()
    assert cut(once) is once


def test_what_registers_take_goes_through_a_buffer() -> None:
    once = cut(delay(2), restored=True)
    assert [each.gate for each in once.instances] == [BUFFER.name] * 2
    assert once.outputs[1].nets == ("q[0]~next", "q[1]~next")
    assert once.lint() == ()
    assert [spec.name for spec in gates_of(delay(2))] == [BUFFER.name]


def test_ports_of_registers_do_not_take_names_that_ports_have() -> None:
    netlist = replace(delay(1), registers=(Register("d", "d", "q[0]", 0),))
    once = cut(netlist)
    assert [bus.name for bus in once.inputs] == ["d", "d~"]
    assert [bus.name for bus in once.outputs] == ["y", "d_next"]
    assert once.lint() == ()


@pytest.mark.parametrize("name", ["counter", "fifo", "lfsr", "traffic-light", "pipelined-adder"])
def test_registers_that_were_cut_out_are_put_back(name: str) -> None:
    netlist = gw.circuit(name).netlist
    whole = rejoin(cut(netlist), netlist)
    for each in ("gates", "inputs", "outputs", "instances", "registers", "states"):
        assert getattr(whole, each) == getattr(netlist, each)


def test_registers_are_put_back_on_nets_of_other_names() -> None:
    netlist = gw.circuit("counter", bits=3).netlist
    once = cut(netlist)

    def other(nets: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{net}!" for net in nets)

    made = replace(
        once,
        inputs=tuple(replace(bus, nets=other(bus.nets)) for bus in once.inputs),
        outputs=tuple(replace(bus, nets=other(bus.nets)) for bus in once.outputs),
        instances=tuple(
            replace(each, inputs=other(each.inputs), outputs=other(each.outputs))
            for each in once.instances
        ),
    )
    whole = rejoin(made, netlist)
    assert [(each.d, each.q, each.initial) for each in whole.registers] == [
        (f"{each.d}!", f"{each.q}!", each.initial) for each in netlist.registers
    ]
    assert whole.output_nets == other(netlist.output_nets)


def test_noise_adds_up_along_registers_unless_each_restores_what_it_takes(
    buffer: Mapping[str, TrainedGate],
) -> None:
    netlist = delay(8)
    for restored in (True, False):
        machine = Machine(netlist, buffer, restored=restored, noise=0.45, seed=1)
        ran = lockstep(machine, random_inputs(netlist.inputs, 200, lanes=1, seed=0))
        assert (ran.astray is None) is restored
        assert (ran.cycles == 200) is restored
    assert "in cycle" in str(ran.astray)


def test_lanes_are_circuits_of_their_own(buffer: Mapping[str, TrainedGate]) -> None:
    netlist = delay(2)
    machine = Machine(netlist, buffer, lanes=3)
    seen = [machine.step(bits).outputs[:, 0].tolist() for bits in _rows()]
    assert seen == [[0, 0, 0], [0, 0, 0], [1, 0, 1], [0, 1, 1]]
    assert machine.held.shape == (2, 3)
    with pytest.raises(UsageError, match=r"inputs of shape \(1, 1\), not \(3, 1\)"):
        machine.step(np.zeros((1, 1), dtype=np.uint8))


def _rows() -> Iterator[Bits]:
    for row in ([1, 0, 1], [0, 1, 1], [0, 0, 0], [0, 0, 0]):
        yield np.array(row, dtype=np.uint8)[:, None]


@pytest.mark.parametrize(("initial", "held"), [("0", 0), ("1", 1)])
def test_what_is_held_at_first_is_chosen_where_nobody_says_it(initial: Any, held: int) -> None:
    netlist = delay(2)
    netlist = replace(
        netlist, registers=(netlist.registers[0], replace(netlist.registers[1], initial=None))
    )
    assert Machine(netlist, initial=initial).held.tolist() == [[0], [held]]


def test_random_initial_values_are_those_of_the_seed() -> None:
    netlist = replace(
        delay(64), registers=tuple(replace(each, initial=None) for each in delay(64).registers)
    )
    first, again, other = (Machine(netlist, initial="random", seed=seed).held for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert 0 < first.sum() < 64


@pytest.mark.parametrize("name", CLOCKED)
@pytest.mark.parametrize("seed", range(3))
def test_builders_do_what_their_integers_say(name: str, seed: int) -> None:
    circuit = gw.circuit(name)
    ran = lockstep(
        Machine(circuit.netlist),
        random_inputs(circuit.netlist.inputs, 600, lanes=1, seed=seed),
        reference=reference_of(circuit),
    )
    assert (ran.cycles, ran.broken) == (600, None)


@given(st.integers(1, 6), st.sampled_from(["up", "down"]), st.data())
def test_counters_of_every_modulus(bits: int, direction: str, data: st.DataObject) -> None:
    modulo = data.draw(st.integers(1, 1 << bits))
    circuit = gw.circuit("counter", bits=bits, direction=direction, modulo=modulo)
    stimulus = planned(circuit.netlist.inputs, 3 * modulo, [Change(0, "enable", 1)])
    seen: list[int] = []
    machine = Machine(circuit.netlist)
    for row in stimulus:
        bits_out = machine.step(row).outputs[0]
        seen.append(sum(int(bit) << at for at, bit in enumerate(bits_out)))
    step = -1 if direction == "down" else 1
    assert seen == [step * cycle % modulo for cycle in range(3 * modulo)]


def test_a_counter_does_not_count_further_than_its_bits() -> None:
    with pytest.raises(UsageError, match="3 bits do not count to 9; choose a modulo of at most 8"):
        gw.circuit("counter", bits=3, modulo=9)


def _order_divides(bits: int, taps: tuple[int, ...], power: int) -> bool:
    """Whether x**power is 1 modulo the register's polynomial over GF(2)."""
    polynomial = 1 << bits | sum(1 << (bits - tap) for tap in taps)
    result, base = 1, 2
    while power:
        if power & 1:
            result = _times(result, base, polynomial, bits)
        base, power = _times(base, base, polynomial, bits), power >> 1
    return result == 1


def _times(a: int, b: int, polynomial: int, bits: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = a << 1, b >> 1
        if a >> bits:
            a ^= polynomial
    return product


def _primes(number: int) -> set[int]:
    found, prime = set(), 2
    while prime * prime <= number:
        while number % prime == 0:
            found.add(prime)
            number //= prime
        prime += 1
    return found | ({number} if number > 1 else set())


def test_feedback_registers_have_the_longest_period_at_every_width() -> None:
    from gatewright.circuits.builders.clocked.counting import TAPS

    assert sorted(TAPS) == list(range(2, 33))
    for bits, taps in TAPS.items():
        period = 2**bits - 1
        assert _order_divides(bits, taps, period)
        assert not any(_order_divides(bits, taps, period // prime) for prime in _primes(period))
    circuit = gw.circuit("lfsr", bits=5)
    machine = Machine(circuit.netlist)
    states = {
        tuple(machine.step(np.zeros((1, 0), np.uint8)).outputs[0].tolist()) for _ in range(31)
    }
    assert len(states) == 31


@pytest.mark.parametrize("name", CLOCKED)
def test_trained_gates_are_proved_over_time_and_stay_exact_under_noise(name: str) -> None:
    circuit = gw.circuit(name)
    neural = circuit.train()
    (claim,) = neural.certify().claims
    count = len(circuit.netlist.registers)
    assert claim.outcome == "proved"
    assert f"{count} register{'s' * (count > 1)} behind buffers, so in every cycle" in claim.extent
    verdict = neural.check(noise=0.45)
    assert [claim.outcome for claim in verdict.claims] == ["sampled", "sampled"]
    assert claim.subject == "trained gates"


def test_a_circuit_whose_buffer_is_not_trained_is_not_certified() -> None:
    circuit = gw.circuit("counter", bits=2)
    neural = circuit.train()
    without = {name: gate for name, gate in neural.gates.items() if name != BUFFER.name}
    verdict = gw.certify_circuit(circuit, without)
    assert verdict.outcome == "undecided"
    assert f"the gate '{BUFFER.name}' of instance" in verdict.claims[0].extent


def altered(circuit: Circuit, **changes: Any) -> Circuit:
    return replace(circuit, netlist=replace(circuit.netlist, **changes))


def test_a_flipped_initial_value_is_refuted_with_the_cycle() -> None:
    circuit = gw.circuit("counter", bits=3)
    first, *others = circuit.netlist.registers
    wrong = altered(circuit, registers=(replace(first, initial=1), *others))
    (claim,) = verify_clocked(wrong, None).claims
    assert claim.extent == "refuted: count in cycle 0 should be 0, and was 1"
    found = equivalence_in_time(wrong, circuit)
    assert found.extent == "refuted: output count in cycle 0 is 1 and 0"


def test_an_altered_gate_is_refuted_with_the_cycle_and_the_wire() -> None:
    circuit = gw.circuit("counter", bits=3)
    neural = circuit.train()
    xor = gw.gate("xor")
    posing = replace(gw.train(replace(xor, table=xor.table.flipped(3, "y"))), spec=xor)
    gates = {**neural.gates, "xor": posing}
    _, claim = gw.TrainedCircuit(circuit, gates).check().claims
    assert claim.outcome == "refuted"
    assert claim.reason.startswith("wire step0.y should be ")
    assert gw.certify_circuit(circuit, gates).outcome == "undecided"
    instances = tuple(
        replace(each, gate="xor") if each.name == "carry0" else each
        for each in circuit.netlist.instances
    )
    (claim,) = verify_clocked(altered(circuit, instances=instances), None).claims
    assert claim.reason.startswith("count in cycle ")


def test_equal_in_every_cycle_or_not_decided() -> None:
    circuit = gw.circuit("accumulator", bits=2)
    other = gw.circuit("accumulator", bits=2)
    assert equivalence_in_time(circuit, other).outcome == "proved"
    renamed = altered(
        circuit,
        registers=tuple(replace(each, name=f"r{each.name}") for each in circuit.netlist.registers),
    )
    claim = equivalence_in_time(circuit, renamed)
    assert claim.outcome == "proved"
    assert claim.in_time == "2 registers matched by random runs, so in every cycle"
    with pytest.raises(UsageError, match="has an input 'enable', 'accumulator --bits 2' has none"):
        equivalence_in_time(circuit, gw.circuit("counter"))
    open_ = altered(
        circuit, registers=tuple(replace(each, initial=None) for each in circuit.netlist.registers)
    )
    assert equivalence_in_time(open_, open_).outcome == "proved"
    ones = altered(
        circuit, registers=tuple(replace(each, initial=1) for each in circuit.netlist.registers)
    )
    assert equivalence_in_time(open_, ones).extent == (
        "refuted: output total in cycle 0 is 0 and 3, if registers without an initial value begin as 0"
    )
    assert equivalence_in_time(open_, ones, initial="1").outcome == "proved"
    assert equivalence_in_time(open_, other).extent == (
        "refuted: output total in cycle 0 is 1 and 0, if total[0] begins as 1 and other registers "
        "without an initial value begin as 0"
    )
    assert equivalence_in_time(open_, other, initial="0").outcome == "proved"


def test_inputs_of_circuits_with_registers_are_held() -> None:
    circuit = gw.circuit("accumulator", bits=2)
    held = with_inputs_held(circuit, {"clear": 0})
    assert [bus.name for bus in held.netlist.inputs] == ["a"]
    assert (len(held.netlist.registers), held.netlist.lint()) == (2, ())
    assert equivalence_in_time(held, held).outcome == "proved"
    cleared = with_inputs_held(circuit, {"clear": 1})
    assert equivalence_in_time(held, cleared).extent.startswith("refuted: output total in cycle ")
    counting = with_inputs_held(gw.circuit("counter", bits=2), {"enable": 1})
    steps = gw.circuit(counting.netlist).train().clocked()
    assert [steps.step()["count"] for _ in range(5)] == [0, 1, 2, 3, 0]


def pickled(machine: Clocked) -> Clocked:
    again: Clocked = pickle.loads(pickle.dumps(machine))  # noqa: S301 - what was just made
    return again


@pytest.mark.parametrize("again", [pickled, copy.deepcopy])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_machine_that_has_run_goes_on_as_its_copy(
    again: Callable[[Clocked], Clocked], noise: float
) -> None:
    machines = [gw.circuit("counter", bits=3).clocked()]
    machines.append(gw.circuit("counter", bits=3).train().clocked(noise=noise, seed=3))
    for machine in machines:
        machine.step(enable=1)
        other = again(machine)
        assert [machine.step(enable=1)["count"] for _ in range(3)] == [1, 2, 3]
        assert machine.cycle == 4
        assert [other.step(enable=each)["count"] for each in (0, 1, 1)] == [1, 1, 2]
        assert (other.cycle, other.registers["count[0]"]) == (4, 1)


def test_signals_may_be_rounded_and_cycles_chosen() -> None:
    neural = gw.circuit("accumulator", bits=3).train()
    verdict = gw.verify(neural.circuit, neural.gates, signal="restored", noise=0.45, samples=50)
    assert [claim.extent for claim in verdict.claims] == ["sampled (50 random cycles)"] * 2


def test_registers_that_are_outputs_in_one_circuit_alone_are_matched() -> None:
    def build(circuit: gw.CircuitBuilder, *, twice: str) -> None:
        wire = circuit.wire()
        state = circuit.register(wire, name="state")
        circuit.drive(wire, circuit.gate("xor", circuit.input("t"), state))
        out = circuit.gate("not", circuit.gate("not", state)) if twice == "yes" else state
        circuit.output("state", out)

    choice = gw.Parameter("twice", "no", "inverted twice", choices=("no", "yes"))
    spec = gw.CircuitSpec("toggle", "toggle", (choice,), build, None)
    one, two = gw.circuit(spec), gw.circuit(spec, twice="yes")
    assert equivalence_in_time(one, two).outcome == "proved"


def test_bits_of_buses_are_matched_in_time_as_in_a_single_cycle(tmp_path: Path) -> None:
    """A list without a header says no weights: its bits are those of the same numbers."""
    ports = ".inputs c a[0] a[1]\n.outputs y[0] y[1]\n"
    names = [(f"a[{at}]", f"y[{at}]") for at in range(2)]
    listed = read(tmp_path, "listed.blif", ports, "", names, "r")
    said = "".join(f"# bus {bus}[0] to {bus}[1], the last the least significant\n" for bus in "ay")
    rising = read(tmp_path, "rising.blif", ports, said, names, "s")
    assert [bus.bits for bus in rising.netlist.inputs] == [("a[1]", "a[0]")]
    assert equivalence_in_time(listed, rising).outcome == "proved"
    crossed = read(tmp_path, "crossed.blif", ports, said, [("a[0]", "y[1]"), ("a[1]", "y[0]")], "s")
    assert equivalence_in_time(listed, crossed).outcome == "refuted"


def read(
    folder: Path, name: str, ports: str, said: str, pairs: list[tuple[str, str]], prefix: str
) -> Circuit:
    """A file in which each output is an input of the cycle before."""
    latches = "".join(
        f".latch {a} {prefix}{at} re c 0\n.names {prefix}{at} {y}\n1 1\n"
        for at, (a, y) in enumerate(pairs)
    )
    path = folder / name
    path.write_text(f"{said}.model m\n{ports}{latches}.end\n")
    return gw.read(path)


def test_what_needs_one_cycle_refuses_registers() -> None:
    with pytest.raises(NetlistError, match="has 4 registers, so its outputs depend on the past"):
        compile_netlist(gw.circuit("counter").netlist)
    with pytest.raises(UsageError, match="has no registers, so no cycles"):
        gw.circuit("ripple-adder").clocked()
    with pytest.raises(UsageError, match="0 lanes; run at least one"):
        Machine(delay(1), lanes=0)
    with pytest.raises(SpecError, match="has no integers to be compared with"):
        verify_clocked(gw.circuit(delay(1)), None)


@pytest.mark.parametrize(
    ("registers", "problem"),
    [
        ((Register("r", "open", "q", 0),), "net 'open' is read by register 'r' and has no driver"),
        ((Register("r", "d", "d", 0),), "net 'd' is driven by input d and by register 'r'"),
        (
            (Register("r", "d", "q", 0), Register("r", "d", "p", 0)),
            "register name 'r' is used 2 times",
        ),
    ],
)
def test_lint_knows_registers(registers: tuple[Register, ...], problem: str) -> None:
    netlist = Netlist("n", {}, (Bus("d", ("d",)),), (Bus("y", ("d",)),), (), registers)
    assert problem in netlist.lint()


def test_a_loop_through_a_register_is_no_cycle_and_one_of_gates_is(plugins: Plugins) -> None:
    inverter = {"not": plugins.gate("not")}
    loop = (Instance("n", "not", ("q",), ("n",)),)
    ports = ((), (Bus("q", ("q",)),))
    assert Netlist("t", inverter, *ports, loop, (Register("q", "n", "q", 0),)).lint() == ()
    bad = (Instance("n", "not", ("q",), ("q",)),)
    assert "instances form a cycle: n → n" in Netlist("t", inverter, *ports, bad).lint()


def test_until_and_stimulus_are_followed() -> None:
    circuit = gw.circuit("counter", bits=4)
    given = planned(circuit.netlist.inputs, 40, [Change(3, "enable", 1)])
    ran = lockstep(Machine(circuit.netlist), given, until={"count": 5})
    assert (ran.cycles, ran.stopped, dict(ran.last)) == (9, True, {"count": 5})
    with pytest.raises(UsageError, match="has no output 'cuont'; did you mean 'count'"):
        lockstep(Machine(circuit.netlist), iter(()), until={"cuont": 1})
    with pytest.raises(UsageError, match="output 'count' is never 16; it is 0 to 15"):
        lockstep(Machine(circuit.netlist), iter(()), until={"count": 16})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Change(0, "enabel", 1, "s.csv:3"),
            "s.csv:3: the circuit has no input 'enabel'; did you mean 'enable'?",
        ),
        (
            Change(7, "enable", 1),
            "cycle 7 is none of the 5 cycles; they are 0 to 4; simulate more, or leave it out",
        ),
        (Change(0, "enable", 2), "2 does not fit the 1 bit of 'enable'; give 0 to 1"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(change: Change, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        planned(gw.circuit("counter").netlist.inputs, 5, [change])
    assert str(caught.value) == message


def test_a_cycle_of_a_plugin_that_fails_names_its_circuit() -> None:
    def build(circuit: gw.CircuitBuilder) -> None:
        circuit.output("q", circuit.register(circuit.input("d")))

    def failing(state: Any, buses: Mapping[str, int]) -> Any:
        return state / buses["d"]

    faulty: list[tuple[Any, str]] = [
        (failing, "circuit 'bad': its cycle failed: TypeError"),
        (lambda *_: 5, "circuit 'bad': its cycle does not give a state and a number for every"),
        (lambda *_: (0, {"r": 1}), "circuit 'bad': its cycle does not give a state"),
    ]
    for cycle, message in faulty:
        circuit = gw.circuit(gw.CircuitSpec("bad", "bad", (), build, None, cycle=cycle))
        with pytest.raises(SpecError, match=message):
            verify_clocked(circuit, None)
    right = gw.CircuitSpec(
        "late", "late", (), build, None, cycle=lambda s, b: (b["d"], {"q": s or 0})
    )
    assert gw.circuit(right).check().outcome == "proved"
    assert str(Broken(1, "q", 0, 1)) == "q in cycle 1 should be 0, and was 1"


def test_the_builder_says_what_is_wrong_with_a_register(plugins: Plugins) -> None:
    made = gw.CircuitBuilder("c", plugins.gates)
    wire = made.wire()
    q = made.register(wire, name="r")
    with pytest.raises(NetlistError, match="a register cannot hold 2 at first; 0, 1 or None"):
        made.register(q, initial=2)
    with pytest.raises(NetlistError, match=r"'r\.q' is driven already; drive wires that wire"):
        made.drive(q, q)
    with pytest.raises(NetlistError, match="'wire-1' would drive itself"):
        made.drive(wire, wire)
    made.output("q", q)
    with pytest.raises(NetlistError, match=r"wire 'wire-1' is never driven; join it by drive\(\)"):
        made.netlist()
    made.drive(wire, made.gate("not", q))
    with pytest.raises(
        NetlistError, match=r"'wire-1' is driven twice, by 'not-1\.y' and by 'r\.q'"
    ):
        made.drive(wire, q)
    assert made.netlist().registers == (Register("r", "not-1.y", "q", 0),)


def test_a_register_may_be_placed_before_what_it_takes(plugins: Plugins) -> None:
    made = gw.CircuitBuilder("c", plugins.gates)
    one, two = made.register_bus(2, initial=2, name="r")
    with pytest.raises(NetlistError, match="2 wires cannot be driven by 1"):
        made.drive((one, two), one)
    with pytest.raises(NetlistError, match="None is not a wire"):
        made.drive(one, None)  # type: ignore[arg-type]
    made.drive((one, two), (two, made.gate("not", one)))
    with pytest.raises(
        NetlistError, match=r"'r\[0\]' is driven twice, by 'r\[1\]' and by 'r\[1\]'"
    ):
        made.drive(one, two)
    for few in (0, ()):
        with pytest.raises(NetlistError, match="a bus of registers needs at least one"):
            made.register_bus(few)
    with pytest.raises(NetlistError, match="1 registers cannot hold 2 at first"):
        made.register_bus(1, initial=2)
    last = made.register(initial=None, name="last")
    made.output_bus("q", (one, two, last))
    with pytest.raises(
        NetlistError, match=r"register 'last\.q' takes nothing; join it by drive\(\)"
    ):
        made.netlist()
    made.drive(last, last)  # it keeps what it holds
    assert [(each.name, each.d, each.q, each.initial) for each in made.netlist().registers] == [
        ("r[0]", "q[1]", "q[0]", 0),
        ("r[1]", "not-1.y", "q[1]", 1),
        ("last", "q[2]", "q[2]", None),
    ]
