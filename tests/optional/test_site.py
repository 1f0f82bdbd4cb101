"""The documentation site: every link leads somewhere, anyone can read it, and nothing comes from elsewhere.

``GATEWRIGHT_SITE`` names a folder in which it is built; else it is built here, its notebook not run.
"""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.optional.conftest import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
NEEDED = ("playwright", "axe_playwright_python")
PAGES = (
    "index",
    "tutorial",
    "teach/xor",
    "research",
    "commands",
    "discipline",
    "examples/comparator",
)
"""One of each kind, for what takes a second or more a page."""

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(find_spec("zensical") is None, reason="no builder: pip install '.[site]'"),
]
in_a_browser = pytest.mark.skipif(
    CHROMIUM is None or not all(map(find_spec, NEEDED)), reason="no browser, driver or axe"
)


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "make_site.py"))


@pytest.fixture(scope="module")
def site(maker: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = os.environ.get("GATEWRIGHT_SITE")
    if made:
        return Path(made)
    target = tmp_path_factory.mktemp("site")
    maker["gather"](target / "pages", run=False)
    assert maker["build"](target) == 0
    return target / "site"


class Seen(HTMLParser):
    """What a page names, and what others may name of it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.named: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.pictures_without_words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[each] for each in ("id", "name") if each in given)
        if tag == "a" and "href" in given:
            self.named.append(given["href"])
        for each in ("src", "srcset", "data") + (("href",) if tag == "link" else ()):
            if each in given and given.get("rel") not in ("canonical", "next", "prev"):
                self.loaded.append(given[each])
        if tag == "img" and not given.get("alt"):
            self.pictures_without_words.append(given.get("src", ""))


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Seen]:
    return {path: Seen(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


def test_every_page_of_docs_is_on_the_site(site: Path, pages: dict[Path, Seen]) -> None:
    docs = ROOT / "docs"
    for source in [*docs.glob("*.md"), *docs.glob("teach/*.md"), *docs.glob("*.ipynb")]:
        assert site / source.relative_to(docs).with_suffix(".html") in pages


def test_every_link_leads_somewhere(pages: dict[Path, Seen]) -> None:
    broken = []
    for path, seen in pages.items():
        for link in seen.named + seen.loaded:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages[there].ids if there in pages else set()
            if not there.is_file() or (parts.fragment and unquote(parts.fragment) not in known):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_nothing_is_named_to_be_loaded_from_elsewhere(pages: dict[Path, Seen]) -> None:
    elsewhere = [
        f"{path.name}: {each}"
        for path, seen in pages.items()
        for each in seen.loaded
        if each.startswith(("http:", "https:", "//"))
    ]
    assert elsewhere == []


def test_every_picture_has_words(pages: dict[Path, Seen]) -> None:
    assert [
        seen.pictures_without_words for seen in pages.values() if seen.pictures_without_words
    ] == []


def test_a_link_that_leads_nowhere_is_an_error(
    maker: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("index", "other"):
        (tmp_path / "pages" / f"{name}.md").write_text("# A\n\n[b](other.md#nothing)\n", "utf-8")
    assert maker["build"](tmp_path) != 0
    assert "anchor does not exist" in capfd.readouterr().err


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page of a narrow window without a network; in the end nothing was said, or asked of elsewhere."""
    context = browser.new_context(viewport={"width": 375, "height": 800})
    context.set_offline(True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("file:", "data:", "blob:")) else said.append(asked.url)
        ),
    )
    yield page
    context.close()
    assert said == []


CUT_OFF = """() => {
  const scrolls = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
  const inside = (each) =>
    each !== document.body && (scrolls(each) || inside(each.parentElement));
  return [...document.querySelectorAll(".md-content *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !inside(each))
    .map((each) => each.tagName + ": " + each.textContent.trim().slice(0, 40));
}"""
"""What reaches beyond the window and is not in a box that scrolls; the page itself does not."""


@in_a_browser
def test_every_page_fits_a_phone(phone: Page, site: Path, pages: dict[Path, Seen]) -> None:
    wide = {}
    listings = [path for path in pages if path.is_relative_to(site / "files")]  # all alike
    for path in pages.keys() - set(listings[1:]):
        phone.goto(path.as_uri(), wait_until="domcontentloaded")
        wide[path.name] = phone.evaluate(CUT_OFF)
    assert {name: each for name, each in wide.items() if each} == {}
    line = "long%20" * 99
    phone.goto(
        f"data:text/html,<div class=md-content><b style='white-space:nowrap'>{line}</b></div>"
    )
    assert phone.evaluate(CUT_OFF)[0].startswith("B")


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Browser, site: Path, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast", "image-alt", "link-name"]}}
    low = []
    for each in PAGES if scheme == "light" else PAGES[::3]:  # one style sheet turns all pages dark
        page.goto((site / f"{each}.html").as_uri())
        found = Axe().run(page, options=rules).response
        assert {rule["id"] for rule in found["passes"]} >= {"color-contrast", "link-name"}
        low += [
            f"{each}: {rule['id']}: {node['html'][:100]} {node['any'][0]['message'][:120]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
    context.close()
    assert low == []


@in_a_browser
def test_the_search_finds_a_page_without_a_network(phone: Page, site: Path) -> None:
    phone.goto((site / "index.html").as_uri())
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.keyboard.press("Control+k")
    phone.keyboard.type("Kogge-Stone")
    phone.get_by_role("link", name="How adders are built").first.wait_for(timeout=10_000)
