"""The static discipline: which signals count as bits, and how clean an output must be.

The first room of the proofs; `prover` comes after it. One discipline holds for a whole library: an
input counts as 0 in [-NM, VIL] and as 1 in [VIH, 1 + NM]; an output must lie in [0, VOL] or [VOH, 1].
Symmetric: VIH = 1 - VIL and VOH = 1 - VOL. The noise that a wire may pick up is the noise margin
NM = VIL - VOL (Ward & Halstead, *Computation Structures*, 1990).

Example:
    >>> DEFAULT
    Discipline(vil=0.45, vol=0.0)
    >>> DEFAULT.noise_margin, DEFAULT.vih
    (0.45, 0.55)
    >>> low, high = DEFAULT.regions(np.array([[0.0, 1.0]]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([[-0.45, 0.55]], [[0.45, 1.45]])
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.checks import is_number
from gatewright.errors import UsageError
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Discipline:
    """What counts as a bit; the numbers are exactly these float64.

    Attributes:
        vil: the highest input that counts as 0.
        vol: the highest output for a 0.

    Raises:
        UsageError: not 0 ≤ vol < vil < ½.

    Example:
        >>> Discipline(0.45).vih
        0.55
    """

    vil: float
    vol: float = 0.0

    def __post_init__(self) -> None:
        levels = self.vil, self.vol
        if not (all(map(is_number, levels)) and 0 <= self.vol < self.vil < 0.5):
            vil, vol = (f"{each:g}" if is_number(each) else repr(each) for each in levels)
            raise UsageError(
                f"VIL = {vil} and VOL = {vol} are not a discipline",
                hint="a 0 may leave a gate at VOL and arrive at VIL: 0 ≤ VOL < VIL < 0.5",
            )

    @property
    def noise_margin(self) -> float:
        """NM = VIL - VOL: what may be added to any wire."""
        return self.vil - self.vol

    @property
    def vih(self) -> float:
        """The lowest input that counts as 1."""
        return 1.0 - self.vil

    @property
    def voh(self) -> float:
        """The lowest output for a 1."""
        return 1.0 - self.vol

    def regions(self, patterns: Floats) -> tuple[Floats, Floats]:
        """Where inputs may lie for each row of bits, shape (rows, inputs): least and greatest.

        Rounded outward: 1 - VIL and 1 + NM need not be float64 numbers.
        """
        margin = np.nextafter(self.noise_margin, 1.0) if self.vol else self.vil
        one = patterns > 0.5
        low = np.where(one, np.nextafter(1.0 - self.vil, 0.0), -margin)
        high = np.where(one, np.nextafter(1.0 + margin, 2.0), self.vil)
        return low, high

    def bands(self, values: Floats) -> tuple[Floats, Floats]:
        """Where outputs must lie for bits of any shape: least and greatest; rounded inward."""
        one = values > 0.5
        least = np.where(one, np.nextafter(self.voh, 1.0) if self.vol else 1.0, 0.0)
        return least, np.where(one, 1.0, self.vol)


DEFAULT = Discipline(0.45)
"""The discipline that every built-in gate meets."""
