"""The words on a schematic: what is known of gates, what is on wires.

Example:
    >>> raw_text(1.0), raw_text(0.98765432), told(0.45)
    ('1', '0.9877', 'learned, noise margin 0.45 proved')
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from gatewright.circuits.netlist import Bus, Clock, Netlist
from gatewright.gates.datasheet import doubt
from gatewright.gates.trained import THRESHOLD, TrainedGate
from gatewright.logic.numerals import counted


def raw_text(value: float) -> str:
    """A raw activation as it is written: as a whole number if it is one, else with four digits."""
    return f"{abs(value):.0f}" if value in (0.0, 1.0) else f"{value:.4f}"


def certified(gate: TrainedGate) -> float | None:
    """The noise margin that is proved of a gate; a datasheet that does not hold is not believed."""
    sheet = gate.datasheet
    if sheet is None or doubt(gate.spec, gate.architecture, gate.theta, sheet):
        return None
    return sheet.noise_margin


def told(margin: float | None) -> str:
    """The same in words; None if nothing is proved."""
    if margin is None:
        return "learned, not certified"
    return f"learned, noise margin {margin:g} proved"


def summary(netlist: Netlist) -> str:
    """How many gates of which kinds, how many registers, and when these take their inputs."""
    kinds: dict[str, int] = {}
    for each in netlist.instances:
        kinds[each.gate] = kinds.get(each.gate, 0) + 1
    most = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    shown = ", ".join(f"{kinds[kind]} {kind}" for kind in most[:6])
    shown += f" and {len(most) - 6} more kinds" * (len(most) > 6)
    if netlist.registers:
        count = len(netlist.registers)
        takes = f"which take{'s' * (count == 1)} D as {_clocked(netlist.clock)}"
        shown = f"{shown}, " * bool(shown) + f"{counted(count, 'register')}, {takes}"
    return shown or "wires alone"


def _clocked(clock: Clock | None) -> str:
    if clock is None:
        return "the clock rises"
    return f"{clock.name} {'rises' if clock.rising else 'falls'}"


def assignments(netlist: Netlist, signals: Mapping[str, float]) -> str:
    """Every bus and its value; of a circuit with registers, in its first cycle."""
    sides = (netlist.inputs, netlist.outputs)
    return "cycle 0: " * bool(netlist.registers) + "  →  ".join(
        " ".join(f"{bus.name}={_number(bus, signals)}" for bus in side) for side in sides
    )


def _number(bus: Bus, signals: Mapping[str, float]) -> str:
    raw = [signals[net] for net in bus.nets]
    if any(map(math.isnan, raw)):
        return "?"
    value = sum((each > THRESHOLD) << bit for bit, each in enumerate(raw))
    return str(value) if value < 1 << 64 else f"{value:#x}"[:10] + "…"
