"""Blocks with integers of their own: lemmas, of which a proof of the circuit is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.builders.multipliers import wallace_product
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.lemmas.prove import prove as by_lemmas
from gatewright.errors import NetlistError
from gatewright.plugins.manager import Plugins

Buses = Mapping[str, Any]


def times(buses: Buses) -> dict[str, Any]:
    return {"product": buses["a"] * buses["b"]}


def added(buses: Buses) -> dict[str, Any]:
    return {"sum": buses["a"] + buses["b"]}


def made(
    plugins: Plugins, build: Callable[[CircuitBuilder], None], reference: Callable[[Buses], Any]
) -> Circuit:
    return CircuitSpec("made", "made", (), build, reference).elaborate({}, plugins.gates)


def unit(lemma: Callable[[Buses], Any] | None, bits: int = 16) -> Callable[[CircuitBuilder], None]:
    """An ALU that adds, multiplies, compares or joins by exclusive or; its multiplier is a block."""

    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        low, high = circuit.input_bus("op", 2)
        with circuit.block("add"):
            total, carry = ripple(circuit, a, b, 0)
        inputs = {"a": a, "b": b} if lemma else None
        with circuit.block("multiply", reference=lemma, inputs=inputs) as block:
            product = wallace_product(circuit, a, b)
            if lemma:
                block.gives(product=product)
        inverted = [circuit.gate("not", wire) for wire in b]
        with circuit.block("compare"):
            _, above = ripple(circuit, a, inverted, 1)
        zero = circuit.gate("xor", low, low)
        first = [*total, carry, *[zero] * (bits - 1)]
        third = [above, *[zero] * (2 * bits - 1)]
        fourth = [circuit.gate("xor", x, y) for x, y in zip(a, b, strict=True)] + [zero] * bits
        chosen = []
        for wires in zip(first, product, third, fourth, strict=True):
            left = circuit.gate("mux", low, wires[0], wires[1])
            right = circuit.gate("mux", low, wires[2], wires[3])
            chosen.append(circuit.gate("mux", high, left, right))
        circuit.output_bus("y", chosen)

    return build


def calculated(buses: Buses) -> dict[str, Any]:
    a, b, op = buses["a"], buses["b"], buses["op"]
    y = (op == 0) * (a + b) + (op == 1) * (a * b) + (op == 2) * (a >= b) + (op == 3) * (a ^ b)
    return {"y": y}


def test_an_alu_with_a_multiplier_is_proved_by_a_lemma(plugins: Plugins) -> None:
    claim = prove_netlist(made(plugins, unit(times), calculated))
    assert (claim.outcome, claim.method) == ("proved", "sat")
    assert claim.extent.startswith("proved by SAT (all 2^34, ")
    assert claim.extent.endswith("; 1 lemma)")
    (lemma,) = claim.lemmas
    assert lemma.startswith("block 'multiply' = its integers: proved by algebra (")
    assert str(claim).splitlines()[1:] == [f"  {lemma}"]


def test_a_block_that_is_not_its_integers_is_no_lemma(plugins: Plugins) -> None:
    def wrong(buses: Buses) -> dict[str, Any]:
        return {"product": buses["a"] * buses["b"] ^ (buses["a"] == 5)}

    claim = by_lemmas(made(plugins, unit(wrong, 8), calculated), prove_netlist, time_limit=60)
    assert claim.outcome == "undecided"
    assert claim.reason == "block 'multiply' is not its integers: a=5 b=0 gives product=0, not 1"


def test_a_wrong_circuit_around_right_blocks_is_refuted(plugins: Plugins) -> None:
    """Only where a is one certain number, which random patterns do not meet."""

    def rare(buses: Buses) -> dict[str, Any]:
        return {"y": calculated(buses)["y"] ^ (buses["a"] == 12_345)}

    circuit = made(plugins, unit(times), rare)
    claim = prove_netlist(circuit)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert claim.counterexample.inputs["a"] == 12_345


def test_a_fault_inside_a_block_is_refuted(plugins: Plugins) -> None:
    circuit = made(plugins, unit(times), calculated)
    instances = list(circuit.netlist.instances)
    at = next(place for place, each in enumerate(instances) if each.gate == "half-adder")
    instances[at] = replace(instances[at], outputs=instances[at].outputs[::-1])
    claim = prove_netlist(
        replace(circuit, netlist=replace(circuit.netlist, instances=tuple(instances)))
    )
    assert claim.outcome == "refuted"


def twice(circuit: CircuitBuilder) -> None:
    """(a + b) + c by two blocks that are the same, the second in a block of its own."""
    a, b, c = (circuit.input_bus(name, 12) for name in "abc")
    with circuit.block("first", reference=added, inputs={"a": a, "b": b}) as block:
        total, carry = ripple(circuit, a, b, 0)
        block.gives(sum=[*total, carry])
    with circuit.block("outer", reference=added, inputs={"a": total, "b": c}) as outer:
        with circuit.block("second", reference=added, inputs={"a": total, "b": c}) as block:
            low, high = ripple(circuit, total, c, 0)
            block.gives(sum=[*low, high])
        outer.gives(sum=[*low, high])
    circuit.output_bus("y", low)
    circuit.output_bus("carries", [carry, high])


def test_blocks_that_are_the_same_and_blocks_in_blocks(plugins: Plugins) -> None:
    def reference(buses: Buses) -> dict[str, Any]:
        first = buses["a"] + buses["b"]
        last = first % 2**12 + buses["c"]
        return {"y": last % 2**12, "carries": (first >> 12) + (last >> 12) * 2}

    claim = prove_netlist(made(plugins, twice, reference))
    assert claim.outcome == "proved"
    ways = [line.split(" = ")[0] for line in claim.lemmas]
    assert ways == ["block 'first'", "block 'outer'"]


def less_than(top: str) -> Callable[[CircuitBuilder], None]:
    """A block that takes b from a with a bit above it, and promises something only if that is as large as b."""

    def build(circuit: CircuitBuilder) -> None:
        a, b = circuit.input_bus("a", 11), circuit.input_bus("b", 11)
        one = circuit.gate("or", a[0], circuit.gate("not", a[0]))
        above = one if top == "one" else circuit.input("c")
        with circuit.block(
            "less",
            reference=lambda buses: {"y": buses["a"] - buses["b"]},
            inputs={"a": [*a, above], "b": b},
            domain=lambda buses: buses["b"] <= buses["a"],
        ) as block:
            inverted = [circuit.gate("not", wire) for wire in b]
            low, carry = ripple(circuit, a, inverted, 1)
            high = circuit.gate("and", above, carry)
            block.gives(y=[*low, high])
        circuit.output_bus("y", [*low, high])

    return build


def test_a_block_is_asked_only_where_it_promises_something(plugins: Plugins) -> None:
    right = made(plugins, less_than("one"), lambda buses: {"y": 2**11 + buses["a"] - buses["b"]})
    claim = prove_netlist(right)
    assert (claim.outcome, len(claim.lemmas)) == ("proved", 1)


def test_a_block_that_is_asked_outside_its_domain_is_no_lemma(plugins: Plugins) -> None:
    def reference(buses: Buses) -> dict[str, Any]:
        a, b = buses["a"], buses["b"]
        return {"y": (a - b) % 2**11 + 2**11 * (buses["c"] * (a >= b))}

    circuit = made(plugins, less_than("c"), reference)
    claim = by_lemmas(circuit, prove_netlist, time_limit=60)
    assert claim.outcome == "undecided"
    assert claim.reason.startswith("a block meets what is outside its domain, with a=")
    claim = prove_netlist(circuit)  # by what needs no lemma
    assert (claim.outcome, claim.method, claim.lemmas) == ("proved", "decision diagrams", ())


def test_blocks_wired_in_a_circle_are_no_lemmas(plugins: Plugins) -> None:
    """No gate rests on itself, but the block as a whole does."""

    def swapped(buses: Buses) -> dict[str, Any]:
        return {"x": buses["b"], "y": buses["a"]}

    def build(circuit: CircuitBuilder) -> None:
        a, back = circuit.input_bus("a", 22), circuit.wire()
        with circuit.block("swap", reference=swapped, inputs={"a": a[0], "b": back}) as block:
            x, y = circuit.gate("buf", back), circuit.gate("buf", a[0])
            block.gives(x=x, y=y)
        circuit.drive(back, circuit.gate("and", y, a[1]))
        circuit.output("z", circuit.gate("or", x, circuit.tree("and", a)))

    def reference(buses: Buses) -> dict[str, Any]:
        return {"z": buses["a"] % 4 == 3}

    circuit = made(plugins, build, reference)
    claim = by_lemmas(circuit, prove_netlist, time_limit=60)
    assert claim.extent == "undecided: a block rests on what it gives, wired through others"
    assert prove_netlist(circuit).outcome == "proved"


def refused(plugins: Plugins, build: Callable[[CircuitBuilder], None]) -> str:
    with pytest.raises(NetlistError) as caught:
        made(plugins, build, times)
    return caught.value.message


def test_what_a_block_reads_and_gives_has_to_be_said(plugins: Plugins) -> None:
    def build(what: str) -> Callable[[CircuitBuilder], None]:
        def built(circuit: CircuitBuilder) -> None:
            a, b = circuit.input("a"), circuit.input("b")
            inputs: dict[str, Any] = {"a": a, "b": b}
            if what == "reads":
                inputs = {}
            elif what == "less":
                inputs = {"a": a}
            elif what == "two names":
                inputs["c"] = a
            reference = None if what == "no reference" else times
            with circuit.block("both", reference=reference, inputs=inputs) as block:
                y = circuit.gate("and", a, b)
                z = circuit.gate("not", y)
                if what != "gives":
                    block.gives(product=a if what == "hidden" else y)
                if what == "register":
                    circuit.register(y, name="kept")
            if what == "drives":
                with circuit.block("two", reference=times, inputs={"a": a}) as block:
                    circuit.gate("not", a)
                    block.gives(product=y)
            if what == "twice":
                with circuit.block("both", reference=times, inputs={"a": a}) as block:
                    block.gives(product=a)
            circuit.output("y", y)
            if what == "outside":
                circuit.output("z", z)

        return built

    says = "block 'both' has a reference, but does not say what it "
    assert refused(plugins, build("reads")) == f"{says}reads"
    assert refused(plugins, build("gives")) == f"{says}gives"
    assert refused(plugins, build("less")) == (
        "block 'both' reads 'b', which is not among its inputs"
    )
    assert refused(plugins, build("two names")) == "block 'both' reads 'a' by two names"
    assert refused(plugins, build("no reference")) == "block 'both' has no reference"
    assert refused(plugins, build("drives")) == (
        "block 'two' gives 'y', which nothing inside it drives"
    )
    assert refused(plugins, build("twice")) == "block 'both' has two references"
    assert refused(plugins, build("outside")) == (
        "output 'z' reads 'z' of block 'both', which is not among what it gives"
    )
    assert refused(plugins, build("hidden")) == (
        "output 'y' reads 'y' of block 'both', which is not among what it gives"
    )
    assert refused(plugins, build("register")) == (
        "block 'both' has a reference, so 'both/kept' cannot be inside: it keeps what was"
    )
