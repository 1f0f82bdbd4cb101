"""Functions of cells as libraries write them: ``(A * B)'``, ``!A | B & C``, ``a ^ b``, ``A B + C``.

Liberty, genlib and the equations of ABC share the signs: ``!`` before and ``'`` after negate, ``*``, ``&`` and a
space are AND, ``+`` and ``|`` are OR, ``^`` is XOR. In Liberty XOR binds tightest (Synopsys, Liberty user guide;
Yosys reads it so), in genlib and equations AND does (ABC, ``mioParse.c``). Nothing here is recursive.

Example:
    >>> function = read_function("A B + !C")
    >>> function.names, f"{function.table(('A', 'B', 'C')):08b}"
    (('A', 'B', 'C'), '11010101')
    >>> for binding in (XOR_FIRST, AND_FIRST):
    ...     print(f"{read_function('a ^ b & c', binding).table('abc'):08b}")
    00101000
    01111000
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gatewright.formats.model.models import Cell
from gatewright.logic.cover import columns_of
from gatewright.records import dataclass

XOR_FIRST = {"!": 4, "^": 3, "&": 2, "|": 1}
"""How tight operators bind in Liberty."""

AND_FIRST = {"!": 4, "&": 3, "^": 2, "|": 1}
"""How tight they bind in genlib and in equations."""

_TOKEN = re.compile(r"\s*([!~'^*&+|()]|[^\s!~'^*&+|()]+)")
_SAME = {"*": "&", "+": "|", "~": "!"}
_CONSTANTS = {"0": 0, "1": 1, "CONST0": 0, "CONST1": 1}
_TABLES = {"&": 0b1000, "|": 0b1110, "^": 0b0110}


class UnreadableFunctionError(ValueError):
    """A text that is not a function; the message says why."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function in postfix order: names, ``0`` and ``1``, and operators after what they work on.

    Attributes:
        steps: names and constants as they stand, and ``!``, ``&``, ``|``, ``^``.
        names: that it reads, each once, in the order of the text.
    """

    steps: tuple[str, ...]
    names: tuple[str, ...]

    def table(self, inputs: Sequence[str]) -> int:
        """Its truth table over these inputs: bit *r* is row *r*, the first input the most significant."""
        every = (1 << (1 << len(inputs))) - 1
        columns = dict(zip(inputs, columns_of(len(inputs)), strict=True))
        values: list[int] = []
        for step in self.steps:
            if step == "!":
                values[-1] ^= every
            elif step in _TABLES:
                right = values.pop()
                left = values[-1]
                values[-1] = (
                    left & right if step == "&" else left | right if step == "|" else left ^ right
                )
            elif step in _CONSTANTS:
                values.append(every * _CONSTANTS[step])
            else:
                values.append(columns[step])
        return values[-1]

    def cells(self, output: str, line: int) -> Iterator[Cell]:
        """The function as cells of one or two inputs, for one of more inputs than a table has."""
        nets: list[str] = []
        last = len(self.steps) - 1
        for place, step in enumerate(self.steps):
            net = output if place == last else f"{output}~{place}"
            if step == "!":
                yield Cell(0b01, (nets.pop(),), net, line)
            elif step in _TABLES:
                right, left = nets.pop(), nets.pop()
                yield Cell(_TABLES[step], (left, right), net, line)
            elif step in _CONSTANTS:
                yield Cell(_CONSTANTS[step], (), net, line)
            elif place == last:
                yield Cell(0b10, (step,), net, line)
            else:
                net = step
            nets.append(net)


def read_function(text: str, binding: dict[str, int] = XOR_FIRST) -> Function:
    """The function that a text is.

    Args:
        text: in the signs above.
        binding: how tight operators bind.

    Raises:
        UnreadableFunctionError: it is none.
    """
    steps: list[str] = []
    held: list[str] = []  # operators and opened parentheses that wait for what comes
    names: dict[str, None] = {}
    ready = False  # whether a whole term stands before

    def close(least: int) -> None:
        while held and held[-1] != "(" and binding[held[-1]] >= least:
            steps.append(held.pop())

    at = 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:  # pragma: no cover - whatever is not a space is a token
            raise UnreadableFunctionError(f"'{text[at:]}' is not read")
        at = found.end()
        sign = _SAME.get(found[1], found[1])
        if sign == "'":
            if not ready:
                raise UnreadableFunctionError("a ' stands after nothing")
            close(binding["!"])
            steps.append("!")
        elif sign in ("&", "|", "^"):
            if not ready:
                raise UnreadableFunctionError(f"'{found[1]}' has nothing before it")
            close(binding[sign])
            held.append(sign)
            ready = False
        elif sign == ")":
            if not ready:
                raise UnreadableFunctionError("a ) stands after nothing")
            close(0)
            if not held:
                raise UnreadableFunctionError("a ) has no (")
            held.pop()
        else:
            if ready:  # two terms side by side
                close(binding["&"])
                held.append("&")
            ready = sign not in ("(", "!")
            if ready:
                steps.append(sign)
                if sign not in _CONSTANTS:
                    names[sign] = None
            else:
                held.append(sign)
    if not ready:
        raise UnreadableFunctionError("it ends too early" if text else "it is empty")
    close(0)
    if held:
        raise UnreadableFunctionError("a ( is not closed")
    return Function(tuple(steps), tuple(names))
