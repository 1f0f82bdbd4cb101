"""Pages that show what is typed and what is then seen show what is seen."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from tests.docs.transcript import blocks, commands, fits

from gatewright.cli.app import run

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"add-a-gate.md", "reliability.md"}  # tests of their own; scripts that run for hours
PAGES = sorted(
    page
    for page in (ROOT / "docs").rglob("*.md")
    if "```console\n$ " in page.read_text(encoding="utf-8") and page.name not in ELSEWHERE
)
LONG = {"gradient"}  # which takes 10 000 steps
PICTURE = re.compile(r"!\[[^]]+\]\((\S+\.svg)\)")
OF_THE_SYSTEM = ("pip ", "python -m venv ", ". .venv/")  # which CI does, before any test


def seen(words: str) -> tuple[str, int]:
    """What a terminal shows of a command, both streams as they come, and what it exits with."""
    sheet = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(sheet), redirect_stderr(sheet):
        code = run(shlex.split(words)[1:])
    sheet.seek(0)
    return sheet.read(), code


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(each, marks=pytest.mark.exhaustive if each.stem in LONG else ())
        for each in PAGES
    ],
    ids=lambda page: page.stem,
)
def test_every_command_shows_what_the_page_shows(
    page: Path, tmp_path: Path, only_built_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "circuits", tmp_path / "circuits")
    code = 0
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.action == "write":
            (tmp_path / block.file).write_text(block.body, encoding="utf-8")
        for command in commands(block) if block.language == "console" else ():
            where = f"{page.name}:{command.line}: $ {command.words}"
            if command.words == "echo $?":
                assert command.output == [f"{code}"], where
                code = 0
                continue
            assert code == 0, f"before {where}: exit code {code}"
            if command.words.startswith(OF_THE_SYSTEM):
                continue
            printed, code = seen(command.words)
            assert fits(command.output, printed), f"{where}\n{printed}"
    assert code == 0
    for picture in PICTURE.findall(page.read_text(encoding="utf-8")):
        drawn = tmp_path / Path(picture).name
        if drawn.exists():
            assert words(drawn) == words(page.parent / picture), picture


def words(picture: Path) -> list[str]:
    """The words of a picture, whose numbers may differ in their last digits between processors."""
    return re.findall(r">([^<>\d]*[a-z][^<>\d]*)<", picture.read_text(encoding="utf-8"))


def test_there_are_such_pages() -> None:
    assert len(words(ROOT / "docs" / "xor.svg")) > 5
    assert {page.stem for page in PAGES} >= {"tutorial", "xor", "gradient", "adders", "engineers"}


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (["y       1    0.996908"], "y  1  0.9871\n"),
        (["saved …vote.safetensors"], "saved /store/vote.safetensors\n"),
        (["gate  state", "…", "next: …"], "gate  state\na b\n\nc\nnext: train\n"),
        (["…", "done"], "done\n"),
        ([], ""),
        (["a", "", "b", ""], "a\n\nb\n"),
    ],
)
def test_output_that_fits(shown: list[str], printed: str) -> None:
    assert fits(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (["y       1    0.996908"], "y  1  0.5042\n"),
        (["y       1    0.996908"], "y  0  0.996908\n"),
        (["saved …vote.safetensors"], "saved /store/xor.safetensors\n"),
        (["saved …"], "saved\nand more\n"),
        (["done"], "first\ndone\n"),
        (["…", "done"], "done\nand more\n"),
        ([], "circuits: something is wrong\n"),
        (["a", "b"], "a\n"),
    ],
)
def test_output_that_does_not(shown: list[str], printed: str) -> None:
    assert not fits(shown, printed)
