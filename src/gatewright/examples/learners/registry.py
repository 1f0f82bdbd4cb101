"""Every learner, by its name: what comes with the project, and what plugins add by ``gatewright_learners``.

Example:
    >>> [each.name for each in BUILT_IN]
    ['recognise', 'tree', 'fringe', 'forest', 'boosting', 'memorising', 'evolved']
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.errors import UsageError
from gatewright.examples.learners.boosting import boosted
from gatewright.examples.learners.evolved import evolved
from gatewright.examples.learners.forest import forest
from gatewright.examples.learners.fringe import best, fringe_trees
from gatewright.examples.learners.memorising import memorising
from gatewright.examples.learners.model import Model
from gatewright.examples.learners.task import Learner, Task
from gatewright.examples.recognise.learner import recognise
from gatewright.kinds import Provided

RECOGNISE = "recognise"
"""The learner that knows arithmetic; where it is right in every row, no other is asked."""

BOOSTING = "boosting"
"""The learner that is also asked for the classes of a column together."""

_LEAST_ROWS = (2, 8, 20)
"""Rows on either side of a split, of which the best is taken."""

_SHAPES = ((3, 0.1), (5, 0.1))
"""Depths and rates of boosted trees, of which the best is taken."""

_QUICK = (3, 0.25)
"""The same of few ANDs: they hold few votes, so that each has to count for more."""

_FEW_ANDS = 2500


def _tree(task: Task) -> Model:
    return best(
        each for least in _LEAST_ROWS for each in fringe_trees(task, rounds=1, least_rows=least)
    )


def _fringe(task: Task) -> Model:
    return best(each for least in _LEAST_ROWS for each in fringe_trees(task, least_rows=least))


def _boosting(task: Task) -> Model:
    def models() -> Iterator[Model]:
        for depth, rate in (*((_QUICK,) if task.most_ands < _FEW_ANDS else ()), *_SHAPES):
            yield boosted(task, depth=depth, rate=rate)
            if task.out_of_time():
                return

    return max(models(), key=lambda model: task.accuracy(model.values(task.tune_x)))


BUILT_IN = (
    Learner(
        RECOGNISE,
        "finds the operation that the rows are a bit of, or the symmetric function",
        "our own: a search over operand order, sign, operation and bit",
        recognise,
    ),
    Learner(
        "tree",
        "a decision tree, pruned",
        "J. R. Quinlan, Induction of decision trees, 1986; Simplifying decision trees, 1987",
        _tree,
    ),
    Learner(
        "fringe",
        "a tree that makes AND and XOR of neighbouring tests new features, again and again",
        "G. Pagallo, D. Haussler, 1990; A. L. Oliveira, A. Sangiovanni-Vincentelli, 1993",
        _fringe,
    ),
    Learner(
        "forest",
        "the majority of 15 random trees",
        "L. Breiman, Random forests, 2001",
        forest,
    ),
    Learner(
        BOOSTING,
        "trees of one bit a leaf, each fitted to what the others get wrong; the majority of them",
        "J. H. Friedman, Greedy function approximation, 2001; with votes of one bit, our own",
        _boosting,
    ),
    Learner(
        "memorising",
        "layers of tables of four signals drawn at random, that say what most rows say",
        "S. Chatterjee, Learning and memorization, 2018",
        memorising,
    ),
    Learner(
        "evolved",
        "fringe trees from many restarts over a pool of features, and votes of the best",
        "our own, on fringe trees",
        evolved,
    ),
)

LEARNERS: Provided[Learner] = Provided(
    "learner", UsageError, {each.name: each for each in BUILT_IN}, hook="learners"
)
"""Every learner, by its name."""
