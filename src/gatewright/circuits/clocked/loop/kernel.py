"""The loop over cycles, compiled: every gate, every register, every wire compared, by Numba.

A cycle computes groups of 8 or 16 gates of one shape: signals are gathered into vectors, and written out
as one. When 64 cycles are done, the bits of every wire stand in one word, and the gates' truth tables are applied
to words: exact gates cost a 64th of what they would cycle by cycle. Why that is as good as running both side by
side, `gatewright.circuits.clocked.loop.common` says.

Numba keeps what it has compiled, and looks at this file and at *version* to see whether it is still right. Only
who runs the loop calls `compiled`: Numba takes a second.

Example:
    >>> DONE, STOPPED, WRONG, READ == len(VARIANTS)
    (0, 1, 2, True)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np

from gatewright.circuits.clocked.loop import vectors
from gatewright.circuits.clocked.loop.vectors import BLOCK, VARIANTS, widest

READ = len(VARIANTS)
"""The kind of what is not a group of gates: a port of a memory is read."""

DONE, STOPPED, WRONG = 0, 1, 2
"""How a call ends: all cycles were run, outputs were as wanted, a wire had another bit or was not a number."""

# What `compiled` puts in their place, before Numba looks at them.
_copy: Any = None
_judge: Any = None
_words: Any = None
_group: Any = None
_disturb: Any = None


def _bit(bits: Any, place: Any, t: Any) -> Any:
    lanes = 8 * bits.itemsize
    return (np.int64(bits[t // 8, place // lanes, t % 8]) >> (place % lanes)) & 1


def _read(s: Any, port: Any, places: Any, kept: Any, lanes: Any) -> None:
    # Of a port: where words begin, how many, bytes and bits of each, the first address, where data and pins are.
    start, count, size, width, first, into, wires, bits = port
    address = 0
    for i in range(bits):
        if s[places[wires + i]] > np.float32(0.5):
            address |= 1 << i
    address -= first
    there = 0 <= address < count
    for i in range(width, (width + lanes - 1) // lanes * lanes):
        s[into + i] = 0.0
    for i in range(width):
        byte = kept[start + address * size + i // 8] if there else np.uint8(0)
        s[into + i] = np.float32((byte >> np.uint8(i % 8)) & np.uint8(1))


def _write(bits: Any, t: Any, port: Any, places: Any, kept: Any) -> None:
    # As of a port to read, with places of the address, the data, and the enables one behind the other.
    start, count, size, width, first, _, wires, wide = port
    enabled = False
    for i in range(width):
        enabled |= _bit(bits, places[wires + wide + width + i], t) != 0
    if not enabled:
        return
    address = -first
    for i in range(wide):
        address += np.int64(_bit(bits, places[wires + i], t)) << i
    if not 0 <= address < count:
        return
    for i in range(width):
        if _bit(bits, places[wires + wide + width + i], t):
            at, one = start + address * size + i // 8, np.uint8(1) << np.uint8(i % 8)
            kept[at] &= ~one
            if _bit(bits, places[wires + wide + i], t):
                kept[at] |= one


def _exact(
    words: Any, pins: Any, at: Any, wires: Any, places: Any, truth: Any, between: Any
) -> Any:
    """What a gate's truth table gives on words of its inputs."""
    size = 1 << pins
    for k in range(size):
        between[k] = truth[at + k]
    for pin in range(pins):
        x, size = words[places[wires + pin]], size >> 1
        for k in range(size):
            low = between[2 * k]
            between[k] = low ^ (x & (low ^ between[2 * k + 1]))
    return between[0]


