"""The store: trained gates on disk, one safetensors file each.

After `train`. A file holds the weights and, in its metadata, everything that says what they are:
schema, the gate's name and truth-table digest, recipe, seed, figures, and a digest of the weights.
No times and no host names: the same training writes the same bytes. What does not fit is refused by
name; nothing is ever loaded in silence, repaired or deleted.

Example:
    >>> import tempfile
    >>> from gatewright.gates.train import train
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> store.load(spec) is None
    True
    >>> store.save(train(spec)).name
    'and.safetensors'
    >>> store.load(spec).digest == train(spec).digest
    True
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gatewright.errors import RecipeError, StoreError
from gatewright.files import write_atomically
from gatewright.gates.recipe import Recipe
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.learn.network import Architecture

SCHEMA = "gatewright/trained-gate/1"
_KEY = "gatewright"  # one metadata key: safetensors does not keep the order of several


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of trained gates; it is made when the first gate is saved."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file of the gate called ``name``."""
        return self.folder / f"{name}.safetensors"

    def prepare(self) -> None:
        """Make the folder, and find out now rather than after a training whether it can be used.

        Raises:
            StoreError: it is a file, or cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise StoreError(f"the store {self.folder} is not a folder", hint=_ELSEWHERE) from None
        except OSError as error:
            raise self._unwritable(error) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise StoreError(f"the store {self.folder} cannot be written to", hint=_ELSEWHERE)

    def save(self, gate: TrainedGate) -> Path:
        """Write a trained gate, in place of an older one of its name; give back the file.

        Raises:
            StoreError: the store cannot be written to; an older file is untouched.
        """
        self.prepare()
        path = self.path(gate.spec.name)
        if path.is_dir():
            raise StoreError(f"{path} is a folder", hint="move it away, then train the gate")
        try:
            write_atomically(path, to_bytes(gate))
        except OSError as error:
            raise self._unwritable(error) from error
        return path

    def load(self, spec: GateSpec) -> TrainedGate | None:
        """The trained gate for ``spec``, or none where it has not been trained.

        Raises:
            StoreError: there is a file, but not of this gate, this truth table or this schema, or it
                is damaged.
        """
        path = self.path(spec.name)
        if path.is_dir():
            raise StoreError(f"{path} is a folder", hint="move it away, then train the gate")
        try:
            return from_file(path, spec)
        except (FileNotFoundError, NotADirectoryError):
            if self.folder.exists() and not self.folder.is_dir():
                raise StoreError(
                    f"the store {self.folder} is not a folder", hint=_ELSEWHERE
                ) from None
            return None
        except OSError as error:
            raise StoreError(
                f"{path} cannot be read: {error.strerror or error}", hint=_mend(spec)
            ) from error

    def status(self, spec: GateSpec) -> tuple[Literal["trained", "untrained", "refused"], str]:
        """Whether ``spec`` has a trained gate here that can be used; if one is refused, why."""
        try:
            return ("untrained" if self.load(spec) is None else "trained"), ""
        except StoreError as error:
            return "refused", str(error)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the store {self.folder} cannot be written to: {error.strerror or error}",
            hint=_ELSEWHERE,
        )


_ELSEWHERE = "name another folder with --store DIR or CIRCUITS_STORE"


def to_bytes(gate: TrainedGate) -> bytes:
    """A trained gate as the bytes of a safetensors file; equal gates give equal bytes."""
    from safetensors.numpy import save

    tensors = {}
    for number, (w, b) in enumerate(gate.shape.layers(gate.theta[None])):
        # safetensors writes the buffer as it lies in memory: only contiguous arrays are safe.
        tensors[f"layer{number}.weight"] = np.ascontiguousarray(w[0], dtype="<f8")
        tensors[f"layer{number}.bias"] = np.ascontiguousarray(b[0, 0], dtype="<f8")
    about = {
        "schema": SCHEMA,
        "gate": gate.spec.name,
        "table": gate.spec.table.digest,
        "sizes": gate.shape.sizes,
        "activations": gate.shape.activations,
        "recipe": gate.recipe.to_dict(),
        "seed": gate.seed,
        "figures": dataclasses.asdict(gate.figures),
        "weights": gate.digest,
    }
    about["about"] = _seal(about)
    return save(tensors, {_KEY: json.dumps(about, sort_keys=True)})


def from_file(path: Path, spec: GateSpec) -> TrainedGate:
    """The trained gate in a file, which must be one of ``spec``.

    Raises:
        StoreError: it is not, or the file is damaged.
        OSError: there is no such file, or it cannot be read.
    """
    about, tensors = _read(path, spec)
    if about.get("schema") != SCHEMA:
        raise StoreError(
            f"{path} has schema {about.get('schema')!r}, this version reads {SCHEMA!r}",
            hint=_mend(spec),
        )
    if about.get("gate") != spec.name:
        raise StoreError(
            f"{path} holds the gate {about.get('gate')!r}, not '{spec.name}'", hint=_mend(spec)
        )
    if about.get("table") != spec.table.digest:
        raise StoreError(
            f"{path} was trained on another truth table than '{spec.name}' has now",
            hint=_mend(spec),
        )
    try:
        shape = Architecture(tuple(about["sizes"]), tuple(about["activations"]))
        parts = []
        for number, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
            parts.append(tensors[f"layer{number}.weight"].reshape(before * after))
            parts.append(tensors[f"layer{number}.bias"].reshape(after))
        theta = np.concatenate(parts).astype(np.float64)
        theta.flags.writeable = False
        recipe, figures = Recipe.from_dict(about["recipe"]), Figures(**about["figures"])
        gate = TrainedGate(spec, shape, theta, recipe, int(about["seed"]), figures)
    except (KeyError, TypeError, ValueError, RecipeError) as error:
        raise StoreError(f"{path} is damaged: {error}", hint=_mend(spec)) from error
    if (shape.sizes[0], shape.sizes[-1]) != (len(spec.table.inputs), len(spec.table.outputs)):
        raise StoreError(
            f"{path} is damaged: its network does not fit '{spec.name}'", hint=_mend(spec)
        )
    if about.get("about") != _seal(about):
        raise StoreError(
            f"{path} is damaged: what it says of the gate is not what was saved", hint=_mend(spec)
        )
    if gate.digest != about.get("weights") or not np.isfinite(theta).all():
        raise StoreError(
            f"{path} is damaged: its weights are not those it was saved with", hint=_mend(spec)
        )
    return gate


def _read(path: Path, spec: GateSpec) -> tuple[dict[str, Any], Mapping[str, Any]]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        path.open("rb").close()  # raises what is the matter: missing, or a folder
    try:
        with safe_open(path, framework="np") as file:
            about = json.loads((file.metadata() or {}).get(_KEY, "null"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, ValueError, TypeError, AttributeError) as error:
        # The last two: tensors of a kind that NumPy does not have.
        raise StoreError(f"{path} is damaged: {error}", hint=_mend(spec)) from error
    if not isinstance(about, dict):
        raise StoreError(
            f"{path} is a safetensors file, but not one of a trained gate", hint=_mend(spec)
        )
    return about, tensors


def _seal(about: Mapping[str, Any]) -> str:
    """A digest of all that a file says of its gate."""
    said = {key: value for key, value in about.items() if key != "about"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _mend(spec: GateSpec) -> str:
    return f"train it anew with 'circuits train {spec.name}'"
