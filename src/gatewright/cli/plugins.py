"""``circuits plugins``: every plugin, what it gives, and whether it is healthy."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption

if TYPE_CHECKING:
    from gatewright.plugins.plugin import Plugin


def plugins(json: JsonOption = False) -> None:
    """List every plugin, what it gives, and whether it is healthy."""
    found = session.load().plugins
    if json:
        output.emit_json("plugins", plugins=list(map(_as_json, found)))
        return
    rows = [row for plugin in found for row in _rows(plugin)]
    output.say(*output.table(("plugin", "version", "state", "gives"), rows))
    for plugin in found:
        for problem in plugin.problems:
            output.say(f"{output.bad(plugin.name)}: {plugin.told(problem)}")
    output.next_step("circuits gates")


def _rows(plugin: Plugin) -> Iterator[tuple[str, ...]]:
    """A row of the table; more, with nothing else in them, where it gives much."""
    from gatewright.plugins.hooks import KINDS

    counts = [
        f"{len(names)}\N{NO-BREAK SPACE}{KINDS[kind].one if len(names) == 1 else kind}"
        for kind, names in plugin.gives.items()
    ]
    told = textwrap.wrap(", ".join(counts), _GIVES)
    first, *rest = [line.replace("\N{NO-BREAK SPACE}", " ") for line in told] or [""]
    yield plugin.name, plugin.version, plugin.state, first
    for line in rest:
        yield "", "", "", line


_GIVES = 40
"""Columns for what a plugin gives, so that the table fits a terminal."""


def _as_json(plugin: Plugin) -> dict[str, Any]:
    """A plugin as plain values: what it gives of every kind, also where that is nothing."""
    from gatewright.plugins.hooks import KINDS

    plain = dataclasses.asdict(plugin)
    del plain["gives"]
    return plain | {kind: plugin.given(kind) for kind in KINDS} | {"state": plugin.state}
