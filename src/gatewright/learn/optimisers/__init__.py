"""Optimisers: each a frozen record of its settings with a ``start`` and a ``step``.

After `gatewright.learn.objective`, before `gatewright.learn.fit`, which runs them. `state` says what they
share; then one file a family: `descent`, `online`, `lbfgs`, `levenberg`.

Example:
    >>> OPTIMISERS["adam"]().lr
    0.05
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.learn.optimisers.descent import Adam, GradientDescent, Momentum
from gatewright.learn.optimisers.lbfgs import LBFGS
from gatewright.learn.optimisers.levenberg import LevenbergMarquardt
from gatewright.learn.optimisers.online import Online
from gatewright.learn.optimisers.state import Optimiser, State, keep

OPTIMISERS: Mapping[str, Any] = {
    "gd": GradientDescent,
    "momentum": Momentum,
    "online": Online,
    "adam": Adam,
    "lbfgs": LBFGS,
    "lm": LevenbergMarquardt,
}
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
