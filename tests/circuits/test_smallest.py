"""The smallest pattern on which two circuits differ, against looking at every one."""

from __future__ import annotations

import numpy as np
import pytest

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.grading import smallest as module
from gatewright.circuits.grading.smallest import smallest
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.verify.pairs import paired
from gatewright.gates.functions import function_spec


def table(first: int, second: int) -> Circuit:
    """Two functions of a bus of three bits and of one more."""
    gates = {spec.name: spec for spec in (function_spec((ones,), 4) for ones in (first, second))}
    names = [function_spec((ones,), 4).name for ones in (first, second)]
    inputs = (Bus("a", ("a0", "a1", "a2")), Bus("b", ("b",)))
    outputs = (Bus("y", ("y",)), Bus("z", ("z",)))
    nets = ("a0", "a1", "a2", "b")
    placed = tuple(Instance(net, name, nets, (net,)) for net, name in zip("yz", names, strict=True))
    return gw.circuit(Netlist("t", gates, inputs, outputs, placed))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("every", [16, 0])
def test_it_is_one_of_those_with_fewest_outputs(
    seed: int, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", every)
    ones = np.random.default_rng(seed).integers(0, 1 << 16, 4).tolist()
    one, other = table(*ones[:2]), table(*ones[2:])
    claim = one.equivalent(other)
    assert claim.counterexample is not None
    found = smallest(paired(one, other), claim).counterexample
    assert found is not None
    rows = {(a, b): (one.run(a=a, b=b), other.run(a=a, b=b)) for a in range(8) for b in range(2)}
    wrong = {
        (*at,): sum(mine[name] != theirs[name] for name in "yz")
        for at, (mine, theirs) in rows.items()
    }
    here = (found.inputs["a"], found.inputs["b"])
    assert wrong[here] == len(found.outputs) > 0
    if every:
        fewest = min(count for count in wrong.values() if count)
        assert wrong[here] == fewest
        assert sum(here) == min(sum(at) for at, count in wrong.items() if count == fewest)
    else:  # no single bit of it can be cleared
        a, b = here
        for less in [(a & ~(1 << bit), b) for bit in range(3) if a >> bit & 1] + [(a, 0)] * b:
            assert not 0 < wrong[less] <= wrong[here]
