"""Killed commands: whatever the moment, files are whole, and the next run ends as if nothing had been.

    python -m tests.campaign.kills --count 1000

A command that writes is started and killed by SIGKILL: every other time at a random moment, else as soon as
a file in its folder appears, grows or is replaced. Sometimes its children are killed with it; if not, they must
end by themselves. Then every file there is must be one of those from before or of those that a run leaves
alone, to the byte, a record that can be gone on with, or a draft (``.….tmp``). The command is run once
more, must succeed, say what it says undisturbed, and leave the same files.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.campaign import harness
from tests.campaign.harness import Budget, Tally

from gatewright.errors import GatewrightError
from gatewright.gates.npn.file import read

Files = dict[str, bytes]
CIRCUITS = (sys.executable, "-c", "from gatewright.cli.app import main; main()")
PATIENCE = 20.0
"""Seconds within which children of a killed command end."""


@dataclass(frozen=True)
class Victim:
    """A command that is killed.

    Attributes:
        words: of it, run in the folder that it writes to.
        before: a command whose files are there already; none for an empty folder.
        grows: names of files that are more than their old or new bytes: what is wrong with one, if anything.
        counts: whether it says how much was left to do, so that the next run says something else.
    """

    words: tuple[str, ...]
    before: tuple[str, ...] = ()
    grows: Mapping[str, Callable[[Path], str]] | None = None
    counts: bool = False


def _library(path: Path) -> str:
    """A library of fewer classes is fine."""
    try:
        return "" if read(path, "npn3") else "no library"
    except GatewrightError as error:
        return str(error)


def _record(path: Path) -> str:
    """Lines of JSON, of which the last may be cut off."""
    lines = path.read_bytes().split(b"\n")
    for line in lines[:-1]:
        try:
            json.loads(line)
        except ValueError:
            return f"a line {line!r}"
    return ""


VICTIMS: dict[str, Victim] = {
    "train": Victim(
        ("train", "xor", "and", "--store", "store", "--seed", "2"),
        before=("train", "xor", "not", "--store", "store"),
    ),
    "library build": Victim(
        ("library", "build", "npn3", "--store", "store", "--jobs", "2"),
        grows={"store/npn3.library.safetensors": _library},
        counts=True,
    ),
    "verify --checkpoint": Victim(
        ("verify", "ripple-adder", "--bits", "11", "--exhaustive", "--checkpoint", "adder.jsonl"),
        grows={"adder.jsonl": _record},
    ),
    "verify --jobs": Victim(
        (
            "verify",
            "ripple-adder",
            "--bits",
            "9",
            "--exhaustive",
            "--jobs",
            "2",
            "--checkpoint",
            "adder.jsonl",
        ),
        grows={"adder.jsonl": _record},
    ),
    "export": Victim(
        (
            "export",
            "ripple-adder",
            "--bits",
            "16",
            "--store",
            "store",
            "--out",
            "a.onnx",
            "--force",
        ),
        before=("export", "ripple-adder", "--bits", "4", "--store", "store", "--out", "a.onnx"),
    ),
    "report": Victim(
        ("report", "ripple-adder", "--bits", "4", "--store", "store", "--out", "a.html", "--force"),
        before=("report", "parity-tree", "--bits", "3", "--store", "store", "--out", "a.html"),
    ),
}


def files(folder: Path) -> Files:
    """All files below a folder; some may go while they are read."""
    found = {}
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
        except FileNotFoundError:
            continue
    return found


def drafts(found: Files) -> set[str]:
    """Those that a killed writer may leave behind."""
    return {name for name in found if re.fullmatch(r"\..+\.tmp", Path(name).name)}


def start(words: tuple[str, ...], folder: Path) -> subprocess.Popen[str]:
    """A command in a session of its own, in a folder."""
    return subprocess.Popen(
        [*CIRCUITS, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def whole(words: tuple[str, ...], folder: Path) -> tuple[int, str, str]:
    """A command undisturbed: exit code, what it says without its times, and errors."""
    process = start(words, folder)
    out, err = process.communicate()
    return process.returncode, plain(out), err


def plain(said: str) -> str:
    """Without times."""
    return re.sub(r" *[0-9.]+ m?s\b", "", said)


def _seen(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                state = os.stat(os.path.join(parent, name))
            except FileNotFoundError:
                continue
            found[os.path.join(parent, name)] = (state.st_ino, state.st_size)
    return found


def kill(process: subprocess.Popen[str], folder: Path, moment: float | None, all_: bool) -> bool:
    """Kill a command at a moment, or when its folder changes; whether it was still running."""
    began, before = time.monotonic(), _seen(folder)
    while process.poll() is None:
        if moment is None:
            if _seen(folder) != before:
                break
        elif time.monotonic() - began >= moment:
            break
        else:
            time.sleep(min(0.002, moment))
    running = process.poll() is None
    if running:
        if all_:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    return running


def survivors(group: int) -> bool:
    """Whether children of a command outlive it for long; they are ended then."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    os.killpg(group, signal.SIGKILL)
    return True


