"""Formats by the endings of files: what is a file, what it is read by, and what is refused."""

from __future__ import annotations

import gzip
import lzma
import re
from pathlib import Path

import pytest

import gatewright
from gatewright.errors import FormatError, UsageError
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.reading import read_netlist
from gatewright.formats.registry import FORMATS, PACKED, Format, format_of, is_file
from gatewright.plugins.manager import Plugins

TEXT = ".model t\n.inputs a b\n.outputs y\n.names a b y\n11 1\n.end\n"


def test_names_and_endings_belong_to_one_format_each() -> None:
    names = [each.name for each in FORMATS.values()]
    assert len(set(names)) == len(names)
    suffixes = [suffix for each in FORMATS.values() for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    for each in FORMATS.values():
        assert each.reader or each.writer
        assert re.fullmatch(r"[a-z-]+", each.name)
        assert all(re.fullmatch(r"\.[a-z]+[0-9]?", suffix) for suffix in each.suffixes)
        assert not set(each.suffixes) & set(PACKED)
        assert each.summary


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda each: each.name)
def test_a_format_is_known_by_its_endings(form: Format) -> None:
    for suffix in form.suffixes:
        for packed in ("", *PACKED):
            for name in ("c17", "folder/c17", "../a.b", "c17.bench", "C17"):
                for word in (f"{name}{suffix}{packed}", f"{name}{suffix}{packed}".upper()):
                    assert format_of(word) is form
                    assert is_file(word)


@pytest.mark.parametrize(
    "word",
    [
        "ripple-adder",
        "c17",
        "c17.txt",
        "c17.gz",
        "c17.xz",
        "c17.blif.zip",
        ".blif",
        "a.blif.gz.gz",
        "",
        ".",
    ],
)
def test_what_has_no_such_ending_is_no_file_and_no_format(word: str) -> None:
    assert not is_file(word)
    with pytest.raises(UsageError) as caught:
        format_of(word)
    assert str(caught.value) == (
        f"{word} ends like no format that is known; known endings: .blif, .eblif, .bench, .aag, .aig, .kiss2, "
        ".kiss, .pla, .csv, .tsv, .eqn, .circ, .dig, .v, .sv, .json, .graphml, .nodelink, .dot, .gv, "
        ".onnx, each also with .gz or .xz"
    )


@pytest.mark.parametrize(
    "word", ["./adder", "circuits/adder", "..\\adder", "adder/", "/", "~/x.txt"]
)
def test_what_has_a_slash_is_a_file(word: str) -> None:
    assert is_file(word)
    with pytest.raises(UsageError, match="ends like no format that is known"):
        format_of(word)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.blif", TEXT.encode()),
        ("T.BLIF", TEXT.encode()),
        ("t.blif.gz", gzip.compress(TEXT.encode())),
        ("t.blif.xz", lzma.compress(TEXT.encode())),
        ("t.blif", gzip.compress(TEXT.encode())),  # what it is packed by, its bytes say
        ("t.blif.gz", TEXT.encode()),
    ],
    ids=["plain", "capitals", "gzip", "xz", "gzip by its bytes", "not packed"],
)
def test_a_file_is_read_by_its_ending(
    plugins: Plugins, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert [each.gate for each in read_netlist(str(path), plugins.gates).instances] == ["and"]
    assert [each.gate for each in read_netlist(str(path), None).instances] == ["lut2-8"]


def test_gates_are_as_wide_as_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "wide.blif"
    path.write_text(".model t\n.inputs a b c d e\n.outputs y\n.names a b c d e y\n11111 1\n")
    for widest in range(2, 7):
        found = read_netlist(str(path), {}, widest=widest)
        used = max(len(spec.table.inputs) for spec in found.gates.values())
        # An AND of five is one gate, or one of four and one of two, or of three and three.
        assert used == {2: 2, 3: 3, 4: 4, 5: 5, 6: 5}[widest]
    for widest in (1, 7):
        with pytest.raises(UsageError, match=f"gates of up to {widest} inputs cannot be made"):
            read_netlist(str(path), {}, widest=widest)


def test_the_package_offers_it(tmp_path: Path) -> None:
    path = tmp_path / "t.blif"
    path.write_text(TEXT)
    assert gatewright.read_netlist(str(path), {}).name == "t"


@pytest.mark.parametrize("name", ["c17.dot", "c17.gv", "c17.onnx"])
def test_a_format_that_is_only_written_is_not_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name  # whether it is there or not
    with pytest.raises(UsageError) as caught:
        read_netlist(str(path), {})
    assert str(caught.value).startswith(
        f"{path} cannot be read: {format_of(name).name} is a format that"
    )
    assert str(caught.value).endswith(
        "; formats that are read: blif, bench, aag, aig, kiss, pla, csv, eqn, logisim, digital, "
        "verilog, json, graphml, node-link"
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"there is no file .*none\.blif"):
        read_netlist(str(tmp_path / "none.blif"), {})


def test_a_format_is_written_as_bytes(plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({"bits": 2}, plugins.gates).netlist
    assert (
        format_of("x.blif").write(netlist, "two bits")
        == write_blif(netlist, comment="two bits").encode()
    )
    # with its own options, and bytes as they are
    assert format_of("x.aag").write(netlist, "").startswith(b"aag ")
    assert format_of("x.aig").write(netlist, "").startswith(b"aig ")
