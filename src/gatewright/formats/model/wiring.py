"""The wires of a circuit while its file is being read: what drives each net, and the cells in order.

A wire that only renames another is not a gate: the two become one net. What cannot be a circuit is refused: a
net with no driver or two, a cycle, two clocks.

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

from collections.abc import Iterator, Mapping, Sequence

from gatewright.circuits.memory import renamed_pins
from gatewright.circuits.netlist import MOST_GATES, Clock, Instance, Netlist, Register
from gatewright.errors import FormatError
from gatewright.formats.model.models import Block, Latch
from gatewright.formats.model.ports import sides
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.text import nothing_drives

LONGEST_NAME = 1 << 16
"""Most characters of a net's name: with models within models it may have a few thousand."""

CLOCKS = (
    "Yosys' command 'clk2fflogic' makes inputs of clocks, and registers that move in every cycle"
)
"""What helps where a circuit has not one clock that registers alone read."""

_REGISTERS_ALONE = f"only registers may read it; {CLOCKS}"


class CycleError(FormatError):
    """Gates feed each other in a ring.

    Attributes:
        nets: along the ring, its first once.
    """

    def __init__(self, nets: Sequence[str], said: FormatError) -> None:
        super().__init__(said.message, hint=said.hint)
        self.nets = tuple(nets)


def ring(nets: Sequence[str]) -> str:
    """What is said of a cycle of nets.

    Example:
        >>> ring(["p", "q"])
        'there is a cycle: p → q → p'
    """
    around = [*nets, nets[0]]
    shown = [*around[:6], "…", around[-1]] if len(around) > 8 else around
    return f"there is a cycle: {' → '.join(shown)}"


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
        self._registers: dict[str, Latch] = {}
        self._memories: list[Block] = []
        self._read: dict[str, int] = {}  # nets that memories drive, and where those stand
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

    def register(self, latch: Latch) -> None:
        """A register.

        Raises:
            FormatError: the net that it drives is driven already.
        """
        self._check_name(latch.q, latch.line)
        self._check_free(latch.q, latch.line)
        if len(self._registers) == MOST_GATES:
            what = f"the circuit has more than {MOST_GATES} registers"
            raise self.source.refuse(latch.line, "", what, "split it")
        self._registers[latch.q] = latch

    def memory(self, block: Block) -> None:
        """A memory.

        Raises:
            FormatError: a net that it drives is driven already.
        """
        for net in block.memory.driven:
            self._check_name(net, block.line)
            self._check_free(net, block.line)
            self._read[net] = block.line
        self._memories.append(block)

    def check_ports(self) -> None:
        """Check that there are inputs and outputs, and that no input is driven.

        Raises:
            FormatError: one of these does not hold.
        """
        for net in self._inputs:
            self._check_not_driven(net)
        if not self._outputs:
            raise self.source.refuse(0, "", "there is no output", "name at least one")
        if not self._inputs and not self._registers:
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
        self._resolve()
        clock = self._clock()
        first = next(net for net in (*self._inputs, *self._registers) if net != clock.name)
        for cell in self._constants:
            self._reads[cell] = (first,)
        self._check_clock(clock)
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
            if any(
                net in each for each in (self._drivers, self._aliases, self._registers, self._read)
            ):
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
        if net in self._registers:
            return self._registers[net].line
        return self._read.get(net)

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

    def _is_driven(self, net: str) -> bool:
        return any(
            net in each
            for each in (self._drivers, self._inputs, self._aliases, self._registers, self._read)
        )

    def _clock(self) -> Clock:
        """The clock of all registers and memories; its name is empty where there are none, or none names it.

        Raises:
            FormatError: they have several, or some move as it rises and some as it falls.
        """
        found: Latch | None = None
        # One without a clock of its own moves with the others, as BLIF has it.
        for latch in sorted(self._registers.values(), key=lambda each: not each.clock):
            if found is not None and found.clock and not latch.clock:
                break
            same = found is not None and self._end(latch.clock) == self._end(found.clock)
            if found is not None and not (same and latch.rising == found.rising):
                way = "rises" if latch.rising else "falls", "rises" if found.rising else "falls"
                what = (
                    f"moves as the clock {way[0]}, and '{found.q}' as it {way[1]}"
                    if same
                    else f"has the clock '{latch.clock}', and '{found.q}' has '{found.clock}'"
                )
                hint = f"one clock and one of its edges are read; {CLOCKS}"
                raise self.source.refuse(latch.line, latch.q, what, hint)
            found = latch
        clock = Clock("") if found is None else Clock(self._end(found.clock), found.rising)
        for block in self._memories:
            if not block.clock:
                continue
            own = Clock(self._end(block.clock), block.rising)
            if clock.name and own != clock:
                what = (
                    f"is written as '{own.name}' {_edge(own.rising)}, and others move as "
                    f"'{clock.name}' {_edge(clock.rising)}"
                )
                hint = f"one clock and one of its edges are read; {CLOCKS}"
                raise self.source.refuse(block.line, block.memory.name, what, hint)
            clock = own
        return clock

    def _check_clock(self, clock: Clock) -> None:
        """Refuse a clock that is no input, or that anything else than registers reads.

        Raises:
            FormatError: it is one.
        """
        if not clock.name:
            return
        lines = [each.line for each in self._registers.values()]
        line = (lines or [each.line for each in self._memories])[0]
        if clock.name not in self._inputs:
            known = self._is_driven(clock.name)
            what = "is a clock that a gate makes" if known else "is a clock, and is not an input"
            hint = (
                f"make the gate an enable of what the register takes; or {CLOCKS}"
                if known
                else "name it among the inputs"
            )
            raise self.source.refuse(line, clock.name, what, hint)
        for reads, at in zip(self._reads, self._lines, strict=True):
            if clock.name in reads:
                what = "is the clock, and is read by a gate"
                raise self.source.refuse(at, clock.name, what, _REGISTERS_ALONE)
        ends = {net: line for net, line in self._outputs.items() if self._end(net) == clock.name}
        ends |= {
            latch.d: latch.line
            for latch in self._registers.values()
            if self._end(latch.d) == clock.name
        }
        ends |= {
            net: block.line
            for block in self._memories
            for net in block.memory.pins
            if self._end(net) == clock.name
        }
        for net, at in ends.items():
            what = f"is the clock '{clock.name}' under another name"
            raise self.source.refuse(at, net, what, _REGISTERS_ALONE)

    def _end(self, net: str) -> str:
        """The net that a name stands for, aliases followed."""
        return self._aliases[net][0] if net in self._aliases else net

    def _driven(self) -> Iterator[str]:
        """The nets that something drives, of those that somebody named."""
        for each in (self._inputs, self._registers, self._drivers):
            yield from (net for net in each if "~" not in net)

    def _undriven(self, net: str, line: int) -> FormatError:
        return self.source.refuse(
            line,
            net,
            "is read here, and nothing drives it",
            nothing_drives(net, self._driven()),
        )

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


def _edge(rising: bool) -> str:
    return "rises" if rising else "falls"
