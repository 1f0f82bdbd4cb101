"""``circuits show``: numbers, histograms and the tree, in 80 columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.gates.trained import TrainedGate

if TYPE_CHECKING:
    from tests.conftest import Circuits

FULL_BAR = "█" * 40


@pytest.mark.usefixtures("trained")
def test_an_adder(circuits: Circuits, gates: dict[str, TrainedGate]) -> None:
    code, out, err = circuits("show", "ripple-adder", "--bits", "3", "--from", "half-adders")
    half, join = (len(gates[name].theta) for name in ("half-adder", "or"))
    assert (code, err) == (0, "next: circuits verify ripple-adder --bits 3 --from half-adders\n")
    assert out.splitlines()[:10] == [
        "ripple-adder --bits 3 --from half-adders",
        "inputs   7 bits: a[3], b[3], cin",
        "outputs  4 bits: sum[3], cout",
        "size     9 gates, 22 nets, 7 levels",
        "",
        "gate        instances  weights  in all",
        "──────────  ─────────  ───────  ──────",
        f"half-adder          6       {half:>2}     {6 * half:>3}",
        f"or                  3       {join:>2}      {3 * join:>2}",
        f"all                 9              {6 * half + 3 * join}",
    ]
    assert out.splitlines()[11:] == [
        "fan-out: 1.00 pins a net; 1 at most, on a[0]",
        "fan-out  nets",
        "───────  ────  " + "─" * 40,
        f"      1    22  {FULL_BAR}",
        "",
        "depth: gates on each level",
        "level  gates",
        "─────  ─────  " + "─" * 40,
        f"    1      3  {FULL_BAR}",
        *(f"    {level}      1  {'█' * 14}" for level in range(2, 8)),
    ]


def test_gates_that_are_not_trained(circuits: Circuits) -> None:
    _, out, err = circuits("show", "equality", "--bits", "2")
    rows = [line.split() for line in out.splitlines()[7:10]]
    assert rows == [["and", "1", "untrained"], ["xnor", "2", "untrained"], ["all", "3"]]
    assert "training" not in err


def test_a_gate_in_the_store_that_cannot_be_used(circuits: Circuits, trained: Path) -> None:
    (trained / "and.safetensors").write_bytes(b"nothing of the kind")
    code, out, err = circuits("show", "equality", "--bits", "2")
    assert code == 0
    assert "train it anew with 'circuits train and'" in err
    rows = [line.split() for line in out.splitlines()[7:10]]
    assert rows[0] == ["and", "1", "untrained"]
    assert len(rows[1]) == 4
    assert rows[2] == ["all", "3"]


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    "words",
    [("alu",), ("kogge-stone", "--bits", "64"), ("ripple-adder", "--bits", "1000"), ("decoder",)],
)
@pytest.mark.parametrize("tree", [True, False])
def test_it_fits_80_columns(circuits: Circuits, words: tuple[str, ...], tree: bool) -> None:
    code, out, _ = circuits("show", *words, *(["--hierarchy"] if tree else []))
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80


def test_many_levels_share_bars(circuits: Circuits) -> None:
    _, out, _ = circuits("show", "ripple-adder", "--bits", "100")
    lines = out.partition("depth: ")[2].splitlines()[3:]
    assert len(lines) == 20
    assert [line.split()[:2] for line in lines[:2]] == [["1–5", "5"], ["6–10", "5"]]
    assert lines[-1].split()[:2] == ["96–100", "5"]
    assert sum(int(line.split()[1]) for line in lines) == 100
    _, out, _ = circuits("show", "ripple-adder", "--bits", "49")
    assert out.splitlines()[-1].split()[:2] == ["49", "1"]


def test_the_longest_way(circuits: Circuits) -> None:
    code, out, err = circuits("show", "ripple-adder", "--bits", "4", "--critical-path")
    assert code == 0
    assert out.splitlines()[0] == "ripple-adder --bits 4: the longest way passes 4 gates"
    assert out.splitlines()[-1].split() == ["4", "fa3", "full-adder", "sum[3]"]
    assert "next: circuits verify" in err
    _, out, _ = circuits("show", "ripple-adder", "--bits", "100", "--critical-path")
    assert len(out.splitlines()) == 4 + 41
    assert "…" in out
    _, out, _ = circuits("show", "ripple-adder", "--bits", "100", "--critical-path", "--json")
    steps = json.loads(out)["steps"]
    assert (len(steps), steps[0]["gate"]) == (100, "full-adder")


def test_the_cone_of_a_net(circuits: Circuits) -> None:
    code, out, _ = circuits("show", "ripple-adder", "--cone", "sum[1]")
    assert code == 0
    assert out.splitlines()[1:] == [
        "inputs it depends on: 5: a[0], a[1], b[0], b[1], cin",
        "gates that drive it: 2: fa0, fa1",
        "gates that it drives: 0",
        "outputs that depend on it: 1: sum[1]",
    ]
    _, out, _ = circuits("show", "ripple-adder", "--cone", "sum[1]", "--json")
    assert json.loads(out)["drives_it"] == ["fa0", "fa1"]
    code, out, err = circuits("show", "ripple-adder", "--cone", "sum[9]")
    assert (code, out) == (2, "")
    assert "has no net 'sum[9]'; did you mean 'sum[" in err


def test_branches_that_meet_again(circuits: Circuits) -> None:
    code, out, _ = circuits("show", "circuits/c17.blif", "--reconvergence")
    assert code == 0
    assert [line.split() for line in out.splitlines()[4:]] == [
        ["3", "2", "22", "nand"],
        ["11", "2", "23", "nand"],
    ]
    _, out, _ = circuits("show", "ripple-adder", "--reconvergence")
    assert out == "ripple-adder --bits 4: branches of 0 nets meet again\n"
    _, out, _ = circuits("show", "circuits/c17.blif", "--reconvergence", "--json")
    assert [each["net"] for each in json.loads(out)["meetings"]] == ["3", "11"]


def test_one_view_at_a_time(circuits: Circuits) -> None:
    code, _, err = circuits("show", "alu", "--critical-path", "--hierarchy")
    assert (code, err) == (
        2,
        "circuits: --hierarchy and --critical-path are shown one at a time; choose one\n",
    )


def test_json(circuits: Circuits, trained: Path, gates: dict[str, TrainedGate]) -> None:
    (trained / "or.safetensors").unlink()
    words = ("show", "ripple-adder", "--bits", "2", "--from", "half-adders", "--json")
    code, out, err = circuits(*words)
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "schema": "gatewright/show/1",
        "circuit": "ripple-adder",
        "parameters": {"bits": 2, "from": "half-adders"},
        "inputs": [
            {"name": "a", "bits": 2},
            {"name": "b", "bits": 2},
            {"name": "cin", "bits": 1},
        ],
        "outputs": [{"name": "sum", "bits": 2}, {"name": "cout", "bits": 1}],
        "instances": 6,
        "gates": {
            "half-adder": {"instances": 4, "weights": len(gates["half-adder"].theta)},
            "or": {"instances": 2, "weights": None},
        },
        "nets": 15,
        "registers": 0,
        "without_initial_value": 0,
        "longest": [],
        "memories": [],
        "depth": 5,
        "levels": [2, 1, 1, 1, 1],
        "fan_out": {"largest": 1, "mean": 1.0, "most_read": "a[0]", "nets": {"1": 15}},
    }


TREE = """\
ripple-adder --bits 16 --from half-adders  48 gates
└─ fa0 … fa15  16 × 3 gates
   ├─ ha0 … ha1  2 × half-adder
   └─ or  or
