"""Recognition as a learner: the operation that rows are a bit of, or nothing.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 8), dtype=np.uint8)
    >>> y = (x[:, :4] @ [1, 2, 4, 8] > x[:, 4:] @ [1, 2, 4, 8]).astype(np.uint8)
    >>> str(recognise(Task(x[:300], y[:300], x[300:], y[300:]))).partition(";")[0]
    'a > b'
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits
from gatewright.examples.learners.model import nodes_of
from gatewright.examples.learners.task import Task
from gatewright.examples.recognise.search import Recognised, recognised
from gatewright.examples.recognise.symmetric import Symmetric, symmetric
from gatewright.examples.recognise.truncated import Truncated, truncated


def what_it_is(x: Bits, y: Bits, names: tuple[str, ...] = ()) -> Recognised | Symmetric | None:
    """The operation or symmetric function that is right in every row; none where there is none.

    Of a division only rows whose divisor is not 0 are looked at.

    Args:
        x: bits, shape (rows, inputs).
        y: the answers, shape (rows,).
        names: of the inputs, for messages.
    """
    return symmetric(x, y, names) or recognised(x, y, names)


def recognise(task: Task) -> Recognised | Symmetric | Truncated | None:
    """What a task's rows are, if it is no larger than allowed; else as much of it as is allowed."""
    x, y = np.concatenate([task.x, task.tune_x]), np.concatenate([task.y, task.tune_y])
    found = what_it_is(x, y, task.names)
    if found is None or nodes_of(found, x.shape[1]) <= task.most_ands:
        return found
    if isinstance(found, Symmetric):
        return None
    return truncated(found, x, y, task.most_ands)
