"""Trained gates of one netlist against exact gates of another: found equal, found different, outside a domain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.spec import CircuitSpec, file_circuit
from gatewright.circuits.verify.against_exact import simulated
from gatewright.circuits.verify.verdict import BusDifference
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins


def circuit(plugins: Plugins, name: str, **parameters: int | str) -> Circuit:
    given = {key.rstrip("_"): value for key, value in parameters.items()}
    return plugins.circuit(name).elaborate(given, plugins.gates)


@pytest.mark.parametrize(
    ("bits", "extent"),
    [(4, "proved exhaustively (512 of 512)"), (12, "sampled (1000 of 2^25)")],
)
def test_another_adder(
    plugins: Plugins, gates: dict[str, TrainedGate], bits: int, extent: str
) -> None:
    ripple = circuit(plugins, "ripple-adder", bits=bits)
    other = circuit(plugins, "ripple-adder", bits=bits, from_="half-adders")
    claim = simulated(other, gates, ripple, samples=1000)
    assert claim.extent == extent
    assert (claim.subject, claim.against) == ("trained gates", f"ripple-adder --bits {bits}")


def test_ports_are_matched_by_name(gates: dict[str, TrainedGate], plugins: Plugins) -> None:
    """Inputs and outputs of the source in another order."""
    kinds = {name: plugins.gates[name] for name in ("and", "xor")}
    a, b = Bus("a", ("a",)), Bus("b", ("b0", "b1"), vector=True)
    x, y = Bus("x", ("x",)), Bus("y", ("y",))
    placed = (
        Instance("x", "and", ("a", "b1"), ("x",)),
        Instance("y", "xor", ("x", "b0"), ("y",)),
    )
    first = file_circuit(Netlist("n", kinds, (a, b), (x, y), placed), "first.blif")
    second = file_circuit(Netlist("n", kinds, (b, a), (y, x), placed), "second.blif")
    assert simulated(first, gates, second).extent == "proved exhaustively (8 of 8)"


def test_a_wrong_gate_is_named(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    adder = circuit(plugins, "ripple-adder", bits=2, from_="half-adders")
    broken = {**gates, "or": gates["and"]}
    claim = simulated(adder, broken, circuit(plugins, "ripple-adder", bits=2))
    assert claim.outcome == "refuted"
    found = claim.counterexample
    assert found is not None
    total = found.inputs["a"] + found.inputs["b"] + found.inputs["cin"]
    assert BusDifference(
        "cout", total >> 2, 1 - (total >> 2)
    ) in found.outputs or found.outputs == (BusDifference("sum", total & 3, (total & 3) ^ 2),)
    assert (found.wire_wanted, found.wire_got) in {(1, 0.0), (0, 1.0)}


def test_a_netlist_that_is_another_circuit(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    left = circuit(plugins, "barrel-shifter", bits=4)
    right = circuit(plugins, "barrel-shifter", bits=4, shift="right")
    claim = simulated(left, gates, right)
    assert claim.outcome == "refuted"
    # Every gate is right: the first wire that is wrong is one that leaves the circuit.
    assert claim.counterexample is not None
    assert claim.counterexample.wire in left.netlist.output_nets


def test_signals_that_are_no_numbers_are_no_bits(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    parity = circuit(plugins, "parity-tree", bits=3)
    theta = np.full_like(gates["xor"].theta, np.nan)
    claim = simulated(parity, {**gates, "xor": replace(gates["xor"], theta=theta)}, parity)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert claim.counterexample.outputs == (BusDifference("parity", 0, None),)


def test_outside_a_domain_nothing_is_compared(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    def build(builder: object) -> None:
        raise AssertionError

    def of(kind: str, first: int) -> Circuit:
        spec = CircuitSpec(kind, "", (), build, None, domain=lambda buses: buses["a"] >= first)
        ports = Bus("a", ("a", "b"), vector=True), Bus("y", ("y",))
        placed = (Instance("y", kind, ("a", "b"), ("y",)),)
        netlist = Netlist(kind, {kind: plugins.gates[kind]}, ports[:1], ports[1:], placed)
        return Circuit(spec, {}, {}, netlist)

    claim = simulated(of("or", 1), gates, of("nand", 0))
    assert (claim.outcome, claim.excluded) == ("refuted", 1)
    # OR and NAND agree where one input is 1.
    claim = simulated(of("or", 1), gates, of("or", 3))
    assert claim.extent == "proved exhaustively (1 of 1; 3 outside its domain)"
    claim = simulated(of("or", 1), gates, of("or", 4))
    assert claim.extent.startswith("undecided: no pattern that was tried lies in the circuit's")


def test_a_sample_depends_on_its_seed_alone(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    adder = circuit(plugins, "ripple-adder", bits=12, from_="half-adders")
    source = circuit(plugins, "ripple-adder", bits=12)
    broken = {**gates, "or": gates["and"]}
    found = [simulated(adder, broken, source, seed=seed).counterexample for seed in (0, 0, 1)]
    assert found[0] == found[1] != found[2]


def test_progress(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    parity = circuit(plugins, "parity-tree", bits=15)
    seen: list[tuple[int, int]] = []
    simulated(parity, gates, parity, watch=lambda done, total: seen.append((done, total)))
    assert seen == [(1 << 14, 1 << 15), (1 << 15, 1 << 15)]


def test_other_ports_are_refused(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    with pytest.raises(UsageError, match="has an input 'b', 'parity-tree --bits 3' has none"):
        simulated(
            circuit(plugins, "ripple-adder", bits=2), gates, circuit(plugins, "parity-tree", bits=3)
        )
