"""Reading binary AIGER into a netlist and a program, beside aigverse's reader in the same run.

    python tests/benchmarks/aiger.py

The first table: random graphs, seconds of the processor, the fewest of some rounds. ``cells`` is what it takes
to have aigverse read the file and to make the same kind of netlist of its nodes through its Python interface.
The second: what each says of files that are wrong; aigverse in a process of its own, which is ended after some
seconds. Where aigverse is not installed (pip install aigverse), its columns stay empty.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.errors import FormatError
from gatewright.formats.aiger.binary import write_ands
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.aiger.writer import write_aiger
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.source import Source, read_source

_Made = TypeVar("_Made")

SIZES = (50_000, 100_000, 200_000)
ROUNDS = 3
PORTS = 256
PATIENCE = 10.0
TABLES = (0b1000, 0b0100, 0b0010, 0b0001)

ONE = b"aig 3 2 0 1 1\n6\n"
WRONG = {
    "no AIGER": b"aga 3 2 0 1 1\n",
    "a count is not a number": b"aag 3 2 0 -1 1\n2\n4\n6\n6 2 4\n",
    "M is not I + L + A": b"aig 4 2 0 1 1\n6\n\x02\x02",
    "counts beyond the file": b"aig 300002 2 0 1 300000\n6\n",
    "4e9 inputs": b"aig 4000000000 4000000000 0 1 0\n2\n",
    "an odd input": b"aag 3 2 0 1 1\n3\n4\n6\n6 2 4\n",
    "an input twice": b"aag 3 2 0 1 1\n2\n2\n6\n6 2 4\n",
    "an undefined literal": b"aag 9 2 0 1 1\n2\n4\n6\n6 2 13\n",
    "an output out of range": b"aig 3 2 0 1 1\n8\n\x02\x02",
    "a word for a literal": b"aag 3 2 0 1 1\n2\n4\n6\n6 2 x\n",
    "one AND too few": b"aag 4 2 0 1 2\n2\n4\n6\n6 2 4\ni0 a\n",
    "one AND too many": b"aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n8 2 4\n",
    "a cycle": b"aag 4 2 0 1 2\n2\n4\n8\n6 8 2\n8 4 7\n",
    "cut off in an AND": ONE + b"\x02\x82",
    "a long difference": ONE + b"\x02" + 9 * b"\x80",
    "a difference out of range": ONE + b"\x07\x00",
    "a symbol of nothing": ONE + b"\x02\x02o1 a\n",
    "a name twice": ONE + b"\x02\x02i0 a\ni1 a\n",
    "junk at the end": ONE + b"\x02\x02\x02\x02",
    "a latch": b"aag 1 0 1 2 0\n2 3\n2\n3\n",
}  # fmt: skip

THEIRS = """
import sys
from aigverse.io import read_aiger_into_aig, read_ascii_aiger_into_aig
data = open(sys.argv[1], "rb").read()
read = read_ascii_aiger_into_aig if data.startswith(b"aag") else read_aiger_into_aig
try:
    read(sys.argv[1])
    print("accepted")
except Exception as error:
    print("refused:", error)
"""


def main() -> None:
    """Print the tables."""
    peer = importlib.util.find_spec("aigverse") is not None
    with tempfile.TemporaryDirectory() as folder:
        path, again = Path(folder) / "random.aig", Path(folder) / "again.aig"
        print(f"{'ANDs':>8}{'bytes':>10}{'netlist':>9}{'program':>9}{'write':>7}", end="")
        print(f"{'aigverse: read':>16}{'cells':>7}{'write':>7}")
        for size in SIZES:
            path.write_bytes(random_graph(size, seed=1))
            netlist, read = timed(partial(ours, path))
            _, compiled = timed(partial(compile_netlist, netlist))
            _, written = timed(partial(write_aiger, netlist, binary=True))
            print(f"{size:>8}{path.stat().st_size:>10}{read:>9.2f}{read + compiled:>9.2f}", end="")
            print(f"{written:>7.2f}", end="")
            if peer:
                aigverse: Any = import_module("aigverse.io")
                graph, theirs = timed(partial(aigverse.read_aiger_into_aig, path))
                _, cells = timed(partial(through_aigverse, path))
                _, stored = timed(partial(aigverse.write_aiger, graph, again))
                print(f"{theirs:>16.2f}{cells:>7.2f}{stored:>7.2f}", end="")
            print(flush=True)
        if peer:
            size = installed("aigverse") + installed("nanobind-backend")
            print(f"\naigverse {distribution('aigverse').version}: {size} bytes installed")
        print(f"\n{'file':<27}{'aigverse':<41}Gatewright")
        for what, data in WRONG.items():
            path.write_bytes(data)
            print(f"{what:<27}{said_by_aigverse(path) if peer else '':<41}", end="", flush=True)
            try:
                read_aiger(Source("c", data), {})
                print("accepted")
            except FormatError as error:
                print(error)


def timed(work: Callable[[], _Made]) -> tuple[_Made, float]:
    """What some work gives, and the least time that the processor took for it."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        made = work()
        times.append(time.process_time() - started)
    return made, min(times)


def ours(path: Path) -> Netlist:
    """The netlist of a file."""
    return read_aiger(read_source(path), {})


def random_graph(count: int, *, seed: int) -> bytes:
    """A binary file: every AND reads one literal not far before it, and one from anywhere."""
    draw = np.random.default_rng(seed)
    own = 2 * np.arange(PORTS + 1, PORTS + 1 + count)
    near = own - 1 - draw.integers(1, 600, count)
    near = np.where(near < 2, 2 + draw.integers(0, 2 * PORTS, count), near)
    far = 2 + (draw.random(count) * (own - 2)).astype(np.int64)
    rows = np.stack([own, np.maximum(near, far), np.minimum(near, far)], axis=1).tolist()
    outputs = draw.integers(2, own[-1] + 2, PORTS).tolist()
    head = f"aig {PORTS + count} {PORTS} 0 {PORTS} {count}"
    return "".join(f"{line}\n" for line in [head, *outputs]).encode() + write_ands(rows)


def through_aigverse(path: Path) -> Netlist:
    """The netlist of a file that aigverse reads; it merges equal ANDs."""
    aigverse: Any = import_module("aigverse.io")
    graph = aigverse.read_aiger_into_aig(path)
    made = Assembler(Source(str(path), b""), "graph", {})
    made.constant(0, "n0", 1)
    for node in graph.pis():
        made.input(f"n{node}", 1)
    for node in graph.gates():
        left, right = graph.fanins(node)
        ones = TABLES[left.complement << 1 | right.complement]
        made.cell(ones, (f"n{left.index}", f"n{right.index}"), f"n{node}", 1)
    for place, signal in enumerate(graph.pos()):
        made.output(f"o{place}", 1)
        made.cell(0b01 if signal.complement else 0b10, (f"n{signal.index}",), f"o{place}", 1)
    return made.netlist()


def said_by_aigverse(path: Path) -> str:
    """Whether it accepts a file, refuses it, crashes or does not come back."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", THEIRS, path], capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"does not end in {PATIENCE:g} s"
    if done.returncode:
        return f"crashes, signal {-done.returncode}"
    printed = done.stdout.splitlines()
    return printed[0][:38] if printed else "prints nothing"


def installed(name: str) -> int:
    """Bytes of a distribution's files."""
    places = [Path(str(file.locate())) for file in distribution(name).files or ()]
    return sum(place.stat().st_size for place in places if place.exists())


if __name__ == "__main__":
    main()
