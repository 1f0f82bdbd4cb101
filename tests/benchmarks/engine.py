"""Gate evaluations a second of every engine, beside other ways to run the same; and how circuits scale.

    python tests/benchmarks/engine.py

The first tables count instances times patterns for the neural columns, and two-input gates (the and, or,
xor of each gate's formula) times patterns for the exact ones. Patterns go in as bytes and outputs come out as
bytes (exact, float32 neural): packing and gathering included. Before a column is timed its outputs are
compared with ours; a peer that is not installed is left out and named. The last table is what building and
compiling an array multiplier costs a gate, in time and in memory at its peak.
"""

from __future__ import annotations

import dataclasses
import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gatewright import load_plugins, train
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.builders.multipliers import array_multiplier
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.kernel import available
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.gates.trained import TrainedGate, decide
from gatewright.gates.training.recipe import dense_recipe
from gatewright.logic.formula import formula
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.benchmarks import engine_peers as peers
elif __name__ == "__main__":  # beside this file when it is run
    import engine_peers as peers

BATCHES = (1, 256, 4096, 100_000)
CIRCUITS = (("array-multiplier", 16), ("kogge-stone", 128))
LARGEST = (71, 224, 707)  # bits of array multipliers of about 1e4, 1e5 and 1e6 gates


def seconds(work: Callable[[], object]) -> float:
    """The shortest of several runs."""
    best, started = float("inf"), time.perf_counter()
    for runs in range(1000):
        begun = time.perf_counter()
        work()
        ended = time.perf_counter()
        best = min(best, ended - begun)
        if runs >= 2 and ended - started > 0.6:
            break
    return best


def two_input(program: Program, name: str) -> int:
    """Two-input gates that an instance is made of."""
    table = program.gates[name].table
    form = formula(len(table.inputs), table.ones)
    return sum(len(each.sources) == 2 for each in form.instructions)


Column: TypeAlias = "tuple[str, peers.Run, bool, int]"
"""Its title, how it runs, whether it counts two-input gates, and patterns at most (0: any)."""


def columns(
    program: Program, hard: dict[str, TrainedGate], soft: dict[str, TrainedGate]
) -> Iterator[Column]:
    """Ours, then the peers that are installed."""
    yield "exact", ExactEngine(program).outputs, True, 0
    yield "logistic", NeuralEngine(program, soft, fast=False).outputs, False, 0
    yield "hardened", NeuralEngine(program, hard, fast=False).outputs, False, 0
    if available():
        yield "hard. Numba", NeuralEngine(program, hard, fast=True).outputs, False, 0
    else:
        print("Numba is not installed: no column")
    asked: list[tuple[str, Callable[..., peers.Run], dict[str, TrainedGate], bool, int]] = [
        ("torch log.", peers.torch, soft, False, 0),
        ("torch hard.", peers.torch, hard, False, 0),
        ("ORT log.", peers.onnxruntime, soft, False, 0),
        ("ORT hard.", peers.onnxruntime, hard, False, 0),
        ("cirbo", peers.cirbo, hard, True, peers.FEW),
        ("PyRTL", peers.pyrtl, hard, True, peers.FEW),
    ]
    for title, make, gates, exact, most in asked:
        try:
            yield title, make(program, gates), exact, most
        except ImportError as error:
            print(f"{title}: no column ({error})")


def rates(plugins: Plugins, circuit: str, bits: int) -> None:
    """Print the table of one circuit."""
    netlist = plugins.circuit(circuit).elaborate({"bits": bits}, plugins.gates).netlist
    program = compile_netlist(netlist)
    hard = {name: train(spec) for name, spec in netlist.gates.items()}
    soft = {
        name: train(spec, dataclasses.replace(dense_recipe(spec.table), harden=False))
        for name, spec in netlist.gates.items()
    }
    instances = len(netlist.instances)
    small = sum(two_input(program, each.gate) for each in netlist.instances)
    print(
        f"\n{circuit} of {bits} bits: {instances} gates, {small} two-input gates, {program.depth} levels"
    )
    given = np.random.default_rng(0).integers(0, 2, (BATCHES[-1], program.input_bits), np.uint8)
    wanted = ExactEngine(program).outputs(given)
    titles, table = [], []
    for title, run, exact, most in columns(program, hard, soft):
        titles.append(title)
        if not np.array_equal(_bits(run(given[: most or 1000])), wanted[: most or 1000]):
            raise SystemExit(f"{title}: other outputs")
        gates, cells = small if exact else instances, []
        for batch in BATCHES:
            some = given[: min(batch, most or batch)]
            cells.append(gates * len(some) / seconds(lambda run=run, some=some: run(some)))  # type: ignore[misc] # one a turn
        table.append(cells)
    print(f"{'patterns':>9}" + "".join(f"{title:>13}" for title in titles))
    for place, batch in enumerate(BATCHES):
        print(f"{batch:>9}" + "".join(f"{cells[place]:>13.1e}" for cells in table))


def _bits(outputs: Any) -> Any:
    return decide(outputs) if outputs.dtype.kind == "f" else outputs


def growth(plugins: Plugins) -> None:
    """Print what larger and larger circuits cost."""
    gc.set_threshold(50_000)  # as the command line does
    print(
        f"\n{'circuit':>24}{'gates':>9}{'build s':>9}{'compile s':>11}{'µs a gate':>11}{'peak B a gate':>15}"
    )
    named = [("ripple-adder", 4096), ("array-multiplier", 64)]
    sizes, times = [], []
    _built(plugins, "array-multiplier", 4)  # what is imported once
    for name, bits in [*named, *(("array-multiplier", bits) for bits in LARGEST)]:
        started = time.perf_counter()
        netlist = _built(plugins, name, bits)
        built = time.perf_counter()
        compile_netlist(netlist)
        compiled = time.perf_counter()
        gates = len(netlist.instances)
        del netlist
        tracemalloc.start()
        compile_netlist(_built(plugins, name, bits))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        whole = compiled - started
        if (name, bits) not in named:
            sizes.append(gates)
            times.append(whole)
        print(
            f"{name + ' ' + str(bits):>24}{gates:>9}{built - started:>9.2f}{compiled - built:>11.2f}"
            f"{whole / gates * 1e6:>11.1f}{peak / gates:>15.0f}"
        )
    slope = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    print(f"time grows as gates to the power of {slope:.2f}")


def _built(plugins: Plugins, name: str, bits: int) -> Netlist:
    """The circuit, past the widths that the command line offers."""
    circuit = CircuitBuilder(name, plugins.gates)
    if name == "array-multiplier":
        array_multiplier(circuit, bits=bits)
        return circuit.netlist()
    return plugins.circuit(name).elaborate({"bits": bits}, plugins.gates).netlist


def main() -> None:
    """Print the tables."""
    plugins = load_plugins()
    for circuit, bits in CIRCUITS:
        rates(plugins, circuit, bits)
    growth(plugins)


if __name__ == "__main__":
    main()
