"""A command that a plugin adds to ``circuits``.

Example:
    >>> Command("lint-gates", "Look for gates nobody uses.", "my_package.lint:app").heading
    ''
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what ``circuits --help`` says of it, and where its Typer app is.

    The app is imported when the command is run, and by no other command.

    Attributes:
        name: kebab-case, as in ``circuits NAME``.
        summary: one line.
        app: where the `typer.Typer` is, as ``package.module:name``.
        example: one worked example; by default the bare command.
        heading: what it stands under in ``circuits --help``; by default the plugin's name.

    Example:
        >>> Command("bench-gates", "Time every gate.", "my_package.bench:app").example
        ''
    """

    name: str
    summary: str
    app: str
    example: str = ""
    heading: str = ""


def flaws_of_command(command: Command) -> Iterator[str]:
    """What is wrong with a command, as far as can be seen without importing its app."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", command.name):
        yield "its name is not kebab-case"
    if not re.fullmatch(r"[\w.]+:\w+", command.app):
        yield f"its app is {command.app!r}, not 'package.module:name'"
