"""Arrays that grow instead of overflowing: the same as Python's integers, element by element."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.whole_numbers import (
    WholeNumbers,
    leaves_whole_numbers,
    whole_numbers,
)

NUMBERS = [0, 1, 2, 3, 63, 64, 255, 777777, 2**31, 2**40 + 1, 2**61, 2**62 - 1]

X, Y = 2**61, 2**62 - 1

BINARY: list[Callable[[Any, Any], Any]] = [
    *(operator.add, operator.sub, operator.mul, operator.and_, operator.or_, operator.xor),
    *(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
]
BY_CONSTANT: list[Callable[[Any, Any], Any]] = [
    *(
        operator.lshift,
        operator.rshift,
        operator.mod,
        operator.floordiv,
        operator.pow,
        operator.mul,
    ),
]


def array(values: list[int]) -> Any:
    return whole_numbers(np.array(values, dtype=np.int64))


@st.composite
def programs(draw: st.DrawFn) -> Callable[[Any, Any], Any]:
    """What a reference may do: a few operators in a row, on two buses and what came before."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*BINARY, *BY_CONSTANT]),
                st.integers(0, 5),
                st.integers(0, 5),
                st.sampled_from([1, 2, 3, 7, 40, 64]),
            ),
            min_size=1,
            max_size=5,
        )
    )

    def run(a: Any, b: Any) -> Any:
        known = [a, b]
        for operation, one, other, constant in steps:
            left, right = known[one % len(known)], known[other % len(known)]
            if operation is operator.pow:
                constant %= 4
            known.append(operation(left, constant if operation in BY_CONSTANT else right))
        return known[-1]

    return run


@given(programs(), st.lists(st.tuples(*[st.sampled_from(NUMBERS)] * 2), min_size=1, max_size=8))
def test_operators_give_what_whole_numbers_give(
    run: Callable[[Any, Any], Any], pairs: list[tuple[int, int]]
) -> None:
    a, b = ([pair[side] for pair in pairs] for side in (0, 1))
    made = run(array(a), array(b))
    assert isinstance(made, WholeNumbers)
    assert [int(x) for x in made.tolist()] == [int(run(x, y)) for x, y in pairs]


def test_a_truth_value_is_shifted_as_far_as_one_likes() -> None:
    a = array([3, 777777])
    assert ((a == 777777) << 64).tolist() == [0, 2**64]
    assert ((a == 777777) << 8).dtype == np.int64
    with pytest.raises(OverflowError, match="shifted by more than 65536 places"):
        _ = a << 10**9


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        (lambda a: a.sum(), X + Y),
        (lambda a: np.sum(a), X + Y),
        (lambda a: a.prod(), X * Y),
        (lambda a: np.prod(a), X * Y),
        (lambda a: np.cumsum(a)[-1], X + Y),
        (lambda a: a.cumsum()[-1], X + Y),
        (lambda a: np.dot(a, a), X * X + Y * Y),
        (lambda a: a.dot(a), X * X + Y * Y),
        (lambda a: a @ a, X * X + Y * Y),
        (lambda a: np.einsum("i,i->", a, a), X * X + Y * Y),
        (lambda a: np.power(a, 3)[-1], Y**3),
        (lambda a: (a * np.uint8(200))[-1], 200 * Y),
        (lambda a: (a * np.uint64(2**63))[-1], 2**63 * Y),
        (lambda a: (np.array([250, 250], dtype=np.uint8) + (a > 0))[-1], 251),
        (lambda a: np.stack([a, a]).sum(), 2 * (X + Y)),
        (lambda a: np.where(a > 1, a, 0)[-1] * 4, 4 * Y),
        (lambda a: sum(a) * 4, 4 * (X + Y)),
        (lambda a: a[1] * a[1], Y**2),
        (lambda a: np.concatenate([a, a])[-1] * 4, 4 * Y),
        (lambda a: abs(-a)[-1] * 4, 4 * Y),
        (lambda a: np.square(a)[-1], Y**2),
        (lambda a: np.add.reduce(a) * 4, 4 * (X + Y)),
        (lambda a: np.multiply.outer(a, a)[-1, -1], Y**2),
        (lambda a: ((a > 0) + (a > 1))[-1], 2),
    ],
)
def test_functions_of_numpy_do_not_overflow_either(run: Callable[[Any], Any], wanted: int) -> None:
    got = run(array([X, Y]))
    assert not leaves_whole_numbers(got)
    assert int(got) == wanted


