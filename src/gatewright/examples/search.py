"""Every learner on every output, one after the other in one graph, and the best of each.

Example:
    >>> import numpy as np
    >>> from gatewright.examples.data.table import table_of
    >>> from gatewright.examples.prepared import prepared
    >>> x = np.random.default_rng(1).integers(0, 2, (600, 5), dtype=np.uint8)
    >>> rows = prepared(table_of(x, x[:, 1] ^ (x[:, 2] & x[:, 4])), seed=0)
    >>> search = Search(rows, [Group("y", range(1))], ["fringe"], 100, float("inf"), 0, None)
    >>> search.all_outputs(), search.graph.size(search.literals)
    ([], 4)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from gatewright.errors import UsageError
from gatewright.examples.classes.together import CLASSES, Group, Weighed, together, weighed
from gatewright.examples.learners.registry import BOOSTING, LEARNERS, RECOGNISE
from gatewright.examples.learners.task import Task
from gatewright.examples.prepared import Prepared
from gatewright.examples.trials import Trial, folded, learner_trial, taught_again
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import Literal

SLACK = 10
"""ANDs that stay free: other programs count a circuit a little differently."""

Watch = Callable[[str, int, int], None]


class Search:
    """What is learned of each output, one after the other, in one graph.

    Attributes:
        found: of each output the trials, the learners that made nothing, and the best trial, which of many rows
            has learned again from those that chose, too.
        literals: of each output, what that made.
    """

    def __init__(
        self,
        rows: Prepared,
        columns: Sequence[Group],
        learners: Sequence[str],
        most_ands: int,
        deadline: float,
        seed: int,
        watch: Watch | None,
    ) -> None:
        self._rows, self._columns, self._seed, self._watch = rows, columns, seed, watch
        names = tuple(dict.fromkeys(learners)) or tuple(LEARNERS)
        self._chosen = [LEARNERS[name] for name in names]
        # Votes of classes are boosted trees: where those are left out, so are they.
        self._votes = BOOSTING in names
        self._ands, self._deadline = most_ands - SLACK, deadline
        self._done = 0
        # Of each output every learner, and of many rows the chosen one again.
        turns = len(self._chosen) + (not rows.few)
        self._total = turns * len(rows.outputs) + sum(map(self._weighs, columns))
        self.graph = AndGraph(len(rows.inputs))
        self._variables = [self.graph.variable(at) for at in range(len(rows.inputs))]
        self.literals: list[Literal] = []
        self.found: list[tuple[list[Trial], list[str], Trial]] = []

    def all_outputs(self) -> list[Weighed]:
        """Learn them; of each column of classes, how these do that are weighed against each other."""
        both_ways = []
        for each in self._columns:
            before = self.graph.size(self.literals)
            for place in each.places:
                self._output(place)
            compared = self._classes(each, before) if self._weighs(each) else None
            if compared is not None:
                both_ways.append(compared)
        return both_ways

    def _weighs(self, column: Group) -> bool:
        return self._votes and len(column.places) > 2

    def _begin(self, name: str) -> float:
        """Tell that a learner begins; its deadline: each of each output has its part of the time that is left."""
        if self._watch is not None:
            self._watch(name, self._done, self._total)
        now = time.monotonic()
        return now + (self._deadline - now) / (self._total - self._done)

    def _output(self, place: int) -> None:
        """Let every learner try one output, and write what the best made."""
        rows, parts = self._rows, self._rows.parts
        x, y = rows.x, rows.y[:, place]
        left = self._ands - self.graph.size(self.literals)
        task = Task(
            x[parts.learn],
            y[parts.learn],
            x[parts.tune],
            y[parts.tune],
            most_ands=max(0, left // (len(rows.outputs) - place)),
            seed=self._seed,
            names=rows.inputs,
        )
        trials: list[Trial] = []
        nothing: list[str] = []
        for at, each in enumerate(self._chosen):
            timed = replace(task, deadline=self._begin(each.name))
            if rows.few:
                trial = folded(each, timed, x[rows.known], y[rows.known])
            else:
                trial = learner_trial(each, timed, x[parts.choose], y[parts.choose])
            self._done += 1
            if trial is None:
                nothing.append(each.name)
                continue
            trials.append(trial)
            if each.name == RECOGNISE and trial.right == trial.rows:
                self._done += len(self._chosen) - 1 - at  # no other has anything to add
                break
        if not trials:
            raise UsageError(
                f"no learner made anything of '{rows.outputs[place]}': {', '.join(nothing)}",
                hint="leave the choice of learners out, or allow more ANDs",
            )
        winner = max(trials, key=lambda trial: (trial.right, -trial.size))
        if not rows.few:
            timed = replace(task, deadline=self._begin(winner.name))
            chosen = LEARNERS[winner.name]
            winner = taught_again(chosen, winner, timed, x[parts.choose], y[parts.choose])
            self._done += 1
        self.literals.append(winner.model.write(self.graph, self._variables))
        self.found.append((trials, nothing, winner))

    def _classes(self, column: Group, before: int) -> Weighed | None:
        """Learn the classes of a column together, and take that where more rows have their class right so."""
        places = column.places
        deadline = self._begin(CLASSES)
        share = (self._ands - before) * len(places) // (len(self._rows.outputs) - places.start)
        whole = together(
            self._rows, places, most_ands=max(0, share), seed=self._seed, deadline=deadline
        )
        self._done += 1
        if whole is None:
            for _, nothing, _ in self.found[places.start :]:
                nothing.append(CLASSES)
            return None
        alone = [winner for _, _, winner in self.found[places.start :]]
        compared = weighed(column.column, whole, alone, self.graph.size(self.literals) - before)
        for place, trial in zip(places, whole.trials(), strict=True):
            trials, nothing, winner = self.found[place]
            self.found[place] = ([*trials, trial], nothing, trial if compared.chosen else winner)
            if compared.chosen:
                self.literals[place] = trial.model.write(self.graph, self._variables)
        return compared
