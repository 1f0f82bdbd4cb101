"""A recipe that needs a plugin which is not here: kept as it is, but it cannot be run.

Example:
    >>> plain = {"optimiser": {"name": "lion"}, "restarts": 16, "box_radius": 0.45,
    ...          "plugins": {"optimiser": "'lion' (gatewright-lion 1.0)"}}
    >>> recipe = absent(plain)
    >>> recipe.missing
    "the optimiser 'lion' is of plugin 'lion' (gatewright-lion 1.0), which is not here"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from gatewright.errors import RecipeError
from gatewright.gates.schema import MisfitError, Text, check
from gatewright.kinds import Provided
from gatewright.learn.activations import ACTIVATIONS
from gatewright.learn.inits import INITS
from gatewright.learn.losses import LOSSES
from gatewright.learn.optimisers import OPTIMISERS
from gatewright.records import dataclass

_PROVIDER = Text(200)
"""A plugin as a file names it."""


@dataclass(frozen=True, slots=True)
class AbsentRecipe:
    """How a gate was trained, by what a plugin gave that is not here.

    Attributes:
        plain: the recipe as plain values, as `Recipe.to_dict` gave them.
        missing: what is not here, and whose it is, in words.
        restarts: how many there were.
        box_radius: half-width of the boxes.
        hint: what to do about it.

    Example:
        >>> AbsentRecipe({}, "the optimiser 'lion' is of a plugin which is not here", 16, 0.45).restarts
        16
    """

    plain: Mapping[str, Any]
    missing: str
    restarts: int
    box_radius: float
    hint: str = "install it"

    def here(self) -> NoReturn:
        """Never a recipe.

        Raises:
            RecipeError: always; it names the plugin.
        """
        raise RecipeError(self.missing, hint=self.hint)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, as it was."""
        return dict(self.plain)


def absent(plain: Mapping[str, Any]) -> AbsentRecipe | None:
    """The recipe of plain values that names a plugin which is not here; none if it names no such thing.

    Raises:
        MisfitError: what it says of plugins is not what is written there.
    """
    plugins = plain.get("plugins")
    if plugins is None:
        return None
    if not isinstance(plugins, Mapping) or not set(plugins) <= set(_REGISTRIES):
        raise MisfitError("'recipe.plugins' does not say whose its parts are")
    for part, whose in plugins.items():
        check(whose, _PROVIDER, f"recipe.plugins.{part}")
        for name in names_of(plain.get(part)):
            if name not in _REGISTRIES[part]:
                one = part.removesuffix("s") if part == "activations" else part
                why, hint = _REGISTRIES[part].gone(name, str(whose))
                missing = f"the {one} '{name}' is of plugin {whose}, {why}"
                restarts, radius = plain.get("restarts"), plain.get("box_radius")
                if not isinstance(restarts, int) or not isinstance(radius, int | float):
                    raise MisfitError("'recipe' does not say its restarts and boxes")
                return AbsentRecipe(plain, missing, restarts, float(radius), hint)
    return None


def foreign(plain: Mapping[str, Any]) -> dict[str, str]:
    """Whose the parts of a recipe are that come from plugins, by part."""
    found = {}
    for part, registry in _REGISTRIES.items():
        for name in names_of(plain.get(part)):
            if whose := registry.foreign(name):
                found[part] = whose
    return found


def names_of(part: Any) -> list[str]:
    """What a part of a recipe names: activations without their number, an optimiser without its settings."""
    if isinstance(part, Mapping):
        part = part.get("name")
    listed = part if isinstance(part, list | tuple) else [part]
    return [each.partition("(")[0] for each in listed if isinstance(each, str)]


_REGISTRIES: Mapping[str, Provided[Any]] = {
    "activations": ACTIVATIONS,
    "loss": LOSSES,
    "optimiser": OPTIMISERS,
    "init": INITS,
}
