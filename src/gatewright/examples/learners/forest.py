"""A random forest whose trees have one vote each (L. Breiman, Random forests, Machine Learning 45, 2001).

Each tree sees a part of the rows, and at each node some of the features.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (300, 5), dtype=np.uint8)
    >>> task = Task(x, x[:, 0] | x[:, 1], x, x[:, 0] | x[:, 1], most_ands=200)
    >>> model = forest(task, trees=5)
    >>> len(model.trees), task.accuracy(model.values(x)) > 0.95
    (5, True)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Indices
from gatewright.examples.learners.columns import packed_row
from gatewright.examples.learners.fringe import Rows, on_literals
from gatewright.examples.learners.model import Votes, nodes_of, votes
from gatewright.examples.learners.task import Task
from gatewright.examples.learners.tree import Tree, first_splits, grow

PART = 0.63
"""Rows that a tree sees: as many different ones as a draw of all with replacement has."""


def forest(task: Task, *, trees: int = 15) -> Votes:
    """The majority of an odd number of random trees, all with as many leaves as the ANDs allow."""
    rows, generator = Rows(task), task.generator()
    table, _ = rows.tables(rows.inputs)
    features = table.shape[1]
    some = max(1, round(3 * features**0.5)) if features > 9 else features

    def draw() -> Indices:
        drawn: Indices = generator.choice(features, min(some, features), replace=False)
        return drawn

    grown: list[Tree] = []
    most = task.most_ands // (2 * trees) + 2
    for _ in range(trees):
        mask = packed_row((generator.random(len(task.y)) < PART).astype(np.uint8))
        tree = grow(table, rows.ones, mask, most_leaves=most, least_rows=2, draw=draw)
        grown.append(on_literals(tree, rows.inputs))
        if task.out_of_time() and len(grown) % 2:
            break
    return largest(task, rows, grown)


def largest(task: Task, rows: Rows, trees: Sequence[Tree]) -> Votes:
    """Trees with as many leaves each as fit into the ANDs."""
    low, high = 1, max(tree.leaves for tree in trees)
    found = votes(rows.graph, [first_splits(tree, 1) for tree in trees])
    while low <= high:
        leaves = (low + high) // 2
        made = votes(rows.graph, [first_splits(tree, leaves) for tree in trees])
        if nodes_of(made, rows.graph.inputs) <= task.most_ands:
            found, low = made, leaves + 1
        else:
            high = leaves - 1
    return found
