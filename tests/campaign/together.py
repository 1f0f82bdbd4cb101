"""Processes at one store and one library: whoever reads finds one whole file, of one of the writers.

    python -m tests.campaign.together --count 10000

Two processes, and then eight, write a gate and a library over and over, each time another of two, and read both
after each time. A round is one such turn of every process. What is read must load, and be one of those that were
written, to the byte; in the end there are these two files and no draft.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.campaign import harness
from tests.campaign.harness import REPOSITORY, Budget, Tally

from gatewright.errors import GatewrightError
from gatewright.gates.npn import file as library_file
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.store import saved
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train
from gatewright.plugins.builtin.gates import gatewright_gates

SPEC = next(spec for spec in gatewright_gates() if spec.name == "not")


@cache
def gates() -> dict[bytes, str]:
    """Two gates of one name: the bytes of their files, and their digests."""
    return {
        saved.to_bytes(gate): gate.digest for gate in (train(SPEC, seed=1), train(SPEC, seed=2))
    }


@cache
def libraries() -> dict[bytes, NpnLibrary]:
    """Two libraries of one name, one of fewer gates, by the bytes of their files."""
    specs = class_specs("npn2")
    known = {spec.name: train(spec) for spec in specs[:4]}
    some = [NpnLibrary("npn2", {n: known[n] for n in list(known)[:most]}) for most in (2, 4)]
    return {library_file.to_bytes(each): each for each in some}


def turns(folder: Path, number: int, rounds: int) -> Iterator[str]:
    """What is wrong, as one process sees it in its turns."""
    shelf, path = Store(folder), library_file.library_path(folder, "npn2")
    mine = [train(SPEC, seed=1), train(SPEC, seed=2)]
    known = libraries()
    names = {tuple(each.gates) for each in known.values()}
    for turn in range(number, number + rounds):
        try:
            shelf.save(mine[turn % 2])
            library_file.write(path, list(known.values())[turn % 2])
            gate = shelf.load(SPEC)
            library = library_file.read(path, "npn2")
        except GatewrightError as error:
            yield f"turn {turn} of process {number}: {error}"
            continue
        if gate is None or gate.digest not in gates().values():
            yield f"turn {turn} of process {number}: another gate was read"
        if library is None or tuple(library.gates) not in names:
            yield f"turn {turn} of process {number}: another library was read"
        if shelf.path("not").read_bytes() not in gates() or path.read_bytes() not in known:
            yield f"turn {turn} of process {number}: other bytes were read"


def together(processes: int, budget: Budget, seed: int) -> Tally:
    """So many processes; rounds in spans, so that time can run out between them."""
    tally, span = Tally(), min(budget.count, 250)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at in Budget(-(-budget.count // span), None):
            if at and budget.over():
                break
            started = [
                subprocess.Popen(
                    [sys.executable, "-m", __spec__.name, "--turns", name, str(each), str(span)],
                    cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
                for each in range(processes)
            ]  # fmt: skip
            for process in started:
                assert process.stdout is not None
                if process.stdout.readline() != "ready\n":
                    tally.findings.append("a process did not start")
            for process in started:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            for process in started:
                said = process.communicate()[0]
                tally.findings += said.splitlines()
                if process.returncode:
                    tally.findings.append(f"a process ended with {process.returncode}")
            tally.add("rounds", span)
            tally.outcomes["reads"] += 2 * span * processes
        left = sorted(path.name for path in folder.iterdir())
        if left != ["not.safetensors", "npn2.library.safetensors"]:
            tally.findings.append(f"in the end there is {left}")
    return tally


PARTS: dict[str, harness.Part] = {
    "two processes": lambda budget, seed: together(2, budget, seed),
    "eight processes": lambda budget, seed: together(8, budget, seed),
}


def _child(folder: str, number: str, rounds: str) -> None:
    gates()
    libraries()
    print("ready", flush=True)
    sys.stdin.readline()
    for each in turns(Path(folder), int(number), int(rounds)):
        print(each)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--turns"]:
        _child(*sys.argv[2:5])
    else:
        harness.main("Processes at one store and one library", PARTS, count=1000)
