r"""The gates of a Verilog module that is written as gates alone, counted as they are written.

An elaborator makes an AND and a NOT of a ``nand`` and takes out what it does not need. Who is asked for a circuit
of NANDs writes ``nand g1(n, a, b);`` and means one.

Example:
    >>> gates = "nand (n, a, b), (m, a, n); nand (k, n, b), (y, m, k);"
    >>> written_gates(f"module x(input a, b, output y); wire n, m, k; {gates} endmodule")
    ({'nand': 4}, 3)
    >>> written_gates("module x(input a, output y); assign y = ~a; endmodule") is None
    True
"""

from __future__ import annotations

import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter

from gatewright.formats.verilog.text import COMMENT

_MODULE = re.compile(r"\s*module\b[^;]*;(.*?)\bendmodule\s*", re.DOTALL)
_DECLARES = re.compile(r"(?:input|output|wire)\b[^=]*")
_GATES = re.compile(r"(and|or|nand|nor|xor|xnor|not|buf)\b(.*)", re.DOTALL)
_PLACED = re.compile(r"\s*(?:[A-Za-z_][\w$]*)?\s*\(([^(){}]*)\)\s*(,|$)")
_TERM = re.compile(r"[A-Za-z_][\w$]*(?:\[\d+\])?|1'b[01]")


def written_gates(text: str) -> tuple[dict[str, int], int] | None:
    """The gates of a module by kind, and how many its longest way passes.

    A gate of more than two inputs has their number in the name of its kind, as in ``nand3``.

    Args:
        text: of a file, with its comments.

    Returns:
        None if the file holds anything but one module of declarations and gates.
    """
    module = _MODULE.fullmatch(re.sub(COMMENT, " ", text))
    if (
        module is None or "`" in text or "\\" in text
    ):  # macros, and names that may look like comments
        return None
    kinds: Counter[str] = Counter()
    read: dict[str, list[str]] = {}
    for statement in map(str.strip, module[1].split(";")):
        if not statement or _DECLARES.fullmatch(statement):
            continue
        gates = _GATES.fullmatch(statement)
        placed = _placed(gates[2]) if gates else None
        if gates is None or placed is None:
            return None
        for out, *inputs in placed:
            if not inputs or (gates[1] in ("not", "buf") and len(inputs) > 1) or out in read:
                return None
            kinds[gates[1] if len(inputs) < 3 else f"{gates[1]}{len(inputs)}"] += 1
            read[out] = inputs
    levels = _levels(read)
    return None if levels is None else (dict(sorted(kinds.items())), levels)


def _placed(text: str) -> list[list[str]] | None:
    """The terminals of every gate of a statement, its output first; None if they are not plain nets."""
    found, at = [], 0
    while True:
        gate = _PLACED.match(text, at)
        if gate is None:
            return None
        terms = ["".join(each.split()) for each in gate[1].split(",")]
        if not all(map(_TERM.fullmatch, terms)):
            return None
        found.append(terms)
        at = gate.end()
        if not gate[2]:
            return found


def _levels(read: dict[str, list[str]]) -> int | None:
    """Gates on the longest way, by what each net's gate reads; None if they feed themselves."""
    level: dict[str, int] = {}
    try:
        for net in TopologicalSorter(read).static_order():
            inputs = read.get(net)
            level[net] = 1 + max(level[each] for each in inputs) if inputs else 0
    except CycleError:
        return None
    return max(level.values(), default=0)
