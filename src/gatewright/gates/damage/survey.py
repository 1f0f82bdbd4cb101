"""How much damage a certified gate takes: each weight alone, all of them at once, and noise on its inputs.

Example:
    >>> from gatewright.api.gates import train
    >>> found = survey(train("xor"))
    >>> len(found.outcomes) == len(found.damages), found.tolerance.claimed < found.tolerance.lost
    (True, True)
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.checks import check_count
from gatewright.gates.damage.damage import Damage, damaged_weights, damages
from gatewright.gates.damage.judge import Outcome, certified, judged
from gatewright.gates.datasheet import rows_of
from gatewright.gates.trained import THRESHOLD, TrainedGate
from gatewright.records import dataclass

DRAWS = 64
"""Of the signs of all weights' errors, at each size of them."""

_STEPS = np.geomspace(1.0, 256.0, 257)
"""Errors that are tried, as multiples of the one that the datasheet claims."""

_LEAST = 0.002
"""The error that is tried first where the datasheet claims less."""

_NOISES = np.round(np.arange(0.005, 0.6, 0.005), 3)
_CORNERS = 6


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far all weights may be off, each by this share of itself up or down.

    Attributes:
        claimed: by the datasheet, proved for all errors up to it.
        lost: the least error tried at which one of `DRAWS` draws lost the certificate; 0 if none did.
        wrong: the same for an answer that was wrong.
    """

    claimed: float
    lost: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Noise:
    """How far all inputs may be off.

    Attributes:
        claimed: the noise margin of the datasheet.
        widest: the largest one proved.
        lost: the least noise tried at which outputs were found that leave their level; 0 if none were.
        wrong: the same for an answer that was wrong.
    """

    claimed: float
    widest: float
    lost: float
    wrong: float


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What damage does to a gate.

    Attributes:
        damages: each to one weight.
        outcomes: of each.
        tolerance: of all weights at once.
        noise: of the inputs.

    Example:
        >>> import gatewright as gw
        >>> found = gw.train("xor").damages()
        >>> str(found.damages[0]), found.outcomes[0], found.count("zeroed", "certified")
        ('a1[1] from a zeroed', 'wrong', 0)
    """

    damages: tuple[Damage, ...]
    outcomes: tuple[Outcome, ...]
    tolerance: Tolerance
    noise: Noise

    def count(self, how: str, outcome: Outcome) -> int:
        """How many damages of a kind came to this."""
        both = zip(self.damages, self.outcomes, strict=True)
        return sum(each.how == how and came == outcome for each, came in both)


def survey(gate: TrainedGate, *, seed: int = 0) -> Survey:
    """Damage a gate in every way there is.

    Args:
        gate: certified.
        seed: of the signs of errors that all weights have at once.

    Raises:
        UsageError: nothing is proved of it.
    """
    check_count("seed", seed, 0)
    sheet = certified(gate)
    some = tuple(damages(gate))
    outcomes: list[Outcome] = []
    for start in range(0, len(some), DRAWS):  # a few at a time: wide gates have many large networks
        part = [damaged_weights(gate, each) for each in some[start : start + DRAWS]]
        outcomes += judged(gate, sheet, np.stack(part))
    return Survey(some, tuple(outcomes), weight_errors(gate, seed=seed), input_noise(gate))


def weight_errors(gate: TrainedGate, *, seed: int = 0) -> Tolerance:
    """Let all weights be off at once, by more and more, until a draw of signs gives a wrong answer.

    Raises:
        UsageError: nothing is proved of the gate.
    """
    check_count("seed", seed, 0)
    sheet = certified(gate)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (DRAWS, len(gate.theta)))
    lost = wrong = 0.0
    for error in max(sheet.weight_tolerance, _LEAST) * _STEPS:
        found = judged(gate, sheet, gate.theta * (1.0 + error * signs))
        if not lost and any(each != "certified" for each in found):
            lost = float(error)
        if "wrong" in found:
            wrong = float(error)
            break
    return Tolerance(sheet.weight_tolerance, lost, wrong)


def input_noise(gate: TrainedGate) -> Noise:
    """Let all inputs be off at once, by more and more, until a corner of some row gives a wrong answer.

    Raises:
        UsageError: nothing is proved of the gate.
    """
    sheet = certified(gate)
    rows = rows_of(gate.spec)
    least, most = sheet.discipline.bands(rows.y)
    free = rows.care <= 0
    lost = wrong = 0.0
    for noise in _NOISES.tolist():
        raw = np.stack([gate.raw(points) for points in _corners(rows.x, noise)])
        lost = lost or noise * bool((~((raw >= least) & (raw <= most)) & ~free).any())
        if ((((raw > THRESHOLD) != (rows.y > THRESHOLD)) | np.isnan(raw)) & ~free).any():
            wrong = noise
            break
    return Noise(sheet.noise_margin, sheet.widest, lost, wrong)


def _corners(x: Floats, noise: float) -> list[Floats]:
    """The inputs of all rows, moved: each towards the other bit, and of few inputs at every corner."""
    inputs = x.shape[1]
    moved = [np.where(x > THRESHOLD, x - noise, x + noise)]
    if inputs <= _CORNERS:
        for corner in range(1 << inputs):
            signs = np.array([1.0 if corner >> place & 1 else -1.0 for place in range(inputs)])
            moved.append(x + noise * signs)
    return moved
