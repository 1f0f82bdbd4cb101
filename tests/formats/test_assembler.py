"""Netlists put together in whatever order a file has its lines, and refused where they are not a circuit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gatewright.formats.model.assembler as module
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Clock, Instance, Netlist, Register
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.assembler import Assembler, of_functions
from gatewright.formats.model.models import Latch
from gatewright.formats.model.source import Source
from gatewright.formats.model.wiring import nets
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns
from gatewright.logic.cover import cube, literals
from gatewright.logic.decomposition import Decomposition
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

AND, OR, NOT, BUF = 0b1000, 0b1110, 0b01, 0b10
Step = Callable[[Assembler], None]


def assembler(
    gates: Mapping[str, GateSpec] | None = None, *, widest: int = 6, lines: int = 20
) -> Assembler:
    """An assembler whose file says on line *n* what is on line *n*."""
    return Assembler(Source("f", b"\n" * lines), "made", gates or {}, widest=widest)


def rows(netlist: Netlist) -> list[list[int]]:
    """The outputs for every pattern, the first input bit least significant."""
    width = len(netlist.input_nets)
    engine = ExactEngine(compile_netlist(netlist))
    found: list[list[int]] = engine.outputs(counting_patterns(0, 1 << width, width)).tolist()
    return found


def refusal(*steps: Step) -> str:
    """How a circuit of a, b and y with these steps is refused."""
    with pytest.raises(FormatError) as caught:
        taken(*steps)
    return str(caught.value)


def taken(*steps: Step) -> Netlist:
    """The circuit of a, b and y with these steps."""
    made = assembler()
    for step in (*PORTS, *steps):
        step(made)
    return made.netlist()


PORTS: tuple[Step, ...] = (
    lambda made: made.input("a", 1),
    lambda made: made.input("b", 1),
    lambda made: made.output("y", 2),
)

WIDE = [cube("1" * 8)]


def drivers(net: str, line: int) -> dict[str, Step]:
    """Everything that can drive a net."""
    return {
        "cell": lambda made: made.cell(AND, ("a", "b"), net, line),
        "cover": lambda made: made.cover([cube("11")], ("a", "b"), net, line),
        "wide cover": lambda made: made.cover(WIDE, ("a", "b") * 4, net, line),
        "gate": lambda made: made.gate((AND, OR), ("a", "b"), (net, f"{net}{line}"), line),
        "instance": lambda made: made.instance(HALF, ("a", "b"), (f"{net}{line}", net), line),
        "constant": lambda made: made.constant(1, net, line),
        "alias": lambda made: made.alias("a", net, line),
        "register": lambda made: made.register(Latch("a", net, line)),
    }


HALF = GateSpec("half", TruthTable.from_integers([AND, 0b0110], "xy", "cs"))

# What cells are made of


def test_a_cell_is_the_registered_gate_of_its_table(plugins: Plugins) -> None:
    for spec in plugins.gates.values():
        if len(spec.table.outputs) > 1:
            continue
        inputs = tuple(f"i{place}" for place in range(len(spec.table.inputs)))
        made = assembler(plugins.gates)
        for net in inputs:
            made.input(net, 1)
        made.output("y", 1)
        made.cell(spec.table.ones[0], inputs, "y", 2)
        netlist = made.netlist()
        assert netlist.instances == (Instance("y", spec.name, inputs, ("y",)),)
        assert netlist.gates == {spec.name: spec}


def test_a_cell_may_take_its_inputs_in_another_order(plugins: Plugins) -> None:
    mux = plugins.gate("mux")
    for order in permutations("sab"):
        table = TruthTable.from_function(
            lambda *bits, order=order: dict(zip(order, bits, strict=True))[
                "b" if bits[order.index("s")] else "a"
            ],
            order,
            ["y"],
        )
        made = assembler(plugins.gates)
        for net in "sab":
            made.input(net, 1)
        made.output("y", 1)
        made.cell(table.ones[0], tuple(order), "y", 2)
        netlist = made.netlist()
        # mux gives b where s is 1, as the order of its own table says
        assert netlist.gates == {"mux": mux}
        assert netlist.instances[0].inputs == ("s", "a", "b")


def test_of_gates_with_the_same_table_the_first_is_taken() -> None:
    table = TruthTable.from_integers([AND], "ab", "y")
    made = assembler({name: GateSpec(name, table) for name in ("zeta", "alpha")})
    for step in (*PORTS, drivers("y", 3)["cell"]):
        step(made)
    assert [each.gate for each in made.netlist().instances] == ["zeta"]


def test_a_gate_as_it_is_comes_before_one_with_its_inputs_turned() -> None:
    turned = GateSpec("turned", TruthTable.from_integers([0b0100], "ab", "y"))
    straight = GateSpec("straight", TruthTable.from_integers([0b0010], "ab", "y"))
    made = assembler({"turned": turned, "straight": straight})
    for step in PORTS:
        step(made)
    made.cell(0b0010, ("a", "b"), "y", 3)
    assert made.netlist().instances == (Instance("y", "straight", ("a", "b"), ("y",)),)


def test_gates_with_dont_care_rows_are_not_guessed() -> None:
    loose = GateSpec("loose", TruthTable.from_integers([AND], "ab", "y", dont_cares=[0]))
    made = assembler({"loose": loose})
    for step in (*PORTS, drivers("y", 3)["cell"]):
        step(made)
    assert [each.gate for each in made.netlist().instances] == ["lut2-8"]


@pytest.mark.parametrize("widest", range(2, 7))
@pytest.mark.parametrize("inputs", range(1, 7))
def test_no_gate_is_wider_than_allowed(widest: int, inputs: int) -> None:
    draw = np.random.default_rng(inputs)
    for _ in range(6):
        ones = int.from_bytes(draw.bytes(8), "little") & ((1 << (1 << inputs)) - 1)
        made = assembler(widest=widest)
        nets = tuple(f"i{place}" for place in range(inputs))
        for net in reversed(nets):  # so that patterns count as truth tables do
            made.input(net, 1)
        made.output("y", 1)
        made.cell(ones, nets, "y", 2)
        netlist = made.netlist()
        assert all(len(spec.table.inputs) <= widest for spec in netlist.gates.values())
        assert [row[0] for row in rows(netlist)] == [ones >> row & 1 for row in range(1 << inputs)]


@pytest.mark.parametrize("widest", [-1, 0, 1, 7])
def test_gates_of_a_width_that_cannot_be_are_refused(widest: int) -> None:
    with pytest.raises(
        UsageError, match=f"gates of up to {widest} inputs cannot be made; choose 2 to 6"
    ):
        assembler(widest=widest)


def test_a_gate_of_several_outputs_is_the_registered_one(plugins: Plugins) -> None:
    made = assembler(plugins.gates)
    for net in "abcst":
        (made.output if net in "st" else made.input)(net, 1)
    full = plugins.gate("full-adder").table
    made.gate(full.ones, tuple("abc"), ("t", "s"), 2)
    assert made.netlist().instances == (Instance("t", "full-adder", tuple("abc"), ("t", "s")),)


def test_a_gate_of_several_outputs_is_one_gate_if_none_is_registered() -> None:
    made = assembler()
    for step in (*PORTS, drivers("y", 3)["gate"]):
        step(made)
    netlist = made.netlist()
    assert netlist.instances == (Instance("y", "lut2-8-e", ("a", "b"), ("y", "y3")),)
    assert netlist.gates["lut2-8-e"] == function_spec((AND, OR), 2)


@pytest.mark.parametrize("way", ["gate", "instance"])
def test_without_gates_or_where_they_are_too_wide_every_output_is_a_function(way: str) -> None:
    made = Assembler(Source("f", b""), "made", None)
    narrow = assembler(widest=2)
    full = GateSpec("full", TruthTable.from_integers([0xE8, 0x96], "abc", "ts"))
    for each in (made, narrow):
        for net in "abcst":
            (each.output if net in "st" else each.input)(net, 1)
        if way == "gate":
            each.gate(full.table.ones, tuple("abc"), ("t", "s"), 2)
        else:
            each.instance(full, tuple("abc"), ("t", "s"), 2)
    expected = [[sum(bits) & 1, sum(bits) >> 1] for bits in counting_patterns(0, 8, 3).tolist()]
    for each, widest in ((made, 3), (narrow, 2)):
        netlist = each.netlist()
        assert all(
            len(spec.table.outputs) == 1 and len(spec.table.inputs) <= widest
            for spec in netlist.gates.values()
        )
        assert rows(netlist) == expected


def test_a_registered_gate_that_is_named_is_placed_as_it_is() -> None:
    loose = GateSpec("loose", TruthTable.from_integers([AND], "ab", "y", dont_cares=[0]))
    made = assembler()
    for step in PORTS:
        step(made)
    made.instance(loose, ("a", "b"), ("y",), 3)
    netlist = made.netlist()
    assert netlist.gates == {"loose": loose}


def test_a_registered_gate_with_the_name_of_another_function_is_refused() -> None:
    # It computes XOR and is called like AND: a circuit would have two gates of one name.
    false = GateSpec("false", TruthTable.from_integers([0b0110], "ab", "y"))
    object.__setattr__(false, "name", "lut2-8")  # which no gate may be called in earnest
    for order in permutations((0b0110, AND)):
        made = assembler({"lut2-8": false})
        for step in PORTS:
            step(made)
        made.cell(order[0], ("a", "b"), "n", 3)
        with pytest.raises(FormatError) as caught:
            made.cell(order[1], ("a", "b"), "y", 4)
        assert str(caught.value) == (
            "f: two gates are called 'lut2-8': a plugin's, and the function of this name; "
            "rename the plugin's gate"
        )


def test_constants_do_not_listen_to_the_first_input() -> None:
    made = assembler()
    made.constant(0, "y", 3)  # before there is any input
    made.cell(1, (), "z", 4)
    for step in PORTS:
        step(made)
    made.output("z", 2)
    netlist = made.netlist()
    assert [(each.gate, each.inputs) for each in netlist.instances] == [
        ("lut1-0", ("a",)),
        ("lut1-3", ("a",)),
    ]
    assert rows(netlist) == [[0, 1]] * 4


# Order, aliases and wide covers


def test_cells_come_in_the_order_of_the_file_if_it_is_one() -> None:
    made = assembler()
    for step in PORTS:
        step(made)
    for net, reads in (("n", ("a", "b")), ("m", ("b", "a")), ("y", ("n", "m"))):
        made.cell(AND, reads, net, 3)
    assert [each.name for each in made.netlist().instances] == ["n", "m", "y"]


def test_cells_may_come_in_any_order() -> None:
    cells = [("n", ("a", "b")), ("m", ("n", "a")), ("o", ("n", "m")), ("y", ("o", "n"))]
    for order in permutations(cells):
        made = assembler()
        for net, reads in order:
            made.cell(AND, reads, net, 3)
        for step in PORTS:
            step(made)
        netlist = made.netlist()
        assert netlist.lint() == ()
        assert rows(netlist) == [[0], [0], [0], [1]]


def test_aliases_are_no_gates() -> None:
    for order in permutations([("a", "n"), ("n", "m"), ("m", "y"), ("m", "z")]):
        made = assembler()
        for step in PORTS:
            step(made)
        made.output("z", 2)
        made.output("a", 2)
        made.output("o", 2)
        made.cell(NOT, ("m",), "o", 3)
        for net, output in order:
            made.alias(net, output, 4)
        netlist = made.netlist()
        assert [(each.inputs, each.outputs) for each in netlist.instances] == [(("a",), ("o",))]
        assert [(bus.name, bus.nets) for bus in netlist.outputs] == [
            ("y", ("a",)), ("z", ("a",)), ("a", ("a",)), ("o", ("o",)),
        ]  # fmt: skip


@given(
    st.lists(st.text("01-", min_size=9, max_size=9), max_size=8),
    st.booleans(),
    st.integers(2, 6),
)
def test_wide_covers_are_decomposed(texts: list[str], negated: bool, widest: int) -> None:
    made = assembler(widest=widest)
    nets = tuple(f"i{place}" for place in range(9))
    made.output("y", 1)
    made.cover([cube(text) for text in texts], nets, "y", 2, negated=negated)
    for net in nets:
        made.input(net, 1)
    netlist = made.netlist()
    assert all(len(spec.table.inputs) <= widest for spec in netlist.gates.values())
    for bits, (got,) in zip(counting_patterns(0, 512, 9).tolist(), rows(netlist), strict=True):
        one = any(
            all(sign in ("-", str(bit)) for sign, bit in zip(text, bits, strict=True))
            for text in texts
        )
        assert got == one ^ negated


def test_a_narrow_cover_is_a_cell() -> None:
    for negated, gate in ((False, "lut2-8"), (True, "lut2-7")):
        made = assembler()
        for step in PORTS:
            step(made)
        made.cover([cube("11")], ("a", "b"), "y", 3, negated=negated)
        assert [each.gate for each in made.netlist().instances] == [gate]


def test_a_cover_may_read_a_net_twice() -> None:
    made = assembler()
    for step in (*PORTS, drivers("y", 3)["wide cover"]):
        step(made)
    assert rows(made.netlist()) == [[0], [0], [0], [1]]


def wide_circuit(*outputs: str) -> Assembler:
    made = assembler()
    for place in range(8):
        made.input(f"i{place}", 1)
    for output in outputs:
        made.output(output, 2)
    return made


EIGHT = tuple(f"i{place}" for place in range(8))


def test_inner_nets_of_a_cover_take_no_name_that_the_file_has() -> None:
    # The AND of eight is made of y~1, y~2 and y, if nothing else is called so.
    made = wide_circuit("y", "y~1")
    made.cover(WIDE, EIGHT, "y", 3)
    made.cover([cube("1111----")], EIGHT, "y~1", 4)
    made.cell(NOT, ("i0",), "y~2", 5)
    made.alias("y~2", "y~2~", 5)
    netlist = made.netlist()
    assert netlist.lint() == ()
    nets = {each.name for each in netlist.instances}
    assert {"y", "y~1", "y~2", "y~1~", "y~2~~"} == nets
    expected = [
        [int(all(bits)), int(all(bits[:4]))] for bits in counting_patterns(0, 256, 8).tolist()
    ]
    assert rows(netlist) == expected


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda made: made.output("y~1", 4), id="by an output"),
        pytest.param(lambda made: made.cell(NOT, ("y~1",), "z", 4), id="by a cell"),
        pytest.param(lambda made: made.alias("y~1", "z", 4), id="by an alias"),
        pytest.param(
            lambda made: made.cover([cube("0" * 8)], ("y~1", *EIGHT[1:]), "z", 4), id="by a cover"
        ),
    ],
)
def test_inner_nets_of_a_cover_drive_nothing_that_has_no_driver(read: Step) -> None:
    made = wide_circuit("y")
    made.cover(WIDE, EIGHT, "y", 3)
    read(made)
    with pytest.raises(FormatError) as caught:
        made.netlist()
    assert str(caught.value).startswith("f:4:1: 'y~1' is read here, and nothing drives it;")


def test_equal_covers_are_decomposed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Counted(Decomposition):
        def __init__(self, widest: int, looks: int) -> None:
            asked.append(widest)
            super().__init__(widest, looks)

    monkeypatch.setattr(module, "Decomposition", Counted)
    made = wide_circuit("y", "z", "w", "v")
    for net, negated in (("y", False), ("z", True)):
        made.cover(WIDE, EIGHT, net, 3, negated=negated)
    made.cover(list(WIDE), EIGHT[::-1], "w", 4)
    made.cover(WIDE, (*EIGHT, "i0"), "v", 5)
    netlist = made.netlist()
    assert len(asked) == 3
    assert rows(netlist)[-1] == [1, 0, 1, 1]
    assert rows(netlist)[-2] == [0, 1, 0, 0]


def test_wide_functions_of_too_many_literals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LITERALS", 2 * literals(WIDE))
    made = wide_circuit("y", "z", "w")
    for net in ("y", "z", "w"):
        made.cover(WIDE, EIGHT, net, 3)  # the same cubes: one function
    made.cover(list(WIDE), EIGHT, "v", 4)
    with pytest.raises(FormatError) as caught:
        made.cover(list(WIDE), EIGHT, "u", 5)
    assert str(caught.value) == (
        f"f:5:1: there are more than the {2 * literals(WIDE)} literals in wide functions that are read; "
        "let a synthesis tool make small gates of them first"
    )


def test_names_of_thousands_of_characters_are_refused() -> None:
    long = "n" * (nets.LONGEST_NAME + 1)
    made = assembler()
    said = []
    with pytest.raises(FormatError) as caught:
        made.input(long, 1)
    said.append(str(caught.value))
    with pytest.raises(FormatError) as caught:
        made.output(long, 1)
    said.append(str(caught.value))
    with pytest.raises(FormatError) as caught:
        made.cell(0b01, ("a",), long, 1)
    said.append(str(caught.value))
    assert (
        said
        == [
            f"f:1:1: '{'n' * 60}…' begins a name of 65537 characters, more than the 65536 that are read; "
            "rename it"
        ]
        * 3
    )
    made.cell(0b01, ("a",), long[1:], 1)


def test_a_decomposition_with_several_outputs() -> None:
    parts = Decomposition(4)
    signals = [parts.function([cube(text)], range(8)) for text in ("1" * 8, "1111----", "-0------")]
    made = wide_circuit("p", "q", "r", "s", "t")
    found = {
        net: signal
        for net, signal in zip("pqr", signals, strict=True)
        if not isinstance(signal, bool)
    }
    assert isinstance(signals[0], tuple)
    # one node with two names, one of them negated, and an input that is negated
    made.decomposed(parts, EIGHT, {**found, "s": (signals[0][0], True), "t": signals[0]}, 3)
    netlist = made.netlist()
    for bits, got in zip(counting_patterns(0, 256, 8).tolist(), rows(netlist), strict=True):
        every = int(all(bits))
        assert got == [every, int(all(bits[:4])), 1 - bits[1], 1 - every, every]


def test_inner_nets_of_a_decomposition_take_no_name_of_an_output() -> None:
    parts = Decomposition(4)
    signals = [parts.function([cube(text)], range(8)) for text in ("1" * 8, "00001111")]
    assert not isinstance(signals[0], bool)
    assert not isinstance(signals[1], bool)
    made = wide_circuit("y", "y~1")
    made.decomposed(parts, EIGHT, {"y": signals[0], "y~1": signals[1]}, 3)
    assert rows(made.netlist())[-1] == [1, 0]
    assert rows(made.netlist())[0xF0] == [0, 1]


# What is not a circuit

KINDS = tuple(drivers("y", 0))


@pytest.mark.parametrize("first", KINDS)
def test_a_second_driver_is_refused(first: str) -> None:
    expected = "f:4:1: 'y' is driven a second time; line 3 drives it; give it one driver"
    for second in KINDS:
        assert refusal(drivers("y", 3)[first], drivers("y", 4)[second]).startswith(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_the_later_line_is_the_second_driver_whichever_is_read_first(kind: str) -> None:
    text = refusal(drivers("y", 4)["cell"], drivers("y", 3)[kind])
    assert text.startswith("f:4:1: 'y' is driven a second time; line 3 drives it;")


@pytest.mark.parametrize("kind", KINDS)
def test_a_driven_input_is_refused(kind: str) -> None:
    text = refusal(drivers("b", 3)[kind], drivers("y", 4)["cell"])
    assert text == (
        "f:3:1: 'b' is driven here, and is an input by line 1; an input has no driver in the circuit"
    )


def test_a_gate_that_drives_a_net_twice_is_refused() -> None:
    for step in (
        lambda made: made.gate((AND, OR), ("a", "b"), ("y", "y"), 3),
        lambda made: made.instance(HALF, ("a", "b"), ("y", "y"), 3),
    ):
        assert refusal(step).startswith("f:3:1: 'y' is driven a second time; line 3 drives it;")


def test_ports_that_are_named_twice_are_refused() -> None:
    assert refusal(lambda made: made.input("a", 3)) == (
        "f:3:1: 'a' is an input twice; name every input once"
    )
    assert refusal(lambda made: made.output("y", 3)) == (
        "f:3:1: 'y' is an output twice; name every output once"
    )


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([], "2:1: 'y'"),
        ([lambda made: made.cell(AND, ("a", "q"), "y", 3)], "3:1: 'q'"),
        ([lambda made: made.cell(AND, ("a", "q"), "n", 3), drivers("y", 4)["cell"]], "3:1: 'q'"),
        ([lambda made: made.alias("q", "y", 3)], "3:1: 'q'"),
        ([lambda made: made.alias("q", "n", 3), drivers("y", 4)["cell"]], "3:1: 'q'"),
        (
            [lambda made: made.alias("n", "y", 3), lambda made: made.alias("q", "n", 4)],
            "4:1: 'q'",
        ),
        ([lambda made: made.cover(WIDE, ("q", *["a"] * 7), "y", 3)], "3:1: 'q'"),
        ([lambda made: made.gate((AND, OR), ("a", "q"), ("y", "n"), 3)], "3:1: 'q'"),
        (
            # beside a cycle, which it is not part of
            [
                lambda made: made.cell(AND, ("y", "q"), "n", 3),
                lambda made: made.cell(BUF, ("n",), "y", 4),
            ],
            "3:1: 'q'",
        ),
    ],
)
def test_a_net_without_driver_is_refused(steps: list[Step], place: str) -> None:
    assert refusal(*steps) == (
        f"f:{place} is read here, and nothing drives it; make it an input, or give it a driver"
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([lambda made: made.cell(AND, ("a", "y"), "y", 3)], "3:1: there is a cycle: y → y;"),
        ([lambda made: made.alias("y", "y", 3)], "3:1: there is a cycle: y → y;"),
        (
            [
                lambda made: made.cell(AND, ("a", "n"), "y", 3),
                lambda made: made.cell(AND, ("a", "y"), "n", 4),
            ],
            "3:1: there is a cycle: n → y → n;",
        ),
        (
            [lambda made: made.alias("n", "y", 3), lambda made: made.alias("y", "n", 4)],
            "3:1: there is a cycle: y → n → y;",
        ),
        (
            # the output follows a cycle
            [
                lambda made: made.alias("n", "y", 3),
                lambda made: made.alias("m", "n", 4),
                lambda made: made.alias("n", "m", 5),
            ],
            "4:1: there is a cycle: n → m → n;",
        ),
        (
            # of a cell and two names
            [
                lambda made: made.cell(AND, ("n", "a"), "m", 3),
                lambda made: made.alias("m", "y", 4),
                lambda made: made.alias("y", "n", 5),
            ],
            "3:1: there is a cycle: m → m;",
        ),
        (
            # cells that follow a cycle are not part of it
            [
                lambda made: made.cell(AND, ("n", "a"), "y", 3),
                lambda made: made.cell(AND, ("m", "a"), "n", 4),
                lambda made: made.cell(AND, ("n", "a"), "m", 5),
            ],
            "4:1: there is a cycle: m → n → m;",
        ),
        (
            [
                lambda made: made.cover(WIDE, ("n", *["a"] * 7), "y", 3),
                lambda made: made.cell(NOT, ("y",), "n", 4),
            ],
            "there is a cycle: ",
        ),
    ],
)
def test_a_cycle_is_refused(steps: list[Step], expected: str) -> None:
    text = refusal(*steps)
    assert expected in text
    assert text.endswith("; a circuit must not feed itself")


def test_a_long_cycle_is_shown_in_part() -> None:
    for way in ("cells", "aliases"):
        made = assembler()
        made.input("a", 1)
        made.output("n0", 2)
        for place in range(100):
            reads, net = f"n{(place - 1) % 100}", f"n{place}"
            if way == "cells":
                made.cell(NOT, (reads,), net, 3)
            else:
                made.alias(reads, net, 3)
        with pytest.raises(FormatError) as caught:
            made.netlist()
        assert str(caught.value).count("→") == 7
        assert "… →" in str(caught.value)


def test_a_circuit_without_ports_is_refused() -> None:
    made = assembler()
    with pytest.raises(FormatError, match=r"^f: there is no output; name at least one$"):
        made.netlist()
    made.output("y", 1)
    made.constant(1, "y", 2)
    with pytest.raises(FormatError) as caught:
        made.netlist()
    assert str(caught.value) == "f: there is no input, so nothing to compute; name at least one"


def latches(*given: Latch) -> Step:
    def place(made: Assembler) -> None:
        made.input("clk", 1)
        for each in given:
            made.register(each)
        made.cell(AND, ("a", "b"), "y", 9)

    return place


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((Latch("open", "q", 3),), "f:3:1: 'open' is read here, and nothing drives it"),
        (
            (Latch("a", "q", 3, clock="clk"), Latch("a", "r", 4, clock="b")),
            "f:4:1: 'r' has the clock 'b', and 'q' has 'clk'; one clock and one of its edges are",
        ),
        (
            (Latch("a", "q", 3, clock="clk"), Latch("a", "r", 4, clock="clk", rising=False)),
            "f:4:1: 'r' moves as the clock falls, and 'q' as it rises; one clock",
        ),
        ((Latch("b", "q", 3, clock="a"),), "f:9:1: 'a' is the clock, and is read by a gate; only registers"),
        ((Latch("a", "q", 3, clock="y"),), "f:3:1: 'y' is a clock that a gate makes; make the"),
        ((Latch("a", "q", 3, clock="no"),), "f:3:1: 'no' is a clock, and is not an input; name it"),
        ((Latch("clk", "q", 3, clock="clk"),), "f:3:1: 'clk' is the clock 'clk' under another"),
    ],
)  # fmt: skip
def test_what_is_no_circuit_of_one_clock_is_refused(given: tuple[Latch, ...], said: str) -> None:
    assert refusal(latches(*given)).startswith(said)


def test_registers_are_read_and_their_clock_is_no_input() -> None:
    netlist = taken(
        latches(Latch("y", "q", 3, 1, "clk", False), Latch("q", "r", 4, None, "clk", False))
    )
    assert [bus.name for bus in netlist.inputs] == ["a", "b"]
    assert netlist.clock == Clock("clk", rising=False)
    assert netlist.registers == (Register("q", "y", "q", 1), Register("r", "q", "r", None))


def test_one_without_a_clock_moves_with_the_others() -> None:
    falling = Latch("a", "q", 3, clock="clk", rising=False)
    for some in ((falling, Latch("q", "r", 4)), (Latch("a", "r", 3), falling)):
        assert taken(latches(*some)).clock == Clock("clk", rising=False)
    assert taken(latches(Latch("a", "r", 3))).clock is None


def test_a_clock_behind_buffers_is_the_clock() -> None:
    def place(made: Assembler) -> None:
        latches(Latch("y", "q", 3, clock="clk"), Latch("q", "r", 4, clock="far"))(made)
        made.alias("near", "far", 5)
        made.alias("clk", "near", 6)

    assert taken(place).clock == Clock("clk")


def test_a_reset_that_depends_on_what_it_resets_is_told() -> None:
    def place(made: Assembler) -> None:
        made.output("q", 2)
        made.register(Latch("a", "q~held", 3))
        made.cell(AND, ("a", "b"), "y", 9)
        made.cell(AND, ("q~held", "r"), "q", 3)
        made.cell(AND, ("a", "q"), "r", 4)

    assert refusal(place).endswith(
        "a reset that does not wait for the clock depends on what it resets; let it wait"
    )


def test_what_is_a_circuit_is_left_to_the_netlist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Netlist, "lint", lambda _: ("it is odd", "very odd"))
    assert refusal(drivers("y", 3)["cell"]) == "f: it is odd"


def test_a_circuit_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nets, "MOST_GATES", 3)
    made = assembler()
    for line in range(3):
        made.cell(NOT, ("a",), f"n{line}", line)
    with pytest.raises(FormatError, match=r"f:9:1: the circuit has more than 3 gates; split it"):
        made.cell(NOT, ("a",), "m", 9)


# Ports


def ports(inputs: str, outputs: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The ports of a circuit whose outputs are inputs, or follow the first one."""
    made = assembler()
    for net in inputs.split():
        made.input(net, 1)
    for net in outputs.split():
        made.output(net, 2)
        if net not in inputs.split():
            made.alias(inputs.split()[0], net, 3)
    netlist = made.netlist()
    assert netlist.lint() == ()
    found = [[(bus.name, bus.vector) for bus in side] for side in (netlist.inputs, netlist.outputs)]
    return found[0], found[1]


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        ("a[0] a[1]", "y<1> y<2>", ([("a", True)], [("y", True)])),
        # a bus on one side and a bus, or a wire, of the same name on the other
        ("a[0] a[1]", "a_0_ b", ([("a[0]", False), ("a[1]", False)], [("a_0_", False), ("b", False)])),
        ("a[0] a[1]", "a", ([("a[0]", False), ("a[1]", False)], [("a", False)])),
        ("a", "a[0] a[1]", ([("a", False)], [("a[0]", False), ("a[1]", False)])),
        # the same net on both sides keeps its name
        ("a b", "a", ([("a", False), ("b", False)], [("a", False)])),
        ("a[0] a[1]", "a[1]", ([("a[0]", False), ("a[1]", False)], [("a[1]", False)])),
        ("a[0] b[0]", "a[0] c[0]", ([("a[0]", False), ("b", True)], [("a[0]", False), ("c", True)])),
        # bits that become wires have names that no bus of the other side may have
        (
            "a[0] a[1]",
            "a a[0][0] a[0][1]",
            (
                [("a[0]", False), ("a[1]", False)],
                [("a", False), ("a[0][0]", False), ("a[0][1]", False)],
            ),
        ),
    ],
)  # fmt: skip
def test_no_two_ports_have_one_name(
    inputs: str,
    outputs: str,
    expected: tuple[list[tuple[str, bool]], list[tuple[str, bool]]],
) -> None:
    assert ports(inputs, outputs) == expected


