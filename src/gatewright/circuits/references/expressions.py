"""Expressions of Python over the inputs of a circuit: what one is worth, and between which numbers that lies.

Example:
    >>> tree = parsed("a * 2 + b[0]")
    >>> expression_value(tree, {"a": 3, "b": 1}, {"a": 2, "b": 4}), expression_bounds(tree, {"a": 2, "b": 4})
    (7, (0, 7))
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from gatewright.circuits.references.intervals import Bounds
from gatewright.errors import UsageError

MOST_BITS = 1 << 13
"""Of a number on the way."""

_MOST_TEXT = 1 << 16

Values = Mapping[str, Any]


def parsed(text: str) -> ast.expr:
    """A text as an expression.

    Raises:
        UsageError: it is none of Python, or too large.
    """
    try:
        if "#" in text:
            raise ValueError
        if len(text) > _MOST_TEXT:
            raise MemoryError
        return ast.parse(text.strip(), mode="eval").body
    except (RecursionError, MemoryError):
        raise _too_large(text) from None
    except (SyntaxError, ValueError) as error:
        if "too many nested" in str(error):
            raise _too_large(text) from None
        raise UsageError(
            f"'{text[:60]}' is not an expression of Python", hint="as in 'a * b + c'"
        ) from None


def _too_large(text: str) -> UsageError:
    return UsageError(
        f"the specification '{text[:30]}…' of {len(text)} characters is too large, or nested too deeply",
        hint="say each output by itself, as in 'product = a * b', or more briefly",
    )


# What an expression is worth, and between which numbers that lies. The two walk the same words.


def expression_value(tree: ast.expr, buses: Values, inputs: Mapping[str, int]) -> Any:
    """What an expression is worth.

    Args:
        tree: of which `expression_bounds` refuses nothing.
        buses: integers, arrays of them, or what proofs follow in their place.
        inputs: the width of every bus.
    """

    def of(part: ast.expr) -> Any:
        return expression_value(part, buses, inputs)

    match tree:
        case ast.Constant(value=int() as value):
            return int(value)
        case ast.Name(id=name):
            return buses[name]
        case ast.Subscript(value=word, slice=ast.Constant(value=int() as place)):
            return (of(word) >> place) % 2
        case ast.Set(elts=parts):
            place, total = 0, 0
            for part in reversed(parts):
                total = total + (of(part) << place)
                place += expression_bounds(part, inputs)[1].bit_length()
            return total
        case ast.IfExp(test=test, body=body, orelse=other):
            holds = (of(test) != 0) * 1
            return holds * of(body) + (1 - holds) * of(other)
        case ast.Call(func=ast.Name(id=name), args=[word]):
            bits = expression_bounds(word, inputs)[1].bit_length()
            value = of(word)
            ones = sum((value >> place) % 2 for place in range(bits))
            return ones % 2 if name == "parity" else ones
        case ast.UnaryOp(op=op, operand=word):
            return -of(word) if isinstance(op, ast.USub) else ~of(word)
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return _OPERATIONS[type(op)](of(left), of(right))
    raise AssertionError(ast.dump(tree))  # `expression_bounds` refuses what is unknown


_OPERATIONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.LShift: lambda a, b: a << b,
    ast.RShift: lambda a, b: a >> b,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
    ast.BitXor: lambda a, b: a ^ b,
    ast.Eq: lambda a, b: (a == b) * 1,
    ast.NotEq: lambda a, b: (a != b) * 1,
    ast.Lt: lambda a, b: (a < b) * 1,
    ast.LtE: lambda a, b: (a <= b) * 1,
    ast.Gt: lambda a, b: (a > b) * 1,
    ast.GtE: lambda a, b: (a >= b) * 1,
}


def expression_bounds(tree: ast.expr, inputs: Mapping[str, int]) -> Bounds:
    """Between which numbers an expression lies.

    Args:
        tree: the expression.
        inputs: the width of every bus that it may name.

    Raises:
        UsageError: it has words that are unknown here, or numbers that are too long.
    """
    found = _bounds_of(tree, inputs)
    if max(map(abs, found)).bit_length() > MOST_BITS:
        raise UsageError(f"the specification has a number of more than {MOST_BITS} bits")
    return found


def _bounds_of(tree: ast.expr, inputs: Mapping[str, int]) -> Bounds:
    match tree:
        case ast.Constant(value=int() as value):
            return int(value), int(value)
        case ast.Name(id=name):
            if name not in inputs:
                raise UsageError(
                    f"the specification names '{name[:40]}', which is not an input",
                    hint=f"the inputs are {', '.join(inputs)}",
                )
            return 0, 2 ** inputs[name] - 1
        case ast.Subscript(value=word, slice=ast.Constant(value=int() as place)) if place >= 0 and (
            isinstance(word, ast.Name) or place < MOST_BITS
        ):
            expression_bounds(word, inputs)
            if isinstance(word, ast.Name) and place >= inputs[word.id]:
                raise UsageError(
                    f"the specification names bit {place} of '{word.id}', which has {inputs[word.id]}",
                    hint=f"the highest is {word.id}[{inputs[word.id] - 1}]",
                )
            return 0, 1
        case ast.Set(elts=parts):
            bits = 0
            for part in parts:
                if not isinstance(part, ast.Name | ast.Subscript):
                    raise UsageError(
                        "the specification joins what has no width of its own in braces",
                        hint="join inputs and their bits, as in {a, b[3]}",
                    )
                bits += expression_bounds(part, inputs)[1].bit_length()
            return 0, 2**bits - 1
        case ast.IfExp(test=test, body=body, orelse=other):
            expression_bounds(test, inputs)
            ends = (*expression_bounds(body, inputs), *expression_bounds(other, inputs))
            return min(ends), max(ends)
        case ast.Call(func=ast.Name(id="parity" | "popcount" as name), args=[word], keywords=[]):
            least, most = expression_bounds(word, inputs)
            if least < 0:
                raise UsageError(f"the specification takes {name} of what may be negative")
            return 0, 1 if name == "parity" else most.bit_length()
        case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=word):
            least, most = expression_bounds(word, inputs)
            return -most - 1, -least
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]) if (
            type(op) in _OPERATIONS
        ):
            return _joined(op, expression_bounds(left, inputs), expression_bounds(right, inputs))
    if isinstance(tree, ast.Compare) and len(tree.ops) > 1:
        raise UsageError(
            f"the specification compares more than two at once, '{ast.unparse(tree)[:40]}'",
            hint=_BRACKETS,
        )
    if isinstance(tree, ast.BoolOp):
        sign = _SIGNS[type(tree.op).__name__]
        raise UsageError(f"the specification has the word '{sign}'", hint=_BRACKETS)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        raise UsageError(
            "the specification has the word 'not'",
            hint="write == 0 instead, as in a == 0 or (a < 8) == 0",
        )
    raise UsageError(
        f"the specification has a word that is unknown here, '{_unknown(tree)}'",
        hint="it takes + - *, & | ^ ~, << >>, comparisons, x if c else y, parity, popcount, a[3], {a, b}",
    )


_BRACKETS = "write & and |, with brackets around what is compared, as in (a < 8) & (b < 8)"

_SIGNS = {
    "Not": "not",
    "And": "and",
    "Or": "or",
    "UAdd": "+",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "MatMult": "@",
    "In": "in",
    "NotIn": "not in",
    "Is": "is",
    "IsNot": "is not",
}


def _unknown(tree: ast.expr) -> str:
    """The word of an expression that is unknown here, or all of it."""
    match tree:
        case ast.Call(func=ast.Name(id=name)) if name not in ("parity", "popcount"):
            return name
        case ast.Compare(ops=[op]) | ast.UnaryOp(op) | ast.BinOp(op=op):
            return _SIGNS[type(op).__name__]
    return ast.unparse(tree)[:40]


def _joined(op: ast.AST, left: Bounds, right: Bounds) -> Bounds:
    match op:
        case ast.Add():
            return left[0] + right[0], left[1] + right[1]
        case ast.Sub():
            return left[0] - right[1], left[1] - right[0]
        case ast.Mult():
            ends = [a * b for a in left for b in right]
            return min(ends), max(ends)
        case ast.LShift() | ast.RShift():
            if right[0] < 0:
                raise UsageError("the specification shifts by a number that may be negative")
            if isinstance(op, ast.RShift):
                return min(left[0], 0), max(left[1], 0)
            if right[1] > MOST_BITS:
                raise UsageError("the specification shifts too far")
            return min(left[0], left[0] << right[1]), max(left[1], left[1] << right[1])
        case ast.BitAnd() | ast.BitOr() | ast.BitXor():
            bits = max(abs(each).bit_length() for each in (*left, *right))
            return -(2**bits) if min(left[0], right[0]) < 0 else 0, 2**bits - 1
    return 0, 1
