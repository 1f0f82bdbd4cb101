"""Links of the pages as they lie in the repository; those of the site are looked at where it is built."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SITE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_site.py"))
PAGES = [
    ROOT / "README.md",
    *(each for each in SITE["first"]() if each.suffix in (".md", ".ipynb")),
]


def test_the_pages_are_those_that_are_read() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert names >= {
        *("README.md", "CHANGELOG.md", "SECURITY.md", "docs/index.md", "docs/teach/xor.md"),
        *("docs/research.ipynb", "plugins/gatewright-aes/README.md"),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_names_a_file(page: Path) -> None:
    prose = "".join(SITE["FENCED"].split(page.read_text(encoding="utf-8"))[::2])
    named = [found[1] for found in SITE["LINK"].finditer(prose) if ":" not in found[1]]
    assert [each for each in named if not (page.parent / each).exists()] == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("docs/gallery/alu.svg", "gallery/alu.svg"),
        ("docs/research.ipynb", "research.md"),
        ("plugins/gatewright-aes/README.md", "examples/aes.md"),
        ("plugins/gatewright-riscv/waves.svg", "files/plugins/gatewright-riscv/waves.svg"),
        ("plugins/gatewright-aes/pyproject.toml", "files/plugins/gatewright-aes/pyproject.toml.md"),
        ("README.md", "index.md"),
        ("SECURITY.md", "security.md"),
    ],
)
def test_where_a_file_is_on_the_site(source: str, target: str) -> None:
    assert SITE["place"](ROOT / source) == target


def test_links_are_rewritten_but_not_in_code() -> None:
    text = "[a](../plugins/gatewright-aes/README.md#speed) [b](https://c.d)\n\n```\n[a](../x.md)\n```\n"
    named: list[Path] = []
    made = SITE["links"](text, ROOT / "docs" / "plugins.md", named)
    assert made == text.replace("../plugins/gatewright-aes/README.md", "examples/aes.md")
    assert named == [ROOT / "plugins/gatewright-aes/README.md"]
