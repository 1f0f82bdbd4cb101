"""A library of NPN classes: one proved gate for each class gives a proved gate for every function of few inputs.

Functions that differ only in negated inputs, permuted inputs and a negated output are in one class. Permuting
inputs permutes rows of the first layer's weights W, or of the second's where the first restores. As an input is
negated by 1 - x, its row changes sign and is added to the biases; and because the clipped line h has
h(-z) = 1 - h(z), the output is negated by changing the sign of the last layer. On a grid of powers of two all
this is exact.

Example:
    >>> from gatewright.gates.training.train import train
    >>> nor = next(spec for spec in class_specs("npn2") if spec.name == "npn2-1")
    >>> library = NpnLibrary("npn2", {"npn2-1": train(nor)})
    >>> gate = library.gate(TruthTable.from_integers([0b0100], inputs=("a", "b"), outputs=("y",)), "a-not-b")
    >>> gate.learned().ravel().tolist(), gate.datasheet.noise_margin
    ([0.0, 0.0, 1.0, 0.0], 0.45)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify import grid
from gatewright.certify.bounds import FLOAT32, FLOAT64
from gatewright.certify.discipline import Discipline
from gatewright.certify.prover import prove
from gatewright.errors import (
    Hint,
    NotLearnedError,
    SpecError,
    StoreError,
    TableError,
    UnknownGateError,
)
from gatewright.gates.datasheet import Datasheet, digest, measure, rows_of
from gatewright.gates.functions import function_name, function_table
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture
from gatewright.logic.npn import Transform, classes, classify
from gatewright.logic.truth_table import TruthTable
from gatewright.records import dataclass

LIBRARIES: Mapping[str, int] = {"npn2": 2, "npn3": 3, "npn4": 4}
"""Every library by its name, with the most inputs of its functions."""

_LESS = np.array([0.0, 0.0002, 0.001, 0.005])  # than the class's widest margin
_SHARES = 1.0 - np.arange(11) / 20  # of the class's weight tolerance: all of it down to half
_PATIENCE = 16  # times as many boxes as the proof of the class took


@lru_cache(maxsize=len(LIBRARIES))
def class_specs(library: str) -> tuple[GateSpec, ...]:
    """The gates of a library: one for each class of 1 to k inputs, those of fewest inputs first.

    A name says how many inputs there are and, in hexadecimal, the class's representative.

    Raises:
        UnknownGateError: there is no such library.
    """
    if library not in LIBRARIES:
        raise UnknownGateError(f"no library '{library}'", hint=f"there are {', '.join(LIBRARIES)}")
    return tuple(
        GateSpec(function_name("npn", ones, inputs), function_table(ones, inputs))
        for inputs in range(1, LIBRARIES[library] + 1)
        for ones in classes(inputs)
    )


@dataclass(frozen=True, slots=True, eq=False)
class NpnLibrary:
    """The gates of a library, all of them or those there are so far.

    Attributes:
        name: of the library.
        gates: by the names of `class_specs`, in its order; each hardened, with a datasheet.
    """

    name: str
    gates: Mapping[str, TrainedGate]

    @property
    def missing(self) -> tuple[GateSpec, ...]:
        """The classes that have no gate yet."""
        return tuple(spec for spec in class_specs(self.name) if spec.name not in self.gates)

    def source(self, table: TruthTable) -> tuple[TrainedGate, Transform]:
        """The gate of a function's class, and how the function is made of it.

        Raises:
            TableError: the table has several outputs, or more inputs than the library.
            StoreError: the class has no gate yet.
        """
        most = LIBRARIES[self.name]
        if len(table.outputs) != 1 or not 1 <= len(table.inputs) <= most:
            raise TableError(
                f"a table of {len(table.inputs)} inputs and {len(table.outputs)} outputs is not a "
                f"function of {self.name}, which has one output and 1 to {most} inputs",
                hint="take one output at a time, and build wider functions as circuits",
            )
        least, steps = classify(table.ones[0], len(table.inputs))
        name = function_name("npn", least, len(table.inputs))
        if name not in self.gates:
            raise StoreError(
                f"the library {self.name} has no gate '{name}' yet",
                hint=Hint("build the library first", "build", library=self.name),
            )
        return self.gates[name], steps

    def of_class(self, table: TruthTable) -> TrainedGate | None:
        """The gate of a function's class, of as many parameters as its own; None if there is none yet.

        Raises:
            TableError: as in `source`.
        """
        try:
            return self.source(table)[0]
        except StoreError:
            return None

    def gate(self, table: TruthTable, name: str = "") -> TrainedGate:
        """A gate for any function of the library's inputs, with a datasheet proved for its own weights.

        Where outputs do not matter, they are 0.

        Args:
            table: of one output.
            name: of the gate; by default ``lut``, the inputs, and the function in hexadecimal.

        Raises:
            TableError, StoreError: as in `source`.
            SpecError: the name is not kebab-case, or the weights are not on a grid.
            NotLearnedError: the gate cannot be proved.
        """
        of_class, steps = self.source(table)
        name = name or function_name("lut", table.ones[0], len(table.inputs))
        return transformed(of_class, steps, GateSpec(name, table))


def transformed(gate: TrainedGate, steps: Transform, spec: GateSpec) -> TrainedGate:
    """The gate for ``spec`` that steps make of a hardened, proved gate.

    Recipe and figures are those of the given gate, which is the one that was trained.

    Raises:
        SpecError: the weights are not on a grid on which the change is exact.
        NotLearnedError: the gate cannot be proved, though the given one could.
    """
    theta = transformed_weights(gate.architecture, gate.theta, steps)
    theta.flags.writeable = False
    sheet = None
    if gate.datasheet is not None:
        sheet = _proved_anew(gate.datasheet, spec, gate.architecture, theta)
    if sheet is None:
        raise NotLearnedError(
            f"'{spec.name}' cannot be proved, made of '{gate.spec.name}'",
            hint=Hint("build the library anew with another seed", "build with seed"),
        )
    return dataclasses.replace(gate, spec=spec, theta=theta, datasheet=sheet)


def transformed_weights(architecture: Architecture, theta: Floats, steps: Transform) -> Floats:
    """The parameters, shape (parameters,), of a clipped network with steps taken before and after it.

    Raises:
        SpecError: a sum of weights is not a float64 number.
    """
    if architecture.restoring:
        return _restored_otherwise(architecture, theta, steps)
    made = theta.copy()
    weights, biases = architecture.slices()[0]
    layer = grid.integers(architecture, theta)[0]
    turned = np.array(steps.negated)
    # Sums in Python's integers: the result is right, or too long for a float64.
    sums = layer.biases.astype(object) + layer.weights.astype(object)[turned].sum(0)
    if any(abs(each) > 2**53 for each in sums):
        raise SpecError(
            "weights this fine cannot be negated exactly",
            hint="take gates whose weights have few bits, as hardened ones have",
        )
    w = theta[weights].reshape(len(turned), -1)
    moved = made[weights].reshape(w.shape)  # a view
    moved[list(steps.inputs)] = np.where(turned[:, None], -w, w)
    made[biases] = np.ldexp(sums.astype(np.float64), layer.exponent)
    if steps.output:
        last, ends = architecture.slices()[-1]
        made[last.start : ends.stop] *= -1
    return made + 0.0  # no zero keeps a minus sign: twice negated is the same bytes


def _restored_otherwise(architecture: Architecture, theta: Floats, steps: Transform) -> Floats:
    """The same of a gate that restores its inputs: units are turned round, and the layer behind reads others."""
    made = theta.copy()
    (weights, biases), (behind, _) = architecture.slices()[:2]
    turned, places = np.array(steps.negated), list(steps.inputs)
    made[weights][places] = np.where(turned, -theta[weights], theta[weights])
    made[biases][places] = theta[biases] + np.where(turned, theta[weights], 0.0)
    rows = theta[behind].reshape(len(turned), -1)
    made[behind].reshape(rows.shape)[places] = rows
    if steps.output:
        last, ends = architecture.slices()[-1]
        made[last.start : ends.stop] *= -1
    return made + 0.0


def _proved_anew(
    sheet: Datasheet, spec: GateSpec, architecture: Architecture, theta: Floats
) -> Datasheet | None:
    """What the datasheet of a gate says, proved for its transformed weights.

    In real numbers all but the weight tolerance carries over, as the discipline is symmetric; but negated
    weights are rounded elsewhere, so in floating point every figure is proved anew. Widest margin and
    weight tolerance are those of the given one, or the largest of a ladder below them that is proved.
    """
    rows, discipline = rows_of(spec), sheet.discipline
    margins = np.maximum(sheet.widest - _LESS, sheet.noise_margin)
    wider = [Discipline(margin + sheet.vol, sheet.vol) for margin in margins.tolist()]
    errors = sheet.weight_tolerance * _SHARES
    proofs = prove(
        architecture,
        np.tile(theta, (1 + len(wider) + len(errors), 1)),
        rows,
        [discipline, *wider, *[discipline] * len(errors)],
        weight_error=np.concatenate([np.zeros(1 + len(wider)), errors]),
        most_boxes=_PATIENCE * sheet.boxes,
    )
    held = np.array([proof.outcome == "proved" for proof in proofs])
    if not held[0]:
        return measure(spec, architecture, theta, discipline)
    held_wider, held_off = held[1 : 1 + len(wider)], held[1 + len(wider) :]
    precisions: tuple[str, ...] = (FLOAT64.name,)
    if FLOAT32.name in sheet.precisions:
        single = prove(architecture, theta[None], rows, [discipline], precision=FLOAT32)[0]
        precisions += (FLOAT32.name,) if single.outcome == "proved" else ()
    return dataclasses.replace(
        sheet,
        widest=float(margins[held_wider].max(initial=sheet.noise_margin)),
        weight_tolerance=float(errors[held_off].max(initial=0.0)),
        precisions=precisions,
        weight_bits=grid.bits(architecture, theta),
        largest_weight=float(abs(theta).max()),
        boxes=proofs[0].boxes,
        depth=proofs[0].depth,
        digest=digest(architecture, theta),
        rows=proofs[0].rows,
        low=proofs[0].low,
        high=proofs[0].high,
    )
