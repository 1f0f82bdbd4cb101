"""A clocked circuit, cycle by cycle: exact gates and trained ones side by side.

In every cycle the inputs and what the registers hold go through the circuit that `cut` gives; the registers then
take what it says they take, and memories are written. Trained gates flow raw: nothing is rounded, within a cycle
or from one to the next.
A register of trained gates keeps what a trained buffer drives, so that noise does not add up from cycle to cycle.
A memory decides what its pins carry at a half, and drives exactly 0 and 1; exact and trained gates have a copy
of its words each.

Several lanes run at once: copies of the circuit, each with inputs, registers and noise of its own.

Example:
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.plugins.manager import load_plugins
    >>> toggle = Netlist(
    ...     "toggle", {"xor": load_plugins().gate("xor")}, (Bus("t", ("t",)),), (Bus("q", ("q",)),),
    ...     (Instance("n", "xor", ("t", "q"), ("n",)),), (Register("q", "n", "q", 0),))
    >>> machine = Machine(toggle)
    >>> [int(machine.step(np.array([[1]], dtype=np.uint8)).outputs[0, 0]) for _ in range(3)]
    [0, 1, 0]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.checks import check_word
from gatewright.circuits.clocked.contents import Contents, Words
from gatewright.circuits.clocked.flow import ExactFlow, TrainedFlow, bits_of
from gatewright.circuits.clocked.loop.common import Given
from gatewright.circuits.clocked.staged import PortPins, staged
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import Program
from gatewright.circuits.simulate.evaluate import Signal, distances
from gatewright.circuits.simulate.noise import check_noise
from gatewright.errors import Hint, UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.records import dataclass
from gatewright.text import did_you_mean, listed

Initial = Literal["0", "1", "random"] | Mapping[str, int]
"""What registers and memories hold in the first cycle of which nobody says it; registers by their names,
what is not named holds 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """What was on the wires in one cycle.

    Attributes:
        number: of the cycle, from 0.
        exact: bits of exact gates, shape (nets, lanes).
        raw: signals of trained gates, the same shape; None where there are none.
        program: whose nets these are.
        width: how many output bits the circuit has.
    """

    number: int
    exact: Bits
    raw: Floats | None
    program: Program
    width: int

    @property
    def outputs(self) -> Bits:
        """Output bits of exact gates, shape (lanes, output bits)."""
        return self.exact[self.program.outputs[: self.width]].T

    def off(self) -> float:
        """How far the farthest signal is from its bit; 0 without trained gates."""
        return 0.0 if self.raw is None else float(distances(self.raw, self.exact).max(initial=0.0))


def refuse_combinational(netlist: Netlist) -> None:
    """Refuse a circuit without registers and memories, where nobody says what it is given one after the other.

    Raises:
        UsageError: it has none.
    """
    if not netlist.clocked:
        raise UsageError(
            f"circuit '{netlist.name}' has no registers, so no cycles",
            hint=Hint("run it on values", "no cycles"),
        )


