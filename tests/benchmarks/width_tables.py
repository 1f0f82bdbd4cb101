"""Truth tables of 4 to 16 inputs that people use: the named wide families, and S-boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Table = Callable[..., Any]


def number(bits: Whole) -> Whole:
    """The number of bits, the first the highest."""
    return np.asarray(bits @ (1 << np.arange(bits.shape[1])[::-1]))


def bits_of(values: Whole, width: int) -> Whole:
    """The bits of numbers, the highest first."""
    return np.asarray(values[:, None] >> np.arange(width)[::-1] & 1)


def sbox() -> Whole:
    """The S-box of AES (FIPS 197): the inverse in GF(2^8), and an affine map of its bits."""
    table, p, q = np.zeros(256, np.int64), 1, 1
    table[0] = 0x63
    while True:
        p = (p ^ p << 1 ^ (0x11B if p & 0x80 else 0)) & 0xFF
        for shift in (1, 2, 4):
            q = (q ^ q << shift) & 0xFF
        q ^= 0x09 if q & 0x80 else 0
        turned = [q << shift | q >> (8 - shift) for shift in (1, 2, 3, 4)]
        table[p] = (q ^ turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ 0x63) & 0xFF
        if p == 1:
            return table


def priority(x: Whole) -> Whole:
    """The number of the first input that is 1, and whether one is."""
    width = (x.shape[1] - 1).bit_length()
    first = bits_of(np.where(x.any(1), x.argmax(1), 0), width)
    return np.concatenate([first, x.max(1, keepdims=True)], axis=1)


def halves(x: Whole) -> tuple[Whole, Whole]:
    """Two numbers of half the inputs each; one input more is left out."""
    half = x.shape[1] // 2
    return number(x[:, :half]), number(x[:, half : 2 * half])


PRESENT = "C56B90AD3EF84712"
"""Bogdanov et al., "PRESENT: an ultra-lightweight block cipher", 2007, section 3."""

DES = (
    "E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D",
    "F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9",
    "A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C",
    "7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E",
    "2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453",
    "C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D",
    "4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C",
    "D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B",
)
"""FIPS 46-3, appendix 1: four rows of sixteen; the outer bits choose the row."""

SEGMENTS = (
    0x3F,
    0x06,
    0x5B,
    0x4F,
    0x66,
    0x6D,
    0x7D,
    0x07,
    0x7F,
    0x6F,
    0x77,
    0x7C,
    0x39,
    0x5E,
    0x79,
    0x71,
)
"""A hexadecimal digit on seven segments, g the highest bit."""


def des(box: int, x: Whole) -> Whole:
    """An S-box of DES."""
    values = np.array([int(digit, 16) for digit in DES[box]])
    return bits_of(values[16 * number(x[:, [0, 5]]) + number(x[:, 1:5])], 4)


TABLES: dict[str, tuple[int, Table]] = {}
for _k in (8, 12, 16):
    TABLES |= {
        f"and{_k}": (_k, lambda x: x.all(1)),
        f"or{_k}": (_k, lambda x: x.any(1)),
        f"nand{_k}": (_k, lambda x: ~x.all(1)),
        f"nor{_k}": (_k, lambda x: ~x.any(1)),
        f"parity{_k}": (_k, lambda x: x.sum(1) & 1),
        f"majority{_k}": (_k, lambda x: 2 * x.sum(1) > x.shape[1]),
        f"three-of-{_k}": (_k, lambda x: x.sum(1) >= 3),
        f"one-hot{_k}": (_k, lambda x: x.sum(1) == 1),
    }
for _k in (4, 8, 16):
    TABLES[f"priority{_k}"] = (_k, priority)
for _k in (2, 4, 6, 8):
    TABLES |= {
        f"lt{_k}": (2 * _k, lambda x: halves(x)[0] < halves(x)[1]),
        f"eq{_k}": (2 * _k, lambda x: halves(x)[0] == halves(x)[1]),
        f"compare{_k}": (2 * _k, lambda x: np.sign(np.subtract(*halves(x)))[:, None] == [-1, 0, 1]),
    }
for _k in (2, 3, 4):
    TABLES |= {
        f"add{_k}": (2 * _k + 1, lambda x, k=_k: bits_of(sum(halves(x)) + x[:, -1], k + 1)),
        f"multiply{_k}": (2 * _k, lambda x, k=_k: bits_of(np.multiply(*halves(x)), 2 * k)),
    }
TABLES |= {
    "mux4": (6, lambda x: x[np.arange(len(x)), 2 + number(x[:, :2])]),
    "mux8": (11, lambda x: x[np.arange(len(x)), 3 + number(x[:, :3])]),
    "decoder4": (4, lambda x: np.eye(16)[number(x)]),
    "ones-of-15": (15, lambda x: bits_of(x.sum(1), 4)),
}
SBOXES: dict[str, tuple[int, Table]] = {
    "seven-segment": (4, lambda x: bits_of(np.array(SEGMENTS)[number(x)], 7)),
    "present": (4, lambda x: bits_of(np.array([int(d, 16) for d in PRESENT])[number(x)], 4)),
    **{f"des{box + 1}": (6, lambda x, box=box: des(box, x)) for box in range(8)},
    "aes": (8, lambda x: bits_of(sbox()[number(x)], 8)),
}
