r"""Truth tables, of espresso (PLA) or with a heading (CSV): as circuits, and as gates to be trained.

As a circuit a table computes its on-set: what is only a don't-care is 0. In the types fr and fdr nothing is said
of a row that no line names, and as a circuit such a table is refused. As a gate it need not learn its
don't-cares, which include rows that are listed both as don't-cares and in the on-set, as in espresso(5).
In the types fr and fdr, nothing may be in the on-set and in the off-set.

Example:
    >>> text = b".i 3\n.o 1\n.ilb a b c\n.ob y\n11- 1\n--1 1\n000 -\n.e\n"
    >>> read_pla(Source("and-or.pla", text), {}).instances
    (Instance(name='y', gate='lut3-ea', inputs=('a', 'b', 'c'), outputs=('y',)),)
    >>> gate = read_pla_gate(Source("and-or.pla", text))
    >>> gate.name, f"{gate.table.ones[0]:08b}", f"{gate.table.cares[0]:08b}"
    ('and-or', '11101010', '11111110')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gatewright.circuits.netlist import Netlist
from gatewright.errors import Hint, SpecError, UsageError
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.source import Source
from gatewright.formats.pla.csv_rows import read_csv_rows
from gatewright.formats.pla.file import Pla, read_rows
from gatewright.formats.pla.sets import MOST_CELLS, check_sets, check_whole, filled
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Covers, Cube, cube, support, table
from gatewright.logic.decomposition import Decomposition
from gatewright.logic.truth_table import MAX_INPUTS, TruthTable

_PORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_pla(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit of a PLA file: the on-set of every output, so that don't-cares are 0.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate. A table of no more is one gate for each output, of the inputs that
            matter; a wider one is decomposed, and parts that outputs share are made once.

    Raises:
        FormatError: the file is not PLA, contradicts itself, leaves rows out, or is not a circuit.
    """
    return _circuit(read_rows(source), gates, widest)


