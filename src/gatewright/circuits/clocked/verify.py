"""A circuit with registers, run over random cycles: exact gates against integers, trained ones against exact.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> print(verify_clocked(circuit("counter", bits=3), None))
    exact gates = integer reference: proved exhaustively (18 of 18); every input in 8 states, so in every cycle
    >>> print(verify_clocked(circuit("counter", bits=30), None))
    exact gates = integer reference: sampled (1024 random cycles)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from gatewright.circuits.asking import ask
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.lockstep import Reference, lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.reachable import explored
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.simulate.evaluate import Signal
from gatewright.circuits.verify.verdict import (
    EXACT,
    REFERENCE,
    STATES,
    TRAINED,
    Claim,
    Verdict,
)
from gatewright.errors import Hint, SpecError
from gatewright.gates.trained import TrainedGate

CYCLES = 1024
"""How many are run by default."""


def verify_clocked(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate] | None,
    *,
    signal: Signal = "raw",
    noise: float = 0.0,
    seed: int = 0,
    cycles: int = CYCLES,
    watch: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Run a circuit with registers on random inputs; exact gates alone on every one, where there are few states.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates and for the buffer of its registers; None to run exact gates
            alone.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire of trained gates is off by a draw of its own from [-noise, noise).
        seed: of the inputs, the noise, and what registers hold at first where nobody says it.
        cycles: how many are run.
        watch: called with the cycles done and the cycles to do.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: there is nothing to compare.
    """
    netlist = circuit.netlist
    if circuit.spec.cycle is None and gates is None:
        circuit.reference({})  # which says so
    against, reference = STATES if netlist.states else REFERENCE, reference_of(circuit)
    if gates is None and reference is not None:
        proved = explored(netlist, reference, against)
        if proved is not None:
            return Verdict((proved,), None)
    machine = Machine(netlist, gates, signal=signal, noise=noise, seed=seed, initial="random")

    def done(cycle: int) -> None:
        if watch is not None:
            watch(cycle, cycles)

    inputs = random_inputs(netlist.inputs, cycles, lanes=1, seed=seed)
    ran = lockstep(machine, inputs, reference=reference, watch=done)
    claim = Claim(EXACT, against, "cycles", ran.cycles, len(netlist.input_nets), "sampled")
    claims = [_judged(claim, ran.broken)] if circuit.spec.cycle is not None else []
    if gates is not None:
        claims.append(_judged(replace(claim, subject=TRAINED, against=EXACT), ran.astray))
    return Verdict(tuple(claims), None)


def _judged(claim: Claim, wrong: object | None) -> Claim:
    return claim if wrong is None else replace(claim, outcome="refuted", reason=str(wrong))


def reference_of(circuit: Circuit) -> Reference | None:
    """What a circuit's integers say of one cycle; None if it has none."""
    cycle = circuit.spec.cycle
    if cycle is None:
        return None

    def asked(state: object, buses: Mapping[str, int]) -> tuple[object, Mapping[str, int]]:
        found = ask(circuit.spec.name, "cycle", partial(cycle, state), buses, circuit.words)
        try:
            following, outputs = found
            wanted = {bus.name: int(outputs[bus.name]) for bus in circuit.netlist.outputs}
        except (TypeError, ValueError, KeyError) as error:
            raise SpecError(
                f"circuit '{circuit.spec.name}': its cycle does not give a state and a number for every output",
                hint=Hint(
                    "its plugin needs mending", "name plugin", circuit=circuit.spec.name, place=""
                ),
            ) from error
        return following, wanted

    return asked
