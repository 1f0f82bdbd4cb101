"""All that a file may say of a trained gate: every key, its type and its bounds, in one description.

`gate_file` checks what it reads against it, once, before anything is made of it; the recipe and the datasheet
are described where they are defined.

Example:
    >>> from gatewright.gates.schema import check
    >>> spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> check({"inputs": ["a"], "outputs": ["y"], "ones": [2]}, described(spec))
    Traceback (most recent call last):
        ...
    gatewright.gates.schema.MisfitError: 'ones' is [2], not [1]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gatewright.gates.datasheet import DIGEST, PLAIN
from gatewright.gates.schema import (
    Anything,
    Exactly,
    MisfitError,
    Number,
    Perhaps,
    Record,
    Several,
    Text,
    Truth,
    Whole,
    check,
)
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.recipe import (
    MOST_EPOCHS,
    MOST_LAYERS,
    MOST_PARAMETERS,
    MOST_RESTARTS,
)
from gatewright.gates.training.recipe_values import WORD
from gatewright.gates.training.train import MOST_SEED
from gatewright.logic.truth_table import MAX_INPUTS, TruthTable

_AS_DIGITS = 1 << 13
"""Rows up to which a column of a truth table is written as a number: JSON's readers stop at 4 300 digits."""

_MOST_PORTS = 10_000

MOST_LETTERS = 10_000
"""Most characters of a gate's summary, and of the name of a port."""

FIGURES = Record(
    {
        "restart": Whole(0, MOST_RESTARTS),
        "solved": Whole(0, MOST_RESTARTS),
        "proved": Whole(0, MOST_RESTARTS),
        "epochs": Whole(0, MOST_EPOCHS),
        "box_radius": Number(0, 0.5),
        "error": Number(0),
    }
)


def described(spec: GateSpec) -> Record:
    """What a file may say of a gate, apart from which it is."""
    table = spec.table
    return Record(
        {
            "inputs": Exactly(list(table.inputs)),
            "outputs": Exactly(list(table.outputs)),
            "ones": Exactly(columns(table.ones, table.rows)),
            "cares": Exactly(columns(table.cares, table.rows)),
            "sizes": Several(Whole(1, MOST_PARAMETERS), 2, MOST_LAYERS + 2),
            "activations": Several(Text(WORD), 1, MOST_LAYERS + 1),
            "restoring": Truth(),
            "recipe": Anything(),
            "seed": Whole(0, MOST_SEED),
            "figures": FIGURES,
            "summary": Text(MOST_LETTERS),
            "datasheet": Perhaps(PLAIN),
            "proof": Perhaps(DIGEST),
            "weights": DIGEST,
        }
    )


def spec_of(about: Mapping[str, Any]) -> GateSpec:
    """The gate that a file is of, from what the file says of it.

    Raises:
        MisfitError: it does not describe one.
        GatewrightError: there is no gate of such a name or table.
    """
    ports, name, summary = Text(MOST_LETTERS), about.get("gate"), about.get("summary", "")
    for key in ("inputs", "outputs"):
        check(about.get(key), Several(ports, 1, _MOST_PORTS), key)
    check(summary, ports, "summary")
    check(name, ports, "gate")
    inputs, outputs = about["inputs"], about["outputs"]
    if len(inputs) > MAX_INPUTS:
        raise MisfitError(f"it has {len(inputs)} inputs, and a gate at most {MAX_INPUTS}")
    ones, cares = (_integers(about, key, 1 << len(inputs)) for key in ("ones", "cares"))
    table = TruthTable(tuple(inputs), tuple(outputs), ones, cares)
    return GateSpec(str(name), table, summary)


def _integers(about: Mapping[str, Any], key: str, rows: int) -> tuple[int, ...]:
    """What `columns` wrote."""
    longest = rows // 4 + len("0x")
    kind = Whole(0, (1 << rows) - 1) if rows <= _AS_DIGITS else Text(longest, "0x[0-9a-f]+")
    check(about.get(key), Several(kind, 1, _MOST_PORTS), key)
    return tuple(each if isinstance(each, int) else int(each, 16) for each in about[key])


def columns(integers: Iterable[int], rows: int) -> list[int | str]:
    """The columns of a truth table as a file has them: numbers, or in hexadecimal where they are too long."""
    return [each if rows <= _AS_DIGITS else hex(each) for each in integers]
