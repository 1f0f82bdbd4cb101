"""Backward rewriting: a polynomial over the outputs of a network becomes one over its inputs.

From the outputs to the inputs, every node gives way to what it equals. Where 2·carry + sum of an adder stands in
the polynomial, linear terms take the place of linear terms and it does not grow (M. Ciesielski et al.,
Verification of gate-level arithmetic circuits by function extraction, DAC 2015). Every step is an identity over
the integers; coefficients are kept modulo 2^width.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.circuits.verify.algebra.network import network
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    >>> made = network([compile_netlist(netlist)], [range(5)])
    >>> wanted = [(out, 1 << place) for place, out in enumerate(made.outputs[0])]
    >>> found = rewritten(made, definitions(made, ()), wanted, 3)
    >>> sorted((sorted(monomial), number) for monomial, number in found.polynomial.items())
    [([1], 1), ([2], 2), ([3], 1), ([4], 2), ([5], 1)]
    >>> found.relations, found.largest
    (2, 5)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from gatewright.circuits.verify.algebra.network import Network, Relation
from gatewright.circuits.verify.algebra.polynomial import (
    MOST_TERMS,
    Monomial,
    Polynomial,
    TooManyTermsError,
    add_to,
    constant,
    literal,
    plus,
    times,
)
from gatewright.circuits.verify.algebra.selects import NONE, Selects
from gatewright.logic.numerals import as_count
from gatewright.logic.xag import Literal
from gatewright.records import dataclass

Definitions = Mapping[int, Relation]
"""By node, the adder that it is the sum or the carry of."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What came of it.

    Attributes:
        polynomial: over the primary inputs, coefficients from 0 to 2^width - 1.
        relations: adders that were used.
        largest: the most terms that the polynomial had.
    """

    polynomial: Polynomial
    relations: int
    largest: int


def definitions(network: Network, found: Iterable[Relation]) -> dict[int, Relation]:
    """One adder for every node that is part of one: the cells' own, then those found, the first that fits."""
    known: dict[int, Relation] = {}
    for each in (*network.cells, *found):
        total, carry = each.total >> 1, each.carry >> 1
        if total not in known and carry not in known:
            known[total] = known[carry] = each
    return known


def rewritten(
    network: Network,
    known: Definitions,
    wanted: Iterable[tuple[Literal, int]],
    width: int,
    *,
    most_terms: int = MOST_TERMS,
    last: Selects = NONE,
    watch: Callable[[int, int], None] | None = None,
) -> Rewritten:
    """Rewrite a sum of outputs, each with a factor.

    Args:
        network: that the outputs belong to.
        known: its adders.
        wanted: the literals and their factors.
        width: coefficients are kept modulo 2^width.
        most_terms: how large the polynomial may grow.
        last: signals that stay variables until all else is rewritten.
        watch: called with the nodes done and the nodes to do.

    Raises:
        TooManyTermsError: it grows larger.
    """
    start: dict[Monomial, int] = {}
    for output, factor in wanted:
        add_to(start, literal(output), factor)
    nodes = [node for monomial in start for node in monomial]
    form = Form(start, network.inputs, width, last)
    used: set[int] = set()
    order = ordered(network, known, nodes)[::-1]
    if last.nodes:
        order = [*(node for node in order if node not in last.nodes), *order]
    for done, node in enumerate(order):
        if not form.holds(node):
            continue
        adder = known.get(node)
        if adder is not None and node == adder.total >> 1:
            form.substitute(node, _sum(adder))
            used.add(node)
        elif adder is not None:
            form.substitute(node, _carry(adder))
        else:
            form.substitute(node, _gate(network, node))
        if form.largest > most_terms:
            raise TooManyTermsError(f"its polynomial has more than {as_count(most_terms)} terms")
        if watch is not None and not done & 1023:
            watch(done + 1, len(order))
    return Rewritten(form.terms, len(used), form.largest)


