"""One thread for linear algebra while we train or prove, whoever calls: our products are small.

A product of a few hundred numbers gains nothing from a second thread, and on a busy machine waits for it at every
turn: a training took up to forty times the processor time. The command line says so in its environment before
NumPy is loaded; in somebody else's program that would be too late, and would bind what else runs there.

OpenBLAS has one limit for the process. threadpoolctl lets the first Python thread that sets it keep it as long as
it lives: what another thread trains meanwhile has that one's limit.

Example:
    >>> with one_thread():
    ...     {pool["num_threads"] for pool in _pools().info() if pool["user_api"] == "blas"} <= {1}
    True
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Within, BLAS keeps to one thread; then it has again what it had."""
    with _pools().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _pools() -> Any:
    """The thread pools of what is loaded, which takes milliseconds to find out; NumPy's is there by now."""
    import numpy as np
    import threadpoolctl

    del np
    return threadpoolctl.ThreadpoolController()
