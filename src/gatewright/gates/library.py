"""The trained gates a circuit is made of: taken from the store, trained where they are missing.

After `store`; the last room of the gates. `gatewright.netlists` uses what comes out of it.

Example:
    >>> import tempfile
    >>> from pathlib import Path
    >>> spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> sorted(trained_gates([spec], Store(Path(tempfile.mkdtemp()))))
    ['not']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gatewright.gates.spec import GateSpec
from gatewright.gates.store import Store
from gatewright.gates.train import train
from gatewright.gates.trained import TrainedGate
from gatewright.learn.fit import Progress


def trained_gates(
    specs: Iterable[GateSpec],
    store: Store,
    *,
    seed: int = 0,
    announce: Callable[[GateSpec], None] | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> dict[str, TrainedGate]:
    """A trained gate for each spec, by name; those not in the store are trained and saved there.

    Args:
        specs: the gates wanted.
        store: where they are kept.
        seed: for those that are trained now.
        announce: called before a gate is trained.
        watch: called after every epoch of a training.

    Raises:
        StoreError: a stored gate cannot be used; it is not replaced in silence.
        GateNotLearnedError: a gate could not be trained.
    """
    found = {spec.name: (spec, store.load(spec)) for spec in specs}
    gates = {}
    for name, (spec, gate) in found.items():
        if gate is None:
            store.prepare()
            if announce is not None:
                announce(spec)
            gate = train(spec, seed=seed, watch=watch)
            store.save(gate)
        gates[name] = gate
    return gates
