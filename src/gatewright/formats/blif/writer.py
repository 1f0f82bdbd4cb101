r"""BLIF, the Berkeley Logic Interchange Format (University of California, Berkeley, 1992).

Written hierarchically: the circuit is the first model and places every instance by ``.subckt``; each
gate is a model of its own, its outputs given by ``.names`` with one line for each row that is 1. Don't-care
rows are written as 0, which is what exact cells give. The same netlist gives the same bytes.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> circuit = CircuitBuilder("inv", {"not": inverter})
    >>> circuit.output("out", circuit.gate("not", circuit.input("in")))
    >>> print(write_blif(circuit.netlist(), comment="one inverter"))
    # one inverter
    .model inv
    .inputs in
    .outputs out
    .subckt not a=in y=out
    .end
    <BLANKLINE>
    .model not
    .inputs a
    .outputs y
    .names a y
    0 1
    .end
    <BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright.circuits.netlist import Netlist
from gatewright.formats.model.directions import told
from gatewright.formats.model.net_names import NetNames
from gatewright.logic.truth_table import TruthTable
from gatewright.text import comment_lines

LINE_WIDTH = 100


def write_blif(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as BLIF text; ``comment`` comes before it.

    Raises:
        UsageError: a port has a name that BLIF cannot hold.
    """
    models = [_circuit_lines(netlist)]
    models += [
        _gate_lines(_model(netlist, name), netlist.gates[name].table)
        for name in sorted(netlist.gates)
    ]
    head = "".join(f"{line}\n" for line in comment_lines(comment, "#"))
    return head + "\n".join("".join(f"{line}\n" for line in model) for model in models)


def _circuit_lines(netlist: Netlist) -> Iterator[str]:
    names = NetNames(netlist, _legal, "BLIF")
    yield from (f"# {each}" for each in told(netlist))
    yield f".model {_title(netlist)}"
    clock = names.clock
    yield from _folded(".inputs", [*names.inputs, *([clock] if clock else [])])
    yield from _folded(".outputs", names.outputs)
    edge = "re" if netlist.clock is None or netlist.clock.rising else "fe"
    for register in netlist.registers:
        d, q = names.of((register.d, register.q))
        first = 3 if register.initial is None else register.initial
        yield from _folded(".latch", (d, q, edge, clock or "NIL", str(first)))
    for each in netlist.instances:
        table = netlist.gates[each.gate].table
        nets = names.of(each.inputs + each.outputs)
        pins = zip(table.inputs + table.outputs, nets, strict=True)
        yield from _folded(
            f".subckt {_model(netlist, each.gate)}", [f"{pin}={net}" for pin, net in pins]
        )
    for net, bit in names.aliases:
        yield from _folded(".names", (net, bit))
        yield "1 1"
    yield ".end"


def _legal(name: str) -> bool:
    """Whether BLIF can hold a name: it ends at white space, and # begins a comment."""
    return name.isprintable() and not set(name) & set(" #") and name[-1:] not in ("\\", "")


def _title(netlist: Netlist) -> str:
    return netlist.name if _legal(netlist.name) else "circuit"


def _model(netlist: Netlist, gate: str) -> str:
    """The gate's name; if it is also the circuit's, a name that no gate can have."""
    return f"{gate}.gate" if gate == _title(netlist) else gate


def _gate_lines(model: str, table: TruthTable) -> Iterator[str]:
    yield f".model {model}"
    yield from _folded(".inputs", table.inputs)
    yield from _folded(".outputs", table.outputs)
    for place, port in enumerate(table.outputs):
        if not table.ones[place]:  # a cover of inputs without rows is one that ABC refuses
            yield f".names {port}"
            continue
        yield from _folded(".names", (*table.inputs, port))
        for pattern, row in zip(table.patterns.tolist(), table.values.tolist(), strict=True):
            if row[place]:
                yield f"{''.join(map(str, pattern))} 1"
    yield ".end"


def _folded(head: str, words: Sequence[str]) -> Iterator[str]:
    """One logical line, continued with a backslash where it would be too wide."""
    line = head
    for word in words:
        if len(f"{line} {word} \\") > LINE_WIDTH:
            yield f"{line} \\"
            line = " "
        line += f" {word}"
    yield line
