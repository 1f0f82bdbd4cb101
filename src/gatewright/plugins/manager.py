"""Finding plugins, and keeping a broken one from stopping anything else.

pluggy registers plugins, orders their hooks and calls them, wrappers included. What it calls is each plugin's
function inside a guard (`gatewright.plugins.isolated`): one that raises, takes too long or gives something
else is noted as that plugin's problem, and the others never hear of it. A command that needs gates alone asks
for gates alone, and is spared the import of everything circuits are built with.

Example:
    >>> plugins = load_plugins()
    >>> plugins.gate("xor").table.ones
    (6,)
    >>> plugins.gate("xro")
    Traceback (most recent call last):
        ...
    gatewright.errors.UnknownGateError: no gate 'xro'; did you mean 'xor'?
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pluggy

from gatewright.kinds import DISABLE, Provided
from gatewright.plugins import guard, hookspecs
from gatewright.plugins.fitting import check_extra, check_has_hooks, register
from gatewright.plugins.hooks import KINDS
from gatewright.plugins.installed import entry_points
from gatewright.plugins.isolated import Calls
from gatewright.plugins.kept import Kept
from gatewright.plugins.plugin import Plugin
from gatewright.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from gatewright.circuits.spec import CircuitSpec
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.plugins.command import Command

ENTRY_POINTS = "gatewright"

BUILT_IN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "builtin-gates": ("gates", ("gates",)),
    "builtin-circuits": ("circuits", ("circuits",)),
    "builtin-learning": ("learning", ("activations", "losses", "optimisers", "inits")),
    "builtin-formats": ("formats", ("formats",)),
    "builtin-learners": ("learners", ("learners",)),
    "builtin-pictures": ("pictures", ("pictures",)),
    "published": ("published", ("recipes", "activations", "inits", "optimisers", "commands")),
}
"""Plugins that come with the project: their modules, and the kinds for which they are imported."""


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything that plugins give, and how each of them is.

    Attributes:
        gates: `GateSpec` by name.
        circuits: `CircuitSpec` by name.
        recipes: `NamedRecipe` by name.
        commands: `Command` by name.
        plugins: every plugin found, healthy or not, in the order they were loaded.
    """

    gates: Provided[GateSpec]
    circuits: Provided[CircuitSpec]
    recipes: Provided[NamedRecipe]
    commands: Provided[Command]
    plugins: tuple[Plugin, ...]

    def gate(self, name: str) -> GateSpec:
        """The gate called ``name``.

        Raises:
            UnknownGateError: no plugin gives it, or two do.
        """
        return self.gates[name]

    def keeps(self, name: str) -> bool:
        """Whether a gate is known by its file in the store alone, as no plugin gives it.

        Raises:
            UnknownGateError: there is no gate of this name.
        """
        return isinstance(self.gates.provider(name), Kept)

    def circuit(self, name: str) -> CircuitSpec:
        """The circuit called ``name``; a gate of this name, where there is no such circuit, is one by itself.

        Raises:
            UnknownCircuitError: no plugin gives it, or two do.
        """
        if name not in self.circuits and name in self.gates:
            from gatewright.circuits.one_gate import gate_circuit

            return gate_circuit(self.gates[name])
        return self.circuits[name]


