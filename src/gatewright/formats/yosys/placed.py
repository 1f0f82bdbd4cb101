"""A cell of Yosys as a file places it.

Example:
    >>> Placed("$_NOT_", {"A": ["a"], "Y": ["y"]}, {}, 2, "write_blif").kind
    '$_NOT_'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gatewright.errors import FormatError

Refuse = Callable[[str, str], FormatError]
"""The error for a cell: what is wrong with it, and what to do."""


class Placed(NamedTuple):
    """A cell of Yosys in a module.

    Attributes:
        kind: as in ``$_AND_``.
        pins: the nets on each, the least significant first.
        parameters: as the file has them.
        line: where it stands.
        writer: the command of Yosys that writes such files; none where the file is Verilog.
    """

    kind: str
    pins: Mapping[str, Sequence[str]]
    parameters: Mapping[str, object]
    line: int
    writer: str
