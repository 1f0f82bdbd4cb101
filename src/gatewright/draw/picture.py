"""A picture: SVG text, which notebooks show, and the formats it is saved in.

The first of the room; everything that draws returns one. PNG and PDF are made of the SVG by libraries of the
extra ``draw``, imported when needed. The same picture gives the same bytes of SVG everywhere.

Example:
    >>> dot = Picture('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')
    >>> dot.encoded(".svg") == dot.svg.encode()
    True
    >>> dot.encoded(".gif")
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: a picture is not saved as '.gif'; name a file that ends in .svg, .png or .pdf
"""

from __future__ import annotations

import re
from typing import Literal

from gatewright.errors import UsageError
from gatewright.records import dataclass

INSTALL = "pip install 'gatewright[draw]'"

SCALE = 2.0
"""Pixels of a PNG for each unit of the SVG: sharp on screens and in slides."""

Theme = Literal["light", "dark"]

_FOR_DARK = re.compile(r"@media \(prefers-color-scheme: ?dark\)\{((?:[^{}]*\{[^{}]*\})*)\}")

_PAGE = b"""#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
"""The page of a PDF in the language of Typst; without a date, so that the same picture gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What was drawn.

    Attributes:
        svg: a whole SVG document as text.

    Example:
        >>> Picture("<svg xmlns='http://www.w3.org/2000/svg'/>").encoded(".svg")[:4]
        b'<svg'
    """

    svg: str

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg

    def themed(self, theme: Theme | None) -> Picture:
        """The same picture in colours for light or for dark ground, wherever it is looked at.

        Without a theme an SVG has both, and takes those of the reader's screen; a PNG and a PDF are light.
        """
        if theme is None:
            return self
        return Picture(_FOR_DARK.sub(r"\1" if theme == "dark" else "", self.svg))

    def encoded(self, suffix: str) -> bytes:
        """The bytes of a file that ends in ``.svg``, ``.png`` or ``.pdf``.

        Raises:
            UsageError: another ending; or a library that makes this format is not installed.
        """
        if suffix.lower() == ".svg":
            return self.svg.encode()
        if suffix.lower() == ".png":
            return self.to_png()
        if suffix.lower() == ".pdf":
            return self.to_pdf()
        raise UsageError(
            f"a picture is not saved as '{suffix}'",
            hint="name a file that ends in .svg, .png or .pdf",
        )

    def to_png(self, *, scale: float = SCALE) -> bytes:
        """The picture in pixels.

        Args:
            scale: pixels for each unit of the SVG.

        Raises:
            UsageError: resvg-py is not installed.
        """
        try:
            import resvg_py
        except ImportError:
            raise missing("a PNG", "resvg-py") from None
        return bytes(resvg_py.svg_to_bytes(svg_string=self.svg, zoom=scale))

    def to_pdf(self) -> bytes:
        """The picture as a page of its own size: lines as lines, text as text in an embedded font.

        Raises:
            UsageError: typst is not installed.
        """
        try:
            import typst
        except ImportError:
            raise missing("a PDF", "typst") from None
        return bytes(typst.compile(_PAGE, format="pdf", sys_inputs={"svg": self.svg}))


def missing(what: str, library: str) -> UsageError:
    """The error for a library of the extra that is not installed."""
    return UsageError(f"{what} needs {library}, which is not installed", hint=f"run {INSTALL}")
