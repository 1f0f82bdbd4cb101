"""A netlist assembled from a file, line by line, and refused if it is not a circuit.

A cell's gate is the registered one of its truth table, its inputs perhaps in another order, or is named after
the table (``lut3-96``); a function of more inputs than a gate may have is decomposed. A constant is a gate that
does not listen to its input. The wires are those of `wiring`.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> gates = {gate.name: gate for gate in gatewright_gates()}
    >>> made = Assembler(Source("two.blif", b""), "two", gates)
    >>> made.cell(0b0100, ("b", "c"), "y", 3)
    >>> made.cell(0b0111, ("a", "b"), "c", 4)
    >>> made.input("a", 1); made.input("b", 1); made.output("y", 2)
    >>> [(each.gate, each.inputs, each.outputs) for each in made.netlist().instances]
    [('nand', ('a', 'b'), ('c',)), ('lut2-4', ('b', 'c'), ('y',))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from gatewright.circuits.memory import renamed_pins
from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.errors import Hint, UsageError
from gatewright.formats.model.registered import by_table
from gatewright.formats.model.source import Source
from gatewright.formats.model.wiring import Wiring
from gatewright.gates.functions import MOST_INPUTS, function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Cube, literals, support, table
from gatewright.logic.decomposition import MOST_LITERALS, MOST_LOOKS, Decomposition, Signal


class Assembler(Wiring):
    """A netlist while its file is being read.

    Args:
        source: the file, for error messages.
        name: of the circuit.
        gates: registered gates, which are used for cells with their tables; None to make all cells
            functions of one output, as a library has them.
        widest: most inputs of a gate, 2 to 6; wider functions are decomposed, into gates of up to 4.

    Raises:
        UsageError: gates of this width cannot be made.
    """

    def __init__(
        self,
        source: Source,
        name: str,
        gates: Mapping[str, GateSpec] | None,
        *,
        widest: int = MOST_INPUTS,
    ) -> None:
        if not 2 <= widest <= MOST_INPUTS:
            raise UsageError(f"gates of up to {widest} inputs cannot be made", hint="choose 2 to 6")
        super().__init__(source)
        self.name = name
        self._widest = widest
        self._registered = by_table(gates or {})
        self._apart = gates is None
        self._used: dict[str, GateSpec] = {}
        self._choices: dict[tuple[int, int], tuple[str, tuple[int, ...]]] = {}
        self._wide: dict[str, tuple[Sequence[Cube], tuple[str, ...], bool, int]] = {}
        self._measured: set[int] = set()
        self._literals = 0

    def cell(self, ones: int, inputs: tuple[str, ...], output: str, line: int) -> None:
        """A function of one output, as its truth table: bit *r* of ``ones`` is row *r*.

        Raises:
            FormatError: the output is driven already, or the circuit grows too large.
        """
        chosen = self._choices.get((ones, len(inputs)))
        if chosen is None:
            if not inputs:
                self.constant(ones, output, line)
                return
            if len(inputs) > self._widest:
                ones, places = support(ones, len(inputs))
                inputs = tuple(inputs[place] for place in places)  # those that matter
                if len(inputs) == 1 and ones == 0b10:
                    self.alias(inputs[0], output, line)
                elif len(inputs) <= self._widest:
                    self.cell(ones, inputs, output, line)
                else:
                    self.cover(_rows(ones, len(inputs)), inputs, output, line)
                return
            chosen = self._choose(ones, len(inputs))
        kind, order = chosen
        if order:
            inputs = tuple([inputs[place] for place in order])
        self._place(kind, inputs, (output,), line)

    def cover(
        self,
        cubes: Sequence[Cube],
        inputs: tuple[str, ...],
        output: str,
        line: int,
        *,
        negated: bool = False,
    ) -> None:
        """A function as a sum of products over any number of inputs, or the negation of one.

        Raises:
            FormatError: as in `cell`.
        """
        if len(inputs) <= self._widest:
            ones = table(cubes, len(inputs))
            if negated:
                ones ^= (1 << (1 << len(inputs))) - 1
            self.cell(ones, inputs, output, line)
            return
        # Its inner nets need names, and which are free is known when all of the file has been read.
        self._check_free(output, line)
        self._wide[output] = (cubes, inputs, negated, line)
        self._awaited[output] = line
        self.measure(cubes, line)

    def measure(self, cubes: Sequence[Cube], line: int) -> None:
        """Count the literals of a wide function; repeated cubes, as of a model placed twice, cost nothing.

        Raises:
            FormatError: there are too many in all.
        """
        if id(cubes) not in self._measured:
            self._measured.add(id(cubes))
            self._literals += literals(cubes)
            if self._literals > MOST_LITERALS:
                raise self.source.refuse(
                    line,
                    "",
                    f"there are more than the {MOST_LITERALS} literals in wide functions that are read",
                    "let a synthesis tool make small gates of them first",
                )

    def decomposed(
        self,
        parts: Decomposition,
        inputs: tuple[str, ...],
        outputs: Mapping[str, tuple[int, bool]],
        line: int,
    ) -> None:
        """The nodes of a decomposition, and a net for each signal that leaves it.

        Raises:
            FormatError: as in `cell`.
        """
        names = list(inputs)
        first = next(iter(outputs))
        # A node that is an output as it is takes its name; the others are named after the first output.
        own = {number: net for net, (number, negated) in outputs.items() if not negated}
        for place, (ones, reads) in enumerate(parts.nodes):
            net = own.get(len(inputs) + place) or self._fresh(f"{first}~{place + 1}")
            names.append(net)
            self.cell(ones, tuple(names[number] for number in reads), net, line)
        for net, (number, negated) in outputs.items():
            if negated:
                self.cell(0b01, (names[number],), net, line)
            elif names[number] != net:
                self.alias(names[number], net, line)

    def gate(
        self, ones: tuple[int, ...], inputs: tuple[str, ...], outputs: tuple[str, ...], line: int
    ) -> None:
        """A gate of several outputs, made of a registered one if there is one of these tables.

        Raises:
            FormatError: as in `cell`.
        """
        if len(ones) == 1 or self._apart or len(inputs) > self._widest:
            for column, output in zip(ones, outputs, strict=True):
                self.cell(column, inputs, output, line)
            return
        full = (1 << (1 << len(inputs))) - 1
        known = self._registered.get((len(inputs), ones, (full,) * len(ones)))
        spec = known[0] if known else function_spec(ones, len(inputs))
        self._use(spec)
        self._place(spec.name, inputs, outputs, line)

    def instance(
        self, spec: GateSpec, inputs: tuple[str, ...], outputs: tuple[str, ...], line: int
    ) -> None:
        """A registered gate that the file names.

        Raises:
            FormatError: as in `cell`.
        """
        if self._apart or len(inputs) > self._widest:
            self.gate(spec.table.ones, inputs, outputs, line)
            return
        self._use(spec)
        self._place(spec.name, inputs, outputs, line)

    def constant(self, bit: int | bool, output: str, line: int) -> None:
        """A net that is always 0 or always 1.

        Raises:
            FormatError: as in `cell`.
        """
        self._constants.append(len(self._kinds))  # its input is known when all inputs are
        self.cell(0b11 if bit else 0b00, (output,), output, line)

    def netlist(self) -> Netlist:
        """The circuit.

        Raises:
            FormatError: it has registers, no input or no output; a net has no driver or two; gates
                form a cycle.
        """
        self.check_ports()
        self._decompose()
        return self.wired(self.name, self._used)

    def _decompose(self) -> None:
        """Make gates of the covers that are too wide for one."""
        wide, self._wide = self._wide, {}
        self._awaited.clear()
        if wide:
            # All nets, driven or not: otherwise a new net could become the driver of one that has none.
            self._taken.update(wide, (net for net, _ in self._aliases.values()))
            self._taken.update(net for reads in self._reads for net in reads)
            self._taken.update(net for _, inputs, _, _ in wide.values() for net in inputs)
        # A model that is placed many times has the same cubes each time.
        known: dict[tuple[int, int], tuple[Decomposition, Signal | bool]] = {}
        looks = MOST_LOOKS
        for output, (cubes, inputs, negated, line) in wide.items():
            key = id(cubes), len(inputs)
            if key not in known:
                made = Decomposition(min(self._widest, 4), looks)
                known[key] = made, made.function(cubes, range(len(inputs)))
                looks = made.looks
            parts, signal = known[key]
            if isinstance(signal, bool):
                self.constant(signal ^ negated, output, line)
            else:
                number, turned = signal
                self.decomposed(parts, inputs, {output: (number, turned ^ negated)}, line)

    def _choose(self, ones: int, count: int) -> tuple[str, tuple[int, ...]]:
        """The gate of a table, and the order in which it takes the inputs; empty if it is theirs."""
        full = (1 << (1 << count)) - 1
        known = self._registered.get((count, (ones,), (full,)))
        spec, order = known or (function_spec((ones,), count), ())
        self._use(spec)
        self._choices[ones, count] = spec.name, order
        return spec.name, order

    def _use(self, spec: GateSpec) -> None:
        known = self._used.setdefault(spec.name, spec)
        if known is not spec and known != spec:
            raise self.source.refuse(
                0,
                "",
                f"two gates are called '{spec.name}': a plugin's, and the function of this name",
                Hint("rename the plugin's gate", "list gates"),
            )


def of_functions(netlist: Netlist, widest: int) -> Netlist:
    """The same circuit made of functions of one output and few inputs, as a library of functions has them.

    Args:
        netlist: of any gates.
        widest: most inputs of a gate, 2 to 6; wider ones are decomposed.
    """
    made = Assembler(Source(netlist.name, b""), netlist.name, None, widest=widest)
    given = [*netlist.input_nets, *(each.q for each in netlist.registers)]
    ends = [*netlist.output_nets, *(each.d for each in netlist.registers)]
    for memory in netlist.memories:
        given += memory.driven
        ends += memory.pins
    for net in given:
        made.input(net, 0)
    for net in dict.fromkeys(ends):
        made.output(net, 0)
    for each in netlist.instances:
        made.gate(netlist.gates[each.gate].table.ones, each.inputs, each.outputs, 0)
    remade = made.netlist()
    # A wide function may turn out to be just one of its inputs: then it has no gate or net of its own.
    nets = dict(port_bits(remade.outputs))
    outputs = tuple(
        replace(bus, nets=tuple(nets[net] for net in bus.nets)) for bus in netlist.outputs
    )
    registers = tuple(replace(each, d=nets[each.d]) for each in netlist.registers)
    memories = tuple(
        renamed_pins(each, lambda some: tuple(nets.get(net, net) for net in some))
        for each in netlist.memories
    )
    return replace(
        netlist,
        gates=remade.gates,
        outputs=outputs,
        instances=remade.instances,
        registers=registers,
        memories=memories,
    )


@lru_cache(maxsize=256)
def _rows(ones: int, count: int) -> Sequence[Cube]:
    """A truth table as a cover: a cube for every row that is 1."""
    full = (1 << count) - 1
    cubes = []
    for row in range(1 << count):
        if ones >> row & 1:
            positive = int(f"{row:0{count}b}"[::-1], 2)
            cubes.append((positive, full & ~positive))
    return cubes
