"""One training step as a Markdown page whose formulas GitHub renders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatewright.cli.gates.walkthrough.explain_text import parameter_rows, shortened
from gatewright.cli.gates.walkthrough.lecture import (
    Told,
    largest_difference,
    method,
    outcome,
    step_rule,
)
from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright.arrays import Floats

LOSSES = {
    "mse": (r"L = \frac{1}{n}\sum (a - y)^2", r"\frac{2}{n}(a - y)"),
    "half-sse": (r"L = \tfrac{1}{2}\sum (a - y)^2", "a - y"),
    "cross-entropy": (
        r"L = -\frac{1}{n}\sum \left(y \ln a + (1 - y)\ln(1 - a)\right)",
        r"\frac{1}{n}\,\frac{a - y}{a(1 - a)}",
    ),
}


def page(told: Told) -> str:
    """The page."""
    return "".join(f"{visible(line)}\n" for line in _lines(told))


def _plain(name: str) -> str:
    """A name, escaped so that it is neither HTML nor a link nor a formula."""
    return re.sub(r"([\\`<>\[\]$|&])", r"\\\1", name)


def _lines(told: Told) -> Iterator[str]:
    step = told.step
    architecture = step.objective.architecture
    value, slope = LOSSES[step.objective.loss]
    count = len(step.layers)
    yield f"# {_plain(told.dataset.name)}: step {step.step} of a training"
    yield ""
    layers = "-".join(map(str, architecture.sizes))
    yield f"A {layers} network, {architecture.parameters} parameters, by {method(told.optimiser)}."
    yield f"Rows: {', '.join(shortened(told.rows))}."
    for remark in told.remarks:
        yield ""
        yield f"{_plain(remark)}."
    yield ""
    yield f"$${value} = {step.loss:.10g}$$"
    yield ""
    yield "## Forward"
    for number, layer in enumerate(step.layers, 1):
        before = "x" if number == 1 else f"a_{{{number - 1}}}"
        yield ""
        yield f"### Layer {number}: {architecture.activations[number - 1]}"
        yield ""
        yield (
            f"$$z_{{{number}}} = {before}\\,W_{{{number}}} + b_{{{number}}}, \\qquad "
            f"a_{{{number}}} = f(z_{{{number}}})$$"
        )
        yield ""
        yield f"`{architecture.functions[number - 1].formula[0]}`"
        yield ""
        blocks: list[tuple[str, Floats]] = [("z", layer.z), ("a", layer.a)]
        if number == 1:
            blocks.insert(0, ("x", step.objective.x))
        if number == count:
            blocks.append(("y", step.objective.y))
        yield from _matrix(told.rows, blocks)
    yield ""
    yield "## Backward"
    for number in range(count, 0, -1):
        layer = step.layers[number - 1]
        before = "x" if number == 1 else f"a_{{{number - 1}}}"
        back = (
            slope
            if number == count
            else rf"\frac{{\partial L}}{{\partial z_{{{number + 1}}}}}\,W_{{{number + 1}}}^\top"
        )
        da, dz = (rf"\frac{{\partial L}}{{\partial {letter}_{{{number}}}}}" for letter in "az")
        yield ""
        yield f"### Layer {number}"
        yield ""
        yield f"$${da} = {back}, \\qquad {dz} = {da} \\odot f'(z_{{{number}}})$$"
        yield ""
        yield f"`{architecture.functions[number - 1].formula[1]}`"
        yield ""
        yield from _matrix(told.rows, [("dL/da", layer.da), ("dL/dz", layer.dz)])
        yield ""
        yield (
            rf"$$\frac{{\partial L}}{{\partial W_{{{number}}}}} = {before}^\top\,{dz}, \qquad "
            rf"\frac{{\partial L}}{{\partial b_{{{number}}}}} = \sum_{{\text{{rows}}}} {dz}$$"
        )
        yield ""
        header = ("", "chain rule", "central difference", "relative difference", "before", "after")
        yield from _table(header, list(parameter_rows(number, layer, step.loss)))
        yield ""
        rule, words = step_rule(told, number)
        yield f"The step, from *before* to *after*: `{rule}`, {words}."
    yield ""
    yield f"Loss after the step: {step.loss_after:.10g}."
    yield ""
    if happened := outcome(told):
        yield f"**{happened[0].upper()}{happened[1:]}.**"
        yield ""
    state = "wrong" if told.wrong else "at a kink of an activation" if step.at_kink else "right"
    yield (
        f"Gradient check: **{state}**; the largest relative difference between the chain rule and "
        f"$\\frac{{L(\\theta + h) - L(\\theta - h)}}{{2h}}$ is {largest_difference(told)}."
    )


def _matrix(labels: Sequence[str], blocks: Sequence[tuple[str, Floats]]) -> Iterator[str]:
    header = ["row"]
    for name, values in blocks:
        header += [f"{name}[{column + 1}]" for column in range(values.shape[1])]
    rows = [
        [label, *(f"{value:.6f}" for _, values in blocks for value in values[place])]
        for place, label in enumerate(labels)
    ]
    yield from _table(header, rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' + '---:|' * (len(header) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
