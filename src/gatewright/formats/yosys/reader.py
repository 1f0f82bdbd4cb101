r"""Reading the JSON that Yosys writes (``write_json``), of circuits made of gates.

The circuit is the module with the attribute ``top``, or the one that no other module places. A port of *n* bits
is a bus, numbered from its least significant bit on, even if it was declared upwards (``[0:3]``); a port of one
bit is a wire. An undefined bit (``x``) is a don't-care and read as 0. A small module that computes what a
registered gate computes is that gate.

Example:
    >>> text = (
    ...     b'{"modules": {"inv": {"ports": {"a": {"direction": "input", "bits": [2]}, "y": '
    ...     b'{"direction": "output", "bits": [3]}}, "cells": {"c": {"type": "$_NOT_", '
    ...     b'"connections": {"A": [2], "Y": [3]}}}}}}'
    ... )
    >>> read_yosys_json(Source("inv.json", text), {}).instances
    (Instance(name='y', gate='lut1-1', inputs=('a',), outputs=('y',)),)
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.circuits.netlist import Netlist
from gatewright.formats.graph.graphml import circuit_in
from gatewright.formats.graph.node_link import graph_in, is_node_link
from gatewright.formats.liberty.placing import Library, Placing
from gatewright.formats.model.hierarchy import flatten
from gatewright.formats.model.models import Model
from gatewright.formats.model.recognised import KnownGates
from gatewright.formats.model.source import Source, shortened
from gatewright.formats.yosys.document import Document, Module
from gatewright.formats.yosys.json_file import parsed
from gatewright.formats.yosys.module import ModuleReader
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec


def read_yosys_json(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    library: Library | None = None,
) -> Netlist:
    """The circuit in a JSON file of Yosys; a file that holds a graph instead is read as a graph.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        library: cells that it may place, by name.

    Raises:
        FormatError: the file is not such JSON, holds a register or cells of whole words, or is not a circuit.
    """
    document = parsed(source)
    if is_node_link(document):
        return circuit_in(source, graph_in(source, document), gates)
    return circuit(Document(source, document), gates, widest=widest, library=library)


def circuit(
    document: Document,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    library: Library | None = None,
) -> Netlist:
    """The circuit that the modules of a document make.

    Raises:
        FormatError: as in `read_yosys_json`.
    """
    top = top_module(document)
    if not top.ports:
        raise top.refuse("has no ports: a testbench?", "name the file of the circuit itself")
    models = _models(document, top, gates or {}, widest, Placing(library, gates or {}, widest))
    return flatten(document.source, models, top.name, gates, widest=widest)


def _models(
    document: Document, top: Module, gates: Mapping[str, GateSpec], widest: int, placing: Placing
) -> dict[str, Model]:
    """The modules that a circuit is made of, by name; the small ones recognised."""
    known = KnownGates(gates, widest)
    models: dict[str, Model] = {}
    todo = [top]
    while todo:
        module = todo.pop()
        if module.name in models:
            continue
        model = ModuleReader(document, module, gates, placing).model()
        models[module.name] = model if module is top else known.recognised(model)
        kinds = [kind for kind in module.kinds() if kind in document.modules]
        todo += [
            document.modules[kind]
            for kind in kinds
            if not (document.modules[kind].boxed and placing.has(kind))
        ]
    return models | placing.models


def top_module(document: Document) -> Module:
    """The module that is the circuit.

    Raises:
        FormatError: none is, or several could be.
    """
    modules = document.modules
    marked = [module for module in modules.values() if module.marked("top")]
    if len(marked) == 1:
        return marked[0]
    placed = {kind for module in modules.values() for kind in module.kinds()}
    free = marked or [module for raw, module in modules.items() if raw not in placed]
    if len(free) == 1:
        return free[0]
    if not free:
        raise document.source.refuse(
            0, "", "has no top module: every module is placed by another", "set the attribute top"
        )
    names = shortened([module.name for module in free])
    raise document.source.refuse(
        0, "", f"has several modules that could be the circuit: {names}", "mark one as top"
    )
