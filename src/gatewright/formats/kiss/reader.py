r"""Reading KISS2: the circuit of a state table, its states kept in registers called ``state``.

Example:
    >>> text = b".i 1\n.o 1\n0 off off 0\n1 off on 0\n0 on on 1\n1 on off 1\n.e\n"
    >>> circuit = read_kiss(Source("toggle.kiss2", text), {})
    >>> [(each.name, each.initial) for each in circuit.registers]
    [('state[0]', 0)]
    >>> [(each.name, each.initial) for each in read_kiss(Source("t", text), {}, encoding="one-hot").registers]
    [('state[0]', 1), ('state[1]', 0)]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gatewright.circuits.netlist import Netlist, bit_names
from gatewright.errors import UsageError
from gatewright.formats.kiss.file import read_table
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.models import Latch
from gatewright.formats.model.source import Source
from gatewright.formats.pla.file import Pla, Row
from gatewright.formats.pla.reader import place_rows
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.logic.states.encoding import (
    BINARY,
    ENCODINGS,
    Sum,
    codes,
    next_bits,
    output_sums,
    state_cubes,
    width,
)
from gatewright.text import unused, visible


def read_kiss(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    encoding: str = BINARY,
) -> Netlist:
    """The circuit of a KISS2 file.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `gatewright.formats.pla.reader.read_pla`.
        encoding: how its states are kept: one of `ENCODINGS`.

    Raises:
        UsageError: there is no such encoding.
        FormatError: the file is not KISS2, is cut off, contradicts itself, or is not a circuit.
    """
    if encoding not in ENCODINGS:
        raise UsageError(
            f"'{encoding}' is not an encoding of states", hint=f"choose {' or '.join(ENCODINGS)}"
        )
    kiss = read_table(source)
    table, made = kiss.table, Assembler(source, source.stem, gates, widest=widest)
    for net in table.inputs:
        made.input(net, kiss.inputs_line)
    for net in table.outputs:
        made.output(net, kiss.outputs_line)
    bits = width(table, encoding)
    base = unused("state", {net.partition("[")[0] for net in table.inputs + table.outputs})
    state = bit_names(base, bits)
    first = codes(table, encoding)[table.reset]
    taken = []
    sums: dict[str, Sum] = dict(zip(table.outputs, output_sums(table), strict=True))
    for place, (q, each) in enumerate(zip(state, next_bits(table, encoding), strict=True)):
        taken.append(f"{q}~next")
        made.register(Latch(q=q, d=taken[-1], line=kiss.outputs_line, initial=first >> place & 1))
        sums[f"{q}~others" if each.negated else taken[-1]] = each
    cubes = state_cubes(table, encoding)
    rows: dict[tuple[str, str], list[int]] = {}
    for place, each in enumerate(sums.values()):
        for term in each.terms:
            rows.setdefault(term, []).append(place)
    listed = tuple(
        Row(inputs + cubes[name], _signs(places, len(sums)), kiss.outputs_line)
        for (inputs, name), places in rows.items()
    )
    lines = (kiss.inputs_line, kiss.outputs_line)
    place_rows(made, Pla(source, "f", table.inputs + state, tuple(sums), listed, *lines), widest)
    for d in taken:
        if d not in sums:  # what is 1 where the others are 0
            made.cell(0b01, (d.replace("~next", "~others"),), d, kiss.outputs_line)
    said = "; ".join((*kiss.remarks, *table.remarks()))
    remarks = (visible(f"{source.path}: {said}"),) if said else ()
    return replace(made.netlist(), states=table, remarks=remarks)


def _signs(places: list[int], count: int) -> str:
    signs = ["0"] * count
    for place in places:
        signs[place] = "1"
    return "".join(signs)
