"""What is wrong with an init: tried on a small network, before it is trusted.

Example:
    >>> from gatewright.learn.inits import Glorot
    >>> list(flaws_of_init(Glorot))
    []
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gatewright.errors import reason
from gatewright.learn.network import Architecture
from gatewright.learn.soundness.settings import flaws_of_record


def flaws_of_init(kind: type[Any]) -> Iterator[str]:
    """What is wrong with an init: its name, its settings, and what it draws."""
    found = [*flaws_of_record(kind, "draw")]
    yield from found
    if found:
        return
    shape = Architecture((2, 3, 1), ("tanh", "identity"))
    try:
        init = kind()
        theta = init.draw(shape, np.random.default_rng(0), 4)
        if np.shape(theta) != (4, shape.parameters):
            yield f"it draws shape {np.shape(theta)}, not (4, {shape.parameters})"
            return
        again = init.draw(shape, np.random.default_rng(0), 7)[:4]
        if not np.array_equal(theta, again):
            yield "it draws other numbers for a restart where more restarts run beside it"
        if not np.isfinite(theta).all():
            yield "it draws what is not a number"
    except TypeError as error:
        if "required" not in str(error):  # one that has settings without a default cannot be tried
            yield f"it fails: {reason(error)}"
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"
