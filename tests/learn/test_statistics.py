"""How often and how fast: Wilson's interval against published ones, quartiles, and the histogram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.gates.spec import GateSpec
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.fit import Fit
from gatewright.learn.history import History
from gatewright.learn.optimisers import GradientDescent
from gatewright.learn.statistics import Success, success, wilson_interval


def ended(epochs: list[int], unsolved: int = 0) -> Fit:
    """Restarts solved after these epochs, and some that ran 500 in vain."""
    ran = np.array([*epochs, *[500] * unsolved], dtype=np.intp)
    solved = np.arange(len(ran)) < len(epochs)
    nothing = np.zeros(len(ran))
    history = History(np.zeros(1, dtype=np.intp), nothing[None])
    return Fit(nothing[:, None], nothing, nothing, ran, solved, ~solved, history, ran)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # z² / (n + z²) at the ends; the rest solved as the quadratic (p − x/n)² = z²·p(1 − p)/n
        (0, 10, 0.0000, 0.2775),
        (10, 10, 0.7225, 1.0000),
        (5, 10, 0.2366, 0.7634),
        (61, 100, 0.5120, 0.6998),
        (1, 1, 0.2065, 1.0000),
    ],
)
def test_wilsons_interval(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson_interval(successes, trials)
    assert found == pytest.approx((low, high), abs=5e-5)
    assert 0.0 <= found[0] < found[1] <= 1.0


@pytest.mark.parametrize("trials", [1, 7, 100, 1000])
def test_the_interval_is_where_the_rate_is_1_96_standard_errors_away(trials: int) -> None:
    for successes in range(0, trials + 1, max(1, trials // 7)):
        rate = successes / trials
        low, high = wilson_interval(successes, trials)
        for bound in (low, high):
            if 1e-9 < bound < 1 - 1e-9:
                away = abs(rate - bound) / np.sqrt(bound * (1 - bound) / trials)
                assert away == pytest.approx(1.959963984540054, rel=1e-9)
        assert low <= rate + 1e-15
        assert rate <= high + 1e-15
        assert wilson_interval(trials - successes, trials) == pytest.approx(
            (1 - high, 1 - low), abs=1e-12
        )


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 5), (6, 5)])
def test_no_such_trials(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} successes of {trials} trials"):
        wilson_interval(successes, trials)


def test_the_statistics_of_a_training() -> None:
    found = success(ended([10, 20, 30, 40, 50], unsolved=3))
    assert (found.restarts, found.solved, found.rate) == (8, 5, 0.625)
    assert (found.low, found.high) == wilson_interval(5, 8)
    assert found.quartiles == (20.0, 30.0, 40.0)  # of those that succeeded


def test_quartiles_lie_between_the_epochs_where_they_must() -> None:
    assert success(ended([4, 1, 3, 2])).quartiles == (1.75, 2.5, 3.25)
    assert success(ended([7])).quartiles == (7.0, 7.0, 7.0)


def test_none_solved() -> None:
    found = success(ended([], unsolved=12))
    assert found == Success(12, 0, *wilson_interval(0, 12), None, ())
    assert found.rate == 0.0


def test_all_solved_at_once() -> None:
    assert success(ended([0, 0, 0])).bars == ((0, 0, 3),)


def test_a_histogram_by_hand() -> None:
    assert success(ended([3, 3, 4, 9, 12], unsolved=2), bars=5).bars == (
        (3, 4, 3),
        (5, 6, 0),
        (7, 8, 0),
        (9, 10, 1),
        (11, 12, 1),
    )


@pytest.mark.parametrize("bars", [1, 2, 7, 10])
@pytest.mark.parametrize("seed", range(6))
def test_the_histogram_counts_every_success_once(bars: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    epochs = generator.integers(0, generator.integers(1, 300), generator.integers(1, 80)).tolist()
    found = success(ended(epochs, unsolved=5), bars=bars)
    assert 1 <= len(found.bars) <= bars
    assert sum(count for *_, count in found.bars) == found.solved == len(epochs)
    for first, last, count in found.bars:
        assert count == sum(first <= epoch <= last for epoch in epochs)
    assert [first for first, *_ in found.bars[1:]] == [last + 1 for _, last, _ in found.bars[:-1]]
    assert found.bars[0][0] == min(epochs)
    assert found.bars[-1][2] > 0


def test_epochs_to_success_are_those_until_it_first_was_within_the_tolerance() -> None:
    """A recipe that does not stop early runs on; its successes are no later than those of one that does."""
    spec = GateSpec.from_function("or", lambda a, b: a | b, inputs="ab", outputs="y")
    early = Recipe((2,), optimiser=GradientDescent(), epochs=600, restarts=4, tolerance=0.1)
    recipes = (early, replace(early, early_stopping=False))
    ends = [attempt(Dataset.of_gate(spec), recipe).fit for recipe in recipes]
    assert ends[0].solved.all()
    assert (ends[1].epochs == 600).all()
    assert ends[1].within.tolist() == ends[0].epochs.tolist() == ends[0].within.tolist()
    assert success(ends[1]).quartiles == success(ends[0]).quartiles
    assert max(success(ends[1]).quartiles or (600,)) < 600
