"""A certificate in the practical algebraic calculus that outputs are a polynomial of the inputs.

Backward rewriting, as in `gatewright.circuits.verify.algebra`, puts for each node what it equals. Each such step
subtracts a polynomial that is 0, times what stands before the node; so what was to be shown 0 is the sum of these
products, and that is the certificate: one line an adder, 2·carry + sum = a + b + cin of its two outputs, and one
line that adds everything up (D. Kaufmann, M. Fleury, A. Biere, The proof checkers Pacheck and Pastèque for the
practical algebraic calculus, FMCAD 2020).

Example:
    >>> written({frozenset([1, 2]): 1, frozenset([3]): -2, frozenset(): 5})
    '1*x1*x2-2*x3+5'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from gatewright.circuits.audit.prefix import chained, full
from gatewright.circuits.audit.problem import Problem
from gatewright.circuits.verify.algebra.polynomial import Monomial, Polynomial, TooManyTermsError
from gatewright.circuits.verify.algebra.rewriting import Form

SPARE = 500
"""Terms that a polynomial may have beyond three times those of its goal: adders never add any."""

Goal = tuple[Polynomial, int]
"""A polynomial over variables, node n being variable n + 1, that is 0 modulo 2 to the power of the number."""


class Adder(NamedTuple):
    """Two nodes with 2·carry + sum = a sum of pins, where each may be negated.

    Attributes:
        carry: its node.
        signs: of sum and carry, -1 if negated.
        relation: the polynomial that is 0.
    """

    carry: int
    signs: tuple[int, int]
    relation: Polynomial


def certificate(
    problem: Problem,
    goals: Sequence[Goal],
    axiom: Callable[[int], Mapping[Monomial, int]],
    watch: Callable[[int, int], None] | None = None,
) -> str:
    """The lines of the certificate.

    Args:
        problem: the circuit.
        goals: what is to be 0.
        axiom: the polynomial of a node that is 0, as the checker makes it.
        watch: called with the nodes done and the nodes to do.

    Raises:
        TooManyTermsError: polynomials grow too large, or something is left.
    """
    adders = _adders(problem)
    inputs = sum(table is None for table in problem.tables)
    numbers: dict[int, int] = {}
    new = len(problem.tables)
    lines: list[str] = []

    def note(parts: Sequence[tuple[int, Polynomial]], result: Polynomial) -> int:
        lines.append(f"{new + len(lines) + 1} % {_combined(parts)}, {written(result)};")
        return new + len(lines)

    halves = {
        total: each.carry
        for total, each in adders.items()
        if len(problem.pins[total]) == 2
        and each.signs == (1, 1)
        and frozenset() not in each.relation
    }
    for each in chained(problem, halves, note):
        total = each.digit.total
        adders[total] = Adder(each.out, (1, 1), full(each.digit, each.out))
        numbers[total] = each.number
    new += len(lines)
    finals = []
    for goal, width in goals:
        form = Form(goal, inputs, width)
        target = written(form.terms)
        order = _order(problem, adders, [name - 1 for term in form.terms for name in term])
        parts, most = [], 3 * len(form.terms) + SPARE
        for done, node in enumerate(reversed(order)):
            name = node + 1
            if watch is not None and not done & 63:
                watch(done, len(order))
            if not form.holds(name):
                continue
            if len(form.terms) > most:
                raise TooManyTermsError(f"a polynomial has more than {most} terms")
            factor = form.factor(name)
            adder = adders.get(node)
            if adder is None:
                number, zero, sign = name, axiom(node), 1
            else:
                zero, sign = adder.relation, adder.signs[0]
                if node not in numbers:
                    new += 1
                    numbers[node] = new
                    lines.append(
                        f"{new} % {name}*({adder.signs[0]})+{adder.carry + 1}*({2 * adder.signs[1]}), "
                        f"{written(zero)};"
                    )
                number = numbers[node]
            parts.append(
                f"{number}*({written({term: sign * count for term, count in factor.items()})})"
            )
            rest = {term: count for term, count in zero.items() if name not in term}
            form.substitute(name, {term: -sign * count for term, count in rest.items()})
        if form.terms:
            raise TooManyTermsError("the outputs are another polynomial than the specification")
        new += 1
        finals.append(f"{new} % {'+'.join(parts) or '1*(0)'}, {target};")
    return "\n".join([*lines, *finals, ""])


def _combined(parts: Sequence[tuple[int, Polynomial]]) -> str:
    return "+".join(f"{number}*({written(factor)})" for number, factor in parts)


def written(polynomial: Mapping[Monomial, int]) -> str:
    """A polynomial as the calculus writes it."""
    terms = [
        f"{count:+d}{''.join(f'*x{name}' for name in sorted(term))}"
        for term, count in polynomial.items()
        if count
    ]
    return "".join(terms).removeprefix("+") or "0"


def _adders(problem: Problem) -> dict[int, Adder]:
    """By the node of the sum: pairs of nodes that read the same pins and are an adder."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for node, pins in enumerate(problem.pins):
        if 2 <= len(pins) <= 3 and len(set(pins)) == len(pins):
            groups.setdefault(tuple(sorted(pins)), []).append(node)
    known: dict[tuple[int | None, ...], tuple[int, ...] | None] = {}
    found: dict[int, Adder] = {}
    for nodes in groups.values():
        taken: set[int] = set()
        for total, carry in product(nodes, nodes):
            if (
                total == carry
                or taken & {total, carry}
                or problem.pins[total] != problem.pins[carry]
            ):
                continue
            pins = problem.pins[total]
            key = problem.tables[total], problem.tables[carry], len(pins)
            if key not in known:
                known[key] = _linear(
                    problem.tables[total] or 0, problem.tables[carry] or 0, len(pins)
                )
            linear = known[key]
            if linear is None:
                continue
            taken |= {total, carry}
            first, second, start, *factors = linear
            relation: dict[Monomial, int] = {
                frozenset((total + 1,)): first,
                frozenset((carry + 1,)): 2 * second,
                frozenset(): (first < 0) + 2 * (second < 0) - start,
            }
            for pin, factor in zip(pins, factors, strict=True):
                relation[frozenset((pin + 1,))] = -factor
            found[total] = Adder(carry, (first, second), {t: c for t, c in relation.items() if c})
    return found


def _linear(total: int, carry: int, pins: int) -> tuple[int, ...] | None:
    """Signs of sum and carry, and 2·carry + sum as a constant and a factor a pin; None if it is no such sum."""
    for first, second in product((1, -1), repeat=2):
        values = [
            ((total >> row & 1) ^ (first < 0)) + 2 * ((carry >> row & 1) ^ (second < 0))
            for row in range(1 << pins)
        ]
        factors = [values[1 << pins - 1 - place] - values[0] for place in range(pins)]
        sums = [
            values[0] + sum(f for place, f in enumerate(factors) if row >> pins - 1 - place & 1)
            for row in range(1 << pins)
        ]
        if sums == values and all(abs(factor) == 1 for factor in factors):
            return (first, second, values[0], *factors)
    return None


def _order(problem: Problem, adders: Mapping[int, Adder], roots: Sequence[int]) -> list[int]:
    """Nodes after what they read, and sums after their carries."""
    order: list[int] = []
    seen: set[int] = set()
    todo = [(root, False) for root in sorted(set(roots))]
    while todo:
        node, ready = todo.pop()
        if ready:
            order.append(node)
        elif node not in seen and problem.tables[node] is not None:
            seen.add(node)
            todo.append((node, True))
            carry = [adders[node].carry] if node in adders else []
            todo += [(each, False) for each in (*problem.pins[node], *carry)]
    return order
