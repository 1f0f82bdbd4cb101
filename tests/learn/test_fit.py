"""The training loop: who leaves the batch and when, what is told, what becomes of a divergence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.fit import Fit, Progress, fit
from gatewright.learn.history import MOST
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import (
    LBFGS,
    Adam,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Online,
    Optimiser,
)

INITS = np.random.default_rng(51).normal(scale=1.5, size=(30, 13))


@dataclass
class Spy:
    """An optimiser that remembers which restarts every step was asked to move, and where they went."""

    method: Optimiser
    batches: list[list[int]] = field(default_factory=list)
    thetas: list[dict[int, Floats]] = field(default_factory=list)

    name: ClassVar[str] = "spy"
    epochs: ClassVar[int] = 1

    def start(self, objective: Objective, theta: Floats) -> Any:
        return self._noted(self.method.start(objective, theta))

    def step(self, objective: Objective, state: Any, generator: np.random.Generator) -> Any:
        self.batches.append(state.restart.tolist())
        return self._noted(self.method.step(objective, state, generator))

    def _noted(self, state: Any) -> Any:
        self.thetas.append(dict(zip(state.restart.tolist(), state.theta.copy(), strict=True)))
        return state


def train(
    rows: Objective, method: Optimiser, theta: Floats = INITS, epochs: int = 12, **options: Any
) -> Fit:
    options = {"tolerance": 0.1} | options
    return fit(rows, method, theta, np.random.default_rng(1), epochs=epochs, **options)


def test_a_restart_that_is_solved_leaves_the_batch(xor: Objective) -> None:
    spy = Spy(LevenbergMarquardt())
    result = train(xor, spy)
    assert 10 < result.solved.sum() < 30
    assert len(set(result.epochs[result.solved].tolist())) > 4
    for epoch, batch in enumerate(spy.batches, 1):
        assert batch == np.flatnonzero(result.epochs >= epoch).tolist()
    sizes = [len(batch) for batch in spy.batches]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 30
    assert sizes[-1] < 25


def test_its_parameters_are_those_with_which_it_was_solved(xor: Objective) -> None:
    spy = Spy(LevenbergMarquardt())
    result = train(xor, spy)
    for one in range(30):
        epoch = result.epochs[one]
        assert np.array_equal(result.theta[one], spy.thetas[epoch][one])
        errors = [xor.residuals(spy.thetas[at][one][None]).error[0] for at in range(epoch + 1)]
        assert result.error[one] == pytest.approx(errors[-1], rel=1e-12)
        assert min(errors[:-1], default=1.0) > 0.1  # not a moment later than it could have been
        assert result.solved[one] == (errors[-1] <= 0.1)
        assert result.solved[one] or epoch == 12
    squares = (xor.residuals(result.theta).each ** 2).sum(1)
    assert result.loss == pytest.approx(squares, rel=1e-12)
    assert not result.diverged.any()


def test_a_start_that_is_right_already_runs_no_epoch() -> None:
    x = np.array([[0.0], [1.0]])
    rows = Objective(Architecture((1, 1), ("identity",)), x, 2.0 * x + 1.0)
    spy = Spy(GradientDescent(lr=0.5))
    result = train(rows, spy, np.array([[2.0, 1.0], [2.05, 1.0], [0.0, 0.0]]))
    assert result.epochs[:2].tolist() == [0, 0]
    assert result.theta[:2].tolist() == [[2.0, 1.0], [2.05, 1.0]]
    assert result.solved.all()
    assert spy.batches[0] == [2]


def test_when_all_are_solved_the_training_ends(xor: Objective) -> None:
    seen: list[Progress] = []
    solvable = INITS[train(xor, LevenbergMarquardt()).solved]
    result = train(xor, LevenbergMarquardt(), solvable, epochs=100_000, watch=seen.append)
    assert result.solved.all()
    assert seen[-1].epoch == result.epochs.max() <= 12
    assert (seen[-1].solved, seen[-1].epochs) == (len(solvable), 100_000)


def test_late_means_that_all_run_to_the_end(xor: Objective) -> None:
    spy = Spy(Adam(lr=0.1))
    result = train(xor, spy, early_stopping=False, epochs=120)
    assert spy.batches == [list(range(30))] * 120
    assert result.epochs.tolist() == [120] * 30
    assert np.array_equal(result.theta, np.array([spy.thetas[-1][one] for one in range(30)]))
    assert np.array_equal(result.solved, xor.gradient(result.theta).error <= 0.1)
    assert 0 < result.solved.sum() < 30


def test_late_what_counts_is_the_end() -> None:
    """A restart that has been right and has left again is not solved: it swings between 0 and 2."""
    rows = Objective(
        Architecture((1, 1), ("identity",)), np.array([[0.0]]), np.array([[1.0]]), loss="half-sse"
    )
    swinging = np.array([[0.0, 0.995]])
    early = fit(
        rows, GradientDescent(lr=2.1), swinging, np.random.default_rng(0), epochs=60, tolerance=0.01
    )
    assert early.epochs.tolist() == [0]
    late = fit(
        rows,
        GradientDescent(lr=2.1),
        swinging,
        np.random.default_rng(0),
        epochs=60,
        tolerance=0.01,
        early_stopping=False,
    )
    assert late.solved.tolist() == [False]
    assert late.error[0] == pytest.approx(0.005 * 1.1**60, rel=1e-9)


LINE = Objective(
    Architecture((2, 2, 1), ("relu", "identity")),
    np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
    np.array([[0.0], [1.0], [1.0], [2.0]]),
)
RIGHT = np.array([1.0, 0.0, 1.0, 0.0, 0.0, -1.0, 1.0, 0.0, 0.0])  # relu(x₁ + x₂)
WILD = np.full(9, 0.9)


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize(
    "method", [GradientDescent(lr=50.0), Momentum(lr=50.0), Online(lr=50.0), Adam(lr=1e200)]
)
def test_a_restart_that_diverges_leaves_and_is_said_to(method: Optimiser, watched: bool) -> None:
    """No warning escapes either: these would be errors here."""
    spy, seen = Spy(method), list[Progress]()
    result = fit(
        LINE,
        spy,
        np.array([WILD, RIGHT, WILD]),
        np.random.default_rng(0),
        epochs=500,
        tolerance=1e-9,
        watch=seen.append if watched else None,
    )
    assert result.diverged.tolist() == [True, False, True]
    assert result.solved.tolist() == [False, True, False]
    assert result.theta[1].tolist() == RIGHT.tolist()
    when = int(result.epochs[0])
    assert 1 <= when < 200
    assert result.epochs.tolist() == [when, 0, when]
    assert not np.isfinite(result.loss[0])
    assert len(spy.batches) == when  # nothing is left to do
    # Until then its loss was a number, and it was running.
    with np.errstate(over="ignore", invalid="ignore"):
        before = LINE.gradient(spy.thetas[when - 1][0][None]).loss[0]
        after = LINE.gradient(spy.thetas[when][0][None]).loss[0]
    assert np.isfinite(before)
    assert not np.isfinite(after)
    if watched:
        assert [each.epoch for each in seen] == list(range(when + 1))
        assert all(each.loss == 0.0 for each in seen)  # that of the restart that is right


def test_where_all_diverge_no_number_is_left_to_tell() -> None:
    seen: list[Progress] = []
    generator = np.random.default_rng(0)
    result = fit(
        LINE, Online(lr=1e308), WILD[None], generator, epochs=9, tolerance=0.1, watch=seen.append
    )
    assert result.diverged.tolist() == [True]
    assert not np.isfinite(seen[-1].loss)
    assert seen[-1].solved == 0


def test_others_do_not_notice_a_divergence() -> None:
    # This rate throws out the first of them and suits the others.
    rows = Objective(
        Architecture((1, 1, 1), ("identity",) * 2), np.array([[1.0]]), np.array([[1.0]])
    )
    starts = np.array([[30.0, 0.0, 30.0, 0.0], [0.5, 0.1, 0.4, 0.0], [0.3, 0.2, 0.9, 0.1]])
    together = train(rows, GradientDescent(lr=0.05), starts, tolerance=1e-3, epochs=300)
    assert together.diverged.tolist() == [True, False, False]
    assert together.solved.tolist() == [False, True, True]
    without = train(rows, GradientDescent(lr=0.05), starts[1:], tolerance=1e-3, epochs=300)
    assert np.array_equal(together.theta[1:], without.theta)
    assert np.array_equal(together.epochs[1:], without.epochs)


@pytest.mark.parametrize("method", [LBFGS(), LevenbergMarquardt()])
def test_methods_that_look_before_they_step_do_not_diverge(method: Optimiser) -> None:
    starts = np.random.default_rng(2).normal(scale=50.0, size=(20, 9))
    result = train(LINE, method, starts)
    assert not result.diverged.any()
    assert np.isfinite(result.theta).all()


def test_a_start_that_is_no_number_has_diverged_before_the_first_epoch(xor: Objective) -> None:
    theta = INITS.copy()
    theta[3, 5] = np.nan
    result = train(xor, LevenbergMarquardt(), theta)
    assert np.flatnonzero(result.diverged).tolist() == [3]
    assert result.epochs[3] == 0
    assert not result.solved[3]


@pytest.mark.parametrize("epochs", [0, -3])
def test_no_epochs_are_refused(xor: Objective, epochs: int) -> None:
    with pytest.raises(
        RecipeError, match=f"{epochs} epochs cannot teach anything; give at least 1"
    ):
        train(xor, GradientDescent(), epochs=epochs)


@pytest.mark.parametrize("tolerance", [0.0, -0.1, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_positive_number_is_refused(
    xor: Objective, tolerance: float
) -> None:
    with pytest.raises(
        RecipeError, match=f"a tolerance of {tolerance} cannot be reached; give a positive"
    ):
        train(xor, GradientDescent(), tolerance=tolerance)


def test_watching(xor: Objective) -> None:
    seen: list[Progress] = []
    watched = train(xor, LevenbergMarquardt(), watch=seen.append)
    plain = train(xor, LevenbergMarquardt())
    assert np.array_equal(watched.theta, plain.theta)
    assert [each.epoch for each in seen] == list(range(13))
    assert {(each.epochs, each.restarts) for each in seen} == {(12, 30)}
    for each in seen:
        assert each.solved == (plain.epochs[plain.solved] <= each.epoch).sum()
        here = plain.history.loss[each.epoch]
        assert each.loss == here.min()


def test_the_given_starts_are_left_alone(xor: Objective) -> None:
    theta = INITS.copy()
    result = train(xor, LevenbergMarquardt(), theta)
    assert np.array_equal(theta, INITS)
    assert not np.shares_memory(result.theta, theta)


def test_the_history_of_a_training(xor: Objective) -> None:
    spy = Spy(LevenbergMarquardt())
    result = train(xor, spy)
    assert result.history.epochs.tolist() == list(range(13))
    assert result.history.loss.shape == (13, 30)
    assert np.array_equal(result.history.loss[-1], result.loss)
    for one in range(30):
        own = [
            (xor.residuals(each[one][None]).each ** 2).sum() for each in spy.thetas if one in each
        ]
        kept = result.history.loss[:, one]
        assert kept[: len(own)] == pytest.approx(own, rel=1e-12)
        assert (kept[len(own) :] == kept[len(own) - 1]).all()  # what it had when it left


def test_the_history_of_a_long_training_is_thinned(xor: Objective) -> None:
    result = train(xor, GradientDescent(lr=0.01), INITS[:2], epochs=3000, tolerance=1e-9)
    history = result.history
    assert 128 <= len(history.epochs) <= MOST + 1
    assert (history.epochs[0], history.epochs[-1]) == (0, 3000)
    assert np.array_equal(history.loss[0], xor.gradient(INITS[:2]).loss)
    assert np.array_equal(history.loss[-1], result.loss)
    assert (np.diff(history.loss, axis=0) < 0).all()


def test_restarts_keep_their_numbers_whatever_the_method() -> None:
    """It is found while it runs, where the trial before did not show it."""

    @dataclass(frozen=True)
    class Late(GradientDescent):
        name: ClassVar[str] = "late"

        def step(self, objective: Any, state: Any, generator: Any) -> Any:
            made = super().step(objective, state, generator)
            return replace(made, restart=np.arange(len(made.theta))[::-1])

    rows = Objective(
        Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]])
    )
    with pytest.raises(ValueError, match="its state does not hand on 'restart' as it got it"):
        fit(rows, Late(), np.zeros((2, 2)), np.random.default_rng(0), epochs=3, tolerance=0.01)
