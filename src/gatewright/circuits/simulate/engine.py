"""What every engine does alike: patterns in chunks, chunks on threads, wires as rows of one array.

An engine is made once for a program and then run on any number of patterns. It works on a chunk of them at a
time, in arrays it keeps, so that its memory does not grow with the patterns; NumPy lets go of the interpreter
meanwhile, so that chunks run on several threads.

Example:
    >>> even(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    >>> rows(np.arange(12).reshape(6, 2), np.array([0, 2, 4])).tolist()  # evenly spaced: a view
    [[0, 1], [4, 5], [8, 9]]
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Indices
from gatewright.circuits.program import Program
from gatewright.errors import UsageError

Span = tuple[int, int]
"""The first of some patterns, and the one after the last."""

_LINE = 64  # bytes

_Space = TypeVar("_Space")


def even(count: int, most: int) -> list[Span]:
    """``count`` patterns in the fewest chunks of at most ``most``, alike in size."""
    if not count:
        return []
    size = -(-count // -(-count // most))
    return [(first, min(count, first + size)) for first in range(0, count, size)]


def processors() -> int:
    """Processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


def check_threads(threads: int | None) -> int:
    """How many threads to use: as many as there are processors where nobody says.

    Raises:
        UsageError: fewer than one.
    """
    if threads is None:
        return processors()
    if threads < 1:
        raise UsageError(f"an engine of {threads} threads", hint="give it at least one")
    return threads


def check_patterns(program: Program, patterns: npt.NDArray[Any]) -> int:
    """How many patterns there are.

    Raises:
        UsageError: they are not rows of as many bits as the program has input bits.
    """
    wanted = program.input_bits
    if patterns.ndim != 2 or patterns.shape[1] != wanted:
        raise UsageError(
            f"patterns of shape {patterns.shape} for a circuit of {wanted} input bits",
            hint=f"give an array of shape (patterns, {wanted})",
        )
    return len(patterns)


class Workers(Generic[_Space]):
    """Runs one piece of work on many spans, in as many spaces as threads.

    Args:
        threads: at most.
        make: a space to work in, for chunks of so many patterns; spaces are kept for the next time.
    """

    def __init__(self, threads: int, make: Callable[[int], _Space]) -> None:
        self.threads = threads
        self._make = make
        self._size = 0
        self._idle: list[_Space] = []

    def __getstate__(self) -> dict[str, Any]:
        """Without spaces, of which a copy makes its own: they are full of views and calls on them."""
        return {**vars(self), "_idle": []}

    def run(self, work: Callable[[_Space, Span], None], todo: Sequence[Span], size: int) -> None:
        """Work on every span once, each of at most ``size`` patterns, in any order."""
        if size != self._size:
            self._size, self._idle = size, []
        spaces, self._idle = self._idle, []  # another thread that runs this engine makes its own
        helpers = min(self.threads, len(todo))
        spaces += [self._make(size) for _ in range(helpers - len(spaces))]
        if helpers <= 1:
            for span in todo:
                work(spaces[0], span)
        else:
            self._share(work, todo, spaces[:helpers])
        self._idle = spaces

    def _share(
        self, work: Callable[[_Space, Span], None], todo: Sequence[Span], spaces: list[_Space]
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor

        left = iter(
            todo
        )  # next() of a list's iterator is one step of the interpreter: no lock needed

        def worker(space: _Space) -> None:
            for span in left:
                work(space, span)

        with ThreadPoolExecutor(len(spaces)) as pool:
            for done in [pool.submit(worker, space) for space in spaces]:
                done.result()


def signals(count: int, patterns: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Rows of zeros, shape (count, patterns or a few more), for signals that are read in many orders.

    Each begins with a line of the cache, and the next one an odd number of lines behind it: rows a power of
    two apart would all fall on the same few places of the cache.
    """
    kind = np.dtype(dtype)
    line = _LINE // kind.itemsize
    width = (-(-patterns // line) | 1) * line
    whole = np.zeros(count * width + line, dtype=kind)
    start = -whole.ctypes.data % _LINE // kind.itemsize
    return whole[start : start + count * width].reshape(count, width)


def spacing(places: Indices) -> int | None:
    """The step between evenly spaced net numbers; none where they are not."""
    if len(places) == 1:
        return 1
    first = int(places[1] - places[0])
    return first if (np.diff(places) == first).all() else None


def rows(values: npt.NDArray[Any], places: Indices) -> npt.NDArray[Any] | None:
    """These rows as a view, where they are evenly spaced; otherwise none, and they have to be gathered."""
    step = spacing(places)
    if step is None:
        return None
    start, count = int(places[0]), len(places)
    if step == 0:
        return np.broadcast_to(values[start], (count, *values.shape[1:]))
    stop = start + step * count
    return values[start : stop if stop >= 0 else None : step]


def gathered(
    values: npt.NDArray[Any],
    nets: Indices,
    space: npt.NDArray[Any],
    into: list[Callable[[], object]],
) -> list[npt.NDArray[Any]]:
    """The wires of each pin of equal gates: a view where their nets are evenly spaced, else a copy.

    Args:
        values: of every net, shape (nets, …).
        nets: net numbers, shape (pins, instances).
        space: where copies go, shape (pins, instances or more, …).
        into: gets the calls that copy, to be made before the pins are read.
    """
    pins = []
    for pin, places in enumerate(nets):
        row = rows(values, places)
        if row is None:
            row = space[pin, : len(places)]
            # Without "clip", take() goes through a buffer of its own.
            into.append(partial(values.take, places, 0, row, "clip"))
        pins.append(row)
    return pins