def read_csv(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit of a truth table with a heading, of all its rows; where an output is ``-`` it is 0.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `read_pla`.

    Raises:
        FormatError: it is not such a table, contradicts itself, leaves rows out, or is not a circuit.
    """
    return _circuit(read_csv_rows(source), gates, widest)


def _circuit(pla: Pla, gates: Mapping[str, GateSpec] | None, widest: int) -> Netlist:
    """The circuit of rows."""
    source = pla.source
    check_whole(pla, check_sets(pla))
    made = Assembler(source, source.stem, gates, widest=widest)
    for net in pla.inputs:
        made.input(net, pla.inputs_line)
    for net in pla.outputs:
        made.output(net, pla.outputs_line)
    sets = place_rows(made, pla, widest)
    table = Covers(pla.inputs, pla.outputs, tuple(map(tuple, sets)))
    return replace(made.netlist(), table=table)


def place_rows(made: Assembler, pla: Pla, widest: int) -> list[list[Cube]]:
    """Place the gates of rows whose inputs have been named; the on-set of every output.

    Args:
        made: the netlist.
        pla: its rows.
        widest: most inputs of a gate.

    Raises:
        FormatError: there are too many literals, or an output is driven already.
    """
    sets = _on_sets(pla)
    if len(pla.inputs) <= widest:
        _place_tables(made, pla, sets)
    else:
        _place_products(made, pla, sets, min(widest, 4))
    return sets


def read_pla_gate(source: Source, name: str = "") -> GateSpec:
    """The gate of a PLA file of up to 16 inputs, with its don't-cares.

    Args:
        source: the file.
        name: of the gate; by default that of the file, in kebab-case.

    Raises:
        FormatError: the file is not PLA, contradicts itself, or is not a gate: too wide, or with names that
            ports cannot have.
        UsageError: the name is not one for a gate.
    """
    return _gate(read_rows(source), name)


def read_csv_gate(source: Source, name: str = "") -> GateSpec:
    r"""The gate of a truth table with a heading, of up to 16 inputs; rows that are not there are don't-cares.

    Args:
        source: the file.
        name: of the gate; by default that of the file, in kebab-case.

    Raises:
        FormatError: it is not such a table, contradicts itself, or is not a gate: too wide, or with names that
            ports cannot have.
        UsageError: the name is not one for a gate.

    Example:
        >>> read_csv_gate(Source("half.csv", b"a b -> c s\n0 0 -> 0 0\n1 1 -> 1 0\n")).table.cares
        (9, 9)
    """
    return _gate(read_csv_rows(source), name)


def _gate(pla: Pla, name: str) -> GateSpec:
    """The gate of rows, called ``name`` or as their file."""
    source, count = pla.source, len(pla.inputs)
    if count > MAX_INPUTS:
        raise source.refuse(
            pla.inputs_line,
            "",
            f"a gate has at most {MAX_INPUTS} inputs, not {count}",
            Hint("read the file as a circuit", "compose file", file=source.path),
        )
    if len(pla.outputs) << count > MOST_CELLS:
        raise source.refuse(
            pla.outputs_line,
            "",
            f"{len(pla.outputs)} outputs of {1 << count} rows are too large a table for a gate",
            Hint("read the file as a circuit", "compose file", file=source.path),
        )
    _check_ports(pla)
    sets = on, off, loose = filled(pla)
    if pla.lists_zeros:
        check_whole(pla, sets)
    every = (1 << (1 << count)) - 1
    cares = {
        "f": [every] * len(on),
        "fd": [every & ~free for free in loose],
        "fr": [one | zero for one, zero in zip(on, off, strict=True)],
        "fdr": [(one | zero) & ~free for one, zero, free in zip(on, off, loose, strict=True)],
    }[pla.kind]
    ones = [one & care for one, care in zip(on, cares, strict=True)]
    made = TruthTable(pla.inputs, pla.outputs, tuple(ones), tuple(cares))
    try:
        return GateSpec(name or _kebab(source.path), made)
    except SpecError:
        if name:
            raise UsageError(
                f"'{name}' is not a name for a gate", hint="use kebab-case, as in 'half-adder'"
            ) from None
        raise source.refuse(
            0, "", "no name for a gate can be made of it", "name the gate, beginning with a letter"
        ) from None


def _place_tables(made: Assembler, pla: Pla, sets: list[list[Cube]]) -> None:
    """Every output as a gate of the inputs that matter."""
    count, line = len(pla.inputs), pla.outputs_line
    for net, cubes in zip(pla.outputs, sets, strict=True):
        ones, places = support(table(cubes, count), count)
        reads = tuple(pla.inputs[place] for place in places)
        if not reads:
            made.constant(ones, net, line)
        elif (ones, len(reads)) != (0b10, 1):
            made.cell(ones, reads, net, line)
        elif reads != (net,):  # an output may be an input as it is, also by the same name
            made.alias(reads[0], net, line)


def _place_products(made: Assembler, pla: Pla, sets: list[list[Cube]], widest: int) -> None:
    """All outputs by one decomposition."""
    parts, found = Decomposition(widest), {}
    for cubes in sets:
        made.measure(cubes, pla.inputs_line)
    for net, cubes in zip(pla.outputs, sets, strict=True):
        signal = parts.function(cubes, range(len(pla.inputs)))
        if isinstance(signal, bool):
            made.constant(signal, net, pla.outputs_line)
        else:
            found[net] = signal
    if found:
        made.decomposed(parts, pla.inputs, found, pla.outputs_line)


def _on_sets(pla: Pla) -> list[list[Cube]]:
    """The on-set of every output."""
    found: list[list[Cube]] = [[] for _ in pla.outputs]
    for row in pla.rows:
        at = row.outputs.find("1")
        if at >= 0:
            product = cube(row.inputs)
        while at >= 0:
            found[at].append(product)
            at = row.outputs.find("1", at + 1)
    return found


def _check_ports(pla: Pla) -> None:
    """Refuse names that the ports of a gate cannot have.

    Raises:
        FormatError: there is one.
    """
    lines = [pla.inputs_line] * len(pla.inputs) + [pla.outputs_line] * len(pla.outputs)
    seen: set[str] = set()
    for name, line in zip(pla.inputs + pla.outputs, lines, strict=True):
        if not _PORT.fullmatch(name):
            raise pla.source.refuse(
                line,
                name,
                "is not the name of a gate's port",
                "use letters, digits and _, as in 'carry_out'",
            )
        if name in seen:
            raise pla.source.refuse(line, name, "names two ports", "give every port its own name")
        seen.add(name)


def _kebab(path: str) -> str:
    """The name of a gate after that of its file."""
    stem = Path(path).name.partition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
