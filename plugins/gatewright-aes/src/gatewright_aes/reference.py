"""What AES computes, in integers: the equations of FIPS-197, on a number for each pattern.

Nothing is shared with the circuits but the table of the S-box and the constants of the rounds: columns are
multiplied by the matrices as the standard has them, and the key is expanded word by word.

Example:
    >>> key = 0x000102030405060708090A0B0C0D0E0F
    >>> block = 0x00112233445566778899AABBCCDDEEFF
    >>> f"{encrypted({'plaintext': block, 'key': key}, rounds=10)['ciphertext']:x}"
    '69c4e0d86a7b0430d8cdb78070b4c55a'
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from gatewright import whole_numbers
from gatewright.circuits.circuit import Buses
from gatewright_aes.cipher import INVERSE
from gatewright_aes.field import INVERSE_SBOX, RCON, SBOX, times

_BOXES = whole_numbers(SBOX), whole_numbers(INVERSE_SBOX)
_MATRIX, _INVERSE_MATRIX = (2, 3, 1, 1), (14, 11, 13, 9)
_TIMES = {
    factor: whole_numbers([times(byte, factor) for byte in range(256)])
    for factor in (*_MATRIX, *_INVERSE_MATRIX)
}


def encrypted(buses: Buses, *, rounds: int) -> Buses:
    """The ciphertext."""
    keys = _keys(_bytes(buses["key"]), rounds)
    state = _sum(_bytes(buses["plaintext"]), keys[0])
    for number in range(1, rounds):
        state = _sum(_mixed(_shifted(_substituted(state)), _MATRIX), keys[number])
    state = _sum(_shifted(_substituted(state)), keys[rounds])
    return {"ciphertext": _number(state)}


def decrypted(buses: Buses, *, rounds: int) -> Buses:
    """The plaintext."""
    keys = _keys(_bytes(buses["key"]), rounds)
    state = _sum(_bytes(buses["ciphertext"]), keys[rounds])
    for number in range(rounds - 1, 0, -1):
        state = _sum(_substituted(_shifted(state, back=True), back=True), keys[number])
        state = _mixed(state, _INVERSE_MATRIX)
    state = _sum(_substituted(_shifted(state, back=True), back=True), keys[0])
    return {"plaintext": _number(state)}


def substitution(buses: Buses, *, direction: str) -> Buses:
    """SubBytes."""
    return {"y": _number(_substituted(_bytes(buses["a"]), back=direction == INVERSE))}


def rows(buses: Buses, *, direction: str) -> Buses:
    """ShiftRows."""
    return {"y": _number(_shifted(_bytes(buses["a"]), back=direction == INVERSE))}


def columns(buses: Buses, *, direction: str) -> Buses:
    """MixColumns."""
    matrix = _INVERSE_MATRIX if direction == INVERSE else _MATRIX
    return {"y": _number(_mixed(_bytes(buses["a"]), matrix))}


def round_key(buses: Buses) -> Buses:
    """AddRoundKey."""
    return {"y": buses["a"] ^ buses["key"]}


def expansion(buses: Buses, *, rounds: int) -> Buses:
    """The key of every round."""
    keys = _keys(_bytes(buses["key"]), rounds)
    return {f"key{number}": _number(key) for number, key in enumerate(keys) if number}


def _bytes(block: Any) -> list[Any]:
    return [block >> 8 * (15 - place) & 0xFF for place in range(16)]


def _number(state: Sequence[Any]) -> Any:
    total = state[0]
    for byte in state[1:]:
        total = total << 8 | byte
    return total


def _sum(state: Sequence[Any], key: Sequence[Any]) -> list[Any]:
    return [byte ^ other for byte, other in zip(state, key, strict=True)]


def _substituted(state: Sequence[Any], *, back: bool = False) -> list[Any]:
    return [_BOXES[back][byte] for byte in state]


def _shifted(state: Sequence[Any], *, back: bool = False) -> list[Any]:
    """Byte of row r and column c from column c + r, or c − r back."""
    way = -1 if back else 1
    return [state[row + 4 * ((c + way * row) % 4)] for c in range(4) for row in range(4)]


def _mixed(state: Sequence[Any], matrix: Sequence[int]) -> list[Any]:
    """Every column times a matrix, whose rows are one row turned."""
    made = []
    for start in range(0, 16, 4):
        for row in range(4):
            total = _TIMES[matrix[-row]][state[start]]
            for place in range(1, 4):
                total = total ^ _TIMES[matrix[place - row]][state[start + place]]
            made.append(total)
    return made


def _keys(key: list[Any], rounds: int) -> list[list[Any]]:
    """The words of all keys, a list of four bytes each, joined by fours."""
    words = [key[start : start + 4] for start in range(0, 16, 4)]
    for number in range(4, 4 * (rounds + 1)):
        before = words[-1]
        if number % 4 == 0:
            before = _substituted([*before[1:], before[0]])
            before[0] = before[0] ^ RCON[number // 4 - 1]
        words.append(_sum(words[-4], before))
    return [list(chain(*words[start : start + 4])) for start in range(0, len(words), 4)]
