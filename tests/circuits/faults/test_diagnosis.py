"""Diagnosis against devices whose fault is known."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.circuits.faults.devices import (
    Device,
    changed_devices,
    first_three,
    outputs,
    stuck_devices,
    with_table,
)
from tests.circuits.faults.test_faults import all_faults, every
from tests.circuits.faults.test_faults import outputs as stuck_outputs

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.circuits.faults.diagnosis import diagnose as module
from gatewright.circuits.faults.diagnosis import functions
from gatewright.circuits.faults.diagnosis.diagnose import diagnose
from gatewright.circuits.faults.diagnosis.suspect import UNKNOWN, Showed
from gatewright.circuits.faults.injection import fault_named, injected, telling_patterns
from gatewright.circuits.faults.stuck import Fault
from gatewright.circuits.netlist import Netlist
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import row_numbers

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit

FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))
C17 = Path(__file__).parents[3] / "circuits" / "c17.blif"
Devices = Callable[[Netlist, Bits, int], Iterator[Device]]


@pytest.mark.parametrize("seed", range(3))
def test_every_stuck_wire_explains_itself(
    seed: int, random_circuit: RandomCircuit, random_gates: Mapping[str, GateSpec]
) -> None:
    """Against netlists simulated the plain way: whatever is stuck is named, and what is named fits."""
    netlist = random_circuit(seed, random_gates, inputs=5, instances=6)
    patterns = every(netlist)
    good = stuck_outputs(netlist, patterns)
    effects = {fault: stuck_outputs(netlist, patterns, fault) for fault in all_faults(netlist)}
    for fault, seen in effects.items():
        found = diagnose(netlist, Showed(patterns, seen))
        assert found.failing == int((seen != good).any(1).sum())
        assert (found.suspects != ()) == (found.failing > 0)
        if not found.failing:
            continue
        assert found.exact
        assert sum(each.share for each in found.suspects) == pytest.approx(1)
        places = [place for each in found.suspects for place in each.places]
        assert len(places) == len(set(places))
        right = _place(netlist, fault.net, fault.into)
        assert right in places, fault
        for each in found.suspects:
            for other in each.faults:
                assert np.array_equal(effects[other], seen), (fault, other)
        # Every wire whose fault has this effect is named by some place.
        for other, its in effects.items():
            if np.array_equal(its, seen):
                assert _place(netlist, other.net, other.into) in places


def _place(netlist: Netlist, net: str, into: str) -> str:
    """Where a fault counts: the output or the instance that a branch leads into, else the driver."""
    if into.startswith("output "):
        return into
    if into:
        return next(each.name for each in netlist.instances if into.startswith(f"{each.name}."))
    return next((each.name for each in netlist.instances if net in each.outputs), net)


@pytest.mark.parametrize("most", [8, 0])
def test_another_function_of_a_gate_is_told_row_by_row(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "MOST_TURNED", most)  # 0: outputs one at a time, or all
    netlist = gw.circuit("ripple-adder", bits=3).netlist
    patterns = every(netlist)
    values = netlist.gates["full-adder"].table.values.copy()
    values[0b011] ^= 1
    values[0b110, 0] ^= 1
    found = diagnose(
        netlist, Showed(patterns, outputs(with_table(netlist, "fa1", values), patterns))
    )
    assert (found.suspects[0].places, found.suspects[0].gate) == (("fa1",), "full-adder")
    table = netlist.gates["full-adder"].table
    before = {row: "".join(map(str, table.values[row].tolist())) for row in (0b011, 0b110)}
    after = {row: "".join(map(str, values[row].tolist())) for row in (0b011, 0b110)}
    assert before != after
    assert found.suspects[0].changed == (f"011 → {after[3]}", f"110 → {after[6]}")
    assert found.suspects[0].share > 0.9


@pytest.mark.parametrize("devices", [stuck_devices, changed_devices])
@pytest.mark.parametrize("name", ["c17", "comparator", "c432"])
def test_the_right_place_is_among_the_first_three(name: str, devices: Devices) -> None:
    """Small here; ``python tests/benchmarks/diagnosis.py`` has 1 000 faults of each circuit."""
    if name == "c432" and not FOLDER.name:
        pytest.skip("GATEWRIGHT_BENCHMARKS names no folder of netlists")
    files = {"c17": C17, "c432": FOLDER / "iscas85" / "c432.bench"}
    circuit = gw.circuit(files[name]) if name in files else gw.circuit(name, bits=16)
    patterns = telling_patterns(circuit.netlist, circuit.faults(time_limit=0).patterns)
    wanted = outputs(circuit.netlist, patterns)
    some = (
        each
        for each in devices(circuit.netlist, patterns, 1)
        if (each.showed.outputs != wanted).any()
    )
    tried = list(islice(some, 20))
    right = [each.place in first_three(diagnose(circuit.netlist, each.showed)) for each in tried]
    assert sum(right) >= 19


def test_a_device_without_a_fault_has_no_suspects() -> None:
    adder = gw.circuit("ripple-adder", bits=3)
    patterns = every(adder.netlist)
    found = adder.diagnose(Showed(patterns, outputs(adder.netlist, patterns)))
    assert (found.failing, found.suspects, found.exact, found.outputs) == (0, (), False, ())
    nothing = np.full((len(patterns), 4), UNKNOWN, dtype=np.uint8)
    assert adder.diagnose(Showed(patterns, nothing)).failing == 0


def test_two_faults_are_not_explained_by_one() -> None:
    adder = gw.circuit("ripple-adder", bits=4).netlist
    patterns = every(adder)
    values = 1 - adder.gates["full-adder"].table.values
    twice = outputs(with_table(adder, "fa0", values), patterns)
    twice[:, 3] = 0
    found = diagnose(adder, Showed(patterns, twice))
    assert not found.exact
    assert all(each.unexplained and each.share == 0 for each in found.suspects)
    assert [each.unexplained for each in found.suspects] == sorted(
        each.unexplained for each in found.suspects
    )
    assert found.suspects[0].places == ("fa0",)


@pytest.mark.parametrize("seed", range(8))
def test_of_two_faults_the_nearest_places_are_those_of_brute_force(
    seed: int, random_circuit: RandomCircuit, random_gates: Mapping[str, GateSpec]
) -> None:
    """Every single fault simulated the plain way, and every row of a gate's table turned in every way."""
    netlist = random_circuit(seed, random_gates, inputs=5, instances=7)
    patterns = every(netlist)
    good = stuck_outputs(netlist, patterns)
    faults = list(all_faults(netlist))
    for _, pair in zip(range(6), _pairs(faults, seed), strict=False):
        seen = stuck_outputs(netlist, patterns, *pair)
        without = int((seen != good).any(1).sum())
        found = diagnose(netlist, Showed(patterns, seen))
        assert (found.failing, found.without) == (without, without)
        if not without or found.exact:
            continue
        best = dict.fromkeys((*_places(netlist), *_output_places(netlist)), without)
        for fault in faults:
            rows = int((stuck_outputs(netlist, patterns, fault) != seen).any(1).sum())
            place = _place(netlist, fault.net, fault.into)
            for where in (place, *_only_reader(netlist, fault.net, fault.into)):
                best[where] = min(best[where], rows)
        for each in netlist.instances:
            best[each.name] = min(best[each.name], _best_function(netlist, each.name, seen))
        listed = {each.places[0]: each.unexplained for each in found.suspects}
        assert listed == {place: rows for place, rows in best.items() if rows < without}
        assert list(listed.values()) == sorted(listed.values())
        for one in found.suspects:
            assert one.faults or one.changed
            for fault in one.faults:
                its = stuck_outputs(netlist, patterns, fault)
                assert int((its != seen).any(1).sum()) == one.unexplained


