"""Which of the models of a file is the circuit, and what is said of it where the file leaves a choice.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> found = chosen_top(Source("two.blif", b""), ["adder", "mux"], ["adder", "mux"])
    >>> found.name, found.remarks
    ('adder', ("two.blif: the circuit is 'adder'; it could also be 'mux'",))
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from gatewright.errors import Hint
from gatewright.formats.model.source import Source, shortened
from gatewright.text import visible


class Top(NamedTuple):
    """The name of the model that is the circuit, and what is to be said of the choice."""

    name: str
    remarks: tuple[str, ...]


def chosen_top(
    source: Source, models: Collection[str], candidates: Sequence[str], wanted: str = ""
) -> Top:
    """The model that is the circuit.

    Args:
        source: the file.
        models: the names of all that it holds.
        candidates: those that could be the circuit, the likeliest first.
        wanted: the name that a user gave; empty if none.

    Raises:
        FormatError: the file has no model of the wanted name.
    """
    if not wanted:
        others = candidates[1:]
        told = f"the circuit is '{candidates[0]}'; it could also be {shortened(others)}"
        said = Hint(visible(f"{source.path}: {told}"), "other top")
        return Top(candidates[0], (said,) if others else ())
    if wanted not in models:
        raise source.refuse(0, "", f"has no module '{wanted}'", f"it has {shortened(list(models))}")
    return Top(wanted, ())


def choose(names: Sequence[str]) -> Hint:
    """What to do where several modules could be the circuit."""
    return Hint("mark one as top", "choose top", name=names[0])
