"""RV32I in integers, straight from the RISC-V unprivileged ISA manual: what tests compare the core with.

Example:
    >>> x = [0] * 32
    >>> execute(0x100, x, 0x00700513, lambda *_: 0, lambda *_: None), x[10]  # addi a0, zero, 7
    (260, 7)
"""

from __future__ import annotations

from collections.abc import Callable

MASK = 2**32 - 1


class StopError(Exception):
    """The instruction cannot be executed; nothing has changed."""


def signed(value: int, bits: int = 32) -> int:
    """A two's complement number."""
    value &= 2**bits - 1
    return value - (value >> bits - 1 << bits)


def reachable(address: int) -> bool:
    """Whether there is RAM."""
    return address & 0x7FFF_FFFF < 2**20


def execute(
    pc: int,
    x: list[int],
    instruction: int,
    load: Callable[[int, int], int],
    store: Callable[[int, int, int], None],
) -> int:
    """Execute one instruction.

    Args:
        pc: where it is.
        x: the 32 registers, which are changed.
        instruction: its word.
        load: of an address and a number of bytes, their value without sign.
        store: of an address, a number of bytes, and their value.

    Returns:
        where the next one is.

    Raises:
        StopError: it is ECALL, EBREAK or none of RV32I, or an address is none.
    """
    opcode, rd, f3 = instruction & 0x7F, instruction >> 7 & 31, instruction >> 12 & 7
    rs1, rs2, f7 = instruction >> 15 & 31, instruction >> 20 & 31, instruction >> 25
    a, b, imm = x[rs1], x[rs2], signed(instruction >> 20, 12)
    result: int | None = None
    following = pc + 4
    if opcode == 0x37:
        result = instruction & 0xFFFFF000
    elif opcode == 0x17:
        result = pc + (instruction & 0xFFFFF000)
    elif opcode == 0x6F:
        bits = (instruction >> 31) << 20 | (instruction >> 12 & 0xFF) << 12
        bits |= (instruction >> 20 & 1) << 11 | (instruction >> 21 & 0x3FF) << 1
        result, following = pc + 4, pc + signed(bits, 21)
    elif opcode == 0x67 and f3 == 0:
        result, following = pc + 4, (a + imm) & ~1
    elif opcode == 0x63 and f3 not in (2, 3):
        bits = (instruction >> 31) << 12 | (instruction >> 7 & 1) << 11
        bits |= (instruction >> 25 & 0x3F) << 5 | (instruction >> 8 & 0xF) << 1
        taken = (a == b, signed(a) < signed(b), a < b)[(0, 0, 0, 0, 1, 1, 2, 2)[f3]] ^ (f3 & 1)
        following = pc + signed(bits, 13) if taken else pc + 4
    elif opcode == 0x03 and f3 in (0, 1, 2, 4, 5):
        address, size = (a + imm) & MASK, 1 << (f3 & 3)
        if address % size or not reachable(address):
            raise StopError
        result = load(address, size)
        result = result if f3 & 4 else signed(result, 8 * size)
    elif opcode == 0x23 and f3 in (0, 1, 2):
        address, size = (a + signed(f7 << 5 | rd, 12)) & MASK, 1 << f3
        if address % size or (address >= 2**31 and not reachable(address)):
            raise StopError
        store(address, size, b & (1 << 8 * size) - 1)
    elif opcode == 0x0F and f3 == 0:
        pass
    elif opcode == 0x13 and (f3 not in (1, 5) or f7 == 0 or (f7 == 32 and f3 == 5)):
        result = _computed(f3, a, imm & MASK, f7 == 32 and f3 == 5)
    elif opcode == 0x33 and (f7 == 0 or (f7 == 32 and f3 in (0, 5))):
        result = _computed(f3, a, b, f7 == 32)
    else:
        raise StopError
    following &= MASK
    jumped = opcode in (0x6F, 0x67) or (opcode == 0x63 and following != pc + 4)
    if jumped and (following % 4 or not reachable(following)):
        raise StopError
    if result is not None and rd:
        x[rd] = result & MASK
    return following


def _computed(f3: int, a: int, b: int, other: bool) -> int:
    shift = b & 31
    return (
        a - b if other else a + b,
        a << shift,
        int(signed(a) < signed(b)),
        int(a < b),
        a ^ b,
        signed(a) >> shift if other else a >> shift,
        a | b,
        a & b,
    )[f3]
