"""Checking a circuit of trained gates against exact gates and against integers.

All patterns are compared where there are at most 2**20, otherwise a seeded random sample, in chunks that
bound memory whatever their number.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.gates.training.train import train
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> [claim.extent for claim in verify(circuit, gates).claims]
    ['proved exhaustively (8 of 8)', 'proved exhaustively (8 of 8)']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.circuits.buses import as_integers, input_buses, own_arithmetic, reference_bits
from gatewright.circuits.patterns import all_patterns, random_patterns
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import (
    Signal,
    distances,
    outputs_of,
    trained_cells,
)
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.simulate.noise import check_noise, noisy
from gatewright.circuits.spec import Circuit
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.dont_cares import within_cares
from gatewright.circuits.verify.verdict import (
    EXACT,
    REFERENCE,
    TRAINED,
    Claim,
    Counterexample,
    Method,
    Outcome,
    Verdict,
    WorstWire,
)
from gatewright.gates.trained import TrainedGate, decide

EXHAUSTIVE_BITS = 20
"""Circuits of up to this many input bits are compared on every pattern."""

SAMPLES = 2**16
"""Random patterns compared where there are more input bits."""

_CHUNK_VALUES = 2**22
"""Signals held at a time: 32 MB of float64. Half as many cost a 1 024-bit adder 40 % more time."""


def verify(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate] | None,
    *,
    signal: Signal = "raw",
    noise: float = 0.0,
    seed: int = 0,
    samples: int = SAMPLES,
    watch: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Compare a circuit of exact gates, and of trained gates, with its integer reference.

    A circuit that was read from a file has none: its trained gates are compared with its exact ones.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist; none to compare exact gates alone, for which
            there has to be a reference.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire of the trained circuit is off by a draw of its own from [-noise, noise), so
            that even all patterns are then a sample.
        seed: of the random patterns and of the noise.
        samples: how many, where not all are compared.
        watch: called with the patterns done and the patterns to do.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses, or there is nothing to compare.
    """
    check_noise(noise)
    referred = circuit.spec.reference is not None
    if not referred and gates is None:
        circuit.reference({})  # which says so
    program = compile_netlist(circuit.netlist)
    engine = ExactEngine(program)
    subjects = (EXACT,) * referred + (TRAINED,) * (gates is not None)
    neural = None if gates is None else trained_cells(program, gates, signal)
    # Rounded or noisy wires are the plain evaluation's; what flows as it is runs several times faster.
    alone = gates is not None and signal == "raw" and not noise
    plain = NeuralEngine(program, gates or {}, dtype=np.float64) if alone else None
    generator = np.random.default_rng(seed).spawn(3)[2]  # the first two draw the patterns
    input_bits = len(circuit.netlist.input_nets)
    method: Method = "exhaustive" if input_bits <= EXHAUSTIVE_BITS else "sampled"
    total = 2**input_bits if method == "exhaustive" else samples
    found: dict[str, Counterexample] = {}
    worst = WorstWire("", -1.0, {})
    checked = excluded = done = 0
    inputs = circuit.netlist.inputs
    chunk = max(64, (1 << (_CHUNK_VALUES // len(program.nets)).bit_length()) >> 1)
    chunks = (
        all_patterns(inputs, total, chunk=chunk)
        if method == "exhaustive"
        else random_patterns(inputs, total, seed=seed, chunk=chunk)
    )
    for patterns in chunks:
        done += len(patterns)
        buses = input_buses(circuit, patterns)
        inside = circuit.domain(buses)
        if inside is not None:
            excluded += int((~inside).sum())
            patterns, buses = patterns[inside], {name: bus[inside] for name, bus in buses.items()}
        if len(patterns):
            checked += len(patterns)
            exact = engine.nets(patterns)
            wanted = outputs_of(program, exact)
            sides: list[tuple[str, npt.NDArray[Any], Bits]] = []
            if referred:
                wanted = reference_bits(circuit, buses)
                sides.append((EXACT, exact, exact))
            if neural is not None:
                if plain is not None:
                    driven = raw = plain.nets(patterns)
                else:
                    driven = np.empty(exact.shape)
                    raw = noisy(
                        program, neural, patterns, noise=noise, generator=generator, driven=driven
                    )
                worst = _worse(worst, program, circuit, patterns, distances(driven, exact))
                sides.append((TRAINED, raw, decide(raw)))
            for subject, values, bits in sides:
                wrong = (outputs_of(program, bits) != wanted).any(1)
                if wrong.any() and subject not in found:
                    at = int(np.argmax(wrong))
                    found[subject] = counterexample(
                        circuit,
                        program,
                        patterns[at],
                        wanted[at],
                        exact[:, at],
                        values[:, at],
                        bits[:, at],
                    )
        if watch is not None:
            watch(done, total)
        if found:
            break
    whole = method == "exhaustive" and done == total

    def passed(subject: str) -> Outcome:
        drawn = bool(noise) and subject == TRAINED  # of all the noise there may be, some was drawn
        return "undecided" if not checked else "proved" if whole and not drawn else "sampled"

    claims = [
        Claim(
            subject,
            REFERENCE if referred else EXACT,
            method,
            checked,
            input_bits,
            "refuted" if subject in found else passed(subject),
            found.get(subject),
            excluded,
        )
        for subject in subjects
    ]
    if referred:
        claims = [sound(claim, circuit) for claim in claims]
        claims[0] = within_cares(claims[0], circuit)
    return Verdict(tuple(claims), worst if neural is not None else None)


def sound(claim: Claim, circuit: Circuit) -> Claim:
    """A claim about a reference, undecided where it or the domain cannot be relied on."""
    return unless(claim, own_arithmetic, circuit)


def unless(claim: Claim, problem: Callable[[Circuit], str], *circuits: Circuit) -> Claim:
    """A claim that holds so far, undecided where there is a problem with one of some circuits."""
    if claim.outcome in ("proved", "sampled"):
        for reason in filter(None, map(problem, circuits)):
            return replace(claim, outcome="undecided", reason=reason)
    return claim


def _worse(
    worst: WorstWire, program: Program, circuit: Circuit, patterns: Bits, away: Floats
) -> WorstWire:
    net, at = divmod(int(np.argmax(away)), away.shape[1])
    if away[net, at] <= worst.distance:
        return worst
    return WorstWire(program.nets[net], float(away[net, at]), as_integers(circuit, patterns[at]))
