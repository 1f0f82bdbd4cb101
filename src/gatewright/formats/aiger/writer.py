r"""Writing AIGER, the format of and-inverter graphs, ascii or binary; `aiger` reads it.

Gates become ANDs, equal ones once; an XOR is three of them, one of which is the AND of its inputs, as a half
adder needs. What no output needs is left out, and the rest is numbered without gaps. All ports are named.
Don't-care rows are written as 0, which is what exact cells give. The same netlist gives the same bytes.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> either = GateSpec.from_function("or", lambda a, b: a | b, inputs="ab", outputs="y")
    >>> circuit = CircuitBuilder("any", {"or": either})
    >>> circuit.output("y", circuit.gate("or", *circuit.input_bus("a", 2)))
    >>> write_aiger(circuit.netlist(), binary=True)
    b'aig 3 2 0 1 1\n7\n\x01\x02i0 a[0]\ni1 a[1]\no0 y\n'
    >>> print(write_aiger(circuit.netlist(), binary=False, comment="one gate").decode(), end="")
    aag 3 2 0 1 1
    2
    4
    7
    6 5 3
    i0 a[0]
    i1 a[1]
    o0 y
    c
    one gate
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.symbolic.functions import net_functions
from gatewright.errors import UsageError
from gatewright.formats.aiger.binary import write_ands
from gatewright.formats.aiger.graph import AndGraph
from gatewright.formats.aiger.symbols import symbol_lines
from gatewright.formats.model.directions import told
from gatewright.logic.xag import Literal, XorAndGraph
from gatewright.text import comment_lines, unused


def write_aiger(netlist: Netlist, *, binary: bool, comment: str = "") -> bytes:
    """The netlist as an AIGER file.

    Args:
        netlist: the circuit.
        binary: in the binary format, else in the ascii one.
        comment: comes last, as the format has it.

    Raises:
        UsageError: two ports have bits of the same name, or a name cannot be held.
        NetlistError: it is not a circuit.
    """
    inputs, outputs = port_bits(netlist.inputs), port_bits(netlist.outputs)
    _check_names(netlist.name, inputs, outputs)
    latches = netlist.registers
    symbols = symbol_lines("i", [bit for bit, _ in inputs])
    symbols += symbol_lines("l", _latch_names(netlist))
    symbols += symbol_lines("o", [bit for bit, _ in outputs])
    sources = [*(net for _, net in inputs), *(each.q for each in latches)]
    graph = AndGraph(len(sources))
    nets = _functions(netlist, graph, sources)
    ends = [*(each.d for each in latches), *(net for _, net in outputs)]
    rows, literals = graph.compact([nets[net] for net in ends])
    largest = len(sources) + len(rows)
    head = f"{largest} {len(inputs)} {len(latches)} {len(outputs)} {len(rows)}"
    lines = [f"{'aig' if binary else 'aag'} {head}"]
    if not binary:
        lines += [str(2 * place) for place in range(1, len(inputs) + 1)]
    for place, (each, following) in enumerate(zip(latches, literals, strict=False)):
        own = 2 * (len(inputs) + place + 1)
        first = own if each.initial is None else each.initial
        words = [*([] if binary else [own]), following, *([first] if first else [])]
        lines.append(" ".join(map(str, words)))
    lines += map(str, literals[len(latches) :])
    if not binary:
        lines += [f"{own} {larger} {smaller}" for own, larger, smaller in rows]
    made = "".join(f"{line}\n" for line in lines).encode()
    if binary:
        made += write_ands(rows)
    last = [*comment_lines(comment), *told(netlist)]
    end = "".join(f"{line}\n" for line in ("c", *last)) if last else ""
    return made + symbols + end.encode()


def _latch_names(netlist: Netlist) -> list[str]:
    """A name for every register, which no other register has, and no port that is another net."""
    ports = dict((*port_bits(netlist.inputs), *port_bits(netlist.outputs)))
    held = {each.name: each.q for each in netlist.registers}
    taken = {bit for bit, net in ports.items() if held.get(bit) != net}
    return [unused(each.name, taken) for each in netlist.registers]


def _check_names(
    circuit: str, inputs: Sequence[tuple[str, str]], outputs: Sequence[tuple[str, str]]
) -> None:
    """Refuse names by which a reader could not tell bits apart; an output may share that of its input."""
    for what, bits in (("input", inputs), ("output", outputs)):
        seen: set[str] = set()
        for bit, _ in bits:
            if bit in seen:
                raise UsageError(
                    f"circuit '{circuit}' has two {what} bits called '{bit}'", hint="rename one"
                )
            seen.add(bit)
    nets = dict(inputs)
    for bit, net in outputs:
        if nets.get(bit, net) != net:
            raise UsageError(
                f"circuit '{circuit}' has an input and an output '{bit}' that are not one wire",
                hint="rename one",
            )


def _functions(netlist: Netlist, graph: XorAndGraph, inputs: Sequence[str]) -> dict[str, Literal]:
    """The function of every net."""
    program = compile_netlist(cut(netlist))
    place = {net: graph.variable(place) for place, net in enumerate(inputs)}
    given = [place[net] for net in program.nets[: program.input_bits]]
    return dict(zip(program.nets, net_functions(program, graph, given), strict=True))
