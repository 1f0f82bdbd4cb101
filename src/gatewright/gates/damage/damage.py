"""One weight that is not what it was: zeroed, of the other sign, scaled, or with a bit of what is stored flipped.

Weights lie on a grid, so what is stored of each is a whole number of 8 bits, or of as many more as its layer
takes, in two's complement; a layer has one power of two for all. A bit that flips changes that number.

Example:
    >>> from gatewright.api.gates import train
    >>> xor = train("xor")
    >>> some = damages(xor)
    >>> str(some[0]), {each.how for each in some} == set(HOWS)
    ('a1[1] from a zeroed', True)
    >>> str(damage_named(xor, "y from a2[1] bit 3 flipped"))
    'y from a2[1] bit 3 flipped'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify import grid
from gatewright.checks import check_text
from gatewright.errors import UsageError
from gatewright.gates.datasheet import FULL_BITS, weight_bits
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture
from gatewright.logic.truth_table import TruthTable
from gatewright.records import dataclass
from gatewright.text import did_you_mean

BIAS = "bias"
HOWS = ("zeroed", "sign turned", "halved", "doubled", "flipped")
STORED_BITS = 8
"""Bits that a weight is stored in, where its layer does not take more."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What happened to one weight or bias.

    Attributes:
        weight: its name: a unit, ``from``, and what the unit reads there, or ``bias``.
        how: one of `HOWS`.
        bit: that is flipped, 0 for the least significant; -1 where none is.
        index: of the parameter.
        before: its value.
        after: likewise.
    """

    weight: str
    how: str
    bit: int
    index: int
    before: float
    after: float

    def __str__(self) -> str:
        """As people write it."""
        bit = f"bit {self.bit} " if self.bit >= 0 else ""
        return f"{self.weight} {bit}{self.how}"


def signals(table: TruthTable, sizes: Sequence[int], depth: int) -> list[str]:
    """The signals after a layer; 0 for the inputs. The last ones are the outputs."""
    if depth == 0:
        return list(table.inputs)
    if depth == len(sizes) - 1:
        return list(table.outputs)
    return [f"a{depth}[{unit + 1}]" for unit in range(sizes[depth])]


def weight_names(spec: GateSpec, architecture: Architecture) -> list[str]:
    """The name of every parameter, in their order."""
    names: list[str] = []
    for depth, (weights, biases) in enumerate(architecture.slices(), 1):
        units = signals(spec.table, architecture.sizes, depth)
        sources = signals(spec.table, architecture.sizes, depth - 1)
        if weights.stop - weights.start == len(units) * len(sources):
            names += [f"{unit} from {source}" for source in sources for unit in units]
        else:  # each unit restores one input
            names += [f"{unit} from {source}" for unit, source in zip(units, sources, strict=True)]
        names += [f"{unit} from {BIAS}" for unit in units][: biases.stop - biases.start]
    return names


def damages(gate: TrainedGate) -> list[Damage]:
    """Every damage to one weight that changes it; bits only where weights lie on a grid."""
    names = weight_names(gate.spec, gate.architecture)
    found = []
    for index, (name, value) in enumerate(zip(names, gate.theta.tolist(), strict=True)):
        changes = zip(HOWS, (0.0, -value, value / 2, value * 2), strict=False)
        found += [Damage(name, how, -1, index, value, after) for how, after in changes if value]
    if weight_bits(gate.architecture, gate.theta) < FULL_BITS:
        found += _flips(gate, names)
    return found


def _flips(gate: TrainedGate, names: list[str]) -> Iterator[Damage]:
    """Every bit of every weight as it is stored."""
    layers = grid.integers(gate.architecture, gate.theta)
    for (weights, biases), layer in zip(gate.architecture.slices(), layers, strict=True):
        entries = [*layer.weights.ravel().tolist(), *layer.biases.tolist()]
        width = max(STORED_BITS, max(int(each).bit_length() for each in map(abs, entries)) + 1)
        for index, number in enumerate(entries, weights.start):
            for bit in range(width):
                turned = (number % (1 << width)) ^ (1 << bit)
                signed = turned - (1 << width) if turned >> (width - 1) else turned
                after = float(np.ldexp(float(signed), layer.exponent))
                before = float(gate.theta[index])
                yield Damage(names[index], HOWS[-1], bit, index, before, after)
        assert index + 1 == biases.stop  # noqa: S101 - every parameter is stored


def damage_named(gate: TrainedGate, text: str) -> Damage:
    """The damage that is written like this.

    Args:
        gate: that is to be damaged.
        text: as in ``sum from a2[1] zeroed`` or ``sum from bias bit 7 flipped``.

    Raises:
        UsageError: there is none.
    """
    check_text("damage", text)
    known = {str(each): each for each in damages(gate)}
    wanted = " ".join(text.split())
    if wanted not in known:
        hint = did_you_mean(wanted, known, f"as in '{next(iter(known), '')}'")
        raise UsageError(f"'{wanted}' is not damage to a weight of '{gate.spec.name}'", hint=hint)
    return known[wanted]


def damaged_weights(gate: TrainedGate, damage: Damage) -> Floats:
    """The parameters of a gate with the damage, shape (parameters,)."""
    theta = gate.theta.copy()
    theta[damage.index] = damage.after
    theta.flags.writeable = False
    return theta
