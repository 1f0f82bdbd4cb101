"""What Boolean functions of some variables can be made of, however they are kept.

Decision diagrams (`gatewright.logic.bdd`) and graphs of AND and XOR (`gatewright.logic.xag`) both write a
function as a plain integer: 0 is FALSE, 1 is TRUE, and the last bit negates. What is written for `Functions`
works on either.

Example:
    >>> from gatewright.logic.bdd import Diagrams
    >>> from gatewright.logic.xag import XorAndGraph
    >>> def majority(of: Functions) -> list[int]:
    ...     a, b, c = map(of.variable, range(3))
    ...     return of.evaluate([of.ite(a, of.either(b, c), of.both(b, c))], [0b1100, 0b1010, 0b1001], 4)
    >>> majority(Diagrams(3)), majority(XorAndGraph(3))
    ([8], [8])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from gatewright.circuits.program import Program
from gatewright.logic.xag import FALSE

Function: TypeAlias = int


class Functions(Protocol):
    """The functions of some variables."""

    def variable(self, place: int) -> Function:
        """The function that is this variable."""
        ...

    def both(self, f: Function, g: Function) -> Function:
        """Conjunction."""
        ...

    def either(self, f: Function, g: Function) -> Function:
        """Disjunction."""
        ...

    def differ(self, f: Function, g: Function) -> Function:
        """Exclusive or."""
        ...

    def ite(self, test: Function, then: Function, other: Function) -> Function:
        """If ``test`` then ``then``, else ``other``."""
        ...

    def table(self, ones: int, inputs: Sequence[Function]) -> Function:
        """A truth table of functions: bit *r* of ``ones`` is row *r*, the first input most significant."""
        ...

    def evaluate(
        self, functions: Sequence[Function], values: Sequence[int], patterns: int = 1
    ) -> list[int]:
        """The value of functions on some patterns at once; bit *i* of a value is that of pattern *i*."""
        ...


def net_functions(
    program: Program,
    functions: Functions,
    inputs: Sequence[Function],
    watch: Callable[[int, int], None] | None = None,
) -> list[Function]:
    """The function of every net of a circuit, by number.

    Args:
        program: the circuit.
        functions: where they are made.
        inputs: the function of each of its input bits.
        watch: called with the nets followed and the nets to follow.
    """
    nets = [*inputs, *([FALSE] * (len(program.nets) - len(inputs)))]
    for step in program.steps:
        ones = program.gates[step.gate].table.ones
        for pins, driven in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
            given = [nets[pin] for pin in pins]
            for net, column in zip(driven, ones, strict=True):
                nets[net] = functions.table(column, given)
        if watch is not None:
            watch(driven[-1] + 1, len(nets))
    return nets
