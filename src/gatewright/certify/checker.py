"""The checker: whether a stored proof holds, in exact rational arithmetic, from the file alone.

It shares no code with `prover`: with the other files called checker it imports nothing else of ours and no
NumPy, so that a mistake there is not made again here. A file holds a hardened gate or a library of them: a
truth table, the weights, VIL and VOL, and boxes of inputs. Two things make it a proof. The boxes of a row leave
no gap in the region of inputs that stand for that row; and on each box, interval bounds put every output that
matters in its band. Of a gate that restores its inputs there are no boxes: `checking.restored` evaluates it in
every row. Every float64 is the rational number that it is, so nothing is ever rounded.

What it costs follows what there is to check: a box that is there twice, or outside the region of its row, is
passed over. Files of more than `MOST_BYTES` or `MOST_BOXES`, or that take too many steps, are refused.

Example:
    >>> check(b"what is this?")
    Traceback (most recent call last):
        ...
    gatewright.certify.checking.file.CertificateRefused: the file is cut short or is not a safetensors file
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Any

from gatewright.certify.checking.bounds import whole_bounds
from gatewright.certify.checking.cover import Box, Work, gap, reaching
from gatewright.certify.checking.file import MOST_BYTES as MOST_BYTES
from gatewright.certify.checking.file import (
    CertificateFile,
    a,
    read_certificate,
    refuse,
    several,
    shown,
)
from gatewright.certify.checking.file import CertificateRefused as CertificateRefused
from gatewright.certify.checking.numbers import Layer, scaled
from gatewright.certify.checking.restored import MOST_RESTORED_INPUTS, check_restored

GATE = ("gatewright/trained-gate/3", "gatewright/trained-gate/2")
LIBRARY = ("gatewright/library/2", "gatewright/library/1")
MOST_INPUTS = 6
MOST_LAYERS = 32  # numbers get longer from layer to layer
MOST_PARAMETERS = 20_000
MOST_BOXES = 1 << 16
"""Most boxes of all gates of a file: three times what the prover takes for one at most."""

_HALF = Fraction(1, 2)
_AS_DIGITS, _HEXADECIMAL = 1 << 13, re.compile(r"0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """A gate whose certificate holds.

    Attributes:
        gate: its name.
        boxes: boxes of the proof that were checked: those that reach into the region of a row that
            matters, each once.
        rows: rows of the truth table in which an output matters, all covered.
        ones: the truth table it was checked against, a number for each output whose bit r is row r, as a gate's
            name proves nothing.
        cares: the same, where each output matters.
        vil: the highest input that counts as 0.
        vol: the highest output for a 0.
        inputs: how many it has.
    """

    gate: str
    boxes: int
    rows: int
    ones: tuple[int, ...]
    cares: tuple[int, ...]
    vil: Fraction
    vol: Fraction
    inputs: int

    @property
    def all_rows(self) -> int:
        """The number whose every bit is a row."""
        return (1 << (1 << self.inputs)) - 1

    @property
    def dont_cares(self) -> int:
        """Rows in which an output may be anything: nothing was checked there."""
        return (self.all_rows & ~reduce(and_, self.cares)).bit_count()


def check(data: bytes, progress: Callable[[int, int], None] | None = None) -> tuple[Checked, ...]:
    """Check every gate of a file, given as its bytes.

    Args:
        data: the whole file.
        progress: is told how many gates of how many are done.

    Raises:
        CertificateRefused: the file is damaged, or the certificate of a gate does not hold.
    """
    file = read_certificate(data)
    if file.about.get("schema") in LIBRARY:
        gates = a(dict, file.about, "gates")
        if not gates:
            refuse("the library holds no gates")
        parts = [(name, gates, f"{name}/") for name in gates]
    elif file.about.get("schema") in GATE:
        name = a(str, file.about, "gate")
        parts = [(name, {name: file.about}, "")]
    else:
        refuse(
            f"its schema is {shown(file.about.get('schema'))}, not '{GATE[0]}' or '{LIBRARY[0]}'"
        )
    _check_boxes(file, [prefix for _, _, prefix in parts])
    checked, work = [], Work()
    for done, (name, gates, prefix) in enumerate(parts):
        if progress is not None:
            progress(done, len(parts))
        if not (name.isprintable() and 0 < len(name) <= 100):
            refuse(f"{shown(name)} is not the name of a gate")
        try:
            checked.append(_check_gate(name, a(dict, gates, name), file, prefix, work))
        except CertificateRefused as error:
            raise CertificateRefused(name, error.reason) from None
    return tuple(checked)


def _check_gate(
    name: str, about: dict[str, Any], file: CertificateFile, prefix: str, work: Work
) -> Checked:
    inputs, outputs = len(several(str, about, "inputs")), len(several(str, about, "outputs"))
    sizes = tuple(several(int, about, "sizes"))
    restoring = a(bool, about, "restoring") if "restoring" in about else False
    most = MOST_RESTORED_INPUTS if restoring else MOST_INPUTS
    if not 1 <= inputs <= most:
        refuse(f"it has {inputs} inputs; gates of 1 to {most} can be checked")
    if not 2 <= len(sizes) <= MOST_LAYERS or min(sizes) < 1:
        refuse(f"there is no network of sizes {shown(sizes)}")
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        refuse(
            f"a network of sizes {shown(sizes)} does not have {inputs} inputs and {outputs} outputs"
        )
    if restoring and (len(sizes) < 3 or sizes[1] != inputs):
        refuse(f"a network of sizes {shown(sizes)} does not restore each of {inputs} inputs")
    if sum((before + 1) * after for before, after in pairwise(sizes)) > MOST_PARAMETERS:
        refuse(f"a network of sizes {shown(sizes)} has more than {MOST_PARAMETERS} parameters")
    ones, cares = _table(about, outputs, 1 << inputs)
    sheet = about.get("datasheet")
    if sheet is None:
        refuse("it has no datasheet, so nothing was proved of it")
    if not isinstance(sheet, dict):
        refuse("its 'datasheet' is not a JSON object")
    vil, vol = _number(sheet, "vil"), _number(sheet, "vol")
    if not 0 <= vol < vil < _HALF:
        refuse("its VIL and VOL are not a discipline: not 0 ≤ VOL < VIL < 1/2")
    first, layers = _network(about, sizes, a(str, sheet, "digest"), file, prefix, restoring)
    if restoring:
        rows = check_restored(first, layers, ones, cares, vil, vol, work)
        return Checked(name, rows, rows, tuple(ones), tuple(cares), vil, vol, inputs)

    boxes = _boxes(file, prefix, inputs, 1 << inputs)
    matter = [row for row in range(1 << inputs) if any(care >> row & 1 for care in cares)]
    if not matter:
        refuse("no row of its truth table matters, so there is nothing to prove")
    looked_at, (over, under) = 0, vol.as_integer_ratio()
    for row in matter:
        where, region = f"row {row:0{inputs}b}", _region(row, inputs, vil, vol)
        near = reaching(region, boxes[row])
        hole = gap(region, near, work)
        if hole is not None:
            refuse(f"{where}: no box covers the inputs {_box_shown(hole)}")
        for box in near:
            ends, scale = whole_bounds(layers, box, work)
            for output, (low, high) in enumerate(ends):
                one = ones[output] >> row & 1
                good = (
                    low * under >= (under - over) * scale if one else high * under <= over * scale
                )
                if cares[output] >> row & 1 and not good:
                    refuse(
                        f"{where}: output {output + 1} should be {one}, and may be anything from "
                        f"{low / scale:.6g} to {high / scale:.6g} in the box {_box_shown(box)}"
                    )
        looked_at += len(near)
    return Checked(name, looked_at, len(matter), tuple(ones), tuple(cares), vil, vol, inputs)


def _check_boxes(file: CertificateFile, prefixes: Sequence[str]) -> None:
    """Refuse a file of more boxes than are checked, before any is."""
    total = sum(file.length(f"{prefix}proof.row") for prefix in prefixes)
    if total > MOST_BOXES:
        refuse(f"its proofs have {total} boxes, more than the {MOST_BOXES} that are checked")


def _region(row: int, inputs: int, vil: Fraction, vol: Fraction) -> Box:
    """The inputs that stand for a row; the first input is its most significant bit.

    To the next float outward, which is the same question: a box whose ends are floats reaches as far as an end
    between two of them only if it reaches the one beyond. It is much faster, as floats are compared.
    """
    margin = vil - vol
    zero, one = (-margin, vil), (1 - vil, 1 + margin)
    sides = [(-_at_least(-low), _at_least(high)) for low, high in (zero, one)]
    return tuple(sides[row >> (inputs - 1 - place) & 1] for place in range(inputs))


def _at_least(number: Fraction) -> float:
    """The least float that is not below a number."""
    near = float(number)
    return near if near >= number else math.nextafter(near, math.inf)


# What the file says


def _table(about: dict[str, Any], outputs: int, rows: int) -> tuple[list[int], list[int]]:
    """One integer for each output: bit *r* says what it is in row *r*, and whether it matters."""
    ones, cares = (_columns(about, key, rows) for key in ("ones", "cares"))
    if len(ones) != outputs or len(cares) != outputs:
        refuse(f"its truth table does not have one integer for each of its {outputs} outputs")
    if any(not 0 <= column < 1 << rows for column in ones + cares):
        refuse(f"an integer of its truth table does not fit {rows} rows")
    if any(one & ~care for one, care in zip(ones, cares, strict=True)):
        refuse("its truth table gives a value where the output does not matter")
    return ones, cares


def _columns(about: dict[str, Any], key: str, rows: int) -> list[int]:
    """Integers; of a table of many rows in hexadecimal, as JSON's readers stop at some thousand digits."""
    if rows <= _AS_DIGITS:
        return several(int, about, key)
    texts = several(str, about, key)
    if any(len(text) > rows // 4 + 2 or not _HEXADECIMAL.fullmatch(text) for text in texts):
        refuse(f"its {shown(key)} is not of hexadecimal numbers of {rows} bits")
    return [int(text, 16) for text in texts]


def _network(
    about: dict[str, Any],
    sizes: tuple[int, ...],
    digest: str,
    file: CertificateFile,
    prefix: str,
    restoring: bool,
) -> tuple[list[tuple[float, float]], list[Layer]]:
    """The weight and bias of each restoring unit, where there are any, and the layers of all others."""
    activations = tuple(several(str, about, "activations"))
    if len(activations) != len(sizes) - 1:
        refuse(f"it has {len(activations)} activations for {len(sizes) - 1} layers")
    if set(activations) != {"clipped"}:
        other = next(name for name in activations if name != "clipped")
        refuse(
            "only hardened gates, whose activations are all 'clipped', can be checked in exact "
            f"arithmetic, and it has {shown(other)}"
        )
    layers, first = [], []
    found = hashlib.sha256(f"{sizes}{activations}{' restoring' if restoring else ''}".encode())
    for number, (before, after) in enumerate(pairwise(sizes)):
        names = f"{prefix}layer{number}.weight", f"{prefix}layer{number}.bias"
        one_each = restoring and number == 0
        shape = (after,) if one_each else (before, after)
        weights, biases = file.floats(names[0], shape), file.floats(names[1], (after,))
        if one_each:
            first = list(zip(weights, biases, strict=True))
        else:
            layers.append(scaled([(weights[unit::after], biases[unit]) for unit in range(after)]))
        found.update(file.bytes(names[0], "F64", shape))
        found.update(file.bytes(names[1], "F64", (after,)))
    if found.hexdigest() != digest:
        refuse("its datasheet is about other weights: their digests differ")
    return first, layers


def _boxes(file: CertificateFile, prefix: str, inputs: int, rows: int) -> list[list[Box]]:
    """The boxes of every row."""
    of = file.integers(f"{prefix}proof.row")
    low = file.floats(f"{prefix}proof.low", (len(of), inputs))
    high = file.floats(f"{prefix}proof.high", (len(of), inputs))
    boxes: list[list[Box]] = [[] for _ in range(rows)]
    for number, row in enumerate(of):
        if not 0 <= row < rows:
            refuse(f"box {number} is one of row {row}, and there are only {rows} rows")
        here = slice(number * inputs, (number + 1) * inputs)
        box = tuple(zip(low[here], high[here], strict=True))
        if any(least > most for least, most in box):
            refuse(f"box {number} ends before it starts: {_box_shown(box)}")
        boxes[row].append(box)
    return boxes


def _number(record: dict[str, Any], key: str) -> Fraction:
    found: Any = record.get(key)
    if type(found) not in (int, float) or not -1 < found < 2:  # no comparison with NaN is true
        refuse(f"its {shown(key)} is {shown(found)}, not a number from 0 to 1/2")
    return Fraction(found)


def _box_shown(box: Box) -> str:
    return " × ".join(f"[{float(low):.6g}, {float(high):.6g}]" for low, high in box)