def kills(victim: Victim, budget: Budget, seed: int) -> Tally:
    """Kill a command as often as the budget allows."""
    tally, draw = Tally(), harness.generator(seed, len(victim.words[0]))
    with tempfile.TemporaryDirectory() as name:
        first = Path(name) / "first"
        first.mkdir()
        if victim.before:
            whole(victim.before, first)
        old = files(first)
        began = time.monotonic()
        wanted = whole(victim.words, first)
        takes = time.monotonic() - began
        new = files(first)
        if wanted[0]:
            tally.findings.append(f"undisturbed: {wanted}")
            return tally
        for number in budget:
            folder = Path(name) / str(number)
            for path, data in old.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            folder.mkdir(exist_ok=True)
            moment = None if number % 2 else float(draw.uniform(0, takes))
            everyone = bool(draw.integers(2))
            process = start(victim.words, folder)
            killed = kill(process, folder, moment, everyone)
            process.wait()  # or it would itself be counted among those that are left
            if survivors(process.pid):
                tally.findings.append(
                    f"kill {number}: children outlive the command by {PATIENCE} s"
                )
            process.communicate()
            left = files(folder)
            tally.add("killed" if killed else "ended before")
            tally.outcomes["drafts left"] += len(drafts(left))
            problems = _damage(victim, folder, left, old, new)
            after = whole(victim.words, folder)
            now = files(folder)
            if after[0] or (after[1] != wanted[1] and not victim.counts):
                problems.append(f"the next run: {after}, undisturbed {wanted}")
            same = {n: d for n, d in now.items() if n not in drafts(now)}
            if same.keys() != new.keys() or any(
                same[n] != new[n] for n in new if not n.endswith(".jsonl")
            ):  # a record says in what order it came about
                problems.append(
                    f"the next run leaves other files: {sorted(now)}, not {sorted(new)}"
                )
            when = "as files changed" if moment is None else f"after {moment:.3f} of {takes:.3f} s"
            tally.findings += [f"kill {number} {when}: {each}" for each in problems]
            subprocess.run(["rm", "-rf", str(folder)], check=True)
    return tally


def _damage(victim: Victim, folder: Path, left: Files, old: Files, new: Files) -> list[str]:
    """What is wrong with the files that a killed command left."""
    found = [f"{name} is gone" for name in old if name not in left]
    for name, data in left.items():
        if name in drafts(left) or data in (old.get(name), new.get(name)):
            continue
        check = (victim.grows or {}).get(name)
        wrong = "is neither the old nor the new file" if check is None else check(folder / name)
        found += [f"{name}: {wrong}"] * bool(wrong)
    return found


def _part(victim: Victim) -> harness.Part:
    return lambda budget, seed: kills(victim, budget, seed)


PARTS = {name: _part(victim) for name, victim in VICTIMS.items()}

if __name__ == "__main__":
    harness.main(
        "Commands killed at random moments", PARTS, count=50, shares={"library build": 0.5}
    )
