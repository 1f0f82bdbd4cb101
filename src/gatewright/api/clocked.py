"""A circuit with registers, stepped by hand: a testbench in Python.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> counter = circuit("counter", bits=4).train().clocked()
    >>> [counter.step(enable=1)["count"] for _ in range(3)], counter.cycle
    ([0, 1, 2], 3)
    >>> counter.registers
    {'count[0]': 1, 'count[1]': 1, 'count[2]': 0, 'count[3]': 0}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gatewright.api.values import check_circuit, pattern_of
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.contents import Words
from gatewright.circuits.clocked.lockstep import astray_of, outputs_of
from gatewright.circuits.clocked.machine import Cycle, Initial, Machine, refuse_combinational
from gatewright.errors import GatewrightError, UsageError
from gatewright.gates.trained import TrainedGate


class WrongWireError(GatewrightError):
    """A wire of trained gates has another bit than exact gates give it.

    Example:
        >>> raise WrongWireError("wire q should be 1 in cycle 3, and was 0.31")
        Traceback (most recent call last):
            ...
        gatewright.api.clocked.WrongWireError: wire q should be 1 in cycle 3, and was 0.31
    """


class Clocked:
    """A circuit with registers, at some cycle.

    Args:
        circuit: with registers or memories.
        gates: trained ones, which then run beside the exact ones, every wire compared; none for exact gates
            alone.
        noise: every wire of trained gates is off by a draw of its own, up to this much, in every cycle.
        seed: of the noise and of random initial values.
        initial: what registers and memories hold at first where nobody says it.

    Attributes:
        cycle: how many cycles have been run.
        wires: what was on every wire of the last cycle; None before the first.

    Raises:
        UsageError: the circuit has no registers and no memories.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> total = circuit("accumulator", bits=8).clocked()
        >>> [total.step(a=each, clear=0)["total"] for each in (1, 2, 3, 0)]
        [0, 1, 3, 6]
    """

    def __init__(
        self,
        circuit: Circuit,
        gates: Mapping[str, TrainedGate] | None = None,
        *,
        noise: float = 0.0,
        seed: int = 0,
        initial: Initial = "0",
    ) -> None:
        check_circuit(circuit)
        refuse_combinational(circuit.netlist)
        self.circuit = circuit
        self.wires: Cycle | None = None
        self._machine = Machine(circuit.netlist, gates, noise=noise, seed=seed, initial=initial)

    @property
    def cycle(self) -> int:
        """How many cycles have been run."""
        return self._machine.cycle

    @property
    def memories(self) -> dict[str, Words]:
        """What every memory holds, now and later on, by its name: ``memories["ram"][3]`` is a word."""
        return {
            each.name: self._machine.memory(each.name) for each in self.circuit.netlist.memories
        }

    def load(self, memory: str, words: Iterable[int], address: int | None = None) -> None:
        """Put words into a memory, one after the other.

        Args:
            memory: its name.
            words: whole numbers.
            address: of the first one; by default that of the memory's first word.

        Raises:
            UsageError: there is no such memory, a word does not fit, or it has no such address.
        """
        self._machine.load(memory, words, address)

    @property
    def registers(self) -> dict[str, int]:
        """What every register holds now, by its name."""
        names = [each.name for each in self.circuit.netlist.registers]
        return dict(zip(names, self._machine.held[:, 0].tolist(), strict=True))

    def step(self, **values: Any) -> dict[str, int]:
        """One cycle: the outputs before registers take their next values.

        Args:
            values: of the input buses, as in ``enable=1``.

        Raises:
            UsageError: a value that does not fit, or a bus that does not exist.
            WrongWireError: a wire of trained gates has another bit than exact gates give it.
        """
        given = pattern_of(self.circuit, values)
        if given.shape:
            raise UsageError(
                "a cycle takes one value for each bus", hint="give numbers, not arrays"
            )
        self.wires = self._machine.step(given.patterns)
        astray = astray_of(self.wires)
        if astray is not None:
            raise WrongWireError(str(astray))
        return outputs_of(self.circuit.netlist, self.wires)
