"""``circuits verify``: the netlist alone, proved, refuted, or tried to the last pattern."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

WRONG = """
from gatewright import CircuitSpec, Parameter, hookimpl


def build(circuit, *, bits):
    circuit.output_bus("y", [circuit.gate("not", wire) for wire in circuit.input_bus("a", bits)])


@hookimpl
def gatewright_circuits():
    def almost(buses, *, bits):
        return {"y": (buses["a"] ^ (2**bits - 1)) ^ (buses["a"] == 5)}

    yield CircuitSpec("almost", "", (Parameter("bits", 4, "width"),), build, almost)
    yield CircuitSpec("nowhere", "", (Parameter("bits", 4, "width"),), build, almost,
                      domain=lambda buses, *, bits: buses["a"] < 0)
"""


@pytest.mark.parametrize(
    ("words", "extent"),
    [
        (("ripple-adder", "--bits", "4"), "proved exhaustively (512 of 512)"),
        (("ripple-adder", "--bits", "64"), "proved by decision diagrams (all 2^129)"),
        (
            ("ripple-adder", "--bits", "10", "--exhaustive"),
            "proved exhaustively (2 097 152 of 2 097 152)",
        ),
    ],
)
def test_it_is_said_how_it_was_proved(
    circuits: Circuits, words: tuple[str, ...], extent: str
) -> None:
    code, out, err = circuits("verify", *words)
    title = f"ripple-adder --bits {words[2]}"
    assert (code, out) == (0, f"{title}\nexact gates   = integer reference: {extent}\n")
    assert err == f"next: circuits compose {title} --verify certificate\n"
    document = json.loads(circuits("verify", *words, "--json").out)
    assert (document["schema"], document["outcome"]) == ("gatewright/verify/1", "proved")
    assert document["claims"][0]["text"] == extent


@pytest.mark.parametrize("how", [(), ("--exhaustive",)])
def test_a_wrong_circuit(circuits: Circuits, install: Install, how: tuple[str, ...]) -> None:
    install("wrong", WRONG)
    code, out, err = circuits("verify", "almost", *how)
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "almost --bits 4",
        "exact gates   = integer reference: refuted",
        "",
        "exact gates differ at a=5",
        "  y: wanted 11, got 10",
        "  first wire that went wrong: y[0], wanted 1, was 0",
    ]


@pytest.mark.parametrize("how", [(), ("--exhaustive",)])
def test_a_circuit_that_promises_nothing(
    circuits: Circuits, install: Install, how: tuple[str, ...]
) -> None:
    install("wrong", WRONG)
    code, out, err = circuits("verify", "nowhere", *how)
    assert (code, err) == (4, "")
    assert "undecided" in out


def test_a_record_is_gone_on_from(circuits: Circuits, tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    words = ("verify", "ripple-adder", "--bits", "9", "--exhaustive", "--checkpoint", record)
    first = circuits(*words)
    assert first.code == 0
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(lines[:3]))
    assert circuits(*words) == first
    assert sorted(record.read_text().splitlines()) == sorted("".join(lines).splitlines())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--jobs", "2"),
            "--jobs, --scheduler and --checkpoint share out the patterns of --exhaustive",
        ),
        (("--checkpoint", "x"), "add --exhaustive"),
        (("--jobs", "0", "--exhaustive"), "0 is not in the range"),
        (("--bits", "40", "--exhaustive"), "has 2^81 patterns; at most 2^48 can be tried"),
        (("--bits", "many"), "bits=many is not"),
        (("a=1",), "'a=1' is not a parameter"),
    ],
)
def test_a_wrong_call(circuits: Circuits, words: tuple[str, ...], message: str) -> None:
    code, out, err = circuits("verify", "ripple-adder", *words)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("and.pla", ".i 2\n.o 1\n11 1\n.e\n", "a truth table"),
        ("held.blif", ".model m\n.inputs d c\n.outputs q\n.latch d q re c 0\n.end\n", "registers"),
    ],
)
def test_what_has_no_integers_says_to_leave_out_the_option(
    circuits: Circuits, tmp_path: Path, name: str, text: str, kept: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    code, out, err = circuits("verify", str(file), "--exhaustive")
    assert (code, out) == (2, "")
    assert (
        f"has {kept}, and --exhaustive compares the integers of circuits without; leave it out"
        in err
    )
