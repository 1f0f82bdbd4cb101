"""What a circuit costs as ONNX: the file, loading it, and running it in ONNX Runtime, beside our engine.

    python tests/benchmarks/onnx_export.py [FILE.blif]...

Milliseconds for `PATTERNS` patterns, the shortest of many runs; all take turns, so that whatever else the
machine does meets them alike. ONNX Runtime with its default options, on one thread and on two; our engine
on all processors and on one; the kernel of Numba, if it is installed, on all. Ratios are NumPy's and Numba's
time over ONNX Runtime's: defaults to defaults, one thread to one thread. Signals go in and come out as each
wants them: buses of floats, and bytes. Before anything is timed its outputs are compared with exact ones.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gatewright import load_plugins, train
from gatewright.arrays import Bits
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.engine import processors
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.kernel import available
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.formats.onnx.writer import write_onnx
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

PATTERNS = 4096
BUDGET = 6.0  # seconds that all of a line's runs may take
CIRCUITS = (("ripple-adder", 128), ("kogge-stone", 128), ("array-multiplier", 16))
PRECISIONS: tuple[Literal["float32", "float64"], ...] = ("float32", "float64")

Work = Callable[[], Any]
"""Runs all patterns once; gives primary outputs (patterns, output bits)."""


def shortest(works: Mapping[str, Work]) -> dict[str, float]:
    """Milliseconds of the shortest of several runs of each, taken in turns."""
    best = dict.fromkeys(works, float("inf"))
    started = time.perf_counter()
    while time.perf_counter() - started < BUDGET:
        for name, work in works.items():
            for _ in range(3):  # the first finds the caches full of another's
                begun = time.perf_counter()
                work()
                best[name] = min(best[name], (time.perf_counter() - begun) * 1e3)
    return best


def loaded(model: bytes, threads: int) -> tuple[Any, float]:
    """A session, and the milliseconds it took."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads  # 0: as it pleases
    begun = time.perf_counter()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session, (time.perf_counter() - begun) * 1e3


def exported(netlist: Netlist, patterns: Bits, model: bytes, precision: str) -> dict[str, Work]:
    """ONNX Runtime, by number of threads."""
    places = np.cumsum([bus.width for bus in netlist.inputs])[:-1]
    parts = np.split(patterns, places, axis=1)
    given = {
        bus.name: np.ascontiguousarray(part, dtype=precision)
        for bus, part in zip(netlist.inputs, parts, strict=True)
    }
    works: dict[str, Work] = {}
    for threads in (0, 1, 2):
        session, _ = loaded(model, threads)
        works[f"ORT {threads or 'def.'}"] = lambda session=session: session.run(None, given)  # type: ignore[misc] # one a turn
    return works


def ours(
    netlist: Netlist, gates: Mapping[str, TrainedGate], patterns: Bits, precision: str
) -> dict[str, Work]:
    """Our engine, by number of threads."""
    program = compile_netlist(netlist)
    asked: list[tuple[str, int | None, bool]] = [
        ("NumPy def.", None, False),
        ("NumPy 1", 1, False),
    ]
    asked += [("Numba def.", None, True)] if available() else []
    works: dict[str, Work] = {}
    for title, threads, fast in asked:
        engine = NeuralEngine(program, gates, dtype=precision, threads=threads, fast=fast)
        works[title] = lambda engine=engine: engine.outputs(patterns)  # type: ignore[misc] # one a turn
    return works


def circuits(plugins: Plugins, files: list[str]) -> Iterator[tuple[str, Netlist]]:
    for name, bits in CIRCUITS:
        yield (
            f"{name} {bits}",
            plugins.circuit(name).elaborate({"bits": bits}, plugins.gates).netlist,
        )
    for file in files:
        path = Path(file)
        yield path.stem, read_blif(Source(path.name, path.read_bytes()), plugins.gates)


def main(files: list[str]) -> None:
    """Print the table."""
    import onnxruntime

    plugins = load_plugins()
    titles = ("ORT def.", "ORT 1", "ORT 2", "NumPy def.", "NumPy 1", "Numba def.")
    ratios = (("NumPy def.", "ORT def."), ("NumPy 1", "ORT 1"), ("Numba def.", "ORT def."))
    print(f"ONNX Runtime {onnxruntime.__version__}, {processors()} processors")
    print(f"{'circuit':>20}{'gates':>7}{'':>9}{'kB':>7}{'load ms':>9}", end="")
    print("".join(f"{title:>12}" for title in titles), end="")
    print("".join(f"{'/'.join(each[:5] for each in pair):>13}" for pair in ratios))
    for title, netlist in circuits(plugins, files):
        gates = {name: train(spec) for name, spec in netlist.gates.items()}
        patterns = np.random.default_rng(0).integers(
            0, 2, (PATTERNS, len(netlist.input_nets)), np.uint8
        )
        wanted = ExactEngine(compile_netlist(netlist)).outputs(patterns)
        for precision in PRECISIONS:
            model = write_onnx(netlist, gates, precision=precision)
            works = exported(netlist, patterns, model, precision)
            works |= ours(netlist, gates, patterns, precision)
            for name, work in works.items():
                found = work()
                found = np.hstack(found) if isinstance(found, list) else found
                if not np.array_equal(found > 0.5, wanted):
                    raise SystemExit(f"{title}, {name}: other outputs")
            load = min(loaded(model, 0)[1] for _ in range(3))
            best = shortest(works)
            print(
                f"{title:>20}{len(netlist.instances):>7}{precision:>9}{len(model) / 1e3:>7.1f}{load:>9.0f}"
                + "".join(f"{best.get(each, float('nan')):>12.1f}" for each in titles)
                + "".join(
                    f"{best.get(above, float('nan')) / best[below]:>13.2f}"
                    for above, below in ratios
                ),
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
