"""The exact engine: 64 patterns in a word, gates as and, or, xor and not of whole words.

Every step becomes, once, the instructions of its gates' formula on rows of words; a run then only calls them,
one after the other. Gates of more than 6 inputs are looked up in their tables, pattern by pattern: as right,
but some hundred times slower.

Chunks of 65 536 patterns, or fewer where the circuit's words would not stay in cache. In 1e10 two-input
gates a second at 100 000 patterns, packed beforehand, a 16 × 16 multiplier of 1 408 gates runs at 2 with 64
words a chunk, at 7 with 256 and at 10 with 1 024. One thread: calls of a microsecond each are over before
a second thread has taken the interpreter, and two made it slower at every size.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> engine = ExactEngine(compile_netlist(adder.netlist))
    >>> engine.outputs(np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], dtype=np.uint8)).tolist()
    [[0, 0, 1], [1, 1, 1]]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from gatewright.arrays import Bits, Words
from gatewright.circuits.program import Program, Step
from gatewright.circuits.simulate.engine import (
    Span,
    Workers,
    check_patterns,
    check_threads,
    even,
    gathered,
    rows,
)
from gatewright.errors import UsageError
from gatewright.logic.bits import row_numbers
from gatewright.logic.formula import MOST_INPUTS, formula
from gatewright.logic.packed import WORD, Call, calls, pack, unpack, unpack_nets

MOST_WORDS, FEWEST_WORDS = 1024, 32
"""Words of every net in a chunk: longer ones gain nothing, shorter ones are spent on calls."""

_CACHED = 1 << 21
"""Words of all nets together that a chunk aims at: 16 MB, what caches hold."""

_BLOCK = 1 << 14
"""Words of one pin of equal gates at a time: 128 kB."""


class ExactEngine:
    """Runs a program on its gates' truth tables; a don't-care is 0, as in `evaluate`.

    Args:
        program: the circuit.
        threads: at most.
        chunk: words of every net at a time; chosen by the number of nets where none is given.

    Raises:
        UsageError: there is less than one thread or word.
    """

    def __init__(self, program: Program, *, threads: int = 1, chunk: int | None = None) -> None:
        self.program = program
        fitting = _CACHED // max(1, len(program.nets))
        if chunk is not None and chunk < 1:
            raise UsageError(f"a chunk of {chunk} words", hint="give it at least one")
        self.chunk = min(MOST_WORDS, max(FEWEST_WORDS, fitting)) if chunk is None else chunk
        self._workers = Workers(check_threads(threads), self._space)

    def outputs(self, patterns: Bits) -> Bits:
        """Primary output bits (patterns, output bits) of primary input bits (patterns, input bits)."""
        count = check_patterns(self.program, patterns)
        outputs = self.program.outputs
        result = np.empty((count, len(outputs)), dtype=np.uint8)

        def work(space: _Space, span: Span) -> None:
            first, stop = span
            values = space.run(pack(patterns[first:stop]))
            result[first:stop] = unpack(values[outputs], stop - first)

        self._run(work, count, WORD)
        return result

    def nets(self, patterns: Bits) -> Bits:
        """Every net's bits, shape (nets, patterns), in the order of ``program.nets``."""
        count = check_patterns(self.program, patterns)
        result = np.empty((len(self.program.nets), count), dtype=np.uint8)

        def work(space: _Space, span: Span) -> None:
            first, stop = span
            values = space.run(pack(patterns[first:stop]))
            result[:, first:stop] = unpack_nets(values, stop - first)

        self._run(work, count, WORD)
        return result

    def packed(self, words: Words) -> Words:
        """Primary outputs (output bits, words) of primary inputs (input bits, words), as `pack` makes them."""
        count = check_patterns(self.program, words.T)
        outputs = self.program.outputs
        result = np.empty((len(outputs), count), dtype=np.uint64)

        def work(space: _Space, span: Span) -> None:
            first, stop = span
            result[:, first:stop] = space.run(words[:, first:stop])[outputs]

        self._run(work, count, 1)
        return result

    def _run(self, work: Callable[[_Space, Span], None], count: int, unit: int) -> None:
        """Work on ``count`` patterns, ``unit`` of them a word, or on words where it is 1."""
        words = even(-(-count // unit), self.chunk)
        todo = [(first * unit, min(count, stop * unit)) for first, stop in words]
        if todo:
            self._workers.run(work, todo, words[0][1])

    def _space(self, words: int) -> _Space:
        return _Space(self.program, words)


class _Space:
    """The words of every net, and a program's operations, ready to run on them."""

    def __init__(self, program: Program, words: int) -> None:
        self._values = np.zeros((len(program.nets), words), dtype=np.uint64)
        self._inputs = program.input_bits
        most = max(1, _BLOCK // words)
        pins = max((len(step.inputs) for step in program.steps), default=0)
        instances = min(most, max((step.inputs.shape[1] for step in program.steps), default=0))
        self._gathered = np.empty((pins, instances, words), dtype=np.uint64)
        self._between = np.empty((0, instances, words), dtype=np.uint64)
        self._calls: list[Call] = []
        for step in program.steps:
            for first in range(0, step.inputs.shape[1], most):
                self._add(program, step, slice(first, first + most))

    def run(self, words: Words) -> Words:
        """Every net's words (nets, words) of the primary inputs' (input bits, words); not kept for long."""
        count = words.shape[1]
        self._values[: self._inputs, :count] = words
        for call in self._calls:
            call()
        return self._values[:, :count]

    def _add(self, program: Program, step: Step, some: slice) -> None:
        """The calls of some instances of a step."""
        table = program.gates[step.gate].table
        values = self._values
        inputs = gathered(values, step.inputs[:, some], self._gathered, self._calls)
        outputs = []
        for places in step.outputs[:, some]:
            row = rows(values, places)
            if row is None:
                raise AssertionError("the nets of a step are numbered instance by instance")
            outputs.append(row)
        if len(inputs) > MOST_INPUTS:
            self._calls.append(partial(look_up, table.values, inputs, outputs))
            return
        form = formula(len(inputs), table.ones)
        if len(self._between) < form.between:
            self._between = np.empty((form.between, *self._gathered.shape[1:]), dtype=np.uint64)
        between = [each[: len(outputs[0])] for each in self._between[: form.between]]
        self._calls += calls(form, inputs, outputs, between)


def look_up(values: Bits, inputs: Sequence[Words], outputs: Sequence[Words]) -> None:
    """Outputs (instances, words) of a table's rows (rows, outputs), one pattern after the other."""
    count = inputs[0].shape[1] * WORD
    for instance in range(len(inputs[0])):
        bits = unpack(np.stack([each[instance] for each in inputs]), count)
        for into, words in zip(outputs, pack(values[row_numbers(bits)]), strict=True):
            into[instance] = words
