"""Wrong circuits whose files were all made to say otherwise."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gatewright.circuits.audit import check

Files = dict[str, bytes]


def swapped(files: Files, first: str, second: str) -> Files:
    """The netlist with two nets changed over where instances read them."""
    top, rest = files["circuit.blif"].decode().split("\n.end", 1)
    names = {first: second, second: first}

    def other(found: re.Match[str]) -> str:
        return f"{found[1]}={names.get(found[2], found[2])}"

    made = re.sub(r"(?<=\s)([^ =]+)=(\S+)", other, top)
    assert made != top
    return {**files, "circuit.blif": f"{made}\n.end{rest}".encode()}


@pytest.mark.parametrize(
    ("which", "nets"),
    [
        ("patterns", ("a[0]", "a[1]")),
        ("algebra", ("a[2]", "a[3]")),
        ("where", ("select[0]", "select[1]")),
        ("where", ("i0[0]", "i1[0]")),
    ],
)
def test_swapped_nets_are_refused(
    audits: dict[str, Files], which: str, nets: tuple[str, str]
) -> None:
    files = swapped(audits[which], *nets)
    with pytest.raises(check.Refused):
        check.Audit(files).claim()


@pytest.mark.parametrize("method", ["none", "patterns", "clauses", "algebra"])
def test_a_wrong_circuit_passes_by_no_method(audits: dict[str, Files], method: str) -> None:
    files = swapped(audits["patterns"], "a[0]", "a[1]")
    files["claim.json"] = files["claim.json"].replace(b'"patterns"', f'"{method}"'.encode())
    audit = check.Audit(files)
    found = check.patterns_of(audit.circuit, [], audit.inside, audit.netlist.outputs)
    files["patterns.json"] = json.dumps(found).encode()  # with the digests of the wrong circuit
    clauses = check.clauses_of(audit.circuit, audit.bad, audit.inside)
    files["proof.lrat"] = f"{len(clauses) + 1} 0 {len(clauses)} 0\n".encode()
    goal = "+".join(f"{1 << place}*x{place + 1}" for place in range(3))
    files["proof.pac"] = f"{len(audit.circuit.tables) + 1} % 6*(0), {goal};\n".encode()
    with pytest.raises(check.Refused):
        check.Audit(files).claim()


def test_a_right_proof_of_another_circuit_is_refused(audits: dict[str, Files]) -> None:
    """One exclusive or is an OR: the netlist has as many nodes and clauses as before."""
    files = dict(audits["clauses"])
    record = json.loads(files["gates.json"])
    record["gates"]["xor"]["ones"] = ["0xe"]
    files["gates.json"] = json.dumps(record).encode()
    with pytest.raises(
        check.Refused, match="row 11 of gate 'xor': an output lies outside its band"
    ):
        check.Audit(files).claim()


def test_a_loose_row_that_is_met_is_refused(audits: dict[str, Files]) -> None:
    files = dict(audits["loose"])
    text = files["circuit.blif"].decode()
    line = next(each for each in text.splitlines() if each.startswith(".subckt one-of"))
    one = re.search(r"a=(\S+)", line)
    assert one is not None
    files["circuit.blif"] = text.replace(line, re.sub(r"b=\S+", f"b={one[1]}", line)).encode()
    with pytest.raises(check.Refused, match=r"proof\.lrat"):
        check.Audit(files).claim()


@pytest.mark.parametrize("by", [0.9, 1.1, -1.0, 0.0])
def test_weights_that_are_other_numbers_prove_nothing_or_the_same(
    audits: dict[str, Files], by: float
) -> None:
    """Each weight in turn is scaled; where that is accepted, rows are what they were in exact arithmetic."""
    files = dict(audits["patterns"])
    layers = json.loads(files["gates.json"])["gates"]["full-adder"]["layers"]
    refused = 0
    for unit, weights in enumerate(layers[1]["weights"]):
        for pin, weight in enumerate(weights):
            record = json.loads(files["gates.json"])
            changed = record["gates"]["full-adder"]
            changed["layers"][1]["weights"][unit][pin] = weight * by
            try:
                check.Audit({**files, "gates.json": json.dumps(record).encode()}).claim()
            except check.Refused:
                refused += 1
                continue
            for row in range(8):
                got = evaluated(changed["layers"], [row >> 2 & 1, row >> 1 & 1, row & 1])
                assert got == [int(one, 16) >> row & 1 for one in changed["ones"]]
    assert refused or abs(by - 1) < 0.2


def evaluated(layers: list[dict[str, Any]], bits: list[float]) -> list[float]:
    """What a network gives for exact bits; the first layer restores them, and may invert them."""
    for place, layer in enumerate(layers):
        weights = layer["weights"]
        sums = [
            (
                weights[unit] * bits[unit]
                if not place
                else sum(w * bit for w, bit in zip(weights[unit], bits, strict=True))
            )
            + bias
            for unit, bias in enumerate(layer["biases"])
        ]
        bits = [min(1.0, max(0.0, 0.5 + each / 4)) for each in sums]
    return bits
