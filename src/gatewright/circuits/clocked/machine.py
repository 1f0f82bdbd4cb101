"""A clocked circuit, cycle by cycle: exact gates and trained ones side by side.

In every cycle the inputs and what the registers hold go through the circuit that `cut` gives; the registers then
take what it says they take. Trained gates flow raw: nothing is rounded, within a cycle or from one to the next.
A register of trained gates keeps what a trained buffer drives, so that noise does not add up from cycle to cycle.

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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import Signal, distances, trained_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.simulate.noise import check_noise, noisy
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.text import did_you_mean, listed

T = TypeVar("T", bound=np.generic)

Initial = Literal["0", "1", "random"] | Mapping[str, int]
"""What registers hold in the first cycle of which nobody says it; by their names, 0 for those not named."""


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


class Machine:
    """A clocked circuit that can be stepped.

    Args:
        netlist: with registers.
        gates: a trained gate for each of `gatewright.circuits.clocked.cut.gates_of`; None to run exact gates
            alone.
        restored: whether registers of trained gates take their inputs through a trained buffer, as they should.
        lanes: how many copies run.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire of trained gates is off by a draw of its own from [-noise, noise) in every cycle.
        seed: of the noise and of random initial values.
        initial: what registers hold at first of which the circuit does not say it.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: it has no registers, or there are no lanes; or what registers hold at first is named of one
            that says it itself, or that is none.
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
        if not netlist.registers:
            raise UsageError(f"circuit '{netlist.name}' has no registers, so no cycles")
        if lanes < 1:
            raise UsageError(f"{lanes} lanes", hint="run at least one")
        self.netlist, self.lanes, self.cycle = netlist, lanes, 0
        self.program = compile_netlist(cut(netlist, restored=restored and gates is not None))
        self._noise, self._restored = noise, restored
        first, self._generator = np.random.default_rng(seed).spawn(2)
        drawn = first.integers(0, 2, (len(netlist.registers), lanes), dtype=np.uint8)
        for row, bit in zip(drawn, _begun(netlist, initial), strict=True):
            if bit is not None:
                row[:] = bit
        self._inputs, self._outputs = len(netlist.input_nets), len(netlist.output_nets)
        self._exact = ExactEngine(self.program)
        self._trained = None if gates is None else trained_cells(self.program, gates, signal)
        # What flows as it is runs several times faster than with noise, or rounded.
        alone = gates is not None and signal == "raw" and not noise
        self._alone = NeuralEngine(self.program, gates or {}, dtype=np.float64) if alone else None
        self._held: Bits = drawn
        self._raw: Floats = drawn.astype(np.float64)

    @property
    def neural(self) -> bool:
        """Whether trained gates run beside the exact ones."""
        return self._trained is not None

    @property
    def held(self) -> Bits:
        """What the registers of exact gates hold, shape (registers, lanes)."""
        return self._held.copy()

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
        exact = self._exact.nets(_joined(inputs, self._held))
        raw, driven = None, None
        if self._trained is not None:
            raw, driven = self._run(_joined(inputs.astype(np.float64), self._raw))
        found = Cycle(self.cycle, exact, raw, self.program, self._outputs)
        taken = self.program.outputs[self._outputs :]
        self._held = exact[taken]
        if raw is not None and driven is not None:
            # A buffer is part of its register: what it drives is kept before any wire adds noise.
            self._raw = (driven if self._restored else raw)[taken]
        self.cycle += 1
        return found

    def _run(self, given: Floats) -> tuple[Floats, Floats]:
        """What every wire of trained gates carries, and what drives it."""
        if self._alone is not None:
            raw = self._alone.nets(given)
            return raw, raw
        driven = np.empty((len(self.program.nets), self.lanes))
        assert self._trained is not None  # noqa: S101 - it is what runs
        return noisy(
            self.program,
            self._trained,
            given,
            noise=self._noise,
            generator=self._generator,
            driven=driven,
        ), driven


def _begun(netlist: Netlist, initial: Initial) -> list[int | None]:
    """What each register holds at first; None if that is drawn.

    Raises:
        UsageError: a name is of no register that begins as nobody says, or a value is no bit.
    """
    named = {} if isinstance(initial, str) else initial
    open_ = {each.name for each in netlist.registers if each.initial is None}
    for name, bit in named.items():
        if name not in open_:
            known = any(each.name == name for each in netlist.registers)
            raise UsageError(
                f"register '{name}' of '{netlist.name}' begins as the circuit says"
                if known
                else f"circuit '{netlist.name}' has no register '{name}'",
                hint=did_you_mean(
                    name, open_, f"without an initial value are {listed(sorted(open_))}"
                ),
            )
        if bit not in (0, 1):
            raise UsageError(f"register '{name}' cannot begin as {bit}", hint="it is 0 or 1")
    rest = None if initial == "random" else int(initial) if isinstance(initial, str) else 0
    return [
        named.get(each.name, rest) if each.initial is None else each.initial
        for each in netlist.registers
    ]


def _joined(inputs: npt.NDArray[T], held: npt.NDArray[T]) -> npt.NDArray[T]:
    return np.concatenate([inputs, held.T], axis=1)
