"""What a user chose of a recipe: a whole one by name or file, and single options over it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.errors import RecipeError, UnknownRecipeError, UsageError
from gatewright.records import dataclass
from gatewright.text import named_here

if TYPE_CHECKING:
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe import Recipe
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.logic.truth_table import TruthTable
    from gatewright.plugins.manager import Plugins


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of a command that trains, as they were given; none where one was not."""

    recipe: str | None = None
    layers: str | None = None
    activations: str | None = None
    loss: str | None = None
    optimiser: str | None = None
    lr: float | None = None
    init: str | None = None
    epochs: int | None = None
    restarts: int | None = None
    margin: float | None = None
    smooth: bool = False
    weight_bits: str | None = None
    smallest: bool = False
    seed: int | None = None
    """It holds against that of an init, as every option against its recipe."""

    def words(self) -> list[str]:
        """The options as a user would give them again."""
        found: list[str] = []
        for name in ("recipe", "layers", "activations", "loss", "optimiser", "lr", "init"):
            value = getattr(self, name)
            if value is not None:
                found += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
        return found

    def check(self) -> None:
        """Refuse what no recipe says, and what contradicts itself.

        Raises:
            UsageError: a margin that cannot be proved; bits of weights that are not to be rounded.
        """
        if self.margin is not None and not 0 < self.margin < 0.5:
            raise UsageError(
                f"a margin of {self.margin:g} cannot be proved",
                hint="give a number above 0 and below 0.5",
            )
        if self.smooth and self.weight_bits is not None:
            raise UsageError(
                "--weight-bits are those of a hardened gate, and --no-harden leaves it as it is",
                hint="give one or the other",
            )

    def named(self, plugins: Plugins) -> NamedRecipe | None:
        """The recipe named by ``--recipe``, from a plugin or a file; none if none was named.

        Raises:
            UnknownRecipeError: it is neither.
            RecipeError: the file is not a recipe.
        """
        if self.recipe is None:
            return None
        path = Path(self.recipe)
        if path.suffix != ".toml" and path.name == self.recipe:
            return plugins.recipes[self.recipe]
        from gatewright.files import read_regular
        from gatewright.gates.training.recipe_text import MOST_BYTES, read_recipe

        try:
            text = read_regular(path, MOST_BYTES).decode()
        except FileNotFoundError:
            raise UnknownRecipeError(
                f"there is no recipe file {path}", hint="'circuits recipes' lists those with a name"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise RecipeError(f"{path} cannot be read: {why}", hint="name a TOML file") from error
        return read_recipe(text, path.stem, source=str(path))

    def over(self, recipe: Recipe) -> Recipe:
        """A recipe with the single options in place of its own.

        Raises:
            RecipeError: a value that cannot be used.
            UsageError: a value that cannot be read.
        """
        from gatewright.gates.training.recipe_values import setting_names
        from gatewright.learn.inits import INITS
        from gatewright.learn.optimisers import OPTIMISERS

        changes: dict[str, Any] = {}
        if self.optimiser is not None:
            other = _pick(OPTIMISERS, "optimiser", self.optimiser)
            changes |= {"optimiser": other, "epochs": other.epochs}
        if self.layers is not None:
            changes["layers"] = read_layers(self.layers)
        if self.activations is not None:
            changes["activations"] = tuple(name.strip() for name in self.activations.split(","))
        if self.loss is not None:
            changes["loss"] = self.loss
        if self.lr is not None:
            settings: Any = changes.get("optimiser", recipe.optimiser)
            changes["optimiser"] = dataclasses.replace(settings, lr=self.lr)
        if self.init is not None:
            if self.init == "fixed":
                raise UsageError(
                    "a fixed init needs its values", hint="write them in a recipe file"
                )
            changes["init"] = _pick(INITS, "init", self.init)
        init: Any = changes.get("init", recipe.init)
        if self.seed is not None and "seed" in setting_names(init):
            changes["init"] = dataclasses.replace(init, seed=self.seed)
        if self.epochs is not None:
            changes["epochs"] = self.epochs
        if self.restarts is not None:
            changes["restarts"] = self.restarts
        if self.margin is not None:
            changes["box_radius"] = self.margin
        if self.smooth:
            changes["harden"] = False
        if self.weight_bits is not None:
            changes["weight_bits"] = _read_bits(self.weight_bits)
        if self.smallest:
            changes["smallest"] = True
        return dataclasses.replace(recipe, **changes)

    def for_table(
        self, named: NamedRecipe | None, table: TruthTable, *, dense: bool = False
    ) -> Recipe:
        """The recipe for a gate, checked against its ports.

        Args:
            named: a whole recipe to begin with.
            table: of the gate.
            dense: whether it must be one without a restoring layer, as it is where no recipe is named and
                layers, or how they are learned, were chosen.

        Raises:
            RecipeError: it does not fit.
        """
        from gatewright.gates.training.recipe import default_recipe, dense_recipe

        dense = dense or self.smooth
        dense = dense or any(
            each is not None
            for each in (
                *(self.layers, self.activations, self.loss, self.optimiser),
                *(self.lr, self.init, self.epochs),
            )
        )
        usual = dense_recipe(table) if dense else default_recipe(table)
        recipe = self.over(usual if named is None else named.recipe)
        recipe.architecture(len(table.inputs), len(table.outputs))
        return recipe

    def for_dataset(self, named: NamedRecipe, dataset: Dataset) -> Recipe:
        """The recipe for rows of numbers, checked against them.

        Raises:
            RecipeError: it does not fit.
        """
        recipe = self.over(named.recipe)
        recipe.architecture(len(dataset.inputs), len(dataset.outputs))
        return recipe


def read_layers(text: str) -> tuple[int, ...]:
    """Hidden layers as ``--layers`` gives them: ``4,4``, or ``none``.

    Raises:
        UsageError: it is neither.
    """
    from gatewright.logic.numerals import cut

    if text == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"--layers {cut(text)} is not a list of whole numbers",
            hint="as in --layers 4,4: two hidden layers of 4 units",
        ) from None


def _read_bits(text: str) -> int:
    from gatewright.logic.numerals import cut

    if text == "min":
        return 0
    try:
        bits = int(text)
    except ValueError:
        bits = 0
    if bits < 1:
        raise UsageError(
            f"--weight-bits {cut(text)} is not a number of bits",
            hint="as in --weight-bits 8, or min for the fewest that can be proved",
        )
    return bits


def _pick(registry: Any, what: str, name: str) -> Any:
    if name not in registry:
        registry.check_given_once(name)
        raise RecipeError(f"unknown {what} '{name}'", hint=named_here(name, registry))
    return registry[name]()
