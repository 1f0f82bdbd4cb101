"""Every builder made of certified gates, raw activations flowing, on every pattern of its small widths."""

from __future__ import annotations

import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.verify import verify
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.builtin import circuits as builtin_circuits
from gatewright.plugins.manager import Plugins

MOST_BITS = 14
NAMES = [spec.name for spec in builtin_circuits.gatewright_circuits() if spec.cycle is None]

OTHERS = {"truncated-multiplier": {"columns": 1}, "truncated-divider": {"steps": 1}}
"""What their smallest widths have room for."""


def small(plugins: Plugins, name: str) -> list[Circuit]:
    """The circuit at its six smallest widths, as far as all patterns are soon tried."""
    spec = plugins.circuit(name)
    given: list[dict[str, int | str]] = [{}]
    if spec.parameters:
        width = spec.parameters[0]
        others = OTHERS.get(name, {})
        given = [{width.name: width.minimum + more, **others} for more in range(6)]
    made = [
        spec.elaborate(each, plugins.gates)
        for each in given
        if not each or next(iter(each.values())) <= spec.parameters[0].maximum  # type: ignore[operator] # widths are numbers
    ]
    return [each for each in made if len(each.netlist.input_nets) <= MOST_BITS]


@pytest.mark.parametrize("name", NAMES)
def test_raw_activations_are_exact(
    plugins: Plugins, gates: dict[str, TrainedGate], name: str
) -> None:
    circuits = small(plugins, name)
    assert circuits
    for circuit in circuits:
        verdict = verify(circuit, gates)
        assert verdict.outcome == "proved"
        assert [claim.method for claim in verdict.claims] == ["exhaustive", "exhaustive"]
        assert verdict.worst is not None
        assert verdict.worst.distance == 0.0
