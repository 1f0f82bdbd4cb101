"""Pairs of circuits with registers: our verdict and time beside those of ABC's ``dsec``.

    python tests/benchmarks/sequential.py

ABC (``berkeley-abc`` or ``yosys-abc`` on the path) makes the other one of each pair: retimed (``dretime``, and
``retime -M 5`` after ``dc2``), with registers merged (``scorr``), resynthesised (``dc2; rewrite``), with one
register's beginning flipped, and with one gate altered. The circuits are ours, with registers that begin as 0,
and those of ISCAS-89 in the folder that GATEWRIGHT_BENCHMARKS names, if it names one; registers without an
initial value begin as 0 in both. Times are of the processor, with what is started for it: reading and starting
Python among ours. ``dsec`` of ABC 1.01 fails an assertion on circuits without inputs, which is a ``?``.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gatewright as gw

ABC = shutil.which("berkeley-abc") or shutil.which("yosys-abc")
OURS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("counter", {"bits": 8}),
    ("counter", {"bits": 16}),
    ("lfsr", {"bits": 16}),
    ("accumulator", {"bits": 16}),
    ("shift-register", {"bits": 32}),
    ("serial-adder", {}),
)
CHANGES = {
    "dretime": "dretime",
    "retime -M 5": "strash; dc2; retime -M 5",
    "scorr": "strash; scorr",
    "resynthesised": "strash; dc2; rewrite; dc2",
    "all": "strash; scorr; dc2; dretime; dc2",
}


def abc(script: str, folder: Path) -> str:
    """What ABC prints."""
    assert ABC is not None
    done = subprocess.run([ABC, "-q", script], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def bases(folder: Path) -> Iterator[str]:
    """The circuits that are changed, as BLIF files of the folder."""
    for name, parameters in OURS:
        file = "-".join(map(str, (name, *parameters.values()))) + ".blif"
        gw.circuit(name, **parameters).save(folder / file)
        yield file
    public = os.environ.get("GATEWRIGHT_BENCHMARKS")
    for path in sorted(Path(public).glob("iscas89/*.bench")) if public else ():
        made = folder / f"{path.stem}.blif"
        abc(f"read_bench {path}; zero; write_blif {made.name}", folder)
        if made.exists():
            begun = re.sub(r"(?m)^(\.latch.*\s)[23]\s*$", r"\g<1>0", made.read_text())
            made.write_text(begun)
            yield made.name


def changes(file: str, folder: Path) -> Iterator[tuple[str, str]]:
    """What was done to a circuit, and the file of the changed one."""
    for what, script in CHANGES.items():
        other = f"{what.replace(' ', '')}-{file}"
        abc(f"read_blif {file}; {script}; strash; write_blif {other}", folder)
        if (folder / other).exists():
            yield what, other
    text = (folder / file).read_text()
    flipped = re.sub(r"(?m)^(\.latch.*\s)0\s*$", r"\g<1>1", text, count=1)
    altered = re.sub(r"(?m)^(1+) 1$", lambda at: f"0{at[1][1:]} 1", text, count=1)
    for what, other in (("beginning", flipped), ("gate", altered)):
        if other != text:
            (folder / f"{what}-{file}").write_text(other)
            yield what, f"{what}-{file}"


def ours(one: str, two: str, folder: Path) -> tuple[str, str, float]:
    """Our verdict, how, and seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-m", "gatewright", "equiv", one, two]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    found = re.search(r"equal: (\w+):? ?(.*)", done.stdout)
    assert found, done.stderr
    return found[1], found[2], _spent(before)


def theirs(one: str, two: str, folder: Path) -> tuple[str, float]:
    """The verdict of ``dsec``, and seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = abc(f"dsec {one} {two}", folder)
    for text, verdict in (
        ("are equivalent", "proved"),
        ("NOT EQUIVALENT", "refuted"),
        ("UNDECIDED", "undecided"),
    ):
        if text in said:
            return verdict, _spent(before)
    return "?", _spent(before)


def _spent(before: resource.struct_rusage) -> float:
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    print(f"{'circuit':<22}{'changed by':<15}{'ours':<11}{'s':>6}  {'dsec':<11}{'s':>6}  how")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in bases(folder):
            for what, other in changes(file, folder):
                verdict, how, seconds = ours(file, other, folder)
                peer, taken = theirs(file, other, folder)
                print(
                    f"{file[:-5]:<22}{what:<15}{verdict:<11}{seconds:6.2f}  {peer:<11}{taken:6.2f}  {how}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
