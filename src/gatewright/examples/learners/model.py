"""What learners make: trees that vote, over inputs and features made of them.

The same model has two forms that share no code: as ANDs, and as rows that walk down the trees. `examples.prove`
compares the ANDs with a third, the paths of the trees.

Example:
    >>> features = XorAndGraph(2)
    >>> equal = features.differ(features.variable(0), features.variable(1)) ^ 1
    >>> model = Votes(features, (Tree(0, (equal,), (-1,), (-2,)),))
    >>> model.values(np.array([[0, 0], [0, 1], [1, 1]], dtype=np.uint8))
    array([1, 0, 1], dtype=uint8)
    >>> graph = AndGraph(2)
    >>> graph.size([model.write(graph, [graph.variable(0), graph.variable(1)])])
    3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Protocol

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.examples.learners.tree import LEAF, Tree
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph
from gatewright.records import dataclass


class Model(Protocol):
    """What a learner gives: a function of one output, as bits of rows and as ANDs."""

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), shape (rows,)."""

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function in a graph, of these inputs."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The majority of an odd number of trees, or one tree alone.

    Attributes:
        features: of the inputs; trees test its literals, of which none is negated.
        trees: their tests are literals of ``features``.
    """

    features: XorAndGraph
    trees: tuple[Tree, ...]

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), shape (rows,): what more than half of the trees say."""
        return (2 * self.counts(x) > len(self.trees)).astype(np.uint8)

    def counts(self, x: Bits) -> Indices:
        """How many trees say 1 of rows (rows, inputs), shape (rows,): each row walks down every tree."""
        tests = sorted({test for tree in self.trees for test in tree.tests})
        columns = feature_bits(self.features, x, tests)
        place = {test: at for at, test in enumerate(tests)}
        votes = np.zeros(len(x), dtype=np.intp)
        for tree in self.trees:
            asked = replace(tree, tests=tuple(place[test] for test in tree.tests))
            votes += asked.walked(columns)
        return votes

    def ballots(self, graph: AndGraph, inputs: Sequence[Literal]) -> list[Literal]:
        """The vote of every tree in a graph."""
        made = [FALSE, *inputs]
        for node in range(self.features.inputs + 1, len(self.features)):
            made.append(self.features.copied(node, made, graph))
        return [_written(tree, graph, made) for tree in self.trees]

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function in a graph, of these inputs."""
        return majority(graph, self.ballots(graph, inputs))


def votes(features: XorAndGraph, trees: Sequence[Tree]) -> Votes:
    """The model of trees, with no more features than they test."""
    seen: set[int] = set()
    todo = [test >> 1 for tree in trees for test in tree.tests]
    while todo:
        node = todo.pop()
        if node > features.inputs and node not in seen:
            seen.add(node)
            todo += (features.lefts[node] >> 1, features.rights[node] >> 1)
    small = XorAndGraph(features.inputs)
    made = dict(enumerate(range(0, 2 * features.inputs + 2, 2)))
    for node in sorted(seen):
        made[node] = features.copied(node, made, small)
    renamed = (
        replace(tree, tests=tuple(made[test >> 1] ^ (test & 1) for test in tree.tests))
        for tree in trees
    )
    return Votes(small, tuple(renamed))


def feature_bits(features: XorAndGraph, x: Bits, tests: Sequence[Literal]) -> Bits:
    """Features (rows, tests) of rows (rows, inputs), whatever the number of nodes between."""
    known: dict[int, Bits] = {0: np.zeros(len(x), dtype=np.uint8)}
    todo = [test >> 1 for test in tests]
    while todo:
        node = todo[-1]
        if node <= features.inputs and node not in known:
            known[node] = x[:, node - 1]
        if node in known:
            todo.pop()
            continue
        branches = features.lefts[node], features.rights[node]
        waits = [each >> 1 for each in branches if each >> 1 not in known]
        if waits:
            todo += waits
            continue
        left, right = (known[each >> 1] ^ np.uint8(each & 1) for each in branches)
        known[node] = left ^ right if features.is_xor(node) else left & right
    found = [known[test >> 1] ^ np.uint8(test & 1) for test in tests]
    return np.stack(found, axis=1) if found else np.zeros((len(x), 0), dtype=np.uint8)


def _written(tree: Tree, graph: AndGraph, features: Sequence[Literal]) -> Literal:
    """A tree as multiplexers."""
    made = [FALSE] * len(tree.tests)

    def of(child: int) -> Literal:
        return made[child] if child >= 0 else (TRUE if child == LEAF[1] else FALSE)

    for node in reversed(range(len(tree.tests))):
        test = tree.tests[node]
        chosen = features[test >> 1] ^ (test & 1)
        made[node] = graph.ite(chosen, of(tree.highs[node]), of(tree.lows[node]))
    return of(tree.root)


def majority(graph: AndGraph, votes: Sequence[Literal]) -> Literal:
    """Whether more than half of an odd number of functions are 1: they are counted by full adders."""
    return at_least(graph, counted(graph, votes), len(votes) // 2 + 1)


def counted(graph: AndGraph, bits: Sequence[Literal]) -> list[Literal]:
    """How many of some functions are 1, least significant bit first.

    Counts of neighbours are added, with one more function as the carry in: as few adders as there can be, and
    every wire is about neighbours, which keeps the decision diagrams of a proof small.
    """
    if len(bits) <= 1:
        return list(bits)
    first = (1 << (len(bits).bit_length() - 1)) - 1
    carry, found = bits[-1], []
    left, right = counted(graph, bits[:first]), counted(graph, bits[first:-1])
    for a, b in zip_longest(left, right, fillvalue=FALSE):
        differ = graph.differ(a, b)
        found.append(graph.differ(differ, carry))
        carry = graph.either(graph.both(a, b), graph.both(differ, carry))
    return [*found, carry] if carry else found


def at_least(graph: AndGraph, number: Sequence[Literal], least: int) -> Literal:
    """Whether a number, least significant bit first, is at least a constant."""
    if least >= 1 << len(number):
        return FALSE
    found = TRUE
    for place, bit in enumerate(number):
        found = graph.both(bit, found) if least >> place & 1 else graph.either(bit, found)
    return found


def fits(model: Votes, most: int) -> bool:
    """Whether a model has at most so many ANDs; they are counted only where it may have more."""
    made = len(model.features) - model.features.inputs  # inputs are not ANDs, and may be many
    nodes = made + sum(len(tree.tests) + 3 for tree in model.trees)
    return 3 * nodes <= most or nodes_of(model, model.features.inputs) <= most


def output_bits(graph: XorAndGraph, output: Literal, x: Bits) -> Bits:
    """A function in a graph for rows (rows, inputs), shape (rows,)."""
    columns = [
        int.from_bytes(np.packbits(each, bitorder="little").tobytes(), "little") for each in x.T
    ]
    (found,) = graph.evaluate([output], columns, len(x))
    data = np.frombuffer(found.to_bytes(-(-len(x) // 8), "little"), dtype=np.uint8)
    return np.unpackbits(data, count=len(x), bitorder="little")


def circuit_bits(model: Model, x: Bits) -> Bits:
    """What the ANDs of a model by itself give for rows (rows, inputs), shape (rows,)."""
    graph = AndGraph(x.shape[1])
    output = model.write(graph, [graph.variable(at) for at in range(graph.inputs)])
    return output_bits(graph, output, x)


def nodes_of(model: Model, inputs: int) -> int:
    """Number of ANDs of a model by itself."""
    graph = AndGraph(inputs)
    return graph.size([model.write(graph, [graph.variable(at) for at in range(inputs)])])
