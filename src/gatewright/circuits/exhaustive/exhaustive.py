"""Every pattern of a circuit, range by range: the part of an exhaustive proof that any process can do.

Pattern number *n* has bit *i* of *n* on input bit *i*, so that the buses of a range are shifts of a row of
numbers, and its bits are words of a regular pattern: neither is made from the other. The reference works on
integers, and only what it gives is turned into words, to be compared with the netlist's.

Measured on the 16-bit adder with carry, all 2^33 patterns: 23 ns of processor time a pattern.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 8}, plugins.gates)
    >>> Exhaustive(adder).compare(0, 2**17)
    Compared(first=0, count=131072, excluded=0, wrong=None)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

import numpy as np

from gatewright.arrays import Integers, Mask, Words
from gatewright.circuits.buses import reference_bits, reference_values
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import bus_columns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import Hint, UsageError
from gatewright.logic.packed import WORD, words_for
from gatewright.records import dataclass

CHUNK = 2**16
"""Patterns at a time: the integers of a bus are half a megabyte."""

MOST_BITS = 48
"""Input bits up to which all patterns may be asked for: 2^48 take a machine months."""

# Bit i of the numbers 0 to 63, as a word: 1010…, 1100…, 1111 0000…
_COUNTING = tuple(
    sum(1 << number for number in range(WORD) if number >> bit & 1) for bit in range(6)
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a range of patterns.

    Attributes:
        first: number of the first pattern.
        count: how many were to be compared.
        excluded: how many of those looked at lie outside the circuit's domain.
        wrong: the first pattern on which netlist and reference differ; None if there is none. Chunks
            after its own are not looked at.
    """

    first: int
    count: int
    excluded: int
    wrong: int | None

    def problem(self, total: int) -> str:
        """Why this is not a range of ``total`` patterns; empty if it is one."""
        if not all(type(each) is int for each in (self.first, self.count, self.excluded)):
            return "it holds something other than whole numbers"
        if not 0 <= self.first < self.first + self.count <= total:
            return f"it is not a range of the {total} patterns"
        if self.first % CHUNK or (self.count % CHUNK and self.first + self.count != total):
            return f"its ends are not multiples of {CHUNK}"
        if not 0 <= self.excluded <= self.count:
            return "it leaves out more patterns than it has"
        if self.wrong is not None and (
            type(self.wrong) is not int or not self.first <= self.wrong < self.first + self.count
        ):
            return "the pattern that differs is not one of its own"
        return ""


class Exhaustive:
    """Compares the netlist of a circuit with its integer reference.

    Args:
        circuit: with its parameters chosen.

    Raises:
        UsageError: it has more input bits than `MOST_BITS`.
        NetlistError: its netlist is not a circuit.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.bits = len(circuit.netlist.input_nets)
        if self.bits > MOST_BITS:
            raise UsageError(
                f"{circuit.title} has 2^{self.bits} patterns; at most 2^{MOST_BITS} can be tried",
                hint=Hint(
                    "decision diagrams prove adders and the like at any width", "not exhaustive"
                ),
            )
        self._engine = ExactEngine(compile_netlist(circuit.netlist))

    def compare(self, first: int, count: int) -> Compared:
        """Compare on patterns ``first``, a multiple of `CHUNK`, to ``first + count - 1``.

        Raises:
            SpecError: the reference gives other buses than the circuit has, or values that do not fit.
        """
        excluded = 0
        for start in range(first, first + count, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, first + count), dtype=np.int64)
            buses = self._buses(numbers)
            inside = self.circuit.domain(buses)
            if inside is not None:
                excluded += len(numbers) - int(inside.sum())
                if not inside.any():
                    continue
            wrong = self._wrong(start, len(numbers), buses, inside)
            if wrong is not None:
                return Compared(first, count, excluded, wrong)
        return Compared(first, count, excluded, None)

    def answers(self, numbers: Integers) -> tuple[str, int | None]:
        """A digest of what the reference wants on patterns of these numbers, and the first that differs.

        Raises:
            SpecError: as in `compare`.
        """
        buses = self._buses(numbers)
        inside = self.circuit.domain(buses)
        digest = hashlib.sha256()
        if inside is not None:
            digest.update(np.packbits(inside).tobytes())
            numbers = numbers[inside]
            if not len(numbers):
                return digest.hexdigest(), None
            buses = {name: bus[inside] for name, bus in buses.items()}
        wanted = reference_bits(self.circuit, buses)
        digest.update(wanted.tobytes())
        patterns = ((numbers[:, None] >> np.arange(self.bits)) & 1).astype(np.uint8)
        wrong = numbers[(self._engine.outputs(patterns) != wanted).any(1)]
        return digest.hexdigest(), int(wrong[0]) if len(wrong) else None

    def _wrong(
        self, start: int, count: int, buses: Mapping[str, Integers], inside: Mask | None
    ) -> int | None:
        """The first pattern of a chunk that differs."""
        words = words_for(count)
        got = self._engine.packed(_counting(start, words, self.bits))
        differ = np.zeros(words, dtype=np.uint64)
        row = 0
        if inside is not None:  # a reference may be asked only where the circuit promises anything
            buses = {
                name: np.where(inside, bus, bus[np.argmax(inside)]) for name, bus in buses.items()
            }
        for bus, values in reference_values(self.circuit, buses):
            for place in range(bus.width):
                differ |= got[row] ^ _packed(values, place, words)
                row += 1
        if inside is not None:
            differ &= _packed(inside.astype(np.int64), 0, words)
        if count % WORD:
            differ[-1] &= np.uint64(2 ** (count % WORD) - 1)
        astray = np.flatnonzero(differ)
        if not len(astray):
            return None
        word = int(astray[0])
        bits = int(differ[word])
        return start + word * WORD + (bits & -bits).bit_length() - 1

    def _buses(self, numbers: Integers) -> dict[str, Integers]:
        return {
            bus.name: numbers >> columns.start & (2**bus.width - 1)
            for bus, columns in bus_columns(self.circuit.netlist.inputs)
        }


def some_of(first: int, count: int, more: int) -> Integers:
    """The edges of a range of patterns, and ``more`` between them that nobody can foresee.

    Evidence from elsewhere, a checkpoint or a worker's result, is tried on them; were they known, it could be
    made right on just these.
    """
    draw = np.random.default_rng(int.from_bytes(os.urandom(16)))
    inner = draw.integers(first, first + count, more, dtype=np.int64)
    return np.concatenate([np.array([first, first + count - 1], dtype=np.int64), inner])


def _counting(start: int, words: int, bits: int) -> Words:
    """Patterns number ``start``, a multiple of 64, and on, packed, shape (bits, words)."""
    packed = np.empty((bits, words), dtype=np.uint64)
    high = np.arange(start // WORD, start // WORD + words, dtype=np.uint64)
    for bit in range(bits):
        if bit < 6:
            packed[bit] = _COUNTING[bit]
        else:  # all ones where the bit is 1: zero minus it, which wraps around
            packed[bit] = np.uint64(0) - (high >> np.uint64(bit - 6) & np.uint64(1))
    return packed


def _packed(values: Integers, place: int, words: int) -> Words:
    """One bit of every value, packed."""
    bits = np.packbits(values & (1 << place) != 0, bitorder="little")
    if len(bits) < words * 8:
        bits = np.concatenate([bits, np.zeros(words * 8 - len(bits), dtype=np.uint8)])
    return bits.view("<u8").astype(np.uint64, copy=False)
