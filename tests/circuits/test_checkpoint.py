"""Records of proofs are evidence: whatever is done to one, or to what it is about, it proves nothing false."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.checkpoint import _seal, kept
from gatewright.circuits.exhaustive.exhaustive import CHUNK, Compared, Exhaustive
from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively
from gatewright.circuits.spec import CircuitSpec
from gatewright.errors import UsageError
from gatewright.plugins.manager import Plugins

BITS = 18
RANGES = 4


def copy_of(plugins: Plugins, reference: Callable[[Any], Any]) -> Circuit:
    """y = a by buffers; a proof of it has four ranges."""

    def build(circuit: CircuitBuilder) -> None:
        circuit.output_bus("y", [circuit.gate("buf", bit) for bit in circuit.input_bus("a", BITS)])

    return CircuitSpec("copy", "", (), build, reference).elaborate({}, plugins.gates)


@pytest.fixture
def circuit(plugins: Plugins) -> Circuit:
    return copy_of(plugins, lambda buses: {"y": buses["a"]})


@pytest.fixture
def record(circuit: Circuit, tmp_path: Path) -> Path:
    path = tmp_path / "record.jsonl"
    assert proof(circuit, path) == "proved exhaustively (262 144 of 262 144)"
    assert len(path.read_bytes().splitlines()) == 1 + RANGES
    return path


def proof(circuit: Circuit, path: Path, *versions: str) -> str:
    def never(*_: Any) -> Circuit:
        raise AssertionError("one process needs no other circuit")

    return verify_exhaustively(circuit, never, Plan(checkpoint=path, versions=versions)).extent


def refused(circuit: Circuit, path: Path, match: str) -> None:
    """It is, and the file is left as it was."""
    before = path.read_bytes()
    with pytest.raises(UsageError, match=match) as caught:
        proof(circuit, path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def sealed(*plain: dict[str, Any]) -> bytes:
    """Lines as a careful forger would write them."""
    seal, lines = "", []
    for each in plain:
        seal = _seal(seal, each)
        lines.append(json.dumps({**each, "seal": seal}).encode() + b"\n")
    return b"".join(lines)


def header(record: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(record.read_bytes().splitlines()[0])
    del plain["seal"]
    return plain


# What was recorded is about something else by now


def test_a_reference_that_was_corrected_on_a_rare_pattern_is_another(
    plugins: Plugins, record: Path
) -> None:
    corrected = copy_of(plugins, lambda buses: {"y": buses["a"] + (buses["a"] == 77777)})
    refused(corrected, record, "records the proof of another circuit")
    assert verify_exhaustively(corrected, lambda *_: corrected, Plan()).outcome == "refuted"


def test_a_table_that_a_reference_closes_over_is_part_of_it(
    plugins: Plugins, tmp_path: Path
) -> None:
    extra = [0, 0]
    circuit = copy_of(plugins, lambda buses: {"y": buses["a"] + extra[1]})
    proof(circuit, tmp_path / "record.jsonl")
    extra[1] = 1
    refused(circuit, tmp_path / "record.jsonl", "records the proof of another circuit")


@pytest.mark.parametrize("side", ["netlist", "versions", "domain"])
def test_everything_that_takes_part_is_bound(circuit: Circuit, record: Path, side: str) -> None:
    match = "records the proof of another circuit, or of another version of it"
    if side == "netlist":
        first, *rest = circuit.netlist.instances
        swapped = (replace(first, inputs=rest[0].inputs), *rest)
        refused(
            replace(circuit, netlist=replace(circuit.netlist, instances=swapped)), record, match
        )
    elif side == "domain":
        spec = replace(circuit.spec, domain=lambda buses: buses["a"] >= 0)
        refused(replace(circuit, spec=spec), record, match)
    else:
        with pytest.raises(UsageError, match=match):
            proof(circuit, record, "'mine' (mine 2.0)")


def test_a_reference_that_reads_a_file_cannot_be_bound_and_the_verdict_says_so(
    plugins: Plugins, tmp_path: Path
) -> None:
    path, table = tmp_path / "record.jsonl", tmp_path / "table.txt"
    table.write_text("0")

    def reference(buses: Any) -> Any:
        with open(table) as file:
            return {"y": buses["a"] + int(file.read())}

    circuit = copy_of(plugins, reference)
    assert proof(circuit, path) == "proved exhaustively (262 144 of 262 144)"
    assert proof(circuit, path) == (
        "proved exhaustively (262 144 of 262 144); it rests on a checkpoint of 4 ranges: the reference uses "
        "'table', 'open', which may give something else by now"
    )
    table.write_text("1")  # what it gives on the edges, at least, is asked for anew
    with pytest.raises(UsageError, match="records the proof of another circuit"):
        proof(circuit, path)


def test_patterns_are_drawn_anew_for_each_range(
    circuit: Circuit, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint that says a wrong range is right is found out, in time, whatever its digests say."""
    asked: list[set[int]] = []
    answers = Exhaustive.answers

    def watched(self: Exhaustive, numbers: Any) -> Any:
        asked.append(set(numbers.tolist()))
        digest, _ = answers(self, numbers)
        return digest, 5 if 5 in numbers and len(asked) > 20 else None

    monkeypatch.setattr(Exhaustive, "answers", watched)
    proof(circuit, record)
    proof(circuit, record)
    one, other = asked[1:5], asked[6:10]
    for number, (first, second) in enumerate(zip(one, other, strict=True)):
        assert {number * CHUNK, (number + 1) * CHUNK - 1} <= first & second
        assert first != second
        assert all(number * CHUNK <= each < (number + 1) * CHUNK for each in first | second)
    monkeypatch.setattr(Exhaustive, "answers", lambda *a: (answers(*a)[0], CHUNK + 5))
    refused(circuit, record, f"are right, but pattern {CHUNK + 5} is not")


