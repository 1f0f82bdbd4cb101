"""The operations that are looked for: each on whole numbers, and as ANDs.

Example:
    >>> quotient = OPERATIONS["quotient"]
    >>> quotient.of((13, 5), (4, 4), False), quotient.text
    (2, 'a / b')
    >>> OPERATIONS["quotient"].of((13, 5), (4, 4), True)  # -3 / 5, towards zero
    0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isqrt

from gatewright.examples.recognise import words
from gatewright.examples.recognise.words import Word
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE
from gatewright.records import dataclass

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        name: in one word.
        text: as it is written, of a, b and c.
        operands: how many.
        signs: whether it is another one for numbers in two's complement.
        width: of the result, of the widths of the operands.
        of: the result of operands and their widths, signed or not, modulo its width; none where it has none.
        build: the same as ANDs, least significant bit first.
    """

    name: str
    text: str
    operands: int
    signs: bool
    width: Callable[[Numbers], int]
    of: Callable[[Numbers, Numbers, bool], int | None]
    build: Callable[[AndGraph, Sequence[Word], bool], Word]


def signed(value: int, width: int) -> int:
    """A number in two's complement."""
    return value - (1 << width) if value >> (width - 1) & 1 else value


def _values(numbers: Numbers, widths: Numbers, two: bool) -> Numbers:
    if not two:
        return numbers
    return tuple(signed(value, width) for value, width in zip(numbers, widths, strict=True))


def _sum(numbers: Numbers, widths: Numbers, two: bool) -> int:
    numbers = (*_values(numbers[:2], widths[:2], two), *numbers[2:])
    return sum(numbers) & ((2 << max(widths)) - 1)


def _difference(numbers: Numbers, widths: Numbers, two: bool) -> int:
    a, b = _values(numbers, widths, two)
    return (a - b) & ((2 << max(widths)) - 1)


def _product(numbers: Numbers, widths: Numbers, two: bool) -> int:
    a, b = _values(numbers, widths, two)
    return (a * b) & ((1 << sum(widths)) - 1)


def _quotient(numbers: Numbers, widths: Numbers, two: bool) -> int | None:
    a, b = _values(numbers, widths, two)
    if b == 0:
        return None
    found = abs(a) // abs(b)
    return (-found if (a < 0) != (b < 0) else found) & ((1 << widths[0]) - 1)


def _remainder(numbers: Numbers, widths: Numbers, two: bool) -> int | None:
    a, b = _values(numbers, widths, two)
    if b == 0:
        return None
    found = abs(a) % abs(b)
    return (-found if a < 0 else found) & ((1 << max(widths)) - 1)


def _comparison(numbers: Numbers, widths: Numbers, two: bool) -> int:
    a, b = _values(numbers, widths, two)
    return (a < b) | (a == b) << 1 | (a <= b) << 2


def _extended(operands: Sequence[Word], two: bool) -> list[Word]:
    """Operands of one width, one bit wider than the widest."""
    width = max(map(len, operands)) + 1
    return [[*word, *([word[-1] if two else FALSE] * (width - len(word)))] for word in operands]


def _add(graph: AndGraph, operands: Sequence[Word], two: bool) -> Word:
    a, b = _extended(operands[:2], two)
    carry = operands[2][0] if len(operands) > 2 else FALSE
    return words.add(graph, a, b, carry)[:-1]


def _subtract(graph: AndGraph, operands: Sequence[Word], two: bool) -> Word:
    return words.subtract(graph, *_extended(operands, two))[0]


def _multiply(graph: AndGraph, operands: Sequence[Word], two: bool) -> Word:
    a, b = operands
    width = len(a) + len(b)
    if two:  # modulo the width of the product, signs go on for ever
        a, b = ([*word, *([word[-1]] * (width - len(word)))] for word in operands)
    return words.multiply(graph, a, b, last=width - 1)[:width]


def _divide(graph: AndGraph, operands: Sequence[Word], two: bool) -> tuple[Word, Word]:
    a, b = operands
    if not two:
        quotient, rest = words.divide(graph, a, b)
        return quotient, [*rest, *([FALSE] * (len(b) - len(rest)))]
    signs = a[-1], b[-1]
    quotient, rest = words.divide(
        graph,
        *(words.negated(graph, each, sign) for each, sign in zip(operands, signs, strict=True)),
    )
    wide = [*rest, *([FALSE] * (max(len(a), len(b)) - len(rest)))]
    return (
        words.negated(graph, quotient, graph.differ(*signs)),
        words.negated(graph, wide, signs[0]),
    )


def _compare(graph: AndGraph, operands: Sequence[Word], two: bool) -> Word:
    a, b = _extended(operands, two)
    # In numbers of one more bit the sign of the difference says which is less.
    less = words.subtract(graph, a, b)[0][-1] if two else words.less(graph, *operands)
    more = words.subtract(graph, b, a)[0][-1] if two else words.less(graph, *operands[::-1])
    return [less, words.equal(graph, a, b), more ^ 1]


def _root(graph: AndGraph, operands: Sequence[Word], _: bool) -> Word:
    return words.root(graph, operands[0])


_ALL = (
    Operation("comparison", "a < b, a = b, a ≤ b", 2, True, lambda _: 3, _comparison, _compare),
    Operation("sum", "a + b", 2, True, lambda w: max(w) + 1, _sum, _add),
    Operation("difference", "a - b", 2, True, lambda w: max(w) + 1, _difference, _subtract),
    Operation("product", "a · b", 2, True, sum, _product, _multiply),
    Operation(
        "quotient", "a / b", 2, True, lambda w: w[0], _quotient, lambda g, o, s: _divide(g, o, s)[0]
    ),
    Operation(
        "remainder", "a mod b", 2, True, max, _remainder, lambda g, o, s: _divide(g, o, s)[1]
    ),
    Operation(
        "root",
        "√a",
        1,
        False,
        lambda w: -(-w[0] // 2),
        lambda numbers, _, __: isqrt(numbers[0]),
        _root,
    ),
    Operation("sum-with-carry", "a + b + c", 3, False, lambda w: max(w) + 1, _sum, _add),
)

OPERATIONS: Mapping[str, Operation] = {each.name: each for each in _ALL}
"""Every operation, by its name."""
