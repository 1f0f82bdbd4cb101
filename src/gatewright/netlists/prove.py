"""Proving that a netlist of exact gates equals its integer reference, at any width.

After `verify`, which compares patterns one by one; this compares them all at once. Every net becomes a
decision diagram, a function of the input bits; the reference is run once, on integers whose bits are
diagrams too. Equal functions are the same diagram, so what is left is to compare numbers. Adders,
comparators, parity and equality have small diagrams when the bits of their buses are interleaved;
multipliers have none in any order (Bryant 1991), and are left undecided.

A refutation is believed only after its pattern has been run through the netlist and through the
reference on real integers, and a reference only after it gives the same for both kinds of integers on
some patterns.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> prove(circuit).extent
    'proved by decision diagrams (all 2^129)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from gatewright.arrays import Bits
from gatewright.logic.bdd import FALSE, MOST_NODES, TRUE, Diagram, Diagrams, TooManyNodesError
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.numerals import assignments
from gatewright.netlists.buses import as_integers, input_buses, reference_bits
from gatewright.netlists.counterexample import counterexample
from gatewright.netlists.evaluate import evaluate, exact_cells
from gatewright.netlists.netlist import Bus
from gatewright.netlists.patterns import random_patterns
from gatewright.netlists.program import Program, compile_netlist
from gatewright.netlists.spec import Circuit
from gatewright.netlists.symbols import CannotFollowError, SymbolicInteger, lifted
from gatewright.netlists.verdict import Claim, Counterexample, group_digits
from gatewright.netlists.verify import EXACT, REFERENCE

Order: TypeAlias = list[int]
"""The column of the input bit that each variable stands for, the top variable first."""

_TRIED = 64
"""Random patterns on which a reference has to give the same for symbols as for integers."""


def prove(
    circuit: Circuit,
    *,
    most_nodes: int = MOST_NODES,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Compare a circuit of exact gates with its integer reference for every pattern of its domain.

    Args:
        circuit: with its parameters chosen.
        most_nodes: how large the diagrams may grow before the claim is left undecided.
        watch: called with the nets followed and the nets to follow.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses.
    """
    program = compile_netlist(circuit.netlist)
    claim = Claim(
        EXACT, REFERENCE, "decision diagrams", 0, len(circuit.netlist.input_nets), "undecided"
    )
    for order in variable_orders(circuit.netlist.inputs):
        try:
            return _proof(circuit, program, order, claim, most_nodes, watch)
        except TooManyNodesError:
            reason = f"its decision diagrams need more than {group_digits(most_nodes)} nodes"
        except CannotFollowError as error:
            reason = error.message
            break
    return replace(claim, reason=reason)


def _proof(
    circuit: Circuit,
    program: Program,
    order: Order,
    claim: Claim,
    most_nodes: int,
    watch: Callable[[int, int], None] | None,
) -> Claim:
    """The claim, decided with this order of the variables."""
    diagrams = Diagrams(len(order), most_nodes)
    inside, wanted = _reference(circuit, diagrams, order)
    got = net_diagrams(program, diagrams, order, watch)
    for net, bit in zip(program.outputs.tolist(), wanted, strict=True):
        wrong = diagrams.both(inside, diagrams.differ(got[net], bit))
        if wrong != FALSE:
            found = _counterexample(circuit, program, _pattern(diagrams, order, wrong))
            return replace(claim, outcome="refuted", counterexample=found)
    patterns = 2 ** len(order)
    checked = patterns if inside == TRUE else diagrams.count(inside)
    return replace(claim, outcome="proved", checked=checked, excluded=patterns - checked)


def variable_orders(buses: Iterable[Bus]) -> list[Order]:
    """Orders of the variables worth trying, one after the other.

    Bit i of every bus beside bit i of the others, the most significant on top: a carry then depends on
    one variable after the other, and shares its diagram with every carry above it. The same with the
    narrower buses above the wider ones: what selects is then known before what is selected from.
    """
    places, column = [], 0
    for bus in buses:
        places += [(bus.width, -bit, column + bit) for bit in range(bus.width)]
        column += bus.width
    beside = sorted(places, key=lambda place: (place[0] == 1, *place[1:]))
    orders = [[column for *_, column in order] for order in (beside, sorted(places))]
    return orders if orders[0] != orders[1] else orders[:1]


