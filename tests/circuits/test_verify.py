"""Verdicts: what is proved, sampled, refuted and undecided, and that nothing passes by chance."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.strategies import few

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively
from gatewright.circuits.patterns import EXHAUSTIVE_BITS
from gatewright.circuits.references.whole_numbers import whole_numbers
from gatewright.circuits.simulate.evaluate import Signal
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify import verify as module
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verdict import (
    BusDifference,
    Claim,
    Counterexample,
    Verdict,
    WorstWire,
)
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError, SpecError
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins

Gates = dict[str, TrainedGate]


def farthest(verdict: Verdict) -> WorstWire:
    """The wire that strayed farthest, of a verdict that rests on patterns."""
    assert verdict.worst is not None
    return verdict.worst


def adder(plugins: Plugins, bits: int, **parameters: str) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": bits, **parameters}, plugins.gates)


def inverter(
    plugins: Plugins,
    reference: Callable[[Buses], Buses],
    domain: Callable[[Buses], Any] | None = None,
    width: int = 3,
) -> Circuit:
    """y = not a, checked against any reference."""

    def build(circuit: CircuitBuilder) -> None:
        wires = circuit.input_bus("a", width)
        circuit.output_bus(
            "y", [circuit.gate("not", wire, name=f"n{wire[2:-1]}") for wire in wires]
        )

    return CircuitSpec("inverter", "", (), build, reference, domain).elaborate({}, plugins.gates)


def network(gate: TrainedGate, *theta: float) -> TrainedGate:
    """The gate as a straight line of its inputs: the weights, then the bias."""
    return replace(
        gate, architecture=Architecture((len(theta) - 1, 1), ("identity",)), theta=np.array(theta)
    )


def test_all_patterns_prove(plugins: Plugins, gates: Gates) -> None:
    verdict = verify(adder(plugins, 4), gates)
    assert verdict.claims == (
        Claim("exact gates", "integer reference", "exhaustive", 512, 9, "proved"),
        Claim("trained gates", "integer reference", "exhaustive", 512, 9, "proved"),
    )
    assert verdict.outcome == "proved"
    assert farthest(verdict).distance == 0.0


def test_the_wire_that_strays_farthest_is_told(plugins: Plugins, soft_gates: Gates) -> None:
    given: dict[str, int | str] = {"bits": 4, "from": "half-adders"}
    verdict = verify(plugins.circuit("ripple-adder").elaborate(given, plugins.gates), soft_gates)
    assert verdict.outcome == "proved"
    assert 0 < farthest(verdict).distance < 0.05
    assert farthest(verdict).inputs.keys() == {"a", "b", "cin"}


def test_a_sample_is_called_a_sample(plugins: Plugins, gates: Gates) -> None:
    verdict = verify(adder(plugins, 10), gates, samples=100)
    assert [(claim.method, claim.checked, claim.input_bits) for claim in verdict.claims] == [
        ("sampled", 100, 21)
    ] * 2
    assert verdict.outcome == "sampled"
    assert verdict.claims[1].extent == "sampled (100 of 2^21)"


@pytest.mark.parametrize(("bits", "outcome", "checked"), [(2, "proved", 32), (3, "sampled", 40)])
def test_the_number_of_patterns_decides(
    plugins: Plugins,
    gates: Gates,
    monkeypatch: pytest.MonkeyPatch,
    bits: int,
    outcome: str,
    checked: int,
) -> None:
    assert EXHAUSTIVE_BITS == 20
    monkeypatch.setattr(module, "EXHAUSTIVE_BITS", 5)
    verdict = verify(adder(plugins, bits), gates, samples=40)
    assert (verdict.outcome, verdict.claims[1].checked) == (outcome, checked)


def test_wrong_wiring_refutes_both(plugins: Plugins, soft_gates: Gates) -> None:
    wrong = inverter(plugins, lambda buses: {"y": 7 - (buses["a"] ^ (buses["a"] == 5))})
    verdict = verify(wrong, soft_gates)
    assert [claim.outcome for claim in verdict.claims] == ["refuted", "refuted"]
    exact, trained = (claim.counterexample for claim in verdict.claims)
    assert exact == Counterexample({"a": 5}, (BusDifference("y", 3, 2),), "y[0]", 1, 0.0)
    assert trained is not None
    assert (trained.inputs, trained.outputs) == ({"a": 5}, (BusDifference("y", 3, 2),))
    assert (trained.wire, trained.wire_wanted) == ("y[0]", 1)
    assert 0 < trained.wire_got < 0.05  # the raw activation, not its bit


def test_the_first_wire_that_went_wrong_is_the_one_signals_reach_first(
    plugins: Plugins, gates: Gates
) -> None:
    def build(circuit: CircuitBuilder) -> None:
        first = circuit.gate("not", circuit.input("a"))
        second = circuit.gate("not", first)
        circuit.output_bus("y", [second, first, circuit.gate("not", second)])

    spec = CircuitSpec("mixed", "", (), build, lambda buses: {"y": 3 * (1 - buses["a"])})
    found = verify(spec.elaborate({}, plugins.gates), gates).claims[0].counterexample
    assert found is not None
    assert found.outputs == (BusDifference("y", 3, 6),)  # bits 0 and 2 are wrong, bit 1 is right
    assert (found.wire, found.wire_wanted) == ("y[0]", 1)
    turned = replace(spec, reference=lambda buses: {"y": 1 + 6 * buses["a"]})
    found = verify(turned.elaborate({}, plugins.gates), gates).claims[0].counterexample
    assert found is not None
    assert found.outputs == (BusDifference("y", 1, 6),)  # all three are
    assert (found.wire, found.wire_wanted) == ("y[1]", 0)


def test_the_wire_that_went_wrong_is_one_even_where_outputs_share_it(
    plugins: Plugins, gates: Gates
) -> None:
    def build(circuit: CircuitBuilder) -> None:
        wire = circuit.gate("not", circuit.input("a"))
        circuit.output("right", circuit.input("b"))
        circuit.output_bus("y", [wire, wire])

    spec = CircuitSpec(
        "shared",
        "",
        (),
        build,
        reference=lambda buses: {"right": buses["b"], "y": buses["a"] + 2 * (1 - buses["a"])},
    )
    verdict = verify(spec.elaborate({}, plugins.gates), gates)
    assert verdict.claims[0].counterexample == Counterexample(
        {"a": 0, "b": 0}, (BusDifference("y", 2, 3),), "y[0]", 0, 1.0
    )


def test_a_wrong_gate_refutes_the_trained_circuit_alone(plugins: Plugins, gates: Gates) -> None:
    lazy = {"not": network(gates["not"], 0.0, 0.9)}  # always 0.9
    right = inverter(plugins, lambda buses: {"y": 7 - buses["a"]})
    exact, trained = verify(right, lazy).claims
    assert exact.outcome == "proved"  # the difference is in the last, and only, chunk
    assert trained.outcome == "refuted"
    assert trained.counterexample == Counterexample(
        {"a": 1}, (BusDifference("y", 6, 7),), "y[0]", 0, 0.9
    )


def test_after_a_difference_the_other_side_is_only_sampled(
    plugins: Plugins, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK_VALUES", 1)
    lazy = {"not": network(gates["not"], 0.0, 0.9)}
    wide = inverter(plugins, lambda buses: {"y": 255 - buses["a"]}, width=8)
    exact, trained = verify(wide, lazy).claims
    assert (exact.outcome, exact.checked, exact.extent) == ("sampled", 64, "sampled (64 of 2^8)")
    assert (trained.outcome, trained.checked) == ("refuted", 64)


@pytest.mark.parametrize("signal", ["raw", "restored"])
@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_not_a_number_is_never_right(
    plugins: Plugins, gates: Gates, signal: Signal, weight: float
) -> None:
    broken = {"not": network(gates["not"], weight, np.nan)}
    right = inverter(plugins, lambda buses: {"y": 7 - buses["a"]})
    verdict = verify(right, broken, signal=signal)
    found = verdict.claims[1].counterexample
    assert verdict.claims[1].outcome == "refuted"
    assert found is not None
    assert found.outputs == (BusDifference("y", 7, None),)
    assert (found.wire, found.wire_wanted) == ("y[0]", 1)
    if signal == "raw":
        assert np.isnan(found.wire_got)
        assert farthest(verdict).distance == np.inf


def test_a_domain_leaves_patterns_out_and_counts_them(plugins: Plugins, gates: Gates) -> None:
    def reference(buses: Buses) -> Buses:
        a = buses["a"]
        return {"y": 7 - a - 100 * (a == 6)}  # which cannot be, but what is outside is not asked

    digits = inverter(plugins, reference, domain=lambda buses: buses["a"] < 5)
    for claim in verify(digits, gates).claims:
        assert (claim.outcome, claim.checked, claim.excluded) == ("proved", 5, 3)
        assert claim.extent == "proved exhaustively (5 of 5; 3 outside its domain)"


def test_differences_outside_the_domain_do_not_count(plugins: Plugins, gates: Gates) -> None:
    wrong_at_six = inverter(
        plugins,
        lambda buses: {"y": (7 - buses["a"]) ^ (buses["a"] == 6)},
        domain=lambda buses: buses["a"] != 6,
    )
    assert verify(wrong_at_six, gates).outcome == "proved"
    within = replace(wrong_at_six, spec=replace(wrong_at_six.spec, domain=None))
    assert verify(within, gates).outcome == "refuted"


def test_an_empty_domain_decides_nothing(plugins: Plugins, gates: Gates) -> None:
    nowhere = inverter(
        plugins, lambda buses: {"y": 7 - buses["a"]}, domain=lambda buses: buses["a"] < 0
    )
    verdict = verify(nowhere, gates)
    assert verdict.outcome == "undecided"
    assert [(claim.checked, claim.excluded) for claim in verdict.claims] == [(0, 8)] * 2
    assert farthest(verdict).net == ""


def told(message: str) -> str:
    """A message as a pattern, with what is written here in place of the file."""
    return re.escape(message).replace("FILE", r"\S+test_verify\.py, line \d+")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            lambda buses: {"z": buses["a"]},
            "the reference of circuit 'inverter' gives z, its outputs are y",
        ),
        (lambda _: {}, "the reference of circuit 'inverter' gives nothing, its outputs are y"),
        (
            lambda buses: {"y": buses["a"], "carry": 0},
            "the reference of circuit 'inverter' gives carry, y, its outputs are y",
        ),
        (
            lambda buses: {"y": buses["a"] + 1},
            "the reference of circuit 'inverter' gives values for 'y' that do not fit its 3 bits",
        ),
        (
            lambda buses: {"y": buses["a"] - 1},
            "the reference of circuit 'inverter' gives values for 'y' that do not fit its 3 bits",
        ),
        (
            lambda buses: {"y": buses["a"] / 2},
            "the reference of circuit 'inverter' gives float64 for 'y', not whole numbers",
        ),
        (
            lambda buses: {"y": [str(7 - each) for each in buses["a"]]},
            "the reference of circuit 'inverter' gives <U1 for 'y', not whole numbers",
        ),
        (
            lambda buses: 7 - buses["a"],
            "the reference of circuit 'inverter' gives a WholeNumbers, "
            "not a mapping from output buses to values",
        ),
        (
            lambda buses: {"y": buses["b"]},
            "circuit 'inverter': its reference failed: KeyError: 'b'; its plugin needs mending: see FILE",
        ),
        (
            lambda buses: {"y": buses["a"][:3]},
            "the reference of circuit 'inverter' gives an array of shape (3,) for 'y', "
            "not one value for each of 8 patterns",
        ),
    ],
)
def test_a_reference_must_give_the_outputs(
    plugins: Plugins, gates: Gates, reference: Callable[[Buses], Buses], message: str
) -> None:
    with pytest.raises(SpecError, match=f"^{told(message)}$"):
        verify(inverter(plugins, reference), gates)


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        (
            lambda buses: buses["a"] % 2,
            "the domain of circuit 'inverter' gives int64 of shape (8,), "
            "not True or False for each of 8 patterns",
        ),
        (
            lambda buses: buses["a"][:3] < 2,
            "the domain of circuit 'inverter' gives bool of shape (3,), "
            "not True or False for each of 8 patterns",
        ),
        (
            lambda _: 1 / 0,
            "circuit 'inverter': its domain failed: ZeroDivisionError: division by zero; "
            "its plugin needs mending: see FILE",
        ),
    ],
)
def test_a_domain_must_give_truth_values(
    plugins: Plugins, gates: Gates, domain: Callable[[Buses], Any], message: str
) -> None:
    with pytest.raises(SpecError, match=f"^{told(message)}$"):
        verify(inverter(plugins, lambda buses: {"y": 7 - buses["a"]}, domain), gates)


def test_a_domain_may_give_one_answer_for_all(plugins: Plugins, gates: Gates) -> None:
    everywhere = inverter(plugins, lambda buses: {"y": 7 - buses["a"]}, domain=lambda _: True)
    assert [claim.checked for claim in verify(everywhere, gates).claims] == [8, 8]


def test_a_reference_may_give_one_value_for_all(plugins: Plugins, gates: Gates) -> None:
    same = CircuitSpec(
        "same",
        "",
        (),
        lambda circuit: circuit.output("y", circuit.tree("xor", [circuit.input("a")] * 2)),
        reference=lambda _: {"y": np.array(0)},
    )
    assert verify(same.elaborate({}, plugins.gates), gates).outcome == "proved"


def test_what_is_no_circuit_is_not_judged(plugins: Plugins, gates: Gates) -> None:
    whole = inverter(plugins, lambda buses: {"y": 7 - buses["a"]})
    cut = replace(whole, netlist=replace(whole.netlist, instances=whole.netlist.instances[1:]))
    with pytest.raises(NetlistError, match=r"net 'y\[0\]' is read by output y and has no driver"):
        verify(cut, gates)


@pytest.mark.parametrize("size", [1, 500, 2**12, 2**21])
def test_chunks_do_not_change_the_verdict(
    plugins: Plugins, gates: Gates, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    circuit = adder(plugins, 4, **{"from": "half-adders"})
    whole = verify(circuit, gates)
    monkeypatch.setattr(module, "_CHUNK_VALUES", size)
    chunked = verify(circuit, gates)
    assert chunked.claims == whole.claims
    assert farthest(chunked).distance == pytest.approx(farthest(whole).distance, abs=1e-12)


@pytest.mark.parametrize("size", [1, 2**12])
def test_chunks_do_not_change_the_sample(
    plugins: Plugins, gates: Gates, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def seen() -> list[tuple[int, int]]:
        patterns: list[tuple[int, int]] = []

        def note(buses: Buses, **_: object) -> Any:
            patterns.extend(zip(buses["a"].tolist(), buses["b"].tolist(), strict=True))
            return buses["a"] >= 0

        circuit = adder(plugins, 15)
        watched = replace(circuit, spec=replace(circuit.spec, domain=note))
        assert verify(watched, gates, samples=257, seed=3).claims[0].checked == 257
        return patterns

    whole = seen()
    monkeypatch.setattr(module, "_CHUNK_VALUES", size)
    assert seen() == whole
    assert len(whole) == 257 + 2 * 16  # and some to find out how domain and reference compute
    assert len(set(whole)) > 250  # of 2^30: chance repeats hardly any


def test_a_sample_holds_values_far_apart_and_nearly_equal(plugins: Plugins, gates: Gates) -> None:
    apart: list[int] = []

    def note(buses: Buses, **_: object) -> Any:
        apart.extend((buses["a"] ^ buses["b"]).tolist())
        return buses["a"] >= 0

    circuit = adder(plugins, 30)
    verify(replace(circuit, spec=replace(circuit.spec, domain=note)), gates, samples=1000)
    bits = [each.bit_count() for each in apart]
    assert sum(count <= 4 for count in bits) > 400
    assert sum(count >= 9 for count in bits) > 400


def test_the_seed_chooses_the_sample(plugins: Plugins, gates: Gates) -> None:
    def found(seed: int) -> Counterexample | None:
        wrong = inverter(plugins, lambda buses: {"y": buses["a"]}, width=21)
        return verify(wrong, gates, samples=10, seed=seed).claims[0].counterexample

    assert found(0) == found(0)
    assert found(0) != found(1)


@pytest.mark.parametrize("chunk", [1, 2**21])
@pytest.mark.parametrize("place", [0, 1, 63, 64, 255])
def test_a_rare_fault_is_found_wherever_it_lies(
    plugins: Plugins, gates: Gates, monkeypatch: pytest.MonkeyPatch, place: int, chunk: int
) -> None:
    monkeypatch.setattr(module, "_CHUNK_VALUES", chunk)
    wrong = inverter(
        plugins, lambda buses: {"y": 255 - (buses["a"] ^ (buses["a"] == place))}, width=8
    )
    found = verify(wrong, gates).claims[0].counterexample
    assert found is not None
    assert found.inputs == {"a": place}


def test_watch_is_told_how_far_it_is(
    plugins: Plugins, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK_VALUES", 1)
    told: list[tuple[int, int]] = []
    verify(adder(plugins, 4), gates, watch=lambda done, total: told.append((done, total)))
    assert told == [(done, 512) for done in range(64, 513, 64)]


def test_buses_wider_than_a_machine_word(plugins: Plugins, gates: Gates) -> None:
    verdict = verify(adder(plugins, 100), gates, samples=200)
    assert [claim.extent for claim in verdict.claims] == ["sampled (200 of 2^201)"] * 2
    assert max(farthest(verdict).inputs.values()) > 2**62


def test_a_counterexample_on_a_wide_bus_is_an_integer(plugins: Plugins, gates: Gates) -> None:
    wrong = inverter(plugins, lambda buses: {"y": buses["a"]}, width=70)
    found = verify(wrong, gates, samples=5).claims[0].counterexample
    assert found is not None
    (difference,) = found.outputs
    assert difference.wanted == found.inputs["a"]
    assert difference.got == 2**70 - 1 - found.inputs["a"]


def test_wires_alone_are_a_circuit(plugins: Plugins) -> None:
    wire = CircuitSpec(
        "wire",
        "",
        (),
        lambda circuit: circuit.output_bus("y", circuit.input_bus("a", 2)),
        reference=lambda buses: {"y": buses["a"]},
    )
    verdict = verify(wire.elaborate({}, plugins.gates), {})
    assert (verdict.outcome, farthest(verdict).distance) == ("proved", 0.0)


def constant(width: int, gate: str = "y") -> Callable[..., None]:
    """Places a bus of so many bits that is always 0 beside input buses a and b."""

    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", 10), circuit.input_bus("b", 8)
        never = circuit.gate("and", a[0], circuit.gate("not", a[0]))
        circuit.output_bus(gate, [circuit.gate("and", never, b[0])] * width)

    return build


RARE = 199
"""A value of a bus that few patterns have."""


@pytest.mark.parametrize(
    ("reference", "width"),
    few(
        [
            (lambda a, b: ((a == RARE) & (b == RARE)) << 64, 65),
            (lambda a, _: (a == RARE) * 2**62 * 4, 65),
            (lambda a, _: np.stack([(a == RARE) * 2**62] * 4).sum(axis=0), 65),
            (lambda a, _: np.left_shift(a == RARE, 64), 65),
            (lambda a, _: np.where(a == RARE, 1, 0) << 64, 65),
            (lambda a, _: (a == RARE).astype(np.uint8) * np.uint8(255) + 1 - (a != RARE), 9),
            (lambda a, _: (np.asarray(a) == RARE) << 64, 65),
            (lambda a, _: np.uint8(16) * (a == RARE) * np.uint8(16), 9),
            (lambda a, b: np.asarray((a == RARE) & (b > 250)).astype(np.int64) << 64, 65),
        ],
        0,
        2,
        7,
    ),
)
@pytest.mark.parametrize(
    "way", ["verify", pytest.param("exhaustive", marks=pytest.mark.exhaustive)]
)
def test_a_reference_is_whole_numbers_however_rarely_it_is_large(
    plugins: Plugins, reference: Callable[[Any, Any], Any], width: int, way: str
) -> None:
    """Arrays of NumPy overflow in silence, and then agree with a netlist of no gates."""
    spec = CircuitSpec(
        "rare", "", (), constant(width), lambda buses: {"y": reference(buses["a"], buses["b"])}
    )
    circuit = spec.elaborate({}, plugins.gates)
    claim = checked(circuit, way)
    if claim.outcome == "undecided":  # what leaves the class of whole numbers is not relied on
        assert re.search("asarray|stack", inspect.getsource(reference))
        assert re.match("its reference uses (an array of NumPy's own|np.stack): ", claim.reason)
    else:
        assert claim.outcome == "refuted"
        assert claim.counterexample is not None
        assert claim.counterexample.inputs["a"] == RARE


def checked(circuit: Circuit, way: str) -> Claim:
    """What is claimed of exact gates, by one of three ways."""
    if way == "verify":
        return verify(circuit, None).claims[0]
    return prove(circuit) if way == "diagrams" else verify_exhaustively(circuit, _never, Plan())


def _never(name: str, parameters: Any) -> Circuit:
    raise AssertionError("one process needs no other circuit")


def test_numpy_numbers_that_overflow_are_an_error(plugins: Plugins) -> None:
    """Of single numbers nothing can be made wider; NumPy is told to raise."""
    one = np.uint8(255)
    circuit = CircuitSpec(
        "scalar", "", (), constant(8), lambda buses: {"y": buses["a"] * int(one + np.uint8(1))}
    ).elaborate({}, plugins.gates)
    for check in (lambda: verify(circuit, None), lambda: prove(circuit)):
        with pytest.raises(SpecError, match="FloatingPointError: overflow"):
            check()


def test_a_table_of_numpy_is_not_relied_on_and_one_of_whole_numbers_is(plugins: Plugins) -> None:
    table = np.arange(1024) * 0

    def outcome(looked_up: Any) -> str:
        spec = CircuitSpec(
            "look-up", "", (), constant(8), lambda buses: {"y": looked_up[buses["a"]]}
        )
        return verify(spec.elaborate({}, plugins.gates), None).outcome

    assert outcome(table) == "undecided"
    assert outcome(whole_numbers(table)) == "proved"


@pytest.mark.parametrize("way", ["verify", "exhaustive", "diagrams"])
@pytest.mark.parametrize("where", ["domain", "reference", "mapping"])
def test_nothing_that_is_handed_out_can_be_written_to(
    plugins: Plugins, way: str, where: str
) -> None:
    """A domain that cleared bit 0 proved a netlist that drops it."""

    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", 4)
        never = circuit.gate("and", a[0], circuit.gate("not", a[0]))
        circuit.output_bus("y", [never, *a[1:]])

    def even(buses: Any) -> Any:
        a = buses["a"]
        if where == "domain":
            a -= a % 2
        elif where == "mapping":
            buses["a"] = a - a % 2
        return a >= 0

    def same(buses: Any) -> Any:
        a = buses["a"]
        if where == "reference":
            a -= a % 2
        return {"y": a}

    circuit = CircuitSpec("drops", "", (), build, same, even).elaborate({}, plugins.gates)
    with pytest.raises(SpecError, match=r"read-only|does not support item assignment"):
        checked(circuit, way)


def test_a_domain_that_computes_on_its_own_decides_nothing(plugins: Plugins) -> None:
    """It could leave out just the patterns that are wrong: those on which it overflows."""

    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", 4)
        never = circuit.gate("and", a[0], circuit.gate("not", a[0]))
        circuit.output_bus("y", [never, *a[1:]])  # bit 0 is dropped

    def domain(buses: Any) -> Any:
        odd = np.asarray(buses["a"] % 2)
        return (odd << 32) * 2**32 == odd  # 0 for 0; for 1 it is 2^64, which overflows

    spec = CircuitSpec("drops", "", (), build, lambda buses: {"y": buses["a"]}, domain)
    circuit = spec.elaborate({}, plugins.gates)
    for claim in (
        *(checked(circuit, "verify"), checked(circuit, "exhaustive")),
        equivalence(circuit, circuit),
    ):
        assert claim.outcome == "undecided"
        assert "domain" in claim.reason
    told = "its domain uses an array of NumPy's own: "
    assert checked(circuit, "verify").reason.startswith(told)
    # What holds of every pattern there is holds whatever the domain says.
    assert equivalence(circuit, circuit, exhaustive_bits=0).checked == 2**4


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint64, object])
@pytest.mark.parametrize("width", [8, 12, 63, 64, 65])
def test_a_reference_may_give_any_kind_of_integers(
    plugins: Plugins, dtype: Any, width: int
) -> None:
    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", 3)
        never = circuit.gate("and", a[0], circuit.gate("not", a[0]))
        circuit.output_bus("y", [*a, *[circuit.gate("buf", never)] * (width - 3)])

    spec = CircuitSpec("any", "", (), build, lambda buses: {"y": buses["a"].astype(dtype)})
    circuit = spec.elaborate({}, plugins.gates)
    assert verify(circuit, None).outcome == "proved"
    assert verify_exhaustively(circuit, _never, Plan()).outcome == "proved"


def test_truth_values_are_negated_as_numpy_does(plugins: Plugins) -> None:
    same = inverter(plugins, lambda buses: {"y": 7 - buses["a"] + 0 * ~(buses["a"] == 3)})
    assert verify(same, None).outcome == "proved"


@pytest.mark.parametrize("what", ["build", "reference"])
def test_a_plugin_that_leaves_python_is_an_error(plugins: Plugins, what: str) -> None:
    def leave(*_: Any, **__: Any) -> Any:
        raise SystemExit(0)

    def build(circuit: CircuitBuilder) -> None:
        circuit.output("y", circuit.input("a"))

    spec = CircuitSpec("gone", "", (), leave if what == "build" else build, leave)
    with pytest.raises(SpecError, match=f"circuit 'gone': its {what} failed: SystemExit: 0"):
        verify(spec.elaborate({}, plugins.gates), None)


class Evil(int):
    """A number whose every method ends the process."""

    def _end(self, *_: object) -> Any:
        raise SystemExit

    __int__ = __index__ = __lt__ = __gt__ = __eq__ = __hash__ = _end


class EvilMapping(dict[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise SystemExit


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"y": [[1], [1, 2]]}, "its reference failed: ValueError: setting an array element"),
        (EvilMapping(y=1), "its reference failed: SystemExit"),
        (
            {"y": np.array([Evil(300)] * 8, dtype=object)},
            "gives values for 'y' that do not fit its 3",
        ),
        ({"y": np.array([object()] * 8, dtype=object)}, "gives object for 'y', not whole numbers"),
    ],
)
def test_what_a_reference_gives_runs_no_code_of_its_own(
    plugins: Plugins, given: Any, told: str
) -> None:
    with pytest.raises(SpecError) as caught:
        verify(inverter(plugins, lambda _: given), None)
    assert told in str(caught.value)
