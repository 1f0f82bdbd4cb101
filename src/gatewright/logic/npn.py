"""NPN classes: functions that differ only in negated inputs, permuted inputs and a negated output.

A function of k inputs is the integer a `TruthTable` keeps of an output: bit *r* is its value in row *r*,
first input most significant. Functions of 1, 2, 3 and 4 inputs fall into 2, 4, 14 and 222 classes (OEIS
A000370, https://oeis.org/A000370); the least integer of a class stands for it.

Example:
    >>> [len(classes(inputs)) for inputs in (1, 2, 3, 4)]
    [2, 4, 14, 222]
    >>> nor, steps = classify(0b1110, 2)  # OR is a NOR with its output negated
    >>> f"{nor:04b}", steps
    ('0001', Transform(inputs=(0, 1), negated=(False, False), output=True))
"""

from __future__ import annotations

import itertools
import operator
from functools import lru_cache

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.errors import TableError
from gatewright.logic.bits import row_numbers, table_rows
from gatewright.records import dataclass

MOST_INPUTS = 4
"""Functions of five inputs fall into 616 126 classes: too many to keep a gate for each."""


@dataclass(frozen=True, slots=True)
class Transform:
    """How a function f is made from another one, g, of as many inputs.

    f(x_0, …, x_{k-1}) = output XOR g(x_{inputs[0]} XOR negated[0], …, x_{inputs[k-1]} XOR negated[k-1]):
    place *j* of the two tuples says what is connected to input *j* **of g**.

    Attributes:
        inputs: which input of f is connected to each input of g.
        negated: whether it is negated on the way.
        output: whether the output of g is negated to give that of f.

    Raises:
        TableError: the inputs are not a permutation of 0 to k-1 for a k from 1 to 4, or there is not one
            negation for each.
    """

    inputs: tuple[int, ...]
    negated: tuple[bool, ...]
    output: bool

    def __post_init__(self) -> None:
        _check_inputs(len(self.inputs))
        if sorted(self.inputs) != list(range(len(self.inputs))):
            raise TableError(
                f"{self.inputs} is not an order of {len(self.inputs)} inputs",
                hint=f"name each of 0 to {len(self.inputs) - 1} once",
            )
        if len(self.negated) != len(self.inputs):
            raise TableError(
                f"{len(self.negated)} negations for {len(self.inputs)} inputs",
                hint="say of each input whether it is negated",
            )

    @property
    def rows(self) -> Indices:
        """The row of g in which each row of f is looked up, shape (2**inputs,)."""
        x = table_rows(len(self.inputs))
        return row_numbers(x[:, self.inputs] ^ np.array(self.negated, dtype=np.uint8))


def classify(ones: int, inputs: int) -> tuple[int, Transform]:
    """The representative of a function's class, and how the function is made of it.

    Of several such transforms it is the first of `transforms`, the identity for a representative.

    Args:
        ones: the function; bit *r* is its output in row *r*.
        inputs: how many it has, 1 to 4.

    Raises:
        TableError: another number of inputs, or an integer that does not fit their rows.
    """
    ones = _checked(ones, inputs)
    found = _classified(inputs)
    return int(found.least[ones]), transforms(inputs)[found.by[ones]]


def classes(inputs: int) -> tuple[int, ...]:
    """The representative of every class of functions of 1 to 4 inputs, ascending.

    Raises:
        TableError: another number of inputs.
    """
    _check_inputs(inputs)
    return _classified(inputs).representatives


@lru_cache(maxsize=MOST_INPUTS)
def transforms(inputs: int) -> tuple[Transform, ...]:
    """Every transform of functions of 1 to 4 inputs, those that negate least first: 2**(k+1) · k! of them.

    Raises:
        TableError: another number of inputs.
    """
    _check_inputs(inputs)
    every = (
        Transform(order, negated, output)
        for output in (False, True)
        for negated in itertools.product((False, True), repeat=inputs)
        for order in itertools.permutations(range(inputs))
    )
    return tuple(sorted(every, key=lambda each: (each.output, sum(each.negated))))


@dataclass(frozen=True, slots=True, eq=False)
class _Classified:
    """The class of every function of so many inputs.

    Attributes:
        representatives: ascending.
        least: the representative of each function's class.
        by: the place in `transforms` of the one that makes the function of its representative.
    """

    representatives: tuple[int, ...]
    least: Indices
    by: Indices


@lru_cache(maxsize=MOST_INPUTS)
def _classified(inputs: int) -> _Classified:
    # The least function not yet in a class stands for the next one, which is whatever the transforms
    # make of it: 222 times 768 functions of four inputs, and not 65 536 times 768.
    rows = np.array([each.rows for each in transforms(inputs)])
    flips = np.array([each.output for each in transforms(inputs)])[:, None]
    places = 1 << np.arange(1 << inputs)
    least = np.full(1 << (1 << inputs), -1, dtype=np.intp)
    by = least.copy()
    representatives = []
    while (least < 0).any():
        one = int(np.argmax(least < 0))
        representatives.append(one)
        outputs: Bits = (one >> rows & 1) ^ flips
        made, first = np.unique(outputs @ places, return_index=True)
        least[made] = one
        by[made] = first
    return _Classified(tuple(representatives), least, by)


def _whole(inputs: int) -> int:
    return (1 << (1 << inputs)) - 1


def _check_inputs(inputs: int) -> None:
    if not 1 <= inputs <= MOST_INPUTS:
        raise TableError(
            f"functions of {inputs} inputs are not classified, those of 1 to {MOST_INPUTS} are",
            hint="build wider functions as circuits of gates",
        )


def _checked(ones: int, inputs: int) -> int:
    _check_inputs(inputs)
    ones = operator.index(ones)
    if not 0 <= ones <= _whole(inputs):
        raise TableError(
            f"the integer {ones} does not fit the {1 << inputs} rows of {inputs} inputs",
            hint=f"give one bit a row, from 0 to {_whole(inputs)}",
        )
    return ones
