r"""Reading equations (``.eqn``), as ABC's ``write_eqn`` and SIS write them.

``INORDER`` and ``OUTORDER`` name inputs and outputs; every other statement gives a net a function of ``!``,
``*``, ``+`` and parentheses, as libraries have them; AND binds tighter than ``^``.

Example:
    >>> text = b"INORDER = a b c;\nOUTORDER = y;\ny = (a * !b) + c;\n"
    >>> read_eqn(Source("t.eqn", text), {}).instances
    (Instance(name='y', gate='lut3-ba', inputs=('a', 'b', 'c'), outputs=('y',)),)
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.circuits.netlist import Netlist
from gatewright.formats.liberty.functions import AND_FIRST, UnreadableFunctionError, read_function
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec

_ORDERS = ("INORDER", "OUTORDER")


def read_eqn(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in a file of equations.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.

    Raises:
        FormatError: the file is no such list, or not a circuit.
    """
    made = Assembler(source, source.stem, gates, widest=widest)
    text = "\n".join(line.partition("#")[0] for line in source.lines())
    at, below = 0, 1  # where a statement ends, and the line
    for statement in text.split(";"):
        line = below + statement.count("\n", 0, len(statement) - len(statement.lstrip()))
        below += statement.count("\n")
        at += len(statement) + 1
        shown = " ".join(statement.split())
        if not shown:
            continue
        name, equal, rest = (part.strip() for part in statement.partition("="))
        if not equal or not name or len(name.split()) != 1:
            raise source.refuse(line, shown[:60], "is not an equation", "as in y = a * b;")
        if at > len(text):
            raise source.refuse(line, shown[:60], "is not closed by a ;", "it is cut off")
        if name in _ORDERS:
            declare = made.input if name == "INORDER" else made.output
            for net in rest.split():
                declare(net, line)
            continue
        try:
            function = read_function(rest, AND_FIRST)
        except UnreadableFunctionError as error:
            raise source.refuse(
                line, shown[:60], f"is not an equation: {error}", "as in y = a * b;"
            ) from None
        names = function.names
        if function.steps == names:
            made.alias(names[0], name, line)
        elif len(names) <= widest:
            made.cell(function.table(names), names, name, line)
        else:
            for cell in function.cells(name, line):
                made.cell(cell.ones, cell.inputs, cell.output, line)
    return made.netlist()
