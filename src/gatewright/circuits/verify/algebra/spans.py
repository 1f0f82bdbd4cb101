"""Carries that are looked ahead, found by how they are put together: what a span of an adder's bits generates.

A span of bits *generates* a carry, or *propagates* the one that comes in. Of two spans side by side the whole
generates what the upper one does, or what the lower one does if the upper one propagates it; it propagates if
both do. Prefix adders, adders that skip and those that select carries are made of nothing else, so going from the
inputs to the outputs tells which node is which span's, at any width (R. Brent and H. Kung, A regular layout for
parallel adders, IEEE Trans. Computers C-31(3), 1982). Every step is an identity of Boolean functions.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(5)
    >>> x0, y0, x1, y1, into = (graph.variable(place) for place in range(5))
    >>> middle = graph.either(graph.both(x0, y0), graph.both(graph.differ(x0, y0), into))
    >>> out = graph.either(graph.both(x1, y1), graph.both(graph.differ(x1, y1), middle))
    >>> digits = [Digit((x0, y0), into), Digit((x1, y1), middle)]
    >>> found = carried(graph, range(6, len(graph)), digits, (0, 0))
    >>> [found[place] == each for place, each in ((0, (into, middle)), (1, (middle, out)))]
    [True, True]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal as Word
from typing import NamedTuple

from gatewright.logic.xag import Literal, XorAndGraph


class Digit(NamedTuple):
    """One place of an adder: one or two bits, and the carry that comes in, as it is or inverted."""

    bits: tuple[Literal, ...]
    carry: Literal


class _Span(NamedTuple):
    """What a function is, of the digits from ``high`` down to ``low``.

    They generate; they propagate; a carry is what leaves them if one comes into ``low``; those down to ``middle``
    pass on what leaves the ones below.
    """

    kind: Word["generates", "propagates", "carry", "passes"]
    high: int
    low: int
    inverted: int = 0  # of a carry: whether the one that comes in is the inverse of the digit's
    middle: int = 0
    differs: bool = True  # a digit propagates if its bits differ; else if either is 1


def carried(
    graph: XorAndGraph,
    nodes: Iterable[int],
    digits: Sequence[Digit | None],
    turned: tuple[int, int],
) -> dict[int, tuple[Literal, Literal]]:
    """The carries into and out of digits, by their numbers, as far as both are found.

    Args:
        graph: that the bits are functions of.
        nodes: those to look at, in order.
        digits: from the lowest up; None between one adder and the next.
        turned: which bits of every digit are inverted.
    """
    reading = _Reading(graph, digits, turned)
    for node in nodes:
        reading.see(node)
    return reading.carries()


class _Reading:
    """One run of `carried`."""

    def __init__(
        self, graph: XorAndGraph, digits: Sequence[Digit | None], turned: tuple[int, int]
    ) -> None:
        self._graph, self._digits = graph, digits
        self._spans: dict[Literal, _Span] = {}
        self._both: dict[frozenset[Literal], int] = {}
        self._either: dict[frozenset[Literal], int] = {}
        self._differ: dict[frozenset[int], tuple[int, int]] = {}
        self._bits: dict[Literal, int] = {}
        self._doubles = [0]  # how many digits below each are of two bits
        # What leaves a digit: the literal, where a carry came in, and whether that was inverted.
        self._leaves: dict[int, list[tuple[Literal, int, int]]] = {}
        for place, digit in enumerate(digits):
            given = () if digit is None else digit.bits
            bits = [bit ^ turn for bit, turn in zip(given, turned, strict=False)]
            self._doubles.append(self._doubles[-1] + (len(bits) == 2))
            if digit is not None:
                for inverted in (0, 1):
                    self._spans.setdefault(
                        digit.carry ^ inverted, _Span("carry", place - 1, place, inverted)
                    )
            if len(bits) == 1:  # it generates nothing
                self._spans.setdefault(bits[0], _Span("propagates", place, place))
            elif bits:
                self._both[frozenset(bits)] = place
                self._either[frozenset(bit ^ 1 for bit in bits)] = place
                self._differ[frozenset(bit >> 1 for bit in bits)] = place, sum(bits) & 1
                for bit in bits:
                    self._bits.setdefault(bit, place)

    def carries(self) -> dict[int, tuple[Literal, Literal]]:
        """See `carried`: what leaves a digit is known of what came in further down, if all between are linked."""
        into: dict[int, Literal] = {}  # the carry into a digit, as it is
        linked_from: dict[int, int] = {}  # the lowest digit that its carry is a carry of
        found: dict[int, tuple[Literal, Literal]] = {}
        for place, digit in enumerate(self._digits):
            if digit is None:
                continue
            for literal, low, inverted in self._leaves.get(place, ()):
                lowest = self._digits[low]
                if lowest is None or linked_from.get(place, place) > low:
                    continue
                if into.setdefault(low, lowest.carry ^ inverted) != lowest.carry ^ inverted:
                    continue
                found[place] = into[place], literal
                above = self._digits[place + 1] if place + 1 < len(self._digits) else None
                if above is not None and above.carry >> 1 == literal >> 1:
                    into[place + 1] = literal
                    linked_from[place + 1] = linked_from.get(place, place)
                    break
        return found

    def see(self, node: int) -> None:
        """Say what a node is, if it is made of what is known."""
        left, right = self._graph.lefts[node], self._graph.rights[node]
        if self._graph.is_xor(node):
            digit = self._differ.get(frozenset((left >> 1, right >> 1)))
            if digit is not None:
                place, odd = digit
                self._say(2 * node ^ odd, _Span("propagates", place, place))
            return
        pair = frozenset((left, right))
        if pair in self._both:
            place = self._both[pair]
            self._say(2 * node, _Span("generates", place, place))
        elif pair in self._either:
            place = self._either[pair]
            self._say(2 * node ^ 1, _Span("propagates", place, place, differs=False))
        for one, other in ((left, right), (right, left)):
            self._see_product(2 * node, one, other)
            self._see_sum(2 * node ^ 1, self._spans.get(one ^ 1), self._spans.get(other ^ 1))

    def _say(self, literal: Literal, span: _Span) -> None:
        if span.kind == "carry":
            self._leaves.setdefault(span.high, []).append((literal, span.low, span.inverted))
        self._spans.setdefault(literal, span)

    def _see_product(self, literal: Literal, one: Literal, other: Literal) -> None:
        """A product of which the first factor may propagate, or not propagate."""
        upper, lower = self._spans.get(one), self._spans.get(other)
        if upper is not None and lower is not None and lower.high == upper.low - 1:
            self._say_product(literal, upper, lower)
        absent = self._spans.get(one ^ 1)
        if absent is not None and absent.kind == "propagates" and absent.differs:
            here = absent.high, absent.low
            if lower is not None and lower.kind == "generates" and self._is_of(lower, *here):
                self._say(literal, _Span("generates", *here))  # what generates does not propagate
            elif absent.high == absent.low == self._bits.get(other, -1):
                self._say(literal, _Span("generates", *here))  # bits that are the same, and 1

    def _say_product(self, literal: Literal, upper: _Span, lower: _Span) -> None:
        """What a span propagates of the one below it, if it says what it propagates."""
        if upper.kind != "propagates":
            return
        high, low = upper.high, lower.low
        if lower.kind == "propagates":
            differs = upper.differs and lower.differs
            self._say(literal, _Span("propagates", high, low, differs=differs))
        elif lower.kind in ("generates", "carry"):
            if self._doubles[high + 1] == self._doubles[upper.low]:  # it generates nothing itself
                self._say(literal, lower._replace(high=high))
            else:
                of_carry = lower.kind == "carry"
                inverted = lower.inverted if of_carry else -1
                self._say(literal, _Span("passes", high, low, inverted, upper.low))

    def _see_sum(self, literal: Literal, upper: _Span | None, passed: _Span | None) -> None:
        """What is either of two functions: generated above, or below and passed on."""
        if upper is None or passed is None or passed.kind != "passes":
            return
        whole = self._is_of(upper, passed.high, passed.middle)
        if whole and upper.kind == "generates":
            kind: Word["generates", "carry"] = "generates" if passed.inverted < 0 else "carry"
            self._say(literal, _Span(kind, passed.high, passed.low, max(0, passed.inverted)))

    def _is_of(self, span: _Span, high: int, low: int) -> bool:
        """Whether a span generates what one that may be longer does, as the other digits generate nothing."""
        silent = self._doubles[span.low] == self._doubles[low]
        return span.high == high and span.low >= low and silent
