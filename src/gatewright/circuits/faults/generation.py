"""Test patterns for every stuck-at fault that has one, and proofs for those that have none.

Random patterns first, in rounds, each fault dropped once it is shown; then SAT, fault by fault, and each pattern
found is tried on all faults that are left. Circuits of few inputs are given every pattern instead. At last as few
patterns are kept as a greedy choice needs. Every fault called detected was seen by simulation.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> found = stuck_faults(circuit("ripple-adder", bits=2).netlist)
    >>> len(found.detected), len(found.untestable), len(found.undecided), found.coverage
    (18, 0, 0, 1.0)
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.faults.deciding import Decider
from gatewright.circuits.faults.simulation import shown
from gatewright.circuits.faults.stuck import Fault, fault_classes
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.patterns import all_patterns, random_patterns
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.logic.sat.solver import MissingSolverError, OutOfTimeError, Solver
from gatewright.logic.xag import FALSE, TRUE
from gatewright.records import dataclass

EVERY_BITS = 10
"""Circuits of up to this many input bits are given every pattern."""

TIME_LIMIT = 60.0
"""Seconds that SAT may take."""

_ROUND = 256
_MOST_ROUNDS = 100
_IDLE_ROUNDS = 4
"""Rounds without a new fault after which random patterns are given up."""

_BUDGETS = (100, 2_000, None)
"""Conflicts of SAT that a fault is given: all of them a few first, then those that are left any number."""

Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class StuckFaults:
    """What came of the search for test patterns.

    Attributes:
        total: all faults, those that no pattern tells apart counted each.
        detected: a fault of each class that some pattern shows.
        untestable: those that no pattern shows, proved.
        undecided: those of which neither is known.
        patterns: that show every detected fault, shape (patterns, input bits).
        outputs: of the circuit without a fault on these, shape (patterns, output bits).
        tried: patterns simulated before SAT.
        every: whether those were all patterns there are.
        reason: why some are undecided.

    Example:
        >>> import gatewright as gw
        >>> found = gw.circuit("ripple-adder", bits=2).faults()
        >>> found.total, found.classes, found.patterns.tolist()
        (18, 18, [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    """

    total: int
    detected: tuple[Fault, ...]
    untestable: tuple[Fault, ...]
    undecided: tuple[Fault, ...]
    patterns: Bits
    outputs: Bits
    tried: int
    every: bool
    reason: str = ""

    @property
    def classes(self) -> int:
        """How many classes of faults there are: the collapsed faults."""
        return len(self.detected) + len(self.untestable) + len(self.undecided)

    @property
    def coverage(self) -> float:
        """The part of all classes, but for those proved untestable, that is detected; 1 if there are none."""
        wanted = len(self.detected) + len(self.undecided)
        return len(self.detected) / wanted if wanted else 1.0


def stuck_faults(
    netlist: Netlist,
    *,
    seed: int = 0,
    time_limit: float = TIME_LIMIT,
    watch: Watch | None = None,
) -> StuckFaults:
    """Find patterns that show the stuck-at faults of a circuit.

    Patterns may lie outside the domain of a builder: a tester drives what it likes.

    Args:
        netlist: without registers.
        seed: of the random patterns.
        time_limit: of SAT, in seconds; faults not decided by then are undecided.
        watch: called with what is done, the faults decided and all faults.

    Raises:
        NetlistError: it is not a circuit, or has registers.
    """
    program = compile_netlist(netlist)
    search = _Search(program, fault_classes(netlist, program), watch or (lambda *_: None))
    search.simulate(netlist, seed)
    if search.every:
        search.untestable, search.left = search.left, []
    elif search.left:
        search.decide(time_limit)
    patterns = search.compacted()
    return StuckFaults(
        sum(each.alike for each in search.faults),
        tuple(each for each in search.faults if each in search.detected),
        tuple(search.untestable),
        tuple(search.left),
        patterns,
        ExactEngine(program).outputs(patterns),
        search.tried,
        search.every,
        search.reason,
    )


class _Search:
    """Faults that are left, and the patterns kept so far."""

    def __init__(self, program: Program, faults: tuple[Fault, ...], watch: Watch) -> None:
        self.every = program.input_bits <= EVERY_BITS
        self.faults, self.left = faults, list(faults)
        self.detected: set[Fault] = set()
        self.untestable: list[Fault] = []
        self.tried, self.reason = 0, ""
        self._program, self._watch = program, watch
        self._kept = [np.empty((0, program.input_bits), dtype=np.uint8)]

    def simulate(self, netlist: Netlist, seed: int) -> None:
        """Try every pattern, or random ones until they show nothing new."""
        if self.every:
            rounds = all_patterns(netlist.inputs, 1 << self._program.input_bits, chunk=_ROUND)
        else:
            total = _ROUND * _MOST_ROUNDS
            rounds = random_patterns(netlist.inputs, total, seed=seed, chunk=_ROUND)
        idle = 0
        for patterns in rounds:
            self.tried += len(patterns)
            idle = 0 if self._drop(patterns) else idle + 1
            self._tell("random patterns")
            if not self.left or (idle == _IDLE_ROUNDS and not self.every):
                return

    def decide(self, time_limit: float) -> None:
        """Find a pattern for each fault that is left, or prove that there is none."""
        ends = time.monotonic() + time_limit
        decider = Decider(self._program)
        try:
            for budget in _BUDGETS:
                for fault in tuple(self.left):
                    if fault in self.detected:
                        continue
                    # A solver of its own: one that knew all faulty circuits would have to satisfy them all.
                    left = max(0.0, ends - time.monotonic())
                    with Solver(decider.graph, left) as solver:
                        self._decide(decider, solver, fault, budget)
                    self._tell("SAT")
        except OutOfTimeError:
            self.reason = f"SAT did not end in {time_limit:g} s"
        except MissingSolverError as error:  # with the line that installs it
            self.reason = str(error)

    def compacted(self) -> Bits:
        """Patterns that show all detected faults: greedily those that show most that no other did before.

        Of these, any are left out again whose faults later ones show too.
        """
        kept = np.concatenate(self._kept)
        seen = shown(self._program, [each for each in self.faults if each in self.detected], kept)
        chosen: list[int] = []
        left = seen
        while len(left):
            best = int(np.argmax(left.sum(0, dtype=np.int64)))
            chosen.append(best)
            left = left[left[:, best] == 0]
        times = seen[:, chosen].sum(1, dtype=np.int64)
        for place in tuple(chosen):
            if (times[seen[:, place] == 1] > 1).all():
                times -= seen[:, place]
                chosen.remove(place)
        return kept[sorted(chosen)]

    def _decide(self, decider: Decider, solver: Solver, fault: Fault, budget: int | None) -> None:
        solver.check_time()
        wrong = decider.differing(fault)
        found: tuple[int, ...] | bool | None = wrong == TRUE
        if wrong not in (FALSE, TRUE):
            found = solver.satisfy([wrong], budget)
        if found is None:
            return
        if found is False:
            self.untestable.append(fault)
            self.left.remove(fault)
            return
        bits = found if isinstance(found, tuple) else (0,) * self._program.input_bits
        self._drop(np.array([bits], dtype=np.uint8))
        if fault not in self.detected:
            raise AssertionError(f"the pattern found for '{fault}' does not show it")

    def _drop(self, patterns: Bits) -> bool:
        """Keep the first pattern that shows each fault, or all where they are few; then leave these faults."""
        seen = shown(self._program, self.left, patterns)
        new = seen.any(axis=1)
        if not new.any():
            return False
        some = slice(None) if self.every else np.unique(seen[new].argmax(1))
        self._kept.append(patterns[some])
        self.detected.update(self.left[place] for place in np.flatnonzero(new))
        self.left = [each for each in self.left if each not in self.detected]
        return True

    def _tell(self, what: str) -> None:
        self._watch(what, len(self.faults) - len(self.left), len(self.faults))
