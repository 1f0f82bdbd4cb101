"""Attacked points: nowhere in a certified box is an output wrong, in whatever arithmetic it is computed.

    python -m tests.campaign.attack --count 1000000000

Gates: every built-in one, all classes of the library npn4, functions made of them, and wide ones. Points of a
batch: corners, faces and the inside of the boxes of the proof; of the regions that the discipline promises;
and points led by the gradient of an output away from where it should be. Each point is computed in ten ways:
in float32 and float64, by sums from first to last, from last to first with the bias first, and by BLAS, in the
order that it likes; by the Numba kernel of circuits; and by ONNX Runtime. A count is a point, not a way.

Before, a gate of each kind is broken, by a weight or by wider boxes: that must be found.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from tests.campaign import harness
from tests.campaign.harness import Budget, Tally

from gatewright.arrays import Floats, Mask
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.gates.datasheet import rows_of
from gatewright.gates.functions import function_spec
from gatewright.gates.npn.build import build
from gatewright.gates.npn.classes import NpnLibrary
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.plugins.builtin.gates import gatewright_gates

CHUNK = 1 << 14
"""Points of a batch: its arrays fit the cache."""

Reals = npt.NDArray[Any]
Way = Callable[[Reals], Reals]
"""Outputs (outputs, points) of inputs (inputs, points)."""


def by_sums(
    gate: TrainedGate, dtype: npt.DTypeLike, order: Literal["forward", "back", "blas"]
) -> Way:
    """A network of clipped units in plain NumPy, its sums taken in some order."""
    layers = [
        (np.ascontiguousarray(w[0].T, dtype), b[0].T.astype(dtype))
        for w, b in gate.architecture.layers(gate.theta[None])
    ]
    half, quarter = np.array([0.5, 0.25], dtype)

    def way(x: Reals) -> Reals:
        for w, b in layers:
            if order == "blas":
                z = w @ x
                z += b
            else:
                terms = [w[:, k : k + 1] * x[k] for k in range(len(x))]
                if order == "back":
                    terms = [*terms, np.broadcast_to(b, terms[0].shape)][::-1]
                    z = terms[0] + terms[1]
                    for term in terms[2:]:
                        z += term
                else:
                    z = terms[0]
                    for term in terms[1:]:
                        z += term
                    z += b
            z *= quarter
            z += half
            x = np.clip(z, 0, 1, out=z)
        return x

    return way


def alone(spec: GateSpec) -> Netlist:
    """A circuit of one gate."""
    ins, outs = ([f"{kind}{at}" for at in range(len(names))] for kind, names in (
        ("x", spec.table.inputs), ("y", spec.table.outputs)))  # fmt: skip
    return Netlist(
        "alone",
        {spec.name: spec},
        tuple(Bus(name, (name,)) for name in ins),
        tuple(Bus(name, (name,)) for name in outs),
        (Instance("it", spec.name, tuple(ins), tuple(outs)),),
    )


def by_kernel(gate: TrainedGate, dtype: npt.DTypeLike) -> Way:
    """The kernel that runs circuits."""
    program, gates = compile_netlist(alone(gate.spec)), {gate.spec.name: gate}
    engine = NeuralEngine(program, gates, dtype=dtype, threads=1, fast=True)
    return lambda x: engine.outputs(x.T).T


def by_onnx(gate: TrainedGate, precision: Literal["float32", "float64"]) -> Way:
    """The gate as we write it, in ONNX Runtime."""
    import onnxruntime

    from gatewright.formats.onnx.writer import write_onnx

    netlist = alone(gate.spec)
    model = write_onnx(netlist, {gate.spec.name: gate}, precision=precision)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    ready = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [bus.name for bus in netlist.inputs]

    def way(x: Reals) -> Reals:
        given = {name: row[:, None] for name, row in zip(names, x, strict=True)}
        return np.hstack(ready.run(None, given)).T

    return way


def ways(gate: TrainedGate) -> dict[tuple[str, npt.DTypeLike], Way]:
    """All ways that there are here, by name and type."""
    found: dict[tuple[str, npt.DTypeLike], Way] = {}
    for dtype in (np.float32, np.float64):
        for order in ("forward", "back", "blas"):
            found[order, dtype] = by_sums(gate, dtype, order)
        if find_spec("numba"):
            found["numba", dtype] = by_kernel(gate, dtype)
        if find_spec("onnx") and find_spec("onnxruntime"):
            precision: Any = np.dtype(dtype).name
            found["onnx", dtype] = by_onnx(gate, precision)
    return found


class Attack:
    """Batches of points against one gate.

    Args:
        gate: hardened, with a datasheet.
        seed: of the points.
        wider: added to the ends of every box, for a control.
        victim: what is attacked, where it is not the gate itself.
    """

    def __init__(
        self, gate: TrainedGate, seed: int, *, wider: float = 0.0, victim: TrainedGate | None = None
    ) -> None:
        sheet = gate.datasheet
        assert sheet is not None
        self.gate = gate
        self.rows = rows_of(gate.spec)
        self.discipline = sheet.discipline
        self.lows, self.highs = self.discipline.regions(self.rows.x)
        self.matters = np.flatnonzero(self.rows.care.any(1))
        self.boxes = (sheet.rows, sheet.low, sheet.high)
        self.wider = wider
        self.victim = victim or gate
        self.layers = [
            (w[0], b[0].T) for w, b in self.victim.architecture.layers(self.victim.theta[None])
        ]
        self.random = harness.generator(seed, int(gate.digest[:8], 16))
        self.ways = ways(self.victim) if victim is None else {
            ("forward", np.float64): by_sums(self.victim, np.float64, "forward")
        }  # fmt: skip

    def batches(self) -> Iterator[tuple[Reals, Reals]]:
        """Without end: rows (points,) and points (inputs, points) of them."""
        first = True
        while True:
            for rows, low, high in (self._proof(), self._regions()):
                yield rows, self._inside(low, high)
            rows, low, high = self._regions()
            if first:  # every corner of every region, once
                first = False
                yield self._corners()
            yield from self._led(rows, low, high)

    def _proof(self) -> tuple[Reals, Reals, Reals]:
        rows, low, high = self.boxes
        if not len(rows):  # of a gate that restores its inputs: the regions are all there is
            return self._regions()
        some = self.random.integers(len(rows), size=CHUNK)
        return rows[some], low[some].T - self.wider, high[some].T + self.wider

    def _regions(self) -> tuple[Reals, Reals, Reals]:
        rows = self.matters[self.random.integers(len(self.matters), size=CHUNK)]
        return rows, self.lows[rows].T - self.wider, self.highs[rows].T + self.wider

    def _corners(self) -> tuple[Reals, Reals]:
        inputs = self.rows.x.shape[1]
        rows = np.repeat(self.matters, 2**inputs)
        high = np.tile(
            (np.arange(2**inputs)[:, None] >> np.arange(inputs)) & 1, (len(self.matters), 1)
        )
        x = np.where(high == 1, self.highs[rows] + self.wider, self.lows[rows] - self.wider)
        return rows, x.T

    def _inside(self, low: Reals, high: Reals) -> Reals:
        """A quarter of corners, a half of faces and edges, and a quarter of anywhere."""
        share = self.random.random(low.shape, dtype=np.float32).astype(np.float64)
        at_end = np.linspace(-0.5, 1.5, low.shape[1])  # more than 1: all inputs are at an end
        self.random.shuffle(at_end)
        ends = self.random.random(low.shape, dtype=np.float32) < at_end
        share = np.where(ends, share.round(), share)
        return np.where(share == 1.0, high, low + share * (high - low))

    def _led(self, rows: Reals, low: Reals, high: Reals) -> Iterator[tuple[Reals, Reals]]:
        """Points that follow the slope of an output away from where it should be."""
        x = self._inside(low, high)
        wanted = self.rows.y[rows].T
        aim = np.zeros(wanted.shape)
        chosen = self.random.integers(len(aim), size=CHUNK)
        aim[chosen, np.arange(CHUNK)] = 1.0
        aim *= 1 - 2 * wanted
        for step in (0.3, 0.1, 0.03):
            x = np.clip(x + step * np.sign(self._slope(x, aim)), low, high)
            yield rows, x

    def _slope(self, x: Floats, toward: Floats) -> Floats:
        """How each input moves what is aimed at; saturated units count as ones that are not, a little."""
        slopes = []
        for w, b in self.layers:
            z = w.T @ x + b
            slopes.append(1.0 / (1.0 + z * z))
            x = np.clip(0.5 + 0.25 * z, 0.0, 1.0)
        for (w, _), slope in zip(reversed(self.layers), reversed(slopes), strict=True):
            toward = w @ (toward * slope)
        return toward

    def wrong(self, rows: Reals, x: Reals) -> dict[str, Mask]:
        """Of every way, at which points it gives an output out of its band."""
        least, most = self.discipline.bands(self.rows.y[rows].T)
        matter = self.rows.care[rows].T > 0
        given = {dtype: np.ascontiguousarray(x, dtype) for dtype in (np.float32, np.float64)}
        found: dict[str, Mask] = {}
        for (name, dtype), way in self.ways.items():
            y = way(given[dtype])  # type: ignore[index] # one of the two
            fine: Mask = (y >= least) & (y <= most) | ~matter
            if not fine.all():
                found[f"{name} {np.dtype(dtype).name}"] = np.asarray(~fine.all(0))
        return found


def attack(gates: Sequence[TrainedGate], budget: Budget, seed: int) -> Tally:
    """Points against each gate in turn, the same number for each."""
    tally, each = Tally(), -(-budget.count // len(gates))
    for gate in gates:
        one = Attack(gate, seed)
        done = 0
        for rows, x in one.batches():
            for name, points in one.wrong(rows, x).items():
                at = int(np.argmax(points))
                tally.findings.append(
                    f"{gate.spec.name} ({gate.digest[:12]}), {name}: {int(points.sum())} of a batch, row "
                    f"{int(rows[at])} at {[float(v).hex() for v in x[:, at]]}"
                )
            done += x.shape[1]
            if done >= each or budget.over():
                break
        tally.add("points", done)
    tally.outcomes.update({"gates": len(gates), "ways": len(one.ways)})
    return tally


def broken(gate: TrainedGate) -> TrainedGate:
    """A gate with its weightiest weight a quarter less."""
    theta = gate.theta.copy()
    theta[np.argmax(abs(theta))] *= 0.75
    return dataclasses.replace(gate, theta=theta)


def control(gates: Sequence[TrainedGate], budget: Budget, seed: int) -> Tally:
    """Gates whose boxes are a little wider than any that can be proved, and gates of an altered weight."""
    tally = Tally()
    for gate in gates:
        assert gate.datasheet is not None
        # Gates can be good for a little more than was proved; beyond ½ no gate can.
        wider = 0.5 - gate.datasheet.vil + 0.02
        for kind, one in (
            ("wider boxes found", Attack(gate, seed, wider=wider, victim=gate)),
            ("altered weights found", Attack(gate, seed, victim=broken(gate))),
        ):
            for number, (rows, x) in enumerate(one.batches()):
                if one.wrong(rows, x):
                    tally.add(kind)
                    break
                if number > 50:
                    if kind.startswith("wider"):
                        tally.findings.append(
                            f"{gate.spec.name}: no point of wider boxes was found"
                        )
                    tally.add("altered weights that do no harm")
                    break
    if tally.outcomes["altered weights found"] < len(gates) / 2:
        tally.findings.append("most altered weights were not found")
    return tally


@cache
def built_in() -> tuple[TrainedGate, ...]:
    """Every built-in gate as it is by default, and as one network that learned its boxes."""
    specs = tuple(gatewright_gates())
    dense = (train(spec, dense_recipe(spec.table)) for spec in specs)
    return (*map(train, specs), *dense)


@cache
def library() -> NpnLibrary:
    with tempfile.TemporaryDirectory() as folder:
        return build("npn4", Path(folder) / "npn4", jobs=1).library


def classes(inputs: int) -> tuple[TrainedGate, ...]:
    return tuple(gate for gate in library().gates.values() if len(gate.spec.table.inputs) == inputs)


@cache
def made(seed: int = 7) -> tuple[TrainedGate, ...]:
    """All functions of two inputs, and some of three and four, made of their classes' gates."""
    draw = harness.generator(seed)
    wanted = [(ones, 2) for ones in range(1, 15)]
    wanted += [(int(ones), 3) for ones in draw.choice(256, 60, replace=False)]
    wanted += [(int(ones), 4) for ones in draw.choice(2**16, 126, replace=False)]
    return tuple(library().gate(function_spec((ones,), inputs).table) for ones, inputs in wanted)


