"""Transfer curves: the gate's own values, the datasheet's levels, the ring's squares."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.certify.butterfly import squares
from gatewright.draw.picture import Picture
from gatewright.draw.plots.transfer import MOST_WAYS, transfer
from gatewright.errors import UsageError
from gatewright.gates.response import Way, margins, toggling
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
from gatewright.learn.network import Architecture
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing

    Read = Callable[[Picture], Drawing]


def names(gate: TrainedGate) -> list[str]:
    return [way.name for way in toggling(gate)]


def test_other_inputs_are_held_where_the_input_turns_the_output(
    gates: Mapping[str, TrainedGate],
) -> None:
    assert names(gates["not"]) == ["a → y"]
    assert names(gates["nor"]) == ["a → y, b = 0", "b → y, a = 0"]
    # Where both are possible an inverter is preferred.
    assert names(gates["xor"]) == ["a → y, b = 1", "b → y, a = 1"]
    assert names(gates["mux"]) == [
        "s → y, a = 1, b = 0",
        "a → y, s = 0, b = 0",
        "b → y, s = 1, a = 0",
    ]
    for gate in gates.values():
        table = gate.spec.table
        for way in toggling(gate):
            low, high = (int(table.values[row, way.output]) for row in (way.row, way.other))
            assert low != high
            assert way.falling == (low == 1)
            changed = table.patterns[way.row] != table.patterns[way.other]
            assert np.flatnonzero(changed).tolist() == [way.input]
            assert way.values(np.array([0.0, 1.0])).tolist() == [low, high]


def test_rows_that_do_not_matter_are_not_held(gates: Mapping[str, TrainedGate]) -> None:
    table = TruthTable.from_rows(["1", "-", "0", "1"], inputs=("a", "b"), outputs=("y",))
    gate = dataclasses.replace(gates["xor"], spec=GateSpec("some", table))
    assert names(gate) == ["a → y, b = 0", "b → y, a = 1"]


@pytest.mark.parametrize("name", ["not", "buf", "nand", "half-adder"])
def test_curves_are_the_values_of_the_gate(
    read: Read, gates: Mapping[str, TrainedGate], name: str
) -> None:
    check_curves(read(transfer(gates[name])), gates[name])


def test_curves_of_a_smooth_gate(read: Read, plugins: Plugins) -> None:
    gate = baseline_gates([plugins.gates["nor"]])["nor"]
    check_curves(read(transfer(gate)), gate)


def check_curves(drawing: Drawing, gate: TrainedGate) -> None:
    for place, way in enumerate(toggling(gate)):
        curve_frame, ring = drawing.frames[2 * place : 2 * place + 2]
        (curve,) = drawing.within(curve_frame, "curve")
        first = np.concatenate([mark.points for mark in drawing.within(ring, "first")])
        second = np.concatenate([mark.points for mark in drawing.within(ring, "second")])
        for frame, points, turned in (
            (curve_frame, curve.points, False),
            (ring, first, False),
            (ring, second, True),
        ):
            x = drawing.value(frame, "x", points[:, 0])
            y = drawing.value(frame, "y", points[:, 1])
            if turned:
                x, y = y, x
            on_curve(way, x, y)


def on_curve(way: Way, x: np.ndarray, y: np.ndarray) -> None:
    """Whether points lie on a curve, to within a hundredth of a unit of the sheet either way."""
    near = [way.values(x + step) for step in (-2e-4, 0.0, 2e-4)]
    assert (y >= np.min(near, axis=0) - 2e-4).all()
    assert (y <= np.max(near, axis=0) + 2e-4).all()


def test_levels_are_those_of_the_datasheet(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    gate = gates["xor"]
    assert gate.datasheet is not None
    drawing = read(transfer(gate))
    assert drawing.words[1] == "proved: VIL 0.45, VIH 0.55, VOL 0, VOH 1"
    for place in range(2):
        frame = drawing.frames[2 * place]
        found = {}
        for mark in drawing.within(frame, "level"):
            (x, y), (to_x, _) = mark.points
            along, at = ("x", x) if x == to_x else ("y", y)
            found[mark.title] = float(drawing.value(frame, along, np.array([at]))[0])
        assert found == pytest.approx({"VIL": 0.45, "VIH": 0.55, "VOL": 0, "VOH": 1}, abs=1e-3)
        boxes = drawing.within(frame, "box")
        edges = sorted(
            float(drawing.value(frame, "x", np.array([at]))[0])
            for box in boxes
            for at in (box.number("x"), box.number("x") + box.number("width"))
        )
        assert edges == pytest.approx([-0.45, 0.45, 0.55, 1.45], abs=1e-3)
    assert [mark.words for mark in drawing.marks("level-name")] == ["VIL", "VIH", "VOL", "VOH"] * 2


@pytest.mark.parametrize("name", ["not", "half-adder"])
def test_squares_are_drawn_and_their_side_is_said(
    read: Read, gates: Mapping[str, TrainedGate], name: str
) -> None:
    gate = gates[name]
    drawing = read(transfer(gate))
    said = [mark.words for mark in drawing.marks("margin")]
    assert said == [f"static noise margin {margin:.3f}" for margin in margins(gate)]
    for place, way in enumerate(toggling(gate)):
        ring = drawing.frames[2 * place + 1]
        both = squares(way.values, falling=way.falling)
        assert both is not None
        for mark, square in zip(drawing.within(ring, "square"), both, strict=True):
            x, y = mark.number("x"), mark.number("y") + mark.number("height")
            west, east = drawing.value(ring, "x", np.array([x, x + mark.number("width")]))
            south, north = drawing.value(ring, "y", np.array([y, mark.number("y")]))
            assert (west, south) == pytest.approx((square.x, square.y), abs=1e-3)
            assert (east - west, north - south) == pytest.approx([square.side] * 2, abs=1e-3)


def test_of_a_gate_without_a_proof_nothing_is_marked(read: Read, plugins: Plugins) -> None:
    gate = baseline_gates([plugins.gates["nand"]])["nand"]
    drawing = read(transfer(gate))
    assert drawing.words[1] == "nothing is proved of it"
    assert drawing.marks("level") == drawing.marks("box") == []
    assert len(drawing.marks("square")) == 4


def test_a_ring_that_keeps_no_bit(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    shape = Architecture((1, 1), ("identity",))
    weak = dataclasses.replace(
        gates["not"], architecture=shape, theta=np.array([-0.5, 0.75]), datasheet=None
    )
    drawing = read(transfer(weak))
    assert margins(weak) == [None]
    assert [mark.words for mark in drawing.marks("margin")] == ["no static noise margin"]
    assert drawing.marks("square") == []


def test_what_cannot_be_drawn_is_refused(gates: Mapping[str, TrainedGate]) -> None:
    constant = TruthTable.from_integers([0b1111], inputs=("a", "b"), outputs=("y",))
    gate = dataclasses.replace(gates["xor"], spec=GateSpec("one", constant))
    with pytest.raises(UsageError, match="no input of gate 'one' ever turns an output"):
        transfer(gate)
    ports = tuple(f"y{place}" for place in range(17))
    many = TruthTable.from_integers([0b0110] * 17, inputs=("a", "b"), outputs=ports)
    shape = Architecture((2, 17), ("logistic",))
    wide = dataclasses.replace(
        gate, spec=GateSpec("many", many), architecture=shape, theta=np.zeros(51), datasheet=None
    )
    with pytest.raises(UsageError, match=f"gate 'many' has 34 .* up to {MOST_WAYS} are drawn"):
        transfer(wide)


def test_the_same_gate_gives_the_same_picture(gates: Mapping[str, TrainedGate]) -> None:
    assert transfer(gates["nand"]) == transfer(gates["nand"])
