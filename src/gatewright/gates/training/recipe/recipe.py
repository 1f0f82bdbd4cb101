"""A recipe: how a gate is trained.

A recipe is complete in itself: with rows to learn and a seed it decides every weight. `recipe_text` reads and
writes recipes as TOML.

Example:
    >>> recipe = Recipe((2, 4), box_radius=0.45, harden=True)
    >>> recipe.epochs, recipe.architecture(2, 1).sizes
    (200, (2, 2, 4, 1))
    >>> Recipe.from_dict(recipe.to_dict()) == recipe
    True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from gatewright.certify.grid import FEWEST_BITS, MOST_BITS
from gatewright.checks import is_number
from gatewright.errors import Hint, RecipeError
from gatewright.gates.schema import Kind, Number, Several, Text, Truth, shown
from gatewright.gates.training.absent import foreign
from gatewright.gates.training.recipe.older import with_todays_names
from gatewright.gates.training.recipe_values import (
    INTEGER,
    WORD,
    check_keys,
    plain_settings,
    record_of,
    value_of,
)
from gatewright.learn.activations import activation
from gatewright.learn.inits import INITS, Init, Restoring
from gatewright.learn.losses import loss
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import OPTIMISERS, LevenbergMarquardt, Optimiser
from gatewright.learn.optimisers.state import by_squares
from gatewright.records import dataclass

MOST_RESTARTS = 100_000
MOST_EPOCHS = 10_000_000
MOST_LAYERS = 64
MOST_PARAMETERS = 20_000
MOST_WORK, MOST_WORK_AN_EPOCH, LARGEST_JACOBIAN = 1 << 44, 1 << 32, 1 << 28
"""Products of a weight and a signal in a whole training and in one of its epochs: hours, and some seconds.
And the numbers of the matrix that Levenberg-Marquardt makes in each: 2 GB of them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a gate is trained.

    Attributes:
        layers: units of each hidden layer; none for a network without one.
        activations: one activation for all layers, or one a layer, the output layer included.
        loss: what a gradient method minimises; Levenberg-Marquardt minimises squares.
        optimiser: the record of an optimiser's settings.
        init: the record of where restarts begin.
        box_radius: every row is learned at all corners of a box of this half-width around it too, so
            that the gate tolerates sloppy inputs. A gate that cannot be learned so is tried with half,
            a quarter and none of it.
        tolerance: how near every output must come to its target.
        early_stopping: whether a restart stops as soon as it is within the tolerance.
        epochs: the most epochs a restart may run; by default as many as its optimiser is usually given.
        restarts: starting points tried at once.
        harden: whether a gate of logistic units, once learned with its boxes, becomes one of clipped units
            and few-bit weights that is proved to tolerate all of every box.
        weight_bits: of a hardened gate, sign included; 0 for the fewest that can be proved.
        restoring: whether each input is restored first, by a layer of its own, and the logic behind it learned on
            bits: of as many hidden units as the table needs, always hardened, and proved for the box radius.
            Layers, losses and all else that is about other trainings do not matter then.
        smallest: of a gate that restores its inputs, whether to look harder for few units and weights.

    Raises:
        RecipeError: a value that cannot be used.

    Example:
        >>> Recipe((2,), optimiser=LevenbergMarquardt()).epochs
        200
    """

    layers: tuple[int, ...]
    activations: tuple[str, ...] = ("logistic",)
    loss: str = "mse"
    optimiser: Optimiser = field(default_factory=LevenbergMarquardt)
    init: Init = field(default_factory=Restoring)
    box_radius: float = 0.0
    tolerance: float = 0.02
    early_stopping: bool = True
    epochs: int = None  # type: ignore[assignment] # set below, where it is not given
    restarts: int = 16
    harden: bool = False
    weight_bits: int = 8
    restoring: bool = False
    smallest: bool = False

    def __post_init__(self) -> None:
        _check_kinds(self)
        if self.epochs is None:
            object.__setattr__(self, "epochs", self.optimiser.epochs)
        for name in self.activations:
            activation(name)
        if by_squares(self.optimiser) and not loss(self.loss).squares:
            name = getattr(self.optimiser, "title", self.optimiser.name)
            raise RecipeError(
                f"{name} minimises squares, not {self.loss}",
                hint="choose the loss mse, or another optimiser",
            )
        if not (is_number(self.box_radius) and 0 <= self.box_radius < 0.5):
            raise RecipeError(
                f"a box radius of {self.box_radius} cannot be used",
                hint="give a number from 0 to below 0.5",
            )
        if not (is_number(self.tolerance) and 0 < self.tolerance < 0.5):
            raise RecipeError(
                f"a tolerance of {self.tolerance} tells no 0 from a 1",
                hint="give a number between 0 and 0.5",
            )
        if self.epochs < 1:
            raise RecipeError(
                f"{shown(self.epochs)} epochs cannot teach anything",
                hint=Hint("give at least 1", "epochs"),
            )
        if self.epochs > MOST_EPOCHS:
            raise RecipeError(
                f"{shown(self.epochs)} epochs are more than any training needs",
                hint=f"give 1 to {MOST_EPOCHS}",
            )
        if not 1 <= self.restarts <= MOST_RESTARTS:
            raise RecipeError(
                f"{shown(self.restarts)} restarts cannot be run",
                hint=Hint(f"give 1 to {MOST_RESTARTS}", "restarts"),
            )
        if self.weight_bits and not FEWEST_BITS <= self.weight_bits < MOST_BITS:
            raise RecipeError(
                f"weights of {shown(self.weight_bits)} bits cannot be used",
                hint=f"give {FEWEST_BITS} to {MOST_BITS - 1}, or min for the fewest that can be proved",
            )

        if self.restoring and (self.layers or not self.box_radius or not self.harden):
            raise RecipeError(
                "a recipe that restores inputs chooses its layers and hardens them for a box radius",
                hint="leave the layers empty, and give a box_radius and harden = true",
            )
        if self.smallest and not self.restoring:
            raise RecipeError(
                "only a gate that restores its inputs is made as small as can be",
                hint=Hint("give restoring = true", "smallest restores"),
            )

    @property
    def hardens(self) -> bool:
        """Whether it can: the units are smooth, and boxes are learned."""
        return (
            self.harden
            and self.box_radius > 0
            and all(activation(name).smooth for name in self.activations)
        )

    def architecture(self, inputs: int, outputs: int) -> Architecture:
        """The network this recipe gives rows of so many inputs and outputs.

        Raises:
            RecipeError: the layers or activations do not make one.
        """
        if self.restoring:  # what is expected before it is learned: a hidden unit an input
            expected = (inputs, inputs, inputs, outputs)
            return Architecture(expected, ("clipped",) * 3, restoring=True)
        if len(self.layers) > MOST_LAYERS:
            raise RecipeError(
                f"{len(self.layers)} hidden layers cannot be trained",
                hint=f"give at most {MOST_LAYERS}",
            )
        sizes = (inputs, *self.layers, outputs)
        repeated = len(self.activations) == 1
        architecture = Architecture(sizes, self.activations * (len(sizes) - 1 if repeated else 1))
        if architecture.parameters > MOST_PARAMETERS:
            raise RecipeError(
                f"a network of {shown(architecture.parameters)} parameters is not a small one",
                hint=Hint(
                    f"choose layers with at most {MOST_PARAMETERS} parameters in all",
                    "many parameters",
                    most=MOST_PARAMETERS,
                ),
            )
        return architecture

    def work_an_epoch(self, inputs: int, outputs: int, rows: int, box_radius: float) -> int:
        """Products of a weight and a signal in one epoch; the arguments are those of `check_work`."""
        points = rows * (1 + (1 << inputs)) if box_radius and not self.restoring else rows
        return self.restarts * self.architecture(inputs, outputs).parameters * points

    def check_work(self, inputs: int, outputs: int, rows: int, box_radius: float) -> None:
        """Refuse what would take days, or more memory than there is; asked before anything is made for it.

        Args:
            inputs: of the rows.
            outputs: likewise.
            rows: without the corners of their boxes.
            box_radius: half-width of these; 0 for none.

        Raises:
            RecipeError: it would.
        """
        if self.restoring:
            return  # it learns some rows at a time, and gives up by itself
        epoch = self.work_an_epoch(inputs, outputs, rows, box_radius)
        squares = by_squares(self.optimiser)
        if (
            epoch > MOST_WORK_AN_EPOCH
            or epoch * self.epochs > MOST_WORK
            or (squares and epoch * outputs > LARGEST_JACOBIAN)
        ):
            what = f"{self.restarts} restarts of {self.epochs} epochs on {rows} rows"
            raise RecipeError(
                f"{what} are too much to be trained",
                hint="give fewer restarts, epochs or units, or learn no margin",
            )

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, for JSON and TOML."""
        plain = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        plain["optimiser"] = plain_settings(self.optimiser)
        plain["init"] = plain_settings(self.init)
        plain["layers"], plain["activations"] = list(self.layers), list(self.activations)
        if not self.smallest:  # so that versions before it read what does not need it
            del plain["smallest"]
        if whose := foreign(plain):
            plain["plugins"] = whose
        return plain

    def here(self) -> Recipe:
        """The recipe itself: all that it needs is here, unlike with an `AbsentRecipe`."""
        return self

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Recipe:
        """The recipe of plain values, as `to_dict` gives them.

        ``layers`` and ``optimiser`` must be there, the rest has defaults; optimiser and init are a
        name, or a mapping with a name and settings.

        Raises:
            RecipeKeyError: a missing or unknown key, which it names.
            RecipeError: a value that cannot be used.
        """
        values = with_todays_names(plain)
        values.pop("plugins", None)  # for those who lack one of them
        known = [each.name for each in dataclasses.fields(cls)]
        check_keys(values, known, required=("layers", "optimiser"), where="")
        values["optimiser"] = record_of(values["optimiser"], OPTIMISERS, "optimiser")
        if "init" in values:
            values["init"] = record_of(values["init"], INITS, "init")
        for key, kind in _KINDS.items():
            if key in values:
                values[key] = value_of(key, values[key], kind)
        return cls(**values)