def load_plugins(
    extra: Mapping[str, object] | None = None,
    kinds: Sequence[str] = tuple(KINDS),
    *,
    around: Callable[[Plugin], AbstractContextManager[object]] = nullcontext,
    store: Path | None = None,
) -> Plugins:
    """Load the built-in plugins, those of installed packages, and ``extra`` ones.

    Activations, losses, optimisers, inits, formats and pictures are known by name to the whole process from
    then on.

    Args:
        extra: plugin objects by name, for notebooks and tests: what an entry point would load. A module, or an
            object that has hooks.
        kinds: what to ask them for, such as ``gates``; there is nothing of any other kind. Where it is
            everything, hooks that give a gate by its name are tried with one that nobody has.
        around: gives what is entered while a plugin's code runs.
        store: the folder of trained gates, by default the usual one: a gate in it that no plugin gives is
            known by its name.

    A plugin named in the environment variable GATEWRIGHT_DISABLE_PLUGINS (a comma between names) is
    listed but not loaded.

    Raises:
        UsageError: an extra plugin is named by what is not a text, or is not an object that can have hooks.

    Example:
        >>> load_plugins().gate("xor").table.ones
        (6,)
    """
    if "recipes" in kinds:  # whose records are checked against these
        kinds = (*kinds, *({"activations", "losses", "optimisers", "inits"} - set(kinds)))
    patience = guard.seconds()
    check_extra(extra or {})
    disabled = {name.strip() for name in os.environ.get(DISABLE, "").split(",") if name.strip()}
    calls, plugins, tried = Calls(around), [], None
    loaded: dict[str, tuple[Plugin, object]] = {}
    for plugin, load in _found(extra or {}, kinds):
        plugins.append(plugin)
        if plugin.name in disabled:
            plugin.disabled = True
        elif plugin.name in loaded:
            plugin.note(f"not loaded: the name is that of {loaded[plugin.name][0]}")
        else:
            with calls.guarded(plugin, _limit(plugin, patience), "cannot be loaded"):
                module = load()
                check_has_hooks("it", module)
                twin = next((each for each, known in loaded.values() if known is module), None)
                if twin is None:
                    if plugin.name not in BUILT_IN:  # which are known to fit
                        tried = tried or _manager()
                        register(tried, module, plugin)
                    loaded[plugin.name] = plugin, module
                else:
                    plugin.note(f"not loaded: it is the same module as {twin}")
    manager = _manager()
    # pluggy calls first what was registered last.
    for plugin, module in reversed(loaded.values()):
        calls.register(manager, plugin, module, limit=_limit(plugin, patience))
    states = {
        each.name: "is switched off"
        if each.disabled
        else ""
        if each.name in loaded
        else "cannot be loaded"
        for each in plugins
    }
    given = _given(manager, calls, kinds, states)
    gates, circuits, recipes, commands = (
        given[kind] if kind in given else KINDS[kind].registry()
        for kind in ("gates", "circuits", "recipes", "commands")
    )
    if "gates" in kinds:
        kept = Kept(store)
        gates.named = lambda name: calls.named(manager, name) or kept.named(name)
        if set(KINDS) <= set(kinds):
            calls.try_named(manager)
    return Plugins(gates, circuits, recipes, commands, tuple(plugins))


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def provide(kind: str) -> None:
    """Load what plugins give of one kind; not for a plugin that is itself being asked."""
    if not being_asked():
        load_plugins(kinds=(kind,))


def being_asked() -> bool:
    """Whether plugins are being asked at this moment, which must not begin anew."""
    return bool(_asking)


_asking: list[str] = []


def _given(
    manager: pluggy.PluginManager, calls: Calls, kinds: Sequence[str], states: Mapping[str, str]
) -> dict[str, Provided[Any]]:
    """What plugins give of some kinds, by kind."""
    given = {}
    for name, kind in KINDS.items():
        if name not in kinds:
            continue
        given[name] = kind.registry()
        _asking.append(name)
        try:
            taken = [
                (record.name, plugin)
                for record, plugin in calls.records(manager, kind)
                if given[name].add(record, plugin)
            ]
        finally:
            _asking.pop()
        given[name].answered(states)
        for called, problem in kind.clashing():
            given[name].provider(called).note(problem)
        contested = given[name].contested()
        for called, plugin in taken:
            if called not in contested or plugin.distribution == "gatewright":
                plugin.gives.setdefault(name, []).append(called)
    return given


def _limit(plugin: Plugin, patience: float) -> float:
    """Seconds that a plugin may take; ours may take any time."""
    return 0.0 if plugin.name in BUILT_IN else patience


def _found(
    extra: Mapping[str, object], kinds: Sequence[str]
) -> Iterator[tuple[Plugin, Callable[[], Any]]]:
    from gatewright.version import VERSION

    for name, (module, gives) in BUILT_IN.items():
        if set(gives).intersection(kinds):
            place = f"gatewright.plugins.builtin.{module}"
            yield Plugin(name, "gatewright", VERSION), partial(import_module, place)
    for point in sorted(entry_points(ENTRY_POINTS), key=lambda point: (point.name, point.value)):
        yield Plugin(point.name, point.distribution, point.version), point.load
    for name, given in extra.items():
        yield Plugin(name, "this session", "-"), partial(_itself, given)


def _itself(given: object) -> object:
    return given
