"""The gates of a circuit: taken from the store, trained where they are missing, never replaced unasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import gatewright.gates.library as library
from gatewright.errors import StoreError
from gatewright.gates.library import trained_gates
from gatewright.gates.recipe import Recipe
from gatewright.gates.spec import GateSpec
from gatewright.gates.store import Store, to_bytes
from gatewright.gates.train import GateNotLearnedError, train
from gatewright.gates.trained import TrainedGate
from gatewright.learn.fit import Progress


def refuse_to_train(spec: GateSpec, **_: object) -> TrainedGate:
    raise AssertionError(f"'{spec.name}' was trained")


def refuse_to_announce(spec: GateSpec) -> None:
    raise AssertionError(f"'{spec.name}' was announced")


def test_what_is_missing_is_trained_announced_and_saved(
    empty_store: Store, builtins: dict[str, GateSpec]
) -> None:
    wanted = [builtins[name] for name in ("xor", "and", "half-adder")]
    announced: list[str] = []
    watched: list[Progress] = []
    gates = trained_gates(
        wanted,
        empty_store,
        seed=4,
        announce=lambda spec: announced.append(spec.name),
        watch=watched.append,
    )
    assert list(gates) == announced == ["xor", "and", "half-adder"]
    assert watched
    for spec in wanted:
        assert to_bytes(gates[spec.name]) == to_bytes(train(spec, seed=4))
        assert empty_store.path(spec.name).read_bytes() == to_bytes(gates[spec.name])


def test_a_gate_is_announced_before_it_is_trained(
    empty_store: Store, xor: GateSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    def slow_train(spec: GateSpec, **_: object) -> TrainedGate:
        happened.append("trained")
        return train(spec)

    monkeypatch.setattr(library, "train", slow_train)
    trained_gates([xor], empty_store, announce=lambda _: happened.append("announced"))
    assert happened == ["announced", "trained"]


def test_what_is_stored_is_used_as_it_is(
    empty_store: Store, builtins: dict[str, GateSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = train(builtins["xor"], seed=99)
    before = empty_store.save(stored).stat().st_mtime_ns
    monkeypatch.setattr(library, "train", refuse_to_train)
    announced: list[GateSpec] = []
    gates = trained_gates([builtins["xor"]], empty_store, seed=4, announce=announced.append)
    assert gates["xor"].digest == stored.digest
    assert gates["xor"].seed == 99
    assert announced == []
    assert empty_store.path("xor").stat().st_mtime_ns == before


def test_only_what_is_missing_is_trained(empty_store: Store, builtins: dict[str, GateSpec]) -> None:
    empty_store.save(train(builtins["xor"], seed=99))
    announced: list[str] = []
    gates = trained_gates(
        [builtins["xor"], builtins["and"]],
        empty_store,
        announce=lambda spec: announced.append(spec.name),
    )
    assert announced == ["and"]
    assert (gates["xor"].seed, gates["and"].seed) == (99, 0)
    again = trained_gates(
        [builtins["and"], builtins["xor"]], empty_store, announce=refuse_to_announce
    )
    assert {name: gate.digest for name, gate in again.items()} == {
        name: gate.digest for name, gate in gates.items()
    }


def test_a_bad_file_stops_everything_before_anything_is_trained(
    empty_store: Store, builtins: dict[str, GateSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_store.prepare()
    empty_store.path("xor").write_bytes(b"half a ga")
    monkeypatch.setattr(library, "train", refuse_to_train)
    with pytest.raises(StoreError, match="train it anew with 'circuits train xor'"):
        trained_gates([builtins["and"], builtins["xor"]], empty_store, announce=refuse_to_announce)
    assert [path.name for path in empty_store.folder.iterdir()] == ["xor.safetensors"]
    assert empty_store.path("xor").read_bytes() == b"half a ga"


def test_a_changed_truth_table_is_not_trained_over(
    empty_store: Store, trained_xor: TrainedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = empty_store.save(trained_xor).read_bytes()
    changed = replace(trained_xor.spec, table=trained_xor.spec.table.flipped(0, "y"))
    monkeypatch.setattr(library, "train", refuse_to_train)
    with pytest.raises(StoreError, match="another truth table than 'xor' has now"):
        trained_gates([changed], empty_store)
    assert empty_store.path("xor").read_bytes() == before


def test_a_store_that_cannot_be_written_to_is_found_out_before_training(
    tmp_path: Path, xor: GateSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setattr(library, "train", refuse_to_train)
    with pytest.raises(StoreError, match="is not a folder"):
        trained_gates([xor], Store(tmp_path / "file" / "store"), announce=refuse_to_announce)


def test_a_gate_that_is_not_learned_is_not_saved(
    empty_store: Store, builtins: dict[str, GateSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    hopeless = Recipe((1,), epochs=5, restarts=4)

    def train_badly(spec: GateSpec, **options: int) -> TrainedGate:
        return train(spec, hopeless if spec.name == "xor" else None, seed=options["seed"])

    monkeypatch.setattr(library, "train", train_badly)
    with pytest.raises(GateNotLearnedError, match="'xor' was not learned"):
        trained_gates([builtins["and"], builtins["xor"]], empty_store)
    assert [path.name for path in empty_store.folder.iterdir()] == ["and.safetensors"]


def test_no_gates_need_no_store(empty_store: Store) -> None:
    assert trained_gates([], empty_store) == {}
    assert not empty_store.folder.exists()
