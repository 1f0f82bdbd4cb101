"""What a circuit becomes when Yosys and ABC map it: which cells to offer them, and by which script.

    GATEWRIGHT_BENCHMARKS=FOLDER python tests/benchmarks/mapping.py        # a minute or two
    GATEWRIGHT_BENCHMARKS=FOLDER python tests/benchmarks/mapping.py --sat  # every result proved, too

Circuits of the EPFL suite, where the folder has them, and a 16-bit multiplier in Verilog. Libraries: every
function of up to 2, 3 or 4 inputs up to the order of inputs, of those of 4 inputs or their negations one;
both of them; the NPN classes of up to 4 inputs as they are, with inverter and buffer; the registered gates.
Scripts: ours and the one Yosys has where none is given.
``4-input tables``: ABC's mapping to lookup tables priced like the gates, without any Liberty file, as a bound
for what the cells can come to. Sizes are those of the networks that the recipes make.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.miter import equivalence
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.liberty import mapping
from gatewright.formats.liberty.cells import function_areas, gate_areas
from gatewright.formats.liberty.writer import write_liberty
from gatewright.formats.model.source import Source
from gatewright.formats.reading import read_netlist
from gatewright.formats.verilog.reader import read_verilog
from gatewright.formats.yosys.tool import run_yosys
from gatewright.gates.functions import function_spec
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import support
from gatewright.plugins.manager import load_plugins

EPFL = ("adder", "cavlc", "int2float", "ctrl", "priority", "bar")
MULTIPLIER = b"module mul16(input [15:0] a, b, output [31:0] p);\n  assign p = a * b;\nendmodule\n"

YOSYS = "strash; &get -n; &fraig -x; &put; scorr; dc2; dretime; strash; &get -n; &dch -f; &nf; &put"
SCRIPTS = {"ours": mapping._ABC, "Yosys's own": YOSYS}
TABLES = "strash; dc2; dch; if -a; mfs2 -a"


@dataclass(frozen=True)
class Outcome:
    """One circuit, mapped."""

    seconds: float
    gates: int
    parameters: int
    depth: int
    proof: str


def circuits() -> Iterator[tuple[str, Netlist]]:
    """What is mapped."""
    known = load_plugins(kinds=("gates",)).gates
    folder = os.environ.get("GATEWRIGHT_BENCHMARKS")
    if folder is None:
        print("GATEWRIGHT_BENCHMARKS is not set: the multiplier alone\n")
    for name in EPFL if folder is not None else ():
        yield name, read_netlist(str(Path(folder or "") / "epfl" / f"{name}.blif"), known)
    yield "mul16", read_verilog(Source("mul16.v", MULTIPLIER), known)


def libraries() -> dict[str, dict[GateSpec, int]]:
    """The cells that are offered, with their areas."""
    functions = {f"npn{inputs}": function_areas(inputs, {}) for inputs in (2, 3, 4)}
    sizes = {len(spec.table.inputs): area for spec, area in functions["npn4"].items()}
    classes = {
        function_spec((ones,), inputs): sizes[inputs]
        for ones, inputs in [
            *((spec.table.ones[0], len(spec.table.inputs)) for spec in class_specs("npn4")),
            *((0b01, 1), (0b10, 1)),
        ]
        if len(support(ones, inputs)[1]) == inputs
    }
    gates = gate_areas(load_plugins(kinds=("gates",)).gates.values(), {})
    both = functions["npn4"] | {
        function_spec((spec.table.ones[0] ^ 0xFFFF,), 4): area
        for spec, area in functions["npn4"].items()
        if len(spec.table.inputs) == 4
    }
    return {"classes": classes, "gates": gates, **functions, "npn4-negations": both}


def tables(netlist: Netlist) -> Netlist:
    """The circuit as lookup tables, by ABC alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "source.blif").write_text(write_blif(mapping._anonymous(netlist)))
        (folder / "abc.script").write_text(TABLES)
        run_yosys(
            "read_blif -sop source.blif\nhierarchy -top circuit\nflatten\ntechmap\n"
            "abc -luts 15,23,33,57 -script abc.script\nopt_clean\nwrite_blif mapped.blif",
            folder=folder,
        )
        made = read_blif(Source("mapped.blif", (folder / "mapped.blif").read_bytes()), None)
    return mapping._named(made, netlist)


def judged(
    name: str, source: Netlist, made: Netlist, areas: dict[GateSpec, int], seconds: float, sat: bool
) -> Outcome:
    """The figures of a mapped circuit."""
    by_inputs = {1: 15, 2: 23, 3: 33, 4: 57}
    sizes = [
        areas.get(spec, by_inputs[len(spec.table.inputs)])
        for spec in (made.gates[each.gate] for each in made.instances)
    ]
    proof = ""
    if sat:
        sides = (file_circuit(made, "mapped"), file_circuit(source, name))
        proof = equivalence(*sides, exhaustive_bits=0, most_nodes=0).outcome
    depth = compile_netlist(made).depth
    return Outcome(seconds, len(sizes), sum(sizes), depth, proof)


def show(script: str, library: str, cells: int, outcomes: list[Outcome]) -> None:
    """One line: of each circuit parameters, gates and depth; of all of them, the sums."""
    parts = "".join(f"{each.parameters:>8} {each.gates:>5} {each.depth:>4}" for each in outcomes)
    total = sum(each.parameters for each in outcomes)
    seconds = sum(each.seconds for each in outcomes)
    proofs = {each.proof for each in outcomes}
    print(
        f"{script:<12}{library:<16}{cells:>5}{parts}{total:>9}{seconds:>7.1f} {' '.join(proofs)}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sat", action="store_true", help="prove every result by SAT")
    sat = parser.parse_args().sat
    sources = list(circuits())
    heads = "".join(f"{name:>19}" for name, _ in sources)
    print(f"{'':<33}{heads}{'all':>9}{'s':>7}")
    print(
        f"{'script':<12}{'library':<16}{'cells':>5}" + f"{'params gates depth':>19}" * len(sources)
    )
    for script, text in SCRIPTS.items():
        for library, areas in libraries().items():
            liberty = write_liberty(library, areas)
            outcomes = []
            with mock.patch.object(mapping, "_ABC", text):
                for name, netlist in sources:
                    started = time.perf_counter()
                    made = mapping.map_netlist(netlist, liberty, areas)
                    seconds = time.perf_counter() - started
                    outcomes.append(judged(name, netlist, made, areas, seconds, sat))
            show(script, library, len(areas), outcomes)
    outcomes = []
    for name, netlist in sources:
        started = time.perf_counter()
        made = tables(netlist)
        outcomes.append(judged(name, netlist, made, {}, time.perf_counter() - started, sat))
    show("if, mfs2", "4-input tables", 0, outcomes)


if __name__ == "__main__":
    main()
