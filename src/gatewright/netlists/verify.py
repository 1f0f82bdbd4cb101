"""Checking a circuit of trained gates against exact gates and against integers.

After `evaluate` and `verdict`; the last room. All patterns are compared where there are at most 2**20,
otherwise a seeded random sample, in chunks that bound memory whatever their number.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.gates.train import train
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> [claim.extent for claim in verify(circuit, gates).claims]
    ['proved exhaustively (8 of 8)', 'proved exhaustively (8 of 8)']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats, Integers
from gatewright.errors import SpecError
from gatewright.gates.trained import TrainedGate, decide
from gatewright.logic.bits import WIDEST_FAST_BUS, bits_to_bus, bus_to_bits
from gatewright.netlists.evaluate import (
    Signal,
    distances,
    evaluate,
    exact_cells,
    outputs_of,
    trained_cells,
)
from gatewright.netlists.netlist import Bus
from gatewright.netlists.patterns import all_patterns, random_patterns
from gatewright.netlists.program import Program, compile_netlist
from gatewright.netlists.spec import Buses, Circuit
from gatewright.netlists.verdict import (
    BusDifference,
    Claim,
    Counterexample,
    Method,
    Outcome,
    Verdict,
    WorstWire,
)

EXHAUSTIVE_BITS = 20
"""Circuits of up to this many input bits are compared on every pattern."""

SAMPLES = 2**16
"""Random patterns compared where there are more input bits."""

_CHUNK_VALUES = 2**22
"""Signals held at a time: 32 MB of float64. Half as many cost a 1 024-bit adder 40 % more time."""


def verify(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    *,
    signal: Signal = "raw",
    seed: int = 0,
    samples: int = SAMPLES,
    watch: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Compare a circuit of exact gates, and of trained gates, with its integer reference.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        seed: of the random patterns.
        samples: how many, where not all are compared.
        watch: called with the patterns done and the patterns to do.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses.
    """
    program = compile_netlist(circuit.netlist)
    cells = exact_cells(program)
    neural = trained_cells(program, gates, signal)
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
            wanted = reference_bits(circuit, buses)
            exact = evaluate(program, cells, patterns)
            raw = evaluate(program, neural, patterns.astype(np.float64))
            worst = _worse(worst, program, circuit, patterns, distances(raw, exact))
            for subject, values, bits in (
                (EXACT, exact, exact),
                (TRAINED, raw, decide(raw)),
            ):
                wrong = (outputs_of(program, bits) != wanted).any(1)
                if wrong.any() and subject not in found:
                    at = int(np.argmax(wrong))
                    sides = (wanted[at], exact[:, at], values[:, at], bits[:, at])
                    found[subject] = _counterexample(circuit, program, patterns[at], *sides)
        if watch is not None:
            watch(done, total)
        if found:
            break
    whole = method == "exhaustive" and done == total
    passed: Outcome = "undecided" if not checked else "proved" if whole else "sampled"
    claims = tuple(
        Claim(
            subject,
            REFERENCE,
            method,
            checked,
            input_bits,
            "refuted" if subject in found else passed,
            found.get(subject),
            excluded,
        )
        for subject in (EXACT, TRAINED)
    )
    return Verdict(claims, worst)


EXACT = "exact gates"
TRAINED = "trained gates"
REFERENCE = "integer reference"


def input_buses(circuit: Circuit, patterns: Bits) -> dict[str, Integers]:
    """The value of every input bus in every pattern (patterns, input bits)."""
    wide = patterns.shape[1] > WIDEST_FAST_BUS
    return _split(circuit.netlist.inputs, patterns, wide=wide)


def output_buses(circuit: Circuit, bits: Bits) -> dict[str, Integers]:
    """The value of every output bus from primary output bits (patterns, output bits)."""
    return _split(circuit.netlist.outputs, bits, wide=False)


def reference_bits(circuit: Circuit, buses: Buses) -> Bits:
    """What the reference wants of every primary output bit, shape (patterns, output bits).

    Raises:
        SpecError: the reference gives other buses than the circuit has, or values that do not fit.
    """
    wanted = circuit.reference(buses)
    names = [bus.name for bus in circuit.netlist.outputs]
    if sorted(wanted) != sorted(names):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives {', '.join(sorted(wanted)) or 'nothing'}, "
            f"its outputs are {', '.join(sorted(names))}"
        )
    count = len(next(iter(buses.values())))
    columns = []
    for bus in circuit.netlist.outputs:
        values = np.asarray(wanted[bus.name])
        if values.shape not in {(), (count,)}:
            raise SpecError(
                f"the reference of circuit '{circuit.spec.name}' gives an array of shape {values.shape} for "
                f"'{bus.name}', not one value for each of {count} patterns"
            )
        if values.dtype.kind not in "bui" and not all(
            isinstance(each, int) for each in values.flat
        ):
            raise SpecError(
                f"the reference of circuit '{circuit.spec.name}' gives {values.dtype} for '{bus.name}', "
                "not whole numbers"
            )
        try:
            columns.append(bus_to_bits(np.broadcast_to(values, (count,)), bus.width))
        except ValueError:
            raise SpecError(
                f"the reference of circuit '{circuit.spec.name}' gives values for '{bus.name}' that do not "
                f"fit its {bus.width} bits"
            ) from None
    return np.concatenate(columns, axis=1)


def _split(buses: tuple[Bus, ...], bits: Bits, *, wide: bool) -> dict[str, Integers]:
    values, start = {}, 0
    for bus in buses:
        values[bus.name] = bits_to_bus(bits[:, start : start + bus.width], wide=wide)
        start += bus.width
    return values


def _worse(
    worst: WorstWire, program: Program, circuit: Circuit, patterns: Bits, away: Floats
) -> WorstWire:
    net, at = divmod(int(np.argmax(away)), away.shape[1])
    if away[net, at] <= worst.distance:
        return worst
    return WorstWire(program.nets[net], float(away[net, at]), _as_integers(circuit, patterns[at]))


def _as_integers(circuit: Circuit, pattern: Bits) -> dict[str, int]:
    return {name: int(bus[0]) for name, bus in input_buses(circuit, pattern[None]).items()}


def _counterexample(
    circuit: Circuit,
    program: Program,
    pattern: Bits,
    wanted: Bits,
    exact: Bits,
    values: npt.NDArray[Any],
    bits: Bits,
) -> Counterexample:
    got = bits[program.outputs]
    differences, start = [], 0
    for bus in circuit.netlist.outputs:
        mine, theirs = got[start : start + bus.width], wanted[start : start + bus.width]
        start += bus.width
        if (mine != theirs).any():
            differences.append(BusDifference(bus.name, _number(theirs), _number(mine)))
    astray = np.flatnonzero(bits != exact)
    if len(astray):
        first, right = astray[0], exact[astray[0]]
    else:  # the wiring itself is wrong: every gate is right, an output is not
        wrong = np.flatnonzero(got != wanted)
        place = wrong[np.argmin(program.outputs[wrong])]
        first, right = program.outputs[place], wanted[place]
    return Counterexample(
        _as_integers(circuit, pattern),
        tuple(differences),
        program.nets[first],
        int(right),
        float(values[first]),
    )


def _number(bits: Bits) -> int | None:
    return int(bits_to_bus(bits[None])[0]) if (bits <= 1).all() else None
