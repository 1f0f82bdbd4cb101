"""A file of tensors and one JSON description, read whole and sealed: what stored gates and libraries are.

A safetensors file. Nothing of what it says is believed here but that it is whole.

Example:
    >>> import tempfile
    >>> from safetensors.numpy import save
    >>> path = Path(tempfile.mkdtemp()) / "one.safetensors"
    >>> _ = path.write_bytes(save({"a": np.array([0.5])}, {KEY: '{"schema": "mine/1"}'}))
    >>> about, tensors = read_file(path, "mine", "make it anew")
    >>> about, tensors["a"].tolist()
    ({'schema': 'mine/1'}, [0.5])
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gatewright.errors import StoreError, UnreadableError
from gatewright.files import read_regular
from gatewright.gates.schema import MisfitError, read_json, shown

KEY = "gatewright"  # one metadata key: safetensors does not keep the order of several
MOST_BYTES = 1 << 26
"""No larger file is read: 64 MB, a hundred times what a library of 222 classes takes."""


def read_file(path: Path, what: str, hint: str) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The description and the tensors in a file, of which nothing is checked yet but that it is whole.

    It is read at once: what is mapped from a file ends the process where the file is cut short meanwhile.

    Args:
        path: of the file.
        what: it should be one of, for an error.
        hint: how to mend it.

    Raises:
        UnreadableError: it is no such file.
        OSError: there is none, or it cannot be read.
    """
    from safetensors import SafetensorError, deserialize

    data = read_regular(path, MOST_BYTES)
    try:
        found = deserialize(data)  # type: ignore[no-untyped-call] # its stub has no types
        size = int.from_bytes(data[:8], "little")
        said = read_json(data[8 : 8 + size]).get("__metadata__") or {}
        about = read_json(said.get(KEY, "null"))
        tensors = {name: _array(tensor) for name, tensor in found}
    except (SafetensorError, MisfitError) as error:
        told = str(error).partition("\n")[0]
        raise UnreadableError(f"{path} is damaged: {told}", hint=hint) from error
    if not isinstance(about, dict):
        raise UnreadableError(f"{path} is a safetensors file, but not one of {what}", hint=hint)
    return about, tensors


def _array(tensor: Mapping[str, Any]) -> Any:
    kinds = {"F64": "<f8", "I64": "<i8"}
    if tensor["dtype"] not in kinds:
        raise MisfitError(f"numbers of {tensor['dtype']} are none of a gate")
    try:
        array = np.frombuffer(tensor["data"], kinds[tensor["dtype"]]).reshape(tensor["shape"])
    except ValueError as error:  # more dimensions than an array can have, or longer ones
        raise MisfitError(f"a tensor cannot have the shape {shown(tensor['shape'])}") from error
    array.flags.writeable = False
    return array


def check_schema(about: Mapping[str, Any], schema: str, *older: str, where: str, hint: str) -> None:
    """Refuse a file of another kind, or of a version that is neither this one nor one of the older.

    Raises:
        StoreError: it is one.
    """
    if about.get("schema") not in (schema, *older):
        said = shown(about.get("schema"))
        raise StoreError(f"{where} has schema {said}, this version reads {schema!r}", hint=hint)


def seal(about: Mapping[str, Any]) -> str:
    """A digest of all that a file says."""
    said = {key: value for key, value in about.items() if key != "about"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def check_seal(about: Mapping[str, Any], whose: str, *, where: str, hint: str) -> None:
    """Refuse a file that says something else than was saved; of checked values only.

    Raises:
        UnreadableError: it does.
    """
    if about.get("about") != seal(about):
        raise UnreadableError(
            f"{where} is damaged: what it says of {whose} is not what was saved", hint=hint
        )
