"""What can be drawn of a gate or a circuit, by name.

Example:
    >>> PICTURES["surface"].summary
    'outputs over the plane of two inputs'
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from gatewright.draw.picture import Picture
from gatewright.errors import UsageError
from gatewright.kinds import Provided, at, blaming
from gatewright.records import dataclass
from gatewright.text import a_kind


@dataclass(frozen=True, slots=True)
class PictureKind:
    """One kind of picture.

    Attributes:
        name: kebab-case, as in ``--picture NAME``.
        summary: a few words.
        draw: from a `TrainedGate` or a `Circuit` to a `Picture`; or where it is, as ``package.module:function``.
        of: what is drawn.
        watched: whether ``draw`` takes ``watch``, which is called with the progress of a training.

    Example:
        >>> blank = PictureKind("blank", "nothing", lambda gate: Picture("<svg/>"))
        >>> blank.drawn(None).svg
        '<svg/>'
    """

    name: str
    summary: str
    draw: str | Callable[..., Picture]
    of: Literal["gate", "circuit"] = "gate"
    watched: bool = False

    def drawn(self, what: Any, **settings: Any) -> Picture:
        """The picture of a trained gate or of a circuit.

        Raises:
            GatewrightError: it cannot be drawn.
        """
        with blaming(PICTURES, self.name):
            picture = self._function()(what, **settings)
        if not isinstance(picture, Picture):
            raise UsageError(f"picture '{self.name}' gave {a_kind(picture)}, not a Picture")
        if self not in BUILT_IN and (flaw := flaw_of_svg(picture.svg)):
            raise UsageError(f"picture '{self.name}' gave {flaw}", hint="tell its author")
        return picture

    def _function(self) -> Callable[..., Picture]:
        if not isinstance(self.draw, str):
            return self.draw
        found: Callable[..., Picture] = at(self.draw)
        return found


_PLOTS = "gatewright.draw.plots"

BUILT_IN = (
    PictureKind("surface", "outputs over the plane of two inputs", f"{_PLOTS}.surface:surface"),
    PictureKind(
        "network",
        "units and weights, before training too where nothing is restored",
        f"{_PLOTS}.network:network",
    ),
    PictureKind(
        "training", "the loss of every restart", f"{_PLOTS}.training:training", watched=True
    ),
    PictureKind(
        "transfer",
        "outputs over inputs, and the static noise margin",
        f"{_PLOTS}.transfer:transfer",
    ),
)
"""What comes with the project, as the hook ``gatewright_pictures`` gives it."""

PICTURES: Provided[PictureKind] = Provided(
    "picture", UsageError, {each.name: each for each in BUILT_IN}, hook="pictures"
)
"""Every kind of picture by name."""


def flaws_of_picture(what: PictureKind) -> Iterator[str]:
    """What is wrong with a kind of picture that a plugin gives, as far as can be seen without drawing one."""
    if what.of not in ("gate", "circuit"):
        yield f"it is a picture of {what.of!r}; say of='gate' or of='circuit'"
    if not isinstance(what.summary, str) or "\n" in what.summary:
        yield "its summary is not a line of text"
    if isinstance(what.draw, str):
        if not re.fullmatch(r"[\w.]+:\w+", what.draw):
            yield f"its draw is {what.draw!r}, neither a function nor 'package.module:function'"
    elif not callable(what.draw):
        yield f"its draw is {a_kind(what.draw)}, neither a function nor 'package.module:function'"
    else:
        try:
            taken = inspect.signature(what.draw)
        except (TypeError, ValueError):  # one of C, which does not tell
            return
        try:
            taken.bind(None, **({"watch": None} if what.watched else {}))
        except TypeError as error:
            yield f"its draw is called with a {what.of}{' and watch' if what.watched else ''}: {error}"


def flaw_of_svg(svg: object) -> str:
    """What a picture is where it is not a document of SVG; empty where it is one.

    Example:
        >>> flaw_of_svg("<svg><g></svg>")
        'what is not SVG: mismatched tag: line 1, column 10'
    """
    from xml.etree import ElementTree

    if not isinstance(svg, str):
        return f"{a_kind(svg)}, not a text of SVG"
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - what a plugin of this process has drawn
    except ElementTree.ParseError as error:
        return f"what is not SVG: {error}"
    name = root.tag.rpartition("}")[2]
    return "" if name == "svg" else f"what is not SVG: it begins with <{name}>"
