r"""The first line of an AIGER file: how many variables, inputs, latches, outputs and ANDs it has.

A header's promises are not trusted: counts larger than what is read, or than the rest of the file can hold,
are refused here.

Example:
    >>> read_header(AigerText(Source("c.aig", b"aig 3 2 0 1 1\n7\n\x02\x02")))
    Header(variables=3, inputs=2, latches=0, outputs=1, ands=1)
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gatewright.circuits.netlist import MOST_GATES
from gatewright.errors import FormatError
from gatewright.formats.aiger.text import NUMBER, AigerText, column, shown
from gatewright.formats.model.source import Source

MOST_PORTS = 1 << 18
"""Most inputs, latches and outputs, of each: a binary file takes no byte for an input."""

_HEADER = re.compile(rb"a[ai]g((?: " + NUMBER + rb"){5,9})")

_LIMITS = {"inputs": MOST_PORTS, "latches": MOST_PORTS, "outputs": MOST_PORTS, "ANDs": MOST_GATES}

_PROPERTIES = {
    "B": "bad state properties",
    "C": "invariant constraints",
    "J": "justice properties",
    "F": "fairness constraints",
}


class Header(NamedTuple):
    """What an AIGER file promises: the largest variable, and how many there are of each kind."""

    variables: int
    inputs: int
    latches: int
    outputs: int
    ands: int

    @property
    def largest(self) -> int:
        """The largest literal."""
        return 2 * self.variables + 1


def read_header(text: AigerText) -> Header:
    """The header of a file.

    Raises:
        FormatError: there is none, it contradicts itself or the size of the file, counts properties of
            version 1.9, or more than is read.
    """
    if not text.source.data.startswith((b"aag ", b"aig "), text.at):
        raise _no_aiger(text)
    line = text.take("the header")
    if line.endswith(b"\r"):
        raise text.refuse(
            "",
            "the line ends with a carriage return: changing its line ends damages a binary file",
            "fetch it again as it is",
            column=len(line),
        )
    found = _HEADER.fullmatch(line)
    if found is None:
        raise text.refuse(
            shown(line),
            "is not a header",
            f"write '{shown(line[:3])} M I L O A': five numbers, one space before each",
        )
    numbers = [int(word) for word in found[1].split()]

    def refuse(place: int, what: str, hint: str) -> FormatError:
        return text.refuse(str(numbers[place]), what, hint, column=4 + column(numbers, place))

    for place, ((letter, properties), number) in enumerate(
        zip(_PROPERTIES.items(), numbers[5:], strict=False), 5
    ):
        if number:
            raise refuse(
                place,
                f"counts {properties} ({letter} of AIGER 1.9), which a circuit does not have",
                "write them as outputs",
            )
    for place, (kind, limit) in enumerate(_LIMITS.items(), 1):
        if numbers[place] > limit:
            raise refuse(place, f"{kind} are more than the {limit} that are read", "split it")
    header = Header(*numbers[:5])
    used = header.inputs + header.latches + header.ands
    if header.variables < used or (header.variables > used and not text.ascii):
        raise refuse(
            0,
            f"cannot be the largest variable of {header.inputs} inputs, {header.latches} latches and "
            f"{header.ands} ANDs",
            f"expected {used}{' or more' if text.ascii else ''}",
        )
    _check_size(text, line, header)
    return header


def _check_size(text: AigerText, line: bytes, header: Header) -> None:
    """Refuse counts that the file cannot hold, before anything of that size is made."""
    _, inputs, latches, outputs, ands = header
    least = 2 * (latches + outputs + ands)
    if text.ascii:
        least += 2 * inputs + 2 * latches + 4 * ands
    there = len(text.source.data) - text.at
    if there < least:
        raise text.refuse(
            shown(line),
            f"promises what takes {least} bytes or more, and {there} follow",
            "the file is cut off, or the header is wrong",
        )


def _no_aiger(text: AigerText) -> FormatError:
    start = text.source.data[:1024]
    # A web page is refused as one.
    Source(text.source.path, bytes(each for each in start if 0 < each < 128)).lines()
    first = shown(start.partition(b"\n")[0])
    if start.startswith(b"aig2 "):
        what, hint = "begins ABC's compact format", "write it with write_aiger, without -c"
    else:
        what, hint = "does not begin an AIGER file", "it begins with 'aag' or 'aig' and a space"
    return text.refuse(first, what, hint, line=1)
