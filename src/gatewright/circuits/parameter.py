"""A parameter of a circuit: how wide it is, or which of several ways it is built.

Example:
    >>> Parameter("bits", 4, "width", maximum=64).read("8")
    8
    >>> Parameter("from", "full-adders", "parts", choices=("full-adders", "half-adders")).keyword
    'from_'
"""

from __future__ import annotations

import keyword
import operator

from gatewright.errors import Hint, UsageError
from gatewright.gates.spec import check_name
from gatewright.logic.numerals import cut
from gatewright.records import dataclass

Value = int | str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a circuit: a whole number within bounds, or one of several words.

    Attributes:
        name: kebab-case.
        default: used if none is given.
        summary: a few words.
        minimum: smallest number allowed.
        maximum: largest number allowed.
        choices: the words allowed; the parameter is then a word, not a number.

    Example:
        >>> Parameter("bits", 4, "width", maximum=64).bounds
        '1 to 64'
    """

    name: str
    default: Value
    summary: str = ""
    minimum: int = 1
    maximum: int = 4096
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name("parameter", self.name)
        if not self.choices and self.minimum > self.maximum:
            raise UsageError(
                f"parameter '{self.name}' has no values: minimum={self.minimum} is above "
                f"maximum={self.maximum}",
                hint="exchange them, or give another",
            )
        try:
            self.read(self.default)
        except UsageError:
            raise UsageError(
                f"parameter '{self.name}' has the default {cut(repr(self.default))}, "
                f"which is not {self.bounds}",
                hint="give a default that is, or other bounds",
            ) from None

    @property
    def keyword(self) -> str:
        """The name as Python has it: ``from`` is a reserved word and becomes ``from_``."""
        name = self.name.replace("-", "_")
        return f"{name}_" if keyword.iskeyword(name) else name

    @property
    def bounds(self) -> str:
        """What is allowed, in words."""
        return " or ".join(self.choices) if self.choices else f"{self.minimum} to {self.maximum}"

    def read(self, given: Value) -> Value:
        """The value a user gave, checked.

        Raises:
            UsageError: it is not allowed.
        """
        if self.choices:
            if given in self.choices:
                return given
        else:
            try:
                number = int(given) if isinstance(given, str) else operator.index(given)
            except (ValueError, TypeError):
                number = self.minimum - 1
            if isinstance(given, bool):
                number = self.minimum - 1
            if self.minimum <= number <= self.maximum:
                return number
        raise UsageError(
            f"{self.name}={cut(str(given))} is not {self.bounds}",
            hint=Hint(
                f"for example {self.name}={self.default}",
                "value of parameter",
                name=self.name,
                value=self.default,
            ),
        )
