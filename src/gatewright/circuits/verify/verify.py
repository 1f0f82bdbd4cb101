"""Checking a circuit of trained gates against exact gates and against integers.

All patterns are compared if there are at most 2**20, otherwise a seeded random sample, in chunks of bounded
memory.

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

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.checks import check_count, check_word
from gatewright.circuits.buses import as_integers, input_buses, own_arithmetic, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.verify import CYCLES, verify_clocked
from gatewright.circuits.patterns import EXHAUSTIVE_BITS, SAMPLES, all_patterns, random_patterns
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import (
    Cell,
    Signal,
    distances,
    outputs_of,
    trained_cells,
)
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.simulate.noise import check_noise, noisy
from gatewright.circuits.verify.against_table import against_table
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.diagrams.dont_cares import explained, within_cares
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

_CHUNK_VALUES = 2**22
"""Signals held at a time: 32 MB of float64. Half as many cost a 1 024-bit adder 40 % more time."""

_EXACT_PATTERNS, _EXACT_VALUES = 2**11, 2**26
"""Patterns that exact gates get at a time, and bits held: 64 MB. In a deep circuit the trained ones' few make it
wait for calls: with 64 patterns a divider of 23 000 gates took 25 s of 69 for them."""


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

    A circuit that was read from a file has none: its trained gates are compared with its exact ones, and those
    with the truth table, if that is what it holds. With registers or memories it is run over random cycles.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist; None to compare only exact gates, for which
            there has to be a reference.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire of the trained circuit is off by a draw of its own from [-noise, noise), so
            that even all patterns are then a sample.
        seed: of the random patterns and of the noise.
        samples: how many, if not all are compared; of a circuit with registers, cycles.
        watch: called with the patterns done and the patterns to do.

    Raises:
        UsageError: a noise, a signal or a count is not of its kind.
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses, or there is nothing to compare.
    """
    check_noise(noise)
    check_word("signal", signal, get_args(Signal))
    check_count("samples", samples)
    check_count("seed", seed, 0)
    if circuit.netlist.clocked:
        cycles = CYCLES if samples == SAMPLES else samples
        return verify_clocked(
            circuit, gates, signal=signal, noise=noise, seed=seed, cycles=cycles, watch=watch
        )
    table = circuit.netlist.table
    if circuit.spec.reference is None and gates is None and table is None:
        circuit.reference({})  # which says so
    generator = np.random.default_rng(seed).spawn(3)[2]  # the first two draw the patterns
    input_bits = len(circuit.netlist.input_nets)
    method: Method = "exhaustive" if input_bits <= EXHAUSTIVE_BITS else "sampled"
    total = 2**input_bits if method == "exhaustive" else samples
    sides = _Sides(circuit, gates, signal, noise, generator, total)
    done = 0
    for patterns, exact in sides.exactly(
        _chunks(circuit, method, total, seed, len(sides.program.nets))
    ):
        done += len(patterns)
        sides.compare(patterns, exact)
        if watch is not None:
            watch(done, total)
        if sides.found:
            break
    whole = method == "exhaustive" and done == total

    def outcome(subject: str) -> Outcome:
        if subject in sides.found:
            return "refuted"
        drawn = bool(noise) and subject == TRAINED  # of all the noise there may be, some was drawn
        return "undecided" if not sides.checked else "proved" if whole and not drawn else "sampled"

    claims = [
        Claim(
            subject,
            REFERENCE if sides.referred else EXACT,
            method,
            sides.checked,
            input_bits,
            outcome(subject),
            sides.found.get(subject),
            sides.excluded,
        )
        for subject in sides.subjects
    ]
    if sides.referred:
        claims = [sound(claim, circuit) for claim in claims]
        claims[0] = within_cares(claims[0], circuit)
    claims = [explained(claim, circuit) for claim in claims]
    if table is not None:
        claims.insert(0, against_table(circuit, seed=seed, samples=samples, watch=watch))
    return Verdict(tuple(claims), None if gates is None else sides.worst)


