"""Models that place each other, made one flat circuit.

A small model whose outputs are functions of its inputs and of nothing else is a gate; every other model is
replaced by what it holds, its nets called after the instance: ``add/carry``. Nothing here is recursive.

Example:
    >>> from gatewright.formats.model.models import Call, Cell
    >>> pair = Model("pair", 1, inputs={"a": 1}, outputs={"y": 1})
    >>> pair.cells = [Cell(0b01, ("a",), "n", 2), Cell(0b01, ("n",), "y", 3)]
    >>> top = Model("top", 5, inputs={"x": 5}, outputs={"z": 5})
    >>> top.calls = [Call("pair", "p", {"a": "x", "y": "z"}, 6)]
    >>> flat = flatten(Source("f.blif", b""), {"top": top, "pair": pair}, "top", {})
    >>> [(each.gate, each.inputs, each.outputs) for each in flat.instances]
    [('lut1-1', ('x',), ('p/n',)), ('lut1-1', ('p/n',), ('z',))]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from gatewright.circuits.memory import renamed_pins
from gatewright.circuits.netlist import Netlist
from gatewright.errors import Hint
from gatewright.formats.model.assembler import Assembler
from gatewright.formats.model.model_checks import check_calls, check_drivers, check_size
from gatewright.formats.model.models import Model
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.text import unused

MOST_MODELS = 100_000


def flatten(
    source: Source,
    models: Mapping[str, Model],
    top: str,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    kept: Collection[str] | None = None,
) -> Netlist:
    """The circuit that the model ``top`` is.

    Args:
        source: the file.
        models: by name.
        top: the name of the circuit's model.
        gates: as for `Assembler`; a model that the file does not have may be one of these, by name.
        widest: as for `Assembler`.
        kept: the models that may stay gates; by default all whose outputs are functions of their inputs.

    Raises:
        FormatError: a model is missing, holds itself, is placed with ports it does not have, or they are
            nested too deep; or what they make is not a circuit.
    """
    known = gates or {}
    models = reached(source, models, top, known)
    check_calls(source, models, known)
    check_drivers(source, models, known)
    tables = {name: model.tables() for name, model in models.items() if name != top}
    leaves = {
        name for name, ones in tables.items() if ones is not None and (kept is None or name in kept)
    }
    check_size(source, models, top, known, leaves)
    made = Assembler(source, top, gates, widest=widest)
    for net, line in models[top].inputs.items():
        made.input(net, line)
    for net, line in models[top].outputs.items():
        made.output(net, line)
    paths: dict[str, dict[str, str]] = {}
    todo: list[tuple[Model, str, dict[str, str]]] = [(models[top], "", {})]
    while todo:
        model, path, nets = todo.pop()
        _place(made, model, path, nets)
        for call in model.calls:
            pins = {port: _net(net, path, nets) for port, net in call.pins.items()}
            inner = models.get(call.model)
            table = known[call.model].table if inner is None else inner
            circuit = inner is not None and inner.name not in leaves
            own = ""
            if circuit or len(pins) < len(table.inputs) + len(table.outputs):
                if model.name not in paths:
                    paths[model.name] = _paths(model)
                own = path + paths[model.name][call.name]
                # An output that nobody reads still has a net.
                for port in table.outputs:
                    pins.setdefault(port, own + port)
            if circuit:
                todo.append((models[call.model], own, pins))
                continue
            inputs = tuple([pins[port] for port in table.inputs])
            outputs = tuple([pins[port] for port in table.outputs])
            if inner is None:
                made.instance(known[call.model], inputs, outputs, call.line)
            else:
                made.gate(tables[inner.name] or (), inputs, outputs, call.line)
    return made.netlist()


def roots(models: Mapping[str, Model]) -> list[str]:
    """The models that could be the circuit: those that have contents, and that no other places."""
    placed = {call.model for model in models.values() for call in model.calls}
    real = [name for name, model in models.items() if not model.box]
    return [name for name in real if name not in placed]


def reached(
    source: Source, models: Mapping[str, Model], top: str, gates: Mapping[str, GateSpec]
) -> dict[str, Model]:
    """The models that a circuit is made of; what else the file holds does not matter.

    Raises:
        FormatError: one of them has no contents.
    """
    found: dict[str, Model] = {}
    todo = [top]
    while todo:
        model = models.get(todo.pop())
        if model is None or model.name in found or (model.box and model.name in gates):
            continue  # a registered gate needs no contents
        if model.box:
            raise source.refuse(
                model.box,
                ".blackbox",
                "makes this model one of unknown function",
                Hint("write plain .names", "name library"),
            )
        found[model.name] = model
        todo += [call.model for call in model.calls]
    return {name: found[name] for name in models if name in found}


def _place(made: Assembler, model: Model, path: str, nets: dict[str, str]) -> None:
    """What a model holds apart from other models."""
    if not path:
        for cell in model.cells:
            made.cell(*cell)
        for cover in model.covers:
            made.cover(cover.cubes, *cover[1:4], negated=cover.negated)
        for alias in model.aliases:
            made.alias(*alias)
        for latch in model.registers:
            made.register(latch)
        for block in model.memories:
            made.memory(block)
        return
    for ones, inputs, output, line in model.cells:
        reads = tuple([_net(net, path, nets) for net in inputs])
        made.cell(ones, reads, _net(output, path, nets), line)
    for cubes, inputs, output, line, negated in model.covers:
        reads = tuple(_net(net, path, nets) for net in inputs)
        made.cover(cubes, reads, _net(output, path, nets), line, negated=negated)
    for net, output, line in model.aliases:
        made.alias(_net(net, path, nets), _net(output, path, nets), line)
    for latch in model.registers:
        made.register(
            latch._replace(
                d=_net(latch.d, path, nets),
                q=_net(latch.q, path, nets),
                clock=latch.clock and _net(latch.clock, path, nets),
            )
        )
    for block in model.memories:
        memory = replace(block.memory, name=path + block.memory.name)
        made.memory(
            block._replace(
                memory=renamed_pins(
                    memory, lambda some: tuple(_net(net, path, nets) for net in some)
                ),
                clock=block.clock and _net(block.clock, path, nets),
            )
        )


def _net(net: str, path: str, nets: dict[str, str]) -> str:
    found = nets.get(net)
    if found is None:
        found = path + net
        if path:
            nets[net] = found  # the same for all who read it, which takes less memory
    return found


def _paths(model: Model) -> dict[str, str]:
    """By call, the prefix of the names of its nets, which no other net of the model has."""
    taken = {net.partition("/")[0] for net in model.nets() if "/" in net}
    paths = {}
    for call in model.calls:
        paths[call.name] = f"{unused(call.name.replace('/', '|'), taken)}/"
    return paths
