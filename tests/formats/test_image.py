"""Images of memories: words in hexadecimal digits, or bytes."""

from __future__ import annotations

import pytest

from gatewright.circuits.memory import Memory
from gatewright.errors import FormatError
from gatewright.formats.image import read_image
from gatewright.formats.model.source import Source

RAM = Memory("ram", 12, 16, (), (), first=4)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", []),
        ("1f", [(4, [0x1F])]),
        ("1 2\n3\t4\n", [(4, [1, 2, 3, 4])]),
        ("fff FFF f_f_f", [(4, [0xFFF] * 3)]),
        ("1 // 2 3\n/* 4\n5 */ 6/**/7", [(4, [1, 6, 7])]),
        ("@a 1 2 @0005\n3 @6 4", [(10, [1, 2]), (5, [3, 4])]),
        ("\ufeff1\r\n2", [(4, [1, 2])]),
    ],
)
def test_words_are_read_as_verilog_reads_them(text: str, runs: list[tuple[int, list[int]]]) -> None:
    assert read_image(Source("p.hex", text.encode()), RAM) == runs


def test_bytes_are_words_the_lowest_first() -> None:
    assert read_image(Source("P.BIN", b"\x01\x02\x03\x04\xff"), RAM) == [(4, [0x201, 0x403, 0xFF])]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "p.hex",
            b"1 2g",
            "p.hex:1:3: '2g' is not a hexadecimal word; as in 1f, or @20 for an address",
        ),
        ("p.hex", b"1\n@x", "p.hex:2:1: '@x' is not a hexadecimal word"),
        ("p.hex", b"0xff", "p.hex:1:1: '0xff' is not a hexadecimal word"),
        ("p.hex", b"\n1000", "p.hex:2:1: '1000' does not fit memory 'ram' of 16 words of 12 bits"),
        (
            "p.hex",
            b"@13 1 2",
            "'2' would be at address 0x14, and memory 'ram' of 16 words of 12 bits has 0x4 to 0x13",
        ),
        ("p.hex", b"@3 1", "'1' would be at address 0x3"),
        ("p.bin", b"\0" * 33, "p.bin: '0x0' would be at address 0x14"),
        ("p.bin", b"\0\x10", "p.bin: '0x1000' does not fit memory 'ram'"),
        ("p.hex", b"1\0", "a byte 0x00 is not text"),
    ],
)
def test_what_is_no_image_is_refused_in_a_line(name: str, data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_image(Source(name, data), RAM)
    assert said in str(refused.value)
