"""What a circuit should compute, said in Python's words: lines of text made into a function of integers.

The words are those of an audit's specification. An audit's checker makes a circuit of them; here they are
evaluated, on integers, on arrays of them, and on the symbols that proofs follow.

Example:
    >>> lines, where = told(["a + b where a < 10"], ["sum", "cout"])
    >>> lines, where
    (('{cout, sum} = a + b',), 'a < 10')
    >>> compute = reference(lines, {"a": 4, "b": 4}, {"sum": 4, "cout": 1})
    >>> compute({"a": 9, "b": 8})
    {'sum': 1, 'cout': 1}
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from gatewright.circuits.references.intervals import Bounds
from gatewright.errors import UsageError

MOST_BITS = 1 << 13
"""Of a number on the way."""

_MOST_TEXT = 1 << 16

Values = Mapping[str, Any]


_LEFT = re.compile(r"\s*(\{[^{}=]*\}|[^\s,{}=<>!]+)\s*=(?!=)\s*(.*)", re.DOTALL)
"""What says an output, and what it is."""


class Line(NamedTuple):
    """Outputs as one number, the lowest first, and what it is."""

    outputs: tuple[str, ...]
    value: ast.expr


def says_outputs(text: str) -> bool:
    """Whether a line says which outputs are meant, left of a single ``=``."""
    return _LEFT.match(text) is not None


def told(texts: Sequence[str], outputs: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Lines as somebody wrote them, in full, and where they are to hold.

    What says no output is of all of them as one number, the first the lowest.

    Args:
        texts: as in ``y = a + b``, ``a + b`` or ``y = a + b where a < 10``.
        outputs: the names of all.

    Raises:
        UsageError: they are to hold in different places.
    """
    parts = [text.partition(" where ") for text in texts]
    places = list(dict.fromkeys(where.strip() for _, _, where in parts if where))
    if len(places) > 1:
        raise UsageError(
            f"a specification holds where {places[0]} and where {places[1]}",
            hint="say one condition for all of it",
        )
    every = outputs[0] if len(outputs) == 1 else f"{{{', '.join(reversed(outputs))}}}"
    lines = []
    for line, _, _ in parts:
        found = _LEFT.match(line)
        left, right = (found[1], found[2]) if found is not None else (every, line)
        names = ", ".join(name.strip() for name in left.strip("{}").split(","))
        lines.append(f"{f'{{{names}}}' if left[:1] == '{' else names} = {right.strip()}")
    return tuple(lines), places[0] if places else ""


def reference(
    lines: Sequence[str],
    inputs: Mapping[str, int],
    outputs: Mapping[str, int],
    *,
    whole: bool = True,
) -> Callable[..., dict[str, Any]]:
    """The function that lines say.

    Args:
        lines: in full, as `told` gives them.
        inputs: the width of every input bus.
        outputs: and of every output bus.
        whole: whether every output has to be said; others are left out of what the function gives.

    Raises:
        UsageError: a line is no expression of the inputs, or of an output they say nothing, or twice.
    """
    parsed = [_line(line, outputs) for line in lines]
    said = [name for line in parsed for name in line.outputs]
    for name in outputs:
        if said.count(name) > 1 or (whole and name not in said):
            many = "twice" if said.count(name) else "nowhere"
            raise UsageError(
                f"the specification says {many} what output '{name}' is",
                hint=f"say it once, as in '{name} = a + b', or '{{cout, sum}} = a + b' of several",
            )
    for line in parsed:
        called = [each.func for each in ast.walk(line.value) if isinstance(each, ast.Call)]
        for each in ast.walk(line.value):
            if not isinstance(each, ast.Name) or each in called:
                continue
            if each.id in outputs and each.id not in inputs:
                raise UsageError(
                    f"the specification names '{each.id[:40]}', which is no input",
                    hint="it is an output: they stand left of a single =, as in '{cout, sum} = a + b'",
                )
        _bounds(line.value, inputs)
    return partial(_computed, parsed, dict(inputs), dict(outputs))


def condition(text: str, inputs: Mapping[str, int]) -> Callable[..., Any]:
    """The function that says where a condition holds.

    Raises:
        UsageError: it is no expression of the inputs.
    """
    tree = _parsed(text)
    _bounds(tree, inputs)
    return partial(_holds, tree, dict(inputs))


