r"""Evaluates hierarchical, combinational BLIF; written from the format's description for the tests.

Example:
    >>> text = ".model top\n.inputs a\n.outputs y\n.names a y\n0 1\n.end"
    >>> evaluate(text, {"a": np.array([0, 1], dtype=np.uint8)})["y"].tolist()
    [1, 0]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gatewright.arrays import Bits


@dataclass
class Model:
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    parts: list[list[str]] = field(default_factory=list)


def evaluate(text: str, inputs: Mapping[str, Bits]) -> dict[str, Bits]:
    """The outputs of the first model; every signal is one bit for each pattern, shape (patterns,)."""
    models: dict[str, Model] = {}
    text = re.sub("#.*", "", text).replace("\\\n", " ")
    for line in filter(None, map(str.split, text.splitlines())):
        if line[0] == ".model":
            assert line[1] not in models, f"two models {line[1]}"
            current = models[line[1]] = Model()
        elif line[0] == ".inputs":
            current.inputs += line[1:]
        elif line[0] == ".outputs":
            current.outputs += line[1:]
        elif line[0] in (".names", ".subckt"):
            current.parts.append(line)
        elif line[0] != ".end":
            assert line[0][0] in "01-", f"unknown line {line}"
            current.parts[-1].append(" ".join(line))
    return _model(models, next(iter(models)), inputs)


def _model(models: dict[str, Model], name: str, inputs: Mapping[str, Bits]) -> dict[str, Bits]:
    model = models[name]
    assert sorted(inputs) == sorted(model.inputs), f"inputs of {name}: {list(inputs)}"
    signals = dict(inputs)
    waiting = model.parts
    while waiting:
        later = []
        for part in waiting:
            made = (_subckt if part[0] == ".subckt" else _names)(models, part, signals)
            assert not made.keys() & signals.keys(), f"driven twice: {part}"
            signals.update(made)
            if not made:
                later.append(part)
        assert len(later) < len(waiting), f"nothing drives what these read: {later}"
        waiting = later
    return {net: signals[net] for net in model.outputs}


def _subckt(models: dict[str, Model], part: list[str], signals: dict[str, Bits]) -> dict[str, Bits]:
    pins = dict(pin.split("=", 1) for pin in part[2:])
    reads = {pin: pins.pop(pin) for pin in models[part[1]].inputs}
    if not signals.keys() >= set(reads.values()):
        return {}
    given = _model(models, part[1], {pin: signals[net] for pin, net in reads.items()})
    assert given.keys() == pins.keys(), f"outputs of {part[1]}: {list(pins)}"
    return {pins[pin]: value for pin, value in given.items()}


def _names(_: dict[str, Model], part: list[str], signals: dict[str, Bits]) -> dict[str, Bits]:
    nets = [word for word in part[1:] if " " not in word]
    cubes = [word.split() for word in part[1:] if " " in word]
    *reads, driven = nets
    if not signals.keys() >= set(reads):
        return {}
    result = np.zeros_like(next(iter(signals.values())))
    for pattern, value in cubes:
        assert value == "1", "covers of ones only"
        assert len(pattern) == len(reads), f"{pattern} does not fit {reads}"
        cube = np.ones_like(result)
        for bit, net in zip(pattern, reads, strict=True):
            cube &= 1 if bit == "-" else signals[net] == int(bit)
        result |= cube
    return {driven: result}