def ordered(network: Network, known: Definitions, roots: Iterable[int]) -> list[int]:
    """The nodes that some nodes rest on, and themselves, each after those that it rests on; no primary inputs.

    Raises:
        ValueError: a node rests on itself.
    """
    done: dict[int, bool] = {}
    order: list[int] = []
    for root in roots:
        stack = [(root, iter(_below(network, known, root)))]
        if root <= network.inputs or root in done:
            continue
        done[root] = False
        while stack:
            node, rest = stack[-1]
            for each in rest:
                if each <= network.inputs:
                    continue
                state = done.get(each)
                if state is None:
                    done[each] = False
                    stack.append((each, iter(_below(network, known, each))))
                    break
                if not state:
                    raise ValueError(f"node {each} rests on itself")
            else:
                done[node] = True
                order.append(node)
                stack.pop()
    return order


def _below(network: Network, known: Definitions, node: int) -> Iterator[int]:
    adder = known.get(node)
    if adder is None:
        yield network.graph.lefts[node] >> 1
        yield network.graph.rights[node] >> 1
        return
    if node == adder.total >> 1:
        yield adder.carry >> 1
    for term in adder.terms:
        yield term >> 1


def _sum(adder: Relation) -> Polynomial:
    """The node of the sum: what is added, less twice the carry."""
    made: dict[Monomial, int] = {}
    for term in adder.terms:
        add_to(made, literal(term))
    add_to(made, literal(adder.carry), -2)
    return _turned(made, adder.total)


def _carry(adder: Relation) -> Polynomial:
    """The node of the carry, where it does not stand beside its sum."""
    x, y, *more = map(literal, adder.terms)
    made = times(x, y)
    for z in more:  # xy + (x + y - 2xy)z
        made = plus(made, times(plus(plus(x, y), made, -2), z))
    return _turned(made, adder.carry)


def _turned(made: Polynomial, which: Literal) -> Polynomial:
    return plus(constant(1), made, -1) if which & 1 else made


def _gate(network: Network, node: int) -> Polynomial:
    """An AND or an XOR of two literals."""
    x, y = literal(network.graph.lefts[node]), literal(network.graph.rights[node])
    both = times(x, y)
    return plus(plus(x, y), both, -2) if network.graph.is_xor(node) else both


class Form:
    """A polynomial, and for every node that is not an input the monomials that it is in."""

    def __init__(self, terms: Polynomial, inputs: int, width: int, selects: Selects = NONE) -> None:
        self.terms: dict[Monomial, int] = {}
        self.largest = 0
        self._inputs, self._every = inputs, (1 << width) - 1
        self._selects, self._products = selects
        self._where: dict[int, set[Monomial]] = {}
        for monomial, number in terms.items():
            self._add(monomial, number)

    def holds(self, node: int) -> bool:
        """Whether a node occurs."""
        return bool(self._where.get(node))

    def factor(self, node: int) -> Polynomial:
        """What a node is multiplied by."""
        return {monomial - {node}: self.terms[monomial] for monomial in self._where.get(node, ())}

    def substitute(self, node: int, by: Polynomial) -> None:
        """Put a polynomial in the place of a node."""
        parts = list(by.items())
        for monomial in self._where.pop(node):
            number = self.terms.pop(monomial)
            if len(monomial) == 1:
                for part, factor in parts:
                    self._add(part, number * factor)
                continue
            rest = monomial - {node}
            for each in rest:
                if each > self._inputs:
                    self._where[each].discard(monomial)
            for part, factor in parts:
                self._add(rest | part, number * factor)
        self.largest = max(self.largest, len(self.terms))

    def _add(self, monomial: Monomial, number: int) -> None:
        if self._products and len(monomial) > 1:
            for pair in combinations(monomial & self._selects, 2):
                product = self._products.get(frozenset(pair))
                if product is not None:
                    rest = monomial.difference(pair)
                    for part, factor in product.items():
                        self._add(rest | part, number * factor)
                    return
        terms = self.terms
        old = terms.get(monomial)
        made = ((old or 0) + number) & self._every
        if made:
            terms[monomial] = made
            if old is None:
                for each in monomial:
                    if each > self._inputs:
                        self._where.setdefault(each, set()).add(monomial)
        elif old is not None:
            del terms[monomial]
            for each in monomial:
                if each > self._inputs:
                    where = self._where.get(each)
                    if where is not None:
                        where.discard(monomial)
