"""Whether one threshold unit can compute a Boolean function: whether a plane parts its ones from its zeros.

A function that both rises and falls with an input is none. Of the others the perceptron decides (M. Minsky and
S. Papert, Perceptrons, 1969, chapter 11): its weights are whole numbers, it ends where the rows can be parted,
and where they cannot, its weights stay bounded, so it meets the same ones again.

Example:
    >>> separable(0b0110, 2), separable(0b1000, 2), separable(0b11101000, 3)
    (False, True, True)
"""

from __future__ import annotations

from gatewright.logic.cover import columns_of

MOST_PASSES, MOST_INPUTS = 2_000, 8
"""Passes over all rows, and inputs, before nothing is said."""


def separable(ones: int, inputs: int, care: int | None = None) -> bool | None:
    """Whether weights and a bias give the sign of every row; None where that was not decided.

    Args:
        ones: the truth table, bit *r* is row *r*; the first input is the most significant.
        inputs: how many there are.
        care: the rows that matter, likewise; all where it is not given.
    """
    every = (1 << (1 << inputs)) - 1
    care = every if care is None else care
    if not _unate(ones & care, ~ones & care, inputs):
        return False
    if inputs > MOST_INPUTS:
        return None
    rows = [
        (
            (1, *(1 if row >> place & 1 else -1 for place in reversed(range(inputs)))),
            1 if ones >> row & 1 else -1,
        )
        for row in range(1 << inputs)
        if care >> row & 1
    ]
    weights = [0] * (inputs + 1)
    met = {tuple(weights)}
    for _ in range(MOST_PASSES):
        moved = False
        for row, side in rows:
            if side * sum(w * x for w, x in zip(weights, row, strict=True)) <= 0:
                weights = [w + side * x for w, x in zip(weights, row, strict=True)]
                moved = True
        if not moved:
            return True
        if tuple(weights) in met:  # a pass begins as an earlier one did, and so on for ever
            return False
        met.add(tuple(weights))
    return None


def _unate(ones: int, zeros: int, inputs: int) -> bool:
    """Whether no input both raises and lowers the output, all others held."""
    for place, column in enumerate(columns_of(inputs)):
        shift = 1 << (inputs - 1 - place)
        rises = zeros & ~column & (ones & column) >> shift
        falls = ones & ~column & (zeros & column) >> shift
        if rises and falls:
            return False
    return True
