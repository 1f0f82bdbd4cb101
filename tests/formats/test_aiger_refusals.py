"""AIGER refused: every refusal once, what a header only promises, and files damaged at random."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.errors import FormatError
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.model.source import Source


def read(data: bytes) -> Netlist:
    netlist = read_aiger(Source("c.aig", data), {})
    assert netlist.lint() == ()
    return netlist


ONE = b"aig 3 2 0 1 1\n6\n"  # an AND follows, of two bytes
REFUSALS: list[tuple[bytes, str]] = [
    # the header
    (b"aga 3 2 0 1 1\n",
     "1:1: 'aga 3 2 0 1 1' does not begin an AIGER file; it begins with 'aag' or 'aig' and a space"),
    (b"\x7fELF\0\0\n", "1:1: '\\x7fELF\\x00\\x00' does not begin an AIGER file"),
    (b"<!DOCTYPE html>\n<html>", "1:1: '<!DOCTYPE html>' begins a web page"),
    (b"aig2 3 2 0 1 1\n",
     "1:1: 'aig2 3 2 0 1 1' begins ABC's compact format; write it with write_aiger, without"),
    (b"aag 3 2 0 1 1", "1:1: 'aag 3 2 0 1 1' has no line end where the header is expected; every line needs"),
    (b"aig 3 2 0 1 1\r\n6\r\n\x02\x02",
     "1:14: the line ends with a carriage return: changing its line ends dam"),
    (b"aag 3 2 0 1\n",
     "1:1: 'aag 3 2 0 1' is not a header; write 'aag M I L O A': five numbers, one space before each"),
    (b"aig 3 2  0 1 1\n", "1:1: 'aig 3 2  0 1 1' is not a header; write 'aig M I L O A'"),
    (b"aag 3 2 0 1 1 \n", "1:1: 'aag 3 2 0 1 1 ' is not a header"),
    (b"aag 3 2 0 -1 1\n", "1:1: 'aag 3 2 0 -1 1' is not a header"),
    (b"aag 3 02 0 1 1\n", "1:1: 'aag 3 02 0 1 1' is not a header"),
    (b"aag 1 1 0 1 0 0 0 0 0 0\n", "1:1: 'aag 1 1 0 1 0 0 0 0 0 0' is not a header"),
    (b"aig 99999999999 2 0 1 1\n", "1:1: 'aig 99999999999 2 0 1 1' is not a header"),
    (b"aag 3 2 0 1 1 0 4\n",
     "1:17: '4' counts invariant constraints (C of AIGER 1.9), which a circuit does not have"),
    (b"aag 3 2 0 1 1 0 0 5\n", "1:19: '5' counts justice properties (J of AIGER 1.9)"),
    (b"aag 3 2 0 1 1 0 0 0 6\n", "1:21: '6' counts fairness constraints (F of AIGER 1.9)"),
    (b"aig 4000000000 4000000000 0 1 0\n2\n",
     "1:16: '4000000000' inputs are more than the 262144 that are read"),
    (b"aag 9 1 900000 1 0\n2\n2\n", "1:9: '900000' latches are more than the 262144 that are read; split it"),
    (b"aag 9 1 0 900000 0\n2\n2\n", "1:11: '900000' outputs are more than the 262144 that are read"),
    (b"aag 9 1 0 1 9000000\n2\n2\n", "1:13: '9000000' ANDs are more than the 4000000 that are read"),
    (b"aag 2 2 0 1 1\n2\n4\n6\n6 2 4\n", "1:5: '2' cannot be the largest variable of 2 inputs, 0 latches and 1 "
     "ANDs; expected 3 or more"),
    (b"aig 4 2 0 1 1\n6\n\x02\x02",
     "1:5: '4' cannot be the largest variable of 2 inputs, 0 latches and 1 ANDs; expected 3"),
    (b"aag 300002 2 0 1 300000\n2\n4\n6\n",
     "1:1: 'aag 300002 2 0 1 300000' promises what takes 1800006 bytes or "
     "more, and 6 follow; the file is cut off, or the header is wrong"),
    (b"aig 300002 2 0 1 300000\n6\n",
     "1:1: 'aig 300002 2 0 1 300000' promises what takes 600002 bytes or more"),
    # lines
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 2 4 ", "5:1: '6 2 4 ' has no line end where AND 0 of 1 is expected"),
    (b"aag 4 1 0 1 2\n1000002\n8\n4 2 2\n",
     "2:1: '1000002' is larger than 9, the largest literal by the header"),
    (b"aag 2 2 0 1 0\n2\n4\n0000000000000",
     "4:1: '0000000000000' has no line end where output 0 of 1 is expec"),
    (b"aag 2 2 0 1 0\n200\n4\n", "2:1: '200' is larger than 5, the largest literal by the header"),
    (b"aag 9 2 0 2 0\n2\n16\n2\n2", "5:1: '2' has no line end where output 1 of 2 is expected"),
    (b"aag 4 2 0 1 2\n2\n4\n6\n6 2 4444444444444\n",
     "5:5: '4444444444444' is larger than 9, the largest literal by the header"),
    (b"aag 2 2 0 1 0\n2\n+4\n2\n",
     "3:1: '+4' stands where input 1 of 2 is expected (counted from 0); write 1 lit"),
    (b"aag 2 2 0 1 0\n2\n\n2\n4\n", "3:1: '\\n' stands where input 1 of 2 is expected"),
    (b"aag 2 2 0 1 0\n2\n4\n\xb2\n", "4:1: '�' stands where output 0 of 1 is expected"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 2  4\n", "5:1: '6 2  4' stands where AND 0 of 1 is expected"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 2 04\n", "5:1: '6 2 04' stands where AND 0 of 1 is expected"),
    (b"aag 2 1 1 1 0\n2\n4 2 0 0\n4\n",
     "3:1: '4 2 0 0' stands where latch 0 of 1 is expected (counted from 0); write "
     "2 or 3 literals, a space between them"),
    # literals
    (b"aag 3 2 0 1 1\n3\n4\n6\n6 2 4\n", "2:1: '3' is not a literal of an input; it is even, and 2 or more"),
    (b"aag 3 2 0 1 1\n0\n4\n6\n6 2 4\n", "2:1: '0' is not a literal of an input"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n7 2 4\n", "5:1: '7' is not a literal of an AND"),
    (b"aag 2 1 1 1 0\n2\n5 2\n4\n", "3:1: '5' is not a literal of a latch"),
    (b"aag 3 2 0 1 1\n2\n2\n6\n6 2 4\n",
     "3:1: '2' is defined a second time; line 2 defines it; define it once"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n4 2 2\n", "5:1: '4' is defined a second time; line 3 defines it"),
    (b"aag 4 1 1 1 1\n2\n2 2\n6\n6 2 2\n", "3:1: '2' is defined a second time; line 2 defines it"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 2 12\n", "5:5: '12' is larger than 7, the largest literal by the header"),
    (b"aag 9 2 0 1 1\n2\n4\n6\n6 2 13\n",
     "5:5: '13' is used here, and no input or AND defines 12; define it, or"),
    (b"aag 9 2 0 1 1\n2\n4\n6\n6 12 4\n", "5:3: '12' is used here, and no input or AND defines 12"),
    (b"aag 9 2 0 1 1\n2\n4\n8\n6 2 4\n", "4:1: '8' is used here, and no input or AND defines 8"),
    (b"aag 9 1 1 1 0\n2\n4 9\n2\n", "3:3: '9' is used here, and no input or AND defines 8"),
    (b"aag 2 1 1 1 0\n2\n4 2 3\n2\n",
     "3:5: '3' is not an initial value of a latch; it is 0, 1, or the latch itself, 4"),
    (b"aig 2 1 1 1 0\n2 5\n2\n",
     "2:3: '5' is not an initial value of a latch; it is 0, 1, or the latch itself, 4"),
    (b"aig 3 2 0 1 1\n8\n\x02\x02", "2:1: '8' is larger than 7, the largest literal by the header"),
    (b"aag 4 2 0 1 2\n2\n4\n8\n6 8 2\n8 4 7\n",
     "5:1: there is a cycle: n4 → n3 → n4; a circuit must not feed itself"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 6 4\n", "5:1: there is a cycle: n3 → n3"),
    # bytes
    (b"aig 4 2 0 1 2\n6\n\x02\x82\x82\x02",
     "byte 20 (0x14): the file ends within AND 8, which is number 2 of 2; it is "
     "cut off; fetch it again"),
    (ONE + b"\x02\x82", "byte 18 (0x12): the file ends within AND 6, which is number 1 of 1"),
    (ONE + b"\x82\x80\x80\x80\x80\x00\x02",
     "byte 16 (0x10): a difference takes more than 5 bytes; the file is damaged"),
    (ONE + b"\x02" + 6 * b"\x80", "byte 17 (0x11): a difference takes more than 5 bytes"),
    (ONE + b"\x02" + 99 * b"\x80", "byte 17 (0x11): a difference takes more than 5 bytes"),
    (ONE + b"\x00\x02", "byte 16 (0x10): AND 6 reads literal 6 - 0 = 6; expected one from 0 to 5"),
    (ONE + b"\x07\x00", "byte 16 (0x10): AND 6 reads literal 6 - 7 = -1; expected one from 0 to 5"),
    (ONE + b"\x81\x00\x06", "byte 18 (0x12): AND 6 reads literal 5 - 6 = -1; expected one from 0 to 5"),
    (ONE + b"\xff\xff\xff\xff\x7f\x00",
     "byte 16 (0x10): AND 6 reads literal 6 - 34359738367 = -34359738361; expected"),
    # symbols
    (ONE + b"\x02\x02\x02\x02",
     "3:1: '\\x02\\x02' has no line end where a symbol is expected; every line needs an end"),
    (ONE + b"\x02\x02i0 a\nx\n",
     "4:1: 'x' is not a symbol, and the comment does not begin here; the ANDs that the header "
     "counts end before it; expected as in 'i0 name', or 'c'"),
    (ONE + b"\x02\x02\n", "3:1: '\\n' is not a symbol, and the comment does not begin here"),
    (ONE + b"\x02\x02i0\n", "3:1: 'i0' is not a symbol"),
    (ONE + b"\x02\x02i00 a\n", "3:1: 'i00 a' is not a symbol"),
    (ONE + b"\x02\x02i0 a", "3:1: 'i0 a' has no line end where a symbol is expected"),
    (ONE + b"\x02\x02i0 \n", "3:4: a name is empty; leave the line out"),
    (ONE + b"\x02\x02i2 a\n", "3:1: 'i2' names nothing: the header has 2 inputs; count from i0"),
    (ONE + b"\x02\x02o1 a\n", "3:1: 'o1' names nothing: the header has 1 outputs; count from o0"),
    (ONE + b"\x02\x02l0 a\n", "3:1: 'l0' names nothing: the header has 0 latches"),
    (ONE + b"\x02\x02c0 a\n", "3:1: 'c0' names a property, and the header has none; leave it out"),
    (ONE + b"\x02\x02b0 a\n", "3:1: 'b0' names a property, and the header has none"),
    (ONE + b"\x02\x02i1 a\ni1 b\n", "4:1: 'i1' has a second name; line 3 names it; name it once"),
    (ONE + b"\x02\x02i1 a\ni0 a\n", "4:4: 'a' is a name in line 3 too; use it once"),
    (ONE + b"\x02\x02i1 a\no0 a\n",
     "4:4: 'a' names an output that is literal 6, and one before that is 4; rename one"),
    (ONE + b"\x02\x02i1 a\xff\n", "3:5: a byte 0xff is not text in UTF-8; write names in UTF-8"),
    (ONE + b"\x02\x02i1 a\0\n", "3:4: 'a\\x00' has the character 0x00, and a name is printable; rename it"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n6 2 4\n",
     "6:1: '6 2 4' is not a symbol, and the comment does not begin here; the AN"),
    (b"aag 4 2 0 1 2\n2\n4\n6\n6 2 4\ni0 name\n",
     "6:1: 'i0 name' stands where AND 1 of 2 is expected (counted from 0)"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "what"), REFUSALS)
def test_refusals(data: bytes, what: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_aiger(Source("c.aig", data), {})
    between = " " if what.startswith("byte") else ""
    assert str(caught.value).startswith(f"c.aig:{between}{what}")


def test_ands_that_have_a_line_end_among_their_bytes_count_as_lines() -> None:
    # As grep -a counts: the difference 10 is a line end.
    data = b"aig 6 5 0 1 1\n12\n\x0a\x02i0 a\nj0 b\n"
    with pytest.raises(FormatError, match=r"c\.aig:5:1: 'j0' names a property"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"aig 4000000000 0 0 1 4000000000\n2\n",
        b"aig 4000002 2 0 1 4000000\n2\n",
        b"aig 262144 262144 0 1 0\n9999999\n",
        b"aag 4000002 2 0 1 4000000\n2\n4\n2\n",
        b"aag 9999999999 2 0 1 1\n2\n4\n2\n9999999998 2 4000\n",
    ],
)
def test_what_a_header_promises_is_not_made(data: bytes) -> None:
    tracemalloc.start()
    begin = time.perf_counter()
    with pytest.raises(FormatError):
        read(data)
    assert time.perf_counter() - begin < 1
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


ASCII = b"aag 7 2 0 2 3\n2\n4\n6\n12\n6 13 15\n12 2 4\n14 3 5\ni0 x\ni1 y\no0 s\no1 c\nc\n"
BINARY = b"aig 5 2 0 2 3\n10\n6\n\x02\x02\x03\x02\x01\x02i0 x\ni1 y\no0 s\no1 c\nc\n"


@examples(150)
@given(
    binary=st.booleans(),
    changes=st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from("=+-"), st.binary(min_size=1, max_size=3)),
        min_size=1,
        max_size=4,
    ),
    cut=st.integers(0, 150),
)
def test_a_damaged_file_is_refused_or_read(
    binary: bool, changes: list[tuple[int, str, bytes]], cut: int
) -> None:
    data = BINARY if binary else ASCII
    for place, change, text in changes:
        at = place % (len(data) + 1)
        rest = data[at + (0 if change == "+" else len(text)) :]
        data = data[:at] + (b"" if change == "-" else text) + rest
    if cut < len(data):
        data = data[:cut]
    try:
        netlist = read(data)
    except FormatError:
        return
    assert netlist.outputs
    compile_netlist(netlist)
