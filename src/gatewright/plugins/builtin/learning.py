"""The activations, losses, optimisers and inits that come with Gatewright, through the same hooks as anyone's.

Example:
    >>> [each.name for each in gatewright_losses()]
    ['cross-entropy', 'mse', 'half-sse']
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.learn import activations, inits, losses, optimisers
from gatewright.plugins.hookspecs import hookimpl


@hookimpl
def gatewright_activations() -> Iterable[activations.Activation | activations.ActivationFamily]:
    """Six, and the family of leaky units."""
    return activations.BUILT_IN


@hookimpl
def gatewright_losses() -> Iterable[losses.Loss]:
    """Cross-entropy and squares."""
    return losses.BUILT_IN


@hookimpl
def gatewright_optimisers() -> Iterable[type[optimisers.Optimiser]]:
    """First and second order, in batches and online."""
    return optimisers.BUILT_IN.values()


@hookimpl
def gatewright_inits() -> Iterable[type[inits.Init]]:
    """Random ones, given values, and one that restores its inputs."""
    return inits.BUILT_IN
