"""Text in other encodings: read where what it says is plain, else refused."""

from pathlib import Path

import pytest

from gatewright.errors import FormatError
from gatewright.formats.model.source import read_source
from gatewright.formats.reading import read_netlist

AND = ".model m\n.inputs a b\n.outputs y\n.names a b y\n11 1\n"

CODES = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
]


def read(folder: Path, data: bytes, name: str = "t.blif") -> list[str]:
    (folder / name).write_bytes(data)
    return [each.gate for each in read_netlist(folder / name, {}).instances]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_that_says_its_encoding_is_read(tmp_path: Path, code: str, end: str) -> None:
    text = f"# a comment{end}{AND.replace(chr(10), end)}"
    assert read(tmp_path, text.encode(code)) == ["lut2-8"]


def test_marks_of_either_order_of_bytes_are_known(tmp_path: Path) -> None:
    for mark, code in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read(tmp_path, mark + "# größe 門\n".encode(code) + AND.encode(code)) == ["lut2-8"]


@pytest.mark.parametrize("code", ["latin-1", "cp1252", "gbk", "shift_jis"])
@pytest.mark.parametrize("name", ["t.blif", "t.bench", "t.pla"])
def test_bytes_of_a_comment_do_not_matter(tmp_path: Path, name: str, code: str) -> None:
    word = "größe" if code in ("latin-1", "cp1252") else "門電路"
    texts = {
        "t.blif": f"# {word}\n{AND} # {word}\n.end",
        "t.bench": f"# {word}\nINPUT(a)\nINPUT(b)\nOUTPUT(y) # {word}\ny = AND(a, b)\n",
        "t.pla": f"# {word}\n.i 2\n.o 1\n11 1 # {word}\n.e\n",
    }
    assert read(tmp_path, texts[name].encode(code), name) == ["lut2-8"]


def test_bytes_of_a_name_do_matter(tmp_path: Path) -> None:
    with pytest.raises(
        FormatError, match=r"t\.blif:2:1: a byte 0xf6 is not text in UTF-8"
    ) as caught:
        read(tmp_path, b"# gr\xf6\r\n.model gr\xf6\r\n")
    assert caught.value.hint == "save the file as UTF-8"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfea", "utf-16-le"),
        (b"\xfe\xff\xd8\x00\x00a", "utf-16-be"),
        (b"\0\0\xfe\xff\0", "utf-32-be"),
    ],
)
def test_what_only_begins_so_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "t.blif").write_bytes(data)
    with pytest.raises(FormatError, match=r"t\.blif begins as text in") as caught:
        read_source(tmp_path / "t.blif")
    assert code in caught.value.message
