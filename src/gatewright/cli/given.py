"""The commands that plugins give: listed from what they say of themselves, imported when they are run.

Example:
    >>> [command.name for command in commands(["train"])][:1]
    ['reproduce']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gatewright.cli import session

if TYPE_CHECKING:
    from gatewright.plugins.command import Command


def commands(ours: Iterable[str]) -> Iterator[Command]:
    """The commands that plugins give, with heading and example; not those that have the name of one of ours."""
    found, taken = session.load("commands").commands, set(ours)
    for name, command in found.items():
        if name not in taken:
            yield replace(
                command,
                heading=command.heading or found.provider(name).name,
                example=command.example or f"circuits {name}",
            )


def add(application: Any, name: str) -> str:
    """Add the command that is to be run to an application, if a plugin gives it; the plugin, in words.

    Raises:
        UsageError: its app cannot be had.
    """
    found = session.load("commands").commands
    if name not in found:
        return ""
    import typer

    from gatewright.errors import UsageError, failure
    from gatewright.interrupts import users
    from gatewright.kinds import at

    whose, place = str(found.provider(name)), found[name].app
    try:
        with session.prints_elsewhere():  # the result is what it prints when it runs
            app = at(place)
            if not isinstance(app, typer.Typer):
                raise TypeError(f"{place} is a {type(app).__name__}, not a typer.Typer")
            command = typer.main.get_command(app)
    except BaseException as error:
        if users(error):
            raise
        raise UsageError(
            f"command '{name}' of plugin {whose} cannot be run: {failure(error)}",
            hint="tell its author, or install what it needs",
        ) from error
    command.name = name
    application.add_command(command, name)
    return whose
