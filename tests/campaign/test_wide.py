"""A bounded run of `wide`: faults in wide arithmetic are refuted, and what is said is borne out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.campaign import wide
from tests.campaign.harness import Budget

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.verdict import Claim


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", ["array-multiplier 64", "wallace-multiplier 16", "kogge-stone 64"])
def test_faults_are_refuted(part: str) -> None:
    tally = wide.PARTS[part](Budget(6), 0)
    assert tally.findings == []
    assert tally.outcomes["refuted"] >= 4


def test_a_false_proof_and_a_pattern_that_shows_nothing_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def proved(circuit: Circuit, *, samples: int) -> Claim:
        return replace(prove_netlist(circuit, samples=samples), outcome="proved")

    def unshown(circuit: Circuit, *, samples: int) -> Claim:
        return replace(prove_netlist(circuit, samples=samples), counterexample=None)

    for how, said in ((proved, "and it differs"), (unshown, "on which it is right")):
        monkeypatch.setattr(wide, "prove_netlist", how)
        findings = wide.faults("array-multiplier", 6, Budget(3), 0).findings
        assert any(said in each for each in findings)
