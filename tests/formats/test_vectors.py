"""Ports as hardware languages have them, and names that differ."""

from __future__ import annotations

import pytest

from gatewright.circuits.netlist import Bus
from gatewright.errors import UsageError
from gatewright.formats.model.names import Names, plain
from gatewright.formats.model.vectors import Port, checked_ports, vectors


def bus(name: str, *bits: str, places: tuple[int, ...] = ()) -> Bus:
    return Bus(name, bits, vector=True, names=bits, places=places)


@pytest.mark.parametrize(
    ("given", "ports"),
    [
        (Bus("a", ("x",)), [Port("a", ("x",), None)]),
        (Bus("a", ("x",), vector=True), [Port("a", ("x",), None)]),
        (Bus("a", ("x",), vector=True, names=("a[0]",)), [Port("a", ("x",), 0)]),
        (Bus("a", ("x",), vector=True, listed=True), [Port("a[0]", ("x",), None)]),
        (Bus("a", ("x", "z"), vector=True), [Port("a", ("x", "z"), 0)]),
        (bus("a", "a[0]", "a[1]"), [Port("a", ("a[0]", "a[1]"), 0)]),
        (bus("a", "a[7]", "a[8]"), [Port("a", ("a[7]", "a[8]"), 7)]),
        (bus("a", "a[7]"), [Port("a", ("a[7]",), 7)]),
        (bus("a", "a[1]", "a[0]"), [Port("a", ("a[1]", "a[0]"), 0, upto=True)]),
        (
            bus("a", "a[-1]", "a[-2]", "a[-3]"),
            [Port("a", ("a[-1]", "a[-2]", "a[-3]"), -3, upto=True)],
        ),
        (bus("a", "a[-1]", "a[0]", "a[1]"), [Port("a", ("a[-1]", "a[0]", "a[1]"), -1)]),
        (bus("a", "a[0]", "a[2]"), [Port("a[0]", ("a[0]",), None), Port("a[2]", ("a[2]",), None)]),
        (bus("a", "a[01]", "a[02]"), [Port(f"a[0{n}]", (f"a[0{n}]",), None) for n in (1, 2)]),
        (bus("a", "a_0_", "a_1_"), [Port(f"a_{n}_", (f"a_{n}_",), None) for n in (0, 1)]),
        (bus("a", "b[0]", "b[1]"), [Port(f"b[{n}]", (f"b[{n}]",), None) for n in (0, 1)]),
    ],
)
def test_what_is_a_vector(given: Bus, ports: list[Port]) -> None:
    assert list(vectors([given])) == ports


def test_bits_have_the_names_of_the_bus_again() -> None:
    for each in (
        bus("a", "a[7]", "a[8]"),
        bus("a", "a[8]", "a[7]"),
        bus("a", "a[-7]", "a[-6]"),
        bus("a", "a<0>", "a<1>"),
        Bus("b", ("x", "y"), True),
    ):
        assert tuple(bit for port in vectors([each]) for bit in port.bits) == each.bits


def test_ports_come_in_the_order_of_the_file() -> None:
    a = bus("a", "a[0]", "a[1]", places=(4, 1))
    b = bus("b", "b<0>", "b<1>", places=(3, 0))
    c = Bus("c", ("c",), places=(2,))
    assert [port.name for port in vectors([a, b, c])] == ["b<1>", "a", "c", "b<0>"]


def test_ports_of_one_name_are_refused_wherever_they_are() -> None:
    a, wire = bus("a", "a_0_", "a_1_"), Bus("a_0_", ("x",))
    for inputs, outputs in (([a], [wire]), ([a, wire], []), ([], [wire, a])):
        with pytest.raises(UsageError, match="two ports are called 'a_0_'"):
            checked_ports(inputs, outputs, "Verilog", ".*")


def test_names_are_new_and_plain() -> None:
    names = Names(["a", "a~1"])
    assert [names.new("a") for _ in range(3)] == ["a~2", "a~3", "a~4"]
    assert [names.new("a~2"), names.new("ä"), names.new("ö"), names.new("")] == [
        *("a~2~1", "_", "_~1", "_~2"),
    ]
    assert plain("a b\n\x7f") == "a_b__"


def test_many_equal_wishes_take_little_time() -> None:
    names = Names()
    assert len({names.new("ü") for _ in range(50_000)}) == 50_000
