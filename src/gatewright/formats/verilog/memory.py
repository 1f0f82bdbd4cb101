r"""A memory as Verilog: an array of registers, read by assignments, written by one process.

Example:
    >>> from gatewright.circuits.memory import ReadPort, WritePort
    >>> writes = (WritePort(("a",), ("d", "e"), ("w", "w")),)
    >>> ram = Memory("ram", 2, 2, (ReadPort(("a",), ("r", "s")),), writes, (3,))
    >>> print("\n".join(memory_lines(ram, "ram", {each: each for each in "arsdew"}, "posedge clk")))
      reg [1:0] ram [0:1];
      initial begin
        ram[0] = 2'h3;
      end
      assign {s, r} = ram[a];
      always @(posedge clk) begin
        if (w) ram[a] <= {e, d};
      end
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from gatewright.circuits.memory import Memory, WritePort


def memory_lines(memory: Memory, name: str, wires: Mapping[str, str], edge: str) -> Iterator[str]:
    """The lines of a memory.

    Args:
        memory: of a netlist.
        name: what it is called, as an identifier.
        wires: what nets are called.
        edge: of the clock that writes, as in ``posedge clk``.
    """
    last = memory.first + memory.words - 1
    yield f"  reg {_span(memory.width)}{name} [{memory.first}:{last}];"
    known = [(place, word) for place, word in enumerate(memory.initial) if word is not None]
    if known:
        yield "  initial begin"
        for place, word in known:
            yield f"    {name}[{memory.first + place}] = {memory.width}'h{word:x};"
        yield "  end"
    for read in memory.reads:
        found = f"{name}[{_address(read.address, wires)}]"
        there = _there(memory, read.address, wires)
        if there:
            found = f"{there} ? {found} : {memory.width}'h0"
        yield f"  assign {_joined(read.data, wires)} = {found};"
    if memory.writes:
        yield f"  always @({edge}) begin"
        for write in memory.writes:
            yield from _write(memory, write, name, wires)
        yield "  end"


def _write(memory: Memory, port: WritePort, name: str, wires: Mapping[str, str]) -> Iterator[str]:
    """A statement for every run of bits that one net enables."""
    there = _there(memory, port.address, wires)
    also = f" && {there}" if there else ""
    for enable, run in groupby(range(memory.width), lambda bit: port.enables[bit]):
        bits = list(run)
        part = "" if len(bits) == memory.width else f"[{bits[-1]}:{bits[0]}]"
        data = _joined([port.data[bit] for bit in bits], wires)
        where = _address(port.address, wires)
        yield f"    if ({wires[enable]}{also}) {name}[{where}]{part} <= {data};"


def _address(nets: Sequence[str], wires: Mapping[str, str]) -> str:
    return _joined(nets, wires) if nets else "0"


def _there(memory: Memory, nets: Sequence[str], wires: Mapping[str, str]) -> str:
    """The condition that there is a word at an address; empty if there always is."""
    last, most = memory.first + memory.words - 1, (1 << len(nets)) - 1
    if not nets:
        return "" if not memory.first else "1'b0"
    at, conditions = _joined(nets, wires), []
    if memory.first:
        conditions.append(f"{at} >= {memory.first}")
    if last < most:
        conditions.append(f"{at} <= {last}")
    return f"({' && '.join(conditions)})" if conditions else ""


def _joined(nets: Sequence[str], wires: Mapping[str, str]) -> str:
    names = [wires[net] for net in reversed(nets)]
    return names[0] if len(names) == 1 else f"{{{', '.join(names)}}}"


def _span(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""