@cache
def wide() -> tuple[TrainedGate, ...]:
    """Gates of five and six inputs."""
    some: tuple[tuple[str, str, Callable[..., int]], ...] = (
        ("or5", "abcde", lambda *x: int(any(x))),
        ("parity5", "abcde", lambda *x: sum(x) % 2),
        ("majority5", "abcde", lambda *x: int(sum(x) > 2)),
        ("mux4", "stabcd", lambda s, t, *x: int(x[2 * s + t])),
    )
    return tuple(
        train(GateSpec.from_function(name, function, inputs=inputs, outputs="y"))
        for name, inputs, function in some
    )


PARTS: dict[str, harness.Part] = {  # the first class of four inputs is a constant: never wrong
    "control": lambda budget, seed: control(
        (*built_in(), *classes(4)[1::20], *wide()), budget, seed
    ),
    "built-in gates": lambda budget, seed: attack(built_in(), budget, seed),
    "classes of 1 to 3": lambda budget, seed: attack(
        (*classes(1), *classes(2), *classes(3)), budget, seed
    ),
    "222 classes of 4": lambda budget, seed: attack(classes(4), budget, seed),
    "made of the library": lambda budget, seed: attack(made(), budget, seed),
    "5 and 6 inputs": lambda budget, seed: attack(wide(), budget, seed),
}
SHARES = {"control": 0.0, "222 classes of 4": 4.0, "made of the library": 2.0}

if __name__ == "__main__":
    harness.main("Attacked points in certified boxes", PARTS, count=10_000_000, shares=SHARES)
