"""The live circuit of a report: its weights and nets as data, and the elements that show them.

The script ``live.js``, beside this file, runs raw activations through the trained gates in the page, from
what is written here. Of a clocked circuit that is one cycle; the script keeps its registers from one to the next.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> data = live_data(circuit.netlist, gates, (1, 0, 1), seed=0, discipline=None)
    >>> data["gates"][0]["theta"] == gates["xor"].theta.tolist(), data["steps"][0]
    (True, [0, [0, 1], [3]])
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from gatewright.certify.discipline import Discipline
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.draw.report.page import cell, data_file, scrolling
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import Activation
from gatewright.logic.numerals import counted
from gatewright.text import visible

MOST_GATES = 20_000
"""Of more, a click would be answered too late."""

MOST_WIRES = 160
"""A circuit of more is shown by its inputs, its outputs and a bar for how many wires are how far off."""

AHEAD = 16
"""Cycles that one button runs."""

BARS = 11
"""Bars of a twentieth each; the last is of all wires that are off by a half or more."""


def used_functions(gates: Iterable[TrainedGate]) -> list[Activation]:
    """The activations of some gates, each once."""
    used = (function for gate in gates for function in gate.architecture.functions)
    return list({function.name: function for function in used}.values())


def in_javascript(function: Activation) -> bool:
    """Whether an activation is written as JavaScript, in a way that a page can hold."""
    return bool(function.javascript) and "</" not in function.javascript  # which ends a script


def live_script(activations: Iterable[Activation]) -> str:
    """The script of a page, with these activations: a function ``live`` that is given the part of the page.

    Args:
        activations: those of all gates that the page runs.

    Raises:
        UsageError: one of them is not written as JavaScript.
    """
    functions = {}
    for function in activations:
        if not in_javascript(function):
            raise UsageError(f"{function.name} units are not written as JavaScript")
        functions[function.name] = f"(z) => {function.javascript}"
    entries = "".join(f"\n    {json.dumps(name)}: {text}," for name, text in functions.items())
    return data_file("live.js").replace("ACTIVATIONS = {};", f"ACTIVATIONS = {{{entries}\n  }};", 1)


def live_data(
    netlist: Netlist,
    gates: Mapping[str, TrainedGate],
    start: Sequence[int],
    *,
    seed: int,
    discipline: Discipline | None,
) -> dict[str, Any]:
    """What the script computes with.

    Args:
        netlist: the circuit.
        gates: a trained gate for each of its gates, and for the buffer of its registers.
        start: the input bits it begins with, without those of registers.
        seed: of the noise.
        discipline: what is proved of its gates; none where nothing is.

    Returns:
        ``nets`` by number, inputs first; ``steps``, one an instance, of a gate's number, the nets it reads
        and the nets it drives; ``rows``, of a gate, are the bits of each output, row after row.
    """
    once = cut(netlist, restored=True)
    program = compile_netlist(once)
    names = sorted(program.gates)
    steps = [
        [names.index(step.gate), reads, drives]
        for step in program.steps
        for reads, drives in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True)
    ]
    kinds = []
    for name in names:
        gate, table = gates[name], program.gates[name].table
        kinds.append(
            {
                "name": name,
                "sizes": list(gate.architecture.sizes),
                "activations": list(gate.architecture.activations),
                "restoring": gate.architecture.restoring,
                "theta": gate.theta.tolist(),
                "rows": ["".join(map(str, column)) for column in table.values.T.tolist()],
            }
        )
    numbers = {net: number for number, net in enumerate(program.nets)}
    return {
        "seed": seed,
        "margin": None if discipline is None else discipline.noise_margin,
        "start": list(start),
        "nets": [visible(net) for net in program.nets],  # as the schematic has them
        "inputs": _ports("input", netlist.inputs, numbers),
        "outputs": _ports("output", netlist.outputs, numbers),
        "gates": kinds,
        "steps": steps,
        "clocked": _clocked(netlist, once, program) if netlist.registers else None,
    }


def _clocked(netlist: Netlist, once: Netlist, program: Program) -> dict[str, Any]:
    """What the script keeps from cycle to cycle: the nets that registers drive and take, and their first bits.

    Args:
        netlist: the circuit.
        once: that of one cycle.
        program: the same, compiled.
    """
    numbers = {net: number for number, net in enumerate(program.nets)}
    return {
        "held": [numbers[each.q] for each in netlist.registers],
        "taken": program.outputs[len(netlist.output_nets) :].tolist(),
        "first": [each.initial or 0 for each in netlist.registers],
        "registers": _ports("register", once.inputs[len(netlist.inputs) :], numbers),
    }


def _ports(side: str, buses: Sequence[Bus], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "part": f"{side}-{place}",
            "name": visible(bus.name),
            "nets": [numbers[net] for net in bus.nets],
        }
        for place, bus in enumerate(buses)
    ]


def controls(data: Mapping[str, Any], netlist: Netlist, discipline: Discipline | None) -> str:
    """Inputs, noise, of a clocked circuit its clock, and what comes out."""
    clock, kept = ("", "") if data["clocked"] is None else _time(data["clocked"], netlist)
    return f"""<div class="board" hidden>
{clock}<section aria-labelledby="live-inputs"><h3 id="live-inputs">Inputs</h3>
{"".join(_input(port, bus) for port, bus in zip(data["inputs"], netlist.inputs, strict=True))}
<div class="actions"><button type="button" data-part="random">Random inputs</button></div>
</section>
<section aria-labelledby="live-noise"><h3 id="live-noise">Noise</h3>
<label for="noise">Every wire is off by a draw of its own, up to
<strong class="raw" data-part="level">±0.000</strong></label>
<div class="slider">
<input type="range" id="noise" data-part="noise" min="0" max="0.5" step="0.005" value="0" autocomplete="off">
{_margin(discipline)}</div>
<p data-part="promise"></p>
<label class="check"><input type="checkbox" data-part="whole" autocomplete="off">
<span>all the way: every wire off by exactly that much, up or down</span></label>
<div class="actions"><button type="button" data-part="roll">Draw the noise anew</button></div>
</section>
</div>
<div class="answer-box" hidden>
<div role="status"><p class="answer" data-part="answer"></p>
<p class="verdict-live" data-part="verdict"></p></div>
<dl><div><dt>wrong wires</dt><dd class="raw" data-part="wrong"></dd></div>
<div><dt>farthest from its bit</dt><dd class="raw" data-part="farthest"></dd></div></dl>
</div>
<div hidden><h3>Outputs</h3>
<ul class="group">
{"".join(_output(port, bus) for port, bus in zip(data["outputs"], netlist.outputs, strict=True))}</ul>
</div>
{kept}"""


def _time(clocked: Mapping[str, Any], netlist: Netlist) -> tuple[str, str]:
    """The clock, and below what comes out the registers and the waves."""
    unknown = sum(each.initial is None for each in netlist.registers)
    left = (
        f'<p class="soft small">{counted(unknown, "register")} without an initial value: 0 here.</p>\n'
        if unknown
        else ""
    )
    once = cut(netlist).inputs[len(netlist.inputs) :]
    held = "".join(_output(port, bus) for port, bus in zip(clocked["registers"], once, strict=True))
    return (
        f"""<section aria-labelledby="live-clock"><h3 id="live-clock">Clock</h3>
