"""Reduced ordered binary decision diagrams: two Boolean functions are equal if their numbers are.

A node tests one variable and leads to two smaller diagrams; every path tests the variables in one order, no
two nodes are alike, and none has two equal branches, so every function has exactly one diagram (R. E. Bryant,
Graph-based algorithms for Boolean function manipulation, IEEE ToC 35(8), 1986). A diagram is a plain integer:
twice the number of its node, plus one if the function is the negation of the node's (complement edges: K. S.
Brace et al., DAC 1990), so negating is ``diagram ^ 1``.

Example:
    >>> diagrams = Diagrams(3)
    >>> a, b, c = (diagrams.variable(place) for place in range(3))
    >>> left = diagrams.both(a, diagrams.either(b, c))
    >>> right = diagrams.either(diagrams.both(a, b), diagrams.both(a, c))
    >>> left == right
    True
    >>> diagrams.satisfying(left), diagrams.count(left)
    ((1, 0, 1), 3)
    >>> diagrams.table(0b0110, [a, b]) == diagrams.differ(a, b)
    True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gatewright.errors import GatewrightError

Diagram: TypeAlias = int

FALSE: Diagram = 0
TRUE: Diagram = 1

MOST_NODES = 1_000_000
"""Most nodes and remembered results together; some 250 MB."""

_JOIN = (-1, 0, 0)
"""On the stack of `Diagrams.ite`: both branches are done, make their node."""


class TooManyNodesError(GatewrightError):
    """The diagrams of a function are larger than allowed; nothing is known about it."""

    exit_code = 4


class Diagrams:
    """The diagrams over some variables; the place of a variable is its place in the order, 0 on top.

    Args:
        variables: how many.
        most_nodes: how many nodes and remembered results together may be made.
    """

    def __init__(self, variables: int, most_nodes: int = MOST_NODES) -> None:
        self.variables = variables
        self._most = most_nodes
        # By node: the variable it tests, its diagram where that is 0 (never negated), and where it
        # is 1. Node 0 is the constant FALSE, below every variable.
        self._places = [variables]
        self._lows = [FALSE]
        self._highs = [FALSE]
        self._known: dict[tuple[int, int, int], int] = {}
        self._results: dict[tuple[int, int, int], Diagram] = {}

    def __len__(self) -> int:
        """Number of nodes made, the constant among them."""
        return len(self._places)

    def variable(self, place: int) -> Diagram:
        """The function that is this variable.

        Raises:
            IndexError: there is no such variable.
        """
        if not 0 <= place < self.variables:
            raise IndexError(f"no variable {place} among {self.variables}")
        return self._node(place, FALSE, TRUE)

    def both(self, f: Diagram, g: Diagram) -> Diagram:
        """Conjunction."""
        return self.ite(f, g, FALSE)

    def either(self, f: Diagram, g: Diagram) -> Diagram:
        """Disjunction."""
        return self.ite(f, TRUE, g)

    def differ(self, f: Diagram, g: Diagram) -> Diagram:
        """Exclusive or."""
        return self.ite(f, g ^ 1, g)

    def table(self, ones: int, inputs: Sequence[Diagram]) -> Diagram:
        """A truth table of diagrams: bit *r* of ``ones`` is row *r*, the first input most significant."""
        rows: list[Diagram] = [ones >> row & 1 for row in range(1 << len(inputs))]
        for each in reversed(inputs):
            rows = [
                low if low == high else self.ite(each, high, low)
                for low, high in zip(rows[::2], rows[1::2], strict=True)
            ]
        return rows[0]

    def ite(self, test: Diagram, then: Diagram, other: Diagram) -> Diagram:
        """If ``test`` then ``then``, else ``other``: the operation of which all others are made.

        Raises:
            TooManyNodesError: the limit is reached.
        """
        places, lows, highs, results = self._places, self._lows, self._highs, self._results
        # An explicit stack: diagrams are as deep as there are variables. `joins` holds, for every
        # _JOIN on it, the triple it answers, its variable and whether its answer is to be negated.
        todo = [(test, then, other)]
        joins: list[tuple[tuple[int, int, int], int, int]] = []
        done: list[Diagram] = []
        while todo:
            f, g, h = todo.pop()
            if f < 0:
                key, place, negate = joins.pop()
                low = done.pop()
                result = results[key] = self._node(place, low, done.pop())
                done.append(result ^ negate)
                continue
            if f == g:
                g = TRUE
            elif f ^ g == 1:
                g = FALSE
            if f == h:
                h = FALSE
            elif f ^ h == 1:
                h = TRUE
            if f <= TRUE or g == h:
                done.append(g if f else h)
                continue
            if g <= TRUE and h <= TRUE:
                done.append(f if g else f ^ 1)
                continue
            # One triple for all that ask the same: fewer results to find and to remember.
            negate = 0
            if g ^ h == 1:  # f = g, the same for both negated, and for either first
                negate = (f ^ g) & 1
                f, g = f & ~1, g & ~1
                if f > g:
                    f, g = g, f
                h = g ^ 1
            elif g <= TRUE or h <= TRUE:  # a conjunction or a negated one, by de Morgan
                if g == FALSE:
                    f, g = f ^ 1, h
                elif g == TRUE:
                    f, g, negate = f ^ 1, h ^ 1, 1
                elif h == TRUE:
                    g, negate = g ^ 1, 1
                h = FALSE
                if f > g:
                    f, g = g, f
            else:
                if f & 1:
                    f, g, h = f ^ 1, h, g
                if g & 1:
                    g, h, negate = g ^ 1, h ^ 1, 1
            key = (f, g, h)
            known = results.get(key)
            if known is not None:
                done.append(known ^ negate)
                continue
            if len(results) + len(places) > self._most:
                raise TooManyNodesError(f"more than {self._most} nodes and results are needed")
            m, n, o = f >> 1, g >> 1, h >> 1
            p, q, r = places[m], places[n], places[o]
            place = min(p, q, r)
            f0 = f1 = f
            g0 = g1 = g
            h0 = h1 = h
            if p == place:
                f0, f1 = lows[m] ^ (f & 1), highs[m] ^ (f & 1)
            if q == place:
                g0, g1 = lows[n] ^ (g & 1), highs[n] ^ (g & 1)
            if r == place:
                h0, h1 = lows[o] ^ (h & 1), highs[o] ^ (h & 1)
            joins.append((key, place, negate))
            todo += (_JOIN, (f0, g0, h0), (f1, g1, h1))  # the last is done first
        return done.pop()

    def _node(self, place: int, low: Diagram, high: Diagram) -> Diagram:
        """The one node for a variable and two diagrams below it."""
        if low == high:
            return low
        negate = low & 1
        key = (place, low ^ negate, high ^ negate)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self._places)
            self._places.append(place)
            self._lows.append(low ^ negate)
            self._highs.append(high ^ negate)
        return number << 1 | negate

    def evaluate(
        self, functions: Sequence[Diagram], values: Sequence[int], patterns: int = 1
    ) -> list[int]:
        """The value of functions on some patterns at once.

        Args:
            functions: diagrams.
            values: one integer for each variable, by place; bit *i* is the variable in pattern *i*.
            patterns: how many.

        Returns:
            One integer for each function; bit *i* is its value on pattern *i*.
        """
        every = (1 << patterns) - 1
        of = [0]  # by node: branches have lower numbers than the nodes that lead to them
        for place, low, high in zip(self._places[1:], self._lows[1:], self._highs[1:], strict=True):
            one = of[high >> 1] ^ (every if high & 1 else 0)
            zero = of[low >> 1]
            of.append(zero ^ (values[place] & (zero ^ one)))
        return [of[each >> 1] ^ (every if each & 1 else 0) for each in functions]

    def satisfying(self, function: Diagram) -> tuple[int, ...]:
        """The smallest assignment, by place, on which a function is 1.

        Raises:
            ValueError: there is none, the function is FALSE.
        """
        if function == FALSE:
            raise ValueError("nothing satisfies FALSE")
        found = [0] * self.variables
        while function > TRUE:
            node, negate = function >> 1, function & 1
            function = self._lows[node] ^ negate
            if function == FALSE:  # every other diagram is satisfied by something
                found[self._places[node]] = 1
                function = self._highs[node] ^ negate
        return tuple(found)

    def count(self, function: Diagram) -> int:
        """On how many of the 2**variables assignments a function is 1."""
        needed, todo = {0}, [function >> 1]
        while todo:
            node = todo.pop()
            if node not in needed:
                needed.add(node)
                todo += (self._lows[node] >> 1, self._highs[node] >> 1)
        counts = {0: 0}  # by node: over the variables from its own one down

        def below(diagram: Diagram, place: int) -> int:
            """Over the variables from this place down, which is not below the diagram's own."""
            own = self._places[diagram >> 1]
            some = counts[diagram >> 1]
            return ((1 << (self.variables - own)) - some if diagram & 1 else some) << own - place

        for node in sorted(needed - {0}):
            place = self._places[node]
            counts[node] = below(self._lows[node], place + 1) + below(self._highs[node], place + 1)
        return below(function, 0)
