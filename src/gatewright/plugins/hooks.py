"""What comes by hooks: one entry a kind.

Each hook ``gatewright_KIND`` gives records of one class. What a record needs besides, before it is taken, says
its ``flaws``: a function that gives a line for everything that is wrong.

Example:
    >>> KINDS["losses"].hook, KINDS["losses"].registry().__class__.__name__
    ('gatewright_losses', 'Provided')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gatewright.errors import (
    GatewrightError,
    UnknownCircuitError,
    UnknownGateError,
    UnknownRecipeError,
    UsageError,
)
from gatewright.kinds import Provided, at
from gatewright.records import dataclass

PREFIX = "gatewright_"


@dataclass(frozen=True, slots=True)
class HookKind:
    """One kind of what plugins give.

    Attributes:
        name: plural, as in the hook's name.
        one: one of it, in words.
        records: the classes of its records, as ``module:Class``; none where classes themselves are given.
        place: where all of the process is kept, as ``module:NAME``; empty where it is kept by each load.
        error: what is raised for a name that is not there.
        flaws: what says what is wrong with a record, as ``module:function``.
        clashes: what says which records do not go together though their names differ, as ``module:function``: for
            each its name, and what is wrong.
        blamed: whether functions of a plugin's record name the plugin where they fail.
        elementwise: those of them that give an array of the shape of their first argument.
    """

    name: str
    one: str
    records: tuple[str, ...] = ()
    place: str = ""
    error: type[GatewrightError] = UsageError
    flaws: str = ""
    clashes: str = ""
    blamed: bool = False
    elementwise: tuple[str, ...] = ()

    @property
    def hook(self) -> str:
        """The name of the hook."""
        return f"{PREFIX}{self.name}"

    def registry(self) -> Provided[Any]:
        """Where records of this kind are kept."""
        if self.place:
            kept: Provided[Any] = at(self.place)
            return kept
        return Provided(self.one, self.error, listed=False)

    def classes(self) -> tuple[type, ...]:
        """The classes of its records; imported only where they are asked for."""
        return tuple(at(each) for each in self.records) or (type,)

    def wrong(self, record: Any) -> list[str]:
        """What is wrong with a record, a line each."""
        if self.flaws:
            look: Callable[[Any], Iterable[str]] = at(self.flaws)
            if found := list(look(record)):
                return found
        from gatewright.gates.spec import is_name

        name = getattr(record, "name", getattr(record, "__name__", ""))
        # An activation may be one of a family, as in leaky-relu(0.1).
        if isinstance(name, str) and is_name(re.sub(r"\([^()]*\)$", "", name)):
            return []
        return [f"{name!r} is not a name for it; use kebab-case, as in 'my-{self.one}'"]

    def clashing(self) -> list[tuple[str, str]]:
        """The records that do not go together with others, by name, each with what is wrong."""
        return list(at(self.clashes)()) if self.clashes else []

    def told(self, record: Any, who: str) -> Any:
        """The record of a plugin, such that its failures name the plugin."""
        if not self.blamed:
            return record
        from gatewright.plugins.blamed import blamed

        return blamed(record, self.one, f"plugin {who}", self.elementwise)


_SOUND = "gatewright.learn.soundness"

KINDS: Mapping[str, HookKind] = {
    each.name: each
    for each in (
        HookKind("gates", "gate", ("gatewright.gates.spec:GateSpec",), error=UnknownGateError),
        HookKind(
            "circuits",
            "circuit",
            ("gatewright.circuits.spec:CircuitSpec",),
            error=UnknownCircuitError,
        ),
        HookKind(
            "activations",
            "activation",
            (
                "gatewright.learn.activations:Activation",
                "gatewright.learn.activations:ActivationFamily",
            ),
            "gatewright.learn.activations:ACTIVATIONS",
            flaws=f"{_SOUND}.activations:flaws_of_activation",
            blamed=True,
            elementwise=("value", "derivative"),
        ),
        HookKind(
            "losses",
            "loss",
            ("gatewright.learn.losses:Loss",),
            "gatewright.learn.losses:LOSSES",
            flaws=f"{_SOUND}.losses:flaws_of_loss",
            blamed=True,
            elementwise=("gradient", "logistic_gradient"),
        ),
        HookKind(
            "optimisers",
            "optimiser",
            (),
            "gatewright.learn.optimisers:OPTIMISERS",
            flaws=f"{_SOUND}.optimisers:flaws_of_optimiser",
        ),
        HookKind(
            "inits",
            "init",
            (),
            "gatewright.learn.inits:INITS",
            flaws=f"{_SOUND}.inits:flaws_of_init",
        ),
        HookKind(
            "recipes",
            "recipe",
            ("gatewright.gates.training.recipe_text:NamedRecipe",),
            error=UnknownRecipeError,
        ),
        HookKind(
            "formats",
            "format",
            ("gatewright.formats.registry:Format",),
            "gatewright.formats.registry:FORMATS",
            flaws="gatewright.formats.registry:flaws_of_format",
            clashes="gatewright.formats.registry:clashes",
        ),
        HookKind(
            "learners",
            "learner",
            ("gatewright.examples.learners.task:Learner",),
            "gatewright.examples.learners.registry:LEARNERS",
            flaws="gatewright.examples.soundness:flaws_of_learner",
        ),
        HookKind(
            "pictures",
            "picture",
            ("gatewright.draw.kinds:PictureKind",),
            "gatewright.draw.kinds:PICTURES",
            flaws="gatewright.draw.kinds:flaws_of_picture",
        ),
        HookKind(
            "commands",
            "command",
            ("gatewright.plugins.command:Command",),
            flaws="gatewright.plugins.command:flaws_of_command",
        ),
    )
}
"""Every kind, those first that others are made of: recipes are made of activations and optimisers."""
