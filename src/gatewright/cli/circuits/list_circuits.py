"""``circuits list``: every circuit builder and its parameters."""

from __future__ import annotations

from typing import Any

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
        output.say(output.bold(spec.name))
        output.say(*output.wrapped(f"  {spec.summary}", 76, below="  "))
        for each in spec.parameters:
            option = f"--{each.name} {each.default}"
            told = f"  {option:<22}{each.summary} ({each.bounds})"
            output.say(*output.wrapped(told, 78, below=" " * 24))
        output.say("")
    output.next_step("circuits compose ripple-adder --bits 4")
