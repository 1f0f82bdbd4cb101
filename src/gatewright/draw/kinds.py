"""What can be drawn of a gate or a circuit, by name.

Example:
    >>> PICTURES["surface"].summary
    'outputs over the plane of two inputs'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from gatewright.draw.picture import Picture
from gatewright.errors import UsageError
from gatewright.kinds import Provided, at, blaming
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
        "network", "units and weights, before and after training", f"{_PLOTS}.network:network"
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
