"""Where the result goes: to standard output, which a command of ours has to itself while it runs.

Code of plugins may be called anywhere, and what it prints goes to standard error.

Example:
    >>> with alone():
    ...     inside = kept_to_itself()
    >>> inside, kept_to_itself()
    (True, False)
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any


class Elsewhere(io.TextIOBase):
    """Standard error, for others to print to, who may close it."""

    def write(self, text: str) -> int:
        """Write a text, which is lost where standard error is closed."""
        return len(text) if sys.stderr is None else sys.stderr.write(text)

    def flush(self) -> None:
        """Write what is held back."""
        if sys.stderr is not None:
            sys.stderr.flush()

    def fileno(self) -> int:
        """The descriptor of standard error."""
        return sys.stderr.fileno()


ELSEWHERE = Elsewhere()
"""One for all: a thread that prints while its stream is freed ends the process."""

_KEPT: list[Any] = []

_FOR_GOOD: list[bool] = []


def out() -> Any:
    """Where the result goes."""
    return _KEPT[0] if _KEPT else sys.stdout


def kept_to_itself() -> bool:
    """Whether only this module writes to standard output now."""
    return bool(_KEPT)


def keep_to_itself(descriptor: int) -> None:
    """From here on only this module writes to standard output; what others print goes to standard error.

    Args:
        descriptor: of standard output, while 1 is another file.
    """
    if not _KEPT:
        _KEPT.append(_opened(sys.stdout, descriptor))
    _FOR_GOOD.append(True)


def _opened(like: Any, descriptor: int) -> Any:
    """A stream of its own to a file, that writes as another one does."""
    return os.fdopen(os.dup(descriptor), "w", encoding=like.encoding, errors=like.errors)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """While a command of ours runs: only this module writes to standard output.

    Code of plugins may be called anywhere within: in the midst of a training, to read a file, to draw. What it
    prints goes to standard error, as does what C code writes.
    """
    if _KEPT:
        yield
        return
    shown = sys.stdout
    with contextlib.suppress(OSError, ValueError):
        shown.flush()
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of the two is closed
        kept = -1
    _KEPT.append(_opened(shown, kept) if kept >= 0 and descriptor(shown) == 1 else shown)
    try:
        with contextlib.redirect_stdout(ELSEWHERE):
            yield
    finally:
        for stream in (_KEPT[0], shown):  # what was printed past `print` is held back in the second
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        if not _FOR_GOOD:
            mine = _KEPT.pop()
            if kept >= 0:
                os.dup2(kept, 1)
            if mine is not shown:
                with contextlib.suppress(OSError):
                    mine.close()
        if kept >= 0:
            os.close(kept)


def descriptor(stream: Any) -> int:
    """The file descriptor of a stream; -1 where it has none."""
    try:
        return int(stream.fileno())
    except (OSError, ValueError, AttributeError):  # it is not a file
        return -1
