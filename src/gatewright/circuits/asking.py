"""Asking the code of a plugin: what it gives, and its failures as errors that name the circuit.

Example:
    >>> ask("odd", "reference", lambda buses: 1 // 0, {}, {})
    Traceback (most recent call last):
        ...
    gatewright.errors.SpecError: circuit 'odd': its reference failed: ZeroDivisionError: integer division or \
modulo by zero; its plugin needs mending
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gatewright.circuits.references.whole_numbers import plain
from gatewright.errors import (
    GatewrightError,
    Hint,
    SpecError,
    UnknownGateError,
    reason,
    whereabouts,
)
from gatewright.interrupts import users


class Asked(NamedTuple):
    """What a reference or domain gave.

    Attributes:
        given: arrays or single values by bus, or an array of truth values.
        left: why it cannot be relied on; empty if it can.
    """

    given: Any
    left: str


def as_array(given: Any) -> npt.NDArray[Any]:
    """A copy of what a reference gave; its numbers are Python's own, whatever their class was."""
    array = np.array(plain(given))
    if array.dtype != object:
        return array
    exact = np.empty(array.size, dtype=object)
    exact[:] = [int.__index__(each) if isinstance(each, int) else each for each in array.flat]
    return exact.reshape(array.shape)


def ask(
    name: str, what: str, function: Callable[..., Any], given: Any, words: Mapping[str, Any]
) -> Any:
    """Call what a plugin wrote; its failure becomes an error that names the circuit.

    What building refuses is told as it is: it is about the circuit. A reference has nothing to refuse, so any
    error that its own code meets is its fault, ours as well.
    """
    try:
        with np.errstate(
            over="raise"
        ):  # NumPy's own numbers, which wrap around where they overflow
            return function(given, **words)
    except UnknownGateError as error:
        raise UnknownGateError(f"circuit '{name}': {error.message}", hint=error.hint) from error
    except BaseException as error:  # all else is the plugin's fault
        place = whereabouts(error)
        told = isinstance(error, GatewrightError) and (what == "build" or not place)
        if told or users(error):
            raise
        raise SpecError(
            f"circuit '{name}': its {what} failed: {reason(error)}",
            hint=Hint(
                f"its plugin needs mending{f': see {place}' if place else ''}",
                "name plugin",
                circuit=name,
                place=place,
            ),
        ) from error
