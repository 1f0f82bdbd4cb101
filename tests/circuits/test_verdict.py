"""The words of a verdict."""

from __future__ import annotations

import itertools

import pytest

from gatewright.circuits.verify.verdict import Claim, Outcome, Verdict, WorstWire
from gatewright.logic.numerals import as_count

OUTCOMES: tuple[Outcome, ...] = ("refuted", "undecided", "sampled", "proved")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (9999, "9999"), (10000, "10 000"), (1048576, "1 048 576")],
)
def test_digits_are_grouped_from_ten_thousand(number: int, text: str) -> None:
    assert as_count(number) == text


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (Claim("x", "y", "exhaustive", 512, 9, "proved"), "proved exhaustively (512 of 512)"),
        (
            Claim("x", "y", "exhaustive", 2**20, 20, "proved"),
            "proved exhaustively (1 048 576 of 1 048 576)",
        ),
        (
            Claim("x", "y", "exhaustive", 100, 8, "proved", excluded=156),
            "proved exhaustively (100 of 100; 156 outside its domain)",
        ),
        (Claim("x", "y", "sampled", 65536, 33, "sampled"), "sampled (65 536 of 2^33)"),
        (
            Claim("x", "y", "sampled", 40000, 33, "sampled", excluded=25536),
            "sampled (40 000 of 2^33; 25 536 outside its domain)",
        ),
        (
            Claim("x", "y", "sat", 2**33, 33, "proved", basis="all 2^33, 7 internal equivalences"),
            "proved by SAT (all 2^33, 7 internal equivalences)",
        ),
        (
            Claim("x", "y", "sat", 0, 33, "undecided", reason="SAT sweeping did not end in 60 s"),
            "undecided: SAT sweeping did not end in 60 s",
        ),
        (Claim("x", "y", "sampled", 64, 33, "refuted"), "refuted"),
        (
            Claim("x", "y", "sampled", 0, 33, "undecided", excluded=65536),
            "undecided: no pattern that was tried lies in the circuit's domain",
        ),
    ],
)
def test_extent(claim: Claim, text: str) -> None:
    assert claim.extent == text


@pytest.mark.parametrize(("first", "second"), list(itertools.product(OUTCOMES, OUTCOMES)))
def test_a_verdict_is_its_weakest_claim(first: Outcome, second: Outcome) -> None:
    claims = tuple(Claim("x", "y", "sampled", 1, 33, outcome) for outcome in (first, second))
    weakest = OUTCOMES[min(OUTCOMES.index(first), OUTCOMES.index(second))]
    assert Verdict(claims, WorstWire("y", 0.0, {})).outcome == weakest


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_what_is_proved_is_true(outcome: Outcome) -> None:
    claim = Claim("gates", "integers", "exhaustive", 4, 2, outcome)
    assert bool(claim) == bool(Verdict((claim,), None)) == (outcome == "proved")
    proved = Claim("gates", "integers", "exhaustive", 4, 2, "proved")
    assert bool(Verdict((proved, claim), None)) == (outcome == "proved")


def test_vast_counts_are_said_as_powers_of_two() -> None:
    proved = Claim("a", "b", "decision diagrams", 2**16392 - 1, 16392, "proved")
    assert proved.extent == "proved by decision diagrams (all 2^16392)"
    sampled = Claim("a", "b", "sampled", 2**16392, 20_000, "sampled", excluded=2**16392 + 1)
    assert sampled.extent == "sampled (2^16392 of 2^20000; over 2^16392 outside its domain)"
