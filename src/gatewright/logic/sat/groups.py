"""Nodes of a graph that may be equal, or one the negation of the other, by the patterns simulated so far.

Every node has a kind: nodes of one kind agreed on all patterns, up to negation. More patterns split kinds. They
need not be simulated for all nodes at once: a group that some patterns were found to split becomes a branch, and
a node that comes to it later is simulated on them to see where it belongs.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> one, other = graph.both(a, b), graph.differ(a, b)
    >>> kinds = Kinds.of(graph.simulate([0b01, 0b11], 2))
    >>> kinds.numbers, kinds.negated  # FALSE and b are each other's negation; so are a and "a differs from b"
    ([0, 1, 0, 1, 1], [0, 1, 1, 1, 0])
    >>> kinds.refine(graph.simulate([0b10, 0b00], 2), 2)
    >>> kinds.numbers
    [0, 1, 2, 3, 4]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.logic.sat.neighbourhood import Neighbourhood
from gatewright.logic.xag import Literal


@dataclass(slots=True)
class Kinds:
    """By node, of what kind it is.

    Attributes:
        numbers: the kind, a number.
        negated: whether the node is the negation of what its kind is.
    """

    numbers: list[int]
    negated: list[int]

    @classmethod
    def of(cls, values: Sequence[int]) -> Kinds:
        """The kinds by the values of all nodes on some patterns, as `XorAndGraph.simulate` gives them."""
        kinds = cls([0] * len(values), [value & 1 for value in values])
        kinds.refine(values, max(map(int.bit_length, values)))
        return kinds

    def refine(self, values: Sequence[int], patterns: int) -> None:
        """Tell nodes apart that differ on some more patterns."""
        every, known = (1 << patterns) - 1, dict[tuple[int, int], int]()
        self.numbers = [
            known.setdefault((kind, value ^ every if negate else value), len(known))
            for kind, value, negate in zip(self.numbers, values, self.negated, strict=True)
        ]

    def moved(self, functions: Sequence[Literal | None], nodes: int) -> Kinds:
        """The kinds of the nodes of another graph.

        Args:
            functions: by node of this one, its function there, if it has one.
            nodes: how many that one has.
        """
        fresh = len(self.numbers)
        moved = Kinds(list(range(fresh, fresh + nodes)), [0] * nodes)
        for node, function in enumerate(functions):
            if function is not None:
                moved.numbers[function >> 1] = self.numbers[node]
                moved.negated[function >> 1] = self.negated[node] ^ (function & 1)
        return moved


@dataclass(slots=True)
class _Branch:
    """Where a group was split: what tells its parts apart, and the parts by their values."""

    near: Neighbourhood
    parts: dict[int, _Group]


_Group: TypeAlias = "list[int] | _Branch"


class Groups:
    """The nodes met so far that stand for a group: any other that may be equal to them is compared with them.

    Args:
        kinds: of all nodes.
        made: by node met so far, its function in the graph that neighbourhoods are of; it grows meanwhile.
    """

    def __init__(self, kinds: Kinds, made: Sequence[Literal]) -> None:
        self._kinds = kinds
        self._made = made
        self._groups: dict[int, _Group] = {}

    def of(self, node: int) -> list[int]:
        """Those that a node may be equal to; a list of its own group, to add it to."""
        groups, key = self._groups, self._kinds.numbers[node]
        while isinstance(group := groups.setdefault(key, []), _Branch):
            groups, key = group.parts, self._side(group.near, node)
        return group

    def split(self, node: int, near: Neighbourhood) -> None:
        """Split the group of a node by patterns on which not all of it are equal."""
        groups, key = self._groups, self._kinds.numbers[node]
        while isinstance(group := groups[key], _Branch):
            groups, key = group.parts, self._side(group.near, node)
        parts: dict[int, list[int]] = {}
        for each in group:
            parts.setdefault(self._side(near, each), []).append(each)
        groups[key] = _Branch(near, dict(parts))

    def again(self) -> None:
        """Group those met so far by their kinds alone, which were refined."""
        met = [node for group in self._groups.values() for node in _all_of(group)]
        self._groups = {}
        for node in met:
            self.of(node).append(node)

    def _side(self, near: Neighbourhood, node: int) -> int:
        return near.value(self._made[node] ^ self._kinds.negated[node])


def _all_of(group: _Group) -> Iterator[int]:
    if isinstance(group, _Branch):
        for part in group.parts.values():
            yield from _all_of(part)
    else:
        yield from group
