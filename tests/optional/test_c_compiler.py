"""Exported C99 through a C compiler: every built-in gate, every row; where there is no compiler, skipped."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from gatewright.arrays import Bits
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.formats.c99 import integer_layers, write_c99
from gatewright.formats.c99_circuit import write_c99_circuit
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.recipe import default_recipe
from gatewright.learn.network import Architecture
from gatewright.logic.bits import counting_patterns
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

pytestmark = pytest.mark.skipif(
    COMPILER is None, reason="no C compiler: install gcc or clang, called cc, gcc or clang"
)

STRICT = (
    *("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"),
    *("-Wmissing-prototypes", "-Wconversion", "-Wshadow", "-O1"),
    # A signed overflow ends the program, without a library that may not be installed.
    *("-fsanitize=signed-integer-overflow", "-fsanitize-undefined-trap-on-error"),
)


def harness(specs: Iterable[GateSpec], one: int) -> str:
    """A program that prints every gate's name and outputs, row by row; ``one`` is the input byte for 1."""
    lines = ["#include <stdint.h>", "#include <stdio.h>"]
    body = []
    for spec in specs:
        inputs, outputs = len(spec.table.inputs), len(spec.table.outputs)
        call = f"gate_{spec.name.replace('-', '_')}"
        lines.append(f"void {call}(const uint8_t in[{inputs}], uint8_t out[{outputs}]);")
        body += [
            f"    for (int row = 0; row < {1 << inputs}; row++) {{",
            f"        uint8_t in[{inputs}], out[{outputs}];",
            f"        for (int i = 0; i < {inputs}; i++)",
            f"            in[i] = row >> ({inputs - 1} - i) & 1 ? {one} : 0;",
            f"        {call}(in, out);",
            f'        printf("{spec.name}");',
            f"        for (int j = 0; j < {outputs}; j++)",
            '            printf(" %d", out[j]);',
            '        printf("\\n");',
            "    }",
        ]
    return "\n".join([*lines, "int main(void)", "{", *body, "    return 0;", "}", ""])


def run(
    folder: Path, texts: Sequence[str], specs: Sequence[GateSpec], *, one: int = 1
) -> dict[str, list[list[int]]]:
    """Compile each text as a file of its own, run all gates on all rows, give their outputs by name."""
    assert COMPILER is not None
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"gate{number}.c")
        files[-1].write_text(text)
        subprocess.run(
            [COMPILER, *STRICT, "-c", files[-1], "-o", files[-1].with_suffix(".o")], check=True
        )
    main = folder / "main.c"
    main.write_text(harness(specs, one))
    objects = [file.with_suffix(".o") for file in files]
    program = folder / "program"
    subprocess.run([COMPILER, "-std=c99", main, *objects, "-o", program], check=True)
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[list[int]]] = {spec.name: [] for spec in specs}
    for line in printed.splitlines():
        name, *bits = line.split()
        found[name].append(list(map(int, bits)))
    return found


@pytest.mark.parametrize("one", [1, 255])
def test_every_built_in_gate(gates: dict[str, TrainedGate], tmp_path: Path, one: int) -> None:
    specs = [gate.spec for gate in gates.values()]
    found = run(tmp_path, [write_c99(gate) for gate in gates.values()], specs, one=one)
    assert found == {spec.name: spec.table.values.tolist() for spec in specs}


def test_all_in_one_file(gates: dict[str, TrainedGate], tmp_path: Path) -> None:
    specs = [gate.spec for gate in gates.values()]
    text = "".join(write_c99(gate) for gate in gates.values())
    assert (
        run(tmp_path, [text], specs)["full-adder"] == gates["full-adder"].spec.table.values.tolist()
    )


def test_a_changed_weight_is_found(dense_gates: Mapping[str, TrainedGate], tmp_path: Path) -> None:
    gate = dense_gates["xor"]
    text, times = re.subn(
        r"(w1\[\d\]\[2\] = \{\n +\{)(-?\d+)", lambda at: f"{at[1]}{-int(at[2])}", write_c99(gate)
    )
    assert times == 1
    found = run(tmp_path, [text], [gate.spec])["xor"]
    assert found != gate.spec.table.values.tolist()
    # It is wrong as the network of that weight is.
    theta = gate.theta.copy()
    theta[0] = -theta[0]
    broken = TrainedGate(gate.spec, gate.architecture, theta, gate.recipe, gate.seed, gate.figures)
    assert found == (broken.learned() > 0.5).astype(int).tolist()


