"""``--memory NAME=FILE`` of ``circuits simulate``: what memories hold at first.

Example:
    >>> from gatewright.circuits.netlist import Netlist
    >>> list(read_images(Netlist("bare", {}, (), (), ()), []))
    []
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.errors import UsageError
from gatewright.text import did_you_mean

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Netlist


def read_images(netlist: Netlist, words: list[str]) -> Iterator[tuple[str, int, list[int]]]:
    """The name of a memory, an address and the words that go there, for every run of words.

    Raises:
        UsageError: a word is not a name and a file, or there is no such memory.
        FormatError: a file is not an image of its memory.
    """
    from gatewright.formats.image import read_image
    from gatewright.formats.model.source import read_source

    memories = {each.name: each for each in netlist.memories}
    for word in words:
        name, sign, file = word.partition("=")
        if not sign or not file:
            raise UsageError(
                f"--memory {word} is not a memory and a file", hint="as in --memory ram=prog.hex"
            )
        if name not in memories:
            hint = did_you_mean(name, memories, f"its memories are {', '.join(memories) or 'none'}")
            raise UsageError(f"circuit '{netlist.name}' has no memory '{name}'", hint=hint)
        for address, run in read_image(read_source(Path(file)), memories[name]):
            yield name, address, run
