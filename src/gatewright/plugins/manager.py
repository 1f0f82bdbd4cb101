"""Finding plugins, and keeping a broken one from stopping anything else.

pluggy registers plugins and knows the hooks; the calls are made here one implementation at a time, because
one that raises would abort them all, and a generator raises only while it is read. A command that needs gates
alone asks for gates alone, and is spared the import of everything circuits are built with.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

import pluggy

from gatewright.errors import (
    GatewrightError,
    UnknownCircuitError,
    UnknownGateError,
    UnknownRecipeError,
)
from gatewright.plugins import guard, hookspecs
from gatewright.plugins.installed import entry_points

if TYPE_CHECKING:
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe_text import NamedRecipe

Kind = Literal["gates", "circuits", "recipes"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ENTRY_POINTS = "gatewright"
_PREFIX = "gatewright_"
DISABLE = "GATEWRIGHT_DISABLE_PLUGINS"
BUILT_IN: Mapping[str, Kind] = {f"builtin-{kind}": kind for kind in KINDS}

MOST_RECORDS = 10_000
"""Records that one hook may give: a generator may be endless."""

MOST_PROBLEMS = 20
"""Problems of one plugin that are told; ten thousand records may each be wrong."""

T = TypeVar("T", "GateSpec", "CircuitSpec", "NamedRecipe")


@dataclass(slots=True)
class Plugin:
    """One plugin and what became of it.

    Attributes:
        name: of its entry point.
        distribution: the package it came from.
        version: of that package.
        gates: names of the gates it gives.
        circuits: names of the circuits it gives.
        recipes: names of the recipes it gives.
        problems: why it is not healthy, one line each.
        disabled: switched off by the user.
    """

    name: str
    distribution: str
    version: str
    gates: list[str] = field(default_factory=list)
    circuits: list[str] = field(default_factory=list)
    recipes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    disabled: bool = False

    @property
    def state(self) -> str:
        """``healthy``, ``faulty`` or ``disabled``."""
        return "disabled" if self.disabled else "faulty" if self.problems else "healthy"

    def note(self, problem: str) -> None:
        """Note why it is not healthy; of very many reasons, the first are enough."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(f"it has more than these {MOST_PROBLEMS} problems")

    def __str__(self) -> str:
        return f"'{self.name}' ({self.distribution} {self.version})"


