"""The verdict of a report: what can be said of a circuit, how strong it is, and what it rests on.

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

from collections.abc import Callable, Iterable, Mapping, Sequence

from gatewright.certify.discipline import Discipline
from gatewright.circuits.spec import Circuit
from gatewright.circuits.verify.composition import certify_circuit
from gatewright.circuits.verify.verdict import TRAINED, Claim, Counterexample, Outcome
from gatewright.circuits.verify.verify import verify
from gatewright.draw.report.page import cell, whole
from gatewright.gates.trained import TrainedGate

FEW_BITS = 16
"""Circuits of up to this many input bits are run on every pattern, beside being certified."""

SIGNS = {
    "proved": "✓ Proved",
    "sampled": "≈ Sampled",
    "refuted": "✗ Refuted",
    "undecided": "? Undecided",
}
"""Each outcome as a sign and a word: neither is told by colour alone."""

_ORDER: tuple[Outcome, ...] = ("refuted", "undecided", "sampled", "proved")


def assess(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    *,
    seed: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[Claim, ...]:
    """Everything that can be said of a circuit: by its gates' datasheets, and by running it.

    It is run where its patterns are few, and where datasheets do not prove it.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates.
        seed: of random patterns.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: the netlist is not a circuit.
    """
    claims = certify_circuit(circuit, gates, seed=seed, watch=watch).claims
    if len(circuit.netlist.input_nets) <= FEW_BITS or claims[0].outcome != "proved":
        tried = verify(circuit, gates, seed=seed, watch=watch).claims
        claims += tuple(claim for claim in tried if claim.subject == TRAINED)
    return claims


def outcome(claims: Iterable[Claim]) -> Outcome:
    """What all claims come to: of one side the strongest that was not refuted, of both sides the weaker."""
    sides: dict[str, list[Outcome]] = {}
    for claim in claims:
        sides.setdefault(claim.subject, []).append(claim.outcome)
    if any("refuted" in found for found in sides.values()):
        return "refuted"
    return min((max(found, key=_ORDER.index) for found in sides.values()), key=_ORDER.index)


def verdict_part(claims: Sequence[Claim], discipline: Discipline | None) -> str:
    """Every claim and what came of it, and why datasheets suffice."""
    lines = []
    for claim in claims:
        told = f"<strong>{cell(claim.subject)} = {cell(claim.against)}</strong>"
        sign = SIGNS[claim.outcome].partition(" ")[0]
        told += f"{sign} {cell(claim.extent)}"
        if claim.counterexample is not None:
            told += _counterexample(claim.counterexample)
        lines.append(f'<li class="{claim.outcome}">{told}</li>')
    return f'<ul class="claims">\n{"".join(lines)}\n</ul>\n{_reason(discipline)}'


def _reason(discipline: Discipline | None) -> str:
    if discipline is None:
        return "<p>Its gates prove nothing about noise: what holds, holds for exact inputs and quiet wires.</p>"
    margin = f"{discipline.noise_margin:g}"
    clean = "exactly 0 or 1" if not discipline.vol else f"0 or 1 to within {discipline.vol:g}"
    return (
        f"<p>Why datasheets suffice: every gate takes inputs that are off by up to ±{discipline.vil:g} and "
        f"gives {clean}, which is proved for every point of every such box. So in any circuit of such gates, "
        "by induction along its levels, every wire carries the right bit, at any depth, raw activations "
        f"flowing, with every wire off by up to ±{margin}.</p>"
    )


def _counterexample(found: Counterexample) -> str:
    given = " ".join(f"{name}={whole(value)}" for name, value in found.inputs.items())
    lines = [
        f"{each.bus}: wanted {whole(each.wanted)}, got {whole(each.got)}" for each in found.outputs
    ]
    lines.append(
        f"first wire that went wrong: {found.wire}, wanted {found.wire_wanted}, was {found.wire_got:.4g}"
    )
    return f"<p>They differ at {cell(given)}</p><ul>{''.join(f'<li>{cell(line)}</li>' for line in lines)}</ul>"
