"""Buses among bit names: what belongs together is found, and the file's order is kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.netlist import Bus, port_bits
from gatewright.formats.model.ports import buses


def shape(bits: list[str], apart: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    """Name and width of every port; a wire on its own has the width 0."""
    return [(bus.name, bus.width if bus.vector else 0) for bus in buses(bits, {}, apart)]


@pytest.mark.parametrize("spelling", ["a[{}]", "a<{}>", "a_{}_"])
@pytest.mark.parametrize("first", [0, 1, 7, 99])
@pytest.mark.parametrize("width", [1, 2, 12])
def test_bits_of_one_spelling_are_a_bus(spelling: str, first: int, width: int) -> None:
    bits = [spelling.format(first + bit) for bit in range(width)]
    usual = spelling == "a[{}]" and first == 0
    (bus,) = buses(bits, {})
    assert bus == Bus("a", tuple(bits), True, None, () if usual else tuple(bits), ())
    assert bus.bits == tuple(bits)


@pytest.mark.parametrize(
    "bit",
    [
        *(
            "a",
            "a0",
            "a_0",
            "_0_",
            "[0]",
            "<0>",
            "a[0",
            "a0]",
            "a[]",
            "a[x]",
            "a[-0]",
            "a_-1_",
            "a[+1]",
            "a[ 0]",
        ),
        *(
            "a[00]",
            "a[01]",
            "a_01_",
            "a[0>",
            "a<0]",
            "a_0]",
            "a[0_",
            "a(0)",
            "a{0}",
            "a[0].b",
            "a[0]b",
        ),
        *("a[1234567890]", "a[٠]", "a[1_0]"),
    ],
)
def test_what_only_resembles_a_bit_is_a_wire(bit: str) -> None:
    assert buses([bit], {}) == (Bus(bit, (bit,)),)


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        # a gap
        (["a[0]", "a[2]"], [("a[0]", 0), ("a[2]", 0)]),
        (["a_1_", "a_2_", "a_5_"], [("a_1_", 0), ("a_2_", 0), ("a_5_", 0)]),
        (["a[0]", "a[999999999]"], [("a[0]", 0), ("a[999999999]", 0)]),
        # two spellings of one name
        (["a[0]", "a<1>"], [("a[0]", 0), ("a<1>", 0)]),
        (["a[0]", "a[1]", "a_0_", "a_1_"], [("a[0]", 0), ("a[1]", 0), ("a_0_", 0), ("a_1_", 0)]),
        (["a[0]", "b<0>", "c_0_"], [("a", 1), ("b", 1), ("c", 1)]),
        # a wire of the same name
        (["a", "a[0]", "a[1]"], [("a", 0), ("a[0]", 0), ("a[1]", 0)]),
        (["a[0]", "a[1]", "a"], [("a[0]", 0), ("a[1]", 0), ("a", 0)]),
        # in any order, where the first bit of each is listed
        (["a[2]", "a[1]", "a[0]"], [("a", 3)]),
        (["b[0]", "a[1]", "c", "b[1]", "a[0]"], [("b", 2), ("a", 2), ("c", 0)]),
        (["a[1]", "a[2]", "b[1]", "b[3]"], [("a", 2), ("b[1]", 0), ("b[3]", 0)]),
        # buses of buses: the last number counts
        (["m[0][0]", "m[0][1]", "m[1][0]"], [("m[0]", 2), ("m[1]", 1)]),
        (["m[0]", "m[0][0]", "m[0][1]"], [("m", 1), ("m[0][0]", 0), ("m[0][1]", 0)]),
        (["a_0__1_", "a_0__2_"], [("a_0_", 2)]),
        (["a__0_"], [("a_", 1)]),
        (["a[[0]", "a[[1]"], [("a[", 2)]),
    ],
)
def test_what_belongs_together(bits: list[str], expected: list[tuple[str, int]]) -> None:
    assert shape(bits) == expected
    assert [bit for bit, _ in port_bits(buses(bits, {}))] == bits


def test_names_that_are_kept_apart_are_no_buses() -> None:
    bits = ["a[0]", "a[1]", "b<0>"]
    assert shape(bits, frozenset({"a"})) == [("a[0]", 0), ("a[1]", 0), ("b", 1)]
    assert shape(bits, frozenset({"b", "c"})) == [("a", 2), ("b<0>", 0)]


def test_bit_0_comes_first_whatever_the_order_of_the_file() -> None:
    bits = ["a[1]", "b<5>", "c", "a[0]", "b<4>"]
    found = buses(bits, {"a[0]": "n", "b<5>": "n"})
    assert found == (
        Bus("a", ("n", "a[1]"), True, None, (), (3, 0)),
        Bus("b", ("b<4>", "n"), True, None, ("b<4>", "b<5>"), (4, 1)),
        Bus("c", ("c",), False, None, (), (2,)),
    )
    assert port_bits(found) == [
        ("a[1]", "a[1]"), ("b<5>", "n"), ("c", "c"), ("a[0]", "n"), ("b<4>", "b<4>"),
    ]  # fmt: skip


def test_bus_after_bus_needs_no_places() -> None:
    found = buses(["b", "a[0]", "a[1]", "c<1>", "c<2>"], {})
    assert [bus.places for bus in found] == [(), (), ()]
    assert [bit for bit, _ in port_bits(found)] == ["b", "a[0]", "a[1]", "c<1>", "c<2>"]


def test_no_bits_are_no_ports() -> None:
    assert buses([], {}) == ()
    assert port_bits(()) == []


NAMES = st.one_of(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["a", "b", "a[0]", "a_"]),
        st.sampled_from(["[", "<", "_", ""]),
        st.integers(0, 4),
        st.sampled_from(["]", ">", "_", ""]),
    ),
    st.sampled_from(["a", "b", "a[0]", "a_", "c"]),
)


@given(st.lists(NAMES, unique=True, max_size=14), st.sets(st.sampled_from(["a", "b", "a[0]"])))
def test_every_bit_is_in_one_port_and_in_its_place(bits: list[str], apart: set[str]) -> None:
    nets = {bit: f"net of {bit}" for bit in bits[::2]}
    found = buses(bits, nets, apart)
    assert port_bits(found) == [(bit, nets.get(bit, bit)) for bit in bits]
    names = [bus.name for bus in found]
    assert len(set(names)) == len(names)
    for bus in found:
        assert len(bus.bits) == bus.width
        if bus.vector:
            assert bus.name not in bits
            assert bus.name not in apart
            numbers = [int(bit.removeprefix(bus.name)[1:-1]) for bit in bus.bits]
            assert numbers == list(range(numbers[0], numbers[0] + bus.width))
            assert len({(bit[len(bus.name)], bit[-1]) for bit in bus.bits}) == 1
        else:
            assert bus.bits == (bus.name,)


def test_many_bits_and_long_names_take_linear_time() -> None:
    begin = time.process_time()
    bits = [f"a[{bit}]" for bit in reversed(range(50_000))]
    (bus,) = buses(bits, {})
    assert bus.width == 50_000
    assert [bit for bit, _ in port_bits([bus])] == bits
    long = ["[" * 100_000, "_1" * 100_000, "a" + "[0]" * 30_000]
    assert [bus.vector for bus in buses(long, {})] == [False, False, True]
    assert time.process_time() - begin < 20
