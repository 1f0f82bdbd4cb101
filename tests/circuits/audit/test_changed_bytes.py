"""A changed byte anywhere in an audit is refused, or what is then claimed is true."""

from __future__ import annotations

import ast
import random
import re
from collections import Counter

import pytest

from gatewright.circuits.audit import check

Files = dict[str, bytes]
STEPS = 4_000_000
"""For a checker of a small audit; some changes make it work for long."""


def changed(files: Files, draw: random.Random) -> tuple[str, Files]:
    """One byte of one file is another, is gone, is there twice, or has company; and the file's name."""
    name = draw.choice([each for each in files if each != "claim.txt"])
    data, at = bytearray(files[name]), draw.randrange(len(files[name]))
    match draw.randrange(4):
        case 0:
            data[at] = draw.randrange(256)
        case 1:
            del data[at]
        case 2:
            data.insert(at, draw.choice(b"0123456789-., \n[]{}abx"))
        case _:
            data[at] ^= 1 << draw.randrange(8)
    return name, {**files, name: bytes(data)}


def is_true(files: Files, claim: str) -> bool:
    """Whether what is claimed of a netlist holds in all patterns, by Python's own operators."""
    audit = check.Audit(files)
    lines = [line.strip() for line in re.findall(r"^    (.*)$", claim, re.MULTILINE)]
    where = re.search(r"inputs where (.*), by ", claim)
    condition = where[1] if where else "1"
    names = audit.netlist.inputs
    wires = [node for bits in names.values() for node in bits]
    for pattern in range(1 << len(wires)):
        values = {node: pattern >> place & 1 for place, node in enumerate(wires)}
        for node, table in enumerate(audit.circuit.tables):
            if table is not None:
                row = int("0" + "".join(str(values[pin]) for pin in audit.circuit.pins[node]), 2)
                values[node] = table >> row & 1
        known = {
            name: sum(values[node] << place for place, node in enumerate(bits))
            for name, bits in names.items()
        }
        if not meant(condition, known):
            continue
        for line in lines:
            left, _, right = line.partition(" = ")
            bits = [
                node
                for name in reversed(left.strip("{}").split(", "))
                for node in audit.netlist.outputs[name]
            ]
            got = sum(values[node] << place for place, node in enumerate(bits))
            if got != meant(right, known) % (1 << len(bits)):
                return False
    return True


def meant(text: str, known: dict[str, int]) -> int:
    """An expression of the specification, by Python; braces and places are not used where this is asked."""
    helpers = {"parity": lambda value: value.bit_count() & 1, "popcount": int.bit_count}
    code = compile(ast.parse(text.strip(), mode="eval"), "specification", "eval")
    return int(eval(code, {"__builtins__": {}}, {**helpers, **known}))  # noqa: S307 - what the checker has parsed


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(
    ("which", "times"), [("patterns", 120), ("clauses", 40), ("algebra", 20), ("loose", 20)]
)
def test_a_changed_byte_is_refused_or_leaves_the_claim_true(
    audits: dict[str, Files], which: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_changes(audits, which, times, monkeypatch)


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("which", ["patterns", "clauses", "algebra", "where", "loose", "none"])
def test_so_are_many_more(
    audits: dict[str, Files], which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_changes(audits, which, 400, monkeypatch)


def check_changes(
    audits: dict[str, Files], which: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_STEPS", STEPS)
    files, draw, seen = audits[which], random.Random(which), Counter[str]()  # noqa: S311
    said = body(files["claim.txt"].decode())
    for _ in range(times):
        name, other = changed(files, draw)
        try:
            claim = check.Audit(other).claim()
        except Exception:  # noqa: BLE001 - what the checker itself takes for a refusal
            seen["refused"] += 1
            continue
        seen["accepted"] += 1
        if (
            body(claim) != said
        ):  # another claim, which claim.txt does not say; it has to be true all the same
            assert name in ("claim.json", "circuit.blif", "gates.json")
            if which == "patterns":
                assert is_true(other, claim), claim
    assert seen["refused"] > 0.8 * times
    assert seen["accepted"]


def body(claim: str) -> str:
    """What is claimed, without the digests of files."""
    return claim.rpartition("\n\n")[0]
