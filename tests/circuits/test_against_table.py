"""Circuits that were read from truth tables, compared with them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.api.circuits import circuit as circuit_of
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify import against_table as module
from gatewright.circuits.verify.against_table import against_table
from gatewright.circuits.verify.assess import outcome as all_together
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, TABLE, Claim
from gatewright.circuits.verify.verify import verify
from gatewright.errors import SpecError
from gatewright.formats.model.assembler import of_functions
from gatewright.formats.model.source import Source
from gatewright.formats.pla.reader import read_pla
from gatewright.logic.bdd import Diagrams
from gatewright.logic.cover import Covers, cube, table


def of_pla(text: str) -> Circuit:
    return file_circuit(read_pla(Source("t.pla", text.encode()), None), "t.pla")


def pla(rows: list[tuple[str, str]]) -> str:
    inputs, outputs = map(len, rows[0])
    # Of type fd: rows that are not listed are 0.
    lines = [
        f".i {inputs}",
        f".o {outputs}",
        ".type fd",
        *(f"{one} {two}" for one, two in rows),
        ".e",
    ]
    return "\n".join(lines) + "\n"


def tables(inputs: int, outputs: int) -> st.SearchStrategy[list[tuple[str, str]]]:
    row = st.tuples(
        st.text("01-", min_size=inputs, max_size=inputs),
        st.text("01", min_size=outputs, max_size=outputs),
    )
    return st.lists(row, min_size=1, max_size=12)


TABLES = st.tuples(st.integers(1, 9), st.integers(1, 3)).flatmap(lambda size: tables(*size))


def faulty(circuit: Circuit) -> Circuit:
    """The circuit with one row of the last instance's gate inverted."""
    netlist = circuit.netlist
    last = netlist.instances[-1]
    spec = netlist.gates[last.gate]
    wrong = replace(spec, name="wrong", table=spec.table.flipped(0, spec.table.outputs[0]))
    changed = replace(
        netlist,
        gates={**netlist.gates, "wrong": wrong},
        instances=(*netlist.instances[:-1], replace(last, gate="wrong")),
    )
    return replace(circuit, netlist=changed)


@given(TABLES)
def test_what_is_made_of_a_table_is_that_table(rows: list[tuple[str, str]]) -> None:
    circuit = of_pla(pla(rows))
    claim = against_table(circuit)
    count = 2 ** len(rows[0][0])
    assert (claim.outcome, claim.checked, claim.method) == ("proved", count, "exhaustive")
    assert (claim.subject, claim.against) == ("exact gates", "truth table")
    mapped = replace(circuit, netlist=of_functions(circuit.netlist, 3))
    assert against_table(mapped).outcome == "proved"


@given(TABLES)
def test_the_values_of_covers_are_those_of_their_rows(rows: list[tuple[str, str]]) -> None:
    inputs, outputs = map(len, rows[0])
    sets = tuple(
        tuple(cube(one) for one, two in rows if two[place] == "1") for place in range(outputs)
    )
    covers = Covers(tuple(f"i{n}" for n in range(inputs)), tuple("pqr"[:outputs]), sets)
    whole = [[table(each, inputs) >> row & 1 for row in range(2**inputs)] for each in sets]
    assert covers.rows().tolist() == whole
    bits = np.array([[*map(int, f"{row:0{inputs}b}")] for row in range(2**inputs)], dtype=np.uint8)
    assert covers.values(bits).T.tolist() == whole


VECTORS = ".i 4\n.o 2\n.ilb a[1] b a[0] c\n.ob y[1] y[0]\n1--0 10\n-11- 01\n0-01 11\n.e\n"


def test_ports_that_form_buses_in_another_order_are_found_by_their_names() -> None:
    circuit = of_pla(VECTORS)
    assert [bus.name for bus in circuit.netlist.inputs] == ["a", "b", "c"]
    assert against_table(circuit).outcome == "proved"
    a = replace(circuit.netlist.inputs[0], nets=circuit.netlist.inputs[0].nets[::-1])
    swapped = replace(circuit.netlist, inputs=(a, *circuit.netlist.inputs[1:]))
    assert against_table(replace(circuit, netlist=swapped)).outcome == "refuted"


