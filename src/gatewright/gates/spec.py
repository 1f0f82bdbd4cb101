"""A gate: a name and the truth table it stands for.

After `gatewright.logic.truth_table`, before `train`. Plugins hand these records to the hook
``gatewright_gates``.

Example:
    >>> GateSpec.from_function("and", lambda a, b: a & b, inputs=("a", "b"), outputs=("y",)).table.ones
    (8,)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gatewright.errors import SpecError
from gatewright.logic.truth_table import Row, TruthTable

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class GateSpec:
    """A kind of logic.

    Attributes:
        name: kebab-case, as on the command line.
        table: its truth table.
        summary: one line for ``circuits gates``.

    Raises:
        SpecError: the name is not kebab-case, or the table is no `TruthTable`.
    """

    name: str
    table: TruthTable
    summary: str = ""

    def __post_init__(self) -> None:
        check_name("gate", self.name)
        if not isinstance(self.table, TruthTable):
            raise SpecError(
                f"gate '{self.name}': the table is a {type(self.table).__name__}, not a TruthTable"
            )

    @classmethod
    def from_function(
        cls,
        name: str,
        function: Callable[..., Row],
        *,
        inputs: Iterable[str],
        outputs: Iterable[str],
        summary: str = "",
    ) -> GateSpec:
        """The gate of a Python function, as in `TruthTable.from_function`."""
        return cls(name, TruthTable.from_function(function, inputs, outputs), summary)


def check_name(kind: str, name: str) -> None:
    """Refuse a name of a gate or circuit that is not kebab-case.

    Raises:
        SpecError: it is not.
    """
    if not isinstance(name, str) or not _KEBAB.fullmatch(name):
        raise SpecError(
            f"{name!r} is not a name for a {kind}", hint="use kebab-case, as in 'half-adder'"
        )
