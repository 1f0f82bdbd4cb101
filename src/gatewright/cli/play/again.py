"""The training that is good to watch, with which the page begins, and the line that repeats one that was chosen.

Example:
    >>> watched(2).layers, watched(3).layers
    ('2,4', '4,4')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatewright.cli.gates.training.choices import Choices
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.cli.play.asked import Asked

_OPTIONS = (
    "layers",
    "activations",
    "optimiser",
    "lr",
    "loss",
    "init",
    "epochs",
    "restarts",
    "margin",
)


def watched(inputs: int) -> Choices:
    """What a training is by default, on the page and in a copy of it: one with many small steps to look at.

    Every built-in gate that a page shows is learned so, and proved to tolerate ±0.45. Of three inputs 2,4 was
    not: no XOR3 was proved.

    Args:
        inputs: of the gate.
    """
    layers = (
        "2,4" if inputs <= 2 else "4,4"
    )  # one line a unit of the first layer: as few as will do
    return Choices(layers=layers, activations="logistic", optimiser="adam")


def again(asked: Asked) -> str:
    """The command that trains the same once more and keeps its page; empty for a table written on the page."""
    if not asked.word:
        return ""
    choices, words = asked.choices, ["circuits", "play", asked.word]
    for option in _OPTIONS:
        value = getattr(choices, option)
        if value is not None:
            words += [f"--{option}", _number(value) if isinstance(value, float) else str(value)]
    if choices.smooth:
        words.append("--no-harden")
    if asked.seed:
        words += ["--seed", str(asked.seed)]
    elif choices == watched(len(asked.spec.table.inputs)):
        words = words[:3]
    elif choices == Choices():  # that of 'circuits train', said by one of its options as it is
        words += ["--restarts", str(asked.recipe.restarts)]
    return " ".join(map(shell_word, [*words, "--export", f"{asked.spec.name}.html"]))


def _number(value: float) -> str:
    """A number as short as it can be read back exactly."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
