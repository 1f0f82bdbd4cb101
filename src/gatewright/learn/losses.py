"""Loss functions and their gradients with respect to the network's outputs.

Entries that do not matter (don't-cares) are left out by ``care``, an array of ones and zeros that broadcasts
to the outputs.

Example:
    >>> outputs = np.array([[[0.8], [0.4]]])  # one restart, two rows, one output
    >>> targets, care = np.array([[1.0], [0.0]]), np.ones((2, 1))
    >>> loss("mse").value(outputs, targets, care).round(12).tolist()
    [0.1]
    >>> loss("mse").gradient(outputs, targets, care).round(12).ravel().tolist()
    [-0.2, 0.4]
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.kinds import Provided
from gatewright.records import dataclass
from gatewright.text import named_here

_TINY = 1e-300  # keeps ln and division finite where an output is exactly 0 or 1


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss, for outputs a of shape (restarts, rows, outputs) and targets (rows, outputs).

    Attributes:
        name: as recipes call it.
        value: the loss of every restart, shape (restarts,).
        gradient: dL/da, the shape of the outputs.
        logistic_gradient: dL/dz where a is the logistic of z and the product dL/da · f'(z) would
            lose its value to rounding (a near 0 or 1); none where the plain product is exact enough.
        formula: L and dL/da as a teacher writes them.
        squares: whether it is a multiple of the sum of squares, which is what Levenberg-Marquardt minimises.

    ``care``, the third argument of all three, is one where an entry matters and zero where it does not; it
    broadcasts to the outputs.

    Example:
        >>> from gatewright.learn.losses import LOSSES
        >>> LOSSES["half-sse"].value(np.array([[[0.5]]]), np.ones((1, 1)), np.ones((1, 1))).tolist()
        [0.125]
    """

    name: str
    value: Callable[[Floats, Floats, Floats], Floats]
    gradient: Callable[[Floats, Floats, Floats], Floats]
    logistic_gradient: Callable[[Floats, Floats, Floats], Floats] | None = None
    formula: tuple[str, str] = ("L", "dL/da")
    squares: bool = False


def loss(name: str) -> Loss:
    """The loss called ``name``.

    Raises:
        RecipeError: no loss has that name.
    """
    if name not in LOSSES:
        LOSSES.check_given_once(name)
        raise RecipeError(f"unknown loss '{name}'", hint=named_here(name, LOSSES))
    return LOSSES[name]


def _count(targets: Floats, care: Floats) -> Floats:
    """How many entries matter, shape (…, 1, 1); at least 1, so that rows of don't-cares weigh nothing."""
    full = care if care.shape == targets.shape else np.broadcast_to(care, targets.shape)
    matters = full.sum((-2, -1), keepdims=True)
    return np.asarray(np.maximum(matters, 1.0))


def _mean(entries: Floats, targets: Floats, care: Floats) -> Floats:
    return np.asarray((care * entries / _count(targets, care)).sum((-2, -1)))


def _cross_entropy(a: Floats, y: Floats, care: Floats) -> Floats:
    surprise = y * np.log(np.maximum(a, _TINY)) + (1.0 - y) * np.log(np.maximum(1.0 - a, _TINY))
    return _mean(-surprise, y, care)


def _cross_entropy_gradient(a: Floats, y: Floats, care: Floats) -> Floats:
    return np.asarray(care * (a - y) / np.maximum(a * (1.0 - a), _TINY) / _count(y, care))


BUILT_IN: tuple[Loss, ...] = (
    Loss(
        "cross-entropy",
        _cross_entropy,
        _cross_entropy_gradient,
        lambda a, y, care: np.asarray(care * (a - y) / _count(y, care)),
        ("L = −mean(y·ln a + (1 − y)·ln(1 − a)), in nats", "dL/da = (a − y) / (a·(1 − a)) / n"),
    ),
    Loss(
        "mse",
        lambda a, y, care: _mean((a - y) ** 2, y, care),
        lambda a, y, care: 2.0 * care * (a - y) / _count(y, care),
        None,
        ("L = mean((a − y)²)", "dL/da = 2·(a − y) / n"),
        squares=True,
    ),
    Loss(
        "half-sse",
        lambda a, y, care: 0.5 * (care * (a - y) ** 2).sum((-2, -1)),
        lambda a, y, care: care * (a - y),
        None,
        ("L = ½·Σ(a − y)²", "dL/da = a − y"),
        squares=True,
    ),
)
"""What comes with the project, as the hook ``gatewright_losses`` gives it."""

LOSSES: Provided[Loss] = Provided(
    "loss", RecipeError, {each.name: each for each in BUILT_IN}, hook="losses"
)
"""Every loss, by the name recipes call it."""
