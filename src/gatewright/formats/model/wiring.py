"""The wires of a circuit while its file is being read: what drives each net, and the cells in order.

A wire that only renames another is not a gate: the two become one net. What cannot be a circuit is refused: a
net with no driver or two, a cycle, a register.

Example:
    >>> wiring = Wiring(Source("two.blif", b""))
    >>> wiring.input("a", 1)
    >>> wiring.alias("a", "a", 2); wiring.check_ports()
    Traceback (most recent call last):
        ...
    gatewright.errors.FormatError: two.blif:2:1: 'a' is driven here, and is an input by line 1; an input has no \
driver in the circuit
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatewright.circuits.netlist import MOST_GATES, Instance, Netlist
from gatewright.errors import FormatError
from gatewright.formats.model.ports import sides
from gatewright.formats.model.source import Source, shortened
from gatewright.gates.spec import GateSpec

LONGEST_NAME = 1 << 16
"""Most characters of a net's name: with models within models it may have a few thousand."""


class Wiring:
    """Nets, and the cells that drive and read them.

    Args:
        source: the file, for error messages.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._inputs: dict[str, int] = {}
        self._outputs: dict[str, int] = {}
        # Cells side by side in lists: an object for each would be the largest part of the time.
        self._kinds: list[str] = []
        self._reads: list[tuple[str, ...]] = []
        self._drives: list[tuple[str, ...]] = []
        self._lines: list[int] = []
        self._drivers: dict[str, int] = {}
        self._aliases: dict[str, tuple[str, int]] = {}
        self._registers: dict[str, int] = {}
        self._register_kinds: dict[str, str] = {}
        self._constants: list[int] = []  # cells that do not listen to their input
        self._awaited: dict[str, int] = {}  # nets that will be driven later
        self._taken: set[str] = set()  # other names that no new net may have

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

    def alias(self, net: str, output: str, line: int) -> None:
        """A net that is another one under a name of its own.

        Raises:
            FormatError: the name is that of a driven net.
        """
        self._check_free(output, line)
        self._aliases[output] = (net, line)

    def register(self, net: str, line: int, kind: str = "") -> None:
        """A register that drives a net; circuits with registers are refused as a whole, by `netlist`.

        Raises:
            FormatError: the net is driven already.
        """
        self._check_free(net, line)
        self._registers[net] = line
        self._register_kinds[net] = kind

    def check_ports(self) -> None:
        """Check that there are inputs and outputs, that no input is driven, and that there are no registers.

        Raises:
            FormatError: one of these does not hold.
        """
        for net in self._inputs:
            self._check_not_driven(net)
        if self._registers:
            net, line = next(iter(self._registers.items()))
            count, kind = len(self._registers), self._register_kinds[net]
            raise self.source.refuse(
                line,
                net,
                f"is a register{f' ({kind})' if kind else ''}{f', one of {count}' if count > 1 else ''}; "
                "circuits with registers "
                "cannot be read yet",
                f"cut the registers out first: {shortened(list(self._registers))} would become inputs",
            )
        if not self._outputs:
            raise self.source.refuse(0, "", "there is no output", "name at least one")
        if not self._inputs:
            raise self.source.refuse(
                0, "", "there is no input, so nothing to compute", "name at least one"
            )

    def wired(self, name: str, gates: Mapping[str, GateSpec]) -> Netlist:
        """The circuit.

        Args:
            name: of it.
            gates: of all cells, by name.

        Raises:
            FormatError: a net has no driver, or gates form a cycle.
        """
        first = next(iter(self._inputs))
        for cell in self._constants:
            self._reads[cell] = (first,)
        self._resolve()
        order = self._order()
        nets = {net: self._aliases[net][0] for net in self._outputs if net in self._aliases}
        netlist = Netlist(
            name,
            dict(sorted(gates.items())),
            *sides(list(self._inputs), list(self._outputs), nets),
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

    def _fresh(self, wish: str) -> str:
        """A name that no net has yet."""
        name = wish
        known = (self._taken, self._inputs, self._outputs)
        while any(name in each for each in known) or self._line_of(name) is not None:
            name += "~"
        return name

    def _place(
        self, kind: str, inputs: tuple[str, ...], outputs: tuple[str, ...], line: int
    ) -> None:
        """A cell: a gate, what it reads and what it drives."""
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
        if net in self._awaited:
            return self._awaited[net]
        return self._registers.get(net)

    def _resolve(self) -> None:
        """Let every pin read a net by its driver's name for it."""
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
        """The cells, each after those that drive it; in the order of the file if that will do."""
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
        """A cycle among the cells that could not be placed: following drivers back must come full circle."""
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
