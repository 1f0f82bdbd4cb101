"""A small circuit as the page has it: a line for each gate, ``carry, sum = half-adder(a, b)``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gatewright.errors import UsageError
from gatewright.logic.numerals import cut

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.gates.spec import GateSpec

PRESETS: Mapping[str, str] = {
    "half adder": "sum = xor(a, b)\ncarry = and(a, b)",
    "full adder": "p = xor(a, b)\ng = and(a, b)\nsum = xor(p, cin)\nr = and(p, cin)\ncout = or(g, r)",
    "full adder of two half adders": "g, p = half-adder(a, b)\nr, sum = half-adder(p, cin)\ncout = or(g, r)",
    "XOR of four NANDs": "n = nand(a, b)\np = nand(a, n)\nq = nand(n, b)\ny = nand(p, q)",
    "XOR of AND, OR and NOT": "s = or(a, b)\nt = and(a, b)\nn = not(t)\ny = and(s, n)",
    "majority of three": "p = and(a, b)\nq = and(a, c)\nr = and(b, c)\ns = or(p, q)\ny = or(s, r)",
    "choice between two": "n = not(s)\np = and(s, a)\nq = and(n, b)\ny = or(p, q)",
    "parity of four": "p = xor(a, b)\nq = xor(c, d)\ny = xor(p, q)",
    "two-bit adder": "c0, s0 = half-adder(a0, b0)\ncout, s1 = full-adder(a1, b1, c0)",
    "equal bits": "p = xnor(a0, b0)\nq = xnor(a1, b1)\ny = and(p, q)",
}
"""Circuits to begin with, by their names."""

MOST_LINES, MOST_LETTERS = 64, 4_000

_NET = r"[A-Za-z_][A-Za-z0-9_]*"
_NETS = rf"{_NET}(?:\s*,\s*{_NET})*"
_LINE = re.compile(rf"\s*({_NETS})\s*=\s*([A-Za-z][A-Za-z0-9_-]*)\s*\(\s*({_NETS})\s*\)\s*")


def alone(spec: GateSpec) -> str:
    """The circuit of one gate and nothing else."""
    return f"{', '.join(spec.table.outputs)} = {spec.name}({', '.join(spec.table.inputs)})"


def preset(spec: GateSpec) -> tuple[str, str]:
    """A circuit that a gate is shown in: its name and its lines. The gate alone, if it is in none of them."""
    for name, lines in PRESETS.items():
        if f"= {spec.name}(" in lines:
            return name, lines
    return f"{spec.name} alone", alone(spec)


def read_wiring(lines: str, gates: Mapping[str, GateSpec], name: str = "circuit") -> Circuit:
    """The circuit of some lines: nets that nothing drives are its inputs, those that nothing reads its outputs.

    Args:
        lines: one a gate, what comes out of it on the left; ``#`` begins a remark.
        gates: that lines may name.
        name: of the circuit.

    Raises:
        UsageError: a line cannot be read, or the lines are not a circuit; it names the line.
        UnknownGateError: a line names no gate.
    """
    from gatewright.circuits.netlist import Bus, Instance, Netlist
    from gatewright.circuits.spec import file_circuit

    told = lines.splitlines()
    if len(lines) > MOST_LETTERS or len(told) > MOST_LINES:
        raise UsageError(
            f"a circuit of {len(told)} lines is more than a page shows",
            hint=f"write up to {MOST_LINES} lines, of {MOST_LETTERS} letters in all",
        )
    used: dict[str, GateSpec] = {}
    placed: list[Instance] = []
    drivers: dict[str, int] = {}
    for number, line in enumerate(told, 1):
        words = line.partition("#")[0]
        if not words.strip():
            continue
        found = _LINE.fullmatch(words)
        if found is None:
            raise UsageError(
                f"line {number}, '{cut(words.strip())}', is not read",
                hint="write it as in 'sum = xor(a, b)'",
            )
        outputs, inputs = _nets(found[1]), _nets(found[3])
        spec = _gate(gates, found[2])
        _fit(spec, inputs, outputs, number)
        for net in outputs:
            if net in drivers:
                raise UsageError(
                    f"line {number} drives '{net}', and so does line {drivers[net]}",
                    hint="give one of them another name",
                )
            drivers[net] = number
        used[spec.name] = spec
        placed.append(Instance(f"g{len(placed) + 1}", spec.name, inputs, outputs))
    if not placed:
        raise UsageError("the circuit has no gates", hint="write one, as in 'sum = xor(a, b)'")
    reads = dict.fromkeys(net for each in placed for net in each.inputs)
    ins = tuple(Bus(net, (net,)) for net in reads if net not in drivers)
    outs = tuple(Bus(net, (net,)) for net in drivers if net not in reads)
    netlist = Netlist(name, used, ins, outs, tuple(placed))
    if not outs:
        raise UsageError(
            "the circuit has no outputs: every net is read by a gate",
            hint="a net that no gate reads is an output",
        )
    if problems := netlist.lint():
        raise UsageError(f"this is not a circuit: {problems[0]}", hint="look at that line again")
    return file_circuit(netlist, name)


def _nets(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(","))


def _gate(gates: Mapping[str, GateSpec], name: str) -> GateSpec:
    """The gate of a name, which may be in capitals and with low lines, as other programs have it."""
    other = name.lower().replace("_", "-")
    return gates[other if name not in gates and other in gates else name]


def _fit(spec: GateSpec, inputs: tuple[str, ...], outputs: tuple[str, ...], line: int) -> None:
    for what, given, ports in (
        ("inputs", inputs, spec.table.inputs),
        ("outputs", outputs, spec.table.outputs),
    ):
        if len(given) != len(ports):
            raise UsageError(
                f"line {line}: '{spec.name}' has the {what} {', '.join(ports)}, and {len(given)} "
                f"net{'s are' if len(given) != 1 else ' is'} given",
                hint=f"write it as in '{alone(spec)}'",
            )
