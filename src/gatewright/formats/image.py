r"""Images of memories: words as hexadecimal numbers (IEEE 1364-2005, 17.2.9: ``$readmemh``), or as bytes.

Words stand one after the other, between blanks; ``@`` and a hexadecimal number is the address that the next one
goes to. Comments are as in Verilog, and digits may have underscores between them. A file whose name ends in
``.bin`` is its bytes, the lowest of a word first.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> from gatewright.circuits.memory import Memory
    >>> ram = Memory("ram", 16, 64, (), ())
    >>> read_image(Source("prog.hex", b"1f 00_ff // two words\n@20 3\n"), ram)
    [(0, [31, 255]), (32, [3])]
    >>> read_image(Source("prog.bin", b"\x01\x02\x03"), ram)
    [(0, [513, 3])]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatewright.circuits.memory import Memory
from gatewright.formats.model.source import Source
from gatewright.formats.verilog.text import COMMENT

_WORD = re.compile(r"[0-9a-fA-F][0-9a-fA-F_]*")


def read_image(source: Source, memory: Memory) -> list[tuple[int, list[int]]]:
    """What a file puts into a memory.

    Returns:
        runs of words, each with the address of its first one.

    Raises:
        FormatError: it is not hexadecimal, a word does not fit, or the memory has no such address.
    """
    runs: list[tuple[int, list[int]]] = []
    following = None
    words = _bytes(source, memory) if source.path.lower().endswith(".bin") else _hex(source, memory)
    for line, address, word, text in words:
        last = memory.first + memory.words - 1
        if not memory.first <= address <= last:
            what = (
                f"would be at address {address:#x}, and {memory} has {memory.first:#x} to {last:#x}"
            )
            raise source.refuse(line, text, what, "give a smaller image")
        if word >> memory.width:
            what = f"does not fit {memory}"
            raise source.refuse(line, text, what, "a word of the image is a word of the memory")
        if address != following:
            runs.append((address, []))
        runs[-1][1].append(word)
        following = address + 1
    return runs


def _hex(source: Source, memory: Memory) -> Iterator[tuple[int, int, int, str]]:
    """The line, address, value and text of each word."""
    text = "\n".join(source.lines())
    blank = re.sub(COMMENT, lambda found: " " + "\n" * found[0].count("\n"), text)
    address = memory.first
    for number, line in enumerate(blank.split("\n"), 1):
        for text in line.split():
            digits = text.removeprefix("@")
            if not _WORD.fullmatch(digits):
                what = "is not a hexadecimal word"
                raise source.refuse(number, text, what, "as in 1f, or @20 for an address")
            value = int(digits.replace("_", ""), 16)
            if text != digits:
                address = value
            else:
                yield number, address, value, text
                address += 1


def _bytes(source: Source, memory: Memory) -> Iterator[tuple[int, int, int, str]]:
    size = -(-memory.width // 8)
    for place in range(0, len(source.data), size):
        word = int.from_bytes(source.data[place : place + size], "little")
        yield 0, memory.first + place // size, word, f"{word:#x}"
