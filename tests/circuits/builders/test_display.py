"""The hexadecimal display: what people read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gatewright.circuits.builders.display import LIT
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.parameter import Value


class Made(Protocol):
    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


def names(circuit: Circuit) -> list[str]:
    return [each.name for each in circuit.netlist.instances]


DIGITS = """
 _       _   _       _   _   _   _   _   _       _       _   _
| |   |  _|  _| |_| |_  |_    | |_| |_| |_| |_  |    _| |_  |_
|_|   | |_   _|   |  _| |_|   | |_|  _| | | |_| |_  |_| |_  |
"""  # a, b and e on top of each other; 0 to 9 and A, b, C, d, E, F


def test_the_digits_look_as_they_should() -> None:
    _, *lines = (line.ljust(64) for line in DIGITS.splitlines())
    places = {
        "a": (0, 1),
        "f": (1, 0),
        "g": (1, 1),
        "b": (1, 2),
        "e": (2, 0),
        "d": (2, 1),
        "c": (2, 2),
    }
    for number, lit in enumerate(LIT):
        seen = {
            segment
            for segment, (line, column) in places.items()
            if lines[line][4 * number + column] != " "
        }
        assert seen == set(lit), f"{number:x}"


def test_the_gates_of_a_digit(made: Made, sizes: Sizes) -> None:
    kinds, depth = sizes(made("hex-display", digits=1))
    # 34 dark segments: 7 NOR gates, 34 - 14 OR gates; a decoder of all digits but 8, which is never dark.
    assert kinds == {"and": 15 + 8, "nor": 7, "not": 4, "or": 20}
    assert depth == 7
    circuit = made("hex-display", digits=3)
    assert sum(sizes(circuit)[0].values()) == 3 * sum(kinds.values())
    assert {name.split("/")[0] for name in names(circuit)} == {"digit0", "digit1", "digit2"}
    assert "digit2/g/lit" in names(circuit)
    assert "digit0/decode/is7" in names(circuit)
    assert "digit0/decode/is8" not in names(circuit)
