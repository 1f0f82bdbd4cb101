"""``circuits equiv``: two circuits, their parameters, and what is said of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.circuits.verify.pairs import Pair
from gatewright.circuits.verify.verdict import Claim

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

OFF_BY_ONE = """
from gatewright import CircuitSpec, Parameter, hookimpl

@hookimpl
def gatewright_circuits():
    def build(circuit, *, bits):
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        carry, total = circuit.input("cin"), []
        for bit, (x, y) in enumerate(zip(a, b)):
            carry, s = circuit.instance("full-adder", x, y, carry)
            total.append(s)
        circuit.output_bus("sum", total)
        circuit.output("cout", circuit.gate("or", carry, a[0]))

    yield CircuitSpec("careless-adder", "", (Parameter("bits", 4),), build, reference=dict)
"""


@pytest.mark.parametrize(
    ("bits", "extent"),
    [
        ("8", "proved exhaustively (131 072 of 131 072)"),
        ("64", "proved by decision diagrams (all 2^129)"),
    ],
)
def test_two_adders(circuits: Circuits, bits: str, extent: str) -> None:
    code, out, err = circuits("equiv", "carry-select", "ripple-adder", "--bits", bits)
    assert (code, err) == (0, f"next: circuits show carry-select --bits {bits}\n")
    lines = out.splitlines()
    assert lines[1:] == [f"ripple-adder --bits {bits}: {bits} gates", "", f"equal: {extent}"]
    assert lines[0].startswith(f"carry-select --bits {bits}: ")


def test_each_circuit_has_parameters_of_its_own(circuits: Circuits) -> None:
    words = ("equiv", "ripple-adder", "ripple-adder:from=half-adders,bits=5")
    code, out, _ = circuits(*words, "--bits", "5")
    assert code == 0
    assert out.splitlines()[:2] == [
        "ripple-adder --bits 5: 5 gates",
        "ripple-adder --bits 5 --from half-adders: 15 gates",
    ]
    code, _, err = circuits(*words)
    assert (code, err) == (
        2,
        "circuits: input 'a' has 4 bits in 'ripple-adder --bits 4' and 5 in 'ripple-adder --bits 5 "
        "--from half-adders'; choose their parameters so that all buses are equally wide\n",
    )


def test_a_parameter_goes_to_the_circuit_that_has_it(circuits: Circuits) -> None:
    words = ("equiv", "kogge-stone", "ripple-adder", "--from", "half-adders", "--bits=3")
    code, out, _ = circuits(*words)
    assert code == 0
    assert "ripple-adder --bits 3 --from half-adders: 9 gates" in out


def test_two_circuits_that_differ(circuits: Circuits, install: Install) -> None:
    install("careless", OFF_BY_ONE)
    code, out, err = circuits("equiv", "careless-adder", "ripple-adder", "--bits", "40")
    assert (code, err) == (1, "")
    assert out.splitlines()[3:] == [
        "equal: refuted",
        "",
        "they differ at a=1 b=0 cin=0",
        "  cout: careless-adder gives 1, ripple-adder gives 0",
    ]
    code, out, _ = circuits("equiv", "careless-adder", "ripple-adder", "--bits", "40", "--json")
    document = json.loads(out)
    assert (code, document["outcome"]) == (1, "refuted")
    (claim,) = document["claims"]
    assert claim["counterexample"]["inputs"] == {"a": 1, "b": 0, "cin": 0}
    assert claim["counterexample"]["outputs"] == [{"bus": "cout", "wanted": 0, "got": 1}]


def test_one_name_twice_is_told_apart(circuits: Circuits) -> None:
    """The same circuit twice, where one gives other results: what is the first, and what the second."""
    code, out, _ = circuits("equiv", "barrel-shifter", "barrel-shifter:shift=right", "--bits", "4")
    assert code == 1
    assert "the first gives" in out
    assert "the second gives" in out


def without_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Multipliers are what SAT sweeping takes long for."""

    def undecided(pair: Pair, _: object) -> Claim:
        return pair.claim(method="algebra", reason="not asked")

    monkeypatch.setattr("gatewright.circuits.verify.miter.equal", undecided)


