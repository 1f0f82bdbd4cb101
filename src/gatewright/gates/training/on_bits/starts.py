"""What is known of a table before its logic layers are learned: sizes to try, and starts that may suit it.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor = Starts(Rows(x, np.array([[0.0], [1.0], [1.0], [0.0]]), np.ones((4, 1))))
    >>> list(xor.sizes())[:3]
    [2, 3, 4]
    >>> xor.draw(2, 5, np.random.default_rng(0)).shape
    (5, 9)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.proof import Rows
from gatewright.gates.training.on_bits.part import WIDE
from gatewright.gates.training.on_bits.polarity import turns
from gatewright.learn.logic_inits import (
    changes,
    counted_levels,
    counting,
    directions,
    products,
    random,
    threshold,
)
from gatewright.learn.logits import signs
from gatewright.learn.network import Architecture
from gatewright.logic.isop import Term, cover

_SIZES = (2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 95, 142, 213)
_MOST_TERMS, _FEW = 213, 64
_FOLLOWS, _ENOUGH = 0.5, 0.8  # of the outputs' variance, and of the cubes
# A table looks random that has so many cubes a row and output, or is so near to changing every second time.
_RANDOM, _CHANCE = 0.15, 0.1
# Rows of a random table that a parameter can at best remember, and with a tolerance that is worth having.
_A_PARAMETER, _TOLERANTLY = 2.2, 1.1


class Starts:
    """The starts of one table.

    Args:
        rows: all rows of the table, in order.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._sides = signs(rows.y, rows.care)
        self.inputs, self.outputs = rows.x.shape[1], rows.y.shape[1]

    def sizes(self) -> Iterator[int]:
        """Hidden units to try, from few to many; 0 for none where one layer may do.

        Of a wide table those first for which there is a start that has a meaning.
        """
        exact = changes(self._levels)
        symmetric = bool(abs(abs(self._levels) - 1.0).max() < 1e-9)
        meant = {len(exact)} if symmetric else set()
        if self._terms is not None:
            meant.add(self._cubes)
        meant -= {0, 1}
        least = 0 if symmetric else self._least()
        first = [0] if self.unate else []
        if len(self._sides) > WIDE:
            first += sorted(size for size in meant if size <= _FEW)
        sizes = sorted(size for size in {*_SIZES, *meant} - set(first) if size >= least)
        yield from [*first, *sizes]

    @cached_property
    def _cubes(self) -> int:
        return len({term for one in self._terms[0] for term in one}) if self._terms else 0

    @cached_property
    def unate(self) -> bool:
        """Whether no output both rises and falls with an input: else one layer alone cannot give it."""
        cube = self._sides.reshape(*[2] * self.inputs, self.outputs)
        for place in range(self.inputs):
            low, high = cube.take(0, place), cube.take(1, place)
            rises, falls = (low < 0) & (high > 0), (low > 0) & (high < 0)
            up, down = (np.any(each.reshape(-1, self.outputs), axis=0) for each in (rises, falls))
            if np.any(np.logical_and(up, down)):
                return False
        return True

    def draw(
        self, hidden: int, restarts: int, generator: np.random.Generator, most: int = 1 << 30
    ) -> Floats:
        """Starting points, shape (starts, parameters): those that may suit the table, the rest at random.

        There are as many as are asked for, and no fewer than those that suit, but not more than ``most``.
        """
        sizes = (self.inputs, *([hidden] if hidden else []), self.outputs)
        suiting = self._suiting(hidden, restarts)[:most]
        architecture = Architecture(sizes, ("logistic",) * (len(sizes) - 2) + ("identity",))
        theta = random(architecture, generator, max(restarts, len(suiting)))
        # Off what was meant by a little, so that no two units are moved alike for ever.
        for place, one in enumerate(suiting):
            theta[place] = one + 0.1 * theta[place]
        return theta

    def _suiting(self, hidden: int, restarts: int) -> list[Floats]:
        """A counter, where outputs follow the count; a sum of products, where there are units for its cubes.

        A single start has a unit for every cube: fewer may suit, but are no better than chance.
        """
        made = []
        rows = abs(self._sides).sum()
        follows = (self._levels**2 * self._counted).sum() / max(rows, 1.0)
        if hidden == 0:
            return [threshold(self._levels, self._signs)]
        if follows > _FOLLOWS:
            made.append(counting(hidden, self._levels, self._signs))
        if self._terms is not None and self._cubes <= hidden / (_ENOUGH if restarts > 1 else 1.0):
            made.append(products(hidden, self.inputs, *self._terms))
        return made

    @cached_property
    def _counted(self) -> Floats:
        """How many outputs matter where so many inputs are 1, shape (inputs + 1, outputs)."""
        ones = np.where(self._signs > 0, self._rows.x, 1.0 - self._rows.x).sum(1).astype(np.intp)
        sizes = [
            np.bincount(ones, abs(self._sides[:, output]), self.inputs + 1)
            for output in range(self.outputs)
        ]
        return np.stack(sizes, axis=1)

    @cached_property
    def _signs(self) -> Floats:
        return directions(self._rows.x, self._sides)

    @cached_property
    def _levels(self) -> Floats:
        return counted_levels(self._rows.x, self._sides, self._signs)

    @cached_property
    def _terms(self) -> tuple[list[list[Term]], list[bool]] | None:
        """The cubes of each output or of its opposite, whichever has fewer; none where there are very many."""
        found: list[list[Term]] = []
        inverted = []
        for output in range(self.outputs):
            columns = [self._sides[:, output] > 0, self._sides[:, output] < 0]
            ones, zeros = (
                int.from_bytes(np.packbits(each, bitorder="little").tobytes(), "little")
                for each in columns
            )
            full = (1 << len(self._sides)) - 1
            on = cover(ones, full & ~zeros, self.inputs, most=_MOST_TERMS)
            off = cover(zeros, full & ~ones, self.inputs, most=_MOST_TERMS)
            if on is None and off is None:
                return None
            other = on is None or (off is not None and len(off) < len(on))
            found.append((off if other else on) or [])
            inverted.append(other)
        return found, inverted

    def _least(self) -> int:
        """Hidden units below which a table that looks random is not worth trying."""
        bits = int((self._sides != 0).sum())
        if self._terms is not None:
            chance = sum(map(len, self._terms[0])) >= _RANDOM * bits
        else:  # an input turns half of the rows
            share = turns(self._rows).sum() / (max(bits, 1) * self.inputs)
            chance = abs(share - 0.5) < _CHANCE
        if not chance:
            return 0
        each = _A_PARAMETER if bits >= WIDE else _TOLERANTLY
        parameters = bits / each - self.outputs
        # Where no size will do, one says how far they get.
        return min(int(parameters / (self.inputs + 1 + self.outputs)), _SIZES[-1])
