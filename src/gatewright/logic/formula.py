"""A truth table as a short list of and, or, xor and not, to be run on whole words of patterns.

The table is split by one input after another (Shannon: f = x·f₁ + x̄·f₀), each split written in its shortest
form; of the inputs, the one that needs the fewest operations is chosen. Functions met before are shared, even
between the outputs of a gate.

Example:
    >>> adder = formula(3, (0b11101000, 0b10010110))  # carry and sum of a full adder
    >>> [each.operation for each in adder.instructions]
    ['and', 'xor', 'and', 'xor', 'xor']
    >>> [each.operation for each in formula(2, (0b0001,)).instructions]
    ['or', 'not']
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias

from gatewright.records import dataclass

MOST_INPUTS = 6
"""Most inputs of a table that is made a formula: finding short ones for wider tables is slow."""

Operation: TypeAlias = Literal["and", "or", "xor", "not", "copy", "zero", "one"]

_Choice: TypeAlias = tuple[Operation, int, int, int]
"""``left operation (mask & right)``, as truth tables; the mask is an input, its opposite, or everything."""

_MANY = 10**9
"""More operations than any formula needs."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One operation on whole words.

    Places number the inputs first, then the outputs, then what is kept in between.

    Attributes:
        operation: which.
        sources: the places it reads: two, one, or none.
        place: where the result goes; never that of an input.
    """

    operation: Operation
    sources: tuple[int, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A gate as instructions.

    Attributes:
        inputs: how many.
        outputs: how many.
        between: places needed besides those of the inputs and outputs.
        instructions: in the order they run.
    """

    inputs: int
    outputs: int
    between: int
    instructions: tuple[Instruction, ...]


@lru_cache(maxsize=4096)
def formula(inputs: int, ones: tuple[int, ...]) -> Formula:
    """The formula of a truth table as `TruthTable` keeps it: one integer for each output, bit *r* being row *r*.

    Raises:
        ValueError: there are more than 6 inputs, or none.
    """
    if not 1 <= inputs <= MOST_INPUTS:
        raise ValueError(f"a formula has 1 to {MOST_INPUTS} inputs, not {inputs}")
    search = _Search(inputs)
    wanted = [search.emit(column) for column in ones]
    return _placed(inputs, wanted, search.nodes)


class _Search:
    """Finds short formulas; functions are truth tables of all inputs, as integers."""

    def __init__(self, inputs: int) -> None:
        self._all = (1 << (1 << inputs)) - 1
        rows = range(1 << inputs)
        # By input, the first the most significant: the rows where it is 1, and how far the others are.
        self._splits = [
            (sum(1 << row for row in rows if row >> place & 1), 1 << place)
            for place in reversed(range(inputs))
        ]
        self._node = {mask: number for number, (mask, _) in enumerate(self._splits)}
        self._plans: dict[int, tuple[int, _Choice]] = {}
        self.nodes: list[tuple[Operation, tuple[int, ...]]] = [("copy", ())] * inputs

    def emit(self, function: int) -> int:
        """The node of a function, made if it is not there yet."""
        if function not in self._node:
            self._plans.clear()  # they were made before some functions became free
            self._emit(function)
        return self._node[function]

    def _emit(self, function: int) -> int:
        if function not in self._node:
            operation, left, mask, right = self._plan(function)[1]
            if operation in ("zero", "one"):
                sources: tuple[int, ...] = ()
            elif operation == "not":
                sources = (self._emit(left),)
            else:
                sources = (self._emit(left), self._masked(mask, right))
            self._make(function, operation, sources)
        return self._node[function]

    def _masked(self, mask: int, function: int) -> int:
        """The node of ``mask & function``; the mask is an input, negated or not, or everything."""
        if mask == self._all:
            return self._emit(function)
        both = mask & function
        if both not in self._node:
            self._make(both, "and", (self._emit(mask), self._emit(function)))
        return self._node[both]

    def _make(self, function: int, operation: Operation, sources: tuple[int, ...]) -> None:
        if function not in self._node:  # one of its own parts may have been the same
            self._node[function] = len(self.nodes)
            self.nodes.append((operation, sources))

    def _plan(self, function: int) -> tuple[int, _Choice]:
        """The fewest operations found for a function that has none yet, and the last of them."""
        known = self._plans.get(function)
        if known is None:
            turned = function ^ self._all
            known = self._split(function)
            price = 1 + (0 if turned in self._node else self._split(turned)[0])
            if price < known[0]:
                known = price, ("not", turned, self._all, turned)
            self._plans[function] = known
        return known

    def _cost(self, mask: int, function: int) -> int:
        if mask == self._all:
            return 0 if function in self._node else self._plan(function)[0]
        if mask & function in self._node:
            return 0
        return 1 + self._cost(self._all, mask) + self._cost(self._all, function)

    def _split(self, function: int) -> tuple[int, _Choice]:
        every = self._all
        if function in (0, every):
            return 1, ("one" if function else "zero", 0, every, 0)
        best: tuple[int, _Choice] = (_MANY, ("not", every ^ function, every, 0))
        for one, far in self._splits:
            high, low = function & one, function & ~one
            high, low = high | high >> far, low | low << far
            if high == low:
                continue
            for choice in self._forms(one, low, high):
                _, left, mask, right = choice
                price = 1 + self._cost(every, left) + self._cost(mask, right)
                if price < best[0]:
                    best = price, choice
        return best

    def _forms(self, one: int, low: int, high: int) -> list[_Choice]:
        """Ways to write a function that is ``high`` if an input is 1, else ``low``."""
        every = self._all
        zero = every ^ one
        if {low, high} == {0, every}:
            return []  # the input itself, or its opposite: not a split
        if low == 0:
            return [("and", one, every, high)]
        if high == 0:
            return [("and", zero, every, low)]
        if high == every:
            return [("or", one, every, low)]
        if low == every:
            return [("or", zero, every, high)]
        if low == high ^ every:
            return [("xor", one, every, low), ("xor", zero, every, high)]
        forms: list[_Choice] = [
            ("xor", low, one, low ^ high),
            ("xor", high, zero, low ^ high),
        ]
        if not low & ~high:
            forms.append(("or", low, one, high))
        if not high & ~low:
            forms.append(("or", high, zero, low))
        return forms


def _placed(
    inputs: int, wanted: list[int], nodes: list[tuple[Operation, tuple[int, ...]]]
) -> Formula:
    """The nodes with a place for each: its output's, or one that is no longer needed."""
    outputs = len(wanted)
    places = {number: number for number in range(inputs)}
    for output, node in enumerate(wanted):
        if node >= inputs:
            places.setdefault(node, inputs + output)
    last = {source: at for at, (_, sources) in enumerate(nodes) for source in sources}
    instructions, free, count = [], [], inputs + outputs
    for at, (operation, sources) in enumerate(nodes[inputs:], inputs):
        free += [
            places[source]
            for source in set(sources)
            if last[source] == at and places[source] >= inputs + outputs
        ]
        if at not in places:
            if not free:
                free, count = [count], count + 1
            places[at] = free.pop()
        instructions.append(
            Instruction(operation, tuple(places[each] for each in sources), places[at])
        )
    for output, node in enumerate(wanted):
        if places[node] != inputs + output:
            instructions.append(Instruction("copy", (places[node],), inputs + output))
    return Formula(inputs, outputs, count - inputs - outputs, tuple(instructions))
