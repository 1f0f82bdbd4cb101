"""How the time of a ripple adder grows with its width.

    python tests/benchmarks/ripple.py

Builds, compiles and runs 4 096 random patterns through exact and trained gates; the last column is
the time a bit, which stays level where growth is linear.
"""

from __future__ import annotations

import time

from gatewright import load_plugins, train, verify
from gatewright.circuits.program import compile_netlist

PATTERNS = 4096


def main() -> None:
    """Print the table."""
    plugins = load_plugins()
    gates = {"full-adder": train(plugins.gate("full-adder"))}
    print(
        f"{'bits':>5}{'build ms':>10}{'compile ms':>12}{'4096 patterns ms':>18}{'in all ms':>11}"
        f"{'µs a bit':>10}"
    )
    for bits in (64, 64, 128, 256, 512, 1024):  # the first warms up
        started = time.perf_counter()
        circuit = plugins.circuit("ripple-adder").elaborate({"bits": bits}, plugins.gates)
        built = time.perf_counter()
        compile_netlist(circuit.netlist)
        compiled = time.perf_counter()
        verdict = verify(circuit, gates, samples=PATTERNS)
        checked = time.perf_counter()
        if verdict.outcome != "sampled":
            raise SystemExit(f"{bits} bits: {verdict.outcome}")
        whole = checked - started
        print(
            f"{bits:>5}{(built - started) * 1e3:>10.1f}{(compiled - built) * 1e3:>12.1f}"
            f"{(checked - compiled) * 1e3:>18.1f}{whole * 1e3:>11.1f}{whole / bits * 1e6:>10.0f}"
        )


if __name__ == "__main__":
    main()
