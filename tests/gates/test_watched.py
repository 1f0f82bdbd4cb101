"""Whoever watches a training sees its restarts, each by its own number, where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe, default_recipe, dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress
from gatewright.learn.network import forward
from gatewright.learn.optimisers import Adam
from gatewright.plugins.manager import Plugins


@pytest.mark.parametrize("name", ["xor", "full-adder"])
@pytest.mark.parametrize("how", ["on bits", "dense", "adam"])
def test_every_restart_is_where_it_is_said_to_be(plugins: Plugins, name: str, how: str) -> None:
    spec = plugins.gates[name]
    recipe: Recipe = default_recipe(spec.table) if how == "on bits" else dense_recipe(spec.table)
    if how == "adam":
        recipe = Recipe((3,), optimiser=Adam(), epochs=40, restarts=5)
    seen: list[Progress] = []
    made = attempt(Dataset.of_gate(spec), recipe, watch=seen.append)
    for each in seen:
        state = each.state
        assert len(set(state.restart.tolist())) == len(state.restart)
        assert state.restart.max(initial=0) < recipe.restarts
        assert state.theta.shape == (len(state.restart), each.architecture.parameters)
        assert each.loss <= state.loss.min(initial=np.inf)
    last = {
        int(restart): each.state.theta[place]
        for each in seen
        for place, restart in enumerate(each.state.restart)
    }
    if (
        how != "on bits"
    ):  # the last that was seen of each is where it ended, also where it had finished
        for restart, theta in last.items():
            assert theta.tolist() == made.fit.theta[restart].tolist()


def test_a_later_stage_keeps_the_numbers_of_an_earlier_one(plugins: Plugins) -> None:
    spec = plugins.gates["full-adder"]
    seen: list[Progress] = []
    attempt(Dataset.of_gate(spec), default_recipe(spec.table), watch=seen.append)
    last: dict[int, list[float]] = {}
    compared = 0
    for before, each in zip([None, *seen], seen, strict=False):
        state = each.state
        if before is not None and each.epoch == 0 and each.architecture == before.architecture:
            for place, restart in enumerate(state.restart.tolist()):
                assert state.theta[place].tolist() == last[restart]
                compared += restart != place
        last |= dict(zip(state.restart.tolist(), state.theta.tolist(), strict=True))
    assert compared  # some did not begin as the first ones


def test_the_error_is_that_of_the_outputs(plugins: Plugins) -> None:
    spec = plugins.gates["xor"]
    seen: list[Progress] = []
    attempt(Dataset.of_gate(spec), default_recipe(spec.table), watch=seen.append)
    x = spec.table.patterns.astype(np.float64)
    for each in seen:
        found = forward(each.architecture, each.state.theta, x)[-1].a
        off = np.abs(found - spec.table.values).max((1, 2))
        assert np.allclose(off, each.state.error, rtol=1e-9, atol=1e-12)


def test_what_is_trained_while_a_gate_is_hardened_is_told_too(plugins: Plugins) -> None:
    spec = plugins.gates["xor"]
    recipe = Recipe((3,), box_radius=0.45, harden=True, weight_bits=2, restarts=4)
    first: list[Progress] = []
    attempt(Dataset.of_gate(spec), recipe, watch=first.append)
    seen: list[Progress] = []
    train(spec, recipe, watch=seen.append)
    assert len(seen) > len(first)


def test_restarts_that_are_trained_again_keep_their_numbers(plugins: Plugins) -> None:
    """Hardened networks of this majority get points wrong, so that six of its restarts learn these too."""
    spec = plugins.gates["majority"]
    seen: list[Progress] = []
    recipe = replace(dense_recipe(spec.table), layers=(2,))
    train(spec, recipe, watch=seen.append)
    again = [each.state.restart.tolist() for each in seen if each.restarts < recipe.restarts]
    assert again[0] == [0, 2, 4, 11, 12, 15]
