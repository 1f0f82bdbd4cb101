"""Noise that does not depend on who draws it: a number for every wire, cycle and lane, hashed from a seed.

So the compiled loop and NumPy add the same noise, in whatever order they run gates. A draw is
``mix(mix(wire ^ first) + second)`` of a key of the wire and two of the cycle and lane, 32 bits each; *mix* is
lowbias32 of C. Wellons ("Prospecting for hash functions", 2018). Its upper 23 bits are the draw.

Example:
    >>> wires = keys(seed=1, stream=0, first=0, count=3)
    >>> cycles = np.stack([keys(seed=1, stream=each, first=5, count=1) for each in (1, 2)], axis=1)
    >>> noise = draws(wires[:, None], cycles)
    >>> noise.shape, bool((abs(noise) <= 0.5).all()), len(set(noise.ravel().tolist()))
    ((3, 1), True, 3)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint32]


def keys(*, seed: int, stream: int, first: int, count: int) -> Keys:
    """Keys of numbers from ``first`` on, shape (count,): upper halves of SplitMix64 (Steele and others, 2014)."""
    start = int(np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64)[0])
    with np.errstate(over="ignore"):
        x = np.uint64(start) + np.arange(first, first + count).astype(np.uint64) * np.uint64(
            0x9E3779B97F4A7C15
        )
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (x >> np.uint64(32)).astype(np.uint32)


def draws(wires: Keys, cycles: Keys) -> npt.NDArray[np.float32]:
    """Numbers of the uniform distribution over [-½, ½), float32.

    Args:
        wires: keys, shape (wires, 1).
        cycles: two keys for each lane, shape (lanes, 2).

    Returns:
        shape (wires, lanes).
    """
    mixed = _mixed(_mixed(wires ^ cycles[:, 0]) + cycles[:, 1])
    bits = (mixed >> np.uint32(9)) | np.uint32(0x3F800000)
    return np.asarray(bits.view(np.float32) - np.float32(1.5))


def _mixed(x: Any) -> Any:
    for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = (x ^ (x >> np.uint32(by))) * np.uint32(factor)
    return x ^ (x >> np.uint32(16))
