"""Proof that the ANDs of a circuit are the model that was learned: the trees and their votes.

The model is written a second time, in another way: each tree as the paths that lead to a 1, features with their
exclusive ors whole. That every tree of the circuit is the same function is decided by SAT. That the output is the
majority of the trees is decided by a decision diagram over the trees' outputs, whatever they are, as the circuit
is cut there. Both are for all inputs. Needs python-sat, the extra ``formal``.

Example:
    >>> from gatewright.examples.learners.tree import Tree
    >>> from gatewright.examples.learners.model import votes
    >>> features = XorAndGraph(3)
    >>> trees = [Tree(0, (2 * at,), (-1,), (-2,)) for at in (1, 2, 3)]
    >>> model, graph = votes(features, trees), AndGraph(3)
    >>> output = model.write(graph, [2, 4, 6])
    >>> proved_model(model, graph, output)
    Proof(outcome='proved', parts=3, reason='')
    >>> proved_model(model, graph, graph.both(2, 4)).outcome
    'refuted'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal as OneOf

import numpy as np

from gatewright.examples.learners.classes import OneClass
from gatewright.examples.learners.memorising import Tables
from gatewright.examples.learners.model import Votes, output_bits
from gatewright.examples.learners.tree import LEAF, Tree
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bdd import FALSE as NEVER
from gatewright.logic.bdd import TRUE as ALWAYS
from gatewright.logic.bdd import Diagram, Diagrams, TooManyNodesError
from gatewright.logic.sat.solver import OutOfTimeError, Solver
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph
from gatewright.records import dataclass

TIME_LIMIT = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a circuit is its model.

    Attributes:
        outcome: proved for all inputs, refuted, or not decided.
        parts: how many trees or tables were compared.
        reason: why it was not decided.
    """

    outcome: OneOf["proved", "refuted", "undecided"]
    parts: int
    reason: str = ""


def proved_model(
    model: Votes, graph: AndGraph, output: Literal, *, time_limit: float = TIME_LIMIT
) -> Proof:
    """Compare an output of a graph with the trees that it should be.

    Args:
        model: the trees.
        graph: of the circuit, over the same inputs.
        output: of the circuit.
        time_limit: in seconds.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    inputs = [graph.variable(at) for at in range(graph.inputs)]
    trees = len(model.trees)
    # Of one tree the output is its vote; of several, what is there already is not made again.
    ballots = [output] if trees == 1 else model.ballots(graph, inputs)
    both = XorAndGraph(graph.inputs)
    theirs = copied(graph, both)
    with Solver(both, time_limit) as solver:
        try:
            if not are_paths(model, ballots, both, theirs, solver):
                return Proof("refuted", trees)
        except OutOfTimeError:
            return Proof("undecided", trees, f"SAT takes longer than {time_limit:g} s")
    try:
        half = trees // 2
        right = is_count(graph, output, ballots, [at > half for at in range(trees + 1)])
    except TooManyNodesError:
        return Proof("undecided", trees, "the diagram of the votes is too large")
    if right:
        return Proof("proved", trees)
    # It may still be the same function where votes depend on each other; nobody has shown it.
    return (
        Proof("refuted", trees)
        if differs(model, graph, output)
        else Proof("undecided", trees, "the output is not the majority of the trees for all votes")
    )


def proved_tables(
    model: Tables, graph: AndGraph, output: Literal, *, time_limit: float = TIME_LIMIT
) -> Proof:
    """Compare an output of a graph with the tables that it should be, one after the other.

    Each is compared, as the patterns of which it says 1, over the signals in the graph that it reads; these have
    been compared before, or are inputs.

    Args:
        model: the tables.
        graph: of the circuit, over the same inputs.
        output: of the circuit.
        time_limit: in seconds.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    inputs = [graph.variable(at) for at in range(graph.inputs)]
    layers = model.signals(graph, inputs)
    layers[-1] = [output]
    both = XorAndGraph(graph.inputs)
    theirs = copied(graph, both)
    count, before = sum(map(len, layers)), inputs
    with Solver(both, time_limit) as solver:
        try:
            for layer, signals in zip(model.layers, layers, strict=True):
                places = zip(layer.sources.tolist(), layer.tables.tolist(), signals, strict=True)
                for sources, table, signal in places:
                    read = [theirs[before[at] >> 1] ^ (before[at] & 1) for at in sources]
                    ones = _patterns(table, both, read)
                    differs = both.differ(theirs[signal >> 1] ^ (signal & 1), ones)
                    if differs == TRUE or (differs and solver.satisfy([differs])):
                        return Proof("refuted", count)
                before = signals
        except OutOfTimeError:
            return Proof("undecided", count, f"SAT takes longer than {time_limit:g} s")
    return Proof("proved", count)