WIDE = [(f"{'-' * n}11{'-' * (24 - n)}", f"{n & 1}{n >> 1 & 1}") for n in range(25)]


@pytest.mark.parametrize("rows", [[("11-", "1"), ("--1", "1")], WIDE])
def test_a_wrong_gate_is_refuted_with_a_pattern_that_replays(rows: list[tuple[str, str]]) -> None:
    circuit = of_pla(pla(rows))
    right = against_table(circuit)
    wide = len(rows[0][0]) > 20
    assert (right.outcome, right.method) == (
        "proved",
        "decision diagrams" if wide else "exhaustive",
    )
    wrong = faulty(circuit)
    claim = against_table(wrong)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    given = claim.counterexample.inputs
    got, wanted = (ExactEngine(compile_netlist(each.netlist)) for each in (wrong, circuit))
    bits = np.array(
        [[given[name] for name, _ in port_bits(circuit.netlist.inputs)]], dtype=np.uint8
    )
    names = [name for name, _ in port_bits(circuit.netlist.outputs)]
    differ = {
        name
        for name, one, two in zip(names, got.outputs(bits)[0], wanted.outputs(bits)[0], strict=True)
        if one != two
    }
    assert differ == {each.bus for each in claim.counterexample.outputs}


def test_where_diagrams_grow_too_large_a_sample_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    circuit = of_pla(pla(WIDE))
    monkeypatch.setattr(module, "Diagrams", partial(Diagrams, most_nodes=40))
    claim = against_table(circuit, samples=1000)
    assert (claim.outcome, claim.checked, claim.method) == ("sampled", 1000, "sampled")
    assert "decision diagrams need more than" in claim.reason
    assert against_table(faulty(circuit), samples=1000).outcome == "refuted"


def test_every_way_to_check_a_circuit_tells_of_the_table() -> None:
    circuit = of_pla(VECTORS)
    assert circuit.check().claims == (against_table(circuit),)
    assert prove_netlist(circuit) == against_table(circuit)
    both = verify(circuit, circuit.train().gates)
    assert [claim.against for claim in both.claims] == ["truth table", "exact gates"]
    composed = circuit.train().certify()
    assert [claim.against for claim in composed.claims] == ["exact gates", "truth table"]
    assert composed.outcome == "proved"
    assert verify(faulty(circuit), None).outcome == "refuted"


def test_what_was_not_read_from_a_table_has_none() -> None:
    adder = circuit_of("ripple-adder", bits=1)
    with pytest.raises(SpecError, match="'ripple-adder --bits 1' was not read from a truth table"):
        against_table(adder)
    circuit = of_pla(VECTORS)
    b = replace(circuit.netlist.inputs[1], name="d")
    ports = (circuit.netlist.inputs[0], b, *circuit.netlist.inputs[2:])
    renamed = replace(circuit.netlist, inputs=ports)
    with pytest.raises(SpecError, match=r"the ports of 't\.pla' are not those of its truth table"):
        against_table(replace(circuit, netlist=renamed))


@pytest.mark.parametrize("inputs", [2, 22])
@pytest.mark.parametrize("right", [True, False])
def test_what_is_specified_besides_a_table_has_to_hold_too(inputs: int, right: bool) -> None:
    """A table's circuit is the table by construction, which says nothing of what somebody wants it to be."""
    conjunction = " & ".join(f"x{number}" for number in range(inputs))
    wanted = conjunction if right else f"({conjunction}) & 0"
    circuit = of_pla(pla([("1" * inputs, "1")])).specified(f"y0 = {wanted}")
    outcome = "proved" if right else "refuted"
    claim = circuit.prove()
    assert (claim.against, claim.outcome) == (REFERENCE, outcome)
    verdict = circuit.train().certify()
    told = [(each.against, each.outcome) for each in verdict.claims]
    assert told == [(EXACT, "proved"), (TABLE, "proved"), (REFERENCE, outcome)]
    assert verdict.outcome == outcome
    assert all_together(verdict.claims) == outcome


def test_a_table_that_is_proved_does_not_stand_for_what_is_only_sampled() -> None:
    table = Claim(EXACT, TABLE, "decision diagrams", 1, 30, "proved")
    integers = Claim(EXACT, REFERENCE, "sampled", 1, 30, "sampled")
    assert all_together([table, integers]) == "sampled"
