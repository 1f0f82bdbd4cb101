"""One-bit boosting: every tree has one vote, as cheap to count as an adder makes it.

Trees are fitted one after the other to what those before get wrong, by the slope and the bend of the logistic
loss (J. H. Friedman, Greedy function approximation, Annals of Statistics 29, 2001); but a leaf says yes or no,
not a number, and all trees weigh the same. So the circuit is the trees and a population count. Slopes are
rounded to whole numbers, so that sums are the same whatever adds them up, and in whatever order.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (500, 6), dtype=np.uint8)
    >>> y = (x.sum(1) > 3).astype(np.uint8)
    >>> task = Task(x[:400], y[:400], x[400:], y[400:], most_ands=900)
    >>> model = boosted(task, depth=2)
    >>> task.accuracy(model.values(task.tune_x)) > 0.9
    True
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.examples.learners.fringe import Rows
from gatewright.examples.learners.model import Votes, nodes_of, votes
from gatewright.examples.learners.task import Task
from gatewright.examples.learners.tree import LEAF, Tree

Singles: TypeAlias = npt.NDArray[np.float32]

SCALE = 127
"""Slopes are whole numbers up to this, of which float32 adds 130 000 exactly."""

PATIENCE = 40
"""Trees that are added without the votes being right on more rows than ever before."""

MOST_CELLS = 1 << 27
"""Most rows times features, 512 MB of float32; of more, as many rows as fit are drawn."""


def boosted(task: Task, *, depth: int = 5, rate: float = 0.25, most_trees: int = 255) -> Votes:
    """As many trees as the ANDs allow; of these the odd number that is right on most of the other rows.

    Args:
        task: the rows.
        depth: most tests on a path.
        rate: by how much a vote moves the sum of which the logistic function is the probability.
        most_trees: when to stop.
    """
    x, y = task.x, task.y
    most_rows = max(1, MOST_CELLS // max(1, x.shape[1]))
    if len(x) > most_rows:
        drawn = np.sort(task.generator().choice(len(x), most_rows, replace=False))
        x, y = x[drawn], y[drawn]
    cells, wanted = x.astype(np.float32), y.astype(np.float64)
    total, tuned = np.zeros(len(x)), np.zeros(len(task.tune_x), dtype=np.intp)
    graph = Rows(task).graph
    trees: list[Tree] = []
    better = 0
    best, found = -1.0, votes(graph, [Tree(LEAF[0], (), (), ())])
    while len(trees) < most_trees:
        chance = 1 / (1 + np.exp(-2 * total))
        slope = np.rint(SCALE * (wanted - chance)).astype(np.float32)
        bend = np.rint(SCALE * 2 * chance * (1 - chance)).astype(np.float32)
        tree, answers = fitted(x, cells, slope, bend, depth)
        trees.append(
            Tree(tree.root, tuple(2 * test + 2 for test in tree.tests), tree.lows, tree.highs)
        )
        total += rate * (2.0 * answers - 1)
        tuned += 2 * tree.walked(task.tune_x).astype(np.intp) - 1
        if not len(trees) % 2:
            continue
        right = task.accuracy((tuned > 0).astype(np.uint8))
        if right > best:
            better = len(trees)
        if right >= best or len(trees) % 8 == 1:
            made = votes(graph, trees)
            if nodes_of(made, graph.inputs) > task.most_ands:
                break
            if right >= best:  # of equals the larger: more votes are steadier
                best, found = right, made
        if task.out_of_time() or len(trees) - better >= PATIENCE:
            break
    return found


def fitted(x: Bits, cells: Singles, slope: Singles, bend: Singles, depth: int) -> tuple[Tree, Bits]:
    """A tree of one bit a leaf, level by level, and its answer for each row.

    Args:
        x: the rows, shape (rows, features).
        cells: the same as numbers.
        slope: of each row, a whole number up to `SCALE`.
        bend: likewise.
        depth: most tests on a path.
    """
    rows = len(x)
    at = np.zeros(rows, dtype=np.intp)  # the leaf of every row
    leaves: list[tuple[int, bool] | None] = [None]  # below which node, on which side
    tests: list[int] = []
    children: tuple[list[int], list[int]] = ([], [])
    open_leaves = [0]
    for _ in range(depth):
        if not open_leaves:
            break
        inside = np.zeros((3 * len(open_leaves), rows), dtype=np.float32)
        for place, leaf in enumerate(open_leaves):
            there = at == leaf
            inside[3 * place, there] = slope[there]
            inside[3 * place + 1, there] = bend[there]
            inside[3 * place + 2, there] = 1
        high = (inside @ cells).astype(np.float64)
        whole = inside.sum(1, dtype=np.float64)
        after = []
        for place, leaf in enumerate(open_leaves):
            feature = _split(high[3 * place : 3 * place + 3], whole[3 * place : 3 * place + 3])
            if feature < 0:
                continue
            node = len(tests)
            _hang(children, leaves[leaf], node)
            tests.append(feature)
            children[0].append(LEAF[0])
            children[1].append(LEAF[0])
            ones = (at == leaf) & (x[:, feature] == 1)
            leaves[leaf] = (node, False)
            leaves.append((node, True))
            at[ones] = len(leaves) - 1
            after += [leaf, len(leaves) - 1]
        open_leaves = after
    sums = np.zeros(len(leaves))
    np.add.at(sums, at, slope.astype(np.float64))
    says = (sums > 0).astype(np.uint8)
    root = 0 if tests else LEAF[int(says[0])]
    for place, above in enumerate(leaves):
        _hang(children, above, LEAF[int(says[place])])
    answers: Bits = says[at]
    return Tree(root, tuple(tests), tuple(children[0]), tuple(children[1])), answers


def _hang(children: tuple[list[int], list[int]], leaf: tuple[int, bool] | None, child: int) -> None:
    if leaf is not None:
        children[leaf[1]][leaf[0]] = child


def _split(high: Floats, whole: Floats) -> int:
    """The feature to split a leaf by, of slopes, bends and rows (3, features); -1 if none is worth it."""
    low = whole[:, None] - high
    gain = high[0] ** 2 / (high[1] + SCALE) + low[0] ** 2 / (low[1] + SCALE)
    gain[(high[2] < 2) | (low[2] < 2)] = -1
    feature = int(np.argmax(gain))
    return feature if gain[feature] > whole[0] ** 2 / (whole[1] + SCALE) + 1e-9 else -1
