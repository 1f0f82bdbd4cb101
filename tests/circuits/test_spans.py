"""Carries found by spans: all of adders put together at random, and nothing that is not so."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gatewright as gw
from gatewright.circuits.verify.algebra.carries import _adders_apart, _relation, _Sum
from gatewright.circuits.verify.algebra.prove import prove
from gatewright.circuits.verify.algebra.spans import Digit, carried
from gatewright.logic.cover import columns_of
from gatewright.logic.xag import FALSE, Literal, XorAndGraph


class Adder:
    """An adder whose spans are split anywhere and joined in one of several ways, each digit's carry made anew."""

    def __init__(self, draw: np.random.Generator, places: int, *, inverted: bool) -> None:
        self.draw = draw
        self.singles = draw.random(places) < 0.25
        self.graph = XorAndGraph(1 + 2 * places)
        self.turned = (int(draw.integers(2)), int(draw.integers(2)))
        self.into = self.graph.variable(0) ^ int(inverted)
        self.bits = [
            tuple(self.graph.variable(1 + 2 * place + each) for each in range(1 if single else 2))
            for place, single in enumerate(self.singles)
        ]
        self.carries, self.either, self.selects = [self.into], False, False
        for place in range(places):
            self.carries.append(self._out_of(place))

    def _out_of(self, high: int) -> Literal:
        """The carry out of a digit: of a span of any length, on the carry that comes into it."""
        low = int(self.draw.integers(high + 1))
        return self._joined(self._span(high, low), (self.carries[low], FALSE))[0]

    def _span(self, high: int, low: int) -> tuple[Literal, Literal]:
        """What digits generate and propagate."""
        if high > low:
            middle = int(self.draw.integers(low + 1, high + 1))
            return self._joined(self._span(high, middle), self._span(middle - 1, low))
        bits = [bit ^ turn for bit, turn in zip(self.bits[low], self.turned, strict=False)]
        if len(bits) == 1:
            return FALSE, bits[0]
        if self.draw.random() < 0.3:
            self.either = True
            return self.graph.both(*bits), self.graph.either(*bits)
        return self.graph.both(*bits), self.graph.differ(*bits)

    def _joined(
        self, upper: tuple[Literal, Literal], lower: tuple[Literal, Literal]
    ) -> tuple[Literal, Literal]:
        passed = self.graph.both(upper[1], lower[0])
        if (
            self.draw.random() < 0.5
        ):  # a multiplexer; no carry where a digit propagates if either bit is 1
            self.selects = True
            upper = self.graph.both(upper[0], upper[1] ^ 1), upper[1]
        return self.graph.either(upper[0], passed), self.graph.both(upper[1], lower[1])


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.booleans())
def test_every_carry_of_an_adder_is_found_and_is_one(
    seed: int, places: int, inverted: bool
) -> None:
    adder = Adder(np.random.default_rng(seed), places, inverted=inverted)
    graph, inputs = adder.graph, adder.graph.inputs
    # Exclusive ors, which sums are, have no inverted inputs: a carry may be used as its inverse.
    digits = [
        Digit(bits, carry & ~1) for bits, carry in zip(adder.bits, adder.carries, strict=False)
    ]
    nodes = range(inputs + 1, len(graph))
    found = carried(graph, nodes, digits, adder.turned)
    sums = [functools.reduce(graph.differ, (*bits, carry)) for bits, carry in digits]
    values = graph.simulate(columns_of(inputs), 1 << inputs)
    every = (1 << (1 << inputs)) - 1

    def value(literal: Literal) -> int:
        return values[literal >> 1] ^ (every if literal & 1 else 0)

    for turned in ((0, 0), (0, 1), (1, 0), (1, 1)):
        for place, (into, out) in carried(graph, nodes, digits, turned).items():
            bits = adder.bits[place]
            x, *more = (value(b ^ t) for b, t in zip(bits, turned, strict=False))
            y, c = more[0] if more else 0, value(into)
            assert into >> 1 == digits[place].carry >> 1
            assert value(out) == x & y | (x | y) & c
            one = _Sum(sums[place] >> 1, bits, digits[place].carry)
            relation = _relation(one, into, out, turned)
            x, y, c = ([value(term) for term in relation.terms] + [0])[:3]
            assert value(relation.total) == x ^ y ^ c
            assert value(relation.carry) == x & y | (x | y) & c
    clear = len({each >> 1 for each in adder.carries}) == len(adder.carries)
    if clear and not (adder.either and adder.selects):
        assert len(found) == places


def test_a_sum_that_adds_no_bit_ends_its_adder() -> None:
    """As in a faulty circuit: it was followed by itself for ever."""
    alone = _Sum(24, (4,), 12)  # its bit, 2, is all that its carry, 6, rests on
    assert _adders_apart([alone], {2: 0b1, 6: 0b1}) == [[alone]]
    lower, upper = _Sum(24, (4,), 100), _Sum(26, (8,), 12)
    assert _adders_apart([upper, lower], {2: 0b1, 4: 0b10, 6: 0b1}) == [[lower, upper]]


@pytest.mark.parametrize(("name", "bits"), [("kogge-stone", 512), ("brent-kung", 512)])
def test_wide_adders_are_proved_without_diagrams(
    name: str, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatewright.circuits.verify.algebra import carries

    monkeypatch.setattr(carries, "_found", None)
    claim = prove(gw.circuit(name, bits=bits))
    assert (claim.outcome, claim.checked) == ("proved", 2 ** (2 * bits + 1))


def test_a_wide_multiplier_whose_carries_have_large_diagrams() -> None:
    claim = prove(gw.circuit("wallace-multiplier", bits=200))
    assert claim.outcome == "proved"
