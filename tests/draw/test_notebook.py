"""Pages for notebooks, and the extension that shows them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gatewright.circuits.spec import Circuit
from gatewright.draw import notebook
from gatewright.draw.notebook import Page, load_ipython_extension, show
from gatewright.draw.plots.surface import surface
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import plain_gates
from gatewright.plugins.manager import Plugins


def cells(page: Page) -> list[list[list[str]]]:
    """The cells of every table of a page, by row."""
    root = ET.fromstring(f"<page>{page.html}</page>")  # noqa: S314 - our own text
    return [
        [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
        for table in root.iter("table")
    ]


def test_a_gate_with_its_table_its_datasheet_and_its_surface(
    gates: Mapping[str, TrainedGate],
) -> None:
    gate = gates["half-adder"]
    page = show(gate)
    assert page._repr_html_() == page.html
    truth, proved = cells(page)
    assert truth[0] == ["a", "b", "carry", "sum", "learned carry", "learned sum"]
    assert truth[1:] == [
        ["0", "0", "0", "0", "0.0000", "0.0000"],
        ["0", "1", "0", "1", "0.0000", "1.0000"],
        ["1", "0", "0", "1", "0.0000", "1.0000"],
        ["1", "1", "1", "0", "1.0000", "0.0000"],
    ]
    found = {name: value for name, value, _ in proved[1:]}
    assert (found["VIL"], found["VOH"], found["noise margin"]) == ("0.45", "1", "0.45")
    assert surface(gate).svg in page.html


def test_a_gate_of_which_nothing_is_proved(plugins: Plugins) -> None:
    page = show(plain_gates([plugins.gates["xor"]])["xor"])
    assert "<p>Nothing is proved of it.</p>" in page.html
    assert len(cells(page)) == 1


class Formatter:
    """As much of IPython's as an extension uses."""

    def __init__(self) -> None:
        self.known: dict[type, Callable[[Any], str]] = {}

    def for_type(self, kind: type, show_: Callable[[Any], str]) -> None:
        self.known[kind] = show_


def test_the_extension_shows_gates_and_circuits(
    gates: Mapping[str, TrainedGate], plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = Formatter()
    formatters = SimpleNamespace(formatters={"text/html": html})
    load_ipython_extension(SimpleNamespace(display_formatter=formatters))
    assert set(html.known) == {TrainedGate, Circuit}
    assert html.known[TrainedGate](gates["xor"]) == show(gates["xor"]).html

    def refused(*_: object, **__: object) -> None:
        raise UsageError("a <circuit> too large", hint="draw a smaller one")

    monkeypatch.setattr(notebook, "schematic", refused)
    circuit = plugins.circuit("ripple-adder").elaborate({}, plugins.gates)
    told = html.known[Circuit](circuit)
    assert told == "<p>a &lt;circuit&gt; too large; draw a smaller one</p>"
    with pytest.raises(UsageError):
        show(circuit)


def test_a_circuit_is_its_schematic(plugins: Plugins) -> None:
    pytest.importorskip("py_mini_racer")
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    page = show(circuit)
    assert page.html.lstrip().startswith("<svg")
    assert "ripple-adder --bits 2" in page.html


def test_importing_it_teaches_nobody_anything() -> None:
    script = "import sys, gatewright.draw.notebook; print('IPython' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_circuit_that_cannot_be_drawn_shows_nothing(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UsageError("too large")

    circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    monkeypatch.setattr(notebook, "schematic", refuse)
    assert notebook._svg(circuit) is None
