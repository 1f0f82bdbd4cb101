"""Plugins of installed packages, found by their entry points and told about by the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import SpecError
from gatewright.kinds import DISABLE
from gatewright.plugins.manager import load_plugins
from gatewright.plugins.plugin import Plugin

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

WIRE = """
from gatewright import GateSpec, hookimpl

@hookimpl
def gatewright_gates():
    yield GateSpec.from_function("wire", lambda a: a, inputs="a", outputs="y", summary="a wire")
"""


def found(name: str) -> Plugin:
    (plugin,) = (plugin for plugin in load_plugins().plugins if plugin.name == name)
    return plugin


def test_an_installed_plugin_is_found(circuits: Circuits, install: Install) -> None:
    install("acme", WIRE, distribution="acme-gates", version="2.3")
    plugin = found("acme")
    assert (plugin.distribution, plugin.version, plugin.state) == ("acme-gates", "2.3", "healthy")
    assert plugin.given("gates") == ["wire"]
    code, out, err = circuits("plugins")
    assert code == 0
    (row,) = (line.split() for line in out.splitlines() if line.startswith("acme "))
    assert row == ["acme", "2.3", "healthy", "1", "gate"]
    assert "circuits: " not in err
    code, out, err = circuits("train", "wire")
    assert (code, "wire: learned" in out) == (0, True)
    assert circuits("predict", "wire", "1").out.splitlines()[2].split()[:2] == ["y", "1"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ImportError('no module named acme')", "ImportError: no module named acme"),
        ("import no_such_module_anywhere", "ModuleNotFoundError: No module named"),
        ("raise SystemExit('goodbye')", "SystemExit: goodbye"),
        ("import sys; sys.exit(1)", "SystemExit: 1"),
        ("def gatewright_gates(:", "SyntaxError: "),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_plugin_that_fails_on_import(
    circuits: Circuits, install: Install, source: str, reason: str
) -> None:
    install("acme", source)
    (problem,) = found("acme").problems
    assert problem.startswith(f"cannot be loaded: {reason}")
    for words in (["gates", "xor"], ["export", "equality", "--bits", "1"]):
        code, out, err = circuits(*words)
        (line,) = (line for line in err.splitlines() if not line.startswith("next: "))
        assert code == 0
        assert out
        assert line.startswith(
            f"circuits: plugin 'acme' (acme-gates 1.0): cannot be loaded: {reason}"
        )


FAULTS = {
    "raises in its hook": (
        "@hookimpl\ndef gatewright_gates():\n    raise ValueError('no gates today')",
        ["gatewright_gates failed: ValueError: no gates today"],
        [],
    ),
    "raises late": (
        WIRE + "    raise RuntimeError('half way')",
        ["gatewright_gates failed: RuntimeError: half way"],
        ["wire"],
    ),
    "misspells a hook": (
        WIRE.replace("gatewright_gates", "gatewright_gate"),
        ["there is no hook 'gatewright_gate'; did you mean 'gatewright_gates'?"],
        [],
    ),
    "marks no hook": (
        WIRE.replace("@hookimpl", ""),
        ["'gatewright_gates' is not marked with @hookimpl, so it is not called"],
        [],
    ),
    "takes a name": (
        WIRE.replace('"wire"', '"xor"'),
        [
            "gate 'xor' is given by 'builtin-gates' (gatewright {version}) and by 'acme' (acme-gates 1.0): "
            "neither of them counts"
        ],
        [],
    ),
    "gives too wide a table": (
        WIRE + '    yield GateSpec.from_function("wide", lambda *x: 0, '
        'inputs=[f"i{n}" for n in range(17)], outputs="y")',
        [
            "gatewright_gates failed: TableError: a truth table has 1 to 16 inputs, not 17; "
            "build wider functions as circuits of gates"
        ],
        ["wire"],
    ),
    "gives rows of the wrong length": (
        WIRE + "    from gatewright import TruthTable\n"
        '    yield GateSpec("short", TruthTable.from_rows(["01", "1"], "a", "yz"))',
        ["gatewright_gates failed: TableError: row 1 has 1 outputs, expected 2"],
        ["wire"],
    ),
    "has several faults": (
        WIRE + "    yield 7\n    yield 8\n    raise OSError('gone')",
        [
            "gatewright_gates gave an int, not a GateSpec",
            "gatewright_gates gave an int, not a GateSpec",
            "gatewright_gates failed: OSError: gone",
        ],
        ["wire"],
    ),
}


def without_places(text: str) -> list[str]:
    """Lines without the file and line of the plugin that they may end with."""
    return [re.sub(r" \(\S+\.py, line \d+\)$", "", line) for line in text.splitlines()]


@pytest.mark.parametrize(("source", "problems", "gates"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_plugin_is_told_of_and_stops_nothing(
    circuits: Circuits, install: Install, source: str, problems: list[str], gates: list[str]
) -> None:
    from gatewright.version import VERSION

    problems = [problem.format(version=VERSION) for problem in problems]
    install("acme", f"from gatewright import GateSpec, hookimpl\n{source}\n")
    plugin = found("acme")
    assert (plugin.problems, plugin.given("gates"), plugin.state) == (problems, gates, "faulty")
    code, out, err = circuits("compose", "parity-tree", "--bits", "1", "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "proved")
    assert without_places(err) == [
        f"circuits: plugin 'acme' (acme-gates 1.0): {problem}"
        for problem in dict.fromkeys(problems)
    ]
    code, out, _ = circuits("plugins")
    assert code == 0
    for problem in problems:
        assert f"acme: {problem}" in without_places(out)
    (row,) = (line for line in out.splitlines() if line.startswith("acme "))
    assert row.split()[2] == "faulty"
    about = json.loads(circuits("plugins", "--json").out)["plugins"]
    (shown,) = (each for each in about if each["name"] == "acme")
    assert (shown["state"], shown["problems"]) == ("faulty", problems)
    assert (shown["distribution"], shown["version"], shown["gates"]) == ("acme-gates", "1.0", gates)


def test_a_taken_name_is_an_error_only_where_it_is_asked_for(
    circuits: Circuits, install: Install
) -> None:
    from gatewright.version import VERSION

    install("acme", WIRE.replace('"wire"', '"full-adder"'))
    both = f"'builtin-gates' (gatewright {VERSION}) and 'acme' (acme-gates 1.0)"
    for words in (["gates", "full-adder"], ["compose", "ripple-adder"], ["train", "full-adder"]):
        code, out, err = circuits(*words)
        assert (code, out) == (3, "")
        last = err.splitlines()[-1]
        assert last.startswith("circuits: ")
        assert last.endswith(
            f"gate 'full-adder' is given by {both}; switch one off, as in {DISABLE}=acme"
        )
    assert circuits("compose", "ripple-adder", "--bits", "1", "--from", "half-adders").code == 0
    assert circuits("compose", "equality", "--bits", "2").code == 0
    assert circuits("gates").code == 0


def test_the_advice_for_a_taken_name_helps(
    circuits: Circuits, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme", WIRE.replace('"wire"', '"full-adder"'))
    monkeypatch.setenv(DISABLE, os.environ[DISABLE] + ",acme")
    code, _, err = circuits("compose", "ripple-adder", "--bits", "1")
    assert code == 0
    assert "acme" not in err
    (row,) = (line for line in circuits("plugins").out.splitlines() if line.startswith("acme "))
    assert row.split() == ["acme", "1.0", "disabled"]


def test_a_plugin_switched_off_is_not_imported(
    circuits: Circuits, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme", "raise SystemExit('imported')")
    monkeypatch.setenv(DISABLE, f"{os.environ[DISABLE]}, acme")
    assert found("acme").state == "disabled"
    assert "imported" not in circuits("gates").err


def test_two_packages_with_plugins_of_one_name(circuits: Circuits, install: Install) -> None:
    install("acme", WIRE, distribution="acme-one")
    install("acme", WIRE.replace('"wire"', '"cable"'), distribution="acme-two")
    first, second = (plugin for plugin in load_plugins().plugins if plugin.name == "acme")
    assert (first.distribution, first.state, first.given("gates")) == (
        "acme-one",
        "healthy",
        ["wire"],
    )
    assert (second.distribution, second.state, second.given("gates")) == ("acme-two", "faulty", [])
    assert second.problems == ["not loaded: the name is that of 'acme' (acme-one 1.0)"]
    code, _, err = circuits("gates", "wire")
    assert code == 0
    assert err.startswith(
        "circuits: plugin 'acme' (acme-two 1.0): not loaded: the name is that of 'acme' (acme-one"
    )


@pytest.mark.parametrize("source", ["1 / 0", WIRE.replace("gates()", "gates(manager)")])
def test_a_broken_plugin_does_not_use_up_its_name(install: Install, source: str) -> None:
    install("acme", source, distribution="acme-one")
    install("acme", WIRE, distribution="acme-two")
    first, second = (plugin for plugin in load_plugins().plugins if plugin.name == "acme")
    assert (first.state, second.state, second.given("gates")) == ("faulty", "healthy", ["wire"])


def test_broken_and_healthy_plugins_side_by_side(circuits: Circuits, install: Install) -> None:
    install("one", "raise ValueError('first')", distribution="dist-one")
    install("two", WIRE, distribution="dist-two")
    install("zero", "raise SystemExit('last')", distribution="dist-zero")
    code, out, err = circuits("gates", "wire")
    assert (code, out.splitlines()[0]) == (0, "wire: a wire")
    assert [line for line in without_places(err) if line.startswith("circuits: ")] == [
        "circuits: plugin 'one' (dist-one 1.0): cannot be loaded: ValueError: first",
        "circuits: plugin 'zero' (dist-zero 1.0): cannot be loaded: SystemExit: last",
    ]


@pytest.mark.parametrize("where", ["", "    "])
def test_a_plugin_that_prints_does_not_dirty_the_result(
    circuits: Circuits, install: Install, where: str
) -> None:
    """On import, and in its hook."""
    if where:
        install("acme", WIRE + "    print('hello from acme')\n")
    else:
        install("acme", WIRE + "\nprint('hello from acme')\n")
    code, out, err = circuits("gates", "wire", "--json")
    assert (code, json.loads(out)["name"]) == (0, "wire")
    assert "hello from acme" in err


def test_a_real_process_finds_them_too(install: Install) -> None:
    install("acme", WIRE, distribution="dist-acme")
    install("bad", "print('noise')\nraise SystemExit('goodbye')", distribution="dist-bad")
    command = "from gatewright.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "gates", "wire", "--json"], capture_output=True, text=True
    )
    assert (done.returncode, json.loads(done.stdout)["plugin"]) == (0, "acme")
    assert without_places(done.stderr) == [
        "noise",
        "circuits: plugin 'bad' (dist-bad 1.0): cannot be loaded: SystemExit: goodbye",
    ]


def test_an_error_gives_the_file_and_the_line_of_the_plugin(
    circuits: Circuits, install: Install
) -> None:
    source = (
        "from gatewright import GateSpec, hookimpl\n"
        "def build(a):\n"
        "    raise ValueError('no gates today')\n"
        "@hookimpl\n"
        "def gatewright_gates():\n"
        "    yield GateSpec.from_function('wire', build, inputs='a', outputs='y')\n"
    )
    install("acme", source)
    for words in (["gates", "xor"], ["plugins"]):
        err = circuits(*words).err
        assert re.search(r"no gates today \(\S+\.py, line 3\)\n", err), err


def flip(given: str) -> str:
    """A plugin with a circuit whose reference, in line 5, gives what an expression says."""
    return (
        "import gatewright as gw\n"
        "def build(circuit):\n"
        "    circuit.output('y', circuit.gate('not', circuit.input('a')))\n"
        "def reference(buses):\n"
        f"    return {given}\n"
        "@gw.hookimpl\n"
        "def gatewright_circuits():\n"
        "    return [gw.CircuitSpec('flip', 'y = not a', (), build, reference)]\n"
    )


def test_a_circuit_that_fails_names_its_plugin_and_the_line(
    circuits: Circuits, install: Install
) -> None:
    install("acme", flip("{'y': buses['b']}"))
    code, _, err = circuits("verify", "flip")
    assert code == 2
    assert (
        "its reference failed: KeyError: 'b'; plugin 'acme' (acme-gates 1.0) needs mending" in err
    )
    assert re.search(r": see \S+\.py, line 5\n", err)


def test_an_error_of_ours_in_a_reference_is_its_fault_too(
    circuits: Circuits, install: Install
) -> None:
    install("acme", flip("gw.circuit('ripple-adder', nobits=2).run(a=1, b=1)"))
    code, _, err = circuits("verify", "flip")
    assert code == 2
    assert "circuit 'flip': its reference failed: UsageError: " in err
    assert re.search(r"plugin 'acme' \(acme-gates 1.0\) needs mending: see \S+\.py, line 5\n", err)
    with pytest.raises(SpecError, match=r"its plugin needs mending: see \S+\.py, line 5$"):
        gw.circuit("flip").reference({"a": np.array([1])})


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (
            "gw.NamedRecipe('mine', gw.Recipe((4,)), 'one line')",
            "recipe 'mine': its summary is a Recipe; give name, summary and recipe in this order",
        ),
        (
            "gw.NamedRecipe('My recipe', 'x', gw.Recipe((4,)))",
            "'My recipe' is not a name for a recipe",
        ),
    ],
)
def test_a_recipe_with_swapped_arguments_is_refused_when_it_is_made(
    circuits: Circuits, install: Install, record: str, said: str
) -> None:
    source = (
        f"import gatewright as gw\n@gw.hookimpl\ndef gatewright_recipes():\n    return [{record}]\n"
    )
    install("acme", source)
    code, out, err = circuits("plugins")
    assert code == 0
    assert said in err
    assert "faulty" in out
    assert "no recipe 'mine'" in circuits("recipes", "mine").err


def test_a_circuit_spec_of_the_wrong_things_is_refused() -> None:
    def build(circuit: gw.CircuitBuilder) -> None:
        del circuit

    for given, said in (
        (("flip", (), "text", build, None), "its summary is a tuple, not text"),
        (("flip", "text", (4,), build, None), "its parameters hold an int, not a Parameter"),
        (("flip", "text", (), None, None), "its build is a NoneType, not a function"),
        (("flip", "text", (), build, {"y": 1}), "its reference is a dict, not a function"),
    ):
        with pytest.raises(gw.GatewrightError, match=said):
            gw.CircuitSpec(*given)


def test_what_is_refuted_in_a_dont_care_row_says_how_to_leave_it_out() -> None:
    loose = gw.GateSpec("loose-or", gw.TruthTable.from_rows("011-", "ab", "y"))

    def build(circuit: gw.CircuitBuilder) -> None:
        wires = [circuit.input(name) for name in "ab"]
        circuit.output("y", circuit.gate("loose-or", *wires))

    def reference(buses: Any) -> Any:
        return {"y": buses["a"] | buses["b"]}

    spec = gw.CircuitSpec("one", "a or b", (), build, reference)
    (claim,) = spec.elaborate({}, {"loose-or": loose}).check().claims
    assert claim.outcome == "refuted"
    assert "meets a don't-care row of 'loose-or', which promises nothing there" in claim.extent
    assert "domain=lambda buses, **_: buses['a'] != 1)" in claim.extent

    def inside(buses: Any) -> Any:
        return (buses["a"] & buses["b"]) == 0

    spec = gw.CircuitSpec("one", "a or b", (), build, reference, domain=inside)
    assert spec.elaborate({}, {"loose-or": loose}).check().outcome == "proved"
