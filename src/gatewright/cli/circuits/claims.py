"""How claims are shown: a line at the terminal, plain values for machines, and what refutes them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.circuits.verify.verdict import Claim, Counterexample


def line(claim: Claim) -> str:
    """One claim: what was compared with what, and what came of it."""
    colours = {"refuted": output.bad, "proved": output.good}
    extent = colours.get(claim.outcome, str)(claim.extent)
    remedy = f"; 'circuits train {claim.mend}' makes it as the others are" if claim.mend else ""
    lemmas = "".join(f"\n  {each}" for each in claim.lemmas)
    return f"{claim.subject:<13} = {claim.against}: {extent}{remedy}{lemmas}"


def counterexample(claim: Claim, found: Counterexample) -> list[str]:
    """The pattern on which a claim fails, what was wanted and got, and where it went wrong."""
    from gatewright.logic.numerals import as_text

    lines = [f"{claim.subject} differ at {output.assignments(found.inputs)}"]
    lines += [
        f"  {each.bus}: wanted {'no number' if each.wanted is None else as_text(each.wanted)}, "
        f"got {'no number' if each.got is None else as_text(each.got)}"
        for each in found.outputs
    ]
    lines.append(
        f"  first wire that went wrong: {found.wire}, wanted {found.wire_wanted}, was {found.wire_got:.4g}"
    )
    return lines


def as_json(claim: Claim) -> dict[str, Any]:
    """One claim as plain values."""
    plain = {**dataclasses.asdict(claim), "text": claim.extent}
    if claim.method in (
        "decision diagrams",
        "algebra",
        "sat",
    ):  # all of them: a number of hundreds of digits
        plain["checked"] = None
    return plain


def out_of_time(claim: Claim) -> bool:
    """Whether more time might decide a claim."""
    return claim.outcome in ("undecided", "sampled") and "SAT sweeping did not end" in claim.reason
