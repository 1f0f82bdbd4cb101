"""The walk-through ``docs/add-a-gate.md``, followed to the letter in an environment of its own.

An HTML comment before a fenced block says what to do with it:

- ``<!-- write FILE -->``: the block is the file;
- ``<!-- append FILE -->``: it goes to the end of the file, two blank lines between;
- ``<!-- change FILE -->``: its ``-`` lines become its ``+`` lines, until the next console block is done.

``console`` blocks hold commands after ``$`` and the output under each, standard output and standard
error as they come. A command must succeed, unless ``echo $?`` follows and shows what it exits with.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

import pytest

import gatewright

PAGE = Path(__file__).parents[2] / "docs" / "add-a-gate.md"
BLOCK = re.compile(
    r"^(?:<!-- (?P<action>\w+) (?P<file>\S+) -->\n)?```(?P<language>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    action: str
    file: str
    language: str
    body: str
    line: int


@dataclass
class Command:
    line: int
    words: str
    output: list[str] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        yield Block(
            found["action"] or "", found["file"] or "", found["language"], found["body"], line
        )


def commands(block: Block) -> list[Command]:
    found: list[Command] = []
    for number, line in enumerate(block.body.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Command(number, line[2:]))
        else:
            found[-1].output.append(line)
    return found


def plain(line: str) -> str:
    """A line without what may differ: decimals after the first, and the width of columns."""
    rounded = re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.1f}", line)
    return re.sub(r"[ ─]+", " ", rounded).rstrip()


def fits(shown: list[str], printed: str) -> bool:
    """Whether the output is what the page shows; ``…`` stands for anything in a line, or for lines."""
    pattern = ""
    for line in "\n".join(shown).strip("\n").splitlines():
        if line == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += re.escape(plain(line)).replace("…", r"[^\n]*") + r"\n"
    text = "".join(f"{plain(line)}\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, text) is not None


def changed(text: str, diff: str) -> str:
    """The text with the ``-`` lines of a diff replaced by its ``+`` lines."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line.startswith("-"))
    after = "".join(line[1:] for line in lines if line.startswith("+"))
    assert text.count(before) == 1, f"occurs {text.count(before)} times: {before}"
    return text.replace(before, after)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Variables that put a new virtual environment first.

    It sees the packages of this one, so that nothing but the plugin is installed, and that not here.
    """
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=False)
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    packages = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    Path(packages, "here.pth").write_text(
        "".join(f"import site; site.addsitedir({path!r})\n" for path in sorted(here)), "utf-8"
    )
    for name, code in (
        ("circuits", "from gatewright.cli.app import main; main()"),
        ("pip", "import runpy; runpy.run_module('pip', run_name='__main__')"),
    ):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -c "{code}" "$@"\n', "utf-8")
        script.chmod(0o755)
    confusing = ("PYTHONHOME", "FORCE_COLOR", "GATEWRIGHT_DISABLE_PLUGINS")
    kept = {name: value for name, value in os.environ.items() if name not in confusing}
    return kept | {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(folder),
        "PYTHONPATH": str(Path(gatewright.__file__).parents[1]),  # the copy that is under test
        "PYTHONDONTWRITEBYTECODE": "1",  # two versions of a module within a second look the same
        "PYTHONIOENCODING": "utf-8",
        "CIRCUITS_STORE": str(tmp_path / "store"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_RETRIES": "1",
    }


class Terminal:
    """Someone typing commands: remembers the folder and what the last command exited with."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self._environment, self.code = folder, environment, 0

    def type(self, words: str) -> str:
        """What the terminal then shows."""
        if words.startswith("cd "):
            self.folder = (self.folder / words[3:]).resolve(strict=True)
            return ""
        done = subprocess.run(
            ["/bin/sh", "-c", f"(exit {self.code}); {words}"],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.code = done.returncode
        return done.stdout


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="the page is written for a POSIX shell")
@pytest.mark.skipif(find_spec("pip") is None, reason="there is no pip in this environment")
def test_every_command_does_what_the_page_shows(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    try:
        distribution("gatewright")
    except PackageNotFoundError:
        pytest.skip("gatewright is not installed, so no plugin that needs it can be")
    start = tmp_path / "start"
    start.mkdir()
    terminal = Terminal(start, environment)
    undo: dict[Path, str] = {}
    ran = []
    for block in blocks(PAGE.read_text("utf-8")):
        path = terminal.folder / block.file
        if block.action == "write":
            path.write_text(block.body, "utf-8")
        elif block.action == "append":
            path.write_text(f"{path.read_text('utf-8')}\n\n{block.body}", "utf-8")
        elif block.action == "change":
            undo[path] = path.read_text("utf-8")
            path.write_text(changed(undo[path], block.body), "utf-8")
        else:
            assert block.language == "console", f"{PAGE.name}:{block.line}: what is this block for?"
            for command in commands(block):
                asked = command.words == "echo $?"
                where = f"{PAGE.name}:{command.line}: $ {command.words}"
                assert asked or terminal.code == 0, f"before {where}: exit code {terminal.code}"
                printed = terminal.type(command.words)
                if command.words.startswith("pip ") and terminal.code:
                    skip_without_an_index(printed)
                assert fits(command.output, printed), f"{where}\n{printed}"
                ran.append(command.words)
            assert terminal.code == 0, f"{PAGE.name}:{block.line}: exit code {terminal.code}"
            for changed_path, original in undo.items():
                changed_path.write_text(original, "utf-8")
            undo.clear()
    for verb in ("gates", "train", "predict", "compose", "run", "plugins"):
        assert any(re.search(rf"\bcircuits {verb}\b", words) for words in ran), verb


def skip_without_an_index(printed: str) -> None:
    """pip fetches the build backend; where it cannot, that is no fault of the page."""
    missing = re.search(r"No matching distribution found for (hatchling|editables)", printed)
    if missing:
        pytest.skip(f"pip found no package index to fetch {missing[1]} from")


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