<p>Cycle <strong class="raw" data-part="cycle">0</strong>; wrong wires in cycles before:
<strong class="raw" data-part="before">0</strong></p>
<div class="actions"><button type="button" data-part="clock">Clock</button>
<button type="button" data-part="ahead" data-times="{AHEAD}">Clock {AHEAD} times, random inputs</button>
<button type="button" data-part="reset">Reset</button></div>
{left}</section>
""",
        f"""<div hidden><h3>Registers</h3>
<p class="soft small">What they hold in this cycle. The clock has them take what their buffers drive, raw.</p>
<ul class="group">
{held}</ul>
</div>
<div hidden><h3>Waves</h3>
<p class="soft small">The last cycles: single wires as what they carry, shaded where exact gates give 1.</p>
{scrolling('<svg class="waves" data-part="waves" role="img"></svg>', "waves")}
</div>""",
    )


def _margin(discipline: Discipline | None) -> str:
    if discipline is None:
        return ""
    margin = discipline.noise_margin
    return f'<span class="margin" style="--at:{margin / 0.5:.4f}">margin {margin:g}</span>\n'


def _input(port: Mapping[str, Any], bus: Bus) -> str:
    buttons = "\n".join(
        f'<button type="button" data-input="{net}" aria-pressed="false"><span class="name">{cell(bit)}'
        '</span> <span class="bit" aria-hidden="true">0</span></button>'
        for bit, net in reversed(list(zip(bus.bits, port["nets"], strict=True)))
    )
    return (
        f'<div class="bus" role="group" aria-label="{cell(bus.name)}"><div class="bus-name">'
        f'<span>{cell(bus.name)}</span> = <span class="value" data-part="{port["part"]}"></span></div>\n'
        f'<div class="bits">{buttons}</div></div>\n'
    )


def _output(port: Mapping[str, Any], bus: Bus) -> str:
    wires = "\n".join(
        _wire(net, bit) for bit, net in reversed(list(zip(bus.bits, port["nets"], strict=True)))
    )
    focus = ' tabindex="0"' if bus.width > 8 else ""  # it scrolls, by keys too
    return (
        f'<li><div class="bus-name"><span>{cell(bus.name)}</span> = '
        f'<span class="value" data-part="{port["part"]}"></span></div>\n'
        f'<ul class="wires"{focus}>{wires}</ul></li>\n'
    )


def _wire(net: int, name: str) -> str:
    return (
        f'<li class="wire" data-net="{net}"><span class="name">{cell(name)}</span> <span class="state">'
        '<span class="bit"></span> <span class="raw"></span> <span class="mark"></span></span>'
        '<span class="track" aria-hidden="true"><span class="dot"></span></span></li>'
    )


def wires(data: Mapping[str, Any], netlist: Netlist) -> str:
    """Every wire, level by level; of a large circuit, how many are how far off."""
    if len(data["nets"]) > MOST_WIRES:
        inside = "".join(_bars())
        return f'<div hidden><h3>Wires by how far they are off</h3>\n<ul class="histogram">{inside}</ul></div>'
    inside = "".join(_levels(data, netlist))
    return (
        '<div hidden><h3>Every wire, level by level</h3>\n<p class="soft small">What each carries, on a line '
        "from −0.5 to 1.5: on the left what counts as 0, on the right what counts as 1.</p>\n"
        f'<div class="levels">{inside}</div></div>'
    )


def _bars() -> Iterator[str]:
    for place in range(BARS):
        low, high = place / 20, (place + 1) / 20
        words = f"{low:g} and more" if place == BARS - 1 else f"{low:.2f} to {high:.2f}"
        yield (
            f'<li data-bar="{place}"><span>{words}</span><span aria-hidden="true"><span class="fill"></span>'
            '</span><span class="raw"></span></li>\n'
        )


def _levels(data: Mapping[str, Any], netlist: Netlist) -> Iterator[str]:
    nets = data["nets"]
    kept = data["clocked"]["registers"] if data["clocked"] else ()
    for what, ports in (("Inputs", data["inputs"]), ("Registers", kept)):
        if ports:
            yield f'<h4>{what}</h4>\n<ul class="level">\n'
            for port in ports:
                inside = "".join(_wire(net, nets[net]) for net in port["nets"])
                yield f'<li><ul class="wires">{inside}</ul></li>\n'
            yield "</ul>\n"
    once = cut(netlist, restored=True)
    numbers = {net: number for number, net in enumerate(compile_netlist(once).nets)}
    drivers = {numbers[each.outputs[0]]: each for each in once.instances}
    level = dict.fromkeys(range(len(once.input_nets)), 0)
    placed = []
    for _, reads, drives in data["steps"]:
        reached = 1 + max((level[net] for net in reads), default=0)
        level.update(dict.fromkeys(drives, reached))
        placed.append((reached, drivers[drives[0]], reads, drives))
    for number, members in groupby(placed, key=lambda each: each[0]):
        yield f'<h4>Level {number}</h4>\n<ul class="level">\n'
        for _, instance, reads, drives in members:
            yield (
                f"<li><strong>{cell(instance.name)}</strong> <span>{cell(instance.gate)}</span>"
                f'<span class="reads small soft">reads {cell(", ".join(nets[net] for net in reads))}</span>'
                f'<ul class="wires">{"".join(_wire(net, nets[net]) for net in drives)}</ul></li>\n'
            )
        yield "</ul>\n"
