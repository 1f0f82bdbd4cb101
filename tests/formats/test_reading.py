"""The format of a file: as said, by its ending, by its content."""

import gc
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from gatewright.api.circuits import circuit
from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.source import Source
from gatewright.formats.reading import format_like, read_netlist
from gatewright.formats.registry import FORMATS

BLIF = ".model m\n.inputs a b\n.outputs y\n.names a b y\n11 1\n"
BEGINNINGS = {
    "blif": ["# c\n\n.model m\n", ".inputs a\n", ".names a b\n", "\ufeff.model m\n", ".MODEL m\n"],
    "bench": [
        "# c\r\nINPUT(a)\n",
        "output ( y )\n",
        "y = AND(a, b)\n",
        "y = LUT 0x8 (a, b)\n",
        "OUTPUT(y)",
    ],
    "aag": ["aag 3 2 0 1 1\n"],
    "aig": ["aig 3 2 0 1 1\n"],
    "kiss": [
        ".start_kiss\n.i 1\n",
        "# c\n.i 1\n.o 1\n.s 2\n",
        ".i 2\r\n.o 1\r\n.p 4\r\n# c\r\n.r a\r\n",
        ".s 2\n.i 1\n",
        ".ilb a b\n.i 2\n.s 4\n",
    ],
    "pla": [".i 2\n.o 1\n", "# c\n.type fr\n", ".o 1\n", ".ilb a b\n"],
    "verilog": [
        "module m(a);",
        "// c\n/* module\n */ `timescale 1ns/1ps\n(* top *) module m;",
        "`define X 1\nmodule m;",
        "package p; endpackage",
    ],
    "json": ['{"modules": {}}', "\n\n{"],
    "csv": ["a,b,y\n0,0,1\n", "a;b;->;y\r\n1;-;->;0\r\n", "a\tb\tcout\n0\t1\tx\n"],
    "eqn": ["INORDER = a b;\n", "# c\nINORDER = a\n b;\n", "y = a * b;", "y = !(a + b);"],
    "logisim": ['<?xml version="1.0"?>\n<project source="2.7.1" version="1.0">'],
    "digital": ['<?xml version="1.0" encoding="utf-8"?>\n<circuit>\n'],
    "graphml": ["<graphml>", "<?xml version='1.0'?>\n<!-- c -->\n<graphml xmlns='x'>"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, each) for name, all_ in BEGINNINGS.items() for each in all_]
)
def test_a_format_is_told_by_its_beginning(name: str, text: str) -> None:
    assert format_like(Source("download", text.encode())).name == name


def test_every_format_that_is_read_is_told_by_its_beginning() -> None:
    assert {each.name for each in FORMATS.values() if each.reader} - {"node-link"} == set(
        BEGINNINGS
    )


@pytest.mark.parametrize(
    "text",
    ["hello\n", "# no more\n", "y <= a and b;", "/*" * 40000, "/**/" * 9000, "a" + "\t\tb" * 60],
)
def test_what_begins_like_none_is_refused(text: str) -> None:
    with pytest.raises(
        UsageError, match="download has no ending of a format that is read, and begins"
    ):
        format_like(Source("download", text.encode()))


def test_a_page_is_still_a_page() -> None:
    with pytest.raises(FormatError, match="begins a web page"):
        format_like(Source("download", b"<html><body>404"))


def test_what_is_said_comes_before_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "m.v"
    path.write_text(BLIF)
    assert read_netlist(path, {}, from_format="blif").name == "m"
    assert circuit(path, from_format="blif").title == f"{path} --from blif"
    with pytest.raises(UsageError, match="there is no format 'blfi'"):
        read_netlist(path, {}, from_format="blfi")
    with pytest.raises(UsageError, match="cannot be read: dot is a format that is only written"):
        read_netlist(path, {}, from_format="dot")


@pytest.mark.parametrize(
    "name", ["m", "m.txt", "m.blif.bak", "m.eblif", "M.BLIF", "m.gz", "m.eblif.GZ", "x/m"]
)
def test_whatever_a_file_is_called(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    data = BLIF.encode()
    path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    assert read_netlist(path, {}).name == "m"
    monkeypatch.chdir(tmp_path)
    assert circuit(name).run(a=1, b=1) == {"y": 1}


def test_a_builder_comes_before_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ripple-adder").write_text(BLIF)
    monkeypatch.chdir(tmp_path)
    assert circuit("ripple-adder").spec.file == ""
    assert circuit("./ripple-adder").run(a=1, b=1) == {"y": 1}


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input(name: str) -> None:
    script = f"from gatewright import circuit; c = circuit({name!r}); print(c.run(a=1, b=1), c.netlist.name)"
    done = subprocess.run(
        [sys.executable, "-c", script], input=BLIF, capture_output=True, text=True, check=True
    )
    assert done.stdout == "{'y': 1} m\n"


def test_the_garbage_collector_runs_again_after_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.bench"
    path.write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(b)\n")
    assert gc.isenabled()
    with pytest.raises(FormatError):
        read_netlist(path, {})
    assert gc.isenabled()
    gc.disable()
    try:
        path.write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(a)\n")
        read_netlist(path, {})
        assert not gc.isenabled()
    finally:
        gc.enable()
