"""``circuits list``: every circuit builder and its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, output, session
from gatewright.cli.options import JsonOption
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Bus
    from gatewright.circuits.spec import CircuitSpec
    from gatewright.plugins.manager import Plugins


def list_circuits(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[CIRCUIT]",
            autocompletion=complete.circuits,
            help="Show this one: its parameters, its ports and an example.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List every circuit and its parameters."""
    plugins = session.load("gates", "circuits")
    if name is not None:
        _one(plugins, name, json=json)
        return
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
        _say(spec)
        output.say("")
    output.next_step("circuits list ripple-adder")


def _say(spec: CircuitSpec) -> None:
    """A circuit and its parameters."""
    output.say(output.bold(spec.name))
    output.say(*output.wrapped(f"  {spec.summary}", 76, below="  "))
    for each in spec.parameters:
        option = f"--{each.name} {each.default}"
        told = f"  {option:<22}{each.summary} ({each.bounds})"
        output.say(*output.wrapped(told, 78, below=" " * 24))


def _one(plugins: Plugins, name: str, *, json: bool) -> None:
    """One circuit: its parameters, its ports at their defaults, and an example."""
    from gatewright.cli import circuit_words

    spec = plugins.circuit(name)
    circuit = circuit_words.elaborate(plugins, circuit_words.Words(name, {}, {}), clocked=True)
    netlist = circuit.netlist
    example = _example(circuit)
    if json:
        ports = {
            what: [
                {"name": bus.name, "bits": bus.width, **_default(bus)}
                for bus in getattr(netlist, what)
            ]
            for what in ("inputs", "outputs")
        }
        about = {
            "name": spec.name,
            "summary": spec.summary,
            "parameters": [each.name for each in spec.parameters],
        }
        output.emit_json("circuit", **about, **ports, example=example)
        return
    _say(spec)
    output.say("")
    rows = [
        (
            bus.name,
            what,
            str(bus.width),
            "" if bus.default is None else f"{bus.default} if not given",
        )
        for what, buses in (("input", netlist.inputs), ("output", netlist.outputs))
        for bus in buses
    ]
    output.say(*output.table(("port", "direction", "bits", ""), rows, right=(2,)))
    output.say("", f"of {circuit.title}: {output.made_of(netlist)}")
    output.say("", f"example: {example}")
    output.next_step(f"circuits compose {circuit.title}")


def _default(bus: Bus) -> dict[str, int]:
    return {} if bus.default is None else {"default": bus.default}


def _example(circuit: Circuit) -> str:
    """A command that computes with it: the largest number that fits on each input, 9 at most."""
    netlist = circuit.netlist
    values = [
        shell_word(f"{bus.name}={min(9 - place % 5, 2**bus.width - 1)}")
        for place, bus in enumerate(netlist.inputs)
        if bus.default is None
    ]
    command = "simulate" if netlist.registers else "run"
    return " ".join(["circuits", command, circuit.title, *values])
