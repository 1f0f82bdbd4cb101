"""In what order gates run, 8 or 16 of one shape at a time.

A gate may run as soon as what it reads is there, and a vector costs the same however few gates are in it. So
groups are filled across levels: of the gates that are ready, those with the longest way to the end first, and
beside them those that read the same vectors. What has just been computed takes a moment to arrive; a group that
reads it at once would wait.

Example:
    >>> reads = [[(-1, 0), (-1, 0)], [(-1, 1)], [(0, 0), (1, 0)]]
    >>> order = schedule(reads, [(2, 0, 1), (1, 0, 1), (2, 2, 1)], [(2, 0, 1), (2, 2, 1)], 8)
    >>> [(group.shape, group.members) for group in order]
    [((2, 0, 1), (0, 1)), ((2, 2, 1), (2,))]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from gatewright.circuits.clocked.loop.cells import Shape, covers
from gatewright.records import dataclass

_LATENCY = 45.0
"""Cycles of the processor from a group to one that reads it."""

_READ = 100.0
"""About how many it takes to read a memory."""

_LOOK = 16
"""Among how many gates that are ready those are looked for that read the same vectors."""

_PRICES = {0: 1, 1: 1, 2: 3}
"""What it costs that an input reads one more vector, by how many it reads: with a third it is gathered."""

_PATIENCE = (0.0, 0.35, 0.6)
"""How full groups should be, of their cost, before they run; the best of these is taken."""


@dataclass(frozen=True, slots=True)
class Group:
    """Gates that run together.

    Attributes:
        shape: as what they run.
        members: their numbers.
    """

    shape: Shape
    members: tuple[int, ...]


def cost(shape: Shape) -> float:
    """About how many cycles of the processor a group takes."""
    inputs, hidden, outputs = shape
    if inputs < 0:
        return _READ
    products = hidden * (inputs + 2) + outputs * (hidden + 2) if hidden else outputs * (inputs + 2)
    return 6.0 + 6.0 * inputs + 0.75 * products


Pin: TypeAlias = tuple[int, int]
"""What an input reads: a gate and which vector of its group, or -1 and a vector that is there from the start."""


def schedule(
    reads: Sequence[Sequence[Pin]], kinds: Sequence[Shape], shapes: Sequence[Shape], lanes: int
) -> list[Group]:
    """Groups in order.

    Args:
        reads: for every gate, what its inputs read; gates come before those that read them.
        kinds: the shape of every gate.
        shapes: of groups. One of less than no inputs is not a gate's: it runs alone, as itself.
        lanes: the most gates of a group.
    """
    found = [_ordered(reads, kinds, shapes, lanes, patience) for patience in _PATIENCE]
    return min(found, key=lambda each: each[0])[1]


def _ordered(
    reads: Sequence[Sequence[Pin]],
    kinds: Sequence[Shape],
    shapes: Sequence[Shape],
    lanes: int,
    patience: float,
) -> tuple[float, list[Group]]:
    """About how long it takes, and the groups."""
    needs = [{source for source, _ in pins if source >= 0} for pins in reads]
    readers: list[list[int]] = [[] for _ in needs]
    awaited = [0] * len(needs)
    for gate, sources in enumerate(needs):
        awaited[gate] = len(sources)
        for source in sources:
            readers[source].append(gate)
    group_of = [-1] * len(needs)
    height = [0] * len(needs)
    for gate in reversed(range(len(needs))):
        height[gate] = 1 + max((height[reader] for reader in readers[gate]), default=0)
    there = [0.0] * len(needs)  # when the last thing that it reads arrives
    waiting = [(0.0, gate) for gate, count in enumerate(awaited) if not count]
    heapify(waiting)
    ready: dict[Shape, list[tuple[int, int]]] = {kind: [] for kind in kinds}
    now = 0.0
    groups: list[Group] = []
    while waiting or any(ready.values()):
        while waiting and waiting[0][0] <= now:
            gate = heappop(waiting)[1]
            heappush(ready[kinds[gate]], (-height[gate], gate))
        chosen = _chosen(ready, shapes, lanes)
        if chosen is None or (waiting and chosen[0] < patience):
            now = max(now, waiting[0][0])
            continue
        _, shape, takes = chosen
        near: list[set[Pin]] = [set() for _ in range(max(0, shape[0]))]
        members: list[int] = []
        for kind, count in takes:
            members += _taken(ready[kind], count, near, reads, group_of)
        for gate in members:
            group_of[gate] = len(groups)
        groups.append(Group(shape, tuple(members)))
        now += cost(shape)
        for gate in members:
            for reader in readers[gate]:
                there[reader] = max(there[reader], now + _LATENCY)
                awaited[reader] -= 1
                if not awaited[reader]:
                    heappush(waiting, (there[reader], reader))
    return now, groups


def _taken(
    heap: list[tuple[int, int]],
    count: int,
    near: list[set[Pin]],
    reads: Sequence[Sequence[Pin]],
    group_of: Sequence[int],
) -> list[int]:
    """Gates of a heap: the most urgent one, and those of the next that read vectors which are read already."""
    if not near or count == len(heap):
        return [heappop(heap)[1] for _ in range(count)]
    looked = [heappop(heap) for _ in range(min(len(heap), _LOOK))]
    pins = []
    for _, gate in looked:
        found = [
            (group_of[source], part) if source >= 0 else (-1, part) for source, part in reads[gate]
        ]
        pins.append(found + found[-1:] * (len(near) - len(found)))
    left = [*range(len(looked))]
    members: list[int] = []
    while len(members) < count:
        # The cost of a vector that an input does not read yet, by how many it reads.
        prices = [0 if not any(near) else _PRICES.get(len(seen), 0) for seen in near]
        best, least = 0, math.inf
        for place, each in enumerate(left):
            price = 0
            for pin, seen, more in zip(pins[each], near, prices, strict=False):
                if pin not in seen:
                    price += more
            if price < least:
                best, least = place, price
            if not price:
                break
        chosen = left.pop(best)
        members.append(looked[chosen][1])
        for pin, seen in zip(pins[chosen], near, strict=False):
            seen.add(pin)
    for each in left:
        heappush(heap, looked[each])
    return members


_Chosen = tuple[float, Shape, list[tuple[Shape, int]]]


def _chosen(
    ready: dict[Shape, list[tuple[int, int]]], shapes: Sequence[Shape], lanes: int
) -> _Chosen | None:
    """How full the best group is, its shape, and how many of which kind it takes; None if nothing is ready."""
    best: _Chosen | None = None
    rank = (-1.0, 0.0)
    for kind, heap in ready.items():
        if heap and kind[0] < 0:
            return 1.0, kind, [(kind, 1)]
    for shape in shapes:
        kinds = [
            kind for kind, heap in ready.items() if heap and kind[0] >= 0 and covers(shape, kind)
        ]
        if not kinds:
            continue
        kinds.sort(key=cost, reverse=True)
        left, worth, takes = lanes, 0.0, []
        for kind in kinds:
            count = min(left, len(ready[kind]))
            takes.append((kind, count))
            left, worth = left - count, worth + count * cost(kind)
            if not left:
                break
        full = worth / (lanes * cost(shape))
        urgent = max(-ready[kind][0][0] for kind, _ in takes)
        if (full, urgent) > rank:
            best, rank = (full, shape, takes), (full, urgent)
    return best
