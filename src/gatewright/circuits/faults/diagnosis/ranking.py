"""Suspects from what was found of every place, most likely first.

A place weighs as much as the stuck wires there that explain every row, and the part of its gate's functions that
do. Gates whose stuck wires are of one class are one suspect: no pattern tells which of them it is. Suspects are
taken greedily, at each step the one that weighs most of what is left.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.program import compile_netlist
    >>> adder = circuit("ripple-adder", bits=2).netlist
    >>> program = compile_netlist(adder)
    >>> better = Function(0, math.log(1 / 16), ((0b011, 0b10),))
    >>> stuck = Stuck((), {Spot(0, 0): 3}, {Spot(0, 0): []}, 18)
    >>> found = ranked(program, Names(adder, program), {Spot(0, 0): better}, stuck, 9)
    >>> [(each.places, each.changed) for each in found]
    [(('fa0',), ('011 → 11',))]
"""

from __future__ import annotations

import math

from gatewright.circuits.faults.diagnosis.evidence import Stuck
from gatewright.circuits.faults.diagnosis.functions import Function
from gatewright.circuits.faults.diagnosis.places import Spot
from gatewright.circuits.faults.diagnosis.suspect import Suspect
from gatewright.circuits.faults.stuck import Names, Place
from gatewright.circuits.program import Program

STUCK = 0.5
"""How likely a fault is a wire that is stuck, and not another function of a gate, before anything was seen."""

_LEAST = -700.0
"""A smaller logarithm is that of 0."""


def ranked(
    program: Program, names: Names, computed: dict[Spot, Function], stuck: Stuck, without: int
) -> tuple[Suspect, ...]:
    """The suspects: those that explain every row, or where there are none, all that are nearer than no fault.

    The latter are in the order of the rows that they leave. Of as many, a stuck wire comes before another
    function of a gate, of which fewer changed rows come first, and then what signals reach first.

    Args:
        program: the circuit.
        names: of it.
        computed: the best function of each gate.
        stuck: what stuck wires explain.
        without: rows that no fault leaves unexplained.
    """
    left = _unexplained(computed, stuck)
    if min(left.values(), default=1):

        def distance(spot: Spot) -> tuple[int, int, bool, Spot]:
            wires = stuck.left.get(spot) == left[spot]
            changed = 0 if wires else len(computed[spot].changed)
            return left[spot], changed, spot.step == -2, spot

        return tuple(
            _suspect(program, names, [spot], computed, stuck, left[spot], 0.0)
            for spot in sorted(left, key=distance)
            if left[spot] < without
        )
    every = sum(step.outputs.shape[1] for step in program.steps)
    weights = dict.fromkeys((spot for spot, rows in left.items() if not rows), 0.0)
    for some in stuck.explaining:
        for spot, faults in some.items():
            weights[spot] += STUCK * len(faults) / stuck.total
    for spot, function in computed.items():
        if not function.unexplained:
            weights[spot] += (1 - STUCK) * _part(function) / every
    whole = sum(weights.values())
    groups = [list(some) for some in stuck.explaining] + [[spot] for spot in weights]
    found = []
    while weights:
        groups = [rest for group in groups if (rest := [each for each in group if each in weights])]
        best = max(groups, key=lambda group: sum(weights[each] for each in group))
        best.sort(key=lambda spot: (-weights[spot], spot))
        share = sum(weights.pop(each) for each in best) / whole
        found.append(_suspect(program, names, best, computed, stuck, 0, share))
    return tuple(found)


def _unexplained(computed: dict[Spot, Function], stuck: Stuck) -> dict[Spot, int]:
    left = dict(stuck.left)
    for spot, function in computed.items():
        left[spot] = min(left.get(spot, function.unexplained), function.unexplained)
    return left


def _part(function: Function) -> float:
    """The part of a gate's functions that are as good as the best."""
    return math.exp(max(function.part, _LEAST))


def _suspect(
    program: Program,
    names: Names,
    spots: list[Spot],
    computed: dict[Spot, Function],
    stuck: Stuck,
    unexplained: int,
    share: float,
) -> Suspect:
    first = spots[0]
    faults: list[tuple[Place, int]] = []
    if stuck.left.get(first) == unexplained:
        faults = list(dict.fromkeys(stuck.nearest[first]))
    changed: tuple[str, ...] = ()
    function = computed.get(first)
    if function is not None and function.unexplained == unexplained:
        changed = _changed(program, first, function)
    return Suspect(
        tuple(_name(program, names, each) for each in spots),
        names.instance(*first).gate if first.step >= 0 else "",
        tuple(names.fault(each) for each in faults),
        unexplained,
        share,
        changed,
    )


def _name(program: Program, names: Names, spot: Spot) -> str:
    if spot.step == -1:
        return program.nets[spot.column]
    if spot.step == -2:
        return f"output {names.output(spot.column)}"
    return names.instance(*spot).name


def _changed(program: Program, spot: Spot, function: Function) -> tuple[str, ...]:
    """The rows of a gate's table that have to be others, in words."""
    table = program.gates[program.steps[spot.step].gate].table
    width = len(table.inputs)
    return tuple(
        f"{row:0{width}b} → "
        + "".join(
            str(value ^ (way >> place & 1))
            for place, value in enumerate(table.values[row].tolist())
        )
        for row, way in function.changed
    )
