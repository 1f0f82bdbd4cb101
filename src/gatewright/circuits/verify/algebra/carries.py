"""Adders that look ahead, as chains of full adders: which node is the carry that a sum would have rippled out.

A prefix adder makes its carries from far below, so no cut shows that a sum and the next carry are a full adder of
two bits and the carry between. They are: each carry is the majority of the bits below it and the carry below
them. Most are found by how they are put together (`gatewright.circuits.verify.algebra.spans`). For the others
decision diagrams of the adder alone decide, its two numbers as variables, bit beside bit: equal functions have
equal diagrams, so the right node is looked up.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.circuits.verify.algebra.network import network
    >>> from gatewright.circuits.verify.algebra.cuts import adders, parts
    >>> from gatewright.circuits.verify.algebra.rewriting import definitions
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> netlist = plugins.circuit("kogge-stone").elaborate({"bits": 8}, plugins.gates).netlist
    >>> made = network([compile_netlist(netlist)], [range(17)])
    >>> full = [each for each in adders(parts(made.graph)) if len(each.terms) == 3]
    >>> len(made.cells), len(full), len(looked_ahead(made, definitions(made, full)))
    (1, 1, 6)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from gatewright.circuits.verify.algebra.network import Network, Relation
from gatewright.circuits.verify.algebra.spans import Digit, carried
from gatewright.logic.bdd import FALSE, Diagram, Diagrams, TooManyNodesError
from gatewright.logic.xag import Literal

MOST_NODES = 1_000_000
"""Most nodes of diagrams: a few seconds."""


class _Sum(NamedTuple):
    """An exclusive or of one or two bits and what may be a carry."""

    node: int
    bits: tuple[Literal, ...]
    carry: Literal


def looked_ahead(
    network: Network, settled: Mapping[int, Relation], most_nodes: int = MOST_NODES
) -> list[Relation]:
    """Full and half adders whose carry is not made of its own sum's bits and carry; each is proved.

    Those that are not found by their spans are left out if diagrams of more than ``most_nodes`` would be needed.

    Args:
        network: all of it is looked at.
        settled: full adders that are known, by the nodes of their sums and carries.
        most_nodes: of diagrams.
    """
    sums = _sums(network, settled)
    if not sums:
        return []
    chain = [*sums, *_settled_below(network, sums, settled)]
    below = _rests_on(network, {bit >> 1 for each in chain for bit in each.bits})
    # The more bits a carry rests on, the higher is the place that it goes into.
    chain.sort(key=lambda each: below.get(each.carry >> 1, 0).bit_count(), reverse=True)
    put, whole = _put_together(network, sums, chain, below)
    if whole:
        return put
    order = dict.fromkeys(bit >> 1 for each in chain for bit in each.bits)
    known = {each.total >> 1 for each in put}
    rest = [each for each in sums if each.node not in known]
    try:
        return put + _found(network, rest, order, below, most_nodes)
    except TooManyNodesError:
        return put


def _sums(network: Network, settled: Mapping[int, Relation]) -> list[_Sum]:
    """Every exclusive or that may be a sum and is not known to be one."""
    nodes = range(network.graph.inputs + 1, len(network.graph))
    return [
        found
        for node in nodes
        if node not in settled and (found := _as_sum(network, node, settled)) is not None
    ]


def _as_sum(network: Network, node: int, settled: Mapping[int, Relation]) -> _Sum | None:
    """A node as a sum of what is a carry and of bits: a sum or variable, or two of which it is made."""
    graph = network.graph
    if not graph.is_xor(node):
        return None
    pair = graph.lefts[node], graph.rights[node]  # never negated
    plain = [each >> 1 <= graph.inputs or each >> 1 in settled for each in pair]
    halves = [
        graph.is_xor(each >> 1) and not known for each, known in zip(pair, plain, strict=True)
    ]
    if halves[0] != halves[1]:
        half, carry = pair if halves[0] else pair[::-1]
        return _Sum(node, (graph.lefts[half >> 1], graph.rights[half >> 1]), carry)
    if halves[0] or plain[0] == plain[1]:
        return None
    bit, carry = pair if plain[0] else pair[::-1]
    return _Sum(node, (bit,), carry)


def _settled_below(
    network: Network, sums: Sequence[_Sum], settled: Mapping[int, Relation]
) -> list[_Sum]:
    """The known sums whose carries go into the others, and so on down: what is above may skip them."""
    found: dict[int, _Sum] = {}
    carries = [each.carry >> 1 for each in sums]
    while carries:
        carry = carries.pop()
        adder = settled.get(carry)
        if adder is not None and carry == adder.carry >> 1 and adder.total >> 1 not in found:
            one = _as_sum(network, adder.total >> 1, settled)
            if one is not None:
                found[one.node] = one
                carries.append(one.carry >> 1)
    return list(found.values())


def _rests_on(network: Network, bits: Collection[int]) -> dict[int, int]:
    """Every node above some of the bits, in order, with the set of those bits as the ones of an integer."""
    graph = network.graph
    below = {node: 1 << place for place, node in enumerate(sorted(bits))}
    for node in range(graph.inputs + 1, len(graph)):
        if node not in below:
            mask = below.get(graph.lefts[node] >> 1, 0) | below.get(graph.rights[node] >> 1, 0)
            if mask:
                below[node] = mask
    return below


def _put_together(
    network: Network, sums: Sequence[_Sum], chain: Sequence[_Sum], below: Mapping[int, int]
) -> tuple[list[Relation], bool]:
    """Adders whose carries are found by their spans, and whether that is all that the chain can have."""
    adders = [adder for adder in _adders_apart(chain, below) if len(adder) > 1]
    places: list[_Sum | None] = []
    for adder in adders:
        places += [*adder, None]
    digits = [None if each is None else Digit(each.bits, each.carry) for each in places]
    found: dict[int, Relation] = {}
    wanted, nodes = {each.node for each in sums}, sorted(below)
    left = wanted - {adder[-1].node for adder in adders}  # what leaves a top digit may not be made
    for turned in ((0, 0), (1, 1), (0, 1), (1, 0)):
        carries = carried(network.graph, nodes, digits, turned)
        for place, (into, out) in carries.items():
            each = places[place]
            if each is not None and each.node in wanted and out >> 1 != into >> 1:
                found.setdefault(each.node, _relation(each, into, out, turned))
        if left <= found.keys():
            break
    return [*found.values()], left <= found.keys()


def _relation(each: _Sum, into: Literal, out: Literal, turned: tuple[int, int]) -> Relation:
    terms = [bit ^ turn for bit, turn in zip(each.bits, turned, strict=False)]
    inverted = (sum(turned[: len(terms)]) + into + each.carry) & 1
    return Relation(2 * each.node ^ inverted, out, (*terms, into))


def _adders_apart(chain: Sequence[_Sum], below: Mapping[int, int]) -> list[list[_Sum]]:
    """The sums of every adder, from the lowest up: a carry rests on all bits of the sums below it."""

    def rests(each: _Sum, *, own: bool) -> int:
        mask = below.get(each.carry >> 1, 0)
        for bit in each.bits if own else ():
            mask |= below.get(bit >> 1, 0)
        return mask

    # A sum that adds no bit to what its carry rests on is below none: so a chain ends.
    ends = {
        each.node: mask
        for each in chain
        if (mask := rests(each, own=True)) != rests(each, own=False)
    }
    above = set(ends.values())
    upper: dict[int, _Sum] = {}
    for each in chain:
        upper.setdefault(rests(each, own=False), each)
    found = []
    for each in chain:
        if rests(each, own=False) not in above:
            adder = [each]
            while (end := ends.get(adder[-1].node)) is not None and end in upper:
                adder.append(upper[end])
            found.append(adder)
    return found


def _found(
    network: Network,
    sums: Sequence[_Sum],
    order: dict[int, None],
    below: Mapping[int, int],
    most_nodes: int,
) -> list[Relation]:
    graph = network.graph
    above = [node for node in sorted(below) if network.graph.inputs < node]
    variables = dict(order)
    for node in above:  # what else they are made of; the first carry is one
        for branch in (graph.lefts[node] >> 1, graph.rights[node] >> 1):
            if branch not in below and branch:
                variables[branch] = None
    for each in sums:
        if each.carry >> 1 not in below:
            variables[each.carry >> 1] = None
    diagrams = Diagrams(len(variables), most_nodes)
    made: dict[int, Diagram] = {0: FALSE}
    nodes: dict[Diagram, Literal] = {}
    for place, node in enumerate(variables):
        made[node] = diagrams.variable(place)
    for node in above:
        left, right = graph.lefts[node], graph.rights[node]
        if not {left >> 1, right >> 1} <= made.keys():
            continue  # a bit that rests on none
        f, g = made[left >> 1] ^ (left & 1), made[right >> 1] ^ (right & 1)
        function = diagrams.differ(f, g) if left > right else diagrams.both(f, g)
        nodes.setdefault(function & ~1, 2 * node ^ function & 1)
        made.setdefault(node, function)  # a bit stays a variable to what is made of it
    found = []
    for each in sums:
        carry = made[each.carry >> 1]
        given = [made[bit >> 1] for bit in each.bits]
        for turned in product((0, 1), repeat=len(given)):
            x, *more = (f ^ t for f, t in zip(given, turned, strict=True))
            both = diagrams.both(x, carry)
            for y in more:
                both = diagrams.either(
                    diagrams.both(x, y), diagrams.both(diagrams.either(x, y), carry)
                )
            which = nodes.get(both & ~1)
            if which is None or which >> 1 == each.carry >> 1:
                continue
            terms = (*(bit ^ t for bit, t in zip(each.bits, turned, strict=True)), each.carry)
            found.append(Relation(2 * each.node ^ sum(turned) & 1, which ^ both & 1, terms))
            break
    return found
