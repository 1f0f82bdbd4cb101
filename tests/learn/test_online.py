"""Online gradient descent in its three orders, against plain loops over one restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import Online
from gatewright.learn.optimisers.state import State

if TYPE_CHECKING:
    from tests.learn.conftest import ByHand

INITS = np.random.default_rng(22).normal(size=(3, 13))
EPOCHS = 20


def run(method: Online, rows: Objective, epochs: int = EPOCHS) -> State:
    state, generator = method.start(rows, INITS), np.random.default_rng(6)
    for _ in range(epochs):
        state = method.step(rows, state, generator)
    return state


def row_by_row(start: Floats, order: list[int], xor: Objective, by_hand: ByHand) -> Floats:
    theta = start
    for row in order:
        theta = theta - 0.4 * by_hand(theta, xor.x[[row]], xor.y[[row]])[1]
    return theta


def orders(
    method: Online, rows: int, restarts: int, epochs: int, seed: int = 6
) -> list[list[list[int]]]:
    """The rows of every epoch of every restart."""
    generator = np.random.default_rng(seed)
    return [method.order_of(rows, np.arange(restarts), generator).tolist() for _ in range(epochs)]


def test_the_start_sees_every_row(xor: Objective) -> None:
    state = Online().start(xor, INITS)
    found = xor.gradient(INITS)
    assert np.array_equal(state.theta, INITS)
    assert np.array_equal(state.loss, found.loss)
    assert np.array_equal(state.error, found.error)
    assert state.restart.tolist() == [0, 1, 2]


def test_in_order(xor: Objective, by_hand: ByHand) -> None:
    state = run(Online(lr=0.4), xor)
    plain = [row_by_row(start, [0, 1, 2, 3] * EPOCHS, xor, by_hand) for start in INITS]
    assert state.theta == pytest.approx(np.array(plain), rel=1e-10, abs=1e-11)
    assert np.abs(state.theta - INITS).max() > 0.3
    # Loss and error are those of all rows, not of the last one.
    assert state.loss == pytest.approx([by_hand(each, xor.x, xor.y)[0] for each in plain], rel=1e-9)
    assert np.array_equal(state.error, xor.residuals(state.theta).error)


@pytest.mark.parametrize("method", [Online(0.4, "shuffled"), Online(0.4, "random", draws=7)])
def test_rows_that_are_drawn(method: Online, xor: Objective, by_hand: ByHand) -> None:
    drawn = orders(method, 4, 3, EPOCHS)
    plain = [
        row_by_row(start, [row for epoch in drawn for row in epoch[one]], xor, by_hand)
        for one, start in enumerate(INITS)
    ]
    assert run(method, xor).theta == pytest.approx(np.array(plain), rel=1e-10, abs=1e-11)


def test_in_order_is_the_same_for_all_and_draws_nothing() -> None:
    generator = np.random.default_rng(3)
    assert Online().order_of(4, np.array([0, 5]), generator).tolist() == [[0, 1, 2, 3]] * 2
    assert generator.random() == np.random.default_rng(3).random()
    assert generator.bit_generator.seed_seq.n_children_spawned == 0  # type: ignore[attr-defined] # of a SeedSequence


def test_shuffled_visits_every_row_once_an_epoch_in_an_order_that_changes() -> None:
    epochs = orders(Online(order="shuffled"), 6, 50, 40)
    for epoch in epochs:
        assert all(sorted(order) == [0, 1, 2, 3, 4, 5] for order in epoch)
    different = {tuple(order) for epoch in epochs for order in epoch}
    # 2 000 orders out of 720 possible: of these some 45 are missed by chance.
    assert 640 < len(different) <= 720
    first = np.bincount([order[0] for epoch in epochs for order in epoch], minlength=6)
    assert np.abs(first - 2000 / 6).max() < 5 * np.sqrt(2000 * 5 / 36)


def test_random_draws_rows_with_replacement() -> None:
    epochs = orders(Online(order="random", draws=9), 5, 30, 40)
    assert all(len(order) == 9 for epoch in epochs for order in epoch)
    counts = np.bincount(np.array(epochs).ravel(), minlength=5)
    assert len(counts) == 5
    total = 30 * 40 * 9
    assert np.abs(counts - total / 5).max() < 5 * np.sqrt(total * 4 / 25)
    pairs = np.array(epochs)[:, :, :-1] == np.array(epochs)[:, :, 1:]
    assert abs(pairs.mean() - 0.2) < 0.02  # the row just seen is as likely as any other


def test_random_draws_as_many_as_there_are_rows_where_it_is_not_said() -> None:
    assert {len(order) for order in orders(Online(order="random"), 6, 3, 1)[0]} == {6}


@pytest.mark.parametrize("method", [Online(order="shuffled"), Online(order="random", draws=8)])
def test_what_a_restart_sees_does_not_depend_on_who_else_is_running(method: Online) -> None:
    everyone = orders(method, 4, 9, 5)
    for running in ([0], [8], [2, 5], [1, 8]):
        generator = np.random.default_rng(6)
        for epoch in everyone:
            found = method.order_of(4, np.array(running), generator).tolist()
            assert found == [epoch[one] for one in running]


@pytest.mark.parametrize("method", [Online(order="shuffled"), Online(order="random", draws=8)])
def test_the_seed_the_restart_and_the_epoch_decide(method: Online) -> None:
    one, again, other = (orders(method, 4, 6, 6, seed) for seed in (1, 1, 2))
    assert one == again
    flat = [tuple(order) for epoch in one for order in epoch]
    assert one != other
    assert len(set(flat)) > 12
