"""A gate of its own for one instance, so that damage to its weights is not damage to all gates of its kind.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=2).netlist
    >>> place_of(adder, "fa1"), place_of(adder, "full-adder")
    ('full-adder', 'full-adder')
    >>> [each.gate for each in with_own_gate(adder, "fa1", "damaged-full-adder").instances]
    ['full-adder', 'damaged-full-adder']
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gatewright.checks import check_text
from gatewright.circuits.netlist import Netlist
from gatewright.errors import UsageError
from gatewright.text import did_you_mean


def place_of(netlist: Netlist, where: str) -> str:
    """The gate of an instance or, of a gate that the circuit has, itself.

    Raises:
        UsageError: it is neither.
    """
    check_text("where", where)
    instances = {each.name: each.gate for each in netlist.instances}
    kinds = set(instances.values())
    if where in kinds:
        return where
    if where not in instances:
        known = [*sorted(kinds), *instances]
        hint = did_you_mean(where, known, f"its gates are {', '.join(sorted(kinds)) or 'none'}")
        raise UsageError(f"'{netlist.name}' has no gate or instance '{where}'", hint=hint)
    return instances[where]


def damaged_name(kind: str, known: Collection[str]) -> str:
    """A name for the damaged gate of one instance that no other gate has."""
    name = f"damaged-{kind}"
    while name in known:
        name += "-again"
    return name


def with_own_gate(netlist: Netlist, instance: str, name: str) -> Netlist:
    """The netlist with one instance of a gate of its own, which should compute what its gate did."""
    kind = place_of(netlist, instance)
    return replace(
        netlist,
        gates={**netlist.gates, name: replace(netlist.gates[kind], name=name)},
        instances=tuple(
            replace(each, gate=name) if each.name == instance else each
            for each in netlist.instances
        ),
    )