class Provided(Mapping[str, T], Generic[T]):
    """What all plugins give of one kind, by name. Looking up a name that two give is an error."""

    def __init__(self, kind: str, listing: str, error: type[GatewrightError]) -> None:
        self._kind, self._listing, self._error = kind, listing, error
        self._entries: dict[str, list[tuple[T, Plugin]]] = {}

    def add(self, spec: T, plugin: Plugin) -> None:
        """Take one record from a plugin; a name already taken is noted as its problem."""
        taken = self._entries.setdefault(spec.name, [])
        taken.append((spec, plugin))
        if len(taken) > 1:
            plugin.note(f"{self._kind} '{spec.name}' is already given by {taken[0][1]}")

    def __getitem__(self, name: str) -> T:
        entries = self._entries.get(name, [])
        if len(entries) == 1:
            return entries[0][0]
        if entries:
            providers = " and ".join(str(plugin) for _, plugin in entries)
            raise self._error(
                f"{self._kind} '{name}' is given by {providers}",
                hint=f"switch one off, as in {DISABLE}={entries[-1][1].name}",
            )
        near = _near(str(name).lower(), self._entries)
        hint = f"did you mean '{near[0]}'?" if near else f"run '{self._listing}' to see them all"
        raise self._error(f"no {self._kind} '{name}'", hint=hint)

    def __contains__(self, name: object) -> bool:
        return len(self._entries.get(str(name), ())) == 1

    def __iter__(self) -> Iterator[str]:
        return (name for name, entries in self._entries.items() if len(entries) == 1)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def provider(self, name: str) -> Plugin:
        """The plugin that gives ``name``."""
        self[name]
        return self._entries[name][0][1]


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything that plugins give, and how each of them is.

    Attributes:
        gates: `GateSpec` by name.
        circuits: `CircuitSpec` by name.
        recipes: `NamedRecipe` by name.
        plugins: every plugin found, healthy or not, in the order they were loaded.
    """

    gates: Provided[GateSpec]
    circuits: Provided[CircuitSpec]
    recipes: Provided[NamedRecipe]
    plugins: tuple[Plugin, ...]

    def gate(self, name: str) -> GateSpec:
        """The gate called ``name``.

        Raises:
            UnknownGateError: no plugin gives it, or two do.
        """
        return self.gates[name]

    def circuit(self, name: str) -> CircuitSpec:
        """The circuit called ``name``.

        Raises:
            UnknownCircuitError: no plugin gives it, or two do.
        """
        return self.circuits[name]


def load_plugins(
    extra: Mapping[str, object] | None = None,
    kinds: Sequence[Kind] = KINDS,
    *,
    around: Callable[[Plugin], AbstractContextManager[object]] = nullcontext,
) -> Plugins:
    """Load the built-in plugins, those of installed packages, and ``extra`` ones.

    Args:
        extra: plugin objects by name, for notebooks and tests: what an entry point would load.
        kinds: what to ask them for; there is nothing of any other kind.
        around: gives what is entered while a plugin's code runs.

    A plugin named in the environment variable GATEWRIGHT_DISABLE_PLUGINS (a comma between names) is
    listed but not loaded.

    Example:
        >>> load_plugins().gate("xor").table.ones
        (6,)
    """
    patience = guard.seconds()
    disabled = {name.strip() for name in os.environ.get(DISABLE, "").split(",") if name.strip()}
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    gates: Provided[GateSpec] = Provided("gate", "circuits gates", UnknownGateError)
    circuits: Provided[CircuitSpec] = Provided("circuit", "circuits list", UnknownCircuitError)
    recipes: Provided[NamedRecipe] = Provided("recipe", "circuits recipes", UnknownRecipeError)
    plugins = []
    loaded: dict[str, Plugin] = {}
    taken: dict[Kind, Any] = {"gates": gates, "circuits": circuits, "recipes": recipes}
    for plugin, load in _found(extra or {}, kinds):
        plugins.append(plugin)
        if plugin.name in disabled:
            plugin.disabled = True
            continue
        if plugin.name in loaded:
            plugin.note(f"not loaded: the name is that of {loaded[plugin.name]}")
            continue
        limit = 0.0 if plugin.name in BUILT_IN else patience
        module = twin = None
        try:
            with around(plugin), guard.guarded(str(plugin), limit, plugin.note):
                module = load()
                twin = manager.get_name(module)
                if twin is None:
                    manager.register(module, plugin.name)
        except KeyboardInterrupt:  # it is the user's
            raise
        except BaseException as error:  # noqa: BLE001 - it costs this plugin alone, whatever it is
            plugin.note(f"cannot be loaded: {guard.why(error)}")
            if manager.has_plugin(plugin.name):  # older pluggy keeps a plugin it refuses
                manager.unregister(name=plugin.name)
            continue
        if twin is not None:
            plugin.note(f"not loaded: it is the same module as {loaded[twin]}")
            continue
        loaded[plugin.name] = plugin
        _check_hooks(manager, module, plugin)
        for kind in kinds:
            with around(plugin):
                specs = _given(manager, module, kind, plugin, limit)
            for spec in specs:
                taken[kind].add(spec, plugin)
                getattr(plugin, kind).append(spec.name)
    return Plugins(gates, circuits, recipes, tuple(plugins))


def _found(
    extra: Mapping[str, object], kinds: Sequence[Kind]
) -> Iterator[tuple[Plugin, Callable[[], Any]]]:
    from gatewright.version import VERSION

    for name, kind in BUILT_IN.items():
        if kind in kinds:
            place = f"gatewright.plugins.builtin.{kind}"
            yield Plugin(name, "gatewright", VERSION), partial(import_module, place)
    for point in sorted(entry_points(ENTRY_POINTS), key=lambda point: (point.name, point.value)):
        yield Plugin(point.name, point.distribution, point.version), point.load
    for name, given in extra.items():
        yield Plugin(name, "this session", "-"), partial(_itself, given)


def _itself(given: object) -> object:
    return given


def _check_hooks(manager: pluggy.PluginManager, module: object, plugin: Plugin) -> None:
    """Note hooks that do not exist: a misspelt name would otherwise never be called, in silence."""
    known = [name for name in dir(hookspecs) if name.startswith(_PREFIX)]
    implemented = {caller.name for caller in manager.get_hookcallers(module) or ()}
    unmarked = {
        name
        for name in dir(module)
        if name.startswith(_PREFIX) and callable(getattr(module, name, None))
    } - implemented
    for name in sorted(implemented - set(known)):
        ends = [each.removeprefix(_PREFIX) for each in known]  # what they share is no likeness
        near = _near(name.removeprefix(_PREFIX), ends)
        plugin.note(
            f"there is no hook '{name}'" + (f"; did you mean '{_PREFIX}{near[0]}'?" if near else "")
        )
    for name in sorted(unmarked):
        plugin.note(f"'{name}' is not marked with @hookimpl, so it is not called")


def _given(
    manager: pluggy.PluginManager, module: object, kind: Kind, plugin: Plugin, limit: float
) -> list[Any]:
    """What one plugin's implementation of one hook gives, up to where it fails."""
    hook = f"{_PREFIX}{kind}"
    record: Any = _record(kind)
    given: list[Any] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin is not module:
            continue
        names: set[str] = set()
        try:
            with guard.guarded(str(plugin), limit, plugin.note):
                for count, spec in enumerate(implementation.function()):
                    if count == MOST_RECORDS:
                        plugin.note(
                            f"{hook} gives more than {MOST_RECORDS} records; the rest is left out"
                        )
                        break
                    if not isinstance(spec, record):
                        plugin.note(f"{hook} gave a {type(spec).__name__}, not a {record.__name__}")
                    elif spec.name in names:
                        plugin.note(f"{hook} gave '{spec.name}' twice; the first counts")
                    else:
                        names.add(spec.name)
                        given.append(spec)
        except KeyboardInterrupt:  # it is the user's
            raise
        except BaseException as error:  # noqa: BLE001 - it costs this plugin alone, whatever it is
            plugin.note(f"{hook} failed: {guard.why(error)}")
    return given


def _record(kind: Kind) -> type:
    """What the implementations of a hook give; imported only where they are asked."""
    if kind == "gates":
        from gatewright.gates.spec import GateSpec

        return GateSpec
    if kind == "circuits":
        from gatewright.circuits.spec import CircuitSpec

        return CircuitSpec
    from gatewright.gates.training.recipe_text import NamedRecipe

    return NamedRecipe


def _near(name: str, names: Iterable[str]) -> list[str]:
    """The name most like another one, if any is."""
    import difflib

    return difflib.get_close_matches(name, list(names), n=1)
