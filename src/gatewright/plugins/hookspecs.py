"""The hooks a plugin may implement.

A plugin is a module (or any object) named by an entry point of the group ``gatewright``. It marks its
functions with `hookimpl`:

    >>> from gatewright.gates.spec import GateSpec
    >>> class MyPlugin:
    ...     @hookimpl
    ...     def gatewright_gates(self):
    ...         yield GateSpec.from_function(
    ...             "implies", lambda a, b: int(not a or b), inputs=("a", "b"), outputs=("y",))
    >>> [gate.name for gate in MyPlugin().gatewright_gates()]
    ['implies']

and in its ``pyproject.toml``::

    [project.entry-points.gatewright]
    my-plugin = "my_package.my_module"
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe_text import NamedRecipe

PROJECT = "gatewright"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def gatewright_gates() -> Iterable[GateSpec]:  # type: ignore[empty-body] # a specification has no body
    """Gates this plugin defines.

    Example::

        @hookimpl
        def gatewright_gates():
            yield GateSpec.from_function(
                "implies", lambda a, b: int(not a or b), inputs=("a", "b"), outputs=("y",),
                summary="1 unless a is 1 and b is 0",
            )
    """


@hookspec
def gatewright_circuits() -> Iterable[CircuitSpec]:  # type: ignore[empty-body] # a specification has no body
    """Circuit builders this plugin defines.

    Example::

        def build(circuit, *, bits):
            a = circuit.input_bus("a", bits)
            circuit.output_bus("y", [circuit.gate("not", wire) for wire in a])

        @hookimpl
        def gatewright_circuits():
            yield CircuitSpec(
                "invert", "every bit inverted", (Parameter("bits", 4, "width"),), build,
                reference=lambda buses, *, bits: {"y": 2**bits - 1 - buses["a"]},
            )
    """


@hookspec
def gatewright_recipes() -> Iterable[NamedRecipe]:  # type: ignore[empty-body] # a specification has no body
    """Recipes this plugin defines: ways to train a gate, for ``circuits train GATE --recipe NAME``.

    Example::

        @hookimpl
        def gatewright_recipes():
            yield NamedRecipe(
                "patient", "one hidden layer of eight, by Adam",
                Recipe((8,), optimiser=Adam(lr=0.01), epochs=20_000),
            )
    """
