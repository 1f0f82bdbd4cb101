"""Whose a ``KeyboardInterrupt`` is: of the user, who pressed Ctrl-C, or of code that raises it by itself.

A program that asks for it has the signal noted. Where nothing is noted, as in a notebook, each is the user's.

Example:
    >>> users(KeyboardInterrupt()), users(ValueError())
    (True, False)
"""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

_NOTED: list[bool] = []
_CAME: list[int] = []
"""The signals of Ctrl-C that came, where they are noted."""


def note() -> None:
    """Note from now on whether Ctrl-C was pressed; what it does stays the same."""
    found = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if main and found is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
        sys.unraisablehook = _unraisable
        _NOTED.append(True)
    elif found is signal.SIG_IGN:  # as of what a shell runs in the background: it never comes
        _NOTED.append(True)


def _interrupt(number: int, frame: Any) -> None:
    _CAME.append(number)
    signal.default_int_handler(number, frame)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    """Tell, as Python does, of an error that cannot be raised, as in a callback; Ctrl-C is told of elsewhere."""
    if not (_CAME and isinstance(found.exc_value, KeyboardInterrupt)):
        sys.__unraisablehook__(found)


def users(error: BaseException) -> bool:
    """Whether what was raised is the user's Ctrl-C, which ends everything, and nobody else's fault."""
    return isinstance(error, KeyboardInterrupt) and bool(_CAME or not _NOTED)


def heed() -> None:
    """Before a long wait: raise the user's Ctrl-C if it was swallowed, as by NumPy's modules while they load.

    Raises:
        KeyboardInterrupt: it came before, where it is noted.
    """
    if _CAME:
        raise KeyboardInterrupt
