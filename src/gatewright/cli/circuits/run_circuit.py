"""``circuits run``: one pattern through a circuit of trained gates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.options import (
    CircuitAndValues,
    JsonOption,
    LibraryOption,
    NoiseOption,
    SeedOption,
    SignalOption,
    StoreOption,
)
from gatewright.errors import UsageError
from gatewright.text import nearest

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Netlist


def run(
    words: CircuitAndValues,
    signal: SignalOption = "raw",
    noise: NoiseOption = 0.0,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a circuit of trained gates on one value for each bus."""
    from gatewright.circuits.simulate.run import run as run_circuit

    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit = circuit_words.elaborate(plugins, asked, library)
    values = read_values(circuit.netlist, asked.values)
    specs = list(circuit.netlist.gates.values())
    gates = session.ready_gates(specs, session.open_store(store), seed)
    with output.Progress("running"):
        result = run_circuit(circuit, gates, values, signal=signal, noise=noise, seed=seed)
    right = result.outputs == result.wanted
    if json:
        output.emit_json(
            "run",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            inputs=values,
            outputs=dict(result.outputs),
            wanted=dict(result.wanted),
            raw={bus: list(bits) for bus, bits in result.raw.items()},
            correct=right,
        )
    else:
        hexadecimal = all(map(is_hexadecimal, asked.values.values())) and bool(asked.values)
        output.say(output.assignments(written(result.outputs, hexadecimal)))
        if not right:
            wanted = output.assignments(written(result.wanted, hexadecimal))
            output.say(f"{output.bad('wrong')}: should be {wanted}")
    if not right:
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits compose {circuit.title}")


def is_hexadecimal(text: str) -> bool:
    """Whether a number is given in hexadecimal digits."""
    return text.strip().lstrip("+-").lower().startswith("0x")


def written(values: Mapping[str, int | None], hexadecimal: bool) -> dict[str, int | str]:
    """Values as they are shown: as those that were given, if all were hexadecimal; ``?`` where there is none."""
    return {
        bus: "?" if value is None else f"{value:#x}" if hexadecimal else value
        for bus, value in values.items()
    }


def read_values(netlist: Netlist, given: Mapping[str, str]) -> dict[str, int]:
    """A value for every input bus, those not given from their defaults."""
    from gatewright.logic.numerals import cut, whole_number

    buses = {bus.name: bus for bus in netlist.inputs}
    for name in given:
        if name not in buses:
            near = nearest(name, buses)
            hint = f"did you mean {near}=?" if near else f"its inputs are {', '.join(buses)}"
            raise UsageError(f"circuit '{netlist.name}' has no input '{name}'", hint=hint)
    values = {}
    for name, bus in buses.items():
        most = 2**bus.width - 1
        if name not in given:
            if bus.default is None:
                raise UsageError(
                    f"input '{name}' has no value",
                    hint=f"give one from 0 to {_short(most, bus.width)}, as in {name}=1",
                )
            values[name] = bus.default
            continue
        value = whole_number(given[name], name)
        if value is None:
            raise UsageError(
                f"{name}={cut(given[name])} is not a whole number",
                hint=f"as in {name}=5, {name}=0x5 or {name}=0b101"
                + (
                    "; values over time go into a file: --stimulus FILE"
                    if netlist.registers
                    else ""
                ),
            )
        if not 0 <= value <= most:
            raise UsageError(
                f"{name}={cut(given[name])} does not fit {bus.width} bit{'s' if bus.width > 1 else ''}",
                hint=f"give 0 to {_short(most, bus.width)}",
            )
        values[name] = value
    return values


def _short(most: int, width: int) -> str:
    return str(most) if width <= 64 else f"2**{width} - 1"
