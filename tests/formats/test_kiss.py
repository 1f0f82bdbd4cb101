"""State tables in KISS2: what they say as circuits, what they leave open, and what is refused."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

import gatewright as gw
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.errors import FormatError, UsageError
from gatewright.formats.kiss.file import MOST_PORTS, read_table
from gatewright.formats.kiss.reader import read_kiss
from gatewright.formats.model.source import Source
from gatewright.logic.states.encoding import ENCODINGS, codes, next_bits, state_cubes
from gatewright.logic.states.table import MOST_STATES, StateTable
from gatewright.logic.states.transitions import MOST_PAIRS, StateTableError, Transition, uncovered

if TYPE_CHECKING:
    from tests.conftest import Circuits

# A lock that opens at 1, 0, 1; another digit begins anew. As Yosys writes it, with .s and .r.
LOCK = """\
.i 1
.o 2
.p 8
.s 4
.r shut
1 shut one 00
0 shut shut 00
0 one two 00
1 one one 00
1 two open 01
0 two shut 00
- open shut 1-
.e
"""


def wrote(folder: Path, text: str, name: str = "lock.kiss2") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def table(text: str) -> StateTable:
    return read_table(Source("t.kiss2", text.encode())).table


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_is_a_circuit_in_every_state(encoding: str, tmp_path: Path) -> None:
    circuit = gw.read(wrote(tmp_path, LOCK), encoding=encoding)
    assert len(circuit.netlist.registers) == (2 if encoding == "binary" else 4)
    (claim,) = circuit.check().claims
    assert (claim.outcome, claim.against) == ("proved", "state table")
    assert claim.in_time == "every input in 4 states, so in every cycle"
    opened = circuit.train().clocked()
    seen = [opened.step(x0=digit) for digit in (1, 0, 1, 0, 0)]
    assert [(each["y0"], each["y1"]) for each in seen] == [(0, 0), (0, 0), (0, 1), (1, 0), (0, 0)]
    (claim,) = circuit.train().certify().claims
    assert claim.proved


def test_the_command_line_reads_one(tmp_path: Path, circuits: Circuits) -> None:
    path = wrote(tmp_path, LOCK)
    code, out, err = circuits("simulate", path, "--encoding", "one-hot", "--cycles", "60")
    assert code == 0
    assert "exact gates   = the state table in 60 cycles" in out
    assert "trained gates = exact gates" in out
    assert err.startswith(
        f"circuits: {path}: .p says 8 rows, and there are 7; 1 output of transitions"
    )
    assert "exact gates   = state table: proved" in circuits("verify", path).out
    shown = circuits("show", path, "--encoding", "one-hot").out
    assert "state    4 registers: 4 states, 'shut' first\n" in shown
    code, _, err = circuits("show", path, "--encoding", "gray")
    assert (code, "'gray' is not an encoding of states; choose binary or one-hot" in err) == (
        2,
        True,
    )
    code, _, err = circuits("show", path, "--encoding", "binary", "--encoding", "one-hot")
    assert (code, f"--encoding is given twice for {path}; give it once" in err) == (2, True)


def test_both_encodings_are_compared_and_one_is_given_once(
    tmp_path: Path, circuits: Circuits
) -> None:
    path = wrote(tmp_path, LOCK)
    code, out, _ = circuits("equiv", path, f"{path}:encoding=one-hot")
    assert code == 0
    assert "equal: proved exhaustively (8 of 8); every input in 4 pairs of states" in out
    assert f"{path} --encoding one-hot: " in out
    code, _, err = circuits("show", "traffic-light", *("--encoding", "binary") * 2)
    assert (code, err) == (
        2,
        "circuits: --encoding is given twice for traffic-light; give it once\n",
    )


def test_only_tables_of_states_have_an_encoding(tmp_path: Path, circuits: Circuits) -> None:
    path = wrote(tmp_path, ".i 1\n.o 1\n1 1\n.e\n", "t.pla")
    hint = "is not a state table, whose states have an encoding: it is pla; state tables are kiss"
    assert hint in circuits("show", path, "--encoding", "binary").err
    with pytest.raises(UsageError, match="is not a state table"):
        gw.circuit(path, encoding="binary")


def test_it_is_written_as_other_formats_and_read_again(tmp_path: Path) -> None:
    circuit = gw.read(wrote(tmp_path, LOCK))
    for name in ("lock.blif", "lock.aag", "lock.json"):
        again = gw.read(circuit.save(tmp_path / name))
        assert equivalence_in_time(circuit, again).outcome == "proved"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_reader_and_the_builder_make_the_same_machine(encoding: str, tmp_path: Path) -> None:
    read = gw.read(wrote(tmp_path, LOCK), encoding=encoding)
    assert read.netlist.states is not None
    built = gw.circuit(gw.fsm(read.netlist.states), encoding=encoding)
    assert equivalence_in_time(read, built).outcome == "proved"


def test_names_of_inputs_and_outputs_may_be_given(tmp_path: Path) -> None:
    text = ".start_kiss\n.i 2\n.o 2\n.ilb a[0] a[1]\n.ob state full\n.s 1\n-- s s 10\n.end_kiss\n.code s 0\n"
    circuit = gw.read(wrote(tmp_path, text))
    assert [(bus.name, bus.width) for bus in circuit.netlist.inputs] == [("a", 2)]
    assert [bus.name for bus in circuit.netlist.outputs] == ["state", "full"]
    assert [each.name for each in circuit.netlist.registers] == ["state~[0]"]
    assert circuit.check().outcome == "proved"


def test_a_machine_may_have_no_inputs(tmp_path: Path) -> None:
    circuit = gw.read(wrote(tmp_path, ".i 0\n.o 1\na b 0\nb c 0\nc a 1\n"))
    seen = circuit.train().clocked()
    assert [seen.step()["y0"] for _ in range(6)] == [0, 0, 1, 0, 0, 1]
    assert circuit.check().outcome == "proved"


def test_rows_of_any_state_stand_for_one_of_each() -> None:
    machine = table(".i 1\n.o 1\n1 * a 1\n0 a b 0\n0 b a 0\n")
    assert machine.states == ("a", "b")
    assert machine.cycle("b", {"x0": 1}) == ("a", {"y0": 1})


def test_what_is_left_open_is_defined_and_said() -> None:
    machine = table(".i 2\n.o 2\n.r idle\n11 idle busy 1-\n-0 busy * -1\n")
    assert list(machine.remarks()) == [
        "5 of 8 pairs of a state and an input have no transition, in 2 states: "
        "there it gives 0 and goes to 'idle'",
        "1 transition without a next state: it is 'idle'",
        "2 outputs of transitions left open: 0",
    ]
    for state, x0, x1 in product(machine.states, (0, 1), (0, 1)):
        following, outputs = machine.cycle(state, {"x0": x0, "x1": x1})
        assert following == ("busy" if (state, x0, x1) == ("idle", 1, 1) else "idle")
        assert outputs == {
            "y0": int((state, x0, x1) == ("idle", 1, 1)),
            "y1": int((state, x1) == ("busy", 0)),
        }


def test_overlapping_rows_may_agree() -> None:
    machine = table(".i 2\n.o 2\n1- a b 1-\n-1 a * -0\n-- b a 00\n00 a a 00\n")
    assert machine.cycle("a", {"x0": 1, "x1": 1}) == ("b", {"y0": 1, "y1": 0})


REFUSED = [
    ("1 a a 1\n.i 1\n", "t:1:1: '1' stands before .i and .o; tell inputs and outputs first"),
    (".i 1\n", "t: there is no .o; a table of states has .i, .o, and a row for every transition"),
    (".i x\n", "t:1:4: 'x' is not the number expected; as in .i 4"),
    (".o 0\n", "t:1:4: '0' outputs are not a machine; there may be 1 to 1000"),
    (".i 1001\n", "t:1:4: '1001' inputs are not a machine; there may be 0 to 1000"),
    (".i 1\n.i 1\n", "t:2:1: '.i' stands a second time; line 1 has it; give it once"),
    (".q 1\n", "t:1:1: '.q' is not a keyword; expected .i .o .p .s .r .ilb .ob or .e"),
    (".r a b\n", "t:1:1: '.r' names one state; as in .r idle"),
    (
        ".i 1\n.o 1\n1 a a\n",
        "t:3:1: '1 a a' is not a row; a row has inputs, a state, the next state and outputs",
    ),
    (".i 2\n.o 1\n1 a a 1\n", "t:3:1: '1 a a 1' has 1 character for 2 inputs; give one for each"),
    (
        ".i 1\n.o 1\n1 a a 11\n",
        "t:3:1: '1 a a 11' has 2 characters for 1 output; give one for each",
    ),
    (
        ".i 1\n.o 1\n2 a a 1\n",
        "t:3:1: '2 a a 1' has the character '2' for an input; 0, 1 and - are read",
    ),
    (
        ".i 1\n.o 1\n1 a a x\n",
        "t:3:1: '1 a a x' has the character 'x' for an output; 0, 1 and - are read",
    ),
    (
        ".i 1\n.o 1\n1 a a 1\n- a b 1\n",
        "t:4:1: '- a b 1' has another next state than '1 a a 1' in line 3; the same inputs say one thing",
    ),
    (
        ".i 1\n.o 1\n1 a a 1\n# c\n- a a 0\n",
        "t:5:1: '- a a 0' has another output than '1 a a 1' in line 3; the same inputs say one thing",
    ),
    (".i 1\n.o 1\n.e\n", "t: the table has no transitions; give some"),
    (
        ".i 1\n.o 1\n.r c\n1 a a 1\n",
        "t:4:1: the table has no transition of its reset state 'c'; name one of its states",
    ),
    (
        ".i 1\n.o 1\n.p 2\n1 a a 1\n",
        "t:3:4: '2' rows are announced, and the file ends after 1 and without .e; it is cut off; fetch it again",
    ),
    (
        ".i 1\n.o 1\n1 a a 1\n.e\n0 a a 1\n",
        "t:5:1: '0' stands after .e, which ends the table; one machine is read",
    ),
    (
        ".i 1\n.o 1\n.ilb a b\n1 a a 1\n",
        "t:3:1: '.ilb' has 2 names, and .i says 1; give one name each, in this line",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_table_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_kiss(Source("t", text.encode()), {})
    assert str(refused.value) == message.replace("t:4:1: the", "t:3:1: the")


def test_a_table_in_python_says_what_is_wrong_with_it() -> None:
    for rows, message in (
        (
            [("1", "a", "a")],
            r"a state table has \('1', 'a', 'a'\), which is not four texts: inputs, st",
        ),
        ([("1", "a", "a", 1)], "is not four texts: inputs, state, next state, outputs; as in"),
        ([("1", "a", "b", "00")], "transition '1 a b 00' has 2 characters for 1 output"),
        ([], "a state table has no transitions; give some"),
    ):
        with pytest.raises(StateTableError, match=message):
            StateTable(("x",), ("y",), rows)  # type: ignore[arg-type]
    many = [("1", f"s{at}", "s0", "1") for at in range(MOST_STATES + 1)]
    with pytest.raises(StateTableError, match=f"has more than {MOST_STATES} states"):
        StateTable(("x",), ("y",), many)
    pairs = [("1", "a", "a", "1")] * (1 + int((2 * MOST_PAIRS) ** 0.5) + 1)
    with pytest.raises(StateTableError, match="pairs of transitions to compare, more than"):
        StateTable(("x",), ("y",), pairs)
    assert MOST_PORTS >= 1000


@examples(40)
@given(st.lists(st.text("01-", min_size=4, max_size=4), max_size=8))
def test_what_has_no_transition_is_counted(products: list[str]) -> None:
    from gatewright.logic.cover import cube

    every = ["".join(each) for each in product("01", repeat=4)]
    outside = sum(
        not any(all(s in ("-", bit) for s, bit in zip(p, each, strict=True)) for p in products)
        for each in every
    )
    assert uncovered([cube(each) for each in products], 4, 10_000) == outside
    assert uncovered([cube("1-"), cube("-1")], 2, 1) is None


@st.composite
def tables(draw: st.DrawFn) -> StateTable:
    """Tables of up to five states and two inputs, any input perhaps open; outputs and next states, too."""
    count, inputs, outputs = (
        draw(st.integers(1, 5)),
        draw(st.integers(0, 2)),
        draw(st.integers(1, 2)),
    )
    names = [f"s{at}" for at in range(count)]
    rows = []
    for state in names:
        for signs in product("01", repeat=inputs):
            if draw(st.integers(0, 4)):
                following = draw(st.sampled_from([*names, "*"]))
                given_ = draw(st.text("01-", min_size=outputs, max_size=outputs))
                rows.append(Transition("".join(signs), state, following, given_))
    rows = rows or [Transition("-" * inputs, "s0", "s0", "1" * outputs)]
    return StateTable([f"x{at}" for at in range(inputs)], [f"y{at}" for at in range(outputs)], rows)


@examples(25)
@given(tables(), st.sampled_from(ENCODINGS))
def test_any_table_is_its_circuit_built_and_read(machine: StateTable, encoding: str) -> None:
    built = gw.circuit(gw.fsm(machine), encoding=encoding)
    assert built.check().outcome == "proved"
    text = "".join(f"{' '.join(row[:4])}\n" for row in machine.rows)
    head = f".i {len(machine.inputs)}\n.o {len(machine.outputs)}\n.r {machine.reset}\n"
    read = gw.circuit(read_kiss(Source("t", (head + text).encode()), None, encoding=encoding))
    assert read.check().outcome == "proved"
    assert read.check().claims[0].against == "state table"


def test_codes_are_told_apart() -> None:
    machine = table(LOCK)
    assert codes(machine, "binary") == {"shut": 0, "one": 1, "two": 2, "open": 3}
    assert state_cubes(machine, "one-hot") == {
        "shut": "1---",
        "one": "-1--",
        "two": "--1-",
        "open": "---1",
    }
    assert [each.negated for each in next_bits(machine, "one-hot")] == [True, False, False, False]
    assert codes(machine, "one-hot")["open"] == 8
