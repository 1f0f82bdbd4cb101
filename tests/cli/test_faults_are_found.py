"""Faults put in on purpose: ``compose`` exits 1 and prints a pattern that really differs."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.strategies import few

from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate, decide
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install, Outcome

FullAdder = Callable[[int, int, int], tuple[int, int]]


def chain(adder: FullAdder, a: int, b: int, cin: int, bits: int = 2) -> dict[str, int]:
    """A ripple adder of any full adder (cout, sum), worked out here."""
    total = 0
    for bit in range(bits):
        cin, s = adder(a >> bit & 1, b >> bit & 1, cin)
        total |= s << bit
    return {"sum": total, "cout": cin}


def numbers(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", text)}


def assert_printed_and_real(outcome: Outcome, adder: FullAdder) -> dict[str, int]:
    """Read the counterexample of the trained gates as a user would, and work it out."""
    assert (outcome.code, outcome.err) == (1, "")
    assert "trained gates = integer reference: refuted" in outcome.out
    lines = outcome.out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("trained gates differ at "))
    inputs = numbers(lines[start])
    got = chain(adder, **inputs)
    total = inputs["a"] + inputs["b"] + inputs["cin"]
    wanted = {"sum": total % 4, "cout": total // 4}
    printed = {}
    for line in lines[start + 1 :]:
        match = re.fullmatch(r"  (\w+): wanted (\d+), got (\d+)", line)
        if match is None:
            break
        printed[match[1]] = (int(match[2]), int(match[3]))
    assert printed == {bus: (wanted[bus], got[bus]) for bus in wanted if wanted[bus] != got[bus]}
    assert printed
    assert "  first wire that went wrong: " in outcome.out
    return inputs


def as_function(gate: TrainedGate) -> FullAdder:
    """What a trained full adder makes of each row of its table."""
    bits = decide(gate.learned()).tolist()
    return lambda a, b, c: (bits[4 * a + 2 * b + c][0], bits[4 * a + 2 * b + c][1])


@pytest.mark.exhaustive
@pytest.mark.parametrize("output", ["cout", "sum"])
@pytest.mark.parametrize("row", range(8))
def test_one_flipped_row_of_a_truth_table(
    circuits: Circuits, plugins: Plugins, trained: Path, row: int, output: str
) -> None:
    right = plugins.gate("full-adder")
    table = right.table.flipped(row, output)
    posing = replace(train(replace(right, table=table)), spec=right)
    Store(trained).save(posing)

    def flipped(a: int, b: int, c: int) -> tuple[int, int]:
        carry, s = divmod(a + b + c, 2)
        here = 4 * a + 2 * b + c == row
        return carry ^ (here and output == "cout"), s ^ (here and output == "sum")

    outcome = circuits("compose", "ripple-adder", "--bits", "2")
    inputs = assert_printed_and_real(outcome, flipped)
    assert "exact gates   = integer reference: proved" in outcome.out
    document = json.loads(circuits("compose", "ripple-adder", "--bits", "2", "--json").out)
    assert document["outcome"] == "refuted"
    assert document["claims"][1]["counterexample"]["inputs"] == inputs
    # The same pattern by itself is wrong too, and says so.
    words = [f"{name}={value}" for name, value in inputs.items()]
    assert circuits("run", "ripple-adder", "--bits", "2", *words).code == 1


@pytest.mark.parametrize("signal", few(["raw", "restored"], 0))
def test_one_negated_weight(
    circuits: Circuits, gates: dict[str, TrainedGate], trained: Path, signal: str
) -> None:
    right = gates["full-adder"]
    changed = 0
    for place in range(len(right.theta)):
        theta = right.theta.copy()
        theta[place] *= -1
        faulty = replace(right, theta=theta, datasheet=None)
        if np.array_equal(decide(faulty.learned()), right.spec.table.values):
            continue
        changed += 1
        Store(trained).save(faulty)
        outcome = circuits("compose", "ripple-adder", "--bits", "2", "--signal", signal)
        if signal == "restored":
            assert_printed_and_real(outcome, as_function(faulty))
        else:  # raw signals need not be near 0 and 1, so the table does not say what comes out
            assert (outcome.code, outcome.err) == (1, "")
            assert "trained gates differ at a=" in outcome.out
    assert changed > len(right.theta) // 2


# A chain of two full adders whose wires a test names pin by pin.
WIRED = """
from gatewright import CircuitSpec, hookimpl

