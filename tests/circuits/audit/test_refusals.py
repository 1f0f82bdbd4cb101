"""Everything that the checker of an audit refuses, every message once."""

from __future__ import annotations

import ast
import inspect
import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gatewright.circuits.audit import check

Files = dict[str, bytes]
Edit = Callable[[Files], object]


def text(name: str, old: str, new: str, times: int = 1) -> Edit:
    def edit(files: Files) -> None:
        assert old.encode() in files[name], old
        files[name] = files[name].replace(old.encode(), new.encode(), times)

    return edit


def put(name: str, new: str) -> Edit:
    return lambda files: files.__setitem__(name, new.encode())


def claim(**new: Any) -> Edit:
    def edit(files: Files) -> None:
        files["claim.json"] = json.dumps({**json.loads(files["claim.json"]), **new}).encode()

    return edit


def spec(*lines: str) -> Edit:
    return claim(specification=list(lines), method="none")


def gate(name: str, **new: Any) -> Edit:
    def edit(files: Files) -> None:
        record = json.loads(files["gates.json"])
        record["gates"][name].update(new)
        files["gates.json"] = json.dumps(record).encode()

    return edit


def sheet(**new: Any) -> Edit:
    def edit(files: Files) -> None:
        files["gates.json"] = json.dumps({**json.loads(files["gates.json"]), **new}).encode()

    return edit


def lines(name: str, change: Callable[[list[str]], list[str]]) -> Edit:
    def edit(files: Files) -> None:
        files[name] = "\n".join(change(files[name].decode().splitlines())).encode()

    return edit


def most(name: str, number: int) -> Edit:
    def edit(files: Files) -> None:
        setattr(check, name, number)

    return edit


WIDE = [
    {"weights": [[0.0] * 3] * 2001, "biases": [0.0] * 2001},
    {"weights": [[0.0] * 2001] * 2, "biases": [0.0] * 2},
]
PLAIN = [{"weights": [[0.0] * 3] * 2, "biases": [0.0] * 2}]
STEEP = [{"weights": [[1e290] * 3] * 2, "biases": [0.0] * 2}]
DIM = [{"weights": [2.0] * 3, "biases": [-1.0] * 3}, *PLAIN]
NEAR = [{"weights": [[2.0, 0.0, 0.0]] * 2, "biases": [1.35] * 2}]

