"""Logic learned on bits, for 1 to 16 inputs: size, processor time, weight tolerance, and whether it is proved.

python tests/benchmarks/width.py              # all
python tests/benchmarks/width.py sbox lt8     # some
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.certify.discipline import DEFAULT
from gatewright.certify.proof import Rows
from gatewright.certify.prover import proved
from gatewright.certify.widest import weight_tolerance
from gatewright.gates.datasheet import rows_of
from gatewright.gates.training.on_bits.learn import NotOnBits, learn_on_bits
from gatewright.logic.bits import table_rows
from gatewright.plugins.builtin.gates import gatewright_gates

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


TABLES: dict[str, tuple[int, Table]] = {"sbox": (8, lambda x: bits_of(sbox()[number(x)], 8))}
for _k in (8, 12, 16):
    TABLES |= {
        f"and{_k}": (_k, lambda x: x.all(1)),
        f"or{_k}": (_k, lambda x: x.any(1)),
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


def learned(name: str, rows: Rows) -> float:
    """Learn and show one table; the seconds it took."""
    start = time.process_time()
    made = learn_on_bits(rows, DEFAULT)
    seconds = time.process_time() - start
    if isinstance(made, NotOnBits):
        print(f"{name:14} not learned, with {made.tried} hidden units, {seconds:.2f} s")
        return seconds
    holds = proved(made.architecture, made.theta[None], rows, [DEFAULT]).all()
    tolerance = weight_tolerance(made.architecture, made.theta, rows, DEFAULT)
    sizes = "-".join(map(str, made.architecture.sizes))
    print(
        f"{name:14} {sizes:12} {made.architecture.parameters:5} parameters {seconds:7.3f} s "
        f"{tolerance:7.2%} {made.weight_bits:3} bits {'proved' if holds else 'NOT PROVED'}",
        flush=True,
    )
    return seconds


def table(inputs: int, values: npt.NDArray[Any]) -> Rows:
    """The rows of outputs (rows,) or (rows, outputs)."""
    y = np.asarray(values, dtype=np.float64).reshape(1 << inputs, -1)
    return Rows(table_rows(inputs).astype(np.float64), y, np.ones_like(y))


def main(names: list[str]) -> None:
    """Learn the tables named; all, and random ones, where none is."""
    if not names:
        for spec in gatewright_gates():
            learned(spec.name, rows_of(spec))
        for inputs, count in ((5, 100), (6, 100), (7, 50), (8, 50)):
            seconds = []
            for seed in range(count):
                values = np.random.default_rng(1000 * inputs + seed).integers(0, 2, 1 << inputs)
                seconds.append(learned(f"random{inputs}-{seed}", table(inputs, values)))
            print(f"random, {inputs} inputs: median {median(seconds):.3f} s")
    for name in names or list(TABLES):
        width, function = TABLES[name]
        learned(name, table(width, function(table_rows(width).astype(np.int64))))


if __name__ == "__main__":
    main(sys.argv[1:])
