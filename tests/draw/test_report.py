"""The report as a page: what is in it, that it needs nothing beside it, and that no name can break it."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import BUFFER
from gatewright.circuits.faults import generation
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.one_gate import gate_circuit
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.assess import assess, outcome
from gatewright.circuits.verify.verdict import Claim
from gatewright.draw.plots.surface import surface
from gatewright.draw.plots.training import training
from gatewright.draw.report import faults as report_faults
from gatewright.draw.report import gates as report_gates
from gatewright.draw.report import live
from gatewright.draw.report import report as report_module
from gatewright.draw.report.faults import faults_part
from gatewright.draw.report.page import data_block, whole
from gatewright.draw.report.report import report
from gatewright.errors import UsageError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source, read_source
from gatewright.formats.pla.reader import read_pla
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Element:
    """An element of a page that was read back."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Element | str] = []

    def every(self, tag: str, **wanted: str) -> list[Element]:
        found = []
        for child in self.children:
            if isinstance(child, Element):
                names = {name.replace("_", "-"): value for name, value in wanted.items()}
                if child.tag == tag and names.items() <= child.attributes.items():
                    found.append(child)
                found += child.every(tag, **wanted)
        return found

    @property
    def words(self) -> str:
        parts = (each if isinstance(each, str) else each.words for each in self.children)
        return " ".join("".join(parts).split())


