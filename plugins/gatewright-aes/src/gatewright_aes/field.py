"""The field GF(2^8) of AES, and the S-box that is made of it (FIPS-197, sections 4 and 5.1.1).

A byte is a polynomial over GF(2), bit i the coefficient of x^i; products are taken modulo x⁸ + x⁴ + x³ + x + 1.

Example:
    >>> hex(times(0x57, 0x83)), hex(inverse(0x53))
    ('0xc1', '0xca')
    >>> hex(SBOX[0x53]), hex(INVERSE_SBOX[0xED])
    ('0xed', '0x53')
"""

from __future__ import annotations

from itertools import accumulate

MODULUS = 0x11B
"""x⁸ + x⁴ + x³ + x + 1."""

_CONSTANT = 0x63


def times(a: int, b: int) -> int:
    """The product of two bytes."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a > 0xFF:
            a ^= MODULUS
        b >>= 1
    return product


def inverse(a: int) -> int:
    """The byte whose product with ``a`` is 1; of 0, which has none, 0."""
    power, square = 1, a
    for _ in range(7):  # a^254 = a^(2 + 4 + … + 128), as a^255 is 1
        square = times(square, square)
        power = times(power, square)
    return power


def substituted(a: int) -> int:
    """The S-box: the inverse, each bit of it with four others, and a constant."""
    b = inverse(a)
    total = b ^ _CONSTANT
    for places in range(1, 5):  # turned to the left
        total ^= (b << places | b >> (8 - places)) & 0xFF
    return total


SBOX = tuple(map(substituted, range(256)))
"""What SubBytes puts in the place of each byte."""

INVERSE_SBOX = tuple(SBOX.index(byte) for byte in range(256))
"""What InvSubBytes puts in the place of each byte."""

RCON = tuple(accumulate(range(9), lambda power, _: times(power, 2), initial=1))
"""The constant of each round in the key expansion: the powers of x."""
