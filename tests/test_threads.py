"""Training and proving keep BLAS to one thread, and give back what it had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import threadpoolctl

from gatewright.certify.discipline import Discipline
from gatewright.gates.datasheet import measure
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress, fit
from gatewright.plugins.manager import Plugins
from gatewright.threads import _pools, one_thread


def _limits() -> set[int]:
    """Of NumPy's; a library that was loaded later may have a pool of its own."""
    return {pool["num_threads"] for pool in _pools().info() if pool["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two() -> Iterator[None]:
    """Somebody else's setting."""
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        if _limits() != {2}:
            pytest.skip("this BLAS has no threads to set")
        yield


@pytest.mark.parametrize("dense", [False, True], ids=["restoring", "dense"])
def test_within_a_training_there_is_one_thread(plugins: Plugins, dense: bool) -> None:
    spec, seen = plugins.gate("xor"), []

    def watch(_: Progress) -> None:
        seen.append(_limits())

    train(spec, dense_recipe(spec.table) if dense else None, watch=watch)
    assert seen
    assert all(each == {1} for each in seen)
    assert _limits() == {2}


def test_within_a_fit_and_where_it_fails(plugins: Plugins) -> None:
    recipe = dense_recipe(plugins.gate("xor").table)
    objective = Dataset.of_gate(plugins.gate("xor")).objective(recipe, 0.0)

    def watch(_: Progress) -> None:
        assert _limits() == {1}
        raise KeyboardInterrupt

    theta = np.zeros((1, objective.architecture.parameters))
    with pytest.raises(KeyboardInterrupt):
        fit(
            objective,
            recipe.optimiser,
            theta,
            np.random.default_rng(0),
            epochs=1,
            tolerance=0.1,
            watch=watch,
        )
    assert _limits() == {2}


def test_within_a_proof(gates: dict[str, TrainedGate], monkeypatch: pytest.MonkeyPatch) -> None:
    from gatewright.gates import datasheet

    seen: list[set[int]] = []

    def looked(*arguments: object, **named: object) -> object:
        seen.append(_limits())
        return usual(*arguments, **named)

    usual: Callable[..., object] = vars(datasheet)["prove"]
    monkeypatch.setattr(datasheet, "prove", looked)
    gate = gates["and"]
    measure(gate.spec, gate.architecture, gate.theta, Discipline(0.45))
    assert seen
    assert all(each == {1} for each in seen)
    assert _limits() == {2}


def test_it_may_be_entered_twice() -> None:
    with one_thread():
        with one_thread():
            assert _limits() == {1}
        assert _limits() == {1}
    assert _limits() == {2}


def test_the_help_page_does_not_look_for_thread_pools() -> None:
    script = (
        "import sys; sys.argv = ['circuits', '--help']\n"
        "import gatewright.cli.app as app\n"
        "app.run(['--help'])\n"
        "print('threadpoolctl' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.splitlines()[-1] == "False", done.stderr
