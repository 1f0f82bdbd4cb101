"""The rows that a device showed, against every fault that one place may have.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.program import compile_netlist
    >>> adder = compile_netlist(circuit("ripple-adder", bits=1).netlist)
    >>> evidence = Evidence(adder, Showed(np.array([[0, 0, 0]], np.uint8), np.array([[1, 0]], np.uint8)))
    >>> found = evidence.stuck([0] * 5, 0)
    >>> len(found.explaining), found.total
    (4, 10)
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.faults.diagnosis.functions import Function, functions
from gatewright.circuits.faults.diagnosis.places import Spot, drivers, only_readers, spot_of
from gatewright.circuits.faults.diagnosis.suspect import UNKNOWN, Showed
from gatewright.circuits.faults.simulation import Force, missed
from gatewright.circuits.faults.stuck import Place, alike
from gatewright.circuits.program import Program
from gatewright.logic.packed import pack, unpack_nets
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Stuck:
    """What stuck wires explain.

    Attributes:
        explaining: of each class of faults that explains every row, its faults by the place each counts at.
        left: of each place, the fewest rows that a fault there leaves unexplained.
        nearest: of each place, the faults that leave so few.
        total: faults of the circuit, not collapsed.
    """

    explaining: tuple[dict[Spot, list[tuple[Place, int]]], ...]
    left: dict[Spot, int]
    nearest: dict[Spot, list[tuple[Place, int]]]
    total: int


class Evidence:
    """The rows, packed.

    Args:
        program: the circuit as it should be.
        showed: what the device gave.
    """

    def __init__(self, program: Program, showed: Showed) -> None:
        self._program, self._rows = program, len(showed.patterns)
        known = showed.outputs != UNKNOWN
        self._words = pack(showed.patterns)
        self._wanted = pack(showed.outputs * known)
        self._known = pack(known.astype(np.uint8))

    def functions(self, spots: list[Spot], nets: Bits) -> dict[Spot, Function]:
        """The best function of each gate, where ``nets`` is what every net should be, shape (nets, rows)."""
        program, words = self._program, self._words
        found = functions(program, spots, nets, words, self._wanted, self._known)
        return dict(zip(spots, found, strict=True))

    def stuck(self, reach: list[int], outputs: int) -> Stuck:
        """What stuck wires that reach all of some outputs explain.

        A wire that one pin alone reads may be stuck at either end, so it counts for both gates.

        Args:
            reach: the outputs of each net, as the bits of a number.
            outputs: those that must be reached, likewise.
        """
        program = self._program
        classes = alike(program)
        # Faults that are alike have one effect: any of them tells where it may be seen.
        near = [some for some in classes if reach[some[0][0].net] & outputs == outputs]
        lanes = [[Force(*some[0])] for some in near]
        seen = missed(program, lanes, self._words, self._wanted, self._known)
        wrong = unpack_nets(seen, self._rows).sum(1, dtype=np.int64).tolist()
        driven, readers = drivers(program), only_readers(program)
        explaining: list[dict[Spot, list[tuple[Place, int]]]] = []
        left: dict[Spot, int] = {}
        nearest: dict[Spot, list[tuple[Place, int]]] = {}
        for some, count in zip(near, wrong, strict=True):
            of: dict[Spot, list[tuple[Place, int]]] = {}
            for place, value in some:
                of.setdefault(spot_of(place, driven), []).append((place, value))
                if place.pin < 0 and place.net in readers:
                    of.setdefault(readers[place.net], []).append((place, value))
            for spot, faults in of.items():
                if count < left.setdefault(spot, self._rows + 1):
                    left[spot], nearest[spot] = count, []
                if count == left[spot]:
                    nearest[spot] += faults
            if not count:
                explaining.append(of)
        return Stuck(tuple(explaining), left, nearest, sum(map(len, classes)))
