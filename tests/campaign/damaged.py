"""Damaged files: whatever is done to a good one, a reader gives what is in it or one of our own errors.

    python -m tests.campaign.damaged --count 1000000 [--only blif]

Every format of circuits, packed ones too; files of gates and libraries, and their certificates; records of
proofs; recipes; values of buses as they are typed. A finding is any other exception, a message of several lines
or without the file, more than two seconds, and running out of a gigabyte. What was read is also
used a little: a circuit is compiled, a gate doubted and written again, a proof gone on with.
"""

from __future__ import annotations

import contextlib
import gzip
import lzma
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import FrameType

from tests.campaign import harness
from tests.campaign.harness import Budget, Tally
from tests.campaign.mutate import RECORD, SAID, TEXT, Damage, mutants

from gatewright.certify.checker import CertificateRefused, check
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively
from gatewright.circuits.program import compile_netlist
from gatewright.errors import GatewrightError
from gatewright.formats import reading, registry
from gatewright.gates.datasheet import doubt
from gatewright.gates.npn import file as library_file
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.store import saved
from gatewright.gates.store.store import Store
from gatewright.gates.training.recipe_text import read_recipe, write_recipe
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins, load_plugins

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
    "verilog": (
        b"module m(input [3:0] a, b, output [4:0] y, output z);\n  assign y = a + b;\n"
        b"  wire t = ^a;\n  assign z = t ? b[0] : &a[2:1];\nendmodule\n",
        b"module inner(input x, output w);\n  not g(w, x);\nendmodule\nmodule top(input a, output y);\n"
        b"  inner i(.x(a), .w(y));\nendmodule\n",
        b"module c(input [1:0] s, output reg y);\n  always @(*) case (s)\n    0: y = 1;\n"
        b"    default: y = 0;\n  endcase\nendmodule\n",
    ),
    "aag": (b"aag 3 2 0 1 1\n2\n4\n7\n6 2 4\ni0 a\ni1 b\no0 y\nc\nnand\n",),
    "aig": (b"aig 3 2 0 1 1\n7\n\x02\x02i0 a\ni1 b\no0 y\nc\nnand\n",),
}

RECIPES = (
    b'learns = "xor"\nlayers = [2]\noptimiser = { name = "adam", lr = 0.1 }\nseed = 1\n',
    b'summary = "classic"\nlearns = "xor"\nlayers = [2, 3]\nactivations = ["tanh", "logistic", "logistic"]\n'
    b'loss = "squared"\nepochs = 500\nrestarts = 4\n\n[optimiser]\nname = "gd"\nlr = 0.5\n',
    b"layers = []\n[learns]\ninputs = ['a', 'b']\noutputs = ['y']\nx = [[0, 0.5], [1, 1]]\ny = [[0], [1]]\n",
)

VALUES = (
    b"ripple-adder --bits 8 a=23 b=0x2a cin=1",
    b"alu --bits 4 a=0b1010 b=3 op=2",
    b"mux4 s=1",
)

Use = Callable[[bytes, Path], None]
"""Reads a file and uses what is in it; its bytes, and where it lies if it must lie somewhere."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        files: good ones.
        use: reads one.
        damages: what is done to them.
        name: of a damaged file, which an error begins with; empty where it need not name one.
        on_disk: whether it is read from there.
    """

    files: Sequence[bytes]
    use: Use
    damages: Sequence[Damage] = TEXT
    name: str = ""
    on_disk: bool = False


class TooLongError(BaseException):
    """A reader took several times as long as it may; no reader catches this."""


def _alarm(number: int, frame: FrameType | None) -> None:
    raise TooLongError


def damage(kind: Kind, budget: Budget, seed: int) -> Tally:
    """Read damaged files of one kind; what became of them, and what should not have."""
    tally = Tally()
    draw = harness.generator(seed, *kind.name.encode())
    before = signal.signal(signal.SIGALRM, _alarm)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (kind.name or "mutant")
            for _, data in zip(budget, mutants(kind.files, kind.damages, draw), strict=False):
                if kind.on_disk:
                    path.write_bytes(data)
                started = time.perf_counter()
                signal.setitimer(signal.ITIMER_REAL, 5 * SECONDS)
                outcome, problem = _outcome(kind, data, path)
                signal.setitimer(signal.ITIMER_REAL, 0)
                took = time.perf_counter() - started
                if took > SECONDS:
                    problem = f"{took:.1f} s"
                tally.add("wrong" if problem else outcome)
                if problem:
                    tally.findings.append(f"{problem[:400]}\n      {data[:1200]!r}")
    finally:
        signal.signal(signal.SIGALRM, before)
    return tally


def _outcome(kind: Kind, data: bytes, path: Path) -> tuple[str, str]:
    """``read`` or ``refused``, and what is wrong, if anything is."""
    try:
        kind.use(data, path)
    except GatewrightError as error:
        said = str(error)
        if "\n" in said:  # what else moves the cursor is made harmless where it is printed
            return "refused", f"a message of several lines: {said!r}"
        if kind.name and kind.name not in said:
            return "refused", f"a message without the file: {said}"
        return "refused", ""
    except CertificateRefused:
        return "refused", ""
    except TooLongError:
        return "wrong", "too long"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "wrong", f"{type(error).__name__}: {error}"
    return "read", ""


