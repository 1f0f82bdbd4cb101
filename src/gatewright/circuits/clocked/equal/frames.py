"""Cycles of a machine as functions in one graph, one after the other, with signals that are equal made one.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.product import product_of
    >>> product = product_of(circuit("counter", bits=2), circuit("counter", bits=2))
    >>> frames = Frames(product, 1)
    >>> frame = frames.add(frames.first())
    >>> len(frame.state), frame.told
    (4, ())
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.clocked.equal.classes import Classes
from gatewright.circuits.clocked.equal.product import Product, joined
from gatewright.logic.xag import FALSE, Literal, XorAndGraph
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One cycle.

    Attributes:
        made: by node of the machine's graph, its function.
        state: what the registers take at the end of it.
        told: functions that are 1 where signals of one class agree.
    """

    made: list[Literal]
    state: list[Literal]
    told: tuple[Literal, ...]


class Frames:
    """Room for some cycles of a machine in a graph of their own.

    Its inputs are what nobody says of the beginning, by number, then a state of all registers, then the inputs
    of each cycle.

    Args:
        product: the machine.
        cycles: for how many there is room.
        classes: signals that are taken to be equal in every cycle that is added; None for none.
    """

    def __init__(self, product: Product, cycles: int, classes: Classes | None = None) -> None:
        self.product, self._classes = product, classes
        self._open, self._registers = product.open, len(product.begins)
        self.graph = XorAndGraph(self._open + self._registers + cycles * product.inputs)
        self._count = 0

    def first(self) -> list[Literal]:
        """What registers hold at first."""
        return self.product.state([self.graph.variable(place) for place in range(self._open)])

    def any(self) -> list[Literal]:
        """A state of which nothing is known."""
        return [self.graph.variable(self._open + place) for place in range(self._registers)]

    def inputs(self) -> list[Literal]:
        """The inputs of the next cycle."""
        start = self._open + self._registers + self._count * self.product.inputs
        self._count += 1
        return [self.graph.variable(start + place) for place in range(self.product.inputs)]

    def add(self, state: Sequence[Literal]) -> Frame:
        """One more cycle, from a state."""
        given = [FALSE, *self.inputs(), *state]
        graph, into = self.product.graph, self.graph
        made: list[Literal] = []
        told: list[Literal] = []
        for node in range(len(graph)):
            own = given[node] if node < len(given) else graph.copied(node, made, into)
            partner = None if self._classes is None else self._classes.partner(node)
            if partner is not None:
                other = made[partner >> 1] ^ (partner & 1)
                if own != other:
                    told.append(into.differ(own, other) ^ 1)
                own = other
            made.append(own)
        return Frame(made, joined(self.product.following, made), tuple(told))

    def wrong(self, frame: Frame) -> list[Literal]:
        """Where outputs differ in a cycle, by output bit."""
        return [self.graph.differ(*joined(pair, frame.made)) for pair in self.product.outputs]

    def pattern(
        self, bits: Sequence[int]
    ) -> tuple[tuple[int, ...], tuple[int, ...], list[tuple[int, ...]]]:
        """A pattern of the graph as what it begins with, a state, and the inputs of every cycle added."""
        start, width = self._open + self._registers, self.product.inputs
        rows = [
            tuple(bits[start + at * width : start + (at + 1) * width]) for at in range(self._count)
        ]
        return tuple(bits[: self._open]), tuple(bits[self._open : start]), rows
