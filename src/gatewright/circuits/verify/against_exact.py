"""A circuit of trained gates, run against another circuit of exact gates.

`verify` compares trained gates with the exact gates of their own netlist; here the netlist is another one, as
after mapping. Raw activations flow, nothing is rounded in between. All patterns are compared if there are
at most 2**20, otherwise a seeded random sample.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adders = [plugins.circuit(each).elaborate({"bits": 2}, plugins.gates)
    ...           for each in ("ripple-adder", "kogge-stone")]
    >>> gates = {name: train(spec) for name, spec in adders[0].netlist.gates.items()}
    >>> simulated(adders[0], gates, adders[1]).extent
    'proved exhaustively (32 of 32)'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import EXHAUSTIVE_BITS, SAMPLES, all_patterns, random_patterns
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.pairs import Pair, paired
from gatewright.circuits.verify.verdict import TRAINED, Claim
from gatewright.gates.trained import TrainedGate, decide

_CHUNK = 2**14


def simulated(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    source: Circuit,
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Compare a circuit of trained gates with another of exact gates, where both promise something.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist.
        source: what it is compared with.
        seed: of the random patterns.
        samples: how many, if not all are compared.
        watch: called with the patterns done and the patterns to do.

    Raises:
        UsageError: their buses are not the same.
        NetlistError: one of them is not a circuit.
        SpecError: a domain fails.
    """
    pair = paired(circuit, source)
    inputs, whole = circuit.netlist.inputs, pair.width <= EXHAUSTIVE_BITS
    total = 2**pair.width if whole else samples
    engine = NeuralEngine(pair.engines[0].program, gates, dtype=np.float64, patterns=total)
    chunks = (
        all_patterns(inputs, total, chunk=_CHUNK)
        if whole
        else random_patterns(inputs, total, seed=seed, chunk=_CHUNK)
    )
    claim = pair.claim(subject=TRAINED, method="exhaustive" if whole else "sampled")
    done = checked = 0
    for patterns in chunks:
        done += len(patterns)
        patterns = patterns[pair.inside(patterns)]
        checked += len(patterns)
        claim = replace(claim, checked=checked, excluded=done - checked)
        wanted = pair.engines[1].outputs(patterns[:, pair.inputs])[:, pair.outputs]
        wrong = (decide(engine.outputs(patterns)) != wanted).any(1)
        if wrong.any():
            at = int(np.argmax(wrong))
            return _refuted(pair, engine, claim, patterns[at], wanted[at])
        if watch is not None:
            watch(done, total)
    if not checked:
        return claim
    return replace(claim, outcome="proved" if whole else "sampled")


def _refuted(pair: Pair, engine: NeuralEngine, claim: Claim, pattern: Bits, wanted: Bits) -> Claim:
    raw = engine.nets(pattern[None])[:, 0]
    exact = pair.engines[0].nets(pattern[None])[:, 0]
    found = counterexample(pair.first, engine.program, pattern, wanted, exact, raw, decide(raw))
    return replace(claim, outcome="refuted", counterexample=found)
