"""L-BFGS: it never climbs, and it arrives."""

from __future__ import annotations

import numpy as np
import pytest
from tests.strategies import few

from gatewright.arrays import Floats
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.fit import Fit, fit
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LBFGS, keep
from gatewright.learn.optimisers.lbfgs import MemoryState

GENERATOR = np.random.default_rng(31)
X = GENERATOR.normal(size=(12, 3)) * np.array([1.0, 5.0, 0.2])  # stretched: a long narrow bowl
Y = GENERATOR.normal(size=(12, 2))
BOWL = Objective(Architecture((3, 2), ("identity",)), X, Y)


def path(method: LBFGS, rows: Objective, theta: Floats, epochs: int) -> list[MemoryState]:
    states, generator = [method.start(rows, theta)], np.random.default_rng(0)
    for _ in range(epochs):
        states.append(method.step(rows, states[-1], generator))
    return states


def losses(states: list[MemoryState]) -> Floats:
    return np.array([state.loss for state in states])


@pytest.mark.parametrize(("memory", "epochs"), few([(1, 600), (3, 200), (8, 60), (20, 60)], 2, 3))
def test_it_reaches_the_bottom_of_a_bowl(memory: int, epochs: int) -> None:
    """Linear least squares, whose solution is known."""
    best = np.linalg.lstsq(np.column_stack([X, np.ones(12)]), Y, rcond=None)[0].ravel()
    starts = np.random.default_rng(1).normal(scale=10.0, size=(6, 8))
    states = path(LBFGS(memory=memory), BOWL, starts, epochs)
    assert states[-1].theta == pytest.approx(np.tile(best, (6, 1)), abs=2e-6)
    assert states[-1].gradient == pytest.approx(np.zeros((6, 8)), abs=1e-6)


@pytest.mark.exhaustive
def test_it_is_much_faster_than_the_gradient_in_a_narrow_bowl() -> None:
    starts = np.random.default_rng(1).normal(scale=10.0, size=(6, 8))
    bottom = path(LBFGS(), BOWL, starts, 200)[-1].loss
    assert (path(LBFGS(), BOWL, starts, 40)[-1].loss - bottom < 1e-6).all()
    steep = starts
    for _ in range(
        1000
    ):  # a rate of 0.03 is near the largest at which this bowl does not throw it out
        steep = steep - 0.03 * BOWL.gradient(steep).gradient
    assert np.isfinite(steep).all()
    assert (BOWL.gradient(steep).loss - bottom > 1e-4).any()


def test_it_follows_a_curved_valley() -> None:
    """y = w₂·(w₁·x + b₁) + b₂: all w₁·w₂ = 3 are as good, and the way there bends, as Rosenbrock's."""
    x = np.array([[-1.0], [0.0], [2.0]])
    rows = Objective(Architecture((1, 1, 1), ("identity",) * 2), x, 3.0 * x + 1.0)
    starts = np.array([[0.1, -2.0, 8.0, 0.0], [-5.0, 1.0, 0.2, 3.0], [1.0, 0.0, 1.0, 0.0]])
    states = path(LBFGS(), rows, starts, 100)
    assert states[-1].loss == pytest.approx(np.zeros(3), abs=1e-12)
    assert states[-1].theta[:, 0] * states[-1].theta[:, 2] == pytest.approx(
        np.full(3, 3.0), abs=1e-5
    )


@pytest.mark.parametrize("lr", [1.0, 0.3, 5.0])
def test_the_loss_never_increases(xor: Objective, lr: float) -> None:
    starts = np.random.default_rng(2).normal(scale=2.0, size=(40, 13))
    all_losses = losses(path(LBFGS(lr=lr), xor, starts, 80))
    assert (np.diff(all_losses, axis=0) <= 0).all()
    assert (all_losses[-1] < 1e-3).mean() > 0.5


def test_the_first_step_goes_straight_down_and_not_beyond_one_unit(xor: Objective) -> None:
    starts = np.random.default_rng(3).normal(size=(40, 13))
    method = LBFGS(lr=0.5)
    before, after = path(method, xor, starts, 1)
    step = after.theta - before.theta
    size = np.sqrt((step**2).sum(1))
    slope = np.sqrt((before.gradient**2).sum(1))
    assert (size <= 0.5 * np.minimum(slope, 1.0) * (1 + 1e-12)).all()
    assert (step * before.gradient).sum(1) == pytest.approx(-size * slope, rel=1e-12)
    assert not before.steps.any()
    # A step is remembered where the gradient has grown along it.
    turn = after.gradient - before.gradient
    grown = (step * turn).sum(1) > 0
    assert 0 < grown.sum() < 40
    assert np.array_equal(after.steps[grown, -1], step[grown])
    assert np.array_equal(after.turns[grown, -1], turn[grown])
    assert not after.steps[~grown].any()
    assert not after.steps[:, :-1].any()


