"""What a plugin must be before it is asked: something with hooks that are called as ours, and take what they get.

Example:
    >>> check_extra({"nb": "my_module"})
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: plugin 'nb' is a str, which has no hooks; ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from types import FunctionType

import pluggy

from gatewright.errors import UsageError
from gatewright.plugins import hookspecs
from gatewright.plugins.hooks import PREFIX
from gatewright.plugins.plugin import Plugin
from gatewright.text import a_kind, nearest


def check_extra(extra: Mapping[str, object]) -> None:
    """Refuse what can have no hooks: of a text, a number or a list nothing would ever be asked.

    Raises:
        UsageError: it is that, or is not given by name.
    """
    if not isinstance(extra, Mapping):
        raise UsageError(f"plugins are given as a dict, by name, not as {a_kind(extra)}")
    for name, given in extra.items():
        if not isinstance(name, str) or not name:
            raise UsageError(f"{name!r} is not a name for a plugin", hint="give it a text")
        check_has_hooks(f"plugin '{name}'", given)


def check_has_hooks(what: str, given: object) -> None:
    """Refuse what is neither a module nor an object of a class.

    Raises:
        UsageError: it is none; ``what`` says what it is for.
    """
    if given is None or isinstance(given, _NO_PLUGINS):
        raise UsageError(
            f"{what} is {a_kind(given)}, which has no hooks",
            hint="give the module itself, or an object whose methods are marked with @hookimpl",
        )


_NO_PLUGINS = (str, bytes, int, float, complex, Mapping, Sequence, Set, FunctionType)
"""What is neither a module nor an object of a class that somebody wrote for its hooks."""


def register(manager: pluggy.PluginManager, module: object, plugin: Plugin) -> None:
    """Register a plugin where nothing is called, which looks at what its hooks are called and take.

    Raises:
        PluginValidationError: a hook takes what it is not given.
    """
    try:
        manager.register(module, plugin.name)
    except Exception:
        if manager.has_plugin(plugin.name):  # older pluggy keeps a plugin it refuses
            manager.unregister(name=plugin.name)
        raise
    _check_hooks(manager, module, plugin)


def _check_hooks(manager: pluggy.PluginManager, module: object, plugin: Plugin) -> None:
    """Note hooks that do not exist: a misspelt name would otherwise never be called, in silence."""
    known = [name for name in dir(hookspecs) if name.startswith(PREFIX)]
    implemented = {caller.name for caller in manager.get_hookcallers(module) or ()}
    unmarked = {
        name
        for name in dir(module)
        if name.startswith(PREFIX) and callable(getattr(module, name, None))
    } - implemented
    for name in sorted(implemented - set(known)):
        ends = [each.removeprefix(PREFIX) for each in known]  # what they share is not a likeness
        near = nearest(name.removeprefix(PREFIX), ends)
        plugin.note(
            f"there is no hook '{name}'; "
            + (f"did you mean '{PREFIX}{near}'?" if near else f"there are {', '.join(known)}")
        )
    for name in sorted(unmarked):
        plugin.note(f"'{name}' is not marked with @hookimpl, so it is not called")
