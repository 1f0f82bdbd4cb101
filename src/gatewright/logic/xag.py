"""A graph of AND and XOR nodes: Boolean functions of many inputs, each built once.

Where a decision diagram has one form for every function and may be large, a graph is as small as its circuit
and has many forms. A function is a plain integer as in `bdd`: twice the number of its node, plus one if it is
negated. Nodes with the same branches are one node; XOR nodes stay whole, because adders are made of them.

Example:
    >>> graph = XorAndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> carry = graph.table(0b11101000, [a, b, c])
    >>> total = graph.differ(graph.differ(a, b), c)
    >>> graph.differ(a, graph.differ(b ^ 1, c) ^ 1) == total  # not the same node: another form
    False
    >>> graph.evaluate([carry, total], [0b00001111, 0b00110011, 0b01010101], 8)
    [23, 105]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Literal: TypeAlias = int

FALSE: Literal = 0
TRUE: Literal = 1


MAJORITY, ODD = 0xE8, 0x96
"""The truth tables of the carry and of the sum of three bits, as `XorAndGraph.table` takes them."""


class XorAndGraph:
    """The functions of some inputs.

    Node 0 is the constant FALSE, nodes 1 to ``inputs`` are the inputs; all others are the AND or the XOR
    of two functions made before.

    Args:
        inputs: how many.
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        # By node. An XOR is told by its branches: the larger first, where an AND has the smaller first.
        self.lefts = [FALSE] * (inputs + 1)
        self.rights = [FALSE] * (inputs + 1)
        self._known: dict[tuple[Literal, Literal], int] = {}

    def __len__(self) -> int:
        """Number of nodes, the constant and the inputs among them."""
        return len(self.lefts)

    def variable(self, place: int) -> Literal:
        """The function that is this input.

        Raises:
            IndexError: there is no such input.
        """
        if not 0 <= place < self.inputs:
            raise IndexError(f"no input {place} among {self.inputs}")
        return place + 1 << 1

    def both(self, f: Literal, g: Literal) -> Literal:
        """Conjunction."""
        if f > g:
            f, g = g, f
        if f <= TRUE:
            return g if f else FALSE
        if f ^ g <= 1:  # the same, or one the negation of the other
            return f if f == g else FALSE
        return self._and(f, g)

    def _and(self, f: Literal, g: Literal) -> Literal:
        """The conjunction of two functions of different nodes, the smaller first, as whole XORs have it."""
        if f & g & 1:  # neither x and y, nor both of their negations: an exclusive or
            lefts, rights, p, q = self.lefts, self.rights, f >> 1, g >> 1
            x, y = lefts[p], rights[p]
            if x < y and lefts[q] == x ^ 1 and rights[q] == y ^ 1:
                return self.differ(x, y)
        if not f & g & 1:  # x and y, and whether they differ
            for one, other in ((f, g), (g, f)):
                x, y = self.lefts[one >> 1], self.rights[one >> 1]
                high, low = self.lefts[other >> 1], self.rights[other >> 1]
                if not one & 1 and x < y and high > low and (low, high) == (x & ~1, y & ~1):
                    return one if (x ^ y ^ other) & 1 else FALSE
        return self._node(f, g)

    def either(self, f: Literal, g: Literal) -> Literal:
        """Disjunction."""
        return self.both(f ^ 1, g ^ 1) ^ 1

    def differ(self, f: Literal, g: Literal) -> Literal:
        """Exclusive or."""
        negate = (f ^ g) & 1
        f, g = f & ~1, g & ~1
        if f < g:
            f, g = g, f
        if f == g:
            return negate
        if g == FALSE:
            return f ^ negate
        return self._node(f, g) ^ negate

    def ite(self, test: Literal, then: Literal, other: Literal) -> Literal:
        """If ``test`` then ``then``, else ``other``."""
        if then == other:
            return then
        if then ^ other == 1:
            return self.differ(test, other)
        if then == TRUE:  # one node, where the general form makes two
            return self.either(test, other)
        if other == TRUE:
            return self.either(test ^ 1, then)
        return self.either(self.both(test, then), self.both(test ^ 1, other))

    def table(self, ones: int, inputs: Sequence[Literal]) -> Literal:
        """A truth table of functions: bit *r* of ``ones`` is row *r*, the first input most significant."""
        if len(inputs) == 3 and ones in (MAJORITY, ODD):  # of their inputs in any order
            inputs = sorted(inputs)
        rows: list[Literal] = [ones >> row & 1 for row in range(1 << len(inputs))]
        for each in reversed(inputs):
            pairs = zip(rows[::2], rows[1::2], strict=True)
            rows = [self.ite(each, high, low) for low, high in pairs]
        return rows[0]

    def is_xor(self, node: int) -> bool:
        """Whether a node is an XOR; inputs and ANDs are not."""
        return self.lefts[node] > self.rights[node]

    def copied(
        self, node: int, functions: Sequence[Literal] | Mapping[int, Literal], into: XorAndGraph
    ) -> Literal:
        """A node made again in another graph, in which its branches' nodes are ``functions``."""
        left, right = self.lefts[node], self.rights[node]
        f = functions[left >> 1] ^ (left & 1)
        g = functions[right >> 1] ^ (right & 1)
        return into.differ(f, g) if left > right else into.both(f, g)

    def simulate(self, values: Sequence[int], patterns: int) -> list[int]:
        """The value of every node on some patterns at once.

        Args:
            values: one integer for each input; bit *i* is the input in pattern *i*.
            patterns: how many.
        """
        every = (1 << patterns) - 1
        of = [0, *values]
        for left, right in zip(self.lefts[len(of) :], self.rights[len(of) :], strict=True):
            f, g = of[left >> 1], of[right >> 1]
            if left > right:
                of.append(f ^ g)
            else:
                of.append((f ^ every if left & 1 else f) & (g ^ every if right & 1 else g))
        return of

    def evaluate(
        self, functions: Sequence[Literal], values: Sequence[int], patterns: int = 1
    ) -> list[int]:
        """The value of functions on some patterns at once, as `simulate` takes and gives them."""
        every = (1 << patterns) - 1
        of = self.simulate(values, patterns)
        return [of[each >> 1] ^ (every if each & 1 else 0) for each in functions]

    def _node(self, left: Literal, right: Literal) -> Literal:
        """The one node with these branches."""
        number = self._known.get((left, right))
        if number is None:
            number = self._known[left, right] = len(self.lefts)
            self.lefts.append(left)
            self.rights.append(right)
        return number << 1