CASES: list[tuple[str, Edit, str]] = [
    # Files.
    (
        "patterns",
        lambda files: files.pop("gates.json"),
        "gates.json is missing or is not plain text",
    ),
    ("patterns", put("circuit.blif", "\x1b[2J"), "circuit.blif is missing or is not plain text"),
    ("patterns", put("claim.json", '{"a": 1, "a": 2}'), "claim.json gives a key twice"),
    ("patterns", put("claim.json", '{"a": 1e999}'), "claim.json holds '1e999', out of range"),
    ("patterns", put("claim.json", '{"a": NaN}'), "claim.json holds 'NaN', out of range"),
    (
        "patterns",
        put("claim.json", '{"a": -Infinity}'),
        "claim.json holds '-Infinity', out of range",
    ),
    ("patterns", put("claim.json", '{"a": ' + "9" * 5000 + "}"), "out of range"),
    ("patterns", put("claim.json", "[" * 100_000), "claim.json is not JSON: "),
    ("patterns", put("claim.json", "{"), "claim.json is not JSON: "),
    ("patterns", put("gates.json", "[]"), "gates.json has no 'vil'"),
    ("patterns", sheet(vil="0.45"), "'vil' of gates.json is not of the kind 'Fraction'"),
    ("patterns", sheet(vil=True), "'vil' of gates.json is not of the kind 'Fraction'"),
    (
        "patterns",
        gate("full-adder", inputs=["a", 3, "cin"]),
        "'inputs' of gate 'full-adder' is not a list of",
    ),
    ("patterns", most("MOST_STEPS", 10), "bounding gates takes more steps than are allowed"),
    # Gates.
    (
        "patterns",
        gate("full-adder", restoring=False, layers=WIDE),
        "a layer has more than 2000 inputs",
    ),
    (
        "patterns",
        gate("full-adder", restoring=False, layers=STEEP),
        "so large that a sum may overflow",
    ),
    (
        "patterns",
        gate("full-adder", inputs=["a", "b", "b"]),
        "1 to 16 inputs and an output, of different names",
    ),
    (
        "patterns",
        gate("full-adder", ones=["0x96"]),
        "does not have a truth table of 8 rows for each output",
    ),
    (
        "patterns",
        gate("full-adder", ones=["0x196", "0x0"]),
        "does not have a truth table of 8 rows",
    ),
    ("patterns", gate("full-adder", cares=["0x0", "0x0"]), "is 1 where it may be anything"),
    (
        "patterns",
        gate("full-adder", layers=[{"weights": [1.0, "2", 1.0], "biases": [0.0] * 3}]),
        "is not of numbers",
    ),
    (
        "patterns",
        gate("full-adder", layers=[{"weights": [[1.0]] * 3, "biases": [0.0] * 3}]),
        "is not of numbers",
    ),
    (
        "patterns",
        gate("full-adder", layers=[{"weights": [1.0], "biases": [0.0]}]),
        "does not restore every input",
    ),
    ("patterns", gate("full-adder", layers=DIM[:1]), "does not have as many units as outputs"),
    ("patterns", gate("full-adder", layers=[]), "does not have as many units as outputs"),
    (
        "patterns",
        gate("full-adder", layers=DIM),
        "gate 'full-adder' does not make bits of its inputs",
    ),
    (
        "patterns",
        gate("full-adder", restoring=False, layers=NEAR),
        "cannot be shown to lie in its band",
    ),
    (
        "patterns",
        lambda files: [
            gate(
                "full-adder",
                layers=json.loads(files["gates.json"])["gates"]["full-adder"]["layers"][:1] + PLAIN,
            )(files)
        ],
        "row 000 of gate 'full-adder': an output lies outside its band",
    ),
    ("patterns", sheet(vil=0.5), "VIL and VOL are not a discipline"),
    ("patterns", sheet(vol=-0.1), "VIL and VOL are not a discipline"),
    ("patterns", sheet(arithmetic="float16"), "is not float64 or float32"),
    # The netlist.
    ("patterns", most("MOST_NODES", 3), "the circuit has more than 3 nodes"),
    ("patterns", text("circuit.blif", ".model", ".inputs a\n.model"), "lines outside a model"),
    (
        "patterns",
        text("circuit.blif", ".model full-adder", ".model audited"),
        "a model without a name, or twice",
    ),
    (
        "patterns",
        text("circuit.blif", " a=a[0]", " a=a[0] a=a[1]"),
        "joins a pin of an instance twice",
    ),
    (
        "patterns",
        text("circuit.blif", ".subckt", ".latch a b\n.subckt"),
        "has '.latch', which is not covered",
    ),
    ("patterns", text("circuit.blif", "a[1]", "a[2]", 9), "the bits of 'a' are not 0 to 1"),
    ("patterns", put("circuit.blif", "# nothing\n"), "circuit.blif has no model"),
    (
        "patterns",
        text("circuit.blif", ".model full-adder", ".model other"),
        "gate 'other' of circuit.blif is not certified",
    ),
    (
        "patterns",
        text("circuit.blif", ".inputs a[0]", ".inputs a[0] a[0]"),
        "no inputs or outputs, or one twice",
    ),
    (
        "patterns",
        text("circuit.blif", ".subckt", ".names a[0] q\n0 1\n.subckt"),
        "a cover that is not a plain wire",
    ),
    (
        "patterns",
        text("circuit.blif", ".subckt full-adder", ".subckt half"),
        "an instance is of 'half', which is no",
    ),
    (
        "patterns",
        text("circuit.blif", " cin=cin", ""),
        "an instance of 'full-adder' has not the pins of its gate",
    ),
    (
        "patterns",
        text("circuit.blif", ".subckt", ".names a[0] sum[0]\n1 1\n.subckt"),
        "net 'sum[0]' is driven twice",
    ),
    ("patterns", text("circuit.blif", " cin=cin", " cin=nowhere"), "net 'nowhere' has no driver"),
    ("patterns", text("circuit.blif", " cin=cin", " cin=cout"), "the circuit has a cycle"),
    (
        "patterns",
        text("circuit.blif", ".inputs a b cin", ".inputs b a cin"),
        "does not have the ports of gates.json",
    ),
    ("patterns", text("circuit.blif", "111 1", "11- 1"), "has covers that are not its rows"),
    ("patterns", text("circuit.blif", "111 1\n", ""), "has another truth table than in gates.json"),
    # The specification.
    (
        "patterns",
        spec("sum = a << 8000 << 8000"),
        "the specification has a number of more than 8192 bits",
    ),
    (
        "patterns",
        spec("sum = a << (0 - b)"),
        "the specification shifts by a number that may be negative",
    ),
    ("patterns", spec("sum = a << (1 << 14)"), "the specification shifts too far"),
    ("patterns", spec("sum = 0x" + "f" * 4000), "the specification has a number that is too long"),
    ("patterns", spec("sum = c"), "the specification names 'c', which is not an input"),
    (
        "patterns",
        spec("sum = parity(0 - a)"),
        "the specification takes parity of what may be negative",
    ),
    ("patterns", spec("sum = print(a)"), "the specification has an unknown expression"),
    ("patterns", spec("sum = a < b < 3"), "the specification has an unknown expression"),
    ("patterns", spec("sum = a ** b"), "the specification has an unknown operator, Pow"),
    ("patterns", spec("sum = a # and all else"), "is too long, or has a #"),
    ("patterns", spec("sum = a +* b"), "is not an expression of Python"),
    ("patterns", spec("sum = " + "~" * 60_000 + "a"), "is not an expression of Python"),
    ("patterns", spec("total = a + b"), "'total = a + b' does not say what outputs are"),
    ("patterns", spec("a + b"), "does not say what outputs are"),
    ("patterns", spec("sum, cout = a + b"), "does not say what outputs are"),
    (
        "patterns",
        spec("sum = a + b", "sum = a - b"),
        "the specification says of an output twice what it is",
    ),
    # A proof by clauses.
    ("clauses", put("proof.lrat", "1 0\n"), "no line of LRAT"),
    ("clauses", put("proof.lrat", "900000 1 0 -3 0\n"), "no line of LRAT"),
    ("clauses", lines("proof.lrat", lambda all_: [all_[0], *all_]), "its number is not new"),
    ("clauses", put("proof.lrat", "900000 0 899999 0\n"), "there is no clause 899999"),
    ("clauses", put("proof.lrat", "900000 0 1 0\n"), "clause 1 leaves more than one literal"),
    ("clauses", put("proof.lrat", "900000 1 0 0\n"), "do not end in a contradiction"),
    (
        "clauses",
        lines("proof.lrat", lambda all_: [all_[0].rsplit(" ", 2)[0] + " 0"]),
        "do not end in a contradiction",
    ),
    (
        "clauses",
        lines("proof.lrat", lambda all_: all_[:-1]),
        "proof.lrat does not come to a contradiction",
    ),
    ("clauses", claim(method="patterns"), "patterns.json is missing"),
    # A proof by algebra.
    (
        "algebra",
        lines("proof.pac", lambda all_: ["900000 % 1*(1), 0;"]),
        "an input is not a function of others",
    ),
    ("algebra", spec("product = a & b"), "claim.json names no proof of what is claimed"),
    (
        "algebra",
        claim(specification=["product = a & b"]),
        "algebra is for sums, differences and products of inputs",
    ),
    (
        "algebra",
        lines("proof.pac", lambda all_: [all_[0].replace("x", "y")]),
        "is not a polynomial",
    ),
    (
        "algebra",
        lines("proof.pac", lambda all_: ["1 2 3"]),
        "not of the form 'number % combination, polynomial;'",
    ),
    ("algebra", lines("proof.pac", lambda all_: [all_[0], *all_]), "its number is taken"),
    ("algebra", put("proof.pac", "900000 % 900001*(1), 0;"), "there is no polynomial '900001'"),
    (
        "algebra",
        put("proof.pac", "900000 % 300*(0), 0;\n900001 % 900000*(1), 0;"),
        "proof.pac does not end in",
    ),
    ("algebra", put("proof.pac", "900000 % x*(1), 0;"), "there is no polynomial 'x'"),
    (
        "algebra",
        lines("proof.pac", lambda all_: [all_[0][:-1] + "+1;"]),
        "the combination is another polynomial",
    ),
    (
        "algebra",
        lines("proof.pac", lambda all_: all_[:-1]),
        "proof.pac does not end in what is claimed",
    ),
    (
        "algebra",
        claim(specification=["product = a * a"]),
        "proof.pac does not end in what is claimed",
    ),
    ("algebra", claim(specification=[]), "algebra is for gates that are told in every row"),
    # Patterns.
    ("patterns", spec("sum = a - b"), "claim.json names no proof of what is claimed"),
    (
        "patterns",
        claim(specification=["sum = a - b"]),
        "netlist and specification differ in some pattern",
    ),
    (
        "patterns",
        text("patterns.json", '"count": 32', '"count": 31'),
        "other counts or digests of its ranges",
    ),
    (
        "patterns",
        lambda files: [
            text(
                "circuit.blif",
                ".inputs a[0]",
                ".inputs " + " ".join(f"c[{i}]" for i in range(20)) + " a[0]",
            )(files)
        ],
        "there are more than 2^20 patterns",
    ),
    # The claim.
    ("patterns", claim(more=1), "claim.json has other keys"),
    ("patterns", claim(schema="gatewright/audit-claim/2"), "claim.json is of another schema"),
    ("patterns", claim(circuit="\x1b[31m"), "claim.json has titles that are not plain text"),
    ("loose", claim(method="none"), "claim.json names no proof of what is claimed"),
    ("loose", claim(method="algebra"), "algebra is for gates that are told in every row"),
]


