"""What a submission is made of: its gates by kind, and how many its longest way passes.

A function that has a word in netlists is called by it in every format: ``nand3`` is the NAND of three inputs.
A constant is not a gate.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> made_of(plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist)
    ({'full-adder': 2}, 2)
    >>> called("lut3-7f"), called("nand3"), called("lut3-12")
    ('nand3', 'nand3', 'lut3-12')
"""

from __future__ import annotations

import re
from collections import Counter

from gatewright.circuits.netlist import Netlist
from gatewright.gates.functions import MOST_INPUTS, function_spec
from gatewright.gates.kinds import ANY_WIDTH, kind_table

_CONSTANT = re.compile(r"lut(?:1-[03]|[2-6]-(?:0+|f+))")

_WORDS = {
    function_spec((kind_table(kind, width),), width).name: f"{kind.lower()}{width}"
    for kind in ANY_WIDTH
    for width in range(3, MOST_INPUTS + 1)
}
"""The names of functions that have a word."""

KINDS = frozenset(_WORDS.values())
"""The words: of so many inputs a gate need not be registered."""


def called(kind: str) -> str:
    """The name by which a kind of gates is counted."""
    return _WORDS.get(kind, kind)


def made_of(netlist: Netlist) -> tuple[dict[str, int], int]:
    """The gates of a circuit by kind, and the most that a way through it passes.

    Args:
        netlist: its instances in order, as it is checked.
    """
    kinds: Counter[str] = Counter()
    level: dict[str, int] = {}
    for each in netlist.instances:
        gate = not _CONSTANT.fullmatch(each.gate)
        kinds.update([called(each.gate)] * gate)
        here = gate * (1 + max((level.get(net, 0) for net in each.inputs), default=0))
        level |= dict.fromkeys(each.outputs, here)
    return dict(sorted(kinds.items())), max(level.values(), default=0)
