"""What is wrong with an activation, a loss, an optimiser or an init: tried on numbers, before it is trusted.

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

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.errors import reason
from gatewright.learn.activations import Activation, ActivationFamily, Interval
from gatewright.learn.losses import Loss
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import State, seen_by

SETTINGS = ("float", "int", "str", "bool", "tuple[float, ...]")
"""What a setting of an optimiser or an init may be: recipes are files."""

_FAMILY = (0.5, 0.1, 2.0)
"""Members of a family that are tried."""

_H = 1e-6


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
        smooth &= abs(z - kink) > 10 * _H
    central = (what.value(z + _H) - what.value(z - _H)) / (2 * _H)
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


def differs(given: Floats, wanted: Floats, share: float = 1e-9) -> Mask:
    """Where numbers are off by more than a share of what they should be, or are no numbers."""
    return np.asarray(~(abs(given - wanted) <= share * np.maximum(1.0, abs(wanted))))


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


def flaws_of_loss(what: Loss) -> Iterator[str]:
    """What is wrong with a loss: its gradient, its shapes, entries that should not matter."""
    draws = np.random.default_rng(0)
    a = draws.uniform(0.05, 0.95, (3, 4, 2))
    y = draws.integers(0, 2, (4, 2)).astype(np.float64)
    care = np.ones((4, 2))
    care[1, 1] = 0.0
    try:
        value, gradient = what.value(a, y, care), what.gradient(a, y, care)
        if np.shape(value) != (3,) or np.shape(gradient) != a.shape:
            yield f"its value has shape {np.shape(value)}, its gradient {np.shape(gradient)}"
            yield f"they should be (3,) and {a.shape}, for outputs of shape {a.shape}"
            return
        if abs(gradient[:, 1, 1]).any():
            yield "its gradient is not 0 where an entry does not matter"
        for place in np.ndindex(a.shape[1:]):
            moved = [a.copy(), a.copy()]
            moved[0][(slice(None), *place)] += _H
            moved[1][(slice(None), *place)] -= _H
            central = (what.value(moved[0], y, care) - what.value(moved[1], y, care)) / (2 * _H)
            given = gradient[(slice(None), *place)]
            if differs(given, central, 1e-4).any():
                yield (
                    f"its gradient is not that of its value: {given[0]:g}, and central differences give "
                    f"{central[0]:g}"
                )
                return
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"


def flaws_of_init(kind: type[Any]) -> Iterator[str]:
    """What is wrong with an init: its name, its settings, and what it draws."""
    found = [*_flaws_of_record(kind, "draw")]
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


def flaws_of_optimiser(kind: type[Any]) -> Iterator[str]:
    """What is wrong with an optimiser: its name, its settings, its states, and whether a loss gets lower."""
    found = [*_flaws_of_record(kind, "start", "step")]
    if not found and not isinstance(getattr(kind, "epochs", None), int):
        found = ["it has no 'epochs', a whole number: how long a restart is given by default"]
    yield from found
    if found:
        return
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    both = Objective(Architecture((2, 1), ("logistic",)), x, np.array([[0.0], [0.0], [0.0], [1.0]]))
    try:
        optimiser, generator = kind(), np.random.default_rng(0)
        theta = np.random.default_rng(1).uniform(-1, 1, (3, 3))
        state = optimiser.start(seen_by(optimiser, both), theta.copy())
        yield from _flaws_of_state(state, theta)
        before = state.loss.copy()
        with np.errstate(all="ignore"):
            for _ in range(min(optimiser.epochs, 300)):
                state = optimiser.step(seen_by(optimiser, both), state, generator)
        yield from _flaws_of_state(state, theta)
        if not (state.loss < before).any():
            yield "after 300 epochs on the rows of AND, the loss of no restart is lower"
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"


def _flaws_of_state(state: Any, theta: Floats) -> Iterator[str]:
    if not isinstance(state, State):
        yield f"its state is of type {type(state).__name__}, not a State or a record derived from it"
        return
    wanted = {"theta": theta.shape, "loss": (3,), "error": (3,), "restart": (3,)}
    for name, shape in wanted.items():
        if np.shape(getattr(state, name)) != shape:
            yield f"'{name}' of its state has shape {np.shape(getattr(state, name))}, not {shape}"
    for field in dataclasses.fields(state):
        given = getattr(state, field.name)
        if np.shape(given)[:1] != (3,):
            yield f"'{field.name}' of its state has no entry for each restart first"


def _flaws_of_record(kind: Any, *methods: str) -> Iterator[str]:
    if not isinstance(kind, type):
        yield f"it is of type {type(kind).__name__}; give the class"
        return
    if not isinstance(getattr(kind, "name", None), str):
        yield f"{kind.__name__} has no 'name', the text that recipes call it by"
    for method in methods:
        if not callable(getattr(kind, method, None)):
            yield f"{kind.__name__} has no method '{method}'"
    if not dataclasses.is_dataclass(kind):
        yield f"{kind.__name__} is not a dataclass, so recipes cannot tell its settings"
        return
    for field in dataclasses.fields(kind):
        if setting(field) not in SETTINGS:
            yield f"its setting '{field.name}' is {setting(field)}; a setting is one of {', '.join(SETTINGS)}"


def setting(field: dataclasses.Field[Any]) -> str:
    """What a setting is, in words, whether its annotation is a text or a type."""
    return field.type if isinstance(field.type, str) else _NAMES.get(field.type, str(field.type))


_NAMES: Mapping[Any, str] = {float: "float", int: "int", str: "str", bool: "bool"}