def _computed(
    lines: Sequence[Line],
    inputs: Mapping[str, int],
    outputs: Mapping[str, int],
    buses: Values,
    **_: Any,
) -> dict[str, Any]:
    """What lines say of some inputs; a circuit's parameters make no difference."""
    found = {}
    for line in lines:
        value = _value(line.value, buses, inputs)
        for name in line.outputs:
            found[name] = value % 2 ** outputs[name]
            value = value >> outputs[name]
    return {name: found[name] for name in outputs if name in found}


def _holds(tree: ast.expr, inputs: Mapping[str, int], buses: Values, **_: Any) -> Any:
    return _value(tree, buses, inputs) != 0


def _line(text: str, outputs: Mapping[str, int]) -> Line:
    left, _, right = text.partition(" = ")
    left = left.strip()
    names = [each.strip() for each in left.strip("{}").split(",")]
    if not re.fullmatch(r"[^,{}]+|\{[^{}]+\}", left) or not all(name in outputs for name in names):
        known = ", ".join(outputs)
        raise UsageError(
            f"'{left[:60]}' does not say which outputs are meant", hint=f"the outputs are {known}"
        )
    return Line(tuple(reversed(names)), _parsed(right))


def _parsed(text: str) -> ast.expr:
    try:
        if len(text) > _MOST_TEXT or "#" in text:
            raise ValueError
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(
            f"'{text[:60]}' is not an expression of Python", hint="as in 'a * b + c'"
        ) from None


# What an expression is worth, and between which numbers that lies. The two walk the same words.


def _value(tree: ast.expr, buses: Values, inputs: Mapping[str, int]) -> Any:
    def of(part: ast.expr) -> Any:
        return _value(part, buses, inputs)

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
                place += _bounds(part, inputs)[1].bit_length()
            return total
        case ast.IfExp(test=test, body=body, orelse=other):
            holds = (of(test) != 0) * 1
            return holds * of(body) + (1 - holds) * of(other)
        case ast.Call(func=ast.Name(id=name), args=[word]):
            bits = _bounds(word, inputs)[1].bit_length()
            value = of(word)
            ones = sum((value >> place) % 2 for place in range(bits))
            return ones % 2 if name == "parity" else ones
        case ast.UnaryOp(op=op, operand=word):
            return -of(word) if isinstance(op, ast.USub) else ~of(word)
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return _OPERATIONS[type(op)](of(left), of(right))
    raise AssertionError(ast.dump(tree))  # `_bounds` refuses what is unknown


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


def _bounds(tree: ast.expr, inputs: Mapping[str, int]) -> Bounds:
    """Between which numbers an expression lies.

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
                    f"the specification names '{name[:40]}', which is no input",
                    hint=f"the inputs are {', '.join(inputs)}",
                )
            return 0, 2 ** inputs[name] - 1
        case ast.Subscript(value=word, slice=ast.Constant(value=int() as place)) if (
            0 <= place < MOST_BITS
        ):
            _bounds(word, inputs)
            return 0, 1
        case ast.Set(elts=parts):
            bits = 0
            for part in parts:
                if not isinstance(part, ast.Name | ast.Subscript):
                    raise UsageError(
                        "the specification joins what has no width of its own in braces",
                        hint="join inputs and their bits, as in {a, b[3]}",
                    )
                bits += _bounds(part, inputs)[1].bit_length()
            return 0, 2**bits - 1
        case ast.IfExp(test=test, body=body, orelse=other):
            _bounds(test, inputs)
            ends = (*_bounds(body, inputs), *_bounds(other, inputs))
            return min(ends), max(ends)
        case ast.Call(func=ast.Name(id="parity" | "popcount" as name), args=[word], keywords=[]):
            least, most = _bounds(word, inputs)
            if least < 0:
                raise UsageError(f"the specification takes {name} of what may be negative")
            return 0, 1 if name == "parity" else most.bit_length()
        case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=word):
            least, most = _bounds(word, inputs)
            return -most - 1, -least
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]) if (
            type(op) in _OPERATIONS
        ):
            return _joined(op, _bounds(left, inputs), _bounds(right, inputs))
    raise UsageError(
        f"the specification has a word that is unknown here, '{_unknown(tree)}'",
        hint="it takes + - *, & | ^ ~, << >>, comparisons, x if c else y, parity, popcount, a[3], {a, b}",
    )


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
        case ast.Compare(ops=[op]) | ast.UnaryOp(op) | ast.BoolOp(op) | ast.BinOp(op=op):
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