class Machine:
    """A clocked circuit that can be stepped.

    Args:
        netlist: with registers or memories; one without is run on a pattern a cycle.
        gates: a trained gate for each of `gatewright.circuits.clocked.cut.gates_of`; None to run exact gates
            alone.
        restored: whether registers of trained gates take their inputs through a trained buffer, as they should.
        lanes: how many copies run.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire of trained gates is off by a draw of its own from [-noise, noise) in every cycle.
        seed: of the noise and of random initial values.
        initial: what registers and memories hold at first where nobody says it.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: there are no lanes; or what registers hold at first is named of one that says it itself, or
            that is none.
    """

    def __init__(
        self,
        netlist: Netlist,
        gates: Mapping[str, TrainedGate] | None = None,
        *,
        restored: bool = True,
        lanes: int = 1,
        signal: Signal = "raw",
        noise: float = 0.0,
        seed: int = 0,
        initial: Initial = "0",
    ) -> None:
        check_noise(noise)
        if lanes < 1:
            raise UsageError(f"{lanes} lanes", hint="run at least one")
        self.netlist, self.lanes, self.cycle = netlist, lanes, 0
        stages = staged(netlist, restored=restored and gates is not None)
        self.program, self._writes = stages.program, stages.writes
        self._restored, self._stages = restored, stages
        self._as_asked = gates, signal, noise, seed
        first, generator = np.random.default_rng(seed).spawn(2)
        held, unknown = _begun(netlist, initial)
        drawn = first.integers(0, 2, (len(held), lanes), dtype=np.uint8)
        for row, bit in zip(drawn, held, strict=True):
            if bit is not None:
                row[:] = bit
        self._inputs, self._outputs = len(netlist.input_nets), len(netlist.output_nets)
        self._taken = self.program.outputs[self._outputs : self._outputs + len(held)]
        self._exact = ExactFlow(stages)
        self._trained = (
            None if gates is None else TrainedFlow(stages, gates, signal, noise, generator)
        )
        self._held: Bits = drawn
        self._raw: Floats = drawn.astype(np.float64)
        words = [
            Contents(each, lanes, unknown=unknown, generator=first) for each in netlist.memories
        ]
        self._words = {"exact": words}
        if gates is not None:
            self._words["trained"] = [each.copy() for each in words]

    @property
    def neural(self) -> bool:
        """Whether trained gates run beside the exact ones."""
        return self._trained is not None

    @property
    def held(self) -> Bits:
        """What the registers of exact gates hold, shape (registers, lanes)."""
        return self._held.copy()

    def given(self) -> Given | None:
        """What runs many cycles at once begin with; None for what has to be stepped.

        That is exact gates alone, signals that are rounded, registers without buffers, and so much noise that
        what is read of a memory may be another bit.
        """
        gates, signal, noise, seed = self._as_asked
        if gates is None or signal != "raw" or not self._restored:
            return None
        if self._words["trained"] and noise >= 0.5:
            return None
        words = self._words["trained"]
        return Given(self.netlist, self._stages, gates, self._raw, words, self.cycle, noise, seed)

    def exact_nets(self, inputs: Bits, held: Floats, words: Sequence[Contents]) -> Bits:
        """The bit of every net of exact gates in one cycle, shape (nets, lanes).

        Args:
            inputs: primary input bits, shape (lanes, input bits).
            held: what registers hold, as signals, shape (registers, lanes).
            words: what memories hold.
        """
        bits = (held > 0.5).astype(np.uint8)
        return self._exact.nets(np.concatenate([inputs.T, bits]), words)

    def go_on(self, cycle: int, held: Floats, words: Sequence[Contents]) -> None:
        """Be at another cycle, in which exact and trained gates agree."""
        self.cycle, self._raw = cycle, held.astype(np.float64)
        self._held = (held > 0.5).astype(np.uint8)
        for mine in self._words.values():
            for each, other in zip(mine, words, strict=True):
                each.become(other)

    def memory(self, name: str) -> Words:
        """What a memory beside exact gates holds, now and later on.

        Raises:
            UsageError: there is none of this name.
        """
        return self._words["exact"][self._number(name)].look()

    def load(self, name: str, words: Iterable[int], address: int | None = None) -> None:
        """Put words into a memory, one after the other, in every lane, for exact and trained gates.

        Args:
            name: of the memory.
            words: whole numbers.
            address: of the first one; by default that of the memory's first word.

        Raises:
            UsageError: there is no such memory, a word does not fit, or it has no such address.
        """
        number, words = self._number(name), list(words)
        for each in self._words.values():
            each[number].load(words, address)

    def _number(self, name: str) -> int:
        names = [each.name for each in self.netlist.memories]
        if name not in names:
            hint = did_you_mean(name, names, f"its memories are {', '.join(names) or 'none'}")
            raise UsageError(f"circuit '{self.netlist.name}' has no memory '{name}'", hint=hint)
        return names.index(name)

    def step(self, inputs: Bits) -> Cycle:
        """One cycle.

        Args:
            inputs: primary input bits, shape (lanes, input bits).

        Returns:
            What was on the wires before the registers took their next values.

        Raises:
            UsageError: another shape.
        """
        if inputs.shape != (self.lanes, self._inputs):
            raise UsageError(
                f"inputs of shape {inputs.shape}, not {(self.lanes, self._inputs)}: lanes, input bits"
            )
        exact = self._exact.nets(np.concatenate([inputs.T, self._held]), self._words["exact"])
        raw, driven = None, None
        if self._trained is not None:
            given = np.concatenate([inputs.T, self._raw])
            raw, driven = self._trained.nets(given, self._words["trained"])
        found = Cycle(self.cycle, exact, raw, self.program, self._outputs)
        self._held = exact[self._taken]
        _write(self._words["exact"], self._writes, exact)
        if raw is not None and driven is not None:
            # A buffer is part of its register: what it drives is kept before any wire adds noise.
            self._raw = (driven if self._restored else raw)[self._taken]
            _write(self._words["trained"], self._writes, raw)
        self.cycle += 1
        return found


def _begun(netlist: Netlist, initial: Initial) -> tuple[list[int | None], int | None]:
    """What each register holds at first, and all else of which nobody says it; None if that is drawn.

    Raises:
        UsageError: a name is of no register that begins as nobody says, or a value is not a bit.
    """
    if not isinstance(initial, Mapping):
        check_word("initial", initial, ("0", "1", "random"))
    named = {} if isinstance(initial, str) else initial
    open_ = {each.name for each in netlist.registers if each.initial is None}
    for name, bit in named.items():
        if name not in open_:
            known = any(each.name == name for each in netlist.registers)
            raise UsageError(
                f"register '{name}' of '{netlist.name}' begins as the circuit says"
                if known
                else f"circuit '{netlist.name}' has no register '{name}'",
                hint=did_you_mean(name, open_, _open(open_)),
            )
        if bit not in (0, 1):
            raise UsageError(f"register '{name}' cannot begin as {bit}", hint="it is 0 or 1")
    rest = None if initial == "random" else int(initial) if isinstance(initial, str) else 0
    held = [
        named.get(each.name, rest) if each.initial is None else each.initial
        for each in netlist.registers
    ]
    return held, rest


def _open(names: Iterable[str]) -> str:
    """Which registers begin as nobody says, in words."""
    found = sorted(names)
    if not found:
        return "all its registers begin as the circuit says"
    return f"without an initial value are {listed(found)}"


def _write(words: list[Contents], writes: tuple[tuple[PortPins, ...], ...], nets: Any) -> None:
    """Write memories by what nets carry at the end of a cycle, port after port."""
    for held, ports in zip(words, writes, strict=True):
        for pins in ports:
            held.write(*(bits_of(nets[each]) for each in (pins.address, pins.data, pins.enables)))
