"""A trained gate as tensors and a description: what the file of one gate and that of a library share.

`store` and `library_file` add a schema, names and a seal.

Example:
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> sorted(tensors_of(gate, "not/"))[:2], describe(gate)["ones"]
    (['not/layer0.bias', 'not/layer0.weight'], [1])
    >>> import json
    >>> plain = json.loads(json.dumps(describe(gate)))
    >>> gate_of(plain, tensors_of(gate), gate.spec, where="it", hint="").digest == gate.digest
    True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.errors import GatewrightError, RecipeError, StoreError, UnreadableError, UsageError
from gatewright.gates.datasheet import Datasheet
from gatewright.gates.schema import Kind, MisfitError, Record, check, shown
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.description import MOST_LETTERS, columns, described
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.absent import AbsentRecipe, absent, names_of
from gatewright.gates.training.recipe import MOST_PARAMETERS, Recipe, with_todays_names
from gatewright.learn.activations import ACTIVATIONS
from gatewright.learn.network import Architecture
from gatewright.text import visible

_NOTHING: Mapping[str, Kind] = {}


def tensors_of(gate: TrainedGate, prefix: str = "") -> dict[str, Any]:
    """Weights, biases and the boxes of the proof, by name."""
    tensors = {}
    for number, (w, b) in enumerate(gate.architecture.layers(gate.theta[None])):
        # safetensors writes the buffer as it lies in memory: only contiguous arrays are safe.
        weights = w[0].diagonal() if number == 0 and gate.architecture.restoring else w[0]
        tensors[f"{prefix}layer{number}.weight"] = np.ascontiguousarray(weights, dtype="<f8")
        tensors[f"{prefix}layer{number}.bias"] = np.ascontiguousarray(b[0, 0], dtype="<f8")
    sheet = gate.datasheet
    if sheet is not None and not gate.architecture.restoring:
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
        "ones": columns(table.ones, table.rows),
        "cares": columns(table.cares, table.rows),
        "sizes": gate.architecture.sizes,
        "activations": gate.architecture.activations,
        "restoring": gate.architecture.restoring,
        "recipe": gate.recipe.to_dict(),
        "seed": gate.seed,
        "figures": dataclasses.asdict(gate.figures),
        "summary": visible(gate.spec.summary)[:MOST_LETTERS],
        "datasheet": None if sheet is None else sheet.to_dict(),
        "proof": None if sheet is None else sheet.proof,
        "weights": gate.digest,
    }


def gate_of(
    about: Any,
    tensors: Mapping[str, Any],
    spec: GateSpec,
    *,
    more: Mapping[str, Kind] = _NOTHING,
    prefix: str = "",
    where: str,
    hint: str,
) -> TrainedGate:
    """The gate of a description and tensors; `check_weights` says whether the two belong together.

    Args:
        about: as `describe` gives it; here everything in it is checked.
        tensors: as `tensors_of` gives them; more of them may be there.
        spec: what the gate should be of.
        more: what else the description may say.
        prefix: of the tensors' names.
        where: what an error names.
        hint: how to mend it.

    Raises:
        UnreadableError: they do not describe a network, or not one of the gate's inputs and outputs.
    """
    try:
        if isinstance(about, Mapping) and isinstance(about.get("figures"), Mapping):
            about = {**about, "figures": with_todays_names(about["figures"])}
            about.setdefault("restoring", False)  # as of all gates of before 0.2
            about.setdefault("summary", "")
        check(about, Record({**described(spec).fields, **more}))
        recipe = _recipe(about["recipe"], spec)
        if isinstance(recipe, AbsentRecipe):
            _check_units(about["activations"], recipe, where)
        figures = _figures(about["figures"], recipe)
        architecture = Architecture(
            tuple(about["sizes"]), tuple(about["activations"]), about["restoring"]
        )
        if (architecture.sizes[0], architecture.sizes[-1]) != (
            len(spec.table.inputs),
            len(spec.table.outputs),
        ):
            raise MisfitError(f"its network does not fit '{spec.name}'")
        if architecture.parameters > MOST_PARAMETERS:
            raise MisfitError(f"its network has more than {MOST_PARAMETERS} parameters")
        parts = []
        for number, (before, after) in enumerate(pairwise(architecture.sizes)):
            name = f"{prefix}layer{number}"
            shape = (after,) if number == 0 and architecture.restoring else (before, after)
            parts.append(_tensor(tensors, f"{name}.weight", "<f8", shape).ravel())
            parts.append(_tensor(tensors, f"{name}.bias", "<f8", (after,)))
        theta = np.concatenate(parts).astype(np.float64)
        theta.flags.writeable = False
        sheet = None
        if about["datasheet"] is not None:
            boxes = _boxes(tensors, prefix, architecture)
            sheet = Datasheet.from_dict(about["datasheet"], *boxes)
        return TrainedGate(spec, architecture, theta, recipe, about["seed"], figures, sheet)
    except (MisfitError, RecipeError, UsageError) as error:
        told = error.message if isinstance(error, GatewrightError) else error
        raise UnreadableError(f"{where} is damaged: {told}", hint=hint) from error


def _check_units(activations: Iterable[str], recipe: AbsentRecipe, where: str) -> None:
    """Refuse a gate that cannot run: its units are of a plugin that is not here.

    Raises:
        StoreError: it is one.
    """
    if any(name not in ACTIVATIONS for name in names_of(list(activations))):
        raise StoreError(f"{where} cannot run: {recipe.missing}", hint=recipe.hint)


def _recipe(plain: object, spec: GateSpec) -> Recipe | AbsentRecipe:
    """The recipe of plain values, which must be one that could be run on the gate again."""
    if not isinstance(plain, Mapping):
        raise MisfitError(f"'recipe' is {shown(plain)}, not a record")
    if (elsewhere := absent(plain)) is not None:
        return elsewhere
    recipe, table = Recipe.from_dict(plain), spec.table
    recipe.check_work(len(table.inputs), len(table.outputs), table.rows, recipe.box_radius)
    return recipe


def _figures(plain: Mapping[str, Any], recipe: Recipe | AbsentRecipe) -> Figures:
    """The figures of plain values, which must be of a training by the recipe: pictures run it again."""
    figures = Figures(**plain)
    if not figures.restart < recipe.restarts >= figures.solved >= figures.proved:
        raise MisfitError("its figures are of more restarts than its recipe has")
    if figures.box_radius > recipe.box_radius:
        raise MisfitError("its figures are of wider boxes than its recipe has")
    return figures


def _boxes(
    tensors: Mapping[str, Any], prefix: str, architecture: Architecture
) -> tuple[Indices, Floats, Floats]:
    """The boxes of a proof: rows, least and greatest inputs; none of a gate that restores its inputs."""
    inputs = architecture.sizes[0]
    if architecture.restoring:
        nowhere = np.empty((0, inputs))
        return np.empty(0, dtype=np.intp), nowhere, nowhere
    rows = _tensor(tensors, f"{prefix}proof.row", "<i8", (None,)).astype(np.intp)
    low = _tensor(tensors, f"{prefix}proof.low", "<f8", (len(rows), inputs))
    high = _tensor(tensors, f"{prefix}proof.high", "<f8", (len(rows), inputs))
    return rows, low, high


def _tensor(
    tensors: Mapping[str, Any], name: str, dtype: str, shape: tuple[int | None, ...]
) -> Any:
    """A tensor that must be there, of this type and shape; of any length where that says none."""
    if name not in tensors:
        raise MisfitError(f"it has no tensor '{name}'")
    found = tensors[name]
    fits = len(found.shape) == len(shape) and all(
        want in (None, size) for want, size in zip(shape, found.shape, strict=True)
    )
    if found.dtype != np.dtype(dtype) or not fits:
        raise MisfitError(
            f"the tensor '{name}' is {found.dtype} of {shown(found.shape)}, "
            f"not {np.dtype(dtype)} of {shown(shape)}"
        )
    return found


def check_weights(gate: TrainedGate, about: Mapping[str, Any], *, where: str, hint: str) -> None:
    """Refuse a gate whose description or datasheet is about other weights.

    Raises:
        UnreadableError: it is, or the weights or boxes are not numbers.
    """
    wrong, sheet = "", gate.datasheet
    if gate.digest != about.get("weights") or not np.isfinite(gate.theta).all():
        wrong = "its weights are not those it was saved with"
    elif sheet is not None and sheet.digest != gate.digest:
        wrong = "its datasheet speaks about other weights"
    elif sheet is not None and sheet.proof != about.get("proof"):
        wrong = "its proof is not the one it was saved with"
    elif (
        sheet is not None
        and not gate.architecture.restoring
        and not _are_boxes(sheet, gate.spec.table.rows)
    ):
        wrong = "its proof has boxes that are none"
    if wrong:
        raise UnreadableError(f"{where} is damaged: {wrong}", hint=hint)


def check_tensors(
    tensors: Mapping[str, Any], gates: Iterable[TrainedGate], *, where: str, hint: str
) -> None:
    """Refuse a file with more tensors than those of its gates, which are all there.

    Raises:
        UnreadableError: it has more.
    """
    used = sum(
        2 * len(gate.architecture.activations)
        + 3 * (gate.datasheet is not None and not gate.architecture.restoring)
        for gate in gates
    )
    if len(tensors) != used:
        raise UnreadableError(
            f"{where} is damaged: it has {len(tensors)} tensors, and uses {used}", hint=hint
        )


def _are_boxes(sheet: Datasheet, rows: int) -> bool:
    of, low, high = sheet.rows, sheet.low, sheet.high
    return bool(
        0 < len(of) <= sheet.boxes
        and (of >= 0).all()
        and (of < rows).all()
        and (low <= high).all()
        and np.isfinite(low).all()
        and np.isfinite(high).all()
    )
