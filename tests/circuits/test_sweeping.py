"""Proofs by SAT sweeping of what integers say: dividers and the like, at widths that nothing else decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.builders.divider import division
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.diagrams.prove import prove as by_diagrams
from gatewright.circuits.verify.sweeping import prove
from gatewright.errors import SpecError
from gatewright.gates.spec import GateSpec
from gatewright.logic.sat import solver
from gatewright.plugins.manager import Plugins


def built(plugins: Plugins, name: str, **parameters: Any) -> Circuit:
    return plugins.circuit(name).elaborate(parameters, plugins.gates)


def judged_by(circuit: Circuit, **changes: Any) -> Circuit:
    return replace(circuit, spec=replace(circuit.spec, **changes))


@pytest.mark.parametrize("bits", [1, 2, 3, 8, 14, 64])
def test_dividers_are_proved(plugins: Plugins, bits: int) -> None:
    circuit = built(plugins, "divider", bits=bits)
    claim = prove(circuit, time_limit=600)
    assert (claim.outcome, claim.method, claim.checked) == ("proved", "sat", 4**bits)
    if bits <= 8:
        assert by_diagrams(circuit).outcome == "proved"


@pytest.mark.parametrize(("bits", "steps"), [(9, 1), (9, 9), (16, 8), (32, 5)])
def test_truncated_dividers_are_proved(plugins: Plugins, bits: int, steps: int) -> None:
    circuit = built(plugins, "truncated-divider", bits=bits, steps=steps)
    assert prove(circuit, time_limit=600).outcome == "proved"


@pytest.mark.parametrize("bits", [2, 3, 7, 8, 31, 64])
def test_square_roots_are_proved(plugins: Plugins, bits: int) -> None:
    circuit = built(plugins, "square-root", bits=bits)
    claim = prove(circuit, time_limit=600)
    assert (claim.outcome, claim.method, claim.checked) == ("proved", "sat", 2**bits)
    assert "0 internal equivalences" in claim.extent  # both are the same graph


def test_it_is_what_decides_a_wide_divider(plugins: Plugins) -> None:
    claim = prove_netlist(built(plugins, "divider", bits=12), time_limit=600)
    assert (claim.outcome, claim.method) == ("proved", "sat")
    assert claim.extent.startswith("proved by SAT (all 2^24, ")


@pytest.mark.parametrize("place", range(0, 200, 17))
def test_a_wrong_gate_is_refuted_with_a_pattern_that_replays(plugins: Plugins, place: int) -> None:
    circuit = built(plugins, "divider", bits=12)
    netlist = circuit.netlist
    at = place * len(netlist.instances) // 200
    wrong = netlist.instances[at]
    gate = netlist.gates[wrong.gate]
    ones = [column ^ 1 << gate.table.rows - 2 for column in gate.table.ones]
    flipped = GateSpec("flipped", replace(gate.table, ones=tuple(ones)))
    instances = list(netlist.instances)
    instances[at] = replace(wrong, gate="flipped")
    altered = replace(
        circuit,
        netlist=replace(
            netlist, gates={**netlist.gates, "flipped": flipped}, instances=tuple(instances)
        ),
    )
    claim = prove(altered, time_limit=600)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    given = claim.counterexample.inputs
    zero = given["b"] == 0
    quotient = 2**12 - 1 if zero else given["a"] // given["b"]
    remainder = given["a"] if zero else given["a"] % given["b"]
    wanted = {"quotient": quotient, "remainder": remainder}
    differs = claim.counterexample.outputs
    assert differs
    assert all(each.wanted == wanted[each.bus] != each.got for each in differs)


def test_a_domain_is_kept_and_said(plugins: Plugins) -> None:
    circuit = built(plugins, "divider", bits=12)

    plain = judged_by(
        circuit,
        reference=lambda buses, bits: {
            "quotient": buses["a"] // buses["b"],
            "remainder": buses["a"] % buses["b"],
        },
        domain=lambda buses, bits: buses["b"] != 0,
    )
    for prover in (prove, by_diagrams):
        claim = prover(judged_by(built(plugins, "divider", bits=5), **_parts(plain)))
        assert claim.outcome == "proved", claim
    assert prove(plain, time_limit=600).extent.startswith("proved by SAT (all in their domain, ")


def _parts(circuit: Circuit) -> dict[str, Any]:
    return {"reference": circuit.spec.reference, "domain": circuit.spec.domain}


@pytest.mark.parametrize("prover", [prove, by_diagrams])
def test_to_divide_by_what_may_be_0_is_refused(
    plugins: Plugins, prover: Callable[[Circuit], Any]
) -> None:
    """Integers refuse it, on the pattern on which it is so."""
    circuit = built(plugins, "divider", bits=6)
    wrong = judged_by(
        circuit,
        reference=lambda buses, bits: {
            "quotient": buses["a"] // (buses["b"] + (buses["b"] == 0) * (buses["a"] != 45)),
            "remainder": 0 * buses["a"],
        },
    )
    with pytest.raises(SpecError, match="divi"):
        prover(wrong)


@pytest.mark.parametrize("prover", [prove, by_diagrams])
def test_what_does_not_fit_its_bus_is_refused(
    plugins: Plugins, prover: Callable[[Circuit], Any]
) -> None:
    def reference(buses: Any, bits: int) -> Any:
        given = division(buses, bits=bits)
        return {
            **given,
            "quotient": given["quotient"] + (buses["a"] == 45) * (buses["b"] == 33) * 64,
        }

    wrong = judged_by(built(plugins, "divider", bits=6), reference=reference)
    with pytest.raises(SpecError, match="for 'quotient' that do not fit its 6 bits"):
        prover(wrong)


def test_a_domain_that_may_divide_by_0_is_not_followed(plugins: Plugins) -> None:
    circuit = built(plugins, "divider", bits=6)
    wrong = judged_by(
        circuit,
        domain=lambda buses, bits: (
            buses["a"] // (buses["b"] + (buses["b"] == 0) * (buses["a"] != 45)) < 99
        ),
    )
    claim = by_diagrams(wrong)
    assert claim.outcome == "undecided"
    assert claim.reason == (
        "the domain of 'divider' cannot be followed: it may divide by 0 or less"
    )


def test_a_reference_that_cheats_is_not_believed(plugins: Plugins) -> None:
    def reference(buses: Any, bits: int) -> Any:
        symbolic = not isinstance(buses["a"] * 1, np.ndarray) and hasattr(buses["a"], "functions")
        right = {"quotient": buses["a"] * 0, "remainder": buses["a"]}
        return {**right, "remainder": buses["a"] * 0} if symbolic else right

    claim = prove(judged_by(built(plugins, "divider", bits=4), reference=reference))
    assert claim.outcome == "undecided"
    assert claim.reason.startswith("its reference gives other results for integers, as with ")


def test_time_and_the_solver_may_be_missing(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = built(plugins, "divider", bits=16)
    assert prove(circuit, time_limit=0).extent == "undecided: SAT sweeping did not end in 0 s"
    monkeypatch.setattr(solver, "load_sat", _missing)
    assert prove(circuit).outcome == "proved"  # no node of it needs a solver
    circuit = built(plugins, "wallace-multiplier", bits=6)
    assert prove(circuit).reason == "a proof by SAT needs python-sat; install it"


def _missing() -> Any:
    raise solver.MissingSolverError("a proof by SAT needs python-sat", hint="install it")
