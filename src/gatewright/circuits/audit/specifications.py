"""What built-in circuits compute, in the words of an audit's specification.

Example:
    >>> specification("ripple-adder", {"bits": 64})
    ('{cout, sum} = a + b + cin',)
    >>> specification("shift-register", {"bits": 8}) is None
    True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Words = Mapping[str, Any]

_SUM = ("{cout, sum} = a + b + cin",)
_PRODUCT = ("product = a * b",)

_MOST_CHOICES = 64
"""Choices that a specification spells out: an expression may be nested only so deep."""


def specification(name: str, words: Words) -> tuple[str, ...] | None:
    """The lines for a circuit by its name and parameters; None where none are known."""
    made = _KNOWN.get(name)
    return made(words) if made is not None else None


def _fixed(*lines: str) -> Callable[[Words], tuple[str, ...]]:
    return lambda _: lines


def _shifter(words: Words) -> tuple[str, ...] | None:
    bits, way = words["bits"], words["shift"]
    if way in ("rol", "ror") and bits & (bits - 1):
        return None
    return (
        {
            "left": "y = a << amount",
            "right": "y = a >> amount",
            "arithmetic": f"y = a - (a[{bits - 1}] << {bits}) >> amount",
            "rol": f"y = a << amount | a << amount >> {bits}",
            "ror": f"y = a >> amount | a << {bits} >> amount",
        }[way],
    )


def _signed(words: Words) -> tuple[str, ...]:
    top = f"(1 << {words['bits'] - 1})"
    return (
        f"less = (a ^ {top}) < (b ^ {top})",
        "equal = a == b",
        f"greater = (a ^ {top}) > (b ^ {top})",
    )


def _multiplexer(words: Words) -> tuple[str, ...] | None:
    ways = words["ways"]
    if ways > _MOST_CHOICES:
        return None
    said = "".join(f"i{way} if select == {way} else " for way in range(ways - 1))
    return (f"y = {said}i{ways - 1} where select < {ways}",)


def _demultiplexer(words: Words) -> tuple[str, ...]:
    return tuple(f"y{way} = a if select == {way} else 0" for way in range(words["ways"]))


def _priority(words: Words) -> tuple[str, ...] | None:
    if words["bits"] > _MOST_CHOICES:
        return None
    said = "".join(f"{bit} if a[{bit}] else " for bit in range(words["bits"] - 1, 0, -1))
    return (f"index = {said}0", "valid = a != 0")


def _gray(words: Words) -> tuple[str, ...]:
    return (" ^ ".join(["a = gray", *(f"(gray >> {by})" for by in range(1, words["bits"]))]),)


_KNOWN: Mapping[str, Callable[[Words], tuple[str, ...] | None]] = {
    **dict.fromkeys(
        ("ripple-adder", "carry-lookahead", "kogge-stone", "brent-kung", "carry-select"),
        _fixed(*_SUM),
    ),
    "subtractor": _fixed("{bout, diff} = a - b - bin"),
    "ripple-adder-subtractor": lambda words: (
        f"{{cout, result}} = a + ((1 << {words['bits']}) - 1 - b if sub else b) + sub",
    ),
    "incrementer": _fixed("{cout, sum} = a + 1"),
    **dict.fromkeys(("array-multiplier", "wallace-multiplier"), _fixed(*_PRODUCT)),
    "barrel-shifter": _shifter,
    "comparator": _fixed("less = a < b", "equal = a == b", "greater = a > b"),
    "signed-comparator": _signed,
    "equality": _fixed("equal = a == b"),
    "multiplexer": _multiplexer,
    "demultiplexer": _demultiplexer,
    "decoder": _fixed("y = 1 << a"),
    "priority-encoder": _priority,
    "parity-tree": _fixed("parity = parity(a)"),
    "popcount": _fixed("count = popcount(a)"),
    "gray-encoder": _fixed("gray = a ^ (a >> 1)"),
    "gray-decoder": _gray,
}
