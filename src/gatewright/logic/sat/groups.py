"""Nodes of a graph that may be equal, or one the negation of the other, by the patterns simulated so far.

Every node has a kind: nodes of one kind agreed on all patterns, up to negation. More patterns split kinds. They
need not be simulated for all nodes at once: a group that some patterns were found to split becomes a branch, and
a node that comes to it later is simulated on them to see where it belongs.

Example:
    >>> from gatewright.logic.sat.simulation import Simulation, words_of
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> one, other = graph.both(a, b), graph.differ(a, b)
    >>> kinds = Kinds.of(Simulation(graph).run(words_of([0b01, 0b11], 2)))
    >>> _, f, g, h, i = kinds.numbers  # a, b, both, and whether they differ
    >>> f == h, f == i, kinds.negated
    (True, False, [0, 1, 1, 1, 0])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from gatewright.logic.sat.neighbourhood import Neighbourhood
from gatewright.logic.sat.simulation import Simulated
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
    def of(cls, seen: Simulated) -> Kinds:
        """The kinds by the values of all nodes on some patterns."""
        firsts = (seen.words[:, 0] & np.uint64(1))[seen.rows]
        kinds = cls([0] * len(firsts), firsts.tolist())
        kinds.refine(seen)
        return kinds

    def refine(self, seen: Simulated) -> set[int]:
        """Tell nodes apart that differ on some more patterns.

        Returns:
            the kinds that were split; one part of each keeps its number.
        """
        numbers = np.array(self.numbers)
        prints = seen.prints(np.array(self.negated))
        order = np.lexsort((prints, numbers))
        kinds, prints = numbers[order], prints[order]
        whole = np.diff(kinds, prepend=-1) != 0
        starts = np.flatnonzero(whole | np.append(True, prints[1:] != prints[:-1]))
        names, others = kinds[starts], ~whole[starts]
        split = set(names[others].tolist())
        names[others] = kinds[-1] + 1 + np.arange(np.count_nonzero(others))
        numbers[order] = np.repeat(names, np.diff(starts, append=len(order)))
        self.numbers = numbers.tolist()
        return split

    def moved(self, functions: Sequence[Literal | None], nodes: int) -> Kinds:
        """The kinds of the nodes of another graph.

        Args:
            functions: by node of this one, its function there, if it has one.
            nodes: how many that one has.
        """
        fresh = max(self.numbers) + 1
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

    def again(self, split: Iterable[int]) -> None:
        """Group those met so far of some kinds once more, which were split."""
        groups = (self._groups.pop(kind) for kind in split if kind in self._groups)
        for node in [node for group in groups for node in _all_of(group)]:
            self.of(node).append(node)

    def _side(self, near: Neighbourhood, node: int) -> int:
        return near.value(self._made[node] ^ self._kinds.negated[node])


def _all_of(group: _Group) -> Iterator[int]:
    if isinstance(group, _Branch):
        for part in group.parts.values():
            yield from _all_of(part)
    else:
        yield from group
