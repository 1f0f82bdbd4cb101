"""A recipe: how a gate is trained.

After `gatewright.learn`, before `train`. A recipe is complete in itself: with a gate and a seed it
decides every weight.

Example:
    >>> from gatewright.logic.truth_table import TruthTable
    >>> xor = TruthTable.from_integers([0b0110], inputs=("a", "b"), outputs=("y",))
    >>> default_recipe(xor).layers
    (2, 4)
    >>> Recipe.from_dict(default_recipe(xor).to_dict()) == default_recipe(xor)
    True
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatewright.errors import RecipeError
from gatewright.learn import losses, starts
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import Adam, LevenbergMarquardt
from gatewright.logic.truth_table import TruthTable

OPTIMISERS: Mapping[str, type[Adam] | type[LevenbergMarquardt]] = {
    "adam": Adam,
    "lm": LevenbergMarquardt,
}
MOST_RESTARTS = 100_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a gate is trained.

    Attributes:
        layers: units of each hidden layer.
        activations: one activation for all layers, or one a layer, the output layer included.
        loss: what a gradient method minimises; Levenberg-Marquardt minimises squares.
        optimiser: the record of an optimiser's settings.
        start: where restarts begin (`gatewright.learn.starts`).
        spread: every row is learned at all corners of a box of this half-width around it, so that
            the gate tolerates sloppy inputs. A gate that cannot be learned so is tried with half,
            a quarter and none of it.
        tolerance: how near every output must come to its target.
        epochs: the most epochs a restart may run.
        restarts: starting points tried at once.

    Raises:
        RecipeError: a value that cannot be used.
    """

    layers: tuple[int, ...]
    activations: tuple[str, ...] = ("logistic",)
    loss: str = "mse"
    optimiser: Adam | LevenbergMarquardt = dataclasses.field(default_factory=LevenbergMarquardt)
    start: str = "restoring"
    spread: float = 0.0
    tolerance: float = 0.02
    epochs: int = 200
    restarts: int = 16

    def __post_init__(self) -> None:
        losses.loss(self.loss)
        if isinstance(self.optimiser, LevenbergMarquardt) and self.loss == "cross-entropy":
            raise RecipeError(
                "Levenberg-Marquardt minimises squares, not cross-entropy",
                hint="choose loss mse, or adam",
            )
        if self.start not in starts.NAMES:
            raise RecipeError(
                f"unknown start '{self.start}'", hint=f"choose one of {', '.join(starts.NAMES)}"
            )
        if not 0 <= self.spread < 0.5:
            raise RecipeError(
                f"a spread of {self.spread} cannot be used",
                hint="give a number from 0 to below 0.5",
            )
        if not 0 < self.tolerance < 0.5:
            raise RecipeError(
                f"a tolerance of {self.tolerance} tells no 0 from a 1",
                hint="give a number between 0 and 0.5",
            )
        if self.epochs < 1:
            raise RecipeError(
                f"{self.epochs} epochs cannot teach anything",
                hint="give at least 1, as in --epochs 200",
            )
        if not 1 <= self.restarts <= MOST_RESTARTS:
            raise RecipeError(
                f"{self.restarts} restarts cannot be run",
                hint=f"give 1 to {MOST_RESTARTS}, as in --restarts 16",
            )

    def architecture(self, table: TruthTable) -> Architecture:
        """The network this recipe gives a truth table.

        Raises:
            RecipeError: the layers or activations do not make one.
        """
        sizes = (len(table.inputs), *self.layers, len(table.outputs))
        activations = (
            self.activations if len(self.activations) > 1 else self.activations * (len(sizes) - 1)
        )
        return Architecture(sizes, activations)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, for JSON."""
        plain = dataclasses.asdict(self)
        name = next(name for name, kind in OPTIMISERS.items() if isinstance(self.optimiser, kind))
        plain["optimiser"] = {"name": name, **plain["optimiser"]}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Recipe:
        """The recipe that `to_dict` wrote.

        Raises:
            RecipeError: a missing or unknown key, or a value that cannot be used.
        """
        values = dict(plain)
        try:
            settings = dict(values.pop("optimiser"))
            values["optimiser"] = OPTIMISERS[settings.pop("name")](**settings)
            values["layers"] = tuple(values["layers"])
            values["activations"] = tuple(values["activations"])
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise RecipeError(f"not a recipe: {error}") from error


def default_recipe(table: TruthTable) -> Recipe:
    """The recipe that ``circuits train`` uses when nothing is chosen.

    Two hidden layers: one unit an input that restores it, and one wide enough for the outputs. Boxes
    are learned up to 6 inputs (2**k rows of 2**k corners); wide tables use a method whose memory
    grows with the rows alone.
    """
    inputs, outputs = len(table.inputs), len(table.outputs)
    layers = (inputs, max(4, 2 * inputs - 2, outputs + 2))
    if inputs <= 6:
        return Recipe(layers, spread=0.4)
    if inputs <= 10:
        return Recipe(layers)
    return Recipe(layers, loss="cross-entropy", optimiser=Adam(), epochs=2000, restarts=4)


def narrowing(spread: float) -> tuple[float, ...]:
    """The spreads a training tries in turn: the recipe's, half, a quarter, none."""
    return tuple(
        dict.fromkeys(0.0 if math.isclose(part, 0) else spread * part for part in (1, 0.5, 0.25, 0))
    )
