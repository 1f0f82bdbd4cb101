"""The pictures that come with Gatewright, through the same hook as anyone's.

Example:
    >>> [each.name for each in gatewright_pictures()]
    ['surface', 'network', 'training', 'transfer']
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.draw import kinds
from gatewright.plugins.hookspecs import hookimpl


@hookimpl
def gatewright_pictures() -> Iterable[kinds.PictureKind]:
    """What is drawn of a trained gate."""
    return kinds.BUILT_IN
