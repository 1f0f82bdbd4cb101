"""Restoring layers done once a net: one clip of its signal, in place of a layer at every pin that reads it.

A restoring unit is min(1, max(0, w·x + b)). With -b/w and (1 - b)/w, the lower one called l and the other h, it
is w·clip(x, l, h) + b, and that is linear in the clip, so w and b go into the weights of the logic behind. What
is left belongs to the net, not to the gate: its signal clipped to *l* and *h*, its band. Gates as they are
trained share one band, those too that invert some of their inputs, where w is negative.

It is done only where it is exact in the data type: *l* and *h* are numbers of it, and all sums of the logic's
first layer that bits can give are too, in whatever order. Behind a signal within its margin the networks then
compute what they would have, bit for bit. Other gates, and instances with weights of their own, keep the layer.

Example:
    >>> from gatewright.circuits.simulate.layers import layers
    >>> from gatewright.learn.network import Architecture
    >>> gate = Architecture((1, 1, 1), ("clipped",) * 2, restoring=True)
    >>> network = layers(gate, np.array([[1024.0, -512.0, 8.0, -4.0]]), np.dtype(np.float32))
    >>> band, (logic,) = folded(network)
    >>> band, logic.weights.ravel().tolist(), logic.biases.ravel().tolist()
    ((0.498046875, 0.501953125), [512.0], [-255.5])
    >>> clipped = np.clip(np.array([0.1, 0.9], dtype=np.float32), *band)
    >>> (512.0 * clipped - 255.5).tolist()  # 2·bit - ½, as the logic of bits has it
    [-0.5, 1.5]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.circuits.program import Program, Step
from gatewright.circuits.simulate.layers import Layer
from gatewright.learn.activations import CLIPPED
from gatewright.records import dataclass

Band: TypeAlias = tuple[float, float]
"""Between what a net's signal is clipped, for the gates that read it so."""


@np.errstate(over="ignore")  # what passes the greatest number of a data type is not a number of it
def folded(network: Sequence[Layer]) -> tuple[Band, tuple[Layer, ...]] | None:
    """The band of all pins, and the layers left; none where the first layer stays.

    Args:
        network: the layers of a step.
    """
    if len(network) < 2 or not network[0].restoring or network[0].activation != CLIPPED.name:
        return None
    first, second = network[0], network[1]
    if first.biases.shape[1] > 1:
        return None  # a network for each instance
    dtype = first.weights.dtype
    w, b = (part.ravel().astype(np.float64) for part in (first.weights, first.biases))
    weights = second.weights[:, :, 0, 0].astype(np.float64)
    biases = second.biases[:, 0, 0].astype(np.float64)
    # Finite numbers of 24 bits, so that float64 has their products exactly.
    for part in (w, b, 1 - b, weights, biases):
        if not (np.isfinite(part) & (part == part.astype(np.float32))).all():
            return None
    if np.frexp(abs(w[0]))[0] != 0.5 or (abs(w) != abs(w[0])).any():
        return None  # w·clip(x, l, h) would be rounded
    ends = np.sort([-b / w, (1 - b) / w], axis=0)  # a unit that inverts its input reaches 1 at l
    low, high = ends
    if (low != low[0]).any() or (high != high[0]).any():
        return None  # pins have bands of their own
    of_zero, of_one = weights * b[:, None], weights * (1 - b)[:, None]
    if not (
        _holds(low, dtype) and _holds(high, dtype) and _sums_exactly(of_zero, of_one, biases, dtype)
    ):
        return None
    scaled = (weights * w[:, None])[..., None, None].astype(dtype)
    moved = (biases + of_zero.sum(0))[:, None, None].astype(dtype)
    return (
        (float(low[0]), float(high[0])),
        (replace(second, weights=scaled, biases=moved), *network[2:]),
    )


def _holds(values: Floats, dtype: np.dtype[np.floating]) -> bool:
    return bool((values.astype(dtype) == values).all())


def _sums_exactly(
    of_zero: Floats, of_one: Floats, biases: Floats, dtype: np.dtype[np.floating]
) -> bool:
    """Whether all sums of these terms, one of each row's two and a moved bias, are numbers of a data type."""
    largest = np.maximum(abs(of_zero), abs(of_one)).sum(0) + abs(biases) + abs(of_zero).sum(0)
    grid = np.frexp(largest)[1] - np.finfo(dtype).nmant
    terms = (np.ldexp(part, -grid) for part in (of_zero, of_one, biases))
    return all(bool((term == np.rint(term)).all()) for term in terms)


@dataclass(frozen=True, slots=True)
class Clip:
    """Rows of signals that are other rows within a band: ``rows[into:into + count]`` of ``rows[first:…]``."""

    first: int
    count: int
    into: int
    band: Band


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A step as engines run it.

    Attributes:
        step: with rows of signals in place of nets as inputs.
        network: its layers.
        clips: what is done when it has run, for the steps behind it.
    """

    step: Step
    network: tuple[Layer, ...]
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A program with its restoring layers done once a net.

    Attributes:
        rows: of signals: the nets, then nets within a band.
        clips: what is done to the primary inputs first.
        works: in the order they run.
    """

    rows: int
    clips: tuple[Clip, ...]
    works: tuple[Work, ...]


def plan(program: Program, networks: Sequence[tuple[Layer, ...]]) -> Plan:
    """Where every band of every net is kept, and who reads it.

    Args:
        program: the circuit.
        networks: the layers of every step; equal ones are the same object.
    """
    known = {id(each): folded(each) for each in {id(each): each for each in networks}.values()}
    found = [known[id(network)] for network in networks]
    # Nets are driven in blocks: the primary inputs, then those of each step.
    starts = np.array([0, *(int(step.outputs[0, 0]) for step in program.steps)])
    sizes = np.diff(np.append(starts, len(program.nets)))
    block = np.repeat(np.arange(len(starts)), sizes)
    read: dict[Band, Indices] = {}
    for step, each in zip(program.steps, found, strict=True):
        if each is not None:
            read.setdefault(each[0], np.zeros(len(starts), dtype=np.intp))[block[step.inputs]] = 1
    rows = len(program.nets)
    clips: list[list[Clip]] = [[] for _ in starts]
    places: dict[Band, Indices] = {}
    for band, needed in read.items():
        needed *= sizes
        firsts = rows + np.cumsum(needed) - needed
        rows += int(needed.sum())
        places[band] = np.repeat(firsts - starts, sizes)  # what to add to a net's number
        for number in np.flatnonzero(needed).tolist():
            start, into = int(starts[number]), int(firsts[number])
            clips[number].append(Clip(start, int(sizes[number]), into, band))
    works = []
    for number, (step, network, each) in enumerate(
        zip(program.steps, networks, found, strict=True)
    ):
        if each is not None:
            moved = step.inputs + places[each[0]][step.inputs]
            step, network = replace(step, inputs=moved), each[1]
        works.append(Work(step, network, tuple(clips[number + 1])))
    return Plan(rows, tuple(clips[0]), tuple(works))
