"""The names of a netlist's nets in a format: ports keep theirs, other nets get names that it can hold.

A circuit is known by the names of its ports, so one that a format cannot hold is refused; an inner net is
renamed. A net that is an output but not an input has the output's name; where one net is several outputs,
or an input and an output, the others need a line of their own.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> one = Netlist("one", {}, (Bus("a b", ("x",)),), (Bus("y", ("x",)),), ())
    >>> NetNames(one, lambda name: True, "anything").aliases
    [('a b', 'y')]
    >>> NetNames(one, lambda name: " " not in name, "BLIF")
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: port 'a b' cannot be written in BLIF; rename it in the file it is read from
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.errors import UsageError
from gatewright.text import unused


class NetNames:
    """Names for the nets of one netlist.

    Args:
        netlist: that is written.
        legal: whether the format can hold a name.
        what: the format, for error messages.
        taken: names that no net may have.

    Attributes:
        inputs: the name of every input bit, in the order of the file.
        outputs: the same.
        clock: the name of the clock, which is not an input; empty if there is none.
        aliases: for output bits that share a net, the net's name and their own.

    Raises:
        UsageError: a port has a name that the format cannot hold.
    """

    def __init__(
        self,
        netlist: Netlist,
        legal: Callable[[str], bool],
        what: str,
        taken: Iterable[str] = (),
    ) -> None:
        self._names: dict[str, str] = {}
        self.aliases: list[tuple[str, str]] = []
        ins, outs = port_bits(netlist.inputs), port_bits(netlist.outputs)
        for bit, _ in (*ins, *outs):
            if not legal(bit):
                raise UsageError(
                    f"port '{bit}' cannot be written in {what}",
                    hint="rename it in the file it is read from",
                )
        self.inputs = [bit for bit, _ in ins]
        self.outputs = [bit for bit, _ in outs]
        for bit, net in ins:
            self._names[net] = bit
        wires = dict(ins)
        for bit, net in outs:
            if wires.get(bit, net) != net:
                raise UsageError(
                    f"'{bit}' is an input and another output, which {what} cannot tell apart",
                    hint="rename one of them",
                )
        for bit, net in outs:
            if self._names.setdefault(net, bit) != bit:
                self.aliases.append((self._names[net], bit))
        used = {*taken, *self.inputs, *self.outputs}
        self.clock = self._clock_of(netlist, legal, used)
        number = 0
        held: list[tuple[str, ...]] = [(each.q,) for each in netlist.registers]
        held += [each.driven for each in netlist.memories]
        for nets in (*held, *(each.outputs for each in netlist.instances)):
            for net in nets:
                if net in self._names:
                    continue
                name = net
                while name in used or not legal(name):
                    number += 1
                    name = f"n{number}"
                used.add(name)
                self._names[net] = name

    @staticmethod
    def _clock_of(netlist: Netlist, legal: Callable[[str], bool], used: set[str]) -> str:
        if netlist.clock is None:
            return ""
        return unused(netlist.clock.name if legal(netlist.clock.name) else "clock", used, "_")

    def __getitem__(self, net: str) -> str:
        """The name of a net."""
        return self._names[net]

    def of(self, nets: Iterable[str]) -> list[str]:
        """The names of some nets."""
        return [self._names[net] for net in nets]