def _chunks(circuit: Circuit, method: Method, total: int, seed: int, nets: int) -> Iterator[Bits]:
    """All patterns or random ones, in chunks for which the signals of all nets fit into memory."""
    inputs = circuit.netlist.inputs
    chunk = max(64, (1 << (_CHUNK_VALUES // nets).bit_length()) >> 1)
    if method == "exhaustive":
        return all_patterns(inputs, total, chunk=chunk)
    return random_patterns(inputs, total, seed=seed, chunk=chunk)


class _Sides:
    """What is compared of a circuit, and what came of it so far.

    Attributes:
        program: of the netlist.
        referred: whether there is an integer reference.
        subjects: of the claims.
        checked: patterns that were compared.
        excluded: patterns outside the circuit's domain that were met.
        found: a counterexample by subject.
        worst: the wire that strayed farthest so far.
    """

    def __init__(
        self,
        circuit: Circuit,
        gates: Mapping[str, TrainedGate] | None,
        signal: Signal,
        noise: float,
        generator: np.random.Generator,
        total: int,
    ) -> None:
        self.program = compile_netlist(circuit.netlist)
        self.referred = circuit.spec.reference is not None
        self.subjects = (EXACT,) * self.referred + (TRAINED,) * (gates is not None)
        self.checked = self.excluded = 0
        self.found: dict[str, Counterexample] = {}
        self.worst = WorstWire("", -1.0, {})
        self._circuit, self._noise, self._generator = circuit, noise, generator
        self._exact = ExactEngine(self.program)
        self._cells = None if gates is None else trained_cells(self.program, gates, signal)
        # Rounded or noisy wires are the plain evaluation's; what flows as it is runs several times faster.
        alone = gates is not None and signal == "raw" and not noise
        self._fast = (
            NeuralEngine(self.program, gates or {}, dtype=np.float64, patterns=total)
            if alone
            else None
        )

    def exactly(self, chunks: Iterator[Bits]) -> Iterator[tuple[Bits, Bits]]:
        """Every chunk of patterns with what exact gates give on every net, several chunks computed at once."""
        for first in chunks:
            held = min(_EXACT_PATTERNS, _EXACT_VALUES // len(self.program.nets))
            group = [first, *islice(chunks, max(0, held // len(first) - 1))]
            exact, start = self._exact.nets(np.concatenate(group)), 0
            for patterns in group:
                yield patterns, exact[:, start : start + len(patterns)]
                start += len(patterns)

    def compare(self, patterns: Bits, exact: Bits) -> None:
        """Compare on some patterns, of which those outside the circuit's domain are left out.

        Args:
            patterns: shape (patterns, input bits).
            exact: what exact gates give on every net, shape (nets, patterns).
        """
        circuit, program = self._circuit, self.program
        buses = input_buses(circuit, patterns)
        inside = circuit.domain(buses)
        if inside is not None:
            self.excluded += int((~inside).sum())
            patterns, buses = patterns[inside], {name: bus[inside] for name, bus in buses.items()}
            exact = exact[:, inside]
        if not len(patterns):
            return
        self.checked += len(patterns)
        wanted = outputs_of(program, exact)
        if self.referred:
            wanted = reference_bits(circuit, buses)
            self._judge(EXACT, patterns, wanted, exact, exact)
        if self._cells is not None:
            raw, driven = self._trained(self._cells, patterns)
            away = distances(driven, exact)
            self.worst = _worse(self.worst, program, circuit, patterns, away)
            self._judge(TRAINED, patterns, wanted, exact, raw)

    def _trained(self, cells: Mapping[str, Cell], patterns: Bits) -> tuple[Floats, Floats]:
        """What flows on every net of the trained circuit, and what its gates drive before any noise."""
        if self._fast is not None:
            raw = self._fast.nets(patterns)
            return raw, raw
        driven = np.empty((len(self.program.nets), len(patterns)))
        raw = noisy(
            self.program,
            cells,
            patterns,
            noise=self._noise,
            generator=self._generator,
            driven=driven,
        )
        return raw, driven

    def _judge(
        self,
        subject: str,
        patterns: Bits,
        wanted: Bits,
        exact: Bits,
        values: npt.NDArray[Any],
    ) -> None:
        wrong = (decide(outputs_of(self.program, values)) != wanted).any(1)
        if wrong.any():
            at = int(np.argmax(wrong))
            self.found[subject] = counterexample(
                self._circuit,
                self.program,
                patterns[at],
                wanted[at],
                exact[:, at],
                values[:, at],
                decide(values[:, at]),
            )


def sound(claim: Claim, circuit: Circuit) -> Claim:
    """A claim about a reference, undecided where it or the domain cannot be relied on."""
    return unless(claim, own_arithmetic, circuit)


def unless(claim: Claim, problem: Callable[[Circuit], str], *circuits: Circuit) -> Claim:
    """A claim that holds so far, undecided if there is a problem with one of some circuits."""
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
