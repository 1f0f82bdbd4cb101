"""The activation of two published learners: a leaky unit whose negative part is folded upwards.

Example:
    >>> import numpy as np
    >>> folded(0.2).value(np.array([-1.0, 3.0])).tolist()
    [0.2, 3.0]
"""

from __future__ import annotations

from dataclasses import replace

from gatewright.learn.activations import Activation, ActivationFamily, leaky


def folded(slope: float) -> Activation:
    """Z above zero, and -slope·z below."""
    return replace(
        leaky(-slope),
        name=f"folded-relu({slope!r})",
        formula=(f"a = z if z > 0 else −{slope:g}·z", f"f'(z) = 1 if z > 0 else −{slope:g}"),
    )


FOLDED = ActivationFamily("folded-relu", folded, "SLOPE")
