"""A dataset: rows to learn, from a truth table or of real numbers.

A truth table's rows are bits; other rows may be any numbers, such as the sum 0, 1, 1, 2, and are learned
within a tolerance.

Example:
    >>> total = Dataset.of_numbers("sum", ("x1", "x2"), ("y",), [[0, 0], [0, 1], [1, 0], [1, 1]],
    ...                           [[0], [1], [1], [2]])
    >>> total.y.ravel().tolist()
    [0.0, 1.0, 1.0, 2.0]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.proof import Rows
from gatewright.errors import RecipeError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.objective import Objective
from gatewright.logic.bits import table_rows
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Rows to learn.

    Attributes:
        name: of the gate, or of what the numbers are.
        inputs: port names.
        outputs: port names.
        x: shape (rows, inputs).
        y: shape (rows, outputs).
        care: ones, and zeros where an entry of y does not matter, shape (rows, outputs).
        rows: a label for each row.

    Example:
        >>> from gatewright.api.gates import gate
        >>> Dataset.of_gate(gate("xor")).x.shape
        (4, 2)
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    x: Floats
    y: Floats
    care: Floats
    rows: tuple[str, ...]

    @classmethod
    def of_gate(cls, spec: GateSpec) -> Dataset:
        """The rows of a truth table."""
        table = spec.table
        patterns = table.patterns
        return cls(
            spec.name,
            table.inputs,
            table.outputs,
            patterns.astype(np.float64),
            table.values.astype(np.float64),
            table.care.astype(np.float64),
            tuple("".join(map(str, row)) for row in patterns.tolist()),
        )

    @classmethod
    def of_numbers(
        cls,
        name: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        x: Sequence[Sequence[float]],
        y: Sequence[Sequence[float]],
    ) -> Dataset:
        """Rows of real numbers.

        Raises:
            RecipeError: not as many targets as rows, rows of the wrong length, or of what is not a number.
        """
        given, wanted = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
        if not np.isfinite(given).all() or not np.isfinite(wanted).all():
            raise RecipeError(
                f"dataset '{name}' has rows that are not numbers", hint="give finite ones"
            )
        if given.shape != (len(x), len(inputs)) or wanted.shape != (len(x), len(outputs)):
            raise RecipeError(
                f"dataset '{name}': {given.shape} inputs and {wanted.shape} targets do not fit "
                f"{len(inputs)} inputs and {len(outputs)} outputs"
            )
        labels = tuple(",".join(f"{value:g}" for value in row) for row in given.tolist())
        return cls(name, tuple(inputs), tuple(outputs), given, wanted, np.ones_like(wanted), labels)

    def row(self, label: str) -> int:
        """The number of the row called ``label``.

        Raises:
            RecipeError: there is none.
        """
        if label not in self.rows:
            few = ", ".join(self.rows[:8]) + (", …" if len(self.rows) > 8 else "")
            raise RecipeError(f"'{self.name}' has no row '{label}'", hint=f"its rows are {few}")
        return self.rows.index(label)

    def truth_table(self) -> Rows:
        """The rows as a truth table.

        Raises:
            RecipeError: they are of real numbers.
        """
        every = table_rows(len(self.inputs)).astype(np.float64)
        if not np.array_equal(self.x, every) or not np.isin(self.y, (0.0, 1.0)).all():
            raise RecipeError(
                f"'{self.name}' is not a truth table, and inputs are restored of bits alone",
                hint="leave out restoring, and give layers",
            )
        return Rows(self.x, self.y, self.care)

    def objective(self, recipe: Recipe, box_radius: float = 0.0) -> Objective:
        """What a recipe minimises here; each row stands there itself and at every corner of a box around it.

        Raises:
            RecipeError: the recipe's network does not fit the rows, or asks for too much work on them.
        """
        architecture = recipe.architecture(len(self.inputs), len(self.outputs))
        width = len(self.inputs)
        recipe.check_work(width, len(self.outputs), len(self.x), box_radius)
        corners = np.zeros((1, width))  # the row itself: a network right at corners may miss it
        if box_radius:
            corners = np.concatenate([corners, box_radius * (2.0 * table_rows(width) - 1.0)])
        return Objective(
            architecture,
            (self.x[:, None] + corners).reshape(-1, width),
            np.repeat(self.y, len(corners), axis=0),
            np.repeat(self.care, len(corners), axis=0),
            recipe.loss,
        )
