r"""A gate as a module of Verilog: its truth table as a comment, and assignments that compute it.

Every reader of Verilog accepts assignments of ``&``, ``|``, ``^`` and ``~``, even readers of only netlists; rows
that are don't-cares are 0.

Example:
    >>> from gatewright.logic.truth_table import TruthTable
    >>> print(*gate_module("nand_gate", TruthTable.from_integers([0b0111], "ab", "y")), sep="\n")
    module nand_gate(a, b, y);
      input a, b;
      output y;
      // y: 0111, the row in which all inputs are 1 first
      wire w1;
      assign w1 = a & b;
      assign y = ~w1;
    endmodule
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatewright.formats.model.names import Names
from gatewright.formats.verilog.names import identifier, listed
from gatewright.gates.functions import MOST_INPUTS
from gatewright.logic.cover import cube
from gatewright.logic.decomposition import Decomposition
from gatewright.logic.formula import formula
from gatewright.logic.truth_table import TruthTable

_SIGNS = {"and": "&", "or": "|", "xor": "^"}


def gate_module(name: str, table: TruthTable) -> Iterator[str]:
    """The lines of a gate's module, whose name is an identifier."""
    inputs, outputs = ([identifier(pin) for pin in pins] for pins in (table.inputs, table.outputs))
    yield from listed(f"module {name}(", [*inputs, *outputs], ");")
    yield from listed("  input", inputs)
    yield from listed("  output", outputs)
    if len(inputs) <= MOST_INPUTS:
        for pin, ones in zip(table.outputs, table.ones, strict=True):
            yield (f"  // {pin}: {ones:0{table.rows}b}, the row in which all inputs are 1 first")
    body = _Body(Names((*table.inputs, *table.outputs)))
    if len(inputs) <= MOST_INPUTS:
        body.formula(inputs, outputs, table.ones)
    else:
        body.decomposed(inputs, dict(zip(outputs, table.ones, strict=True)))
    if body.wires:
        yield from listed("  wire", body.wires)
    yield from body.lines
    yield "endmodule"


class _Body:
    """Wires and assignments of a module."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.wires: list[str] = []
        self.lines: list[str] = []

    def formula(self, inputs: Sequence[str], outputs: Sequence[str], ones: tuple[int, ...]) -> None:
        """Some functions of some wires; every operation in their formulas becomes a wire."""
        form = formula(len(inputs), ones)
        places = dict(enumerate(inputs))
        last = {each.place: number for number, each in enumerate(form.instructions)}
        for number, each in enumerate(form.instructions):
            sources = [places[place] for place in each.sources]
            output = each.place - len(inputs)
            mine = output < len(outputs) and last[each.place] == number
            wire = outputs[output] if mine else self._wire()
            places[each.place] = wire
            if each.operation in _SIGNS:
                self._assign(wire, f" {_SIGNS[each.operation]} ".join(sources))
            elif each.operation in ("zero", "one"):
                self._assign(wire, f"1'b{int(each.operation == 'one')}")
            else:
                self._assign(wire, f"{'~' if each.operation == 'not' else ''}{sources[0]}")

    def decomposed(self, inputs: Sequence[str], outputs: Mapping[str, int]) -> None:
        """Functions of more inputs than formulas are made for, by way of functions of few."""
        count = len(inputs)
        parts = Decomposition(4)
        signals = {}
        for wire, ones in outputs.items():
            rows = [row for row in range(1 << count) if ones >> row & 1]
            cubes = (cube(f"{row:0{count}b}") for row in rows)
            signals[wire] = parts.function(cubes, range(count))
        wires = list(inputs)
        for ones, reads in parts.nodes:
            wires.append(self._wire())
            self.formula([wires[number] for number in reads], wires[-1:], (ones,))
        for wire, signal in signals.items():
            if isinstance(signal, bool):
                self._assign(wire, f"1'b{int(signal)}")
            else:
                number, negated = signal
                self._assign(wire, f"{'~' if negated else ''}{wires[number]}")

    def _wire(self) -> str:
        self.wires.append(identifier(self._names.new(f"w{len(self.wires) + 1}")))
        return self.wires[-1]

    def _assign(self, wire: str, what: str) -> None:
        self.lines.append(f"  assign {wire} = {what};")
