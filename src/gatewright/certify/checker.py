"""The checker: whether a stored proof holds, in exact rational arithmetic, from the file alone.

After `prover`, with which it shares no code: it imports nothing of ours and no NumPy, so that a mistake
there is not made again here. A file holds a hardened gate or a library of them: a truth table, the weights,
VIL and VOL, and boxes of inputs. Two things make it a proof. The boxes of a row leave no gap in the
region of inputs that stand for that row; and on each box, interval bounds put every output that matters in
its band. Every float64 is the rational number that it is, so nothing is ever rounded.

Example:
    >>> steep = [[((Fraction(40),), Fraction(-20))]]  # one unit, clipped to 0 where 40·x - 20 ≤ -2
    >>> bounds(steep, ((Fraction(-9, 20), Fraction(9, 20)),))
    ((0, 0),)
    >>> gap(((0, 9),), [((0, 5),), ((6, 9),)])
    ((5, 6),)
    >>> check(b"what is this?")
    Traceback (most recent call last):
        ...
    gatewright.certify.checker.CertificateRefused: the file is cut short or is no safetensors file
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from reprlib import Repr
from typing import Any, NoReturn, TypeAlias

GATE = "gatewright/trained-gate/2"
LIBRARY = "gatewright/library/1"
MOST_INPUTS = 6
MOST_LAYERS = 32  # numbers get longer from layer to layer
MOST_LOOKS = 2_000_000
"""How often a box is looked at until the covering of a row counts as too intricate to check."""

Box: TypeAlias = tuple[tuple[Fraction | int, Fraction | int], ...]
"""Least and greatest of every input; both belong to the box."""
Unit: TypeAlias = tuple[Sequence[Fraction], Fraction]
"""One weight an input, and the bias."""

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)


class CertificateRefused(Exception):  # noqa: N818 - the name says what became of it
    """A file that is no valid certificate.

    Args:
        gate: of which something is wrong; empty where it is the whole file.
        reason: what is wrong and where, without a full stop.
    """

    def __init__(self, gate: str, reason: str) -> None:
        self.gate = gate
        self.reason = reason
        super().__init__(f"gate '{gate}': {reason}" if gate else reason)


@dataclass(frozen=True, slots=True)
class Checked:
    """A gate whose certificate holds.

    Attributes:
        gate: its name.
        boxes: boxes of the proof, all checked.
        rows: rows of the truth table in which an output matters, all covered.
        ones: the truth table it was checked against, a number an output whose bit r is row r: what a gate
            is called says nothing.
        cares: likewise, where each output matters.
        vil: the highest input that counts as 0.
        vol: the highest output for a 0.
    """

    gate: str
    boxes: int
    rows: int
    ones: tuple[int, ...]
    cares: tuple[int, ...]
    vil: Fraction
    vol: Fraction


def check(data: bytes, progress: Callable[[int, int], None] | None = None) -> tuple[Checked, ...]:
    """Check every gate of a file, given as its bytes.

    Args:
        data: the whole file.
        progress: is told how many gates of how many are done.

    Raises:
        CertificateRefused: the file is damaged, or the certificate of a gate does not hold.
    """
    file = _File(data)
    if file.about.get("schema") == LIBRARY:
        gates = _a(dict, file.about, "gates")
        if not gates:
            _refuse("the library holds no gates")
        parts = [(name, gates, f"{name}/") for name in gates]
    elif file.about.get("schema") == GATE:
        name = _a(str, file.about, "gate")
        parts = [(name, {name: file.about}, "")]
    else:
        _refuse(f"its schema is {_shown(file.about.get('schema'))}, not '{GATE}' or '{LIBRARY}'")
    checked = []
    for done, (name, gates, prefix) in enumerate(parts):
        if progress is not None:
            progress(done, len(parts))
        if not (name.isprintable() and 0 < len(name) <= 100):
            _refuse(f"{_shown(name)} is no name of a gate")
        try:
            checked.append(_check_gate(name, _a(dict, gates, name), file, prefix))
        except CertificateRefused as error:
            raise CertificateRefused(name, error.reason) from None
    return tuple(checked)


def _check_gate(name: str, about: dict[str, Any], file: _File, prefix: str) -> Checked:
    inputs, outputs = len(_several(str, about, "inputs")), len(_several(str, about, "outputs"))
    sizes = tuple(_several(int, about, "sizes"))
    if not 1 <= inputs <= MOST_INPUTS:
        _refuse(f"it has {inputs} inputs; gates of 1 to {MOST_INPUTS} can be checked")
    if not 2 <= len(sizes) <= MOST_LAYERS or min(sizes) < 1:
        _refuse(f"there is no network of sizes {_shown(sizes)}")
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        _refuse(f"a network of sizes {_shown(sizes)} has not {inputs} inputs and {outputs} outputs")
    ones, cares = _table(about, outputs, 1 << inputs)
    sheet = about.get("datasheet")
    if sheet is None:
        _refuse("it has no datasheet, so nothing was proved of it")
    if not isinstance(sheet, dict):
        _refuse("its 'datasheet' is no JSON object")
    vil, vol = _number(sheet, "vil"), _number(sheet, "vol")
    if not 0 <= vol < vil < _HALF:
        _refuse("its VIL and VOL are no discipline: not 0 ≤ VOL < VIL < 1/2")
    layers = _network(about, sizes, _a(str, sheet, "digest"), file, prefix)

    boxes = _boxes(file, prefix, inputs, 1 << inputs)
    matter = [row for row in range(1 << inputs) if any(care >> row & 1 for care in cares)]
    if not matter:
        _refuse("no row of its truth table matters, so there is nothing to prove")
    for row in matter:
        where = f"row {row:0{inputs}b}"
        hole = gap(_region(row, inputs, vil, vol), boxes[row])
        if hole is not None:
            _refuse(f"{where}: no box covers the inputs {_box_shown(hole)}")
        for box in boxes[row]:
            for output, (low, high) in enumerate(bounds(layers, box)):
                one = ones[output] >> row & 1
                good = low >= 1 - vol if one else high <= vol
                if cares[output] >> row & 1 and not good:
                    _refuse(
                        f"{where}: output {output + 1} should be {one}, and may be anything from "
                        f"{float(low):.6g} to {float(high):.6g} in the box {_box_shown(box)}"
                    )
    return Checked(name, sum(map(len, boxes)), len(matter), tuple(ones), tuple(cares), vil, vol)


def _region(row: int, inputs: int, vil: Fraction, vol: Fraction) -> Box:
    """The inputs that stand for a row; the first input is its most significant bit."""
    margin = vil - vol
    zero, one = (-margin, vil), (1 - vil, 1 + margin)
    return tuple(one if row >> (inputs - 1 - place) & 1 else zero for place in range(inputs))


# What makes it a proof


def bounds(layers: Sequence[Sequence[Unit]], box: Box) -> Box:
    """Between which values every output lies, whatever the inputs in a box; units are clipped."""
    for layer in layers:
        box = tuple((_clipped(_least(unit, box)), _clipped(_greatest(unit, box))) for unit in layer)
    return box


def _least(unit: Unit, box: Box) -> Fraction:
    weights, total = unit
    for weight, (low, high) in zip(weights, box, strict=True):
        end = low if weight > 0 else high
        if weight and end:  # a product with 0 takes as long as any
            total += weight * end
    return total


def _greatest(unit: Unit, box: Box) -> Fraction:
    return _least(unit, tuple((high, low) for low, high in box))


def _clipped(z: Fraction) -> Fraction | int:
    """The activation: min(1, max(0, ½ + z/4))."""
    return 0 if z <= -2 else 1 if z >= 2 else _HALF + _QUARTER * z


def gap(region: Box, boxes: Sequence[Box]) -> Box | None:
    """A part of a region that no box covers; none where the boxes cover all of it.

    Where one box contains the region, it is covered. Else the region is cut in two along a face of a box,
    best one that cuts through no other box, and each part is looked at with the boxes that reach
    into it. What only touches a part is left out: boxes are closed, so the others cover it without.

    Args:
        region: of positive width in every dimension.
        boxes: may overlap, reach out of the region, or be flat.
    """
    # Only the order of ends matters: from here on, an end is its place among all of its dimension.
    axes = [
        sorted({end for side in sides for end in side})
        for sides in zip(region, *boxes, strict=True)
    ]
    places = [{end: place for place, end in enumerate(axis)} for axis in axes]

    def placed(box: Box) -> _Placed:
        return tuple((at[low], at[high]) for at, (low, high) in zip(places, box, strict=True))

    todo = [(placed(region), [placed(box) for box in boxes])]
    looks = 0
    while todo:
        part, near = todo.pop()
        looks += len(near)
        if looks > MOST_LOOKS:
            _refuse("its boxes overlap in too intricate a way to be checked")
        near = [box for box in near if _reaches_into(part, box)]
        if not near:
            return tuple(
                (axis[low], axis[high]) for axis, (low, high) in zip(axes, part, strict=True)
            )
        if not any(_contains(box, part) for box in near):
            axis, at = _best_cut(part, near)
            (low, high), rest = part[axis], part[axis + 1 :]
            todo.append(((*part[:axis], (low, at), *rest), near))
            todo.append(((*part[:axis], (at, high), *rest), near))
    return None


_Placed: TypeAlias = tuple[tuple[int, int], ...]


def _reaches_into(part: _Placed, box: _Placed) -> bool:
    return all(low < b and a < high for (a, b), (low, high) in zip(part, box, strict=True))


def _contains(box: _Placed, part: _Placed) -> bool:
    return all(low <= a and b <= high for (a, b), (low, high) in zip(part, box, strict=True))


def _best_cut(part: _Placed, near: Sequence[_Placed]) -> tuple[int, int]:
    """The dimension and place of the face that cuts through fewest boxes, then nearest the middle.

    There is one: a box that reaches into a part without containing it has a face inside.
    """
    best = (math.inf, math.inf, 0, 0)
    for axis, (a, b) in enumerate(part):
        lows, highs = sorted(box[axis][0] for box in near), sorted(box[axis][1] for box in near)
        for at in {*lows, *highs}:
            if a < at < b:
                below, above = bisect_left(lows, at), len(near) - bisect_right(highs, at)
                best = min(best, (below + above, max(below, above), axis, at))
    return best[2:]


# What the file says


class _File:
    """A safetensors file: the length of its header in 8 bytes, a JSON header, then the tensors.

    Format: https://github.com/huggingface/safetensors#format
    """

    def __init__(self, data: bytes) -> None:
        size = int.from_bytes(data[:8], "little")
        if len(data) < 8 or size > len(data) - 8:
            _refuse("the file is cut short or is no safetensors file")
        self._header = _json(data[8 : 8 + size], "header")
        self._data = memoryview(data)[8 + size :]
        about = _a(dict, self._header, "__metadata__")
        self.about = _json(_a(str, about, "gatewright"), "description of the gate")
        self._check_places()

    def _check_places(self) -> None:
        """Tensors lie one behind the other and fill the file, so that none is cut and none hidden."""
        places = []
        for name, tensor in self._header.items():
            if name != "__metadata__":
                if not isinstance(tensor, dict):
                    _refuse(f"the tensor {_shown(name)} is not described by a JSON object")
                place = _several(int, tensor, "data_offsets")
                if len(place) != 2 or place[0] > place[1]:
                    _refuse(f"the tensor {_shown(name)} has no place in the file")
                places.append(tuple(place))
        ends = [0, *(end for _, end in sorted(places))]
        if ends[-1] != len(self._data) or any(
            start != end for (start, _), end in zip(sorted(places), ends, strict=False)
        ):
            _refuse("the tensors do not fill the file: it is cut short or was altered")

    def bytes(self, name: str, dtype: str, shape: tuple[int | None, ...]) -> memoryview:
        """The bytes of a tensor, which must be of this type and shape; any length where it says none."""
        tensor = _a(dict, self._header, name)
        start, end = tensor["data_offsets"]
        found = _several(int, tensor, "shape")
        fits = [want in (None, size) for want, size in zip(shape, found, strict=False)]
        if tensor.get("dtype") != dtype or len(found) != len(shape) or not all(fits):
            wanted = " by ".join("any" if size is None else _shown(size) for size in shape)
            _refuse(f"the tensor {_shown(name)} is not {wanted} numbers of {dtype}")
        if min(found) < 0 or 8 * math.prod(found) != end - start:
            _refuse(f"the tensor {_shown(name)} has not as many numbers as its shape says")
        return self._data[start:end]

    def floats(self, name: str, shape: tuple[int | None, ...]) -> list[Fraction]:
        """The numbers of a tensor, which must be finite."""
        data = self.bytes(name, "F64", shape)
        numbers = struct.unpack(f"<{len(data) // 8}d", data)
        if not all(map(math.isfinite, numbers)):
            _refuse(f"the tensor {_shown(name)} holds infinity or what is not a number")
        return [Fraction(number) for number in numbers]


def _table(about: dict[str, Any], outputs: int, rows: int) -> tuple[list[int], list[int]]:
    """One integer an output: bit *r* says what it is in row *r*, and whether it matters."""
    ones, cares = _several(int, about, "ones"), _several(int, about, "cares")
    if len(ones) != outputs or len(cares) != outputs:
        _refuse(f"its truth table has not one integer for each of its {outputs} outputs")
    if any(not 0 <= column < 1 << rows for column in ones + cares):
        _refuse(f"an integer of its truth table does not fit {rows} rows")
    if any(one & ~care for one, care in zip(ones, cares, strict=True)):
        _refuse("its truth table gives a value where the output does not matter")
    return ones, cares


def _network(
    about: dict[str, Any], sizes: tuple[int, ...], digest: str, file: _File, prefix: str
) -> list[list[Unit]]:
    activations = tuple(_several(str, about, "activations"))
    if len(activations) != len(sizes) - 1:
        _refuse(f"it has {len(activations)} activations for {len(sizes) - 1} layers")
    if set(activations) != {"clipped"}:
        other = next(name for name in activations if name != "clipped")
        _refuse(
            "only hardened gates, whose activations are all 'clipped', can be checked in exact "
            f"arithmetic, and it has {_shown(other)}"
        )
    layers: list[list[Unit]] = []
    found = hashlib.sha256(f"{sizes}{activations}".encode())
    for number, (before, after) in enumerate(pairwise(sizes)):
        names = f"{prefix}layer{number}.weight", f"{prefix}layer{number}.bias"
        weights, biases = file.floats(names[0], (before, after)), file.floats(names[1], (after,))
        layers.append([(weights[unit::after], biases[unit]) for unit in range(after)])
        found.update(file.bytes(names[0], "F64", (before, after)))
        found.update(file.bytes(names[1], "F64", (after,)))
    if found.hexdigest() != digest:
        _refuse("its datasheet speaks about other weights: their digests differ")
    return layers


def _boxes(file: _File, prefix: str, inputs: int, rows: int) -> list[list[Box]]:
    """The boxes of every row."""
    data = file.bytes(f"{prefix}proof.row", "I64", (None,))
    of = struct.unpack(f"<{len(data) // 8}q", data)
    low = file.floats(f"{prefix}proof.low", (len(of), inputs))
    high = file.floats(f"{prefix}proof.high", (len(of), inputs))
    boxes: list[list[Box]] = [[] for _ in range(rows)]
    for number, row in enumerate(of):
        if not 0 <= row < rows:
            _refuse(f"box {number} is one of row {row}, and there are only {rows} rows")
        here = slice(number * inputs, (number + 1) * inputs)
        box = tuple(zip(low[here], high[here], strict=True))
        if any(least > most for least, most in box):
            _refuse(f"box {number} ends before it starts: {_box_shown(box)}")
        boxes[row].append(box)
    return boxes


def _json(text: str | bytes, what: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            raise ValueError("a name is given twice")
        return record

    try:
        if isinstance(text, bytes):
            text = text.decode()
        record = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        _refuse(f"its {what} is not readable as JSON: {_shown(str(error))}")
    if not isinstance(record, dict):
        _refuse(f"its {what} is no JSON object")
    return record


def _a(kind: type[Any], record: dict[str, Any], key: str) -> Any:
    """An entry that must be there and of this kind."""
    if key not in record:
        _refuse(f"it has no {_shown(key)}")
    if type(record[key]) is not kind:  # True is an int, and no number here
        _refuse(f"its {_shown(key)} is {_shown(record[key])}, not of the kind '{kind.__name__}'")
    return record[key]


def _several(kind: type[Any], record: dict[str, Any], key: str) -> list[Any]:
    """A list of one kind."""
    found: list[Any] = _a(list, record, key)
    if any(type(each) is not kind for each in found):
        _refuse(f"its {_shown(key)} is {_shown(found)}, not a list of the kind '{kind.__name__}'")
    return found


def _number(record: dict[str, Any], key: str) -> Fraction:
    found: Any = record.get(key)
    if type(found) not in (int, float) or not -1 < found < 2:  # no comparison with NaN is true
        _refuse(f"its {_shown(key)} is {_shown(found)}, not a number from 0 to 1/2")
    return Fraction(found)


_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


def _shown(value: object) -> str:
    """As Python writes it, cut short, with nothing in it that a terminal obeys."""
    return _SHORT.repr(value)


def _box_shown(box: Box) -> str:
    return " × ".join(f"[{float(low):.6g}, {float(high):.6g}]" for low, high in box)


def _refuse(reason: str) -> NoReturn:
    raise CertificateRefused("", reason)
