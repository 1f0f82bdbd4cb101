"""A gate: a name and the truth table it stands for.

Plugins hand these records to the hook ``gatewright_gates``.

Example:
    >>> GateSpec.from_function("and", lambda a, b: a & b, inputs=("a", "b"), outputs=("y",)).table.ones
    (8,)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from gatewright.errors import SpecError
from gatewright.logic.expression import table_of_expression
from gatewright.logic.truth_table import Row, TruthTable
from gatewright.records import dataclass
from gatewright.text import a_kind

_FUNCTION = re.compile(r"(?:lut|npn)([1-6])-([0-9a-f]+(?:-[0-9a-f]+)*)")
"""Names of functions, which spell the whole truth table: a gate of such a name is that function."""

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_WORD = re.compile(r"[A-Za-z0-9]+([_.-]+[A-Za-z0-9]+)*")
"""What is meant as the name of a gate, right or wrong; any other text is an expression."""


@dataclass(frozen=True, slots=True)
class GateSpec:
    """A kind of logic.

    Attributes:
        name: kebab-case.
        table: its truth table.
        summary: one line.

    Raises:
        SpecError: the name is not kebab-case, or is that of a function with another table; or the table is
            not a `TruthTable`.

    Example:
        >>> GateSpec.from_function("nor", lambda a, b: 1 - (a | b), inputs="ab", outputs="y").table.ones
        (1,)
    """

    name: str
    table: TruthTable
    summary: str = ""

    def __post_init__(self) -> None:
        check_name("gate", self.name)
        if not isinstance(self.table, TruthTable):
            raise SpecError(
                f"gate '{self.name}': the table is {a_kind(self.table)}, not a TruthTable"
            )
        if not isinstance(self.summary, str):
            raise SpecError(f"gate '{self.name}': the summary is {a_kind(self.summary)}, not text")
        _check_function_name(self.name, self.table)

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

    @classmethod
    def from_expression(cls, text: str) -> GateSpec:
        """The gate of an expression, with a name and a colon before it or without; the text is its summary.

        Raises:
            TableError: the expression cannot be read.
            SpecError: the name is not kebab-case.

        Example:
            >>> GateSpec.from_expression("and-or: a & b | ~c").table.ones
            (213,)
            >>> GateSpec.from_expression("a & b | ~c").name
            'expression-d8b5c8d3'
        """
        name, colon, rest = text.partition(":")
        said = (rest if colon else text).strip()
        table = table_of_expression(said)
        return cls(name.strip() if colon else f"expression-{table.digest[:8]}", table, said)


def is_name(text: str) -> bool:
    """Whether a text is a name in kebab-case, as those of gates and circuits are."""
    return _KEBAB.fullmatch(text) is not None


def is_word(text: str) -> bool:
    """Whether a text is meant as the name of a gate, and not as an expression.

    Example:
        >>> is_word("half-adder"), is_word("a & b"), is_word("maj: a & b | b & c | a & c")
        (True, False, False)
    """
    return _WORD.fullmatch(text) is not None


def _check_function_name(name: str, table: TruthTable) -> None:
    """Refuse the name of a function for another one: circuits have gates made inside, under such names.

    Raises:
        SpecError: the table is not the one that the name says.
    """
    found = spelt(name)
    if found is None:
        return
    inputs, ones = found
    if len(table.inputs) != inputs or table.ones != ones or not table.care.all():
        raise SpecError(
            f"'{name}' is the name of the function of {inputs} input{'s' if inputs > 1 else ''} with the "
            "table that it spells, and this gate has another one",
            hint="give the gate another name",
        )


def spelt(name: str) -> tuple[int, tuple[int, ...]] | None:
    """The inputs and the table of the function that a name spells, as ``lut3-96`` does; else None."""
    found = _FUNCTION.fullmatch(name)
    if found is None:
        return None
    inputs, words = int(found[1]), found[2].split("-")
    if any(len(each) != max(1, (1 << inputs) // 4) for each in words):
        return None  # as many digits as the table has make it a function's name
    return inputs, tuple(int(each, 16) for each in words)


def check_name(kind: str, name: str) -> None:
    """Refuse a name of a gate or circuit that is not kebab-case.

    Raises:
        SpecError: it is not.
    """
    if not isinstance(name, str) or not is_name(name):
        raise SpecError(
            f"{name!r} is not a name for a {kind}", hint="use kebab-case, as in 'half-adder'"
        )
