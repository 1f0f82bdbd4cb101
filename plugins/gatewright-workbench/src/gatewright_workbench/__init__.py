"""What a workbench has besides gates: an activation, an optimiser, and a look inside a network.

Each is imported when its hook is asked: commands that need none of them pay nothing.

Example:
    >>> [each.name for each in gatewright_activations()], [each.name for each in gatewright_optimisers()]
    (['algebraic'], ['rprop'])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatewright import hookimpl

if TYPE_CHECKING:
    from gatewright import Activation, Command
    from gatewright.learn.optimisers import Optimiser


@hookimpl
def gatewright_activations() -> list[Activation]:
    """A sigmoid without an exponential."""
    from gatewright_workbench.algebraic import ALGEBRAIC

    return [ALGEBRAIC]


@hookimpl
def gatewright_optimisers() -> list[type[Optimiser]]:
    """Steps by the sign of the gradient alone."""
    from gatewright_workbench.rprop import Rprop

    return [Rprop]


@hookimpl
def gatewright_commands() -> list[Command]:
    """What each unit computes."""
    from gatewright import Command

    return [
        Command(
            "units",
            "Show what each unit of a trained gate computes.",
            "gatewright_workbench.units:app",
            example="circuits units xor",
        )
    ]
