"""Arithmetic on words of functions: sums, products, quotients and roots as ANDs, least significant bit first.

Everything is made; what no output needs is not counted. Every function says in whole numbers what it makes.

Example:
    >>> graph = AndGraph(8)
    >>> a, b = ([graph.variable(at) for at in range(first, first + 4)] for first in (0, 4))
    >>> bits = [13 >> at & 1 for at in range(4)] + [5 >> at & 1 for at in range(4)]
    >>> def number(word): return sum(bit << at for at, bit in enumerate(graph.evaluate(word, bits)))
    >>> number(add(graph, a, b)), number(multiply(graph, a, b)), [number(each) for each in divide(graph, a, b)]
    (18, 65, [2, 3])
    >>> number(root(graph, a)), graph.evaluate([less(graph, a, b)], bits)
    (3, [0])
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, TRUE, Literal

Word = list[Literal]


def add(
    graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal], carry: Literal = FALSE
) -> Word:
    """``a + b + carry``, one bit wider than the wider of the two."""
    found = []
    for x, y in _pairs(a, b):
        found.append(graph.differ(graph.differ(x, y), carry))
        carry = _majority(graph, x, y, carry)
    return [*found, carry]


def subtract(graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal]) -> tuple[Word, Literal]:
    """``a - b`` modulo the width of the wider, and whether ``a >= b``."""
    width = max(len(a), len(b))
    made = add(graph, _wide(a, width), [each ^ 1 for each in _wide(b, width)], TRUE)
    return made[:-1], made[-1]


def less(graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal]) -> Literal:
    """Whether ``a < b``."""
    return subtract(graph, a, b)[1] ^ 1


def equal(graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal]) -> Literal:
    """Whether ``a == b``."""
    found = TRUE
    for x, y in _pairs(a, b):
        found = graph.both(found, graph.differ(x, y) ^ 1)
    return found


def negated(graph: AndGraph, a: Sequence[Literal], where: Literal) -> Word:
    """``-a`` modulo its width where ``where`` is 1, else ``a``."""
    flipped = [graph.differ(each, where) for each in a]
    return add(graph, flipped, [where])[: len(a)]


def multiply(
    graph: AndGraph,
    a: Sequence[Literal],
    b: Sequence[Literal],
    *,
    first: int = 0,
    last: int | None = None,
    more: int = 0,
) -> Word:
    """``a * b``: partial products added column by column, by full adders.

    Args:
        graph: of the functions.
        a: one factor.
        b: the other.
        first: the lowest column that is added; of those below it, what they carry on average is.
        last: the highest; above it bits are FALSE.
        more: partial products of the column below the first that are added after all.
    """
    width = len(a) + len(b)
    last = width - 1 if last is None else last
    columns: list[Word] = [[] for _ in range(width + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if first <= i + j <= last or (i + j == first - 1 and len(columns[i + j]) < more):
                columns[i + j].append(graph.both(x, y))
    # Of each product that is left out a quarter is expected to be 1.
    missing = sum(
        min(place, len(a) - 1) - max(0, place - len(b) + 1) + 1 << place for place in range(first)
    )
    if more:
        first -= 1
        missing -= len(columns[first]) << first
    return add_columns(graph, columns, first, last, missing >> 2)


def add_columns(
    graph: AndGraph, columns: list[Word], first: int, last: int, missing: int = 0
) -> Word:
    """The sum of columns of bits, by full adders; one bit narrower than there are columns.

    Args:
        graph: of the functions.
        columns: the bits of each weight, least significant first; they are used up.
        first: the lowest that has any.
        last: the highest that is added; above it bits are FALSE.
        missing: a whole number that is added as well, rounded to the weight of the first.
    """
    for place, column in enumerate(columns[first : last + 1], first):
        if missing + (1 << first >> 1) >> place & 1:
            column.append(TRUE)
    found = []
    for place, column in enumerate(columns[:-1]):
        while len(column) > 1:
            x, y, z = column[0], column[1], column[2] if len(column) > 2 else FALSE
            del column[:3]
            differ = graph.differ(x, y)
            column.append(graph.differ(differ, z))
            if place < last:
                carry = graph.either(graph.both(x, y), graph.both(differ, z))
                columns[place + 1].append(carry)
        found.append(column[0] if column and place <= last else FALSE)
    return found


def divide(
    graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal], *, steps: int | None = None
) -> tuple[Word, Word]:
    """``a // b`` and ``a % b``, by restoring division; where b is 0, a quotient of ones.

    Args:
        graph: of the functions.
        a: the dividend.
        b: the divisor.
        steps: how many quotient bits are made, the lowest ones; by default all. With fewer, quotients that need
            more are wrong.
    """
    steps = len(a) if steps is None else min(steps, len(a))
    rest = list(a)
    quotient = [FALSE] * steps
    for place in reversed(range(steps)):
        quotient[place], high = _taken(graph, rest[place:], b)
        rest = rest[:place] + high
    return quotient, rest


def root(graph: AndGraph, a: Sequence[Literal]) -> Word:
    """The square root of ``a``, rounded down: digit by digit, by restoring."""
    width = -(-len(a) // 2)
    whole = _wide(a, 2 * width)
    rest: Word = []
    found: Word = []  # the digits so far, least significant first
    for place in reversed(range(width)):
        rest = [whole[2 * place], whole[2 * place + 1], *rest]
        trial = [TRUE, FALSE, *found]  # 4·root + 1
        fits, rest = _taken(graph, rest, trial)
        rest = rest[: len(found) + 2]
        found = [fits, *found]
    return found


def _taken(graph: AndGraph, a: Sequence[Literal], b: Sequence[Literal]) -> tuple[Literal, Word]:
    """Whether ``a >= b``, and ``a - b`` where it is, else ``a``; as wide as ``a``.

    A bit of the difference is that of ``a`` or its opposite, so that choosing needs an XOR that is there anyway:
    ten ANDs a bit, where a subtractor and a choice need thirteen.
    """
    carry, zero = TRUE, TRUE
    turns = []
    for x, y in zip(a, _wide(b, len(a)), strict=False):
        turn = graph.differ(y ^ 1, carry)
        carry = graph.ite(turn, x, carry)
        turns.append(turn)
    for y in reversed(b[len(a) :]):  # from the highest down: what it makes, other steps share
        zero = graph.both(zero, y ^ 1)
    fits = graph.both(carry, zero)
    return fits, [graph.differ(x, graph.both(fits, turn)) for x, turn in zip(a, turns, strict=True)]


def _majority(graph: AndGraph, x: Literal, y: Literal, z: Literal) -> Literal:
    return graph.either(graph.both(x, y), graph.both(z, graph.either(x, y)))


def _wide(a: Sequence[Literal], width: int) -> Word:
    return [*a, *([FALSE] * (width - len(a)))]


def _pairs(a: Sequence[Literal], b: Sequence[Literal]) -> list[tuple[Literal, Literal]]:
    width = max(len(a), len(b))
    return list(zip(_wide(a, width), _wide(b, width), strict=True))
