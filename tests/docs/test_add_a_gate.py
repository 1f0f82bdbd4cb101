"""The walk-through ``docs/add-a-gate.md``, followed to the letter in an environment of its own.

Besides what `tests.docs.transcript` says, two comments may stand before a block:

- ``<!-- append FILE -->``: it goes to the end of the file, two blank lines between;
- ``<!-- change FILE -->``: its ``-`` lines become its ``+`` lines, until the next console block is done.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.docs.transcript import blocks, changed, commands, fits

import gatewright

PAGE = Path(__file__).parents[2] / "docs" / "add-a-gate.md"


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
    """pip fetches the build backend; where it cannot, that is not a fault of the page."""
    missing = re.search(r"No matching distribution found for (hatchling|editables)", printed)
    if missing:
        pytest.skip(f"pip found no package index to fetch {missing[1]} from")
