"""How long a composition certificate takes, and what noise does over depth.

    python tests/benchmarks/composition.py

First table: ripple adders of certified full adders; the certificate alone (datasheets, drivers, cycles),
and the proof that the netlist of exact gates is a + b + cin. Second: a chain of inverters, every wire off
by up to the noise, certified gates beside plainly trained ones; wrong wires among all that were run.
"""

from __future__ import annotations

import time

import numpy as np

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells, trained_cells
from gatewright.circuits.simulate.noise import noisy
from gatewright.circuits.verify.composition import certificate
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.gates.trained import decide
from gatewright.gates.training.baseline import baseline_gates
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins, load_plugins

WIDTHS = (64, 1024, 10_000, 100_000)
DEPTHS = (10, 100, 1_000, 10_000, 100_000)
NOISES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45)
PATTERNS = 16


def adder(plugins: Plugins, bits: int) -> Netlist:
    """A ripple adder of any width: the builder's own bound is lower."""
    builder = CircuitBuilder("adder", plugins.gates)
    a, b = builder.input_bus("a", bits), builder.input_bus("b", bits)
    carry, total = builder.input("cin"), []
    for x, y in zip(a, b, strict=True):
        carry, s = builder.instance("full-adder", x, y, carry)
        total.append(s)
    builder.output_bus("sum", total)
    builder.output("cout", carry)
    return builder.netlist()


def certificates(plugins: Plugins) -> None:
    """Print the first table."""
    gates = {"full-adder": train(plugins.gate("full-adder"))}
    print(
        f"{'full adders':>11}{'build s':>9}{'certificate s':>15}{'µs a gate':>11}{'netlist proof s':>17}"
    )
    for bits in WIDTHS:
        started = time.perf_counter()
        netlist = adder(plugins, bits)
        built = time.perf_counter() - started
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            assert certificate(netlist, gates).outcome == "proved"
            seconds.append(time.perf_counter() - started)
        proof = "–"
        if bits <= 1024:
            circuit = plugins.circuit("ripple-adder").elaborate({"bits": bits}, plugins.gates)
            started = time.perf_counter()
            assert prove(circuit).outcome == "proved"
            proof = f"{time.perf_counter() - started:.3f}"
        print(
            f"{bits:>11}{built:>9.3f}{min(seconds):>15.4f}{min(seconds) / bits * 1e6:>11.2f}{proof:>17}"
        )


def depths(plugins: Plugins) -> None:
    """Print the second table."""
    spec = plugins.gate("not")
    sides = {"certified": {"not": train(spec)}, "plain": baseline_gates([spec])}
    print(f"\n{'inverters':>9}  {'gates':<10}" + "".join(f"{f'±{each:g}':>8}" for each in NOISES))
    for depth in DEPTHS:
        builder = CircuitBuilder("chain", plugins.gates)
        wire = builder.input("a")
        for _ in range(depth):
            wire = builder.gate("not", wire)
        builder.output("y", wire)
        program = compile_netlist(builder.netlist())
        patterns = np.tile(np.array([[0], [1]], dtype=np.uint8), (PATTERNS // 2, 1))
        exact = evaluate(program, exact_cells(program), patterns)
        for name, gates in sides.items():
            cells = trained_cells(program, gates)
            rates = []
            for noise in NOISES:
                generator = np.random.default_rng(0)
                raw = noisy(program, cells, patterns, noise=noise, generator=generator)
                rates.append(float((decide(raw) != exact).mean()))
            print(f"{depth:>9}  {name:<10}" + "".join(f"{rate:>8.2g}" for rate in rates))


if __name__ == "__main__":
    certificates(load_plugins())
    depths(load_plugins())
