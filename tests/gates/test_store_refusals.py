"""Files the store refuses: by name, with the command that mends it, and left exactly as they were."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save
from tests.strategies import few

from gatewright.errors import StoreError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train


@pytest.fixture(scope="module")
def trained_xor(dense_gates: dict[str, TrainedGate]) -> TrainedGate:
    """A gate whose proof has boxes."""
    return dense_gates["xor"]


MEND = "train it anew"


def told(store: Store, spec: GateSpec) -> tuple[str, str]:
    """The status of a gate, and why it cannot be used, as text."""
    state, error = store.status(spec)
    return state, str(error)


def header_length(data: bytes) -> int:
    return int.from_bytes(data[:8], "little")


def metadata(data: bytes) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(
        json.loads(data[8 : 8 + header_length(data)])["__metadata__"]["gatewright"]
    )
    return about


def with_metadata(data: bytes, **changes: Any) -> bytes:
    """The same weights, with some of what is said about them changed; None takes it out."""
    about = metadata(data) | changes
    about = {key: value for key, value in about.items() if value is not None}
    return save(load(data), {"gatewright": json.dumps(about)})


def with_tensors(data: bytes, **changes: Any) -> bytes:
    """The same metadata, with some of the weights changed; None takes them out."""
    tensors = {
        key: np.ascontiguousarray(value)
        for key, value in (load(data) | changes).items()
        if value is not None
    }
    return save(tensors, {"gatewright": json.dumps(metadata(data))})


def with_dtype(data: bytes, dtype: str, size: int) -> bytes:
    """The same bytes, read as numbers of another kind."""
    header = json.loads(data[8 : 8 + header_length(data)])
    tensor = header["layer0.bias"]
    tensor["shape"] = [(tensor["data_offsets"][1] - tensor["data_offsets"][0]) // size]
    tensor["dtype"] = dtype
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[8 + header_length(data) :]


def refusal(store: Store, spec: GateSpec, data: bytes) -> str:
    """Why a file of these bytes is refused; it must be, and it must be left as it is."""
    path = store.path(spec.name)
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        store.load(spec)
    text = str(caught.value)
    assert text.startswith(f"{path} ")
    assert text.endswith("; train it anew")
    assert "\n" not in text
    whole = "is damaged" not in text and "is a safetensors file" not in text
    assert told(store, spec) == ("refused" if whole else "unreadable", text)
    assert path.read_bytes() == data
    assert [each.name for each in store.folder.iterdir()] == [path.name]
    return text.removeprefix(f"{path} ").removesuffix(f"; {MEND}")


@pytest.fixture
def data(empty_store: Store, trained_xor: TrainedGate) -> bytes:
    """The bytes of a good file; the store is there, with nothing in it."""
    empty_store.prepare()
    return to_bytes(trained_xor)


def test_what_spoils_a_file_here_spoils_nothing_by_itself(
    empty_store: Store, xor: GateSpec, data: bytes, trained_xor: TrainedGate
) -> None:
    for same in (
        data,
        with_metadata(data),
        with_tensors(data),
        with_dtype(data, "F64", 8),
    ):
        empty_store.path("xor").write_bytes(same)
        loaded = empty_store.load(xor)
        assert loaded is not None
        assert loaded.digest == trained_xor.digest


@pytest.mark.parametrize(
    "schema", ["gatewright/trained-gate/1", "gatewright/trained-gate/0", "", 7]
)
def test_another_schema(empty_store: Store, xor: GateSpec, data: bytes, schema: object) -> None:
    assert refusal(empty_store, xor, with_metadata(data, schema=schema)) == (
        f"has schema {schema!r}, this version reads 'gatewright/trained-gate/3'"
    )


def test_no_schema(empty_store: Store, xor: GateSpec, data: bytes) -> None:
    assert refusal(empty_store, xor, with_metadata(data, schema=None)).startswith("has schema None")


def test_a_truth_table_that_has_changed_since(
    empty_store: Store, xor: GateSpec, data: bytes
) -> None:
    for row in range(4):
        changed = replace(xor, table=xor.table.flipped(row, "y"))
        assert refusal(empty_store, changed, data) == (
            "was trained on another truth table than 'xor' has now: "
            f"row {row:02b} has {int(row in (1, 2))}, not {int(row not in (1, 2))}"
        )


def test_the_same_function_under_other_names_of_ports(
    empty_store: Store, trained_xor: TrainedGate
) -> None:
    empty_store.save(trained_xor)
    renamed = GateSpec.from_function("xor", lambda p, q: p ^ q, inputs="pq", outputs="z")
    found = empty_store.load(renamed)
    assert found is not None
    assert (found.spec, found.digest) == (renamed, trained_xor.digest)


def test_the_file_of_another_gate(empty_store: Store, builtins: dict[str, GateSpec]) -> None:
    empty_store.prepare()
    stranger = to_bytes(train(builtins["or"]))
    assert refusal(empty_store, builtins["xor"], stranger) == "holds the gate 'or', not 'xor'"


def test_the_file_of_another_gate_with_the_same_table(
    empty_store: Store, xor: GateSpec, data: bytes
) -> None:
    twin = replace(xor, name="exclusive-or")
    empty_store.path("exclusive-or").write_bytes(data)
    with pytest.raises(StoreError, match="holds the gate 'xor', not 'exclusive-or'"):
        empty_store.load(twin)


def test_a_file_cut_short_anywhere(empty_store: Store, xor: GateSpec, data: bytes) -> None:
    for length in range(len(data)):
        if length % 7 == 0 or length > len(data) - 20 or length < 20:
            assert refusal(empty_store, xor, data[:length]).startswith("is damaged: ")


def test_a_file_with_something_behind_it(empty_store: Store, xor: GateSpec, data: bytes) -> None:
    assert refusal(empty_store, xor, data + b"\0").startswith("is damaged: ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"a text somebody put here\n",
        b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        b"\0" * 4096,
        (2**63).to_bytes(8, "little") + b"{}",
        "żółw".encode() * 300,
    ],
    ids=["empty", "a newline", "text", "a web page", "zeros", "a huge header", "words"],
)
def test_what_is_not_a_safetensors_file(empty_store: Store, xor: GateSpec, content: bytes) -> None:
    empty_store.prepare()
    assert refusal(empty_store, xor, content).startswith("is damaged: ")


@pytest.mark.parametrize(
    "about", [None, {"format": "pt"}, {"gatewright": "null"}, {"gatewright": "[]"}]
)
def test_weights_that_are_not_a_trained_gate(
    empty_store: Store, xor: GateSpec, data: bytes, about: dict[str, str] | None
) -> None:
    assert refusal(empty_store, xor, save(load(data), about)) == (
        "is a safetensors file, but not one of a trained gate"
    )


def test_metadata_that_cannot_be_read(empty_store: Store, xor: GateSpec, data: bytes) -> None:
    assert refusal(empty_store, xor, save(load(data), {"gatewright": "{"})).startswith(
        "is damaged: "
    )


def test_a_flipped_bit_anywhere_in_the_weights_or_the_proof(
    empty_store: Store, xor: GateSpec, data: bytes
) -> None:
    start = 8 + header_length(data)
    proof = 8 * (4 + 2 * 4 * 2)  # the row, the least and the greatest inputs of four boxes
    assert len(data) - start == 8 * 23 + proof
    told = []
    for place in range(start, len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        told.append(refusal(empty_store, xor, bytes(flipped)))
    assert Counter(told) == {
        "is damaged: its weights are not those it was saved with": 8 * 23,
        "is damaged: its proof is not the one it was saved with": proof,
    }


@pytest.mark.parametrize("step", few([1, 7], 1))
def test_a_flipped_bit_anywhere_in_what_is_said_of_the_weights(
    empty_store: Store, xor: GateSpec, data: bytes, step: int
) -> None:
    """The seed, the recipe and the figures are told to users and to circuits: they must be true too."""
    silent = []
    for place in range(0, 8 + header_length(data), step):
        flipped = bytearray(data)
        flipped[place] ^= 1
        empty_store.path("xor").write_bytes(flipped)
        try:
            loaded = empty_store.load(xor)
        except StoreError:
            continue
        if loaded is None or to_bytes(loaded) != data:
            silent.append(place)
    assert "".join(chr(data[place]) for place in silent) == ""


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers(
    empty_store: Store, trained_xor: TrainedGate, number: float
) -> None:
    """Even with a digest to match: no circuit can be built on them."""
    empty_store.prepare()
    theta = trained_xor.theta.copy()
    theta[-1] = number
    assert refusal(empty_store, trained_xor.spec, to_bytes(replace(trained_xor, theta=theta))) == (
        "is damaged: its weights are not those it was saved with"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": "0" * 64},
        {"weights": None},
        {"sizes": None},
        {"sizes": [2, 2, 1]},
        {"sizes": [2, 0, 1]},
        {"sizes": 7},
        {"sizes": [2.5, 4, 1]},
        {"activations": ["logistic"]},
        {"activations": ["sine"] * 3},
        {"activations": ["tanh"] * 3},
        {"activations": [1, 2, 3]},
        {"recipe": None},
        {"recipe": []},
        {"recipe": {}},
        {"figures": None},
        {"figures": {"error": 0.0}},
        {"seed": None},
        {"seed": "soon"},
    ],
)
def test_metadata_that_does_not_describe_a_network(
    empty_store: Store, xor: GateSpec, data: bytes, changes: dict[str, Any]
) -> None:
    assert refusal(empty_store, xor, with_metadata(data, **changes)).startswith("is damaged: ")


def test_a_network_that_does_not_fit_the_gate(
    empty_store: Store, trained_xor: TrainedGate, trained_adder: TrainedGate
) -> None:
    empty_store.prepare()
    chimera = replace(trained_adder, spec=trained_xor.spec)
    assert refusal(empty_store, trained_xor.spec, to_bytes(chimera)) == (
        "is damaged: its network does not fit 'xor'"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"layer0.bias": None},
        {"layer0.bias": np.zeros(5)},
        {"layer0.bias": np.zeros((1, 1))},
        {"layer0.bias": np.zeros(2, dtype=np.float32)},
        {"layer0.bias": np.zeros(2, dtype=np.int64)},
        {"layer2.weight": np.zeros(0)},
    ],
)
def test_weights_of_another_shape_or_kind(
    empty_store: Store, xor: GateSpec, data: bytes, changes: dict[str, Any]
) -> None:
    assert refusal(empty_store, xor, with_tensors(data, **changes)).startswith("is damaged: ")


@pytest.mark.parametrize(("dtype", "size"), [("BF16", 2), ("F8_E4M3", 1)])
def test_numbers_that_numpy_does_not_know(
    empty_store: Store, xor: GateSpec, data: bytes, dtype: str, size: int
) -> None:
    assert refusal(empty_store, xor, with_dtype(data, dtype, size)).startswith("is damaged: ")


def test_a_folder_where_the_file_should_be(empty_store: Store, xor: GateSpec) -> None:
    path = empty_store.path("xor")
    path.mkdir(parents=True)
    (path / "mine").write_text("mine")
    with pytest.raises(StoreError) as caught:
        empty_store.load(xor)
    assert str(caught.value) == f"{path} is a folder; move it away, then train the gate"
    assert (path / "mine").read_text() == "mine"


def test_a_refused_file_is_mended_by_training_anew(
    empty_store: Store, trained_xor: TrainedGate, data: bytes
) -> None:
    spoil: list[Callable[[Path], object]] = [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(data[:-1]),
        lambda path: path.write_bytes(with_metadata(data, schema="other")),
    ]
    for each in spoil:
        each(empty_store.path("xor"))
        with pytest.raises(StoreError):
            empty_store.load(trained_xor.spec)
        empty_store.save(trained_xor)
        loaded = empty_store.load(trained_xor.spec)
        assert loaded is not None
        assert loaded.digest == trained_xor.digest
