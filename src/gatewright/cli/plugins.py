"""``circuits plugins``: every plugin, what it gives, and whether it is healthy."""

from __future__ import annotations

import dataclasses

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption


def plugins(json: JsonOption = False) -> None:
    """List every plugin, what it gives, and whether it is healthy."""
    found = session.load().plugins
    if json:
        rows = [{**dataclasses.asdict(plugin), "state": plugin.state} for plugin in found]
        output.emit_json("plugins", plugins=rows)
        return
    header = ("plugin", "version", "from", "gates", "circuits", "state")
    cells = [
        (
            plugin.name,
            plugin.version,
            plugin.distribution,
            str(len(plugin.gates)),
            str(len(plugin.circuits)),
            plugin.state,
        )
        for plugin in found
    ]
    output.say(*output.table(header, cells, right=(3, 4)))
    for plugin in found:
        for problem in plugin.problems:
            output.say(f"{output.bad(plugin.name)}: {problem}")
    output.next_step("circuits gates")
