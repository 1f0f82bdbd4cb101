"""Checks for authors of plugins: one for each kind of thing a plugin gives.

Each raises `AssertionError` with a line for everything that is wrong, so a test is one call:

    >>> from gatewright import Activation
    >>> import numpy as np
    >>> steep = Activation("steep", lambda z: np.tanh(2 * z), lambda z, a: 1 - a * a, low=-1, high=1)
    >>> try:
    ...     check_activation(steep)
    ... except AssertionError as wrong:
    ...     print(str(wrong).partition(" at z")[0])
    activation 'steep': its derivative is not that of its value

Circuits are proved where that can be done. All else is tried on numbers: a check that passes has found nothing,
and proves nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.errors import GatewrightError
from gatewright.learn.activations import Activation, ActivationFamily
from gatewright.learn.soundness.activations import flaws_of_activation
from gatewright.learn.soundness.inits import flaws_of_init
from gatewright.learn.soundness.losses import flaws_of_loss
from gatewright.learn.soundness.optimisers import flaws_of_optimiser
from gatewright.testing.forms import flaws_of_forms
from gatewright.testing.pictures import check_picture as check_picture

if TYPE_CHECKING:
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.circuits.verify.verdict import Claim
    from gatewright.examples.learners.task import Learner
    from gatewright.formats.registry import Format
    from gatewright.gates.spec import GateSpec
    from gatewright.learn.losses import Loss
    from gatewright.plugins.plugin import Plugin

_POINTS = 4000
_FAMILY = 0.5


def check_plugin(name: str, given: object | None = None) -> Plugin:
    """A plugin is found, loads, and has no problem; gives it back.

    Args:
        name: of its entry point.
        given: the plugin itself, where it is not installed.

    Example:
        >>> check_plugin("builtin-gates").given("gates")[:2]
        ['buf', 'not']
    """
    from gatewright.plugins.manager import load_plugins

    loaded = load_plugins(None if given is None else {name: given}).plugins
    found = [each for each in loaded if each.name == name]
    _none_of(f"plugin '{name}'", [] if found else ["it is not installed, or has no entry point"])
    _none_of(f"plugin '{name}'", found[0].problems)
    return found[0]


def check_gate(spec: GateSpec) -> None:
    """A gate is learned and certified by the usual recipe, and is the same after it was saved and loaded.

    Example:
        >>> from gatewright import gate
        >>> check_gate(gate("a & b"))
    """
    from gatewright.gates.store.saved import from_file, to_bytes
    from gatewright.gates.trained import decide
    from gatewright.gates.training.train import train

    what = f"gate '{spec.name}'"
    try:
        made = train(spec)
    except GatewrightError as error:
        raise AssertionError(f"{what}: {error}") from error
    table = spec.table
    flaws = []
    if ((decide(made.learned()) != table.values) & (table.care > 0)).any():
        flaws.append("the trained gate gives a wrong bit")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gate.safetensors"
        path.write_bytes(to_bytes(made))
        if from_file(path, spec).digest != made.digest:
            flaws.append("it has other weights after it was saved and loaded")
    _none_of(what, flaws)


def check_circuit(spec: CircuitSpec, **parameters: int | str) -> None:
    """A circuit is well formed, and computes what its reference says, proved as `Circuit.prove` does it.

    Where no proof is found in a minute, random patterns are tried. A circuit that is wrong is shown with the
    inputs for which it is.

    Args:
        spec: the circuit.
        parameters: as it is built with; the rest have their defaults.

    Example:
        >>> from gatewright import load_plugins
        >>> check_circuit(load_plugins().circuit("ripple-adder"), bits=3)
    """
    from gatewright.plugins.manager import load_plugins

    what = f"circuit '{spec.name}'"
    try:
        circuit = spec.elaborate(parameters, load_plugins(kinds=("gates",)).gates)
        claim = circuit.prove()
    except GatewrightError as error:
        raise AssertionError(f"{what}: {error}") from error
    flaws = list(map(str, circuit.netlist.lint()))
    if claim.outcome == "refuted":
        flaws.append(f"it is not what its reference says: {_refuted(claim)}")
    _none_of(what, flaws)


def _refuted(claim: Claim) -> str:
    """Where a claim fails: the inputs, what was wanted and what was got."""
    from gatewright.logic.numerals import as_text

    found = claim.counterexample
    if found is None:
        return str(claim)
    inputs = ", ".join(f"{name} = {as_text(value)}" for name, value in found.inputs.items())
    told = [
        f"{each.bus} is {'no number' if each.got is None else as_text(each.got)}, "
        f"wanted {'no number' if each.wanted is None else as_text(each.wanted)}"
        for each in found.outputs
    ]
    return f"for {inputs}: {'; '.join(told)}"


def check_activation(activation: Activation | ActivationFamily) -> None:
    """An activation's derivative, bounds and forms agree with its value.

    What is written to ONNX, JavaScript and C is run where that can be: with the extra ``onnx``, with the extra
    ``draw``, and where there is a C compiler.

    Example:
        >>> from gatewright.learn.activations import LOGISTIC
        >>> check_activation(LOGISTIC)
    """
    flaws = list(flaws_of_activation(activation, _POINTS))
    member = activation if isinstance(activation, Activation) else activation.make(_FAMILY)
    if not flaws:
        flaws += flaws_of_forms(member)
    _none_of(f"activation '{activation.name}'", flaws)


def check_loss(loss: Loss) -> None:
    """A loss's gradient is that of its value, and entries that do not matter weigh nothing.

    Example:
        >>> from gatewright.learn.losses import LOSSES
        >>> check_loss(LOSSES["mse"])
    """
    _none_of(f"loss '{loss.name}'", flaws_of_loss(loss))


def check_init(kind: type[Any]) -> None:
    """An init draws as many numbers as it should, for each restart the same however many run beside it.

    Example:
        >>> from gatewright.learn.inits import Glorot
        >>> check_init(Glorot)
    """
    _none_of(f"init '{getattr(kind, 'name', kind)}'", flaws_of_init(kind))


def check_optimiser(kind: type[Any]) -> None:
    """An optimiser lowers a loss, keeps its states in order, and is the same after a recipe was written and read.

    Example:
        >>> from gatewright import Adam
        >>> check_optimiser(Adam)
    """
    from gatewright.gates.training.recipe_values import plain_settings, record_of

    flaws = list(flaws_of_optimiser(kind))
    if not flaws:
        made = kind()
        if record_of(plain_settings(made), {kind.name: kind}, "optimiser") != made:
            flaws.append("its settings are others after they were written and read")
    _none_of(f"optimiser '{getattr(kind, 'name', kind)}'", flaws)


def check_learner(learner: Learner) -> None:
    """A learner makes a model of a small task: of as many ANDs as allowed, which give what it answers.

    Example:
        >>> from gatewright.examples.learners.registry import BUILT_IN
        >>> check_learner(BUILT_IN[0])
    """
    from gatewright.examples.soundness import flaws_of_learner

    _none_of(f"learner '{learner.name}'", flaws_of_learner(learner))


def check_format(
    found: Format, circuits: Mapping[str, Mapping[str, int | str]] | None = None
) -> None:
    """A format's writer gives the same file each time, and its reader gives the circuit back.

    Args:
        found: the format.
        circuits: what is written, by name, each with its parameters; some built-in ones by default.

    Example:
        >>> from gatewright.formats.registry import FORMATS
        >>> check_format(FORMATS["blif"])
    """
    from gatewright.api.circuits import equivalent
    from gatewright.circuits.spec import file_circuit
    from gatewright.formats.model.source import read_source
    from gatewright.gates.functions import MOST_INPUTS
    from gatewright.plugins.manager import load_plugins

    plugins = load_plugins(kinds=("gates", "circuits"))
    flaws = []
    for name, parameters in (circuits or _CIRCUITS).items():
        circuit = plugins.circuit(name).elaborate(parameters, plugins.gates)
        if not found.writer:
            break
        try:
            data = found.write(circuit.netlist, "a comment")
            if found.write(circuit.netlist, "a comment") != data:
                flaws.append(f"{name} is written in two ways")
            if not found.reader:
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"{name}{found.suffixes[0]}"
                path.write_bytes(data)
                back = file_circuit(
                    found.read(read_source(path), plugins.gates, MOST_INPUTS), str(path)
                )
            claim = equivalent(circuit, back, time_limit=60.0)
            if claim.outcome != "proved":
                flaws.append(f"{name} comes back as another circuit: {claim.outcome}")
        except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
            flaws.append(f"{name} fails: {type(error).__name__}: {error}")
    _none_of(f"format '{found.name}'", [*_suffixes(found), *flaws])


_CIRCUITS: Mapping[str, Mapping[str, int | str]] = {
    "ripple-adder": {"bits": 2},
    "equality": {"bits": 3},
}


def _suffixes(found: Format) -> Iterator[str]:
    from gatewright.formats.registry import BUILT_IN, flaws_of_format

    if found not in BUILT_IN:
        yield from flaws_of_format(found)


def _none_of(what: str, flaws: Iterable[str]) -> None:
    """Raise with all flaws, if there are any."""
    told = list(flaws)
    if told:
        raise AssertionError("\n".join(f"{what}: {flaw}" for flaw in told))


__all__ = sorted(name for name in globals() if name.startswith("check_"))
