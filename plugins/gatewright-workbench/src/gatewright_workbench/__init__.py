"""What a workbench has besides gates: an activation, an optimiser, and a look inside a network.

Example:
    >>> [each.name for each in gatewright_activations()], [each.name for each in gatewright_optimisers()]
    (['algebraic'], ['rprop'])
"""

from __future__ import annotations

from gatewright import Activation, Command, hookimpl
from gatewright.learn.optimisers import Optimiser
from gatewright_workbench.algebraic import ALGEBRAIC
from gatewright_workbench.rprop import Rprop


@hookimpl
def gatewright_activations() -> list[Activation]:
    """A sigmoid without an exponential."""
    return [ALGEBRAIC]


@hookimpl
def gatewright_optimisers() -> list[type[Optimiser]]:
    """Steps by the sign of the gradient alone."""
    return [Rprop]


@hookimpl
def gatewright_commands() -> list[Command]:
    """What each hidden unit computes."""
    return [
        Command(
            "units",
            "Show what each unit of a trained gate computes.",
            "gatewright_workbench.units:app",
            example="circuits units xor",
        )
    ]
