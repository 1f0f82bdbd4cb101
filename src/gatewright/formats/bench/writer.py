r"""Writing the ``.bench`` format, with only the gates of 1985, so that every reader accepts it.

Registers that begin as 0 or 1 are written as ABC reads them, DFF0 and DFF1: plain ones begin as anything.

A gate whose table is one of the format's is written as that one; any other as and, or, xor and not, its inner
nets named after its first output. XOR and XNOR have two inputs, as other readers want them, and a constant is
XOR(x, x) or XNOR(x, x) of the first input. Don't-care rows are written as 0, which is what exact cells give.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> circuit = CircuitBuilder("choose", {gate.name: gate for gate in gatewright_gates()})
    >>> s, a, b = (circuit.input(name) for name in "sab")
    >>> circuit.output("y", circuit.gate("mux", s, a, circuit.gate("nand", a, b)))
    >>> print(write_bench(circuit.netlist(), comment="a, or not both"))
    # a, or not both
    INPUT(s)
    INPUT(a)
    INPUT(b)
    OUTPUT(y)
    nand-1.y = NAND(a, b)
    y~1 = XOR(a, nand-1.y)
    y~2 = AND(s, y~1)
    y = XOR(a, y~2)
    <BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gatewright.circuits.netlist import Netlist
from gatewright.formats.bench.reader import NAME
from gatewright.formats.model.directions import told
from gatewright.formats.model.names import Names
from gatewright.formats.model.net_names import NetNames
from gatewright.gates.kinds import ANY_WIDTH, kind_table
from gatewright.logic.decomposition import Decomposition
from gatewright.logic.formula import MOST_INPUTS, formula
from gatewright.text import comment_lines


def write_bench(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as ``.bench`` text; ``comment`` is its first line.

    Raises:
        UsageError: a port has a name that the format cannot hold.
    """
    return _Writer(netlist).text(comment)


def _legal(name: str) -> bool:
    """Whether the format can hold a name; one that reverses a line would be read as another."""
    return name.isprintable() and bool(NAME.fullmatch(name))


class _Writer:
    """One netlist, gate by gate."""

    def __init__(self, netlist: Netlist) -> None:
        self._netlist = netlist
        self._names = NetNames(netlist, _legal, ".bench")
        inner = self._names.of(net for each in netlist.instances for net in each.outputs)
        inner += self._names.of(each.q for each in netlist.registers)
        self._any = (*self._names.inputs, *self._names.of(each.q for each in netlist.registers))[0]
        self._inner = Names((*self._names.inputs, *self._names.outputs, *inner))

    def text(self, comment: str) -> str:
        names = self._names
        lines = [*comment_lines(comment, "#"), *(f"# {each}" for each in told(self._netlist))]
        lines += [f"INPUT({bit})" for bit in names.inputs]
        lines += [f"OUTPUT({bit})" for bit in names.outputs]
        lines += [
            f"{q} = {_register(each.initial)}({d})"
            for each in self._netlist.registers
            for q, d in [names.of((each.q, each.d))]
        ]
        plans: dict[str, _Plan] = {}
        for each in self._netlist.instances:
            if each.gate not in plans:
                table = self._netlist.gates[each.gate].table
                plans[each.gate] = _plan(len(table.inputs), table.ones)
            lines += self._gate(plans[each.gate], names.of(each.inputs), names.of(each.outputs))
        lines += [f"{bit} = BUFF({net})" for net, bit in names.aliases]
        return "".join(f"{line}\n" for line in lines)

    def _gate(self, plan: _Plan, nets: list[str], drives: list[str]) -> Iterator[str]:
        """An instance as the gates of its plan."""
        outputs = dict(zip(plan.outputs, drives, strict=True))
        for kind, values in plan.steps:
            pins = [nets[value] for value in values]
            name = outputs.get(len(nets)) or self._inner.new(drives[0])
            if kind in _STEADY:  # of whichever input: it does not matter
                kind, pins = _STEADY[kind], [self._any] * 2
            yield f"{name} = {kind}({', '.join(pins)})"
            nets.append(name)


def _register(initial: int | None) -> str:
    """A register that begins as anything, or as 0 or 1 in the words of ABC."""
    return "DFF" if initial is None else f"DFF{initial}"


_STEADY = {"zero": "XOR", "one": "XNOR"}
_WRITTEN = {"and": "AND", "or": "OR", "xor": "XOR", "not": "NOT", "copy": "BUFF"}


class _Plan(NamedTuple):
    """A gate as gates of the format. Values are numbered: the inputs, then what each step gives.

    Attributes:
        steps: a kind and the values it reads.
        outputs: the value of each output, each of a step of its own.
    """

    steps: list[tuple[str, tuple[int, ...]]]
    outputs: list[int]


def _plan(inputs: int, ones: tuple[int, ...]) -> _Plan:
    """How to write a truth table."""
    if len(ones) == 1:
        # Other readers know only XOR and XNOR of two inputs.
        kinds = ("NOT", "BUF") if inputs == 1 else ANY_WIDTH if inputs == 2 else ANY_WIDTH[:4]
        for kind in kinds:
            if kind_table(kind, inputs) == ones[0]:
                every = tuple(range(inputs))
                return _Plan([("BUFF" if kind == "BUF" else kind, every)], [inputs])
    plan = _Plan([], [])
    if inputs <= MOST_INPUTS:
        plan.outputs.extend(_steps(plan, inputs, ones, tuple(range(inputs))))
        return plan
    parts, known = Decomposition(4), list(range(inputs))
    for column in ones:
        rows = (f"{row:0{inputs}b}" for row in range(1 << inputs) if column >> row & 1)
        full = (1 << inputs) - 1
        positive = (int(row[::-1], 2) for row in rows)
        found = parts.function(((each, full ^ each) for each in positive), range(inputs))
        for table, reads in parts.nodes[len(known) - inputs :]:
            known += _steps(plan, inputs, (table,), tuple(known[each] for each in reads))
        if isinstance(found, bool):
            plan.steps.append(("one" if found else "zero", ()))
        else:
            plan.steps.append(("NOT" if found[1] else "BUFF", (known[found[0]],)))
        plan.outputs.append(inputs + len(plan.steps) - 1)
    return plan


def _steps(plan: _Plan, inputs: int, ones: tuple[int, ...], reads: tuple[int, ...]) -> list[int]:
    """Add the formula of a table of some values to a plan; returns the value of each output."""
    made = formula(len(reads), ones)
    values = dict(enumerate(reads))
    for each in made.instructions:
        # A place may be used again for something else; a value is never another.
        kind = _WRITTEN.get(each.operation, each.operation)
        plan.steps.append((kind, tuple(values[place] for place in each.sources)))
        values[each.place] = inputs + len(plan.steps) - 1
    return [values[len(reads) + number] for number in range(len(ones))]
