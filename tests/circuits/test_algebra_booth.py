"""Multipliers by Booth's recoding, of plain gates: rows are -2 to 2 times a factor, or -4 to 4 times."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.circuits.test_algebra_faults import faulty, replays

import gatewright as gw
from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.algebra.cuts import simplified
from gatewright.circuits.verify.algebra.network import Network, network
from gatewright.circuits.verify.algebra.polynomial import value
from gatewright.circuits.verify.algebra.prove import prove
from gatewright.circuits.verify.algebra.selects import NONE, selects
from gatewright.circuits.verify.algebra.weighed.hidden import Neighbours, with_sums
from gatewright.circuits.verify.algebra.weighed.patterns import Patterns
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.verify import verify
from gatewright.logic.xag import XorAndGraph
from gatewright.plugins.manager import Plugins

Booth = Callable[[int, int], Circuit]


def booth_product(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], step: int
) -> list[Wire]:
    """Every ``step`` bits of a, and the one below, choose a multiple of b, negative if the highest is 1; 2 or 3.

    A row of n + step - 1 bits is negated by XOR gates and a 1; above it stands its sign, inverted, and less 1.
    """
    width = len(a) + len(b)
    multiples: dict[int, list[Wire | None]] = {1: list(b)}
    for number in range(2, (1 << step - 1) + 1):
        if number == 3:
            *low, high = b  # twice b, and b
            total, carry = ripple(circuit, low, b[1:], 0)
            s, carry = circuit.instance("half-adder", high, carry)[::-1]
            multiples[number] = [b[0], *total, s, carry]
        else:
            multiples[number] = [None, *multiples[number // 2]]
    columns: list[list[Wire]] = [[] for _ in range(width)]
    less = 0
    for start in range(0, len(a) + 1, step):
        bits = [a[at] if 0 <= at < len(a) else None for at in range(start - 1, start + step)]
        chosen = _chosen(circuit, bits)
        sign = bits[-1]
        row: list[Wire | None] = []
        for place in range(len(b) + step - 1):
            these = [
                circuit.gate("and", select, bit)
                for number, select in chosen.items()
                if place < len(multiples[number]) and (bit := multiples[number][place]) is not None
            ]
            if these and sign is not None:
                row.append(circuit.gate("xor", circuit.tree("or", these), sign))
            else:
                row.append(circuit.tree("or", these) if these else sign)
        for place, bit in enumerate(row):
            if bit is not None and start + place < width:
                columns[start + place].append(bit)
        if sign is not None:
            columns[start].append(sign)
            if start + len(row) < width:
                columns[start + len(row)].append(circuit.gate("not", sign))
                less += 1 << start + len(row)
    product = []
    for place, column in enumerate(columns):
        carries = []
        if -less >> place & 1:  # a one to add
            x, *others = column
            if others:
                carries.append(circuit.gate("or", x, others[0]))
                column[:2] = [circuit.gate("xnor", x, others[0])]
            else:
                carries.append(x)
                column[:] = [circuit.gate("not", x)]
        while len(column) > 1:
            few, column[:3] = column[:3], []
            kind = "full-adder" if len(few) == 3 else "half-adder"
            carry, s = circuit.instance(kind, *few)
            column.append(s)
            carries.append(carry)
        if place + 1 < width:
            columns[place + 1] += carries
        product.append(column[0])
    return product


def _chosen(circuit: CircuitBuilder, bits: Sequence[Wire | None]) -> dict[int, Wire]:
    """By multiple, whether it is chosen; bits that are None are 0."""
    step = len(bits) - 1
    given = [bit for bit in bits if bit is not None]
    inverted = {bit: circuit.gate("not", bit) for bit in given}
    found: dict[int, list[Wire]] = {}
    for row in range(1 << len(bits)):
        ones = [row >> at & 1 for at in range(len(bits))]
        if any(one and bit is None for one, bit in zip(ones, bits, strict=True)):
            continue
        number = ones[0] + sum(one << at for at, one in enumerate(ones[1:])) - (ones[-1] << step)
        if number:
            word = [
                bit if one else inverted[bit]
                for one, bit in zip(ones, bits, strict=True)
                if bit is not None
            ]
            found.setdefault(abs(number), []).append(circuit.tree("and", word))
    return {number: circuit.tree("or", words) for number, words in found.items()}


@pytest.fixture
def booth(plugins: Plugins, tmp_path: Path) -> Booth:
    """A multiplier of so many bits, written as AND gates and read again, with its product specified."""

    def made(bits: int, step: int) -> Circuit:
        def build(circuit: CircuitBuilder) -> None:
            a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
            circuit.output_bus("product", booth_product(circuit, a, b, step))

        spec = CircuitSpec(
            "booth", "product = a * b", (), build, lambda of: {"product": of["a"] * of["b"]}
        )
        path = tmp_path / f"booth-{bits}-{step}.aig"
        spec.elaborate({}, plugins.gates).save(path)
        return gw.read(path).specified("product = a * b")

    return made


@pytest.mark.parametrize("step", [2, 3])
@pytest.mark.parametrize("bits", range(4, 9))
def test_small_ones_are_products_on_every_pattern(booth: Booth, bits: int, step: int) -> None:
    circuit = booth(bits, step)
    assert verify(circuit, None).claims[0].outcome == "proved"
    claim = prove(circuit)
    assert claim.outcome == "proved", claim.reason


@pytest.mark.parametrize("step", [2, 3])
@pytest.mark.parametrize("bits", [16, 32])
def test_wide_ones_are_proved(booth: Booth, bits: int, step: int) -> None:
    claim = prove_netlist(booth(bits, step))
    assert (claim.outcome, claim.method) == ("proved", "algebra"), claim.reason


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", ["cell", "swap"])
@pytest.mark.parametrize("step", [2, 3])
def test_of_thirty_faults_none_is_proved_wrongly(booth: Booth, step: int, kind: str) -> None:
    """As every pattern says; a polynomial that grows leaves some undecided."""
    circuit = booth(5, step)
    draw = random.Random(f"{step} {kind}")  # noqa: S311 - faults, not secrets
    refuted = 0
    for _ in range(30):
        wrong = faulty(circuit, kind, draw)
        claim, wanted = prove(wrong, most_terms=3000), verify(wrong, None).claims[0]
        assert claim.outcome in (wanted.outcome, "undecided")
        if claim.counterexample is not None:
            assert replays(wrong, dict(claim.counterexample.inputs))
            refuted += 1
    assert refuted >= 5


@pytest.mark.parametrize("step", [2, 3])
def test_products_of_what_chooses_are_what_they_are(booth: Booth, step: int) -> None:
    circuit = booth(12, step)
    made = simplified(network([compile_netlist(circuit.netlist)], [range(24)]))
    found = selects(made.graph)
    assert found.products
    draw = random.Random(0)  # noqa: S311 - patterns, not secrets
    for _ in range(200):
        seen = made.graph.simulate([draw.getrandbits(1) for _ in range(24)], 1)
        for pair, product in found.products.items():
            ones = frozenset(node for node in pair if seen[node])
            assert value(product, ones) == int(ones == pair)


def test_a_circuit_without_such_signals_has_none() -> None:
    graph = XorAndGraph(10)
    select = graph.both(graph.variable(0), graph.variable(1))
    for place in range(2, 10):
        graph.both(select, graph.variable(place))
    assert selects(graph) == NONE


@pytest.mark.parametrize("turned", range(4))
def test_an_adder_that_was_taken_apart_is_found(turned: int) -> None:
    """What is added to u and v is x xor y, which is only there as "x or y" and "x and y"."""
    graph = XorAndGraph(4)
    x, y, u, v = (graph.variable(place) for place in range(4))
    u, v = u ^ (turned & 1), v ^ (turned >> 1)
    some, both, differ = graph.either(x, y), graph.both(x, y), graph.differ(u, v)
    through = graph.both(some, graph.both(both ^ 1, differ))
    carry = graph.either(through, graph.both(u, v))
    total = graph.both(graph.either(graph.both(some, both ^ 1), differ), through ^ 1)
    made = with_sums(Network(graph, 4, (), ((total, carry),)))
    total, carry = made.outputs[0]
    terms = Neighbours(made.graph, Patterns(made.graph)).terms(total, carry)
    assert terms is not None
    values = [sum((row >> place & 1) << row for row in range(16)) for place in range(4)]
    s, c, *added = made.graph.evaluate([total, carry, *terms], values, 16)
    for row in range(16):
        assert (s >> row & 1) + 2 * (c >> row & 1) == sum(each >> row & 1 for each in added)


FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))


def public(folder: str, name: str) -> Circuit:
    """A circuit of the folder that GATEWRIGHT_BENCHMARKS names."""
    paths = [FOLDER / folder / f"{name}{end}" for end in (".aig", ".blif", ".bench")]
    path = next((each for each in paths if FOLDER.name and each.exists()), None)
    if path is None:
        pytest.skip(f"GATEWRIGHT_BENCHMARKS names no folder that has {folder}/{name}")
    return gw.read(path)


@pytest.mark.parametrize(
    ("name", "specification"), [("multiplier", "f = a * b"), ("square", "asquared = a * a")]
)
def test_multipliers_of_the_epfl_benchmarks(name: str, specification: str) -> None:
    """64 by 64 bits by Booth's recoding in steps of three bits; and a square of 64."""
    circuit = public("epfl", name).specified(specification)
    assert prove(circuit).outcome == "proved"
    wrong = faulty(circuit, "cell", random.Random(2))  # noqa: S311 - faults, not secrets
    claim = prove_netlist(wrong, samples=1024)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert replays(wrong, dict(claim.counterexample.inputs))


def test_the_multiplier_of_iscas_85() -> None:
    """c6288, 16 by 16 bits, of NOR gates: ports are numbered in the order of bits, but for the last two."""
    circuit = public("iscas85", "c6288")

    def numbered(buses: Sequence[Bus]) -> list[str]:
        return sorted((bus.name for bus in buses), key=lambda name: int(re.sub(r"\D", "", name)))

    ins, outs = numbered(circuit.netlist.inputs), numbered(circuit.netlist.outputs)
    outs[-2:] = outs[:-3:-1]
    product, a, b = (", ".join(names[::-1]) for names in (outs, ins[:16], ins[16:]))
    assert prove(circuit.specified(f"{{{product}}} = {{{a}}} * {{{b}}}")).outcome == "proved"
