"""Building a library: on several processes the same as on one, and gone on with where it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gatewright.certify.checker import check
from gatewright.certify.discipline import DEFAULT
from gatewright.errors import NotLearnedError, StoreError, UnknownGateError
from gatewright.gates.npn import build as library_build
from gatewright.gates.npn.build import Built, build, recipes, train_class
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.npn.file import library_path, read
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.gates.training.train import train

NAMES = [spec.name for spec in class_specs("npn2")]

Made = Generator[tuple[GateSpec, TrainedGate | None]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    """The library npn2, built by two processes; to be read only."""
    path = library_path(tmp_path_factory.mktemp("libraries"), "npn2")
    return path, build("npn2", path, jobs=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library_path(tmp_path, "npn2")


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Train here, in order, which is quicker for few; gives the names of what was trained."""
    trained: list[str] = []

    def make(specs: tuple[GateSpec, ...], seed: int, jobs: int) -> Made:
        for spec in specs:
            trained.append(spec.name)
            yield spec, train_class(spec, seed)

    monkeypatch.setattr(library_build, "_trained", make)
    return trained


def test_every_class_is_built_and_proved(whole: tuple[Path, Built]) -> None:
    path, built = whole
    assert (list(built.library.gates), built.trained, built.failed) == (NAMES, tuple(NAMES), ())
    found = read(path, "npn2")
    assert found is not None
    assert [gate.digest for gate in found.gates.values()] == [
        gate.digest for gate in built.library.gates.values()
    ]
    for gate in found.gates.values():
        assert gate.datasheet is not None
        assert gate.datasheet.discipline == DEFAULT
        assert gate.datasheet.weight_bits <= 8
        assert gate.recipe.here() == default_recipe(gate.spec.table)
    assert [each.gate for each in check(path.read_bytes())] == NAMES


