"""How far a training got that learned nothing, and the error that says so.

Example:
    >>> few = Shortfall("xor", 4, 10, 0, 1, 0.0625, 0.02, 0, 0)
    >>> str(GateNotLearnedError(few)).partition(":")[0]
    "'xor' was not learned"
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import Hint, NotLearnedError
from gatewright.gates.training.attempt import Attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.on_bits.learn import NotOnBits
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.separable import separable
from gatewright.logic.numerals import counted
from gatewright.records import dataclass


def _row_errors(dataset: Dataset, recipe: Recipe, theta: Floats) -> Floats:
    """The largest distance of an output from its target in the bare rows, shape (restarts,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return dataset.objective(recipe).residuals(theta).error


MONOTONE = {"logistic", "tanh", "relu", "softplus", "identity", "clipped"}
"""Activations that never fall: a unit of them crosses a half once."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far the restarts of a failed training got.

    Attributes:
        name: of the gate, or of what was to be learned.
        restarts: how many there were.
        epochs: how long each was given.
        right: restarts whose every output is within a half.
        near: restarts within 0.1 of every row.
        closest: the smallest worst error of any restart.
        tolerance: what it should have been.
        diverged: restarts whose loss ceased to be a number.
        diverged_at: the first epoch at which one did; 0 if none.
        tried: hidden units of the logic layers that were tried, where inputs are restored; the other figures are
            of the last of them.
        wrong: outputs that the best of all sizes has wrong, in the rows that it learned; 0 where it has none, but
            others, or could not be proved.
        right_rows: rows of all in which the best of all sizes has every output right.
        rows: all that matter.
        inseparable: outputs that no network without a hidden layer computes, where it had none.
    """

    name: str
    restarts: int
    epochs: int
    right: int
    near: int
    closest: float
    tolerance: float
    diverged: int
    diverged_at: int
    tried: tuple[int, ...] = ()
    wrong: int = 0
    right_rows: int = 0
    rows: int = 0
    inseparable: tuple[str, ...] = ()


def shortfall(dataset: Dataset, recipe: Recipe, made: Attempt) -> Shortfall:
    """How far the restarts of an attempt got."""
    result = made.fit
    learned = made.on_bits is None
    errors = _row_errors(dataset, recipe, result.theta) if learned else result.error
    errors = np.where(np.isfinite(errors) & ~result.diverged, errors, np.inf)
    return Shortfall(
        name=dataset.name,
        restarts=recipe.restarts,
        epochs=recipe.epochs,
        right=int((errors < 0.5).sum()),
        near=int((errors <= 0.1).sum()),
        closest=float(errors.min()),
        tolerance=recipe.tolerance,
        diverged=int(result.diverged.sum()),
        diverged_at=int(result.epochs[result.diverged].min(initial=recipe.epochs))
        if result.diverged.any()
        else 0,
        tried=made.on_bits.tried if made.on_bits is not None else (),
        wrong=made.on_bits.wrong if isinstance(made.on_bits, NotOnBits) else 0,
        right_rows=made.on_bits.right if isinstance(made.on_bits, NotOnBits) else 0,
        rows=made.on_bits.rows if isinstance(made.on_bits, NotOnBits) else 0,
        inseparable=_inseparable(dataset, recipe),
    )


def _inseparable(dataset: Dataset, recipe: Recipe) -> tuple[str, ...]:
    """The outputs that one layer of monotone units cannot give, whatever its weights."""
    bits = np.isin(dataset.y, (0.0, 1.0)).all() and np.isin(dataset.x, (0.0, 1.0)).all()
    whole = len(dataset.x) == 2 ** len(dataset.inputs)
    monotone = {name.partition("(")[0] for name in recipe.activations} <= MONOTONE
    if recipe.layers or recipe.restoring or not (bits and whole and monotone):
        return ()

    def number(column: Floats) -> int:
        return sum(1 << row for row, bit in enumerate(column.tolist()) if bit)

    return tuple(
        name
        for place, name in enumerate(dataset.outputs)
        if separable(
            number(dataset.y[:, place]), len(dataset.inputs), number(dataset.care[:, place])
        )
        is False
    )


class GateNotLearnedError(NotLearnedError):
    """No restart learned the gate; ``shortfall`` says how far they got."""

    def __init__(self, shortfall: Shortfall) -> None:
        self.shortfall = few = shortfall
        if few.tried:
            sizes = ", ".join(map(str, few.tried))
            best = f"the best has {few.right_rows} of {few.rows} rows right"
            if few.right_rows == few.rows:
                best += ", but cannot be proved with so few bits a weight"
            super().__init__(
                f"'{few.name}' was not learned with {sizes} hidden units: {best}",
                hint=Hint(
                    "allow more bits a weight, or build it as a circuit of smaller gates",
                    "not on bits",
                ),
            )
            return
        if few.inseparable:
            ports = " and ".join(f"'{each}'" for each in few.inseparable)
            super().__init__(
                f"no network without a hidden layer computes {ports} of '{few.name}': no line, plane or "
                "hyperplane parts the rows that give 1 from those that give 0",
                hint=Hint("give it a hidden layer", "not separable", units=2),
            )
            return
        told = (
            f"'{few.name}' was not learned: of {counted(few.restarts, 'restart')} 0 came within "
            f"{few.tolerance:g} of its rows in {counted(few.epochs, 'epoch')}, {few.near} within 0.1, "
            f"{few.right} have every bit right"
        )
        if few.diverged:
            told += f"; {few.diverged} diverged, the first at epoch {few.diverged_at}"
        if np.isfinite(few.closest):
            told += f"; the closest is off by {few.closest:.3g}"
        hint = (
            Hint("try a smaller learning rate", "diverged")
            if few.diverged
            else Hint("try more epochs, more restarts or wider layers", "not learned")
        )
        super().__init__(told, hint=hint)
