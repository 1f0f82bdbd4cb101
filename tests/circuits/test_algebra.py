"""Proofs by algebra: what they decide, what they are made of, and what they leave alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.builders.multipliers import array_product, wallace_product
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.references.whole_numbers import Case, column
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.algebra import everywhere
from gatewright.circuits.verify.algebra.carries import looked_ahead
from gatewright.circuits.verify.algebra.cuts import adders, parts, simplified
from gatewright.circuits.verify.algebra.goals import goals
from gatewright.circuits.verify.algebra.network import Relation, network
from gatewright.circuits.verify.algebra.polynomial import value
from gatewright.circuits.verify.algebra.prove import known_adders, prove
from gatewright.circuits.verify.algebra.rewriting import definitions
from gatewright.circuits.verify.algebra.symbols import Part, Whole, bus, whole
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.errors import SpecError
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.logic.xag import XorAndGraph
from gatewright.plugins.manager import Plugins


def made(plugins: Plugins, name: str, **words: Any) -> Circuit:
    return plugins.circuit(name).elaborate(words, plugins.gates)


# What is proved


@pytest.mark.parametrize(
    ("name", "bits", "relations", "largest"),
    [
        ("array-multiplier", 16, 16 * 15, 16**2),  # n(n - 2) full and n half adders, n² products
        ("array-multiplier", 48, 48 * 47, 48**2),
        ("popcount", 255, 247, 255),  # 255 bits, of which 8 are the count
        ("ripple-adder", 64, 64, 129),
        ("kogge-stone", 64, 64, 129),
        ("brent-kung", 64, 64, 129),
        ("carry-lookahead", 64, 64, 129),
    ],
)
def test_golden_proofs(
    plugins: Plugins, name: str, bits: int, relations: int, largest: int
) -> None:
    claim = prove(made(plugins, name, bits=bits))
    count, most = (
        f"{each:,}".replace(",", " ") if each > 9999 else str(each) for each in (relations, largest)
    )
    assert claim.extent == (
        f"proved by algebra ({count} adder relations, largest polynomial {most} terms)"
    )
    width = sum(each.width for each in made(plugins, name, bits=bits).netlist.inputs)
    assert (claim.checked, claim.input_bits, claim.method) == (2**width, width, "algebra")


@pytest.mark.parametrize("bits", range(2, 13))
@pytest.mark.parametrize("name", ["array-multiplier", "wallace-multiplier"])
def test_multipliers_of_every_small_width(plugins: Plugins, name: str, bits: int) -> None:
    assert prove(made(plugins, name, bits=bits)).outcome == "proved"


@pytest.mark.parametrize("bits", range(1, 20))
def test_adders_of_half_adders(plugins: Plugins, bits: int) -> None:
    """Full adders that are not cells, but two half adders and an OR gate."""
    claim = prove(made(plugins, "ripple-adder", bits=bits, **{"from": "half-adders"}))
    assert claim.outcome == "proved"
    assert claim.basis.startswith(f"{bits} adder relation")


def multiply_and_add(
    product: Callable[..., Sequence[Any]], reference: Callable[..., Buses], bits: int
) -> CircuitSpec:
    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        c = circuit.input_bus("c", 2 * bits)
        total, carry = ripple(circuit, product(circuit, a, b), c, 0)
        circuit.output_bus("y", [*total, carry])

    return CircuitSpec("multiply-add", "y = a * b + c", (), build, reference)


@pytest.mark.parametrize("product", [array_product, wallace_product])
@pytest.mark.parametrize("bits", [7, 24])
def test_a_product_and_a_sum(plugins: Plugins, product: Any, bits: int) -> None:
    spec = multiply_and_add(
        product, lambda buses: {"y": buses["a"] * buses["b"] + buses["c"]}, bits
    )
    assert prove(spec.elaborate({}, plugins.gates)).outcome == "proved"


def test_a_reference_that_is_wrong_once_in_2_to_the_48(plugins: Plugins) -> None:
    """Random patterns would never meet it; a remainder that is not 0 says where."""

    def reference(buses: Buses) -> Buses:
        a, c = buses["a"], buses["c"]
        rare: Any = 1
        for bit in range(24):
            rare = rare * ((a >> bit) & 1) * ((c >> bit) & 1)
        return {"y": a * buses["b"] + c + rare}

    circuit = multiply_and_add(array_product, reference, 24).elaborate({}, plugins.gates)
    claim = prove(circuit)
    assert claim.outcome == "refuted"
    assert claim.method == "algebra"
    assert claim.counterexample is not None
    assert claim.counterexample.inputs == {"a": 2**24 - 1, "b": 0, "c": 2**24 - 1}
    (wrong,) = claim.counterexample.outputs
    assert (wrong.wanted, wrong.got) == (2**24, 2**24 - 1)


@pytest.mark.parametrize(
    ("name", "words", "method"),
    [
        ("array-multiplier", {"bits": 24}, "algebra"),
        ("wallace-multiplier", {"bits": 24}, "algebra"),
        ("truncated-multiplier", {"bits": 24, "columns": 11}, "algebra"),
        ("popcount", {"bits": 256}, "algebra"),
        ("popcount", {"bits": 32}, "decision diagrams"),
        ("ripple-adder", {"bits": 256}, "decision diagrams"),
    ],
)
def test_which_method_decides(
    plugins: Plugins, name: str, words: dict[str, int], method: str
) -> None:
    claim = prove_netlist(made(plugins, name, **words))
    assert (claim.outcome, claim.method) == ("proved", method)


def test_the_higher_half_of_a_product_may_come_first(plugins: Plugins) -> None:
    def build(circuit: CircuitBuilder) -> None:
        product = wallace_product(circuit, circuit.input_bus("a", 16), circuit.input_bus("b", 16))
        circuit.output_bus("high", product[16:])
        circuit.output_bus("low", product[:16])

    def reference(buses: Buses) -> Buses:
        product = buses["a"] * buses["b"]
        return {"high": product >> 16, "low": product & 0xFFFF}

    circuit = CircuitSpec("halves", "halves", (), build, reference).elaborate({}, plugins.gates)
    (goal,) = goals(circuit)
    assert goal.outputs == (*range(16, 32), *range(16))
    claim = prove_netlist(circuit)
    assert (claim.outcome, claim.method) == ("proved", "algebra")


def exclusive_ors(bits: int, sums: int, terms: int) -> CircuitSpec:
    """Output bits that are exclusive ors of some input bits each, as in codes that correct errors."""
    places = [[(7 * row + 5 * each) % bits for each in range(terms)] for row in range(sums)]

    def build(circuit: CircuitBuilder) -> None:
        a = circuit.input_bus("a", bits)
        made = []
        for first, *rest in places:
            wire = a[first]
            for place in rest:
                wire = circuit.gate("xor", wire, a[place])
            made.append(wire)
        circuit.output_bus("y", made)

    def reference(buses: Buses) -> Buses:
        a: Any = buses["a"]
        total: Any = 0
        for row, chosen in enumerate(places):
            bit: Any = 0
            for place in chosen:
                bit = bit ^ (a >> place & 1)
            total = total + (bit << row)
        return {"y": total}

    return CircuitSpec("exclusive-ors", "", (), build, reference)


def test_exclusive_ors_of_many_bits_are_left_to_diagrams(plugins: Plugins) -> None:
    """One of n bits has 2^n - 1 terms: what diagrams decide at once would take gigabytes."""
    circuit = exclusive_ors(38, 12, 18).elaborate({}, plugins.gates)
    with pytest.raises(CannotFollowError) as caught:
        goals(circuit)
    assert caught.value.message == (
        "its reference cannot be followed: a product has more than 256 terms"
    )
    assert prove_netlist(circuit).extent == "proved by decision diagrams (all 2^38)"


def test_single_bits_are_no_sum_of_products(plugins: Plugins) -> None:
    circuit = exclusive_ors(30, 20, 3).elaborate({}, plugins.gates)
    (goal,) = goals(circuit)
    assert not goal.products
    assert max(map(len, goal.polynomial)) == 3
    assert prove_netlist(circuit).method == "decision diagrams"
    (goal,) = goals(made(plugins, "array-multiplier", bits=8))
    assert goal.products


# What is not


def test_a_limit_on_terms(plugins: Plugins) -> None:
    claim = prove(made(plugins, "array-multiplier", bits=12), most_terms=100)
    assert claim.extent == "undecided: its polynomial has more than 100 terms"


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        ("comparator", {"bits": 4}, "it compares values, which are not polynomials then"),
        ("divider", {"bits": 4}, "it compares values, which are not polynomials then"),
        ("multiplexer", {"ways": 5}, "it promises nothing outside its domain"),
    ],
)
def test_what_is_left_to_others(
    plugins: Plugins, name: str, words: dict[str, int], reason: str
) -> None:
    claim = prove(made(plugins, name, **words))
    assert claim.outcome == "undecided"
    assert claim.reason.endswith(reason)


X, Y = bus([1, 2, 3]), bus([4, 5, 6])


@pytest.mark.parametrize(
    ("computed", "message"),
    [
        (lambda: X < Y, "it compares values, which are not polynomials then"),
        (lambda: X == 3, "it compares values, which are not polynomials then"),
        (lambda: 1 if X else 0, "it decides by a value, or needs one as a plain number"),
        (lambda: range(X), "it decides by a value, or needs one as a plain number"),
        (lambda: np.sin(np.asarray(X)), "it hands a bus to a function of NumPy"),
        (lambda: X[0], "it takes a bus apart as an array"),
        (lambda: X.sum, "it uses '.sum' of a bus"),
        (lambda: X.looked_up([1, 2]), "it looks a value up in a table"),
        (lambda: (X + Y) % 2 + 1, "it computes with the remainder or the quotient of a sum"),
        (lambda: ~((X + Y) % 2), "it computes with the remainder or the quotient of a sum"),
        (lambda: (X + Y) & 5, "it takes bits of a sum apart"),
        (lambda: (X + Y) ^ X, "it takes bits of a sum apart"),
        (lambda: X & -1, "it takes the bits of -1"),
        (lambda: X & 1.5, "it takes bits by something that is not a fixed whole number"),
        (lambda: X % 3, "it divides by 3, which is not a power of two"),
        (lambda: X % Y, "it divides by something that is not a fixed whole number"),
        (lambda: X >> Y, "it shifts by something that is not a fixed whole number"),
        (lambda: X << -1, "it shifts by -1"),
        (lambda: X + 0.5, "it meets a float, which is not a whole number"),
    ],
)
def test_what_cannot_be_followed(computed: Callable[[], Any], message: str) -> None:
    with pytest.raises(CannotFollowError) as caught:
        computed()
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (lambda a, b: {"y": (a + b) >> 1}, "it wants the higher bits of a sum, and not the lower"),
        (lambda a, b: {"y": a + b - b + b}, "what it wants may not fit 'y'"),
        (lambda a, b: {"y": (a + b) % 4}, "it wants another number of bits than 'y' has"),
    ],
)
def test_what_is_no_goal(plugins: Plugins, wanted: Any, message: str) -> None:
    def build(circuit: CircuitBuilder) -> None:
        wires = circuit.input_bus("a", 3), circuit.input_bus("b", 3)
        total, carry = ripple(circuit, *wires, 0)
        circuit.output_bus("y", [*total, carry])

    def reference(buses: Buses) -> Buses:
        return wanted(buses["a"], buses["b"])  # type: ignore[no-any-return]

    spec = CircuitSpec("some", "some", (), build, reference)
    claim = prove(spec.elaborate({}, plugins.gates))
    assert claim.extent == f"undecided: its reference cannot be followed: {message}"


# Numbers


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "&": lambda x, y: x & y,
    "|": lambda x, y: x | y,
    "^": lambda x, y: x ^ y,
    "<<": lambda x, _: x << 2,
    ">>": lambda x, _: x >> 1,
    "%": lambda x, _: x % 8,
    "//": lambda x, _: x // 4,
    "mask": lambda x, _: x & 0b110101,
    "known": lambda x, _: 5 * x + 3,
    "~": lambda x, _: ~x,
}


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 5), st.integers(0, 5)),
        max_size=5,
    ),
    row=st.integers(0, 63),
)
def test_symbols_compute_as_integers_do(steps: list[tuple[str, int, int]], row: int) -> None:
    symbols: list[Any] = [X, Y, whole(6)]
    numbers: list[int] = [row & 7, row >> 3, 6]
    ones = frozenset(bit + 1 for bit in range(6) if row >> bit & 1)
    for name, one, other in steps:
        places = one % len(symbols), other % len(symbols)
        try:
            made = OPERATIONS[name](*(symbols[place] for place in places))
        except CannotFollowError:
            continue
        symbols.append(made)
        numbers.append(OPERATIONS[name](*(numbers[place] for place in places)))
        if isinstance(made, Part):
            got = value(made.of.terms, ones) >> made.start
            if made.stop is not None:
                got %= 1 << made.stop - made.start
        else:
            assert isinstance(made, Whole)
            got = value(made.polynomial, ones)
            assert made.low <= got <= made.high
        assert got == numbers[-1]


def test_goals_of_an_adder(plugins: Plugins) -> None:
    """Sum and carry are one number; a mask of ones is a remainder."""
    (goal,) = goals(made(plugins, "ripple-adder", bits=8))
    assert goal.outputs == tuple(range(9))
    assert not goal.products
    assert len(goals(made(plugins, "array-multiplier", bits=8))) == 1


# Adders


@given(turned=st.tuples(*[st.integers(0, 1)] * 5))
def test_every_negated_form_of_an_adder_is_found(turned: tuple[int, ...]) -> None:
    """Whatever leaves and results are negated, the relation that is found holds on every pattern."""
    graph = XorAndGraph(3)
    x, y, z = (graph.variable(place) ^ turn for place, turn in enumerate(turned[:3]))
    half = graph.differ(x, y)
    graph.differ(half, z)
    graph.either(graph.both(x ^ turned[3], y), graph.both(half ^ turned[3], z))
    found = adders(parts(graph))
    assert found[0].terms[2:] or turned[3]
    holds(graph, found)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_relations_of_random_graphs_hold(
    steps: list[tuple[bool, int, int]],
) -> None:
    graph = XorAndGraph(4)
    known = [graph.variable(place) for place in range(4)]
    for exclusive, one, other in steps:
        f, g = known[one % len(known)] ^ one & 1, known[other % len(known)]
        known.append(graph.differ(f, g) if exclusive else graph.both(f, g))
    holds(graph, adders(parts(graph)))


@pytest.mark.parametrize("bits", [2, 5, 16])
def test_an_array_multiplier_in_plain_gates(plugins: Plugins, bits: int) -> None:
    circuit = made(plugins, "array-multiplier", bits=bits)
    opened = replace(circuit, netlist=replace(circuit.netlist, **in_plain_gates(circuit.netlist)))
    claim = prove(opened)
    assert claim.outcome == "proved"
    assert claim.basis.startswith(f"{bits * (bits - 1)} adder relations")


def in_plain_gates(netlist: Netlist) -> dict[str, Any]:
    """Its full and half adders as an XOR gate and a majority or AND gate."""
    kinds = dict(netlist.gates)
    instances = []
    for each in netlist.instances:
        table = kinds[each.gate].table
        if len(table.outputs) == 1:
            instances.append(each)
            continue
        for at, net in enumerate(each.outputs):
            name = f"{each.gate}-{at}"
            one = TruthTable.from_integers(
                [table.ones[at]], inputs=table.inputs, outputs=[table.outputs[at]]
            )
            kinds[name] = GateSpec(name, one)
            instances.append(Instance(f"{each.name}-{at}", name, each.inputs, (net,)))
    return {"gates": kinds, "instances": tuple(instances)}


def holds(graph: XorAndGraph, found: Sequence[Relation]) -> None:
    rows = 1 << graph.inputs
    values = [
        sum((row >> place & 1) << row for row in range(rows)) for place in range(graph.inputs)
    ]
    for each in found:
        total, carry, *terms = graph.evaluate([each.total, each.carry, *each.terms], values, rows)
        for row in range(rows):
            left = (total >> row & 1) + 2 * (carry >> row & 1)
            assert left == sum(term >> row & 1 for term in terms)


@pytest.mark.parametrize("name", ["kogge-stone", "brent-kung", "carry-lookahead"])
@pytest.mark.parametrize("bits", range(2, 7))
def test_carries_that_are_looked_ahead_hold(plugins: Plugins, name: str, bits: int) -> None:
    circuit = made(plugins, name, bits=bits)
    opened = replace(circuit, netlist=replace(circuit.netlist, **in_plain_gates(circuit.netlist)))
    plain = simplified(network([compile_netlist(opened.netlist)], [range(2 * bits + 1)]))
    assert not plain.cells
    found = adders(parts(plain.graph))
    full = [each for each in found if len(each.terms) == 3]
    ahead = looked_ahead(plain, definitions(plain, full))
    assert len(set(known_adders(plain, plain.outputs).values())) >= bits
    holds(plain.graph, [*found, *ahead])


def test_symbols_and_columns_agree_on_a_popcount(plugins: Plugins) -> None:
    circuit = made(plugins, "popcount", bits=6)
    (goal,) = goals(circuit)
    given_ = column(np.arange(64), Case())
    wanted = circuit.spec.reference({"a": given_}, bits=6)["count"]  # type: ignore[misc]
    for row in range(64):
        ones = frozenset(bit + 1 for bit in range(6) if row >> bit & 1)
        assert value(goal.polynomial, ones) == int(np.asarray(wanted)[row])


@given(turned=st.tuples(*[st.integers(0, 1)] * 4))
def test_adders_whose_exclusive_ors_are_conjunctions(turned: tuple[int, ...]) -> None:
    """An XNOR of AND nodes is the negation of the sum; the relation says so."""
    graph = XorAndGraph(2)
    x, y = (graph.variable(place) ^ turn for place, turn in enumerate(turned[:2]))
    graph.both(graph.both(x, y) ^ 1, graph.both(x ^ 1, y ^ 1) ^ 1)
    graph.both(graph.both(x, y ^ 1) ^ 1, graph.both(x ^ 1, y) ^ 1)
    found = adders(parts(graph))
    assert found
    holds(graph, found)


def bounded(circuit: Circuit, most: int, reference: Any = None) -> Circuit:
    """A circuit that promises something only where b is at most a number."""
    spec = replace(circuit.spec, domain=lambda buses, **_: buses["b"] <= most)
    return replace(circuit, spec=replace(spec, reference=reference or spec.reference))


def test_what_holds_everywhere_holds_in_a_domain(plugins: Plugins) -> None:
    multiplier = made(plugins, "array-multiplier", bits=16)
    for most in (9, 2**16 - 1):
        claim = prove_netlist(bounded(multiplier, most))
        assert (claim.outcome, claim.method) == ("proved", "algebra")
    assert everywhere.carried_wrongly(bounded(multiplier, -1)) is None
    nowhere = prove_netlist(bounded(made(plugins, "array-multiplier", bits=11), -1), samples=100)
    assert nowhere.outcome == "undecided"


def test_what_is_wrong_outside_a_domain_refutes_nothing(plugins: Plugins) -> None:
    def reference(buses: Buses, *, bits: int) -> Buses:
        return {"product": buses["a"] * buses["b"] + (buses["b"] >> (bits - 1))}

    multiplier = made(plugins, "array-multiplier", bits=16)
    for most, outcome in ((2**15 - 1, "undecided"), (2**16 - 1, "refuted")):
        circuit = bounded(multiplier, most, reference)
        claim = everywhere.by_algebra(circuit, everywhere.goals_everywhere(circuit), None)
        assert claim.outcome == outcome
        assert (claim.reason == "algebra finds it wrong where nothing is promised") == (
            most < 2**15
        )
        carried = everywhere.carried_wrongly(circuit)
        assert (carried is not None) == (outcome == "refuted")


def test_a_reference_that_fails_outside_its_domain(plugins: Plugins) -> None:
    def reference(buses: Buses, *, bits: int) -> Buses:
        if np.max(buses["b"]) >= 2 ** (bits - 1):
            raise ValueError("too much")
        return {"product": buses["a"] * buses["b"]}

    multiplier = made(plugins, "array-multiplier", bits=16)
    assert everywhere.goals_everywhere(bounded(multiplier, 2**15 - 1, reference)) is None
    with pytest.raises(SpecError):
        everywhere.goals_everywhere(
            replace(multiplier, spec=replace(multiplier.spec, reference=reference))
        )