class Reader(HTMLParser):
    """Builds the tree, and refuses what is left open or closed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: str) -> Element:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def data_of(page: Element) -> dict[str, Any]:
    (block,) = page.every("script", id="gw-data")
    text = block.children[0]
    assert isinstance(text, str)
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def cells(table: Element) -> list[list[str]]:
    return [
        [cell.words for cell in row.children if isinstance(cell, Element)]
        for row in table.every("tr")
    ]


@pytest.fixture(scope="module")
def adder(plugins: Plugins) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": 4}, plugins.gates)


@pytest.fixture(scope="module")
def text(adder: Circuit, gates: Mapping[str, TrainedGate]) -> str:
    return report(adder, gates, assess(adder, gates))


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return read(text)


def test_it_is_a_page_with_parts_that_are_found(page: Element) -> None:
    (html,) = page.every("html")
    assert html.attributes["lang"] == "en"
    assert page.every("title")[0].words == "ripple-adder --bits 4: report"
    assert [each.words for each in page.every("h1")] == ["ripple-adder --bits 4"]
    assert len(page.every("main")) == len(page.every("nav")) == len(page.every("header")) == 1
    ids = re.findall(r' id="([^"]+)"', "".join(f' id="{each}"' for each in all_ids(page)))
    assert len(ids) == len(set(ids))
    for link in page.every("a"):
        assert link.attributes["href"].removeprefix("#") in ids
    for section in page.every("section"):
        assert section.attributes["aria-labelledby"] in ids


def all_ids(element: Element) -> list[str]:
    found = [element.attributes["id"]] if "id" in element.attributes else []
    for child in element.children:
        if isinstance(child, Element):
            found += all_ids(child)
    return found


def test_headings_go_down_one_level_at_a_time(text: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_verdict_and_what_it_rests_on(page: Element) -> None:
    (part,) = page.every("section", id="verdict")
    assert [claim.words for claim in part.every("li", **{"class": "proved"})] == [
        "trained gates = exact gates✓ proved by datasheets (NM 0.45, 4 instances of 1 gate)",
        "exact gates = integer reference✓ proved exhaustively (512 of 512)",
        "trained gates = integer reference✓ proved exhaustively (512 of 512)",
    ]
    assert "with every wire off by up to ±0.45" in part.words
    assert [each.words for each in page.every("p", **{"class": "verdict"})] == ["✓ Proved"]


def test_what_it_is_made_of(page: Element, gates: Mapping[str, TrainedGate]) -> None:
    (part,) = page.every("section", id="circuit")
    names = [each.words for each in part.every("dt")]
    values = [each.words for each in part.every("dd")]
    weights = 4 * gates["full-adder"].architecture.parameters
    assert dict(zip(names, values, strict=True)) == {
        "gates": "4",
        "kinds of gates": "1",
        "nets": "17",
        "levels": "4",
        "weights": str(weights),
    }
    (ports,) = part.every("table")
    assert cells(ports)[1:] == [
        ["a", "input", "4", ""],
        ["b", "input", "4", ""],
        ["cin", "input", "1", "0"],
        ["sum", "output", "4", ""],
        ["cout", "output", "1", ""],
    ]


def test_a_sample_of_rows_is_named_as_one(page: Element) -> None:
    (part,) = page.every("section", id="rows")
    assert part.every("caption")[0].words == "A sample: 16 of 2^9 patterns, drawn with seed 0"
    rows = cells(part.every("table")[0])[1:]
    assert len(rows) == 16
    for row in rows:
        a, b, cin, total, cout = (int(cell.split()[0]) for cell in row[:5])
        assert a + b + cin == total + 16 * cout
        assert row[5:] == ["✓ right", "0.0000"]


def test_every_row_of_a_small_circuit(plugins: Plugins, gates: Mapping[str, TrainedGate]) -> None:
    circuit = plugins.circuit("parity-tree").elaborate({"bits": 6}, plugins.gates)
    (part,) = read(report(circuit, gates, assess(circuit, gates))).every("section", id="rows")
    rows = cells(part.every("table")[0])[1:]
    assert part.every("caption")[0].words == "Every row"
    assert [row[0] for row in rows] == [f"{value} ({value:06b})" for value in range(64)]
    assert [row[1] for row in rows] == [str(value.bit_count() % 2) for value in range(64)]


def test_rows_outside_the_domain_are_left_out(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    circuit = plugins.circuit("divider").elaborate({"bits": 3}, plugins.gates)
    made = report(circuit, gates, assess(circuit, gates))
    (part,) = read(made).every("section", id="rows")
    inside = circuit.spec.domain is not None
    assert ("The circuit promises nothing for some of them." in made) == inside
    assert ("left out" in part.every("caption")[0].words) == inside
    assert all(row[-2] == "✓ right" for row in cells(part.every("table")[0])[1:])


def test_the_gate_s_figures_and_pictures(
    text: str, page: Element, gates: Mapping[str, TrainedGate]
) -> None:
    gate = gates["full-adder"]
    assert gate.datasheet is not None
    (part,) = page.every("section", id="gates")
    listed, figures = (cells(table) for table in part.every("table"))
    assert listed[1:] == [["full-adder", "4", "3-3-2-2", str(gate.architecture.parameters), "0.45"]]
    found = {name: value for name, value, _ in figures[1:]}
    assert found["largest margin"] == f"{gate.datasheet.widest:.4f}"
    assert found["weight tolerance"] == f"{gate.datasheet.weight_tolerance * 100:.2f} %"
    assert gate.digest.startswith(found["weights"].rstrip("…"))
    for picture in (surface(gate), training(gate)):
        _, _, marks = picture.svg.partition(">")
        assert marks.strip() in text


def test_the_weights_in_the_page_are_the_gate_s(
    page: Element, adder: Circuit, gates: Mapping[str, TrainedGate]
) -> None:
    data = data_of(page)
    (kind,) = data["gates"]
    gate = gates["full-adder"]
    assert np.array(kind["theta"]).tobytes() == np.ascontiguousarray(gate.theta).tobytes()
    assert kind["sizes"] == list(gate.architecture.sizes)
    assert kind["activations"] == list(gate.architecture.activations)
    values = [[int(bit) for bit in column] for column in kind["rows"]]
    assert np.array(values).T.tolist() == adder.netlist.gates["full-adder"].table.values.tolist()
    named = data["nets"]
    placed = {each.outputs: each for each in adder.netlist.instances}
    for _, reads, drives in data["steps"]:
        instance = placed.pop(tuple(named[net] for net in drives))
        assert instance.inputs == tuple(named[net] for net in reads)
    assert not placed
    assert data["margin"] == 0.45


def test_it_needs_nothing_beside_it(text: str, page: Element) -> None:
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"\b(src|srcset|data|action)=", text)
    assert [link.attributes["href"] for link in page.every("link")] == ["data:,"]
    scripts = [each for each in page.every("script") if "type" not in each.attributes]
    assert len(scripts) == 1
    code = scripts[0].children[0]
    assert isinstance(code, str)
    known = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = next(
        each.attributes["content"]
        for each in page.every("meta", http_equiv="Content-Security-Policy")
    )
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{known}'" in policy
    assert "prefers-color-scheme:dark" in text
    assert "prefers-reduced-motion" in text


def test_the_script_and_the_style_are_installed_with_the_package() -> None:
    place = importlib.resources.files("gatewright.draw.report")
    for name in ("live.js", "report.css"):
        words = place.joinpath(name).read_text(encoding="utf-8")
        assert "</" not in words  # it would end its element
        assert "http" not in words


def test_the_same_circuit_gives_the_same_bytes(
    text: str, adder: Circuit, gates: Mapping[str, TrainedGate]
) -> None:
    assert report(adder, gates, assess(adder, gates)) == text
    other = report(adder, gates, assess(adder, gates, seed=1), seed=1)
    assert other != text
    assert data_of(read(other))["seed"] == 1


HOSTILE = """.model <script>alert(1)</script>
.inputs <b>x</b> "y'&amp; </script><script>alert(2)</script>
.outputs <img/src=x/onerror=alert(3)>
.names <b>x</b> "y'&amp; <img/src=x/onerror=alert(3)>
11 1
.end
"""


def test_no_name_of_a_file_becomes_a_part_of_the_page(
    plugins: Plugins, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    path = tmp_path / "evil.blif"
    path.write_text(HOSTILE)
    netlist = read_blif(read_source(path), plugins.gates)
    circuit = file_circuit(netlist, "<i>evil</i>\x00\udc80.blif")
    made = report(circuit, gates, assess(circuit, gates))
    made.encode()
    found = read(made)
    for tag in ("b", "i", "img"):
        assert not found.every(tag)
    assert len(found.every("script")) == 2
    assert [
        button.every("span")[0].words
        for button in found.every("button")
        if "data-input" in button.attributes
    ] == [
        "<b>x</b>",
        "\"y'&amp;",
        "</script><script>alert(2)</script>",
    ]
    assert data_of(found)["nets"][2] == "</script><script>alert(2)</script>"
    for name in ("onerror", "onclick", "onload"):
        assert not has_attribute(found, name)


def test_a_name_that_cannot_be_printed_is_shown_by_its_escapes(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    text = ".model m\n.inputs a\u202e b\n.outputs y\u200b\n.names a\u202e b y\u200b\n11 1\n.end\n"
    netlist = read_blif(Source("f", text.encode()), plugins.gates)
    circuit = file_circuit(netlist, "m.blif")
    made = report(circuit, gates, assess(circuit, gates))
    assert "y\\u200b" in made
    assert not {"\u202e", "\u200b"} & {*made}


def has_attribute(element: Element, name: str) -> bool:
    return name in element.attributes or any(
        has_attribute(child, name) for child in element.children if isinstance(child, Element)
    )


def test_data_cannot_end_their_element() -> None:
    block = data_block("x", {"name": "</script><!--&\u2028"})
    assert block.count("<") == 2
    assert (
        json.loads(block[block.index(">") + 1 : block.rindex("<")])["name"]
        == "</script><!--&\u2028"
    )


def test_gates_of_which_nothing_is_proved(plugins: Plugins) -> None:
    circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    gates = baseline_gates(list(circuit.netlist.gates.values()))
    claims = assess(circuit, gates)
    assert claims[0].outcome == "undecided"
    assert outcome(claims) == "proved"  # by all of its patterns
    found = read(report(circuit, gates, claims))
    assert data_of(found)["margin"] is None
    assert "Nothing is proved of it." in found.every("section", id="gates")[0].words
    assert "nothing about noise" in found.every("section", id="verdict")[0].words


def test_a_datasheet_of_other_weights_is_not_believed(
    adder: Circuit, gates: Mapping[str, TrainedGate]
) -> None:
    gate = gates["full-adder"]
    changed = {"full-adder": replace(gate, theta=-gate.theta)}
    claims = assess(adder, changed)
    assert outcome(claims) == "refuted"
    found = read(report(adder, changed, claims))
    verdict = found.every("section", id="verdict")[0]
    assert "They differ at" in verdict.every("li", **{"class": "refuted"})[0].words
    assert found.every("p", **{"class": "verdict"})[0].words == "✗ Refuted"
    words = found.every("section", id="gates")[0].words
    assert "Nothing is proved of it: its datasheet is of other weights" in words
    rows = cells(found.every("section", id="rows")[0].every("table")[0])[1:]
    assert any(row[-2] == "✗ wrong" for row in rows)


def claim(subject: str, result: Any) -> Claim:
    return Claim(subject, "", "exhaustive", 1, 1, result)


@pytest.mark.parametrize(
    ("results", "whole_outcome"),
    [
        ({"exact": ["proved"], "trained": ["undecided", "proved"]}, "proved"),
        ({"exact": ["sampled"], "trained": ["proved"]}, "sampled"),
        ({"exact": ["proved"], "trained": ["undecided", "sampled"]}, "sampled"),
        ({"exact": ["undecided"], "trained": ["proved"]}, "undecided"),
        ({"exact": ["proved"], "trained": ["proved", "refuted"]}, "refuted"),
    ],
)
def test_what_claims_come_to(results: dict[str, list[str]], whole_outcome: str) -> None:
    claims = [claim(side, each) for side, found in results.items() for each in found]
    assert outcome(claims) == whole_outcome


def test_without_a_schematic_the_report_says_why(
    adder: Circuit, gates: Mapping[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise UsageError("a <schematic> needs something", hint="install it")

    monkeypatch.setattr(report_module, "schematic", refused)
    made = report(adder, gates, assess(adder, gates))
    assert "There is no schematic here: a &lt;schematic&gt; needs something; install it." in made


def test_a_large_circuit_is_shown_by_its_ends_and_a_bar(
    plugins: Plugins, gates: Mapping[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    claims = assess(circuit, gates)
    assert [each.method for each in claims] == ["datasheets", "decision diagrams"]
    found = read(report(circuit, gates, claims))
    assert len(found.every("li", **{"class": "wire"})) == 65
    assert len([each for each in found.every("li") if "data-bar" in each.attributes]) == live.BARS
    assert "level by level" not in found.words
    monkeypatch.setattr(report_module, "MOST_GATES", 63)
    made = report(circuit, gates, claims)
    assert "It is not run here: of 64 gates a page is too slow, up to 63 are." in made
    assert "gw-data" not in made.replace(
        live.live_script(live.used_functions(gates[each] for each in circuit.netlist.gates)), ""
    )


def test_of_many_kinds_of_gates_some_are_drawn(
    plugins: Plugins, gates: Mapping[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = plugins.circuit("divider").elaborate({"bits": 3}, plugins.gates)
    monkeypatch.setattr(report_gates, "MOST_KINDS", 2)
    (part,) = read(report(circuit, gates, assess(circuit, gates))).every("section", id="gates")
    assert [each.words for each in part.every("h3")] == ["mux", "and"]
    assert "The other 4 are not drawn here" in part.words
    assert len(cells(part.every("table")[0])) == 7


def test_a_training_that_takes_long_is_not_run_again(
    plugins: Plugins, gates: Mapping[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 1}, plugins.gates)
    adder = gates["full-adder"]
    recipe = adder.recipe.here()
    work = recipe.epochs * recipe.work_an_epoch(3, 2, 8, recipe.box_radius)
    monkeypatch.setattr(report_gates, "MOST_WORK", work - 1)
    made = report(circuit, gates, assess(circuit, gates))
    assert "Its training is too long to be run again and drawn here." in made
    monkeypatch.setattr(report_gates, "MOST_WORK", work)
    assert "too long" not in report(circuit, gates, assess(circuit, gates))


def test_wires_alone() -> None:
    a = Bus("a", ("a",))
    circuit = file_circuit(Netlist("wire", {}, (a,), (Bus("y", ("a",)),), ()), "wire.blif")
    found = read(report(circuit, {}, assess(circuit, {})))
    assert "None: it is made of wires alone." in found.words
    assert data_of(found)["steps"] == []


def test_of_a_file_it_is_said_that_the_netlist_itself_may_be_wrong(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    text = ".model m\n.inputs a b\n.outputs y\n.names a b y\n11 1\n.end\n"
    circuit = file_circuit(read_blif(Source("f", text.encode()), plugins.gates), "m.blif")
    said = "What the netlist should compute, nobody has said: it may be wrong."
    assert said in read(report(circuit, gates, assess(circuit, gates))).words
    adder = plugins.circuit("ripple-adder").elaborate({"bits": 1}, plugins.gates)
    assert said not in read(report(adder, gates, assess(adder, gates))).words
    # A truth table does say it, and the netlist was compared with it.
    table = read_pla(Source("m.pla", b".i 2\n.o 1\n.type fd\n11 1\n.e\n"), plugins.gates)
    alone = gate_circuit(plugins.gates["and"]).elaborate({}, plugins.gates)
    for it in (file_circuit(table, "m.pla"), alone):
        page = read(report(it, gates, assess(it, gates))).words
        assert said not in page
        assert "exact gates = truth table" in page


def test_values_of_wide_buses_are_cut() -> None:
    assert [whole(7), whole(1 << 64), whole(None)] == ["7", "0x10000000…", "no number"]


def clocked(plugins: Plugins, gates: Mapping[str, TrainedGate], name: str, **given: Any) -> str:
    circuit = plugins.circuit(name).elaborate(given, plugins.gates)
    learned = {**gates, BUFFER.name: train(BUFFER)}
    made: str = report(circuit, learned, assess(circuit, learned))
    return made


def test_a_circuit_with_registers(plugins: Plugins, gates: Mapping[str, TrainedGate]) -> None:
    text = clocked(plugins, gates, "counter", bits=2)
    page = read(text)
    rows = page.every("section", id="rows")[0].every("tr")
    assert [each.words for each in rows[0].children if isinstance(each, Element)] == [
        "cycle",
        "enable",
        "→ count",
        "by integers",
        "farthest raw wire from its bit",
    ]
    assert len(rows) == 17
    assert all("✓ right" in row.words for row in rows[1:])
    assert page.every("button", data_part="clock")[0].words == "Clock"
    assert len(page.every("svg", data_part="waves")) == 1
    assert "registers2" in page.every("section", id="circuit")[0].words
    assert "each cycle begins as clean as the first" in page.every("section", id="verdict")[0].words
    assert "://" not in text


def test_registers_alone(plugins: Plugins, gates: Mapping[str, TrainedGate]) -> None:
    page = read(clocked(plugins, gates, "shift-register", bits=2))
    assert "Why datasheets suffice" in page.every("section", id="verdict")[0].words
    assert "lut1-2" in page.every("section", id="gates")[0].words


def test_a_circuit_that_breaks_its_word_is_shown_to(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    counter = plugins.circuit("counter").elaborate({"bits": 2}, plugins.gates)
    first, *rest = counter.netlist.registers
    flipped = replace(counter.netlist, registers=(replace(first, initial=1), *rest))
    circuit = replace(counter, netlist=flipped)
    learned = {**gates, BUFFER.name: train(BUFFER)}
    claims = assess(circuit, learned)
    assert outcome(claims) == "refuted"
    rows = read(report(circuit, learned, claims)).every("section", id="rows")[0].every("tr")
    assert len(rows) == 2
    assert "✗ wrong: count in cycle 0 should be 0, and was 1" in rows[1].words


def test_patterns_for_stuck_wires_are_told(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(name: str, **parameters: int) -> str:
        circuit = plugins.circuit(name).elaborate(parameters, plugins.gates)
        return faults_part(circuit.netlist, circuit.title)

    assert "2 patterns of its inputs show all 18 faults of wires" in told("ripple-adder", bits=2)
    assert "Of one cycle: " in told("counter", bits=2)
    # Nothing is left to SAT in silence: the page is the same with it and without.
    monkeypatch.setattr(generation, "_MOST_ROUNDS", 0)
    part = told("ripple-adder", bits=6)
    assert "0 patterns of its inputs show 0 of 50 faults" in part
    assert "the other 50, <code>circuits faults ripple-adder --bits 6</code> decides" in part
    monkeypatch.setattr(report_faults, "MOST_GATES", 3)
    assert told("ripple-adder", bits=4) == ""


def test_what_no_pattern_shows_is_told() -> None:
    idle = ".model c\n.inputs a b\n.outputs y\n.names a b n\n11 1\n.names a n y\n1- 1\n-1 1\n.end\n"
    netlist = read_blif(Source("c.blif", idle.encode()), {})
    assert "no pattern shows at all, which is proved" in faults_part(netlist, "c.blif")
