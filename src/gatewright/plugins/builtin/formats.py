"""The formats that come with Gatewright, through the same hook as anyone's.

Example:
    >>> [each.name for each in gatewright_formats()][:3]
    ['blif', 'bench', 'aag']
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.formats import registry
from gatewright.plugins.hookspecs import hookimpl


@hookimpl
def gatewright_formats() -> Iterable[registry.Format]:
    """Netlists of tools, graphs, and the neural circuit."""
    return registry.BUILT_IN
