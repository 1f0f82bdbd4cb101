"""What an instruction is called, and why the core stopped at one; from the RISC-V unprivileged ISA manual.

Example:
    >>> named(0x00000073), named(0x00C58533), named(0xFFFFFFFF)
    ('ecall', 'add', '')
    >>> why(0x0005A503, 0x100, 0x102)
    'lw at 0x00000100 reads address 0x00000102, which is not a multiple of 4'
"""

from __future__ import annotations

_BY_OPCODE = {0b0110111: "lui", 0b0010111: "auipc", 0b1101111: "jal"}
_BY_FUNCT3 = {
    0b1100111: ("jalr", "", "", "", "", "", "", ""),
    0b1100011: ("beq", "bne", "", "", "blt", "bge", "bltu", "bgeu"),
    0b0000011: ("lb", "lh", "lw", "", "lbu", "lhu", "", ""),
    0b0100011: ("sb", "sh", "sw", "", "", "", "", ""),
    0b0001111: ("fence", "", "", "", "", "", "", ""),
    0b0010011: ("addi", "slli", "slti", "sltiu", "xori", "srli", "ori", "andi"),
    0b0110011: ("add", "sll", "slt", "sltu", "xor", "srl", "or", "and"),
}
_OTHER = {"add": "sub", "srl": "sra", "srli": "srai"}
_WHOLE = {0x0000_0073: "ecall", 0x0010_0073: "ebreak"}
_SIZE = {"h": 2, "w": 4}


def named(instruction: int) -> str:
    """The name of one of the 40 instructions of RV32I; empty for any other word."""
    opcode, funct3, funct7 = instruction & 127, instruction >> 12 & 7, instruction >> 25
    name = _BY_OPCODE.get(opcode) or _WHOLE.get(instruction, "")
    if name or opcode not in _BY_FUNCT3:
        return name
    name = _BY_FUNCT3[opcode][funct3]
    if opcode == 0b0110011 or name in ("slli", "srli"):
        return name if funct7 == 0 else _OTHER.get(name, "") if funct7 == 0b0100000 else ""
    return name


def why(instruction: int, pc: int, address: int) -> str:
    """Why the core cannot execute an instruction, in words.

    Args:
        instruction: its word.
        pc: where it is.
        address: what the core's adder gave.
    """
    name = named(instruction)
    if not name:
        return f"{instruction:#010x} at {pc:#010x} is not an instruction of RV32I"
    here = f"{name} at {pc:#010x}"
    if name[0] in "ls" and name[1:].rstrip("u") in ("b", "h", "w"):
        verb = "reads" if name[0] == "l" else "writes"
        size = _SIZE.get(name[1], 1)
        odd = f"is not a multiple of {size}" if address % size else "is outside of RAM"
        return f"{here} {verb} address {address:#010x}, which {odd}"
    return f"{here} jumps to where no instruction can be"
