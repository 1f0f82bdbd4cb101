"""The gates that come with Gatewright, through the same hook as anyone's.

Example:
    >>> [gate.name for gate in gatewright_gates()][:4]
    ['buf', 'not', 'and', 'or']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import Row
from gatewright.plugins.hookspecs import hookimpl


@hookimpl
def gatewright_gates() -> Iterator[GateSpec]:
    """Gates of one to three inputs, and the half and full adder."""
    yield _gate("buf", lambda a: a, "a", "the input itself")
    yield _gate("not", lambda a: 1 - a, "a", "the opposite of the input")
    yield _gate("and", lambda a, b: a & b, "ab", "1 if both inputs are 1")
    yield _gate("or", lambda a, b: a | b, "ab", "1 if any input is 1")
    yield _gate("nand", lambda a, b: 1 - (a & b), "ab", "0 if both inputs are 1")
    yield _gate("nor", lambda a, b: 1 - (a | b), "ab", "0 if any input is 1")
    yield _gate("xor", lambda a, b: a ^ b, "ab", "1 if the inputs differ")
    yield _gate("xnor", lambda a, b: 1 - (a ^ b), "ab", "1 if the inputs are equal")
    yield _gate("and3", lambda a, b, c: a & b & c, "abc", "1 if all three inputs are 1")
    yield _gate("or3", lambda a, b, c: a | b | c, "abc", "1 if any of three inputs is 1")
    yield _gate("xor3", lambda a, b, c: a ^ b ^ c, "abc", "1 if an odd number of inputs is 1")
    yield _gate("mux", lambda s, a, b: b if s else a, "sab", "b where s is 1, else a")
    yield _gate(
        "majority", lambda a, b, c: int(a + b + c >= 2), "abc", "1 if two or three inputs are 1"
    )
    yield GateSpec.from_function(
        "half-adder",
        lambda a, b: (a & b, a ^ b),
        inputs=("a", "b"),
        outputs=("carry", "sum"),
        summary="a + b in two bits",
    )
    yield GateSpec.from_function(
        "full-adder",
        lambda a, b, cin: divmod(a + b + cin, 2),
        inputs=("a", "b", "cin"),
        outputs=("cout", "sum"),
        summary="a + b + cin in two bits",
    )


def _gate(name: str, function: Callable[..., Row], inputs: str, summary: str) -> GateSpec:
    return GateSpec.from_function(name, function, inputs=inputs, outputs="y", summary=summary)
