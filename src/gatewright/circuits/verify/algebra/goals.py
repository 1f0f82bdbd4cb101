"""What a reference wants, as polynomials: a number made of output bits that has to equal one of input bits.

A remainder and a quotient of the same number by the same power of two, as the sum and the carry out of an adder
are, together are that number.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> (goal,) = goals(plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates))
    >>> goal.outputs, goal.width, len(goal.polynomial)
    ((0, 1, 2), 3, 5)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.verify.algebra.polynomial import Polynomial, value
from gatewright.circuits.verify.algebra.symbols import Part, Piece, Whole, bus, whole
from gatewright.circuits.verify.diagrams.net_functions import disagreement, followed
from gatewright.circuits.verify.diagrams.symbols import CannotFollowError

_TRIED = 16
"""Random patterns on which a reference has to give the same for polynomials as for integers."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Some output bits, least significant first, are a number: a polynomial modulo 2^width.

    Attributes:
        outputs: places among all output bits, as many as ``width``.
        polynomial: over input bits, numbered from 1.
    """

    outputs: tuple[int, ...]
    polynomial: Polynomial

    @property
    def width(self) -> int:
        """Number of bits."""
        return len(self.outputs)

    @property
    def products(self) -> bool:
        """Whether bits are multiplied."""
        return any(len(monomial) > 1 for monomial in self.polynomial)


def goals(circuit: Circuit) -> list[Goal]:
    """Every goal of a circuit's reference: where all are met, every output is as wanted, on every pattern.

    Raises:
        CannotFollowError: the reference computes what is no polynomial, what may not fit its bus, or what it
            does not give for integers.
        SpecError: as when it is run on integers.
    """
    if circuit.spec.domain is not None:
        raise CannotFollowError("it promises nothing outside its domain")
    netlist = circuit.netlist
    tried = next(random_patterns(netlist.inputs, _TRIED, seed=0, chunk=_TRIED))
    plain = reference_bits(circuit, input_buses(circuit, tried))
    buses = {
        each.name: bus(range(columns.start + 1, columns.stop + 1))
        for each, columns in bus_columns(netlist.inputs)
    }
    with followed("reference"):
        reference: Any = circuit.spec.reference  # it was asked for integers above
        given = reference(buses, **circuit.words)
        parts = [(each, *_part(given[each.name])) for each in _placed(netlist.outputs)]
        found = _joined(parts)
    for goal in found:
        _check(circuit, goal, tried, plain)
    return found


@dataclass(frozen=True, slots=True)
class _Placed:
    name: str
    start: int
    width: int


def _placed(buses: Sequence[Bus]) -> list[_Placed]:
    return [_Placed(each.name, columns.start, each.width) for each, columns in bus_columns(buses)]


def _part(given: object) -> tuple[Piece, int, int | None]:
    """A number, and from which of its bits to which they are wanted."""
    if isinstance(given, Part):
        return given.of, given.start, given.stop
    number = given if isinstance(given, Whole) else whole(given)
    return Piece(0, number.polynomial, number.low, number.high), 0, None


def _joined(parts: Sequence[tuple[_Placed, Piece, int, int | None]]) -> list[Goal]:
    """Parts of the same number put together."""
    groups: list[tuple[Piece, list[tuple[int, int | None, _Placed]]]] = []
    for holder, number, start, stop in parts:
        for other, members in groups:
            if other.terms == number.terms and start == members[-1][1]:
                members.append((start, stop, holder))
                break
        else:
            groups.append((number, [(start, stop, holder)]))
    made = []
    for number, members in groups:
        outputs: list[int] = []
        for start, stop, holder in members:
            if start != len(outputs):
                raise CannotFollowError("it wants the higher bits of a sum, and not the lower")
            outputs += range(holder.start, holder.start + holder.width)
            if stop is not None and stop != len(outputs):
                raise CannotFollowError(f"it wants another number of bits than '{holder.name}' has")
        if members[-1][1] is None and not 0 <= number.low <= number.high < 1 << len(outputs):
            raise CannotFollowError(f"what it wants may not fit '{members[-1][2].name}'")
        made.append(Goal(tuple(outputs), number.terms))
    return made


def _check(circuit: Circuit, goal: Goal, tried: Bits, plain: Bits) -> None:
    """Refuse a goal that is not what the reference gives for integers."""
    for row, wanted in zip(tried, plain[:, goal.outputs], strict=True):
        ones = frozenset((np.flatnonzero(row) + 1).tolist())
        number = sum(bit << place for place, bit in enumerate(wanted.tolist()))
        if (value(goal.polynomial, ones) - number) % (1 << goal.width):
            raise disagreement("reference", circuit, row[None])
