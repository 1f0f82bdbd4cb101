"""Functions that a plugin's record brings along, such that one that fails names the plugin.

Activations and losses are called in the middle of the arithmetic, where nobody knows whose they are. So each
function of such a record is replaced by one that does.

Example:
    >>> from gatewright.learn.activations import Activation
    >>> half = Activation("half", lambda z: z[::2], lambda z, a: 0 * z)
    >>> told = blamed(half, "activation", "'acme'", ("value",))
    >>> try:
    ...     told.value(np.zeros(4))
    ... except GatewrightError as error:
    ...     str(error).partition(";")[0]
    "activation 'half' of 'acme' gives shape (2,) for numbers of shape (4,)"
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from gatewright.errors import GatewrightError, failure
from gatewright.interrupts import users


def blamed(record: Any, one: str, who: str, elementwise: tuple[str, ...]) -> Any:
    """The same record; what its functions raise names it.

    Args:
        record: a dataclass. What its functions make of other records, as families do, is blamed too.
        one: what it is, in words.
        who: the plugin, in words.
        elementwise: its functions that give an array of the shape of their first argument.
    """
    said = f"{one} '{record.name}' of {who}"

    def telling(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                given = function(*arguments)
            except GatewrightError:
                raise
            except BaseException as error:
                if users(error):
                    raise
                raise GatewrightError(
                    f"{said} fails: {failure(error)}", hint="tell its author"
                ) from error
            if dataclasses.is_dataclass(given):
                return blamed(given, one, who, elementwise)
            if name not in elementwise:
                return given
            got, wanted = np.asarray(given), np.shape(arguments[0])
            if got.shape != wanted:
                raise GatewrightError(
                    f"{said} gives shape {got.shape} for numbers of shape {wanted}",
                    hint="tell its author",
                )
            return got

        return call

    functions = {
        field.name: telling(field.name, function)
        for field in dataclasses.fields(record)
        if callable(function := getattr(record, field.name))
    }
    return dataclasses.replace(record, **functions)
