"""The activation of two published learners: a leaky unit whose negative part is folded upwards.

Example:
    >>> folded(0.2).value(np.array([-1.0, 3.0])).tolist()
    [0.2, 3.0]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.activations import Activation, ActivationFamily, bent


def folded(slope: float) -> Activation:
    """Z above zero, and -slope·z below."""

    def value(z: Floats) -> Floats:
        return np.where(z > 0, z, -slope * z)

    return Activation(
        name=f"folded-relu({slope!r})",
        value=value,
        derivative=lambda z, _a: np.where(z > 0, 1.0, -slope),
        low=0.0 if slope >= 0 else -np.inf,
        formula=(f"a = z if z > 0 else −{slope:g}·z", f"f'(z) = 1 if z > 0 else −{slope:g}"),
        kinks=(0.0,),
        interval=bent(value),
        rounding=2,
        steepest=max(1.0, abs(slope)),
        c=f"z > 0.0 ? z : {-slope!r} * z",
        javascript=f"z > 0 ? z : {-slope!r} * z",
    )


FOLDED = ActivationFamily("folded-relu", folded, "SLOPE")
