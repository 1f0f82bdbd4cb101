"""Decision diagrams against truth tables, which are integers with a bit a row."""

from __future__ import annotations

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.errors import GatewrightError
from gatewright.logic.bdd import FALSE, TRUE, Diagram, Diagrams, TooManyNodesError


def rows_of(diagrams: Diagrams, function: Diagram) -> int:
    """The truth table of a diagram; the top variable is the most significant."""
    n = diagrams.variables
    rows = list(itertools.product((0, 1), repeat=n))
    values = [sum(row[place] << at for at, row in enumerate(rows)) for place in range(n)]
    return diagrams.evaluate([function], values, len(rows))[0]


def made(variables: int) -> tuple[Diagrams, list[Diagram]]:
    diagrams = Diagrams(variables)
    return diagrams, [diagrams.variable(place) for place in range(variables)]


def test_every_function_of_three_variables_has_its_own_diagram() -> None:
    diagrams, variables = made(3)
    functions = [diagrams.table(ones, variables) for ones in range(256)]
    assert len(set(functions)) == 256
    assert [rows_of(diagrams, each) for each in functions] == list(range(256))
    assert len(diagrams) == 128  # one node for a function and its negation
    for ones, each in enumerate(functions):
        assert each ^ 1 == functions[255 ^ ones]
        assert diagrams.count(each) == ones.bit_count()
    assert (functions[0], functions[255]) == (FALSE, TRUE)


def test_every_pair_of_functions_of_three_variables_under_every_operation() -> None:
    diagrams, variables = made(3)
    functions = [diagrams.table(ones, variables) for ones in range(256)]
    for x, y in itertools.product(range(256), repeat=2):
        f, g = functions[x], functions[y]
        assert diagrams.both(f, g) == functions[x & y]
        assert diagrams.either(f, g) == functions[x | y]
        assert diagrams.differ(f, g) == functions[x ^ y]


@given(data=st.data(), inputs=st.integers(4, 6))
def test_if_then_else_of_wider_functions(data: st.DataObject, inputs: int) -> None:
    diagrams, variables = made(inputs)
    whole = (1 << (1 << inputs)) - 1
    x, y, z = (data.draw(st.integers(0, whole)) for _ in range(3))
    f, g, h = (diagrams.table(ones, variables) for ones in (x, y, z))
    assert [rows_of(diagrams, each) for each in (f, g, h)] == [x, y, z]
    chosen = diagrams.ite(f, g, h)
    assert rows_of(diagrams, chosen) == x & y | (whole ^ x) & z
    assert chosen == diagrams.table(x & y | (whole ^ x) & z, variables)
    assert diagrams.count(chosen) == (x & y | (whole ^ x) & z).bit_count()


@given(data=st.data(), inputs=st.integers(1, 6))
def test_an_operation_in_another_order_of_the_variables(data: st.DataObject, inputs: int) -> None:
    diagrams, variables = made(inputs)
    ones = data.draw(st.integers(0, (1 << (1 << inputs)) - 1))
    turned = data.draw(st.permutations(range(inputs)))
    function = diagrams.table(ones, [variables[place] for place in turned])
    for row in itertools.product((0, 1), repeat=inputs):
        number = int("".join(str(row[place]) for place in turned), 2)
        assert diagrams.evaluate([function], row) == [ones >> number & 1]


def test_a_table_of_functions_is_their_composition() -> None:
    diagrams, (a, b, c) = made(3)
    carry, total = (
        diagrams.table(ones, [a, diagrams.differ(b, c), c]) for ones in (0b11101000, 0b10010110)
    )
    assert total == diagrams.differ(a, b)  # a ^ (b ^ c) ^ c
    assert carry == diagrams.ite(b, diagrams.ite(c, a, a), diagrams.ite(c, TRUE, FALSE))


def test_the_first_input_of_a_table_is_the_most_significant() -> None:
    diagrams, (a, b) = made(2)
    assert diagrams.table(0b0100, [a, b]) == diagrams.both(a, b ^ 1)  # row 2 is a=1, b=0


@given(ones=st.integers(1, 2**32 - 1))
def test_the_smallest_satisfying_assignment(ones: int) -> None:
    diagrams, variables = made(5)
    found = diagrams.satisfying(diagrams.table(ones, variables))
    assert int("".join(map(str, found)), 2) == (ones & -ones).bit_length() - 1


def test_nothing_satisfies_false_and_anything_true() -> None:
    diagrams, _ = made(3)
    with pytest.raises(ValueError, match="nothing satisfies FALSE"):
        diagrams.satisfying(FALSE)
    assert diagrams.satisfying(TRUE) == (0, 0, 0)
    assert (diagrams.count(FALSE), diagrams.count(TRUE)) == (0, 8)


def test_variables_that_a_function_skips_count_twice() -> None:
    diagrams, variables = made(6)
    middle = diagrams.both(variables[2], variables[4])
    assert diagrams.count(middle) == 16
    assert diagrams.count(middle ^ 1) == 48
    assert diagrams.satisfying(middle) == (0, 0, 1, 0, 1, 0)


def test_a_variable_that_is_not_there_is_refused() -> None:
    diagrams = Diagrams(2)
    for place in (-1, 2):
        with pytest.raises(IndexError, match=f"no variable {place} among 2"):
            diagrams.variable(place)


def test_many_patterns_at_once() -> None:
    diagrams, (a, b) = made(2)
    functions = [FALSE, TRUE, a, b ^ 1, diagrams.differ(a, b)]
    assert diagrams.evaluate(functions, [0b0101, 0b0011], 4) == [0, 0b1111, 0b0101, 0b1100, 0b0110]


def test_diagrams_deeper_than_python_recurses() -> None:
    count = 3 * sys.getrecursionlimit()
    diagrams, variables = made(count)
    half = count // 2
    low, high = FALSE, FALSE
    for each in reversed(variables[half:]):
        low = diagrams.differ(each, low)
    for each in reversed(variables[:half]):
        high = diagrams.differ(each, high)
    odd = diagrams.differ(high, low)  # the upper half is walked to its end
    assert diagrams.count(odd) == 1 << count - 1
    assert diagrams.satisfying(odd) == (0,) * (count - 1) + (1,)


def test_too_many_nodes_are_refused_and_not_made() -> None:
    # Pairs far apart in the order: each one doubles the diagram.
    diagrams = Diagrams(40, most_nodes=2000)
    pairs = [(diagrams.variable(place), diagrams.variable(place + 20)) for place in range(20)]

    def joined() -> Diagram:
        function = FALSE
        for f, g in pairs:
            function = diagrams.either(function, diagrams.both(f, g))
        return function

    with pytest.raises(TooManyNodesError, match="more than 2000 nodes") as caught:
        joined()
    assert isinstance(caught.value, GatewrightError)
    assert caught.value.exit_code == 4
    assert 500 < len(diagrams) <= 2001


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    sizes = []
    for most in (10_000, 10**9):
        diagrams = Diagrams(12, most)
        function = FALSE
        for place in range(6):
            pair = diagrams.both(diagrams.variable(place), diagrams.variable(place + 6))
            function = diagrams.either(function, pair)
        assert diagrams.count(function) == 4**6 - 3**6
        sizes.append(len(diagrams))
    assert sizes[0] == sizes[1]
