"""Proofs by decision diagrams: what is proved at any width, and that a fault is never overlooked."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.references.whole_numbers import WholeNumbers, whole_numbers
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.symbolic.integer import SymbolicInteger
from gatewright.circuits.verify.verdict import BusDifference, Claim, Counterexample
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError, SpecError
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

Naive = Callable[[Netlist, Mapping[str, int]], dict[str, int]]

REPOSITORY = Path(__file__).parent.parent.parent

BUILT_IN = [
    ("ripple-adder", {}),
    ("ripple-adder", {"from": "half-adders"}),
    ("subtractor", {}),
    ("ripple-adder-subtractor", {}),
    ("parity-tree", {}),
    ("equality", {}),
]
NAMES = [" of ".join((name, *words.values())) for name, words in BUILT_IN]


def made(plugins: Plugins, name: str, bits: int, **words: str) -> Circuit:
    return plugins.circuit(name).elaborate({"bits": bits, **words}, plugins.gates)


def with_reference(circuit: Circuit, reference: Callable[..., Any]) -> Circuit:
    return replace(circuit, spec=replace(circuit.spec, reference=reference))


def inverter(
    plugins: Plugins,
    reference: Callable[[Buses], Any],
    domain: Callable[[Buses], Any] | None = None,
    width: int = 3,
) -> Circuit:
    """y = not a, proved equal to any reference."""

    def build(circuit: CircuitBuilder) -> None:
        wires = circuit.input_bus("a", width)
        circuit.output_bus("y", [circuit.gate("not", wire) for wire in wires])

    return CircuitSpec("inverter", "", (), build, reference, domain).elaborate({}, plugins.gates)


def really_differs(circuit: Circuit, found: Counterexample | None, naive: Naive) -> None:
    """The pattern of a counterexample, worked out without anything that found it."""
    assert found is not None
    netlist, nets = circuit.netlist, {}
    for bus in netlist.inputs:
        assert 0 <= found.inputs[bus.name] < 2**bus.width
        nets.update({net: found.inputs[bus.name] >> at & 1 for at, net in enumerate(bus.nets)})
    values = naive(netlist, nets)
    buses = {name: np.array([value], dtype=object) for name, value in found.inputs.items()}
    wanted = circuit.reference(buses)
    differences = []
    for bus in netlist.outputs:
        got = sum(values[net] << at for at, net in enumerate(bus.nets))
        right = int(np.asarray(wanted[bus.name]).ravel()[0])
        if got != right:
            differences.append(BusDifference(bus.name, right, got))
    assert differences
    assert found.outputs == tuple(differences)
    assert (found.wire_wanted, found.wire_got) in ((0, 1.0), (1, 0.0))
    assert values[found.wire] == found.wire_got


# What is proved


@pytest.mark.parametrize(("name", "words"), BUILT_IN, ids=NAMES)
@pytest.mark.parametrize("bits", range(1, 5))
def test_what_all_patterns_prove_diagrams_prove(
    plugins: Plugins, gates: dict[str, TrainedGate], name: str, words: dict[str, str], bits: int
) -> None:
    circuit = made(plugins, name, bits, **words)
    exhaustive = verify(circuit, gates).claims[0]
    assert exhaustive.outcome == "proved"
    assert prove(circuit) == replace(exhaustive, method="decision diagrams")


@pytest.mark.parametrize(("name", "words"), BUILT_IN, ids=NAMES)
def test_64_bits(plugins: Plugins, name: str, words: dict[str, str]) -> None:
    circuit = made(plugins, name, 64, **words)
    inputs = len(circuit.netlist.input_nets)
    assert prove(circuit) == Claim(
        "exact gates", "integer reference", "decision diagrams", 2**inputs, inputs, "proved"
    )


@pytest.mark.parametrize(
    ("name", "extent"),
    [
        ("ripple-adder", "proved by decision diagrams (all 2^2049)"),
        ("equality", "proved by decision diagrams (all 2^2048)"),
        ("parity-tree", "proved by decision diagrams (all 2^1024)"),
    ],
)
def test_1024_bits(plugins: Plugins, name: str, extent: str) -> None:
    assert prove(made(plugins, name, 1024)).extent == extent


@pytest.mark.parametrize(
    ("plugin", "words", "claimed"),
    [
        ("comparator", {"bits": 1024}, (2**2048, 0, "all 2^2048")),
        ("seven-segment", {"digits": 8}, (10**8, 2**32 - 10**8, "all of 2^32 in its domain")),
    ],
)
def test_the_circuits_of_the_example_plugins(
    plugins: Plugins, plugin: str, words: dict[str, int], claimed: tuple[int, int, str]
) -> None:
    package = f"gatewright_{plugin.replace('-', '_')}"
    source = REPOSITORY / "plugins" / f"gatewright-{plugin}" / "src" / package / "__init__.py"
    given = runpy.run_path(str(source))
    own = {gate.name: gate for gate in given["gatewright_gates"]()}
    (spec,) = given["gatewright_circuits"]()
    claim = prove(
        spec.elaborate(words, {**{name: plugins.gate(name) for name in plugins.gates}, **own})
    )
    assert (claim.outcome, claim.checked, claim.excluded) == ("proved", *claimed[:2])
    assert claim.extent == f"proved by decision diagrams ({claimed[2]})"


def test_the_highest_bit_is_found_from_below(plugins: Plugins) -> None:
    """With the highest bit on top, what the reference fills in has a diagram for each pair of bits."""
    claim = prove(made(plugins, "priority-encoder", 512), most_nodes=100_000)
    assert (claim.outcome, claim.checked) == ("proved", 2**512)
    found = made(plugins, "priority-encoder", 512)
    instances = list(found.netlist.instances)
    place = next(at for at, each in enumerate(instances) if each.gate == "mux")
    low, high = instances[place].inputs[1:]
    pins = (instances[place].inputs[0], high, low)
    instances[place] = replace(instances[place], inputs=pins)
    wrong = replace(found, netlist=replace(found.netlist, instances=tuple(instances)))
    assert prove(wrong, most_nodes=100_000).outcome == "refuted"


def test_what_is_selected_from_a_wide_bus(plugins: Plugins) -> None:
    """The select bits must be known before the data: an order with the data on top explodes."""

    def build(circuit: CircuitBuilder) -> None:
        wires = list(circuit.input_bus("data", 64))
        for select in circuit.input_bus("select", 6):
            pairs = zip(wires[::2], wires[1::2], strict=True)
            wires = [circuit.gate("mux", select, low, high) for low, high in pairs]
        circuit.output("y", wires[0])

    def selected(buses: Buses) -> Any:
        bits = ((buses["data"] >> place) % 2 * (buses["select"] == place) for place in range(64))
        return {"y": sum(bits)}

    spec = CircuitSpec("selector", "", (), build, selected)
    claim = prove(spec.elaborate({}, plugins.gates), most_nodes=30_000)
    assert claim.extent == "proved by decision diagrams (all 2^70)"


def test_a_product_of_two_unknown_numbers(plugins: Plugins) -> None:
    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", 2), circuit.input_bus("b", 2)
        low, left, right, high = (circuit.gate("and", x, y) for y in b for x in a)
        carry, middle = circuit.instance("half-adder", left, right)
        top, third = circuit.instance("half-adder", carry, high)
        circuit.output_bus("y", [low, middle, third, top])

    spec = CircuitSpec("product", "", (), build, lambda buses: {"y": buses["a"] * buses["b"]})
    assert prove(spec.elaborate({}, plugins.gates)).outcome == "proved"


def test_constants_of_any_kind_may_be_given(plugins: Plugins) -> None:
    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input("a")
        for name, wire in zip(
            "xyz", (a, circuit.gate("not", a), circuit.gate("xor", a, a)), strict=True
        ):
            circuit.output(name, wire)

    def constants(buses: Buses) -> Any:
        return {"x": buses["a"], "y": buses["a"] == 0, "z": np.int64(0)}

    assert (
        prove(CircuitSpec("c", "", (), build, constants).elaborate({}, plugins.gates)).outcome
        == "proved"
    )


def test_progress_is_told(plugins: Plugins) -> None:
    told: list[tuple[int, int]] = []
    circuit = made(plugins, "ripple-adder", 4)
    prove(circuit, watch=lambda done, total: told.append((done, total)))
    assert told == [(11, 17), (13, 17), (15, 17), (17, 17)]


# What is refuted


def test_two_nets_swapped(plugins: Plugins, naive: Naive) -> None:
    circuit = made(plugins, "ripple-adder", 64)
    sums, cout = circuit.netlist.outputs
    nets = list(sums.nets)
    nets[40], nets[41] = nets[41], nets[40]
    netlist = replace(circuit.netlist, outputs=(replace(sums, nets=tuple(nets)), cout))
    wrong = replace(circuit, netlist=netlist)
    claim = prove(wrong)
    assert (claim.outcome, claim.checked, claim.extent) == ("refuted", 0, "refuted")
    really_differs(wrong, claim.counterexample, naive)


@pytest.mark.parametrize("row", range(8))
@pytest.mark.parametrize("port", ["cout", "sum"])
def test_a_flipped_row_deep_inside_an_adder(
    plugins: Plugins, naive: Naive, row: int, port: str
) -> None:
    circuit = made(plugins, "ripple-adder", 64)
    table = plugins.gate("full-adder").table.flipped(row, port)
    instances = tuple(
        replace(each, gate="faulty") if each.name == "fa37" else each
        for each in circuit.netlist.instances
    )
    gates = {**circuit.netlist.gates, "faulty": GateSpec("faulty", table)}
    wrong = replace(circuit, netlist=replace(circuit.netlist, gates=gates, instances=instances))
    claim = prove(wrong)
    assert claim.outcome == "refuted"
    really_differs(wrong, claim.counterexample, naive)


@pytest.mark.parametrize("only", [0, 2**64 - 1, 0x123456789ABCDEF0])
def test_a_reference_that_is_off_on_one_pattern_of_2_to_the_129(
    plugins: Plugins, naive: Naive, only: int
) -> None:
    circuit = made(plugins, "ripple-adder", 64)

    def off(buses: Buses, **words: Any) -> Any:
        right = circuit.reference(buses)
        there = (buses["a"] == only) & (buses["b"] == 2**64 - 1) & (buses["cin"] == 1)
        return {**right, "sum": right["sum"] ^ there}

    wrong = with_reference(circuit, off)
    claim = prove(wrong)
    assert claim.counterexample is not None
    assert claim.counterexample.inputs == {"a": only, "b": 2**64 - 1, "cin": 1}
    really_differs(wrong, claim.counterexample, naive)


def test_the_smallest_counterexample_and_its_first_wire(plugins: Plugins) -> None:
    claim = prove(inverter(plugins, lambda buses: {"y": 7 - (buses["a"] | (buses["a"] >= 5))}))
    assert claim.counterexample == Counterexample(
        {"a": 6}, (BusDifference("y", 0, 1),), "y[0]", 0, 1.0
    )


def test_every_fault_that_all_patterns_find_diagrams_find(
    plugins: Plugins, gates: dict[str, TrainedGate], naive: Naive
) -> None:
    circuit = made(plugins, "subtractor", 2)
    faults = 0
    for each in circuit.netlist.instances:
        table = circuit.netlist.gates[each.gate].table
        for port in table.outputs:
            for row in range(table.rows):
                other = {"faulty": GateSpec("faulty", table.flipped(row, port))}
                netlist = replace(
                    circuit.netlist,
                    gates={**circuit.netlist.gates, **other},
                    instances=tuple(
                        replace(one, gate="faulty") if one is each else one
                        for one in circuit.netlist.instances
                    ),
                )
                wrong = replace(circuit, netlist=netlist)
                trained = {**gates, "faulty": gates[each.gate]}
                claim, exhaustive = prove(wrong), verify(wrong, trained).claims[0]
                assert claim.outcome == exhaustive.outcome
                if claim.outcome == "refuted":
                    really_differs(wrong, claim.counterexample, naive)
                    faults += 1
    assert faults > 30


# Where nothing is decided


def test_too_many_nodes(plugins: Plugins) -> None:
    claim = prove(made(plugins, "ripple-adder", 64), most_nodes=100)
    assert (claim.outcome, claim.checked, claim.counterexample) == ("undecided", 0, None)
    assert claim.extent == "undecided: its decision diagrams need more than 100 nodes"


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (
            lambda buses: {"y": 7 - buses["a"] if np.all(buses["a"] < 8) else 0},
            "its reference cannot be followed: it uses '.all' of a bus",
        ),
        (
            lambda buses: {"y": np.array([7 - int(each) for each in buses["a"]])},
            "its reference cannot be followed: it takes a bus apart as an array",
        ),
        (
            lambda buses: {"y": 7 - (buses["a"] * -3) // -3},
            "its reference cannot be followed: it divides by -3, which is not above 0",
        ),
        (
            lambda buses: {"y": np.subtract(7, buses["a"])},
            "its reference cannot be followed: TypeError: operand 'SymbolicInteger' does not support "
            "ufuncs (__array_ufunc__=None)",
        ),
        (
            lambda buses: (
                {"y": 7 - buses["a"]} if isinstance(buses["a"], WholeNumbers) else {"z": 1}
            ),
            "its reference cannot be followed: KeyError: 'y'",
        ),
    ],
)
def test_a_reference_that_cannot_be_followed(
    plugins: Plugins, reference: Callable[[Buses], Any], reason: str
) -> None:
    claim = prove(inverter(plugins, reference))
    assert (claim.outcome, claim.reason) == ("undecided", reason)
    assert claim.extent == f"undecided: {reason}"


def test_a_reference_that_looks_up_a_table_is_followed(plugins: Plugins, naive: Naive) -> None:
    """Ten bytes at once, each in the table: 2^80 patterns."""
    flipped = [255 - byte for byte in range(256)]

    def by(entries: list[int]) -> Circuit:
        table = whole_numbers(entries)

        def looked_up(buses: Buses) -> Any:
            places = range(0, 80, 8)
            return {"y": sum(table[buses["a"] >> place & 255] << place for place in places)}

        return inverter(plugins, looked_up, width=80)

    assert prove(by(flipped)).extent == "proved by decision diagrams (all 2^80)"
    wrong = by([*flipped[:77], 0, *flipped[78:]])
    claim = prove(wrong)
    assert claim.outcome == "refuted"
    really_differs(wrong, claim.counterexample, naive)


def test_a_reference_that_decides_by_a_value(plugins: Plugins) -> None:
    def decides(buses: Buses) -> Any:
        a = buses["a"]
        if not isinstance(a, SymbolicInteger):
            return {"y": np.array([7 - each if each < 8 else 0 for each in a.tolist()])}
        return {"y": 7 - a if a < 8 else 0}

    claim = prove(inverter(plugins, decides))
    assert claim.extent == (
        "undecided: its reference cannot be followed: "
        "it decides by a value (if, and, or, not, max, ...)"
    )


def test_a_reference_that_does_something_else_with_symbols_is_not_believed(
    plugins: Plugins,
) -> None:
    def two_faced(buses: Buses) -> Any:
        right = 7 - buses["a"]
        return {"y": right if isinstance(right, SymbolicInteger) else right ^ (buses["a"] == 3)}

    claim = prove(inverter(plugins, two_faced))
    assert claim.extent == "undecided: its reference gives other results for integers, as with a=3"


def test_a_refutation_that_integers_do_not_bear_out_is_not_believed(plugins: Plugins) -> None:
    circuit = made(plugins, "ripple-adder", 64)

    def two_faced(buses: Buses, **words: Any) -> Any:
        right = circuit.reference(buses)
        if not isinstance(right["sum"], SymbolicInteger):
            return right
        return {**right, "sum": right["sum"] ^ (buses["a"] == 77)}

    claim = prove(with_reference(circuit, two_faced))
    assert claim.outcome == "undecided"
    assert claim.reason == "its reference gives other results for integers, as with a=77 b=0 cin=0"


# The domain


def test_only_the_domain_counts(plugins: Plugins) -> None:
    right_below_five = inverter(
        plugins, lambda buses: {"y": 7 - (buses["a"] | (buses["a"] >= 5) * 2)}, lambda b: b["a"] < 5
    )
    claim = prove(right_below_five)
    assert (claim.outcome, claim.checked, claim.excluded) == ("proved", 5, 3)
    assert claim.extent == "proved by decision diagrams (all of 2^3 in its domain)"
    everywhere = replace(right_below_five, spec=replace(right_below_five.spec, domain=None))
    found = prove(everywhere).counterexample
    assert found is not None
    assert found.inputs == {"a": 5}


def test_a_counterexample_lies_in_the_domain(plugins: Plugins, naive: Naive) -> None:
    wrong = inverter(plugins, lambda buses: {"y": 0 * buses["a"]}, lambda b: b["a"] == 6)
    found = prove(wrong).counterexample
    assert found is not None
    assert found.inputs == {"a": 6}
    really_differs(wrong, found, naive)


def test_a_value_outside_the_domain_need_not_fit(plugins: Plugins) -> None:
    claim = prove(inverter(plugins, lambda b: {"y": 5 - b["a"] + 2}, lambda b: b["a"] < 7))
    assert claim.outcome == "proved"
    negative = inverter(
        plugins, lambda b: {"y": 7 - b["a"] - 8 * (b["a"] == 7)}, lambda b: b["a"] < 7
    )
    assert prove(negative).outcome == "proved"


def test_a_domain_of_one_pattern_that_no_sample_meets(plugins: Plugins) -> None:
    circuit = inverter(
        plugins, lambda b: {"y": 2**90 - 1 - b["a"]}, lambda b: b["a"] == 12345, width=90
    )
    claim = prove(circuit)
    assert (claim.outcome, claim.checked, claim.excluded) == ("proved", 1, 2**90 - 1)


def test_a_domain_of_nothing_proves_nothing(plugins: Plugins) -> None:
    claim = prove(inverter(plugins, lambda buses: {"y": 7 - buses["a"]}, lambda b: b["a"] > 7))
    assert claim.extent == "undecided: no pattern lies in the circuit's domain"


def test_a_domain_that_cannot_be_followed(plugins: Plugins) -> None:
    def domain(buses: Buses) -> Any:
        return np.all([buses["a"] < 5], axis=0)

    claim = prove(inverter(plugins, lambda buses: {"y": 7 - buses["a"]}, domain))
    assert claim.extent == (
        "undecided: the domain of 'inverter' cannot be followed: it hands a bus to a function of NumPy"
    )


# What is not a reference


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (lambda buses: {"y": 8 - buses["a"]}, "gives values for 'y' that do not fit its 3 bits"),
        (lambda buses: {"y": 6 - buses["a"]}, "gives values for 'y' that do not fit its 3 bits"),
        (lambda buses: {"z": 7 - buses["a"]}, "gives z, its outputs are y"),
        (lambda buses: 7 - buses["a"], "gives a WholeNumbers, not a mapping"),
        (lambda buses: buses["b"], "its reference failed: KeyError: 'b'"),
        (lambda buses: {"y": (7 - buses["a"]) / 1}, "gives float64 for 'y', not whole numbers"),
    ],
)
def test_a_broken_reference_is_refused(
    plugins: Plugins, reference: Callable[[Buses], Any], message: str
) -> None:
    with pytest.raises(SpecError, match=message):
        prove(inverter(plugins, reference))


@pytest.mark.parametrize("sign", [1, -1])
def test_one_value_of_many_that_does_not_fit(plugins: Plugins, sign: int) -> None:
    def off(buses: Buses) -> Any:
        return {"y": 2**80 - 1 - buses["a"] + (buses["a"] == 99) * (buses["a"] + 2**80) * sign}

    with pytest.raises(SpecError, match="do not fit its 80 bits"):
        prove(inverter(plugins, off, width=80))


def test_a_rare_negative_value_is_not_taken_for_all_ones(plugins: Plugins) -> None:
    def build(circuit: CircuitBuilder) -> None:
        ones = circuit.tree("and", circuit.input_bus("a", 64))
        circuit.output_bus("y", [ones, ones])

    spec = CircuitSpec("c", "", (), build, lambda b: {"y": -((b["a"] == 2**64 - 1) * 1)})
    with pytest.raises(SpecError, match="do not fit its 2 bits"):
        prove(spec.elaborate({}, plugins.gates))


def test_a_netlist_that_is_none(plugins: Plugins) -> None:
    circuit = made(plugins, "ripple-adder", 4)
    open_ended = replace(circuit.netlist, instances=circuit.netlist.instances[1:])
    with pytest.raises(NetlistError, match="has no driver"):
        prove(replace(circuit, netlist=open_ended))
