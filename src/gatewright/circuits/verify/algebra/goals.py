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

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import bus_columns
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.verify.algebra.polynomial import Polynomial, value
from gatewright.circuits.verify.algebra.symbols import Part, Piece, bus, whole
from gatewright.circuits.verify.counterexample import disagreement
from gatewright.circuits.verify.symbolic.following import followed
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.records import dataclass

_TRIED = 16
"""Random patterns on which a reference has to give the same for polynomials as for integers."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Some output bits, least significant first, are a number: a polynomial modulo 2^width.

    Attributes:
        outputs: places among all output bits, as many as ``width``.
        polynomial: over input bits, numbered from 1.
        products: whether products of bits are added up in it.
    """

    outputs: tuple[int, ...]
    polynomial: Polynomial
    products: bool

    @property
    def width(self) -> int:
        """Number of bits."""
        return len(self.outputs)


def goals(circuit: Circuit) -> list[Goal]:
    """Every goal of a circuit's reference: where all are met, every output is as wanted, on every pattern.

    Raises:
        CannotFollowError: the reference computes what is not a polynomial, what may not fit its bus, or what it
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
    with followed("its reference"):
        reference: Any = circuit.spec.reference  # it was asked for integers above
        given = reference(buses, **circuit.words)
        found = _joined(
            _wanted(each.name, range(columns.start, columns.stop), given[each.name])
            for each, columns in bus_columns(netlist.outputs)
        )
    for goal in found:
        _check(circuit, goal, tried, plain)
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an output bus has to be: a number, from one of its bits to another, or to its last."""

    name: str
    outputs: range
    number: Piece
    products: bool
    start: int
    stop: int | None


def _wanted(name: str, outputs: range, given: object) -> _Wanted:
    if isinstance(given, Part):
        return _Wanted(name, outputs, given.of, _adds_products(given.of), given.start, given.stop)
    number = whole(given)
    piece = Piece(0, number.polynomial, number.low, number.high)
    return _Wanted(name, outputs, piece, any(map(_adds_products, number.pieces)), 0, None)


def _adds_products(piece: Piece) -> bool:
    """Whether products of bits are added up; a single bit is not a sum, however it is made."""
    return piece.high > 1 and any(len(monomial) > 1 for monomial in piece.terms)


def _joined(parts: Iterable[_Wanted]) -> list[Goal]:
    """Parts of the same number put together, the lower bits first, whichever bus has them."""
    groups: list[list[_Wanted]] = []
    for part in sorted(parts, key=lambda each: each.start):
        for members in groups:
            same = members[0].number.terms == part.number.terms
            if same and part.start == members[-1].stop:
                members.append(part)
                break
        else:
            groups.append([part])
    return [_goal(members) for members in groups]


def _goal(members: Sequence[_Wanted]) -> Goal:
    """The goal of all bits of a number.

    Raises:
        CannotFollowError: some of them are in no bus, or have none to be in.
    """
    outputs: list[int] = []
    for each in members:
        if each.start != len(outputs):
            raise CannotFollowError("it wants the higher bits of a sum, and not the lower")
        outputs += each.outputs
        if each.stop is not None and each.stop != len(outputs):
            raise CannotFollowError(f"it wants another number of bits than '{each.name}' has")
    last = members[-1]
    if last.stop is None and not 0 <= last.number.low <= last.number.high < 1 << len(outputs):
        raise CannotFollowError(f"what it wants may not fit '{last.name}'")
    return Goal(tuple(outputs), last.number.terms, last.products)


def _check(circuit: Circuit, goal: Goal, tried: Bits, plain: Bits) -> None:
    """Refuse a goal that is not what the reference gives for integers."""
    for row, wanted in zip(tried, plain[:, goal.outputs], strict=True):
        ones = frozenset((np.flatnonzero(row) + 1).tolist())
        number = sum(bit << place for place, bit in enumerate(wanted.tolist()))
        if (value(goal.polynomial, ones) - number) % (1 << goal.width):
            raise disagreement("reference", circuit, row)
