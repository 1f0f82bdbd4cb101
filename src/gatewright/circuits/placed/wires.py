"""The wires of a circuit that is being built, and what drives those that were placed before it.

Example:
    >>> wires = Wires("late")
    >>> wires.add(["a"])
    >>> wires.place(Wire("wire-1"))
    >>> wires.drive(Wire("wire-1"), Wire("a"))
    >>> wires.ends()
    {'wire-1': 'a'}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NewType

from gatewright.errors import NetlistError

Wire = NewType("Wire", str)


class Wires:
    """All wires of a circuit.

    Args:
        circuit: its name.
    """

    def __init__(self, circuit: str) -> None:
        self._circuit = circuit
        self._known: set[str] = set()
        # Wires that were placed before they are driven, and by what.
        self._driven: dict[str, Wire | None] = {}
        # Registers that were placed before what they take, and the wire that it comes by.
        self._open: dict[str, Wire] = {}

    def add(self, wires: Iterable[str]) -> None:
        """Wires that something drives."""
        self._known.update(wires)

    def place(self, wire: Wire) -> None:
        """A wire that is driven later."""
        self._known.add(wire)
        self._driven[wire] = None

    def hold(self, q: Wire, d: Wire) -> None:
        """The wire of a register whose input is placed, and driven later."""
        self._open[q] = d

    def check(self, wires: tuple[Wire, ...]) -> None:
        """Refuse what is not a wire of the circuit.

        Raises:
            NetlistError: one is none.
        """
        try:
            known = self._known.issuperset(wires)
        except TypeError:  # a list cannot even be looked up; which one it is, is said below
            known = False
        if known:
            return
        for wire in wires:
            if not isinstance(wire, str):
                raise NetlistError(
                    f"{wire!r} is not a wire", hint="a bus is several wires: name one, as in a[0]"
                )
            if wire not in self._known:
                raise NetlistError(f"'{wire}' is not a wire of circuit '{self._circuit}'")

    def drive(self, wire: Wire, by: Wire) -> None:
        """Say what drives a wire, or what a register takes, that was placed without.

        Raises:
            NetlistError: it is another wire, is driven already, or is one that would drive itself.
        """
        self.check((wire, by))
        held = self._open.get(wire)
        taken = wire if held is None else held
        if taken not in self._driven:
            raise NetlistError(
                f"'{wire}' is driven already",
                hint="drive wires that wire() gave, and registers placed without what they take",
            )
        if self._driven[taken] is not None:
            raise NetlistError(
                f"'{wire}' is driven twice, by '{self._driven[taken]}' and by '{by}'"
            )
        end: Wire | None = by
        while end is not None:
            if end == taken:
                raise NetlistError(f"'{wire}' would drive itself")
            end = self._driven.get(end)
        self._driven[taken] = by

    def ends(self) -> dict[str, str]:
        """For every wire that was placed before it was driven, what drives it in the end.

        Raises:
            NetlistError: nothing does.
        """
        ends = {}
        for wire in self._driven:
            end = wire
            while end in self._driven:
                following = self._driven[end]
                if following is None:
                    held = next((q for q, d in self._open.items() if d == end), None)
                    what = (
                        f"register '{held}' takes nothing"
                        if held
                        else f"wire '{end}' is never driven"
                    )
                    raise NetlistError(what, hint="join it by drive()")
                end = following
            ends[wire] = end
        return ends


def as_bus(wires: Wire | Sequence[Wire]) -> tuple[Wire, ...]:
    """One wire as a bus of one; what is neither is left to be refused as no wire."""
    if isinstance(wires, Sequence) and not isinstance(wires, str):
        return tuple(wires)
    return (wires,)
