"""Adders found by what their signals weigh, from the outputs down, in circuits of plain gates.

Outputs that are a number are columns of one bit each. A bit *s* of a column and a bit *c* of the next that
are the sum and the carry of three others make way for those three, as 2c + s = x + y + z; so the columns
become those that the circuit adds, whichever way its adders are made: a carry may have been looked ahead, or
a sum be put together in another order than its carry. Which bits they are is told by the values that every
node has on some patterns. What is found is so on those patterns alone: it is a guess until it is proved
(`gatewright.circuits.verify.algebra.weighed.guesses`). Weights tell right guesses from chance: a carry stands
in the column above its sum, and is negated or not as it has to be.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.circuits.verify.algebra.cuts import parts, simplified
    >>> from gatewright.circuits.verify.algebra.network import network
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> netlist = plugins.circuit("kogge-stone").elaborate({"bits": 8}, plugins.gates).netlist
    >>> made = simplified(network([compile_netlist(netlist)], [range(17)]))
    >>> patterns = Patterns(made.graph)
    >>> found = columns(made, parts(made.graph), patterns, made.outputs[0])
    >>> len(found.relations), [len(column) for column in found.left]
    (8, [3, 2, 2, 2, 2, 2, 2, 2, 0])
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from gatewright.circuits.verify.algebra.cuts import AND2, MAJORITY, SUMS, Part
from gatewright.circuits.verify.algebra.network import Network, Relation
from gatewright.circuits.verify.algebra.weighed.hidden import Neighbours
from gatewright.circuits.verify.algebra.weighed.patterns import Patterns
from gatewright.logic.xag import FALSE, TRUE, Literal

MOST_TRIED = 100_000
"""Most pairs of bits that are looked at closely, where adders were taken apart."""

Terms = tuple[Literal, ...]


class Columns(NamedTuple):
    """What was found.

    Attributes:
        relations: adders, as far as the patterns tell; a third term may be the constant TRUE.
        left: of every column, the bits that are not a sum or carry.
    """

    relations: list[Relation]
    left: list[list[Literal]]


def columns(
    network: Network, found: Iterable[Part], patterns: Patterns, outputs: Sequence[Literal]
) -> Columns:
    """The adders of a number.

    Args:
        network: that computes it.
        found: every node that may be a sum or a carry, by its cuts.
        patterns: on which nodes are compared.
        outputs: its bits, least significant first; what is carried out of the highest does not count.
    """
    run = _Run(network, found, patterns, len(outputs))
    for place, output in enumerate(outputs):
        run.put(place, output)
    run.go()
    return Columns(run.relations, [list(column) for column in run.bits])


class _Run:
    """One run of `columns`.

    A column's bits are literals; in the highest one negations do not count, and are left out.
    """

    def __init__(
        self, network: Network, found: Iterable[Part], patterns: Patterns, width: int
    ) -> None:
        self.relations: list[Relation] = []
        self.bits: list[set[Literal]] = [set() for _ in range(width)]
        self._network, self._patterns, self._top = network, patterns, width - 1
        self._cells = {cell.total >> 1: cell for cell in network.cells}
        self._sums: dict[int, list[tuple[int, ...]]] = {}
        self._carries: dict[int, list[Terms]] = {}
        for node, leaves, table in found:
            if table in SUMS:
                self._sums.setdefault(node, []).append(leaves)
            else:
                self._carries.setdefault(node, []).append(_added(leaves, table))
        # Of every column: bits by value, sums by the carries that they want, carries by the sums that they want.
        self._at: list[dict[int, Literal]] = [{} for _ in range(width)]
        self._want_carry: list[dict[int, list[tuple[Literal, Terms]]]] = [{} for _ in range(width)]
        self._want_sum: list[dict[int, list[tuple[Literal, Terms]]]] = [{} for _ in range(width)]
        self._neighbours: Neighbours | None = None
        self._tried: set[tuple[int, Literal, Literal]] = set()
        self._open: list[tuple[int, int, Literal]] = []  # the highest node first

    def put(self, place: int, bit: Literal) -> None:
        """Add a bit to a column."""
        waiting = [(place, bit)]
        while waiting:
            place, bit = waiting.pop()
            if place == self._top:
                bit &= ~1
            if place > self._top or bit <= TRUE:
                continue
            column = self.bits[place]
            if (
                bit in column
            ):  # twice the same is one of the next column, which in the highest is nothing
                column.remove(bit)
                waiting.append((place + 1, bit))
            elif bit ^ 1 in column:  # a bit and its negation are 1
                column.remove(bit ^ 1)
            elif place < self._top and bit ^ 1 in self.bits[place + 1]:  # 2(1 - x) + x = 2 - x
                self.bits[place + 1].remove(bit ^ 1)
                waiting.append((place, bit ^ 1))
            elif place and bit ^ 1 in self.bits[place - 1]:
                self.bits[place - 1].remove(bit ^ 1)
                waiting.append((place - 1, bit))
            elif place == self._top and self._network.graph.is_xor(
                bit >> 1
            ):  # nothing is carried out of it
                node = bit >> 1
                waiting += [
                    (place, self._network.graph.lefts[node]),
                    (place, self._network.graph.rights[node]),
                ]
            else:
                column.add(bit)
                heapq.heappush(self._open, (-(bit >> 1), place, bit))

    def go(self) -> None:
        """Look at every bit, at those furthest from the inputs first."""
        while self._open or self._found_apart():
            _, place, bit = heapq.heappop(self._open)
            if bit in self.bits[place]:
                self._look_at(place, bit)

    def _found_apart(self) -> bool:
        """Take two bits whose adder was taken apart; whether there is a bit to look at then."""
        inputs = self._network.graph.inputs
        pairs = [
            (max(total, carry), place, total, carry)
            for place in range(self._top)
            for total in self.bits[place]
            if total >> 1 > inputs
            for carry in self.bits[place + 1]
            if carry >> 1 > inputs and (place, total, carry) not in self._tried
        ]
        if pairs and self._neighbours is None:
            self._neighbours = Neighbours(self._network.graph, self._patterns)
        for _, place, total, carry in sorted(pairs, reverse=True):
            if self._neighbours is None or len(self._tried) >= MOST_TRIED:
                break
            self._tried.add((place, total, carry))
            for which in (carry, carry ^ 1) if place + 1 == self._top else (carry,):
                terms = self._neighbours.terms(total, which)
                if terms is not None:
                    self._take(place, total, which, terms)
                    return bool(self._open) or self._found_apart()
        return False

    def _look_at(self, place: int, bit: Literal) -> None:
        """Put what is added in the place of a bit and the other bit of its adder, or keep what it waits for."""
        value = self._patterns.of(bit)
        as_sum = list(self._sums_of(bit)) if place < self._top else []
        as_carry = list(self._carries_of(place, bit)) if place else []
        fit = [
            each
            for each in (
                *self._by_carry(place, bit, value, as_sum),
                *self._by_sum(place, bit, as_carry),
            )
            if not {each[1] >> 1, each[2] >> 1} & {term >> 1 for term in each[3]}
        ]
        if fit:
            self._take(*max(fit, key=lambda each: sum(term > TRUE for term in each[3])))
            if bit in self.bits[place]:
                heapq.heappush(self._open, (-(bit >> 1), place, bit))
            return
        self._at[place][value] = bit
        for seek, terms in as_sum:
            self._want_carry[place + 1].setdefault(seek, []).append((bit, terms))
        for seek, carry, terms in as_carry:
            self._want_sum[place - 1].setdefault(seek, []).append((carry, terms))

    def _by_carry(
        self, place: int, bit: Literal, value: int, as_sum: Iterable[tuple[int, Terms]]
    ) -> Iterator[tuple[int, Literal, Literal, Terms]]:
        """Adders that a bit is the sum of: their column, sum, carry and what they add."""
        for seek, terms in as_sum:
            carry = self._found(place + 1, seek)
            if carry is not None:
                yield place, bit, carry, terms
        for carry, terms in self._want_sum[place].get(value, ()):
            if self._holds(place + 1, carry):
                yield place, bit, carry, terms

    def _by_sum(
        self, place: int, bit: Literal, as_carry: Iterable[tuple[int, Literal, Terms]]
    ) -> Iterator[tuple[int, Literal, Literal, Terms]]:
        """Adders that a bit is the carry of, in the same way."""
        for carry in (bit, bit ^ 1) if place == self._top else (bit,):
            for total, terms in self._want_carry[place].get(self._patterns.of(carry), ()):
                if total in self.bits[place - 1]:
                    yield place - 1, total, carry, terms
        for seek, carry, terms in as_carry:
            total_found = self._found(place - 1, seek)
            if total_found is not None:
                yield place - 1, total_found, carry, terms

    def _take(self, place: int, total: Literal, carry: Literal, terms: Terms) -> None:
        self.bits[place].remove(total)
        self.bits[place + 1].remove(carry if place + 1 < self._top else carry & ~1)
        added = tuple(term for term in terms if term != FALSE)
        self.relations.append(Relation(total, carry, added))
        for term in terms:
            self.put(place, term)

    def _holds(self, place: int, bit: Literal) -> bool:
        return (bit & ~1 if place == self._top else bit) in self.bits[place]

    def _found(self, place: int, value: int) -> Literal | None:
        """The bit of a column that has a value; in the highest one, it or its negation."""
        bit = self._at[place].get(value)
        if bit is not None and bit in self.bits[place]:
            return bit
        if place == self._top:
            bit = self._at[place].get(value ^ self._patterns.every)
            if bit is not None and bit in self.bits[place]:
                return bit ^ 1
        return None

    def _sums_of(self, bit: Literal) -> Iterator[tuple[int, Terms]]:
        """The value of the carry that a bit as a sum would have, and of what bits."""
        cell = self._cells.get(bit >> 1)
        if cell is not None:
            turn = (bit ^ cell.total) & 1
            yield self._patterns.of(cell.carry ^ turn), tuple(term ^ turn for term in cell.terms)
        of, every = self._patterns.of, self._patterns.every
        value = of(bit)
        for leaves in self._sums.get(bit >> 1, ()):
            values = [of(2 * leaf) for leaf in leaves] + [0] * (3 - len(leaves))
            nodes = [*leaves, 0][:3]
            odd = int(values[0] ^ values[1] ^ values[2] != value)
            for one, other in product((0, 1), repeat=2):
                turned = (one, other, one ^ other ^ odd)
                x, y, z = (
                    each ^ every if turn else each
                    for each, turn in zip(values, turned, strict=True)
                )
                terms = tuple(2 * node + turn for node, turn in zip(nodes, turned, strict=True))
                yield x & y | (x | y) & z, terms

    def _carries_of(self, place: int, bit: Literal) -> Iterator[tuple[int, Literal, Terms]]:
        """The value of the sum that a bit as a carry would have, itself as it is then, and of what bits."""
        of = self._patterns.of
        for carry in (bit, bit ^ 1) if place == self._top else (bit,):
            for terms in self._carries.get(bit >> 1, ()):
                turned = tuple(term ^ (carry & 1) for term in terms)
                x, y, z = map(of, turned)
                yield x ^ y ^ z, carry, turned


def _added(leaves: tuple[int, ...], table: int) -> Terms:
    """Of what three bits a node is the carry; a conjunction is one of two bits and 0."""
    if len(leaves) == 3:
        return tuple(2 * leaf + turn for leaf, turn in zip(leaves, MAJORITY[table], strict=True))
    a, b, out = AND2[table]
    return 2 * leaves[0] + (a ^ out), 2 * leaves[1] + (b ^ out), out
