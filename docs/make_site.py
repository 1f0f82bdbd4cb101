"""Make the documentation site: pages that open without a server and without a network.

    pip install '.[site]' && python docs/make_site.py

Pages are gathered in ``build/pages``, with links that hold there, and the notebook is run from top to
bottom; ``build/site/index.html`` is the first page of the site. Every warning is an error: a page or a
heading that a link names and that is not there.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SETTINGS = DOCS / "site" / "zensical.toml"

FENCED = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")
LANGUAGES = {".py": "python", ".toml": "toml", ".v": "verilog", ".S": "asm"}


def main() -> None:
    """Make the site in ``build``, or in the folder that is named."""
    target = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build"
    gather(target / "pages")
    sys.exit(build(target))


def build(target: Path) -> int:
    """Build the pages in ``target/pages`` as ``target/site``; gives the exit code of Zensical."""
    shutil.rmtree(target / "site", ignore_errors=True)
    shutil.copy(SETTINGS, target / SETTINGS.name)
    return subprocess.run(  # noqa: S603 - the builder, with arguments of our own
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "-f", SETTINGS.name],
        cwd=target,
        env=os.environ | {"NO_COLOR": "1"},
        check=False,
    ).returncode


def gather(pages: Path, *, run: bool = True) -> None:
    """Write every page of the site, and the files that pages name, into a folder of its own.

    Args:
        pages: the folder, which is made anew.
        run: whether the notebook is run; else its page shows the code alone.
    """
    shutil.rmtree(pages, ignore_errors=True)
    waiting = list(first())
    known = set(waiting)
    for source in waiting:  # which grows as pages name files
        target = pages / place(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix in (".md", ".ipynb"):
            text = (
                source.read_text(encoding="utf-8")
                if source.suffix == ".md"
                else notebook(source, target, run=run)
            )
            named: list[Path] = []
            rewritten = links(text, source, named)
            target.write_text(rewritten, encoding="utf-8")
            waiting += [each for each in dict.fromkeys(named) if each not in known]
            known.update(named)
        elif target.suffix == ".md":
            text = source.read_text(encoding="utf-8")
            name = source.relative_to(ROOT).as_posix()
            language = LANGUAGES.get(source.suffix, "text")
            target.write_text(
                f"# {name}\n\n```{language}\n{text.rstrip()}\n```\n", encoding="utf-8"
            )
        else:
            shutil.copy(source, target)


def notebook(source: Path, target: Path, *, run: bool) -> str:
    """A notebook as a page, whose pictures are written beside it; a cell that fails stops the build."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert.exporters import MarkdownExporter

    cells = nbformat.read(source, as_version=4)
    if run:
        NotebookClient(cells, timeout=600).execute(cwd=str(target.parent))
    text, found = MarkdownExporter().from_notebook_node(cells, {"output_files_dir": target.stem})
    for name, picture in found["outputs"].items():
        path = target.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)
    return str(text).replace("![png](", "![Plot made by the code above](")


def first() -> Iterator[Path]:
    """The pages that the site is made of, and its own looks."""
    for pattern in ("*.md", "teach/*.md", "*.ipynb", "site/*.css", "site/*.js"):
        yield from sorted(DOCS.glob(pattern))
    yield from sorted(ROOT.glob("plugins/*/README.md"))
    yield from (ROOT / "CHANGELOG.md", ROOT / "SECURITY.md")


def place(source: Path) -> str:
    """Where a file is among the pages; what is neither a page nor a picture becomes a page of code."""
    name = source.relative_to(ROOT).as_posix()
    if name.startswith("docs/"):
        return name.removeprefix("docs/").replace(".ipynb", ".md")
    example = re.fullmatch(r"plugins/gatewright-([\w-]+)/README\.md", name)
    if example:
        return f"examples/{example[1]}.md"
    if name == "README.md":
        return "index.md"
    if "/" not in name and name.endswith(".md"):
        return name.lower()
    return f"files/{name}" if source.suffix in (".svg", ".png") else f"files/{name}.md"


def links(text: str, source: Path, named: list[Path]) -> str:
    """The text of a page with its links as they are on the site; adds the files they name to ``named``."""
    parts = FENCED.split(text)
    parts[::2] = [LINK.sub(partial(_link, source, named), part) for part in parts[::2]]
    return "".join(parts)


def _link(source: Path, named: list[Path], found: re.Match[str]) -> str:
    if ":" in found[1]:  # https, mailto
        return found[0]
    there = Path(posixpath.normpath(source.parent / found[1]))
    if not there.is_file():  # which Zensical reports
        return f"]({found[1]}{found[2] or ''})"
    if there != ROOT / "README.md":
        named.append(there)
    here = posixpath.dirname(place(source))
    return f"]({posixpath.relpath(place(there), here or '.')}{found[2] or ''})"


if __name__ == "__main__":
    main()
