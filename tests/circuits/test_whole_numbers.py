"""Numbers that grow instead of overflowing: the same as Python's integers, pattern by pattern."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.references.whole_numbers import (
    Case,
    WholeNumbers,
    column,
    left_by,
    plain,
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


def array(values: list[int], case: Case | None = None) -> Any:
    return column(np.array(values), case or Case())


def listed(value: Any) -> list[Any]:
    """What a column holds."""
    assert isinstance(value, WholeNumbers)
    found: list[Any] = plain(value).tolist()
    return found


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
    case = Case()
    a, b = ([pair[side] for pair in pairs] for side in (0, 1))
    made = run(array(a, case), array(b, case))
    assert [int(x) for x in listed(made)] == [int(run(x, y)) for x, y in pairs]
    assert left_by(made, case) == ""


def test_a_truth_value_is_shifted_as_far_as_one_likes() -> None:
    a = array([3, 777777])
    assert listed((a == 777777) << 64) == [0, 2**64]
    assert plain((a == 777777) << 8).dtype == np.int64
    with pytest.raises(OverflowError, match="shifted by more than 65536 places"):
        _ = a << 10**9


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        (lambda a: np.power(a, 3), Y**3),
        (lambda a: a * np.uint8(200), 200 * Y),
        (lambda a: a * np.uint64(2**63), 2**63 * Y),
        (lambda a: np.where(a > 1, a, 0) * 4, 4 * Y),
        (lambda a: np.where(a > 1, 2**70, a), 2**70),
        (lambda a: np.where(a, a, 1) * 4, 4 * Y),
        (lambda a: np.where(True, a, 1) * 4, 4 * Y),
        (lambda a: np.select([a == X, a == Y], [1, a], 7) * 4, 4 * Y),
        (lambda a: np.clip(a, 3, X + 1), X + 1),
        (lambda a: np.clip(a, 2**63, None), 2**63),
        (lambda a: a * a, Y**2),
        (lambda a: abs(-a) * 4, 4 * Y),
        (lambda a: +a * 4, 4 * Y),
        (lambda a: np.square(a), Y**2),
        (lambda a: (a > 0) + (a > 1), 2),
        (lambda a: np.minimum(a, 5) - np.maximum(a, 5), 5 - Y),
        (lambda a: divmod(a, 4)[0] * 16, Y // 4 * 16),
        (lambda a: divmod(a, 4)[1], Y % 4),
        (lambda a: np.zeros_like(a) + 2**64, 2**64),
        (lambda a: np.ones_like(a) << 64, 2**64),
        (lambda a: np.full_like(a, 300), 300),
        (lambda a: np.copy(a) * 4, 4 * Y),
        (lambda a: a.copy() * 4, 4 * Y),
        (lambda a: a.astype(np.int64) * 4, 4 * Y),
        (lambda a: a.astype(object) * 4, 4 * Y),
        (lambda a: a.astype(bool) << 64, 2**64),
        (lambda a: whole_numbers([5])[a * 0] * a, 5 * Y),
        (lambda a: whole_numbers(7) * a, 7 * Y),
        (lambda a: a.__deepcopy__({}) * 4, 4 * Y),
    ],
)
def test_what_is_done_to_each_number_stays(run: Callable[[Any], Any], wanted: int) -> None:
    case = Case()
    made = run(array([X, Y], case))
    assert int(listed(made)[-1]) == wanted
    assert left_by(made, case) == ""


RARE = 777


def failing(run: Callable[[], Any]) -> Any:
    """0, for whoever has caught an error."""
    try:
        run()
    except (ArithmeticError, ValueError, IndexError):
        return 0
    raise AssertionError


@pytest.mark.parametrize(
    ("run", "what"),
    [
        # floats
        (lambda a: a * 0.5, "floats"),
        (lambda a: a**0.5, "floats"),
        (lambda a: a + np.float64(1), "floats"),
        (lambda a: np.sqrt(a), "np.sqrt"),
        (lambda a: a / 2, "np.divide"),
        (lambda a: a.astype(float), "'.astype'"),
        (lambda a: float(a[0]), "single values"),
        # arrays of NumPy, with their own arithmetic
        (lambda a: np.asarray(a), "an array of NumPy's own"),
        (lambda a: np.array(a, dtype=np.int8, subok=True), "an array of NumPy's own"),
        (lambda a: np.asanyarray(a << 8, dtype=np.int64), "an array of NumPy's own"),
        (lambda a: np.int8(a * 0), "an array of NumPy's own"),
        (lambda a: np.int64(a), "an array of NumPy's own"),
        (lambda a: a + np.array([1, 1]), "an array of NumPy's own"),
        (lambda a: np.add(a, [1, 1]), "an array of NumPy's own"),
        (lambda a: np.where(np.asarray(a) > 1, a, 0), "an array of NumPy's own"),
        (lambda a: a.view(), "'.view'"),
        (lambda a: a.getfield(np.int8), "'.getfield'"),
        (lambda a: (a & 1).choose([np.array([1, 2]), 3]), "'.choose'"),
        (lambda a: np.array(list(a.flat)), "'.flat'"),
        (lambda a: np.full_like(a, 300, dtype=np.int64), "np.full_like"),
        (lambda a: np.add(a, a, dtype=np.int64), "np.add"),
        (lambda a: np.frompyfunc(lambda x: x, 1, 1)(a), "np."),
        (lambda a: np.vectorize(lambda x: x)(a), ""),
        # other patterns
        (lambda a: np.sort(a), "np.sort"),
        (lambda a: np.cumsum(a), "np.cumsum"),
        (lambda a: np.roll(a, 1), "np.roll"),
        (lambda a: np.unique(a), "np.unique"),
        (lambda a: np.argsort(a), "np.argsort"),
        (lambda a: a.argsort(), "'.argsort'"),
        (lambda a: a[::-1], "taking out single values"),
        (lambda a: a[a > 5], "taking out single values"),
        (lambda a: a + a[0], "taking out single values"),
        (lambda a: a + a.sum(), "'.sum'"),
        (lambda a: a + a.max(), "'.max'"),
        (lambda a: a + len(a), "the number of patterns"),
        (lambda a: a + a.size, "'.size'"),
        (lambda a: a + a.shape[0], "'.shape'"),
        (lambda a: a if a.dtype == object else 1, "'.dtype'"),
        (lambda a: a if (a == RARE).any() else 0, "'.any'"),
        (lambda a: a if RARE in a else 0, "a decision for all patterns at once"),
        (lambda a: a if (a == RARE)[:1] else 0, "taking out single values"),
        (lambda a: sum(a), "taking out single values"),
        (lambda a: [int(x) for x in a], "taking out single values"),
        (lambda a: a.tolist(), "'.tolist'"),
        (lambda a: a * 0 + len(repr(a)), "text"),
        (lambda a: np.add.reduce(a), "np.add.reduce"),
        (lambda a: np.add.accumulate(a), "np.add.accumulate"),
        (lambda a: np.multiply.outer(a, a), "np.multiply.outer"),
        (lambda a: np.concatenate([a, a]), "np.concatenate"),
        (lambda a: np.stack([a, a]), "np.stack"),
        (lambda a: a @ a, "np.matmul"),
        (lambda a: np.dot(a, a), "np.dot"),
        (lambda a: np.einsum("i,i->", a, a), "np.einsum"),
        # tables
        (lambda a: a + whole_numbers([1, 2]), "a table met by a bus"),
        (lambda a: np.where(a > 5, whole_numbers([1, 2]), 0), "np.where"),
        (lambda _: whole_numbers([1, 2]), "a table, or values of another call"),
        (lambda a: whole_numbers([8, 9])[a == RARE], "taking out single values"),
        (lambda a: whole_numbers([[1, 2]] * 9)[a % 9, :], "taking out single values"),
        (lambda a: whole_numbers([1, 2])[[a % 2]], "taking out single values"),
        (lambda a: whole_numbers([[1, 2]] * 9)[a % 9, :][0], "taking out single values"),
        (lambda a: failing(lambda: a // (a - 5)), "an error"),
        (lambda a: failing(lambda: a << (5 - a)), "an error"),
        (lambda a: failing(lambda: whole_numbers([1, 2])[a]), "an error"),
        (lambda a: failing(lambda: a.astype(np.int8)), "an error"),
        (lambda a: whole_numbers(np.asarray(a)), "an array of NumPy's own"),
        (lambda _: np.array([1, 2]), "an array of NumPy's own"),
        (lambda _: [1, 2], "an array of NumPy's own"),
        (lambda a: a + column(np.array([1, 2]), Case()), "values of another call"),
        (lambda _: column(np.array([1, 2]), Case()), "values of another call"),
    ],
)
def test_whatever_else_is_done_is_noted(run: Callable[[Any], Any], what: str) -> None:
    """Nothing that was ever out of sight comes back as if it had been in sight."""
    case = Case()
    left = left_by(run(column(np.array([5, RARE]), case, most=1023)), case)
    assert left
    assert what in left


def test_what_left_is_computed_as_numpy_does() -> None:
    a = array([5, RARE])
    assert (a * 0.5).tolist() == [2.5, 388.5]
    assert np.sort(array([3, 1])).tolist() == [1, 3]
    assert a.sum() == 782
    assert (a + np.array([1, 2])).tolist() == [6, 779]
    assert np.add.reduce(a, where=np.array([True, False])) == 5
    assert [int(x) for x in a] == [5, RARE]
    assert (len(a), 5 in a, a.shape) == (2, True, (2,))
    assert bool(array([1]))
    for number in (int, float, operator.index):
        with pytest.raises(TypeError):
            number(a)
    assert repr(a) == "whole_numbers(array([  5, 777]))"
    with pytest.raises(AttributeError, match="whole numbers have no 'nonsense'"):
        _ = a.nonsense
    with pytest.raises(TypeError):
        hash(a)
    with pytest.raises(TypeError, match="whole numbers are not kept"):
        pickle.dumps(a)


def test_a_constant_for_all_patterns_can_be_relied_on() -> None:
    for constant in (7, True, np.int64(3), 2**70):
        assert left_by(constant, Case()) == ""
    assert left_by(np.array(3), Case()) == ""


@pytest.mark.parametrize(
    ("run", "error", "text"),
    [
        (lambda a: a // (a - 5), ZeroDivisionError, "divided by 0"),
        (lambda a: a % (a - 5), ZeroDivisionError, "divided by 0"),
        (lambda a: divmod(a, a - 5), ZeroDivisionError, "divided by 0"),
        (lambda a: a // 0, ZeroDivisionError, "divided by 0"),
        (lambda a: 7 % (a - 5), ZeroDivisionError, "divided by 0"),
        (lambda a: (a * 2**70) // (a - 5), ZeroDivisionError, "by 0|by zero|modulo"),
        (lambda a: 255 >> (a - 6), ValueError, "shifted by a negative one"),
        (lambda a: a << -1, ValueError, "shifted by a negative one"),
        (lambda a: a << (a - 6), ValueError, "shifted by a negative one"),
        (lambda a: a**-1, ValueError, "raised to a negative one"),
        (lambda a: a ** (a - 6), ValueError, "raised to a negative one"),
    ],
)
def test_what_whole_numbers_do_not_have_is_an_error(
    run: Callable[[Any], Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        run(array([5, RARE]))


def test_what_is_handed_out_cannot_be_written_to() -> None:
    a = array([3, 5])
    with pytest.raises(ValueError, match="read-only"):
        a -= a % 2
    with pytest.raises(ValueError, match="read-only"):
        a[a == 3] = 1
    with pytest.raises(ValueError, match="read-only"):
        np.add(a, a, out=a)
    a.view()[0] = np.asarray(a)[0] = 1  # copies
    assert listed(a) == [3, 5]
    b = a + 0
    b += 1
    b <<= 2
    assert listed(b) == [16, 24]
    b <<= 62
    assert listed(b) == [16 << 62, 24 << 62]


def test_values_are_chosen_by_assigning_them() -> None:
    case = Case()
    a = array([5, RARE], case)
    r = a * 0
    before = r
    r[a == RARE] = 2**62
    assert listed(before * 4) == listed(r * 4) == [0, 2**64]
    r[a == 5] = a
    assert listed(r) == [5, 2**62]
    assert left_by(r, case) == ""
    for key, value in ((0, 1), (slice(None), 1), (a == 5, np.array([1, 2])), (a == 5, 0.5)):
        with pytest.raises(TypeError, match="choose by a truth value for each pattern"):
            r[key] = value
    with pytest.raises(TypeError, match=r"whole numbers have no np\.add\.at"):
        np.add.at(r, [0], 1)
    np.copyto(r, 1)  # writes to a copy
    with pytest.raises(TypeError):
        r += np.array([1, 2])
    assert listed(r) == [5, 2**62]


def test_numbers_beyond_int64_meet_columns_in_any_operation() -> None:
    a = array([5, 6])
    assert listed(a % 2**70) == [5, 6]
    assert listed(a & (2**70 - 1)) == [5, 6]
    assert listed((a << 70) >> 69) == [10, 12]
    assert listed(a < 2**70) == [True, True]
    assert listed(a >> 100) == [0, 0]
    assert listed(np.where(a == 5, 2**70, 1)) == [2**70, 1]


def test_a_narrow_type_is_refused_where_a_number_does_not_fit() -> None:
    assert listed(array([3, 255]).astype(np.uint8) + 1) == [4, 256]
    with pytest.raises(OverflowError, match="does not fit uint8"):
        array([3, 256]).astype(np.uint8)
    with pytest.raises(OverflowError, match="does not fit int8"):
        (array([255]) * 256).astype(np.int8)


def test_a_table_is_looked_into_by_columns() -> None:
    case = Case()
    a = array([1, 0], case)
    table = whole_numbers(np.array([5, 2**62]))
    assert listed(table[a] * 4) == [2**64, 20]
    assert listed(table[a - 1]) == [5, 2**62]  # as Python's lists count from behind
    assert listed(whole_numbers([[1, 2], [3, 4]])[a, 1]) == [4, 2]
    assert listed(whole_numbers([[1, 2], [3, 4]])[a, a]) == [4, 1]
    assert listed(table[a.astype(object)]) == [2**62, 5]
    assert table[0] == 5
    assert listed(table[1:]) == [2**62]
    assert listed(table * 4) == [20, 2**64]
    assert case.left == ""
    with pytest.raises(IndexError):
        _ = table[a + 1]
    with pytest.raises(ValueError, match="read-only"):
        table[a == 0] = 1


def test_what_is_made_of_whole_numbers_is_a_copy_of_them() -> None:
    table = np.array([1, 2])
    kept = whole_numbers(table)
    table[0] = 2**62
    assert listed(kept * 4) == [4, 8]
    assert listed(whole_numbers([2**70, 1])) == [2**70, 1]
    assert plain(whole_numbers(np.array([2**63], dtype=np.uint64))).dtype == object
    for other in (np.array([0.5]), np.array(["1"]), np.array([1, "x"], dtype=object)):
        with pytest.raises(TypeError, match="does not hold whole numbers"):
            whole_numbers(other)


def test_bounds_are_kept_so_that_columns_are_rarely_looked_at() -> None:
    a = column(np.array([0, 1]), Case(), most=2**20 - 1)
    made: Any = a * a + 1
    assert made._bounds == (1, (2**20 - 1) ** 2 + 1)
    assert listed((a * a) * (a * a)) == [0, 1]  # 2^80 by the bounds, 1 by the numbers
    assert plain((a * a) * (a * a)).dtype == np.int64


def test_lcm_grows_and_narrow_operations_do_not() -> None:
    case = Case()
    a, b = array([2**40 + 1], case), array([2**41 + 1], case)
    wanted = int(np.lcm.reduce(np.array([2**40 + 1, 2**41 + 1], object)))
    assert listed(np.lcm(a, b)) == [wanted]
    assert plain(np.gcd(a, 3)).dtype == np.int64
    assert listed(column(np.array([], dtype=np.int64), case) + 1) == []
