"""Gates that feed each other in a ring: no circuit, unless a reader can cut it.

Example:
    >>> ring(["p", "q"])
    'there is a cycle: p → q → p'
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.errors import FormatError


class CycleError(FormatError):
    """Gates feed each other in a ring.

    Attributes:
        nets: along the ring, its first once.
    """

    def __init__(self, nets: Sequence[str], said: FormatError) -> None:
        super().__init__(said.message, hint=said.hint)
        self.nets = tuple(nets)


def ring(nets: Sequence[str]) -> str:
    """What is said of a cycle of nets.

    Example:
        >>> ring(["p", "q"])
        'there is a cycle: p → q → p'
    """
    around = [*nets, nets[0]]
    shown = [*around[:6], "…", around[-1]] if len(around) > 8 else around
    return f"there is a cycle: {' → '.join(shown)}"
