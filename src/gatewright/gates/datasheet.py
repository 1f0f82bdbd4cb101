"""The datasheet: what a trained gate guarantees, proved.

A datasheet speaks about one set of weights, by their digest, and is measured by proofs alone.

Example:
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> gate.datasheet.vil, gate.datasheet.vol, gate.datasheet.weight_bits
    (0.45, 0.0, 7)
    >>> gate.datasheet.widest >= 0.45, gate.datasheet.weight_tolerance >= 0.01
    (True, True)
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.certify import grid
from gatewright.certify.bounds import FLOAT32, FLOAT64
from gatewright.certify.discipline import Discipline
from gatewright.certify.prover import MOST_BOXES, MOST_INPUTS, Rows, prove, proved
from gatewright.certify.widest import weight_tolerance, widest_margin
from gatewright.gates.schema import Number, Record, Several, Text, Whole, check
from gatewright.gates.spec import GateSpec
from gatewright.learn.activations import ACTIVATIONS, CLIPPED
from gatewright.learn.network import Architecture
from gatewright.records import dataclass
from gatewright.threads import one_thread

FULL_BITS = 64
"""Bits of a weight that lies on no grid: a float64."""

DIGEST = Text(64, r"[0-9a-f]{64}")
_MOST_COUNTED = 10_000_000
PLAIN = Record(
    {
        **dict.fromkeys(("vil", "vol", "widest", "weight_tolerance"), Number(0, 1)),
        **dict.fromkeys(("largest_weight", "worst_gain"), Number(0)),
        "weight_bits": Whole(1, 4096),
        "boxes": Whole(1, _MOST_COUNTED),
        "depth": Whole(0, _MOST_COUNTED),
        "digest": DIGEST,
        "precisions": Several(Text(16, among=(FLOAT64.name, FLOAT32.name)), 1, 2),
    }
)
"""What `Datasheet.to_dict` gives."""
_BOXES = ("rows", "low", "high")


@dataclass(frozen=True, slots=True, eq=False)
class Datasheet:
    """What was proved of one network.

    Attributes:
        vil: the highest input that counts as 0; VIH = 1 - VIL.
        vol: the highest output for a 0; VOH = 1 - VOL.
        widest: the largest noise margin proved at this VOL.
        weight_tolerance: the largest relative error of all weights under which the proof holds.
        precisions: the arithmetics that it was proved for.
        weight_bits: bits a weight, where all lie on a grid of powers of two; else `FULL_BITS`.
        largest_weight: of all weights and biases, by size.
        worst_gain: no input moves an output by more than this many times itself: the largest product
            of weights' sizes and steepest slopes.
        boxes: boxes the proof took, or rows.
        depth: most cuts of any.
        digest: of the weights it speaks about.
        rows: the row of each proved box, shape (leaves,); there are none of a gate that restores its inputs,
            whose boxes are those of its rows.
        low: its least inputs, shape (leaves, inputs).
        high: its greatest.

    Example:
        >>> from gatewright.api.gates import train
        >>> sheet = train("and").datasheet
        >>> sheet.vil, sheet.vol, sheet.noise_margin
        (0.45, 0.0, 0.45)
    """

    vil: float
    vol: float
    widest: float
    weight_tolerance: float
    precisions: tuple[str, ...]
    weight_bits: int
    largest_weight: float
    worst_gain: float
    boxes: int
    depth: int
    digest: str
    rows: Indices
    low: Floats
    high: Floats

    def to_dict(self) -> dict[str, Any]:
        """All but the boxes as plain values."""
        return {
            each.name: getattr(self, each.name)
            for each in dataclasses.fields(self)
            if each.name not in _BOXES
        }

    @classmethod
    def from_dict(
        cls, plain: Mapping[str, Any], rows: Indices, low: Floats, high: Floats
    ) -> Datasheet:
        """The datasheet of plain values, as `to_dict` gives them, and boxes.

        Raises:
            MisfitError: a value is missing, unknown or of another kind.
            UsageError: VIL and VOL are not a discipline.
        """
        check(plain, PLAIN, "datasheet")
        values = {**plain, "precisions": tuple(plain["precisions"])}
        sheet = cls(**values, rows=rows, low=low, high=high)
        sheet.discipline.noise_margin  # noqa: B018 - refuses numbers that are none
        return sheet

    @property
    def proof(self) -> str:
        """SHA-256 of the boxes, hexadecimal."""
        boxes = (np.ascontiguousarray(self.rows, "<i8"), self.low, self.high)
        return hashlib.sha256(
            b"".join(np.ascontiguousarray(part).tobytes() for part in boxes)
        ).hexdigest()

    @property
    def discipline(self) -> Discipline:
        """The discipline it was proved for."""
        return Discipline(self.vil, self.vol)

    @property
    def noise_margin(self) -> float:
        """NM = VIL - VOL."""
        return self.discipline.noise_margin


def digest(architecture: Architecture, theta: Floats) -> str:
    """SHA-256 of a network's shape and parameters, hexadecimal."""
    text = f"{architecture.sizes}{architecture.activations}{' restoring' * architecture.restoring}"
    return hashlib.sha256(text.encode() + np.ascontiguousarray(theta, "<f8").tobytes()).hexdigest()


