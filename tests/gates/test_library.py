"""The gates of a circuit: taken from the store, trained where they are missing, never replaced unasked."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

import gatewright.gates.library as library
from gatewright.certify.discipline import DEFAULT
from gatewright.errors import NotLearnedError, StoreError
from gatewright.gates.datasheet import doubt
from gatewright.gates.functions import function_name, function_spec
from gatewright.gates.library import in_library, trained_gates
from gatewright.gates.npn import build as library_build
from gatewright.gates.npn.build import build, train_class
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.npn.file import library_path, read
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress
from gatewright.logic.npn import classify
from gatewright.logic.truth_table import TruthTable


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
    with pytest.raises(StoreError, match="train it anew"):
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


# Functions, made of the gates of their NPN classes

AND_NOT, NOR_LIKE, ONE = (function_spec((ones,), 2) for ones in (0b0100, 0b0001, 0b1111))


def class_of(spec: GateSpec) -> str:
    inputs = len(spec.table.inputs)
    return function_name("npn", classify(spec.table.ones[0], inputs)[0], inputs)


def refuse_to_train_a_class(spec: GateSpec, seed: int) -> TrainedGate:
    raise AssertionError(f"'{spec.name}' was trained")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (function_spec((0b01,), 1), True),
        (function_spec((0b00,), 1), True),
        (function_spec((0x96,), 3), True),
        (function_spec((0x1234,), 4), True),
        (function_spec((0x12345678,), 5), False),
        (function_spec((0x96, 0xE8), 3), False),
        (GateSpec("parity", function_spec((0x96,), 3).table), False),
        (replace(function_spec((0x96,), 3), summary="mine"), False),
        (GateSpec("lut2-1", TruthTable.from_integers([1], "xy", "z")), False),
    ],
)
def test_a_function_is_in_the_library_by_name_and_by_table(spec: GateSpec, expected: bool) -> None:
    assert in_library(spec) is expected


def test_a_function_is_made_of_the_gate_of_its_class(empty_store: Store) -> None:
    specs = [AND_NOT, NOR_LIKE, ONE, function_spec((0b01,), 1), function_spec((0b00,), 1)]
    announced: list[str] = []
    gates = trained_gates(
        specs, empty_store, seed=3, announce=lambda spec: announced.append(spec.name)
    )
    # One class of the two, and the constants of one and of two inputs; in the library's order.
    names = [spec.name for spec in class_specs("npn4")]
    assert announced == sorted({class_of(spec) for spec in specs}, key=names.index)
    assert len(announced) == 4
    for spec in specs:
        gate = gates[spec.name]
        assert gate.spec == spec
        assert gate.seed == 3
        assert gate.learned().ravel().tolist() == spec.table.values.ravel().tolist()
        assert gate.datasheet is not None
        assert gate.datasheet.discipline == DEFAULT
        assert not doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
    path = library_path(empty_store.folder, "npn4")
    assert [each.name for each in empty_store.folder.iterdir()] == [path.name]
    kept = read(path, "npn4")
    assert kept is not None
    assert list(kept.gates) == announced


def test_classes_that_are_kept_are_not_trained_again(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained_gates([AND_NOT], empty_store, seed=3)
    before = library_path(empty_store.folder, "npn4").read_bytes()
    monkeypatch.setattr(library_build, "train_class", refuse_to_train_a_class)
    again = trained_gates([NOR_LIKE, AND_NOT], empty_store, announce=refuse_to_announce)
    assert list(again) == ["lut2-1", "lut2-4"]
    assert again["lut2-4"].digest == first["lut2-4"].digest
    assert library_path(empty_store.folder, "npn4").read_bytes() == before


def test_what_is_lacking_is_trained_with_the_seed_of_the_file(empty_store: Store) -> None:
    trained_gates([AND_NOT], empty_store, seed=3)
    announced: list[str] = []
    gates = trained_gates(
        [ONE, AND_NOT], empty_store, seed=7, announce=lambda spec: announced.append(spec.name)
    )
    assert announced == [class_of(ONE)]
    assert {gate.seed for gate in gates.values()} == {3}
    kept = read(library_path(empty_store.folder, "npn4"), "npn4")
    assert kept is not None
    names = [spec.name for spec in class_specs("npn4")]
    assert list(kept.gates) == sorted((class_of(AND_NOT), class_of(ONE)), key=names.index)


def test_building_the_library_goes_on_with_what_circuits_needed(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_gates([AND_NOT], empty_store, seed=3)
    path = library_path(empty_store.folder, "npn4")
    asked: list[str] = []

    def one_more(
        specs: tuple[GateSpec, ...], seed: int, jobs: int
    ) -> Generator[tuple[GateSpec, TrainedGate | None]]:
        asked.extend(spec.name for spec in specs)
        yield specs[0], train_class(specs[0], seed)

    monkeypatch.setattr(library_build, "_trained", one_more)
    built = build("npn4", path, seed=3)
    assert class_of(AND_NOT) not in asked
    assert len(asked) == len(class_specs("npn4")) - 1
    assert built.trained == (asked[0],)
    assert set(built.library.gates) == {asked[0], class_of(AND_NOT)}
    with pytest.raises(StoreError, match="was built with seed 3, not 0"):
        build("npn4", path, seed=0)


def test_a_gate_of_the_function_itself_comes_before_the_library(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_store.save(train(AND_NOT, seed=99))
    monkeypatch.setattr(library_build, "train_class", refuse_to_train_a_class)
    gates = trained_gates([AND_NOT], empty_store, announce=refuse_to_announce)
    assert gates["lut2-4"].seed == 99
    assert not library_path(empty_store.folder, "npn4").exists()


def test_wider_functions_and_those_of_several_outputs_are_trained_by_themselves(
    empty_store: Store, builtins: dict[str, GateSpec]
) -> None:
    both = function_spec((0b1000, 0b0110), 2)
    announced: list[str] = []
    gates = trained_gates(
        [both, builtins["xor"], AND_NOT],
        empty_store,
        announce=lambda spec: announced.append(spec.name),
    )
    assert announced == [class_of(AND_NOT), both.name, "xor"]
    assert set(gates) == {both.name, "xor", AND_NOT.name}
    assert empty_store.path(both.name).exists()
    assert not empty_store.path(AND_NOT.name).exists()


def test_what_was_trained_is_kept_when_another_class_cannot_be(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = class_of(function_spec((0b0110,), 2))

    def often(spec: GateSpec, seed: int) -> TrainedGate | None:
        return None if spec.name == failing else train_class(spec, seed)

    monkeypatch.setattr(library_build, "train_class", often)
    with pytest.raises(
        NotLearnedError,
        match=f"'{failing}' could not be proved; try another seed and another store",
    ):
        trained_gates([AND_NOT, function_spec((0b0110,), 2)], empty_store)
    kept = read(library_path(empty_store.folder, "npn4"), "npn4")
    assert kept is not None
    assert list(kept.gates) == [class_of(AND_NOT)]


def test_nothing_is_written_where_the_first_class_cannot_be_learned(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_build, "train_class", lambda *_: None)
    with pytest.raises(NotLearnedError):
        trained_gates([AND_NOT], empty_store)
    assert list(empty_store.folder.iterdir()) == []


def test_a_damaged_library_is_not_replaced(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_store.prepare()
    path = library_path(empty_store.folder, "npn4")
    path.write_bytes(b"half a libr")
    monkeypatch.setattr(library_build, "train_class", refuse_to_train_a_class)
    with pytest.raises(StoreError, match="; build the library anew"):
        trained_gates([AND_NOT], empty_store, announce=refuse_to_announce)
    assert path.read_bytes() == b"half a libr"