def undecided(bits: int) -> TrainedGate:
    """A gate of random weights of so many bits, whose hidden units are between 0 and 1 in most rows."""
    random = np.random.default_rng(bits)
    shape = Architecture((4, 5, 3), ("clipped", "clipped"))
    top = 2 ** (bits - 1)
    theta = random.integers(1 - top, top, size=shape.parameters).astype(np.float64)
    (weights, biases), (last, _) = shape.slices()
    theta[weights.start : biases.stop] *= 2.0 ** (2 - bits)
    theta[last.start :] *= 2.0**bits  # the outputs are decided by the sign of a sum
    spec = GateSpec.from_function(
        f"wide-{bits}", lambda *_: (0, 0, 0), inputs="abcd", outputs=("x", "y", "z")
    )
    figures = Figures(restart=0, solved=1, proved=0, epochs=1, box_radius=0.0, error=0.0)
    gate = TrainedGate(spec, shape, theta, default_recipe(spec.table), 0, figures)
    rows = [tuple(row) for row in (gate.learned() > 0.5).astype(int).tolist()]
    table = TruthTable.from_rows(rows, spec.table.inputs, spec.table.outputs)
    return TrainedGate(GateSpec(spec.name, table), shape, theta, gate.recipe, 0, figures)


def test_wider_integers_and_units_between_0_and_1(tmp_path: Path) -> None:
    made = {bits: undecided(bits) for bits in (8, 14, 16, 22, 24)}
    texts = {bits: write_c99(gate) for bits, gate in made.items()}
    for bits, (kind, size) in {8: (8, 32), 14: (16, 32), 16: (16, 64), 22: (32, 64)}.items():
        assert f"static const int{kind}_t w1[5][4]" in texts[bits]
        assert f"int{size}_t a0[4], a1[5];" in texts[bits]
    for gate in made.values():
        first = integer_layers(gate)[0]
        hidden = [first.run(row) for row in gate.spec.table.patterns.tolist()]
        assert sum(0 < each < 2 * first.half for row in hidden for each in row) > 20
        assert 0 < gate.spec.table.values.mean() < 1
    specs = [gate.spec for gate in made.values()]
    assert run(tmp_path, list(texts.values()), specs) == {
        spec.name: spec.table.values.tolist() for spec in specs
    }


def stepped(
    folder: Path, text: str, begin: str, step: str, outputs: int, rows: Bits
) -> list[list[int]]:
    """Compile a circuit, give it rows of input bits one after the other, and read its outputs."""
    assert COMPILER is not None
    (folder / "circuit.c").write_text(text)
    subprocess.run([COMPILER, *STRICT, "-c", "circuit.c"], check=True, cwd=folder)
    given = ", ".join(f"{{{', '.join(map(str, row)) or '0'}}}" for row in rows.tolist())
    width = max(rows.shape[1], 1)
    (folder / "main.c").write_text(
        f"""#include <stdio.h>
#include "circuit.c"
int main(void)
{{
    static const uint8_t rows[{len(rows)}][{width}] = {{{given}}};
    uint8_t out[{outputs}];
    {begin};
    for (int row = 0; row < {len(rows)}; row++) {{
        const uint8_t *in = rows[row];
        {step};
        for (int j = 0; j < {outputs}; j++)
            printf("%d ", out[j]);
        puts("");
    }}
    return 0;
}}
"""
    )
    subprocess.run([COMPILER, "-std=c99", "main.c", "-o", "program"], check=True, cwd=folder)
    printed = subprocess.run([folder / "program"], check=True, capture_output=True, text=True)
    return [list(map(int, line.split())) for line in printed.stdout.splitlines()]


def test_a_circuit(plugins: Plugins, gates: dict[str, TrainedGate], tmp_path: Path) -> None:
    netlist = plugins.circuit("divider").elaborate({"bits": 3}, plugins.gates).netlist
    rows = counting_patterns(0, 64, 6)
    program = compile_netlist(netlist)
    found = stepped(
        tmp_path,
        write_c99_circuit(netlist, gates, comment="*/ int x; /*"),
        "(void)0",
        "circuit_divider(in, out)",
        len(netlist.output_nets),
        rows,
    )
    assert found == ExactEngine(program).nets(rows)[program.outputs].T.tolist()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("counter", {"bits": 3, "modulo": 5}),
        ("lfsr", {"bits": 8}),
        ("accumulator", {"bits": 4}),
        ("shift-register", {"bits": 3}),
        ("serial-adder", {}),
    ],
)
def test_a_circuit_with_registers(
    plugins: Plugins,
    gates: dict[str, TrainedGate],
    tmp_path: Path,
    name: str,
    given: dict[str, int],
) -> None:
    netlist = plugins.circuit(name).elaborate(given, plugins.gates).netlist
    inputs = list(random_inputs(netlist.inputs, 60, lanes=1, seed=0))
    machine, own = Machine(netlist), f"circuit_{name.replace('-', '_')}"
    found = stepped(
        tmp_path,
        write_c99_circuit(netlist, gates),
        f"struct {own} s; {own}_reset(&s)",
        f"{own}_step(&s, in, out)",
        len(netlist.output_nets),
        np.concatenate(inputs),
    )
    assert found == [machine.step(bits).outputs[0].tolist() for bits in inputs]
