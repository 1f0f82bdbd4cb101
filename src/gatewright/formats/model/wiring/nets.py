"""The nets of a circuit while its file is being read: ports, and what drives and reads each net.

A wire that only renames another is not a gate. Every net has one driver; an input has none.

Example:
    >>> nets = Nets(Source("two.blif", b""))
    >>> nets.input("a", 1)
    >>> nets.alias("a", "a", 2); nets.check_ports()
    Traceback (most recent call last):
        ...
    gatewright.errors.FormatError: two.blif:2:1: 'a' is driven here, and is an input by line 1; an input has no \
driver in the circuit
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.circuits.netlist import MOST_GATES
from gatewright.errors import FormatError
from gatewright.formats.model.models import Block, Latch
from gatewright.formats.model.source import Source
from gatewright.text import nothing_drives

LONGEST_NAME = 1 << 16
"""Most characters of a net's name: with models within models it may have a few thousand."""


class Nets:
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

    def _is_driven(self, net: str) -> bool:
        return any(
            net in each
            for each in (self._drivers, self._inputs, self._aliases, self._registers, self._read)
        )

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
