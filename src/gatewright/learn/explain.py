"""One training step, taken apart: every value of the forward and the backward pass, and a check of each.

Beside every gradient of the backward pass stands the central difference (L(θ + h) − L(θ − h)) / 2h, computed
from forward passes alone: the two know nothing of each other, so a slip in the chain rule shows.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> from gatewright.learn.optimisers import GradientDescent
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> told = explain(rows, GradientDescent(lr=0.5), np.zeros(2), np.random.default_rng(0))
    >>> told.layers[0].dw.tolist(), told.layers[0].w_after.tolist()
    ([[-3.0]], [[1.5]])
    >>> told.worst < 1e-6
    True
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.errors import Hint, RecipeError
from gatewright.learn.losses import loss
from gatewright.learn.network import LayerValues, forward, output_delta
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import Online, Optimiser
from gatewright.learn.optimisers.state import seen_by
from gatewright.records import dataclass

STEP = 1e-5
"""h of the central differences, for parameters around 1; larger ones get a proportional h."""

ROUNDING = 1e-10
"""A difference that rounding a loss around 1 can make, with this h."""

SUSPICIOUS = 1e-4
"""A relative difference above this is a slip, or a kink of an activation."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerStep:
    """One layer in one step.

    Attributes:
        w: weights before, shape (fan-in, units).
        b: biases before, shape (units,).
        z: pre-activations, shape (rows, units).
        a: activations, shape (rows, units).
        da: dL/da, shape (rows, units).
        dz: dL/dz, shape (rows, units).
        dw: dL/dW by the chain rule, shape (fan-in, units).
        db: dL/db by the chain rule, shape (units,).
        dw_check: dL/dW by central differences.
        db_check: dL/db by central differences.
        w_after: weights after the step.
        b_after: biases after the step.
    """

    w: Floats
    b: Floats
    z: Floats
    a: Floats
    da: Floats
    dz: Floats
    dw: Floats
    db: Floats
    dw_check: Floats
    db_check: Floats
    w_after: Floats
    b_after: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One step of one restart.

    Attributes:
        step: its number, from 1.
        rows: the numbers of the rows it saw.
        objective: those rows.
        loss: before.
        loss_after: after, over the same rows.
        layers: inputs first.
        difference: the largest relative difference between chain rule and central difference in each
            layer, as `relative_difference` has it.
        at_kink: whether some pre-activation of a piecewise activation lies so near its kink that a
            central difference reaches across it.
    """

    step: int
    rows: Indices
    objective: Objective
    loss: float
    loss_after: float
    layers: tuple[LayerStep, ...]
    difference: tuple[float, ...]
    at_kink: bool

    @property
    def worst(self) -> float:
        """The largest of all relative differences."""
        return max(self.difference)


def explain(
    objective: Objective,
    optimiser: Optimiser,
    theta: Floats,
    generator: np.random.Generator,
    *,
    step: int = 1,
) -> Explanation:
    """Take the ``step``-th training step apart.

    Args:
        objective: the rows; an online optimiser sees one of them a step.
        optimiser: how.
        theta: the start of one restart, shape (parameters,).
        generator: for optimisers that draw rows.
        step: its number, from 1.

    Raises:
        RecipeError: there is no such step, or the training diverged before it.
    """
    if step < 1:
        raise RecipeError(f"there is no step {step}", hint=Hint("count from 1", "step"))
    objective = seen_by(optimiser, objective)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        before, after, rows = _walk(objective, optimiser, theta, generator, step)
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise RecipeError(
            f"the training has diverged before step {step}",
            hint=Hint("try an earlier step or a smaller learning rate", "diverged before step"),
        )
    seen = objective.only(rows)
    architecture, kind = seen.architecture, loss(seen.loss)
    values = forward(architecture, before[None], seen.x)
    layers, functions = architecture.layers(before[None]), architecture.functions
    news, gradient = architecture.layers(after[None]), seen.gradient(before[None]).gradient
    grads = architecture.layers(gradient)
    check = central_differences(seen, before)
    checks = architecture.layers(check[None])
    da = kind.gradient(values[-1].a, seen.y, seen.care)
    dz = output_delta(architecture, kind, values[-1], seen.y, seen.care)
    steps: list[LayerStep] = []
    for depth in reversed(range(len(layers))):
        steps.append(
            LayerStep(
                w=layers[depth][0][0],
                b=layers[depth][1][0, 0],
                z=values[depth].z[0],
                a=values[depth].a[0],
                da=da[0],
                dz=dz[0],
                dw=grads[depth][0][0],
                db=grads[depth][1][0, 0],
                dw_check=checks[depth][0][0],
                db_check=checks[depth][1][0, 0],
                w_after=news[depth][0][0],
                b_after=news[depth][1][0, 0],
            )
        )
        if depth:
            da = dz @ layers[depth][0].swapaxes(1, 2)
            below = values[depth - 1]
            dz = da * functions[depth - 1].derivative(below.z, below.a)
    steps.reverse()
    value = float(kind.value(values[-1].a, seen.y, seen.care)[0])
    return Explanation(
        step,
        rows,
        seen,
        value,
        float(kind.value(forward(architecture, after[None], seen.x)[-1].a, seen.y, seen.care)[0]),
        tuple(steps),
        tuple(
            max(
                relative_difference(each.dw, each.dw_check, value),
                relative_difference(each.db, each.db_check, value),
            )
            for each in steps
        ),
        _at_kink(seen, before, values),
    )


def central_differences(objective: Objective, theta: Floats) -> Floats:
    """dL/dθ from forward passes alone, shape (parameters,); all of them are one batch."""
    h = STEP * np.maximum(1.0, np.abs(theta))
    moved = theta + np.concatenate([np.diag(h), -np.diag(h)])
    outputs = forward(objective.architecture, moved, objective.x)[-1].a
    up, down = np.split(loss(objective.loss).value(outputs, objective.y, objective.care), 2)
    return np.asarray((up - down) / (2.0 * h))


def relative_difference(chain: Floats, central: Floats, value: float = 0.0) -> float:
    """The largest |chain − central| / max(|chain|, |central|).

    Pairs below 1e-8 count as equal, and so do pairs that differ by no more than rounding the loss,
    whose ``value`` it is, can do to a central difference: a few ulps of it divided by h.
    """
    size, off = np.maximum(np.abs(chain), np.abs(central)), np.abs(chain - central)
    counts = (size > 1e-8) & (off > ROUNDING * max(1.0, value))
    return float(np.where(counts, off / np.maximum(size, 1e-300), 0.0).max())


def _walk(
    objective: Objective,
    optimiser: Optimiser,
    theta: Floats,
    generator: np.random.Generator,
    step: int,
) -> tuple[Floats, Floats, Indices]:
    """Parameters before and after a step, and the rows it saw."""
    if not isinstance(optimiser, Online):
        state, everything = optimiser.start(objective, theta[None]), np.arange(len(objective.x))
        for _ in range(step - 1):
            state = optimiser.step(objective, state, generator)
        return state.theta[0], optimiser.step(objective, state, generator).theta[0], everything
    before, done = theta[None], 0
    while True:
        # The order of an epoch is drawn once and used once, as in a training.
        for row in optimiser.order_of(len(objective.x), np.zeros(1, np.intp), generator)[0]:
            only = np.array([row])
            after = optimiser.one(objective, before, only)
            done += 1
            if done == step:
                return before[0], after[0], only
            before = after


def _at_kink(objective: Objective, theta: Floats, values: list[LayerValues]) -> bool:
    """Whether a central difference may reach across a kink: z within a few h of one."""
    reach = 10.0 * STEP * max(1.0, float(np.abs(theta).max()))
    pairs = zip(objective.architecture.functions, values, strict=True)
    return any(
        bool((np.abs(layer.z - kink) < reach).any())
        for function, layer in pairs
        for kink in function.kinks
    )
