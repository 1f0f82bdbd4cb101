"""The composition certificate: what it rests on, and whatever takes that away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.certify.discipline import Discipline
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import distances, evaluate, exact_cells, trained_cells
from gatewright.circuits.simulate.noise import noisy
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.composition import certificate, certify_circuit
from gatewright.errors import NetlistError
from gatewright.gates.datasheet import measure
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

Gates = dict[str, TrainedGate]


def elaborate(plugins: Plugins, name: str, bits: int) -> Circuit:
    return plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)


@pytest.mark.parametrize(
    ("name", "bits", "composed", "exact"),
    [
        (
            "ripple-adder",
            4,
            "proved by datasheets (NM 0.45, 4 instances of 1 gate)",
            "proved exhaustively (512 of 512)",
        ),
        (
            "ripple-adder",
            1024,
            "proved by datasheets (NM 0.45, 1024 instances of 1 gate)",
            "proved by decision diagrams (all 2^2049)",
        ),
        (
            "parity-tree",
            1024,
            "proved by datasheets (NM 0.45, 1023 instances of 1 gate)",
            "proved by decision diagrams (all 2^1024)",
        ),
        (
            "equality",
            1,
            "proved by datasheets (NM 0.45, 1 instance of 1 gate)",
            "proved exhaustively (4 of 4)",
        ),
        (
            "equality",
            256,
            "proved by datasheets (NM 0.45, 511 instances of 2 gates)",
            "proved by decision diagrams (all 2^512)",
        ),
        (
            "subtractor",
            128,
            "proved by datasheets (NM 0.45, 258 instances of 2 gates)",
            "proved by decision diagrams (all 2^257)",
        ),
    ],
)
def test_both_halves_are_proved(
    plugins: Plugins, gates: Gates, name: str, bits: int, composed: str, exact: str
) -> None:
    verdict = certify_circuit(elaborate(plugins, name, bits), gates)
    assert verdict.outcome == "proved"
    assert [claim.extent for claim in verdict.claims] == [composed, exact]
    first, second = verdict.claims
    assert (first.subject, first.against) == ("trained gates", "exact gates")
    assert (second.subject, second.against) == ("exact gates", "integer reference")
    assert verdict.worst is None


def not_certified(netlist: Netlist, gates: Gates) -> str:
    claim = certificate(netlist, gates)
    assert claim.outcome == "undecided"
    assert claim.extent == f"undecided: {claim.reason}"
    return claim.reason.removeprefix("not certified: ")


def test_a_gate_without_a_datasheet(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "equality", 4).netlist
    bare = {**gates, "and": replace(gates["and"], datasheet=None)}
    assert not_certified(netlist, bare) == ("the gate 'and' of instance 'and-1' has no datasheet")
    assert not_certified(netlist, {"xnor": gates["xnor"]}) == (
        "the gate 'and' of instance 'and-1' is not trained"
    )


def test_a_gate_of_another_discipline(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "equality", 4).netlist
    gate = gates["and"]
    sheet = measure(gate.spec, gate.architecture, gate.theta, Discipline(0.4))
    assert sheet is not None
    other = {**gates, "and": replace(gate, datasheet=sheet)}
    # What is proved for a wide margin is proved for a narrower one, if outputs are equally clean.
    assert certificate(netlist, other).extent == (
        "proved by datasheets (NM 0.4 of 'and', others tolerate more, 7 instances of 2 gates)"
    )
    sheet = measure(
        gates["xnor"].spec, gates["xnor"].architecture, gates["xnor"].theta, Discipline(0.4)
    )
    other["xnor"] = replace(gates["xnor"], datasheet=sheet)
    assert certificate(netlist, other).extent == (
        "proved by datasheets (NM 0.4, 7 instances of 2 gates)"
    )


def test_a_stale_datasheet(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "parity-tree", 8).netlist
    theta = gates["xor"].theta.copy()
    theta[0] += 1.0
    stale = {**gates, "xor": replace(gates["xor"], theta=theta)}
    assert not_certified(netlist, stale) == (
        "the gate 'xor' of instance 'xor-1' has a datasheet that is of other weights"
    )


def test_a_datasheet_that_says_too_much(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "parity-tree", 8).netlist
    sheet = gates["xor"].datasheet
    assert sheet is not None
    boast = {**gates, "xor": replace(gates["xor"], datasheet=replace(sheet, vil=0.499))}
    assert not_certified(netlist, boast) == (
        "the gate 'xor' of instance 'xor-1' has a datasheet that claims a margin that cannot be"
    )


def test_a_gate_for_another_truth_table(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "parity-tree", 8).netlist
    assert not_certified(netlist, {**gates, "xor": gates["xnor"]}) == (
        "the gate 'xor' of instance 'xor-1' was trained for another truth table"
    )


@pytest.mark.exhaustive
def test_smooth_gates_compose_where_they_are_equally_clean(
    plugins: Plugins, soft_gates: Gates
) -> None:
    sheets = {name: gate.datasheet for name, gate in soft_gates.items()}
    vols = {name: sheet.vol for name, sheet in sheets.items() if sheet is not None}
    assert min(vols.values()) > 0
    parity = elaborate(plugins, "parity-tree", 8).netlist
    assert certificate(parity, soft_gates).extent == (
        f"proved by datasheets (NM {0.45 - vols['xor']:g}, 7 instances of 1 gate)"
    )
    gate = soft_gates["and"]
    sheet = measure(gate.spec, gate.architecture, gate.theta, Discipline(0.45, 0.1))
    assert vols["xnor"] < 0.1
    soft_gates = {**soft_gates, "and": replace(gate, datasheet=sheet)}
    assert "is proved for VIL 0.45, VOL" in not_certified(
        elaborate(plugins, "equality", 4).netlist, soft_gates
    )


def test_dont_care_rows_count_only_where_a_circuit_reaches_them(plugins: Plugins) -> None:
    """Nothing is proved of them, so one that is reached takes the certificate away."""
    table = TruthTable.from_rows("011-", "ab", "y")  # OR, as long as not both are 1
    spec = GateSpec("loose-or", table)
    gates = {"loose-or": train(spec), "not": train(plugins.gate("not"))}
    kinds = {"loose-or": spec, "not": plugins.gate("not")}

    def never(circuit: CircuitBuilder) -> None:
        a = circuit.input("a")
        circuit.output("y", circuit.gate("loose-or", a, circuit.gate("not", a), name="never"))

    def both(circuit: CircuitBuilder) -> None:
        circuit.output(
            "y", circuit.gate("loose-or", circuit.input("a"), circuit.input("b"), name="g")
        )

    def wanted(buses: Buses) -> Buses:
        return {"y": buses["a"] | buses["b"]}

    safe = CircuitSpec("safe", "", (), never, lambda buses: {"y": 1 | buses["a"]})
    assert certify_circuit(safe.elaborate({}, kinds), gates).outcome == "proved"
    assert not_certified(safe.elaborate({}, kinds).netlist, gates) == (
        "the gate 'loose-or' of instance 'never' has don't-care rows, for which nothing is proved, and "
        "the circuit may reach one"
    )
    reached = CircuitSpec("reached", "", (), both, wanted)
    claim = certify_circuit(reached.elaborate({}, kinds), gates).claims[0]
    assert claim.outcome == "undecided"
    assert "the gate 'loose-or' of instance 'g' has don't-care rows" in claim.reason
    # A domain that leaves the row out makes it safe again.
    guarded = replace(reached, domain=lambda buses: (buses["a"] & buses["b"]) == 0)
    assert certify_circuit(guarded.elaborate({}, kinds), gates).claims[0].outcome == "proved"


def test_dont_care_rows_of_wide_circuits(plugins: Plugins) -> None:
    """Whether one is met is decided for all of 2^40 patterns at once."""
    loose = GateSpec("loose-or", TruthTable.from_rows("011-", "ab", "y"))
    gates = {"loose-or": train(loose), "and": train(plugins.gate("and"))}
    kinds = {"loose-or": loose, "and": plugins.gate("and")}

    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", 20), circuit.input_bus("b", 20)
        pairs = zip(a, b, strict=True)
        circuit.output_bus("y", [circuit.gate("loose-or", *pair) for pair in pairs])

    spec = CircuitSpec(
        "apart",
        "",
        (),
        build,
        lambda buses: {"y": buses["a"] | buses["b"]},
        lambda buses: (buses["a"] & buses["b"]) == 0,
    )
    assert certify_circuit(spec.elaborate({}, kinds), gates).outcome == "proved"
    meeting = replace(spec, domain=lambda buses: (buses["a"] & buses["b"]) < 2)
    claim = certify_circuit(meeting.elaborate({}, kinds), gates).claims[0]
    assert claim.outcome == "undecided"
    assert "has don't-care rows" in claim.reason
    deaf = replace(spec, domain=lambda buses: np.bitwise_and(buses["a"], buses["b"]) == 0)
    assert certify_circuit(deaf.elaborate({}, kinds), gates).claims[0].outcome == "undecided"


def test_a_netlist_that_is_no_circuit(plugins: Plugins, gates: Gates) -> None:
    netlist = elaborate(plugins, "parity-tree", 4).netlist
    first, *rest = netlist.instances
    loop = replace(first, inputs=(rest[-1].outputs[0], first.inputs[1]))
    with pytest.raises(NetlistError, match="form a cycle"):
        certificate(replace(netlist, instances=(loop, *rest)), gates)
    twice = Instance("again", "xor", first.inputs, first.outputs)
    with pytest.raises(NetlistError, match="driven by"):
        certificate(replace(netlist, instances=(*netlist.instances, twice)), gates)


def test_a_wrong_reference_is_refuted_though_the_gates_are_right(
    plugins: Plugins, gates: Gates
) -> None:
    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        circuit.output_bus("y", [circuit.gate("not", bit) for bit in circuit.input_bus("a", bits)])

    def almost(buses: Buses, *, bits: int) -> Buses:
        inverted = buses["a"] ^ (2**bits - 1)
        return {"y": inverted ^ (buses["a"] == 5)}

    parameters = plugins.circuit("parity-tree").parameters
    spec = CircuitSpec("almost", "", parameters, build, almost)
    for bits in (4, 40):
        verdict = certify_circuit(spec.elaborate({"bits": bits}, plugins.gates), gates)
        assert verdict.outcome == "refuted"
        assert verdict.claims[0].outcome == "proved"
        found = verdict.claims[1].counterexample
        assert found is not None
        assert found.inputs == {"a": 5}


def test_where_diagrams_do_not_help_a_sample_is_taken(plugins: Plugins, gates: Gates) -> None:
    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        circuit.output_bus("y", [circuit.gate("buf", bit) for bit in circuit.input_bus("a", bits)])

    def branching(buses: Buses, *, bits: int) -> Buses:
        del bits
        return {"y": np.where(buses["a"] >= 0, buses["a"], 0)}

    parameters = plugins.circuit("parity-tree").parameters
    circuit = CircuitSpec("same", "", parameters, build, branching).elaborate(
        {"bits": 30}, plugins.gates
    )
    verdict = certify_circuit(circuit, gates, samples=500)
    assert [claim.extent for claim in verdict.claims] == [
        "proved by datasheets (NM 0.45, 30 instances of 1 gate)",
        "sampled (500 of 2^30); no proof: its reference cannot be followed: it hands a bus to a function "
        "of NumPy",
    ]
    assert verdict.outcome == "sampled"


@pytest.mark.exhaustive
def test_a_hundred_thousand_levels_at_the_margin(plugins: Plugins, gates: Gates) -> None:
    """Raw activations through 10^5 inverters, every wire off by up to the noise margin: no wrong bit."""
    builder = CircuitBuilder("chain", plugins.gates)
    wire = builder.input("a")
    for _ in range(100_000):
        wire = builder.gate("not", wire)
    builder.output("y", wire)
    netlist = builder.netlist()
    assert certificate(netlist, gates).extent == (
        "proved by datasheets (NM 0.45, 100 000 instances of 1 gate)"
    )
    program = compile_netlist(netlist)
    assert program.depth == 100_000
    patterns = np.tile(np.array([[0], [1]], dtype=np.uint8), (8, 1))
    exact = evaluate(program, exact_cells(program), patterns)
    driven = np.empty(exact.shape)
    carried = noisy(
        program,
        trained_cells(program, gates),
        patterns,
        noise=0.45,
        generator=np.random.default_rng(0),
        driven=driven,
    )
    assert distances(driven, exact).max() == 0.0
    assert 0.449 < distances(carried, exact).max() <= 0.45
