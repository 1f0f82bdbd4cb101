"""The page on Python runs as it stands, types included; the reference is what the docstrings say."""

from __future__ import annotations

import doctest
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gatewright
from gatewright import testing

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(2))
def test_the_page_runs(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if number == 1:
        pytest.importorskip("onnx")
        pytest.importorskip("py_mini_racer")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCUITS_STORE", str(tmp_path / "store"))
    shutil.copytree(DOCS.parent / "circuits", tmp_path / "circuits")
    (tmp_path / "page.py").write_text(BLOCKS[number])
    runpy.run_path("page.py")
    shown = capsys.readouterr().out.splitlines()
    told = re.findall(r"print\(.*\)  # (.*)", BLOCKS[number])
    for line in told:
        words = line.partition(":")[0] if line.startswith("[0.") else line
        assert words == "(moments, restarts)" or words in shown


@pytest.mark.exhaustive
def test_a_type_checker_sees_the_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    for number, block in enumerate(BLOCKS):
        (tmp_path / f"page{number}.py").write_text(block)
    wrong = 'import gatewright as gw\n\ngw.circuit("ripple-adder").train().run(a=5).nothing\n'
    (tmp_path / "wrong.py").write_text(wrong)
    # Where a user has the package installed, nothing is looked for inside it either.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-gatewright.*]\nignore_errors = True\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": "", "MYPYPATH": str(Path(gatewright.__file__).parents[1])},
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [line.partition(":")[0] for line in errors] == ["wrong.py"], done.stdout + done.stderr
    assert '"dict[str, Any]" has no attribute "nothing"' in errors[0]


def test_the_reference_is_what_the_docstrings_say() -> None:
    made = runpy.run_path(str(DOCS / "reference.py"))
    named = [name for group in made["GROUPS"].values() for name in group]
    assert sorted(named) == gatewright.__all__
    assert made["page"]() == (DOCS / "reference.md").read_text("utf-8")


def test_the_reference_has_what_public_names_give() -> None:
    """Also the keys of records that are plain dictionaries, for pandas."""
    page = (DOCS / "reference.md").read_text("utf-8")
    headings = set(re.findall(r"^### `(\w+)", page, re.MULTILINE))
    assert {"Figures", "History", "Progress", "Learned", "Plugins", "Source", "Task"} <= headings
    [level] = gatewright.circuit("equality", bits=1).train().noise([0.0], patterns=4)
    noise = page.partition("#### `noise(")[2].partition("\n#### ")[0]
    assert all(f"``{key}``" in noise for key in level)


def test_the_commands_are_what_their_help_says() -> None:
    made = runpy.run_path(str(DOCS / "commands.py"))
    assert made["page"]() == (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.exhaustive
def test_examples_of_the_reference_run_with_the_public_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(tmp_path / "store"))
    names = {each: getattr(gatewright, each) for each in gatewright.__all__}
    names |= {each: getattr(testing, each) for each in testing.__all__} | {"np": np}
    failed: list[str] = []
    page = (DOCS / "reference.md").read_text("utf-8")
    for text in re.findall(r"```pycon\n(.*?)```", page, re.DOTALL):
        example = doctest.DocTestParser().get_doctest(text, dict(names), "reference", None, 0)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(example, out=failed.append)
    assert not failed, "".join(failed)
