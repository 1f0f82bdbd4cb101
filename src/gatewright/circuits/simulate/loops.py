"""The compiled loop of `kernel`: steps, instances, layers, units, and patterns innermost.

A unit is one loop over the patterns that reads its inputs' rows where they are, and keeps sum and clipping in
registers; two units of the same 2 or 3 inputs share one. Sums go first to last, then the bias, without fused
multiply-add. All is in one file, as Numba looks at no other one to see whether what it kept on disk is still
right; and functions of the module, as what is made inside another function is never found there again.

Only who uses the kernel imports this: Numba takes a second.

Example:
    >>> _within(1.5, (0.0, 1.0)), _within(0.25, (0.0, 1.0))
    (1.0, 0.25)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

# Signals `s` are one long array and places in it are unsigned: an array for every wire, or a place that
# may be counted from the end, would cost ten times as much as one pattern does. Ends of clipping are
# arguments: constants become a comparison and a blend where there is one instruction for the least of two.
at = np.uintp


def _compiled(function: Function) -> Function:
    """A function as Numba compiles it; as it is where there is no Numba, which only tools that read this want."""
    if find_spec("numba") is None:
        return function
    import numba

    return cast(Function, numba.njit(nogil=True, error_model="numpy")(function))


@_compiled
def _within(z: Any, ends: Any) -> Any:
    z = ends[0] if z < ends[0] else z
    return ends[1] if z > ends[1] else z


@_compiled
def _signal(s: Any, place: Any, band: Any) -> Any:
    # An input's signal, within the band of its layer: a loop without one would compile all of this twice.
    return _within(s[at(place)], band)


@_compiled
def _one(s: Any, x: Any, y: Any, w: Any, bias: Any, ends: Any, band: Any, count: Any) -> None:
    x0, a = x[0], w[0]
    for p in range(count):
        s[at(y + p)] = _within(_signal(s, x0 + p, band) * a + bias, ends)


@_compiled
def _two(s: Any, x: Any, y: Any, w: Any, bias: Any, ends: Any, band: Any, count: Any) -> None:
    (x0, x1), (a, b) = x[:2], w[:2]
    for p in range(count):
        z = _signal(s, x0 + p, band) * a + _signal(s, x1 + p, band) * b
        s[at(y + p)] = _within(z + bias, ends)


@_compiled
def _three(s: Any, x: Any, y: Any, w: Any, bias: Any, ends: Any, band: Any, count: Any) -> None:
    (x0, x1, x2), (a, b, c) = x[:3], w[:3]
    for p in range(count):
        z = _signal(s, x0 + p, band) * a + _signal(s, x1 + p, band) * b
        s[at(y + p)] = _within(z + _signal(s, x2 + p, band) * c + bias, ends)


@_compiled
def _four(s: Any, x: Any, y: Any, w: Any, bias: Any, ends: Any, band: Any, count: Any) -> None:
    (x0, x1, x2, x3), (a, b, c, d) = x, w
    for p in range(count):
        z = _signal(s, x0 + p, band) * a + _signal(s, x1 + p, band) * b
        z = z + _signal(s, x2 + p, band) * c + _signal(s, x3 + p, band) * d
        s[at(y + p)] = _within(z + bias, ends)


@_compiled
def _sums(s: Any, x: Any, y: Any, w: Any, band: Any, count: Any) -> None:
    # The first four products of more.
    (x0, x1, x2, x3), (a, b, c, d) = x, w
    for p in range(count):
        z = _signal(s, x0 + p, band) * a + _signal(s, x1 + p, band) * b
        s[at(y + p)] = z + _signal(s, x2 + p, band) * c + _signal(s, x3 + p, band) * d


@_compiled
def _add(s: Any, x: Any, y: Any, w: Any, band: Any, count: Any) -> None:
    for p in range(count):
        s[at(y + p)] += _signal(s, x + p, band) * w


@_compiled
def _end(s: Any, y: Any, bias: Any, ends: Any, count: Any) -> None:
    for p in range(count):
        s[at(y + p)] = _within(s[at(y + p)] + bias, ends)


@_compiled
def _pair_of_two(
    s: Any, x: Any, y: Any, w: Any, v: Any, biases: Any, ends: Any, band: Any, count: Any
) -> None:
    (x0, x1), (y0, y1), (a, b), (c, d), (e, f) = x[:2], y, w[:2], v[:2], biases
    for p in range(count):
        t, u = _signal(s, x0 + p, band), _signal(s, x1 + p, band)
        s[at(y0 + p)] = _within(t * a + u * b + e, ends)
        s[at(y1 + p)] = _within(t * c + u * d + f, ends)


@_compiled
def _pair_of_three(
    s: Any, x: Any, y: Any, w: Any, v: Any, biases: Any, ends: Any, band: Any, count: Any
) -> None:
    (x0, x1, x2), (y0, y1), (a, b, c), (d, e, f) = x[:3], y, w[:3], v[:3]
    for p in range(count):
        r, t, u = _signal(s, x0 + p, band), _signal(s, x1 + p, band), _signal(s, x2 + p, band)
        s[at(y0 + p)] = _within(r * a + t * b + u * c + biases[0], ends)
        s[at(y1 + p)] = _within(r * d + t * e + u * f + biases[1], ends)


@_compiled
def _dense(
    s: Any,
    width: Any,
    wires: Any,
    pin: Any,  # where the inputs' rows are said
    fan_in: Any,
    into: Any,  # the row of the first unit
    weights: Any,
    w0: Any,  # where this layer's are, input by input, then the biases
    units: Any,
    ends: Any,
    band: Any,
    count: Any,
) -> None:
    # Of fewer than four inputs the last one stands for those that are not there, and is not read.
    i1, i2, i3 = min(1, fan_in - 1), min(2, fan_in - 1), min(3, fan_in - 1)
    x0, x1 = wires[at(pin)] * width, wires[at(pin + i1)] * width
    x = (x0, x1, wires[at(pin + i2)] * width, wires[at(pin + i3)] * width)
    biases, unit = w0 + fan_in * units, 0
    while unit < units:
        y, u, bias = (into + unit) * width, w0 + unit, weights[at(biases + unit)]
        a, b = weights[at(u)], weights[at(u + i1 * units)]
        w = (a, b, weights[at(u + i2 * units)], weights[at(u + i3 * units)])
        if unit + 1 < units and (fan_in == 2 or fan_in == 3):
            both, rows, u = (bias, weights[at(biases + unit + 1)]), (y, y + width), u + 1
            v = (weights[at(u)], weights[at(u + units)], weights[at(u + i2 * units)])
            if fan_in == 2:
                _pair_of_two(s, x, rows, w, v, both, ends, band, count)
            else:
                _pair_of_three(s, x, rows, w, v, both, ends, band, count)
            unit += 2
            continue
        if fan_in == 1:
            _one(s, x, y, w, bias, ends, band, count)
        elif fan_in == 2:
            _two(s, x, y, w, bias, ends, band, count)
        elif fan_in == 3:
            _three(s, x, y, w, bias, ends, band, count)
        elif fan_in == 4:
            _four(s, x, y, w, bias, ends, band, count)
        else:
            _sums(s, x, y, w, band, count)
            for more in range(4, fan_in):
                place = wires[at(pin + more)] * width
                _add(s, place, y, weights[at(u + more * units)], band, count)
            _end(s, y, bias, ends, count)
        unit += 1


def _kernel(
    s: Any,
    width: int,
    steps: Any,
    shapes: Any,
    wires: Any,
    weights: Any,
    between: Any,  # where the rows of units in between are said: of even layers, and of odd ones
    count: int,
) -> None:
    ends = (weights[0], weights[1])
    for step in range(len(steps)):
        first, depth, offset, stride, instances, pins, outputs, wire, driven = steps[step]
        for instance in range(instances):
            w0, pin = offset + stride * instance, wire + pins * instance
            for layer in range(depth):
                restoring, fan_in, units = shapes[first + layer]
                into = wires[between + (layer % 2) * (len(wires) - between) // 2]
                if layer == depth - 1:
                    into = driven + outputs * instance
                band, w0 = (weights[at(w0)], weights[at(w0 + 1)]), w0 + 2
                if restoring:  # each unit reads the pin of its own
                    for unit in range(units):
                        y, x0 = (into + unit) * width, wires[at(pin + unit)] * width
                        w, bias = weights[at(w0 + unit)], weights[at(w0 + units + unit)]
                        _one(s, (x0, x0, x0, x0), y, (w, w, w, w), bias, ends, band, count)
                else:
                    _dense(
                        s,
                        width,
                        wires,
                        pin,
                        fan_in,
                        into,
                        weights,
                        w0,
                        units,
                        ends,
                        band,
                        count,
                    )
                w0 += (fan_in + 1) * units
                pin = between + (layer % 2) * (len(wires) - between) // 2


@lru_cache(maxsize=1)
def compiled() -> Callable[..., object]:
    """The kernel, compiled when it is first called on a data type, or read from disk."""
    import numba

    try:
        kept: Any = numba.njit(nogil=True, error_model="numpy", cache=True)(_kernel)
    except RuntimeError:  # there is no folder to keep it in: it is compiled in every process
        return cast(Callable[..., object], _compiled(_kernel))
    return cast(Callable[..., object], kept)
