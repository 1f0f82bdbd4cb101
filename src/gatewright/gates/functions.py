"""Gates named after what they compute: ``lut3-96`` is the function of three inputs with the table 0x96.

Such a name says everything, so that two files, or two users, never mean different gates by one name.

Example:
    >>> function_spec((0b10010110,), 3).name, function_spec((0xE8, 0x96), 3).name
    ('lut3-96', 'lut3-e8-96')
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gatewright.errors import TableError
from gatewright.gates.spec import GateSpec, spelt
from gatewright.logic.truth_table import TruthTable

MOST_INPUTS = 6
"""Most inputs of a gate: those of more are not proved; wider functions are circuits."""

_MOST_OUTPUTS = 64

_PORTS = ("a", "b", "c", "d", "e", "f")


def function_name(kind: str, ones: int, inputs: int) -> str:
    """The name of a function of so many inputs, as in ``npn4-0016`` and ``lut3-96``."""
    return f"{kind}{inputs}-{_digits(ones, inputs)}"


def function_table(ones: int, inputs: int) -> TruthTable:
    """The truth table of a function, its inputs a, b, …, its output y.

    Raises:
        TableError: the integer does not fit.
    """
    return TruthTable.from_integers([ones], inputs=_PORTS[:inputs], outputs=("y",))


@lru_cache(maxsize=4096)
def function_spec(ones: tuple[int, ...], inputs: int) -> GateSpec:
    """The gate of a function of 1 to 6 inputs: of one output ``y``, or of several, ``y0``, ``y1``, ….

    Raises:
        TableError: there are more inputs, or an integer does not fit.
    """
    if inputs > MOST_INPUTS:
        raise TableError(
            f"a function of {inputs} inputs is not a gate", hint=f"make it of up to {MOST_INPUTS}"
        )
    outputs: Sequence[str] = ("y",) if len(ones) == 1 else [f"y{at}" for at in range(len(ones))]
    table = TruthTable.from_integers(ones, inputs=_PORTS[:inputs], outputs=outputs)
    digits = "-".join(_digits(each, inputs) for each in ones)
    return GateSpec(f"lut{inputs}-{digits}", table)


def spelt_spec(name: str) -> GateSpec | None:
    """The gate of a function whose name spells its table, as `function_spec` names it; None for other names."""
    found = spelt(name)
    if found is None or not name.startswith("lut") or len(found[1]) > _MOST_OUTPUTS:
        return None
    inputs, ones = found
    return None if any(each >> (1 << inputs) for each in ones) else function_spec(ones, inputs)


def _digits(ones: int, inputs: int) -> str:
    return f"{ones:0{max(1, (1 << inputs) // 4)}x}"
