"""Classes that are weighed against each other: each has boosted trees with a vote each, and most votes win.

Where every class is a bit learned by itself, a row may be of two classes or of none. Here trees of all classes
are fitted by turns to what all together get wrong, by the slope and bend of the multinomial logistic loss (J. H.
Friedman, Greedy function approximation, Annals of Statistics 29, 2001), with leaves of one bit as in `boosting`.
The circuit counts the votes of each class, and compares the counts; of equal ones the first wins.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (600, 6), dtype=np.uint8)
    >>> y = x[:, :3].sum(1, dtype=np.intp)  # how many of three bits are 1
    >>> model = boosted_classes(x[:400], y[:400], x[400:], y[400:], 4, most_ands=400)
    >>> float((model.classes(x[400:]) == y[400:]).mean()) > 0.95, model.size <= 400
    (True, True)
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.examples.learners import boosting
from gatewright.examples.learners.boosting import SCALE, fitted
from gatewright.examples.learners.fringe import on_literals
from gatewright.examples.learners.model import Votes, counted
from gatewright.examples.learners.tree import Tree
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph
from gatewright.records import dataclass

MOST_ROUNDS = 255
PATIENCE = 40
"""Rounds without more of the other rows right than ever before."""

_STEP = 4
"""Rounds between two looks at the size."""

_CELLS = 10
"""What each class takes for a row, in cells of one feature."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassVotes:
    """The class whose trees give most votes.

    Attributes:
        inputs: how many bits there are.
        votes: of each class its trees, all over the inputs.
    """

    inputs: int
    votes: tuple[Votes, ...]

    def classes(self, x: Bits) -> Indices:
        """The class of rows (rows, inputs), shape (rows,): each row walks down every tree."""
        counts: Indices = np.stack([each.counts(x) for each in self.votes], axis=1)
        found: Indices = counts.argmax(1)
        return found

    def words(self, graph: AndGraph, inputs: Sequence[Literal]) -> list[list[Literal]]:
        """How many votes each class has, least significant bit first."""
        return [counted(graph, each.ballots(graph, inputs)) for each in self.votes]

    @property
    def size(self) -> int:
        """ANDs of all classes."""
        graph = AndGraph(self.inputs)
        inputs = [graph.variable(at) for at in range(self.inputs)]
        return graph.size(largest(graph, self.words(graph, inputs)))


@dataclass(frozen=True, slots=True, eq=False)
class OneClass:
    """Whether a class is the one of most votes.

    Attributes:
        all: the votes of every class.
        place: of the class.
    """

    all: ClassVotes
    place: int

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), shape (rows,)."""
        found: Bits = (self.all.classes(x) == self.place).astype(np.uint8)
        return found

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function in a graph, of these inputs."""
        return largest(graph, self.all.words(graph, inputs))[self.place]


def largest(graph: XorAndGraph, words: Sequence[Sequence[Literal]]) -> list[Literal]:
    """Of each number whether it is the largest, of equal ones the first: winners of halves are compared."""
    return _winner(graph, words)[1]


def _winner(
    graph: XorAndGraph, words: Sequence[Sequence[Literal]]
) -> tuple[Sequence[Literal], list[Literal]]:
    """The largest number, and which one it is."""
    if len(words) == 1:
        return words[0], [TRUE]
    half = len(words) // 2
    (a, first), (b, second) = _winner(graph, words[:half]), _winner(graph, words[half:])
    width = max(len(a), len(b))
    a, b = ([*each, *([FALSE] * (width - len(each)))] for each in (a, b))
    less = FALSE
    for x, y in zip(a, b, strict=True):
        less = graph.either(graph.both(x ^ 1, y), graph.both(less, graph.either(x ^ 1, y)))
    larger = [graph.ite(less, y, x) for x, y in zip(a, b, strict=True)]
    return larger, [
        *(graph.both(less ^ 1, each) for each in first),
        *(graph.both(less, each) for each in second),
    ]


def boosted_classes(
    x: Bits,
    y: Indices,
    tune_x: Bits,
    tune_y: Indices,
    classes: int,
    *,
    most_ands: int,
    depth: int = 2,
    rate: float = 0.1,
    seed: int = 0,
    deadline: float = float("inf"),
) -> ClassVotes | None:
    """As many rounds of a tree for each class as the ANDs allow; of these those right on most of the other rows.

    Args:
        x: rows to learn from, shape (rows, inputs).
        y: the number of the class of each, shape (rows,).
        tune_x: other rows.
        tune_y: their classes.
        classes: how many there are.
        most_ands: most ANDs of all classes together; none is found where not even one round fits.
        depth: most tests on a path.
        rate: by how much a vote moves the sum of which the logistic function is the probability.
        seed: of the rows that are drawn, of more than there is room for.
        deadline: of `time.monotonic`.
    """
    most_rows = max(1, boosting.MOST_CELLS // (x.shape[1] + _CELLS * classes))
    if len(x) > most_rows:
        drawn = np.sort(np.random.default_rng(seed).choice(len(x), most_rows, replace=False))
        x, y = x[drawn], y[drawn]
    cells, wanted = x.astype(np.float32), np.eye(classes)[y]
    total = np.zeros((len(x), classes))
    tuned = np.zeros((len(tune_x), classes), dtype=np.intp)
    trees: list[list[Tree]] = [[] for _ in range(classes)]
    right: list[int] = []
    for turn in range(MOST_ROUNDS):
        odds = np.exp(2 * (total - total.max(1, keepdims=True)))
        chances = odds / odds.sum(1, keepdims=True)
        for place in range(classes):
            chance = chances[:, place]
            slope = np.rint(SCALE * (wanted[:, place] - chance)).astype(np.float32)
            bend = np.rint(SCALE * 2 * chance * (1 - chance)).astype(np.float32)
            tree, answers = fitted(x, cells, slope, bend, depth)
            trees[place].append(tree)
            total[:, place] += rate * (2.0 * answers - 1)
            tuned[:, place] += tree.walked(tune_x)
        right.append(int((tuned.argmax(1) == tune_y).sum()))
        best = len(right) - int(np.argmax(right[::-1]))  # of equals the most rounds
        if turn % _STEP == 0 and _made(x.shape[1], trees, turn + 1).size > most_ands:
            break
        if time.monotonic() >= deadline or len(right) - 1 - int(np.argmax(right)) >= PATIENCE:
            break
    for rounds in range(best, 0, -1):
        made = _made(x.shape[1], trees, rounds)
        if made.size <= most_ands:
            return made
    return None


def _made(inputs: int, trees: Sequence[Sequence[Tree]], rounds: int) -> ClassVotes:
    features, literals = XorAndGraph(inputs), range(2, 2 * inputs + 2, 2)
    return ClassVotes(
        inputs,
        tuple(
            Votes(features, tuple(on_literals(tree, literals) for tree in some[:rounds]))
            for some in trees
        ),
    )
