"""Files as they lie on disk: whatever is wrong with one is said in one line, and costs little."""

from __future__ import annotations

import gzip
import lzma
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.strategies import few

import gatewright.formats.model.source as module
from gatewright.errors import FormatError
from gatewright.formats.model.source import MOST_BYTES, Source, read_source, shortened

TEXT = b".model one\n.inputs a\n.outputs y\n.end\n"
GZIP, XZ = gzip.compress(TEXT), lzma.compress(TEXT)
XZ_HALVES = lzma.compress(TEXT[:9]), lzma.compress(TEXT[9:])

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its path."""

    def put(data: bytes) -> Path:
        path = tmp_path / "some.blif"
        path.write_bytes(data)
        return path

    return put


def refusal(of: Path) -> str:
    """The one line that a file is refused with, without the folder it is in."""
    with pytest.raises(FormatError) as caught:
        read_source(of)
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.hint
    return text.replace(f"{of.parent}{os.sep}", "")


def text_refusal(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        Source("t.blif", data).lines()
    return str(caught.value)


# Reading and unpacking


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(TEXT, id="as it is"),
        pytest.param(GZIP, id="gzip"),
        pytest.param(gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), id="two gzip members"),
        pytest.param(GZIP + bytes(7), id="gzip, padded"),
        pytest.param(XZ, id="xz"),
        pytest.param(XZ_HALVES[0] + XZ_HALVES[1], id="two xz streams"),
        pytest.param(XZ + bytes(8), id="xz, padded"),
        pytest.param(
            XZ_HALVES[0] + bytes(1 << 17) + XZ_HALVES[1] + bytes(1 << 17),
            id="two xz streams, padding between them longer than is read at a time",
        ),
    ],
)
def test_a_file_is_read_packed_or_not(write: Write, packed: bytes) -> None:
    path = write(packed)
    assert read_source(path) == Source(str(path), TEXT)


def test_bytes_that_do_not_shrink_are_unpacked(write: Write) -> None:
    data = os.urandom(300_000)
    assert read_source(write(lzma.compress(data))).data == data
    assert read_source(write(gzip.compress(data))).data == data


XZ_PARTS = [lzma.compress(os.urandom(9000)), XZ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GZIP[:-9], id="gzip cut off"),
        pytest.param(GZIP[:5], id="gzip cut off in its head"),
        pytest.param(GZIP + b"garbage", id="gzip and garbage"),
        pytest.param(GZIP + GZIP[:-3], id="second member cut off"),
        pytest.param(GZIP[:-8] + bytes(8), id="gzip with a wrong sum"),
        pytest.param(GZIP[:10] + b"\xff" * 30, id="gzip of nothing"),
        pytest.param(XZ[:-9], id="xz cut off"),
        pytest.param(XZ[:7], id="xz cut off in its head"),
        pytest.param(XZ + b"garbage", id="xz and garbage"),
        # Python's LZMAFile ends at such a stream as if there were none.
        pytest.param(XZ_PARTS[0] + XZ_PARTS[1][:6] + b"?" * 60, id="second stream damaged"),
        pytest.param(XZ_PARTS[0] + XZ_PARTS[1][:-20], id="second stream cut off"),
        pytest.param(XZ[:30] + b"????" + XZ[34:], id="xz, bad"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(write: Write, data: bytes) -> None:
    text = refusal(write(data))
    assert text.startswith("some.blif cannot be unpacked: ")
    assert text.endswith("; it is damaged or cut off; fetch it again")


def test_an_xz_file_that_wants_much_memory_is_refused(write: Write) -> None:
    data = bytearray(XZ)
    # Block header: size, flags, filter LZMA2, size of its properties, size of the dictionary, padding.
    assert data[14:16] == b"\x21\x01"
    data[16] = 40  # 4 GB
    header = bytes(data[12:20])
    data[20:24] = zlib.crc32(header).to_bytes(4, "little")
    assert "Memory usage limit exceeded" in refusal(write(bytes(data)))


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"  \r\n\t\n", gzip.compress(b" \n")],
    ids=["no byte", "a line", "spaces", "packed"],
)
def test_an_empty_file_is_refused(write: Write, data: bytes) -> None:
    assert refusal(write(data)) == "some.blif is empty; name a file with something in it"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_source(tmp_path / "none.blif")
    assert str(caught.value) == (f"there is no file {tmp_path / 'none.blif'}; name one that exists")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("is a folder; name a file")


def test_a_file_below_a_file_is_refused(write: Write) -> None:
    below = write(TEXT) / "more.blif"
    with pytest.raises(FormatError, match=r"cannot be read: Not a directory; name another file"):
        read_source(below)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_refused(write: Write) -> None:
    path = write(TEXT)
    path.chmod(0)
    assert refusal(path) == "some.blif cannot be read: Permission denied; name another file"


def test_a_file_that_may_not_be_opened_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(TEXT)
    monkeypatch.setattr(os, "open", forbid)
    assert refusal(path) == "some.blif cannot be read: Permission denied; name another file"


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert "cannot be read: File name too long" in refusal(tmp_path / f"{'n' * 300}.blif")


def test_a_name_is_shown_without_signs_that_move_the_cursor(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_source(tmp_path / "two\nlines\x1b[2J\udcff")
    assert r"two\nlines\x1b[2J\udcff;" in str(caught.value)


def test_a_large_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "some.blif"
    path.touch()
    os.truncate(path, 2 << 30)  # takes no room on disk
    begin = time.process_time()
    assert refusal(path) == (
        "some.blif has 2147483648 bytes, more than are read (256 MB); "
        "split the circuit, or write it as binary AIGER"
    )
    assert time.process_time() - begin < 1


def test_the_largest_file_is_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    data = b"a" * 1000
    for packed in (data, lzma.compress(data), gzip.compress(data)):
        assert read_source(write(packed)).data == data
    assert "has 1001 bytes" in refusal(write(data + b"a"))
    for packed in (lzma.compress(data + b"a"), gzip.compress(data + b"a")):
        assert "unpacks to more than 1000 bytes" in refusal(write(packed))


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "xz": lzma.compress}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
@pytest.mark.parametrize("packer", few(PACKERS, 0))
def test_a_bomb_is_refused_in_bounded_memory(write: Write, packer: str) -> None:
    path = write(PACKERS[packer](bytes(1 << 24)) * 64)
    script = (
        "import re, resource, sys\n"
        "from pathlib import Path\n"
        "from gatewright.errors import FormatError\n"
        "from gatewright.formats.model.source import read_source\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "try:\n"
        "    read_source(Path(sys.argv[1]))\n"
        "except FormatError as error:\n"
        "    print(error)\n"
        # Not ru_maxrss, which begins with what the process had that started this one.
        "    print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    said, kilobytes = done.stdout.splitlines()
    assert f"unpacks to more than {MOST_BYTES} bytes, more than are read (256 MB)" in said
    assert int(kilobytes) < 800_000


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="pipes have no names here")
def test_a_pipe_that_a_shell_hands_over_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, gzip.compress(b".model m\n"))
        os.close(writing)
        source = read_source(Path(f"/dev/fd/{reading}"))
    finally:
        os.close(reading)
    assert (source.data, source.stem) == (b".model m\n", "circuit")
    assert refusal(Path("/dev/fd/999999")) == (
        "999999 cannot be read: Bad file descriptor; pipe a netlist into it"
    )


def test_another_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(tmp_path / "p")
    assert refusal(tmp_path / "p") == (
        "p cannot be read: it is a pipe, not a file: save what comes out of it as a file "
        "first; name another file"
    )


def test_a_terminal_is_not_waited_for() -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    try:
        assert (
            refusal(Path(f"/dev/fd/{theirs}")) == f"{theirs} is a terminal; pipe a netlist into it"
        )
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_file_without_end_is_refused() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no such file here")
    assert "zero cannot be read: it is a device, not a file" in refusal(Path("/dev/zero"))


# Lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    text = end.join(["one", "", " three ", "four"])
    assert Source("t", text.encode()).lines() == ["one", "", " three ", "four"]
    assert Source("t", (text + end).encode()).lines() == ["one", "", " three ", "four", ""]
    assert Source("t", b"\xef\xbb\xbf" + text.encode()).lines()[0] == "one"


def test_other_signs_end_no_line() -> None:
    text = "a\x0bb\x0cc\x1cd\x85e\u2028f"
    assert Source("t", text.encode()).lines() == [text]


def test_mixed_ends() -> None:
    assert Source("t", b"a\r\nb\nc\rd\n\re").lines() == ["a", "b", "c", "d", "", "e"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\nb\nc\0d", "t.blif:3:1: a byte 0x00 is not text; name a text file"),
        (b"a\rb\rc\0d", "t.blif:3:1: a byte 0x00 is not text; name a text file"),
        (b"\0", "t.blif:1:1: a byte 0x00 is not text; name a text file"),
        (
            b"a\r\nb \xe9\xe8\n",
            "t.blif:2:1: a byte 0xe9 is not text in UTF-8; save the file as UTF-8",
        ),
        (b"\xff\xfea", "t.blif:1:1: a byte 0xff is not text in UTF-8; save the file as UTF-8"),
        (
            b"a\n\xed\xa0\x80",
            "t.blif:2:1: a byte 0xed is not text in UTF-8; save the file as UTF-8",
        ),
        ("ä".encode("utf-16"), "t.blif:1:1: a byte 0x00 is not text; name a text file"),
        (".model ä".encode("utf-16"), "t.blif:1:1: a byte 0x00 is not text; name a text file"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, expected: str) -> None:
    assert text_refusal(data) == expected


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html>\n<html>",
        b"<!doctype\n html>",
        b"<HTML><head>",
        b"<html lang=en>",
        b"<?xml version='1.0'?>",
    ],
)
def test_a_web_page_is_refused(page: bytes) -> None:
    for before, line in ((b"", 1), (b"\xef\xbb\xbf", 1), (b"\r\n \n\t", 3)):
        text = text_refusal(before + page)
        assert text.startswith(f"t.blif:{line}:")
        assert text.endswith(
            f"'{page.decode().partition(chr(10))[0]}' begins a web page, as servers send for a file they do "
            "not have; download the netlist again"
        )


@pytest.mark.parametrize("text", ["<a> b", "a <html>", "# <!DOCTYPE html>\n"])
def test_what_only_resembles_a_web_page_is_text(text: str) -> None:
    assert "\n".join(Source("t", text.encode()).lines()) == text


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch, end: bytes) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 5)
    assert len(Source("t.blif", end * 5).lines()) == 6
    assert text_refusal(end * 6) == (
        "t.blif: there are more than the 5 lines that are read; split the circuit"
    )


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 5)
    assert Source("t.blif", b"12345\n12345").lines() == ["12345", "12345"]
    assert text_refusal(b"1\n123456\n1234567") == (
        "t.blif:2:1: a line has more than the 5 characters that are read; split it into several"
    )


@pytest.mark.exhaustive
def test_a_small_packed_file_of_many_lines_costs_little(write: Write) -> None:
    path = write(gzip.compress(b"1 1\n" * (MOST_BYTES // 4)))
    assert path.stat().st_size < 1 << 20
    begin = time.process_time()
    with pytest.raises(FormatError, match="there are more than the 8000000 lines"):
        read_source(path).lines()
    assert time.process_time() - begin < 30


# Places


@pytest.mark.parametrize(
    ("text", "line", "word", "expected"),
    [
        ("a b c", 1, "c", "1:5"),
        ("one\n\tb  c", 2, "c", "2:5"),
        ("ab b", 1, "b", "1:4"),
        ("y=b b", 1, "b", "1:3"),
        ("y = AND(ab, b)", 1, "b", "1:13"),
        ("a.b b", 1, "b", "1:5"),
        ("b[1] b", 1, "b", "1:6"),
        ("a", 1, "b", "1:1"),
        ("a", 7, "b", "7:1"),
        ("a", 2, "b", "2:1"),
        ("a \\\n b", 1, "b", "2:2"),
        ("a \\ # more\n b", 1, "b", "2:2"),
        ("a \\  \n\\\nb", 1, "b", "3:1"),
        ("a\n b", 1, "b", "1:1"),
        ("é b", 1, "b", "1:3"),
        ("a+b a+", 1, "a+", "1:5"),
        ("a", 1, "", "1:1"),
        ("a \\", 1, "b", "1:1"),
    ],
)
def test_a_text_is_found_in_its_statement(text: str, line: int, word: str, expected: str) -> None:
    shown = f"'{word}' " if word else ""
    for end in ("\n", "\r\n", "\r"):
        for mark in ("", "\ufeff"):
            source = Source("t", (mark + text.replace("\n", end)).encode())
            assert str(source.refuse(line, word, "is odd")) == f"t:{expected}: {shown}is odd"


def test_a_column_that_is_given_is_taken() -> None:
    assert str(Source("t", b"a b").refuse(1, "b", "is odd", column=9)) == "t:1:9: 'b' is odd"


def test_of_the_file_as_a_whole_no_line_is_named() -> None:
    error = Source("t", b"a").refuse(0, "", "is odd", "mend it")
    assert (error.message, error.hint) == ("t: is odd", "mend it")


def test_a_place_in_bytes_that_are_no_text() -> None:
    assert str(Source("t", b"\xff\nb \xff").refuse(2, "b", "is odd")) == "t:2:1: 'b' is odd"


def test_long_texts_and_odd_signs_are_shown_in_one_line() -> None:
    source = Source("a\nb", b"")
    long = "n" * 61
    assert str(source.refuse(1, long, "is odd")) == f"a\\nb:1:1: '{'n' * 60}…' is odd"
    text = str(source.refuse(1, "\x1b[2J\t", "has\x1b[31m " + "w" * 500, "h\r" + "i" * 500))
    assert text.startswith("a\\nb:1:1: '\\x1b[2J\\t' has\\x1b[31m ww")
    assert "; h\\rii" in text
    assert len(text) < 900
    assert text.isprintable()


def test_some_names_of_many() -> None:
    assert shortened([]) == ""
    assert shortened(["a", "b"]) == "'a', 'b'"
    assert shortened(list("abcdef"), 5) == "'a', 'b', 'c', 'd', 'e' and 1 more"
    assert shortened(list("abcdef"), 2) == "'a', 'b' and 4 more"
