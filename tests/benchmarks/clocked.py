"""Circuits with registers, cycle by cycle: ours beside Icarus, Verilator and PyRTL, in one run.

    python -m tests.benchmarks.clocked [--cycles 300000] [--long 0] [FILE …]

Ours runs trained gates in float32, raw, and compares every wire with exact gates in every cycle; the others run
exact gates alone. All are given the same gates, and random inputs; what is not installed is said to be so.
``--long`` runs that many cycles of the datapath besides, and a million at noise 0.45.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gatewright as gw
from gatewright.circuits.builder import Wire
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.lockstep import lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs

Wires = Sequence[Wire]


def datapath(circuit: gw.CircuitBuilder) -> None:
    """Eight registers of 16 bits read four at a time, two adders, logic, shifters and counters, as in a CPU."""
    numbers = [circuit.input_bus(name, 3) for name in ("a", "b", "c", "d", "into")]
    code, by, write = (
        circuit.input_bus("code", 2),
        circuit.input_bus("by", 4),
        circuit.input("write"),
    )
    following = [[circuit.wire() for _ in range(16)] for _ in range(8)]
    held = [
        circuit.register_bus(wires, initial=number & 1, name=f"r{number}")
        for number, wires in enumerate(following)
    ]

    def muxes(select: Wire, one: Wires, two: Wires) -> Wires:
        return [circuit.gate("mux", select, x, y) for x, y in zip(one, two, strict=True)]

    def chosen(number: Wires) -> Wires:
        level: list[Wires] = [*held]
        for select in number:
            level = [muxes(select, *pair) for pair in zip(level[::2], level[1::2], strict=True)]
        return level[0]

    def computed(x: Wires, y: Wires) -> tuple[Wire, Wires]:
        carry, total = code[0], []
        for p, q in zip(x, y, strict=True):
            carry, s = circuit.instance("full-adder", p, circuit.gate("xor", q, code[0]), carry)
            total.append(s)
        pairs = list(zip(x, y, strict=True))
        logic = muxes(
            code[0],
            [circuit.gate("and", *pair) for pair in pairs],
            [circuit.gate("xor", *pair) for pair in pairs],
        )
        return carry, muxes(code[1], total, logic)

    def turned(x: Wires) -> Wires:
        for place, select in enumerate(by):
            x = muxes(select, x, [*x[1 << place :], *x[: 1 << place]])
        return x

    x, y, z, w = (chosen(number) for number in numbers[:4])
    carry, first = computed(x, y)
    over, second = computed(turned(z), turned(w))
    result = muxes(code[1], first, second)
    for number, wires in enumerate(following):
        literals = [
            bit if number >> place & 1 else circuit.gate("not", bit)
            for place, bit in enumerate(numbers[4])
        ]
        here = circuit.tree("and", [*literals, write])
        for wire, made in zip(wires, muxes(here, held[number], result), strict=True):
            circuit.drive(wire, made)
    stages = [circuit.wire() for _ in range(16)]
    kept = circuit.register_bus(stages, initial=1, name="stage")
    back = circuit.tree("xor", [kept[tap] for tap in (15, 14, 12, 3)] + [carry])
    for wire, made in zip(stages, (back, *kept[:-1]), strict=True):
        circuit.drive(wire, made)
    counts = [circuit.wire() for _ in range(8)]
    count = circuit.register_bus(counts, name="count")
    for wire, bit in zip(counts, count, strict=True):
        circuit.drive(wire, circuit.gate("xor", bit, over))
        over = circuit.gate("and", bit, over)
    circuit.output_bus("result", result)
    circuit.output_bus("state", kept)
    circuit.output_bus("number", count)


def circuits(files: list[str]) -> Iterator[Circuit]:
    """The datapath, then files."""
    yield gw.circuit(gw.CircuitSpec("datapath", "a datapath", (), datapath, None))
    for file in files:
        yield gw.read(file)


def timed(run: Callable[[], object], times: int = 5) -> float:
    """Processor time of this process and those it starts, the least of some runs: others use the machine too."""
    found = []
    for _ in range(times):
        before = os.times()
        run()
        found.append(sum(os.times()[:4]) - sum(before[:4]))
    return min(found)


def ours(
    circuit: Circuit, cycles: int, *, noise: float = 0.0, times: int = 5, **options: Any
) -> str:
    """Cycles a second, and a cross if a wire was wrong."""
    gates = circuit.train().gates
    lanes = options.pop("lanes", 1)
    inputs = circuit.netlist.inputs

    def run(count: int) -> Any:
        machine = Machine(circuit.netlist, gates, noise=noise, lanes=lanes)
        return lockstep(machine, random_inputs(inputs, count, lanes=lanes, seed=1), **options)

    run(64)  # compiled, or read from disk
    found: list[Any] = []
    took = timed(lambda: found.append(run(cycles)), times)
    wrong = next((f" WRONG {each.astray}" for each in found if each.astray is not None), "")
    return f"{cycles * lanes / took:,.0f}{wrong}"


def bench(circuit: Circuit, cycles: int) -> str:
    """A module that drives the circuit's inputs from $urandom, cycle by cycle."""
    pins, inputs = [".clk(clk)"], []
    for bus in circuit.netlist.inputs:
        inputs.append(f"reg [{bus.width - 1}:0] {bus.name}_i;")
        pins.append(f".{bus.name}({bus.name}_i)")
    drive = " ".join(f"{bus.name}_i = $urandom;" for bus in circuit.netlist.inputs)
    return (
        f"module bench; reg clk = 0; {' '.join(inputs)} integer n;\n"
        f"{circuit.netlist.name} it({', '.join(pins)});\n"
        f"initial for (n = 0; n < {cycles}; n = n + 1) begin {drive} #1 clk = 1; #1 clk = 0; end\n"
        "endmodule\n"
    )