def test_multipliers(circuits: Circuits) -> None:
    code, out, _ = circuits("equiv", "array-multiplier", "wallace-multiplier", "--bits", "12")
    assert code == 0
    assert out.splitlines()[-1].startswith("equal: proved by algebra (285 adder relations, ")


def test_the_time_limit(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    without_algebra(monkeypatch)
    words = ("equiv", "array-multiplier", "wallace-multiplier", "--bits", "12")
    code, out, err = circuits(*words, "--time-limit", "0")
    assert (code, out.splitlines()[-1]) == (4, "equal: undecided: SAT sweeping did not end in 0 s")
    assert err == f"next: circuits {' '.join(words)} --time-limit 600\n"


def test_without_python_sat(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    without_algebra(monkeypatch)
    monkeypatch.setitem(sys.modules, "pysat", None)
    words = ("equiv", "array-multiplier", "wallace-multiplier", "--bits", "12")
    assert circuits(*words) == (
        2,
        "",
        "circuits: a proof by SAT needs python-sat, which is not installed; "
        "run pip install 'gatewright[formal]'\n",
    )


def test_json(circuits: Circuits) -> None:
    code, out, err = circuits("equiv", "kogge-stone", "ripple-adder", "--bits", "64", "--json")
    document = json.loads(out)
    assert (code, err, document["schema"]) == (0, "", "gatewright/equiv/1")
    assert document["circuits"] == [
        {"circuit": "kogge-stone", "parameters": {"bits": 64}},
        {"circuit": "ripple-adder", "parameters": {"bits": 64, "from": "full-adders"}},
    ]
    (claim,) = document["claims"]
    assert (claim["outcome"], claim["method"]) == ("proved", "decision diagrams")
    assert (claim["checked"], claim["text"]) == (None, "proved by decision diagrams (all 2^129)")


def test_bits_by_themselves_are_not_paired_with_a_bus(circuits: Circuits, tmp_path: Path) -> None:
    for name, pins in (("bits", "a0 a1"), ("bus", "a[0] a[1]")):
        text = f".model t\n.inputs {pins}\n.outputs y\n.names {pins} y\n11 1\n.end\n"
        (tmp_path / f"{name}.blif").write_text(text)
    code, _, err = circuits("equiv", tmp_path / "bits.blif", tmp_path / "bus.blif")
    assert code == 2
    assert (
        "; bits that are named a[0], a[1] and so on are read as the bus 'a'; x0..x7=a pairs" in err
    )
    assert "pair them" not in err


@pytest.mark.parametrize(
    ("row", "code"),
    [("p..r=a", 0), ("p,q,r=a", 0), ("p..q,r=a", 0), ("r..p=a", 1), ("q,p,r=a", 1)],
)
def test_a_row_of_ports_is_paired_with_the_bits_of_one(
    circuits: Circuits, tmp_path: Path, row: str, code: int
) -> None:
    """Files of the eighties name every bit of a number as they like."""
    for name, pins in (("bits", "p q r"), ("bus", "a[0] a[1] a[2]")):
        text = f".model t\n.inputs {pins}\n.outputs y\n.names {pins} y\n001 1\n010 1\n111 1\n.end\n"
        (tmp_path / f"{name}.blif").write_text(text)
    bits, bus = tmp_path / "bits.blif", tmp_path / "bus.blif"
    found = circuits("equiv", bits, bus, row)
    assert found.code == code
    left, right = row.split("=")
    assert f"with {left} = {right}" in found.out
    assert code == 0 or "differ at p=" in found.out
    assert circuits("equiv", bus, bits, f"{right}={left}")[0] == code


def test_rows_of_ports_are_as_wide_as_what_they_are_paired_with(
    circuits: Circuits, tmp_path: Path
) -> None:
    path = tmp_path / "three.blif"
    path.write_text(".model t\n.inputs p q r\n.outputs parity\n.names p q r parity\n001 1\n.end\n")
    for row in ("p..r=a", "p,q,r=a"):
        code, out, err = circuits("equiv", path, "parity-tree", "--bits", "4", row)
        assert (code, out) == (2, "")
        assert (
            f"{row} pairs 3 bits of '{path}' with 4 of 'parity-tree --bits 4'; pair as many" in err
        )
    for row in ("p..s=a", "p..parity=a", "p,p,q,r=a"):
        code, _, err = circuits("equiv", path, "parity-tree", "--bits", "4", row)
        assert (code, f"{row} pairs no port" in err) == (2, True)


def test_a_model_is_chosen_in_both_files(circuits: Circuits, tmp_path: Path) -> None:
    """The message said --top, and the command did not have it."""
    for name, order in (("one", "mn"), ("other", "m")):
        models = {
            each: f".model {each}\n.inputs a\n.outputs y\n.names a y\n{row} 1\n.end\n"
            for each, row in (("m", 0), ("n", 1))
        }
        (tmp_path / f"{name}.blif").write_text("".join(models[each] for each in order))
    one, other = tmp_path / "one.blif", tmp_path / "other.blif"
    assert circuits("equiv", one, other, "--top", "m")[0] == 0
    assert circuits("equiv", f"{one}:top=n", other)[0] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("kogge-stone",), 2, "name two circuits, not 1: kogge-stone; as in kogge-stone ripple"),
        (("a", "b", "c"), 2, "name two circuits, not 3: a b c"),
        (
            ("kogge-stone", "ripple-addr"),
            3,
            "no circuit 'ripple-addr'; did you mean 'ripple-adder'",
        ),
        (
            ("kogge-stone", "ripple-adder", "--bit", "3"),
            2,
            "no option --bit: neither this command nor",
        ),
        (
            ("kogge-stone", "ripple-adder", "q=3"),
            2,
            "q=3: neither circuit has an input 'q'; the first",
        ),
        (
            ("kogge-stone", "ripple-adder", "sum=q"),
            2,
            "sum=q pairs no port of 'kogge-stone --bits 4'",
        ),
        (("kogge-stone", "ripple-adder", "a=16"), 2, "a=16 does not fit 4 bits of 'kogge-stone"),
        (
            ("kogge-stone", "ripple-adder", "a=1", "b=1", "cin=1"),
            2,
            "is held at a value; leave one",
        ),
        (("kogge-stone", "ripple-adder:bits"), 2, "has a parameter without a value; as in ripple"),
        (("kogge-stone", "ripple-adder:"), 2, "has a parameter without a value"),
        (("kogge-stone", "ripple-adder:bits=3,bits=4"), 2, "gives bits twice"),
        (
            ("kogge-stone:from=full-adders", "ripple-adder"),
            2,
            "no option --from: neither",
        ),
        (("kogge-stone", "ripple-adder", "--bits", "0"), 2, "bits=0 is not 1 to"),
        (("kogge-stone", "ripple-adder", "--time-limit", "-1"), 2, "--time-limit"),
        (
            ("kogge-stone", "ripple-adder", "--time-limit", "nan"),
            2,
            "nan is not a time; give seconds",
        ),
        (
            ("subtractor", "ripple-adder"),
            2,
            "has an output 'diff', 'ripple-adder --bits 4' has none",
        ),
        (("subtractor", "ripple-adder"), 2, "pair them as in diff=sum"),
    ],
)
def test_bad_input(circuits: Circuits, words: tuple[str, ...], code: int, said: str) -> None:
    found = circuits("equiv", *words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert len(found.err.splitlines()) == 1


def test_an_input_that_is_held_is_not_counted_as_a_gate(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = ".model m\n.inputs a b\n.outputs y\n.names a b y\n11 1\n.end\n"
    Path("and.blif").write_text(text, encoding="utf-8")
    code, out, _ = circuits("equiv", "and.blif", "and.blif", "a=1")
    assert code == 0
    assert out.splitlines()[:3] == ["and.blif: 1 gate", "and.blif: 1 gate", "with a = 1"]
