r"""A circuit that was read from a truth table, compared with that table.

What the file says is evaluated as it stands, cube by cube; nothing of the decomposition that made gates of it
is used. All patterns are compared if there are at most 2**20; of wider tables decision diagrams are, and where
those grow too large, a random sample.

Example:
    >>> from gatewright.api.circuits import read
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "vote.csv"
    >>> _ = path.write_text("a,b,->,y\n1,1,,1\n0,-,,0\n-,0,,0\n")
    >>> against_table(read(path)).extent
    'proved exhaustively (4 of 4)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.patterns import (
    EXHAUSTIVE_BITS,
    SAMPLES,
    all_patterns,
    random_patterns,
)
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.diagrams.net_functions import (
    Order,
    net_diagrams,
    pattern_of,
    variable_orders,
)
from gatewright.circuits.verify.verdict import EXACT, TABLE, Claim
from gatewright.errors import SpecError
from gatewright.logic.bdd import FALSE, MOST_NODES, TRUE, Diagram, Diagrams, TooManyNodesError
from gatewright.logic.cover import Covers, Cube
from gatewright.logic.numerals import as_count

_CHUNK = 2**14
_MOST_CELLS = 1 << 26
"""Most rows times outputs of a table that is written out: 64 MB."""


def against_table(
    circuit: Circuit,
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Whether the exact gates of a circuit give what the truth table says that it was read from.

    Args:
        circuit: one whose netlist has a ``table``.
        seed: of the random patterns.
        samples: how many, if nothing better can be done.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: it was not read from a truth table, or has other ports.
    """
    netlist, table = circuit.netlist, circuit.netlist.table
    if table is None:
        raise SpecError(f"'{circuit.title}' was not read from a truth table")
    program, width = compile_netlist(netlist), len(netlist.input_nets)
    sides = _Sides(circuit, program, table)
    claim = Claim(EXACT, TABLE, "exhaustive", 0, width, "undecided")
    if width <= EXHAUSTIVE_BITS and len(table.outputs) << width <= _MOST_CELLS:
        chunks = all_patterns(netlist.inputs, 2**width, chunk=_CHUNK)
        return sides.compared(chunks, sides.written_out(), 2**width, claim, watch)
    reason = ""
    for order in variable_orders(netlist.inputs):
        try:
            return sides.proved(order, replace(claim, method="decision diagrams"), watch)
        except TooManyNodesError:
            reason = f"its decision diagrams need more than {as_count(MOST_NODES)} nodes"
    chunks = random_patterns(netlist.inputs, samples, seed=seed, chunk=_CHUNK)
    sampled = replace(claim, method="sampled", reason=reason)
    return sides.compared(chunks, sides.values, samples, sampled, watch)


class _Sides:
    """The two that are compared."""

    def __init__(self, circuit: Circuit, program: Program, table: Covers) -> None:
        self._circuit, self._program, self._table = circuit, program, table
        netlist = circuit.netlist
        self._inputs = _places(table.inputs, netlist.inputs, circuit)
        self._outputs = np.argsort(_places(table.outputs, netlist.outputs, circuit))

    def values(self, patterns: Bits) -> Bits:
        """What the table says of patterns (patterns, input bits), shape (patterns, output bits)."""
        return self._table.values(patterns[:, self._inputs])[:, self._outputs]

    def written_out(self) -> Callable[[Bits], Bits]:
        """The same, looked up in all rows of the table."""
        rows = self._table.rows()[self._outputs]
        weights = 1 << np.arange(len(self._inputs))[::-1]
        return lambda patterns: rows[:, patterns[:, self._inputs] @ weights].T

    def compared(
        self,
        chunks: Iterator[Bits],
        wanted: Callable[[Bits], Bits],
        total: int,
        claim: Claim,
        watch: Callable[[int, int], None] | None,
    ) -> Claim:
        """The claim after running patterns through both."""
        engine, checked = ExactEngine(self._program), 0
        for patterns in chunks:
            checked += len(patterns)
            right = wanted(patterns)
            wrong = (engine.outputs(patterns) != right).any(1)
            if wrong.any():
                at = int(np.argmax(wrong))
                return self._refuted(patterns[at], right[at], replace(claim, checked=checked))
            if watch is not None:
                watch(checked, total)
        outcome = "proved" if claim.method == "exhaustive" else "sampled"
        return replace(claim, checked=checked, outcome=outcome)  # type: ignore[arg-type] # one of them

    def proved(self, order: Order, claim: Claim, watch: Callable[[int, int], None] | None) -> Claim:
        """The claim after comparing both as functions of the input bits.

        Raises:
            TooManyNodesError: they grow too large.
        """
        diagrams = Diagrams(len(order))
        got = net_diagrams(self._program, diagrams, order, watch)
        inputs = [got[column] for column in self._inputs]
        wanted = [_cover(diagrams, cubes, inputs) for cubes in self._table.sets]
        for place, net in zip(self._outputs, self._program.outputs.tolist(), strict=True):
            wrong = diagrams.differ(got[net], wanted[place])
            if wrong != FALSE:
                (pattern,) = pattern_of(diagrams, order, wrong)
                return self._refuted(pattern, self.values(pattern[None])[0], claim)
        return replace(claim, outcome="proved", checked=2 ** len(order))

    def _refuted(self, pattern: Bits, wanted: Bits, claim: Claim) -> Claim:
        values = evaluate(self._program, exact_cells(self._program), pattern[None])[:, 0]
        found = counterexample(
            self._circuit, self._program, pattern, wanted, values, values, values
        )
        return replace(claim, outcome="refuted", counterexample=found)


def _places(names: Iterable[str], buses: Iterable[Bus], circuit: Circuit) -> list[int]:
    """Where bits of these names are among those of buses, bus after bus.

    Raises:
        SpecError: they are not the bits of the buses.
    """
    bits = [bit for bus in buses for bit in bus.bits]
    names = list(names)
    if sorted(names) != sorted(bits):
        raise SpecError(f"the ports of '{circuit.title}' are not those of its truth table")
    known = {bit: place for place, bit in enumerate(bits)}
    return [known[name] for name in names]


def _cover(diagrams: Diagrams, cubes: Iterable[Cube], inputs: list[Diagram]) -> Diagram:
    """Where any of the cubes holds."""
    found = FALSE
    for positive, negative in cubes:
        product = TRUE
        for at in reversed(range(len(inputs))):
            if positive >> at & 1:
                product = diagrams.both(inputs[at], product)
            elif negative >> at & 1:
                product = diagrams.ite(inputs[at], FALSE, product)
        found = diagrams.either(found, product)
    return found
