"""The store: what is written, that it is the same every time, and what becomes of it on the way back."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from tests.strategies import few

from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import SCHEMA, to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train


def metadata(path: Path) -> dict[str, Any]:
    with safe_open(path, framework="np") as file:
        about: dict[str, Any] = json.loads(file.metadata()["gatewright"])
    return about


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Writing and reading


def test_what_was_saved_is_loaded(empty_store: Store, trained_adder: TrainedGate) -> None:
    path = empty_store.save(trained_adder)
    assert path == empty_store.folder / "half-adder.safetensors"
    loaded = empty_store.load(trained_adder.spec)
    assert loaded is not None
    assert loaded.digest == trained_adder.digest
    assert loaded.theta.tobytes() == trained_adder.theta.tobytes()
    assert loaded.architecture == trained_adder.architecture
    assert loaded.spec == trained_adder.spec
    assert loaded.recipe == trained_adder.recipe
    assert loaded.figures == trained_adder.figures
    assert loaded.seed == trained_adder.seed
    with pytest.raises(ValueError, match="read-only"):
        loaded.theta[0] = 1.0


def test_a_loaded_gate_is_saved_as_the_same_bytes(
    empty_store: Store, trained_xor: TrainedGate
) -> None:
    path = empty_store.save(trained_xor)
    before = path.read_bytes()
    loaded = empty_store.load(trained_xor.spec)
    assert loaded is not None
    empty_store.save(loaded)
    assert path.read_bytes() == before


def test_a_gate_that_was_not_trained_is_not_there(empty_store: Store, xor: GateSpec) -> None:
    assert empty_store.load(xor) is None
    empty_store.prepare()
    assert empty_store.load(xor) is None
    assert empty_store.status(xor) == ("untrained", None)
    assert files(empty_store.folder) == []


def test_looking_does_not_make_the_folder(empty_store: Store, xor: GateSpec) -> None:
    empty_store.load(xor)
    empty_store.status(xor)
    assert not empty_store.folder.exists()


def test_the_status_of_a_gate(empty_store: Store, trained_xor: TrainedGate) -> None:
    path = empty_store.save(trained_xor)
    assert empty_store.status(trained_xor.spec) == ("trained", None)
    path.write_bytes(b"")
    state, error = empty_store.status(trained_xor.spec)
    reason = str(error)
    assert state == "unreadable"
    assert str(path) in reason
    assert "train it anew" in reason


def test_a_newer_gate_takes_the_place_of_an_older_one(empty_store: Store, xor: GateSpec) -> None:
    one, two = train(xor, seed=1), train(xor, seed=2)
    empty_store.save(one)
    empty_store.save(two)
    loaded = empty_store.load(xor)
    assert loaded is not None
    assert loaded.digest == two.digest != one.digest
    assert files(empty_store.folder) == ["xor.safetensors"]


def test_several_gates_live_side_by_side(
    empty_store: Store, trained_xor: TrainedGate, trained_adder: TrainedGate
) -> None:
    empty_store.save(trained_xor)
    empty_store.save(trained_adder)
    assert files(empty_store.folder) == ["half-adder.safetensors", "xor.safetensors"]
    for gate in (trained_xor, trained_adder):
        loaded = empty_store.load(gate.spec)
        assert loaded is not None
        assert loaded.digest == gate.digest


def test_weights_of_any_memory_layout_are_saved_right(
    empty_store: Store, trained_xor: TrainedGate
) -> None:
    """safetensors writes the buffer as it lies in memory, which is wrong for anything but rows in a row."""
    theta = np.asfortranarray(np.stack([trained_xor.theta, trained_xor.theta + 1.0]))[0]
    assert not theta.flags.c_contiguous
    scattered = replace(trained_xor, theta=theta)
    assert to_bytes(scattered) == to_bytes(trained_xor)
    empty_store.save(scattered)
    loaded = empty_store.load(trained_xor.spec)
    assert loaded is not None
    assert loaded.digest == trained_xor.digest


# What the file says


def test_the_metadata_says_what_the_weights_are(
    empty_store: Store, trained_adder: TrainedGate
) -> None:
    about = metadata(empty_store.save(trained_adder))
    assert about["schema"] == SCHEMA == "gatewright/trained-gate/3"
    assert about["gate"] == "half-adder"
    assert about["table"] == trained_adder.spec.table.digest
    assert about["seed"] == 0
    assert about["recipe"] == json.loads(json.dumps(trained_adder.recipe.to_dict()))
    assert about["figures"]["error"] == trained_adder.figures.error
    assert about["figures"]["solved"] == trained_adder.figures.solved
    assert about["weights"] == trained_adder.digest
    assert about["sizes"] == list(trained_adder.architecture.sizes)


def test_the_weights_can_be_read_without_gatewright(
    empty_store: Store, trained_adder: TrainedGate
) -> None:
    with safe_open(empty_store.save(trained_adder), framework="np") as file:
        x = np.array([[1.0, 1.0], [0.0, 1.0]])
        for layer in range(3):
            weight = file.get_tensor(f"layer{layer}.weight")
            z = x @ weight if layer else x * weight  # the first has a weight an input
            z += file.get_tensor(f"layer{layer}.bias")
            x = (0.5 + z / 4).clip(0, 1)
        assert len(file.keys()) == 6  # a gate that restores its inputs has no boxes
    assert x.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


def test_nothing_in_the_file_says_when_or_where(
    empty_store: Store, trained_adder: TrainedGate
) -> None:
    words = set(_words(metadata(empty_store.save(trained_adder))))
    assert "seed" in words
    telling = ("time", "date", "host", "user", "path", "machine", "version")
    assert not {word for word in words for hint in telling if hint in word.lower()}
    assert platform.node() not in words
    assert str(empty_store.folder).encode() not in empty_store.path("half-adder").read_bytes()


SAVE = """
import sys
from pathlib import Path
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train
from gatewright.plugins.builtin.gates import gatewright_gates
for spec in gatewright_gates():
    if spec.name in ("half-adder", "mux"):
        Store(Path(sys.argv[1])).save(train(spec, seed=7))
"""


@pytest.mark.parametrize(
    "surroundings",
    few(
        [
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "OPENBLAS_NUM_THREADS": "1"},
            {"PYTHONHASHSEED": "2", "LC_ALL": "C", "OPENBLAS_NUM_THREADS": "2"},
        ],
        1,
    ),
    ids=["Tokyo", "C"],
)
def test_the_same_seed_writes_the_same_bytes_in_any_process(
    tmp_path: Path, builtins: dict[str, GateSpec], surroundings: dict[str, str]
) -> None:
    ours = {name: to_bytes(train(builtins[name], seed=7)) for name in ("half-adder", "mux")}
    subprocess.run(
        [sys.executable, "-c", SAVE, str(tmp_path)], check=True, env=os.environ | surroundings
    )
    assert {name: (tmp_path / f"{name}.safetensors").read_bytes() for name in ours} == ours
