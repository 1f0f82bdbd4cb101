"""A bounded run of `damaged`: damaged files give what is in them or our own errors; what else is noticed."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.campaign import damaged, mutate
from tests.campaign.damaged import Kind
from tests.campaign.harness import Budget

from gatewright.certify.checker import CertificateRefused
from gatewright.errors import FormatError

FILES = dict.fromkeys(damaged.KINDS, 100) | {"record": 20, "verilog": 3, "library": 50}


@pytest.mark.exhaustive
@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("name", FILES)
def test_damaged_files_give_what_is_in_them_or_our_own_errors(name: str) -> None:
    if name == "verilog" and shutil.which("yosys") is None:
        pytest.skip("no yosys: pip's is slow to start")
    tally = damaged.damage(damaged.KINDS[name](), Budget(FILES[name]), seed=3)
    assert tally.findings == []
    assert tally.outcomes["read"] + tally.outcomes["refused"] == FILES[name]
    assert tally.outcomes["refused"] > FILES[name] / 4


def of(use: Callable[[bytes, Path], None], name: str = "") -> Kind:
    return Kind([b"some words\n"], use, name=name)


def raising(error: BaseException) -> Callable[[bytes, Path], None]:
    def use(data: bytes, path: Path) -> None:
        raise error

    return use


@pytest.mark.parametrize(
    ("error", "name", "finding"),
    [
        (IndexError("list index out of range"), "", "IndexError: list index out of range"),
        (RecursionError("deep"), "", "RecursionError: deep"),
        (MemoryError(), "", "MemoryError"),
        (SystemExit(1), "", "SystemExit: 1"),
        (FormatError("one\ntwo"), "", "a message of several lines"),
        (FormatError("it is damaged"), "a.blif", "a message without the file"),
        (FormatError("a.blif is damaged"), "a.blif", ""),
        (CertificateRefused("", "no"), "", ""),
    ],
)
def test_what_is_no_error_of_ours_is_a_finding(
    error: BaseException, name: str, finding: str
) -> None:
    tally = damaged.damage(of(raising(error), name), Budget(3), seed=1)
    assert len(tally.findings) == (3 if finding else 0)
    assert all(each.startswith(finding) for each in tally.findings)


def test_what_takes_too_long_is_stopped_and_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(damaged, "SECONDS", 0.02)

    def wait(data: bytes, path: Path) -> None:
        time.sleep(60)

    tally = damaged.damage(of(wait), Budget(1), seed=1)
    assert len(tally.findings) == 1
    assert 0.02 < float(tally.findings[0].split(" s")[0]) < 10


def test_more_than_a_gigabyte_is_not_to_be_had() -> None:
    def fill(data: bytes, path: Path) -> None:
        bytearray(3 << 30)

    with damaged.little_memory():
        tally = damaged.damage(of(fill), Budget(1), seed=1)
    assert tally.findings[0].startswith("MemoryError")


@pytest.mark.parametrize(
    "damage", dict.fromkeys((*mutate.TEXT, *mutate.SAID, *mutate.RECORD))
)  # in the same order in every process
def test_damages_change_most_files_and_stand_any(damage: mutate.Damage) -> None:
    draw = np.random.default_rng(1)
    good = (
        damaged._gate_file() if damage is mutate.said else b'{"a": [1, {"b": 2}]}\n{"c": 3}\nx y z'
    )
    changed = [damage(good, draw) for _ in range(50)]
    assert sum(each != good for each in changed) > 25
    for each in islice(mutate.mutants([b"", b"\n", b"\xff"], (damage,), draw), 50):
        assert isinstance(each, bytes)


def test_what_a_sealed_file_says_is_changed_beneath_the_seal() -> None:
    def about(data: bytes) -> Any:
        size = int.from_bytes(data[:8], "little")
        return json.loads(json.loads(data[8 : 8 + size])["__metadata__"][mutate.KEY])

    good = damaged._gate_file()
    assert about(good)["about"] == mutate.seal(about(good))
    draw, sealed = np.random.default_rng(1), 0
    for _ in range(60):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            found = about(mutate.said(good, draw))
            sealed += found != about(good) and found["about"] == mutate.seal(found)
    assert sealed > 20
