"""Boolean expressions as truth tables: ``a ^ b``, or several outputs as ``sum = a ^ b; carry = a & b``.

The operators are those of Python: ``~`` or ``not``, ``&`` or ``and``, ``^``, ``|`` or ``or``, and the constants
0 and 1. Text is parsed, never executed.

Example:
    >>> table_of_expression("a & (b | ~c)").ones
    (208,)
    >>> table_of_expression("sum = a ^ b; carry = a & b").outputs
    ('sum', 'carry')
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from gatewright.errors import TableError
from gatewright.logic.truth_table import MAX_INPUTS, TruthTable

OUTPUT = "y"
"""The name of an output without a name of its own; if an input has it, the next of `_OTHERS` that none has."""

_OTHERS = ("out", "z", "q", "output")

MOST_LETTERS = 10_000
"""Most characters of an expression."""

_EXAMPLE = "write it as in 'a ^ b' or 'sum = a ^ b; carry = a & b'"

_BINARY: Mapping[type[ast.operator], Callable[[bool, bool], bool]] = {
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
    ast.BitXor: lambda a, b: a ^ b,
}


def table_of_expression(text: str) -> TruthTable:
    """The truth table of an expression; its inputs are in the order of their names, x2 before x10.

    Args:
        text: one expression, or several with names, on a line each or with ``;`` between them.

    Raises:
        TableError: it cannot be read, or has no inputs or too many.
    """
    outputs = dict(_outputs(text))
    names = sorted({name for tree in outputs.values() for name in _names(tree)}, key=_counted)
    if not names:
        raise TableError(f"'{text}' names no input", hint=_EXAMPLE)
    if len(names) > MAX_INPUTS:
        raise TableError(
            f"the expression has {len(names)} inputs, more than the {MAX_INPUTS} of a truth table",
            hint="build wider functions as circuits of gates",
        )

    def row(*bits: int) -> list[int]:
        values = dict(zip(names, map(bool, bits), strict=True))
        return [int(_value(tree, values)) for tree in outputs.values()]

    return TruthTable.from_function(row, names, list(outputs))


def _outputs(text: str) -> Iterator[tuple[str, ast.expr]]:
    """The name and the expression of each output, checked."""
    if len(text) > MOST_LETTERS:
        raise TableError(
            f"an expression of {len(text)} characters is too long", hint=f"at most {MOST_LETTERS}"
        )
    try:
        lines = ast.parse(text.strip().replace("!", "~")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise TableError(f"'{text}' cannot be read as an expression", hint=_EXAMPLE) from None
    named = len(lines) > 1
    seen: set[str] = set()
    for line in lines:
        name = OUTPUT
        if isinstance(line, ast.Assign) and len(line.targets) == 1:
            (target,) = line.targets
            if isinstance(target, ast.Name):
                name, tree = target.id, line.value
            else:
                raise TableError(f"'{ast.unparse(target)}' is not a name", hint=_EXAMPLE)
        elif isinstance(line, ast.Expr) and not named:
            tree = line.value
            taken = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
            name = next((each for each in (OUTPUT, *_OTHERS) if each not in taken), OUTPUT)
        else:
            raise TableError(f"'{ast.unparse(line)}' is not an output with its name", hint=_EXAMPLE)
        if name in seen:
            raise TableError(f"the output '{name}' is given twice", hint="give it once")
        seen.add(name)
        yield name, tree


def _counted(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key by which x2 comes before x10; of two that count the same, as x1 and x01, the text decides."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def _names(tree: ast.expr) -> Iterator[str]:
    """The inputs of an expression that holds nothing but operators, names and constants."""
    if isinstance(tree, ast.Name):
        yield tree.id
    elif isinstance(tree, ast.Constant) and tree.value in (0, 1):
        return
    elif isinstance(tree, ast.BinOp) and type(tree.op) in _BINARY:
        yield from _names(tree.left)
        yield from _names(tree.right)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Invert | ast.Not):
        yield from _names(tree.operand)
    elif isinstance(tree, ast.BoolOp):
        for each in tree.values:
            yield from _names(each)
    else:
        raise TableError(
            f"'{ast.unparse(tree)}' is not of Boolean logic",
            hint="its operators are ~ & ^ | and not, and, or",
        )


def _value(tree: ast.expr, values: Mapping[str, bool]) -> bool:
    match tree:
        case ast.Name():
            return values[tree.id]
        case ast.Constant():
            return bool(tree.value)
        case ast.BinOp():
            return _BINARY[type(tree.op)](_value(tree.left, values), _value(tree.right, values))
        case ast.UnaryOp():
            return not _value(tree.operand, values)
        case ast.BoolOp():
            found = [_value(each, values) for each in tree.values]
            return all(found) if isinstance(tree.op, ast.And) else any(found)
    raise AssertionError(ast.dump(tree))  # `_names` has looked
