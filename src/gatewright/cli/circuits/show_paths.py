"""How ways through a circuit are shown: the longest, the cone of a net, and where branches meet again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli import output

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.graphs.paths import Step

MOST_ROWS = 40
"""Most rows of a table that are printed; ``--json`` has them all."""

WIDTH = 80


def critical_path(circuit: Circuit, *, json: bool) -> None:
    """The gates on a longest way, one in each row; with registers, of one cycle."""
    if circuit.netlist.registers:
        _longest_of_a_cycle(circuit, json=json)
        return
    from gatewright.circuits.graphs.paths import critical_path as longest

    steps = longest(circuit.netlist)
    if json:
        _emit("critical-path", circuit, steps=[dataclasses.asdict(each) for each in steps])
        return
    output.say(
        f"{output.bold(circuit.title)}: the longest way passes {output.counted(len(steps), 'gate')}"
    )
    _steps(steps)


def _longest_of_a_cycle(circuit: Circuit, *, json: bool) -> None:
    from gatewright.circuits.graphs.stretches import stretches

    found = stretches(circuit.netlist)
    longest = max(found, key=lambda each: len(each.steps))
    if json:
        _emit(
            "critical-path",
            circuit,
            steps=[dataclasses.asdict(each) for each in longest.steps],
            longest=[dataclasses.asdict(each) for each in found],
        )
        return
    output.say(
        f"{output.bold(circuit.title)}: the longest way of a cycle passes "
        f"{output.counted(len(longest.steps), 'gate')}",
        f"from {longest.begins} {longest.start} to {longest.ends} {longest.end}",
    )
    if longest.steps:
        _steps(longest.steps)
    output.say("", "the longest of each kind", *(f"  {each}" for each in found))


def _steps(steps: Sequence[Step]) -> None:
    rows = [(str(at), each.instance, each.gate, each.net) for at, each in enumerate(steps, 1)]
    _table(("level", "instance", "gate", "net that leads on"), rows)


def cone(circuit: Circuit, net: str, *, json: bool) -> None:
    """What drives a net, and what it drives; with registers, within a cycle."""
    from gatewright.circuits.clocked.cut import cut
    from gatewright.circuits.graphs.paths import cone as found_of

    found = found_of(cut(circuit.netlist), net)
    if json:
        _emit("cone", circuit, **dataclasses.asdict(found))
        return
    output.say(f"{output.bold(circuit.title)}: net {found.net}, driven by {found.driver}")
    for lead, names in (
        ("inputs it depends on", found.inputs),
        ("gates that drive it", found.drives_it),
        ("gates that it drives", found.driven),
        ("outputs that depend on it", found.outputs),
    ):
        shown = ", ".join(names[:MOST_ROWS]) + (" …" if len(names) > MOST_ROWS else "")
        line = f"{lead}: {output.digits(len(names))}{f': {shown}' if names else ''}"
        output.say(*output.wrapped(line, WIDTH, below="  "))


def reconvergence(circuit: Circuit, *, json: bool) -> None:
    """The nets whose branches meet again, one in each row."""
    from gatewright.circuits.clocked.cut import cut
    from gatewright.circuits.graphs.paths import reconvergence as meetings_of

    found = meetings_of(cut(circuit.netlist))
    if json:
        _emit("reconvergence", circuit, meetings=[dataclasses.asdict(each) for each in found])
        return
    nets = output.counted(len(found), "net")
    output.say(f"{output.bold(circuit.title)}: branches of {nets} meet again")
    rows = [
        (each.net, str(each.branches), each.instance, each.gate)
        for each in sorted(found, key=lambda each: -each.branches)
    ]
    if rows:
        _table(("net", "branches", "two meet first at", "gate"), rows, right=(1,))


def _table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (0,)
) -> None:
    """A table; if there are many rows, only the first and the last are printed."""
    if len(rows) > MOST_ROWS:
        left = ["…"] * len(header)
        rows = [*rows[: MOST_ROWS // 2], left, *rows[-MOST_ROWS // 2 :]]
    output.say("", *output.table(header, rows, right=right))


def _emit(schema: str, circuit: Circuit, **fields: Any) -> None:
    about = {"circuit": circuit.spec.name, "parameters": dict(circuit.parameters)}
    output.emit_json(schema, **about, **fields)
