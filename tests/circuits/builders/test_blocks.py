"""Builders as blocks of a circuit of a plugin, beside a gate of that plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.builders.comparators import compare
from gatewright.circuits.builders.selectors import choose, decode, highest_one
from gatewright.circuits.circuit import Buses
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.train import train
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.manager import Plugins, load_plugins


class Distance:
    """A plugin: |a - b| by the smaller subtracted from the larger, and a gate of its own."""

    @staticmethod
    @hookimpl
    def gatewright_gates() -> list[GateSpec]:
        return [
            GateSpec.from_function("but-not", lambda a, b: a & ~b & 1, inputs="ab", outputs="y")
        ]

    @staticmethod
    @hookimpl
    def gatewright_circuits() -> list[CircuitSpec]:
        bits = (Parameter("bits", 3, maximum=64),)
        return [CircuitSpec("distance", "", bits, Distance.build, Distance.reference)]

    @staticmethod
    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        with circuit.block("order"):
            less, _, _ = compare(circuit, a, b)
        with circuit.block("larger"):
            large = choose(circuit, [less], [a, b])
        with circuit.block("smaller"):
            small = choose(circuit, [less], [b, a])
        with circuit.block("subtract"):
            turned = [circuit.gate("not", wire, name=f"not{bit}") for bit, wire in enumerate(small)]
            rest, _ = ripple(circuit, large, turned, 1)
        circuit.output_bus("y", rest)
        circuit.output("odd", circuit.gate("but-not", large[0], small[0], name="odd"))

    @staticmethod
    def reference(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG004 - the same at any width
        a, b = buses["a"], buses["b"]
        swap = a < b
        large, small = a + swap * (b - a), b + swap * (a - b)
        return {"y": large - small, "odd": (large % 2) * (1 - small % 2)}


def test_builders_are_blocks_of_a_plugins_circuit(plugins: Plugins, gates: dict[str, Any]) -> None:
    loaded = load_plugins({"distance": Distance})
    assert loaded.plugins[-1].state == "healthy"
    circuit = loaded.circuit("distance").elaborate({}, loaded.gates)
    found = [each.name for each in circuit.netlist.instances]
    assert {name.split("/")[0] for name in found} == {
        "order",
        "larger",
        "smaller",
        "subtract",
        "odd",
    }
    assert "order/level1/less0" in found
    assert "larger/level0/mux0_2" in found
    assert found[-3:] == ["subtract/fa1", "subtract/fa2", "odd"]
    verdict = verify(circuit, {**gates, "but-not": train(loaded.gate("but-not"))})
    assert [claim.extent for claim in verdict.claims] == ["proved exhaustively (64 of 64)"] * 2


@pytest.mark.parametrize(
    ("place", "what"), [(decode, "a decoder"), (highest_one, "a priority encoder")]
)
def test_no_wires_at_all_are_refused(
    plugins: Plugins, place: Callable[..., object], what: str
) -> None:
    with pytest.raises(NetlistError, match=f"{what} needs at least one bit"):
        place(CircuitBuilder("none", plugins.gates), [])
