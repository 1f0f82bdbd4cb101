"""Lines of a certificate that show an adder that looks ahead to be a chain of full adders.

A span of an adder's bits that generates G and propagates P gives the carry (1 - P)·G + P·c for the carry c that
comes in. Each line says that this is the carry C out of its highest bit: (1 - P)·G + P·c - C is 0. It holds of
what a multiplexer makes, and of what AND and OR make, as no span both generates and propagates. From two spans
side by side it follows for both together, as for the upper one from both and the lower. So it comes down to every
single bit, and says there what a full adder says of its carry (R. Brent and H. Kung, A regular layout for
parallel adders, IEEE Trans. Computers C-31(3), 1982).

Example:
    >>> _span(1, 2, 3, 4)
    {frozenset({2}): 1, frozenset({2, 3}): -1, frozenset({3, 4}): 1, frozenset({5}): -1}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from gatewright.circuits.audit.joins import AND, XOR, Joined, Joins
from gatewright.circuits.audit.problem import Problem
from gatewright.circuits.verify.algebra.polynomial import Monomial, Polynomial

Note = Callable[[Sequence[tuple[int, Polynomial]], Polynomial], int]
"""Notes that a sum of numbered polynomials, times others, is a polynomial; gives that its number."""


class Digit(NamedTuple):
    """One bit of an adder.

    Attributes:
        generate, propagate: the nodes of its half adder.
        total: the node of its sum.
        carry: the node that comes in.
    """

    generate: int
    propagate: int
    total: int
    carry: int


class Chained(NamedTuple):
    """A bit as a full adder: 2·out + total = carry + 2·generate + propagate, and the number of that line."""

    digit: Digit
    out: int
    number: int


def chained(problem: Problem, halves: Mapping[int, int], note: Note) -> list[Chained]:
    """Every bit of an adder that looks ahead of which it can be shown that it is a full adder.

    Args:
        problem: the circuit.
        halves: of half adders whose bits stand as they are, the carry by the node of the sum.
        note: takes the lines.
    """
    return _Chains(problem, halves, note).found()


class _Chains:
    """One run of `chained`; node n is variable n + 1, and its own polynomial has that number too."""

    def __init__(self, problem: Problem, halves: Mapping[int, int], note: Note) -> None:
        self._problem, self._halves, self._note = problem, halves, note
        self._joins = Joins(problem, halves)
        self._forms: dict[int, int] = {}
        """By joining node, the number of the line that says what it joins."""
        self._nevers: dict[tuple[int, int], int | None] = {}
        """By generate and propagate of a span, the number of the line that they are never both 1."""
        self._propagates = {carry: total for total, carry in halves.items()}
        self._lines: dict[tuple[int, int], tuple[int, int, int]] = {}
        """By generate and propagate of a span: the number of its line, the carry into it and the one out."""
        # A sum that is one of a half adder, too, may be that of another bit.
        several = sorted(self._digits(), key=lambda each: each.total not in halves)
        digits = {each.propagate: each for each in several}
        carries = {each.carry for each in digits.values()}
        self._outs = {
            self._top(node): node
            for node in range(len(problem.pins))
            if self._joins.of(node) is not None and self._looks_at(node, carries)
        }
        """By the propagate of a digit, the carry that comes out of it."""
        self._digits_of = digits

    def _digits(self) -> Iterable[Digit]:
        for node, pins in enumerate(self._problem.pins):
            if self._joins.is_of(node, XOR):
                for one, other in (pins, pins[::-1]):
                    if one in self._halves:
                        yield Digit(self._halves[one], one, node, other)

    def _top(self, node: int) -> int:
        """The propagate of the highest bit of the span whose carry a node is; -1 if it is none."""
        while (made := self._joins.of(node)) is not None:
            node = made.upper
        return self._propagates.get(node, -1)

    def _looks_at(self, node: int, carries: Collection[int]) -> bool:
        """Whether a node is a carry, or a span that looks at one."""
        while node not in carries and (made := self._joins.of(node)) is not None:
            node = made.lower
        return node in carries

    def found(self) -> list[Chained]:
        """See `chained`: from the lowest up, as each rests on those below it."""
        above = {each.carry: each for each in self._digits_of.values()}
        outs = {*self._outs.values()}
        found = []
        for lowest in [each for carry, each in above.items() if carry not in outs]:
            digit: Digit | None = lowest
            while digit is not None and (out := self._outs.get(digit.propagate)) is not None:
                line = self._down_to(digit, out)
                if line is None:
                    break
                found.append(Chained(digit, out, self._full(digit, out, line)))
                digit = above.get(out)
        return found

    def _down_to(self, digit: Digit, out: int) -> int | None:
        """The number of the line of a single bit, from that of all bits that its carry out looks at."""
        made = self._joins.of(out)
        form = None if made is None else self._form(out, made)
        if made is None or form is None:
            return None
        span, carry = (made.upper, made.propagate), made.lower
        line = self._note([(form, {frozenset(): -1})], _span(*span, carry, out))
        self._lines[span] = line, carry, out
        while span != (digit.generate, digit.propagate):
            parts = self._parts(span)
            lower = None if parts is None else self._up(parts[1], carry)
            if parts is None or lower is None or span[0] not in self._forms:
                return None
            upper, between = parts[0], lower[2]
            steps = self._steps(span, parts, carry)
            line = self._note(
                [
                    (line, {frozenset(): 1}),
                    (lower[0], {frozenset((upper[1] + 1,)): -1}),
                    *((node, {term: -count for term, count in f.items()}) for node, f in steps),
                ],
                _span(*upper, between, out),
            )
            span, carry = upper, between
            self._lines[span] = line, carry, out
        return line if carry == digit.carry else None

    def _up(self, span: tuple[int, int], carry: int) -> tuple[int, int, int] | None:
        """The line of a span into which a carry comes, from those of its parts."""
        known = self._lines.get(span)
        if known is not None:
            return known if known[1] == carry else None
        parts = self._parts(span)
        lower = None if parts is None else self._up(parts[1], carry)
        upper = None if parts is None or lower is None else self._up(parts[0], lower[2])
        if parts is None or lower is None or upper is None:
            return None
        line = self._note(
            [
                (upper[0], {frozenset(): 1}),
                (lower[0], {frozenset((parts[0][1] + 1,)): 1}),
                *self._steps(span, parts, carry),
            ],
            _span(*span, carry, upper[2]),
        )
        self._lines[span] = line, carry, upper[2]
        return self._lines[span]

    def _parts(self, span: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """The upper and the lower span that one is made of, of which the line is there that says so."""
        generate, propagate = span
        made = self._joins.of(generate)
        if made is None or not self._joins.is_of(propagate, AND):
            return None
        rest = [pin for pin in self._problem.pins[propagate] if pin != made.propagate]
        if len(rest) != 1 or self._form(generate, made) is None:
            return None
        return (made.upper, made.propagate), (made.lower, rest[0])

    def _form(self, node: int, made: Joined) -> int | None:
        """The number of the line that a node is (1 - P)·G + P·g of what it joins."""
        if node not in self._forms:
            if made.passed is None:
                self._forms[node] = node + 1
            else:
                never = self._never((made.upper, made.propagate))
                if never is None:
                    return None
                upper, lower = made.upper + 1, made.lower + 1
                share = 2 if made.twice else 1  # what OR, or XOR, leaves of two that are 1
                steps: list[tuple[int, Polynomial]] = [
                    (node + 1, {frozenset(): 1}),
                    (never, {frozenset(): 1, frozenset((lower,)): -share}),
                ]
                if made.passed >= 0:
                    steps.append((made.passed + 1, {frozenset(): 1, frozenset((upper,)): -share}))
                result = {frozenset((node + 1,)): 1}
                for term, count in _both(made.upper, made.propagate, made.lower).items():
                    result[term] = result.get(term, 0) - count
                self._forms[node] = self._note(steps, result)
        return self._forms[node]

    def _never(self, span: tuple[int, int]) -> int | None:
        """The number of the line that a span does not both generate and propagate."""
        if span not in self._nevers:
            self._nevers[span] = self._never_of(span)
        return self._nevers[span]

    def _never_of(self, span: tuple[int, int]) -> int | None:
        g, p = (each + 1 for each in span)
        result: Polynomial = {frozenset((g, p)): 1}
        if self._halves.get(span[1]) == span[0]:
            a, b = (pin + 1 for pin in self._problem.pins[span[1]])
            both = {frozenset((a,)): 1, frozenset((b,)): 1, frozenset((a, b)): -2}
            return self._note([(p, {frozenset((g,)): 1}), (g, both)], result)
        parts = self._parts(span)
        lower = None if parts is None else self._never(parts[1])
        if parts is None or lower is None:
            return None
        upper = parts[0]
        return self._note(
            [
                (self._forms[span[0]], {frozenset((p,)): 1}),
                (p, _both(*upper, parts[1][0])),
                (lower, {frozenset((upper[1] + 1,)): 1}),
            ],
            result,
        )

    def _steps(
        self,
        span: tuple[int, int],
        parts: tuple[tuple[int, int], tuple[int, int]],
        carry: int,
    ) -> list[tuple[int, Polynomial]]:
        """What the two nodes of a span add to the lines of its parts."""
        rest = {frozenset((carry + 1,)): 1}
        for term, count in _both(*parts[0], parts[1][0]).items():
            rest[term] = rest.get(term, 0) - count
        propagate = span[1] + 1
        return [
            (self._forms[span[0]], {frozenset(): 1, frozenset((propagate,)): -1}),
            (propagate, rest),
        ]

    def _full(self, digit: Digit, out: int, line: int) -> int:
        never = self._never((digit.generate, digit.propagate)) or 0  # of a single bit there is one
        return self._note(
            [
                (digit.total + 1, {frozenset(): 1}),
                (line, {frozenset(): -2}),
                (never, {frozenset(): -2}),
            ],
            full(digit, out),
        )


def full(digit: Digit, out: int) -> Polynomial:
    """The polynomial that is 0 where a bit is a full adder of its carry and of what its half adder adds."""
    terms = (
        (digit.total, 1),
        (out, 2),
        (digit.carry, -1),
        (digit.generate, -2),
        (digit.propagate, -1),
    )
    made: dict[Monomial, int] = {}
    for node, count in terms:
        term = frozenset((node + 1,))
        made[term] = made.get(term, 0) + count
    return made


def _both(upper: int, propagate: int, lower: int) -> dict[Monomial, int]:
    """(1 - P)·G + P·g: what two spans generate together."""
    g, p = upper + 1, propagate + 1
    return {frozenset((g,)): 1, frozenset((g, p)): -1, frozenset((p, lower + 1)): 1}


def _span(generate: int, propagate: int, carry: int, out: int) -> dict[Monomial, int]:
    """(1 - P)·G + P·c - C."""
    made = _both(generate, propagate, carry)
    made[frozenset((out + 1,))] = made.get(frozenset((out + 1,)), 0) - 1
    return made
