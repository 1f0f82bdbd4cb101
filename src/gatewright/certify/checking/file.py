"""The file of a certificate, read without trusting it: its entries exist, have the right types, and are complete.

Used only by `checker`, and like it independent of all our other code. What the
numbers mean is not examined here.

Example:
    >>> read_certificate(b"what is this?")
    Traceback (most recent call last):
        ...
    gatewright.certify.checking.file.CertificateRefused: the file is cut short or is not a safetensors file
"""

from __future__ import annotations

import json
import math
import struct
from reprlib import Repr
from typing import Any, NoReturn

MOST_BYTES = 1 << 24
"""Most bytes of a file: 16 MB; a library of 222 gates has less than one."""
MOST_HEADER = 1 << 22
"""Most bytes of its description, which is read as JSON: 4 MB."""


class CertificateRefused(Exception):  # noqa: N818 - the name says what became of it
    """A file that is not a valid certificate.

    Args:
        gate: the gate that is wrong; empty if it is the whole file.
        reason: what is wrong and where, without a full stop.
    """

    def __init__(self, gate: str, reason: str) -> None:
        self.gate = gate
        self.reason = reason
        super().__init__(f"gate '{gate}': {reason}" if gate else reason)


def refuse(reason: str) -> NoReturn:
    """Refuse the file.

    Raises:
        CertificateRefused: always.
    """
    raise CertificateRefused("", reason)


class CertificateFile:
    """A safetensors file: the length of its header in 8 bytes, a JSON header, then the tensors.

    Format: https://github.com/huggingface/safetensors#format

    Attributes:
        about: the description of its gates.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            refuse(f"the file has {len(data)} bytes, more than the {MOST_BYTES} that are checked")
        size = int.from_bytes(data[:8], "little")
        if len(data) < 8 or size > len(data) - 8:
            refuse("the file is cut short or is not a safetensors file")
        if size > MOST_HEADER:
            refuse(f"its header has {size} bytes, more than the {MOST_HEADER} that are read")
        self._header = _json(data[8 : 8 + size], "header")
        self._data = memoryview(data)[8 + size :]
        about = a(dict, self._header, "__metadata__")
        self.about = _json(a(str, about, "gatewright"), "description of the gate")
        self._check_places()

    def _check_places(self) -> None:
        """Check that tensors lie one behind the other and fill the file, so that none is cut or hidden."""
        places = []
        for name, tensor in self._header.items():
            if name != "__metadata__":
                if not isinstance(tensor, dict):
                    refuse(f"the tensor {shown(name)} is not described by a JSON object")
                place = several(int, tensor, "data_offsets")
                if len(place) != 2 or place[0] > place[1]:
                    refuse(f"the tensor {shown(name)} has no place in the file")
                places.append(tuple(place))
        ends = [0, *(end for _, end in sorted(places))]
        if ends[-1] != len(self._data) or any(
            start != end for (start, _), end in zip(sorted(places), ends, strict=False)
        ):
            refuse("the tensors do not fill the file: it is cut short or was altered")

    def bytes(self, name: str, dtype: str, shape: tuple[int | None, ...]) -> memoryview:
        """The bytes of a tensor, which must be of this type and shape; any length where it says none."""
        tensor = a(dict, self._header, name)
        start, end = tensor["data_offsets"]
        found = several(int, tensor, "shape")
        fits = [want in (None, size) for want, size in zip(shape, found, strict=False)]
        if tensor.get("dtype") != dtype or len(found) != len(shape) or not all(fits):
            wanted = " by ".join("any" if size is None else shown(size) for size in shape)
            refuse(f"the tensor {shown(name)} is not {wanted} numbers of {dtype}")
        if min(found) < 0 or 8 * math.prod(found) != end - start:
            refuse(f"the tensor {shown(name)} does not have as many numbers as its shape says")
        return self._data[start:end]

    def length(self, name: str) -> int:
        """How many numbers a tensor has; 0 if there is no such tensor."""
        tensor = self._header.get(name)
        start, end = tensor["data_offsets"] if isinstance(tensor, dict) else (0, 0)
        return int(end - start) // 8

    def integers(self, name: str) -> tuple[int, ...]:
        """The numbers of a one-dimensional tensor of integers."""
        data = self.bytes(name, "I64", (None,))
        return struct.unpack(f"<{len(data) // 8}q", data)

    def floats(self, name: str, shape: tuple[int | None, ...]) -> tuple[float, ...]:
        """The numbers of a tensor, which must be finite."""
        data = self.bytes(name, "F64", shape)
        numbers = struct.unpack(f"<{len(data) // 8}d", data)
        if not all(map(math.isfinite, numbers)):
            refuse(f"the tensor {shown(name)} holds infinity or what is not a number")
        return numbers


def read_certificate(data: bytes) -> CertificateFile:
    """The file of these bytes.

    Raises:
        CertificateRefused: they are not such a file, or more than is checked.
    """
    return CertificateFile(data)


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
    except RecursionError:
        refuse(f"its {what} is not readable as JSON: it is nested too deeply")
    except ValueError as error:
        refuse(f"its {what} is not readable as JSON: {shown(str(error))}")
    if not isinstance(record, dict):
        refuse(f"its {what} is not a JSON object")
    return record


def a(kind: type[Any], record: dict[str, Any], key: str) -> Any:
    """An entry that must exist and be of this kind."""
    if key not in record:
        refuse(f"it has no {shown(key)}")
    if type(record[key]) is not kind:  # True is an int, but not a number here
        refuse(f"its {shown(key)} is {shown(record[key])}, not of the kind '{kind.__name__}'")
    return record[key]


def several(kind: type[Any], record: dict[str, Any], key: str) -> list[Any]:
    """A list of one kind."""
    found: list[Any] = a(list, record, key)
    if any(type(each) is not kind for each in found):
        refuse(f"its {shown(key)} is {shown(found)}, not a list of the kind '{kind.__name__}'")
    return found


_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


def shown(value: object) -> str:
    """A value as Python writes it, cut short, without anything that a terminal obeys."""
    return _SHORT.repr(value)
