"""The steps of AES as gates and wires (FIPS-197, section 5).

A byte is its 8 wires, bit 0 first. A state is 16 bytes, column by column; each step gives another.

Example:
    >>> wires = list(range(128))  # bus wires, least significant first: byte 0 is the most significant
    >>> bytes_of(wires)[0] == (120, 121, 122, 123, 124, 125, 126, 127)
    True
    >>> bus_of(bytes_of(wires)) == wires
    True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from gatewright import CircuitBuilder
from gatewright.circuits.builder import Wire
from gatewright_aes.field import MODULUS, RCON

Byte: TypeAlias = Sequence[Wire]
State: TypeAlias = Sequence[Byte]

SBOX_GATE, INVERSE_GATE = "aes-sbox", "aes-inverse-sbox"

_T = TypeVar("_T")


def bytes_of(bus: Sequence[_T]) -> list[tuple[_T, ...]]:
    """The bytes of a bus, byte 0 first: the most significant, so that a bus reads as FIPS-197 writes a block."""
    return [tuple(bus[start : start + 8]) for start in reversed(range(0, len(bus), 8))]


def bus_of(state: Sequence[Sequence[_T]]) -> list[_T]:
    """The wires of a bus, least significant first, from its bytes."""
    return [wire for byte in reversed(state) for wire in byte]


def substitute(circuit: CircuitBuilder, byte: Byte, *, gate: str, name: str) -> Byte:
    """A byte through an S-box; its ports are named from the most significant bit on, as in a table."""
    return circuit.instance(gate, *reversed(byte), name=name)[::-1]


def sub_bytes(circuit: CircuitBuilder, state: State, *, gate: str = SBOX_GATE) -> State:
    """SubBytes: every byte through the S-box, or InvSubBytes through the inverse one."""
    with circuit.block("sub-bytes"):
        return [
            substitute(circuit, byte, gate=gate, name=f"byte{place}")
            for place, byte in enumerate(state)
        ]


def shift_rows(state: Sequence[_T], *, back: bool = False) -> list[_T]:
    """ShiftRows: row r moves by r columns, which is a matter of wires alone."""
    way = -1 if back else 1
    return [state[(place + way * 4 * (place % 4)) % 16] for place in range(16)]


def mix_columns(circuit: CircuitBuilder, state: State) -> State:
    """MixColumns: every column times a matrix over the field."""
    with circuit.block("mix-columns"):
        return [
            byte
            for place in range(4)
            for byte in _mixed(circuit, state[4 * place : 4 * place + 4], name=f"column{place}")
        ]


def unmix_columns(circuit: CircuitBuilder, state: State) -> State:
    """InvMixColumns: 4·(a + c) is added to bytes a and c, and likewise b and d; then as MixColumns.

    The matrix of the inverse is that of MixColumns times one of 5, 0, 4, 0 in every row, turned.
    """
    added: list[Byte] = []
    with circuit.block("prepare-columns"):
        for place in range(4):
            column = state[4 * place : 4 * place + 4]
            with circuit.block(f"column{place}"):
                more = [
                    _twice(circuit, _twice(circuit, add(circuit, column[i], column[i + 2])))
                    for i in (0, 1)
                ]
                added += [add(circuit, byte, more[row % 2]) for row, byte in enumerate(column)]
    return mix_columns(circuit, added)


def _mixed(circuit: CircuitBuilder, column: State, *, name: str) -> list[Byte]:
    """Byte i becomes 2·(aᵢ + aᵢ₊₁) + aᵢ₊₁ + (aᵢ₊₂ + aᵢ₊₃): the sums of neighbours are used twice."""
    with circuit.block(name):
        sums = [add(circuit, column[row], column[(row + 1) % 4]) for row in range(4)]
        doubled = [_twice(circuit, each) for each in sums]
        return [
            add(circuit, doubled[row], column[(row + 1) % 4], sums[(row + 2) % 4])
            for row in range(4)
        ]


def add(circuit: CircuitBuilder, *terms: Byte) -> Byte:
    """The sum of two or three bytes: in this field, the exclusive or of their bits."""
    kind = {2: "xor", 3: "xor3"}[len(terms)]
    return [circuit.gate(kind, *bits) for bits in zip(*terms, strict=True)]


def _twice(circuit: CircuitBuilder, byte: Byte) -> Byte:
    """The product of a byte and x: its bits move up, and the highest is taken modulo the polynomial."""
    top = byte[-1]
    moved = [top, *byte[:-1]]  # the polynomial has a coefficient at 0
    return [
        circuit.gate("xor", wire, top) if bit and MODULUS >> bit & 1 else wire
        for bit, wire in enumerate(moved)
    ]


def add_round_key(circuit: CircuitBuilder, state: State, key: State) -> State:
    """AddRoundKey: every bit with one of the round's key."""
    with circuit.block("add-round-key"):
        return [add(circuit, byte, other) for byte, other in zip(state, key, strict=True)]


def expand_key(circuit: CircuitBuilder, key: State, rounds: int) -> list[State]:
    """The keys of all rounds, the given one first (FIPS-197, section 5.2)."""
    keys = [key]
    with circuit.block("key-expansion"):
        for number in range(rounds):
            with circuit.block(f"key{number + 1}"):
                keys.append(_next_key(circuit, keys[-1], RCON[number]))
    return keys


def _next_key(circuit: CircuitBuilder, key: State, constant: int) -> State:
    """Four words, each the one before it plus the one four before; the first by way of the S-box."""
    turned = [*key[13:], key[12]]
    word: State = [
        substitute(circuit, byte, gate=SBOX_GATE, name=f"byte{place}")
        for place, byte in enumerate(turned)
    ]
    made: list[Byte] = []
    for start in range(0, 16, 4):
        word = [
            _add_constant(circuit, new, old, 0 if start or place else constant)
            for place, (new, old) in enumerate(zip(word, key[start : start + 4], strict=True))
        ]
        made += word
    return made


def _add_constant(circuit: CircuitBuilder, a: Byte, b: Byte, constant: int) -> Byte:
    """The sum of two bytes and a constant: an xnor where a bit of it is 1."""
    return [
        circuit.gate("xnor" if constant >> bit & 1 else "xor", *wires)
        for bit, wires in enumerate(zip(a, b, strict=True))
    ]
