r"""Evaluates ``.bench`` text with the gates of 1985, for the tests; shares no code with the reader.

Example:
    >>> evaluate("INPUT(a)\nINPUT(b)\nOUTPUT(y)\ny = NOR(n, b)\nn = NOT(a)\n", {"a": 0b0011, "b": 0b0101}, 4)
    {'y': 2}
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import reduce

_GATES = {
    "AND": (operator.and_, False),
    "NAND": (operator.and_, True),
    "OR": (operator.or_, False),
    "NOR": (operator.or_, True),
    "XOR": (operator.xor, False),
    "XNOR": (operator.xor, True),
}


def evaluate(text: str, inputs: Mapping[str, int], patterns: int) -> dict[str, int]:
    """Every output; a signal is an integer, bit *i* its value in pattern *i*."""
    every = (1 << patterns) - 1
    gates: dict[str, tuple[str, list[str]]] = {}
    declared: dict[str, list[str]] = {"INPUT": [], "OUTPUT": []}
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        assert line.endswith(")"), line
        head, pins = line[:-1].split("(")
        nets = [net.strip() for net in pins.split(",")]
        if "=" not in head:
            declared[head.strip()] += nets
            continue
        net, kind = (word.strip() for word in head.split("="))
        assert net not in gates, f"driven twice: {net}"
        gates[net] = kind, nets
    assert sorted(declared["INPUT"]) == sorted(inputs)
    assert not gates.keys() & inputs.keys()
    values = dict(inputs)
    waiting = list(gates)
    while waiting:
        later = []
        for net in waiting:
            kind, nets = gates[net]
            if any(pin not in values for pin in nets):
                later.append(net)
                continue
            values[net] = _gate(kind, [values[pin] for pin in nets], every)
        assert len(later) < len(waiting), f"nothing drives what these read: {later}"
        waiting = later
    return {net: values[net] for net in declared["OUTPUT"]}


def _gate(kind: str, pins: list[int], every: int) -> int:
    if kind in ("NOT", "BUFF"):
        (only,) = pins
        return only if kind == "BUFF" else only ^ every
    operation, negated = _GATES[kind]
    return reduce(operation, pins) ^ (every if negated else 0)
