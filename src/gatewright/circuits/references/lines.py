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

from gatewright.circuits.references.expressions import (
    Values,
    expression_bounds,
    expression_value,
    parsed,
)
from gatewright.errors import UsageError

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
        UsageError: a line is not an expression of the inputs, or of an output they say nothing, or twice.
    """
    read = [_line(line, outputs) for line in lines]
    said = [name for line in read for name in line.outputs]
    for name in outputs:
        if said.count(name) > 1 or (whole and name not in said):
            many = "twice" if said.count(name) else "nowhere"
            raise UsageError(
                f"the specification says {many} what output '{name}' is",
                hint=f"say it once, as in '{name} = a + b', or '{{cout, sum}} = a + b' of several",
            )
    for line in read:
        called = [each.func for each in ast.walk(line.value) if isinstance(each, ast.Call)]
        for each in ast.walk(line.value):
            if not isinstance(each, ast.Name) or each in called:
                continue
            if each.id in outputs and each.id not in inputs:
                raise UsageError(
                    f"the specification names '{each.id[:40]}', which is not an input",
                    hint="it is an output: they stand left of a single =, as in '{cout, sum} = a + b'",
                )
        expression_bounds(line.value, inputs)
    return partial(_computed, read, dict(inputs), dict(outputs))


def condition(text: str, inputs: Mapping[str, int]) -> Callable[..., Any]:
    """The function that says where a condition holds.

    Raises:
        UsageError: it is not an expression of the inputs.
    """
    tree = parsed(text)
    expression_bounds(tree, inputs)
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
        value = expression_value(line.value, buses, inputs)
        for name in line.outputs:
            found[name] = value % 2 ** outputs[name]
            value = value >> outputs[name]
    return {name: found[name] for name in outputs if name in found}


def _holds(tree: ast.expr, inputs: Mapping[str, int], buses: Values, **_: Any) -> Any:
    return expression_value(tree, buses, inputs) != 0


def _line(text: str, outputs: Mapping[str, int]) -> Line:
    left, _, right = text.partition(" = ")
    left = left.strip()
    names = [each.strip() for each in left.strip("{}").split(",")]
    if not re.fullmatch(r"[^,{}]+|\{[^{}]+\}", left) or not all(name in outputs for name in names):
        known = ", ".join(outputs)
        raise UsageError(
            f"'{left[:60]}' does not say which outputs are meant", hint=f"the outputs are {known}"
        )
    return Line(tuple(reversed(names)), parsed(right))
