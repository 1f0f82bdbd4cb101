"""A library in one file: every gate with its weights, its proof and everything else that is known of it.

A safetensors file; the tensors of each gate begin with its name, and one metadata entry describes them all.
Equal libraries give equal bytes, in whatever order they were trained. A file that is damaged, or of
another library, is refused by name.

Example:
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "npn2.library.safetensors"
    >>> read(path, "npn2") is None
    True
    >>> write(path, NpnLibrary("npn2", {}))
    >>> len(read(path, "npn2").missing)
    6
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gatewright.errors import Hint, StoreError, UnreadableError
from gatewright.files import write_atomically
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.schema import shown
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.gate_file import (
    check_tensors,
    check_weights,
    describe,
    gate_of,
    tensors_of,
)
from gatewright.gates.store.tensor_file import KEY, check_schema, check_seal, read_file, seal
from gatewright.gates.trained import TrainedGate

SCHEMA = "gatewright/library/2"
OLDER = "gatewright/library/1"
"""The schema of version 0.1.0: some keys had other names."""


def library_path(folder: Path, name: str) -> Path:
    """The file of a library in a store; no gate's name has a dot, so no gate has this one."""
    return folder / f"{name}.library.safetensors"


def to_bytes(library: NpnLibrary) -> bytes:
    """A library, or what there is of it so far, as the bytes of a safetensors file."""
    from safetensors.numpy import save

    tensors: dict[str, Any] = {}
    for name, gate in library.gates.items():
        tensors |= tensors_of(gate, f"{name}/")
    gates = {name: describe(gate) for name, gate in library.gates.items()}
    about: dict[str, Any] = {"schema": SCHEMA, "name": library.name, "gates": gates}
    about["about"] = seal(about)
    return save(tensors, {KEY: json.dumps(about, sort_keys=True)})


def write(path: Path, library: NpnLibrary) -> None:
    """Write a library in one step, in place of an older file.

    Raises:
        StoreError: it cannot be written; an older file is untouched.
    """
    try:
        write_atomically(path, to_bytes(library))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}",
            hint=Hint("name another folder with CIRCUITS_STORE", "other store"),
        ) from error


def read(path: Path, name: str) -> NpnLibrary | None:
    """The library in a file, with the gates there are; None if there is no file.

    Raises:
        UnknownGateError: no library has this name.
        StoreError: the file is damaged, cannot be read, or is of another library or schema.
    """
    specs = {spec.name: spec for spec in class_specs(name)}
    mend = Hint("build the library anew", "build anew", library=name)
    try:
        about, tensors = read_file(path, "a library", mend)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be read: {error.strerror or error}", hint=mend
        ) from error
    where = str(path)
    check_schema(about, SCHEMA, OLDER, where=where, hint=mend)
    if about.get("name") != name:
        said = shown(about.get("name"))
        raise StoreError(f"{path} holds the library {said}, not '{name}'", hint=mend)
    described = about.get("gates")
    if not isinstance(described, dict) or not described.keys() <= specs.keys():
        raise UnreadableError(f"{path} is damaged: its gates are not those of '{name}'", hint=mend)
    if about.keys() != {"schema", "name", "gates", "about"}:
        raise UnreadableError(f"{path} is damaged: it says more or less than a library", hint=mend)
    gates = {
        spec.name: _gate(described[spec.name], tensors, spec, path, mend)
        for spec in specs.values()
        if spec.name in described
    }
    check_seal(about, "its gates", where=where, hint=mend)
    for spec_name, gate in gates.items():
        said_of = f"{path}, gate '{spec_name}',"
        check_weights(gate, described[spec_name], where=said_of, hint=mend)
        if gate.datasheet is None:
            raise UnreadableError(f"{said_of} is damaged: it has no datasheet", hint=mend)
    check_tensors(tensors, gates.values(), where=where, hint=mend)
    return NpnLibrary(name, gates)


def _gate(
    about: Any, tensors: Mapping[str, Any], spec: GateSpec, path: Path, mend: str
) -> TrainedGate:
    where = f"{path}, gate '{spec.name}',"
    if not isinstance(about, dict):
        raise UnreadableError(f"{where} is damaged: it is not described", hint=mend)
    if about.get("ones") != list(spec.table.ones) or about.get("cares") != list(spec.table.cares):
        raise UnreadableError(f"{where} is damaged: it has another truth table", hint=mend)
    return gate_of(about, tensors, spec, prefix=f"{spec.name}/", where=where, hint=mend)
