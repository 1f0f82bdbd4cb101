"""Pictures of training: the very losses and shares that were recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.draw.canvas.sheet import BLUE, FAINT, ORANGE
from gatewright.draw.picture import Picture
from gatewright.draw.plots.training import MOST_CURVES, training
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.again import again
from gatewright.gates.training.attempt import Attempt, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe, dense_recipe
from gatewright.gates.training.train import chosen, train
from gatewright.learn.fit import Progress
from gatewright.learn.inits import Glorot
from gatewright.learn.optimisers import Adam
from gatewright.learn.statistics import wilson_interval
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing

    Read = Callable[[Picture], Drawing]


@pytest.fixture(scope="module")
def mixed(plugins: Plugins) -> TrainedGate:
    """An XOR that many restarts do not learn."""
    recipe = Recipe((2,), optimiser=Adam(), init=Glorot(), epochs=1200, restarts=100)
    return train(plugins.gates["xor"], recipe)


@pytest.fixture(scope="module")
def rerun(mixed: TrainedGate) -> Attempt:
    """The same training once more, with what every restart did."""
    return again(mixed)


def test_a_training_run_again_is_the_same(plugins: Plugins) -> None:
    spec = plugins.gates["full-adder"]
    recipe = dense_recipe(spec.table)
    first = attempt(Dataset.of_gate(spec), recipe, seed=3)
    second = again(chosen(spec, recipe, 3, first))
    assert np.array_equal(first.fit.theta, second.fit.theta)
    assert np.array_equal(first.fit.history.loss, second.fit.history.loss)


def test_a_training_on_smaller_boxes_is_run_on_those(plugins: Plugins) -> None:
    spec = plugins.gates["xor"]
    recipe = Recipe((2,), box_radius=0.49, epochs=60, restarts=8)
    gate = train(spec, recipe)
    assert gate.figures.box_radius < recipe.box_radius
    made = again(gate)
    assert made.box_radius == gate.figures.box_radius
    assert int(made.fit.solved.sum()) == gate.figures.solved


@pytest.mark.parametrize("name", ["xor", "full-adder"])
def test_every_restart_has_its_losses(
    read: Read, dense_gates: Mapping[str, TrainedGate], name: str
) -> None:
    gate = dense_gates[name]
    fit = again(gate).fit
    drawing = read(training(gate))
    frame = drawing.frames[0]
    lines = drawing.marks("loss")
    assert len(lines) == len(fit.solved)
    ticks = {**drawing.ticks(drawing.frames[1], "x")}
    (first, start), *_, (last, end) = sorted(ticks.items())
    for line in lines:
        restart = int(line.title.split(":")[0].removeprefix("restart "))
        ran = fit.epochs[restart]
        assert line.title == f"restart {restart}: learned after {ran} epochs"
        epochs = first + (line.points[:, 0] - start) / (end - start) * (last - first)
        losses = drawing.value(frame, "y", line.points[:, 1], log=True)
        whole = np.rint(epochs).astype(int)
        every = np.arange(ran + 1)  # a straight line between two of them is straight on the sheet
        between = 10 ** np.interp(every, epochs, np.log10(losses))
        assert between == pytest.approx(fit.history.loss[: ran + 1, restart], rel=0.01)
        assert epochs == pytest.approx(whole, abs=0.01)
        assert (whole[0], whole[-1]) == (0, ran)
        assert losses == pytest.approx(fit.history.loss[whole, restart], rel=0.001)


def test_the_chosen_one_stands_out_and_those_that_failed_do_too(
    read: Read, mixed: TrainedGate, rerun: Attempt
) -> None:
    fit = rerun.fit
    assert 0 < fit.solved.sum() < 100
    drawing = read(training(mixed))
    lines = drawing.marks("loss")
    assert lines[-1].title.startswith(f"restart {mixed.figures.restart}: ")
    assert (lines[-1]["stroke"], lines[-1]["stroke-width"]) == (ORANGE.light, "3")
    for line in lines[:-1]:
        solved = fit.solved[int(line.title.split(":")[0].removeprefix("restart "))]
        assert line["stroke"] == (BLUE if solved else FAINT).light
        assert ("not learned" in line.title) == (not solved)
    legend = [mark.words for mark in drawing.marks("legend")]
    assert legend[:3] == [
        f"loss of restart {mixed.figures.restart}, which was chosen",
        "of one that learned the gate, too",
        "of one that did not",
    ]


def test_of_many_restarts_some_are_drawn(read: Read, mixed: TrainedGate) -> None:
    drawing = read(training(mixed))
    assert MOST_CURVES <= len(drawing.marks("loss")) <= MOST_CURVES + 1
    assert drawing.marks("note")[0].words == f"Drawn are {MOST_CURVES} of 100 losses."


def test_the_share_grows_as_restarts_learn(read: Read, mixed: TrainedGate, rerun: Attempt) -> None:
    fit = rerun.fit
    drawing = read(training(mixed))
    frame = drawing.frames[1]
    (share,) = drawing.marks("share")
    epochs = drawing.value(frame, "x", share.points[:, 0])
    percent = drawing.value(frame, "y", share.points[:, 1])
    for place in range(0, len(epochs) - 1, 2):  # the level parts of the steps
        assert percent[place] == pytest.approx(percent[place + 1], abs=1e-6)
        middle = (epochs[place] + epochs[place + 1]) / 2
        done = (fit.solved & (fit.epochs <= middle)).sum()
        assert percent[place] == pytest.approx(done, abs=0.3)  # of 100
    low, high = wilson_interval(int(fit.solved.sum()), 100)
    (area,) = drawing.marks("area")
    levels = drawing.value(frame, "y", area.points[:, 1])
    assert levels.max() == pytest.approx(100 * high, abs=0.3)
    assert pytest.approx(100 * low, abs=0.3) in levels.tolist()


def test_progress_is_told(dense_gates: Mapping[str, TrainedGate]) -> None:
    seen: list[Progress] = []
    training(dense_gates["xor"], watch=seen.append)
    assert seen[-1].solved == 16


def test_losses_that_overflow_are_cut_off(
    dense_gates: Mapping[str, TrainedGate], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = dense_gates["xor"]
    made = again(gate)
    history = made.fit.history
    loss = history.loss.copy()
    loss[3:, 5], loss[6:, 5] = 1e300, np.inf
    solved, ended = made.fit.solved.copy(), made.fit.loss.copy()
    solved[5], ended[5] = False, np.inf
    fit = dataclasses.replace(
        made.fit, solved=solved, loss=ended, history=dataclasses.replace(history, loss=loss)
    )
    odd = dataclasses.replace(made, fit=fit)
    monkeypatch.setattr("gatewright.draw.plots.training.again", lambda *_, **__: odd)
    drawing = read(training(gate))
    frame = drawing.frames[0]
    (line,) = (each for each in drawing.marks("loss") if each.title.startswith("restart 5:"))
    assert "not learned" in line.title
    assert line.points[:, 1].min() == pytest.approx(frame.top, abs=0.01)  # where it leaves
    assert max(drawing.ticks(frame, "y")) <= 100


def test_the_same_gate_gives_the_same_picture(dense_gates: Mapping[str, TrainedGate]) -> None:
    assert training(dense_gates["xor"]) == training(dense_gates["xor"])
