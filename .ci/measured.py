"""A plugin of pytest: which lines and branches of the package each of its processes reaches, a file each.

MEASURED=FOLDER PYTHONPATH=.ci pytest -p measured

SlipCover changes code when it is imported, which takes each process ten seconds, and takes that back where it was
reached: at once here, as looking through all functions from time to time makes tests take a third longer.
Under coverage.py they take three times as long, as it is called for every line; `pytest --cov` is that.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import slipcover

HOUSE = Path(__file__).parents[1]
PACKAGE = str(HOUSE / "src" / "gatewright")
SAID = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]

measured = slipcover.Slipcover(
    immediate=True,
    branch=True,
    source=[PACKAGE],
    exclude_also=SAID["report"]["exclude_also"],
)
if "PYTEST_XDIST_WORKER" in os.environ:  # the process that hands out tests runs none
    slipcover.ImportManager(measured, slipcover.FileMatcher(sources=[PACKAGE])).__enter__()


def pytest_sessionfinish() -> None:
    """Write what this process has reached."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        file = Path(os.environ["MEASURED"], f"{os.getpid()}.json")
        file.write_text(json.dumps(measured.get_coverage()), encoding="utf-8")
