r"""DOT, the language of Graphviz (https://graphviz.org/doc/info/lang.html): a circuit as a picture to lay out.

A node is an input bit, an output bit, an instance with its pins, or a register with D, Q and its clock (``>``);
every input pin has an edge, which tells the name of the net if the nodes do not. The same netlist gives the same
bytes.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> circuit = CircuitBuilder("inv", {"not": inverter})
    >>> circuit.output("out", circuit.gate("not", circuit.input("in"), name="turned"))
    >>> print(write_dot(circuit.netlist()))
    digraph "inv" {
      rankdir=LR;
      node [shape=record];
      subgraph { rank=source; node [shape=cds];
        in0 [label="in"];
      }
      gate0 [label="{{<i0> a}|turned\nnot|{<o0> y}}"];
      subgraph { rank=sink; node [shape=cds];
        out0 [label="out"];
      }
      in0 -> gate0:i0;
      gate0:o0 -> out0;
    }
    <BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.text import comment_lines

_SIGNS = {"\\": r"\\", '"': r"\"", "&": "&amp;"}
"""Quotes end a label, and Graphviz interprets backslashes and HTML entities in it."""


def write_dot(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as DOT text; ``comment`` comes first.

    Raises:
        NetlistError: it is not a circuit.
    """
    netlist.check()
    head = "".join(f"{line}\n" for line in comment_lines(comment, "//"))
    return head + "".join(f"{line}\n" for line in _lines(netlist))


def _lines(netlist: Netlist) -> Iterator[str]:
    inputs, outputs = port_bits(netlist.inputs), port_bits(netlist.outputs)
    # The node that drives a net, and whether the net has a name that the node does not tell.
    drivers = {net: (f"in{place}", bit != net) for place, (bit, net) in enumerate(inputs)}
    for place, each in enumerate(netlist.instances):
        pins = netlist.gates[each.gate].table.outputs
        for number, (pin, net) in enumerate(zip(pins, each.outputs, strict=True)):
            drivers[net] = f"gate{place}:o{number}", net not in (each.name, f"{each.name}.{pin}")
    for place, kept in enumerate(netlist.registers):
        drivers[kept.q] = f"register{place}:o0", kept.q != kept.name
    yield f"digraph {_quoted(netlist.name)} {{"
    yield "  rankdir=LR;"
    yield "  node [shape=record];"
    yield from _ports("in", "source", [bit for bit, _ in inputs])
    for place, each in enumerate(netlist.instances):
        table = netlist.gates[each.gate].table
        fields = (
            _pins("i", table.inputs),
            rf"{_field(each.name)}\n{_field(each.gate)}",
            _pins("o", table.outputs),
        )
        yield f'  gate{place} [label="{{{"|".join(fields)}}}"];'
    for place, kept in enumerate(netlist.registers):
        first = "?" if kept.initial is None else kept.initial
        fields = (r"{<i0> D|\>}", rf"{_field(kept.name)}\nstarts as {first}", "{<o0> Q}")
        yield f'  register{place} [label="{{{"|".join(fields)}}}"];'
    yield from _ports("out", "sink", [bit for bit, _ in outputs])
    for place, each in enumerate(netlist.instances):
        for number, net in enumerate(each.inputs):
            node, told = drivers[net]
            yield _edge(node, f"gate{place}:i{number}", net if told else "")
    for place, kept in enumerate(netlist.registers):
        node, told = drivers[kept.d]
        yield _edge(node, f"register{place}:i0", kept.d if told else "")
    for place, (bit, net) in enumerate(outputs):
        node, told = drivers[net]
        yield _edge(node, f"out{place}", net if told and net != bit else "")
    yield "}"


def _ports(kind: str, rank: str, bits: Sequence[str]) -> Iterator[str]:
    """A node for every bit, all at one side of the picture."""
    yield f"  subgraph {{ rank={rank}; node [shape=cds];"
    for place, bit in enumerate(bits):
        yield f"    {kind}{place} [label={_quoted(bit)}];"
    yield "  }"


def _pins(side: str, names: Sequence[str]) -> str:
    """The pins of one side of an instance, each a place where edges end."""
    return f"{{{'|'.join(f'<{side}{pin}> {name}' for pin, name in enumerate(names))}}}"


def _edge(driver: str, reader: str, net: str) -> str:
    label = f" [label={_quoted(net)}]" if net else ""
    return f"  {driver} -> {reader}{label};"


def _quoted(text: str) -> str:
    """A label that shows the text literally."""
    return f'"{_escaped(text, _SIGNS)}"'


def _field(text: str) -> str:
    """A text as a part of a record, where more signs mean something."""
    return _escaped(text, _SIGNS | {sign: f"\\{sign}" for sign in "{}|<> "})


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    shown = (each if each.isprintable() else " " for each in text)
    return "".join(signs.get(each, each) for each in shown)
