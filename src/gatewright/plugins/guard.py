"""What a plugin may cost while it is loaded: so much time, and no more; what it leaves behind is named.

A plugin is a program of somebody else in our own process. Whatever it raises costs that plugin alone, Ctrl-C
excepted, which is the user's: the signal tells it from a ``KeyboardInterrupt`` that a plugin raises. An alarm
ends what takes too long (where there is none, on Windows and outside the main thread, nothing does); it rings
again where it was caught. Threads that are left running are noted, so that nobody waits for them, and so is
what a plugin means to do at the end. What no process can be protected from within: ``os._exit``, a crash, and C
code that never comes back.

Example:
    >>> with guarded("'slow' (slow 1.0)", 0.01, print):
    ...     while True: pass
    Traceback (most recent call last):
        ...
    gatewright.plugins.guard.TooSlow: it is not done after 0.01 s
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gatewright.errors import UsageError, reason

TIMEOUT = "GATEWRIGHT_PLUGIN_TIMEOUT"
"""The variable that says how many seconds a plugin may take to be imported, and for a hook; 0 for any."""

SECONDS = 5.0

_AGAIN = 0.5
"""Seconds until the alarm rings once more, where it was caught by what it should end."""

LEFT_BY = "left_by"
"""Attribute of a thread that a plugin has left running: the plugin."""


class TooSlow(BaseException):
    """A plugin takes too long."""


def seconds() -> float:
    """How long a plugin may take; 0 for as long as it likes.

    Raises:
        UsageError: the variable holds something else.
    """
    given = os.environ.get(TIMEOUT, "")
    try:
        value = float(given or SECONDS)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise UsageError(
            f"{TIMEOUT}={given} is not a number of seconds",
            hint=f"set it to 10, say, or to 0 for no limit; {SECONDS:g} is the default",
        )
    return value


@contextmanager
def guarded(plugin: str, limit: float, note: Callable[[str], object]) -> Iterator[None]:
    """While a plugin's code runs; what it leaves behind is noted, a line each.

    Args:
        plugin: what to call it.
        limit: seconds; 0 for any.
        note: called with each line.

    Raises:
        TooSlow: it takes longer.
    """
    before, waiting = set(threading.enumerate()), atexit._ncallbacks()
    folder, depth = _folder(), sys.getrecursionlimit()
    try:
        with alarm(limit):
            yield
    finally:
        for thread in threading.enumerate():
            if thread not in before:
                setattr(thread, LEFT_BY, plugin)
                if not thread.daemon:
                    note(f"it left the thread '{thread.name}' running, which is not waited for")
        if sys.getrecursionlimit() != depth:
            sys.setrecursionlimit(depth)
            note(f"it changed the recursion limit, which is set back to {depth}")
        if folder and _folder() != folder:
            os.chdir(folder)
            note("it changed the working folder, which is set back")
        if atexit._ncallbacks() > waiting:
            _at_exit.append(plugin)


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it is gone
        return ""


def left_running() -> bool:
    """Whether a plugin has left a thread running, which may print at any time."""
    return any(hasattr(each, LEFT_BY) for each in threading.enumerate())


def why(error: BaseException) -> str:
    """Why a plugin failed, on one line."""
    if isinstance(error, TooSlow):
        return f"{error}; {TIMEOUT} says how long it may take"
    return reason(error)


_at_exit: list[str] = []


def who_acts_at_exit() -> tuple[str, ...]:
    """The plugins that registered something to be done at the end of the process."""
    return tuple(_at_exit)


@contextmanager
def ctrl_c() -> Iterator[list[int]]:
    """While a plugin's code runs: the signals of Ctrl-C that came. The handler that was there is called, too."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or not callable(before):  # elsewhere Ctrl-C never arrives
        yield came
        return

    def note(number: int, frame: Any) -> None:
        came.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        if signal.getsignal(signal.SIGINT) is note:
            signal.signal(signal.SIGINT, before)


@contextmanager
def alarm(limit: float) -> Iterator[None]:
    """Raise `TooSlow` in what runs longer than some seconds; 0 for no limit."""
    alone = threading.current_thread() is threading.main_thread()
    if not limit or not alone or not hasattr(signal, "setitimer"):
        yield
        return
    armed = True

    def ring(*_: Any) -> None:
        if armed:
            raise TooSlow(f"it is not done after {limit:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit, _AGAIN)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