def test_one_process_writes_the_same_bytes_as_two(whole: tuple[Path, Built], path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    handler = signal.getsignal(signal.SIGINT)
    build("npn2", path, jobs=1, watch=lambda *each: seen.append(each))
    assert signal.getsignal(signal.SIGINT) is handler
    assert path.read_bytes() == whole[0].read_bytes()
    assert [done for done, *_ in seen] == [1, 2, 3, 4, 5, 6]
    assert {total for _, total, _ in seen} == {6}
    assert sorted(name for *_, name in seen) == NAMES


def test_a_build_in_a_thread(whole: tuple[Path, Built], path: Path) -> None:
    other = threading.Thread(target=build, args=("npn2", path))
    other.start()
    other.join()
    assert path.read_bytes() == whole[0].read_bytes()


def test_the_surroundings_of_this_process_are_left_as_they_were(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with library_build._one_thread_each():
        assert (os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


# Going on


def test_an_interrupted_build_goes_on_where_it_stopped(
    whole: tuple[Path, Built], path: Path
) -> None:
    def interrupt(done: int, total: int, name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build("npn2", path, jobs=1, watch=interrupt)
    partial = read(path, "npn2")
    assert partial is not None
    assert len(partial.gates) == 2
    assert path.read_bytes() != whole[0].read_bytes()
    again = build("npn2", path, jobs=1)
    assert set(again.trained) == {spec.name for spec in partial.missing}
    assert path.read_bytes() == whole[0].read_bytes()


def test_an_interrupted_build_does_not_train_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[Future[Any]] = []

    class Watched(ProcessPoolExecutor):
        def submit(self, *words: Any, **settings: Any) -> Future[Any]:
            submitted.append(super().submit(*words, **settings))
            return submitted[-1]

    def interrupt(done: int, total: int, name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library_build, "ProcessPoolExecutor", Watched)
    with pytest.raises(KeyboardInterrupt):
        build("npn3", library_path(tmp_path, "npn3"), jobs=1, watch=interrupt)
    assert len(submitted) == 20
    assert all(future.done() for future in submitted)
    # What was under way or handed over to the process is finished.
    assert sum(future.cancelled() for future in submitted) >= 10


def test_the_file_is_written_while_a_build_goes_on(
    path: Path, in_this_process: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_build, "_KEEP_EVERY", 2)
    found = []

    def look(done: int, total: int, name: str) -> None:
        library = read(path, "npn2")
        found.append(0 if library is None else len(library.gates))

    build("npn2", path, watch=look)
    assert found == [0, 2, 2, 4, 4, 6]


def test_a_complete_library_is_left_alone(
    whole: tuple[Path, Built], path: Path, in_this_process: list[str]
) -> None:
    path.write_bytes(whole[0].read_bytes())
    before = path.stat().st_mtime_ns
    again = build("npn2", path)
    assert (again.trained, again.failed, list(again.library.gates)) == ((), (), NAMES)
    assert in_this_process == []
    assert path.stat().st_mtime_ns == before


def test_a_library_is_built_anew_by_force(path: Path, in_this_process: list[str]) -> None:
    build("npn2", path)
    first = path.read_bytes()
    assert build("npn2", path, seed=1, force=True).trained == tuple(NAMES)
    assert in_this_process == NAMES * 2
    assert path.read_bytes() != first
    found = read(path, "npn2")
    assert found is not None
    assert {gate.seed for gate in found.gates.values()} == {1}


# What is refused, and what fails


def test_another_seed_is_not_mixed_in(
    whole: tuple[Path, Built], in_this_process: list[str]
) -> None:
    before = whole[0].read_bytes()
    with pytest.raises(StoreError, match="was built with seed 0, not 5; give seed=0 to go on"):
        build("npn2", whole[0], seed=5)
    assert whole[0].read_bytes() == before
    assert in_this_process == []


def test_a_damaged_file_is_not_replaced_unasked(path: Path, in_this_process: list[str]) -> None:
    path.write_bytes(b"damaged")
    with pytest.raises(StoreError, match=r"is damaged: .*; build the library anew"):
        build("npn2", path)
    assert path.read_bytes() == b"damaged"
    assert len(build("npn2", path, force=True).library.gates) == 6


def test_a_library_that_there_is_not(path: Path) -> None:
    with pytest.raises(UnknownGateError, match="no library 'npn1'"):
        build("npn1", path)


def test_what_is_done_is_kept_where_a_process_is_killed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(specs: tuple[GateSpec, ...], seed: int, jobs: int) -> Made:
        yield specs[0], train_class(specs[0], seed)
        raise BrokenProcessPool

    monkeypatch.setattr(library_build, "_trained", killed)
    with pytest.raises(StoreError, match=r"was ended from outside; .* goes on where it stopped"):
        build("npn2", path)
    found = read(path, "npn2")
    assert found is not None
    assert list(found.gates) == ["npn1-0"]


def test_a_class_that_cannot_be_learned_does_not_hold_up_the_others(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_but_xor(specs: tuple[GateSpec, ...], seed: int, jobs: int) -> Made:
        for spec in reversed(specs):
            yield spec, None if spec.name == "npn2-6" else train_class(spec, seed)

    monkeypatch.setattr(library_build, "_trained", all_but_xor)
    built = build("npn2", path)
    assert (built.failed, built.trained) == (("npn2-6",), tuple(NAMES[:-1]))
    found = read(path, "npn2")
    assert found is not None
    assert [spec.name for spec in found.missing] == ["npn2-6"]


# Recipes in turn


def test_the_recipes_of_a_class() -> None:
    usual, more = recipes(class_specs("npn3")[-1])
    assert usual == default_recipe(class_specs("npn3")[-1].table)
    assert more == replace(usual, restarts=64)


def test_the_first_recipe_that_makes_a_proved_gate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = class_specs("npn2")[-1]
    tried: list[int] = []

    def fussy(spec: GateSpec, recipe: Recipe, *, seed: int) -> TrainedGate:
        tried.append(recipe.restarts)
        if len(tried) == 1:
            raise NotLearnedError("not this one")
        return train(spec, recipe, seed=seed)

    monkeypatch.setattr(library_build, "train", fussy)
    gate = train_class(spec, 3)
    assert gate is not None
    assert tried == [16, 64]
    assert (gate.recipe.here().restarts, gate.seed) == (64, 3)


def test_a_gate_proved_for_less_is_not_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(spec: GateSpec, recipe: Recipe, *, seed: int) -> TrainedGate:
        gate = train(spec, default_recipe(spec.table), seed=seed)
        assert gate.datasheet is not None
        return replace(gate, datasheet=replace(gate.datasheet, vil=0.4))

    monkeypatch.setattr(library_build, "train", narrow)
    assert train_class(class_specs("npn2")[-1], 0) is None


BUILDER = """
import sys
from pathlib import Path
from gatewright.gates.npn.build import build

if __name__ == "__main__":
    build("npn3", Path(sys.argv[1]), jobs=2, watch=lambda *_: print("begun", flush=True))
"""


@pytest.mark.exhaustive
def test_processes_that_train_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "builder.py"
    script.write_text(BUILDER)
    builder = subprocess.Popen(
        [sys.executable, script, tmp_path / "npn3"], stdout=subprocess.PIPE, start_new_session=True
    )
    assert builder.stdout is not None
    with builder.stdout:
        assert builder.stdout.readline() == b"begun\n"
        builder.kill()
        builder.wait()
        for _ in range(1000):  # they wait for work that will never come
            try:
                os.killpg(builder.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
    os.killpg(builder.pid, signal.SIGKILL)
    pytest.fail("they are still there")
