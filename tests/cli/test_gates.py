"""``circuits gates``, ``list`` and ``plugins``: what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.plugins.manager import Plugins
from gatewright.version import VERSION

if TYPE_CHECKING:
    from tests.conftest import Circuits


def rows(text: str) -> list[list[str]]:
    """The words of a table's lines, without header and rule."""
    return [line.split() for line in text.split("\n\n")[-1].splitlines()[2:]]


def test_every_gate_is_listed(circuits: Circuits, plugins: Plugins) -> None:
    code, out, err = circuits("gates")
    listed = {row[0]: row[1:] for row in rows(out)}
    assert code == 0
    assert list(listed) == list(plugins.gates)
    assert listed["half-adder"] == ["a,", "b", "carry,", "sum", "untrained", "builtin-gates"]
    assert {row[-2] for row in listed.values()} == {"untrained"}
    assert err == "next: circuits train --all\n"


def test_a_list_says_what_is_trained(circuits: Circuits, trained: Path) -> None:
    (trained / "xor.safetensors").unlink()
    states = {row[0]: row[-2] for row in rows(circuits("gates").out)}
    assert states.pop("xor") == "untrained"
    assert set(states.values()) == {"0.45"}  # certified NM 0.45
    (trained / "or.safetensors").write_bytes(b"not a gate")
    code, out, err = circuits("gates")
    assert {row[0]: row[-2] for row in rows(out)}["or"] == "unreadable"
    assert code == 0
    assert f"circuits: {trained / 'or.safetensors'} is damaged: " in err
    assert "; train it anew with 'circuits train or'" in err


def test_an_unreadable_gate_still_shows_its_truth_table(circuits: Circuits, trained: Path) -> None:
    (trained / "or.safetensors").write_bytes(b"not a gate")
    code, out, err = circuits("gates", "or")
    assert (code, "".join(rows(out)[3])) == (0, "111")
    assert ", unreadable\n" in out
    assert err.splitlines()[0].endswith("; train it anew with 'circuits train or'")
    assert err.splitlines()[1] == "next: circuits train or"


