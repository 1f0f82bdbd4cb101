"""What is wrong with an activation: tried on numbers, before it is trusted.

A plugin says what the derivative of its activation is and between which values it stays; a proof rests on that.
Here it is compared with what its own values show. Trying finds mistakes, and proves nothing: a bound that is
right at all these points may be wrong at another.

Example:
    >>> from gatewright.learn.activations import Activation
    >>> wrong = Activation("cube", lambda z: z**3, lambda z, a: z**2)
    >>> [flaw] = list(flaws_of_activation(wrong))
    >>> flaw.partition(":")[0]
    'its derivative is not that of its value at z = -30.001'
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import reason
from gatewright.learn.activations import Activation, ActivationFamily, Interval
from gatewright.learn.soundness.differences import STEP, differs

_FAMILY = (0.5, 0.1, 2.0)
"""Members of a family that are tried."""


def flaws_of_activation(what: Activation | ActivationFamily, points: int = 400) -> Iterator[str]:
    """What is wrong with an activation, or with a few of a family, a line each; at most one of each kind.

    Args:
        what: the activation or family.
        points: how many z are tried, and how many intervals.
    """
    if isinstance(what, ActivationFamily):
        for number in _FAMILY:
            made = what.make(number)
            if not isinstance(made, Activation):
                yield f"{what.name}({number}) is of type {type(made).__name__}, not an Activation"
                return
            if made.name != f"{what.name}({number!r})":
                yield f"the name of {what.name}({number!r}) is '{made.name}'"
            for flaw in flaws_of_activation(made, points):
                yield f"{made.name}: {flaw}"
        return
    try:
        yield from _flaws(what, points)
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"


def _flaws(what: Activation, points: int) -> Iterator[str]:
    # Off the whole numbers, where kinks are. Far out too, where exp overflows.
    near = np.linspace(-30.001, 30.003, points)
    z = np.concatenate([near, [0.0, -745.3, 745.3, -1e6, 1e6]])
    kept = z.copy()
    with np.errstate(all="ignore"):
        a = what.value(z)
        slope = what.derivative(z, a)
        for name, given in (("value", a), ("derivative", slope)):
            if np.shape(given) != z.shape:
                yield f"its {name} has shape {np.shape(given)} for z of shape {z.shape}"
                return
        if not np.array_equal(z, kept):
            yield "its value changes z, which is not its own"
            return
        if np.isnan(a).any() or np.isnan(slope).any():
            yield f"it is not a number at z = {z[np.isnan(a) | np.isnan(slope)][0]:g}"
            return
        outside = (a < what.low) | (a > what.high)
        if outside.any():
            at = z[outside][0]
            yield f"its value at z = {at:g} is outside {what.low:g} to {what.high:g}"
        yield from _wrong_slope(what, near)
        yield from _wrong_rest(what, near)
        if what.interval is not None:
            yield from _wrong_bounds(what, what.interval, points)


def _wrong_slope(what: Activation, z: Floats) -> Iterator[str]:
    smooth = np.ones(z.shape, dtype=np.bool_)
    for kink in what.kinks:
        smooth &= abs(z - kink) > 10 * STEP
    central = (what.value(z + STEP) - what.value(z - STEP)) / (2 * STEP)
    slope = what.derivative(z, what.value(z))
    off = smooth & (abs(central - slope) > 1e-4 * np.maximum(1.0, abs(central)))
    if off.any():
        at = int(np.flatnonzero(off)[0])
        yield (
            f"its derivative is not that of its value at z = {z[at]:g}: {slope[at]:g}, and central "
            f"differences give {central[at]:g}"
        )
    steeper = abs(slope) > what.steepest * (1 + 1e-9)
    if what.interval is not None and steeper.any():
        at = int(np.flatnonzero(steeper)[0])
        yield f"its slope at z = {z[at]:g} is {slope[at]:g}, and steepest is {what.steepest:g}"


def _wrong_rest(what: Activation, z: Floats) -> Iterator[str]:
    """Engines compute ``rest`` of a scaled z in place of ``value``."""
    if what.rest is None:
        return
    folded = what.scale * z + what.offset
    what.rest(folded)
    off = differs(folded, what.value(z))
    if off.any():
        at = z[np.flatnonzero(off)[0]]
        yield f"scale, offset and rest do not give its value at z = {at:g}"


def _wrong_bounds(what: Activation, interval: Interval, count: int) -> Iterator[str]:
    draws = np.random.default_rng(0)
    middle = np.concatenate([draws.uniform(-30, 30, count), draws.uniform(-2, 2, count)])
    reach = 10.0 ** draws.uniform(-3, 1.5, middle.shape)
    low, high = middle - reach, middle + reach
    least, most = interval(low, high)
    if np.shape(least) != low.shape or np.shape(most) != low.shape:
        yield f"its interval has shapes {np.shape(least)} and {np.shape(most)} for {low.shape}"
        return
    inside = low + (high - low) * np.linspace(0.0, 1.0, 65)[:, None]
    for precision, unit in ((np.float64, 2.0**-53), (np.float32, 2.0**-24)):
        z = inside.astype(precision)
        z = np.clip(z, low.astype(precision), high.astype(precision))
        a = np.asarray(what.value(z), dtype=np.float64)
        # What rounding z itself does, and what rounding the value may do.
        slack = (what.rounding + 1e-6) * 2 * unit * (abs(a) + 1e-30) + 2 * what.steepest * unit * (
            abs(inside) + 1
        )
        off = ~((a >= least - slack) & (a <= most + slack))  # true of what is not a number
        if off.any():
            at = int(np.flatnonzero(off.any(0))[0])
            where = int(np.flatnonzero(off[:, at])[0])
            yield (
                f"its interval over {low[at]:.6g} to {high[at]:.6g} is {least[at]:.6g} to {most[at]:.6g}, "
                f"and its value at z = {inside[where, at]:.6g} is {a[where, at]:.6g}"
            )
            return
    at_low, at_high = what.saturation
    for edge, wanted, beyond in ((at_low, what.low, -1.0), (at_high, what.high, 1.0)):
        if np.isfinite(edge) and np.isfinite(wanted):
            z = edge + beyond * np.array([0.0, 1.0, 1e3])
            if (what.value(z) != wanted).any():
                yield f"it is said to be exactly {wanted:g} from z = {edge:g} on, and it is not"