PINS = {pins!r}

def build(circuit):
    wires = dict(zip(("a0", "a1"), circuit.input_bus("a", 2)))
    wires |= dict(zip(("b0", "b1"), circuit.input_bus("b", 2)))
    wires["cin"] = circuit.input("cin", default=0)
    for bit in (0, 1):
        inputs = [wires[net] for net in PINS[3 * bit : 3 * bit + 3]]
        wires[f"c{{bit}}"], wires[f"s{{bit}}"] = circuit.instance("full-adder", *inputs)
    circuit.output_bus("sum", [wires[net] for net in PINS[6:8]])
    circuit.output("cout", wires[PINS[8]])

def reference(buses):
    total = buses["a"] + buses["b"] + buses["cin"]
    return {{"sum": total % 4, "cout": total // 4}}

@hookimpl
def gatewright_circuits():
    yield CircuitSpec("wired-adder", "two bits", (), build, reference)
"""
RIGHT = ["a0", "b0", "cin", "a1", "b1", "c0", "s0", "s1", "c1"]


def wired(pins: list[str], a: int, b: int, cin: int) -> dict[str, int]:
    wires = {"a0": a & 1, "a1": a >> 1, "b0": b & 1, "b1": b >> 1, "cin": cin}
    for bit in (0, 1):
        ones = sum(wires[net] for net in pins[3 * bit : 3 * bit + 3])
        wires[f"c{bit}"], wires[f"s{bit}"] = divmod(ones, 2)
    return {"sum": wires[pins[6]] + 2 * wires[pins[7]], "cout": wires[pins[8]]}


def swaps() -> list[tuple[int, int]]:
    """Pairs of pins to exchange, but for those that would close a loop."""
    drawn = []
    for one, other in itertools.combinations(range(9), 2):
        first = [
            RIGHT[other] if pin == one else RIGHT[one] if pin == other else RIGHT[pin]
            for pin in range(3)
        ]
        if not {"c0", "s0", "c1", "s1"} & set(first):
            second = [
                RIGHT[one] if pin == other else RIGHT[other] if pin == one else RIGHT[pin]
                for pin in range(3, 6)
            ]
            if not {"c1", "s1"} & set(second):
                drawn.append((one, other))
    return drawn


@pytest.mark.usefixtures("trained")
def test_the_right_wiring_is_proved(circuits: Circuits, install: Install) -> None:
    install("wired", WIRED.format(pins=RIGHT))
    code, out, _ = circuits("compose", "wired-adder")
    assert (code, out.count("proved exhaustively (32 of 32)")) == (0, 2)


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(("one", "other"), swaps())
def test_two_swapped_nets(circuits: Circuits, install: Install, one: int, other: int) -> None:
    pins = list(RIGHT)
    pins[one], pins[other] = pins[other], pins[one]
    install("wired", WIRED.format(pins=pins))
    outcome = circuits("compose", "wired-adder")
    patterns = list(itertools.product(range(4), range(4), range(2)))
    differs = [each for each in patterns if wired(pins, *each) != wired(RIGHT, *each)]
    if not differs:
        assert outcome.code == 0
        assert outcome.out.count("proved exhaustively (32 of 32)") == 2
        return
    assert "exact gates   = integer reference: refuted" in outcome.out
    assert outcome.code == 1
    found = [line for line in outcome.out.splitlines() if " gates differ at " in line]
    assert [line.split()[0] for line in found] == ["exact", "trained"]
    for line in found:
        inputs = numbers(line)
        assert (inputs["a"], inputs["b"], inputs["cin"]) in differs
        got, wanted = (wired(each, **inputs) for each in (pins, RIGHT))
        for bus in got:
            shown = f"  {bus}: wanted {wanted[bus]}, got {got[bus]}"
            assert (shown in outcome.out.splitlines()) == (wanted[bus] != got[bus])


def test_swaps_of_both_kinds_are_drawn() -> None:
    patterns = list(itertools.product(range(4), range(4), range(2)))
    kinds = set()
    for one, other in swaps():
        pins = list(RIGHT)
        pins[one], pins[other] = pins[other], pins[one]
        kinds.add(any(wired(pins, *each) != wired(RIGHT, *each) for each in patterns))
    assert kinds == {True, False}
    assert len(swaps()) > 15
