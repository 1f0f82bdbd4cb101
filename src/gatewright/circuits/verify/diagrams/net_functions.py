"""Nets, domains and references as functions of the input bits, in decision diagrams.

What `prove` compares, and what `dont_cares` asks which rows a gate can meet. A plugin's code is followed by
running it on symbols, and believed only where it gives the same for symbols as for integers on some patterns.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("equality").elaborate({"bits": 2}, plugins.gates)
    >>> (order,) = variable_orders(circuit.netlist.inputs)
    >>> diagrams = Diagrams(len(order))
    >>> program = compile_netlist(circuit.netlist)
    >>> equal = net_diagrams(program, diagrams, order)[program.outputs[0]]
    >>> diagrams.count(equal)
    4
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import as_integers, input_buses
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import Program
from gatewright.circuits.verify.diagrams.symbols import SymbolicInteger, lifted
from gatewright.circuits.verify.symbol import CannotFollowError
from gatewright.errors import GatewrightError, reason
from gatewright.logic.bdd import FALSE, TRUE, Diagram, Diagrams, TooManyNodesError
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.numerals import assignments

Order: TypeAlias = list[int]
"""The column of the input bit that each variable stands for, the top variable first."""

TRIED = 64
"""Random patterns on which a reference has to give the same for symbols as for integers."""


def variable_orders(buses: Iterable[Bus]) -> list[Order]:
    """Orders of the variables worth trying, one after the other.

    Bit i of every bus beside bit i of the others, the most significant on top: a carry then depends on
    one variable after the other, and shares its diagram with every carry above it. The same with the
    narrower buses above the wider ones: what selects is then known before what is selected from.
    """
    places = [
        (bus.width, -bit, columns.start + bit)
        for bus, columns in bus_columns(buses)
        for bit in range(bus.width)
    ]
    beside = sorted(places, key=lambda place: (place[0] == 1, *place[1:]))
    orders = [[column for *_, column in order] for order in (beside, sorted(places))]
    return orders if orders[0] != orders[1] else orders[:1]


def net_diagrams(
    program: Program,
    diagrams: Diagrams,
    order: Order,
    watch: Callable[[int, int], None] | None = None,
) -> list[Diagram]:
    """The diagram of every net, by number."""
    nets = [FALSE] * len(program.nets)
    for place, column in enumerate(order):
        nets[column] = diagrams.variable(place)
    for step in program.steps:
        ones = program.gates[step.gate].table.ones
        for pins, driven in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
            inputs = [nets[pin] for pin in pins]
            for net, column in zip(driven, ones, strict=True):
                nets[net] = diagrams.table(column, inputs)
        if watch is not None:
            watch(driven[-1] + 1, len(nets))
    return nets


def inside_domain(circuit: Circuit, diagrams: Diagrams, order: Order) -> Diagram:
    """Where the circuit promises anything.

    Raises:
        CannotFollowError: its domain cannot be run on symbols, is empty, or gives other results than on
            integers.
    """
    tried = next(random_patterns(circuit.netlist.inputs, TRIED, seed=0, chunk=TRIED))
    promised = circuit.domain(input_buses(circuit, tried))
    if circuit.spec.domain is None or promised is None:
        return TRUE
    with followed("domain"):
        given = circuit.spec.domain(symbols(circuit, diagrams, order), **circuit.words)
        inside = lifted(diagrams, given).bits[0]
    if inside == FALSE:
        raise CannotFollowError("no pattern lies in the circuit's domain")
    plain = promised[:, None].astype(np.uint8)
    check_agreement(circuit, diagrams, order, "domain", tried, [inside], plain)
    return inside


def symbols(circuit: Circuit, diagrams: Diagrams, order: Order) -> Buses:
    """Every input bus as an integer of unknown bits."""
    bits = [FALSE] * len(order)
    for place, column in enumerate(order):
        bits[column] = diagrams.variable(place)
    rest = iter(bits)
    made: dict[str, Any] = {
        bus.name: SymbolicInteger(diagrams, (*(next(rest) for _ in bus.nets), FALSE))
        for bus in circuit.netlist.inputs
    }
    return MappingProxyType(made)


@contextmanager
def followed(what: str) -> Iterator[None]:
    """What a plugin wrote for integers, and what it does with symbols that cannot be followed."""
    try:
        yield
    except TooManyNodesError:
        raise
    except GatewrightError as error:
        raise CannotFollowError(f"its {what} cannot be followed: {error.message}") from error
    except KeyboardInterrupt:  # the user's own
        raise
    except BaseException as error:  # not its fault: it was run on integers before
        message = f"its {what} cannot be followed: {reason(error)}"
        raise CannotFollowError(message) from error


def check_agreement(
    circuit: Circuit,
    diagrams: Diagrams,
    order: Order,
    what: str,
    patterns: Bits,
    functions: list[Diagram],
    plain: Bits,
) -> None:
    """Refuse a function that gives other results for symbols than for integers, on any of some patterns."""
    packed = [_packed(patterns[:, column]) for column in order]
    symbolic = diagrams.evaluate(functions, packed, len(patterns))
    astray = 0
    for mine, column in zip(symbolic, plain.T, strict=True):
        astray |= mine ^ _packed(column)
    if astray:
        first = (astray & -astray).bit_length() - 1
        raise disagreement(what, circuit, patterns[first : first + 1])


def disagreement(what: str, circuit: Circuit, pattern: Bits) -> CannotFollowError:
    """The error for code of a plugin that gives other results for symbols than for a pattern of integers."""
    given = assignments(as_integers(circuit, pattern[0]))
    return CannotFollowError(f"its {what} gives other results for integers, as with {given}")


def _packed(bits: Bits) -> int:
    return int(bits_to_bus(bits[None].astype(np.uint8))[0])


def pattern_of(diagrams: Diagrams, order: Order, function: Diagram) -> Bits:
    """A pattern on which a function is 1, shape (1, input bits)."""
    pattern = np.zeros((1, len(order)), dtype=np.uint8)
    pattern[0, order] = diagrams.satisfying(function)
    return pattern