def _made(version: str, lanes: int) -> Callable[..., tuple[int, int]]:
    """The loop, before it is compiled; Numba keeps it under the version of what it uses from elsewhere."""
    line = 4 * lanes  # bytes of a vector

    def run(
        given: Any,  # the inputs' bits (cycles, inputs)
        s: Any,  # signals: inputs, registers, then groups
        held: Any,  # what drives registers' outputs
        before: Any,  # bits that registers took last
        keys: Any,  # of all signals, for their noise
        cycles: Any,  # two keys of every cycle
        scale: Any,  # twice the noise
        kept: Any,  # bytes of memories
        off: Any,  # how far the farthest signal was off, by lane, as integers
        seen: Any,  # words of all outputs' bits, block by block
        bits: Any,  # of all signals, a vector's in a number, of the cycles of a block: (8, vectors, 8)
        words: Any,  # of all signals
        between: Any,
        groups: Any,  # kind; where wires (or the port), weights and outputs are, in bytes; vectors of outputs
        wires: Any,
        weights: Any,
        at: Any,  # places: of registers, of groups, of buffers
        outputs: Any,  # places
        narrow: Any,  # of gates of at most 3 inputs: places of the output and of the inputs, where the table is
        checks: Any,  # of others: inputs, place of the output, where the table and the places of inputs are
        places: Any,
        truth: Any,
        reads: Any,
        writes: Any,
        ports: Any,  # places of their pins
        until: Any,  # places and bits wanted there
    ) -> tuple[int, int]:
        noisy, one = scale[0] != 0 and version != "", np.uint64(1)
        signals, all_bits = np.int64(s.ctypes.data), np.int64(bits.ctypes.data)
        all_words = np.int64(words.ctypes.data)
        farthest, taken_at = np.int64(off.ctypes.data), np.int64(held.ctypes.data)
        pins, numbers = np.int64(wires.ctypes.data), np.int64(weights.ctypes.data)
        buffers = len(groups) - len(held) // lanes
        # What is added to a signal's address is that of its key.
        draws, by = np.int64(keys.ctypes.data) - signals, np.int64(scale.ctypes.data)
        count, inputs = given.shape
        lines, registers = len(s) // lanes, len(held)
        done, stopped = 0, False
        while done < count and not stopped:
            many = min(BLOCK, count - done)
            for t in range(many):
                for i in range(inputs):
                    s[i] = given[done + t, i]
                for i in range(inputs, at[0]):
                    s[i] = 0.0
                for p in range(registers // lanes):
                    _copy(taken_at + p * line, signals + 4 * at[0] + p * line)
                if noisy:
                    for p in range(at[1] // lanes):
                        y = signals + p * line
                        _disturb(y, y + draws, cycles[done + t, 0], cycles[done + t, 1], by)
                for g in range(len(groups)):
                    kind, y = groups[g, 0], signals + groups[g, 3]
                    if kind == READ:
                        _read(s, reads[groups[g, 1]], ports, kept, lanes)
                    else:
                        _group(kind, signals, pins + groups[g, 1], numbers + groups[g, 2], y)
                    if g >= buffers:
                        _copy(y, taken_at + (g - buffers) * line)
                    if noisy:
                        for _ in range(groups[g, 4]):
                            _disturb(y, y + draws, cycles[done + t, 0], cycles[done + t, 1], by)
                            y += line
                into = all_bits + (t // 8 * lines * 8 + t % 8) * (lanes // 8)
                for p in range(lines):
                    # In turn, as each has to wait for what the one before it has written.
                    _judge(signals + p * line, into + p * lanes, farthest + p % 4 * line)
                for port in range(len(writes)):
                    _write(bits, t, writes[port], ports, kept)
                if len(until):
                    stopped = True
                    for i in range(len(until)):
                        stopped &= _bit(bits, until[i, 0], t) == until[i, 1]
                    if stopped:
                        many = t + 1
                        break
            for p in range(lines):
                _words(all_bits + p * lanes, lines * lanes, all_words + p * 8 * lanes)
            wrong = np.uint64(0)
            for check in range(len(narrow)):
                # A table's rows by twos: a row, and its difference from the next.
                k = narrow[check, 4]
                x, y = words[narrow[check, 1]], words[narrow[check, 2]]
                found = truth[k] ^ (x & truth[k + 1])
                found ^= y & (found ^ truth[k + 2] ^ (x & truth[k + 3]))
                other = truth[k + 4] ^ (x & truth[k + 5])
                other ^= y & (other ^ truth[k + 6] ^ (x & truth[k + 7]))
                found ^= words[narrow[check, 3]] & (found ^ other)
                wrong |= found ^ words[narrow[check, 0]]
            for check in range(len(checks)):
                c = checks[check, 0], checks[check, 1], checks[check, 2], checks[check, 3]
                found = _exact(words, c[0], c[2], c[3], places, truth, between)
                wrong |= found ^ words[c[1]]
            for i in range(registers):
                took = words[at[2] + i]
                wrong |= words[at[0] + i] ^ ((took << one) | before[i])
                before[i] = (took >> np.uint64(many - 1)) & one
            for i in range(inputs if noisy else 0):
                word = np.uint64(0)
                for t in range(many):
                    word |= np.uint64(given[done + t, i]) << np.uint64(t)
                wrong |= words[i] ^ word
            if many < BLOCK:
                wrong &= (one << np.uint64(many)) - one
            for i in range(len(outputs)):
                seen[done // BLOCK, i] = words[outputs[i]]
            finite = True
            for lane in range(len(off)):
                finite &= off[lane] <= 0x7F800000
            if wrong or not finite:
                first = 0
                while wrong and not (wrong >> np.uint64(first)) & one:
                    first += 1
                return done + (first if wrong and finite else 0), WRONG
            done += many
        return done, STOPPED if stopped else DONE

    return run


@lru_cache(maxsize=1)
def compiled() -> Callable[..., tuple[int, int]]:
    """The loop, compiled when it is first called, or read from disk."""
    import numba

    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    inside = {name: numba.njit(**options)(globals()[name]) for name in _INSIDE}
    globals().update(inside | vectors.intrinsics())
    run = _made(sha256(Path(vectors.__file__).read_bytes()).hexdigest(), widest())
    try:
        kept: Any = numba.njit(cache=True, **options)(run)
    except RuntimeError:  # there is no folder to keep it in: it is compiled in every process
        kept = numba.njit(**options)(run)
    return cast(Callable[..., tuple[int, int]], kept)


_INSIDE = ("_bit", "_read", "_write", "_exact")
