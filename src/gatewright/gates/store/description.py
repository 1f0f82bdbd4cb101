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

from collections.abc import Iterable

from gatewright.gates.datasheet import DIGEST, PLAIN
from gatewright.gates.schema import (
    Anything,
    Exactly,
    Number,
    Perhaps,
    Record,
    Several,
    Text,
    Truth,
    Whole,
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

_AS_DIGITS = 1 << 13
"""Rows up to which a column of a truth table is written as a number: JSON's readers stop at 4 300 digits."""

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
            "datasheet": Perhaps(PLAIN),
            "proof": Perhaps(DIGEST),
            "weights": DIGEST,
        }
    )


def columns(integers: Iterable[int], rows: int) -> list[int | str]:
    """The columns of a truth table as a file has them: numbers, or in hexadecimal where they are too long."""
    return [each if rows <= _AS_DIGITS else hex(each) for each in integers]
