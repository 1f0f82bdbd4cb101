"""``circuits draw``: what the library draws, in a file or on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.simulate.signals import signals
from gatewright.draw.schematic.layout import engine
from gatewright.draw.schematic.schematic import schematic
from gatewright.gates.functions import function_spec
from gatewright.gates.library import trained_gates
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

C17 = Path(__file__).parents[2] / "circuits" / "c17.blif"


@pytest.fixture
def adder(plugins: Plugins) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": 4}, plugins.gates)


def test_the_picture_is_the_library_s(circuits: Circuits, adder: Circuit, tmp_path: Path) -> None:
    picture = schematic(adder.netlist, title="ripple-adder --bits 4")
    assert circuits("draw", "ripple-adder", "--bits", "4") == (0, picture.svg, "")
    for suffix in (".svg", ".png", ".pdf"):
        out = tmp_path / f"adder{suffix}"
        code, text, err = circuits("draw", "ripple-adder", "--bits", "4", "--out", out)
        assert (code, text) == (0, f"wrote {out}\n")
        assert err == (
            f"next: circuits draw ripple-adder --bits 4 a=1 b=1 "
            f"--out {tmp_path / f'adder-values{suffix}'}\n"
        )
        assert out.read_bytes() == picture.encoded(suffix)


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    "words",
    few(
        ["--values a=5 b=9", "a=5 b=9", "--values a=5 --values b=9", "b=0x9 --values a=5 cin=0"], 3
    ),
)
def test_values_colour_the_wires(
    circuits: Circuits, adder: Circuit, gates: Mapping[str, TrainedGate], words: str
) -> None:
    flowing = signals(adder.netlist, gates, {"a": 5, "b": 9, "cin": 0})
    wanted = schematic(adder.netlist, title=adder.title, gates=gates, signals=flowing).svg
    assert "a=5 b=9 cin=0  →  sum=14 cout=0" in wanted
    assert circuits("draw", "ripple-adder", "--bits", "4", *words.split()) == (0, wanted, "")


def test_gates_are_trained_for_values_alone(circuits: Circuits, tmp_path: Path) -> None:
    store = tmp_path / "mine"
    words = ("draw", "gray-encoder", "--bits", "2", "--store", store)
    code, plain, err = circuits(*words)
    assert (code, err, store.exists()) == (0, "", False)
    assert "learned" not in plain
    code, coloured, err = circuits(*words, "a=3")
    assert (code, err) == (0, f"training xor: not yet in {store}\n")
    assert "gw-one" in coloured
    code, marked, err = circuits(*words)
    assert (code, err) == (0, "")
    assert "learned, noise margin 0.45 proved" in marked


def test_functions_of_the_library_are_marked_once_they_are_there(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    words = ("draw", "gray-encoder", "--bits", "2", "--library", "npn2")
    assert "learned" not in circuits(*words).out
    xor = plugins.gate("xor").table.ones
    trained_gates([function_spec(xor, 2)], Store(tmp_path / "store"))
    assert "learned, noise margin" in circuits(*words).out


def test_a_gate_that_cannot_be_used_is_said_and_not_marked(
    circuits: Circuits, trained: Path
) -> None:
    (trained / "xor.safetensors").write_bytes(b"broken")
    code, out, err = circuits("draw", "gray-encoder", "--bits", "2")
    assert code == 0
    assert "learned" not in out
    assert "xor.safetensors" in err
    assert err.endswith("; no gate is marked as learned\n")


def test_a_file(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "c17.svg"
    code, text, err = circuits("draw", C17, "--out", out)
    assert (code, text, err) == (0, f"wrote {out}\n", f"next: circuits show {C17}\n")
    assert out.read_text().count('<g class="gw-gate"') == 6


def test_a_depth(circuits: Circuits) -> None:
    closed = circuits("draw", "ripple-adder", "--bits", "32").out
    assert "30 × full-adder" in closed
    opened = circuits("draw", "ripple-adder", "--bits", "32", "--depth", "2").out
    assert opened.count('<g class="gw-gate"') == 32


def test_json(circuits: Circuits, adder: Circuit, tmp_path: Path) -> None:
    about = {
        "schema": "gatewright/draw/1",
        "circuit": "ripple-adder",
        "parameters": {"bits": 4, "from": "full-adders"},
    }
    svg = schematic(adder.netlist, title=adder.title).svg
    assert json.loads(circuits("draw", "ripple-adder", "--json").out) == {**about, "text": svg}
    out = tmp_path / "adder.svg"
    code, text, err = circuits("draw", "ripple-adder", "--json", "--out", out)
    assert (code, json.loads(text), err) == (0, {**about, "file": str(out)}, "")
    assert out.read_text() == svg


def test_another_process_draws_the_same_and_ends(circuits: Circuits, only_built_in: str) -> None:
    script = "import sys; from gatewright.cli.app import main; sys.argv[1:] = {!r}; main()"
    done = subprocess.run(
        [sys.executable, "-c", script.format(["draw", "comparator"])],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == circuits("draw", "comparator").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("ripple-adder a=16 b=1", "a=16 does not fit 4 bits; give 0 to 15"),
        ("ripple-adder --values a=1", "input 'b' has no value; give one from 0 to 15, as in b=1"),
        ("ripple-adder --values a=1 a=2", "a is given twice; give it once"),
        ("ripple-adder x=1", "circuit 'ripple-adder' has no input 'x'; its inputs are a, b, cin"),
        ("array-multiplier --bits 32 --depth 9", "array-multiplier would be drawn as 2016 symbols"),
        ("ripple-adder --out adder.gif", "a picture is not saved as '.gif'; name a file that ends"),
    ],
)
def test_what_does_not_fit(circuits: Circuits, words: str, message: str) -> None:
    code, out, err = circuits("draw", *words.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"circuits: {message}")
    assert err.count("\n") == 1


def test_a_file_that_is_there_is_kept(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "adder.svg"
    out.write_text("mine")
    words = ("draw", "equality", "--out", out)
    code, _, err = circuits(*words)
    assert (code, out.read_text()) == (2, "mine")
    assert err == f"circuits: {out} exists; name another file, or give --force to replace it\n"
    assert circuits(*words, "--force").code == 0
    assert out.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("library", "words", "message"),
    [
        ("py_mini_racer", "a=1", "a schematic needs mini-racer"),
        ("resvg_py", "--out x.png", "a PNG needs resvg-py"),
        ("typst", "--out x.pdf", "a PDF needs typst"),
    ],
)
def test_a_missing_extra_is_named_before_anything_is_trained(
    circuits: Circuits,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    library: str,
    words: str,
    message: str,
) -> None:
    if library == "py_mini_racer":
        engine.cache_clear()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, library, None)
    code, out, err = circuits("draw", "gray-encoder", *words.split())
    assert (code, out) == (2, "")
    assert err == (
        f"circuits: {message}, which is not installed; run pip install 'gatewright[draw]'\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("draw", "ripple-adder", "--bits", "1"),
        ("plot", "xor"),
        ("noise", "ripple-adder", "--bits", "1", "--samples", "50", "--plot", "{}"),
        ("simulate", "counter", "--cycles", "5", "--plot", "{}"),
    ],
)
def test_a_theme_for_every_picture(
    circuits: Circuits, tmp_path: Path, words: tuple[str, ...]
) -> None:
    found: list[str] = []
    for theme in ((), ("--theme", "light"), ("--theme", "dark")):
        out = tmp_path / f"{len(found)}.svg"
        where = () if "{}" in words else ("--out", out)
        code, *_ = circuits(*(out if each == "{}" else each for each in words), *where, *theme)
        assert code == 0
        found.append(out.read_text())
    assert ["prefers-color-scheme" in each for each in found] == [True, False, False]
    assert found[1] != found[2]
