"""What outputs should be in some cycles, compared as a circuit runs.

Example:
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> from gatewright.circuits.clocked.stimulus import Check
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.plugins.manager import load_plugins
    >>> import numpy as np
    >>> toggle = Netlist(
    ...     "toggle", {"not": load_plugins().gate("not")}, (), (Bus("q", ("q",)),),
    ...     (Instance("n", "not", ("q",), ("n",)),), (Register("q", "n", "q", 0),))
    >>> expected, machine = Expected(toggle, [Check(0, "q", 0), Check(1, "q", 0)], 2), Machine(toggle)
    >>> for _ in range(2):
    ...     expected.see(machine.step(np.zeros((1, 0), dtype=np.uint8)))
    >>> expected.right, [str(wrong) for wrong in expected.wrong]
    (1, ['q in cycle 1 should be 0, and was 1'])
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.clocked.lockstep import Broken
from gatewright.circuits.clocked.machine import Cycle
from gatewright.circuits.clocked.stimulus import Check, named_columns, place_of
from gatewright.circuits.netlist import Netlist
from gatewright.logic.bits import bits_to_bus


class Expected:
    """Checks of outputs by exact gates, in lane 0.

    Args:
        netlist: with its outputs.
        checks: in any order.
        cycles: how many are run.

    Attributes:
        right: how many checks have held.
        wrong: those that have not, in the order of their cycles.

    Raises:
        UsageError: a check is of no output, of a value that it never has, or in none of the cycles.
    """

    def __init__(self, netlist: Netlist, checks: Sequence[Check], cycles: int) -> None:
        columns = named_columns(netlist.outputs)
        self.right = 0
        self.wrong: list[Broken] = []
        self._due: dict[int, list[tuple[Check, slice]]] = {}
        for check in checks:
            places = place_of(check, columns, "output", cycles)
            self._due.setdefault(check.cycle, []).append((check, places))

    @property
    def window(self) -> range:
        """From the first to the last cycle that has a check."""
        return range(min(self._due), max(self._due) + 1) if self._due else range(0)

    def see(self, cycle: Cycle) -> None:
        """Compare one cycle."""
        for check, places in self._due.get(cycle.number, ()):
            got = int(bits_to_bus(cycle.outputs[:1, places])[0])
            if got == check.value:
                self.right += 1
            else:
                self.wrong.append(Broken(cycle.number, check.bus, check.value, got))