PORT_NAMES = st.lists(
    st.sampled_from(["a", "a[0]", "a[1]", "a<0>", "a[0][0]", "a[0][1]", "b", "b[0]", "b[3]"]),
    unique=True,
    min_size=1,
)


@given(PORT_NAMES, PORT_NAMES)
def test_any_ports_make_a_netlist(inputs: list[str], outputs: list[str]) -> None:
    ins, outs = ports(" ".join(inputs), " ".join(outputs))
    assert len(set(ins)) == len(ins)
    assert len(set(outs)) == len(outs)


# The same circuit of functions


def random_circuit(plugins: Plugins, seed: int) -> Netlist:
    """Forty gates of every kind; every seventh wire is an output."""
    draw, circuit = np.random.default_rng(seed), CircuitBuilder("random", plugins.gates)
    wires = list(circuit.input_bus("a", 6))
    for kind in draw.choice(sorted(plugins.gates), 40).tolist():
        pins = draw.integers(len(wires), size=len(plugins.gates[kind].table.inputs))
        wires += circuit.instance(kind, *(wires[pin] for pin in pins))
    circuit.output_bus("y", wires[::7])
    return circuit.netlist()


def test_the_same_circuit_of_functions(plugins: Plugins) -> None:
    for seed, widest in product(range(4), (2, 3, 4, 6)):
        netlist = random_circuit(plugins, seed)
        made = of_functions(netlist, widest)
        assert made.lint() == ()
        assert (made.inputs, made.name) == (netlist.inputs, netlist.name)
        for name, spec in made.gates.items():
            assert spec == function_spec(spec.table.ones, len(spec.table.inputs))
            assert (len(spec.table.outputs), name) == (1, spec.name)
            assert len(spec.table.inputs) <= widest
        assert [bus.name for bus in made.outputs] == [bus.name for bus in netlist.outputs]
        assert rows(made) == rows(netlist)


