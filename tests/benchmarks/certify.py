"""What proving gates costs, and what gates reach: margins, weight tolerances, bits.

    python tests/benchmarks/certify.py

Four tables: every built-in gate and the time its proof takes; the fewest bits a weight of each; noise margin
against architecture; and the noise margin of one neuron against its limit 1/(2n). One thread is enough:
set OPENBLAS_NUM_THREADS=1. About half a minute.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gatewright import load_plugins, train
from gatewright.certify.discipline import DEFAULT
from gatewright.certify.prover import Rows, prove
from gatewright.certify.widest import widest_margin
from gatewright.errors import NotLearnedError
from gatewright.gates.datasheet import rows_of
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.learn.network import Architecture
from gatewright.logic.bits import table_rows

SEEDS = 5


def main() -> None:
    """Print the tables."""
    specs = load_plugins().gates
    gates = {name: train(spec) for name, spec in specs.items()}
    built_in(gates)
    fewest_bits(specs)
    architectures(specs)
    one_neuron()


def built_in(gates: Mapping[str, TrainedGate]) -> None:
    """Every built-in gate, trained with seed 0."""
    print(
        f"{'gate':<12}{'layers':>10}{'boxes':>6}{'proof ms':>10}{'slowest':>9}"
        f"{'widest NM':>11}{'tolerance':>11}{'bits':>6}"
    )
    medians = []
    for name, gate in gates.items():
        rows, times = rows_of(gate.spec), []
        for _ in range(20):
            started = time.perf_counter()
            (proof,) = prove(gate.architecture, gate.theta[None], rows, [DEFAULT])
            times.append((time.perf_counter() - started) * 1e3)
        sheet = gate.datasheet
        if proof.outcome != "proved" or sheet is None:
            raise SystemExit(f"{name}: {proof.outcome}")
        medians.append(statistics.median(times))
        print(
            f"{name:<12}{_layers(gate.architecture):>10}{proof.boxes:>6}{medians[-1]:>10.2f}{max(times):>9.2f}"
            f"{sheet.widest:>11.4f}{100 * sheet.weight_tolerance:>9.2f} %{sheet.weight_bits:>6}"
        )
    print(f"median of medians {statistics.median(medians):.2f} ms, slowest {max(medians):.2f} ms\n")


def fewest_bits(specs: Mapping[str, GateSpec]) -> None:
    """The fewest bits a weight with which a restart is proved at 0.45, of 16 restarts and of 64."""
    print(f"fewest bits a weight at NM = 0.45; best of seeds 0 to {SEEDS - 1}, and all of them")
    print(f"{'gate':<12}{'16 restarts':>20}{'64 restarts':>20}")
    for name, spec in specs.items():
        cells = []
        for restarts in (16, 64):
            recipe = replace(default_recipe(spec.table), weight_bits=0, restarts=restarts)
            bits = [_sheet_bits(train(spec, recipe, seed=seed)) for seed in range(SEEDS)]
            cells.append(f"{min(bits)}  ({' '.join(map(str, bits))})")
        print(f"{name:<12}{cells[0]:>20}{cells[1]:>20}")
    print()


def _sheet_bits(gate: TrainedGate) -> int:
    sheet = gate.datasheet
    if sheet is None or sheet.vil != DEFAULT.vil:
        raise SystemExit(f"{gate.spec.name} is not proved at {DEFAULT.vil}")
    return sheet.weight_bits


def architectures(specs: Mapping[str, GateSpec]) -> None:
    """The widest margin proved of hardened gates of several architectures, best and median of seeds."""
    names = ("and", "xor", "xor3", "full-adder")
    print(f"widest NM against hidden layers, 8 bits, 16 restarts: best (median) of {SEEDS} seeds")
    print("below 0.45: boxes of 0.45 were not proved, so smaller ones were learned")
    print(f"{'hidden':<8}" + "".join(f"{name:>17}" for name in names))
    for hidden in ("none", "4", "k", "k-4", "k-6", "k-4-4", "k-k-4", "k-k-6"):
        cells = []
        for name in names:
            spec = specs[name]
            inputs = len(spec.table.inputs)
            layers = tuple(
                inputs if part == "k" else int(part) for part in hidden.split("-") if part != "none"
            )
            recipe = replace(default_recipe(spec.table), layers=layers)
            found = [_widest(spec, recipe, seed) for seed in range(SEEDS)]
            cells.append(
                f"{max(found):.4f} ({statistics.median(found):.4f})"
                if max(found)
                else "not learned"
            )
        print(f"{hidden:<8}" + "".join(f"{cell:>17}" for cell in cells))
    print()


def _widest(spec: GateSpec, recipe: Recipe, seed: int) -> float:
    """The widest margin of a gate; 0 where it is not learned, or its boxes are not proved."""
    try:
        sheet = train(spec, recipe, seed=seed).datasheet
    except NotLearnedError:
        return 0.0
    return 0.0 if sheet is None or sheet.vol else sheet.widest


def one_neuron() -> None:
    """The widest margin of one clipped neuron computing n-input AND, over gains and offsets."""
    print(f"one neuron, n-input AND{'widest NM':>12}{'1/(2n)':>10}{'gain':>10}")
    gains = np.geomspace(10, 1e5, 33)
    for inputs in range(1, 6):
        x = table_rows(inputs).astype(np.float64)
        rows = Rows(x, x.prod(1)[:, None], np.ones((len(x), 1)))
        shape, best, at = Architecture((inputs, 1), ("clipped",)), 0.0, 0.0
        for gain in gains:
            for off in (-0.02, -0.01, 0.0, 0.01, 0.02):
                theta = np.array([gain] * inputs + [-gain * (inputs - 0.5 + off)])
                margin = widest_margin(shape, theta, rows, 0.0)
                if margin > best:
                    best, at = margin, float(gain)
        print(f"{inputs:>23}{best:>12.4f}{1 / (2 * inputs):>10.4f}{at:>10.0f}")


def _layers(architecture: Architecture) -> str:
    return "-".join(map(str, architecture.sizes))


if __name__ == "__main__":
    main()
