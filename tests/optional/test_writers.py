"""Yosys and ABC as they are here write the design of ``tests/data/writers``, and every file is it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.formats.test_writers import FILES, HERE, check

import gatewright as gw

pytestmark = pytest.mark.skipif(
    not (shutil.which("yosys") and shutil.which("berkeley-abc") and shutil.which("sh")),
    reason="no yosys and berkeley-abc: install both",
)


def test_what_they_write_now_is_one_circuit(tmp_path: Path) -> None:
    for name in ("design.v", "make.sh"):
        shutil.copy(HERE / name, tmp_path)
    subprocess.run(["sh", "make.sh"], cwd=tmp_path, check=True, capture_output=True)
    first = gw.circuit(HERE / "plain.json")
    for name in FILES:
        assert check(tmp_path / name).equivalent(first).outcome == "proved", name
