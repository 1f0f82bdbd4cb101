r"""Reading the JSON that Yosys writes (``write_json``), of circuits made of gates.

The circuit is the module with the attribute ``top``, or the one that no other module places. A port of *n* bits
is a bus whose bits have the numbers that its range gives them: of ``[0:3]``, which is written as ``upto``, the
least significant is bit 3. A port of one bit is a wire, unless it was declared with a range. An undefined bit
(``x``) is a don't-care and read as 0. A small module that computes what a registered gate computes is that gate.

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
from dataclasses import replace

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.errors import FormatError
from gatewright.formats.graph.graphml import circuit_in
from gatewright.formats.graph.node_link import graph_in, is_node_link
from gatewright.formats.liberty.placing import Library, Placing
from gatewright.formats.model.hierarchy import flatten
from gatewright.formats.model.models import Model
from gatewright.formats.model.ports import sides
from gatewright.formats.model.recognised import KnownGates, called_as_gates
from gatewright.formats.model.source import Source, shortened
from gatewright.formats.model.wiring import CycleError, ring
from gatewright.formats.top import choose, chosen_top
from gatewright.formats.verilog.primitives import OWN_GATE
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
    top: str = "",
    written: bool = False,
) -> Netlist:
    """The circuit in a JSON file of Yosys; a file that holds a graph instead is read as a graph.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        library: cells that it may place, by name.
        top: the module that is the circuit; by default as `top_module` says.
        written: whether modules count by what they are made of, but for those that are called as a registered
            gate.

    Raises:
        FormatError: the file is not such JSON, has cells of whole words or registers of a kind that is not read,
            or is not a circuit.
    """
    document = parsed(source)
    if is_node_link(document):
        return circuit_in(source, graph_in(source, document), gates)
    return circuit(
        Document(source, document), gates, widest=widest, top=top, library=library, written=written
    )


def circuit(
    document: Document,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    library: Library | None = None,
    top: str = "",
    called: Mapping[str, str] | None = None,
    written: bool = False,
) -> Netlist:
    """The circuit that the modules of a document make.

    Args:
        document: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        library: cells that it may place, by name.
        top: the module that is the circuit; by default as `top_module` says.
        called: what an output is called that has an input's name, where the document itself does not say it.
        written: as in `read_yosys_json`.

    Raises:
        FormatError: as in `read_yosys_json`.
    """
    module, remarks = top_module(document, top)
    if not module.ports:
        raise module.refuse("has no ports: a testbench?", "name the file of the circuit itself")
    known, placing = KnownGates(gates or {}, widest), Placing(library, gates or {}, widest)
    models = reached_models(document, module, gates or {}, None if written else known, placing)
    kept = None
    if written:
        own = {each.name for each in reached(document, module) if each.marked(OWN_GATE)}
        models |= {name: known.recognised(models[name]) for name in own}
        kept = own | set(called_as_gates(models, gates or {}))
    try:
        netlist = flatten(document.source, models, module.name, gates, widest=widest, kept=kept)
    except CycleError as error:
        raise _told(error, document, module) from None
    return replace(_with_ports(netlist, module, called or {}), remarks=remarks)


def _told(error: CycleError, document: Document, top: Module) -> FormatError:
    """The error of a cycle, in the names that somebody gave; nets without a name are passed over."""
    names = {name for each in reached(document, top) for name, _, _ in each.net_names()}
    nets = [net for net in error.nets if net in names or net.rpartition("/")[2] in names]
    if not nets:
        return error
    return FormatError(error.message.replace(ring(error.nets), ring(nets)), hint=error.hint)


def _with_ports(netlist: Netlist, top: Module, called: Mapping[str, str]) -> Netlist:
    """The same circuit: its module's vectors are buses, and outputs that are inputs have their names again."""
    wires = dict(port_bits(netlist.inputs))
    inputs, nets = list(wires), dict(port_bits(netlist.outputs))
    own: dict[str, str] = {}  # by bit of an output that is written under another name
    vectors = {}
    for port in top.ports:
        names = port.names
        of = port.of or called.get(port.name)
        if of and port.direction == "output":
            back = tuple(of + bit.removeprefix(port.name) for bit in names)
            if all(wires.get(new) == nets[bit] for new, bit in zip(back, names, strict=True)):
                own |= zip(names, back, strict=True)
                continue  # the input says what the vector is like
        if names != (port.name,) and (port.direction == "output" or wires.keys() >= set(names)):
            vectors[port.name] = names  # unless one of its bits is the clock
    nets = {own.get(bit, bit): net for bit, net in nets.items()}
    ports = sides(inputs, list(nets), nets, vectors)
    return replace(netlist, inputs=ports[0], outputs=ports[1])


def reached_models(
    document: Document,
    top: Module,
    gates: Mapping[str, GateSpec],
    known: KnownGates | None,
    placing: Placing,
) -> dict[str, Model]:
    """The modules that a circuit is made of, by name; the small ones recognised if gates are known."""
    models: dict[str, Model] = {}
    todo = [top]
    while todo:
        module = todo.pop()
        if module.name in models:
            continue
        reader = ModuleReader(document, module, gates, placing)
        model = reader.model()
        models[module.name] = model if module is top or known is None else known.recognised(model)
        todo += filter(None, map(reader.called, module.kinds()))
    return models | placing.models


def reached(document: Document, top: Module) -> list[Module]:
    """The modules that the top is made of."""
    found: dict[str, Module] = {}
    todo = [top]
    while todo:
        module = todo.pop()
        if module.name not in found:
            found[module.name] = module
            todo += [document.modules[kind] for kind in module.kinds() if kind in document.modules]
    return list(found.values())


def top_module(document: Document, wanted: str = "") -> tuple[Module, tuple[str, ...]]:
    """The module that is the circuit, and what is to be said of the choice.

    It is the one that a user names, the one with the attribute ``top``, or of those that no other places the one
    with the deepest hierarchy below it. Boxes without contents, and what Yosys calls ``$…``, are candidates only
    where there is nothing else.

    Raises:
        FormatError: none is, or several could be.
    """
    modules = document.modules
    names = {module.name: module for module in modules.values()}
    if wanted:
        return names[chosen_top(document.source, names, [], wanted).name], ()
    real = {raw: module for raw, module in modules.items() if not module.is_box} or modules
    marked = [module for module in real.values() if module.marked("top")]
    if len(marked) == 1:
        return marked[0], ()
    placed = {kind for module in real.values() for kind in module.kinds()}
    free = marked or [module for raw, module in real.items() if raw not in placed]
    free = [module for module in free if not module.name.startswith("$")] or free
    if not free:
        raise document.source.refuse(
            0, "", "has no top module: every module is placed by another", "set the attribute top"
        )
    levels = {module.name: _levels(document, module) for module in free} if len(free) > 1 else {}
    free.sort(key=lambda module: -levels.get(module.name, 0))
    candidates = [module.name for module in free]
    deepest = [name for name in candidates if levels.get(name) == levels.get(candidates[0])]
    if len(deepest) > 1:
        raise document.source.refuse(
            0,
            "",
            f"has several modules that could be the circuit: {shortened(deepest)}",
            choose(deepest),
        )
    return free[0], chosen_top(document.source, names, candidates).remarks


def _levels(document: Document, module: Module) -> int:
    """How many levels of modules lie below one; as many as there are modules if one holds itself."""
    level, below = 0, {module.name: module}
    while level < len(document.modules):
        kinds = {kind for each in below.values() for kind in each.kinds()}
        below = {kind: document.modules[kind] for kind in kinds if kind in document.modules}
        if not below:
            break
        level += 1
    return level
