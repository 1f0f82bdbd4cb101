"""What is drawn as one thing."""

from __future__ import annotations

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.draw.schematic.groups import FEW, MANY, Group, groups
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins

INVERTER = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")


def netlist(plugins: Plugins, name: str, **given: int | str) -> Netlist:
    return plugins.circuit(name).elaborate(given, plugins.gates).netlist


def named(found: list[Group]) -> list[tuple[str, str]]:
    return [(each.name, each.note) for each in found]


@pytest.mark.parametrize(
    ("name", "bits"), [("alu", 64), ("kogge-stone", 64), ("divider", 16), ("ripple-adder", 17)]
)
@pytest.mark.parametrize("depth", [None, 1, 2, 3])
def test_every_gate_is_in_one_group(
    plugins: Plugins, name: str, bits: int, depth: int | None
) -> None:
    whole = netlist(plugins, name, bits=bits)
    held = [each.name for group in groups(whole, depth) for each in group.instances]
    assert sorted(held) == sorted(each.name for each in whole.instances)


def test_a_small_circuit_is_drawn_gate_by_gate(plugins: Plugins) -> None:
    whole = netlist(plugins, "carry-select", bits=8)
    assert [group.instances for group in groups(whole)] == [(each,) for each in whole.instances]
    assert all(group.single for group in groups(whole))
    assert named(groups(whole, 1)) == [
        ("block0", "3 gates"),
        ("block1", "11 gates"),
        ("block2", "8 gates"),
    ]


def test_a_chain_shows_its_ends(plugins: Plugins) -> None:
    assert named(groups(netlist(plugins, "carry-select", bits=64))) == [
        ("block0", "8 gates"),
        ("block1", "26 gates"),
        ("block2 … block6", "5 × 26 gates"),
        ("block7", "26 gates"),
    ]


def test_what_stands_side_by_side_is_one(plugins: Plugins) -> None:
    found = groups(netlist(plugins, "ripple-adder-subtractor", bits=32))
    assert named(found)[0] == ("xor0 … xor31", "32 × xor")
    assert found[0].parts == 32


def test_a_depth_opens_blocks_and_runs(plugins: Plugins) -> None:
    whole = netlist(plugins, "alu", bits=32)
    assert ("logic", "224 gates") in named(groups(whole, 1))
    assert ("logic/bit0 … bit31", "32 × 7 gates") in named(groups(whole, 2))
    assert ("logic/bit7", "7 gates") in named(groups(whole, 3))
    assert ("logic/bit7/low", "mux") in named(groups(whole, 4))


@pytest.mark.parametrize("count", [FEW - 1, FEW])
def test_few_are_drawn_one_by_one(count: int) -> None:
    circuit = CircuitBuilder("row", {"not": INVERTER})
    wires = circuit.input_bus("a", count)
    circuit.output_bus("y", [circuit.gate("not", wire) for wire in wires])
    assert len(groups(circuit.netlist(), 1)) == (count if count < FEW else 1)


def test_blocks_of_like_names_are_one_where_there_are_many(plugins: Plugins) -> None:
    few = named(groups(netlist(plugins, "divider", bits=MANY // 2), 1))
    assert [name for name, _ in few if name.startswith("row")] == [
        f"row{place}" for place in range(MANY // 2)
    ]
    many = named(groups(netlist(plugins, "divider", bits=MANY + 2), 1))
    assert many[-3:] == [
        ("row0", "4 gates"),
        ("row1 … row24", "24 blocks, 696 gates"),
        ("row25", "53 gates"),
    ]
