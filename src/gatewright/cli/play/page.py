"""The page: what can be chosen, what is watched, the certificate, the circuit; and a copy of it for later.

What it is made of lies in ``assets``: ``stage.js`` shows a training, ``play.js`` asks the server for one. The
circuit is alive by ``live.js`` of reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from gatewright.cli.play.asked import MOST_INPUTS, MOST_OUTPUTS
from gatewright.cli.play.wiring import PRESETS

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.cli.play.asked import Asked
    from gatewright.gates.trained import TrainedGate
    from gatewright.learn.activations import Activation
    from gatewright.plugins.manager import Plugins

Wired = tuple["Circuit", Mapping[str, "TrainedGate"], Mapping[str, str]]
"""A circuit, its gates, and where each of them comes from, in words."""

TITLE = "Gates that learn"

_USUAL = ("", "as usual")
_SPEEDS = (
    ("2", "2 a second"),
    ("10", "10 a second"),
    ("100", "100 a second"),
    ("0", "as fast as it goes"),
)


def page(plugins: Plugins, chosen: Mapping[str, Any]) -> str:
    """The page that asks its server.

    Args:
        plugins: all of them, loaded.
        chosen: fields of `gatewright.cli.play.asked.read_asked` that the form begins with.
    """
    from gatewright.draw.report.live import live_script
    from gatewright.draw.report.page import data_block, document

    body = "\n".join(
        (
            _head(
                "Choose a gate, watch a small neural network learn it, see it proved, and wire it up."
            ),
            f'<main class="desk">{_form(plugins)}\n<div class="results">',
            *(asset(f"{part}.html") for part in ("stage", "certificate", "circuit")),
            "</div></main>",
            _foot(
                "The page is served by <code>circuits play</code> on this machine, and by nobody else."
            ),
            data_block("play-data", {"chosen": dict(chosen), "presets": dict(PRESETS)}),
        )
    )
    scripts = (live_script(offered()), *_drawing(), asset("form.js"), asset("play.js"))
    return document(TITLE, body, script="\n".join(scripts), style=asset("play.css"), asks=True)


def copy(
    asked: Asked,
    steps: Sequence[Mapping[str, Any]],
    result: Mapping[str, Any],
    wired: Wired | None,
) -> str:
    """What is on the page, as a page that needs no server.

    Args:
        asked: what was trained.
        steps: moments of the training.
        result: what was told of the gate.
        wired: a circuit of it, if there is one.
    """
    from gatewright.draw.report.live import in_javascript, live_script, used_functions
    from gatewright.draw.report.page import cell, data_block, document

    name = asked.spec.name
    functions: list[Activation] = []
    circuit = ""
    if wired is not None:
        functions = list(filter(in_javascript, used_functions(wired[1].values())))
        circuit = (
            '<section id="circuit" aria-labelledby="circuit-title"><h2 id="circuit-title">In a circuit</h2>\n'
            f'<div data-part="built">{circuit_part(*wired, functions)}</div></section>'
        )
    body = "\n".join(
        (
            _head(
                f"A small neural network learned the gate {cell(name)}. Move the slider to see how."
            ),
            '<main><noscript><p>The pictures of this page need JavaScript.</p></noscript><div class="results">',
            asset("stage.html"),
            asset("certificate.html"),
            circuit,
            "</div></main>",
            _foot(
                "Kept from <code>circuits play</code>. This file is whole: it asks for nothing from any network."
            ),
            data_block("play-data", {"steps": list(steps), "result": dict(result)}),
        )
    )
    scripts = (live_script(functions), *_drawing(), asset("kept.js"))
    return document(f"{TITLE}: {name}", body, script="\n".join(scripts), style=asset("play.css"))


def circuit_part(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    whose: Mapping[str, str],
    functions: Iterable[Activation] | None = None,
) -> str:
    """A circuit with its verdict, alive.

    Args:
        circuit: of gates alone.
        gates: a trained gate for each of its gates.
        whose: where each of them comes from, in words.
        functions: the activations that the page can run; those of the served page where it is not said.
    """
    import numpy as np

    from gatewright.circuits.verify.assess import assess
    from gatewright.draw.report.live import used_functions
    from gatewright.draw.report.page import cell, table
    from gatewright.draw.report.report import common_discipline, live_part
    from gatewright.draw.report.verdict import verdict_part

    netlist = circuit.netlist
    claims = assess(circuit, gates)
    discipline = common_discipline(netlist, gates, claims)
    rows = []
    for name, gate in gates.items():
        margin = "none" if gate.datasheet is None else f"{gate.datasheet.noise_margin:g}"
        rows.append((name, whose[name], "-".join(map(str, gate.architecture.sizes)), margin))
    known = {each.name for each in (offered() if functions is None else functions)}
    lacking = [each.name for each in used_functions(gates.values()) if each.name not in known]
    if lacking:
        alive = f"<p>It is not run here: this page has no {cell(' or '.join(lacking))} units.</p>"
    else:
        start = np.zeros(len(netlist.input_nets), np.uint8)
        alive = live_part(circuit, gates, start, discipline, seed=0)
    header = ("gate", "where it comes from", "network", "noise margin")
    return (
        f"{verdict_part(claims, discipline)}\n"
        f"{table(header, rows, caption='Gates of this circuit', numbers=(3,))}\n{alive}"
    )


def offered() -> list[Activation]:
    """The activations that the page can run; families are not activations before they have a number."""
    from gatewright.draw.report.live import in_javascript
    from gatewright.learn.activations import ACTIVATIONS, Activation

    listed = (ACTIVATIONS[name] for name in ACTIVATIONS)
    return [each for each in listed if isinstance(each, Activation) and in_javascript(each)]


def asset(name: str) -> str:
    """The text of a file of the page, installed beside this module."""
    return files("gatewright.cli.play").joinpath("assets", name).read_text(encoding="utf-8")


def _drawing() -> list[str]:
    return [asset(f"{name}.js") for name in ("surface", "diagrams", "stage")]


def _head(lead: str) -> str:
    return f'<header><h1>{TITLE}</h1>\n<p class="lead soft">{lead}</p></header>'


def _foot(words: str) -> str:
    from gatewright.draw.report.page import cell
    from gatewright.version import VERSION

    return f"<footer>{words} gatewright {cell(VERSION)}</footer>"


def _options(
    values: Iterable[tuple[str, str]], chosen: str = "", layers: Mapping[str, str] | None = None
) -> str:
    """Options of a list, the chosen one selected; some with the layers that are good to watch with them."""
    from gatewright.draw.report.page import cell

    marked = {value: f' data-layers="{cell(each)}"' for value, each in (layers or {}).items()}
    return "".join(
        f'<option value="{cell(value)}"{marked.get(value, "")}{" selected" if value == chosen else ""}>'
        f"{cell(words)}</option>"
        for value, words in values
    )


def _form(plugins: Plugins) -> str:
    """What can be chosen: the gate, how it is trained, how fast."""
    from gatewright.cli.play.again import watched
    from gatewright.learn.inits import INITS
    from gatewright.learn.losses import LOSSES
    from gatewright.learn.optimisers import OPTIMISERS

    gates = {
        name: watched(len(spec.table.inputs)).layers or ""
        for name, spec in plugins.gates.items()
        if len(spec.table.inputs) <= MOST_INPUTS and len(spec.table.outputs) <= MOST_OUTPUTS
    }
    inputs = {str(count): watched(count).layers or "" for count in range(1, MOST_INPUTS + 1)}
    first = watched(2)
    own = [("", "my truth table"), (":", "my formula")]
    optimisers = [(name, getattr(OPTIMISERS[name], "title", name)) for name in OPTIMISERS]

    def same(names: Iterable[str]) -> list[tuple[str, str]]:
        return [(name, name) for name in names]

    return Template(asset("form.html")).substitute(
        gates=_options(same(gates), "xor", gates),
        own=_options(own, layers={":": inputs[str(MOST_INPUTS)]}),
        layers=first.layers,
        inputs=_options(same(inputs), "2", inputs),
        outputs=_options(same(map(str, range(1, MOST_OUTPUTS + 1)))),
        activations=_options(
            [_USUAL, *same(each.name for each in offered())], first.activations or ""
        ),
        optimisers=_options([_USUAL, *optimisers], first.optimiser or ""),
        losses=_options([_USUAL, *same(LOSSES)]),
        inits=_options([_USUAL, *same(name for name in INITS if name != "fixed")]),
        speeds=_options(_SPEEDS, "100"),
    )