def test_a_wide_function_that_is_an_input_leaves_no_net_behind() -> None:
    # Of five inputs, of which it listens to one: decomposed, it is not a gate at all.
    nets = tuple("abcde")
    gates = {
        spec.name: spec
        for spec in (
            function_spec((0xFFFF0000,), 5),  # a
            function_spec((0x0000FFFF,), 5),  # not a
            function_spec((0xFFFFFFFF,), 5),
        )
    }
    outputs = tuple(
        Bus(net, (net,) if net != "y" else ("y", "a"), vector=net == "y") for net in ("y", "z", "w")
    )
    instances = tuple(
        Instance(net, gate, nets, (net,)) for net, gate in zip("yzw", gates, strict=True)
    )
    netlist = Netlist("odd", gates, tuple(Bus(net, (net,)) for net in nets), outputs, instances)
    made = of_functions(netlist, 4)
    assert made.lint() == ()
    assert made.outputs[0] == Bus("y", ("a", "a"), vector=True)
    assert rows(made) == rows(netlist)


def test_dont_care_rows_count_as_zero() -> None:
    loose = GateSpec("loose", TruthTable.from_integers([AND], "ab", "y", dont_cares=[0]))
    ins, outs = (Bus("a", ("a",)), Bus("b", ("b",))), (Bus("y", ("y",)),)
    netlist = Netlist(
        "one", {"loose": loose}, ins, outs, (Instance("g", "loose", ("a", "b"), ("y",)),)
    )
    assert of_functions(netlist, 4).instances == (Instance("y", "lut2-8", ("a", "b"), ("y",)),)


