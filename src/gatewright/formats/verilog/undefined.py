r"""Numbers of Verilog with undefined bits, which are read as 0: said, so that nobody takes them for don't-cares.

A simulator carries an ``x`` on, a synthesiser makes of it what is cheapest: what is built here is a 0. It is not
said of the labels of a ``casex``, nor of what a register holds at first, which stay what they are.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> text = Expanded("module m;\nassign y = s ? 2'b0x : a; // 1'bx", [1], [(Source("m.v", b""), 1, 0)])
    >>> ones = {"cells": {"c": {"type": "$mux", "connections": {"A": [2, 3], "B": ["x", "0"]}}}}
    >>> undefined(text, Document(Source("m.v", b""), {"modules": {"m": ones}}))
    ("m.v:2: the undefined bits of 2'b0x are read as 0",)
"""

from __future__ import annotations

import re

from gatewright.formats.encoding import SLASHES
from gatewright.formats.verilog.includes import Expanded
from gatewright.formats.yosys.document import Document, Module
from gatewright.text import visible

_NUMBER = re.compile(r"(?:\b\d[\d_]*[ \t]*)?'(?:s?[bodh][ \t]*[\da-f_?z]*)?x[\da-fxz_?]*", re.I)

_COMPARED = ("$eqx", "$nex")
"""Cells that ask whether a bit is undefined: none is."""


def undefined(text: Expanded, words: Document) -> tuple[str, ...]:
    """What is to be said of undefined bits that a text has and its circuit reads; nothing if there are none.

    Args:
        text: with its macros expanded.
        words: what Yosys made of it, before it chose anything for them.
    """
    blank = SLASHES.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text.text)
    first = _NUMBER.search(blank)
    if first is None or not any(map(_reads_some, words.modules.values())):
        return ()
    source, line, _ = text.place(blank.count("\n", 0, first.start()) + 1)
    number = " ".join(first[0].split())
    return (visible(f"{source.path}:{line}: the undefined bits of {number} are read as 0"),)


def _reads_some(module: Module) -> bool:
    ports = any("x" in port.get("bits", ()) for port in module.section("ports").values())
    cells = (cell for cell in module.cells() if cell.kind not in _COMPARED)
    return ports or any("x" in bits for cell in cells for bits in cell.pins.values())
