"""The report of a circuit: one page with what it is, what is proved of it, and the circuit itself, alive.

Made of the parts of `verdict`, `live`, `rows` and `gates`. It opens without a network, and the same circuit of
the same gates gives the same bytes.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> from gatewright.circuits.verify.assess import assess
    >>> claims = assess(circuit, gates)
    >>> "<h1>parity-tree --bits 2</h1>" in report(circuit, gates, claims)
    True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gatewright.arrays import Bits
from gatewright.certify.discipline import Discipline
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut, gates_of
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import refuse_memories
from gatewright.circuits.statistics import statistics
from gatewright.circuits.verify.assess import outcome
from gatewright.circuits.verify.rows import rows
from gatewright.circuits.verify.verdict import TABLE, Claim
from gatewright.draw.report.cycles import cycles_part
from gatewright.draw.report.faults import faults_part
from gatewright.draw.report.gates import gates_part
from gatewright.draw.report.live import (
    MOST_GATES,
    controls,
    live_data,
    live_script,
    used_functions,
    wires,
)
from gatewright.draw.report.page import cell, data_block, document, scrolling, svg, table
from gatewright.draw.report.rows import rows_part
from gatewright.draw.report.verdict import SIGNS, verdict_part
from gatewright.draw.schematic.schematic import schematic
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.attempt import Watch
from gatewright.logic.numerals import as_count
from gatewright.version import VERSION

_SECTIONS = {
    "verdict": "Verdict",
    "live": "Live circuit",
    "circuit": "What it is made of",
    "rows": "Inputs and outputs",
    "gates": "Its gates",
}


def report(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    claims: Sequence[Claim],
    *,
    seed: int = 0,
    watch: Watch | None = None,
) -> str:
    """The page, as the text of an HTML file.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates, and for the buffer of its registers.
        claims: what is known of it, as `gatewright.circuits.verify.assess` finds it.
        seed: of random patterns, and of the noise in the page.
        watch: called after every epoch of a training that is run again to be drawn.

    Raises:
        NetlistError: the netlist is not a circuit, or has memories.
    """
    refuse_memories(circuit.netlist, "a report")
    once, clocked = cut(circuit.netlist, restored=True), bool(circuit.netlist.registers)
    discipline = common_discipline(once, gates, claims)
    if clocked:
        start = np.zeros(len(circuit.netlist.input_nets), np.uint8)
        told = cycles_part(circuit, gates, seed=seed)
    else:
        shown = rows(circuit, gates, seed=seed)
        start, told = shown.last, rows_part(circuit, shown, seed=seed)
    parts = {
        "verdict": verdict_part(claims, discipline, clocked=clocked),
        "live": live_part(circuit, gates, start, discipline, seed=seed),
        "circuit": _facts(circuit, gates) + faults_part(circuit.netlist, circuit.title),
        "rows": told,
        "gates": gates_part(once, gates, watch=watch),
    }
    made_by = f"<code>circuits report {cell(circuit.title)}</code>"
    body = (
        _head(circuit, claims),
        "<main>",
        *(
            f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>\n'
            f"{parts[name]}\n</section>"
            for name, title in _SECTIONS.items()
        ),
        "</main>",
        f"<footer>Made by gatewright {cell(VERSION)}: {made_by}. This file is whole: it asks for nothing from "
        "any network.</footer>",
    )
    return document(f"{circuit.title}: report", "\n".join(body), script=_script(once, gates))


def _script(once: Netlist, gates: Mapping[str, TrainedGate]) -> str:
    """What runs in the page; without activations where one cannot, and there is then no live circuit."""
    begin = '\nlive(document.getElementById("live"));\n'
    try:
        return live_script(used_functions(gates[name] for name in once.gates)) + begin
    except UsageError:
        return live_script(()) + begin


def common_discipline(
    once: Netlist, gates: Mapping[str, TrainedGate], claims: Sequence[Claim]
) -> Discipline | None:
    """The discipline that all gates of the circuit meet, if that is proved.

    Args:
        once: the circuit, or one cycle of it.
        gates: a trained gate for each of its gates.
        claims: what is known of the circuit.
    """
    if not any(claim.method == "datasheets" and claim.outcome == "proved" for claim in claims):
        return None
    for each in once.instances:  # all have the same
        data = gates[each.gate].datasheet
        return None if data is None else data.discipline
    return None


def _head(circuit: Circuit, claims: Sequence[Claim]) -> str:
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in _SECTIONS.items())
    alone = ""
    table = any(claim.against == TABLE for claim in claims)  # which says what it should compute
    if circuit.spec.reference is None and circuit.spec.cycle is None and not table:
        alone = (
            '\n<p class="soft">Learned gates were compared with the exact gates of this netlist. '
            "What the netlist should compute, nobody has said: it may be wrong.</p>"
        )
    return f"""<header>
