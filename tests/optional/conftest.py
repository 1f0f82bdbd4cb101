"""What others make of our files is looked at with everything else, by .ci/run or ``pytest -m ''``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.draw.schematic.layout import engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.exhaustive)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, for tests of pages; they are skipped where there is none."""
    from playwright.sync_api import sync_playwright

    if find_spec("py_mini_racer"):
        engine()  # now: made later, it would share the driver's event loop, and end with it
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()
