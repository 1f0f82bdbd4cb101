"""Fault simulation: which pattern shows which fault, 64 patterns a word and many faulty circuits side by side.

Every net holds the words of the circuit without a fault, then those of each faulty one. A step of the program is
a few operations on all of them; after it, wires that are stuck are set. What an output says otherwise than
without the fault is shown.

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

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Bits, Words
from gatewright.circuits.faults.stuck import Fault
from gatewright.circuits.program import Program, Step
from gatewright.circuits.simulate.exact import look_up
from gatewright.logic.formula import MOST_INPUTS, formula
from gatewright.logic.packed import calls, pack, unpack_nets, words_for

_AT_ONCE = 1 << 20
"""Words of all nets together: 8 MB, what caches hold."""

_ALL = np.uint64(2**64 - 1)


def shown(program: Program, faults: Sequence[Fault], patterns: Bits) -> Bits:
    """Whether each fault is seen at an output, shape (faults, patterns).

    Args:
        program: the circuit.
        faults: one at a time is in it.
        patterns: shape (patterns, input bits).
    """
    count = len(patterns)
    words = pack(patterns)
    some = max(1, _AT_ONCE // (len(program.nets) * max(1, words_for(count))) - 1)
    result = np.zeros((len(faults), count), dtype=np.uint8)
    for start in range(0, len(faults) if count else 0, some):
        part = faults[start : start + some]
        result[start : start + len(part)] = unpack_nets(_differing(program, part, words), count)
    return result


def _differing(program: Program, faults: Sequence[Fault], words: Words) -> Words:
    """Where an output differs from that without the fault, shape (faults, words)."""
    lanes = len(faults) + 1
    values = np.empty((len(program.nets), lanes, words.shape[1]), dtype=np.uint64)
    inputs = program.input_bits
    values[:inputs] = words[:, None]
    begins = [int(step.outputs[0, 0]) for step in program.steps]
    stems: dict[int, list[tuple[int, Fault]]] = {}
    branches: dict[int, list[tuple[int, Fault]]] = {}
    for lane, fault in enumerate(faults, 1):
        place = fault.place
        if place.pin < 0:
            driver = int(np.searchsorted(begins, place.net, side="right")) - 1
            stems.setdefault(driver, []).append((lane, fault))
        else:
            branches.setdefault(place.step, []).append((lane, fault))
    _stick(values, stems.get(-1, ()))
    for number, step in enumerate(program.steps):
        given = values[step.inputs]  # a copy: what sticks in a branch is seen by this gate alone
        for lane, fault in branches.get(number, ()):
            given[fault.place.pin, fault.place.column, lane] = _ALL if fault.value else 0
        _run(program, step, given, values)
        _stick(values, stems.get(number, ()))
    seen = values[program.outputs]
    for lane, fault in branches.get(-1, ()):
        seen[fault.place.pin, lane] = _ALL if fault.value else 0
    differing: Words = np.bitwise_or.reduce(seen[:, 1:] ^ seen[:, :1], axis=0)
    return differing


def _stick(values: Words, faults: Sequence[tuple[int, Fault]]) -> None:
    for lane, fault in faults:
        values[fault.place.net, lane] = _ALL if fault.value else 0


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
