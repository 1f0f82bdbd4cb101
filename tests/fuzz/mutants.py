"""Damaged files: whatever is done to a good one, a reader gives a circuit or one of our own errors.

    python tests/fuzz/mutants.py --count 100000 [--format blif] [--seed 0]

Good files of small circuits are damaged byte by byte, word by word and line by line, and read. Anything but a
circuit that can be compiled, a `FormatError` or a `UsageError` is a finding: another exception, more than two
seconds, more than a gigabyte. Findings are printed with the file that made them. `test_mutants.py` runs a few
thousand a format; the whole run takes some minutes a format.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gatewright.errors import FormatError, UsageError
from gatewright.formats import registry
from gatewright.formats.source import Source
from gatewright.netlists.program import compile_netlist
from gatewright.plugins.manager import Plugins, load_plugins

FORMATS = ("blif", "bench", "pla", "json", "aag", "aig")
"""Those whose readers are ours; Verilog is read by Yosys."""

SECONDS, MEMORY = 2.0, 1 << 30

CIRCUITS: tuple[tuple[str, dict[str, int]], ...] = (
    ("ripple-adder", {"bits": 3}),
    ("multiplexer", {"bits": 4}),
    ("hamming-corrector", {}),
)

HAND_MADE: dict[str, tuple[bytes, ...]] = {
    "blif": (
        b".model top\n.inputs a b \\\n c\n.outputs y z\n.subckt inner x=a w=t\n.names t b c y\n11- 1\n--1 1\n"
        b".names z\n1\n.end\n.model inner\n.inputs x\n.outputs w\n.names x w\n0 1\n.end\n",
        b".model wide\n.inputs a b c d e f g h\n.outputs y\n.names a b c d e f g h y\n1------1 0\n-1-01--- 0\n",
    ),
    "bench": (
        b"# c17\nINPUT(1)\nINPUT(2)\nOUTPUT(22)\n10 = NAND(1, 2)\n11 = XOR(1, 2, 10)\n22 = OR(10, 11)\n",
        b"INPUT(a)\nOUTPUT(y)\nx = LUT 0x1 ( a )\ny = BUFF(x)\n",
    ),
    "pla": (
        b".i 3\n.o 2\n.ilb a b c\n.ob y z\n.type fd\n.p 3\n1-0 1-\n01- 01\n111 11\n.e\n",
        b".i 8\n.o 1\n.p 2\n1--0--11 1\n0110---- 1\n.e\n",
        b".i 2\n.o 1\n.type fr\n00 0\n11 1\n01 ~\n.end\n",
    ),
    "json": (),
    "aag": (b"aag 3 2 0 1 1\n2\n4\n7\n6 2 4\ni0 a\ni1 b\no0 y\nc\nnand\n",),
    "aig": (b"aig 3 2 0 1 1\n7\n\x02\x02i0 a\ni1 b\no0 y\nc\nnand\n",),
}

WORDS = (
    *(
        b"",
        b"0",
        b"1",
        b"2",
        b"-",
        b"--",
        b"-1",
        b"99999999999",
        b"4294967296",
        b"\\",
        b"\\\n",
        b"#",
        b"=",
    ),
    *(
        b".model",
        b".names",
        b".end",
        b".inputs",
        b".outputs",
        b".subckt",
        b".latch",
        b".exdc",
        b".e",
    ),
    *(
        b".i",
        b".o",
        b".p",
        b".type",
        b".ilb",
        b"INPUT",
        b"DFF",
        b"LUT",
        b"vdd",
        b"(",
        b")",
        b",",
        b"{",
        b"}",
    ),
    *(
        b"[",
        b"]",
        b'"',
        b"null",
        b"true",
        b"1e999",
        b"aag",
        b"aig",
        b"\x80",
        b"\xff\xff\xff\xff\xff",
        b"\0",
    ),
    *(b"\r", b"\t", b"\xef\xbb\xbf", b"\xc3\xa9", b"~", b"|", b":", b"<html>", b"x" * 300),
)


@dataclass(frozen=True)
class Finding:
    """A file that a reader did not answer as it should."""

    what: str
    data: bytes


def good_files(format_: str, plugins: Plugins) -> list[bytes]:
    """Files that can be read: what our writer makes of some circuits, and some made by hand."""
    found = next(each for each in registry.FORMATS if each.name == format_)
    made = list(HAND_MADE[format_])
    for name, parameters in CIRCUITS if found.writer else ():
        circuit = plugins.circuit(name).elaborate(parameters, plugins.gates)
        made.append(found.write(circuit.netlist, name))
    return made


def mutants(files: list[bytes], count: int, generator: np.random.Generator) -> Iterator[bytes]:
    """Damaged files: one damage in half of them, more in the others."""
    for _ in range(count):
        data = files[int(generator.integers(len(files)))]
        for _ in range(int(generator.geometric(0.5))):
            damage = DAMAGES[int(generator.integers(len(DAMAGES)))]
            data = damage(data, generator)
        yield data


def _flip(data: bytes, generator: np.random.Generator) -> bytes:
    if not data:
        return data
    at = int(generator.integers(len(data)))
    return data[:at] + bytes([data[at] ^ 1 << int(generator.integers(8))]) + data[at + 1 :]


def _put(data: bytes, generator: np.random.Generator) -> bytes:
    at = int(generator.integers(len(data) + 1))
    return data[:at] + WORDS[int(generator.integers(len(WORDS)))] + data[at:]


def _cut(data: bytes, generator: np.random.Generator) -> bytes:
    first, last = sorted(generator.integers(len(data) + 1, size=2).tolist())
    return data[:first] + data[last:] if last - first < 80 else data[:last]


def _again(data: bytes, generator: np.random.Generator) -> bytes:
    first, last = sorted(generator.integers(len(data) + 1, size=2).tolist())
    at = int(generator.integers(len(data) + 1))
    return data[:at] + data[first:last] * int(generator.integers(1, 4)) + data[at:]


def _words(data: bytes, generator: np.random.Generator) -> bytes:
    """A word in place of another one."""
    lines = data.split(b"\n")
    at = int(generator.integers(len(lines)))
    words = lines[at].split(b" ")
    place = int(generator.integers(len(words)))
    pool = (*WORDS, *data.split())
    words[place] = pool[int(generator.integers(len(pool)))]
    lines[at] = b" ".join(words)
    return b"\n".join(lines)


def _lines(data: bytes, generator: np.random.Generator) -> bytes:
    """Two lines swapped, or one left out or written twice."""
    lines = data.split(b"\n")
    one, other = generator.integers(len(lines), size=2).tolist()
    kind = int(generator.integers(3))
    if kind == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 1:
        del lines[one]
    else:
        lines.insert(other, lines[one])
    return b"\n".join(lines)


DAMAGES: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    *(_flip, _put, _cut, _again, _words, _words, _lines, _lines),
)


def attempt(format_: str, data: bytes, plugins: Plugins) -> str | None:
    """What became of a file: ``circuit``, ``refused``, or none where neither."""
    module, _, name = next(
        each for each in registry.FORMATS if each.name == format_
    ).reader.partition(".")
    read = getattr(__import__(f"gatewright.formats.{module}", fromlist=[name]), name)
    try:
        compile_netlist(read(Source(f"mutant.{format_}", data), plugins.gates))
    except (FormatError, UsageError) as error:
        # One line that names the file, and a text of some length that says what is wrong.
        message = str(error)
        return "refused" if "\n" not in message and message.startswith("mutant.") else None
    return "circuit"


def run(format_: str, count: int, seed: int) -> tuple[Counter[str], list[Finding]]:
    """Read damaged files of one format; what became of them, and what should not have."""
    plugins = load_plugins()
    generator = np.random.default_rng([seed, FORMATS.index(format_)])
    seen: Counter[str] = Counter()
    findings: list[Finding] = []
    for data in mutants(good_files(format_, plugins), count, generator):
        started = time.perf_counter()
        try:
            outcome = attempt(format_, data, plugins)
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            outcome = None
            findings.append(Finding(f"{type(error).__name__}: {error}", data))
        else:
            if outcome is None:
                findings.append(Finding("a message of several lines, or without the file", data))
        seen[outcome or "wrong"] += 1
        if time.perf_counter() - started > SECONDS:
            findings.append(Finding(f"{time.perf_counter() - started:.1f} s", data))
    return seen, findings


def main() -> None:
    """Run from the command line; the exit code is 1 where there is a finding."""
    parser = argparse.ArgumentParser(description="Damage good files and read them.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    load_plugins()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, used + MEMORY))
    print(f"{'format':<7}{'files':>9}{'circuits':>10}{'refused':>9}{'findings':>10}{'s':>8}")
    failed = False
    for format_ in asked.format or FORMATS:
        started = time.perf_counter()
        seen, findings = run(format_, asked.count, asked.seed)
        seconds = time.perf_counter() - started
        print(
            f"{format_:<7}{asked.count:>9}{seen['circuit']:>10}{seen['refused']:>9}{len(findings):>10}"
            f"{seconds:>8.1f}",
            flush=True,
        )
        for each in findings[:5]:
            print(f"  {each.what[:200]}\n  {each.data!r}"[:2000])
        failed = failed or bool(findings)
    sys.exit(failed)


if __name__ == "__main__":
    main()
