"""Disks that fail: full, read-only, over quota, with a clock set back, and files cut short while they are read.

    python -m tests.campaign.disks --count 500

Commands that write and read run in processes of their own. Where a disk fails they end with one line that
begins with ``circuits:``, their exit code says so, old files are as they were and nothing is half-written; where
it does not, they succeed. Nobody is killed by a signal. A full file system is mounted, which only root can do.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.campaign import harness
from tests.campaign.harness import REPOSITORY, Budget, Tally
from tests.campaign.kills import CIRCUITS, Files, drafts, files

from gatewright.gates.npn import file as library_file
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.spec import GateSpec
from gatewright.gates.store import saved
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train
from gatewright.plugins.builtin.gates import gatewright_gates

Words = tuple[str, ...]
PR_CAPBSET_DROP, OVERRIDES = 24, (1, 2, 3)
"""To override permissions of files, to search any folder, and to be the owner of any file (capabilities(7))."""

WRITERS: tuple[Words, ...] = (
    ("train", "xor", "--store", "store"),
    ("library", "build", "npn2", "--store", "store", "--jobs", "1"),
    ("compose", "parity-tree", "--bits", "3", "--store", "store"),
    ("verify", "ripple-adder", "--bits", "8", "--exhaustive", "--checkpoint", "r.jsonl"),
    ("export", "ripple-adder", "--bits", "4", "--out", "a.blif", "--force"),
    ("report", "parity-tree", "--bits", "3", "--store", "store", "--out", "a.html", "--force"),
)
READERS: tuple[Words, ...] = (
    ("gates", "--store", "kept"),
    ("predict", "and", "1", "1", "--store", "kept"),
    ("compose", "parity-tree", "--bits", "4", "--store", "kept"),
)
CLOCK = (
    "import time\nat = iter(range(2_000_000_000, 0, -1000))\ntime.time = lambda: float(next(at))\n"
)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    words: Words
    code: int
    out: str
    err: str


def run(
    words: Words,
    folder: Path,
    prepare: Callable[[], None] | None = None,
    *,
    before: str = "",
    to: str = "",
) -> Ended:
    """A command in a folder.

    Args:
        words: of it.
        folder: that it runs in.
        prepare: called in its process first.
        before: Python that is run first.
        to: a file that standard output goes to.
    """
    command = [CIRCUITS[0], "-c", f"{before}from gatewright.cli.app import main; main()", *words]
    with open(to or os.devnull, "wb") as out:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out if to else subprocess.PIPE,
            stderr=subprocess.PIPE, preexec_fn=prepare, timeout=120, check=False,
        )  # fmt: skip
    return Ended(words, done.returncode, (done.stdout or b"").decode(), done.stderr.decode())


def problems(ended: Ended, before: Files, after: Files, *, fails: bool | None) -> list[str]:
    """What is wrong with how a command ended, and with what it left.

    Args:
        ended: how.
        before: files as they were.
        after: as they are.
        fails: whether it had to; none where either will do.
    """
    found = []
    what = f"{' '.join(ended.words)} ended with {ended.code}: {(ended.out + ended.err)[-600:]!r}"
    if ended.code < 0 or "Traceback" in ended.err + ended.out:
        found.append(what)
    elif ended.code:
        lines = ended.err.splitlines()
        lines = [
            line for line in lines if not re.match("next: |training [a-z0-9-]+: not yet", line)
        ]
        if len(lines) != 1 or not lines[0].startswith("circuits: ") or fails is False:
            found.append(what)
    elif fails:
        found.append(f"{what}, though it could not have written")
    if ended.code:
        left = drafts(after)
        lost = [name for name in before if name not in left and after.get(name) != before[name]]
        lost = [name for name in lost if not name.endswith(".jsonl")]
        found += [f"{what}; {name} is not what it was" for name in lost]
        found += [f"{what}; {name} was left" for name in left - before.keys()]
    return found


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder with a store of some gates, and files that are to be replaced."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = Store(folder / "kept")
        for spec in gatewright_gates():
            if spec.name in ("and", "xor", "half-adder"):
                kept.save(train(spec))
        (folder / "a.blif").write_text("an old file\n")
        (folder / "a.html").write_text("an old page\n")
        yield folder


def tries(
    words: tuple[Words, ...], budget: Budget, attempt: Callable[[Words, Path], list[str]]
) -> Tally:
    """Commands in turn, each in a workshop of its own."""
    tally = Tally()
    for number in budget:
        with workshop() as folder:
            found = attempt(words[number % len(words)], folder)
        tally.add("not survived" if found else "survived")
        tally.findings += found
    return tally


def full(budget: Budget, seed: int) -> Tally:
    """A file system of a few pages that is full, or becomes so; and standard output that is full."""
    if os.geteuid():
        return Tally()
    draw = harness.generator(seed, 1)

    def attempt(words: Words, folder: Path) -> list[str]:
        if draw.random() < 0.2:
            ended = run(("gates",), folder, to="/dev/full")
            return problems(ended, {}, {}, fails=True)
        small = folder / "small"
        small.mkdir()
        pages = int(draw.integers(1, 6))
        size = f"size={4096 * pages},nr_inodes=12"
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", small], check=False
        ).returncode:
            return []
        try:
            (small / "a.html").write_text("an old page\n")
            if draw.random() < 0.5:
                with (small / "filler").open("wb", buffering=0) as filler:
                    while True:
                        try:
                            filler.write(b"x" * 4096)
                        except OSError:
                            break
            before = files(small)
            return problems(run(words, small), before, files(small), fails=None)
        finally:
            subprocess.run(["umount", small], check=True)

    return tries(WRITERS, budget, attempt)


def quota(budget: Budget, seed: int) -> Tally:
    """No file may grow beyond some bytes."""
    draw = harness.generator(seed, 2)

    def attempt(words: Words, folder: Path) -> list[str]:
        most = int(draw.integers(1, 1500))

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        before = files(folder)
        return problems(run(words, folder, limit), before, files(folder), fails=None)

    return tries(WRITERS, budget, attempt)


def read_only(budget: Budget, seed: int) -> Tally:
    """Folders that may only be read, by a user to whom that applies: reading goes on, writing is refused.

    To root it applies without the right to override it, which programs that are started do not get back;
    another user could not run an interpreter that lies in root's home.
    """
    library = ctypes.CDLL(None, use_errno=True)

    def attempt(words: Words, folder: Path) -> list[str]:
        (folder / "store").mkdir()
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)

        def drop() -> None:
            for right in OVERRIDES if os.geteuid() == 0 else ():
                if library.prctl(PR_CAPBSET_DROP, right, 0, 0, 0):
                    raise OSError("the right to override cannot be given up")

        before = files(folder)
        ended = run(words, folder, drop)
        return problems(ended, before, files(folder), fails=words in WRITERS)

    return tries(WRITERS + READERS, budget, attempt)


def clock(budget: Budget, seed: int) -> Tally:
    """A clock that runs backwards, and files from the future and from 1970."""
    draw = harness.generator(seed, 3)

    def attempt(words: Words, folder: Path) -> list[str]:
        (folder / "store").mkdir()
        for name in (".xor.safetensors.123.0123abcd.tmp", ".xor.safetensors.1.0123abcd.tmp"):
            (folder / "store" / name).write_bytes(b"half")
        for path in folder.rglob("*"):
            when = float(draw.choice([0, 1, time.time() + 10**6, 2**33]))
            os.utime(path, (when, when))
        ended = run(words, folder, before=CLOCK if draw.random() < 0.7 else "")
        return problems(ended, files(folder), files(folder), fails=False)

    return tries(WRITERS + READERS, budget, attempt)


def cut(budget: Budget, seed: int) -> Tally:
    """Files cut short, emptied and made whole again in place, over and over, while a process reads them."""
    tally = Tally()
    draw = harness.generator(seed, 4)
    specs = class_specs("npn2")[:4]
    gate = saved.to_bytes(train(_spec()))
    library = library_file.to_bytes(NpnLibrary("npn2", {each.name: train(each) for each in specs}))
    span = min(budget.count, 200)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = {
            Store(folder).path("xor"): gate,
            library_file.library_path(folder, "npn2"): library,
        }
        for path, data in paths.items():
            path.write_bytes(data)
        for _ in Budget(-(-budget.count // span)):
            if tally.tried and budget.over():
                break
            reader = subprocess.Popen(
                [sys.executable, "-m", __spec__.name, "--read", name, str(span)],
                cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            while reader.poll() is None:
                for path, data in paths.items():
                    os.truncate(path, int(draw.integers(len(data))))
                    with path.open("r+b", buffering=0) as file:
                        file.write(data)
            out, err = reader.communicate()
            if reader.returncode < 0:
                said = signal.Signals(-reader.returncode).name
                tally.findings.append(f"a reader was killed by {said} as a file was cut short")
            elif reader.returncode:
                tally.findings.append(f"a reader ended with {reader.returncode}: {err[-600:]}")
            for what in re.findall(r"\w+", out):
                tally.add(what)
            tally.tried = max(tally.tried, 1)
    return tally


def _spec() -> GateSpec:
    return next(spec for spec in gatewright_gates() if spec.name == "xor")


def _read(folder: Path, times: int) -> None:
    """Read a gate and a library so often, and say what came of each time."""
    from gatewright.errors import GatewrightError

    whole = {each.name for each in class_specs("npn2")[:4]}
    for _ in range(times):
        try:
            gate = Store(folder).load(_spec())
            library = library_file.read(library_file.library_path(folder, "npn2"), "npn2")
        except GatewrightError:
            print("refused")
        else:
            assert gate is not None
            assert library is not None
            assert library.gates.keys() == whole
            print("read")


PARTS: dict[str, harness.Part] = {
    "disk full": full,
    "quota": quota,
    "read-only": read_only,
    "clock set back": clock,
    "cut short while read": cut,
}
SHARES = {"cut short while read": 10.0}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        _read(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        harness.main("Disks that fail", PARTS, count=300, shares=SHARES)
