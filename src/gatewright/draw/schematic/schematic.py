"""A circuit as a schematic: gates in their ANSI shapes, wires at right angles, ports named.

The last step: `groups` says what is drawn as one thing, `sheet` which wires join them, `shapes` how they look,
`layout` where they go, and `svg` writes it down.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> divider = plugins.circuit("divider").elaborate({"bits": 64}, plugins.gates)
    >>> schematic(divider.netlist, depth=3)
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: divider would be drawn as 2584 symbols, more than 500; give a smaller depth
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist, refuse_memories
from gatewright.draw.picture import Picture
from gatewright.draw.schematic.groups import groups
from gatewright.draw.schematic.layout import OPTIONS, lay_out
from gatewright.draw.schematic.order import order
from gatewright.draw.schematic.sheet import Item, Sheet, sheet
from gatewright.draw.schematic.svg import Place, Placed, draw, stub_texts
from gatewright.draw.schematic.symbols import SMALL, STUB, lengthened, stacked, text_width
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate

MOST_SYMBOLS = 500
"""Most symbols on a sheet: more take long to place, and nobody could read them."""

FEW_SYMBOLS, MOST_TIDY = 40, 3000
"""Of Brandes and Köpf's placement wires are straightest. From some 40 symbols on, network simplex halves the
page; its time grows with the square of the levels times the wires, 10 s at 5 000."""

FAR = 10_000
"""Between the places by which the layout is told which way wires run: more than any symbol is wide."""


def schematic(
    netlist: Netlist,
    *,
    title: str = "",
    gates: Mapping[str, TrainedGate] | None = None,
    signals: Mapping[str, float] | None = None,
    depth: int | None = None,
) -> Picture:
    """Draw a circuit.

    Args:
        netlist: the circuit.
        title: above it; by default its name.
        gates: those that are trained; they get a mark, and their noise margin as a tooltip.
        signals: the raw activation of every net; wires are coloured by the bits they stand for.
        depth: levels of blocks and runs that are seen, 1 for the outermost; by default all of a circuit of
            up to 200 gates and 16 bits, one of a larger.

    Raises:
        NetlistError: it is not a circuit, or has memories.
        UsageError: it would be too large to read; or mini-racer is not installed.
    """
    refuse_memories(netlist, "a drawing")
    levels = compile_netlist(cut(netlist)).depth
    parts = groups(netlist, depth)
    if len(parts) > MOST_SYMBOLS:
        hint = "give a smaller depth" if depth and depth > 1 else "draw a smaller circuit"
        raise UsageError(
            f"{netlist.name} would be drawn as {len(parts)} symbols, more than {MOST_SYMBOLS}",
            hint=hint,
        )
    page = sheet(netlist, parts)
    for item in page.items:
        _make_room(item, page, signals)
    placed = _placed(page, lay_out(_graph(page, levels)))
    return Picture(draw(placed, netlist, title or netlist.name, gates or {}, signals))


def _make_room(item: Item, page: Sheet, signals: Mapping[str, float] | None) -> None:
    """Lengthen the lines at output pins to make room for their labels."""
    texts = stub_texts(item, page, signals)
    if any(texts):
        widest = max(text_width(text, SMALL) for text in texts)
        item.symbol = lengthened(item.symbol, max(0, widest + 8 - STUB))
    if item.several:
        item.symbol = stacked(item.symbol, item.note)


def _graph(page: Sheet, levels: int) -> dict[str, Any]:
    """What ELK is to place, and how, so that it takes about a second at most."""
    nodes: list[dict[str, Any]] = []
    for number, item in enumerate(page.items):
        symbol = item.symbol
        ports = [
            {
                "id": f"{number}.{place}",
                "x": pin.x,
                "y": pin.y,
                "layoutOptions": {"elk.port.side": pin.side},
            }
            for place, pin in enumerate((*symbol.inputs, *symbol.outputs))
        ]
        nodes.append(
            {
                "id": str(number),
                "width": symbol.width,
                "height": symbol.height,
                "ports": ports,
                "layoutOptions": {"elk.portConstraints": "FIXED_POS"},
            }
        )
    edges = [
        {
            "id": f"{number}-{place}",
            "sources": ["{}.{}".format(*wire.source)],
            "targets": ["{}.{}".format(*sink)],
        }
        for number, wire in enumerate(page.wires)
        for place, sink in enumerate(wire.sinks)
    ]
    tidy = len(page.items) > FEW_SYMBOLS and levels * len(edges) <= MOST_TIDY
    options = {
        **OPTIONS,
        "elk.layered.thoroughness": str(max(5, min(20, 3000 // max(1, len(edges))))),
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX" if tidy else "BRANDES_KOEPF",
    }
    if any(item.kind == "register" for item in page.items):
        options["elk.layered.cycleBreaking.strategy"] = (
            "INTERACTIVE"  # by the places that are given
        )
        for node, place in zip(nodes, order(page), strict=True):
            node["x"] = FAR * place
    return {"id": "sheet", "layoutOptions": options, "children": nodes, "edges": edges}


def _placed(page: Sheet, graph: Mapping[str, Any]) -> Placed:
    places = tuple(
        Place(item, _whole(node["x"]), _whole(node["y"]))
        for item, node in zip(page.items, graph["children"], strict=True)
    )
    lines: list[list[list[tuple[int, int]]]] = [[] for _ in page.wires]
    for edge in graph["edges"]:
        for section in edge["sections"]:
            points = [section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]]
            lines[int(edge["id"].partition("-")[0])].append(
                [(_whole(point["x"]), _whole(point["y"])) for point in points]
            )
    return Placed(page, places, tuple(lines), _whole(graph["width"]), _whole(graph["height"]))


def _whole(length: float) -> int:
    """The nearest whole pixel; halves are rounded up, so that aligned things stay aligned."""
    return int(length + 0.5)
