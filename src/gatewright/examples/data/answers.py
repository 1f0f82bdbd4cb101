"""What arrays of examples say is to be learned: an answer for each row, none missing.

Example:
    >>> answers_of(["no", "yes"]).tolist()
    ['no', 'yes']
    >>> answers_of([1, None, 1])
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: 'y' of the data has no value in 1 of 3 rows; fill them in, or leave those \
rows or the column out
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.errors import UsageError
from gatewright.examples.data.present import check_present, check_unmasked
from gatewright.examples.data.table import PATH


def answers_of(y: Any) -> npt.NDArray[Any]:
    """Answers as an array.

    Args:
        y: bits or classes, shape (rows,) or (rows, outputs).

    Raises:
        UsageError: the shape does not fit; one is missing or infinite; or they are of kinds that cannot be told
            apart.
    """
    check_unmasked(y, "y", PATH)
    made = np.asarray(y)
    if made.ndim not in (1, 2):
        raise UsageError(
            f"y has shape {made.shape}, and an answer for each row is expected",
            hint="give y of shape (rows,) or (rows, outputs)",
        )
    columns = [made] if made.ndim == 1 else [*made.T]
    for at, column in enumerate(columns):
        check_present(column, "y" if len(columns) == 1 else f"y{at}", PATH)
    if made.dtype.kind == "O":
        try:
            sorted(2 * made.ravel().tolist())
        except TypeError:
            kinds = sorted({type(each).__name__ for each in made.ravel().tolist()})
            what = "values of several kinds" if len(kinds) > 1 else "values that have no order"
            raise UsageError(
                f"y holds {what}: {', '.join(kinds)}", hint="give all of one kind"
            ) from None
    return made
