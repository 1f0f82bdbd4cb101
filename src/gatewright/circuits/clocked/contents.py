"""What a memory holds while its circuit runs, lane by lane.

Example:
    >>> from gatewright.circuits.memory import Memory
    >>> held = Contents(Memory("ram", 8, 4, (), (), (7, None)))
    >>> held[0], held[1], len(held)
    (7, 0, 4)
    >>> held.load([255, 1], 2)
    >>> held.read(np.array([[0], [1]], dtype=np.uint8))[:, 0].tolist()
    [1, 1, 1, 1, 1, 1, 1, 1]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from gatewright.arrays import Bits, Indices, Mask
from gatewright.circuits.memory import Memory
from gatewright.errors import UsageError

_MOST_ADDRESS = 62
"""Bits of an address that fit a number of 64 bits; higher ones are at no word if they are 1."""


class Words:
    """The words of a memory as they are at any time, to be looked at: ``held[3]`` is the one at address 3.

    Args:
        memory: whose they are.
        words: their bytes, the lowest first, shape (lanes, words, bytes).

    Attributes:
        memory: whose they are.

    Raises:
        UsageError: an address that the memory does not have.
    """

    def __init__(self, memory: Memory, words: Bits) -> None:
        self.memory = memory
        self._words = words

    def __len__(self) -> int:
        return self.memory.words

    def __iter__(self) -> Iterator[int]:
        return iter(self.lane(0))

    def __getitem__(self, address: int) -> int:
        return int.from_bytes(self._words[0, self._place(address)].tobytes(), "little")

    def lane(self, lane: int) -> list[int]:
        """All words of one lane, from the first one."""
        return [int.from_bytes(each.tobytes(), "little") for each in self._words[lane]]

    def _place(self, address: int) -> int:
        place = address - self.memory.first
        if not 0 <= place < self.memory.words:
            last = self.memory.first + self.memory.words - 1
            raise UsageError(
                f"{self.memory} has no address {address}",
                hint=f"its addresses are {self.memory.first} to {last}",
            )
        return place


class Contents(Words):
    """The words of a memory while its circuit runs, in each of several lanes.

    Args:
        memory: whose they are.
        lanes: how many copies.
        unknown: what every bit is of which the memory does not say what it is at first; None if they are drawn.
        generator: where those are drawn from.
    """

    def __init__(
        self,
        memory: Memory,
        lanes: int = 1,
        *,
        unknown: int | None = 0,
        generator: np.random.Generator | None = None,
    ) -> None:
        shape = (lanes, memory.words, -(-memory.width // 8))
        if unknown is None and generator is not None:
            words = generator.integers(0, 256, shape, dtype=np.uint8)
        else:
            words = np.full(shape, 255 * (unknown or 0), dtype=np.uint8)
        words[..., -1] &= 255 >> -memory.width % 8  # what is beyond the last bit is not of the word
        super().__init__(memory, words)
        for place, word in enumerate(memory.initial):
            if word is not None:
                words[:, place] = self._packed(word)

    def load(self, words: Iterable[int], address: int | None = None) -> None:
        """Put words one after the other, in every lane.

        Args:
            words: whole numbers.
            address: of the first one; by default that of the memory's first word.

        Raises:
            UsageError: one does not fit, or is at an address that the memory does not have.
        """
        at = self.memory.first if address is None else address
        placed = [(self._place(each), self._packed(word)) for each, word in enumerate(words, at)]
        for place, word in placed:
            self._words[:, place] = word

    def copy(self) -> Contents:
        """The same words, which change by themselves from now on."""
        other = object.__new__(Contents)
        Words.__init__(other, self.memory, self._words.copy())
        return other

    def become(self, other: Contents) -> None:
        """Hold what another one of the same memory holds."""
        self._words[...] = other._words

    def at(self, place: Bits) -> Contents:
        """The same words, kept elsewhere from now on: bytes, shape (lanes, words, bytes of a word)."""
        place[...] = self._words
        other = object.__new__(Contents)
        Words.__init__(other, self.memory, place)
        return other

    @property
    def shape(self) -> tuple[int, int, int]:
        """Lanes, words, bytes of a word."""
        lanes, words, size = self._words.shape
        return lanes, words, size

    def look(self) -> Words:
        """The same words, to be looked at alone."""
        return Words(self.memory, self._words)

    def read(self, address: Bits) -> Bits:
        """The words at an address in every lane.

        Args:
            address: shape (bits, lanes).

        Returns:
            shape (bits of a word, lanes).
        """
        places, there = self._places(address)
        found = self._words[np.arange(len(self._words)), places]
        if not there.all():
            found[~there] = 0
        return np.unpackbits(found, axis=1, count=self.memory.width, bitorder="little").T

    def write(self, address: Bits, data: Bits, enables: Bits) -> None:
        """Write to an address in every lane.

        Args:
            address: shape (bits, lanes).
            data: shape (bits of a word, lanes).
            enables: the same shape; a bit is written where it is 1.
        """
        if not enables.any():
            return
        places, there = self._places(address)
        lanes = np.arange(len(self._words))[there]
        mask = np.packbits(enables.T[there], axis=1, bitorder="little")
        word = np.packbits(data.T[there], axis=1, bitorder="little")
        old = self._words[lanes, places[there]]
        self._words[lanes, places[there]] = (old & ~mask) | (word & mask)

    def _places(self, address: Bits) -> tuple[Indices, Mask]:
        """Which word an address is in every lane, and whether there is one."""
        weights = 1 << np.arange(min(len(address), _MOST_ADDRESS), dtype=np.int64)
        places = weights @ address[:_MOST_ADDRESS].astype(np.int64) - self.memory.first
        there = (places >= 0) & (places < self.memory.words)
        if len(address) > _MOST_ADDRESS:
            there &= ~address[_MOST_ADDRESS:].any(0)
        return np.where(there, places, 0), there

    def _packed(self, word: int) -> Bits:
        if not 0 <= word < 1 << self.memory.width:
            raise UsageError(
                f"{self.memory} cannot hold {word:#x}",
                hint=f"give 0 to {(1 << self.memory.width) - 1:#x}",
            )
        return np.frombuffer(word.to_bytes(self._words.shape[2], "little"), dtype=np.uint8)
