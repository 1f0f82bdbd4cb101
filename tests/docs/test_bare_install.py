"""What the table of commands shows works with what it installs, or its row says in which extra the rest is."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOUR = (Path(__file__).parents[2] / "docs" / "tour.md").read_text(encoding="utf-8")
ROWS = [
    (commands[0], line)
    for line in TOUR.splitlines()
    if line.startswith("| `circuits ") and (commands := re.findall(r"`circuits ([^`]+)`", line))
]
MAY_NEED = re.compile(r"^(draw|map|equiv|export|plot|show alu|run)\b")
EXTRAS = ("onnx", "py_mini_racer", "resvg_py", "typst", "pysat", "numba", "distributed")
Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(("command", "row"), [each for each in ROWS if MAY_NEED.match(each[0])])
def test_a_row_that_needs_an_extra_says_so(
    circuits: Run, monkeypatch: pytest.MonkeyPatch, command: str, row: str
) -> None:
    from gatewright.draw.schematic.layout import engine

    for module in EXTRAS:
        monkeypatch.setitem(sys.modules, module, None)
    engine.cache_clear()
    monkeypatch.chdir(Path(__file__).parents[2])
    code, _, err = circuits(*shlex.split(command))
    engine.cache_clear()
    needed = re.search(r"pip install 'gatewright\[(\w+)\]'", err)
    assert (code == 0) == (needed is None), err
    if needed:
        assert f"`[{needed[1]}]`" in row
