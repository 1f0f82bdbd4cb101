"""Surfaces: colours, boxes, rows and lines lie where the gate says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.draw.canvas.raster import shade
from gatewright.draw.picture import Picture
from gatewright.draw.plots.surface import surface
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
from gatewright.learn.network import Architecture
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing, Frame

    Read = Callable[[Picture], Drawing]


def value(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """The inputs at a place of a panel, which shows -0.5 to 1.5 both ways."""
    size = frame.right - frame.left
    return -0.5 + 2 * (x - frame.left) / size, -0.5 + 2 * (frame.bottom - y) / size


def panels(gate: TrainedGate) -> list[tuple[int, list[float]]]:
    """The output and the other inputs of each panel, in the order they are drawn."""
    others = len(gate.spec.table.inputs) - 2
    slices = [
        [float(bit) for bit in f"{each:0{others}b}"] if others else [] for each in range(2**others)
    ]
    return [(output, each) for output in range(len(gate.spec.table.outputs)) for each in slices]


@pytest.fixture(scope="module")
def plain(plugins: Plugins) -> TrainedGate:
    """A smooth XOR, of which nothing is proved."""
    return baseline_gates([plugins.gates["xor"]], seed=1)["xor"]


@pytest.mark.parametrize("name", ["xor", "nor", "half-adder", "full-adder", "mux"])
def test_colours_are_the_raw_outputs(
    read: Read, gates: Mapping[str, TrainedGate], name: str
) -> None:
    check_colours(read(surface(gates[name])), gates[name])


def test_colours_of_smooth_outputs(read: Read, plain: TrainedGate) -> None:
    check_colours(read(surface(plain)), plain)


def check_colours(drawing: Drawing, gate: TrainedGate) -> None:
    assert len(drawing.frames) == len(panels(gate))
    for frame, (output, others) in zip(drawing.frames, panels(gate), strict=True):
        seen = 0
        for mark in drawing.marks("shade"):
            for left, top, right, bottom in mark.rectangles:
                middle = ((left + right) / 2, (top + bottom) / 2)
                if not frame.holds(*middle):
                    continue
                seen += 1
                # The middle of the unit nearest to the middle of the rectangle: what was evaluated.
                x, y = (np.floor(at) + 0.5 for at in middle)
                raw = gate.raw(np.array([[*value(frame, x, y), *others]]))[0, output]
                assert mark["fill"] == shade(raw)
        assert seen >= 3


@pytest.mark.parametrize("name", ["xor", "half-adder", "full-adder"])
def test_boxes_are_those_of_the_datasheet(
    read: Read, gates: Mapping[str, TrainedGate], name: str
) -> None:
    gate = gates[name]
    assert gate.datasheet is not None
    drawing = read(surface(gate))
    for frame in drawing.frames:
        boxes = drawing.within(frame, "box")
        found = set()
        for box in boxes:
            x, y = box.number("x"), box.number("y")
            low = value(frame, x, y + box.number("height"))
            high = value(frame, x + box.number("width"), y)
            found.add(tuple(np.round([*low, *high], 3)))
        vil = gate.datasheet.vil
        sides = {0: (-vil, vil), 1: (1 - vil, 1 + vil)}
        assert found == {
            (sides[a][0], sides[b][0], sides[a][1], sides[b][1]) for a in (0, 1) for b in (0, 1)
        }


def test_rows_stand_at_their_bits_with_their_outputs(
    read: Read, gates: Mapping[str, TrainedGate]
) -> None:
    gate = gates["full-adder"]
    drawing = read(surface(gate))
    table = gate.spec.table
    for frame, (output, (cin,)) in zip(drawing.frames, panels(gate), strict=True):
        found = {}
        for row, bit in zip(
            drawing.within(frame, "row"), drawing.within(frame, "bit"), strict=True
        ):
            a, b = value(frame, row.number("cx"), row.number("cy"))
            assert (a, b) == pytest.approx((round(a), round(b)), abs=0.001)
            found[round(a), round(b), int(cin)] = int(bit.words)
            assert row.title.startswith(
                f"a = {a:.0f}, b = {b:.0f}, cin = {cin:.0f}: {bit.words}, raw "
            )
        assert len(found) == 4
        for pattern, bit_ in found.items():
            row_ = int("".join(map(str, pattern)), 2)
            assert bit_ == table.values[row_, output]
    assert [mark.words for mark in drawing.marks("heading")] == [
        "cout, cin = 0",
        "cout, cin = 1",
        "sum, cin = 0",
        "sum, cin = 1",
    ]


def test_ticks_are_where_the_bits_are(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    drawing = read(surface(gates["xor"]))
    (frame,) = drawing.frames
    for bit, at in drawing.ticks(frame, "x").items():
        assert value(frame, at, 0)[0] == pytest.approx(bit, abs=0.001)
    for bit, at in drawing.ticks(frame, "y").items():
        assert value(frame, 0, at)[1] == pytest.approx(bit, abs=0.001)
    assert {"input a", "input b"} <= set(drawing.words)


@pytest.mark.parametrize("name", ["xor", "full-adder", "smooth xor3"])
def test_lines_are_where_units_are_undecided(
    read: Read, gates: Mapping[str, TrainedGate], plugins: Plugins, name: str
) -> None:
    smooth = name.startswith("smooth")  # its units look at all inputs
    gate = baseline_gates([plugins.gates["xor3"]])["xor3"] if smooth else gates[name]
    (w, b), *_ = gate.architecture.layers(gate.theta[None])
    drawing = read(surface(gate))
    for frame, (_, others) in zip(drawing.frames, panels(gate), strict=True):
        lines = drawing.within(frame, "unit")
        assert len(lines) >= 2
        for line in lines:
            unit = int(line.title.removeprefix("unit ")) - 1
            for x, y in line.points:
                z = np.array([*value(frame, x, y), *others]) @ w[0, :, unit] + b[0, 0, unit]
                assert abs(z) < 0.0003 * (abs(w[0, :, unit]).sum())


def test_of_one_input_the_curve_is_drawn(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    gate = gates["not"]
    drawing = read(surface(gate))
    (frame,) = drawing.frames
    (curve,) = drawing.marks("curve")
    x = drawing.value(frame, "x", curve.points[:, 0])
    y = drawing.value(frame, "y", curve.points[:, 1])
    assert (x[0], x[-1]) == pytest.approx((-0.5, 1.5), abs=0.001)
    # To within a hundredth of a unit, where the curve is steep.
    near = [gate.raw((x + step)[:, None])[:, 0] for step in (-1e-4, 1e-4)]
    assert (y >= np.minimum(*near) - 0.001).all()
    assert (y <= np.maximum(*near) + 0.001).all()
    assert len(drawing.marks("box")) == 2


def test_what_is_proved_is_said_and_nothing_else(
    read: Read, gates: Mapping[str, TrainedGate], plain: TrainedGate
) -> None:
    words = read(surface(gates["xor"])).words
    assert words[:2] == [
        "xor, learned and certified",
        "a 2-2-2-1 network; inputs off by up to ±0.45 give exactly 0 or 1: proved",
    ]
    assert words.count("exactly 1") == 2
    drawing = read(surface(plain))
    assert drawing.words[:2] == ["xor, learned", "a 2-2-4-1 network; nothing is proved of it"]
    assert drawing.marks("box") == []
    raw = {f"raw {each:.4f}" for each in plain.learned()[:, 0]}
    assert {mark.words for mark in drawing.marks("raw")} == raw


def test_rows_that_do_not_matter_have_no_box(read: Read) -> None:
    spec = GateSpec(
        "some", TruthTable.from_rows(["0", "-", "1", "1"], inputs=("a", "b"), outputs=("y",))
    )
    from gatewright.gates.training.train import train

    drawing = read(surface(train(spec)))
    assert len(drawing.marks("box")) == 3
    assert sorted(mark.words for mark in drawing.marks("bit")) == ["0", "1", "1", "–"]
    assert drawing.marks("note")[-1].words == "–: a row in which the output does not matter."


def test_outputs_that_are_no_numbers_are_grey(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    shape = Architecture((2, 2, 1), ("identity", "identity"))
    theta = np.array([1e308, -1e308, 1e308, -1e308, 0, 0, 1e10, 1e10, 0.5])
    odd = dataclasses.replace(gates["xor"], architecture=shape, theta=theta, datasheet=None)
    drawing = read(surface(odd))
    assert "#808080" in {mark["fill"] for mark in drawing.marks("shade")}


def wide(gate: TrainedGate, inputs: int) -> TrainedGate:
    """A gate of so many inputs; what it gives does not matter."""
    names = tuple(f"i{place}" for place in range(inputs))
    table = TruthTable.from_integers([1], inputs=names, outputs=("y",))
    shape = Architecture((inputs, 1), ("logistic",))
    return dataclasses.replace(
        gate,
        spec=GateSpec("wide", table),
        architecture=shape,
        theta=np.ones(inputs + 1),
        datasheet=None,
    )


def test_too_many_inputs_are_refused(read: Read, gates: Mapping[str, TrainedGate]) -> None:
    assert len(read(surface(wide(gates["xor"], 6))).frames) == 16
    with pytest.raises(
        UsageError, match="gate 'wide' has 7 inputs, and slices are drawn of up to 6"
    ):
        surface(wide(gates["xor"], 7))


def test_the_same_gate_gives_the_same_picture(gates: Mapping[str, TrainedGate]) -> None:
    assert surface(gates["xor"]) == surface(gates["xor"])
    assert surface(gates["xor"]) != surface(gates["xnor"])
