"""What is proved of a learned circuit: that it is the model it was learned as, output by output.

Trees and votes, of classes too, are proved by SAT and decision diagrams against another form of them, arithmetic
against its integers. Of an operation that is made in part nothing is proved: there is nothing else that says what
it is.

Example:
    >>> import numpy as np
    >>> from gatewright.examples.choose import learn
    >>> from gatewright.examples.data.table import table_of
    >>> x = np.random.default_rng(1).integers(0, 2, (300, 5), dtype=np.uint8)
    >>> [claim] = model_claims(learn(table_of(x, x[:, 1] ^ x[:, 2]), learners=["tree"]))
    >>> claim.outcome, claim.said
    ('proved', 'circuit = the tree that was learned: proved by SAT, for all inputs')
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal as OneOf

from gatewright.errors import GatewrightError
from gatewright.examples.choose import Learned
from gatewright.examples.classes.prove import proved_class, proved_counts
from gatewright.examples.learners.classes import ClassVotes, OneClass
from gatewright.examples.learners.memorising import Tables
from gatewright.examples.learners.model import Model, Votes
from gatewright.examples.prove import Proof, is_count, proved_model, proved_tables
from gatewright.examples.recognise.integers import prove_netlist, with_integers
from gatewright.examples.recognise.search import Recognised
from gatewright.examples.recognise.symmetric import Symmetric
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bdd import TooManyNodesError
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.logic.xag import Literal
from gatewright.records import dataclass

TIME_LIMIT = 60.0
"""Seconds for an output."""

EVERY = "for all inputs"


@dataclass(frozen=True, slots=True)
class ModelClaim:
    """Whether an output is its model.

    Attributes:
        output: its name.
        outcome: proved for all inputs, refuted, or not decided.
        said: the same in words.
    """

    output: str
    outcome: OneOf["proved", "refuted", "undecided"]
    said: str


def model_claims(learned: Learned, *, time_limit: float = TIME_LIMIT) -> list[ModelClaim]:
    """Whether each output of a circuit is its model.

    Args:
        learned: the circuit and its models.
        time_limit: for each output, in seconds.
    """
    return list(_claims(learned, time_limit))


def _claims(learned: Learned, time_limit: float) -> Iterator[ModelClaim]:
    counts: dict[ClassVotes, Proof] = {}
    for each, literal in zip(learned.outputs, learned.literals, strict=True):
        model = each.chosen.model
        try:
            what, outcome, how = _claim(model, learned.graph, literal, counts, time_limit)
        except MissingSolverError as error:  # with the line that installs it
            what, outcome, how = "what was learned", "undecided", str(error)
        except GatewrightError as error:
            what, outcome, how = "what was learned", "undecided", error.message
        said = {
            "proved": f"proved {how}",
            "refuted": "REFUTED",
            "undecided": f"not proved: {how}",
        }[outcome]
        yield ModelClaim(each.name, outcome, f"circuit = {what}: {said}")  # type: ignore[arg-type] # one of three


def _claim(
    model: Model,
    graph: AndGraph,
    output: Literal,
    counts: dict[ClassVotes, Proof],
    time_limit: float,
) -> tuple[str, str, str]:
    """What the output should be, whether it is, and how and for what that was decided, or why not."""
    if isinstance(model, Votes):
        trees = len(model.trees)
        what = "the tree that was learned" if trees == 1 else f"the majority of the {trees} trees"
        proof = proved_model(model, graph, output, time_limit=time_limit)
        how = f"by SAT{'' if trees == 1 else ' and decision diagrams'}, {EVERY}"
        return what, proof.outcome, how if proof.outcome == "proved" else proof.reason
    if isinstance(model, OneClass):
        if model.all not in counts:  # of all its classes
            counts[model.all] = proved_counts(model.all, graph, time_limit=time_limit)
        proof = proved_class(model, graph, output, counts[model.all], time_limit=time_limit)
        what = f"the class of most votes of the {proof.parts} trees"
        return what, proof.outcome, proof.reason or f"by SAT and decision diagrams, {EVERY}"
    if isinstance(model, Tables):
        proof = proved_tables(model, graph, output, time_limit=time_limit)
        what = f"the {proof.parts} tables that were learned"
        return what, proof.outcome, proof.reason or f"by SAT, {EVERY}"
    if isinstance(model, Symmetric):
        counted = [graph.variable(place) for place in model.places]
        try:
            right = is_count(graph, output, counted, model.answers)
        except TooManyNodesError as error:
            return "its count", "undecided", error.message
        return "its count", "proved" if right else "refuted", f"by decision diagrams, {EVERY}"
    if isinstance(model, Recognised):
        circuit = with_integers(model, graph, output)
        claim = prove_netlist(circuit, time_limit=time_limit)
        if claim.outcome == "sampled":
            why = claim.reason or "it is too large"
            return "its integers", "undecided", f"{why}; {claim.checked} patterns agree"
        how = {"sat": "by SAT", "exhaustive": "exhaustively"}.get(
            claim.method, f"by {claim.method}"
        )
        where = "" if circuit.spec.domain is None else " where b is not 0"
        return "its integers", claim.outcome, f"{how}, {EVERY}{where}"
    return "what was learned", "undecided", "nothing else says what it is"
