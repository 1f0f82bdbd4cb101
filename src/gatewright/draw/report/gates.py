"""The gates of a report: what is proved of each, its surface and its training.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> pages = gates_part(circuit.netlist, {"xor": train(plugins.gates["xor"])})
    >>> pages.count("<figure>"), "noise margin" in pages
    (2, True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gatewright.circuits.netlist import Netlist
from gatewright.draw.plots.surface import MOST_INPUTS, surface
from gatewright.draw.plots.training import training
from gatewright.draw.report.page import cell, svg, table
from gatewright.gates.datasheet import FULL_BITS, doubt
from gatewright.gates.library import in_library
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.again import work
from gatewright.gates.training.attempt import Watch
from gatewright.logic.numerals import as_count

MOST_KINDS = 8
"""Most kinds of gates that are drawn, those used most; all are listed."""

MOST_WORK = 1 << 39
"""Most products in a training that is run again: some minutes."""


def gates_part(
    netlist: Netlist, gates: Mapping[str, TrainedGate], *, watch: Watch | None = None
) -> str:
    """A list of all gates, then a part for each of those used most.

    Args:
        netlist: the circuit.
        gates: a trained gate for each of its gates.
        watch: called after every epoch of a training that is run again.
    """
    counts = Counter(each.gate for each in netlist.instances)
    kinds = sorted(counts, key=lambda kind: (-counts[kind], kind))
    if not kinds:
        return "<p>None: it is made of wires alone.</p>"
    doubts = {kind: _doubt(gates[kind]) for kind in kinds}
    parts = [_list(counts, gates, doubts)]
    parts += [_page(gates[kind], doubts[kind], watch) for kind in kinds[:MOST_KINDS]]
    if len(kinds) > MOST_KINDS:
        parts.append(
            f"<p>The other {len(kinds) - MOST_KINDS} are not drawn here; "
            "<code>circuits plot GATE</code> draws any gate.</p>"
        )
    return "\n".join(parts)


def _list(
    counts: Mapping[str, int], gates: Mapping[str, TrainedGate], doubts: Mapping[str, str]
) -> str:
    rows = []
    for kind, wrong in doubts.items():
        gate, data = gates[kind], gates[kind].datasheet
        margin = "none" if data is None or wrong else f"{data.noise_margin:g}"
        size = "-".join(map(str, gate.architecture.sizes))
        weights = as_count(gate.architecture.parameters)
        rows.append((kind, as_count(counts[kind]), size, weights, margin))
    header = ("gate", "instances", "network", "weights", "noise margin")
    return table(header, rows, caption="Gates by kind", numbers=(1, 2, 3, 4))


def _page(gate: TrainedGate, wrong: str, watch: Watch | None) -> str:
    figures = []
    if len(gate.spec.table.inputs) <= MOST_INPUTS:
        figures.append(f"<figure>{svg(surface(gate))}</figure>")
    if in_library(gate.spec):
        figures.append(
            "<p>It was not trained itself: it is made of a gate of its class by changes of weights.</p>"
        )
    elif work(gate) > MOST_WORK:
        figures.append("<p>Its training is too long to be run again and drawn here.</p>")
    else:
        figures.append(f"<figure>{svg(training(gate, watch=watch))}</figure>")
    name = cell(gate.spec.name)
    return (
        f'<article aria-label="{name}"><h3>{name}</h3>\n{datasheet_part(gate, wrong)}\n'
        f'<div class="pair">{"".join(figures)}</div></article>'
    )


def _doubt(gate: TrainedGate) -> str:
    """Why its datasheet is not believed; empty if it is, or if there is none."""
    data = gate.datasheet
    return "" if data is None else doubt(gate.spec, gate.architecture, gate.theta, data)


def datasheet_part(
    gate: TrainedGate,
    wrong: str = "",
    *,
    caption: str = "Datasheet, proved again for this report",
) -> str:
    """What is proved of a gate, as a table.

    Args:
        gate: any.
        wrong: why its datasheet is not believed; empty if it is.
        caption: of the table.
    """
    data = gate.datasheet
    if data is None or wrong:
        told = f": its datasheet {wrong}" if wrong else ""
        return f"<p>Nothing is proved of it{cell(told)}.</p>"
    grid = "as trained" if data.weight_bits == FULL_BITS else "whole numbers times a power of two"
    cuts = f"cut up to {data.depth} times" if data.depth else "none of them cut"
    discipline = data.discipline
    rows = (
        ("noise margin", f"{data.noise_margin:g}", "VIL − VOL: what may be added to any wire"),
        ("VIL, VIH", f"{data.vil:g}, {discipline.vih:g}", "inputs up to here are 0, from here 1"),
        (
            "VOL, VOH",
            f"{data.vol:g}, {discipline.voh:g}",
            "outputs of a 0 at most, of a 1 at least",
        ),
        ("largest margin", f"{data.widest:.4f}", "the widest that can be proved"),
        ("weight tolerance", f"{data.weight_tolerance * 100:.2f} %", "error all weights may have"),
        ("bits a weight", str(data.weight_bits), grid),
        ("largest weight", f"{data.largest_weight:g}", "or bias"),
        ("worst gain", f"{data.worst_gain:.0f}", "bound on output change per input change"),
        ("boxes", str(data.boxes), f"of the proof, {cuts}"),
        ("arithmetic", ", ".join(data.precisions), "that the proof holds for"),
        ("weights", f"{data.digest[:8]}…", "SHA-256 of what this is about"),
    )
    return table(("figure", "value", "meaning"), rows, caption=caption)
