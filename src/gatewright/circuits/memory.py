"""Memories: blocks of words that are read within a cycle and written at its end.

Example:
    >>> scratch = Memory(
    ...     "scratch", 2, 4,
    ...     (ReadPort(("a0", "a1"), ("r0", "r1")),),
    ...     (WritePort(("a0", "a1"), ("w0", "w1"), ("we", "we")),), (3, None))
    >>> scratch.bits, scratch.unknown, list(scratch.driven), list(problems(scratch))
    (8, 3, ['r0', 'r1'], [])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gatewright.logic.numerals import as_count, counted
from gatewright.records import dataclass

MOST_BITS = 2**31
"""Most bits of a memory: it takes 256 MB."""


@dataclass(frozen=True, slots=True)
class ReadPort:
    """Where a memory is read: the word at the address is there in the same cycle.

    Attributes:
        address: nets, bit 0 first.
        data: nets, bit 0 first; the memory drives them.

    Example:
        >>> ReadPort(("a",), ("r",)).data
        ('r',)
    """

    address: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WritePort:
    """Where a memory is written, at the end of a cycle.

    Attributes:
        address: nets, bit 0 first.
        data: nets, bit 0 first.
        enables: a net for each bit of the data, which may be the same for several: the bit is written where it
            is 1.

    Example:
        >>> WritePort(("a",), ("d",), ("we",)).enables
        ('we',)
    """

    address: tuple[str, ...]
    data: tuple[str, ...]
    enables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """Words that are read and written; of two ports that write one bit, the later one counts.

    A read in a cycle gives what was written in cycles before. At an address that it does not have, a memory reads
    0 and writes nothing.

    Attributes:
        name: its path, as of an instance.
        width: bits of a word.
        words: how many.
        reads: its ports.
        writes: its ports; none for memories that are only read.
        initial: the words at first, from the first one; None, or not listed, where nobody says it.
        first: the address of the first word.

    Example:
        >>> Memory("rom", 8, 2, (ReadPort(("a",), tuple("abcdefgh")),), (), (1, 255)).unknown
        0
    """

    name: str
    width: int
    words: int
    reads: tuple[ReadPort, ...]
    writes: tuple[WritePort, ...]
    initial: tuple[int | None, ...] = ()
    first: int = 0

    @property
    def bits(self) -> int:
        """How many it holds."""
        return self.words * self.width

    @property
    def unknown(self) -> int:
        """Words of which nobody says what they hold at first."""
        return self.words - sum(each is not None for each in self.initial)

    @property
    def driven(self) -> tuple[str, ...]:
        """The nets that it drives, port after port."""
        return tuple(net for port in self.reads for net in port.data)

    @property
    def pins(self) -> tuple[str, ...]:
        """The nets that it reads: addresses to read at, then address, data and enables of each port to write."""
        addresses = (net for port in self.reads for net in port.address)
        written = (
            net for port in self.writes for net in (*port.address, *port.data, *port.enables)
        )
        return (*addresses, *written)

    def __str__(self) -> str:
        words, bits = counted(self.words, "word"), counted(self.width, "bit")
        return f"memory '{self.name}' of {words} of {bits}"


def problems(memory: Memory) -> Iterator[str]:
    """Why a memory is none, whatever its circuit; nothing if it is one."""
    what = f"memory '{memory.name}'"
    if memory.words < 1 or memory.width < 1:
        yield f"{what} has {memory.words} words of {memory.width} bits"
        return
    if memory.bits > MOST_BITS:
        yield f"{memory} has more than {as_count(MOST_BITS)} bits"
    if memory.first < 0:
        yield f"{what} begins at address {memory.first}"
    for number, read in enumerate(memory.reads):
        if len(read.data) != memory.width:
            yield f"{what} reads {len(read.data)} bits at port {number}, its words have {memory.width}"
    for number, write in enumerate(memory.writes):
        for nets, verb in ((write.data, "writes"), (write.enables, "enables")):
            if len(nets) != memory.width:
                yield f"{what} {verb} {len(nets)} bits at port {number}, its words have {memory.width}"
    if len(memory.initial) > memory.words:
        yield f"{what} has {memory.words} words, and {len(memory.initial)} to begin with"
    for place, word in enumerate(memory.initial):
        if word is not None and not 0 <= word < 1 << memory.width:
            yield f"{what} cannot hold {word} at first in word {place}: it has {memory.width} bits"
            return


def renamed_pins(memory: Memory, renamed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Memory:
    """The same memory on nets of other names."""
    return replace(
        memory,
        reads=tuple(ReadPort(renamed(each.address), renamed(each.data)) for each in memory.reads),
        writes=tuple(
            WritePort(renamed(each.address), renamed(each.data), renamed(each.enables))
            for each in memory.writes
        ),
    )