"""


def test_the_tree(circuits: Circuits) -> None:
    words = ("show", "ripple-adder", "--bits", "16", "--from", "half-adders", "--hierarchy")
    code, out, err = circuits(*words)
    assert (code, out) == (0, TREE)
    assert err == "next: circuits verify ripple-adder --bits 16 --from half-adders\n"
    assert circuits(*words, "--depth", "2").out == TREE
    assert circuits(*words, "--depth", "1").out == "".join(TREE.splitlines(keepends=True)[:2])


def test_the_tree_of_unlike_blocks(circuits: Circuits) -> None:
    _, out, _ = circuits("show", "carry-select", "--bits", "8", "--hierarchy", "--depth", "1")
    lines = out.splitlines()
    assert lines[0].startswith("carry-select --bits 8  ")
    assert [line[:2] for line in lines[1:]] == ["├─"] * (len(lines) - 2) + ["└─"]


def test_the_tree_in_json(circuits: Circuits) -> None:
    words = ("show", "ripple-adder", "--bits", "2", "--from", "half-adders", "--hierarchy")
    document = json.loads(circuits(*words, "--json").out)
    inside = [
        {"name": "ha0", "gate": "half-adder"},
        {"name": "ha1", "gate": "half-adder"},
        {"name": "or", "gate": "or"},
    ]
    assert document == {
        "schema": "gatewright/hierarchy/1",
        "circuit": "ripple-adder",
        "parameters": {"bits": 2, "from": "half-adders"},
        "instances": 6,
        "parts": [{"name": f"fa{bit}", "instances": 3, "parts": inside} for bit in range(2)],
    }
    shallow = json.loads(circuits(*words, "--json", "--depth", "1").out)
    assert shallow["parts"] == [{"name": f"fa{bit}", "instances": 3, "parts": []} for bit in (0, 1)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ripple-adder", "--depth", "2"), 2, "--depth is for the tree of instances; give --hier"),
        (("ripple-adder", "--hierarchy", "--depth", "0"), 2, "--depth"),
        (("ripple-adder", "a=3"), 2, "'a=3' is not a parameter"),
        (("riple-adder",), 3, "did you mean 'ripple-adder'?"),
        (("ripple-adder", "--bits", "9999"), 2, "bits=9999 is not 1 to"),
    ],
)
def test_bad_input(circuits: Circuits, words: tuple[str, ...], code: int, said: str) -> None:
    found = circuits("show", *words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err


def test_a_circuit_with_registers(circuits: Circuits) -> None:
    _, out, _ = circuits("show", "lfsr")
    assert "inputs   0 bits: none\n" in out
    assert "state    8 registers: 7 start as 0, 1 starts as 1\n" in out
    assert "longest  register → register 2 gates, register → output 0 gates\n" in out
    code, out, err = circuits("show", "accumulator", "--bits", "2", "--critical-path")
    assert code == 0
    assert out == (
        "accumulator --bits 2: the longest way of a cycle passes 4 gates\n"
        "from input clear to register total[1]\n"
        "\n"
        "level  instance  gate        net that leads on\n"
        "─────  ────────  ──────────  ─────────────────\n"
        "    1  keep      not         keep.y\n"
        "    2  kept0     and         kept0.y\n"
        "    3  add0      half-adder  add0.carry\n"
        "    4  add1      full-adder  add1.sum\n"
        "\n"
        "the longest of each kind\n"
        "  input clear → register total[1]: 4 gates\n"
        "  register total[0] → register total[1]: 3 gates\n"
        "  register total[0] → output total[0]: 0 gates\n"
    )
    assert err == "next: circuits simulate accumulator --bits 2\n"
    found = json.loads(circuits("show", "accumulator", "--critical-path", "--json").out)
    assert [len(each["steps"]) for each in found["longest"]] == [len(found["steps"]), 9, 0]
    found = json.loads(circuits("show", "lfsr", "--json").out)
    assert (found["without_initial_value"], found["longest"][0]) == (
        0,
        {"from": "register", "to": "register", "gates": 2},
    )
    _, out, _ = circuits("show", "counter", "--cone", "carry1")
    assert "inputs it depends on: 3: enable, count[0], count[1]" in out
    _, out, _ = circuits("show", "shift-register", "--critical-path")
    assert "from input d to register stage[0]\n\nthe longest of each kind\n" in out


def test_registers_that_start_as_nobody_says(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "two.blif"
    path.write_text(
        ".model two\n.inputs d ck\n.outputs q\n.latch d m re ck 3\n.latch m q re ck 1\n.end\n"
    )
    _, out, _ = circuits("show", path)
    assert "state    2 registers: 1 starts as 1, 1 without an initial value\n" in out
