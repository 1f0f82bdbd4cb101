"""Nets and domains as functions of the input bits, in decision diagrams.

What `prove` compares, and what `dont_cares` asks which rows a gate can meet.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("equality").elaborate({"bits": 2}, plugins.gates)
    >>> order, *_ = variable_orders(circuit.netlist.inputs)
    >>> diagrams = Diagrams(len(order))
    >>> program = compile_netlist(circuit.netlist)
    >>> equal = net_diagrams(program, diagrams, order)[program.outputs[0]]
    >>> diagrams.count(equal)
    4
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.program import Program
from gatewright.circuits.verify.symbolic.following import (
    check_agreement,
    domain_function,
    tried_patterns,
)
from gatewright.circuits.verify.symbolic.functions import net_functions
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.logic.bdd import FALSE, TRUE, Diagram, Diagrams

Order: TypeAlias = list[int]
"""The column of the input bit that each variable stands for, the top variable first."""


def variable_orders(buses: Iterable[Bus]) -> list[Order]:
    """Orders of the variables worth trying, one after the other.

    Bit i of every bus beside bit i of the others, the most significant on top: a carry then depends on
    one variable after the other, and shares its diagram with every carry above it. The same with the
    narrower buses above the wider ones: what selects is then known before what is selected from. Last the first
    one upside down: whether any bit from one place upwards is set then shares its diagram with all places above.
    """
    places = [
        (bus.width, -bit, columns.start + bit)
        for bus, columns in bus_columns(buses)
        for bit in range(bus.width)
    ]
    beside = sorted(places, key=lambda place: (place[0] == 1, *place[1:]))
    orders = [[column for *_, column in order] for order in (beside, sorted(places), beside[::-1])]
    return [order for place, order in enumerate(orders) if order not in orders[:place]]


def net_diagrams(
    program: Program,
    diagrams: Diagrams,
    order: Order,
    watch: Callable[[int, int], None] | None = None,
) -> list[Diagram]:
    """The diagram of every net, by number."""
    return net_functions(program, diagrams, by_column(diagrams, order), watch)


def by_column(diagrams: Diagrams, order: Order) -> list[Diagram]:
    """The variable of every input bit."""
    bits = [FALSE] * len(order)
    for place, column in enumerate(order):
        bits[column] = diagrams.variable(place)
    return bits


def inside_domain(circuit: Circuit, diagrams: Diagrams, order: Order) -> Diagram:
    """Where the circuit promises anything.

    Raises:
        CannotFollowError: its domain cannot be run on symbols, is empty, or gives other results than on
            integers.
    """
    tried, promised = tried_patterns(circuit)
    if promised is None:
        return TRUE
    inside = domain_function(circuit, diagrams, by_column(diagrams, order))
    if inside == FALSE:
        raise CannotFollowError("no pattern lies in the circuit's domain")
    plain = promised[:, None].astype(np.uint8)
    check_agreement(circuit, diagrams, order, "domain", tried, [inside], plain)
    return inside


def pattern_of(diagrams: Diagrams, order: Order, function: Diagram) -> Bits:
    """A pattern on which a function is 1, shape (1, input bits)."""
    pattern = np.zeros((1, len(order)), dtype=np.uint8)
    pattern[0, order] = diagrams.satisfying(function)
    return pattern