def test_many_cells_in_any_order_take_bounded_time() -> None:
    count = 60_000
    for order in (range(count), reversed(range(count))):
        begin = time.process_time()
        made = assembler()
        made.input("n0", 1)
        made.output(f"n{count}", 1)
        for place in order:
            made.cell(NOT, (f"n{place}",), f"n{place + 1}", 2)
        assert len(made.netlist().instances) == count
        assert time.process_time() - begin < 20
    begin = time.process_time()
    made = assembler()
    made.input("n0", 1)
    made.output(f"n{count}", 1)
    for place in range(count):
        made.alias(f"n{place}", f"n{place + 1}", 2)
    assert made.netlist().outputs[0].nets == ("n0",)
    assert time.process_time() - begin < 20


def test_inputs_that_do_not_matter_are_left_out_of_a_wide_table() -> None:
    made = Assembler(Source("w.bench", b""), "w", {})
    for place in range(16):
        made.input(f"x{place}", 1)
    made.output("y", 2)
    word = 0x9E3779B97F4A7C15  # of the last six inputs alone
    made.cell(
        sum(word << 64 * at for at in range(1024)), tuple(f"x{at}" for at in range(16)), "y", 3
    )
    (only,) = made.netlist().instances
    assert only.gate == "lut6-9e3779b97f4a7c15"
    assert only.inputs == tuple(f"x{place}" for place in range(10, 16))
