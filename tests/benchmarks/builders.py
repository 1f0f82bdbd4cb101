"""Every builder on every pattern of every width that has at most 2^20, and what 64 bits cost.

    python tests/benchmarks/builders.py

The first table: how many widths were compared with the integer reference, the widest of them, how many
patterns in all. The second: gates, levels, the time to build and to compile, and what decision diagrams
say.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.patterns import EXHAUSTIVE_BITS
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.verify import verify
from gatewright.errors import UsageError
from gatewright.kinds import DISABLE
from gatewright.plugins.manager import Plugins, load_plugins

os.environ[DISABLE] = "comparator,seven-segment"  # only what comes with Gatewright


def main() -> None:
    """Print the tables."""
    plugins = load_plugins()
    print(f"{'circuit':<25}{'widths':>7}{'patterns':>12}{'s':>7}  widest")
    for spec in plugins.circuits.values():
        started = time.perf_counter()
        widths = patterns = 0
        widest = ""
        for circuit in exhaustible(spec, plugins):
            claim = verify(circuit, None).claims[0]
            if claim.outcome != "proved" or claim.method != "exhaustive":
                raise SystemExit(f"{circuit.title}: {claim.extent}")
            widths, patterns = widths + 1, patterns + claim.checked + claim.excluded
            widest = circuit.title
        taken = time.perf_counter() - started
        print(f"{spec.name:<25}{widths:>7}{patterns:>12,}{taken:>7.1f}  {widest}")
    print(
        f"\n{'circuit':<50}{'gates':>7}{'levels':>7}{'build ms':>10}{'compile ms':>11}{'s':>6}  proof"
    )
    for spec in plugins.circuits.values():
        for given in shown(spec):
            started = time.perf_counter()
            circuit = spec.elaborate(given, plugins.gates)
            built = time.perf_counter()
            program = compile_netlist(circuit.netlist)
            compiled = time.perf_counter()
            extent = prove(circuit).extent if circuit.netlist.instances else ""
            proved = time.perf_counter()
            print(
                f"{circuit.title:<50}{len(circuit.netlist.instances):>7}{program.depth:>7}"
                f"{(built - started) * 1e3:>10.1f}{(compiled - built) * 1e3:>11.1f}"
                f"{proved - compiled:>6.1f}  {extent}"
            )


def exhaustible(spec: CircuitSpec, plugins: Plugins) -> Iterator[Circuit]:
    """The circuit for all parameters that leave it few enough input bits."""
    names = [each.name for each in spec.parameters if not each.choices]
    lowest = {each.name: each.minimum for each in spec.parameters if not each.choices}
    for words in choices(spec):
        if not names:
            yield spec.elaborate(words, plugins.gates)
        for outer in range(lowest.get("ways", 1), 21 if "ways" in names else 2):
            width = next((name for name in names if name != "ways"), "")
            for inner in range(lowest.get(width, 1), 21 if width else 1):
                given: dict[str, Value] = {**words, width: inner}
                if "ways" in names:
                    given["ways"] = outer
                try:
                    circuit = spec.elaborate(given, plugins.gates)
                except UsageError:
                    break
                if len(circuit.netlist.input_nets) > EXHAUSTIVE_BITS:
                    break
                yield circuit


def choices(spec: CircuitSpec) -> list[dict[str, Value]]:
    """One mapping for every word that a parameter may be."""
    for each in spec.parameters:
        if each.choices:
            return [{each.name: word} for word in each.choices]
    return [{}]


def shown(spec: CircuitSpec) -> list[dict[str, Value]]:
    """The parameters to show the cost of: 8 and 64 bits, the widest, or what comes near."""
    numbers = [each for each in spec.parameters if not each.choices]
    if not numbers:
        return [{}]
    if numbers[0].name == "ways":
        return [{"ways": 8, "bits": 8}, {"ways": 64, "bits": 1}, {"ways": 256, "bits": 2}]
    most = numbers[0].maximum
    sizes = [8, 64, most] if most > 64 else [4, most]
    return [
        {numbers[0].name: size, **words}
        for size in sizes
        for words in (choices(spec) if size == 64 else choices(spec)[:1])
    ]


if __name__ == "__main__":
    main()
