"""How time and memory of every command grow with odd files: deep chains, long tables, wide ports, many models.

    python tests/benchmarks/limits.py [SHAPE…] [--command WORD…] [--sizes N,N,N] [--seconds S]

Each command runs by itself, with a limit of time and of 8 GB. A line has its seconds and megabytes at n, 2n and
4n, and what the last doubling cost: 2 is linear, 4 quadratic; ``over`` is past the limit of time, and ``refused``
that the command said why not. A traceback is told as one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

MEMORY = 8 << 30


def _signs(signs: str, rows: int, width: int) -> list[str]:
    """Random texts of some signs."""
    drawn = np.random.default_rng(rows).choice(np.array(list(signs)), (rows, width))
    return ["".join(row) for row in drawn.tolist()]


def chain_bench(size: int) -> str:
    """A chain of NANDs, each of the one before and of an input."""
    gates = (f"n{at + 1} = NAND(n{at}, a)" for at in range(size))
    return "\n".join(["INPUT(a)", "INPUT(n0)", f"OUTPUT(n{size})", *gates, ""])


def upward_bench(size: int) -> str:
    """The same chain with its last gate first."""
    gates = (f"n{at + 1} = NAND(n{at}, a)" for at in reversed(range(size)))
    return "\n".join(["INPUT(a)", "INPUT(n0)", f"OUTPUT(n{size})", *gates, ""])


def chain_blif(size: int) -> str:
    """The chain in BLIF."""
    gates = (f".names n{at} a n{at + 1}\n0- 1\n-0 1" for at in range(size))
    head = [".model chain", ".inputs a n0", f".outputs n{size}"]
    return "\n".join([*head, *gates, ".end", ""])


def wires_blif(size: int) -> str:
    """A chain of wires that only rename each other, the last one first."""
    gates = (f".names n{at} n{at + 1}\n1 1" for at in reversed(range(size)))
    head = [".model wires", ".inputs n0", f".outputs n{size}"]
    return "\n".join([*head, *gates, ".end", ""])


def chain_aag(size: int) -> str:
    """The chain in ascii AIGER."""
    gates = (f"{2 * at + 6} {2 * at + 5 if at else 4} 2" for at in range(size))
    head = [f"aag {size + 2} 2 0 1 {size}", "2", "4", f"{2 * size + 4}"]
    return "\n".join([*head, *gates, ""])


def chain_json(size: int) -> str:
    """The chain in the JSON of Yosys."""
    cells = {
        f"c{at}": {
            "type": "$_NAND_",
            "port_directions": {"A": "input", "B": "input", "Y": "output"},
            "connections": {"A": [at + 3], "B": [2], "Y": [at + 4]},
        }
        for at in range(size)
    }
    ports = {
        "a": {"direction": "input", "bits": [2]},
        "n": {"direction": "input", "bits": [3]},
        "y": {"direction": "output", "bits": [size + 3]},
    }
    return json.dumps({"modules": {"chain": {"ports": ports, "cells": cells}}})


def table_pla(size: int, kind: str = "f") -> str:
    """A table of 64 inputs and 16 outputs; rows are random and half of their inputs do not matter."""
    rows = []
    for at, (inside, out) in enumerate(
        zip(_signs("01--", size, 63), _signs("~" * 8 + "1", size, 16), strict=True)
    ):
        given = (
            "1" if kind == "f" or at % 2 else "0"
        )  # no row of ones holds together with one of zeros
        rows.append(f"{given}{inside} {out.replace('1', given)}")
    return "\n".join([".i 64", ".o 16", f".type {kind}", *rows, ".e", ""])


def cover_blif(size: int) -> str:
    """One function of 32 inputs as a sum of many products."""
    rows = (f"{each} 1" for each in _signs("01--", size, 32))
    nets = " ".join(f"x{at}" for at in range(32))
    head = [".model cover", f".inputs {nets}", ".outputs y", f".names {nets} y"]
    return "\n".join([*head, *rows, ".end", ""])


def wide_blif(size: int) -> str:
    """One product of very many inputs."""
    nets = " ".join(f"x{at}" for at in range(size))
    head = [".model wide", f".inputs {nets}", ".outputs y", f".names {nets} y"]
    return "\n".join([*head, "1" * size + " 1", ".end", ""])


def stairs_blif(size: int) -> str:
    """Very many products of very many inputs: a line of the diagonal each."""
    width = 2 * int(size**0.5)
    nets = " ".join(f"x{at}" for at in range(width))
    rows = ("1" * at + "0" + "-" * (width - at - 1) + " 1" for at in range(width))
    head = [".model stairs", f".inputs {nets}", ".outputs y", f".names {nets} y"]
    return "\n".join([*head, *rows, ".end", ""])


def parity_bench(size: int) -> str:
    """One parity of very many inputs."""
    nets = [f"x{at}" for at in range(size)]
    ports = [f"INPUT({net})" for net in nets]
    return "\n".join([*ports, "OUTPUT(y)", f"y = XOR({', '.join(nets)})", ""])


def ports_bench(size: int) -> str:
    """A bus of very many bits, each inverted."""
    ports = [f"INPUT(a[{at}])\nOUTPUT(y[{at}])" for at in range(size)]
    gates = (f"y[{at}] = NOT(a[{at}])" for at in range(size))
    return "\n".join([*ports, *gates, ""])


def scalars_blif(size: int) -> str:
    """Very many ports of one bit, in one line."""
    ins = " ".join(f"p{at}q" for at in range(size))
    outs = " ".join(f"r{at}q" for at in range(size))
    gates = (f".names p{at}q r{at}q\n0 1" for at in range(size))
    return "\n".join([".model scalars", f".inputs {ins}", f".outputs {outs}", *gates, ".end", ""])


def models_blif(size: int) -> str:
    """Very many models, each placed once in a chain."""
    calls = (f".subckt m{at} a=n{at} y=n{at + 1}" for at in range(size))
    models = (
        f".model m{at}\n.inputs a\n.outputs y\n.names a t\n0 1\n.names t y\n0 1\n.end"
        for at in range(size)
    )
    head = [".model top", ".inputs n0", f".outputs n{size}"]
    return "\n".join([*head, *calls, ".end", *models, ""])


def placed_blif(size: int) -> str:
    """One model placed very many times."""
    calls = (f".subckt m a=n{at} y=n{at + 1}" for at in range(size))
    model = ".model m\n.inputs a\n.outputs y\n.names a t\n0 1\n.names t y\n0 1\n.end"
    head = [".model top", ".inputs n0", f".outputs n{size}"]
    return "\n".join([*head, *calls, ".end", model, ""])


def nested_blif(size: int) -> str:
    """200 models, each holding the one below it and some gates of its own."""
    depth = 200
    own = max(1, size // depth)
    lines = []
    for at in range(depth):
        lines += [f".model m{at}", ".inputs a", ".outputs y"]
        lines += [f".names {'a' if not k else f't{k}'} t{k + 1}\n0 1" for k in range(own)]
        if at < depth - 1:
            lines.append(f".subckt m{at + 1} a=t{own} y=y")
        else:
            lines.append(f".names t{own} y\n0 1")
        lines.append(".end")
    return "\n".join([*lines, ""])


def fan_bench(size: int) -> str:
    """One net that very many gates read, and a tree of what they give."""
    gates = [f"g{at} = NAND(a, b{at % 8})" for at in range(size)]
    ports = ["INPUT(a)", *(f"INPUT(b{at})" for at in range(8)), "OUTPUT(y)"]
    return "\n".join([*ports, *gates, f"y = OR({', '.join(f'g{at}' for at in range(size))})", ""])


SHAPES: dict[str, tuple[Callable[[int], str], str, tuple[int, int, int]]] = {
    "chain-bench": (chain_bench, "bench", (75_000, 150_000, 300_000)),
    "upward-bench": (upward_bench, "bench", (75_000, 150_000, 300_000)),
    "chain-blif": (chain_blif, "blif", (75_000, 150_000, 300_000)),
    "chain-aag": (chain_aag, "aag", (75_000, 150_000, 300_000)),
    "chain-json": (chain_json, "json", (75_000, 150_000, 300_000)),
    "wires-blif": (wires_blif, "blif", (75_000, 150_000, 300_000)),
    "table-pla": (table_pla, "pla", (5_000, 10_000, 20_000)),
    "table-fr": (lambda size: table_pla(size, "fr"), "pla", (5_000, 10_000, 20_000)),
    "cover-blif": (cover_blif, "blif", (5_000, 10_000, 20_000)),
    "wide-blif": (wide_blif, "blif", (25_000, 50_000, 100_000)),
    "stairs-blif": (stairs_blif, "blif", (250_000, 1_000_000, 4_000_000)),
    "parity-bench": (parity_bench, "bench", (25_000, 50_000, 100_000)),
    "ports-bench": (ports_bench, "bench", (50_000, 100_000, 200_000)),
    "scalars-blif": (scalars_blif, "blif", (50_000, 100_000, 200_000)),
    "models-blif": (models_blif, "blif", (12_500, 25_000, 50_000)),
    "placed-blif": (placed_blif, "blif", (75_000, 150_000, 300_000)),
    "nested-blif": (nested_blif, "blif", (75_000, 150_000, 300_000)),
    "fan-bench": (fan_bench, "bench", (25_000, 50_000, 100_000)),
}

COMMANDS: dict[str, Callable[[str, str], list[str]]] = {
    "show": lambda file, _: ["show", file],
    "tree": lambda file, _: ["show", file, "--hierarchy", "--depth", "2"],
    "certificate": lambda file, _: ["compose", file, "--verify", "certificate"],
    "compose": lambda file, _: ["compose", file, "--samples", "64"],
    "noise": lambda file, _: ["noise", file, "--samples", "64"],
    "equiv": lambda file, _: ["equiv", file, file, "--time-limit", "10"],
    "blif": lambda file, out: ["export", file, "--out", f"{out}/o.blif", "--force"],
    "bench": lambda file, out: ["export", file, "--out", f"{out}/o.bench", "--force"],
    "aag": lambda file, out: ["export", file, "--out", f"{out}/o.aag", "--force"],
    "aig": lambda file, out: ["export", file, "--out", f"{out}/o.aig", "--force"],
    "json": lambda file, out: ["export", file, "--out", f"{out}/o.json", "--force"],
    "verilog": lambda file, out: ["export", file, "--out", f"{out}/o.v", "--force"],
    "dot": lambda file, out: ["export", file, "--out", f"{out}/o.dot", "--force"],
    "draw": lambda file, out: ["draw", file, "--out", f"{out}/o.svg", "--force"],
    "report": lambda file, out: ["report", file, "--out", f"{out}/o.html", "--force"],
    "map": lambda file, out: [
        "map",
        file,
        "--library",
        "gates",
        "--out",
        f"{out}/m.blif",
        "--force",
    ],
    "library": lambda file, _: ["show", file, "--library", "npn2"],
}


def measured(words: list[str], seconds: float) -> tuple[str, float, float]:
    """What became of a command, its seconds of processor and its megabytes."""
    code = "from gatewright.cli.app import main; main()"

    def bounded() -> None:
        # Not of addresses, of which JavaScript takes many and uses few.
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=bounded,
            start_new_session=True,
        )
        while True:
            done, status, used = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() - started > seconds:
                os.killpg(child.pid, signal.SIGKILL)
                os.wait4(child.pid, 0)
                return "over", seconds, 0.0
            time.sleep(0.02)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    what = "ok" if child.returncode in (0, 1, 4) else "refused"
    if "Traceback" in text or child.returncode < 0:
        what = "TRACEBACK"
    if what != "ok" and VERBOSE:
        print("   ", text.strip()[-600:])
    return what, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


VERBOSE = bool(os.environ.get("VERBOSE"))


def rows(
    shapes: list[str],
    commands: list[str],
    sizes: tuple[int, ...] | None,
    seconds: float,
    folder: Path,
) -> Iterator[str]:
    """A line for each shape and command."""
    for shape in shapes:
        write, ending, usual = SHAPES[shape]
        files = []
        for size in sizes or usual:
            file = folder / f"{shape}-{size}.{ending}"
            file.write_text(write(size), encoding="utf-8")
            files.append(file)
        for command in commands:
            cells, last, growth = [], 0.0, ""
            for file in files:
                what, spent, peak = measured(COMMANDS[command](str(file), str(folder)), seconds)
                short = {"ok": "", "over": ">"}.get(what, f"{what} ")
                cells.append(f"{short}{spent:.1f} s {peak:.0f} MB")
                growth = f"{spent / last:.1f}" if last and what == "ok" else ""
                last = spent
                if what == "over":
                    break
            shown = "".join(f"{cell:>26}" for cell in cells)
            yield f"{shape:>14}{command:>13}{shown:<78}{growth:>6}"
        for file in files:
            file.unlink()


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("shapes", nargs="*", choices=[*SHAPES, []])
    asked.add_argument("--command", nargs="*", default=list(COMMANDS), choices=list(COMMANDS))
    asked.add_argument("--sizes", type=lambda text: tuple(int(each) for each in text.split(",")))
    asked.add_argument("--seconds", type=float, default=60.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CIRCUITS_STORE"] = str(Path(tempfile.gettempdir()) / "limits-store")
        print(f"{'file':>14}{'command':>13}{'n':>26}{'2n':>26}{'4n':>26}{'growth':>6}")
        for line in rows(
            given.shapes or list(SHAPES), given.command, given.sizes, given.seconds, Path(folder)
        ):
            print(line, flush=True)


if __name__ == "__main__":
    main()
