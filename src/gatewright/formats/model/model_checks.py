r"""Whether models that place each other can be made one flat circuit, before it is tried.

A file of a kilobyte can ask for 2**30 gates, or for names of a gigabyte. Nothing here is recursive, so that a
file of a million models is refused, not followed.

Example:
    >>> from gatewright.errors import FormatError
    >>> from gatewright.formats.model.models import Call, Model
    >>> top = Model("top", 1, inputs={"x": 1}, outputs={"z": 1})
    >>> top.calls = [Call("top", "t", {"x": "x", "z": "z"}, 2)]
    >>> try:
    ...     check_size(Source("f", b".model top\n.subckt top x=x z=z"), {"top": top}, "top", {}, set())
    ... except FormatError as error:
    ...     print(error.message)
    f:2:9: 'top' holds itself: top → top
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from itertools import chain
from typing import NamedTuple

from gatewright.circuits.netlist import MOST_GATES
from gatewright.errors import Hint
from gatewright.formats.model.models import Alias, Call, Cell, Cover, Model
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.text import nearest

DEEPEST = 256
"""Most levels of models within models; each makes the names of nets longer."""

MOST_LETTERS = 400_000_000
"""Most characters of all names that nets of models within models are given."""

_PINS = 16
"""A gate of more pins takes as long as several gates."""


def _meant(name: str, names: Iterable[str]) -> str:
    """What a misspelt gate may have been meant to be; empty if none is near."""
    near = nearest(name.lower(), names)
    return f"did you mean '{near}'?" if near else ""


def check_calls(source: Source, models: Mapping[str, Model], gates: Mapping[str, GateSpec]) -> None:
    """Check that every placed model exists, and has the ports it is placed with.

    Raises:
        FormatError: one is missing, or lacks a port.
    """
    for model in models.values():
        for call in model.calls:
            if call.model not in models and call.model not in gates:
                raise source.refuse(
                    call.line,
                    call.model,
                    "is neither a model of this file nor a registered gate",
                    Hint(
                        _meant(call.model, [*models, *gates]) or "add its .model to the file",
                        "name library",
                    ),
                )
            inputs, outputs = _ports(call, models, gates)
            for port in call.pins:
                if port not in inputs and port not in outputs:
                    ports = ", ".join(sorted({*inputs, *outputs}))
                    raise source.refuse(
                        call.line,
                        port,
                        f"is not a port of '{call.model}'",
                        f"its ports are {ports}",
                    )
            for port in inputs:
                if port not in call.pins:
                    raise source.refuse(
                        call.line,
                        call.model,
                        f"is placed without its input '{port}'",
                        "join every input to a net",
                    )


def check_drivers(
    source: Source, models: Mapping[str, Model], gates: Mapping[str, GateSpec]
) -> None:
    """Check that every placed model drives its outputs, and none of its inputs.

    Raises:
        FormatError: one does not.
    """
    known: dict[str, dict[str, int]] = {}
    for model in models.values():
        for call in model.calls:
            called = models.get(call.model)
            if called is None:
                continue
            if called.name not in known:
                known[called.name] = _drivers(called, models, gates)
                _check_inputs(source, called, known[called.name])
            for port in call.pins:
                if port in called.outputs and port not in known[called.name]:
                    raise source.refuse(
                        called.outputs[port],
                        port,
                        f"is an output of model '{called.name}', and nothing drives it there",
                        "give it a driver",
                    )


class _Size(NamedTuple):
    """The size of a model, with everything that it holds.

    Attributes:
        depth: levels of models.
        gates: at most as many as it makes, or takes the time of.
        nets: that are given a name.
        letters: of those names.
    """

    depth: int
    gates: int
    nets: int
    letters: int


def check_size(
    source: Source,
    models: Mapping[str, Model],
    top: str,
    gates: Mapping[str, GateSpec],
    leaves: Set[str],
) -> None:
    """Check that no model holds itself, and that depth, gates and names are within bounds.

    Args:
        source: the file.
        models: by name.
        top: the name of the circuit's model, whose nets keep their names.
        gates: registered ones.
        leaves: names of models that are gates.

    Raises:
        FormatError: one holds itself, or something is out of bounds.
    """
    sizes: dict[str, _Size] = {}
    path: dict[str, None] = {}
    todo = [(top, False)]
    while todo:
        name, left = todo.pop()
        model = models[name]
        if left:
            del path[name]
            sizes[name] = _size(source, model, models, gates, sizes, whole=name == top)
            continue
        if name in sizes:
            continue
        path[name] = None
        if len(path) > DEEPEST:
            raise source.refuse(
                model.line, name, f"lies more than {DEEPEST} models deep", "flatten the file"
            )
        todo.append((name, True))
        for call in model.calls:
            if call.model in path:
                names = list(path)
                loop = [*names[names.index(call.model) :], call.model]
                shown = loop if len(loop) < 8 else [*loop[:5], "…", loop[-1]]
                raise source.refuse(
                    call.line,
                    call.model,
                    f"holds itself: {' → '.join(shown)}",
                    "a model may place any model but those it is part of",
                )
            if call.model in models and call.model not in sizes and call.model not in leaves:
                todo.append((call.model, False))


def _size(
    source: Source,
    model: Model,
    models: Mapping[str, Model],
    gates: Mapping[str, GateSpec],
    sizes: Mapping[str, _Size],
    *,
    whole: bool,
) -> _Size:
    """The size of a model; those of the models within it are known.

    Raises:
        FormatError: it is out of bounds.
    """
    inner = [(call, sizes[call.model]) for call in model.calls if call.model in sizes]
    depth = 1 + max((each.depth for _, each in inner), default=0)
    if depth > DEEPEST:
        raise source.refuse(
            model.line,
            model.name,
            f"nests models more than {DEEPEST} deep",
            "flatten the file",
        )
    count = len(model.cells) + (0 if whole else len(model.aliases))
    count += sum(1 + len(each.inputs) // _PINS for each in model.covers)
    for call in model.calls:
        left_open = sum(map(len, _ports(call, models, gates))) - len(call.pins)
        count += 1 + left_open + len(call.pins) // _PINS
    count += sum(each.gates for _, each in inner)
    if count > MOST_GATES:
        raise source.refuse(
            model.line,
            model.name,
            f"makes a circuit of more than {MOST_GATES} gates",
            "split the circuit",
        )
    # Ports and the nets of the top have their names; an output that is left open gets one.
    named = set() if whole else set(model.nets()) - model.inputs.keys()
    lengths = [len(net) for net in named if net not in model.outputs]
    lengths += [
        len(call.name) + 1 + len(port)
        for call in model.calls
        for port in _ports(call, models, gates)[1]
        if port not in call.pins
    ]
    nets = len(lengths) + sum(each.nets for _, each in inner)
    letters = sum(lengths) + sum(
        each.letters + each.nets * (len(call.name) + 1) for call, each in inner
    )
    if letters > MOST_LETTERS:
        raise source.refuse(
            model.line,
            model.name,
            f"makes names of more than {MOST_LETTERS} characters for its nets",
            "give nets and models shorter names, or flatten the file",
        )
    return _Size(depth, count, nets, letters)


def _ports(
    call: Call, models: Mapping[str, Model], gates: Mapping[str, GateSpec]
) -> tuple[Collection[str], Collection[str]]:
    """The inputs and the outputs of the model or gate that is placed."""
    inner = models.get(call.model)
    if inner is not None:
        return inner.inputs, inner.outputs
    table = gates[call.model].table
    return table.inputs, table.outputs


def _drivers(
    model: Model, models: Mapping[str, Model], gates: Mapping[str, GateSpec]
) -> dict[str, int]:
    """The nets that a model drives, and a line that does."""
    driven: Iterable[Cell | Cover | Alias] = chain(model.cells, model.covers, model.aliases)
    found = {each.output: each.line for each in driven} | {
        each.q: each.line for each in model.registers
    }
    found |= {net: each.line for each in model.memories for net in each.memory.driven}
    for call in model.calls:
        outputs = _ports(call, models, gates)[1]
        found |= {net: call.line for port, net in call.pins.items() if port in outputs}
    return found


def _check_inputs(source: Source, model: Model, drivers: Mapping[str, int]) -> None:
    for port, line in model.inputs.items():
        if port in model.outputs:
            raise source.refuse(
                model.outputs[port],
                port,
                f"is an input and an output of model '{model.name}'",
                "name them apart",
            )
        if port in drivers:
            raise source.refuse(
                drivers[port],
                port,
                f"is driven here, and is an input of model '{model.name}' by line {line}",
                "an input has no driver in its model",
            )
