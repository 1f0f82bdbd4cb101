"""Functions of any number of inputs made of small tables.

A cover of few inputs is one truth table. A wider one is decomposed in two ways, and the one of fewer tables is
taken. One is by its most frequent literal, f = x·q + r (R. K. Brayton, Factoring logic functions, IBM J.
Res. Dev. 31(2), 1987), which suits sparse covers of any width; and by splitting its truth table input by input,
equal halves being made once (a decision diagram; R. E. Bryant, 1986), which suits dense ones.

Example:
    >>> from gatewright.logic.cover import cube
    >>> wide = Decomposition(4)
    >>> wide.function([cube("1" * 9)], range(9))
    (11, False)
    >>> wide.nodes  # a node of four inputs, one of four, and one of both and the last input
    [(32768, (0, 1, 2, 3)), (32768, (4, 5, 6, 7)), (128, (8, 9, 10))]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from gatewright.logic.cover import Cube, columns_of, support, table

Signal: TypeAlias = tuple[int, bool]
"""The number of an input or of a node, and whether it is negated."""

WIDEST_TABLE, MOST_FACTORED = 16, 2048
"""Most inputs of a function that is split as a truth table; cubes of one for which only that is tried."""

_DEEPEST = 100
"""Most quotients of quotients that are factored; a staircase of thousands of cubes has as many."""

_MOST_LOOKS = 5_000_000
"""Most literals and cubes that are searched for factors of one function: about two seconds."""

MOST_LOOKS = 40_000_000
"""The same for all functions of a file. The rest are made of the products of their cubes, as they stand."""

MOST_LITERALS = 10_000_000
"""Most literals of all wide functions of a file: about half a minute."""

_FEW_CUBES = 64
"""Most cubes that are compared pairwise."""


class Decomposition:
    """Functions as nodes of few inputs; equal parts of all of them are one node.

    Args:
        widest: most inputs of a node, from 2 to 6.
        looks: literals and cubes that may be searched for factors, for all functions together.

    Attributes:
        nodes: truth table and inputs of every node. Inputs are numbered first, nodes after them.
        looks: how many are left.
    """

    def __init__(self, widest: int, looks: int = MOST_LOOKS) -> None:
        self.widest = widest
        self.looks = looks
        self.nodes: list[tuple[int, tuple[int, ...]]] = []
        self._first = 0
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}

    def function(self, cubes: Iterable[Cube], inputs: Sequence[int]) -> Signal | bool:
        """The signal of a cover, or the constant it is; nodes are added as they are needed.

        Args:
            cubes: of the function; bit *i* is the input ``inputs[i]``.
            inputs: numbers below the count of all inputs, the same count at every call: 0, 1, ….
        """
        self._first = self._first or len(inputs)
        whole = frozenset(_reduced(cubes))
        if not whole:
            return False
        if (0, 0) in whole:
            return True
        few = len(inputs) <= WIDEST_TABLE and (self.looks > 0 or len(whole) > MOST_FACTORED)
        factored = split = _Draft(self)
        if few:
            signal = split.split(table(whole, len(inputs)), 0, len(inputs))
            self.looks = max(0, self.looks - (1 << len(inputs)) // 64 - 30 * len(split.nodes))
            if isinstance(signal, bool):
                return signal
        if not few or len(whole) <= MOST_FACTORED:
            factored = _Draft(self)
            other = factored.factor(whole)
            self.looks = max(0, self.looks - factored.spent)
            if isinstance(other, bool):
                return other
            if few and len(split.nodes) < len(factored.nodes):
                factored = split
            else:
                signal = other
        for node in factored.nodes:
            self._known[node] = self._first + len(self.nodes)
            self.nodes.append(node)
        return signal

    def number(self, place: int) -> int:
        """The number of the node at this place of ``nodes``."""
        return self._first + place


class _Draft:
    """Nodes that a function would need besides the existing ones."""

    def __init__(self, whole: Decomposition) -> None:
        self._whole = whole
        self.nodes: list[tuple[int, tuple[int, ...]]] = []
        self._most = min(whole.looks, _MOST_LOOKS)
        self.spent = 0
        self._new: dict[tuple[int, tuple[int, ...]], int] = {}
        self._covers: dict[frozenset[Cube], Signal | bool] = {}
        self._tables: dict[tuple[int, int], Signal | bool] = {}

    def factor(self, cubes: frozenset[Cube], depth: int = 0) -> Signal | bool:
        """A cover by its most frequent literals.

        A loop goes from remainder to remainder, as a cover may have thousands of cubes.
        """
        if cubes in self._covers:
            return self._covers[cubes]
        whole = cubes
        terms: list[Signal | bool] = []
        counts: Counter[Signal] = Counter()
        for each in cubes:
            counts.update(_literals(each))
        self.spent += counts.total()
        while cubes:
            self.spent += len(counts) + len(cubes)
            if len({place for place, _ in counts}) <= self._whole.widest:
                terms.append(self._small(cubes))
                break
            (place, negated), most = max(counts.items(), key=_most_frequent)
            if most == 1 or depth == _DEEPEST or self.spent > self._most:
                terms += [self._and(_literals(each)) for each in sorted(cubes)]
                break
            having = frozenset(each for each in cubes if each[negated] >> place & 1)
            common = _intersection(having)
            quotient = frozenset((one & ~common[0], zero & ~common[1]) for one, zero in having)
            self.spent += min(len(quotient), _FEW_CUBES) ** 2 // 4
            left = (0, 0) in quotient or self.factor(_irredundant(quotient), depth + 1)
            literals = _literals(common)
            terms.append(self._and(literals if isinstance(left, bool) else [*literals, left]))
            cubes -= having
            for each in having:
                gone = _literals(each)
                self.spent += len(gone)
                counts.subtract(gone)
            counts = +counts
        signals = [each for each in terms if not isinstance(each, bool)]
        self._covers[whole] = len(signals) < len(terms) or self._or(signals)
        return self._covers[whole]

    def split(self, ones: int, first: int, inputs: int) -> Signal | bool:
        """A truth table of the inputs from ``first`` on, halved by one after the other."""
        count = inputs - first
        if ones == 0 or ones == (1 << (1 << count)) - 1:
            return ones != 0
        key = ones, first
        if key not in self._tables:
            kept, places = support(ones, count)
            if len(places) <= self._whole.widest:
                self._tables[key] = self._node(kept, [(first + place, False) for place in places])
            else:
                half = 1 << (count - 1)
                low = self.split(ones & ((1 << half) - 1), first + 1, inputs)
                high = self.split(ones >> half, first + 1, inputs)
                self._tables[key] = self._select(first, low, high)
        return self._tables[key]

    def _select(self, place: int, low: Signal | bool, high: Signal | bool) -> Signal | bool:
        """``high`` if an input is 1, else ``low``."""
        if low == high:
            return low
        given: list[Signal] = [(place, False)]
        values: list[int] = []
        signals = [each for each in (low, high) if not isinstance(each, bool)]
        given += dict.fromkeys((number, False) for number, _ in signals)
        if len(given) > self._whole.widest:  # three inputs, but two are allowed
            return self._or([self._and([(place, not bit), signals[bit]]) for bit in (0, 1)])
        count = len(given)
        for row in range(1 << count):
            bits = {number: row >> (count - 1 - at) & 1 for at, (number, _) in enumerate(given)}
            chosen = high if bits[place] else low
            values.append(int(chosen) if isinstance(chosen, bool) else bits[chosen[0]] ^ chosen[1])
        return self._node(sum(bit << row for row, bit in enumerate(values)), given)

    def _small(self, cubes: frozenset[Cube]) -> Signal | bool:
        """A cover of few enough inputs as one node; it may be 1 everywhere."""
        used = 0
        for positive, negative in cubes:
            used |= positive | negative
        places = _places(used)
        at = {place: number for number, place in enumerate(places)}
        moved = [
            tuple(sum(1 << at[place] for place in _places(side)) for side in each) for each in cubes
        ]
        ones, mattering = support(table(moved, len(places)), len(places))  # type: ignore[arg-type] # of two sides each
        return not mattering or self._node(ones, [(places[each], False) for each in mattering])

    def _and(self, signals: Sequence[Signal]) -> Signal:
        return self._tree(signals, every=True)

    def _or(self, signals: Sequence[Signal]) -> Signal | bool:
        each_once = dict.fromkeys(signals)
        if any((number, not negated) in each_once for number, negated in each_once):
            return True
        return self._tree(list(each_once), every=False)

    def _tree(self, signals: Sequence[Signal], *, every: bool) -> Signal:
        """All of some signals, or any of them: as many at once as a node takes, the shallowest first."""
        level = list(signals)
        while len(level) > 1:
            size = self._whole.widest
            joined = [level[at : at + size] for at in range(0, len(level), size)]
            if (
                len(joined) > 1 and len(joined[-1]) < size
            ):  # what is left over waits for the next level
                kept, joined = joined[-1], joined[:-1]
            else:
                kept = []
            level = kept + [self._joined(some, every=every) for some in joined]
        return level[0]

    def _joined(self, signals: Sequence[Signal], *, every: bool) -> Signal:
        signals = list(dict.fromkeys(signals))
        inputs = list(dict.fromkeys((number, False) for number, _ in signals))
        columns = dict(zip((number for number, _ in inputs), columns_of(len(inputs)), strict=True))
        whole = (1 << (1 << len(inputs))) - 1
        ones = whole if every else 0
        for number, negated in signals:
            column = columns[number] ^ (whole if negated else 0)
            ones = ones & column if every else ones | column
        return self._node(ones, inputs)

    def _node(self, ones: int, signals: Sequence[Signal]) -> Signal:
        """The node of a table; an input alone needs none."""
        if len(signals) == 1:
            return signals[0][0], ones == 0b01
        node = ones, tuple(number for number, _ in signals)
        known = self._whole._known.get(node, self._new.get(node))
        if known is None:
            known = self._whole.number(len(self._whole.nodes) + len(self.nodes))
            self._new[node] = known
            self.nodes.append(node)
        return known, False


def _reduced(cubes: Iterable[Cube]) -> list[Cube]:
    """Without cubes that are never 1."""
    return [each for each in dict.fromkeys(cubes) if not each[0] & each[1]]


def _irredundant(cubes: frozenset[Cube]) -> frozenset[Cube]:
    """Without cubes that a wider one contains, if there are few enough to look."""
    if len(cubes) > _FEW_CUBES:
        return cubes
    return frozenset(
        one
        for one in cubes
        if not any(
            other != one and other[0] & ~one[0] == 0 and other[1] & ~one[1] == 0 for other in cubes
        )
    )


def _intersection(cubes: frozenset[Cube]) -> Cube:
    """The literals that all of some cubes share."""
    ones = zeros = -1
    for positive, negative in cubes:
        ones &= positive
        zeros &= negative
    return ones, zeros


def _literals(one: Cube) -> list[Signal]:
    """The literals of a cube, in the order of the inputs."""
    positive, negative = one
    literals = [(place, False) for place in _places(positive)]
    return sorted(literals + [(place, True) for place in _places(negative)])


def _most_frequent(item: tuple[Signal, int]) -> tuple[int, int, bool]:
    """The order of literals by how often they occur, those of the first inputs last."""
    (place, negated), count = item
    return count, -place, negated


def _places(bits: int) -> list[int]:
    """The places of the ones of a number."""
    found, text = [], f"{bits:b}"[::-1]
    place = text.find("1")
    while place >= 0:
        found.append(place)
        place = text.find("1", place + 1)
    return found