def refusal(files: Mapping[str, bytes]) -> tuple[str, int]:
    """What the checker says, and the line that says it."""
    try:
        check.Audit(files).claim()
    except check.Refused as error:
        found = traceback.extract_tb(error.__traceback__)
        while found[-1].name in ("need", "take"):
            found.pop()
        return str(error), found[-1].lineno or 0
    return "", 0


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_STEPS", "MOST_NODES"):
        monkeypatch.setattr(check, name, getattr(check, name))


@pytest.mark.parametrize(("which", "edit", "message"), CASES)
def test_it_is_refused(
    audits: dict[str, Files], which: str, edit: Edit, message: str, limits: None
) -> None:
    files = dict(audits[which])
    edit(files)
    assert message in refusal(files)[0]


def test_nothing_is_refused_of_which_no_case_tells(
    audits: dict[str, Files], limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = set()
    for which, edit, _ in CASES:
        kept = check.MOST_STEPS, check.MOST_NODES
        files = dict(audits[which])
        edit(files)
        said.add(refusal(files)[1])
        check.MOST_STEPS, check.MOST_NODES = kept
    refusing = set()
    for node in ast.walk(ast.parse(inspect.getsource(check))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "need":
            refusing.add(node.lineno)
        if isinstance(node, ast.Raise) and "Refused" in ast.unparse(node):
            refusing.add(node.lineno)
    source = inspect.getsource(check).splitlines()
    left = [
        source[line - 1].strip()
        for line in sorted(refusing - said)
        if "raise Refused(reason)" not in source[line - 1]
        and "more steps" not in source[line - 1]
        and "claim.txt is not" not in source[line - 1]  # what the command line's tests show
    ]
    assert left == []
