"""Building netlists: a schematic written wire by wire.

A wire is the name of its net.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> circuit = CircuitBuilder("sum-of-two", {gate.name: gate for gate in gatewright_gates()})
    >>> a, b = circuit.input("a"), circuit.input("b")
    >>> carry, total = circuit.instance("half-adder", a, b, name="adder")
    >>> circuit.output("carry", carry)
    >>> circuit.output("sum", total)
    >>> circuit.netlist().instances
    (Instance(name='adder', gate='half-adder', inputs=('a', 'b'), outputs=('carry', 'sum')),)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from gatewright.circuits.memory import Memory, problems
from gatewright.circuits.netlist import (
    MOST_GATES,
    BlockReference,
    Bus,
    Instance,
    Netlist,
    Register,
    bit_names,
)
from gatewright.circuits.placed.block import PlacedBlock, Reference, check_port_name
from gatewright.circuits.placed.memory import PlacedMemory
from gatewright.circuits.placed.wires import Wire as Wire
from gatewright.circuits.placed.wires import Wires, as_bus
from gatewright.circuits.references.blocks import problems as problems_of_block
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec

_INSTANCE = re.compile(r"[A-Za-z0-9_.-]+")


class CircuitBuilder:
    """A netlist while it is being built.

    Args:
        name: of the circuit.
        gates: every gate that may be placed, by name; looking up a missing one may raise an error of
            its own, which is passed on.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> from gatewright.plugins.manager import load_plugins
        >>> made = CircuitBuilder("flip", load_plugins(kinds=("gates",)).gates)
        >>> made.output("y", made.gate("not", made.input("a")))
        >>> circuit(made).run(a=1)
        {'y': 0}
    """

    def __init__(self, name: str, gates: Mapping[str, GateSpec]) -> None:
        self._name = name
        self._available = gates
        self._used: dict[str, GateSpec] = {}
        self._inputs: list[Bus] = []
        self._outputs: list[Bus] = []
        self._instances: list[Instance] = []
        self._registers: list[Register] = []
        self._memories: list[PlacedMemory] = []
        self._blocks: list[BlockReference] = []
        self._names: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._wires = Wires(name)
        self._path = ""

    @property
    def gates(self) -> Mapping[str, GateSpec]:
        """The gates that may be placed, by name."""
        return self._available

    def input(self, name: str, *, default: int | None = None) -> Wire:
        """A primary input of one wire; ``default`` is its value if none is given."""
        return self._new_input(name, None, default)[0]

    def input_bus(self, name: str, width: int, *, default: int | None = None) -> tuple[Wire, ...]:
        """A primary input bus; its wires, least significant first."""
        return self._new_input(name, width, default)

    def gate(self, kind: str, *inputs: Wire, name: str | None = None) -> Wire:
        """Place a gate of one output and give its wire.

        Args:
            kind: the gate's name.
            inputs: a wire for each input, in the order of the gate's ports.
            name: of the instance; by default made up from the kind.

        Raises:
            NetlistError: the gate has several outputs, or as in `instance`.
        """
        wires = self.instance(kind, *inputs, name=name)
        if len(wires) != 1:
            raise NetlistError(
                f"gate '{kind}' has {len(wires)} outputs",
                hint="place it with instance(), which gives all its wires",
            )
        return wires[0]

    def instance(self, kind: str, *inputs: Wire, name: str | None = None) -> tuple[Wire, ...]:
        """Place a gate and give the wires of its outputs, in the order of the gate's ports.

        Raises:
            NetlistError: a wrong number of inputs, a wire that is not of this circuit, a name that is
                taken, too many gates.
        """
        if kind not in self._used:
            self._used[kind] = self._available[kind]
        table = self._used[kind].table
        if len(inputs) != len(table.inputs):
            raise NetlistError(
                f"gate '{kind}' takes {len(table.inputs)} inputs ({', '.join(table.inputs)}), not {len(inputs)}"
            )
        if len(self._instances) == MOST_GATES:
            raise NetlistError(
                f"circuit '{self._name}' has more than {MOST_GATES} gates",
                hint="choose a smaller one",
            )
        self._wires.check(inputs)
        path = self._new_name(kind, name)
        outputs = tuple(Wire(f"{path}.{port}") for port in table.outputs)
        self._wires.add(outputs)
        self._instances.append(Instance(path, kind, inputs, outputs))
        return outputs

    def wire(self) -> Wire:
        """A wire that is placed now, and driven later by `drive`.

        Example:
            >>> from gatewright.plugins.builtin.gates import gatewright_gates
            >>> circuit = CircuitBuilder("late", {gate.name: gate for gate in gatewright_gates()})
            >>> late = circuit.wire()
            >>> circuit.output("y", circuit.gate("not", late))
            >>> circuit.drive(late, circuit.input("a"))
            >>> circuit.netlist().instances
            (Instance(name='not-1', gate='not', inputs=('a',), outputs=('y',)),)
        """
        wire = Wire(self._new_name("wire", None))
        self._wires.place(wire)
        return wire

    def drive(self, wire: Wire | Sequence[Wire], by: Wire | Sequence[Wire]) -> None:
        """Say what drives a wire that `wire` gave, or what a register takes that was placed without it.

        Args:
            wire: one wire, or a bus of them.
            by: as many.

        Raises:
            NetlistError: it is another wire, is driven already, or is one that would drive itself; or there are
                not as many of both.

        Example:
            >>> from gatewright.plugins.builtin.gates import gatewright_gates
            >>> circuit = CircuitBuilder("toggle", {gate.name: gate for gate in gatewright_gates()})
            >>> state = circuit.register()
            >>> circuit.drive(state, circuit.gate("xor", circuit.input("t"), state))
            >>> circuit.output("q", state)
            >>> circuit.netlist().registers
            (Register(name='register-1', d='xor-1.y', q='q', initial=0),)
        """
        wires, ends = as_bus(wire), as_bus(by)
        if len(wires) != len(ends):
            raise NetlistError(f"{len(wires)} wires cannot be driven by {len(ends)}")
        for each, end in zip(wires, ends, strict=True):
            self._wires.drive(each, end)

    def register(
        self, d: Wire | None = None, *, initial: int | None = 0, name: str | None = None
    ) -> Wire:
        """A register: the wire of what it holds, which is what ``d`` was one cycle before.

        Args:
            d: what it takes at the end of a cycle; None where that depends on the register itself: `drive` says
                it later.
            initial: what it holds in the first cycle; None if that is left open.
            name: of it; by default made up.

        Raises:
            NetlistError: an initial value that is not 0, 1 or None; or as in `instance`.
        """
        if initial not in (0, 1, None):
            raise NetlistError(f"a register cannot hold {initial!r} at first", hint="0, 1 or None")
        if d is not None:
            self._wires.check((d,))
        path = self._new_name("register", name)
        return self._new_register(path, f"{path}.q", d, initial)

    def register_bus(
        self, wires: Sequence[Wire] | int, *, initial: int | None = 0, name: str | None = None
    ) -> tuple[Wire, ...]:
        """A register for each wire of a bus, least significant first; together they hold ``initial`` at first.

        Args:
            wires: what they take; or how many there are, where `drive` says it later.
            initial: what they hold in the first cycle; None if that is left open.
            name: of all; by default made up.

        Raises:
            NetlistError: an initial value that does not fit, no registers; or as in `register`.

        Example:
            >>> from gatewright.plugins.builtin.gates import gatewright_gates
            >>> circuit = CircuitBuilder("ring", {gate.name: gate for gate in gatewright_gates()})
            >>> ring = circuit.register_bus(3, initial=1, name="ring")
            >>> circuit.drive(ring, (ring[2], *ring[:2]))
            >>> circuit.output_bus("q", ring)
            >>> [(each.d, each.initial) for each in circuit.netlist().registers]
            [('q[2]', 1), ('q[0]', 0), ('q[1]', 0)]
        """
        taken: Sequence[Wire | None] = [None] * wires if isinstance(wires, int) else wires
        if not taken:
            raise NetlistError("a bus of registers needs at least one")
        if initial is not None and not 0 <= initial < 1 << len(taken):
            raise NetlistError(f"{len(taken)} registers cannot hold {initial} at first")
        self._wires.check(tuple(wire for wire in taken if wire is not None))
        path = self._new_name("register", name)
        return tuple(
            self._new_register(bit, bit, wire, None if initial is None else initial >> place & 1)
            for place, (bit, wire) in enumerate(
                zip(bit_names(path, len(taken)), taken, strict=True)
            )
        )

    def memory(
        self, words: int, width: int, *, initial: Sequence[int | None] = (), name: str | None = None
    ) -> PlacedMemory:
        """A memory, without ports yet.

        Args:
            words: how many.
            width: bits of each.
            initial: the words at first, from address 0; None, or not listed, where that is left open.
            name: of it; by default made up.

        Raises:
            NetlistError: it has no words or no bits, or an initial word does not fit; or as in `instance`.

        Example:
            >>> from gatewright.plugins.manager import load_plugins
            >>> circuit = CircuitBuilder("scratch", load_plugins(kinds=("gates",)).gates)
            >>> ram = circuit.memory(4, 8, name="ram")
            >>> address = circuit.input_bus("address", 2)
            >>> ram.write(address, circuit.input_bus("data", 8), circuit.input("write"))
            >>> circuit.output_bus("q", ram.read(address))
            >>> print(circuit.netlist().memories[0])
            memory 'ram' of 4 words of 8 bits
        """
        path = self._new_name("memory", name)
        wrong = next(problems(Memory(path, width, words, (), (), tuple(initial))), "")
        if wrong:
            raise NetlistError(wrong)
        placed = PlacedMemory(self._wires, path, words, width, tuple(initial))
        self._memories.append(placed)
        return placed

    def _new_register(self, name: str, net: str, d: Wire | None, initial: int | None) -> Wire:
        if len(self._registers) == MOST_GATES:
            raise NetlistError(
                f"circuit '{self._name}' has more than {MOST_GATES} registers",
                hint="choose a smaller one",
            )
        q = Wire(net)
        if d is None:
            d = self.wire()
            self._wires.hold(q, d)
        self._wires.add((q,))
        self._registers.append(Register(name, d, q, initial))
        return q

    def tree(self, kind: str, wires: Sequence[Wire]) -> Wire:
        """Join wires in pairs by a two-input gate until one is left: the shallowest tree.

        Raises:
            NetlistError: there are no wires.
        """
        if not wires:
            raise NetlistError(f"a tree of '{kind}' gates needs at least one wire")
        level = list(wires)
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [self.gate(kind, a, b) for a, b in pairs] + level[len(level) & ~1 :]
        return level[0]

    @contextmanager
    def block(
        self,
        name: str,
        *,
        reference: Reference | None = None,
        inputs: Mapping[str, Wire | Sequence[Wire]] | None = None,
        domain: Reference | None = None,
    ) -> Iterator[PlacedBlock]:
        """Put ``name/`` before the names of the instances placed inside the block.

        With a reference it is a lemma: it is proved to be its integers, once for all blocks that are the same,
        and a proof of the circuit takes its integers in its place.

        Args:
            name: of the block.
            reference: called with the buses that the block reads, gives those that it `PlacedBlock.gives`.
            inputs: what it reads, by names of its own, least significant first.
            domain: where it is false, the block promises nothing; that the circuit never asks there is proved.

        Raises:
            NetlistError: the name is not one; it has a reference, and does not say what it reads and gives.

        Example:
            >>> from gatewright.plugins.manager import load_plugins
            >>> made = CircuitBuilder("neither", load_plugins(kinds=("gates",)).gates)
            >>> a, b = made.input("a"), made.input("b")
            >>> def nor(buses):
            ...     return {"y": 1 - (buses["a"] | buses["b"])}
            >>> with made.block("nor", reference=nor, inputs={"a": a, "b": b}) as block:
            ...     y = made.gate("not", made.gate("or", a, b))
            ...     block.gives(y=y)
            >>> made.output("y", y)
            >>> made.netlist().blocks[0].name
            'nor'
        """
        _check_name("a block", name)
        outer = self._path
        placed = PlacedBlock()
        self._path = f"{outer}{name}/"
        try:
            yield placed
        finally:
            self._path = outer
        made = placed.finished(f"{outer}{name}", self._wires, reference, inputs, domain)
        if made is None:
            return
        if any(each.name == made.name for each in self._blocks):
            raise NetlistError(f"block '{made.name}' has two references")
        self._blocks.append(made)

    def output(self, name: str, wire: Wire) -> None:
        """A primary output of one wire."""
        self._new_output(name, (wire,), vector=False)

    def output_bus(self, name: str, wires: Sequence[Wire]) -> None:
        """A primary output bus of these wires, least significant first."""
        self._new_output(name, tuple(wires), vector=True)

    def netlist(self) -> Netlist:
        """The finished netlist. A wire that an instance drives takes the name of its output port.

        Raises:
            NetlistError: it is not a circuit.
        """
        names: dict[str, str] = {}
        ends = self._wires.ends()
        inputs = {net for bus in self._inputs for net in bus.nets}
        for bus in self._outputs:
            for net, bit in zip(bus.nets, bus.bits, strict=True):
                end = ends.get(net, net)
                if end not in inputs:
                    names.setdefault(end, bit)
        names |= {wire: names.get(end, end) for wire, end in ends.items()}

        def renamed(nets: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(names.get(net, net) for net in nets)

        finished = Netlist(
            self._name,
            dict(sorted(self._used.items())),
            tuple(self._inputs),
            tuple(replace(bus, nets=renamed(bus.nets)) for bus in self._outputs),
            tuple(
                each
                if names.keys().isdisjoint(each.inputs) and names.keys().isdisjoint(each.outputs)
                else Instance(each.name, each.gate, renamed(each.inputs), renamed(each.outputs))
                for each in self._instances
            ),
            tuple(
                replace(each, d=names.get(each.d, each.d), q=names.get(each.q, each.q))
                for each in self._registers
            ),
            memories=tuple(each.memory(renamed) for each in self._memories),
            blocks=tuple(
                replace(
                    block,
                    inputs=tuple(replace(bus, nets=renamed(bus.nets)) for bus in block.inputs),
                    outputs=tuple(replace(bus, nets=renamed(bus.nets)) for bus in block.outputs),
                )
                for block in self._blocks
            ),
        )
        finished.check()
        for block in finished.blocks:
            for problem in problems_of_block(block, finished):
                raise NetlistError(problem, hint="name every wire that goes in or out")
        return finished

    def _new_input(self, name: str, width: int | None, default: int | None) -> tuple[Wire, ...]:
        if width is not None and width < 1:
            raise NetlistError(f"input bus '{name}' has {width} wires", hint="give it at least one")
        if width is not None and width > MOST_GATES:
            raise NetlistError(
                f"input bus '{name}' has more than {MOST_GATES} wires", hint="choose a smaller one"
            )
        self._check_port(name)
        nets = tuple(Wire(net) for net in bit_names(name, width))
        self._wires.add(nets)
        self._inputs.append(Bus(name, nets, vector=width is not None, default=default))
        return nets

    def _new_output(self, name: str, wires: tuple[Wire, ...], *, vector: bool) -> None:
        if not wires:
            raise NetlistError(f"output bus '{name}' has no wires")
        self._check_port(name)
        self._wires.check(wires)
        self._outputs.append(Bus(name, wires, vector=vector))

    def _check_port(self, name: str) -> None:
        check_port_name(name)
        if any(bus.name == name for bus in (*self._inputs, *self._outputs)):
            raise NetlistError(f"port name '{name}' is used twice")

    def _new_name(self, kind: str, name: str | None) -> str:
        if name is None:
            while name is None or f"{self._path}{name}" in self._names:
                self._counts[kind] += 1
                name = f"{kind}-{self._counts[kind]}"
        else:
            _check_name("an instance", name)
        path = f"{self._path}{name}"
        if path in self._names:
            raise NetlistError(f"instance name '{path}' is used twice")
        self._names.add(path)
        return path


def _check_name(kind: str, name: str) -> None:
    if not _INSTANCE.fullmatch(name):
        raise NetlistError(
            f"{name!r} is not the name of {kind}", hint="use letters, digits, _, - and ."
        )
