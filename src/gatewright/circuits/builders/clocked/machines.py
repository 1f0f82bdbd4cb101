"""Machines of states: the circuit of any state table, and a traffic light.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> stairs = StateTable(("up", "down"), ("top",), [
    ...     ("1-", "low", "high", "0"), ("0-", "low", "low", "0"),
    ...     ("-1", "high", "low", "1"), ("-0", "high", "high", "1")])
    >>> machine = circuit(fsm(stairs), encoding="one-hot").train().clocked()
    >>> [machine.step(up=up, down=down)["top"] for up, down in ((1, 0), (0, 0), (0, 1), (0, 0))]
    [0, 1, 1, 0]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.clocked.blocks import Answer
from gatewright.circuits.builders.selectors import decode
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec
from gatewright.logic.states.encoding import (
    BINARY,
    ENCODINGS,
    ONE_HOT,
    Sum,
    codes,
    next_bits,
    output_sums,
    width,
)
from gatewright.logic.states.table import StateTable

ENCODING = Parameter("encoding", BINARY, "how a state is kept", choices=ENCODINGS)

# Of two roads, the farm's gets green where a car waits there and the highway has had its long time.
# C. Mead, L. Conway, Introduction to VLSI Systems (Addison-Wesley, 1980), section 3.8.
_LAMPS = {"green": "001", "yellow": "010", "red": "100"}
_ROADS = [
    ("0--", "green red", "green red", "0"),
    ("-0-", "green red", "green red", "0"),
    ("11-", "green red", "yellow red", "1"),
    ("--0", "yellow red", "yellow red", "0"),
    ("--1", "yellow red", "red green", "1"),
    ("10-", "red green", "red green", "0"),
    ("0--", "red green", "red yellow", "1"),
    ("-1-", "red green", "red yellow", "1"),
    ("--0", "red yellow", "red yellow", "0"),
    ("--1", "red yellow", "green red", "1"),
]
"""Of car, long and short: the lamps of highway and farm now and next, and whether the timer begins anew."""

TRAFFIC_LIGHT = StateTable(
    ("car", "long", "short"),
    (
        "restart",
        *(f"{road}_{lamp}" for road in ("highway", "farm") for lamp in ("red", "yellow", "green")),
    ),
    [
        (inputs, now, next_, restart + "".join(_LAMPS[lamp] for lamp in now.split()))
        for inputs, now, next_, restart in _ROADS
    ],
)
"""The light of Mead and Conway; ``long`` and ``short`` say how much time has gone since ``restart``."""


def fsm(
    table: StateTable, *, name: str = "fsm", summary: str = "a machine of states"
) -> CircuitSpec:
    """The circuit of a state table, with the parameter ``encoding``: ``binary`` or ``one-hot``.

    Args:
        table: its inputs and outputs become those of the circuit, a wire each.
        name: of the circuit, in kebab-case.
        summary: one line.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> ring = StateTable((), ("y",), [("", "a", "b", "0"), ("", "b", "c", "0"), ("", "c", "a", "1")])
        >>> [len(circuit(fsm(ring), encoding=each).netlist.registers) for each in ("binary", "one-hot")]
        [2, 3]
    """
    build, cycle = partial(_placed, table), partial(_stepped, table)
    return CircuitSpec(name, summary, (ENCODING,), build, None, cycle=cycle)


def _placed(table: StateTable, circuit: CircuitBuilder, *, encoding: str) -> None:
    inputs = [circuit.input(each) for each in table.inputs]
    outputs = place_states(circuit, table, encoding, inputs)
    for each, wire in zip(table.outputs, outputs, strict=True):
        circuit.output(each, wire)


def _stepped(
    table: StateTable,
    state: str | None,
    buses: Mapping[str, int],
    *,
    encoding: str,  # noqa: ARG001 - seen from outside, both are alike
) -> Answer:
    return table.cycle(state, buses)


def place_states(
    circuit: CircuitBuilder, table: StateTable, encoding: str, inputs: Sequence[Wire]
) -> list[Wire]:
    """Place the gates and registers of a machine; its outputs.

    A wire for every state, an AND for every transition, and an OR for every bit of the next state and of the
    outputs. Transitions of the same inputs and state are made once.

    Args:
        circuit: being built.
        table: what the machine does.
        encoding: one of `ENCODINGS`.
        inputs: a wire for each of the table's.
    """
    numbers = codes(table, encoding)
    state = circuit.register_bus(width(table, encoding), initial=numbers[table.reset], name="state")
    with circuit.block("states"):
        if encoding == ONE_HOT:
            here = dict(zip(table.states, state, strict=True))
        else:
            found = decode(circuit, state, range(len(numbers)))
            here = {each: found[number] for each, number in numbers.items()}
    placed = _Terms(circuit, inputs, here)
    taken = [placed.sum(each, f"next{bit}") for bit, each in enumerate(next_bits(table, encoding))]
    circuit.drive(state, taken)
    return [
        placed.sum(each, name) for name, each in zip(table.outputs, output_sums(table), strict=True)
    ]


class _Terms:
    """Products of inputs and a state, each placed once."""

    def __init__(
        self, circuit: CircuitBuilder, inputs: Sequence[Wire], here: Mapping[str, Wire]
    ) -> None:
        self._circuit, self._inputs, self._here = circuit, inputs, here
        self._inverted: dict[Wire, Wire] = {}
        self._products: dict[tuple[str, str], Wire] = {}

    def sum(self, wanted: Sum, name: str) -> Wire:
        """The wire of a sum, in a block of its own."""
        terms = [self._product(each) for each in wanted.terms]
        with self._circuit.block(name):
            if not terms:  # never
                some = next(iter(self._here.values()))
                terms = [self._circuit.gate("and", some, self._circuit.gate("not", some))]
            found = self._circuit.tree("or", terms)
            return self._circuit.gate("not", found) if wanted.negated else found

    def _product(self, term: tuple[str, str]) -> Wire:
        if term not in self._products:
            signs, state = term
            with self._circuit.block("transitions"):
                wires = [
                    wire if sign == "1" else self._not(wire)
                    for sign, wire in zip(signs, self._inputs, strict=True)
                    if sign != "-"
                ]
                self._products[term] = self._circuit.tree("and", [*wires, self._here[state]])
        return self._products[term]

    def _not(self, wire: Wire) -> Wire:
        if wire not in self._inverted:
            self._inverted[wire] = self._circuit.gate("not", wire)
        return self._inverted[wire]