def _pairs(faults: list[Fault], seed: int) -> Iterator[tuple[Fault, Fault]]:
    generator = np.random.default_rng(seed)
    while True:
        first, second = generator.choice(len(faults), 2, replace=False).tolist()
        if faults[first].net != faults[second].net:
            yield faults[first], faults[second]


def _places(netlist: Netlist) -> list[str]:
    return [*netlist.input_nets, *(each.name for each in netlist.instances)]


def _output_places(netlist: Netlist) -> list[str]:
    return [f"output {bit}" for bus in netlist.outputs for bit in bus.bits]


def _only_reader(netlist: Netlist, net: str, into: str) -> list[str]:
    """The gate that reads a wire which nothing else reads."""
    readers = [each.name for each in netlist.instances for given in each.inputs if given == net]
    leaves = any(net in bus.nets for bus in netlist.outputs)
    return readers if not into and len(readers) == 1 and not leaves else []


def _best_function(netlist: Netlist, name: str, seen: Bits) -> int:
    """The fewest rows that any function of a gate leaves: each row of its table on its own."""
    patterns = every(netlist)
    chosen = next(each for each in netlist.instances if each.name == name)
    table = netlist.gates[chosen.gate].table
    probe = replace(netlist, outputs=(replace(netlist.outputs[0], nets=chosen.inputs, names=()),))
    rows = row_numbers(stuck_outputs(probe, patterns))
    wrong = 0
    for row in np.unique(rows):
        fewest = len(patterns)
        for word in range(1 << len(table.outputs)):
            values = table.values.copy()
            values[row] = [word >> place & 1 for place in range(len(table.outputs))]
            gave = stuck_outputs(with_table(netlist, name, values), patterns)
            fewest = min(fewest, int((gave != seen).any(1)[rows == row].sum()))
        wrong += fewest
    return wrong


def test_what_a_row_leaves_open_and_rows_given_twice_do_not_count() -> None:
    adder = gw.circuit("ripple-adder", bits=2)
    showed = adder.inject("cin stuck at 1", patterns=[[0, 0, 0, 0, 0]] * 3 + [[1, 0, 0, 0, 0]])
    assert adder.diagnose(showed).rows == 2
    open_outputs = showed.outputs.copy()
    open_outputs[:, 1:] = UNKNOWN
    found = adder.diagnose(Showed(showed.patterns, open_outputs))
    assert (found.failing, found.outputs) == (2, ("sum[0]",))
    assert "cin" in [place for each in found.suspects for place in each.places]


def test_of_many_rows_failing_ones_are_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 4)
    adder = gw.circuit("ripple-adder", bits=3).netlist
    found = diagnose(adder, injected(adder, fault_named(adder, "cin stuck at 1"), every(adder)))
    assert (found.rows, found.failing) == (128, 64)
    assert "cin" in first_three(found)


def test_what_is_no_fault_and_no_pattern_is_refused() -> None:
    adder = gw.circuit("ripple-adder", bits=2)
    with pytest.raises(
        UsageError, match=r"'cim stuck at 1' is not a fault of .*did you mean 'cin stuck"
    ):
        adder.inject("cim stuck at 1")
    with pytest.raises(
        UsageError, match=r"patterns of shape \(2, 3\); give one row of 5 bits for each"
    ):
        adder.inject("cin stuck at 1", patterns=[[0] * 3] * 2)
    with pytest.raises(UsageError, match="a pattern holds what is not a bit; give 0 or 1"):
        adder.inject("cin stuck at 1", patterns=[[2] * 5])
