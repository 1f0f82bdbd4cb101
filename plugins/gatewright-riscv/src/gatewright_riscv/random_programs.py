"""Random instructions of RV32I for tests, with values at the edges, and programs made of them.

Example:
    >>> program = RandomProgram(random.Random(0), 20)  # noqa: S311 - for a test
    >>> hex(program.words[-1]), len(program.states) >= 20
    ('0x73', True)
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gatewright_riscv.reference import StopError, execute

EDGES = (0, 1, 2, 3, 4, 31, 32, 0x7FF, 0x800, 0xFFF, 0xFFFFF, 2**31 - 1, 2**31, 2**32 - 1)

LOADS, STORES = (0, 1, 2, 4, 5), (0, 1, 2)


def instruction(rng: random.Random, x: Sequence[int]) -> int:
    """A random instruction; those that need an address take it from a register with one, where there is one."""
    rd, rs1, rs2, imm = rng.randrange(32), rng.randrange(32), rng.randrange(32), rng.randrange(4096)
    if rng.random() < 0.3:
        imm = rng.choice(EDGES) & 0xFFF
    addresses = [place for place, value in enumerate(x) if value & 0x7FFF_FFFF < 2**20]
    kind = rng.choices(range(10), (4, 2, 2, 2, 6, 6, 6, 10, 12, 1))[0]
    if kind in (3, 5, 6) and rng.random() < 0.9:
        rs1 = rng.choice(addresses)
    f3 = rng.randrange(8)
    if kind == 0:
        return (
            (rng.choice(EDGES) if rng.random() < 0.4 else rng.randrange(2**20)) << 12 & 0xFFFFF000
            | rd << 7
            | 0x37
        )
    if kind == 1:
        return rng.randrange(2**20) << 12 | rd << 7 | 0x17
    if kind == 2:
        return rng.randrange(2**20) << 12 & 0xFFDFF000 | rd << 7 | 0x6F
    if kind == 3:
        return (imm & 0xFFC) << 20 | rs1 << 15 | rd << 7 | 0x67
    if kind == 4:
        f3 = rng.choice((0, 1, 4, 5, 6, 7))
        rs2 = rs1 if rng.random() < 0.2 else rs2
        return rng.randrange(128) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (rd & 0x1D) << 7 | 0x63
    if kind == 5:
        return imm << 20 | rs1 << 15 | rng.choice(LOADS) << 12 | rd << 7 | 0x03
    if kind == 6:
        return (
            imm >> 5 << 25
            | rs2 << 20
            | rs1 << 15
            | rng.choice(STORES) << 12
            | (imm & 31) << 7
            | 0x23
        )
    if kind == 7:
        if f3 in (1, 5):
            imm = (imm & 31) | (1024 if f3 == 5 and rng.random() < 0.5 else 0)
        return imm << 20 | rs1 << 15 | f3 << 12 | rd << 7 | 0x13
    if kind == 8:
        f7 = 32 if f3 in (0, 5) and rng.random() < 0.5 else 0
        return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | 0x33
    return rng.choice(
        (
            0x73,
            0x100073,
            0x0FF0000F,
            0x0000100F,
            rng.randrange(2**32),
            rng.randrange(2**30) << 2 | 3,
        )
    )


def li(register: int, value: int) -> tuple[int, int]:
    """LUI and ADDI, which put a value into a register."""
    high = value + 0x800 & 0xFFFFF000
    low = value & 0xFFF
    return high | register << 7 | 0x37, low << 20 | register << 15 | register << 7 | 0x13


BASE, DATA, BYTES = 0x10000, 0x80000, 0x1000
"""Where a stream begins, and the memory that it reads and writes."""


class RandomProgram:
    """A random program, which goes forward from its first instruction to ECALL.

    Args:
        rng: random numbers.
        length: how many instructions are executed, about.

    Attributes:
        words: of the program, from `BASE` on; what is jumped over is random.
        states: the program counter and the registers before every instruction from the first random one on.
        memory: what it holds at the end, from `DATA` on.
    """

    def __init__(self, rng: random.Random, length: int) -> None:
        self.words: list[int] = []
        self.states: list[tuple[int, list[int]]] = []
        self.memory = bytearray(BYTES)
        self._rng, self._pc, self._x = rng, BASE, [0] * 32
        for number in range(1, 32):
            self._set(number, rng.randrange(2**32) if number % 3 else self._place())
        for count in range(length):
            if count % 16 == 0:
                self._set(rng.randrange(1, 32), self._place())
            self.states.append((self._pc, self._x[:]))
            self._add(self._fitting())
        self._set(17, 93)  # the number of what ECALL asks Linux for
        self.states.append((self._pc, self._x[:]))
        self.words.append(0x73)

    def _place(self) -> int:
        return DATA + self._rng.randrange(0, BYTES, 4)

    def _set(self, register: int, value: int) -> None:
        for word in li(register, value):
            if self.states:
                self.states.append((self._pc, self._x[:]))
            self._add(word)

    def _fitting(self) -> int:
        """An instruction that can be executed here, goes forward, and stays within the memory."""
        while True:
            word = instruction(self._rng, self._x)
            try:
                following = execute(self._pc, self._x[:], word, self._load, self._reached)
            except StopError:
                continue
            if self._pc < following <= self._pc + 256:
                return word

    def _add(self, word: int) -> None:
        self.words.append(word)
        self._pc = execute(self._pc, self._x, word, self._load, self._store)
        while BASE + 4 * len(self.words) < self._pc:
            self.words.append(self._rng.randrange(2**32))

    def _reached(self, address: int, *_: int) -> None:
        self._at(address)

    def _at(self, address: int) -> int:
        if not DATA <= address < DATA + BYTES:
            raise StopError
        return address - DATA

    def _load(self, address: int, size: int) -> int:
        place = self._at(address)
        return int.from_bytes(self.memory[place : place + size], "little")

    def _store(self, address: int, size: int, value: int) -> None:
        place = self._at(address)
        self.memory[place : place + size] = value.to_bytes(size, "little")