def test_nothing_can_be_written_to_what_is_handed_out() -> None:
    a = array([3, 5])
    with pytest.raises(ValueError, match="read-only"):
        a -= a % 2
    with pytest.raises(ValueError, match="read-only"):
        a[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        np.add(a, a, out=a)
    assert a.tolist() == [3, 5]
    b = a + 0
    b += 1
    b <<= 2
    assert b.tolist() == [16, 24]
    with pytest.raises(OverflowError, match="does not fit int64"):
        b <<= 62


def test_numbers_beyond_int64_meet_arrays_in_any_operation() -> None:
    a = array([5, 6])
    assert (a % 2**70).tolist() == [5, 6]
    assert (a & (2**70 - 1)).tolist() == [5, 6]
    assert ((a << 70) >> 69).tolist() == [10, 12]
    assert (a < 2**70).tolist() == [True, True]
    assert whole_numbers(np.array([2**70, 1], dtype=object))[0] == 2**70


def test_a_narrow_type_is_refused_where_a_number_does_not_fit() -> None:
    assert array([3, 255]).astype(np.uint8).tolist() == [3, 255]
    with pytest.raises(OverflowError, match="does not fit uint8"):
        array([3, 256]).astype(np.uint8)


def test_what_left_is_told_from_what_stayed() -> None:
    a, table = array([1, 0]), np.array([5, 6])
    assert leaves_whole_numbers(table[a])
    assert leaves_whole_numbers(np.asarray(a))
    assert not leaves_whole_numbers(table[1])  # a constant, whatever the pattern
    assert not leaves_whole_numbers(whole_numbers(table)[a])
    assert whole_numbers(table)[a].tolist() == [6, 5]
    assert not leaves_whole_numbers(7)
    # Neither is seen to have been computed by Python, though it may have been.
    assert leaves_whole_numbers(np.array([2**70], dtype=object))
    assert leaves_whole_numbers([1, 2])


def test_bounds_are_kept_so_that_arrays_are_rarely_looked_at() -> None:
    a = whole_numbers(np.array([0, 1]), most=2**20 - 1)
    made: Any = a * a + 1
    assert made._bounds == (1, (2**20 - 1) ** 2 + 1)
    assert ((a * a) * (a * a)).tolist() == [0, 1]  # 2^80 by the bounds, 1 by the numbers
    assert ((a * a) * (a * a)).dtype == np.int64


def test_a_result_of_another_kind_is_left_alone() -> None:
    a = array([4, 9])
    assert np.sqrt(a).tolist() == [2.0, 3.0]
    assert type(np.sqrt(a)) is np.ndarray
    assert [each.tolist() for each in np.divmod(a, 4)] == [[1, 2], [0, 1]]
    assert bool((a == [4, 9]).all()) is True
    assert a[a > 5].tolist() == [9]
    assert array([]).sum() == 0


RARE = 777


def rarely() -> Any:
    """A bus that is 777 in one of two patterns."""
    return whole_numbers(np.array([5, RARE]), most=1023)


@pytest.mark.parametrize(
    "run",
    [
        lambda a: a * 0.5,
        lambda a: a**0.5,
        lambda a: (a * 0.5).astype(np.int64),
        lambda a: np.sqrt(a),
        lambda a: (np.asarray(a == RARE) << 64) + a * 0,
        lambda a: a * 0 + (np.asarray(a == RARE) << 64),
        lambda a: np.where(a == RARE, np.asarray(a == RARE) << 64, a * 0),
        lambda a: np.where(np.asarray(a * 2**40) * 2**40 > 0, a, 0),
        lambda a: np.concatenate([a, np.asarray(a) << 64]),
        lambda a: [v << 64 for v in np.asarray(a == RARE).astype(np.int64)],
        lambda a: (np.asarray(a == RARE) << 64).tolist(),
        lambda a: (np.asarray(a == RARE) << 64).astype(object),
        lambda a: np.vander(a, 8)[:, 0],
        lambda a: np.polyval([1, 0], a),
        lambda a: a + np.array([1, 1]),
        lambda a: np.add(a, [1, 1]),
        lambda a: whole_numbers(np.array([7, 8]))[np.asarray(a == RARE).astype(np.int64)],
        lambda a: np.frompyfunc(lambda x: x, 1, 1)(a),
    ],
)
def test_a_result_is_what_its_parts_are(run: Callable[[Any], Any]) -> None:
    """Nothing that was ever out of sight comes back as if it had been in sight."""
    assert leaves_whole_numbers(run(rarely()))


def test_floats_are_computed_with_as_floats() -> None:
    assert (rarely() * 0.5).tolist() == [2.5, 388.5]
    assert np.allclose(rarely() ** 0.5, np.sqrt([5, RARE]))


def test_assigned_items_count() -> None:
    """Bounds that were kept from before the assignment let 2^62 * 4 be 0."""
    a = rarely()
    r = a * 0
    v = r[:]
    assert (v + 0).tolist() == [0, 0]
    r[a == RARE] = 2**62
    assert (r * 4).tolist() == (v * 4).tolist() == [0, 2**64]
    r += 1
    assert (r * 4).tolist() == [4, 2**64 + 4]


def refused_writes() -> list[Callable[[Any, Any], Any]]:
    def add_at(r: Any, _: Any) -> None:
        np.add.at(r, [0], 2**62)

    def in_place(r: Any, plain: Any) -> None:
        r += plain

    def assigned(r: Any, plain: Any) -> None:
        r[:] = plain

    def copied(r: Any, plain: Any) -> None:
        np.copyto(r, plain)

    def filled(r: Any, plain: Any) -> None:
        r.fill(plain[0])

    def into(r: Any, plain: Any) -> None:
        np.add(plain, plain, out=r)

    def too_wide(r: Any, _: Any) -> None:
        r[0] = 2**64

    return [add_at, in_place, assigned, copied, filled, into, too_wide]


@pytest.mark.parametrize("write", refused_writes())
def test_nothing_is_written_that_is_not_looked_at(write: Callable[[Any, Any], Any]) -> None:
    r = rarely() * 0
    r[0] = 1
    with pytest.raises((TypeError, ValueError, OverflowError)):
        write(r, np.array([2**62, 2**62]))
    assert r.tolist() == [1, 0]


def test_what_is_made_of_whole_numbers_is_a_copy_of_them() -> None:
    table = np.array([1, 2])
    kept = whole_numbers(table, most=2)
    table[0] = 2**62
    assert (kept * 4).tolist() == [4, 8]
    assert whole_numbers([2**70, 1]).tolist() == [2**70, 1]  # type: ignore[arg-type] # a list will do
    for other in (np.array([0.5]), np.array(["1"]), np.array([1, "x"], dtype=object)):
        with pytest.raises(TypeError, match="holds no whole numbers"):
            whole_numbers(other)


def test_lcm_grows_and_narrow_operations_do_not() -> None:
    a, b = array([2**40 + 1]), array([2**41 + 1])
    assert np.lcm(a, b).tolist() == [int(np.lcm.reduce(np.array([2**40 + 1, 2**41 + 1], object)))]
    assert np.gcd(a, 3).dtype == np.int64
    assert np.sum(rarely(), where=np.array([True, False])) == 5
