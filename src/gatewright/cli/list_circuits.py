"""``circuits list``: every circuit builder and its parameters."""

from __future__ import annotations

import textwrap
from typing import Any

import typer

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption


def list_circuits(json: JsonOption = False) -> None:
    """List every circuit and its parameters."""
    plugins = session.load("gates", "circuits")
    if json:
        rows: list[dict[str, Any]] = [
            {
                "name": spec.name,
                "summary": spec.summary,
                "plugin": plugins.circuits.provider(spec.name).name,
                "parameters": [
                    {
                        "name": each.name,
                        "default": each.default,
                        "summary": each.summary,
                        **(
                            {"choices": list(each.choices)}
                            if each.choices
                            else {"minimum": each.minimum, "maximum": each.maximum}
                        ),
                    }
                    for each in spec.parameters
                ],
            }
            for spec in plugins.circuits.values()
        ]
        output.emit_json("list", circuits=rows)
        return
    for spec in plugins.circuits.values():
        typer.echo(output.bold(spec.name))
        typer.echo(textwrap.indent(textwrap.fill(spec.summary, 74), "  "))
        for each in spec.parameters:
            option = f"--{each.name} {each.default}"
            told = textwrap.wrap(f"{each.summary} ({each.bounds})", 78 - 24)
            typer.echo(f"  {option:<22}{(chr(10) + ' ' * 24).join(told)}")
        typer.echo()
    output.next_step("circuits compose ripple-adder --bits 4")
