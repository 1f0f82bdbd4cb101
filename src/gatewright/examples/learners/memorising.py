"""A network of small tables that memorises (S. Chatterjee, Learning and memorization, ICML 2018).

Each table reads four signals of the layer before, drawn at random, and says for each of their 16 patterns what
most rows with that pattern have as their answer. Nothing is searched, and no table knows of another: what it is
right on beyond its rows, it is right on by counting alone.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6), dtype=np.uint8)
    >>> y = (x[:, :3].sum(1) > 1).astype(np.uint8)
    >>> task = Task(x[:300], y[:300], x[300:], y[300:], most_ands=300)
    >>> model = memorising(task)
    >>> task.accuracy(model.values(task.tune_x)) > 0.9, len(model.layers[-1].tables)
    (True, 1)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.examples.learners.model import nodes_of
from gatewright.examples.learners.task import Task
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import Literal
from gatewright.records import dataclass

READS = 4
"""Signals that a table reads."""

SHAPES = ((1, 8), (2, 32), (3, 32), (3, 128), (4, 64), (4, 512))
"""Layers of tables before the last table, and among how many of each the next chooses what it reads."""

_MOST_CELLS = 1 << 24
"""Rows times tables that are looked up at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Tables side by side.

    Attributes:
        sources: which signals of the layer before each reads, shape (tables, READS), least significant first.
        tables: what each says by the number that these make, shape (tables, 2**READS).
    """

    sources: Indices
    tables: Bits

    def values(self, signals: Bits) -> Bits:
        """What the tables say, shape (rows, tables), of signals (rows, signals)."""
        found: Bits = self.tables[np.arange(len(self.tables)), patterns(signals, self.sources)]
        return found


def patterns(signals: Bits, sources: Indices) -> Bits:
    """The number that the signals of each table make in each row, shape (rows, tables)."""
    found = np.zeros((len(signals), len(sources)), dtype=np.uint8)
    for place in range(sources.shape[1]):
        found |= signals[:, sources[:, place]] << np.uint8(place)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Layers of tables, each reading the one before; the last is one table.

    Attributes:
        layers: from the inputs on.
    """

    layers: tuple[Layer, ...]

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), shape (rows,): every table is looked up."""
        widest = max(len(layer.tables) for layer in self.layers)
        step = max(1, _MOST_CELLS // widest)
        parts = []
        for first in range(0, len(x), step):
            signals = x[first : first + step]
            for layer in self.layers:
                signals = layer.values(signals)
            parts.append(signals[:, 0])
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)

    def signals(self, graph: AndGraph, inputs: Sequence[Literal]) -> list[list[Literal]]:
        """Every table in a graph, as multiplexers, by layer; those that are there already are not made again."""
        found: list[list[Literal]] = []
        before = list(inputs)
        for layer in self.layers:
            before = [
                # A graph has the first input as the most significant.
                graph.table(
                    sum(bit << at for at, bit in enumerate(table)),
                    [before[source] for source in reversed(sources)],
                )
                for sources, table in zip(
                    layer.sources.tolist(), layer.tables.tolist(), strict=True
                )
            ]
            found.append(before)
        return found

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function in a graph, of these inputs."""
        return self.signals(graph, inputs)[-1][0]


def memorising(task: Task) -> Tables:
    """The network of some shapes that is right on most of the other rows, of equals the first."""
    generator = task.generator()
    inputs = task.x.shape[1]
    best, found = -1.0, Tables((_constant(task.y),))
    for depth, width in SHAPES:
        made = _filled(task, generator, [inputs, *[width] * depth])
        right = task.accuracy(made.values(task.tune_x))
        if right > best and nodes_of(made, inputs) <= task.most_ands:
            best, found = right, made
        if task.out_of_time():
            break
    return found


def _drawn(generator: np.random.Generator, widths: Sequence[int]) -> list[Indices]:
    """What the tables of each layer read, from the first on; only tables that the last one needs are there.

    Args:
        generator: of random numbers.
        widths: how many signals each layer may choose among, the inputs first.
    """
    found: list[Indices] = []
    count = 1
    for width in reversed(widths):
        # Each reads different signals where there are so many.
        drawn = np.stack(
            [generator.choice(width, READS, replace=width < READS) for _ in range(count)]
        )
        if len(found) == len(widths) - 1:
            found.append(drawn)
        else:
            needed, numbers = np.unique(drawn, return_inverse=True)
            found.append(numbers.reshape(drawn.shape))
            count = len(needed)
    return found[::-1]


def _filled(task: Task, generator: np.random.Generator, widths: Sequence[int]) -> Tables:
    """A network whose tables say what most rows say."""
    signals, layers = task.x, []
    for sources in _drawn(generator, widths):
        read = patterns(signals, sources)
        tables = np.empty((len(sources), 1 << READS), dtype=np.uint8)
        for at in range(len(sources)):
            total = np.bincount(read[:, at], minlength=1 << READS)
            ones = np.bincount(read[:, at], weights=task.y, minlength=1 << READS)
            tied = generator.integers(0, 2, 1 << READS)
            tables[at] = np.where(2 * ones == total, tied, 2 * ones > total)
        layers.append(Layer(sources, tables))
        signals = layers[-1].values(signals)
    return Tables(tuple(layers))


def _constant(y: Bits) -> Layer:
    """The table that says of every row what most rows say, where no ANDs are allowed."""
    says = int(2 * int(y.sum()) > len(y))
    return Layer(np.zeros((1, READS), dtype=np.intp), np.full((1, 1 << READS), says, np.uint8))
