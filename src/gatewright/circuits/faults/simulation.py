"""Fault simulation: which pattern shows which fault, 64 patterns a word and many faulty circuits side by side.

Every net holds the words of each faulty circuit, a lane each. A step of the program is a few operations on all
of them; after it, wires on which something is forced are set. An output that is not as wanted is a miss.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.faults.stuck import fault_classes
    >>> from gatewright.circuits.program import compile_netlist
    >>> adder = circuit("ripple-adder", bits=1).netlist
    >>> program = compile_netlist(adder)
    >>> classes = fault_classes(adder, program)
    >>> found = shown(program, classes, np.array([[0, 0, 0], [1, 1, 1]], dtype=np.uint8))
    >>> found.sum(0).tolist()  # how many faults each of two patterns shows
    [5, 5]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gatewright.arrays import Bits, Words
from gatewright.circuits.faults.stuck import Fault, Place
from gatewright.circuits.program import Program, Step
from gatewright.circuits.simulate.exact import ExactEngine, look_up
from gatewright.logic.formula import MOST_INPUTS, formula
from gatewright.logic.packed import calls, pack, unpack_nets

TURNED = 2
"""The value of a wire that says the opposite of what drives it."""

_AT_ONCE = 1 << 20
"""Words of all nets together: 8 MB, what caches hold."""

_ALL = np.uint64(2**64 - 1)


class Force(NamedTuple):
    """What is done to a wire: 0, 1 or `TURNED`."""

    place: Place
    value: int


def shown(program: Program, faults: Sequence[Fault], patterns: Bits) -> Bits:
    """Whether each fault is seen at an output, shape (faults, patterns).

    Args:
        program: the circuit.
        faults: one at a time is in it.
        patterns: shape (patterns, input bits).
    """
    lanes = [[Force(fault.place, fault.value)] for fault in faults]
    words = pack(patterns)
    wanted = ExactEngine(program).packed(words)
    result = np.zeros((len(faults), len(patterns)), dtype=np.uint8)
    if len(patterns):
        result[:] = unpack_nets(missed(program, lanes, words, wanted), len(patterns))
    return result


def missed(
    program: Program,
    lanes: Sequence[Sequence[Force]],
    words: Words,
    wanted: Words,
    known: Words | None = None,
) -> Words:
    """In which patterns an output is not what is wanted, shape (lanes, words).

    Args:
        program: the circuit.
        lanes: of each faulty circuit, what is forced in it.
        words: of the inputs, as `pack` gives them, shape (input bits, words).
        wanted: of the outputs, shape (output bits, words).
        known: where that counts, likewise; everywhere if not given.
    """
    result = np.empty((len(lanes), words.shape[1]), dtype=np.uint64)
    start = 0
    for seen in _outputs(program, lanes, words):
        wrong = seen ^ wanted[:, None]
        if known is not None:
            wrong &= known[:, None]
        stop = start + seen.shape[1]
        np.bitwise_or.reduce(wrong, axis=0, out=result[start:stop])
        start = stop
    return result


def faulty_outputs(program: Program, lane: Sequence[Force], patterns: Bits) -> Bits:
    """The output bits of one faulty circuit, shape (patterns, output bits)."""
    (seen,) = _outputs(program, [lane], pack(patterns))
    return np.ascontiguousarray(unpack_nets(seen[:, 0], len(patterns)).T)


def _outputs(program: Program, lanes: Sequence[Sequence[Force]], words: Words) -> Iterator[Words]:
    """The words of outputs, shape (output bits, some lanes, words), as many lanes at a time as caches hold."""
    some = max(1, _AT_ONCE // (len(program.nets) * max(1, words.shape[1])))
    begins = [int(step.outputs[0, 0]) for step in program.steps]
    for start in range(0, len(lanes), some):
        yield _run_lanes(program, lanes[start : start + some], words, begins)


def _run_lanes(
    program: Program, lanes: Sequence[Sequence[Force]], words: Words, begins: Sequence[int]
) -> Words:
    values = np.empty((len(program.nets), len(lanes), words.shape[1]), dtype=np.uint64)
    values[: program.input_bits] = words[:, None]
    stems: dict[int, list[tuple[int, Force]]] = {}
    branches: dict[int, list[tuple[int, Force]]] = {}
    for lane, forces in enumerate(lanes):
        for force in forces:
            place = force.place
            if place.pin < 0:
                driver = int(np.searchsorted(begins, place.net, side="right")) - 1
                stems.setdefault(driver, []).append((lane, force))
            else:
                branches.setdefault(place.step, []).append((lane, force))
    _force(values, stems.get(-1, ()))
    for number, step in enumerate(program.steps):
        given = values[step.inputs]  # a copy: what sticks in a branch is seen by this gate alone
        for lane, force in branches.get(number, ()):
            at = (force.place.pin, force.place.column, lane)
            given[at] = _forced(given[at], force.value)
        _run(program, step, given, values)
        _force(values, stems.get(number, ()))
    seen = values[program.outputs]
    for lane, force in branches.get(-1, ()):
        seen[force.place.pin, lane] = _forced(seen[force.place.pin, lane], force.value)
    return seen


def _force(values: Words, forces: Sequence[tuple[int, Force]]) -> None:
    for lane, force in forces:
        at = (force.place.net, lane)
        values[at] = _forced(values[at], force.value)


def _forced(words: Words, value: int) -> Words:
    return ~words if value == TURNED else np.full_like(words, _ALL if value else 0)


def _run(program: Program, step: Step, given: Words, values: Words) -> None:
    table = program.gates[step.gate].table
    shape = given.shape[1:]
    inputs = list(given.reshape(len(given), shape[0], -1))
    outputs = [np.empty((shape[0], shape[1] * shape[2]), np.uint64) for _ in step.outputs]
    if len(inputs) > MOST_INPUTS:
        look_up(table.values, inputs, outputs)
    else:
        form = formula(len(inputs), table.ones)
        between = [np.empty_like(outputs[0]) for _ in range(form.between)]
        for call in calls(form, inputs, outputs, between):
            call()
    for nets, found in zip(step.outputs, outputs, strict=True):
        values[nets] = found.reshape(shape)
