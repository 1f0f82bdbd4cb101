"""Everything of one kind, by name: what comes with the project, and what plugins give besides.

Gates, circuits and recipes are looked up in what `gatewright.plugins.manager.load_plugins` gives. Activations,
losses, optimisers, inits, formats and pictures are also named in recipes and in stored gates, far from any
plugin; they are looked up here, in one place of the process. A name that is not there is asked for once: then
the plugins are loaded (`gatewright.asking`).

Example:
    >>> colours = Provided("colour", GatewrightError, {"red": "#f00"})
    >>> colours["red"]
    '#f00'
    >>> colours["rde"]
    Traceback (most recent call last):
        ...
    gatewright.errors.GatewrightError: no colour 'rde'; did you mean 'red'?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

from gatewright import asking
from gatewright.errors import GatewrightError, Hint, failure
from gatewright.interrupts import users
from gatewright.text import did_you_mean

T = TypeVar("T")

DISABLE = "GATEWRIGHT_DISABLE_PLUGINS"
"""The variable that names plugins to be switched off, a comma between them."""


class Provider(Protocol):
    """A plugin, as far as it matters here."""

    name: str
    distribution: str
    problems: list[str]

    def note(self, problem: str) -> None:
        """Note why it is not healthy."""
        ...


class Provided(Mapping[str, T], Generic[T]):
    """What there is of one kind, by name. Looking up a name that two plugins give is an error.

    Args:
        kind: one of it, in words.
        error: what is raised for a name that is not there, or is there twice.
        built_in: what comes with the project; a plugin cannot give these names again.
        hook: what plugins are asked for when a name is not there, such as ``activations``; they are not asked
            where it is not given.
        listed: whether an error lists all names, as there are few.

    ``named`` may be set to what finds one that is not listed, and what gives it, by its name.
    """

    def __init__(
        self,
        kind: str,
        error: type[GatewrightError],
        built_in: Mapping[str, T] | None = None,
        *,
        hook: str = "",
        listed: bool = True,
    ) -> None:
        self.kind, self._error, self._hook, self._listed = kind, error, hook, listed
        self._built_in: Mapping[str, T] = {} if built_in is None else built_in
        self._entries: dict[str, list[tuple[T, Provider]]] = {}
        self._given_now: list[Provider] = []
        self._asked = not hook
        self._states: Mapping[str, str] = {}
        self.named: Callable[[str], tuple[T, object] | None] | None = None
        self._families: dict[str, tuple[T, object] | None] = {}
        self.changes = 0

    def add(self, spec: T, plugin: Provider) -> bool:
        """Take one record from a plugin; gives whether it is taken.

        The name of one that comes with the project is refused. A name that several give is noted as a problem of
        each of them.
        """
        name: str = getattr(spec, "name")  # noqa: B009 - of a record of any kind
        taken = self._entries.setdefault(name, [])
        # The same plugin, loaded again, gives what it gave before or something newer.
        taken[:] = [each for each in taken if each[1].name != plugin.name]
        self.changes += 1
        self._given_now.append(plugin)
        if name in self._built_in and self._built_in[name] is not spec:
            plugin.note(f"{self.kind} '{name}' comes with Gatewright, and cannot be given again")
            return False
        taken.append((spec, plugin))
        if len(taken) > 1:
            givers = sorted((each for _, each in taken), key=_ours_first)
            problem = (
                f"{self.kind} '{name}' is given by {' and by '.join(map(str, givers))}: "
                f"{'neither' if len(taken) == 2 else 'none'} of them counts"
            )
            for each in givers:
                if each.distribution != "gatewright" and problem not in each.problems:
                    each.note(problem)
        return True

    def contested(self) -> dict[str, T]:
        """Names that several plugins give, each with what one of them gives."""
        return {name: entries[0][0] for name, entries in self._entries.items() if len(entries) > 1}

    def __getitem__(self, name: str) -> T:
        if name in self._built_in:
            return self._built_in[name]
        if name not in self._entries:
            self._ask()
        entries = self._entries.get(name, [])
        if len(entries) == 1:
            return entries[0][0]
        if not entries and (found := self._by_name(name)) is not None:
            return found[0]
        self.check_given_once(name)
        near = Hint(self._near(name), f"no {self.kind}", name=name)
        raise self._error(f"no {self.kind} '{name}'", hint=near)

    def check_given_once(self, name: object) -> None:
        """Refuse a name that several plugins give, wherever it is not a name of what there is.

        Raises:
            GatewrightError: they give it; it names them, and how one is switched off.
        """
        entries = self._entries.get(str(name), [])
        if len(entries) > 1:
            providers = " and ".join(str(plugin) for _, plugin in entries)
            raise self._error(
                f"{self.kind} '{name}' is given by {providers}",
                hint=f"switch one off, as in {DISABLE}={entries[-1][1].name}",
            )

    def _by_name(self, name: str) -> tuple[T, object] | None:
        """One that is not listed, and what gives it."""
        if self.named is None:
            return None
        if name not in self._families:
            self._families[name] = self.named(name)
        return self._families[name]

    def _near(self, name: object) -> str:
        otherwise = f"choose one of {', '.join(self)}" if self._listed else ""
        return did_you_mean(str(name).lower(), self, otherwise)

    def _ask(self) -> None:
        """Have the plugins loaded, once."""
        if not self._asked:
            self._asked = True
            asking.how[-1](self._hook)

    def answered(self, states: Mapping[str, str]) -> None:
        """All plugins have given what they give; they need not be loaded for a name that is not there.

        What one of them gave before, and does not give now, is there no more.

        Args:
            states: by the name of each plugin that is installed, why it gave nothing; empty where it was asked.
        """
        self._asked, self._states = True, states
        for name, entries in list(self._entries.items()):
            kept = [
                (record, plugin)
                for record, plugin in entries
                if plugin.name not in states or any(plugin is each for each in self._given_now)
            ]
            if len(kept) < len(entries):
                self._entries[name] = kept
                self.changes += 1
            if not kept:
                del self._entries[name]
        self._given_now = []

    def gone(self, record: str, whose: str) -> tuple[str, str]:
        """Why there is no more what a plugin once gave, and what to do about it.

        Args:
            record: what it was called.
            whose: the plugin, in words, as `foreign` gave them.
        """
        if givers := [plugin for _, plugin in self._entries.get(record, [])]:
            said = f"and given by {' and '.join(map(str, givers))} now"
            return said, f"switch one off, as in {DISABLE}={givers[-1].name}"
        name = whose[1:].partition("' (")[0]
        if name not in self._states:
            return "which is not here", "install it"
        if self._states[name]:
            return f"which {self._states[name]}", "mend that, or train the gate again"
        return "which does not give it now", "train the gate again"

    def get(self, name: str, default: Any = None) -> Any:
        """One of them, or the default where there is none of this name, or two."""
        return self[name] if name in self else default  # noqa: SIM401 - this is what it says

    def __contains__(self, name: object) -> bool:
        if name in self._built_in:
            return True
        if str(name) not in self._entries:
            self._ask()
        if name in self._entries:
            return len(self._entries[str(name)]) == 1
        return self._by_name(str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        self._ask()
        yield from self._built_in
        for name, entries in self._entries.items():
            if len(entries) == 1 and name not in self._built_in:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def provider(self, name: str) -> Any:
        """The plugin that gives ``name``; none where it came with the project, before any plugin was asked."""
        self[name]
        found = self._entries[name][0] if name in self._entries else self._by_name(name)
        return None if found is None else found[1]

    def foreign(self, name: str) -> str:
        """The plugin that gives ``name``, in words; empty if it comes with the project."""
        return "" if name in self._built_in or name not in self else str(self.provider(name))


def _ours_first(plugin: Provider) -> tuple[bool, str]:
    return plugin.distribution != "gatewright", plugin.name


def at(place: str, here: str | None = None) -> Any:
    """What stands at a place, ``package.module:name``; one that begins with a dot is below ``here``.

    Example:
        >>> at("math:pi")
        3.141592653589793
    """
    module, _, name = place.partition(":")
    return getattr(import_module(module, here), name)


@contextmanager
def blaming(provided: Provided[Any], name: str) -> Iterator[None]:
    """While what a plugin gave is used: an error in its code names it, on one line.

    Raises:
        GatewrightError: it failed.
    """
    try:
        yield
    except GatewrightError:
        raise
    except BaseException as error:
        whose = "" if users(error) else provided.foreign(name)
        if not whose:
            raise  # the user's own; or ours: a fault of the project, which is not to be hidden
        raise GatewrightError(
            f"{provided.kind} '{name}' of plugin {whose} fails: {failure(error)}",
            hint="tell its author",
        ) from error
