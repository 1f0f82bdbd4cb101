"""A netlist put together from what a file says, line by line, and refused where it is no circuit.

A cell's gate is the registered one of its truth table, its inputs perhaps in another order, or is named after
the table (``lut3-96``); a function of more inputs than a gate may have is decomposed. A wire that only gives
another its name is no gate: the two become one net. A constant is a gate that does not listen to its input.

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

from gatewright.circuits.netlist import MOST_GATES, Instance, Netlist, port_bits
from gatewright.errors import FormatError, Hint, UsageError
from gatewright.formats.model.ports import buses
from gatewright.formats.model.registered import by_table
from gatewright.formats.model.source import Source, shortened
from gatewright.gates.functions import MOST_INPUTS, function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import (
    MOST_LITERALS,
    MOST_LOOKS,
    Cube,
    Decomposition,
    Signal,
    literals,
    support,
    table,
)

LONGEST_NAME = 1 << 16
"""Characters of the name of a net at most: with models within models it may have a few thousand."""


class Assembler:
    """A netlist while its file is being read.

    Args:
        source: the file, for what is to be said of it.
        name: of the circuit.
        gates: registered gates, which cells are made of where their tables agree; none to make all of
            them functions of one output, as a library has them.
        widest: inputs of a gate at most, 2 to 6; wider functions are decomposed, into gates of up to 4.

    Raises:
        UsageError: gates may not be as wide, or not as narrow.
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
        self.source = source
        self.name = name
        self._widest = widest
        self._registered = by_table(gates or {})
        self._apart = gates is None
        self._used: dict[str, GateSpec] = {}
        self._choices: dict[tuple[int, int], tuple[str, tuple[int, ...]]] = {}
        self._inputs: dict[str, int] = {}
        self._outputs: dict[str, int] = {}
        # Cells side by side in lists: an object for each would be the largest part of the time.
        self._kinds: list[str] = []
        self._reads: list[tuple[str, ...]] = []
        self._drives: list[tuple[str, ...]] = []
        self._lines: list[int] = []
        self._drivers: dict[str, int] = {}
        self._aliases: dict[str, tuple[str, int]] = {}
        self._constants: list[int] = []
        self._wide: dict[str, tuple[Sequence[Cube], tuple[str, ...], bool, int]] = {}
        self._measured: set[int] = set()
        self._literals = 0
        self._registers: dict[str, int] = {}
        self._taken: set[str] = set()

    def input(self, net: str, line: int) -> None:
        """A primary input bit.

        Raises:
            FormatError: it is one already.
        """
        self._check_name(net, line)
        if net in self._inputs:
            raise self.source.refuse(line, net, "is an input twice", "name every input once")
        self._inputs[net] = line

    def output(self, net: str, line: int) -> None:
        """A primary output bit.

        Raises:
            FormatError: it is one already.
        """
        self._check_name(net, line)
        if net in self._outputs:
            raise self.source.refuse(line, net, "is an output twice", "name every output once")
        self._outputs[net] = line

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
        self.measure(cubes, line)

    def measure(self, cubes: Sequence[Cube], line: int) -> None:
        """Count the literals of a wide function; cubes that come again, as of a model placed twice, cost nothing.

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
        """The nodes of a decomposition, and what leaves it: a net for each signal.

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

    def alias(self, net: str, output: str, line: int) -> None:
        """A net that is another one under a name of its own.

        Raises:
            FormatError: the name is that of a driven net.
        """
        self._check_free(output, line)
        self._aliases[output] = (net, line)

    def register(self, net: str, line: int) -> None:
        """A register that drives a net; circuits with registers are refused as a whole, by `netlist`.

        Raises:
            FormatError: the net is driven already.
        """
        self._check_free(net, line)
        self._registers[net] = line

    def netlist(self) -> Netlist:
        """The circuit.

        Raises:
            FormatError: it has registers, no input or no output; a net has no driver or two; gates
                form a cycle.
        """
        for net in self._inputs:
            self._check_not_driven(net)
        if self._registers:
            net, line = next(iter(self._registers.items()))
            count = len(self._registers)
            raise self.source.refuse(
                line,
                net,
                f"is a register{f', one of {count}' if count > 1 else ''}; circuits with registers "
                "cannot be read yet",
                f"cut the registers out first: {shortened(list(self._registers))} would become inputs",
            )
        if not self._outputs:
            raise self.source.refuse(0, "", "there is no output", "name at least one")
        if not self._inputs:
            raise self.source.refuse(
                0, "", "there is no input, so nothing to compute", "name at least one"
            )
        self._decompose()
        first = next(iter(self._inputs))
        for cell in self._constants:
            self._reads[cell] = (first,)
        self._resolve()
        order = self._order()
        nets = {net: self._aliases[net][0] for net in self._outputs if net in self._aliases}
        inputs, outputs = list(self._inputs), list(self._outputs)
        # No bus has the name of a bit of the other side, nor that of a bus there.
        apart = {*inputs, *outputs}
        ports = buses(inputs, {}, apart), buses(outputs, nets, apart)
        shared = {bus.name for bus in ports[0] if bus.vector} & {bus.name for bus in ports[1]}
        if shared:
            ports = buses(inputs, {}, apart | shared), buses(outputs, nets, apart | shared)
        netlist = Netlist(
            self.name,
            dict(sorted(self._used.items())),
            *ports,
            tuple(
                Instance(
                    self._drives[cell][0], self._kinds[cell], self._reads[cell], self._drives[cell]
                )
                for cell in order
            ),
        )
        problems = netlist.lint()
        if problems:
            raise self.source.refuse(0, "", problems[0])
        return netlist

    def _decompose(self) -> None:
        """Make gates of the covers that are too wide for one."""
        wide, self._wide = self._wide, {}
        if wide:
            # What is read or listed, driven or not: else a new net could be the driver of one that has none.
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

    def _fresh(self, wish: str) -> str:
        """A name for a net that no net has yet."""
        name = wish
        known = (self._taken, self._inputs, self._outputs)
        while any(name in each for each in known) or self._line_of(name) is not None:
            name += "~"
        return name

    def _choose(self, ones: int, count: int) -> tuple[str, tuple[int, ...]]:
        """The gate of a table, and the order in which it takes the inputs; empty if as they are."""
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

    def _place(
        self, kind: str, inputs: tuple[str, ...], outputs: tuple[str, ...], line: int
    ) -> None:
        number = len(self._kinds)
        if number == MOST_GATES:
            raise self.source.refuse(
                line, "", f"the circuit has more than {MOST_GATES} gates", "split it"
            )
        self._lines.append(line)
        for net in outputs:
            if len(net) > LONGEST_NAME:
                self._check_name(net, line)
            if net in self._drivers or net in self._aliases:
                self._check_free(net, line)
            self._drivers[net] = number
        self._kinds.append(kind)
        self._reads.append(inputs)
        self._drives.append(outputs)

    def _check_name(self, net: str, line: int) -> None:
        if len(net) > LONGEST_NAME:
            raise self.source.refuse(
                line,
                net[:LONGEST_NAME],
                f"begins a name of {len(net)} characters, more than the {LONGEST_NAME} that are read",
                "rename it",
                column=1,
            )

    def _check_free(self, net: str, line: int) -> None:
        first = self._line_of(net)
        if first is not None:
            first, line = sorted((first, line))
            raise self.source.refuse(
                line, net, f"is driven a second time; line {first} drives it", "give it one driver"
            )

    def _check_not_driven(self, net: str) -> None:
        line = self._line_of(net)
        if line is not None:
            raise self.source.refuse(
                line,
                net,
                f"is driven here, and is an input by line {self._inputs[net]}",
                "an input has no driver in the circuit",
            )

    def _line_of(self, net: str) -> int | None:
        """The line in which a net is driven."""
        if net in self._drivers:
            return self._lines[self._drivers[net]]
        if net in self._aliases:
            return self._aliases[net][1]
        if net in self._wide:
            return self._wide[net][3]
        return self._registers.get(net)

    def _resolve(self) -> None:
        """Let every pin read the net that drives it, in place of another name of it."""
        for source, line in self._aliases.values():
            if not (source in self._aliases or source in self._drivers or source in self._inputs):
                raise self._undriven(source, line)
        ends: dict[str, str] = {}
        for net in self._aliases:
            trail: dict[str, None] = {}
            end = net
            while end in self._aliases and end not in ends:
                if end in trail:
                    loop = list(trail)[::-1]
                    loop = loop[: loop.index(end) + 1]
                    raise self._cycle([end, *loop], self._aliases[end][1])
                trail[end] = None
                end = self._aliases[end][0]
            ends |= dict.fromkeys(trail, ends.get(end, end))
        for net, end in ends.items():
            self._aliases[net] = end, self._aliases[net][1]
        if ends:
            self._reads = [
                reads
                if ends.keys().isdisjoint(reads)
                else tuple(ends.get(net, net) for net in reads)
                for reads in self._reads
            ]

    def _undriven(self, net: str, line: int) -> FormatError:
        return self.source.refuse(
            line,
            net,
            "is read here, and nothing drives it",
            "make it an input, or give it a driver",
        )

    def _cycle(self, nets: Sequence[str], line: int) -> FormatError:
        shown = [*nets[:6], "…", nets[-1]] if len(nets) > 8 else nets
        return self.source.refuse(
            line, "", f"there is a cycle: {' → '.join(shown)}", "a circuit must not feed itself"
        )

    def _order(self) -> list[int]:
        """The cells, each after those that drive it; as the file has them if it has them so."""
        driven = set(self._inputs)
        waiting: dict[int, int] = {}
        readers: dict[int, list[int]] = {}
        order: list[int] = []
        for cell, (reads, drives) in enumerate(zip(self._reads, self._drives, strict=True)):
            if driven.issuperset(reads):
                order.append(cell)
                driven.update(drives)
                continue
            before = set()
            for net in reads:
                driver = self._drivers.get(net)
                if driver is None:
                    if net not in self._inputs:
                        raise self._undriven(net, self._lines[cell])
                elif net not in driven:
                    before.add(driver)
            waiting[cell] = len(before)
            for driver in before:
                readers.setdefault(driver, []).append(cell)
        for net, line in self._outputs.items():
            if net not in self._drivers and net not in self._inputs and net not in self._aliases:
                raise self._undriven(net, line)
        if not waiting:
            return order
        at = 0
        while at < len(order):
            for reader in readers.get(order[at], ()):
                waiting[reader] -= 1
                if not waiting[reader]:
                    order.append(reader)
            at += 1
        if len(order) < len(self._kinds):
            raise self._found_cycle(set(order))
        return order

    def _found_cycle(self, placed: set[int]) -> FormatError:
        """A cycle among the cells that could not be placed: going back from one must come round."""
        cell = next(cell for cell in range(len(self._kinds)) if cell not in placed)
        seen: dict[int, int] = {}
        path: list[int] = []
        while cell not in seen:
            seen[cell] = len(path)
            path.append(cell)
            drivers = (self._drivers.get(net, -1) for net in self._reads[cell])
            cell = next(driver for driver in drivers if driver >= 0 and driver not in placed)
        loop = [self._drives[each][0] for each in reversed(path[seen[cell] :])]
        return self._cycle([*loop, loop[0]], self._lines[cell])


def of_functions(netlist: Netlist, widest: int) -> Netlist:
    """The same circuit made of functions of one output and few inputs, as a library of functions has them.

    Args:
        netlist: of any gates.
        widest: inputs of a gate at most, 2 to 6; wider ones are decomposed.
    """
    made = Assembler(Source(netlist.name, b""), netlist.name, None, widest=widest)
    for net in netlist.input_nets:
        made.input(net, 0)
    for net in dict.fromkeys(netlist.output_nets):
        made.output(net, 0)
    for each in netlist.instances:
        made.gate(netlist.gates[each.gate].table.ones, each.inputs, each.outputs, 0)
    remade = made.netlist()
    # A wide function may turn out to be one of its inputs: then it has no gate and no net of its own.
    nets = dict(port_bits(remade.outputs))
    outputs = tuple(
        replace(bus, nets=tuple(nets[net] for net in bus.nets)) for bus in netlist.outputs
    )
    return replace(netlist, gates=remade.gates, outputs=outputs, instances=remade.instances)


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
