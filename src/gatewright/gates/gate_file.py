"""A trained gate as tensors and a description: what the file of one gate and that of a library share.

After `trained`, before `store` and `library_file`, which add a schema, names and a seal.

Example:
    >>> from gatewright.gates.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> sorted(tensors_of(gate, "not/"))[:2], describe(gate)["ones"]
    (['not/layer0.bias', 'not/layer0.weight'], (1,))
    >>> gate_of(describe(gate), tensors_of(gate), gate.spec, where="it", hint="").digest == gate.digest
    True
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gatewright.errors import RecipeError, StoreError, UsageError
from gatewright.gates.datasheet import Datasheet
from gatewright.gates.recipe import Recipe
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.learn.network import Architecture

KEY = "gatewright"  # one metadata key: safetensors does not keep the order of several


def tensors_of(gate: TrainedGate, prefix: str = "") -> dict[str, Any]:
    """Weights, biases and the boxes of the proof, by name."""
    tensors = {}
    for number, (w, b) in enumerate(gate.shape.layers(gate.theta[None])):
        # safetensors writes the buffer as it lies in memory: only contiguous arrays are safe.
        tensors[f"{prefix}layer{number}.weight"] = np.ascontiguousarray(w[0], dtype="<f8")
        tensors[f"{prefix}layer{number}.bias"] = np.ascontiguousarray(b[0, 0], dtype="<f8")
    sheet = gate.datasheet
    if sheet is not None:
        tensors[f"{prefix}proof.row"] = np.ascontiguousarray(sheet.rows, dtype="<i8")
        tensors[f"{prefix}proof.low"] = np.ascontiguousarray(sheet.low, dtype="<f8")
        tensors[f"{prefix}proof.high"] = np.ascontiguousarray(sheet.high, dtype="<f8")
    return tensors


def describe(gate: TrainedGate) -> dict[str, Any]:
    """Everything else that is known of a gate, as plain values."""
    table, sheet = gate.spec.table, gate.datasheet
    return {
        "inputs": table.inputs,
        "outputs": table.outputs,
        "ones": table.ones,
        "cares": table.cares,
        "sizes": gate.shape.sizes,
        "activations": gate.shape.activations,
        "recipe": gate.recipe.to_dict(),
        "seed": gate.seed,
        "figures": dataclasses.asdict(gate.figures),
        "datasheet": None if sheet is None else sheet.to_dict(),
        "proof": None if sheet is None else sheet.proof,
        "weights": gate.digest,
    }


def gate_of(
    about: Mapping[str, Any],
    tensors: Mapping[str, Any],
    spec: GateSpec,
    *,
    prefix: str = "",
    where: str,
    hint: str,
) -> TrainedGate:
    """The gate of a description and tensors; `check_weights` says whether the two belong together.

    Args:
        about: as `describe` gives it.
        tensors: as `tensors_of` gives them.
        spec: what the gate should be of.
        prefix: of the tensors' names.
        where: what an error names.
        hint: how to mend it.

    Raises:
        StoreError: they do not describe a network, or not one of the gate's inputs and outputs.
    """
    try:
        shape = Architecture(tuple(about["sizes"]), tuple(about["activations"]))
        parts = []
        for number, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
            parts.append(tensors[f"{prefix}layer{number}.weight"].reshape(before * after))
            parts.append(tensors[f"{prefix}layer{number}.bias"].reshape(after))
        theta = np.concatenate(parts).astype(np.float64)
        theta.flags.writeable = False
        recipe, figures = Recipe.from_dict(about["recipe"]), Figures(**about["figures"])
        sheet = None
        if about["datasheet"] is not None:
            boxes = (tensors[f"{prefix}proof.{part}"] for part in ("row", "low", "high"))
            sheet = Datasheet.from_dict(about["datasheet"], *boxes)
        gate = TrainedGate(spec, shape, theta, recipe, int(about["seed"]), figures, sheet)
    except (KeyError, TypeError, ValueError, RecipeError, UsageError) as error:
        raise StoreError(f"{where} is damaged: {error}", hint=hint) from error
    if (shape.sizes[0], shape.sizes[-1]) != (len(spec.table.inputs), len(spec.table.outputs)):
        raise StoreError(f"{where} is damaged: its network does not fit '{spec.name}'", hint=hint)
    return gate


def check_weights(gate: TrainedGate, about: Mapping[str, Any], *, where: str, hint: str) -> None:
    """Refuse a gate whose description or datasheet is about other weights.

    Raises:
        StoreError: it is, or the weights are no numbers.
    """
    if gate.digest != about.get("weights") or not np.isfinite(gate.theta).all():
        raise StoreError(
            f"{where} is damaged: its weights are not those it was saved with", hint=hint
        )
    if gate.datasheet is not None and gate.datasheet.digest != gate.digest:
        raise StoreError(f"{where} is damaged: its datasheet speaks about other weights", hint=hint)
    if gate.datasheet is not None and gate.datasheet.proof != about.get("proof"):
        raise StoreError(
            f"{where} is damaged: its proof is not the one it was saved with", hint=hint
        )


def read_file(path: Path, what: str, hint: str) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The description and the tensors in a file.

    Args:
        path: of the file.
        what: it should be one of, for an error.
        hint: how to mend it.

    Raises:
        StoreError: it is no such file.
        OSError: there is none, or it cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        path.open("rb").close()  # raises what is the matter: missing, or a folder
    try:
        with safe_open(path, framework="np") as file:
            about = json.loads((file.metadata() or {}).get(KEY, "null"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, ValueError, TypeError, AttributeError) as error:
        # The last two: tensors of a kind that NumPy does not have.
        raise StoreError(f"{path} is damaged: {error}", hint=hint) from error
    if not isinstance(about, dict):
        raise StoreError(f"{path} is a safetensors file, but not one of {what}", hint=hint)
    return about, tensors


def seal(about: Mapping[str, Any]) -> str:
    """A digest of all that a file says."""
    said = {key: value for key, value in about.items() if key != "about"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
