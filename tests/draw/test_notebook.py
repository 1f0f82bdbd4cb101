"""Pages for notebooks, and the extension that shows them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest

from gatewright.api.circuits import circuit as circuit_of
from gatewright.api.trained_circuit import TrainedCircuit
from gatewright.draw import notebook
from gatewright.draw.notebook import Page, show
from gatewright.draw.plots.surface import surface
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
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
    page = show(baseline_gates([plugins.gates["xor"]])["xor"])
    assert "<p>Nothing is proved of it.</p>" in page.html
    assert len(cells(page)) == 1


def test_gates_and_circuits_show_themselves(
    gates: Mapping[str, TrainedGate], plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gates["xor"]._repr_html_() == show(gates["xor"]).html

    def refused(*_: object, **__: object) -> None:
        raise UsageError("a <circuit> too large", hint="draw a smaller one")

    monkeypatch.setattr(notebook, "schematic", refused)
    circuit = plugins.circuit("ripple-adder").elaborate({}, plugins.gates)
    told = "<p>a &lt;circuit&gt; too large; draw a smaller one</p>"
    assert circuit._repr_html_() == told
    assert TrainedCircuit(circuit, gates)._repr_html_() == told
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


def test_a_circuit_with_registers_is_drawn() -> None:
    counter = circuit_of("counter", bits=2)
    for shown in (counter, counter.train()):
        assert shown._repr_html_().count('class="gw-register"') == 2
