"""Multipliers of plain gates, from files: no adder of theirs is a cell, and their last one looks ahead."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.circuits.test_algebra_faults import faulty, replays

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.algebra.cuts import parts, simplified
from gatewright.circuits.verify.algebra.network import Network, Relation, network
from gatewright.circuits.verify.algebra.prove import prove
from gatewright.circuits.verify.algebra.weighed import patterns as patterns_module
from gatewright.circuits.verify.algebra.weighed.columns import columns
from gatewright.circuits.verify.algebra.weighed.guesses import proved_adders
from gatewright.circuits.verify.algebra.weighed.patterns import Patterns
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.verify import verify

Plain = Callable[[str, int], Circuit]


@pytest.fixture
def plain(tmp_path: Path) -> Plain:
    """A circuit of so many bits, written as AND gates and read again, with its product specified."""

    def made(name: str, bits: int) -> Circuit:
        path = tmp_path / f"{name}-{bits}.aig"
        gw.circuit(name, bits=bits).save(path)
        return gw.read(path).specified("product = a * b")

    return made


def network_of(circuit: Circuit) -> Network:
    program = compile_netlist(circuit.netlist)
    return simplified(network([program], [range(len(circuit.netlist.input_nets))]))


@pytest.mark.parametrize("bits", [*range(2, 13), 24, 32])
@pytest.mark.parametrize("name", ["array-multiplier", "wallace-multiplier"])
def test_multipliers_of_plain_gates_are_proved(plain: Plain, name: str, bits: int) -> None:
    circuit = plain(name, bits)
    assert not network_of(circuit).cells
    claim = prove(circuit)
    assert claim.outcome == "proved", claim.reason
    assert claim.basis.endswith(f"largest polynomial {bits * bits} terms")


def test_the_columns_of_a_multiplier_are_its_partial_products(plain: Plain) -> None:
    made = network_of(plain("wallace-multiplier", 16))
    found = columns(made, parts(made.graph), Patterns(made.graph), made.outputs[0])
    assert [len(column) for column in found.left] == [16 - abs(15 - place) for place in range(32)]
    products = {bit >> 1 for column in found.left for bit in column}
    assert all(made.graph.lefts[bit] >> 1 <= 32 for bit in products)
    assert len(products) == 256


def holds(made: Network, found: list[Relation]) -> None:
    inputs = made.graph.inputs
    rows = 1 << inputs
    values = [sum((row >> place & 1) << row for row in range(rows)) for place in range(inputs)]
    for each in found:
        total, carry, *terms = made.graph.evaluate(
            [each.total, each.carry, *each.terms], values, rows
        )
        for row in range(rows):
            left = (total >> row & 1) + 2 * (carry >> row & 1)
            assert left == sum(term >> row & 1 for term in terms)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("patterns", [4, 8, 2048])
def test_what_is_guessed_of_few_patterns_is_proved_or_left_out(
    plain: Plain, monkeypatch: pytest.MonkeyPatch, patterns: int, seed: int
) -> None:
    """Four patterns guess mostly wrong; what comes back holds on every pattern, of faulty circuits too."""
    monkeypatch.setattr(patterns_module, "PATTERNS", patterns)
    circuit = plain("wallace-multiplier", 4)
    if seed:
        circuit = faulty(circuit, "cell", random.Random(seed))  # noqa: S311 - faults, not secrets
    made = network_of(circuit)
    found = proved_adders(made, parts(made.graph), made.outputs)
    assert found or seed
    holds(made, found)


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", ["cell", "swap"])
@pytest.mark.parametrize("name", ["array-multiplier", "wallace-multiplier"])
def test_sixty_faults_in_plain_gates_are_refuted_or_change_nothing(
    plain: Plain, name: str, kind: str
) -> None:
    """As every pattern says."""
    circuit = plain(name, 4)
    draw = random.Random(f"{name} {kind}")  # noqa: S311 - faults, not secrets
    refuted = 0
    for _ in range(60):
        wrong = faulty(circuit, kind, draw)
        claim, wanted = prove(wrong), verify(wrong, None).claims[0]
        assert claim.outcome == wanted.outcome, claim.reason
        if claim.counterexample is not None:
            assert replays(wrong, dict(claim.counterexample.inputs))
            refuted += 1
    assert refuted >= 20


@pytest.mark.parametrize("kind", ["cell", "swap"])
@pytest.mark.parametrize("name", ["array-multiplier", "wallace-multiplier"])
def test_faults_of_wide_multipliers_in_plain_gates_are_refuted(
    plain: Plain, name: str, kind: str
) -> None:
    wrong = faulty(plain(name, 32), kind, random.Random(7))  # noqa: S311 - faults, not secrets
    claim = prove_netlist(wrong, samples=4096)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert replays(wrong, dict(claim.counterexample.inputs))
