"""Models as a file has them: their ports, and the functions, names and other models that they hold.

Example:
    >>> pair = Model("pair", 1, inputs={"a": 1, "b": 1}, outputs={"y": 1})
    >>> pair.cells = [Cell(0b10, ("b",), "y", 2)]
    >>> pair.tables()
    (10,)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from gatewright.circuits.memory import Memory
from gatewright.gates.functions import MOST_INPUTS
from gatewright.logic.bits import table_of_more
from gatewright.logic.cover import Cube

MOST_OUTPUTS = 64
"""Most outputs of a model that is a gate."""


class Cell(NamedTuple):
    """A truth table of up to 6 inputs, as `Assembler.cell` takes it."""

    ones: int
    inputs: tuple[str, ...]
    output: str
    line: int


class Cover(NamedTuple):
    """A sum of products, as `Assembler.cover` takes it."""

    cubes: list[Cube]
    inputs: tuple[str, ...]
    output: str
    line: int
    negated: bool


class Call(NamedTuple):
    """One use of a model: the net on each of its ports."""

    model: str
    name: str
    pins: Mapping[str, str]
    line: int


class Alias(NamedTuple):
    """A net that is another one under a name of its own."""

    net: str
    output: str
    line: int


class Latch(NamedTuple):
    """A register of one bit: what it takes, what it drives, where, what it holds first, and its clock.

    Attributes:
        d: the net that it takes.
        q: the net that it drives.
        line: where it stands.
        initial: what it holds in the first cycle; None where the file does not say it.
        clock: the net that moves it; empty where the file names none.
        rising: whether it moves as its clock rises, else as it falls.
    """

    d: str
    q: str
    line: int
    initial: int | None = None
    clock: str = ""
    rising: bool = True


class Block(NamedTuple):
    """A memory: what it is, where it stands, and the clock that it is written by.

    Attributes:
        memory: with the nets of its model.
        line: where it stands.
        clock: the net; empty where it is never written.
        rising: whether it is written as its clock rises, else as it falls.
    """

    memory: Memory
    line: int
    clock: str = ""
    rising: bool = True


@dataclass(slots=True)
class Model:
    """What one model of a file says.

    Attributes:
        name: of the model.
        line: where it begins.
        inputs: its ports and the line that names each.
        outputs: the same.
        cells: truth tables.
        covers: functions too wide for one.
        aliases: nets with two names.
        calls: models it places.
        registers: as the file has them.
        memories: as the file has them.
        box: the line that says that what it computes is not in the file; 0 if it is.
    """

    name: str
    line: int
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    registers: list[Latch] = field(default_factory=list)
    memories: list[Block] = field(default_factory=list)
    box: int = 0

    @property
    def keeps(self) -> bool:
        """Whether it has registers or memories."""
        return bool(self.registers or self.memories)

    def tables(self) -> tuple[int, ...] | None:
        """The truth table of each output, if the model is a gate; None if it is a circuit."""
        if self.covers or self.calls or self.keeps or not self.outputs:
            return None
        places = {net: place for place, net in enumerate(self.inputs)}
        if not 1 <= len(places) <= MOST_INPUTS or len(self.outputs) > MOST_OUTPUTS:
            return None
        driven: dict[str, tuple[int, tuple[str, ...]]] = {
            each.output: (each.ones, each.inputs) for each in self.cells
        }
        driven |= {each.output: (0b10, (each.net,)) for each in self.aliases}
        if driven.keys() != self.outputs.keys() or driven.keys() & places.keys():
            return None
        if len(driven) < len(self.cells) + len(self.aliases):  # two drivers, which is found later
            return None
        found = []
        for net in self.outputs:
            ones, inputs = driven[net]
            if not places.keys() >= set(inputs):
                return None
            found.append(table_of_more(ones, [places[each] for each in inputs], len(places)))
        return tuple(found)

    def nets(self) -> Iterator[str]:
        """The name of every net, as often as it is used."""
        yield from (*self.inputs, *self.outputs)
        driven: Iterable[Cell | Cover] = chain(self.cells, self.covers)
        for each in driven:
            yield from each.inputs
            yield each.output
        for net, output, _ in self.aliases:
            yield from (net, output)
        for call in self.calls:
            yield from call.pins.values()
        yield from (net for each in self.registers for net in (each.d, each.q))
        for block in self.memories:
            yield from (*block.memory.driven, *block.memory.pins)
