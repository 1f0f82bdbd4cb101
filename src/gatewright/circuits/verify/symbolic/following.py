"""What a circuit's reference and domain say of every pattern at once: run on symbols, as functions of its inputs.

What is followed is checked against integers on some patterns, so code that does one thing for symbols and
another for integers is refused, and never believed.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> tree = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> graph = XorAndGraph(2)
    >>> bits = [graph.variable(0), graph.variable(1)]
    >>> wanted_functions(tree, graph, bits).bits == [graph.differ(*bits)]
    True
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Mask
from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.verify.counterexample import disagreement
from gatewright.circuits.verify.symbolic.functions import Function, Functions
from gatewright.circuits.verify.symbolic.integer import SymbolicInteger, lifted
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.errors import GatewrightError, reason
from gatewright.interrupts import users
from gatewright.logic.bdd import FALSE, TRUE, TooManyNodesError
from gatewright.logic.bits import bits_to_bus
from gatewright.records import dataclass

TRIED = 64
"""Random patterns on which a reference has to give the same for symbols as for integers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reference says of every pattern.

    Attributes:
        bits: of every output, bus after bus.
        refused: functions that are 1 where it says nothing: it divides by 0 or less, or what it gives does not
            fit its bus.
    """

    bits: list[Function]
    refused: list[Function]


def wanted_functions(circuit: Circuit, functions: Functions, inputs: Sequence[Function]) -> Wanted:
    """A circuit's reference, followed.

    Args:
        circuit: with its parameters chosen.
        functions: of its inputs.
        inputs: the function of each input bit, bus after bus.

    Raises:
        CannotFollowError: it cannot be run on symbols.
    """
    owed: list[Function] = []
    with followed("its reference"):
        reference: Any = circuit.spec.reference  # it was asked for integers above
        given: Any = reference(_symbols(circuit, functions, inputs, owed), **circuit.words)
        values = [lifted(functions, given[bus.name]) for bus in circuit.netlist.outputs]
    wanted = Wanted([], owed)
    for bus, value in zip(circuit.netlist.outputs, values, strict=True):
        sign = value.bits[-1:]
        wanted.refused.extend(value.bits[bus.width :] or sign)
        wanted.bits.extend((value.bits + sign * bus.width)[: bus.width])
    return wanted


def domain_function(circuit: Circuit, functions: Functions, inputs: Sequence[Function]) -> Function:
    """Where a circuit promises anything; as `wanted_functions`.

    Raises:
        CannotFollowError: it cannot be run on symbols.
    """
    if circuit.spec.domain is None:
        return TRUE
    owed: list[Function] = []
    name = f"the domain of '{circuit.spec.name}'"
    with followed(name):
        symbols = _symbols(circuit, functions, inputs, owed)
        inside = lifted(functions, circuit.spec.domain(symbols, **circuit.words)).bits[0]
    if any(each != FALSE for each in owed):
        raise CannotFollowError(f"{name} cannot be followed: it may divide by 0 or less")
    return inside


def _symbols(
    circuit: Circuit, functions: Functions, inputs: Sequence[Function], owed: list[Function]
) -> Buses:
    """Every input bus as an integer of unknown bits."""
    rest = iter(inputs)
    made: dict[str, Any] = {
        bus.name: SymbolicInteger(functions, (*(next(rest) for _ in bus.nets), FALSE), owed=owed)
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
        raise CannotFollowError(f"{what} cannot be followed: {error.message}") from error
    except BaseException as error:  # not its fault: it was run on integers before
        if users(error):
            raise
        message = f"{what} cannot be followed: {reason(error)}"
        raise CannotFollowError(message) from error


def tried_patterns(circuit: Circuit) -> tuple[Bits, Mask | None]:
    """Some random patterns, and which of them lie in the domain; None if all do."""
    tried = next(random_patterns(circuit.netlist.inputs, TRIED, seed=0, chunk=TRIED))
    return tried, circuit.domain(input_buses(circuit, tried))


def check_agreement(
    circuit: Circuit,
    functions: Functions,
    columns: Sequence[int],
    what: str,
    patterns: Bits,
    followed_bits: Sequence[Function],
    plain: Bits,
) -> None:
    """Refuse code that gives other results for symbols than for integers, on any of some patterns.

    Args:
        circuit: whose code it is.
        functions: of its inputs.
        columns: the input bit that each variable stands for.
        what: the code, in words.
        patterns: shape (patterns, input bits).
        followed_bits: what it gives for symbols.
        plain: what it gives for integers, shape (patterns, len(followed_bits)).

    Raises:
        CannotFollowError: it does.
    """
    values = packed(patterns[:, list(columns)])
    symbolic = functions.evaluate(followed_bits, values, len(patterns))
    astray = 0
    for mine, theirs in zip(symbolic, packed(plain.astype(np.uint8)), strict=True):
        astray |= mine ^ theirs
    if astray:
        first = (astray & -astray).bit_length() - 1
        raise disagreement(what, circuit, patterns[first])


def refusal(circuit: Circuit, pattern: Bits) -> CannotFollowError:
    """The error for a pattern, shape (1, input bits), on which a followed reference says nothing.

    Raises:
        SpecError: it says nothing when it is run on integers either.
    """
    reference_bits(circuit, input_buses(circuit, pattern))
    return disagreement("reference", circuit, pattern[0])


def packed(patterns: Bits) -> list[int]:
    """One integer for each column; bit *i* is the bit of pattern *i*."""
    return [int(bits_to_bus(column[None])[0]) for column in patterns.T]