def are_paths(
    model: Votes,
    ballots: Sequence[Literal],
    both: XorAndGraph,
    theirs: Sequence[Literal],
    solver: Solver,
) -> bool:
    """Whether each vote is the paths of its tree that lead to a 1, by SAT.

    Args:
        model: the trees.
        ballots: the vote of each in a circuit.
        both: a graph with that circuit in it.
        theirs: by node of the circuit, its function there.
        solver: of ``both``.
    """
    features = copied(model.features, both)
    for tree, ballot in zip(model.trees, ballots, strict=True):
        path = _paths(tree, both, features)
        differs = both.differ(theirs[ballot >> 1] ^ (ballot & 1), path)
        if differs == TRUE or (differs and solver.satisfy([differs])):
            return False
    return True


def _patterns(table: Sequence[int], graph: XorAndGraph, read: Sequence[Literal]) -> Literal:
    """A table as the patterns of which it says 1, of which any may be there."""
    found = FALSE
    for number, says in enumerate(table):
        if says:
            pattern = TRUE
            for place, signal in enumerate(read):
                pattern = graph.both(pattern, signal ^ (number >> place & 1 ^ 1))
            found = graph.either(found, pattern)
    return found


def copied(graph: XorAndGraph, into: XorAndGraph) -> list[Literal]:
    """By node of a graph, its function in another one over the same inputs."""
    made = list(range(0, 2 * graph.inputs + 2, 2))
    for node in range(graph.inputs + 1, len(graph)):
        made.append(graph.copied(node, made, into))
    return made


def _paths(tree: Tree, graph: XorAndGraph, features: Sequence[Literal]) -> Literal:
    """A tree as the paths to its leaves of 1, of which any may be taken."""
    found = FALSE
    todo = [(tree.root, TRUE)]
    while todo:
        child, path = todo.pop()
        if child == LEAF[1]:
            found = graph.either(found, path)
        elif child >= 0:
            test = tree.tests[child]
            feature = features[test >> 1] ^ (test & 1)
            todo.append((tree.highs[child], graph.both(path, feature)))
            todo.append((tree.lows[child], graph.both(path, feature ^ 1)))
    return found


def is_count(
    graph: AndGraph, output: Literal, ballots: Sequence[Literal], answers: Sequence[bool | int]
) -> bool:
    """Whether an output says by how many functions are 1 what it should, whatever those functions are.

    Args:
        graph: of the circuit.
        output: of the circuit.
        ballots: functions in it that are counted; it is cut there.
        answers: by how many of them are 1.

    Raises:
        TooManyNodesError: its diagram grows too large.
    """
    nodes = sorted({each >> 1 for each in ballots if each > TRUE})
    diagrams = Diagrams(len(nodes) + graph.inputs)
    of: dict[int, Diagram] = {0: NEVER}
    of.update((node, diagrams.variable(at)) for at, node in enumerate(nodes))
    todo = [output >> 1]
    while todo:
        node = todo[-1]
        if node in of:
            todo.pop()
        elif node <= graph.inputs:
            of[node] = diagrams.variable(len(nodes) + node - 1)
        else:
            reads = graph.lefts[node], graph.rights[node]
            waits = [each >> 1 for each in reads if each >> 1 not in of]
            if waits:
                todo += waits
            else:
                left, right = (of[each >> 1] ^ (each & 1) for each in reads)
                of[node] = diagrams.both(left, right)
    # By how many votes so far are 1, where that is so.
    counts: list[Diagram] = [ALWAYS]
    for ballot in ballots:
        vote = of[ballot >> 1] ^ (ballot & 1)
        counts = [
            diagrams.either(
                diagrams.both(vote, counts[at - 1]) if at else NEVER,
                diagrams.both(vote ^ 1, counts[at]) if at < len(counts) else NEVER,
            )
            for at in range(len(counts) + 1)
        ]
    wanted = NEVER
    for each, answer in zip(counts, answers, strict=True):
        if answer:
            wanted = diagrams.either(wanted, each)
    return bool(wanted == of[output >> 1] ^ (output & 1))


def differs(model: Votes | OneClass, graph: AndGraph, output: Literal) -> bool:
    """Whether a model and an output of a circuit differ on one of some rows."""
    rows = np.random.default_rng(0).integers(0, 2, (2048, graph.inputs), dtype=np.uint8)
    return not np.array_equal(output_bits(graph, output, rows), model.values(rows))
