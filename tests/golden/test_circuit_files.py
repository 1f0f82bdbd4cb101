"""The files in ``circuits/`` are what their README says, and compute what they should."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits, EvaluateBlif

FOLDER = Path(__file__).parents[2] / "circuits"
README = (FOLDER / "README.md").read_text()


def nand(a: int, b: int) -> int:
    return 1 - (a & b)


def add4(*bits: int) -> tuple[int, ...]:
    a, b = (sum(bits[at + place] << place for place in range(4)) for at in (0, 4))
    total = a + b + bits[8]
    return tuple(total >> place & 1 for place in range(5))


def c17(n1: int, n2: int, n3: int, n6: int, n7: int) -> tuple[int, ...]:
    n11 = nand(n3, n6)
    n16 = nand(n2, n11)
    return nand(nand(n1, n3), n16), nand(n16, nand(n11, n7))


OTHERS = ("examples", "lock.kiss2")
"""Rows to learn from, and a state table: read by the tests of their pages."""

A4, B4, SUM4 = (tuple(f"{bus}[{bit}]" for bit in range(4)) for bus in ("a", "b", "sum"))
FILES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[..., tuple[int, ...]]]] = {
    "half-adder.blif": (("a", "b"), ("carry", "sum"), lambda a, b: divmod(a + b, 2)),
    "full-adder.blif": (("a", "b", "cin"), ("cout", "sum"), lambda a, b, c: divmod(a + b + c, 2)),
    "ripple-adder-4.blif": ((*A4, *B4, "cin"), (*SUM4, "cout"), add4),
    "c17.blif": (("1", "2", "3", "6", "7"), ("22", "23"), c17),
}


def test_the_folder_holds_these_files_and_the_readme_names_them_all() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, "README.md", *OTHERS}
    assert set(re.findall(r"^\| `(.*?)`", README, re.M)) == {*FILES, *OTHERS}


@pytest.mark.parametrize("name", FILES)
def test_computes(name: str, evaluate_blif: EvaluateBlif) -> None:
    inputs, outputs, function = FILES[name]
    patterns = list(itertools.product((0, 1), repeat=len(inputs)))
    columns = np.array(patterns, dtype=np.uint8).T
    got = evaluate_blif((FOLDER / name).read_text(), dict(zip(inputs, columns, strict=True)))
    assert tuple(got) == outputs
    rows = np.array(list(got.values())).T.tolist()
    assert [tuple(row) for row in rows] == [function(*pattern) for pattern in patterns]


def test_the_command_of_the_readme_writes_the_same_bytes(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (command,) = re.findall(r"^circuits (.*)$", README, re.M)
    assert circuits(*command.split()).code == 0
    written = (tmp_path / "ripple-adder-4.blif").read_bytes()
    assert written == (FOLDER / "ripple-adder-4.blif").read_bytes()


def test_export_prints_the_same_bytes(circuits: Circuits) -> None:
    printed = circuits("export", "ripple-adder", "--bits", "4").out
    assert printed.encode() == (FOLDER / "ripple-adder-4.blif").read_bytes()


@pytest.mark.usefixtures("only_built_in")
def test_the_python_of_the_readme_writes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    exec(code, {})  # noqa: S102 - our own README, run as its reader would
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.blif")}
    assert written == {
        name: (FOLDER / name).read_bytes() for name in FILES if name != "ripple-adder-4.blif"
    }


def test_c17_has_six_nands() -> None:
    text = (FOLDER / "c17.blif").read_text()
    assert re.findall(r"^\.subckt (\S+)", text, re.M) == ["nand"] * 6
    assert re.findall(r"^\.(?:in|out)puts (.*)$", text, re.M)[:2] == ["1 2 3 6 7", "22 23"]
