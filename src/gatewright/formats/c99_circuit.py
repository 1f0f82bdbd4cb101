r"""C99: a circuit of hardened gates as a function; with registers, a struct of what they hold and a step.

Every gate is the function of integers that `gatewright.formats.c99` writes, so what the circuit gives are bits. A
register needs no buffer here: it keeps an integer, 0 or 1, to which no noise is added.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> neural = circuit("counter", bits=2).train()
    >>> text = write_c99_circuit(neural.circuit.netlist, neural.gates)
    >>> print(*(line for line in text.splitlines() if "circuit_" in line and line.endswith(";")), sep="\n")
    struct circuit_counter { uint8_t q[2]; };
    void circuit_counter_reset(struct circuit_counter *s);
    void circuit_counter_step(struct circuit_counter *s, const uint8_t in[1], uint8_t out[2]);
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.program import Program, compile_netlist, refuse_memories
from gatewright.formats.c99 import function_name, integer_layers, write_c99
from gatewright.gates.trained import TrainedGate
from gatewright.text import comment_lines, visible

_INCLUDE = "#include <stdint.h>"


def write_c99_circuit(
    netlist: Netlist, gates: Mapping[str, TrainedGate], *, comment: str = ""
) -> str:
    """A circuit as C99 text.

    Without registers: ``void circuit_NAME(const uint8_t in[], uint8_t out[])``. With registers: ``struct
    circuit_NAME``, ``circuit_NAME_reset``, which has them hold what they hold first (0 where the circuit does not
    say it), and ``circuit_NAME_step``, which runs a cycle: outputs before the clock's edge, registers after it.

    Args:
        netlist: the circuit.
        gates: a trained gate for every gate that is placed.
        comment: comes first.

    Raises:
        NetlistError: it is not a circuit, or has memories.
        UsageError: a gate cannot be written (`gatewright.formats.c99.write_c99`).
    """
    refuse_memories(netlist, "C")
    program = compile_netlist(cut(netlist))
    kinds = sorted({step.gate for step in program.steps})
    names = {kind: function_name(kind) for kind in kinds}
    for kind in kinds:
        integer_layers(gates[kind])  # whose functions take and give bits, not doubles
    about = (f" * {_quiet(line)}" for line in (*comment_lines(comment), *_ports(netlist)))
    head = ["/*", *about, " */", _INCLUDE, ""]
    functions = [write_c99(gates[kind]).replace(f"{_INCLUDE}\n\n", "") for kind in kinds]
    return "\n".join([*head, *functions, *_circuit(netlist, program, names), ""])


def _ports(netlist: Netlist) -> Iterator[str]:
    """Where every bus lies in the arrays, for the comment."""
    for side, buses in (("in", netlist.inputs), ("out", netlist.outputs)):
        start = 0
        for bus in buses:
            yield f"{side}{_place(bus, start)}"
            start += bus.width
    if netlist.registers:
        unknown = sum(each.initial is None for each in netlist.registers)
        yield f"{len(netlist.registers)} registers; {unknown} of them without an initial value, here 0"


def _place(bus: Bus, start: int) -> str:
    if bus.width == 1:
        return f"[{start}]: {visible(bus.name)}"
    return f"[{start}..{start + bus.width - 1}]: {visible(bus.name)}, bit 0 first"


def _quiet(line: str) -> str:
    """A line of a comment that neither ends it nor begins another."""
    return line.replace("*/", "* /").replace("/*", "/ *")


def _circuit(netlist: Netlist, program: Program, names: Mapping[str, str]) -> Iterator[str]:
    own = "circuit_" + re.sub(r"[^A-Za-z0-9_]", "_", netlist.name)
    inputs, outputs = len(netlist.input_nets), len(netlist.output_nets)
    ports = f"const uint8_t in[{max(inputs, 1)}], uint8_t out[{max(outputs, 1)}]"
    count, registers = inputs, netlist.registers
    if registers:
        first = ", ".join(str(each.initial or 0) for each in registers)
        step = f"void {own}_step(struct {own} *s, {ports})"
        yield f"struct {own} {{ uint8_t q[{len(registers)}]; }};"
        yield from (f"void {own}_reset(struct {own} *s);", f"{step};", "")
        yield from (f"void {own}_reset(struct {own} *s)", "{")
        yield f"    static const uint8_t first[{len(registers)}] = {{{first}}};"
        yield from (
            f"    for (int i = 0; i < {len(registers)}; i++)",
            "        s->q[i] = first[i];",
        )
        yield from ("}", "", step, "{")
    else:
        yield from (f"void {own}({ports});", "", f"void {own}({ports})", "{")
    yield f"    uint8_t n[{max(len(program.nets), 1)}];"
    if inputs:
        yield from (f"    for (int i = 0; i < {inputs}; i++)", "        n[i] = in[i] != 0;")
    else:
        yield "    (void)in;"
    if registers:
        yield f"    for (int i = 0; i < {len(registers)}; i++)"
        yield f"        n[{count} + i] = s->q[i];"
    for step_ in program.steps:
        for reads, drives in zip(step_.inputs.T.tolist(), step_.outputs.T.tolist(), strict=True):
            given = ", ".join(f"n[{net}]" for net in reads) or "0"
            yield f"    {names[step_.gate]}((const uint8_t[]){{{given}}}, n + {drives[0]});"
    ends = program.outputs.tolist()
    yield from _copied("out", ends[:outputs])
    if registers:
        yield from _copied("s->q", ends[outputs:])
    yield "}"


def _copied(into: str, nets: Sequence[int]) -> Iterator[str]:
    for place, net in enumerate(nets):
        yield f"    {into}[{place}] = n[{net}];"
