"""Two circuits against each other: what is proved, that every fault is found, and by which method."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify import miter
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.symbolic.integer import SymbolicInteger
from gatewright.circuits.verify.verdict import BusDifference, Claim
from gatewright.errors import NetlistError, UsageError
from gatewright.gates.spec import GateSpec
from gatewright.logic.sat.aside import SweepAside
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.plugins.manager import Plugins

Naive = Callable[[Netlist, Mapping[str, int]], dict[str, int]]

# By how much the methods before it are switched off: each decides alone.
ALONE: dict[str, dict[str, Any]] = {
    "exhaustive": {"exhaustive_bits": 99},
    "decision diagrams": {"exhaustive_bits": -1, "algebra": False},
    "sat": {"exhaustive_bits": -1, "most_nodes": 0, "algebra": False},
}
SAT = ALONE["sat"]


def nothing(buses: Buses) -> Buses:
    """A reference that nobody asks."""
    return {}


def made(plugins: Plugins, name: str, bits: int, **words: str) -> Circuit:
    return plugins.circuit(name).elaborate({"bits": bits, **words}, plugins.gates)


def with_outputs_swapped(circuit: Circuit, one: int, other: int) -> Circuit:
    first, *rest = circuit.netlist.outputs
    nets = list(first.nets)
    nets[one], nets[other] = nets[other], nets[one]
    outputs = (replace(first, nets=tuple(nets)), *rest)
    return replace(circuit, netlist=replace(circuit.netlist, outputs=outputs))


def outputs(netlist: Netlist, inputs: Mapping[str, int], naive: Naive) -> dict[str, int]:
    """Every output bus for these input buses, worked out one net at a time."""
    nets = {
        net: inputs[bus.name] >> at & 1 for bus in netlist.inputs for at, net in enumerate(bus.nets)
    }
    values = naive(netlist, nets)
    return {
        bus.name: sum(values[net] << at for at, net in enumerate(bus.nets))
        for bus in netlist.outputs
    }


def really_differ(first: Circuit, second: Circuit, claim: Claim, naive: Naive) -> None:
    """The counterexample, worked out without anything that found it."""
    found = claim.counterexample
    assert found is not None
    got = outputs(first.netlist, found.inputs, naive)
    wanted = outputs(second.netlist, found.inputs, naive)
    assert found.outputs
    assert found.outputs == tuple(
        BusDifference(bus.name, wanted[bus.name], got[bus.name])
        for bus in first.netlist.outputs
        if wanted[bus.name] != got[bus.name]
    )


# What is proved


@pytest.mark.parametrize(
    ("method", "extent"),
    [
        ("exhaustive", "proved exhaustively (512 of 512)"),
        ("decision diagrams", "proved by decision diagrams (all 2^9)"),
        ("sat", "proved by SAT (all 2^9, "),
    ],
)
@pytest.mark.parametrize("other", ["kogge-stone", "brent-kung", "carry-lookahead", "carry-select"])
def test_adders_of_four_bits_by_every_method(
    plugins: Plugins, method: str, extent: str, other: str
) -> None:
    left, right = made(plugins, other, 4), made(plugins, "ripple-adder", 4)
    claim = equivalence(left, right, **ALONE[method])
    assert (claim.outcome, claim.method, claim.checked) == ("proved", method, 512)
    assert claim.extent.startswith(extent)
    assert (claim.subject, claim.against) == (f"{other} --bits 4", "ripple-adder --bits 4")


@pytest.mark.parametrize("method", ["decision diagrams", "sat"])
def test_adders_of_64_bits(plugins: Plugins, method: str) -> None:
    left, right = made(plugins, "kogge-stone", 64), made(plugins, "ripple-adder", 64)
    claim = equivalence(left, right, **ALONE[method])
    assert (claim.outcome, claim.method, claim.checked) == ("proved", method, 2**129)


@pytest.mark.parametrize("bits", [2, 3, 4, 5, 6])
def test_multipliers_by_sweeping(plugins: Plugins, bits: int) -> None:
    left, right = made(plugins, "array-multiplier", bits), made(plugins, "wallace-multiplier", bits)
    claim = equivalence(left, right, **SAT)
    assert (claim.outcome, claim.method) == ("proved", "sat")
    assert int(claim.basis.split(", ")[1].split()[0]) >= bits - 2


def test_buses_in_another_order(plugins: Plugins) -> None:
    """Names decide, not places."""

    def build(circuit: CircuitBuilder) -> None:
        cin = circuit.input("cin")
        b, a = circuit.input_bus("b", 3), circuit.input_bus("a", 3)
        wires = []
        for bit in range(3):
            cin, total = circuit.instance("full-adder", b[bit], cin, a[bit])
            wires.append(total)
        circuit.output("cout", cin)
        circuit.output_bus("sum", wires)

    turned = CircuitSpec("turned", "", (), build, nothing).elaborate({}, plugins.gates)
    adder = made(plugins, "kogge-stone", 3)
    for method, limits in ALONE.items():
        assert equivalence(adder, turned, **limits).method == method
        assert equivalence(adder, turned, **limits).outcome == "proved"
        assert equivalence(turned, adder, **limits).outcome == "proved"
        assert equivalence(turned, with_outputs_swapped(adder, 0, 1), **limits).outcome == "refuted"


# What is refuted


@pytest.mark.parametrize("method", ["decision diagrams", "sat"])
def test_two_outputs_of_64_swapped(plugins: Plugins, naive: Naive, method: str) -> None:
    left = with_outputs_swapped(made(plugins, "kogge-stone", 64), 40, 41)
    right = made(plugins, "ripple-adder", 64)
    claim = equivalence(left, right, **ALONE[method])
    assert (claim.outcome, claim.method, claim.extent) == ("refuted", method, "refuted")
    really_differ(left, right, claim, naive)
    really_differ(right, left, equivalence(right, left, **ALONE[method]), naive)


def needle(plugins: Plugins, pattern: int | None, bits: int = 40) -> Circuit:
    """y = parity of a, but on one pattern of 2**bits."""

    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", bits)
        y = circuit.tree("xor", a)
        if pattern is not None:
            there = [
                wire if pattern >> at & 1 else circuit.gate("not", wire)
                for at, wire in enumerate(a)
            ]
            y = circuit.gate("xor", y, circuit.tree("and", there))
        circuit.output("y", y)

    return CircuitSpec("needle", "", (), build, nothing).elaborate({}, plugins.gates)


@pytest.mark.parametrize("method", ["decision diagrams", "sat"])
def test_one_pattern_of_2_to_the_40(plugins: Plugins, naive: Naive, method: str) -> None:
    left, right = needle(plugins, 0x123456789A), needle(plugins, None)
    claim = equivalence(left, right, **ALONE[method])
    assert claim.counterexample is not None
    assert claim.counterexample.inputs == {"a": 0x123456789A}
    really_differ(left, right, claim, naive)


def one_gate_changed(circuit: Circuit, plugins: Plugins, draw: np.random.Generator) -> Circuit:
    """The same with one gate of another kind, of as many inputs and outputs."""
    netlist = circuit.netlist
    at = int(draw.integers(len(netlist.instances)))
    ports = len(netlist.instances[at].inputs), len(netlist.instances[at].outputs)
    kinds = [
        name
        for name in plugins.gates
        if (len((spec := plugins.gates[name]).table.inputs), len(spec.table.outputs)) == ports
        and name != netlist.instances[at].gate
    ]
    gates = {**netlist.gates}
    if kinds:
        kind = kinds[int(draw.integers(len(kinds)))]
        gates[kind] = plugins.gates[kind]
    else:
        table = netlist.gates[netlist.instances[at].gate].table
        kind = "changed"
        output = table.outputs[int(draw.integers(ports[1]))]
        gates[kind] = GateSpec(kind, table.flipped(int(draw.integers(table.rows)), output))
    instances = list(netlist.instances)
    instances[at] = replace(instances[at], gate=kind)
    return replace(circuit, netlist=replace(netlist, gates=gates, instances=tuple(instances)))


@pytest.mark.parametrize("name", ["ripple-adder", "kogge-stone"])
def test_one_gate_changed_200_times(plugins: Plugins, naive: Naive, name: str) -> None:
    """Refuted exactly when the function changed, by each method."""
    right = made(plugins, "carry-select", 3)
    words = {"from": "half-adders"} if name == "ripple-adder" else {}
    left = made(plugins, name, 3, **words)
    draw = np.random.default_rng(5)
    patterns = [
        {"a": number & 7, "b": number >> 3 & 7, "cin": number >> 6} for number in range(2**7)
    ]
    want = [outputs(right.netlist, each, naive) for each in patterns]
    changed = 0
    for trial in range(100):
        wrong = one_gate_changed(left, plugins, draw)
        same = all(
            outputs(wrong.netlist, each, naive) == right_one
            for each, right_one in zip(patterns, want, strict=True)
        )
        method = list(ALONE)[trial % 3]
        claim = equivalence(wrong, right, **ALONE[method])
        assert claim.outcome == ("proved" if same else "refuted")
        assert claim.method == method
        if not same:
            changed += 1
            really_differ(wrong, right, claim, naive)
    assert 50 < changed < 100  # either kind is met


# Where nothing is decided


def test_the_time_limit(plugins: Plugins) -> None:
    left = made(plugins, "array-multiplier", 16)
    right = made(plugins, "wallace-multiplier", 16)
    claim = equivalence(left, right, time_limit=0.2, most_nodes=1000, algebra=False)
    assert (claim.outcome, claim.method, claim.checked) == ("undecided", "sat", 0)
    assert claim.extent == "undecided: SAT sweeping did not end in 0.2 s"


def test_without_python_sat(plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = made(plugins, "kogge-stone", 40), made(plugins, "ripple-adder", 40)
    monkeypatch.setitem(sys.modules, "pysat", None)
    assert equivalence(left, right).method == "decision diagrams"  # which does not need it
    with pytest.raises(MissingSolverError, match="pip install 'gatewright\\[formal\\]'"):
        equivalence(left, right, most_nodes=100, algebra=False)


def test_progress_is_told_by_method(plugins: Plugins) -> None:
    left, right = made(plugins, "kogge-stone", 64), made(plugins, "ripple-adder", 64)
    told: dict[str, tuple[int, int]] = {}

    def watch(method: str, done: int, total: int) -> None:
        assert 0 < done <= total
        told[method] = (done, total)

    equivalence(made(plugins, "kogge-stone", 2), made(plugins, "ripple-adder", 2), watch=watch)
    equivalence(left, right, watch=watch)
    equivalence(left, right, most_nodes=0, algebra=False, watch=watch)
    array, wallace = (made(plugins, f"{name}-multiplier", 14) for name in ("array", "wallace"))
    equivalence(array, wallace, most_nodes=0, watch=watch)
    assert told["comparing all patterns"] == (32, 32)
    assert set(told) == {"comparing all patterns", "decision diagrams", "algebra", "SAT sweeping"}


# The domain


def inverter(
    plugins: Plugins, kind: str, domain: Callable[[Buses], Any] | None = None, width: int = 3
) -> Circuit:
    """y = not a; ``kind`` nand of a with its highest bit is the same where that bit is 1."""

    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", width)
        circuit.output_bus(
            "y", [circuit.gate("nand", wire, a[-1] if kind == "high" else wire) for wire in a]
        )

    return CircuitSpec(kind, "", (), build, nothing, domain).elaborate({}, plugins.gates)


@pytest.mark.parametrize("method", ALONE)
@pytest.mark.parametrize("side", [0, 1])
def test_only_what_both_promise_counts(
    plugins: Plugins, naive: Naive, method: str, side: int
) -> None:
    plain = inverter(plugins, "plain")
    high = inverter(plugins, "high", lambda buses: buses["a"] >= 4)
    everywhere = inverter(plugins, "high")
    pair = (plain, high) if side else (high, plain)
    claim = equivalence(*pair, **ALONE[method])
    assert (claim.outcome, claim.method) == ("proved", method)
    if method != "sat":
        assert (claim.checked, claim.excluded) == (4, 4)
    else:
        assert claim.extent.startswith("proved by SAT (all in their domain, ")
    claim = equivalence(plain, everywhere, **ALONE[method])
    assert claim.outcome == "refuted"
    really_differ(plain, everywhere, claim, naive)
    most = inverter(plugins, "high", lambda buses: buses["a"] >= 3)
    claim = equivalence(plain, most, **ALONE[method])
    assert claim.counterexample is not None
    assert claim.counterexample.inputs == {"a": 3}


@pytest.mark.parametrize("method", ALONE)
def test_nothing_that_both_promise(plugins: Plugins, method: str) -> None:
    low = inverter(plugins, "plain", lambda buses: buses["a"] < 4)
    high = inverter(plugins, "high", lambda buses: buses["a"] >= 4)
    claim = equivalence(low, high, **ALONE[method])
    assert claim.outcome == "undecided"
    assert claim.reason in {
        "no pattern lies in the domain of both",
        "no pattern is known to lie in the domain of both",
    }


@pytest.mark.parametrize("method", ["decision diagrams", "sat"])
def test_a_domain_that_cannot_be_followed(plugins: Plugins, method: str) -> None:
    def looked_up(buses: Buses) -> Any:
        return np.isin(np.asarray(buses["a"]), [4, 5, 6, 7])

    plain, high = inverter(plugins, "plain"), inverter(plugins, "high", looked_up)
    claim = equivalence(plain, high, **ALONE[method])
    assert claim.outcome == "undecided"
    assert claim.reason.startswith(
        "they differ where one promises nothing, and the domain of 'high' cannot be followed: "
    )
    also = inverter(plugins, "plain", looked_up)
    assert equivalence(plain, also, **ALONE[method]).outcome == "proved"  # it is so everywhere


@pytest.mark.parametrize("method", ["decision diagrams", "sat"])
def test_a_domain_that_is_another_one_for_symbols_is_not_believed(
    plugins: Plugins, method: str
) -> None:
    def two_faced(buses: Buses) -> Any:
        return buses["a"] >= 4 if isinstance(buses["a"], SymbolicInteger) else buses["a"] >= 0

    plain, high = inverter(plugins, "plain"), inverter(plugins, "high", two_faced)
    assert equivalence(plain, high, **ALONE[method]).outcome == "refuted"


# What cannot be compared


def test_another_bus(plugins: Plugins) -> None:
    with pytest.raises(UsageError) as caught:
        equivalence(made(plugins, "ripple-adder", 4), made(plugins, "subtractor", 4))
    assert str(caught.value) == (
        "'subtractor --bits 4' has an input 'bin', 'ripple-adder --bits 4' has none; "
        "ripple-adder turns a, b, cin into sum, cout; subtractor turns a, b, bin into diff, bout; "
        "pair them as in cin=bin"
    )


def test_another_output(plugins: Plugins) -> None:
    with pytest.raises(UsageError, match="has an output 'less', 'equality --bits 4' has none"):
        equivalence(made(plugins, "equality", 4), made(plugins, "comparator", 4))


def test_another_width(plugins: Plugins) -> None:
    with pytest.raises(UsageError) as caught:
        equivalence(made(plugins, "ripple-adder", 4), made(plugins, "kogge-stone", 5))
    assert str(caught.value) == (
        "input 'a' has 4 bits in 'ripple-adder --bits 4' and 5 in 'kogge-stone --bits 5'; "
        "choose their parameters so that all buses are equally wide"
    )


def test_a_netlist_that_is_no_circuit(plugins: Plugins) -> None:
    right = made(plugins, "ripple-adder", 4)
    netlist = replace(right.netlist, instances=right.netlist.instances[1:])
    with pytest.raises(NetlistError, match="has no driver"):
        equivalence(right, replace(right, netlist=netlist))


# By algebra


def test_multipliers_by_algebra(plugins: Plugins, naive: Naive) -> None:
    """Equal ones; and one whose swapped outputs are found by a pattern that tells them apart."""
    left, right = made(plugins, "array-multiplier", 24), made(plugins, "wallace-multiplier", 24)
    claim = equivalence(left, right, time_limit=0)
    assert (claim.outcome, claim.method, claim.checked) == ("proved", "algebra", 2**48)
    assert claim.extent.startswith("proved by algebra (1")
    wrong = with_outputs_swapped(left, 40, 41)
    claim = equivalence(wrong, right, time_limit=0)
    assert (claim.outcome, claim.method) == ("refuted", "algebra")
    really_differ(wrong, right, claim, naive)


def test_who_decides_it_first_ends_the_others(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Algebra here and a sweep in another process: each may be first, and both say the same."""
    array, wallace = (
        plugins.circuit(f"{name}-multiplier").elaborate({"bits": 6}, plugins.gates)
        for name in ("array", "wallace")
    )
    monkeypatch.setattr(miter, "_LARGE", 0)
    monkeypatch.setattr(miter, "_quickly", lambda *_, **__: None)
    monkeypatch.setattr(miter, "processors", lambda: 2)
    asked = partial(miter.equivalence, array, wallace, exhaustive_bits=-1, most_nodes=0)
    with monkeypatch.context() as late:
        late.setattr(SweepAside, "decided", lambda _: False)
        assert "algebra" in asked().extent
    with monkeypatch.context() as endless_algebra:
        endless_algebra.setattr(miter, "equal", endless)
        assert "SAT" in asked().extent
    monkeypatch.setattr(miter, "_by_algebra", lambda *_: None)
    assert "SAT" in asked().extent


def endless(pair: object, watch: Callable[[int, int], None]) -> None:
    """Algebra that never ends."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        watch(0, 1)
