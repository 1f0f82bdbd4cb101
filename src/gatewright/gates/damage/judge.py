"""What became of damaged networks: still certified, right on bits with the certificate lost, or wrong.

Example:
    >>> from gatewright.api.gates import train
    >>> xor = train("xor")
    >>> sheet = certified(xor)
    >>> judged(xor, sheet, np.stack([xor.theta, 0 * xor.theta]))
    ['certified', 'wrong']
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.certify.prover import MOST_BOXES, Rows, proved
from gatewright.errors import Hint, UsageError
from gatewright.gates.damage.damage import Damage, damaged_weights
from gatewright.gates.datasheet import Datasheet, measure, rows_of
from gatewright.gates.trained import THRESHOLD, TrainedGate
from gatewright.learn.network import Architecture, forward

Outcome = Literal["certified", "right", "wrong"]
"""``right``: every row of the table still gives its bits, and the certificate is lost."""

_AT_A_TIME = 1 << 21
"""Numbers of one layer."""

_MORE = 8
"""Times the boxes of the datasheet's proof: what takes more counts as lost."""


def certified(gate: TrainedGate) -> Datasheet:
    """The datasheet of a gate.

    Raises:
        UsageError: it has none, so it has nothing to lose.
    """
    if gate.datasheet is None:
        name = gate.spec.name
        raise UsageError(
            f"nothing is proved of '{name}', so it has no certificate to lose",
            hint=Hint("train and harden it", "train and harden", gate=name),
        )
    return gate.datasheet


def judged(gate: TrainedGate, sheet: Datasheet, theta: Floats) -> list[Outcome]:
    """What became of the gate with each of these parameters, shape (networks, parameters).

    Args:
        gate: as it was.
        sheet: what was proved of it; the discipline is asked for again.
        theta: what became of its parameters.
    """
    rows, architecture = rows_of(gate.spec), gate.architecture
    boxes = min(_MORE * max(sheet.boxes, len(rows.x)), MOST_BOXES)
    some = max(1, _AT_A_TIME // (len(rows.x) * max(architecture.sizes)))
    found: list[Outcome] = []
    for start in range(0, len(theta), some):
        part = theta[start : start + some]
        with np.errstate(over="ignore", invalid="ignore"):
            held = proved(architecture, part, rows, [sheet.discipline], most_boxes=boxes)
        for right, holds in zip(right_bits(architecture, part, rows), held, strict=True):
            found.append("certified" if holds else "right" if right else "wrong")
    return found


def right_bits(architecture: Architecture, theta: Floats, rows: Rows) -> Mask:
    """Whether each network gives the right bits in all rows, shape (networks,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        raw = forward(architecture, theta, rows.x)[-1].a
    right = ((raw > THRESHOLD) == (rows.y > THRESHOLD)) & ~np.isnan(raw)
    return np.asarray((right | (rows.care <= 0)).all((1, 2)))


def damaged(gate: TrainedGate, damage: Damage) -> TrainedGate:
    """The gate with the damage; its datasheet is proved anew, and none where that fails or it had none."""
    sheet, theta = gate.datasheet, damaged_weights(gate, damage)
    proof = sheet and measure(gate.spec, gate.architecture, theta, sheet.discipline)
    return dataclasses.replace(gate, theta=theta, datasheet=proof, history=None)
