"""How operands may lie among the inputs: one or two of them, in what order, and which bit of each comes first.

Example:
    >>> [str(each) for each in layouts(8, 2)][2]
    'a = x0 … x3, most significant first; b = x4 … x7, most significant first'
    >>> next(layouts(4, 2)).numbers("1101")  # x0 … x3
    (3, 2)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright.records import dataclass

MOST_UNEVEN = 64
"""Most inputs for which operands of two widths are looked for."""

_NARROWEST = 3
"""Fewest bits of an operand of two widths: one of a single bit would only switch the other."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the bits of each operand are.

    Attributes:
        operands: of each the places of its bits among the inputs, least significant first.
        names: of the inputs, for messages; x0, x1 … if there are none.
    """

    operands: tuple[tuple[int, ...], ...]
    names: tuple[str, ...] = ()

    def numbers(self, row: str) -> tuple[int, ...]:
        """The operands of a row, a character for every input."""
        return tuple(
            int("".join([row[place] for place in reversed(places)]), 2) for places in self.operands
        )

    def __str__(self) -> str:
        return "; ".join(
            f"{name} = {self._said(places)}"
            for name, places in zip("abc", self.operands, strict=False)
        )

    def _said(self, places: Sequence[int]) -> str:
        named = [self.names[each] if self.names else f"x{each}" for each in sorted(places)]
        shown = ", ".join(named)
        if len(named) > 2:
            step = abs(places[1] - places[0])
            every = {1: ""}.get(step, f" (every {step}.)")
            shown = f"{named[0]} … {named[-1]}{every}"
        if len(named) == 1:
            return shown
        return f"{shown}, {'least' if places[0] < places[-1] else 'most'} significant first"


def layouts(inputs: int, operands: int, names: tuple[str, ...] = ()) -> Iterator[Layout]:
    """The ways in which so many operands may lie among inputs, likely ones first.

    Args:
        inputs: how many bits there are; all of them belong to an operand.
        operands: one or two; with an odd number of bits, two and a carry that is the first or the last input.
        names: of the inputs.
    """
    every = tuple(range(inputs))
    if operands == 1:
        yield Layout((every,), names)
        yield Layout((every[::-1],), names)
        return
    halves = [inputs // 2] if inputs % 2 == 0 else []
    if inputs <= MOST_UNEVEN:
        halves += [at for at in range(_NARROWEST, inputs - _NARROWEST + 1) if 2 * at != inputs]
    for half in halves:
        first, second = every[:half], every[half:]
        for turn_first, turn_second in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
            pair = (first[::turn_first], second[::turn_second])
            yield Layout(pair, names)
            yield Layout(pair[::-1], names)
    if inputs % 2 == 0:
        for turn in (1, -1):
            pair = (every[::2][::turn], every[1::2][::turn])
            yield Layout(pair, names)
            yield Layout(pair[::-1], names)


def with_carry(inputs: int, names: tuple[str, ...] = ()) -> Iterator[Layout]:
    """Two operands of one width and a carry, which is the first or the last input."""
    if inputs % 2 == 0 or inputs < 3:
        return
    for carry, rest in (
        (inputs - 1, tuple(range(inputs - 1))),
        (0, tuple(range(1, inputs))),
    ):
        half = len(rest) // 2
        for turn in (1, -1):
            yield Layout((rest[:half][::turn], rest[half:][::turn], (carry,)), names)
            yield Layout((rest[::2][::turn], rest[1::2][::turn], (carry,)), names)
