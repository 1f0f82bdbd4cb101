"""The wires of a circuit while its file is being read: resolved, put in order, and made a netlist.

Wires of several names become one net. What cannot be a circuit is refused: a net with no driver, a cycle.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> wiring = Wiring(Source("loop.blif", b""))
    >>> wiring.input("a", 1); wiring.output("y", 1)
    >>> wiring.alias("x", "y", 2); wiring.alias("y", "x", 3)
    >>> wiring.wired("loop", {})
    Traceback (most recent call last):
        ...
    gatewright.formats.model.wiring.rings.CycleError: loop.blif:2:1: there is a cycle: y → x → y; ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatewright.circuits.memory import renamed_pins
from gatewright.circuits.netlist import Instance, Netlist, Register
from gatewright.errors import FormatError
from gatewright.formats.model.ports import sides
from gatewright.formats.model.wiring.clocks import Clocked
from gatewright.formats.model.wiring.rings import CycleError, ring
from gatewright.gates.spec import GateSpec


class Wiring(Clocked):
    """Nets and cells that become a circuit."""

    def wired(self, name: str, gates: Mapping[str, GateSpec]) -> Netlist:
        """The circuit.

        Args:
            name: of it.
            gates: of all cells, by name.

        Raises:
            FormatError: a net has no driver, or gates form a cycle.
        """
        self._resolve()
        clock = self.clock()
        first = next(net for net in (*self._inputs, *self._registers) if net != clock.name)
        for cell in self._constants:
            self._reads[cell] = (first,)
        self.check_clock(clock)
        order = self._order()
        nets = {net: self._aliases[net][0] for net in self._outputs if net in self._aliases}
        netlist = Netlist(
            name,
            dict(sorted(gates.items())),
            *sides([net for net in self._inputs if net != clock.name], list(self._outputs), nets),
            tuple(
                Instance(
                    self._drives[cell][0], self._kinds[cell], self._reads[cell], self._drives[cell]
                )
                for cell in order
            ),
            tuple(
                Register(each.q, self._end(each.d), each.q, each.initial)
                for each in self._registers.values()
            ),
            clock if clock.name else None,
            memories=tuple(
                renamed_pins(each.memory, lambda some: tuple(map(self._end, some)))
                for each in self._memories
            ),
        )
        problems = netlist.lint()
        if problems:
            raise self.source.refuse(0, "", problems[0])
        return netlist

    def _resolve(self) -> None:
        """Let every pin read a net by its driver's name for it."""
        for source, line in self._aliases.values():
            if not self._is_driven(source):
                raise self._undriven(source, line)
        ends: dict[str, str] = {}
        for net in self._aliases:
            trail: dict[str, None] = {}
            end = net
            while end in self._aliases and end not in ends:
                if end in trail:
                    loop = list(trail)[::-1]
                    loop = loop[: loop.index(end) + 1]
                    raise self._cycle(loop[-1:] + loop[:-1], self._aliases[end][1])
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

    def _cycle(self, nets: Sequence[str], line: int) -> FormatError:
        reset = any(f"{net}~held" in self._registers for net in nets)
        said = self.source.refuse(
            line,
            "",
            ring(nets),
            "a reset that does not wait for the clock depends on what it resets; let it wait"
            if reset
            else "a circuit must not feed itself",
        )
        return CycleError(nets, said)

    def _order(self) -> list[int]:
        """The cells, each after those that drive it; in the order of the file if that will do."""
        driven = {*self._inputs, *self._registers, *self._read}
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
                    if not any(net in each for each in (self._inputs, self._registers, self._read)):
                        raise self._undriven(net, self._lines[cell])
                elif net not in driven:
                    before.add(driver)
            waiting[cell] = len(before)
            for driver in before:
                readers.setdefault(driver, []).append(cell)
        for net, line in self._outputs.items():
            if not self._is_driven(net):
                raise self._undriven(net, line)
        for latch in self._registers.values():
            if not self._is_driven(latch.d):
                raise self._undriven(latch.d, latch.line)
        for block in self._memories:
            for net in block.memory.pins:
                if not self._is_driven(net):
                    raise self._undriven(net, block.line)
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
        return self._cycle(loop, self._lines[cell])