@pytest.mark.parametrize(("memory", "epochs"), [(1, 6), (3, 3), (3, 9), (8, 5)])
def test_a_direction_is_that_of_bfgs_with_the_remembered_steps(
    xor: Objective, memory: int, epochs: int
) -> None:
    """Against the update of the whole inverse Hessian (Nocedal & Wright, 6.17), oldest step first."""
    starts = np.random.default_rng(5).normal(size=(20, 13))
    before, after = path(LBFGS(memory=memory), xor, starts, epochs)[-2:]
    compared = 0
    for one in range(20):
        pairs = [
            pair for pair in zip(before.steps[one], before.turns[one], strict=True) if pair[0].any()
        ]
        if not pairs or np.array_equal(before.theta[one], after.theta[one]):
            continue
        step, turn = pairs[-1]
        inverse = np.eye(13) * (step @ turn) / (turn @ turn)
        for step, turn in pairs:
            left = np.eye(13) - np.outer(step, turn) / (step @ turn)
            inverse = left @ inverse @ left.T + np.outer(step, step) / (step @ turn)
        wanted, taken = -inverse @ before.gradient[one], after.theta[one] - before.theta[one]
        halvings = np.log2(np.linalg.norm(wanted) / np.linalg.norm(taken))
        assert abs(halvings - round(halvings)) < 1e-6
        assert taken * 2.0 ** round(halvings) == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        compared += 1
    assert compared > 10


def test_a_restart_at_the_bottom_stays_there() -> None:
    x = np.array([[0.0], [1.0]])
    rows = Objective(Architecture((1, 1), ("identity",)), x, 2.0 * x + 1.0)
    states = path(LBFGS(), rows, np.array([[2.0, 1.0], [0.0, 0.0]]), 30)
    for state in states:
        assert state.theta[0].tolist() == [2.0, 1.0]
    assert states[-1].theta[1] == pytest.approx([2.0, 1.0], abs=1e-7)


def test_each_restart_searches_for_itself(xor: Objective) -> None:
    starts = np.random.default_rng(4).normal(scale=2.0, size=(9, 13))
    together = path(LBFGS(), xor, starts, 30)
    for one in range(9):
        alone = path(LBFGS(), xor, starts[one : one + 1], 30)
        assert np.array_equal(alone[-1].theta[0], together[-1].theta[one])
    few = keep(together[10], np.arange(9) % 2 == 1)
    for _ in range(10):
        few = LBFGS().step(xor, few, np.random.default_rng(0))
    assert np.array_equal(few.theta, together[20].theta[1::2])


def test_an_overflowing_trial_is_a_bad_trial() -> None:
    """A first step far too long ends in NaN; it is halved, not taken."""
    rows = Objective(
        Architecture((1, 1, 1), ("identity",) * 2), np.array([[1e8]]), np.array([[1.0]])
    )
    with np.errstate(over="ignore", invalid="ignore"):
        states = path(LBFGS(lr=1e300), rows, np.array([[1.0, 0.0, 1.0, 0.0]]), 3)
    assert np.isfinite(states[-1].theta).all()
    assert (np.diff(losses(states), axis=0) <= 0).all()


def test_a_stalled_restart_leaves_where_it_would_have_stayed() -> None:
    """Running it on to the end changes nothing; only restarts that were never solved leave so."""
    objective = Dataset.of_gate(
        GateSpec.from_function("xor", lambda a, b: a ^ b, inputs="ab", outputs="y")
    ).objective(Recipe((2,)))
    starts = np.random.default_rng(0).standard_normal((25, 9))

    def run(*, early: bool) -> Fit:
        generator = np.random.default_rng(1)
        return fit(
            objective, LBFGS(), starts, generator, epochs=400, tolerance=0.05, early_stopping=early
        )

    leaving, staying = run(early=True), run(early=False)
    stalled = ~leaving.solved & (leaving.epochs < 400)
    assert stalled.any()
    assert leaving.theta[stalled].tolist() == staying.theta[stalled].tolist()
    assert not staying.solved[stalled].any()
