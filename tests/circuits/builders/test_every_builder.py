"""Every builder against integers worked out here, on every pattern of every small width and at 64 bits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, Protocol

import numpy as np
import pytest
from tests.strategies import few

from gatewright.arrays import Integers
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.verify import verify
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

Words = dict[str, Any]
Values = Mapping[str, int]


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


def signed(number: int, bits: int) -> int:
    return number - 2**bits if number >> (bits - 1) else number


def total(v: Values, bits: int) -> dict[str, int]:
    cout, s = divmod(v["a"] + v["b"] + v["cin"], 2**bits)
    return {"sum": s, "cout": cout}


def difference(v: Values, bits: int) -> dict[str, int]:
    rest = v["a"] - v["b"] - v["bin"]
    return {"diff": rest & (2**bits - 1), "bout": int(rest < 0)}


def either(v: Values, bits: int) -> dict[str, int]:
    rest = v["a"] - v["b"] if v["sub"] else v["a"] + v["b"]
    cout = rest >= 0 if v["sub"] else rest >= 2**bits
    return {"result": rest & (2**bits - 1), "cout": int(cout)}


def order(a: int, b: int) -> dict[str, int]:
    return {"less": int(a < b), "equal": int(a == b), "greater": int(a > b)}


def division(v: Values, bits: int) -> dict[str, int]:
    quotient, remainder = divmod(v["a"], v["b"]) if v["b"] else (2**bits - 1, v["a"])
    return {"quotient": quotient, "remainder": remainder}


def root(v: Values, bits: int) -> dict[str, int]:
    found = math.isqrt(v["a"])
    return {"root": found, "remainder": v["a"] - found**2}


def high_product(v: Values, bits: int, columns: int) -> dict[str, int]:
    kept = [
        1 << i + j
        for i in range(bits)
        for j in range(bits)
        if i + j >= columns and v["a"] >> i & v["b"] >> j & 1
    ]
    return {"high": sum(kept) >> columns}


def few_steps(v: Values, bits: int, steps: int) -> dict[str, int]:
    most = 2**steps - 1
    quotient = min(v["a"] // v["b"], most) if v["b"] else most
    return {"quotient": quotient, "remainder": v["a"] - quotient * v["b"]}


def shift(v: Values, bits: int, shift: str) -> dict[str, int]:
    a, amount = v["a"], v["amount"]
    if shift == "left":
        y = a << amount
    elif shift == "right":
        y = a >> amount
    elif shift == "arithmetic":
        y = signed(a, bits) >> amount
    else:
        turn = amount % bits if shift == "rol" else -amount % bits
        y = a << turn | a >> (bits - turn)
    return {"y": y & (2**bits - 1)}


def ways(v: Values, ways: int, bits: int) -> dict[str, int]:
    return {"y": v[f"i{v['select']}"]} if v["select"] < ways else {}


def spread(v: Values, ways: int, bits: int) -> dict[str, int]:
    return {f"y{way}": v["a"] if way == v["select"] else 0 for way in range(ways)}


def highest(v: Values, bits: int) -> dict[str, int]:
    return {"index": max(v["a"].bit_length() - 1, 0), "valid": int(v["a"] > 0)}


def number_of_gray(v: Values, bits: int) -> dict[str, int]:
    a, rest = 0, v["gray"]
    while rest:
        a, rest = a ^ rest, rest >> 1
    return {"a": a}


def hamming_code(data: int) -> int:
    d1, d2, d3, d4 = (data >> bit & 1 for bit in range(4))
    code = (d1 ^ d2 ^ d4, d1 ^ d3 ^ d4, d1, d2 ^ d3 ^ d4, d2, d3, d4)
    return sum(bit << place for place, bit in enumerate(code))


def corrected(v: Values) -> dict[str, int]:
    for data, position in product(range(16), range(8)):
        if v["code"] == hamming_code(data) ^ (1 << position >> 1):
            return {"data": data, "position": position}
    raise AssertionError("no code word within one bit")


# The usual font, a bit a segment, a the lowest; 6 and 9 with tails, b and d small.
FONT = bytes.fromhex("3f065b4f666d7d077f6f777c395e7971")


def display(v: Values, digits: int) -> dict[str, int]:
    return {f"s{place}": FONT[v["a"] >> 4 * place & 15] for place in range(digits)}


def calculation(v: Values, bits: int) -> dict[str, int]:
    a, b, op = v["a"], v["b"], v["op"]
    mask, signs = 2**bits - 1, (signed(a, bits), signed(b, bits))
    carry = overflow = 0
    if op == 4:
        carry = (a + b) >> bits
        overflow = int(not -(2**bits) <= 2 * sum(signs) < 2**bits)
    elif op > 4:
        carry = int(a >= b)
        overflow = int(not -(2**bits) <= 2 * (signs[0] - signs[1]) < 2**bits)
    result = [a & b, a | b, a ^ b, ~(a | b), a + b, a - b, signs[0] < signs[1], a < b][op] & mask
    return {
        "result": result,
        "zero": int(result == 0),
        "negative": result >> (bits - 1),
        "carry": carry,
        "overflow": overflow,
    }


def widths(last: int, first: int = 1, **words: Any) -> list[Words]:
    return [{"bits": bits, **words} for bits in range(first, last + 1)]


SHIFTS = ("left", "right", "arithmetic", "rol", "ror")
SELECTED = [
    {"ways": number, "bits": bits}
    for number in range(2, 14)
    for bits in range(1, 8)
    if number * bits + (number - 1).bit_length() <= 16
]
SPREAD = [{"ways": number, "bits": bits} for number in (2, 3, 4, 5, 8, 13) for bits in range(1, 5)]

CASES: dict[str, tuple[list[Words], Callable[..., dict[str, int]], list[Words]]] = {
    "ripple-adder": (
        [*widths(7), *widths(7, from_="half-adders")],
        lambda v, bits, **_: total(v, bits),
        [{"bits": 64}],
    ),
    "carry-lookahead": (widths(7), total, [{"bits": 64}]),
    "kogge-stone": (widths(7), total, [{"bits": 64}]),
    "brent-kung": (widths(7), total, [{"bits": 64}]),
    "carry-select": (widths(7), total, [{"bits": 64}]),
    "subtractor": (widths(7), difference, [{"bits": 64}]),
    "ripple-adder-subtractor": (widths(7), either, [{"bits": 64}]),
    "incrementer": (
        widths(16),
        lambda v, bits: {"sum": (v["a"] + 1) & (2**bits - 1), "cout": (v["a"] + 1) >> bits},
        [{"bits": 64}],
    ),
    "array-multiplier": (
        widths(8, 2),
        lambda v, **_: {"product": v["a"] * v["b"]},
        [{"bits": 32}, {"bits": 64}],
    ),
    "wallace-multiplier": (
        widths(8, 2),
        lambda v, **_: {"product": v["a"] * v["b"]},
        [{"bits": 33}, {"bits": 64}],
    ),
    "divider": (widths(8), division, [{"bits": 31}, {"bits": 64}]),
    "square-root": (widths(16, 2), root, [{"bits": 61}, {"bits": 64}, {"bits": 256}]),
    "truncated-multiplier": (
        [
            {"bits": bits, "columns": columns}
            for bits in range(2, 8)
            for columns in range(1, 2 * bits - 2)
        ],
        high_product,
        [{"bits": 33, "columns": 20}, {"bits": 64, "columns": 60}],
    ),
    "truncated-divider": (
        [{"bits": bits, "steps": steps} for bits in range(1, 8) for steps in range(1, bits + 1)],
        few_steps,
        [{"bits": 31, "steps": 8}, {"bits": 64, "steps": 6}],
    ),
    "barrel-shifter": (
        [each for name in SHIFTS for each in widths(12, 2, shift=name)],
        shift,
        [{"bits": bits, "shift": name} for name in SHIFTS for bits in (50, 64)],
    ),
    "comparator": (widths(8), lambda v, **_: order(v["a"], v["b"]), [{"bits": 64}]),
    "signed-comparator": (
        widths(8),
        lambda v, bits: order(signed(v["a"], bits), signed(v["b"], bits)),
        [{"bits": 31}, {"bits": 64}],
    ),
    "equality": (widths(8), lambda v, **_: {"equal": int(v["a"] == v["b"])}, [{"bits": 64}]),
    "multiplexer": (SELECTED, ways, [{"ways": 37, "bits": 64}, {"ways": 256, "bits": 2}]),
    "demultiplexer": (SPREAD, spread, [{"ways": 100, "bits": 64}, {"ways": 256, "bits": 50}]),
    "decoder": (widths(8), lambda v, **_: {"y": 1 << v["a"]}, [{"bits": 12}]),
    "priority-encoder": (widths(16, 2), highest, [{"bits": 62}, {"bits": 64}, {"bits": 1000}]),
    "parity-tree": (
        widths(16),
        lambda v, **_: {"parity": v["a"].bit_count() & 1},
        [{"bits": 64}],
    ),
    "popcount": (
        widths(16),
        lambda v, **_: {"count": v["a"].bit_count()},
        [{"bits": 62}, {"bits": 64}, {"bits": 1000}],
    ),
    "gray-encoder": (widths(16, 2), lambda v, **_: {"gray": v["a"] ^ v["a"] >> 1}, [{"bits": 64}]),
    "gray-decoder": (widths(16, 2), number_of_gray, [{"bits": 64}]),
    "hamming-encoder": ([{}], lambda v: {"code": hamming_code(v["data"])}, []),
    "hamming-corrector": ([{}], corrected, []),
    "hex-display": ([{"digits": digits} for digits in range(1, 5)], display, [{"digits": 16}]),
    "alu": (widths(6), calculation, [{"bits": 29}, {"bits": 64}]),
}


def named(words: Words) -> dict[str, Value]:
    return {name.rstrip("_"): value for name, value in words.items()}


def small() -> Iterator[Any]:
    """Every builder with all its small sizes, of which the ordinary run looks at five or so."""
    for name, (sizes, _, _) in CASES.items():
        some = [*sizes[:4], sizes[len(sizes) // 2]]
        yield pytest.param(name, [each for each in sizes if each in some], id=name)
        if others := [each for each in sizes if each not in some]:
            yield pytest.param(name, others, id=f"{name}, others", marks=pytest.mark.exhaustive)


WIDE = [(name, words) for name, (_, _, wide) in CASES.items() for words in wide]


SLOW = ("demultiplexer", "divider", "barrel-shifter", "alu")


def quick(cases: list[tuple[str, Words]]) -> list[Any]:
    """Cases of which the ordinary run leaves out those that take longest when they are wide."""
    return few(cases, *(at for at, (name, _) in enumerate(cases) if name not in SLOW))


def label(case: object) -> str:
    return " ".join(map(str, case.values())) if isinstance(case, dict) else str(case)


def test_every_circuit_is_here(plugins: Plugins) -> None:
    assert list(CASES) == [each.name for each in plugins.circuits.values() if each.cycle is None]


@pytest.mark.parametrize(("name", "sizes"), list(small()))
def test_exact_gates_equal_the_reference_on_every_pattern(
    made: Made, name: str, sizes: list[Words]
) -> None:
    for words in sizes:
        circuit = made(name, **named(words))
        claim = verify(circuit, None).claims[0]
        patterns = 2 ** len(circuit.netlist.input_nets)
        assert patterns <= 2**16
        assert (claim.outcome, claim.method) == ("proved", "exhaustive")
        assert claim.checked + claim.excluded == patterns
        outside = 0
        if name == "multiplexer":
            outside = 1 - words["ways"] / 2 ** (words["ways"] - 1).bit_length()
        assert claim.excluded == outside * patterns, words


def compare(circuit: Circuit, words: Words, rows: list[dict[str, int]], kind: type) -> None:
    buses: dict[str, Integers] = {
        bus.name: np.array([row[bus.name] for row in rows], dtype=kind)
        for bus in circuit.netlist.inputs
    }
    wanted = circuit.reference(buses)
    compared = 0
    for at, row in enumerate(rows):
        expected = CASES[circuit.spec.name][1](row, **words)
        got = {name: int(np.broadcast_to(wanted[name], (len(rows),))[at]) for name in expected}
        assert got == expected, row
        compared += bool(expected)
    assert compared > len(rows) // 3


@pytest.mark.parametrize(("name", "sizes"), list(small()))
def test_the_reference_equals_integers_worked_out_here(
    made: Made, name: str, sizes: list[Words]
) -> None:
    for words in sizes:
        circuit = made(name, **named(words))
        inputs = circuit.netlist.inputs
        if 2 ** sum(bus.width for bus in inputs) <= 2**9:
            values = [range(2**bus.width) for bus in inputs]
            numbers = [
                dict(zip((bus.name for bus in inputs), row, strict=True))
                for row in product(*values)
            ]
        else:
            draw = random.Random(1)  # noqa: S311 - patterns, not secrets
            numbers = [
                {bus.name: draw.randrange(2**bus.width) for bus in inputs} for _ in range(200)
            ]
        for kind in (np.int64, object):
            compare(circuit, words, numbers, kind)


def edges(draw: random.Random, width: int) -> int:
    """Numbers of any size, all ones, single bits: what arithmetic goes wrong at."""
    choices = (
        draw.randrange(2**width),
        draw.randrange(2 ** draw.randint(0, width)),
        2**width - 1 - draw.randrange(2 ** draw.randint(0, width)),
        1 << draw.randrange(width),
        0,
    )
    return choices[draw.randrange(len(choices))]


@pytest.mark.parametrize(("name", "words"), quick(WIDE), ids=label)
def test_wide_ones_equal_their_reference_and_it_equals_integers(
    made: Made, name: str, words: Words
) -> None:
    circuit = made(name, **named(words))
    draw = random.Random(2)  # noqa: S311 - patterns, not secrets
    inputs = circuit.netlist.inputs
    rows = [{bus.name: edges(draw, bus.width) for bus in inputs} for _ in range(100)]
    bits = sum(bus.width for bus in inputs)
    compare(circuit, words, rows, np.int64 if bits <= 62 else object)
    claim = verify(circuit, None, samples=300).claims[0]
    assert claim.outcome == ("proved" if bits <= 20 else "sampled")


# With trained gates


TRAINED: list[tuple[str, Words]] = [
    *[(name, {"bits": 3}) for name in CASES if not name.startswith(("hamming", "hex", "mult", "demult"))],
    *[("barrel-shifter", {"bits": 5, "shift": name}) for name in SHIFTS],
    *[(name, {}) for name in ("hamming-encoder", "hamming-corrector")],
    *[(name, {"ways": 5}) for name in ("multiplexer", "demultiplexer")],
    *[(name, {"ways": 3, "bits": 2}) for name in ("multiplexer", "demultiplexer")],
    ("hex-display", {"digits": 1}),
    ("kogge-stone", {"bits": 5}),
    ("wallace-multiplier", {"bits": 5}),
    ("divider", {"bits": 5}),
    ("popcount", {"bits": 10}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words"), TRAINED, ids=label)
def test_trained_gates_equal_the_reference_with_raw_signals(
    made: Made, gates: dict[str, TrainedGate], name: str, words: Words
) -> None:
    circuit = made(name, **words)
    verdict = verify(circuit, gates)
    for claim in verdict.claims:
        assert (claim.outcome, claim.method) == ("proved", "exhaustive")
        assert claim.checked + claim.excluded == 2 ** len(circuit.netlist.input_nets)
    assert verdict.worst is not None
    assert verdict.worst.distance == 0.0


# Proofs


PROVED: list[tuple[str, Words]] = [
    *[
        (name, words)
        for name, words in WIDE
        if words.get("bits") == 64
        and name.split("-")[-1]
        not in ("multiplier", "divider", "root", "shifter", "multiplexer", "demultiplexer")
    ],
    ("ripple-adder", {"bits": 64, "from": "half-adders"}),
    ("barrel-shifter", {"bits": 64, "shift": "rol"}),
    *[("barrel-shifter", {"bits": 12, "shift": name}) for name in SHIFTS],
    *[("multiplexer", {"ways": 37, "bits": bits}) for bits in (1, 2)],
    ("demultiplexer", {"ways": 37, "bits": 40}),
    ("decoder", {"bits": 8}),
    ("hex-display", {"digits": 16}),
]


def test_adders_are_among_those_proved() -> None:
    assert {name for name, words in PROVED if words.get("bits") == 64} >= {
        *("ripple-adder", "carry-lookahead", "kogge-stone", "brent-kung", "carry-select"),
        *("subtractor", "comparator", "signed-comparator", "popcount", "priority-encoder", "alu"),
    }


@pytest.mark.parametrize(("name", "words"), quick(PROVED), ids=label)
def test_decision_diagrams_prove(made: Made, name: str, words: Words) -> None:
    circuit = made(name, **words)
    claim = prove(circuit)
    inputs = len(circuit.netlist.input_nets)
    assert (claim.outcome, claim.method) == ("proved", "decision diagrams")
    assert claim.checked + claim.excluded == 2**inputs
    if name == "multiplexer":
        assert claim.checked == 37 * 2 ** (inputs - 6)
    else:
        assert claim.excluded == 0


def test_what_diagrams_leave_undecided(made: Made) -> None:
    assert prove(made("divider", bits=8)).extent == "proved by decision diagrams (all 2^16)"
    claim = prove(made("divider", bits=16), most_nodes=20_000)
    assert claim.extent == "undecided: its decision diagrams need more than 20 000 nodes"
    claim = prove(made("wallace-multiplier", bits=16), most_nodes=20_000)
    assert claim.extent == "undecided: its decision diagrams need more than 20 000 nodes"


# Bounds


def test_what_does_not_fit_its_width_is_refused(made: Made) -> None:
    with pytest.raises(UsageError, match="4 by 4 bits, 6 columns cannot be left out; give 1 to 5"):
        made("truncated-multiplier", bits=4, columns=6)
    with pytest.raises(UsageError, match="a quotient of 3 bits has no 4 steps; give 1 to 3"):
        made("truncated-divider", bits=3, steps=4)


@pytest.mark.parametrize(
    ("name", "parameter", "bad", "allowed", "example"),
    [
        ("kogge-stone", "bits", 0, "1 to 4096", "bits=4"),
        ("kogge-stone", "bits", 4097, "1 to 4096", "bits=4"),
        ("carry-select", "bits", "x", "1 to 4096", "bits=4"),
        ("array-multiplier", "bits", 1, "2 to 256", "bits=4"),
        ("wallace-multiplier", "bits", 257, "2 to 256", "bits=4"),
        ("divider", "bits", 129, "1 to 128", "bits=4"),
        ("truncated-multiplier", "columns", 501, "1 to 500", "columns=3"),
        ("truncated-divider", "steps", 0, "1 to 128", "steps=2"),
        ("barrel-shifter", "bits", 1, "2 to 4096", "bits=8"),
        (
            *("barrel-shifter", "shift", "up"),
            "left or right or arithmetic or rol or ror",
            "shift=left",
        ),
        ("multiplexer", "ways", 257, "2 to 256", "ways=4"),
        ("demultiplexer", "bits", 65, "1 to 64", "bits=1"),
        ("decoder", "bits", 13, "1 to 12", "bits=3"),
        ("priority-encoder", "bits", 1, "2 to 4096", "bits=8"),
        ("gray-encoder", "bits", 1, "2 to 4096", "bits=4"),
        ("hex-display", "digits", 65, "1 to 64", "digits=2"),
        ("alu", "bits", 0, "1 to 4096", "bits=4"),
    ],
)
def test_what_lies_out_of_bounds_is_refused(
    made: Made, name: str, parameter: str, bad: Value, allowed: str, example: str
) -> None:
    with pytest.raises(UsageError) as refused:
        made(name, **{parameter: bad})
    assert str(refused.value) == f"{parameter}={bad} is not {allowed}; for example {example}"


def test_hamming_takes_no_parameters(made: Made) -> None:
    with pytest.raises(UsageError, match="has no parameter 'bits'; it takes no parameters"):
        made("hamming-encoder", bits=7)
