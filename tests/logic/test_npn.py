"""Classes of functions, and that every function is made again from its class."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import few

from gatewright.errors import TableError
from gatewright.logic.npn import (
    MOST_INPUTS,
    Transform,
    classes,
    classify,
    transforms,
)
from gatewright.logic.truth_table import TruthTable

COUNTS = {1: 2, 2: 4, 3: 14, 4: 222}  # OEIS A000370
ALL = (1, 2, 3, 4)


def by_definition(transform: Transform, ones: int) -> int:
    """f of g as the docstring of `Transform` says it, one row at a time."""
    inputs = len(transform.inputs)
    made = 0
    for row in range(2**inputs):
        x = [int(bit) for bit in f"{row:0{inputs}b}"]
        z = [x[transform.inputs[j]] ^ transform.negated[j] for j in range(inputs)]
        g = ones >> int("".join(map(str, z)), 2) & 1
        made |= (g ^ transform.output) << row
    return made


def table(function: str) -> int:
    """The integer of an expression in a, b, c and d, as a truth table has it."""
    inputs = [name for name in "abcd" if name in function]
    made = TruthTable.from_function(
        lambda *bits: eval(function, dict(zip(inputs, bits, strict=True))) & 1,  # noqa: S307 - ours
        inputs=inputs,
        outputs="y",
    )
    return made.ones[0]


@st.composite
def functions(draw: st.DrawFn) -> tuple[int, Transform]:
    inputs = draw(st.integers(1, MOST_INPUTS))
    ones = draw(st.integers(0, 2 ** (2**inputs) - 1))
    return ones, draw(st.sampled_from(transforms(inputs)))


def representative(ones: int, inputs: int) -> int:
    """The least integer among the functions of a function's class."""
    return classify(ones, inputs)[0]


def applied(transform: Transform, ones: int) -> int:
    """The integer of f from that of g."""
    made = (1 << (1 << len(transform.inputs))) - 1 if transform.output else 0
    for place, row in enumerate(transform.rows.tolist()):
        made ^= (ones >> row & 1) << place
    return made


@pytest.mark.parametrize("inputs", ALL)
def test_there_are_as_many_classes_as_the_encyclopedia_says(inputs: int) -> None:
    found = classes(inputs)
    assert len(found) == COUNTS[inputs]
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 16), (3, 96), (4, 768)])
def test_there_are_as_many_transforms_as_orders_and_negations(inputs: int, count: int) -> None:
    assert len(set(transforms(inputs))) == len(transforms(inputs)) == count


@pytest.mark.parametrize("inputs", few(ALL, *range(len(ALL) - 1)))
def test_every_function_is_made_again_from_its_class(inputs: int) -> None:
    for ones in range(2 ** (2**inputs)):
        least, transform = classify(ones, inputs)
        assert applied(transform, least) == ones


@pytest.mark.parametrize("inputs", few([1, 2, 3], 0, 1))
def test_a_class_is_exactly_what_the_transforms_reach(inputs: int) -> None:
    for ones in range(2 ** (2**inputs)):
        reached = {by_definition(each, ones) for each in transforms(inputs)}
        assert representative(ones, inputs) == min(reached)


@given(functions())
def test_a_transformed_function_stays_in_its_class(chosen: tuple[int, Transform]) -> None:
    ones, transform = chosen
    inputs = len(transform.inputs)
    made = by_definition(transform, ones)
    assert applied(transform, ones) == made
    assert representative(made, inputs) == representative(ones, inputs) <= min(made, ones)


@pytest.mark.parametrize("inputs", ALL)
def test_classes_part_the_functions_and_a_representative_is_itself(inputs: int) -> None:
    sizes = Counter(representative(ones, inputs) for ones in range(2 ** (2**inputs)))
    assert sorted(sizes) == list(classes(inputs))
    assert sum(sizes.values()) == 2 ** (2**inputs)
    assert all(len(transforms(inputs)) % size == 0 for size in sizes.values())  # orbits of a group
    identity = Transform(tuple(range(inputs)), (False,) * inputs, False)
    for least in classes(inputs):
        assert classify(least, inputs) == (least, identity)


