"""The trained gates a circuit is made of: taken from the store, or trained if they are missing.

`gatewright.circuits` uses them. A function of up to 4 inputs that has no gate of its own is
made of the gate of its NPN class.

Example:
    >>> import tempfile
    >>> from pathlib import Path
    >>> spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> sorted(trained_gates([spec], Store(Path(tempfile.mkdtemp()))))
    ['not']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gatewright.errors import Hint, NotLearnedError
from gatewright.gates.functions import function_name, function_spec
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress

if TYPE_CHECKING:
    from gatewright.gates.npn.classes import NpnLibrary

LIBRARY, MOST_INPUTS = "npn4", 4
"""The library that functions of up to 4 inputs are taken from; its classes are trained as they are needed."""


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
        announce: called before a gate, or a class of the library, is trained.
        watch: called after every epoch of a training.

    Raises:
        StoreError: a stored gate cannot be used; it is never replaced silently.
        NotLearnedError: a gate could not be trained.
    """
    found = {spec.name: (spec, store.load(spec)) for spec in specs}
    missing = [spec for spec, gate in found.values() if gate is None and in_library(spec)]
    gates = _from_library(missing, store, seed, announce)
    for name, (spec, gate) in found.items():
        if name in gates:
            continue
        if gate is None:
            store.prepare()
            if announce is not None:
                announce(spec)
            gate = train(spec, seed=seed, watch=watch)
            store.save(gate)
        gates[name] = gate
    return gates


def in_library(spec: GateSpec) -> bool:
    """Whether a gate is a function that the library has, by name and by table."""
    table = spec.table
    few = len(table.outputs) == 1 and len(table.inputs) <= MOST_INPUTS
    return few and spec == function_spec(table.ones, len(table.inputs))


def kept_library(store: Store) -> NpnLibrary:
    """The library as the store has it: all of its gates, some, or none.

    Raises:
        StoreError: its file cannot be used.
    """
    from gatewright.gates.npn.classes import NpnLibrary
    from gatewright.gates.npn.file import library_path, read

    return read(library_path(store.folder, LIBRARY), LIBRARY) or NpnLibrary(LIBRARY, {})


def _from_library(
    specs: list[GateSpec],
    store: Store,
    seed: int,
    announce: Callable[[GateSpec], None] | None,
) -> dict[str, TrainedGate]:
    """Gates made of those of their classes, which are trained and kept if they are missing.

    Raises:
        StoreError: the library's file cannot be used.
        NotLearnedError: a class could not be trained.
    """
    if not specs:
        return {}
    # Only now: most circuits are made of registered gates, and processes to train with are slow to import.
    from gatewright.gates.npn.build import train_class
    from gatewright.gates.npn.classes import NpnLibrary, class_specs
    from gatewright.gates.npn.file import library_path, write
    from gatewright.logic.npn import classify

    def class_name(spec: GateSpec) -> str:
        inputs = len(spec.table.inputs)
        return function_name("npn", classify(spec.table.ones[0], inputs)[0], inputs)

    library = kept_library(store)
    known = dict(library.gates)
    if known:  # all of one seed, so that building the library goes on with the file
        seed = next(iter(known.values())).seed
    needed = {class_name(spec) for spec in specs}
    lacking = [each for each in class_specs(LIBRARY) if each.name in needed - known.keys()]
    try:
        for each in lacking:
            store.prepare()
            if announce is not None:
                announce(each)
            gate = train_class(each, seed)
            if gate is None:
                raise NotLearnedError(
                    f"'{each.name}' could not be proved",
                    hint=Hint("try another seed and another store", "other seed and store"),
                )
            known[each.name] = gate
    finally:  # what was trained is kept, however this ends
        if len(known) > len(library.gates):
            names = [each.name for each in class_specs(LIBRARY)]
            library = NpnLibrary(LIBRARY, {name: known[name] for name in names if name in known})
            write(library_path(store.folder, LIBRARY), library)
    return {spec.name: library.gate(spec.table, spec.name) for spec in specs}
