"""The learners that come with Gatewright, through the same hook as anyone's.

Example:
    >>> [each.name for each in gatewright_learners()][:2]
    ['recognise', 'tree']
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.examples.learners.registry import BUILT_IN
from gatewright.examples.learners.task import Learner
from gatewright.plugins.hookspecs import hookimpl


@hookimpl
def gatewright_learners() -> Iterable[Learner]:
    """Recognition, trees, fringe trees, votes of trees, and tables that memorise."""
    return BUILT_IN
