"""Hooks as pluggy calls them, each implementation on its own: one that fails costs its plugin alone.

pluggy stops a call at the first implementation that raises, and a generator raises only while it is read. So what
pluggy calls is a stand-in: it reads all that an implementation gives, inside a guard, and hands on a list of
records that are what they should be. Of a wrapper, each half runs in a guard; where one fails, what the others
gave goes on as it was.

Example:
    >>> from gatewright.plugins import hookspecs
    >>> from gatewright.plugins.hookspecs import hookimpl
    >>> class Broken:
    ...     @hookimpl
    ...     def gatewright_gates(self):
    ...         raise ValueError("no table")
    >>> manager = pluggy.PluginManager("gatewright")
    >>> manager.add_hookspecs(hookspecs)
    >>> plugin, calls, module = Plugin("broken", "demo", "1"), Calls(), Broken()
    >>> calls.register(manager, plugin, module, limit=5.0)
    >>> calls.records(manager, KINDS["gates"]), plugin.problems
    ([], ['gatewright_gates failed: ValueError: no table'])
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import pluggy

from gatewright.errors import whereabouts
from gatewright.plugins import guard
from gatewright.plugins.hooks import KINDS, PREFIX, HookKind
from gatewright.plugins.plugin import Plugin
from gatewright.text import a_kind

MOST_RECORDS = 10_000
"""Records that one hook may give: a generator may be endless."""

NAMED = f"{PREFIX}gate_named"
"""The hook that gives one gate, by its name."""

NOBODYS = "no-such-gate"
"""A name that the hook above is tried with: what fails for any name fails for this one."""


class _Given(list[Any]):
    """The records that one plugin gave."""

    def __init__(self, records: list[Any], plugin: Plugin) -> None:
        super().__init__(records)
        self.plugin = plugin


class Calls:
    """The calls of one loading of plugins.

    Args:
        around: gives what is entered while a plugin's code runs.
    """

    def __init__(
        self, around: Callable[[Plugin], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._around = around
        self._wanted = ""  # the gate that is asked for by its name
        self._of: dict[int, tuple[Any, Plugin]] = {}  # a record, kept so that its id stays its own

    @contextmanager
    def guarded(self, plugin: Plugin, limit: float, failed: str) -> Iterator[None]:
        """While a plugin's code runs: whatever it raises is noted, and goes no further."""
        with self._around(plugin), guard.ctrl_c() as came:
            try:
                with guard.guarded(str(plugin), limit, plugin.note):
                    yield
            except BaseException as error:
                if came and isinstance(error, KeyboardInterrupt):  # it is the user's
                    raise
                # All else costs this plugin alone, whatever it is.
                plugin.note(f"{failed}: {guard.why(error)}", whereabouts(error))

    def register(
        self, manager: pluggy.PluginManager, plugin: Plugin, module: object, *, limit: float
    ) -> None:
        """Make a plugin's hooks known to pluggy, each by its stand-in."""
        manager.register(module, plugin.name)
        for caller in manager.get_hookcallers(module) or ():
            for each in caller.get_hookimpls():
                if each.plugin is module:
                    stand_in = self._stand_in(caller.name, each, plugin, limit)
                    # pluggy has no other way to call something else in place of a plugin's function.
                    setattr(each, "function", stand_in)  # noqa: B010 - which it says is final

    def records(self, manager: pluggy.PluginManager, kind: HookKind) -> list[tuple[Any, Plugin]]:
        """Everything that all plugins give of one kind, each with its plugin."""
        given = getattr(manager.hook, kind.hook)()
        found = []
        for records in given:
            for record in records:
                _, plugin = self._of.get(id(record), (record, None))
                if isinstance(records, _Given):
                    plugin = records.plugin
                found.append((record, plugin))
        return [(record, plugin) for record, plugin in found if plugin is not None]

    def named(self, manager: pluggy.PluginManager, name: str) -> tuple[Any, Plugin] | None:
        """The gate of a family, from the first plugin that has one of this name, and that plugin."""
        self._wanted = name
        found = getattr(manager.hook, NAMED)(name=name)
        return None if found is None else self._of[id(found)]

    def try_named(self, manager: pluggy.PluginManager) -> None:
        """Ask each plugin for a gate by a name that nobody has, so that one that fails at any is noted."""
        self._wanted = NOBODYS
        for each in getattr(manager.hook, NAMED).get_hookimpls():
            begun = each.function(*[NOBODYS for _ in each.argnames])
            if each.wrapper or each.hookwrapper:
                next(begun)
                with suppress(StopIteration):
                    begun.send(pluggy.Result(None, None) if each.hookwrapper else None)

    def _stand_in(
        self, hook: str, implementation: Any, plugin: Plugin, limit: float
    ) -> Callable[..., Any]:
        """What pluggy calls in place of an implementation."""
        function = implementation.function
        kind = KINDS.get(hook.removeprefix(PREFIX))
        if implementation.wrapper or implementation.hookwrapper:
            return self._wrapper(
                function, hook, kind, plugin, limit, old=implementation.hookwrapper
            )
        if kind is None:

            def one(*arguments: Any) -> Any:
                with self.guarded(plugin, limit, f"{hook} failed for '{self._wanted}'"):
                    return self._gate(function(*arguments), hook, plugin)
                return None

            return one

        def several(*arguments: Any) -> list[Any]:
            given = _Given([], plugin)
            with self.guarded(plugin, limit, f"{hook} failed"):
                for record in self._right(function(*arguments), hook, kind, plugin):
                    given.append(record)
                    self._of.setdefault(id(record), (record, plugin))
            return given

        return several

    def _wrapper(
        self,
        function: Callable[..., Any],
        hook: str,
        kind: HookKind | None,
        plugin: Plugin,
        limit: float,
        *,
        old: bool,
    ) -> Callable[..., Generator[None, Any, Any]]:
        """A wrapper, of pluggy's new kind or its old one, each half of it in a guard."""

        def run(*arguments: Any) -> Generator[None, Any, Any]:
            running: Any = None
            with self.guarded(plugin, limit, f"{hook} failed, as a wrapper"):
                begun = function(*arguments)
                next(begun)
                running = begun
            given = yield
            if running is None:
                return given
            result = given
            with self.guarded(plugin, limit, f"{hook} failed, as a wrapper"):
                try:
                    running.send(given)
                except StopIteration as stop:
                    result = given if old else self._wrapped(stop.value, given, hook, kind, plugin)
                else:
                    plugin.note(f"{hook} yields twice; a wrapper yields once")
                    running.close()
            return result

        return run

    def _wrapped(
        self, result: Any, given: Any, hook: str, kind: HookKind | None, plugin: Plugin
    ) -> Any:
        """What a wrapper made of what the others gave."""
        if kind is None:
            return None if result is None else self._gate(result, hook, plugin)
        if not isinstance(result, list) or not all(isinstance(each, list) for each in result):
            plugin.note(f"{hook}, as a wrapper, must give back a list of lists; it is left out")
            return given
        taken = []
        for records in result:
            own = [each for each in records if id(each) not in self._of]
            checked = list(self._right(own, hook, kind, plugin))
            for record in checked:
                self._of[id(record)] = (record, plugin)
            taken.append([each for each in records if id(each) in self._of])
        return taken

    def _right(self, records: Any, hook: str, kind: HookKind, plugin: Plugin) -> Iterator[Any]:
        """Those of some records that are what they should be; the others are noted."""
        names: set[str] = set()
        for count, record in enumerate(records):
            if count == MOST_RECORDS:
                plugin.note(f"{hook} gives more than {MOST_RECORDS} records; the rest is left out")
                return
            if not isinstance(record, kind.classes()):
                wanted = " or ".join(each.__name__ for each in kind.classes())
                plugin.note(f"{hook} gave {a_kind(record)}, not a {wanted}")
                continue
            wrong = [] if plugin.distribution == "gatewright" else kind.wrong(record)
            name = getattr(record, "name", getattr(record, "__name__", "?"))
            for flaw in wrong:
                plugin.note(f"{kind.one} '{name}' is left out: {flaw}")
            if wrong:
                continue
            if name in names:
                plugin.note(f"{hook} gave '{name}' twice; the first counts")
                continue
            names.add(name)
            told = plugin.distribution != "gatewright"
            yield kind.told(record, str(plugin)) if told else record

    def _gate(self, found: Any, hook: str, plugin: Plugin) -> Any:
        if found is None:
            return None
        if not isinstance(found, KINDS["gates"].classes()):
            plugin.note(f"{hook} gave {a_kind(found)} for '{self._wanted}', not a GateSpec")
            return None
        name: str = getattr(found, "name")  # noqa: B009 - of a record of any kind
        if name != self._wanted:
            plugin.note(f"{hook} gave the gate '{name}' for '{self._wanted}'; it is refused")
            return None
        self._of.setdefault(id(found), (found, plugin))
        return found
