"""The page of a report: one HTML file that needs no others.

A policy in its head lets browsers load nothing and run no script but ours, whatever names the nets have.

Example:
    >>> cell("<b>")
    '&lt;b&gt;'
    >>> page = document("A report", "<main></main>", script="0")
    >>> page.startswith("<!DOCTYPE html>"), "://" in page
    (True, False)
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from gatewright.draw.canvas.sheet import TONES, Tone
from gatewright.draw.picture import Picture
from gatewright.text import markup

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'

_OWN = (
    Tone("panel", "#f3f5f7", "#161b22"),
    Tone("track", "#8c959f", "#6e7681"),
    Tone("low", "#b9dcf2", "#1d4f73"),
    Tone("high", "#f9d9ae", "#6b4a10"),
)
"""The page's own grounds, besides the tones of pictures."""


def data_file(name: str) -> str:
    """The text of a file that is installed beside this module."""
    return files("gatewright.draw.report").joinpath(name).read_text(encoding="utf-8")


def cell(words: object) -> str:
    """Words as HTML can hold them."""
    return markup(str(words))


def whole(value: int | None) -> str:
    """The value of a bus, cut if it is wide; None is not a number."""
    if value is None:
        return "no number"
    return f"0x{value:x}"[:10] + "…" if value >> 64 else str(value)


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    numbers: Collection[int] = (),
) -> str:
    """A table whose first column names its rows; it scrolls by itself if the screen is too narrow.

    Args:
        header: the names of the columns.
        rows: words, which are escaped here.
        caption: what it shows.
        numbers: columns that are flush right.
    """

    def made(tag: str, place: int, words: str, more: str = "") -> str:
        kind = ' class="number"' if place in numbers else ""
        return f"<{tag}{kind}{more}>{cell(words)}</{tag}>"

    head = "".join(made("th", place, each, ' scope="col"') for place, each in enumerate(header))
    body = "\n".join(
        "".join(
            (
                "<tr>",
                made("th", 0, first, ' scope="row"'),
                *(made("td", place, each) for place, each in enumerate(rest, 1)),
                "</tr>",
            )
        )
        for first, *rest in rows
    )
    told = f"<caption>{cell(caption)}</caption>" if caption else ""
    return scrolling(
        f"<table>{told}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>",
        caption or header[0],
    )


def scrolling(inside: str, label: str) -> str:
    """Something that may be wider than the screen, in a frame that scrolls, by keys too."""
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="{cell(label)}">{inside}</div>'
    )


def svg(picture: Picture) -> str:
    """A picture as part of a page; HTML needs no namespace for SVG."""
    return picture.svg.replace(_NAMESPACE, "", 1).strip()


def data_block(name: str, value: Mapping[str, Any]) -> str:
    """Values for a script, in an element that is not run; nothing in them can end it."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{name}">{text}</script>'


def document(title: str, body: str, *, script: str, style: str = "", asks: bool = False) -> str:
    """The whole page.

    Args:
        title: of the window, escaped here.
        body: its HTML.
        script: run at its end.
        style: added to that of all pages.
        asks: whether the script may ask the server that the page came from.
    """
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = "; connect-src 'self'" if asks else ""
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
        f"form-action 'none'; script-src 'sha256-{known}'{allowed}"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{cell(title)}</title>
<link rel="icon" href="data:,">
<style>
{_colours()}
{data_file("report.css")}{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def _colours() -> str:
    """Every tone as a variable, on light and on dark ground."""
    tones = (*TONES, *_OWN)
    light = "".join(f"--{tone.name}:{tone.light};" for tone in tones)
    dark = "".join(f"--{tone.name}:{tone.dark};" for tone in tones)
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
