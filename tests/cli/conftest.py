"""What the tests of the command line share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def trained(store: Path, tmp_path: Path) -> Path:
    """The store of this test, with every built-in gate."""
    return Path(shutil.copytree(store, tmp_path / "store"))
