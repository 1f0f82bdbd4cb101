"""Gates and circuits in notebooks: truth table, what is proved and surface of the one, schematic of the other.

Notebooks ask gates and circuits for ``_repr_html_``, which gives `page`. `show` gives the page itself.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("nor", lambda a, b: 1 - (a | b), inputs="ab", outputs="y"))
    >>> page = show(gate)
    >>> "<td>0.0000</td>" in page.html, "<td>noise margin</td><td>0.45</td>" in page.html, "<svg" in page.html
    (True, True, True)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatewright.circuits.circuit import Circuit
from gatewright.draw.plots.surface import MOST_INPUTS, surface
from gatewright.draw.schematic.schematic import schematic
from gatewright.errors import GatewrightError
from gatewright.gates.datasheet import Datasheet
from gatewright.gates.trained import TrainedGate
from gatewright.records import dataclass
from gatewright.text import markup

MOST_ROWS = 64
"""Most rows of a truth table that are shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a notebook shows of a gate or a circuit.

    Attributes:
        html: a part of a document.
    """

    html: str

    def _repr_html_(self) -> str:
        """What a notebook asks for."""
        return self.html


def show(thing: TrainedGate | Circuit, gates: Mapping[str, TrainedGate] | None = None) -> Page:
    """A trained gate or a circuit as a page.

    Args:
        thing: to be shown.
        gates: trained ones of a circuit, which are marked as learned.

    Raises:
        UsageError: a circuit too large to be drawn; or what places its gates is not installed.
    """
    if isinstance(thing, Circuit):
        return Page(schematic(thing.netlist, title=thing.title, gates=gates).svg)
    spec, sizes = thing.spec, "-".join(map(str, thing.architecture.sizes))
    parts = [
        f"<h3>{markup(spec.name)}</h3>",
        f"<p>a {sizes} network of {thing.architecture.parameters} parameters</p>",
        _truth(thing),
        _proved(thing.datasheet),
    ]
    if len(spec.table.inputs) <= MOST_INPUTS:
        parts.append(surface(thing).svg)
    return Page(f'<div class="gatewright">{"".join(parts)}</div>')


def page(thing: TrainedGate | Circuit, gates: Mapping[str, TrainedGate] | None = None) -> str:
    """The page, or why there is none: an error here would be shown as a fault of the notebook."""
    try:
        return show(thing, gates).html
    except GatewrightError as error:
        return f"<p>{markup(str(error))}</p>"


def _truth(gate: TrainedGate) -> str:
    table, learned = gate.spec.table, gate.learned()
    header = (*table.inputs, *table.outputs, *(f"learned {port}" for port in table.outputs))
    rows = []
    for place in range(min(table.rows, MOST_ROWS)):
        exact = (
            str(bit) if known else "–"
            for bit, known in zip(table.values[place], table.care[place], strict=True)
        )
        raw = (f"{value:.4f}" for value in learned[place])
        rows.append((*map(str, table.patterns[place]), *exact, *raw))
    more = f"<p>and {table.rows - MOST_ROWS} more rows</p>" if table.rows > MOST_ROWS else ""
    return _table(header, rows) + more


def _proved(data: Datasheet | None) -> str:
    if data is None:
        return "<p>Nothing is proved of it.</p>"
    rows = (
        ("VIL", f"{data.vil:g}", "highest input that counts as 0"),
        ("VIH", f"{data.discipline.vih:g}", "lowest input that counts as 1"),
        ("VOL", f"{data.vol:g}", "highest output for a 0"),
        ("VOH", f"{data.discipline.voh:g}", "lowest output for a 1"),
        ("noise margin", f"{data.noise_margin:g}", "VIL − VOL"),
        ("largest", f"{data.widest:.4f}", "the widest that can be proved"),
        ("weight tolerance", f"{data.weight_tolerance * 100:.2f} %", "error all weights may have"),
    )
    return _table(("proved", "value", "meaning"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{markup(cell)}</th>" for cell in header)
    body = "".join(
        f"<tr>{''.join(f'<td>{markup(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
