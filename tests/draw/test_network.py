"""Diagrams of networks: every weight and bias is there, as wide as it is large."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.draw.canvas.sheet import BLUE, ORANGE
from gatewright.draw.picture import Picture
from gatewright.draw.plots.network import FINEST, WIDEST, instead, network
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.again import start
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe, dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.inits import Glorot
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import Adam
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing, Mark

    Read = Callable[[Picture], Drawing]


def halves(gate: TrainedGate, marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """The marks of the diagram above and of that below, by the heading between."""
    middle = len(marks) // 2
    tops = sorted(
        marks, key=lambda mark: mark.points[0, 1] if "d" in mark.attributes else mark.number("cy")
    )
    return tops[:middle], tops[middle:]


@pytest.mark.parametrize("name", ["not", "xor", "full-adder"])
def test_every_weight_is_drawn_with_its_size_and_sign(
    read: Read, dense_gates: Mapping[str, TrainedGate], name: str
) -> None:
    gate = dense_gates[name]
    before, theta = start(gate)
    largest = max(abs(theta).max(), abs(gate.theta).max())
    drawing = read(network(gate))
    drawn = drawing.marks("weight")
    wanted = [
        w
        for shape, every in ((before, theta), (gate.architecture, gate.theta))
        for w in weights(shape, every)
    ]
    assert sorted(title for title, _ in wanted) == sorted(mark.title for mark in drawn)
    by_title: dict[str, list[float]] = {}
    for title, weight in wanted:
        by_title.setdefault(title, []).append(weight)
    for mark in drawn:
        weight = by_title[mark.title][0]
        assert mark["stroke"] == (ORANGE if weight < 0 else BLUE).light
        assert ("stroke-dasharray" in mark.attributes) == (weight < 0)
        width = FINEST + WIDEST * (abs(weight) / largest) ** 0.5
        assert mark.number("stroke-width") == pytest.approx(width, abs=0.006)


def weights(architecture: Architecture, theta: np.ndarray) -> list[tuple[str, float]]:
    found = []
    for depth, (w, _) in enumerate(architecture.layers(theta[None])):
        for (before, after), weight in np.ndenumerate(w[0]):
            source = (
                f"unit {depth}.{before + 1}" if depth else "abc"[before] if before < 2 else "cin"
            )
            if weight:
                found.append(
                    (f"{source} → unit {depth + 1}.{after + 1}: {weight:g}", float(weight))
                )
    return found


def test_a_weight_joins_its_units(read: Read, dense_gates: Mapping[str, TrainedGate]) -> None:
    gate = dense_gates["xor"]
    drawing = read(network(gate))
    circles = drawing.marks("unit") + drawing.marks("input")
    centres = [(mark.number("cx"), mark.number("cy")) for mark in circles]
    for mark in drawing.marks("weight"):
        for x, y in mark.points.tolist():
            assert min(abs(x - cx) + abs(y - cy) for cx, cy in centres) < 0.02
    assert len(drawing.marks("input")) == 4
    assert [mark.words for mark in drawing.marks("port")] == ["a", "b", "y", "a", "b", "y"]


def test_every_bias_is_a_ring(read: Read, dense_gates: Mapping[str, TrainedGate]) -> None:
    gate = dense_gates["full-adder"]
    drawing = read(network(gate))
    upper, lower = halves(gate, drawing.marks("unit"))
    for marks, (shape, theta) in ((upper, start(gate)), (lower, (gate.architecture, gate.theta))):
        biases = {
            f"unit {depth}.{unit}: bias {bias:g}": bias
            for depth, (_, b) in enumerate(shape.layers(theta[None]), 1)
            for unit, bias in enumerate(b[0, 0].tolist(), 1)
        }
        assert {mark.title for mark in marks} == biases.keys()
        for mark in marks:
            bias = biases[mark.title]
            assert mark["stroke"] == (ORANGE if bias < 0 else BLUE).light


@pytest.mark.parametrize("kind", ["hardened", "soft", "adam"])
def test_the_start_is_the_one_that_training_began_from(plugins: Plugins, kind: str) -> None:
    spec = plugins.gates["xor"]
    recipe = {
        "hardened": dense_recipe(spec.table),
        "soft": Recipe((3,), restarts=20),
        "adam": Recipe((2,), optimiser=Adam(), init=Glorot(), epochs=3000),
    }[kind]
    gate = train(spec, recipe, seed=7)
    shape, theta = start(gate)
    spread = dataclasses.replace(gate.recipe.here(), box_radius=gate.figures.box_radius)
    made = attempt(Dataset.of_gate(spec), spread, seed=7)
    assert made.objective.architecture == shape
    began = gate.recipe.here().optimiser.start(made.objective, theta[None]).loss[0]
    assert began == pytest.approx(made.fit.history.loss[0, gate.figures.restart], rel=1e-9)
    others = np.delete(made.fit.history.loss[0], gate.figures.restart)
    assert abs(others - began).min() > 1e-9  # so another restart would have been noticed


def test_headings_say_what_became_of_it(read: Read, dense_gates: Mapping[str, TrainedGate]) -> None:
    gate = dense_gates["xor"]
    headings = [mark.words for mark in read(network(gate)).marks("heading")]
    assert headings == [
        f"start of restart {gate.figures.restart}",
        f"trained, {gate.figures.epochs} epochs later; hardened, 8-bit weights",
    ]


def test_the_legend_is_of_round_weights(read: Read, dense_gates: Mapping[str, TrainedGate]) -> None:
    words = " ".join(mark.words for mark in read(network(dense_gates["xor"])).marks("legend"))
    assert re.match(r"a weight of \d0 a weight of −\d0 a weight of \d a unit: ", words)


def test_too_many_units_are_refused(read: Read, dense_gates: Mapping[str, TrainedGate]) -> None:
    def grown(units: int) -> TrainedGate:
        recipe = dataclasses.replace(dense_gates["xor"].recipe.here(), layers=(units,))
        shape = recipe.architecture(2, 1)
        theta = np.linspace(-1, 1, shape.parameters)
        return dataclasses.replace(
            dense_gates["xor"], recipe=recipe, architecture=shape, theta=theta, datasheet=None
        )

    drawing = read(network(grown(40)))
    circles = [mark.number("cy") for mark in drawing.marks("unit")]
    assert max(circles) < drawing.box[3]
    assert instead(grown(40)).about == "plot network"  # of other pictures that are too large
    assert instead(grown(41)).about == "plot training"
    with pytest.raises(
        UsageError, match="gate 'xor' has a layer of 41 units, and up to 40 are drawn"
    ):
        network(grown(41))


def test_the_same_gate_gives_the_same_picture(dense_gates: Mapping[str, TrainedGate]) -> None:
    assert network(dense_gates["xor"]) == network(dense_gates["xor"])


def test_a_restoring_layer_is_drawn_as_a_line_an_input(
    read: Read, gates: Mapping[str, TrainedGate]
) -> None:
    """And the network as it is alone: what learning began with were logic layers, perhaps of another size."""
    gate = gates["full-adder"]
    weights = [mark.title for mark in read(network(gate)).marks("weight")]
    first = [title for title in weights if not title.startswith("unit")]
    assert sorted(first) == ["a → unit 1.1: 1024", "b → unit 1.2: 1024", "cin → unit 1.3: 1024"]
    logic = sum(np.count_nonzero(part) for part in gate.weights[1:])
    assert len(weights) == 3 + logic
