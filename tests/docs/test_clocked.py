"""The page on circuits with registers: its commands run, its Python prints what stands below it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import CLOCKED

import gatewright as gw

if TYPE_CHECKING:
    from tests.conftest import Circuits

ROOT = Path(__file__).parents[2]
SECTION = (
    (ROOT / "docs" / "circuits.md")
    .read_text(encoding="utf-8")
    .split("\n## Circuits with registers\n")[1]
    .split("\n## ")[0]
)
COMMANDS = re.search(r"```console\n(.*?)```", SECTION, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```\n(?:\n    ([^\n]*)\n)?", SECTION, re.DOTALL)
SIZES = re.findall(r"^\| (`.*?) \|.*\| ([^|]*/[^|]*) \|$", SECTION, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS[1].splitlines() if COMMANDS else [])
def test_a_command_runs(
    command: str, circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = circuits(*shlex.split(command)[1:])
    assert code == (1 if "equiv counter counter:modulo=15" in command else 0), err
    assert out


@pytest.mark.parametrize(("program", "shown"), PYTHON)
def test_python_prints_what_is_shown(
    program: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(program, "circuits.md", "exec", dont_inherit=True), {})  # noqa: S102 - the page's own code
    assert capsys.readouterr().out.strip() == shown


def test_the_table_says_how_large_builders_are() -> None:
    found: dict[str, str] = {}
    for names, sizes in SIZES:
        found.update(zip(re.findall(r"`([^`]+)`", names), sizes.split(", "), strict=True))
    netlists = {name: gw.circuit(name).netlist for name in CLOCKED}
    assert found == {
        name: f"{len(each.instances)} / {len(each.registers)}" for name, each in netlists.items()
    }


def test_the_table_of_states_on_the_page_is_the_file() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("(`circuits/lock.kiss2`):\n\n")
    shown = [line.split() for line in rest.partition("\n\n")[0].splitlines()]
    lines = (ROOT / "circuits" / "lock.kiss2").read_text(encoding="utf-8").splitlines()
    assert [line.split() for line in lines if not line.startswith(("#", ".s"))] == shown
