"""Files in place of circuits: every command that takes a circuit takes one, and says what it cannot do."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

from gatewright.formats.registry import FORMATS
from gatewright.gates import library
from gatewright.gates.spec import GateSpec

if TYPE_CHECKING:
    from tests.conftest import Circuits

CIRCUITS_FOLDER = Path(__file__).parents[2] / "circuits"
C17 = str(CIRCUITS_FOLDER / "c17.blif")
MUX = (
    b"INPUT(s)\nINPUT(a)\nINPUT(b)\nOUTPUT(y)\n"
    b"n = NOT(s)\np = AND(n, a)\nq = AND(s, b)\ny = OR(p, q)\n"
)
WIDE = (
    ".model wide\n.inputs a[0] a[1] a[2] a[3] a[4] a[5] a[6] a[7] b\n.outputs y z\n"
    ".names a[0] a[1] a[2] a[3] a[4] a[5] a[6] a[7] y\n11111111 0\n"
    ".names a[0] a[1] b z\n110 1\n001 1\n.end\n"
)


@pytest.fixture
def mux(tmp_path: Path) -> str:
    path = tmp_path / "mux.bench"
    path.write_bytes(MUX)
    return str(path)


@pytest.fixture
def wide(tmp_path: Path) -> str:
    path = tmp_path / "wide.blif"
    path.write_text(WIDE)
    return str(path)


def test_compose_compares_trained_gates_with_exact_ones(circuits: Circuits, store: Path) -> None:
    code, out, err = circuits("compose", C17, "--store", store)
    assert code == 0
    assert out == (
        f"{C17}: 6 nand\n"
        "signals: raw activations, nothing rounded in between\n\n"
        "trained gates = exact gates: proved exhaustively (32 of 32)\n\n"
        "every wire lies exactly on its logic value\n"
    )
    assert err == f"next: circuits run {C17} 1=1 2=1 3=1 6=1 7=1 --store {store}\n"


def test_a_certificate_is_that_of_the_datasheets(circuits: Circuits, store: Path) -> None:
    code, out, _ = circuits("compose", C17, "--verify", "certificate", "--store", store)
    assert code == 0
    assert out.endswith("proved by datasheets (NM 0.45, 6 instances of 1 gate)\n")


def test_run(circuits: Circuits, mux: str, store: Path) -> None:
    assert circuits("run", mux, "s=1", "a=0", "b=1", "--store", store)[:2] == (0, "y=1\n")
    assert circuits("run", mux, "s=0", "a=0", "b=1", "--store", store)[:2] == (0, "y=0\n")


def test_buses_of_a_file_are_numbers(circuits: Circuits, wide: str) -> None:
    assert circuits("run", wide, "a=0xff", "b=0")[:2] == (0, "y=0 z=1\n")
    assert circuits("run", wide, "a=254", "b=1")[:2] == (0, "y=1 z=0\n")


def test_functions_without_a_gate_come_from_the_library(
    circuits: Circuits, wide: str, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    code, out, err = circuits("compose", wide, "--store", shelf, "--json")
    document = json.loads(out)
    assert (code, document["outcome"]) == (0, "proved")
    assert any(name.startswith("lut") for name in document["gates"])
    assert err.count("training classes of npn4") == 1
    assert (shelf / "npn4.library.safetensors").exists()
    again = circuits("compose", wide, "--store", shelf, "--json")
    assert (again.out, again.err) == (out, "")


@pytest.mark.parametrize("name", few(["npn2", "npn3", "npn4"], 1))
def test_a_library_alone(circuits: Circuits, wide: str, name: str) -> None:
    code, out, _ = circuits("show", wide, "--library", name, "--json")
    gates = json.loads(out)["gates"]
    assert code == 0
    assert all(kind.startswith("lut") and int(kind[3]) <= int(name[-1]) for kind in gates)
    assert circuits("run", wide, "a=0xff", "b=0", "--library", name)[:2] == (0, "y=0 z=1\n")


def test_a_library_for_a_builder(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "ripple-adder", "--bits", "2", "--library", "npn3")
    assert code == 0
    assert out.startswith("ripple-adder --bits 2: 2 lut3-96, 2 lut3-e8\n")
    assert out.count("proved exhaustively (32 of 32)") == 2


def test_show_and_noise(circuits: Circuits, mux: str, store: Path) -> None:
    code, out, err = circuits("show", mux, "--store", store)
    assert code == 0
    assert "size     4 gates, 7 nets, 3 levels" in out
    assert err == f"next: circuits compose {mux} --store {store}\n"
    assert circuits("show", mux, "--hierarchy").code == 0
    code, out, _ = circuits("noise", mux, "--noise", "0.4", "--samples", "64", "--store", store)
    assert code == 0
    assert out.startswith(f"{mux}: 2 and, 1 not, 1 or\n")


def test_equiv_of_files(circuits: Circuits, mux: str, tmp_path: Path) -> None:
    code, out, _ = circuits("equiv", mux, "multiplexer", "--bits", "1", "--json")
    assert code == 2  # its ports have other names
    other = tmp_path / "other.blif"
    assert circuits("export", mux, "--out", other).code == 0
    code, out, _ = circuits("equiv", mux, other)
    assert code == 0
    assert "equal: proved exhaustively (8 of 8)" in out
    other.write_text(other.read_text().replace("11 1", "10 1"))
    code, out, _ = circuits("equiv", mux, other)
    assert code == 1
    assert "they differ at " in out


def test_ports_are_paired_and_held(circuits: Circuits) -> None:
    full, half = CIRCUITS_FOLDER / "full-adder.blif", CIRCUITS_FOLDER / "half-adder.blif"
    code, out, _ = circuits("equiv", full, half, "cout=carry", "cin=0")
    assert code == 0
    assert "with cout = carry, cin = 0\n\nequal: proved exhaustively (4 of 4)\n" in out
    assert circuits("equiv", full, half, "cout=carry", "cin=1").code == 1


def test_verify_says_that_a_file_has_no_integers(circuits: Circuits) -> None:
    for words in ((), ("--exhaustive",)):
        code, out, err = circuits("verify", C17, *words)
        assert (code, out) == (2, "")
        assert err == (
            f"circuits: '{C17}' has no integers to be compared with; compare it with another circuit: "
            f"circuits equiv {C17} CIRCUIT\n"
        )


def test_a_next_step_has_few_values(circuits: Circuits, tmp_path: Path, store: Path) -> None:
    names = [f"in{place}" for place in range(9)]
    lines = [*(f"INPUT({name})" for name in names), "OUTPUT(y)", f"y = AND({names[0]}, {names[1]})"]
    (tmp_path / "nine.bench").write_text("\n".join(lines))
    assert circuits("compose", tmp_path / "nine.bench", "--store", store).err == (
        f"next: circuits show {tmp_path / 'nine.bench'} --store {store}\n"
    )


def test_names_of_any_kind(circuits: Circuits, tmp_path: Path, store: Path) -> None:
    path = tmp_path / "my file.blif"
    path.write_text(".model c\n.inputs 1GAT(0) [2]\n.outputs 3'\n.names 1GAT(0) [2] 3'\n11 1\n")
    code, _, err = circuits("compose", path, "--store", store)
    assert code == 0
    assert err == f"next: circuits run '{path}' '1GAT(0)=1' '[2]=1' --store {store}\n"
    assert circuits("run", path, "1GAT(0)=1", "[2]=1", "--store", store)[:2] == (0, "3'=1\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "missing.blif"], 2, "there is no file missing.blif"),
        (["show", "some/where"], 2, "there is no file some/where"),
        (["show", "c17.dot"], 2, "c17.dot cannot be read: dot is a format that is only written"),
        (
            ["show", "c17.onnx"],
            2,
            "formats that are read: blif, bench, aag, aig, kiss, pla, csv, eqn, logisim, digital, verilog, ",
        ),
        (
            ["show", C17, "--bits", "4"],
            2,
            "there is no option --bits: neither this command nor the file ",
        ),
        (["run", C17, "9=1"], 2, "circuit 'c17' has no input '9'; its inputs are 1, 2, 3, 6, 7"),
        (["run", C17, "1=1"], 2, "input '2' has no value; give one from 0 to 1, as in 2=1"),
        (["compose", C17, C17], 2, "name one circuit, not 2"),
        (["compose", "c17"], 3, "no circuit 'c17'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    circuits: Circuits, words: list[str], code: int, said: str
) -> None:
    found = circuits(*words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert found.err.count("\n") == 1


def test_a_broken_file_is_named_with_line_and_column(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "broken.blif"
    path.write_text(".model m\n.inputs a\n.outputs y\n.names a x  y\n11 1\n")
    code, out, err = circuits("compose", path)
    assert (code, out) == (2, "")
    assert err == (
        f"circuits: {path}:4:10: 'x' is read here, and nothing drives it; make it an input, or give it a "
        "driver\n"
    )


def test_a_function_that_is_not_learned(
    circuits: Circuits, wide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        return None

    from gatewright.gates.npn import build as library_build

    monkeypatch.setattr(library_build, "train_class", fails)
    code, out, err = circuits("compose", wide)
    assert (code, out) == (1, "")
    assert "could not be proved; try another --seed, or --library npn4" in err


# Writing


@pytest.mark.parametrize("format_", [each.name for each in FORMATS.values() if each.writer])
def test_every_format_is_written_and_what_can_be_is_read_again(
    circuits: Circuits, tmp_path: Path, format_: str, store: Path
) -> None:
    found = next(each for each in FORMATS.values() if each.name == format_)
    if format_ == "onnx":
        pytest.importorskip("onnx")
    path = tmp_path / f"adder{found.suffixes[0]}"
    words = ("export", "ripple-adder", "--bits", "2", "--store", store)
    assert circuits(*words, "--out", path).out == f"wrote {path}\n"
    assert circuits(*words, "--out", path).err == (
        f"circuits: {path} exists; name another file, or give --force to replace it\n"
    )
    printed = circuits(*words, "--format", format_)
    if found.binary:
        assert printed.code == 2
        assert printed.err == (
            f"circuits: {format_} is not text to print; name a file, as in --out circuit{found.suffixes[0]}\n"
        )
    else:
        assert printed.out.encode() == path.read_bytes()
    if found.reader and format_ != "verilog":  # which takes Yosys
        assert circuits("equiv", path, "ripple-adder", "--bits", "2").code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_written_into_and_replaced_by_nothing(circuits: Circuits, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    words = ("export", C17, "--format", "blif")
    assert circuits(*words, "--out", pipe).out == f"wrote {pipe}\n"
    assert os.read(reader, 1 << 16).decode() == circuits(*words).out
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(("suffix", "unpack"), [(".gz", gzip.decompress), (".xz", lzma.decompress)])
def test_a_packed_file(
    circuits: Circuits, tmp_path: Path, suffix: str, unpack: type[bytes]
) -> None:
    path = tmp_path / f"c17.bench{suffix}"
    assert circuits("export", C17, "--out", path).code == 0
    assert unpack(path.read_bytes()).startswith(b"#")
    first = path.read_bytes()
    assert circuits("export", C17, "--out", path, "--force").code == 0
    assert path.read_bytes() == first
    assert circuits("equiv", path, C17).code == 0


def test_an_ending_that_contradicts_the_format(circuits: Circuits, tmp_path: Path) -> None:
    code, _, err = circuits("export", C17, "--format", "bench", "--out", tmp_path / "c17.blif")
    assert code == 2
    assert "ends like blif, and --format is bench; leave out one of them" in err
    assert not (tmp_path / "c17.blif").exists()


def test_equal_signs_in_names(circuits: Circuits, tmp_path: Path, store: Path) -> None:
    path = tmp_path / "a=b.blif"
    path.write_text(".model c\n.inputs a b=c\n.outputs y\n.names a b=c y\n11 1\n")
    assert circuits("run", path, "a=1", "b=c=1", "--store", store)[:2] == (0, "y=1\n")


def test_a_function_of_the_library_counts_as_trained(
    circuits: Circuits, wide: str, tmp_path: Path
) -> None:
    words = ("show", wide, "--library", "npn3", "--store", tmp_path / "shelf")
    assert " untrained" in circuits(*words).out
    assert circuits("compose", *words[1:]).code == 0
    assert " untrained" not in circuits(*words).out


def test_an_ending_that_is_only_read(circuits: Circuits, tmp_path: Path) -> None:
    code, _, err = circuits("export", C17, "--out", tmp_path / "c17.pla")
    assert code == 2
    assert "ends like pla, a format that is only read; 'circuits formats' lists those" in err


def test_formats(circuits: Circuits) -> None:
    code, out, _ = circuits("formats")
    assert code == 0
    for each in FORMATS.values():
        assert f"\n{each.name} " in out
    assert "onnx needs pip install 'gatewright[onnx]'" in out
    document = json.loads(circuits("formats", "--json").out)
    assert [each["name"] for each in document["formats"]] == [
        each.name for each in FORMATS.values()
    ]
    assert all(each["read"] or each["written"] for each in document["formats"])


def test_the_library_is_one_that_is_built_as_asked(plugins: object) -> None:
    nand = GateSpec.from_function("nand", lambda a, b: 1 - (a & b), inputs="ab", outputs="y")
    assert not library.in_library(nand)
