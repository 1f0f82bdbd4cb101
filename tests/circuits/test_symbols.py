"""Integers of unknown bits against Python's and NumPy's, for every value they can have."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.references.whole_numbers import whole_numbers
from gatewright.circuits.verify.symbolic.functions import Function, Functions
from gatewright.circuits.verify.symbolic.integer import SymbolicInteger, lifted
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.logic.bdd import FALSE, Diagrams
from gatewright.logic.xag import XorAndGraph

WIDTHS = [(1, 3), (3, 1), (3, 3), (2, 4)]
BOTH = ("add", "sub", "mul", "and_", "or_", "xor", "eq", "ne", "lt", "le", "gt", "ge")
CONSTANTS = [*range(-9, 10), 2**70, -(2**70)]


def bits_of(number: int, width: int) -> list[int]:
    return [number >> place & 1 for place in range(width)]


def numbers(
    *widths: int, functions: type[Diagrams] | type[XorAndGraph] = Diagrams
) -> tuple[Functions, list[SymbolicInteger]]:
    """Signed numbers of so many bits, of all different variables."""
    made: list[SymbolicInteger] = []
    of, place, owed = functions(sum(widths)), 0, list[Function]()
    for width in widths:
        bits = tuple(of.variable(place + bit) for bit in range(width))
        made.append(SymbolicInteger(of, bits, owed=owed))
        place += width
    return of, made


def value(symbol: SymbolicInteger, bits: list[int]) -> int:
    *digits, sign = symbol.functions.evaluate(symbol.bits, bits)
    return sum(bit << place for place, bit in enumerate(digits)) - (sign << len(digits))


def signed(width: int) -> range:
    return range(-(1 << width - 1), 1 << width - 1)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("left", "right"), WIDTHS)
def test_two_numbers(name: str, left: int, right: int) -> None:
    function = getattr(operator, name)
    _, (x, y) = numbers(left, right)
    result = function(x, y)
    for a in signed(left):
        for b in signed(right):
            assert value(result, bits_of(a, left) + bits_of(b, right)) == function(a, b), (a, b)


@pytest.mark.parametrize(
    "table",
    [
        [5, 0, 2**70, 7, 1, 1, 3, 6],
        [-3, 4, -(2**70), 0, -1, 2, 2, 1],
        [0] * 8,
        [True, False, False, True, True, True, False, True],
        [False] * 8,
        [*range(12)],
    ],
    ids=str,
)
def test_a_place_in_a_table(table: list[Any]) -> None:
    _, (x,) = numbers(4)
    place = x % 8
    found = whole_numbers(table)[place]
    assert found.truth == isinstance(table[0], bool)
    opposite = ~found
    for a in signed(4):
        assert value(found, bits_of(a, 4)) == table[a % 8], a
        wanted = not table[a % 8] if found.truth else ~table[a % 8]
        assert value(opposite, bits_of(a, 4)) == wanted, a


def test_a_place_in_a_table_that_has_as_many_entries_as_are_needed() -> None:
    diagrams, (x,) = numbers(3)
    few = whole_numbers([3, 1, 2])[(x % 4 > 0) * 1 + (x % 4 > 1) * 1]
    assert {value(few, bits_of(a, 3)) for a in signed(3)} == {3, 1, 2}
    assert value(whole_numbers([9])[lifted(diagrams, 0)], [0, 0, 0]) == 9


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda x: x, id="negative"),
        pytest.param(lambda x: x % 4, id="beyond"),
        pytest.param(lambda x: x == 1, id="truth value"),
    ],
)
def test_what_may_not_be_in_a_table_is_not_followed(
    place: Callable[[SymbolicInteger], SymbolicInteger],
) -> None:
    _, (x,) = numbers(3)
    with pytest.raises(CannotFollowError, match="it may look up what is not in its table"):
        whole_numbers([1, 2, 3])[place(x)]


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("kind", [int, np.int64])
def test_a_number_and_a_constant_on_either_side(name: str, kind: Callable[[int], Any]) -> None:
    function = getattr(operator, name)
    _, (x,) = numbers(4)
    for constant in CONSTANTS[: None if kind is int else -2]:
        after, before = function(x, kind(constant)), function(kind(constant), x)
        assert isinstance(before, SymbolicInteger)
        for a in signed(4):
            assert value(after, bits_of(a, 4)) == function(a, constant), (a, constant)
            assert value(before, bits_of(a, 4)) == function(constant, a), (a, constant)


@pytest.mark.parametrize("functions", [Diagrams, XorAndGraph])
@pytest.mark.parametrize("name", ["mod", "floordiv"])
def test_division_by_what_is_above_0(
    name: str, functions: type[Diagrams] | type[XorAndGraph]
) -> None:
    function = getattr(operator, name)
    of, (x, y) = numbers(5, 4, functions=functions)
    by_three, of_three, result = function(x, 3), function(3, y), function(x + 1, y - 1)
    never = x.owed[1]
    for a in signed(5):
        for b in signed(4):
            bits = bits_of(a, 5) + bits_of(b, 4)
            assert value(by_three, bits) == function(a, 3)
            assert of.evaluate([x.owed[0], never, x.owed[2]], bits) == [0, b <= 0, b <= 1]
            if b > 0:
                assert value(of_three, bits) == function(3, b)
            if b > 1:
                assert value(result, bits) == function(a + 1, b - 1)


@pytest.mark.parametrize("name", ["mod", "floordiv", "lshift", "rshift"])
@pytest.mark.parametrize("kind", [int, np.int64])
def test_powers_of_two_and_shifts(name: str, kind: Callable[[int], Any]) -> None:
    function = getattr(operator, name)
    _, (x,) = numbers(4)
    for amount in (0, 1, 2, 3, 7):
        constant = amount if "shift" in name else 2**amount
        result = function(x, kind(constant))
        for a in signed(4):
            assert value(result, bits_of(a, 4)) == function(a, constant), (a, constant)


def test_negation_and_inversion() -> None:
    _, (x,) = numbers(4)
    for a in signed(4):
        assert value(-x, bits_of(a, 4)) == -a
        assert value(~x, bits_of(a, 4)) == ~a


def test_a_sum_has_no_more_bits_than_it_needs() -> None:
    diagrams, (x, _) = numbers(4, 1)
    assert (x - x).bits == (FALSE,)
    assert (x ^ x).bits == (FALSE,)
    assert len((x + x - x).bits) == 4
    assert ((x << 1000) >> 1000).bits == x.bits
    assert lifted(diagrams, -4).bits == (0, 0, 1)


def test_equal_functions_are_the_same_diagrams() -> None:
    _, (x, y) = numbers(5, 5)
    assert ((x + y) + 1).bits == (y - ~x).bits
    assert ((x & y) + (x | y)).bits == (x + y).bits
    assert (x * 7).bits == ((x << 3) - x).bits == (7 * x).bits
    assert ((x < y) | (x == y)).bits == (x <= y).bits


# Truth values


@pytest.mark.parametrize(
    "function",
    [
        lambda a, b: (a < b) * 1,
        lambda a, b: (a < b) + 5,
        lambda a, b: 5 - (a < b),
        lambda a, b: (a < b) * (b + 3),
        lambda a, b: ~(a < b),
        lambda a, b: ~(a < b) * 6,
        lambda a, b: ~((a < b) * 1),
        lambda a, b: (a < b) & (a > -3),
        lambda a, b: (a < b) | ~(a > -3),
        lambda a, b: (a < b) ^ (a > -3) ^ True,
        lambda a, b: ~((a < b) ^ np.bool_(True)),
        lambda a, b: ~((a < b) & 1),
        lambda a, b: ((a < b) * (a == 2)) * 4,
        lambda a, b: ~((a < b) * (a == 2)),
        lambda a, b: (a < b) == (b > a),
        lambda a, b: (a < b) << 2,
        lambda a, b: -((a < b) * 3),
        lambda a, b: sum((a == digit) * (b + digit) for digit in range(4)),
    ],
)
def test_truth_values_behave_as_those_of_numpy(function: Callable[[Any, Any], Any]) -> None:
    _, (x, y) = numbers(3, 3)
    result = function(x, y)
    pairs = [(a, b) for a in signed(3) for b in signed(3)]
    for kind in (np.int64, object):
        left, right = (np.array(column, dtype=kind) for column in zip(*pairs, strict=True))
        for (a, b), wanted in zip(pairs, function(left, right).tolist(), strict=True):
            assert value(result, bits_of(a, 3) + bits_of(b, 3)) == wanted, (a, b)


def test_a_constant_truth_value_stays_one() -> None:
    _, (x,) = numbers(3)
    never = x != x  # the same for every value
    assert never.bits == (FALSE, FALSE)
    assert (~never).bits == (1, 0)
    assert (never & True).truth


# What cannot be followed


def decided(x: Any) -> Any:
    return 1 if x > 3 else 0


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (decided, "it decides by a value"),
        (lambda x: x and 1, "it decides by a value"),
        (lambda x: not x, "it decides by a value"),
        (lambda x: max(x, 3), "it decides by a value"),
        (lambda x: 0 < x < 3, "it decides by a value"),
        (int, "it needs a value as a plain number"),
        (float, "it needs a value as a plain number"),
        (range, "it needs a value as a plain number"),
        (lambda x: [0, 1][x], "it needs a value as a plain number"),
        (lambda x: np.arange(8)[x], "it hands a bus to a function of NumPy"),
        (lambda x: np.where(x > 1, 1, 0), "it hands a bus to a function of NumPy"),
        (np.asarray, "it hands a bus to a function of NumPy"),
        (lambda x: np.all([x < 3, x > 1]), "it hands a bus to a function of NumPy"),
        (lambda x: x.astype(int), "it uses '.astype' of a bus"),
        (lambda x: x.sum(), "it uses '.sum' of a bus"),
        (lambda x: x[0], "it takes a bus apart as an array"),
        (list, "it takes a bus apart as an array"),
        (lambda x: x % 0, "it divides by 0, which is not above 0"),
        (lambda x: x % -2, "it divides by -2, which is not above 0"),
        (lambda x: x // 0.5, "it divides by something that is not a whole number"),
        (lambda x: x << -1, "it shifts by -1"),
        (lambda x: x >> x, "it shifts by something that is not a fixed whole number"),
        (lambda x: x + 0.5, "it meets a float, which is not a whole number"),
        (lambda x: x == "3", "it meets a str, which is not a whole number"),
        (lambda x: x + np.array([1, 2]), "it meets a ndarray, which is not a whole number"),
        (lambda x: np.array([1, 2]) * x, "it meets a ndarray, which is not a whole number"),
        (lambda x: (x < 1) + (x > 2), "it adds or subtracts two truth values"),
        (lambda x: (x < 1) - True, "it adds or subtracts two truth values"),
        (lambda x: -(x < 1), "it negates a truth value"),
    ],
)
def test_what_cannot_be_followed_is_said(function: Callable[[Any], Any], message: str) -> None:
    _, (x,) = numbers(3)
    with pytest.raises(CannotFollowError) as caught:
        function(x)
    assert caught.value.message.startswith(message)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("function", [abs, hash, lambda x: x**2, lambda x: 1 << x, np.sqrt, np.add])
def test_what_was_not_thought_of_fails_and_is_not_guessed(function: Callable[..., Any]) -> None:
    _, (x,) = numbers(3)
    with pytest.raises(TypeError):
        function(x, x) if function is np.add else function(x)


def test_a_symbol_says_what_it_is_without_its_bits() -> None:
    _, (x,) = numbers(3)
    assert repr(x) == "<integer of 3 unknown bits>"
    assert repr(x < 2) == "<truth value of 2 unknown bits>"