def check_hardens(recipe: Recipe) -> None:
    """Refuse a recipe that is to harden and learns no boxes: it would be left as it is, and nothing proved of it.

    Raises:
        RecipeError: it is such a one.
    """
    if recipe.harden and not recipe.box_radius:
        raise RecipeError(
            "harden = true is for a gate that learned boxes around its rows, and box_radius is 0",
            hint="give a box radius, as in 0.45, or leave harden out",
        )


_KINDS: Mapping[str, Kind] = {
    "layers": Several(INTEGER, 0, MOST_LAYERS),
    "activations": Several(Text(WORD), 0, MOST_LAYERS + 1),
    "loss": Text(WORD),
    **dict.fromkeys(("box_radius", "tolerance"), Number()),
    **dict.fromkeys(("epochs", "restarts", "weight_bits"), INTEGER),
    **dict.fromkeys(("early_stopping", "harden", "restoring", "smallest"), Truth()),
}
"""Of what kind a value is; whether it can be used, a recipe says itself, however it is made."""


def _check_kinds(recipe: Recipe) -> None:
    """Refuse values of other kinds than the fields have.

    Raises:
        RecipeError: one is.
    """
    layers, words = recipe.layers, recipe.activations
    if not isinstance(layers, tuple | list) or not all(type(units) is int for units in layers):
        raise RecipeError(
            f"layers={layers!r} are not whole numbers of units", hint="give several, as in (2, 4)"
        )
    if not isinstance(words, tuple | list) or not all(isinstance(each, str) for each in words):
        raise RecipeError(
            f"activations={words!r} are not names of activations",
            hint="give one for each layer, or one for all, as in ('tanh',)",
        )
    if not isinstance(recipe.loss, str):
        raise RecipeError(f"loss={recipe.loss!r} is not the name of a loss", hint="as in 'mse'")
    for name, value, example in (
        ("optimiser", recipe.optimiser, "Adam(lr=0.01)"),
        ("init", recipe.init, "Glorot()"),
    ):
        if value is None or isinstance(value, str | type):
            raise RecipeError(
                f"{name}={value!r} is not a record of settings", hint=f"as in {example}"
            )
    for name in ("harden", "restoring", "smallest"):
        if not isinstance(getattr(recipe, name), bool):
            raise RecipeError(f"{name}={getattr(recipe, name)!r} is not True or False")
    if type(recipe.restarts) is not int:
        raise RecipeError(f"restarts={recipe.restarts!r} is not a whole number", hint="as in 16")