<h1>{cell(circuit.title)}</h1>
<p class="lead soft">{cell(circuit.spec.summary)}, as a circuit of learned gates</p>
<p class="verdict">{SIGNS[outcome(claims)]}</p>{alone}
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>"""


def live_part(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    start: Bits,
    discipline: Discipline | None,
    *,
    seed: int,
) -> str:
    """The circuit to play with, and its schematic, whose wires change with it.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates, and for the buffer of its registers.
        start: the input bits it begins with, without those of registers.
        discipline: what is proved of its gates; none where nothing is.
        seed: of the noise.
    """
    netlist = circuit.netlist
    try:
        picture = schematic(netlist, title=circuit.title, gates=gates)
        drawn = (
            f"<figure>{scrolling(svg(picture), 'schematic')}"
            "<figcaption hidden>Thick wires carry a 1, thin ones a 0.</figcaption></figure>"
        )
    except UsageError as error:
        drawn = f'<p class="soft">There is no schematic here: {cell(error)}.</p>'
    try:
        live_script(used_functions(gates[spec.name] for spec in gates_of(netlist)))
    except UsageError as error:
        return f"<p>It is not run here: {cell(error)}.</p>\n{drawn}"
    if len(netlist.instances) > MOST_GATES:
        command = "simulate" if netlist.registers else "run"
        told = (
            f"<p>It is not run here: of {as_count(len(netlist.instances))} gates a page is too slow, up to "
            f"{as_count(MOST_GATES)} are. Run it with <code>circuits {command} {cell(circuit.title)}</code>.</p>"
        )
        return f"{told}\n{drawn}"
    data = live_data(netlist, gates, start.tolist(), seed=seed, discipline=discipline)
    vil = 0.5 if discipline is None else discipline.vil
    promised = (
        "" if circuit.spec.domain is None else " The circuit promises nothing for some of them."
    )
    stepped = (
        " The clock has every register take what its buffer drives, and begins the next cycle."
        if netlist.registers
        else ""
    )
    return f"""<p data-part="without">The live circuit needs JavaScript; the rest of this page does not.</p>
<p hidden>Press an input bit. Raw activations then run through the trained gates, computed here from their
weights, and nothing is rounded on the way; right is what exact gates give.{promised}{stepped}</p>
<div style="--vil:{(vil + 0.5) * 50:.4g}%;--vih:{(1.5 - vil) * 50:.4g}%">
{controls(data, netlist, discipline)}
{drawn}
{wires(data, netlist)}
</div>
{data_block("gw-data", data)}"""


def _facts(circuit: Circuit, gates: Mapping[str, TrainedGate]) -> str:
    found = statistics(circuit.netlist)
    weights = sum(
        gates[each.gate].architecture.parameters
        for each in cut(circuit.netlist, restored=True).instances
    )
    facts = {
        "gates": found.instances,
        "kinds of gates": len(found.gates),
        "nets": found.nets,
        "levels": len(found.levels),
        "weights": weights,
    }
    if found.registers:
        facts["registers"] = found.registers
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{as_count(value)}</dd></div>" for name, value in facts.items()
    )
    ports = [
        (bus.name, side, str(bus.width), "" if bus.default is None else str(bus.default))
        for side, buses in (("input", found.inputs), ("output", found.outputs))
        for bus in buses
    ]
    return f'<dl class="facts">{listed}</dl>\n' + table(
        ("port", "direction", "bits", "by default"), ports, caption="Ports", numbers=(2, 3)
    )
