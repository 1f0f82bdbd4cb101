"""One trained gate as a file: the bytes that are written, and what is read back.

What does not fit is refused by name; nothing is repaired, and nothing is loaded in silence.

Example:
    >>> import tempfile
    >>> from gatewright.gates.training.train import train
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> path = Path(tempfile.mkdtemp()) / "mine.safetensors"
    >>> _ = path.write_bytes(to_bytes(train(spec)))
    >>> spec_in(path).table == spec.table, from_file(path, spec).spec.name
    (True, 'and')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gatewright.errors import (
    GatewrightError,
    Hint,
    SpecError,
    StoreError,
    TableError,
    UnreadableError,
)
from gatewright.gates.datasheet import DIGEST
from gatewright.gates.schema import Exactly, MisfitError, shown
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.description import spec_of
from gatewright.gates.store.gate_file import (
    check_tensors,
    check_weights,
    describe,
    gate_of,
    tensors_of,
)
from gatewright.gates.store.tensor_file import KEY, check_schema, check_seal, read_file, seal
from gatewright.gates.trained import TrainedGate
from gatewright.logic.comparison import difference

SCHEMA = "gatewright/trained-gate/3"
OLDER = "gatewright/trained-gate/2"
"""As 0.1.0 wrote it: some keys had other names."""

SUFFIX = ".safetensors"


def to_bytes(gate: TrainedGate) -> bytes:
    """A trained gate as the bytes of a safetensors file; equal gates give equal bytes."""
    from safetensors.numpy import save

    about = {
        "schema": SCHEMA,
        "gate": gate.spec.name,
        "table": gate.spec.table.digest,
        **describe(gate),
    }
    about["about"] = seal(about)
    return save(tensors_of(gate), {KEY: json.dumps(about, sort_keys=True)})


def from_file(path: Path, spec: GateSpec) -> TrainedGate:
    """The trained gate in a file, which must be one of ``spec``.

    Raises:
        StoreError: it is not, or the file is damaged.
        OSError: there is no such file, or it cannot be read.
    """
    where, mend = str(path), train_anew(spec)
    about, tensors = read_file(path, "a trained gate", mend)
    check_schema(about, SCHEMA, OLDER, where=where, hint=mend)
    if about.get("gate") != spec.name:
        raise _of_another(path, about, spec.name, mend)
    trained = spec if about.get("table") == spec.table.digest else _same(about, spec, path, mend)
    more = {key: Exactly(about.get(key)) for key in ("schema", "gate", "table")} | {"about": DIGEST}
    gate = gate_of(about, tensors, trained, more=more, where=where, hint=mend)
    check_seal(about, "the gate", where=where, hint=mend)
    check_tensors(tensors, [gate], where=where, hint=mend)
    check_weights(gate, about, where=where, hint=mend)
    return gate if trained is spec else replace(gate, spec=spec)


def spec_in(path: Path, name: str = "") -> GateSpec:
    """What the gate in a file computes, as the file says.

    Args:
        path: of the file.
        name: of the gate it should hold; by default any.

    Raises:
        StoreError: the file is damaged, or of another gate or version.
        OSError: there is no such file, or it cannot be read.
    """
    mend = replace_gate(name or path.stem)
    try:
        about, _ = read_file(path, "a trained gate", mend)
        check_schema(about, SCHEMA, OLDER, where=str(path), hint=mend)
        if name and about.get("gate") != name:
            raise _of_another(path, about, name, mend)
        return spec_of(about)
    except (MisfitError, TableError, SpecError) as error:
        told = error.message if isinstance(error, GatewrightError) else error
        raise UnreadableError(f"{path} is damaged: {told}", hint=mend) from error


def _same(about: Mapping[str, Any], spec: GateSpec, path: Path, mend: str) -> GateSpec:
    """The same function as a gate, as a file says it, whose ports may have other names.

    Raises:
        StoreError: it is one.
    """
    what = f"{path} was trained on another truth table than '{spec.name}' has now"
    try:
        known = spec_of(about)
    except (MisfitError, GatewrightError):  # as files of older versions, which do not say it
        raise StoreError(what, hint=mend) from None
    if not known.table.same(spec.table):
        raise StoreError(f"{what}: {difference(known.table, spec.table)}", hint=mend)
    return known


def _of_another(path: Path, about: Mapping[str, Any], name: str, mend: str) -> StoreError:
    return StoreError(f"{path} holds the gate {shown(about.get('gate'))}, not '{name}'", hint=mend)


def train_anew(spec: GateSpec) -> str:
    """What to do about a file of a gate that cannot be used."""
    return Hint("train it anew", "train anew", gate=spec.name)


def replace_gate(name: str) -> str:
    """What to do about a file that cannot be used of a gate whose table may be known nowhere else."""
    return Hint("train it anew from its truth table, or forget it", "replace gate", gate=name)
