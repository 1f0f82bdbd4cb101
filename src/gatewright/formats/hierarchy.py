"""Models that place each other, made one flat circuit.

After `assembler`, before the readers of BLIF and Yosys JSON. A small model whose outputs are functions of
its inputs and of nothing else is a gate; every other model is replaced by what it holds, its nets called
after the instance: ``add/carry``. Nothing here calls itself, so that a file of a million models is refused,
not followed.

Example:
    >>> from gatewright.formats.source import Source
    >>> pair = Model("pair", 1, inputs={"a": 1}, outputs={"y": 1})
    >>> pair.cells = [Cell(0b01, ("a",), "n", 2), Cell(0b01, ("n",), "y", 3)]
    >>> top = Model("top", 5, inputs={"x": 5}, outputs={"z": 5})
    >>> top.calls = [Call("pair", "p", {"a": "x", "y": "z"}, 6)]
    >>> flat = flatten(Source("f.blif", b""), {"top": top, "pair": pair}, "top", {})
    >>> [(each.gate, each.inputs, each.outputs) for each in flat.instances]
    [('lut1-1', ('x',), ('p/n',)), ('lut1-1', ('p/n',), ('z',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gatewright.formats.assembler import MOST_GATES, Assembler
from gatewright.formats.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Cube
from gatewright.netlists.netlist import Netlist

DEEPEST = 256
"""Levels of models within models; each makes the names of nets longer."""

MOST_MODELS = 100_000


class Cell(NamedTuple):
    """A truth table of up to 6 inputs, as `Assembler.cell` takes it."""

    ones: int
    inputs: tuple[str, ...]
    output: str
    line: int


class Cover(NamedTuple):
    """A sum of products, as `Assembler.cover` takes it."""

    cubes: list[Cube]
    inputs: tuple[str, ...]
    output: str
    line: int
    negated: bool


class Call(NamedTuple):
    """One use of a model: the net on each of its ports."""

    model: str
    name: str
    pins: Mapping[str, str]
    line: int


class Alias(NamedTuple):
    """A net that is another one under a name of its own."""

    net: str
    output: str
    line: int


@dataclass(slots=True)
class Model:
    """What one model of a file says.

    Attributes:
        name: of the model.
        line: where it begins.
        inputs: its ports and the line that names each.
        outputs: likewise.
        cells: truth tables.
        covers: functions too wide for one.
        aliases: nets with two names.
        calls: models it places.
        registers: nets driven by a register, and where.
    """

    name: str
    line: int
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    registers: list[tuple[str, int]] = field(default_factory=list)

    def tables(self) -> tuple[int, ...] | None:
        """The truth table of each output, if the model is a gate; none if it is a circuit."""
        if self.covers or self.calls or self.registers or not self.outputs:
            return None
        places = {net: place for place, net in enumerate(self.inputs)}
        if not 1 <= len(places) <= MOST_INPUTS:
            return None
        driven: dict[str, tuple[int, tuple[str, ...]]] = {
            each.output: (each.ones, each.inputs) for each in self.cells
        }
        driven |= {each.output: (0b10, (each.net,)) for each in self.aliases}
        if driven.keys() != self.outputs.keys() or driven.keys() & places.keys():
            return None
        found = []
        for net in self.outputs:
            ones, inputs = driven[net]
            if not places.keys() >= set(inputs):
                return None
            found.append(_spread(ones, [places[each] for each in inputs], len(places)))
        return tuple(found)


def flatten(
    source: Source,
    models: Mapping[str, Model],
    top: str,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
) -> Netlist:
    """The circuit that the model ``top`` is.

    Args:
        source: the file.
        models: by name.
        top: the name of the circuit's model.
        gates: as for `Assembler`; a model that the file does not have may be one of these, by name.
        widest: as for `Assembler`.

    Raises:
        FormatError: a model is missing, holds itself, is placed with ports it does not have, or they are
            nested too deep; or what they make is no circuit.
    """
    known = gates or {}
    _check_calls(source, models, known)
    _check_size(source, models, top)
    tables = {name: model.tables() for name, model in models.items() if name != top}
    made = Assembler(source, top, gates, widest=widest)
    for net, line in models[top].inputs.items():
        made.input(net, line)
    for net, line in models[top].outputs.items():
        made.output(net, line)
    todo: list[tuple[Model, str, Mapping[str, str]]] = [(models[top], "", {})]
    while todo:
        model, path, nets = todo.pop()
        _place(made, model, path, nets)
        for call in model.calls:
            pins = {port: _net(net, path, nets) for port, net in call.pins.items()}
            if call.model not in models:
                spec = known[call.model]
                made.instance(spec, *_ports(pins, spec, path + call.name), call.line)
                continue
            inner = models[call.model]
            # An output that nobody reads has a net all the same.
            for port in inner.outputs:
                pins.setdefault(port, f"{path}{call.name}/{port}")
            ones = tables.get(call.model)
            if ones is not None:
                inputs = tuple(pins[port] for port in inner.inputs)
                made.gate(ones, inputs, tuple(pins[port] for port in inner.outputs), call.line)
            else:
                todo.append((inner, f"{path}{call.name}/", pins))
    return made.netlist()


def _place(made: Assembler, model: Model, path: str, nets: Mapping[str, str]) -> None:
    """What a model holds beside other models."""
    if not path:
        for cell in model.cells:
            made.cell(*cell)
        for cover in model.covers:
            made.cover(cover.cubes, *cover[1:4], negated=cover.negated)
        for alias in model.aliases:
            made.alias(*alias)
        for net, line in model.registers:
            made.register(net, line)
        return
    for ones, inputs, output, line in model.cells:
        reads = tuple([_net(net, path, nets) for net in inputs])
        made.cell(ones, reads, _net(output, path, nets), line)
    for cubes, inputs, output, line, negated in model.covers:
        reads = tuple(_net(net, path, nets) for net in inputs)
        made.cover(cubes, reads, _net(output, path, nets), line, negated=negated)
    for net, output, line in model.aliases:
        made.alias(_net(net, path, nets), _net(output, path, nets), line)
    for net, line in model.registers:
        made.register(_net(net, path, nets), line)
    # A model may hand an input on as an output: two nets of the model around it.
    for port, line in model.outputs.items():
        if port in model.inputs:
            raise made.source.refuse(
                line, port, f"is an input and an output of model '{model.name}'", "name them apart"
            )


def _net(net: str, path: str, nets: Mapping[str, str]) -> str:
    return nets.get(net) or path + net


def _ports(
    pins: Mapping[str, str], spec: GateSpec, path: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = spec.table
    inputs = tuple(pins[port] for port in table.inputs)
    return inputs, tuple(pins.get(port, f"{path}/{port}") for port in table.outputs)


def _check_calls(
    source: Source, models: Mapping[str, Model], gates: Mapping[str, GateSpec]
) -> None:
    """Every placed model is there, and has the ports it is placed with."""
    for model in models.values():
        for call in model.calls:
            if call.model in models:
                called = models[call.model]
                inputs, outputs = set(called.inputs), set(called.outputs)
            elif call.model in gates:
                table = gates[call.model].table
                inputs, outputs = set(table.inputs), set(table.outputs)
            else:
                raise source.refuse(
                    call.line,
                    call.model,
                    "is no model of this file and no registered gate",
                    "add its .model to the file; 'circuits gates' lists the gates",
                )
            for port in call.pins:
                if port not in inputs and port not in outputs:
                    ports = ", ".join(sorted(inputs | outputs))
                    raise source.refuse(
                        call.line, port, f"is no port of '{call.model}'", f"its ports are {ports}"
                    )
            missing = sorted(inputs - call.pins.keys())
            if missing:
                raise source.refuse(
                    call.line,
                    call.model,
                    f"is placed without its input '{missing[0]}'",
                    "join every input to a net",
                )


def _check_size(source: Source, models: Mapping[str, Model], top: str) -> None:
    """No model holds itself, and neither depth nor number of gates is beyond bounds."""
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    path: list[str] = []
    entered: set[str] = set()
    todo = [(top, False)]
    while todo:
        name, left = todo.pop()
        model = models[name]
        if left:
            path.pop()
            entered.discard(name)
            inner = [call.model for call in model.calls if call.model in models]
            depths[name] = 1 + max((depths[each] for each in inner), default=0)
            own = len(model.cells) + len(model.covers) + len(model.calls)
            sizes[name] = own + sum(sizes[each] for each in inner)
            if sizes[name] > MOST_GATES:
                raise source.refuse(
                    model.line,
                    name,
                    f"makes a circuit of more than {MOST_GATES} gates",
                    "split the circuit",
                )
            continue
        if name in depths:
            continue
        path.append(name)
        entered.add(name)
        if len(path) > DEEPEST:
            raise source.refuse(
                model.line, name, f"lies more than {DEEPEST} models deep", "flatten the file"
            )
        todo.append((name, True))
        for call in model.calls:
            if call.model in entered:
                loop = [*path[path.index(call.model) :], call.model]
                shown = loop if len(loop) < 8 else [*loop[:5], "…", loop[-1]]
                raise source.refuse(
                    call.line,
                    call.model,
                    f"holds itself: {' → '.join(shown)}",
                    "a model may place any model but those it is part of",
                )
            if call.model in models and call.model not in depths:
                todo.append((call.model, False))
    if depths[top] > DEEPEST:
        raise source.refuse(
            models[top].line, top, f"nests models more than {DEEPEST} deep", "flatten the file"
        )


def _spread(ones: int, places: list[int], count: int) -> int:
    """A table of some inputs as one of all: bit *r* is row *r*."""
    made = 0
    for row in range(1 << count):
        source = 0
        for place in places:
            source = source << 1 | (row >> (count - 1 - place) & 1)
        made |= (ones >> source & 1) << row
    return made