# Lines that are not as they were written


def changed(number: int, **entries: Any) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        plain = {**json.loads(lines[number]), **entries}
        return [*lines[:number], json.dumps(plain).encode() + b"\n", *lines[number + 1 :]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed(1, first=-5, count=10**30, excluded=-7),
        changed(2, excluded=1),
        changed(1, seal="0" * 64),
        changed(1, seal=None),
        changed(1, more=1),
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:1], b"\n", *lines[1:]],
        lambda lines: [*lines[:1], b"\xff\xfe\n", *lines[1:]],
        lambda lines: [*lines[:1], b"[" * 1900 + b"\n", *lines[1:]],
        lambda lines: [*lines[:1], b"[" * 100_000 + b"\n", *lines[1:]],
        lambda lines: [*lines[:1], b'{"first": ' + b"9" * 1500 + b"}\n", *lines[1:]],
        lambda lines: [*lines[:1], b"null\n", *lines[1:]],
    ],
)
def test_a_line_that_was_altered_is_seen(
    circuit: Circuit, record: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    record.write_bytes(b"".join(change(record.read_bytes().splitlines(keepends=True))))
    refused(circuit, record, r"line \d: the checkpoint is damaged or was altered")


RANGE = {"first": 0, "count": CHUNK, "excluded": 0, "wrong": None}


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        ([{**RANGE, "first": -5, "count": 1e30, "excluded": -7}], "something other than whole num"),
        ([{**RANGE, "first": True}], "something other than whole numbers"),
        ([{**RANGE, "first": -CHUNK}], "not a range of the 262144 patterns"),
        ([{**RANGE, "count": 2 * 2**BITS}], "not a range of the 262144 patterns"),
        ([{**RANGE, "count": 0}], "not a range"),
        ([{**RANGE, "first": 1}], "not multiples of 65536"),
        ([{**RANGE, "count": CHUNK - 1}], "not multiples of 65536"),
        ([{**RANGE, "excluded": -7}], "leaves out more patterns than it has"),
        ([{**RANGE, "excluded": CHUNK + 1}], "leaves out more"),
        ([{**RANGE, "wrong": CHUNK}], "not one of its own"),
        ([{**RANGE, "wrong": "3"}], "not one of its own"),
        ([{**RANGE, "more": 1}], "other entries than a range has"),
        ([{"first": 0, "count": CHUNK}], "other entries"),
        ([RANGE, {**RANGE, "count": 2 * CHUNK}], "two ranges for pattern 0"),
        ([RANGE, RANGE], "two ranges for pattern 0"),
    ],
)
def test_ranges_tile_the_patterns_however_well_they_are_sealed(
    circuit: Circuit, record: Path, lines: list[dict[str, Any]], match: str
) -> None:
    record.write_bytes(sealed(header(record), *lines))
    refused(circuit, record, match)


def test_a_pattern_that_is_recorded_as_wrong_and_is_right_decides_nothing(
    circuit: Circuit, record: Path
) -> None:
    record.write_bytes(sealed(header(record), {**RANGE, "wrong": 3}))
    assert proof(circuit, record) == (
        "undecided: pattern 3 was found wrong, but is right when it is tried again"
    )


def test_what_is_left_out_of_a_record_is_compared(circuit: Circuit, record: Path) -> None:
    lines = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(b"".join(lines[:3]))
    assert proof(circuit, record) == "proved exhaustively (262 144 of 262 144)"
    assert record.read_bytes() == b"".join(lines)


@pytest.mark.parametrize(
    "text", [b"my notes", b"{}\n", b'{"schema": "gatewright/exhaustive/1", "work": "0"}\n', b"\xff"]
)
def test_a_file_that_is_no_checkpoint_is_left_alone(
    circuit: Circuit, tmp_path: Path, text: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)
    refused(circuit, path, "is not a checkpoint of this version")


@pytest.mark.skipif(os.name != "posix", reason="needs FIFOs and locks")
def test_a_record_is_a_file_of_one_writer(circuit: Circuit, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="is not a file"):
        proof(circuit, tmp_path / "pipe")
    path = tmp_path / "record.jsonl"
    with kept(path, Exhaustive(circuit)) as (_, note):
        note(Compared(0, CHUNK, 0, None))
        with pytest.raises(UsageError, match="is being written by another process"):
            proof(circuit, path)
    assert proof(circuit, path) == "proved exhaustively (262 144 of 262 144)"


def test_the_answers_on_patterns_are_those_of_the_reference(circuit: Circuit) -> None:
    work = Exhaustive(circuit)
    some = np.array([0, 5, 2**BITS - 1])
    assert work.answers(some) == work.answers(some)
    assert work.answers(some)[0] != work.answers(some + np.array([0, 1, 0]))[0]
    even = replace(circuit, spec=replace(circuit.spec, domain=lambda buses: buses["a"] % 2 == 0))
    assert Exhaustive(even).answers(np.array([1, 3]))[1] is None
