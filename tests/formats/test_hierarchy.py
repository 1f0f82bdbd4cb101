"""Models within models, made flat; and what no circuit can be made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

import gatewright.formats.model.model_checks as module
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.model.hierarchy import flatten
from gatewright.formats.model.models import Alias, Call, Cell, Cover, Latch, Model
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns
from gatewright.logic.cover import cube
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

AND, XOR, NOT = 0b1000, 0b0110, 0b01


def model(name: str, inputs: str, outputs: str, line: int = 1) -> Model:
    """A model whose ports all stand in its first line."""
    return Model(
        name, line, dict.fromkeys(inputs.split(), line), dict.fromkeys(outputs.split(), line)
    )


def call(kind: str, name: str, pins: str, line: int = 7) -> Call:
    return Call(kind, name, dict(pin.split("=") for pin in pins.split()), line)


def flat(*models: Model, gates: Mapping[str, GateSpec] | None = None, widest: int = 6) -> Netlist:
    """The circuit of the first model."""
    by_name = {each.name: each for each in models}
    return flatten(Source("f", b""), by_name, models[0].name, gates or {}, widest=widest)


def refusal(*models: Model, gates: Mapping[str, GateSpec] | None = None) -> str:
    with pytest.raises(FormatError) as caught:
        flat(*models, gates=gates)
    return str(caught.value)


def rows(netlist: Netlist) -> list[list[int]]:
    width = len(netlist.input_nets)
    engine = ExactEngine(compile_netlist(netlist))
    found: list[list[int]] = engine.outputs(counting_patterns(0, 1 << width, width)).tolist()
    return found


def half_adder() -> Model:
    made = model("ha", "a b", "s c")
    made.cells = [Cell(XOR, ("a", "b"), "s", 2), Cell(AND, ("b", "a"), "c", 3)]
    return made


def twice_inverted() -> Model:
    """A buffer that is not a gate: it has a net of its own."""
    made = model("buf2", "a", "y")
    made.cells = [Cell(NOT, ("n",), "y", 2), Cell(NOT, ("a",), "n", 3)]
    return made


# Models that are gates


def test_a_model_that_only_computes_is_a_gate(plugins: Plugins) -> None:
    top = model("top", "x y", "s c")
    top.calls = [call("ha", "h", "s=s c=c a=x b=y")]
    for gates, kind, order in ((plugins.gates, "half-adder", "sc"), ({}, "lut2-6-8", "sc")):
        inner = half_adder()
        if kind == "half-adder":  # the registered one gives its carry first
            inner.outputs = dict(reversed(inner.outputs.items()))
            order = "cs"
        (instance,) = flat(top, inner, gates=gates).instances
        assert (instance.gate, instance.inputs) == (kind, ("x", "y"))
        assert instance.outputs == tuple(order)


def test_the_tables_of_a_model() -> None:
    assert half_adder().tables() == (XOR, AND)
    made = model("m", "a b c", "y z o")
    made.cells = [Cell(0b0100, ("c", "a"), "y", 2), Cell(1, (), "o", 2)]
    made.aliases = [Alias("b", "z", 3)]
    # y is 1 where c is 1 and a is 0: in row 1 and in row 3
    assert made.tables() == (0b1010, 0b11001100, 0xFF)


def not_a_gate() -> dict[str, Model]:
    """Models that are circuits, by what makes them so."""
    made = {
        name: model(name, "a b", "y")
        for name in ("cover", "call", "register", "inner", "undriven", "input", "twice", "other")
    }
    for each in made.values():
        each.cells = [Cell(AND, ("a", "b"), "y", 2)]
    made["cover"].covers = [Cover([cube("11")], ("a", "b"), "y", 2, False)]
    made["call"].calls = [call("ha", "h", "a=a b=b")]
    made["register"].registers = [Latch("a", "y", 2)]
    made["inner"].cells = [Cell(AND, ("a", "n"), "y", 2)]
    made["undriven"].cells = []
    made["input"].cells += [Cell(NOT, ("b",), "a", 2)]
    made["twice"].aliases = [Alias("a", "y", 2)]
    made["other"].cells += [Cell(NOT, ("a",), "n", 2)]
    made["no outputs"] = model("m", "a", "")
    made["no inputs"] = model("m", "", "y")
    made["no inputs"].cells = [Cell(1, (), "y", 2)]
    made["seven"] = model("m", "a b c d e f g", "y")
    made["seven"].cells = [Cell(AND, ("a", "b"), "y", 2)]
    return made


@pytest.mark.parametrize("what", not_a_gate())
def test_every_other_model_is_a_circuit(what: str) -> None:
    assert not_a_gate()[what].tables() is None


# Models that are circuits


def test_a_model_is_replaced_by_what_it_holds() -> None:
    top = model("top", "x", "z")
    top.calls = [call("buf2", "p", "a=x y=q"), call("buf2", "r", "a=q y=z")]
    netlist = flat(top, twice_inverted())
    assert [(each.inputs, each.outputs) for each in netlist.instances] == [
        (("x",), ("p/n",)), (("p/n",), ("q",)), (("q",), ("r/n",)), (("r/n",), ("z",)),
    ]  # fmt: skip
    assert rows(netlist) == [[0], [1]]


def test_models_in_models_in_models() -> None:
    top, middle = model("top", "x", "z"), model("middle", "a", "y")
    top.calls = [call("middle", "m", "a=x y=z")]
    middle.calls = [call("buf2", "b", "a=a y=k"), call("ha", "h", "a=a b=k s=y")]
    netlist = flat(top, middle, twice_inverted(), half_adder())
    assert {net for each in netlist.instances for net in each.outputs} == {
        "m/b/n", "m/k", "z", "m/h/c",
    }  # fmt: skip
    assert rows(netlist) == [[0], [0]]


def test_everything_a_model_may_hold() -> None:
    inner = model("inner", "a b c d e f g", "y z w")
    inner.covers = [Cover([cube("1" * 7)], tuple("abcdefg"), "y", 2, True)]
    inner.aliases = [Alias("y", "z", 3), Alias("a", "n", 4)]
    inner.cells = [Cell(1, (), "w", 5), Cell(NOT, ("n",), "m", 6)]
    top = model("top", "a b c d e f g", "y z w")
    pins = " ".join(f"{net}={net}" for net in "abcdefgyzw")
    top.calls = [call("inner", "i", pins)]
    netlist = flat(top, inner)
    assert rows(netlist)[-1] == [0, 0, 1]
    assert rows(netlist)[:-1] == [[1, 1, 1]] * 127
    assert "i/m" in {each.name for each in netlist.instances}


def test_the_top_may_hold_everything_itself() -> None:
    top = model("top", "a b c d e f g", "y z")
    top.covers = [Cover([cube("1" * 7)], tuple("abcdefg"), "y", 2, True)]
    top.aliases = [Alias("y", "z", 3)]
    assert rows(flat(top))[-2:] == [[1, 1], [0, 0]]


def test_a_cover_that_is_placed_often_is_shared() -> None:
    inner = model("inner", "a b c d e f g", "y")
    inner.covers = [Cover([cube("1" * 7)], tuple("abcdefg"), "y", 2, False)]
    top = model("top", "a b c d e f g", "y z")
    ports = " ".join(f"{net}={net}" for net in "abcdefg")
    top.calls = [call("inner", "i", f"{ports} y=y"), call("inner", "j", f"{ports} y=z")]
    netlist = flat(top, inner)
    assert rows(netlist)[-1] == [1, 1]
    assert len(netlist.instances) == 4


def test_outputs_that_nobody_reads_may_be_left_open(plugins: Plugins) -> None:
    top = model("top", "x y", "s")
    top.calls = [
        call("ha", "h", "a=x b=y s=s"),
        call("buf2", "b", "a=x"),
        call("half-adder", "g", "a=x b=s"),
    ]
    netlist = flat(top, half_adder(), twice_inverted(), gates=plugins.gates)
    outputs = {net for each in netlist.instances for net in each.outputs}
    assert outputs == {"s", "h/c", "b/y", "b/n", "g/carry", "g/sum"}


def test_a_registered_gate_needs_no_model(plugins: Plugins) -> None:
    top = model("top", "x y", "s c")
    top.calls = [call("half-adder", "h", "a=x b=y sum=s carry=c")]
    (instance,) = flat(top, gates=plugins.gates).instances
    assert (instance.gate, instance.inputs, instance.outputs) == (
        "half-adder", ("x", "y"), ("c", "s"),
    )  # fmt: skip


def test_a_model_comes_before_a_gate_of_its_name(plugins: Plugins) -> None:
    top, inner = model("top", "x y", "z"), model("and", "a b", "y")
    inner.cells = [Cell(XOR, ("a", "b"), "y", 2)]
    top.calls = [call("and", "h", "a=x b=y y=z")]
    assert [each.gate for each in flat(top, inner, gates=plugins.gates).instances] == ["xor"]


def test_no_gate_is_wider_than_allowed() -> None:
    inner = model("inner", "a b c d e f", "y z")
    inner.cells = [
        Cell(1 << 63, tuple("abcdef"), "y", 2),
        Cell((1 << 63) - 1, tuple("abcdef"), "z", 2),
    ]
    top = model("top", "a b c d e f", "y z")
    top.calls = [call("inner", "i", " ".join(f"{net}={net}" for net in "abcdefyz"))]
    assert len(flat(top, inner).instances) == 1
    netlist = flat(top, inner, widest=3)
    assert max(len(spec.table.inputs) for spec in netlist.gates.values()) == 3
    assert rows(netlist) == [[0, 1]] * 63 + [[1, 0]]


# Names of nets within models meet no other name


def test_nets_of_a_model_meet_none_of_the_model_around_it() -> None:
    top = model("top", "x", "z b/n")
    top.calls = [call("buf2", "b", "a=x y=z"), call("buf2", "b~", "a=x y=b/n")]
    netlist = flat(top, twice_inverted())
    assert netlist.lint() == ()
    assert {each.name for each in netlist.instances} == {"b~/n", "z", "b~~/n", "b/n"}
    assert rows(netlist) == [[0, 0], [1, 1]]


def test_a_net_that_nobody_drives_is_not_driven_from_within_a_model() -> None:
    top = model("top", "x", "z w")
    top.calls = [call("buf2", "b", "a=x y=z")]
    top.cells = [Cell(NOT, ("b/n",), "w", 5)]
    assert refusal(top, twice_inverted()).startswith(
        "f:5:1: 'b/n' is read here, and nothing drives it;"
    )


def test_calls_with_slashes_meet_no_others() -> None:
    # b, which holds c, which has n; and b/c, which has n
    top, middle = model("top", "x", "z w"), model("middle", "a", "y")
    middle.calls = [call("buf2", "c", "a=a y=y")]
    top.calls = [
        call("middle", "b", "a=x y=z"),
        call("buf2", "b/c", "a=x y=w"),
        call("buf2", "b|c", "a=x"),
    ]
    netlist = flat(top, middle, twice_inverted())
    assert netlist.lint() == ()
    assert rows(netlist) == [[0, 0], [1, 1]]


def test_outputs_left_open_meet_no_other_name() -> None:
    top = model("top", "x y", "s h/c")
    top.calls = [call("ha", "h", "a=x b=y s=s")]
    top.cells = [Cell(NOT, ("x",), "h/c", 5)]
    netlist = flat(top, half_adder())
    assert {net for each in netlist.instances for net in each.outputs} == {"s", "h~/c", "h/c"}


# What is not a circuit


def test_a_missing_model_is_refused() -> None:
    top = model("top", "x", "z")
    top.calls = [call("none", "n", "a=x y=z")]
    assert refusal(top) == (
        "f:7:1: 'none' is neither a model of this file nor a registered gate; add its .model to the file"
    )
    # also where a model holds it that is placed itself
    middle = model("middle", "a", "y")
    middle.calls = [call("none", "n", "a=a y=y", 4)]
    top.calls = [call("middle", "m", "a=x y=z")]
    assert refusal(top, middle).startswith("f:4:1: 'none' is neither a model of this file")


@pytest.mark.parametrize(
    ("kind", "pins", "expected"),
    [
        ("ha", "a=x b=x s=z q=x", "'q' is not a port of 'ha'; its ports are a, b, c, s"),
        ("ha", "a=x s=z", "'ha' is placed without its input 'b'; join every input to a net"),
        ("ha", "", "'ha' is placed without its input 'a'; join every input to a net"),
        ("half-adder", "a=x b=x q=z", "'q' is not a port of 'half-adder'; its ports are a, b, carry, sum"),
        ("half-adder", "b=x sum=z", "'half-adder' is placed without its input 'a'; join every input to a net"),
    ],
)  # fmt: skip
def test_missing_and_unknown_ports_are_refused(
    plugins: Plugins, kind: str, pins: str, expected: str
) -> None:
    top = model("top", "x", "z")
    top.calls = [call(kind, "h", pins)]
    assert refusal(top, half_adder(), gates=plugins.gates) == f"f:7:1: {expected}"


def test_a_model_with_two_drivers_is_refused() -> None:
    for cells, aliases in (
        ([Cell(AND, ("a", "a"), "y", 2), Cell(NOT, ("a",), "y", 3)], []),
        ([Cell(NOT, ("a",), "y", 3)], [Alias("a", "y", 2)]),
        ([], [Alias("a", "y", 2), Alias("a", "y", 3)]),
    ):
        inner, top = model("inner", "a", "y"), model("top", "x", "z")
        inner.cells, inner.aliases = cells, aliases
        top.calls = [call("inner", "i", "a=x y=z")]
        assert refusal(top, inner).startswith(
            "f:3:1: 'z' is driven a second time; line 2 drives it;"
        )


def test_a_model_that_drives_its_input_is_refused() -> None:
    # Else the net around it would have a driver where it has none.
    makers: dict[str, Callable[[Model], None]] = {
        "cell": lambda made: made.cells.append(Cell(NOT, ("b",), "a", 3)),
        "cover": lambda made: made.covers.append(Cover([cube("1")], ("b",), "a", 3, False)),
        "alias": lambda made: made.aliases.append(Alias("b", "a", 3)),
        "register": lambda made: made.registers.append(Latch("b", "a", 3)),
        "call": lambda made: made.calls.append(call("buf2", "c", "a=b y=a", 3)),
        "gate": lambda made: made.calls.append(call("not", "c", "a=b y=a", 3)),
    }
    inverter = GateSpec("not", TruthTable.from_integers([NOT], "a", "y"))
    for make in makers.values():
        inner, top = model("inner", "a b", "y"), model("top", "x", "z")
        inner.cells = [Cell(NOT, ("a",), "y", 2)]
        make(inner)
        top.calls = [call("inner", "i", "a=free b=x y=z")]
        assert refusal(top, inner, twice_inverted(), gates={"not": inverter}) == (
            "f:3:1: 'a' is driven here, and is an input of model 'inner' by line 1; "
            "an input has no driver in its model"
        )


def test_a_model_that_does_not_drive_an_output_is_refused() -> None:
    inner, top = model("inner", "a", "y w v", 4), model("top", "x", "z")
    inner.cells = [Cell(NOT, ("a",), "y", 5)]
    top.calls = [call("inner", "i", "a=x y=z v=n w=m")]
    # also where another cell drives the net it is joined to
    top.cells = [Cell(NOT, ("x",), "n", 2), Cell(NOT, ("x",), "m", 2)]
    assert refusal(top, inner) == (
        "f:4:1: 'v' is an output of model 'inner', and nothing drives it there; give it a driver"
    )
    top.calls = [call("inner", "i", "a=x y=z")]  # nobody asks for it
    assert rows(flat(top, inner)) == [[1], [0]]


def test_a_model_that_hands_an_input_on_is_refused_as_long_as_it_is_placed() -> None:
    inner, top = model("inner", "a y", "y"), model("top", "x", "z")
    inner.outputs = {"y": 3}
    top.calls = [call("inner", "i", "a=x y=z")]
    assert refusal(top, inner) == (
        "f:3:1: 'y' is an input and an output of model 'inner'; name them apart"
    )
    alone = model("top", "x y", "y")
    assert rows(flat(alone, inner)) == [[0], [0], [1], [1]]


def test_registers_are_found_in_models() -> None:
    inner, top = model("inner", "a c", "y"), model("top", "x c", "z")
    inner.registers = [Latch("a", "y", 4, 0, "c"), Latch("y", "q", 5, 1, "c")]
    top.registers = [Latch("z", "r", 6, None, "c")]
    top.calls = [call("inner", "i", "a=x c=c y=z")]
    made = flat(top, inner)
    assert [(each.name, each.d, each.initial) for each in made.registers] == [
        ("r", "z", None),
        ("z", "x", 0),
        ("i/q", "z", 1),
    ]
    assert [bus.name for bus in made.inputs] == ["x"]


# Models that hold themselves, that are nested too deep, or grow too large


def chain(count: int, *, last: str = "") -> list[Model]:
    """Models of which each holds the next, and the last one another."""
    made = [model(f"m{place}", "a", "y", place + 1) for place in range(count)]
    for place, each in enumerate(made):
        inner = f"m{place + 1}" if place + 1 < count else last
        if inner:
            each.calls = [call(inner, "i", "a=a y=y", 100 + place)]
        else:
            each.cells = [Cell(NOT, ("a",), "n", 1), Cell(NOT, ("n",), "y", 1)]
    return made


def test_a_model_that_holds_itself_is_refused() -> None:
    assert refusal(*chain(1, last="m0")) == (
        "f:100:1: 'm0' holds itself: m0 → m0; a model may place any model but those it is part of"
    )
    assert "f:102:1: 'm0' holds itself: m0 → m1 → m2 → m0;" in refusal(*chain(3, last="m0"))
    assert "f:104:1: 'm2' holds itself: m2 → m3 → m4 → m2;" in refusal(*chain(5, last="m2"))
    assert "holds itself: m0 → m1 → m2 → m3 → m4 → … → m0;" in refusal(*chain(50, last="m0"))


def test_a_model_that_holds_itself_matters_only_where_it_is_placed() -> None:
    top, inner = model("top", "a", "y"), chain(1, last="m0")[0]
    top.cells = [Cell(NOT, ("a",), "y", 1)]
    assert len(flat(top, inner).instances) == 1


def test_models_may_be_nested_deeply_but_not_too_deeply() -> None:
    netlist = flat(*chain(256))
    assert rows(netlist) == [[0], [1]]
    assert {each.name for each in netlist.instances} == {"/".join(["i"] * 255 + ["n"]), "y"}
    begin = time.process_time()
    for count in (257, 3000):
        assert refusal(*chain(count)) == (
            "f:257:1: 'm256' lies more than 256 models deep; flatten the file"
        )
    assert time.process_time() - begin < 20


def test_depth_is_counted_along_every_path() -> None:
    # m0 → … → m199 is looked at first, then k0 → … → k199 → m0.
    lower, upper = chain(200), chain(200, last="m0")
    for each in upper:
        each.name = each.name.replace("m", "k")
        each.calls = [
            call(one.model if one.model == "m0" else one.model.replace("m", "k"), "i", "a=a y=y")
            for one in each.calls
        ]
    top = model("top", "a", "y")
    top.calls = [call("k0", "k", "a=a y=y"), call("m0", "m", "a=a")]
    assert refusal(top, *upper, *lower) == (
        "f:144:1: 'k143' nests models more than 256 deep; flatten the file"
    )


def doubling(levels: int) -> list[Model]:
    """Models of which each holds the next one twice."""
    made = chain(levels + 1)
    for place, each in enumerate(made[:-1]):
        each.calls = [
            call(f"m{place + 1}", "i", "a=a y=n"), call(f"m{place + 1}", "j", "a=n y=y"),
        ]  # fmt: skip
    return made


def test_models_that_grow_without_bound_are_refused_at_once() -> None:
    assert len(flat(*doubling(8)).instances) == 512
    begin = time.process_time()
    for levels in (30, 200):
        assert "makes a circuit of more than 4000000 gates; split the circuit" in refusal(
            *doubling(levels)
        )
    assert time.process_time() - begin < 10


def test_gates_are_counted_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    top = model("top", "x y", "s4")
    top.calls = [call("ha", f"h{place}", f"a=x b=y s=s{place}") for place in range(5)]
    # An output that is left open counts as one more.
    monkeypatch.setattr(module, "MOST_GATES", 10)
    assert len(flat(top, half_adder()).instances) == 5
    monkeypatch.setattr(module, "MOST_GATES", 9)
    assert refusal(top, half_adder()) == (
        "f:1:1: 'top' makes a circuit of more than 9 gates; split the circuit"
    )
    top.calls = [call("ha", f"h{place}", f"a=x b=y s=s{place} c=c{place}") for place in range(5)]
    monkeypatch.setattr(module, "MOST_GATES", 5)
    assert len(flat(top, half_adder()).instances) == 5


def test_models_of_many_ports_count_as_several_gates() -> None:
    # Little is written down, and each place would make a hundred thousand nets, or take as long.
    ports = " ".join(f"o{place}" for place in range(20_000))
    many = {
        "aliases": model("many", "a", ports),
        "open": model("many", "a", ports),
        "gates": model("many", "a", ports),
        "inputs": model("many", ports, "y"),
        "cover": model("many", "a", "y"),
        "names": model("many", "a", "y"),
    }
    many["names"].aliases = [Alias("a", f"n{place}", 2) for place in range(20_000)]
    many["names"].cells = [Cell(NOT, ("n0",), "n", 2), Cell(NOT, ("n",), "y", 2)]
    many["aliases"].aliases = [Alias("a", net, 2) for net in many["aliases"].outputs]
    many["gates"].cells = [Cell(NOT, ("a",), net, 2) for net in many["gates"].outputs]
    many["inputs"].cells = [Cell(NOT, ("o0",), "n", 2), Cell(NOT, ("n",), "y", 2)]
    many["cover"].covers = [Cover([cube("1" * 20_000)], ("a",) * 20_000, "y", 2, False)]
    for what, inner in many.items():
        assert inner.tables() is None
        pins = ports.replace(" ", "=n ") + "=n" if what == "inputs" else "a=n"
        levels = doubling(14)
        levels[-1].cells = [Cell(NOT, ("a",), "n", 1), Cell(NOT, ("a",), "y", 1)]
        levels[-1].calls = [call("many", "i", pins)]
        begin = time.process_time()
        assert "makes a circuit of more than 4000000 gates" in refusal(*levels, inner)
        assert time.process_time() - begin < 10


def test_many_places_of_a_model_of_many_ports_take_linear_time() -> None:
    inner = model("many", "a", " ".join(f"o{place}" for place in range(3000)))
    inner.cells = [Cell(NOT, ("a",), net, 2) for net in inner.outputs]
    top = model("top", "x", "z")
    top.cells = [Cell(NOT, ("x",), "z", 2)]
    top.calls = [call("many", f"i{place}", "a=x o0=n") for place in range(1)]
    top.calls += [call("many", f"j{place}", "q=x") for place in range(3000)]
    begin = time.process_time()
    assert "'q' is not a port of 'many'" in refusal(top, inner)
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("long", "name"),
    [
        pytest.param("n" * 1000, "i", id="nets"),
        pytest.param("n", "i" * 1000, id="models"),
    ],
)
def test_names_of_nets_that_take_too_much_memory_are_refused(
    monkeypatch: pytest.MonkeyPatch, long: str, name: str
) -> None:
    inner, top = twice_inverted(), model("top", "x", "z0")
    inner.cells = [Cell(NOT, (long,), "y", 2), Cell(NOT, ("a",), long, 3)]
    top.calls = [call("buf2", f"{name}{place}", f"a=x y=z{place}") for place in range(20)]
    assert len(flat(top, inner).instances) == 40
    monkeypatch.setattr(module, "MOST_LETTERS", 20_000)
    assert refusal(top, inner) == (
        "f:1:1: 'top' makes names of more than 20000 characters for its nets; "
        "give nets and models shorter names, or flatten the file"
    )


def test_the_letters_of_names_are_not_counted_short() -> None:
    # What is counted is no less than what is made, also of outputs that are left open.
    levels = [model(f"m{place}", "a b", "y") for place in range(30)]
    for place, each in enumerate(levels):
        each.cells = [Cell(AND, ("a", f"inner{place}"), "y", 1)]
        each.calls = [call("ha", "h" * place, f"a=a b=b s=inner{place}")]
        if place + 1 < len(levels):
            each.calls += [call(f"m{place + 1}", "deep", f"a=a b=inner{place}")]
    netlist = flat(*levels, half_adder())
    made = sum(len(net) for each in netlist.instances for net in each.outputs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_LETTERS", made - len("inner0") - len("y") - 1)
        assert "makes names of more than" in refusal(*levels, half_adder())
        patch.setattr(module, "MOST_LETTERS", made)
        assert flat(*levels, half_adder()).lint() == ()
