"""The cells that FPGA tools map to: lookup tables, whose function is a parameter, and what stands around them.

``SB_LUT4`` and ``SB_CARRY`` of Lattice iCE40, ``LUT1`` … ``LUT6`` of AMD (Xilinx), Gowin and, with pins ``A`` …
``Z``, Lattice ECP5, and AMD's multiplexers, carry chains and buffers, as the vendors' own models have them
(UG953, and Yosys' ``cells_sim.v``). Input 0 of a table is its least significant.

Example:
    >>> cell = vendor_cell("SB_LUT4", ("I0", "I1", "O"), {"LUT_INIT": "0110"})
    >>> cell.inputs, f"{cell.outputs['O']:016b}"
    (('I3', 'I2', 'I1', 'I0'), '0000000000000110')
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from gatewright.formats.liberty.functions import Function, read_function
from gatewright.formats.liberty.library_cell import LibraryCell, UnfitCellError

_FIXED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "SB_CARRY": ("I0 I1 CI", {"CO": "I0 I1 + (I0 + I1) CI"}),
    "INV": ("I", {"O": "!I"}),
    **{name: ("I", {"O": "I"}) for name in ("BUF", "IBUF", "OBUF")},
    **{name: ("I0 I1 S", {"O": "S I1 + !S I0"}) for name in ("MUXF5", "MUXF6", "MUXF7", "MUXF8", "MUXF9")},
    "MUXCY": ("CI DI S", {"O": "S CI + !S DI"}),
    "XORCY": ("CI LI", {"O": "LI ^ CI"}),
    "VCC": ("", {"P": "1"}),
    "GND": ("", {"G": "0"}),
    "CARRY4": (
        "CI CYINIT DI[0] DI[1] DI[2] DI[3] S[0] S[1] S[2] S[3]",
        {
            "O[0]": "S[0] ^ (CI + CYINIT)",
            "CO[0]": "S[0] (CI + CYINIT) + !S[0] DI[0]",
            **{f"O[{k}]": f"S[{k}] ^ CO[{k - 1}]" for k in (1, 2, 3)},
            **{f"CO[{k}]": f"S[{k}] CO[{k - 1}] + !S[{k}] DI[{k}]" for k in (1, 2, 3)},
        },
    ),
}  # fmt: skip
"""Inputs and functions of the cells without parameters."""

_FREE = {"CARRY4": ("CI", "CYINIT")}
"""Inputs that are 0 where they are left open."""

_LUT = re.compile(r"LUT([1-6])|SB_LUT4|LUT6_2")


def is_vendor_cell(kind: str) -> bool:
    """Whether a cell is one of these."""
    return kind in _FIXED or _LUT.fullmatch(kind) is not None


def parameter_of(kind: str) -> str:
    """The name of the parameter that is a cell's truth table; empty if it has none."""
    if not _LUT.fullmatch(kind):
        return ""
    return "LUT_INIT" if kind == "SB_LUT4" else "INIT"


def pins_of(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs and outputs of a cell, those of every vendor."""
    if kind in _FIXED:
        return tuple(_FIXED[kind][0].split()), tuple(_FIXED[kind][1])
    count = 6 if kind == "LUT6_2" else int(kind[-1])
    inputs = tuple(f"I{place}" for place in range(count))
    if kind == "LUT6_2":
        return inputs, ("O5", "O6")
    if kind == "LUT4":
        return (*inputs, "A", "B", "C", "D"), ("O", "F", "Z")
    return inputs, ("O",) if kind == "SB_LUT4" else ("O", "F")


def vendor_cell(kind: str, pins: Collection[str], parameters: Mapping[str, object]) -> LibraryCell:
    """A cell with its parameters.

    Args:
        kind: its name.
        pins: those that are joined to something, which tell whose it is.
        parameters: by name, each a number, or its bits or hexadecimal digits (``0x…``).

    Raises:
        UnfitCellError: the parameter is missing, or too large.
    """
    if kind in _FIXED:
        inputs, functions = _FIXED[kind]
        outputs: dict[str, Function | int | None] = {
            pin: read_function(text) for pin, text in functions.items()
        }
        return LibraryCell(kind, tuple(inputs.split()), outputs)
    places = ["I0", "I1", "I2", "I3", "I4", "I5"]
    output = "F" if "F" in pins else "O"
    if kind == "LUT4" and not {"A", "B", "C", "D", "Z"}.isdisjoint(pins):
        places, output = ["A", "B", "C", "D"], "Z"
    count = 6 if kind == "LUT6_2" else int(kind[-1])
    ones = _table(kind, parameters, 1 << count)
    reads = tuple(reversed(places[:count]))
    if kind == "LUT6_2":
        low = ones & 0xFFFF_FFFF
        return LibraryCell(kind, reads, {"O6": ones, "O5": low | low << 32})
    return LibraryCell(kind, reads, {output: ones})


def open_is_zero(kind: str) -> tuple[str, ...]:
    """The inputs of a cell that are 0 where they are left open, as its vendor has it."""
    return ("I0", "I1", "I2", "I3") if kind == "SB_LUT4" else _FREE.get(kind, ())


def _table(kind: str, parameters: Mapping[str, object], rows: int) -> int:
    name = parameter_of(kind)
    value = parameters.get(name)
    if value is None:
        raise UnfitCellError(
            f"has no parameter {name}, which is its truth table",
            "write the netlist with parameters, as Yosys does by write_blif -param",
        )
    ones = _number(value)
    if ones is None or ones >> rows:
        raise UnfitCellError(
            f"has the {name} '{str(value)[:80]}', which is not a table of {rows} rows",
            "give it one bit a row",
        )
    return ones


def _number(value: object) -> int | None:
    """A parameter as a number; undefined bits are 0."""
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str):
        text = value.strip().strip('"')
        if re.fullmatch(r"[01xz-]{1,64}", text):
            return int(re.sub("[xz-]", "0", text), 2)
        if re.fullmatch(r"(0[xX]|64'h|32'h|16'h|8'h|4'h|2'h)[0-9a-fA-F]{1,16}", text):
            return int(re.split("[xXh]", text)[1], 16)
    return None