def test_gates_in_json(circuits: Circuits, trained: Path) -> None:
    code, out, _ = circuits("gates", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/gates/1")
    (gate,) = (each for each in document["gates"] if each["name"] == "full-adder")
    assert gate["inputs"] == ["a", "b", "cin"]
    assert gate["outputs"] == ["cout", "sum"]
    assert (gate["plugin"], gate["state"]) == ("builtin-gates", "trained")


@pytest.mark.usefixtures("trained")
def test_the_truth_table_of_a_gate(circuits: Circuits) -> None:
    code, out, err = circuits("gates", "full-adder")
    assert code == 0
    assert out.startswith("full-adder: a + b + cin in two bits\n")
    assert f"from plugin 'builtin-gates' (gatewright {VERSION}), certified NM 0.45" in out
    assert out.split("\n\n")[1].splitlines()[0].split() == ["a", "b", "cin", "cout", "sum"]
    expected = [
        f"{a}{b}{c}{a + b + c >> 1}{a ^ b ^ c}" for a in (0, 1) for b in (0, 1) for c in (0, 1)
    ]
    assert ["".join(row) for row in rows(out)] == expected
    assert err == "next: circuits predict full-adder 1 1 1\n"


def test_the_truth_table_of_a_gate_in_json(circuits: Circuits) -> None:
    code, out, _ = circuits("gates", "half-adder", "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["state"]) == (0, "gatewright/gate/1", "untrained")
    assert document["rows"] == [
        {"inputs": "00", "outputs": "00"},
        {"inputs": "01", "outputs": "01"},
        {"inputs": "10", "outputs": "01"},
        {"inputs": "11", "outputs": "10"},
    ]


def test_every_circuit_is_listed_with_its_parameters(circuits: Circuits, plugins: Plugins) -> None:
    code, out, err = circuits("list")
    blocks = {block.splitlines()[0]: block.splitlines()[1:] for block in out.strip().split("\n\n")}
    assert code == 0
    assert list(blocks) == list(plugins.circuits)
    assert blocks["ripple-adder"][0].strip() == plugins.circuit("ripple-adder").summary
    words = " ".join(blocks["ripple-adder"][1].split())
    assert words == "--bits 4 width of a and b (1 to 4096)"
    assert "(full-adders or half-adders)" in blocks["ripple-adder"][2]
    assert err == "next: circuits list ripple-adder\n"


def test_circuits_in_json(circuits: Circuits) -> None:
    code, out, _ = circuits("list", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/list/1")
    (adder,) = (each for each in document["circuits"] if each["name"] == "ripple-adder")
    assert adder["plugin"] == "builtin-circuits"
    bits, made_of = adder["parameters"]
    assert (bits["name"], bits["default"], bits["minimum"], bits["maximum"]) == ("bits", 4, 1, 4096)
    assert (made_of["name"], made_of["choices"]) == ("from", ["full-adders", "half-adders"])


def test_plugins_are_listed(circuits: Circuits) -> None:
    code, out, err = circuits("plugins")
    listed = {row[0]: row[1:] for row in rows(out)}
    assert code == 0
    assert listed["builtin-gates"] == [VERSION, "healthy", "15", "gates"]
    assert listed["builtin-circuits"] == [VERSION, "healthy", "42", "circuits"]
    assert err == "next: circuits gates\n"


def test_plugins_in_json(circuits: Circuits, plugins: Plugins) -> None:
    code, out, _ = circuits("plugins", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/plugins/1")
    first = document["plugins"][0]
    assert (first["name"], first["version"], first["state"]) == (
        "builtin-gates",
        VERSION,
        "healthy",
    )
    assert first["gates"] == list(plugins.gates)
    assert first["problems"] == []


def test_without_any_gates(
    circuits: Circuits, only_built_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = f"builtin-gates,builtin-circuits,{only_built_in}"
    monkeypatch.setenv("GATEWRIGHT_DISABLE_PLUGINS", off)
    assert circuits("gates").code == 0
    assert json.loads(circuits("list", "--json").out)["circuits"] == []
    code, out, err = circuits("train", "--all")
    assert (code, out) == (3, "")
    assert err == "circuits: no plugin gives any gate; run 'circuits plugins'\n"


def test_gates_of_an_earlier_version_are_told(circuits: Circuits) -> None:
    folder = Path(__file__).parent.parent / "data" / "0.1.0"
    code, out, _ = circuits("gates", "--store", str(folder))
    told = "trained by an earlier version: "
    better = "makes it smaller and more tolerant"
    assert code == 0
    assert f"{told}and, full-adder; 'circuits train GATE' {better}" in out
    for words in (("gates", "and"), ("datasheet", "and")):
        _, out, _ = circuits(*words, "--store", str(folder))
        assert f"{told}and; 'circuits train and' {better}" in out
    _, out, _ = circuits("library", "list", "npn2", "--store", str(folder))
    assert (
        f"{told}'circuits library build npn2 --force' makes them smaller and more tolerant" in out
    )


def test_of_a_wide_table_the_rows_that_tell_something_are_shown(circuits: Circuits) -> None:
    assert circuits("train", "wide: a & b & c & d & e & f & g & h & i & j & k & l").code == 0
    out = circuits("gates", "wide").out
    assert out.splitlines()[-2].split() == ["1"] * 13
    assert out.endswith("… and 4091 more rows, all 0 (--json prints them all)\n")
    out = circuits("train", "wide").out
    assert "1.0000" in out


def test_many_ports_stand_in_one_column_each(circuits: Circuits) -> None:
    ports = ["a_rather_long_name", "another_long_name", "one_more_long_name", "the_last_long_name"]
    assert circuits("train", f"long: {' & '.join(ports)}").code == 0
    out = circuits("gates", "long").out
    assert max(map(len, out.splitlines()[2:])) <= 80
    assert "1111    1" in out
    assert "inputs, from the left: a_rather_long_name, another_long_name, " in " ".join(out.split())