def net_diagrams(
    program: Program,
    diagrams: Diagrams,
    order: Order,
    watch: Callable[[int, int], None] | None,
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


def _reference(circuit: Circuit, diagrams: Diagrams, order: Order) -> tuple[Diagram, list[Diagram]]:
    """Where the circuit promises anything, and what the reference wants of every output bit there.

    Raises:
        CannotFollowError: the domain or the reference cannot be run on symbols, or gives something
            else than on integers.
        SpecError: as when it is run on integers.
    """
    netlist, spec = circuit.netlist, circuit.spec
    buses = _symbols(circuit, diagrams, order)
    tried = next(random_patterns(netlist.inputs, _TRIED, seed=0, chunk=_TRIED))
    promised = circuit.domain(input_buses(circuit, tried))
    inside = inside_domain(circuit, diagrams, order)
    if promised is not None:
        tried = np.concatenate([tried[promised], _pattern(diagrams, order, inside)])
    plain = reference_bits(circuit, input_buses(circuit, tried))
    with _followed("reference"):
        reference: Any = spec.reference  # it was asked for integers above
        given: Any = reference(buses, **circuit.words)
        values = [lifted(diagrams, given[bus.name]) for bus in netlist.outputs]
    wanted: list[Diagram] = []
    for bus, value in zip(netlist.outputs, values, strict=True):
        sign = value.bits[-1:]
        for bit in value.bits[bus.width :] or sign:  # what does not fit its bus is refused
            over = diagrams.both(inside, bit)
            if over != FALSE:
                found = _pattern(diagrams, order, over)
                reference_bits(circuit, input_buses(circuit, found))  # says so itself
                raise _disagreement("reference", circuit, found)
        wanted += (value.bits + sign * bus.width)[: bus.width]
    _agree(circuit, diagrams, order, "reference", tried, wanted, plain)
    return inside, wanted


def inside_domain(circuit: Circuit, diagrams: Diagrams, order: Order) -> Diagram:
    """Where the circuit promises anything.

    Raises:
        CannotFollowError: its domain cannot be run on symbols, is empty, or gives something else than on
            integers.
    """
    tried = next(random_patterns(circuit.netlist.inputs, _TRIED, seed=0, chunk=_TRIED))
    promised = circuit.domain(input_buses(circuit, tried))
    if circuit.spec.domain is None or promised is None:
        return TRUE
    with _followed("domain"):
        given = circuit.spec.domain(_symbols(circuit, diagrams, order), **circuit.words)
        inside = lifted(diagrams, given).bits[0]
    if inside == FALSE:
        raise CannotFollowError("no pattern lies in the circuit's domain")
    plain = promised[:, None].astype(np.uint8)
    _agree(circuit, diagrams, order, "domain", tried, [inside], plain)
    return inside


def _symbols(circuit: Circuit, diagrams: Diagrams, order: Order) -> dict[str, Any]:
    """Every input bus as an integer of unknown bits."""
    bits = [FALSE] * len(order)
    for place, column in enumerate(order):
        bits[column] = diagrams.variable(place)
    rest = iter(bits)
    return {
        bus.name: SymbolicInteger(diagrams, (*(next(rest) for _ in bus.nets), FALSE))
        for bus in circuit.netlist.inputs
    }


@contextmanager
def _followed(what: str) -> Iterator[None]:
    """What a plugin wrote for integers, and what it does with symbols that cannot be followed."""
    try:
        yield
    except TooManyNodesError:
        raise
    except CannotFollowError as error:
        raise CannotFollowError(f"its {what} cannot be followed: {error.message}") from error
    except Exception as error:  # not its fault: it was run on integers before
        message = f"its {what} cannot be followed: {type(error).__name__}: {error}"
        raise CannotFollowError(message) from error


def _agree(
    circuit: Circuit,
    diagrams: Diagrams,
    order: Order,
    what: str,
    patterns: Bits,
    functions: list[Diagram],
    plain: Bits,
) -> None:
    """Refuse a function that a symbol led elsewhere than integers lead it, on any of some patterns."""
    packed = [_packed(patterns[:, column]) for column in order]
    symbolic = diagrams.evaluate(functions, packed, len(patterns))
    astray = 0
    for mine, column in zip(symbolic, plain.T, strict=True):
        astray |= mine ^ _packed(column)
    if astray:
        first = (astray & -astray).bit_length() - 1
        raise _disagreement(what, circuit, patterns[first : first + 1])


def _disagreement(what: str, circuit: Circuit, pattern: Bits) -> CannotFollowError:
    given = assignments(as_integers(circuit, pattern[0]))
    return CannotFollowError(f"its {what} gives something else for integers, as with {given}")


def _packed(bits: Bits) -> int:
    return int(bits_to_bus(bits[None].astype(np.uint8))[0])


def _pattern(diagrams: Diagrams, order: Order, function: Diagram) -> Bits:
    """A pattern on which a function is 1, shape (1, input bits)."""
    pattern = np.zeros((1, len(order)), dtype=np.uint8)
    pattern[0, order] = diagrams.satisfying(function)
    return pattern


def _counterexample(circuit: Circuit, program: Program, pattern: Bits) -> Counterexample:
    """A pattern, once more through the netlist and through the reference on integers."""
    wanted = reference_bits(circuit, input_buses(circuit, pattern))[0]
    values = evaluate(program, exact_cells(program), pattern)[:, 0]
    if (values[program.outputs] == wanted).all():
        raise _disagreement("reference", circuit, pattern)
    return counterexample(circuit, program, pattern[0], wanted, values, values, values)
