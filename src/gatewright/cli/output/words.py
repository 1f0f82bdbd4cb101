"""Networks, circuits, counts and values in words, as commands print them.

Example:
    >>> counted(2, "gate"), assignments({"a": 23, "b": 42})
    ('2 gates', 'a=23 b=42')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Netlist
    from gatewright.gates.trained import TrainedGate
    from gatewright.learn.network import Architecture


MOST_KINDS = 6
"""Most kinds of gates that are named for a circuit."""


def network(architecture: Architecture) -> str:
    """A network in words: ``2-2-4-1 logistic``."""
    return f"{'-'.join(map(str, architecture.sizes))} {', '.join(dict.fromkeys(architecture.activations))}"


def parameters(gate: TrainedGate) -> str:
    """How many numbers a gate has, and how many of them are 0."""
    import numpy as np

    zeros = gate.architecture.parameters - int(np.count_nonzero(gate.theta))
    return f"{gate.architecture.parameters} parameters{f', {zeros} of them 0' if zeros else ''}"


def of_earlier_version(gates: Sequence[str]) -> str:
    """What to do about gates that were trained as earlier versions did."""
    train = "'circuits train GATE'" if len(gates) > 1 else f"'circuits train {gates[0]}'"
    return f"trained by an earlier version: {', '.join(gates)}; {train} makes it smaller and more tolerant"


def made_of(netlist: Netlist) -> str:
    """The gates of a circuit by kind; of many kinds, those used most."""
    kinds = Counter(each.gate for each in netlist.instances)
    shown = sorted(kinds) if len(kinds) <= MOST_KINDS else _most_used(kinds)
    text = ", ".join(f"{kinds[kind]} {kind}" for kind in shown)
    if len(shown) < len(kinds):
        rest = sum(kinds.values()) - sum(kinds[kind] for kind in shown)
        text += f", {rest} of {len(kinds) - len(shown)} more kinds"
    return text or "wires alone"


def _most_used(kinds: Mapping[str, int]) -> list[str]:
    return sorted(kinds, key=lambda kind: (-kinds[kind], kind))[: MOST_KINDS - 2]


def digits(number: int) -> str:
    """A count as it is printed."""
    from gatewright.logic.numerals import as_count

    return as_count(number)


def counted(number: int, what: str) -> str:
    """A count and what is counted, as in ``1 gate`` and ``2 gates``."""
    from gatewright.logic import numerals

    return numerals.counted(number, what)


def assignments(values: Mapping[str, Any], *, short: bool = False) -> str:
    """Bus values as a user would type them: ``a=23 b=42``; ``short`` cuts what is wider than 64 bits."""
    from gatewright.logic import numerals

    if short:
        values = {
            name: f"0x{value:x}"[:10] + "…" if isinstance(value, int) and value >> 64 else value
            for name, value in values.items()
        }
    return numerals.assignments(values)
