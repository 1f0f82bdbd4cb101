"""Registered gates by their truth tables: which gate a cell of a file is.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> known = by_table({gate.name: gate for gate in gatewright_gates()})
    >>> spec, order = known[3, (0b11011000,), (0b11111111,)]  # b if c else a: a multiplexer, s last
    >>> spec.name, sorted(order)
    ('mux', [0, 1, 2])
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_of_more

Tables = dict[tuple[int, tuple[int, ...], tuple[int, ...]], tuple[GateSpec, tuple[int, ...]]]


def by_table(gates: Mapping[str, GateSpec]) -> Tables:
    """Gates by their truth tables, with the order in which each takes its inputs; empty if as given.

    Of gates with equal tables the first registered is taken, preferably one that takes its inputs as given.
    """
    found: Tables = {}
    for spec in gates.values():
        found.setdefault((len(spec.table.inputs), spec.table.ones, spec.table.cares), (spec, ()))
    for spec in gates.values():
        table_ = spec.table
        count = len(table_.inputs)
        if len(table_.outputs) > 1 or not 1 < count <= 4 or not table_.care.all():
            continue
        for order in permutations(range(count)):
            ones = table_of_more(table_.ones[0], order, count)
            found.setdefault((count, (ones,), table_.cares), (spec, order))
    return found
