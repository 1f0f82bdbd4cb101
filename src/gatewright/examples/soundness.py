"""What is wrong with a learner: tried on a small task, before it is taken.

Example:
    >>> from gatewright.examples.learners.registry import BUILT_IN
    >>> list(flaws_of_learner(BUILT_IN[0]))
    []
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Bits
from gatewright.errors import reason
from gatewright.examples.learners.model import circuit_bits, nodes_of
from gatewright.examples.learners.task import Learner, Task
from gatewright.logic.bits import table_rows

_MOST_ANDS = 12


def flaws_of_learner(what: Learner) -> Iterator[str]:
    """What is wrong with a learner, a line each: a bad name, or a model that does not fit a small task."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", what.name):
        yield "its name is not kebab-case"
    rows: Bits = np.asarray(table_rows(3), dtype=np.uint8)
    y = rows[:, 0] & (rows[:, 1] | rows[:, 2])
    task = Task(rows, y, rows, y, most_ands=_MOST_ANDS)
    try:
        model = what.learn(task)
        if model is None:
            return
        values = np.asarray(model.values(rows))
        written, size = circuit_bits(model, rows), nodes_of(model, 3)
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"
        return
    if values.shape != (8,) or not np.isin(values, (0, 1)).all():
        yield f"its model gives values of shape {values.shape} for 8 rows, not a bit for each"
    elif not np.array_equal(values, written):
        yield "its model's values are not those of the ANDs that it writes"
    if size > _MOST_ANDS:
        yield f"it made {size} ANDs where {_MOST_ANDS} are allowed"