# The kinds


@cache
def _plugins() -> Plugins:
    return load_plugins()


_FORMATS = ("blif", "bench", "pla", "json", "aag", "aig", "graphml", "node-link")


def _good_files(name: str) -> list[bytes]:
    """Files that can be read: what our writer makes of some circuits, and some made by hand."""
    found = next(each for each in registry.FORMATS.values() if each.name == name)
    made = list(HAND_MADE.get(name, ()))
    for circuit, parameters in CIRCUITS if found.writer else ():
        elaborated = _plugins().circuit(circuit).elaborate(parameters, _plugins().gates)
        made.append(found.write(elaborated.netlist, circuit))
    return made


def _use_circuit(data: bytes, path: Path) -> None:
    compile_netlist(reading.read_netlist(path, _plugins().gates))


def _format(name: str, packed: str = "") -> Kind:
    files = [
        gzip.compress(each, mtime=0) if packed == ".gz" else lzma.compress(each) if packed else each
        for each in _good_files(name)
    ]
    (ending, *_) = next(each.suffixes for each in registry.FORMATS.values() if each.name == name)
    return Kind(files, _use_circuit, TEXT, f"mutant{ending}{packed}", True)


def _use_gate(data: bytes, path: Path) -> None:
    gate = Store(path.parent).load(_plugins().gate("half-adder"))
    assert gate is not None
    if gate.datasheet is not None:
        doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
    gate.learned()
    gate.recipe.here().architecture(2, 2)
    saved.to_bytes(gate)


def _gate_file() -> bytes:
    return saved.to_bytes(train(_plugins().gate("half-adder")))


@cache
def _library() -> bytes:
    specs = class_specs("npn2")[:4]
    return library_file.to_bytes(NpnLibrary("npn2", {each.name: train(each) for each in specs}))


def _use_library(data: bytes, path: Path) -> None:
    library = library_file.read(path, "npn2")
    assert library is not None
    library_file.to_bytes(library)
    for gate in library.gates.values():
        library.of_class(gate.spec.table)


def _use_certificate(data: bytes, path: Path) -> None:
    check(data)


@cache
def _adder() -> Circuit:
    return _plugins().circuit("ripple-adder").elaborate({"bits": 8}, _plugins().gates)


def _use_record(data: bytes, path: Path) -> None:
    claim = verify_exhaustively(_adder(), lambda *_: _adder(), Plan(checkpoint=path))
    # Whatever a record says of an adder that is right, all of it is either proved or refused.
    assert (claim.outcome, claim.checked, claim.excluded) == ("proved", 2**17, 0), f"{claim}"


def _records() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record"
        verify_exhaustively(_adder(), lambda *_: _adder(), Plan(checkpoint=path))
        whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    return [whole, b"".join(lines[:-1]), whole[:-9]]


def _use_recipe(data: bytes, path: Path) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return  # whoever opens the file says so
    named = read_recipe(text, "mutant", source=path.name)
    if not named.learns:
        named.recipe.architecture(2, 1)
    read_recipe(write_recipe(named), "again")


def _use_values(data: bytes, path: Path) -> None:
    from gatewright.cli import circuit_words
    from gatewright.cli.circuits.run_circuit import read_values

    asked = circuit_words.read_words(data.decode("utf-8", "surrogateescape").split())
    circuit = _plugins().circuit("ripple-adder").elaborate({"bits": 8}, _plugins().gates)
    read_values(circuit.netlist, asked.values)


KINDS: dict[str, Callable[[], Kind]] = {
    **{name: partial(_format, name) for name in _FORMATS},
    "verilog": partial(_format, "verilog"),
    "blif.gz": partial(_format, "blif", ".gz"),
    "aig.xz": partial(_format, "aig", ".xz"),
    "gate file": lambda: Kind([_gate_file()], _use_gate, SAID, "half-adder.safetensors", True),
    "library": lambda: Kind([_library()], _use_library, SAID, "npn2.library.safetensors", True),
    "certificate": lambda: Kind([_gate_file(), _library()], _use_certificate, SAID),
    "record": lambda: Kind(_records(), _use_record, RECORD, "record", True),
    "recipe": lambda: Kind(RECIPES, _use_recipe, TEXT, "mutant.toml"),
    "values of buses": lambda: Kind(VALUES, _use_values),
}


def _part(kind: Callable[[], Kind]) -> harness.Part:
    return lambda budget, seed: damage(kind(), budget, seed)


PARTS = {name: _part(kind) for name, kind in KINDS.items()}
SHARES = {"verilog": 0.02, "library": 0.5, "certificate": 0.5, "record": 0.5}
"""Of slow ones: Verilog goes through Yosys, a process a file."""


@contextlib.contextmanager
def little_memory() -> Iterator[None]:
    """A gigabyte more than now."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


if __name__ == "__main__":
    _adder()
    with little_memory():
        harness.main("Damaged files", PARTS, count=30_000, shares=SHARES)
