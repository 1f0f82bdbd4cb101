"""Stored files made to break what reads them: each is refused in one line, and costs little."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from gatewright.errors import StoreError, UnreadableError
from gatewright.gates.npn import file as library_file
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.npn.file import library_path
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import from_file, to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.store.tensor_file import KEY, MOST_BYTES, seal
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import Adam
from gatewright.logic.truth_table import TruthTable


@pytest.fixture(scope="module")
def trained_xor(dense_gates: dict[str, TrainedGate]) -> TrainedGate:
    """A gate whose proof has boxes."""
    return dense_gates["xor"]


Change = Callable[[dict[str, Any]], object]


def told(store: Store, spec: GateSpec) -> tuple[str, str]:
    """The status of a gate, and why it cannot be used, as text."""
    state, error = store.status(spec)
    return state, str(error)


def said(data: bytes) -> dict[str, Any]:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    about: dict[str, Any] = json.loads(header["__metadata__"][KEY])
    return about


def sealed(data: bytes, change: Change, **tensors: Any) -> bytes:
    """The file with something else said in it or stored in it, and sealed again."""
    about = said(data)
    change(about)
    about["about"] = seal(about)
    kept = {name: each for name, each in (load(data) | tensors).items() if each is not None}
    return save({k: np.ascontiguousarray(v) for k, v in kept.items()}, {KEY: json.dumps(about)})


def with_text(data: bytes, old: str, new: str) -> bytes:
    """The file with a part of its JSON replaced, letter by letter."""
    text = json.dumps(said(data), sort_keys=True)
    assert text.count(old) == 1
    return save(load(data), {KEY: text.replace(old, new)})


def put(key: str, value: object, *path: str) -> Change:
    def change(about: dict[str, Any]) -> None:
        for each in path:
            about = about[each]
        about[key] = value

    return change


@pytest.fixture
def data(empty_store: Store, trained_xor: TrainedGate) -> bytes:
    empty_store.prepare()
    return to_bytes(trained_xor)


def refusal(store: Store, spec: GateSpec, data: bytes) -> str:
    path = store.path(spec.name)
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as caught:
        store.load(spec)
    text = str(caught.value)
    assert told(store, spec) == ("unreadable", text)
    assert text.startswith(f"{path} is damaged: ")
    assert text.endswith("; train it anew")
    assert text.isprintable()
    assert len(caught.value.message) - len(str(path)) < 300
    return text


def test_sealing_a_file_again_changes_nothing(
    empty_store: Store, xor: GateSpec, data: bytes
) -> None:
    empty_store.path("xor").write_bytes(sealed(data, lambda _: None))
    assert empty_store.status(xor) == ("trained", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("seed", float("inf")), "Infinity is not a number"),
        (put("seed", -1), "'seed' is -1"),
        (put("seed", 1 << 2000), "'seed' is a number of 2001 bits"),
        (put("seed", True), "'seed' is True"),
        (put("seed", 1.0), "'seed' is 1.0"),
        (put("mood", "good"), "unknown key 'mood'"),
        (put("epochs", 10**12, "recipe"), "1000000000000 epochs are more than any"),
        (put("restarts", 10**9, "recipe"), "1000000000 restarts cannot be run"),
        (put("layers", [10**9], "recipe"), "parameters is not a small one"),
        (put("layers", [2] * 10**5, "recipe"), "'layers' cannot be [2, 2, "),
        (put("box_radius", 1e308, "recipe"), "'box_radius' cannot be 1e+308"),
        (put("init", {"name": "legacy", "skip": 10**12}, "recipe"), "does not exist"),
        (put("x\ny\x1b[2J", 1, "recipe"), r"unknown key 'x\ny\x1b[2J'"),
        (put("recipe", "none"), "'recipe' is 'none', not a record"),
        (put("recipe", {}), "missing key 'layers'"),
        (put("restart", "0", "figures"), "'figures.restart' is '0'"),
        (put("solved", 1.5, "figures"), "'figures.solved' is 1.5"),
        (put("proved", 10**400, "figures"), "'figures.proved' is a number of 1329 bits"),
        (put("epochs", 10**12, "figures"), "'figures.epochs' is 1000000000000"),
        (put("box_radius", [], "figures"), "'figures.box_radius' is []"),
        (put("error", None, "figures"), "'figures.error' is None"),
        (put("error", -0.5, "figures"), "'figures.error' is -0.5"),
        (put("restart", 16, "figures"), "its figures are of more restarts than its recipe has"),
        (put("solved", 17, "figures"), "its figures are of more restarts than its recipe has"),
        (put("box_radius", 0.49, "figures"), "its figures are of wider boxes than its recipe has"),
        (put("more", 1, "figures"), "in 'figures': unknown key 'more'"),
        (put("figures", [0] * 6), "'figures' is [0, 0, 0, 0, 0, 0], not a record"),
        (put("widest", 10**400, "datasheet"), "'datasheet.widest' is a number of 1329 bits"),
        (put("vil", "0.45", "datasheet"), "'datasheet.vil' is '0.45'"),
        (put("vil", 0.5, "datasheet"), "are not a discipline"),
        (put("precisions", [], "datasheet"), "'datasheet.precisions' is []"),
        (put("precisions", ["float16"], "datasheet"), "'datasheet.precisions[0]' is 'float16'"),
        (put("precisions", [["float64"]], "datasheet"), "'datasheet.precisions[0]' is ['float64']"),
        (put("boxes", 10**12, "datasheet"), "'datasheet.boxes' is 1000000000000"),
        (put("boxes", 3, "datasheet"), "its proof has boxes that are none"),
        (put("depth", -1, "datasheet"), "'datasheet.depth' is -1"),
        (put("weight_bits", True, "datasheet"), "'datasheet.weight_bits' is True"),
        (put("worst_gain", float("nan"), "datasheet"), "NaN is not a number"),
        (put("digest", "z" * 64, "datasheet"), "'datasheet.digest' is 'zzz"),
        (put("datasheet", []), "'datasheet' is [], not a record"),
        (put("proof", 5), "'proof' is 5"),
        (put("weights", "\x1b]0;x\x07"), r"'weights' is '\x1b]0;x\x07'"),
        (put("sizes", [2, 10**9, 4, 1]), "'sizes[1]' is 1000000000"),
        (put("sizes", [2, 20_000, 20_000, 1]), "its network has more than 20000 parameters"),
        (put("sizes", [2] * 10**5), "'sizes' is [2, 2, 2, 2, 2, 2, … 99994 more]"),
        (put("sizes", [2, 2.0, 4, 1]), "'sizes[1]' is 2.0"),
        (put("activations", ["clipped"] * 10**5), "'activations' is ['clipped', "),
        (put("activations", ["leaky-relu(1e999)"] * 3), "unknown activation"),
        (put("inputs", ["a"] * 10**5), "'inputs' is ['a', "),
        (put("ones", [True]), "'ones' is [True], not [6]"),
        (put("ones", [10**4000]), "'ones' is [a number of 13288 bits], not [6]"),
        (put("cares", [7]), "'cares' is [7], not [15]"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_said_is_checked(
    empty_store: Store, xor: GateSpec, data: bytes, change: Change, told: str
) -> None:
    assert told in refusal(empty_store, xor, sealed(data, change))


NESTED = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"seed": 0', f'"seed": {NESTED}', "it is nested too deeply"),
        ('"seed": 0', f'"seed": {"9" * 5000}', "Exceeds the limit (4300 digits)"),
        ('"seed": 0', f'"seed": {"[" * 900 + "]" * 900}', "'seed' is [a list of 1]"),
        ('"seed": 0', '"seed": 0, "seed": 0', "the key 'seed' is given twice"),
        ('"restart": ', '"restart": 0, "restart": ', "the key 'restart' is given twice"),
        ('"seed": 0', '"seed": 1e999', "'seed' is inf"),
        ('"seed": 0', '"seed": ', "Expecting value"),
        ('"widest": ', '"widest": 1e400, "x": ', "unknown key 'x'"),
    ],
    ids=range(8),
)
def test_json_that_breaks_readers(
    empty_store: Store, xor: GateSpec, data: bytes, old: str, new: str, told: str
) -> None:
    assert told in refusal(empty_store, xor, with_text(data, old, new))


def headed(header: bytes, rest: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header + rest


@pytest.mark.parametrize(
    "header",
    [
        b'{"__metadata__":' + b"[" * 100_000 + b"}",
        b'{"__metadata__":{"gatewright":"{}","gatewright":"{}"}}',
        b'{"a":{"dtype":"F64","shape":[1000000000,1000000000],"data_offsets":[0,8]}}',
        b'{"a":{"dtype":"F64","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,8]}}',
        b'{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],'
        b'"data_offsets":[0,8]}}',
        b"\xff" * 100,
    ],
    ids=range(6),
)
def test_headers_that_break_readers(empty_store: Store, xor: GateSpec, header: bytes) -> None:
    empty_store.prepare()
    refusal(empty_store, xor, headed(header, bytes(8)))


@pytest.mark.parametrize("shape", [[0] * 10_000, [1] * 65, [2**62, 0], [2**64 - 1, 0]])
def test_shapes_that_no_array_has(empty_store: Store, xor: GateSpec, shape: list[int]) -> None:
    empty_store.prepare()
    size = 0 if 0 in shape else 8
    tensor = {"dtype": "F64", "shape": shape, "data_offsets": [0, size]}
    header = json.dumps({"w": tensor, "__metadata__": {"gatewright": "{}"}}).encode()
    told = refusal(empty_store, xor, headed(header, bytes(size)))
    assert "is damaged: a tensor cannot have the shape [" in told


@pytest.mark.parametrize(
    ("tensors", "told"),
    [
        (
            {"proof.row": np.zeros(4)},
            "the tensor 'proof.row' is float64 of [4], not int64 of [None]",
        ),
        ({"proof.row": np.zeros((4, 1), np.int64)}, "the tensor 'proof.row' is int64 of [4, 1]"),
        ({"proof.low": None}, "it has no tensor 'proof.low'"),
        ({"proof.low": np.zeros((3, 2))}, "the tensor 'proof.low' is float64 of [3, 2]"),
        ({"proof.high": np.zeros((4, 2), np.int64)}, "the tensor 'proof.high' is int64 of [4, 2]"),
        ({"layer0.weight": np.zeros((2, 2), np.float32)}, "numbers of F32 are none of a gate"),
        ({"layer0.weight": np.zeros((1, 4))}, "the tensor 'layer0.weight' is float64 of [1, 4]"),
        ({"layer0.weight": np.zeros(4)}, "the tensor 'layer0.weight' is float64 of [4]"),
        ({"layer0.weight": None}, "it has no tensor 'layer0.weight'"),
        ({"layer9.weight": np.zeros(2)}, "it has 10 tensors, and uses 9"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_tensors_of_another_kind(
    empty_store: Store, xor: GateSpec, data: bytes, tensors: dict[str, Any], told: str
) -> None:
    assert told in refusal(empty_store, xor, sealed(data, lambda _: None, **tensors))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_boxes_that_are_none_even_where_the_digest_fits(
    empty_store: Store, trained_xor: TrainedGate, value: float
) -> None:
    empty_store.prepare()
    sheet = trained_xor.datasheet
    assert sheet is not None
    low, far = sheet.low.copy(), sheet.rows.copy()
    low[0, 0], far[0] = value, 4
    for spoilt in (replace(sheet, low=low), replace(sheet, rows=far), replace(sheet, rows=-far)):
        told = refusal(
            empty_store, trained_xor.spec, to_bytes(replace(trained_xor, datasheet=spoilt))
        )
        assert "its proof has boxes that are none" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_pipes_and_devices_in_place_of_a_gate_are_not_waited_for(
    empty_store: Store, xor: GateSpec
) -> None:
    empty_store.prepare()
    path, libraries = empty_store.path("xor"), library_path(empty_store.folder, "npn2")
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        for each in (path, libraries):
            each.unlink(missing_ok=True)
            make(each)
        with pytest.raises(
            UnreadableError, match=r"cannot be read: it is a (pipe|device), not a file"
        ):
            empty_store.load(xor)
        assert empty_store.status(xor)[0] == "unreadable"
        with pytest.raises(UnreadableError, match=r"cannot be read: it is a (pipe|device), not a"):
            library_file.read(libraries, "npn2")


def test_a_file_of_6_gb_is_not_read(empty_store: Store, xor: GateSpec, data: bytes) -> None:
    with empty_store.path("xor").open("wb") as file:
        file.write(data)
        file.truncate(6 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError, match=f"more than the {MOST_BYTES} that are read"):
            empty_store.load(xor)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_loaded_gate_does_not_change_with_its_file(
    empty_store: Store, trained_xor: TrainedGate
) -> None:
    path = empty_store.save(trained_xor)
    loaded = empty_store.load(trained_xor.spec)
    os.truncate(path, 0)  # of a mapped file, the next look would end the process
    assert loaded is not None
    assert loaded.datasheet is not None
    assert trained_xor.datasheet is not None
    assert loaded.datasheet.proof == trained_xor.datasheet.proof
    assert not loaded.datasheet.low.flags.writeable


# Libraries


@pytest.fixture(scope="module")
def small() -> bytes:
    spec = class_specs("npn2")[1]
    return library_file.to_bytes(NpnLibrary("npn2", {spec.name: train(spec)}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("more", 1), "it says more or less than a library"),
        (put("gates", []), "its gates are not those of 'npn2'"),
        (put("seed", -1, "gates", "npn1-1"), "'seed' is -1"),
        (put("more", 1, "gates", "npn1-1"), "unknown key 'more'"),
        (put("epochs", 10**12, "gates", "npn1-1", "recipe"), "epochs are more than any"),
        (put("precisions", [], "gates", "npn1-1", "datasheet"), "'datasheet.precisions' is []"),
        (put("name", "x" * 10**6), "holds the library 'xxx"),
        (put("schema", [[]] * 10**5), "has schema [a list of 0, "),
    ],
    ids=range(8),
)
def test_what_a_library_says_is_checked(
    tmp_path: Path, small: bytes, change: Change, told: str
) -> None:
    path = library_path(tmp_path, "npn2")
    path.write_bytes(sealed(small, change))
    with pytest.raises(StoreError) as caught:
        library_file.read(path, "npn2")
    assert told in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) - len(str(path)) < 300


# What is wider than a number that JSON's readers take


@pytest.mark.parametrize("inputs", [13, 14])
def test_a_gate_of_many_inputs_is_saved_and_loaded(
    tmp_path: Path, trained_xor: TrainedGate, inputs: int
) -> None:
    names = tuple(f"i{number}" for number in range(inputs))
    ones = (1 << (1 << inputs)) - 1
    spec = GateSpec("wide", TruthTable(names, ("y",), (ones,), (ones,)))
    shape = Architecture((inputs, 1), ("clipped",))
    wide = replace(
        trained_xor, spec=spec, architecture=shape, theta=np.full(inputs + 1, 2.0), datasheet=None
    )
    figures = replace(wide.figures, box_radius=0.0)
    wide = replace(
        wide,
        figures=figures,
        recipe=Recipe((), optimiser=Adam()),
    )
    path = tmp_path / "wide.safetensors"
    path.write_bytes(to_bytes(wide))
    assert from_file(path, spec).digest == wide.digest
    assert said(path.read_bytes())["ones"] == [ones if inputs == 13 else hex(ones)]
