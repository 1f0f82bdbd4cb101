"""Levenberg-Marquardt and L-BFGS against SciPy, on the same residuals from the same starts."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.fit import fit
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LBFGS, LevenbergMarquardt, Optimiser

optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed: pip install scipy")


Case = tuple[tuple[str, ...], tuple[int, ...], int]

# Seeds for which the minimum is one point, at weights of ordinary size.
CASES: list[Case] = [
    (("identity",), (3, 2), 5),
    (("tanh", "identity"), (1, 2, 1), 71),
    (("tanh", "identity"), (1, 3, 1), 73),
    (("logistic", "logistic"), (2, 2, 1), 72),
    (("softplus", "tanh", "identity"), (2, 3, 2, 2), 73),
]


def problem(case: Case) -> tuple[Objective, Floats]:
    """Noisy rows of a known network, more than any network meets; and six starts near it."""
    activations, sizes, seed = case
    generator = np.random.default_rng(seed)
    shape = Architecture(sizes, activations)
    truth = generator.normal(scale=1.2, size=(1, shape.parameters))
    x = generator.normal(scale=1.5, size=(60 * sizes[0], sizes[0]))
    y = forward(shape, truth, x)[-1].a[0] + generator.normal(scale=0.02, size=(len(x), sizes[-1]))
    if activations[-1] == "logistic":
        y = np.clip(y, 0.01, 0.99)
    care = (generator.random(y.shape) < 0.9).astype(float)
    starts = truth + generator.normal(scale=0.05, size=(6, shape.parameters))
    return Objective(shape, x, y, care), starts


def ended(rows: Objective, method: Optimiser, starts: Floats, epochs: int) -> Floats:
    """Where every restart comes to rest."""
    return fit(rows, method, starts, np.random.default_rng(0), epochs=epochs, tolerance=1e-12).theta


@pytest.mark.parametrize("case", CASES)
def test_levenberg_marquardt_ends_where_scipys_does(case: Case) -> None:
    rows, starts = problem(case)
    ours = ended(rows, LevenbergMarquardt(), starts, epochs=200)
    found = rows.residuals(ours)
    for one, start in enumerate(starts):
        theirs = optimize.least_squares(
            lambda theta: rows.residuals(theta[None]).each[0],
            start,
            method="lm",
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
        )
        squares = (found.each[one] ** 2).sum()
        assert squares > 1e-3  # no exact solution: what is compared is a minimum, not a zero
        assert squares == pytest.approx(2 * theirs.cost, rel=1e-9)
        assert found.each[one] == pytest.approx(theirs.fun, abs=1e-6)
        assert ours[one] == pytest.approx(theirs.x, rel=1e-4, abs=1e-4)
        assert np.abs(ours[one] - start).max() > 0.02


@pytest.mark.parametrize("case", CASES)
def test_the_jacobian_is_scipys_estimate(case: Case) -> None:
    rows, starts = problem(case)
    for start in starts:
        estimate = optimize.approx_fprime(
            start, lambda theta: rows.residuals(theta[None]).each[0], 1e-7
        )
        slopes = rows.jacobian(start[None], rows.residuals(start[None]).values)[0]
        assert slopes == pytest.approx(estimate, abs=2e-5)


@pytest.mark.parametrize(("case", "epochs"), [(CASES[0], 40), (CASES[1], 500), (CASES[3], 100)])
def test_lbfgs_ends_as_low_as_scipys(case: Case, epochs: int) -> None:
    """In no more steps: SciPy's needs 11, 340 and 76 at most here."""
    rows, starts = problem(case)
    ours = rows.gradient(ended(rows, LBFGS(), starts, epochs))
    for one, start in enumerate(starts):
        theirs = optimize.minimize(
            lambda theta: rows.gradient(theta[None]).loss[0],
            start,
            jac=lambda theta: rows.gradient(theta[None]).gradient[0],
            method="L-BFGS-B",
            options={"maxiter": 20_000, "maxfun": 20_000, "ftol": 1e-15, "gtol": 1e-9},
        )
        assert ours.loss[one] == pytest.approx(theirs.fun, rel=1e-5)
