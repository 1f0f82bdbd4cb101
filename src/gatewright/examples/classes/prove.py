"""Proof that an output of a circuit says whether a class has most votes, in three steps, each for all inputs.

Every tree is compared with its paths, every count with the number of trees that say 1, whatever those are, and
the choice with the largest of the counts, whatever those are. Needs python-sat, the extra ``formal``.

Example:
    >>> from gatewright.examples.learners.model import votes
    >>> from gatewright.examples.learners.tree import Tree
    >>> inputs = [Tree(0, (2 * at + 2,), (-1,), (-2,)) for at in range(3)]
    >>> some = [inputs[:2], inputs[1:], inputs[::2]]
    >>> model = ClassVotes(3, tuple(votes(XorAndGraph(3), trees) for trees in some))
    >>> graph, second = AndGraph(3), OneClass(model, 1)
    >>> output = second.write(graph, [2, 4, 6])
    >>> counts = proved_counts(model, graph)
    >>> counts
    Proof(outcome='proved', parts=6, reason='')
    >>> [proved_class(second, graph, each, counts).outcome for each in (output, output ^ 1)]
    ['proved', 'refuted']
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from gatewright.examples.learners.classes import ClassVotes, OneClass, largest
from gatewright.examples.prove import (
    TIME_LIMIT,
    Proof,
    are_paths,
    copied,
    differs,
    is_count,
)
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bdd import TooManyNodesError
from gatewright.logic.sat.solver import OutOfTimeError, Solver
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph


def proved_counts(model: ClassVotes, graph: AndGraph, *, time_limit: float = TIME_LIMIT) -> Proof:
    """Compare the counts of votes that a graph has with the trees of each class.

    Every tree is compared with its paths by SAT, and every bit of a count by a decision diagram over the trees'
    outputs, whatever they are.

    Args:
        model: the trees of every class.
        graph: of the circuit, over the same inputs.
        time_limit: in seconds.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    inputs = [graph.variable(at) for at in range(graph.inputs)]
    parts = sum(len(each.trees) for each in model.votes)
    # What is there already is not made again: these are the nodes of the circuit, if it is made so.
    words = model.words(graph, inputs)
    both = XorAndGraph(graph.inputs)
    theirs = copied(graph, both)
    try:
        with Solver(both, time_limit) as solver:
            for each, word in zip(model.votes, words, strict=True):
                ballots = each.ballots(graph, inputs)
                if not are_paths(each, ballots, both, theirs, solver):
                    return Proof("refuted", parts)
                for place, bit in enumerate(word):
                    answers = [at >> place & 1 for at in range(len(ballots) + 1)]
                    if not is_count(graph, bit, ballots, answers):
                        return Proof(
                            "undecided", parts, "a count of votes is not one for all votes"
                        )
    except OutOfTimeError:
        return Proof("undecided", parts, f"SAT takes longer than {time_limit:g} s")
    except TooManyNodesError:
        return Proof("undecided", parts, "the diagram of the votes is too large")
    return Proof("proved", parts)


def proved_class(
    model: OneClass,
    graph: AndGraph,
    output: Literal,
    counts: Proof,
    *,
    time_limit: float = TIME_LIMIT,
) -> Proof:
    """Compare an output of a graph with whether a class has most votes, for all inputs.

    That it is the largest of the counts is decided by SAT over the counts, whatever they are: no other is larger,
    and none before it equal.

    Args:
        model: the trees of every class, and which class is meant.
        graph: of the circuit, over the same inputs.
        output: of the circuit.
        counts: what `proved_counts` says of the same trees and graph.
        time_limit: in seconds.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    words = model.all.words(graph, [graph.variable(at) for at in range(graph.inputs)])
    if largest(graph, words)[model.place] != output:
        if differs(model, graph, output):
            return Proof("refuted", counts.parts)
        return Proof("undecided", counts.parts, "the output is not made of the votes' counts")
    if counts.outcome != "proved":
        return counts
    try:
        right = _is_largest(list(map(len, words)), model.place, time_limit)
    except OutOfTimeError:
        return Proof("undecided", counts.parts, f"SAT takes longer than {time_limit:g} s")
    return Proof("proved" if right else "refuted", counts.parts)


def _is_largest(widths: Sequence[int], place: int, time_limit: float) -> bool:
    """Whether `classes.largest` says of numbers of these widths, any, which is the largest."""
    graph = XorAndGraph(sum(widths))
    starts = [sum(widths[:at]) for at in range(len(widths))]
    words = [
        [graph.variable(start + bit) for bit in range(width)]
        for start, width in zip(starts, widths, strict=True)
    ]
    wanted = TRUE
    for at, word in enumerate(words):
        if at != place:
            wanted = graph.both(wanted, _above(graph, words[place], word, equal=at > place))
    differs = graph.differ(wanted, largest(graph, words)[place])
    with Solver(graph, time_limit) as solver:
        return differs == FALSE or (differs != TRUE and not solver.satisfy([differs]))


def _above(
    graph: XorAndGraph, a: Sequence[Literal], b: Sequence[Literal], *, equal: bool
) -> Literal:
    """Whether a number is larger than another, or equal if that is enough: by the highest bit that differs."""
    found, same = FALSE, TRUE
    for x, y in reversed(list(zip_longest(a, b, fillvalue=FALSE))):
        found = graph.either(found, graph.both(same, graph.both(x, y ^ 1)))
        same = graph.both(same, graph.differ(x, y) ^ 1)
    return graph.either(found, same) if equal else found
