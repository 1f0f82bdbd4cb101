"""Circuits with registers that ABC changed: our verdict, and that of its ``dsec``."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gatewright as gw
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time

pytest.importorskip("pysat")
ABC = shutil.which("berkeley-abc") or shutil.which("yosys-abc")
pytestmark = pytest.mark.skipif(ABC is None, reason="ABC is not installed")

CIRCUITS = ("counter", "accumulator", "shift-register", "serial-adder")
CHANGES = {
    "retimed": "dretime",
    "retimed after resynthesis": "strash; dc2; retime -M 5",
    "merged": "strash; scorr",
    "resynthesised": "strash; dc2; rewrite; dc2",
    "all of it": "strash; scorr; dc2; dretime; dc2",
}


def abc(script: str, folder: Path) -> str:
    done = subprocess.run([str(ABC), "-q", script], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def dsec(folder: Path) -> str:
    said = abc("dsec one.blif two.blif", folder)
    verdicts = {"are equivalent": "proved", "NOT EQUIVALENT": "refuted"}
    return next((verdict for text, verdict in verdicts.items() if text in said), said)


def verdict(folder: Path) -> str:
    one, two = (gw.read(folder / name) for name in ("one.blif", "two.blif"))
    return equivalence_in_time(one, two).outcome


@pytest.mark.parametrize("name", CIRCUITS)
@pytest.mark.parametrize("change", CHANGES)
def test_changed_by_abc(name: str, change: str, tmp_path: Path) -> None:
    gw.circuit(name).save(tmp_path / "one.blif")
    script = CHANGES[change]
    abc(f"read_blif one.blif; {script}; strash; write_blif two.blif", tmp_path)
    assert (verdict(tmp_path), dsec(tmp_path)) == ("proved", "proved")


@pytest.mark.parametrize("name", CIRCUITS)
@pytest.mark.parametrize("retimed", [False, True])
@pytest.mark.parametrize(
    ("line", "other"),
    [(r"(?m)^(\.latch.*) 0$", r"\1 1"), (r"(?m)^(\.names \S+ \S+ \S+\n)11 1$", r"\g<1>01 1")],
    ids=["beginning", "gate"],
)
def test_altered(name: str, retimed: bool, line: str, other: str, tmp_path: Path) -> None:
    gw.circuit(name).save(tmp_path / "one.blif")
    text = (tmp_path / "one.blif").read_text()
    altered, count = re.subn(line, other, text, count=1)
    if not count:
        pytest.skip("it has no such gate")
    (tmp_path / "two.blif").write_text(altered)
    if retimed:
        abc("read_blif two.blif; strash; dc2; retime -M 5; strash; write_blif two.blif", tmp_path)
    assert verdict(tmp_path) == dsec(tmp_path) == "refuted"
