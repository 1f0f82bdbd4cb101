"""How the bits of a bus are named in a file, for who named them otherwise.

Example:
    >>> from gatewright.circuits.netlist import Bus, bit_names
    >>> a = Bus("a", bit_names("a", 4))
    >>> bits_named(a, "blif")
    'in BLIF the bits of a are named a[0], a[1], a[2], a[3], a[0] the least significant'
    >>> bits_named(a, "verilog")
    'in Verilog a is a vector, [3:0] a'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Bus, Netlist

_TITLES = {
    "blif": "BLIF",
    "bench": ".bench",
    "aag": "AIGER",
    "aig": "AIGER",
    "pla": "PLA",
    "kiss": "KISS2",
    "csv": "CSV",
    "eqn": "equations",
}
"""Formats that are lists of bits."""

_MOST = 4
"""Bits that are all named."""


def missing_bus(given: Netlist, asked: Netlist) -> Bus | None:
    """The first bus of several bits that is asked for and that a circuit does not have; None if it has all."""
    for mine, theirs in ((given.inputs, asked.inputs), (given.outputs, asked.outputs)):
        widths = {bus.name: bus.width for bus in mine}
        for bus in theirs:
            if bus.width > 1 and widths.get(bus.name) != bus.width:
                return bus
    return None


def bits_named(bus: Bus, format_: str) -> str:
    """How a bus is written in a format; in one that is not known, as in a list of bits."""
    name, last = bus.name, bus.width - 1
    if format_ == "verilog":
        return f"in Verilog {name} is a vector, [{last}:0] {name}"
    if format_ == "json":
        return f"in JSON {name} is a port of {bus.width} bits"
    if format_ in ("logisim", "digital"):
        return f"in a drawing {name} is one pin of {bus.width} bits"
    bits = [f"{name}[{place}]" for place in range(bus.width)]
    shown = ", ".join(bits if len(bits) <= _MOST else [*bits[:2], "…", bits[-1]])
    where = f"in {_TITLES[format_]} " if format_ in _TITLES else ""
    return f"{where}the bits of {name} are named {shown}, {bits[0]} the least significant"
