"""The check for authors of pictures: one is drawn, twice, and looked at.

Example:
    >>> from gatewright import Picture, PictureKind
    >>> try:
    ...     check_picture(PictureKind("blank", "nothing", lambda gate: Picture("<svg/>")))
    ... except AssertionError as wrong:
    ...     print(wrong)
    picture 'blank': its svg has no xmlns="http://www.w3.org/2000/svg", without which no program shows it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gatewright.errors import GatewrightError, failure

if TYPE_CHECKING:
    from gatewright.draw.kinds import PictureKind

_NAMESPACE = "http://www.w3.org/2000/svg"


def flaws_drawn(kind: PictureKind, what: Any) -> Iterator[str]:
    """What is wrong with a picture once it is drawn, a line each.

    Args:
        kind: of picture.
        what: the trained gate or the circuit to draw.
    """
    watch: dict[str, Any] = {"watch": _unwatched} if kind.watched else {}
    try:
        first, second = kind.drawn(what, **watch), kind.drawn(what, **watch)
    except GatewrightError as error:
        yield error.message
        return
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {failure(error)}"
        return
    if first.svg != second.svg:
        yield "it is drawn in two ways; the same gate or circuit gives the same picture"
    if f'xmlns="{_NAMESPACE}"' not in first.svg.replace("'", '"'):
        yield f'its svg has no xmlns="{_NAMESPACE}", without which no program shows it'


def _unwatched(_progress: Any) -> None:
    """Nobody looks at the training."""


def check_picture(kind: PictureKind, what: Any = None) -> None:
    """A picture is drawn: as a document of SVG, and the same each time.

    Args:
        kind: of picture.
        what: a trained gate or a circuit to draw; by default ``xor``, or a ripple adder of 2 bits.

    Example:
        >>> from gatewright.draw.kinds import PICTURES
        >>> check_picture(PICTURES["surface"])
    """
    from gatewright.draw.kinds import flaws_of_picture

    flaws = list(flaws_of_picture(kind))
    if not flaws:
        flaws += flaws_drawn(kind, _usual(kind) if what is None else what)
    if flaws:
        raise AssertionError("\n".join(f"picture '{kind.name}': {flaw}" for flaw in flaws))


def _usual(kind: PictureKind) -> Any:
    """What is drawn by default."""
    from gatewright.gates.training.train import train
    from gatewright.plugins.manager import load_plugins

    plugins = load_plugins(kinds=("gates", "circuits"))
    if kind.of == "gate":
        return train(plugins.gate("xor"))
    return plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
