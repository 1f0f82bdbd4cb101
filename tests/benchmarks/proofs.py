"""Every builder at every width in its bounds up to a limit: proved, and by what, or not.

    python tests/benchmarks/proofs.py           # 1 to 8, 16, 32, 64, 128, 256; about ten minutes
    python tests/benchmarks/proofs.py 64 divider square-root

Other parameters are as they are by default, but for choices, each of which is looked at. Processor seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from gatewright.circuits.parameter import Value
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.plugins.manager import load_plugins

SIZES = (*range(1, 9), 16, 32, 64, 128, 256)


def cases(spec: CircuitSpec, most: int) -> Iterator[dict[str, Value]]:
    """Every size with every choice."""
    chosen: list[dict[str, Value]] = [{}]
    for each in spec.parameters:
        if each.choices:
            chosen = [{**one, each.name: choice} for one in chosen for choice in each.choices]
    sized = next((each for each in spec.parameters if not each.choices), None)
    if sized is None:
        yield {}
        return
    low, high = sized.minimum, sized.maximum
    for size in SIZES:
        if low <= size <= min(high, most):
            yield from ({**one, sized.name: size} for one in chosen)


def main(most: int, names: list[str]) -> None:
    """Print a line for each builder, and one for each that is not proved."""
    plugins = load_plugins()
    left = 0
    for name, spec in plugins.circuits.items():
        if spec.cycle is not None or (names and name not in names):
            continue
        methods: dict[str, int] = {}
        worst, when = 0.0, ""
        for words in cases(spec, most):
            circuit = spec.elaborate(words, plugins.gates)
            start = time.process_time()
            claim = prove_netlist(circuit)
            spent = time.process_time() - start
            if spent >= worst:
                worst, when = spent, circuit.title
            methods[claim.method] = methods.get(claim.method, 0) + 1
            if claim.outcome != "proved":
                left += 1
                print(f"NOT PROVED in {spent:.1f} s: {circuit.title}: {claim.extent}", flush=True)
        how = ", ".join(f"{count} {method}" for method, count in methods.items())
        print(f"{name:26} {how:60} at most {worst:7.2f} s ({when})", flush=True)
    print(f"{left} not proved")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1], sys.argv[2:])
