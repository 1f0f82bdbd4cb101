"""``circuits plugins``: every plugin, what it gives, and whether it is healthy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption

if TYPE_CHECKING:
    from gatewright.plugins.plugin import Plugin


def plugins(json: JsonOption = False) -> None:
    """List every plugin, what it gives, and whether it is healthy."""
    from gatewright.plugins.hooks import KINDS

    found = session.load().plugins
    if json:
        output.emit_json("plugins", plugins=list(map(_as_json, found)))
        return

    def counted(kind: str, many: int) -> str:
        return f"{many} {KINDS[kind].one if many == 1 else kind}"

    header = ("plugin", "version", "from", "state", "gives")
    cells = [
        (
            plugin.name,
            plugin.version,
            plugin.distribution,
            plugin.state,
            ", ".join(counted(kind, len(names)) for kind, names in plugin.gives.items()),
        )
        for plugin in found
    ]
    output.say(*output.table(header, cells))
    for plugin in found:
        for problem in plugin.problems:
            output.say(f"{output.bad(plugin.name)}: {problem}")
    output.next_step("circuits gates")


def _as_json(plugin: Plugin) -> dict[str, Any]:
    """A plugin as plain values: what it gives of every kind, also where that is nothing."""
    from gatewright.plugins.hooks import KINDS

    plain = dataclasses.asdict(plugin)
    del plain["gives"]
    return plain | {kind: plugin.given(kind) for kind in KINDS} | {"state": plugin.state}
