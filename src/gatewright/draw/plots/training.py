"""How a gate was trained: the loss of every restart, and how many had learned it, step by step.

A trained gate knows its recipe and its seed, so its training is run once more, which gives the same numbers.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> svg = training(gate).svg
    >>> svg.count('class="gw-loss'), f"loss of restart {gate.figures.restart}, which was chosen" in svg
    (16, True)
"""

from __future__ import annotations

import math

import numpy as np

from gatewright.draw.canvas.axes import Axes, Axis
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.sheet import BLUE, FAINT, GREEN, ORANGE, Sheet
from gatewright.draw.picture import Picture
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.again import again
from gatewright.gates.training.attempt import Watch
from gatewright.learn.fit import Fit
from gatewright.learn.statistics import wilson_interval

MOST_CURVES = 64
"""Most losses that are drawn; of more restarts an even selection, and the chosen one."""

LEFT, RIGHT = 76.0, 500.0


def training(gate: TrainedGate, *, watch: Watch | None = None) -> Picture:
    """Draw the training of a gate, run once more.

    Args:
        gate: the gate.
        watch: called after every epoch.
    """
    result, chosen = again(gate, watch=watch).fit, gate.figures.restart
    restarts, solved = len(result.solved), int(result.solved.sum())
    boxes = f", inputs off by up to ±{gate.figures.box_radius:g}" if gate.figures.box_radius else ""
    sheet = Sheet(
        f"{gate.spec.name}, in training", f"{solved} of {restarts} restarts learned it{boxes}"
    )
    steps = Axis(0.0, 1.03 * max(int(result.epochs.max()), 1), LEFT, RIGHT)
    loss = Axes(steps, _losses(result, 330.0, 76.0))
    share = Axes(steps, Axis(0.0, 100.0, 520.0, 360.0))
    loss.frame(sheet, y_label="loss", x_numbers=False)
    share.frame(sheet, x_label="epochs", y_label="learned, %", y_ticks=(0, 50, 100))
    legend = Legend(sheet)
    legend.curve(f"loss of restart {chosen}, which was chosen", tone=ORANGE, width=3.0)
    if solved > 1:
        legend.curve("of one that learned the gate, too", tone=BLUE, width=1.4)
    if solved < restarts:
        legend.curve("of one that did not", tone=FAINT, width=1.4, dash="4 3")
    _draw_losses(sheet, loss, result, chosen)
    _draw_share(sheet, share, result)
    legend.curve("share of the restarts that have learned it", tone=GREEN)
    if restarts > 1:
        legend.band("95 % interval of that share (Wilson)", tone=GREEN)
    bottom = legend.draw(576)
    if restarts > MOST_CURVES:
        bottom = sheet.notes(bottom, [f"Drawn are {MOST_CURVES} of {restarts} losses."])
    return sheet.picture(bottom + 14)


def _losses(result: Fit, start: float, end: float) -> Axis:
    """An axis from the smallest loss to the largest that a restart began with, in whole powers of ten."""
    loss = result.history.loss
    small = loss[(loss > 0) & np.isfinite(loss)]
    begun = loss[0][np.isfinite(loss[0])]
    low = math.floor(math.log10(small.min(initial=1.0)))
    high = math.ceil(math.log10(max(begun.max(initial=0.0), 10.0 ** (low + 1))))
    return Axis(10.0**low, 10.0**high, start, end, log=True)


def _draw_losses(sheet: Sheet, axes: Axes, result: Fit, chosen: int) -> None:
    """A line for each restart as far as it ran, with the chosen one on top."""
    count = len(result.solved)
    some = np.unique(np.linspace(0, count - 1, min(count, MOST_CURVES)).round().astype(int))
    for restart in [*(each for each in some.tolist() if each != chosen), chosen]:
        end, solved = int(result.epochs[restart]), bool(result.solved[restart])
        before = result.history.epochs < end
        x = np.append(result.history.epochs[before], end).astype(np.float64)
        y = np.append(result.history.loss[before, restart], result.loss[restart])
        title = f"restart {restart}: {'learned' if solved else 'not learned'} after {end} epochs"
        if restart == chosen:
            axes.curve(sheet, x, y, tone=ORANGE, width=3.0, kind="loss", title=title)
        elif solved:
            axes.curve(sheet, x, y, tone=BLUE, width=1.4, kind="loss", title=title)
        else:
            axes.curve(sheet, x, y, tone=FAINT, width=1.4, dash="4 3", kind="loss", title=title)
        if solved and y[-1] > 0:
            sheet.mark(
                "circle",
                kind="end",
                cx=axes.x.place(float(end)),
                cy=axes.y.place(float(y[-1])),
                r=5.0 if restart == chosen else 2.5,
                fill=ORANGE if restart == chosen else BLUE,
            )


def _draw_share(sheet: Sheet, axes: Axes, result: Fit) -> None:
    """How many restarts have learned the gate, as steps, within the interval that says how sure that is."""
    restarts = len(result.solved)
    after, counts = np.unique(result.within[result.solved], return_counts=True)
    x = np.concatenate([[0.0], np.repeat(after, 2), [axes.x.high]])
    done = np.concatenate([[0], np.cumsum(counts)])
    y = np.repeat(done, 2)
    if restarts > 1:
        bounds = np.array([wilson_interval(int(each), restarts) for each in done])
        low, high = (np.repeat(bounds[:, side], 2) for side in (0, 1))
        axes.area(sheet, x, 100 * low, 100 * high, tone=GREEN)
    axes.curve(sheet, x, 100.0 * y / restarts, tone=GREEN, kind="share")
