"""Threads of one process: eight that train, verify and read one store get the same bytes as one alone.

    python -m tests.campaign.threads --count 1000

In a round every thread does one of the jobs, all at the same moment: training a gate and saving it, loading
gates, making a function of a library and proving it, certifying a circuit, comparing it with its integers,
running its networks, writing it in a format. A job's result is bytes, and must be what it was alone.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from tests.campaign import harness
from tests.campaign.harness import Budget, Tally

from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.verify.composition import certify_circuit
from gatewright.circuits.verify.verify import verify
from gatewright.formats.registry import format_of
from gatewright.gates.functions import function_spec
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train
from gatewright.plugins.manager import load_plugins

THREADS = 8

Job = Callable[[], bytes]


def jobs(folder: Path) -> dict[str, Job]:
    """What threads do, by name; all at one store."""
    plugins, shelf = load_plugins(), Store(folder)
    gates = {name: train(plugins.gate(name)) for name in ("full-adder", "xor", "and", "or", "not")}
    for gate in gates.values():
        shelf.save(gate)
    adder = plugins.circuit("ripple-adder").elaborate({"bits": 6}, plugins.gates)
    wide = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    parity = plugins.circuit("parity-tree").elaborate({"bits": 9}, plugins.gates)
    program = compile_netlist(adder.netlist)
    engine = NeuralEngine(program, gates, threads=2)
    patterns = np.random.default_rng(1).integers(0, 2, (3000, program.input_bits))
    least = next(spec for spec in class_specs("npn2") if spec.name == "npn2-1")
    library = NpnLibrary("npn2", {"npn2-1": train(least)})

    def saved(name: str) -> Job:
        def job() -> bytes:
            return shelf.save(train(plugins.gate(name))).read_bytes()

        return job

    def loaded() -> bytes:
        found = [shelf.load(plugins.gate(name)) for name in gates]
        return b"".join(to_bytes(gate) for gate in found if gate is not None)

    return {
        "trained and": saved("and"),
        "trained xor": saved("xor"),
        "loaded": loaded,
        "made of a library": lambda: to_bytes(library.gate(function_spec((4,), 2).table)),
        "certified": lambda: repr(certify_circuit(wide, gates)).encode(),
        "verified": lambda: repr(verify(adder, gates)).encode(),
        "verified exactly": lambda: repr(verify(parity, None)).encode(),
        "run": lambda: engine.outputs(patterns).tobytes(),
        "written": lambda: (
            format_of("a.blif").write(adder.netlist, "x")
            + format_of("a.v").write(wide.netlist, "x")
        ),
    }


def at_once(todo: Mapping[str, Job], chosen: Sequence[str]) -> list[tuple[str, bytes | Exception]]:
    """What jobs give, each in a thread of its own, all begun at the same moment."""
    start = threading.Barrier(len(chosen))
    got: list[tuple[str, bytes | Exception]] = []

    def work(what: str) -> None:
        start.wait()
        try:
            got.append((what, todo[what]()))
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            got.append((what, error))

    threads = [threading.Thread(target=work, args=(what,)) for what in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def rounds(budget: Budget, seed: int) -> Tally:
    """Eight threads, each with another job each round."""
    tally = Tally()
    before = sys.getswitchinterval()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        todo = jobs(folder)
        alone = {what: job() for what, job in todo.items()}
        names = list(todo)
        draw = harness.generator(seed)
        sys.setswitchinterval(1e-5)  # so that threads meet in the middle of things
        try:
            for turn in budget:
                chosen = [names[int(at)] for at in draw.integers(len(names), size=THREADS)]
                got = at_once(todo, chosen)
                for what, result in got:
                    tally.outcomes["jobs"] += 1
                    if isinstance(result, Exception):
                        tally.findings.append(f"round {turn}, {what}: {result!r}")
                    elif result != alone[what]:
                        tally.findings.append(f"round {turn}, {what}: other bytes than alone")
                tally.add("rounds")
        finally:
            sys.setswitchinterval(before)
        left = {path.name for path in folder.iterdir()}
        if any(not each.endswith(".safetensors") for each in left) or len(left) != 5:
            tally.findings.append(f"in the end there is {sorted(left)}")
    return tally


PARTS: dict[str, harness.Part] = {"eight threads": rounds}

if __name__ == "__main__":
    harness.main("Threads at one store", PARTS, count=1000)