def test_the_first_input_is_the_most_significant() -> None:
    # f(a, b) = not g(b, not a) for g = a and not b: f = not (b and a)
    steps = Transform(inputs=(1, 0), negated=(False, True), output=True)
    assert applied(steps, table("a & ~b")) == table("~(a & b)") == 0b0111
    # f(a, b, c) = g(c, a, b) for g = a and (b or not c): f = c and (a or not b)
    turned = Transform(inputs=(2, 0, 1), negated=(False, False, False), output=False)
    assert applied(turned, table("a & (b | ~c)")) == table("c & (a | ~b)")


@pytest.mark.parametrize(
    "members",
    [
        ("a ^ b", "~(a ^ b)"),
        ("a & b", "a | b", "~(a & b)", "~(a | b)", "a & ~b", "~a | b"),
        ("a + 0*b", "~b + 0*a"),
        ("(a & b) | (~a & c)", "(c & a) | (~c & ~b)", "~((b & c) | (~b & a))"),
        ("(a & b) | (a & c) | (b & c)", "(a & ~b) | (a & c) | (~b & c)"),
        ("a ^ b ^ c ^ d", "~(a ^ b ^ c ^ d)"),
        ("a & b & c & d", "a | b | c | ~d"),
    ],
)
def test_functions_that_belong_together(members: tuple[str, ...]) -> None:
    inputs = len({name for name in "abcd" if name in members[0]})
    assert len({representative(table(each), inputs) for each in members}) == 1


def test_functions_that_do_not() -> None:
    apart = ("a ^ b", "a & b", "a + 0*b", "0*a*b")
    assert {representative(table(each), 2) for each in apart} == set(classes(2))
    assert representative(table("(a & b) | (~a & c)"), 3) != representative(table("a ^ b ^ c"), 3)


def test_what_negates_least_is_chosen() -> None:
    assert classify(0b1111, 2)[1] == Transform((0, 1), (False, False), True)
    # AND of NOR: both inputs negated, which takes as few negations as any way that keeps the output.
    assert classify(0b1000, 2) == (0b0001, Transform((0, 1), (True, True), False))
    for ones in range(0, 256, 5):
        least, chosen = classify(ones, 3)
        ways = [each for each in transforms(3) if by_definition(each, least) == ones]
        assert chosen == min(
            ways, key=lambda each: (each.output, sum(each.negated), each.negated, each.inputs)
        )


@pytest.mark.parametrize("inputs", [-1, 0, 5, 64])
def test_other_numbers_of_inputs_are_refused(inputs: int) -> None:
    wanted = f"functions of {inputs} inputs are not classified, those of 1 to 4 are; build wider"
    for call in (
        lambda: classes(inputs),
        lambda: transforms(inputs),
        lambda: classify(0, inputs),
    ):
        with pytest.raises(TableError, match=wanted):
            call()


@pytest.mark.parametrize(("ones", "inputs"), [(-1, 2), (16, 2), (1 << 16, 4), (4, 1)])
def test_an_integer_that_does_not_fit_is_refused(ones: int, inputs: int) -> None:
    with pytest.raises(TableError, match=f"{ones} does not fit the {2**inputs} rows of {inputs}"):
        classify(ones, inputs)


@pytest.mark.parametrize("order", list(itertools.product(range(-1, 3), repeat=2)))
def test_an_order_names_every_input_once(order: tuple[int, int]) -> None:
    if sorted(order) == [0, 1]:
        assert Transform(order, (False, False), False).inputs == order
    else:
        with pytest.raises(TableError, match="name each of 0 to 1 once"):
            Transform(order, (False, False), False)


def test_a_transform_has_a_negation_for_each_input() -> None:
    with pytest.raises(TableError, match="1 negations for 2 inputs"):
        Transform((0, 1), (False,), False)
    with pytest.raises(TableError, match="functions of 0 inputs are not classified"):
        Transform((), (), False)
