r"""Names that differ from each other, and that a format can hold.

Example:
    >>> names = Names(["a", "b"])
    >>> names.new("a"), names.new("a"), names.new("c"), names.new("two words")
    ('a~1', 'a~2', 'c', 'two_words')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NOT_PRINTABLE = re.compile(r"[^!-~]")


class Names:
    """Names that are taken.

    Args:
        taken: at the start.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._counts: Counter[str] = Counter()

    def new(self, wish: str) -> str:
        """A name that is not taken, as close to a wish as possible, of printable ASCII without spaces."""
        wish = name = plain(wish)
        while name in self._taken:
            self._counts[wish] += 1
            name = f"{wish}~{self._counts[wish]}"
        self._taken.add(name)
        return name


def plain(name: str) -> str:
    """A name of printable ASCII without spaces: other characters become ``_``."""
    return _NOT_PRINTABLE.sub("_", name) or "_"
