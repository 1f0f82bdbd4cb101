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

Hooks are pluggy's: ``@hookimpl(tryfirst=True)`` and ``trylast=True`` order them, and with ``wrapper=True`` a hook
sees what all others give, a list for each, and may change it:

    >>> @hookimpl(wrapper=True)
    ... def gatewright_gates():
    ...     given = yield
    ...     return [[gate for gate in gates if gate.name != "nor"] for gates in given]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.draw.kinds import PictureKind
    from gatewright.examples.learners.task import Learner
    from gatewright.formats.registry import Format
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.learn.activations import Activation, ActivationFamily
    from gatewright.learn.inits import Init
    from gatewright.learn.losses import Loss
    from gatewright.learn.optimisers import Optimiser
    from gatewright.plugins.command import Command

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


@hookspec(firstresult=True)
def gatewright_gate_named(name: str) -> GateSpec | None:
    r"""The gate called ``name``, of a family too large to be listed; none if it is not one of this plugin's.

    Asked where no listed gate has the name; the first plugin that gives one is taken.

    Example::

        @hookimpl
        def gatewright_gate_named(name):
            import re

            if match := re.fullmatch(r"any(\d)", name):
                ports = [f"x{i}" for i in range(int(match[1]))]
                return GateSpec.from_function(name, lambda *x: int(any(x)), inputs=ports, outputs="y")
    """


@hookspec
def gatewright_activations() -> Iterable[Activation | ActivationFamily]:  # type: ignore[empty-body] # a specification has no body
    """Activations this plugin defines; `gatewright.testing.check_activation` tries one.

    Example::

        from gatewright import Activation, rising

        def softsign(z):
            return z / (1 + abs(z))

        @hookimpl
        def gatewright_activations():
            yield Activation(
                "softsign", softsign, lambda z, a: 1 / (1 + abs(z)) ** 2, low=-1.0, high=1.0,
                interval=rising(softsign), rounding=4,
                c="z / (1.0 + fabs(z))", javascript="z / (1 + Math.abs(z))",
            )
    """


@hookspec
def gatewright_losses() -> Iterable[Loss]:  # type: ignore[empty-body] # a specification has no body
    """Losses this plugin defines; `gatewright.testing.check_loss` tries one.

    Example::

        from gatewright import Loss

        @hookimpl
        def gatewright_losses():
            yield Loss(
                "sum-of-fourths",
                lambda a, y, care: (care * (a - y) ** 4).sum((-2, -1)),
                lambda a, y, care: 4 * care * (a - y) ** 3,
            )
    """


@hookspec
def gatewright_optimisers() -> Iterable[type[Optimiser]]:  # type: ignore[empty-body] # a specification has no body
    """Optimisers this plugin defines, as classes; `gatewright.testing.check_optimiser` tries one.

    Example::

        from dataclasses import dataclass, replace
        from typing import ClassVar

        import numpy as np

        @dataclass(frozen=True)
        class Signs(GradientDescent):
            lr: float = 0.01

            name: ClassVar[str] = "signs"

            def step(self, objective, state, generator):
                theta = state.theta - self.lr * np.sign(state.gradient)
                return replace(self.start(objective, theta), restart=state.restart)

        @hookimpl
        def gatewright_optimisers():
            return [Signs]
    """


@hookspec
def gatewright_inits() -> Iterable[type[Init]]:  # type: ignore[empty-body] # a specification has no body
    """Inits this plugin defines, as classes; `gatewright.testing.check_init` tries one.

    Example::

        from dataclasses import dataclass
        from typing import ClassVar

        @dataclass(frozen=True)
        class Signed:
            size: float = 1.0

            name: ClassVar[str] = "signed"

            def draw(self, architecture, generator, restarts):
                return self.size * generator.choice([-1.0, 1.0], (restarts, architecture.parameters))

        @hookimpl
        def gatewright_inits():
            return [Signed]
    """


@hookspec
def gatewright_formats() -> Iterable[Format]:  # type: ignore[empty-body] # a specification has no body
    r"""Formats of circuits this plugin reads or writes; `gatewright.testing.check_format` tries one.

    Example::

        @hookimpl
        def gatewright_formats():
            yield Format(
                "gate-list", (".gates",), "a gate a line",
                writer=lambda netlist, *, comment: "".join(f"{each.gate}\n" for each in netlist.instances),
            )
    """


@hookspec
def gatewright_learners() -> Iterable[Learner]:  # type: ignore[empty-body] # a specification has no body
    """Learners of circuits this plugin defines; `gatewright.testing.check_learner` tries one.

    Example::

        from gatewright.examples.learners.forest import forest
        from gatewright.examples.learners.task import Learner

        @hookimpl
        def gatewright_learners():
            yield Learner(
                "small-forest", "the majority of three random trees", "Jane Doe, 2026",
                lambda task: forest(task, trees=3),
            )
    """


@hookspec
def gatewright_pictures() -> Iterable[PictureKind]:  # type: ignore[empty-body] # a specification has no body
    """Pictures this plugin draws, for ``circuits plot GATE --picture NAME`` and ``circuits draw``.

    Example::

        @hookimpl
        def gatewright_pictures():
            yield PictureKind("weights", "every weight as a square", "my_package.pictures:weights")
    """


@hookspec
def gatewright_commands() -> Iterable[Command]:  # type: ignore[empty-body] # a specification has no body
    """Commands this plugin adds to ``circuits``, each a Typer app that is imported when it is run.

    Example::

        @hookimpl
        def gatewright_commands():
            yield Command("bench-gates", "Time every gate.", "my_package.bench:app")
    """
