"""A trained gate: a network that has learned a truth table.

Example:
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("nor", lambda a, b: 1 - (a | b), inputs="ab", outputs="y"))
    >>> gate.raw(np.array([[0.0, 0.0], [1.0, 0.0]])).round(1).ravel().tolist()
    [1.0, 0.0]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.errors import UsageError
from gatewright.gates.datasheet import Datasheet, digest
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.absent import AbsentRecipe
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.history import History
from gatewright.learn.network import Architecture, flow, raw_outputs
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.draw.picture import Picture
    from gatewright.gates.damage.survey import Survey
    from gatewright.gates.training.repair import Repaired

THRESHOLD = 0.5
INVALID = 2
"""What `decide` gives where a signal is not a number: equal to no bit, so never right by chance."""


def decide(raw: Floats) -> Bits:
    """The bit each raw signal stands for: 1 above a half, 0 up to it, `INVALID` where it is NaN."""
    bits = (raw > THRESHOLD).astype(np.uint8)
    bits[np.isnan(raw)] = INVALID
    return bits


@dataclass(frozen=True, slots=True)
class Figures:
    """How a training went.

    Attributes:
        restart: the restart that was chosen.
        solved: restarts that reached the tolerance.
        proved: those of them that hardening has made a proved gate of; 0 where it was not asked for.
        epochs: epochs the chosen one ran.
        box_radius: half-width of the boxes it learned.
        error: its largest distance from the truth table, over all rows and outputs.

    Example:
        >>> from gatewright.api.gates import train
        >>> figures = train("xor").figures
        >>> figures.box_radius, figures.solved > 0
        (0.45, True)
    """

    restart: int
    solved: int
    proved: int
    epochs: int
    box_radius: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainedGate:
    """A network for a gate, and where it comes from.

    Attributes:
        spec: the gate it was trained for.
        architecture: the network.
        theta: its parameters in the order of `gatewright.learn.network`, shape (parameters,).
        recipe: how it was trained; an `AbsentRecipe` where that needs a plugin which is not here.
        seed: of the generator that drew the starting points.
        figures: how the training went.
        datasheet: what is proved of it; none where nothing is.
        history: the losses of its training; none for a gate that was loaded, as files do not keep them.

    Example:
        >>> from gatewright.api.gates import train
        >>> xor = train("xor")
        >>> xor(0, 1), [w.shape for w in xor.weights], len(xor.history.loss) > 1
        (1, [(2,), (2, 2), (2, 1)], True)
    """

    spec: GateSpec
    architecture: Architecture
    theta: Floats
    recipe: Recipe | AbsentRecipe
    seed: int
    figures: Figures
    datasheet: Datasheet | None = None
    history: History | None = None

    def __call__(self, *bits: int, **named: int) -> int | tuple[int, ...]:
        """The outputs for a bit at each input: one bit, or a tuple of them where there are several outputs.

        Args:
            bits: of the inputs in their order.
            named: or of every input, by its name.

        Raises:
            UsageError: another number of inputs, another name, or what is not a bit.
        """
        inputs = self.spec.table.inputs
        if named:
            if bits or named.keys() != {*inputs}:
                raise UsageError(
                    f"'{self.spec.name}' is given {', '.join([*map(str, bits), *named])}",
                    hint=f"name every input once: {', '.join(f'{each}=0' for each in inputs)}",
                )
            bits = tuple(named[each] for each in inputs)
        if any(np.ndim(bit) for bit in bits):
            raise UsageError(
                f"'{self.spec.name}' is given arrays",
                hint="call raw(x) with all rows at once, shape (rows, inputs)",
            )
        if len(bits) != len(inputs) or any(bit not in (0, 1) for bit in bits):
            raise UsageError(
                f"'{self.spec.name}' is given {', '.join(map(str, bits)) or 'nothing'}",
                hint=f"give a 0 or 1 for each of {', '.join(inputs)}",
            )
        decided = decide(self.raw(np.array([bits], dtype=np.float64)))[0].tolist()
        return decided[0] if len(decided) == 1 else tuple(decided)

    @property
    def weights(self) -> tuple[Floats, ...]:
        """The weights of each layer, shape (inputs of the layer, units); (inputs,) of a restoring layer."""
        first, *rest = (w[0] for w, _ in self.architecture.layers(self.theta[None]))
        return (first.diagonal() if self.architecture.restoring else first, *rest)

    @property
    def biases(self) -> tuple[Floats, ...]:
        """The biases of each layer, shape (units,)."""
        return tuple(b[0, 0] for _, b in self.architecture.layers(self.theta[None]))

    @property
    def digest(self) -> str:
        """SHA-256 of the network's shape and parameters, hexadecimal."""
        return digest(self.architecture, self.theta)

    def raw(self, x: Floats) -> Floats:
        """Raw outputs (rows, outputs) of raw inputs (rows, inputs); one row may be given alone, as (inputs,).

        Raises:
            UsageError: another shape, or what is not numbers.
        """
        rows = self._numbers(x, "(rows, inputs)").astype(np.float64, copy=False)
        if rows.ndim == 1:
            rows = rows[None]
        if rows.ndim != 2 or rows.shape[1] != len(self.spec.table.inputs):
            raise self._of_shape(np.shape(x), "(rows, inputs)")
        return raw_outputs(self.architecture, self.theta, rows)

    def flow(self, columns: Floats) -> Floats:
        """Raw outputs (outputs, patterns) of raw inputs (inputs, patterns).

        Raises:
            UsageError: another shape, or what is not numbers.
        """
        columns = self._numbers(columns, "(inputs, patterns)")
        if columns.ndim != 2 or len(columns) != len(self.spec.table.inputs):
            raise self._of_shape(columns.shape, "(inputs, patterns)")
        return flow(self.architecture, self.theta, columns)

    def _numbers(self, given: Any, wanted: str) -> Any:
        try:
            found = np.asarray(given)
            return found if found.dtype.kind == "f" else found.astype(np.float64)
        except (TypeError, ValueError):
            raise UsageError(
                f"'{self.spec.name}' is given what is not numbers",
                hint=f"give an array of numbers, shape {wanted}",
            ) from None

    def _of_shape(self, shape: tuple[int, ...], wanted: str) -> UsageError:
        inputs = self.spec.table.inputs
        return UsageError(
            f"'{self.spec.name}' is given an array of shape {shape}",
            hint=f"give {wanted}, a number for each of {', '.join(inputs)}",
        )

    def draw(self, kind: str = "surface") -> Picture:
        """A picture, which a notebook shows: ``surface``, ``network``, ``training``, ``transfer``, or a plugin's.

        Raises:
            UsageError: another kind; or a gate too wide for it.
        """
        from gatewright.api.gates import draw

        return draw(self, kind)

    def save(self, path: str | Path) -> Path:
        """Write it to a file: ``.safetensors`` as the store keeps it, ``.c`` or ``.h`` as C99.

        Raises:
            UsageError: another ending, or it cannot be written.
        """
        from gatewright.api.gates import save

        return save(self, path)

    def damages(self, *, seed: int = 0) -> Survey:
        """What becomes of it when a weight is damaged, all weights are off, or its inputs are noisy.

        Args:
            seed: of the errors that all weights have at once.

        Raises:
            UsageError: nothing is proved of it.
        """
        from gatewright.gates.damage.survey import survey

        return survey(self, seed=seed)

    def damaged(self, damage: str) -> TrainedGate:
        """The gate with one weight damaged, its datasheet proved anew, or None where it cannot be.

        Args:
            damage: as `damages` names them: ``sum from a2[1] zeroed``, ``sum from bias bit 7 flipped``.

        Raises:
            UsageError: there is no such damage.
        """
        from gatewright.api.gates import damaged

        return damaged(self, damage)

    def repaired(self, *, seed: int = 0) -> Repaired:
        """The gate trained again from the weights it has, and proved.

        Args:
            seed: of the differences between its starts.

        Raises:
            NotLearnedError: it cannot be learned, even anew.
        """
        from gatewright.gates.training.repair import repair

        return repair(self, seed=seed)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gatewright.draw.notebook import page

        return page(self)

    def learned(self) -> Floats:
        """The raw outputs in every row of the truth table, shape (rows, outputs)."""
        return self.raw(self.spec.table.patterns.astype(np.float64))
