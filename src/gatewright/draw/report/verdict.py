"""The verdict of a report: what can be said of a circuit, how strong it is, and what it rests on.

Example:
    >>> claim = Claim("trained gates", "exact gates", "exhaustive", 4, 2, "proved")
    >>> "✓ proved exhaustively (4 of 4)" in verdict_part([claim], None)
    True
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.certify.discipline import Discipline
from gatewright.circuits.verify.verdict import Claim, Counterexample
from gatewright.draw.report.page import cell, whole

SIGNS = {
    "proved": "✓ Proved",
    "sampled": "≈ Sampled",
    "refuted": "✗ Refuted",
    "undecided": "? Undecided",
}
"""Each outcome as a sign and a word: neither is told by colour alone."""


def verdict_part(
    claims: Sequence[Claim], discipline: Discipline | None, *, clocked: bool = False
) -> str:
    """Every claim and what came of it, and why datasheets suffice, of a clocked circuit over time."""
    lines = []
    for claim in claims:
        told = f"<strong>{cell(claim.subject)} = {cell(claim.against)}</strong>"
        sign = SIGNS[claim.outcome].partition(" ")[0]
        told += f"{sign} {cell(claim.extent)}"
        if claim.counterexample is not None:
            told += _counterexample(claim.counterexample)
        lines.append(f'<li class="{claim.outcome}">{told}</li>')
    return f'<ul class="claims">\n{"".join(lines)}\n</ul>\n{_reason(discipline, clocked=clocked)}'


def _reason(discipline: Discipline | None, *, clocked: bool) -> str:
    if discipline is None:
        return "<p>Its gates prove nothing about noise: what holds, holds for exact inputs and quiet wires.</p>"
    margin = f"{discipline.noise_margin:g}"
    clean = "exactly 0 or 1" if not discipline.vol else f"0 or 1 to within {discipline.vol:g}"
    over_time = (
        " And over time: a register begins at exactly 0 or 1 and then holds what a trained buffer drives, so "
        "each cycle begins as clean as the first, however many there are."
        if clocked
        else ""
    )
    return (
        f"<p>Why datasheets suffice: every gate takes inputs that are off by up to ±{discipline.vil:g} and "
        f"gives {clean}, which is proved for every point of every such box. So in any circuit of such gates, "
        "by induction along its levels, every wire carries the right bit, at any depth, raw activations "
        f"flowing, with every wire off by up to ±{margin}.{over_time}</p>"
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
