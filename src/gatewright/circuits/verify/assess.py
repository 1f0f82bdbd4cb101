"""Everything that can be said of a circuit of trained gates: what its gates' datasheets prove, and a run of it.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> claims = assess(circuit, {"xor": train(plugins.gates["xor"])})
    >>> [claim.method for claim in claims], outcome(claims)
    (['datasheets', 'exhaustive', 'exhaustive'], 'proved')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.composition import certify_circuit
from gatewright.circuits.verify.verdict import EXACT, OUTCOMES, TRAINED, Claim, Outcome
from gatewright.circuits.verify.verify import verify
from gatewright.gates.trained import TrainedGate

FEW_BITS = 16
"""Circuits of up to this many input bits are run on every pattern, in addition to being certified."""


def assess(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    *,
    seed: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[Claim, ...]:
    """Everything that can be said of a circuit: by its gates' datasheets, and by running it.

    It is run if its patterns are few, or if datasheets do not prove it; with registers, over random cycles.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates, and for the buffer of its registers.
        seed: of random patterns.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: the netlist is not a circuit.
    """
    claims = certify_circuit(circuit, gates, seed=seed, watch=watch).claims
    if circuit.netlist.registers:
        return claims + verify(circuit, gates, seed=seed, watch=watch).claims
    if len(circuit.netlist.input_nets) <= FEW_BITS or claims[0].outcome != "proved":
        tried = verify(circuit, gates, seed=seed, watch=watch).claims
        claims += tuple(claim for claim in tried if claim.subject == TRAINED)
    return claims


def outcome(claims: Iterable[Claim]) -> Outcome:
    """What all claims add up to: the weaker of both sides' strongest outcomes; refuted if any is.

    What exact gates are compared with are several things to prove; of trained gates there are several ways.
    """
    sides: dict[tuple[str, str], list[Outcome]] = {}
    for claim in claims:
        key = claim.subject, claim.against if claim.subject == EXACT else ""
        sides.setdefault(key, []).append(claim.outcome)
    if any("refuted" in found for found in sides.values()):
        return "refuted"
    return min((max(found, key=OUTCOMES.index) for found in sides.values()), key=OUTCOMES.index)
