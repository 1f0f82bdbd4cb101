"""Which functions one threshold unit computes, against the numbers that are known."""

from __future__ import annotations

import pytest

from gatewright.gates.training.separable import MOST_INPUTS, separable


@pytest.mark.parametrize(("inputs", "known"), [(1, 4), (2, 14), (3, 104)])
def test_there_are_as_many_as_are_known(inputs: int, known: int) -> None:
    """The numbers of threshold functions, https://oeis.org/A000609."""
    found = [separable(ones, inputs) for ones in range(1 << (1 << inputs))]
    assert found.count(True) == known
    assert None not in found


@pytest.mark.parametrize("inputs", [4, 6, 8])
def test_a_function_that_never_falls_need_not_be_one(inputs: int) -> None:
    pairs = [3 << place for place in range(0, inputs, 2)]
    rows = [row for row in range(1 << inputs) if any(row & pair == pair for pair in pairs)]
    assert separable(sum(1 << row for row in rows), inputs) is False
    most = sum(1 << row for row in range(1 << inputs) if row.bit_count() > inputs // 2)
    assert separable(most, inputs) is True


def test_rows_that_do_not_matter_are_left_out() -> None:
    assert separable(0b0110, 2) is False
    assert separable(0b0110, 2, 0b0111) is True


def test_of_wide_functions_only_what_is_quickly_seen_is_said() -> None:
    inputs = MOST_INPUTS + 1
    parity = sum(1 << row for row in range(1 << inputs) if row.bit_count() & 1)
    assert separable(parity, inputs) is False
    assert separable(1 << ((1 << inputs) - 1), inputs) is None