def called(*words: object) -> None:
    """Run a program; what it says is shown if it fails."""
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)


def icarus(circuit: Circuit, cycles: int, folder: Path) -> str:
    """Cycles a second of vvp."""
    (folder / "bench.v").write_text(bench(circuit, cycles))
    called("iverilog", "-g2012", "-o", folder / "sim", folder / "bench.v", folder / "top.v")
    return f"{cycles / timed(lambda: called('vvp', '-n', folder / 'sim')):,.0f}"


def verilator(circuit: Circuit, cycles: int, folder: Path) -> str:
    """Cycles a second of the program that Verilator makes."""
    top = circuit.netlist.name
    drive = "".join(
        f"t->{bus.name} = next() & {(1 << bus.width) - 1}u;" for bus in circuit.netlist.inputs
    )
    (folder / "main.cpp").write_text(
        f'#include "V{top}.h"\n#include <cstdint>\n'
        "static uint64_t x = 88172645463325252ull;\n"
        "static uint64_t next() { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x >> 20; }\n"
        f"int main() {{ auto* t = new V{top}; for (long n = 0; n < {cycles}; n++) {{ {drive}"
        " t->clk = 0; t->eval(); t->clk = 1; t->eval(); } return 0; }\n"
    )
    called(
        *("verilator", "--cc", "--exe", "--build", "-O3", "-CFLAGS", "-O2", "-Wno-fatal"),
        *("--top-module", top, "--Mdir", folder / "obj", folder / "main.cpp", folder / "top.v"),
    )
    return f"{cycles / timed(lambda: called(folder / 'obj' / f'V{top}')):,.0f}"


def pyrtl(circuit: Circuit, cycles: int, folder: Path) -> str:
    """Cycles a second of PyRTL's FastSimulation, of the circuit as BLIF."""
    import random

    import pyrtl as rtl

    rtl.reset_working_block()
    rtl.input_from_blif((folder / "top.blif").read_text().replace("\\\n", " "))
    made = rtl.FastSimulation(tracer=None)
    widths = {wire.name: wire.bitwidth for wire in rtl.working_block().wirevector_subset(rtl.Input)}
    given = [
        {name: random.getrandbits(width) for name, width in widths.items()} for _ in range(cycles)
    ]
    return f"{cycles / timed(lambda: [made.step(each) for each in given]):,.0f}"


PEERS = {"Icarus": icarus, "Verilator": verilator, "PyRTL": pyrtl}
"""What runs beside ours."""

SLOW = ("Icarus", "PyRTL")
"""What is given fewer cycles."""


def beside(name: str, circuit: Circuit, cycles: int) -> str:
    """What a peer gives, or why there is nothing."""
    from gatewright.errors import GatewrightError

    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        try:
            circuit.save(folder / "top.v")
            circuit.save(folder / "top.blif")
            if name != "PyRTL" and not shutil.which({"Icarus": "iverilog"}.get(name, "verilator")):
                return "not installed"
            return PEERS[name](circuit, max(1, cycles), folder)
        except ImportError:
            return "not installed"
        except (GatewrightError, SystemExit, Exception) as error:  # noqa: BLE001 - it is shown
            return f"none: {str(error).strip().splitlines()[-1][:60]}"


def table(circuit: Circuit, count: int) -> None:
    """Print what ours and the others give."""
    netlist = circuit.netlist
    print(f"{netlist.name}: {len(netlist.instances)} gates, {len(netlist.registers)} registers")

    def peer(name: str) -> Callable[[], str]:
        return lambda: beside(name, circuit, count // 30 if name in SLOW else count)

    rows: list[tuple[str, Callable[[], str]]] = [
        ("ours, compiled", lambda: ours(circuit, count, fast=True)),
        ("ours, compiled, noise 0.45", lambda: ours(circuit, count, noise=0.45, fast=True)),
        ("ours, NumPy", lambda: ours(circuit, count // 20, fast=False)),
        ("ours, NumPy, 64 lanes", lambda: ours(circuit, count // 500, lanes=64)),
        *((name, peer(name)) for name in PEERS),
    ]
    for name, run in rows:
        print(f"  {name:<28}{run():>14}", flush=True)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("files", nargs="*")
    asked.add_argument("--cycles", type=int, default=300_000)
    asked.add_argument("--long", type=int, default=0)
    words = asked.parse_args()
    for circuit in circuits(words.files):
        table(circuit, words.cycles)
    if words.long:
        circuit = next(circuits([]))
        print(f"{words.long} cycles: {ours(circuit, words.long, times=1, fast=True)} a second")
        print(f"10^6 at noise 0.45: {ours(circuit, 10**6, noise=0.45, fast=True)} a second")


if __name__ == "__main__":
    main()