def rows_of(spec: GateSpec) -> Rows:
    """The truth table of a gate as the prover takes it."""
    table = spec.table
    return Rows(
        table.patterns.astype(np.float64),
        table.values.astype(np.float64),
        table.care.astype(np.float64),
    )


@one_thread()
def measure(
    spec: GateSpec, architecture: Architecture, theta: Floats, discipline: Discipline
) -> Datasheet | None:
    """The datasheet of a network, shape (parameters,), for a discipline; none where it is not proved.

    Raises:
        UsageError: more inputs than can be certified.
        RecipeError: an activation that cannot be.
    """
    rows = rows_of(spec)
    proof = prove(architecture, theta[None], rows, [discipline])[0]
    if proof.outcome != "proved":
        return None
    single = prove(architecture, theta[None], rows, [discipline], precision=FLOAT32)[0]
    precisions = (FLOAT64.name, FLOAT32.name) if single.outcome == "proved" else (FLOAT64.name,)
    return Datasheet(
        vil=discipline.vil,
        vol=discipline.vol,
        widest=max(
            discipline.noise_margin,
            widest_margin(architecture, theta, rows, discipline.vol, proof.boxes),
        ),
        weight_tolerance=weight_tolerance(architecture, theta, rows, discipline, proof.boxes),
        precisions=precisions,
        weight_bits=weight_bits(architecture, theta),
        largest_weight=float(abs(theta).max()),
        worst_gain=_worst_gain(architecture, theta),
        boxes=proof.boxes,
        depth=proof.depth,
        digest=digest(architecture, theta),
        rows=proof.rows,
        low=proof.low,
        high=proof.high,
    )


def doubt(spec: GateSpec, architecture: Architecture, theta: Floats, sheet: Datasheet) -> str:
    """What of a datasheet cannot be proved of these weights again; empty where all of it can.

    A stored datasheet is only what a file says. This takes milliseconds, and nobody need be believed.
    """
    if sheet.digest != digest(architecture, theta):
        return "is of other weights"
    rows = rows_of(spec)
    most = min(8 * max(sheet.boxes, len(rows.x)), MOST_BOXES)
    facts = (weight_bits(architecture, theta), float(abs(theta).max()))
    gain = _worst_gain(architecture, theta)  # a sum in some order
    if facts != (sheet.weight_bits, sheet.largest_weight) or not math.isclose(
        gain, sheet.worst_gain
    ):
        return "says other things of its weights than they are"
    if not sheet.noise_margin <= sheet.widest + sheet.vol < 0.5:
        return "claims a margin that cannot be"
    if not 0 <= sheet.weight_tolerance < 1:
        return "claims a weight tolerance that cannot be"
    many = np.tile(theta, (3, 1))
    widest = Discipline(max(sheet.vil, sheet.widest + sheet.vol), sheet.vol)
    held = proved(
        architecture,
        many,
        rows,
        [sheet.discipline, widest, sheet.discipline],
        weight_error=np.array([0.0, 0.0, sheet.weight_tolerance]),
        most_boxes=most,
    )
    claims = ("noise margin", "largest noise margin", "weight tolerance")
    for claim, holds in zip(claims, held.tolist(), strict=True):
        if not holds:
            return f"claims a {claim} that cannot be proved again"
    single = prove(architecture, theta[None], rows, [sheet.discipline], precision=FLOAT32)[0]
    if FLOAT32.name in sheet.precisions and single.outcome != "proved":
        return "claims float32, for which it cannot be proved again"
    return ""


def rests_on(architecture: Architecture) -> str:
    """What a proof of such a network takes at a plugin's word: the bounds of its units; empty if nothing."""
    names = [name.partition("(")[0] for name in architecture.activations]
    stated = {
        name: f"the bounds that plugin {whose} states of {name} units"
        for name in names
        if (whose := ACTIVATIONS.foreign(name))
    }
    return " and ".join(stated.values())


def weight_bits(architecture: Architecture, theta: Floats) -> int:
    """Bits a weight of a hardened network, shape (parameters,); else `FULL_BITS`."""
    return (
        grid.bits(architecture, theta)
        if set(architecture.activations) == {CLIPPED.name}
        else FULL_BITS
    )


def smooth_datasheet(
    spec: GateSpec, architecture: Architecture, theta: Floats, vil: float
) -> Datasheet | None:
    """The datasheet of a network that was not hardened, with the least VOL of a ladder that is proved.

    None where none is, or where such a network cannot be certified at all.
    """
    bounded = all(function.interval is not None for function in architecture.functions)
    if not vil or architecture.sizes[0] > MOST_INPUTS or not bounded:
        return None
    ladder = [Discipline(vil, vol) for vol in _VOLS if vol < vil]
    proofs = prove(
        architecture,
        np.tile(theta, (len(ladder), 1)),
        rows_of(spec),
        ladder,
        most_boxes=_SOFT_BOXES,
    )
    for discipline, proof in zip(ladder, proofs, strict=True):
        if proof.outcome == "proved":
            return measure(spec, architecture, theta, discipline)
    return None


_VOLS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2)
_SOFT_BOXES = 4000


def _worst_gain(architecture: Architecture, theta: Floats) -> float:
    gain = np.eye(architecture.sizes[0])
    for (w, _), function in zip(
        architecture.layers(theta[None]), architecture.functions, strict=True
    ):
        gain = gain @ abs(w[0]) * function.steepest
    return float(gain.max())
