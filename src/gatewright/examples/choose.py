"""Learning a circuit: every learner on every output, the choice, and what it means on new rows.

Learners are compared on rows that none of them saw, and the winner is judged by rows that chose nothing: the
best of several looks too good on the rows that made it the best.

Example:
    >>> from gatewright.examples.data.table import table_of
    >>> x = np.random.default_rng(1).integers(0, 2, (600, 5), dtype=np.uint8)
    >>> learned = learn(table_of(x, x[:, 1] ^ (x[:, 2] & x[:, 4])), learners=["fringe"])
    >>> learned.outputs[0].chosen.name, learned.size, learned.tested.right, learned.tested.rows
    ('fringe', 4, 90, 90)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Netlist
from gatewright.examples.bound import Judged
from gatewright.examples.circuit import blank_netlist, netlist_of
from gatewright.examples.classes.together import Weighed, groups
from gatewright.examples.data.facts import Rows
from gatewright.examples.data.table import Table
from gatewright.examples.prepared import prepared
from gatewright.examples.search import Search, Watch
from gatewright.examples.trials import Trial
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import Literal
from gatewright.records import dataclass

MOST_ANDS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One output, and how it was learned.

    Attributes:
        name: of the output.
        trials: a learner each.
        nothing: learners that made nothing of it.
        chosen: the one of most right rows that choose; of equals the smallest. Of many rows its learner was then
            taught those that chose, too. Classes of a column learned together are chosen for all of them, where
            more rows have their class right so.
        tested: how it does on rows that chose nothing.
        clashing: rows whose bits have both answers among the examples.
        possible: the most rows of the examples that any function of the bits can have right.
        alike: of the rows that clash, those that do as they were given, too; the others had different numbers.
    """

    name: str
    trials: tuple[Trial, ...]
    nothing: tuple[str, ...]
    chosen: Trial
    tested: Judged
    clashing: int
    possible: int
    alike: int


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A circuit that was learned.

    Attributes:
        graph: all outputs in one graph, so that they share logic.
        literals: of the outputs.
        inputs: the names of the input bits.
        outputs: how each was learned.
        tested: all outputs together.
        counts: rows that learned, tuned, chose and tested.
        constant: names of inputs that are one value in all rows.
        shared: rows to test by that are also among the others, as they were given.
        folded: whether rows are so few that those that learned, tuned and chose are the same ones, in five parts.
        stopped: whether a learner's time was up before it was done.
        weighed: of each column of three classes or more, whether these are weighed against each other.

    Example:
        >>> from gatewright.api.examples import learn as learn_from
        >>> x = np.random.default_rng(0).integers(0, 2, (400, 4))
        >>> learned = learn_from(x, x[:, 0] & x[:, 1]).learned_
        >>> learned.size, learned.levels
        (1, 1)
    """

    graph: AndGraph
    literals: tuple[Literal, ...]
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    tested: Judged
    counts: tuple[int, int, int, int]
    constant: tuple[str, ...]
    shared: int
    folded: bool
    stopped: bool
    weighed: tuple[Weighed, ...] = ()

    @property
    def size(self) -> int:
        """ANDs of the circuit."""
        return self.graph.size(self.literals)

    @property
    def levels(self) -> int:
        """Most ANDs from an input to an output."""
        return self.graph.levels(self.literals)

    def netlist(self, name: str = "learned") -> Netlist:
        """The circuit as wires and gates."""
        names = tuple(each.name for each in self.outputs)
        return netlist_of(self.graph, self.literals, self.inputs, names, name)

    def values(self, x: Bits) -> Bits:
        """What the models answer for rows (rows, inputs), shape (rows, outputs)."""
        return np.stack([each.chosen.model.values(x) for each in self.outputs], axis=1)


Check = Callable[[Netlist], None]


def learn(
    table: Table,
    *,
    test: Table | None = None,
    most_ands: int = MOST_ANDS,
    seconds: float = float("inf"),
    seed: int = 0,
    learners: Sequence[str] = (),
    watch: Watch | None = None,
    check: Check | None = None,
) -> Learned:
    """Learn a circuit.

    Args:
        table: the examples.
        test: rows to judge the result by; by default a part of the examples is kept for it.
        most_ands: most AND nodes.
        seconds: after which nothing new is tried; the result then depends on the machine.
        seed: of everything random; without a limit of time, the same seed gives the same circuit.
        learners: their names; all by default.
        watch: called with a learner's name, the trials done and the trials to do.
        check: called with a circuit of the same inputs and outputs, before anything is learned.

    Raises:
        UsageError: there are too few rows, or nothing to be learned; or no learner of a name; or a circuit cannot
            have the names.
    """
    rows = prepared(table, seed=seed, test=test)
    inputs, outputs, parts, known = rows.inputs, rows.outputs, rows.parts, rows.known
    x, y, test_x, test_y = rows.x, rows.y, rows.test_x, rows.test_y
    given = Rows(x, table)
    judging = Rows(test_x, table.part(parts.test) if test is None else test)
    blank = blank_netlist(inputs, outputs)
    if check is not None:
        check(blank)
    run = Search(
        rows, groups(table, outputs), learners, most_ands, time.monotonic() + seconds, seed, watch
    )
    both_ways = run.all_outputs()
    made: list[Output] = []
    answers = np.empty_like(test_y)
    for place, (name, (trials, nothing, winner)) in enumerate(zip(outputs, run.found, strict=True)):
        answers[:, place] = winner.model.values(test_x)
        right = int((answers[:, place] == test_y[:, place]).sum())
        clashing, possible, alike = given.contradictions(y[:, place])
        made.append(
            Output(
                name,
                tuple(trials),
                tuple(nothing),
                winner,
                Judged(right, len(test_y)),
                clashing,
                possible,
                alike,
            )
        )
    right = int((answers == test_y).all(1).sum())
    return Learned(
        run.graph,
        tuple(run.literals),
        inputs,
        tuple(made),
        Judged(right, len(test_y)),
        (len(parts.learn), len(parts.tune), len(parts.choose), len(test_y)),
        table.constant(),
        Rows(x[known], table.part(known)).shared(judging),
        rows.few,
        any(trial.stopped for each in made for trial in (*each.trials, each.chosen)),
        tuple(both_ways),
    )
