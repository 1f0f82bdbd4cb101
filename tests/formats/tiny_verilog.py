r"""Evaluates structural Verilog made of modules, instances and assignments; written for the tests.

Example:
    >>> text = "module top(a, y);\n input [1:0] a;\n output y;\n assign y = a[0] & ~a[1];\nendmodule"
    >>> bits = np.array([0, 1], dtype=np.uint8)
    >>> evaluate(text, {"a[0]": np.array([1, 1], dtype=np.uint8), "a[1]": bits})["y"].tolist()
    [1, 0]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gatewright.arrays import Bits

TOKEN = re.compile(r"\\(\S+)\s|([A-Za-z_]\w*)|(1'b[01])|(\d+)|([()\[\]{};:,.=&|^~])|(\S)")


@dataclass
class Module:
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    wires: set[str] = field(default_factory=set)
    assigns: dict[str, list[str]] = field(default_factory=dict)
    places: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def evaluate(text: str, inputs: Mapping[str, Bits]) -> dict[str, Bits]:
    """The outputs of the first module, bit by bit; every signal is one bit for each pattern."""
    modules = read(text)
    return run(modules, next(iter(modules)), inputs)


def read(text: str) -> dict[str, Module]:
    tokens = scan(re.sub(r"(?m)^ *//.*", "", text))
    modules: dict[str, Module] = {}
    for word in tokens:
        assert word in ("module",), word
        name = next(tokens)[1:]
        assert name not in modules, f"two modules {name}"
        modules[name] = module(tokens)
    return modules


def scan(text: str) -> Iterator[str]:
    """Tokens; a name has a dollar sign before it where it is escaped or no keyword."""
    keywords = {"module", "endmodule", "input", "output", "wire", "assign"}
    for escaped, word, constant, number, sign, other in TOKEN.findall(text):
        assert not other, other
        if escaped or word not in {"", *keywords}:
            yield f"${escaped or word}"
        else:
            yield word or constant or number or sign


def module(tokens: Iterator[str]) -> Module:
    made, listed = Module(), statement(tokens)
    declared: list[str] = []
    ranges: dict[str, list[str]] = {}
    while True:
        first = next(tokens)
        if first == "endmodule":
            break
        rest = statement(tokens)
        if first in ("input", "output", "wire"):
            bits: list[str] | None = None
            if rest[0] == "[":
                bits = [f"[{bit}]" for bit in range(int(rest[3]), int(rest[1]) + 1)]
                rest = rest[5:]
            assert rest[1::2] == [","] * (len(rest) // 2)
            for name in rest[::2]:
                assert name not in ranges, f"{name} is declared twice"
                ranges[name] = [f"{name[1:]}{bit}" for bit in bits or [""]]
                if first != "wire":
                    declared.append(name)
                    (made.inputs if first == "input" else made.outputs).extend(ranges[name])
                made.wires.update(ranges[name])
        elif first == "assign":
            at = rest.index("=")
            made.assigns[signal(rest[:at])] = rest[at + 1 :]
        else:
            instance = rest[0]
            assert instance not in ranges, f"{instance} is a net too"
            ranges[instance] = []
            pins = {}
            for pin in " ".join(rest[2:-1]).split(" . ")[0:]:
                words = pin.removeprefix(". ").removesuffix(" ,").split()
                assert words[0] not in pins, words
                pins[words[0][1:]] = signal(words[2:-1])
            made.places.append((first[1:], pins))
    assert listed[0] == "("
    assert [each for each in listed[1:-1] if each != ","] == declared
    return made


def statement(tokens: Iterator[str]) -> list[str]:
    words: list[str] = []
    for word in tokens:
        if word in (";",):
            return words
        words.append(word)
    raise AssertionError("the file is cut off")


def signal(words: list[str]) -> str:
    """A wire, or one bit of a vector."""
    assert words[0].startswith("$"), words
    assert len(words) == 1 or (len(words) == 4 and words[1] == "["), words
    return "".join(words)[1:]


def run(modules: Mapping[str, Module], name: str, inputs: Mapping[str, Bits]) -> dict[str, Bits]:
    made = modules[name]
    assert set(made.inputs) == set(inputs), (made.inputs, list(inputs))
    known = dict(inputs)
    count = len(next(iter(inputs.values())))
    todo: list[tuple[str, list[str] | dict[str, str]]] = [*made.assigns.items(), *made.places]
    while todo:
        waiting: list[tuple[str, list[str] | dict[str, str]]] = []
        for left, right in todo:
            if isinstance(right, dict):
                called = modules[left]
                assert set(right) == {*called.inputs, *called.outputs}, right
                assert made.wires.issuperset(right.values()), right
                if not known.keys() >= {right[pin] for pin in called.inputs}:
                    waiting.append((left, right))
                    continue
                found = run(modules, left, {pin: known[right[pin]] for pin in called.inputs})
                driven = {right[pin]: bits for pin, bits in found.items()}
                assert len(driven) == len(found)
            else:
                value = expression(right, known, count)
                if value is None:
                    waiting.append((left, right))
                    continue
                driven = {left: value}
            assert not driven.keys() & known.keys(), f"{driven.keys()} is driven twice"
            assert made.wires.issuperset(driven), driven
            known.update(driven)
        assert len(waiting) < len(todo), f"no driver, or a cycle: {waiting[:3]}"
        todo = waiting
    return {net: known[net] for net in made.outputs}


def expression(words: list[str], known: Mapping[str, Bits], count: int) -> Bits | None:
    """A constant, or wires with one kind of operator between them; none if a wire is not known yet."""
    if words[0].startswith("1'b"):
        assert len(words) == 1
        return np.full(count, int(words[0][-1]), dtype=np.uint8)
    operators = [each for each in words if each in "&|^"]
    assert len(set(operators)) <= 1, words
    values = []
    for part in " ".join(words).split(f" {operators[0]} " if operators else " none "):
        turned, wire = part.startswith("~ "), signal(part.removeprefix("~ ").split())
        if wire not in known:
            return None
        values.append(1 - known[wire] if turned else known[wire])
    joined = {"&": np.bitwise_and, "|": np.bitwise_or, "^": np.bitwise_xor}
    made = values[0]
    for each in values[1:]:
        made = joined[operators[0]](made, each)
    return made
