"""The init of notebooks that were written for NumPy's older generator.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> Legacy(42).draw(Architecture((2, 1), ("logistic",)), np.random.default_rng(0), 1).round(4).tolist()
    [[0.3745, 0.9507, 0.732]]
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

MOST_SKIPPED = 10_000_000


@dataclass(frozen=True, slots=True)
class Legacy:
    """The stream of ``numpy.random.RandomState(seed).rand``, after ``skip`` values.

    All weights are drawn layer by layer, then all biases. The training's own seed does not matter.
    """

    name: ClassVar[str] = "legacy"

    seed: int = 42
    skip: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**32 or not 0 <= self.skip <= MOST_SKIPPED:
            raise RecipeError(
                f"a legacy stream of seed {self.seed} after {self.skip} values does not exist",
                hint=f"give a seed from 0 to 4294967295 and a skip of 0 to {MOST_SKIPPED}",
            )

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        del generator  # an older one is asked for
        stream = np.random.RandomState(self.seed)
        stream.rand(self.skip)
        drawn = stream.rand(restarts, architecture.parameters)
        theta, start = np.empty_like(drawn), 0
        places = architecture.slices()
        for place in (*(weights for weights, _ in places), *(biases for _, biases in places)):
            stop = start + place.stop - place.start
            theta[:, place] = drawn[:, start:stop]
            start = stop
        return theta
