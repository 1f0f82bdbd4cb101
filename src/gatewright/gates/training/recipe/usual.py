"""The recipes that are used where none is chosen, and what they fall back to.

Example:
    >>> from gatewright.logic.truth_table import TruthTable
    >>> xor = TruthTable.from_integers([0b0110], inputs=("a", "b"), outputs=("y",))
    >>> default_recipe(xor).restoring, dense_recipe(xor).layers
    (True, (2, 4))
    >>> narrowing(0.4)
    (0.4, 0.2, 0.1, 0.0)
"""

from __future__ import annotations

from gatewright.certify.discipline import DEFAULT
from gatewright.certify.prover import MOST_INPUTS
from gatewright.gates.training.recipe.recipe import Recipe
from gatewright.logic.truth_table import TruthTable


def default_recipe(table: TruthTable) -> Recipe:
    """The recipe that is used where nothing is chosen: restore each input, then learn on bits."""
    del table  # it fits all
    return Recipe((), box_radius=DEFAULT.noise_margin, harden=True, restoring=True)


def dense_recipe(table: TruthTable) -> Recipe:
    """What layers, activations and optimisers are chosen over: a network without a restoring layer.

    Two hidden layers: one unit an input, begun as what restores it, and one wide enough for the outputs. Up to 6
    inputs boxes are learned (2**k rows of 2**k corners) and the gate is hardened and proved; the widest
    tables use a method whose memory grows with the rows alone.
    """
    inputs, outputs = len(table.inputs), len(table.outputs)
    layers = (inputs, max(4, 2 * inputs - 2, outputs + 2))
    if inputs <= MOST_INPUTS:
        return Recipe(layers, box_radius=DEFAULT.noise_margin, harden=True)
    if inputs <= 12:
        return Recipe(layers, restarts=16 if inputs <= 10 else 4)
    from gatewright.learn.optimisers import Adam

    return Recipe(
        layers, loss="cross-entropy", optimiser=Adam(), tolerance=0.05, epochs=4000, restarts=2
    )


def narrowing(box_radius: float) -> tuple[float, ...]:
    """The spreads a training tries in turn: the recipe's, half, a quarter, none."""
    return (box_radius, box_radius / 2, box_radius / 4, 0.0) if box_radius else (0.0,)
