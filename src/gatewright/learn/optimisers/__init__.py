"""Optimisers: each a frozen record of its settings with a ``start`` and a ``step``.

`state` says what they share; then one file a family, imported when the first of it is asked for: `descent`,
`online`, `lbfgs`, `levenberg`.

Example:
    >>> OPTIMISERS["adam"]().lr
    0.05
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gatewright.errors import RecipeError
from gatewright.kinds import Provided
from gatewright.learn.optimisers.state import Optimiser, State, keep

if TYPE_CHECKING:
    from gatewright.learn.optimisers.descent import Adam, GradientDescent, Momentum
    from gatewright.learn.optimisers.lbfgs import LBFGS
    from gatewright.learn.optimisers.levenberg import LevenbergMarquardt
    from gatewright.learn.optimisers.online import Online

_HOMES = {
    "GradientDescent": "descent",
    "Momentum": "descent",
    "Online": "online",
    "Adam": "descent",
    "LBFGS": "lbfgs",
    "LevenbergMarquardt": "levenberg",
}
_KINDS = {
    "gd": "GradientDescent",
    "momentum": "Momentum",
    "online": "Online",
    "adam": "Adam",
    "lbfgs": "LBFGS",
    "lm": "LevenbergMarquardt",
}


class _BuiltIn(Mapping[str, Any]):
    """Optimisers that come with the project; a class is imported when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        return __getattr__(_KINDS[name])

    def __contains__(self, name: object) -> bool:
        return name in _KINDS

    def __iter__(self) -> Iterator[str]:
        return iter(_KINDS)

    def __len__(self) -> int:
        return len(_KINDS)


BUILT_IN = _BuiltIn()
"""What comes with the project, as the hook ``gatewright_optimisers`` gives it."""

OPTIMISERS: Provided[Any] = Provided("optimiser", RecipeError, BUILT_IN, hook="optimisers")
"""Every optimiser, by the name recipes call it."""

__all__ = [
    "LBFGS",
    "OPTIMISERS",
    "Adam",
    "GradientDescent",
    "LevenbergMarquardt",
    "Momentum",
    "Online",
    "Optimiser",
    "State",
    "keep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewright.learn.optimisers' has no attribute '{name}'")
    return getattr(import_module(f"gatewright.learn.optimisers.{_HOMES[name]}"), name)
