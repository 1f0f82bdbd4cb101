"""Names that a format can hold: of ports as they are, of inner nets without collisions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.errors import UsageError
from gatewright.formats.model.net_names import NetNames
from gatewright.gates.functions import function_spec

NOT = function_spec((0b01,), 1)
HALF = function_spec((0b1000, 0b0110), 2)


def chain(inputs: tuple[Bus, ...], outputs: tuple[Bus, ...], *nets: tuple[str, str]) -> Netlist:
    """A netlist of inverters, each from one net to another."""
    instances = (
        Instance(f"g{at}", NOT.name, (read,), (net,)) for at, (read, net) in enumerate(nets)
    )
    return Netlist("some", {NOT.name: NOT}, inputs, outputs, tuple(instances))


def short(name: str) -> bool:
    return len(name) < 4


A, Y = Bus("a", ("a",)), Bus("y", ("y",))


def test_nets_keep_their_names_where_they_can() -> None:
    names = NetNames(chain((A,), (Y,), ("a", "m"), ("m", "y")), short, "BLIF")
    assert (names.inputs, names.outputs, names.aliases) == (["a"], ["y"], [])
    assert (names["m"], names.of(["y", "m", "a"])) == ("m", ["y", "m", "a"])


def test_inner_nets_that_cannot_be_held_are_renamed_without_collisions() -> None:
    netlist = chain(
        (A,), (Y,), ("a", "long-1"), ("long-1", "n1"), ("n1", "long-2"), ("long-2", "y"),
    )  # fmt: skip
    names = NetNames(netlist, short, "BLIF", taken=["n3"])
    assert names.of(["long-1", "n1", "long-2"]) == ["n1", "n2", "n4"]


def test_inner_nets_give_way_to_ports_and_to_what_is_taken() -> None:
    out = Bus("out", ("inner",), names=("a2",))
    netlist = chain(
        (Bus("in", ("wire",), names=("m",)),), (out,), ("wire", "a2"), ("a2", "m"), ("m", "end"),
        ("end", "inner"),
    )  # fmt: skip
    names = NetNames(netlist, short, "BLIF", taken=["end"])
    assert names.of(["wire", "a2", "m", "end", "inner"]) == ["m", "n1", "n2", "n3", "a2"]


def test_ports_are_called_as_in_the_file_and_come_in_its_order() -> None:
    bus = Bus("a", ("x", "z"), True, None, ("a<3>", "a<4>"), (2, 0))
    names = NetNames(
        chain((bus, Bus("b", ("b",), False, None, (), (1,))), (Bus("y", ("z", "x"), True),)),
        lambda _: True,
        "BLIF",
    )
    assert names.inputs == ["a<4>", "b", "a<3>"]
    assert names.outputs == ["y[0]", "y[1]"]
    # both outputs are inputs, of whose names they are others
    assert names.aliases == [("a<4>", "y[0]"), ("a<3>", "y[1]")]


def test_of_outputs_with_one_net_the_first_gives_its_name() -> None:
    outputs = (Bus("y", ("m", "m"), True), Bus("z", ("m",)), Bus("a", ("a",)))
    names = NetNames(chain((A,), outputs, ("a", "m")), lambda _: True, "BLIF")
    assert names["m"] == "y[0]"
    assert names.aliases == [("y[0]", "y[1]"), ("y[0]", "z")]


@pytest.mark.parametrize("side", ["input", "output"])
def test_a_port_that_cannot_be_held_is_refused(side: str) -> None:
    odd = Bus("long", ("a",), True)
    netlist = chain((odd,), (Y,), ("a", "y")) if side == "input" else chain((A,), (odd,))
    with pytest.raises(UsageError) as caught:
        NetNames(netlist, short, "BLIF")
    assert str(caught.value) == (
        "port 'long[0]' cannot be written in BLIF; rename it in the file it is read from"
    )


def test_an_input_and_another_output_of_its_name_are_refused() -> None:
    netlist = chain((A,), (Bus("z", ("m",), names=("a",)),), ("a", "m"))
    with pytest.raises(UsageError) as caught:
        NetNames(netlist, short, "BLIF")
    assert str(caught.value) == (
        "'a' is an input and another output, which BLIF cannot tell apart; rename one of them"
    )


def test_every_output_of_a_gate_has_a_name() -> None:
    netlist = Netlist(
        "some",
        {HALF.name: HALF},
        (A, Bus("b", ("b",))),
        (Y,),
        (Instance("g", HALF.name, ("a", "b"), ("y", "never read")),),
    )
    assert NetNames(netlist, lambda name: " " not in name, "BLIF").of(["y", "never read"]) == [
        "y", "n1",
    ]  # fmt: skip


NETS = st.lists(
    st.sampled_from(["n1", "n2", "n3", "long-1", "long-2", "long-3", "a", "b", "y"]),
    unique=True,
    min_size=3,
)


@given(NETS, st.sets(st.sampled_from(["n1", "n2", "n4", "b"])))
def test_different_nets_have_different_legal_names(nets: list[str], taken: set[str]) -> None:
    first, *inner, last = nets
    pairs = zip([first, *inner], [*inner, last], strict=True)
    netlist = chain((Bus("x", (first,)),), (Bus("z", (last,)),), *pairs)
    names = NetNames(netlist, short, "BLIF", taken)
    found = names.of(nets)
    assert (found[0], found[-1]) == ("x", "z")
    assert len(set(found)) == len(found)
    assert all(map(short, found))
    assert not taken & set(found)
