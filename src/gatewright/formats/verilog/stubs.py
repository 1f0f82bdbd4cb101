r"""Modules without contents for the cells of a library that a Verilog file places: Yosys then knows their pins.

What they compute is put in when the netlist comes back. Pins that are joined by their place only would mean what
nobody said, as a library has no order of pins: they land on ports of their own, and are refused.

Example:
    >>> from gatewright.formats.liberty.functions import read_function
    >>> from gatewright.formats.liberty.library_cell import LibraryCell
    >>> inverter = LibraryCell("INV1", ("A",), {"Y": read_function("!A")})
    >>> text = "module m(input a, output y); INV1 u (.A(a), .Y(y)); endmodule"
    >>> print(stubs(text, {"INV1": inverter}), end="")
    (* blackbox *) module \INV1 (\place#0 , \place#1 , \A , \Y );
    input \place#0 ; input \place#1 ; input \A ; output \Y ;
    endmodule
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gatewright.formats.liberty.placing import Library
from gatewright.formats.liberty.vendors import is_vendor_cell, parameter_of, pins_of

PLACE = "place#"
"""How the ports begin that take pins without names."""

_NAME = r"(?:\\\S+\s|[A-Za-z_][\w$]*)"
_PLACED = re.compile(
    r"(?<![\w$.\\])(?:\\(\S+)\s|([A-Za-z_][\w$]*)(?=[\s#]))\s*"
    rf"(?:#\s*\(|{_NAME}\s*(?:\[[^\]]*\]\s*)?\()"
)
"""A cell, where one may be placed: a name before another one and a parenthesis."""

_MODULE = re.compile(r"\b(?:macro)?module\s+(?:\\(\S+)|([A-Za-z_][\w$]*))")


def stubs(text: str, library: Library) -> str:
    """The modules of the cells that a text places and does not hold; empty if there are none.

    Args:
        text: Verilog without comments.
        library: whose cells they are, or those of FPGA tools.
    """
    held = {first or second for first, second in _MODULE.findall(text)}
    placed = dict.fromkeys(first or second for first, second in _PLACED.findall(text))
    return "".join(_stub(kind, library) for kind in placed if kind not in held)


def _stub(kind: str, library: Library) -> str:
    cell = library.get(kind)
    if cell is not None:
        inputs, outputs = (*cell.inputs, *sorted(cell.power)), tuple(cell.outputs)
    elif is_vendor_cell(kind):
        inputs, outputs = pins_of(kind)
    else:
        return ""
    ports = [("input", f"{PLACE}{place}", "") for place in range(len(inputs) + len(outputs))]
    ports += [("input", *each) for each in _vectors(inputs)]
    ports += [("output", *each) for each in _vectors(outputs)]
    parameter = (
        f" parameter {parameter_of(kind)} = 0;" if cell is None and parameter_of(kind) else ""
    )
    names = ", ".join(f"\\{name} " for _, name, _ in ports)
    lines = " ".join(f"{direction} {size}\\{name} ;" for direction, name, size in ports)
    return f"(* blackbox *) module \\{kind} ({names});\n{lines}{parameter}\nendmodule\n"


def _vectors(pins: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Ports and their sizes: ``S[0]`` to ``S[3]`` are one."""
    bits: dict[str, list[int]] = {}
    for pin in pins:
        stem, bracket, rest = pin.partition("[")
        numbers = bits.setdefault(stem, [])
        if bracket:
            numbers.append(int(rest.rstrip("]")))
    for stem, numbers in bits.items():
        yield stem, f"[{max(numbers)}:{min(numbers)}] " if numbers else ""
