"""One training step as text: what `gatewright.learn.explain` found, in the order of a lecture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli import output
from gatewright.cli.gates.walkthrough.lecture import Told, chain_rule, method, outcome

if TYPE_CHECKING:
    from gatewright.arrays import Floats
    from gatewright.learn.explain import LayerStep

MOST_COLUMNS = 5
"""Most columns of six decimals that fit side by side in 80 characters."""

NARROW, WIDE = 28, 44
"""Letters of the column of formulas, and the most of it; a formula that is longer pushes its words aside."""

MOST_ROWS = 16
"""Most rows that are named in a line."""


def lines(told: Told) -> list[str]:
    """The whole step."""
    return list(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    from gatewright.learn.losses import loss

    step, objective = told.step, told.step.objective
    architecture = objective.architecture
    formula = loss(objective.loss).formula
    yield f"{output.bold(told.dataset.name)}: step {step.step} of {method(told.optimiser)}"
    for remark in told.remarks:
        yield from output.wrapped(remark, output.width())
    network, rows = output.network(architecture), " ".join(shortened(told.rows))
    about = f"network {network}, {architecture.parameters} parameters; rows {rows}"
    yield from output.wrapped(about, output.width())
    yield f"loss {formula[0]} = {step.loss:.10g}"
    count = len(step.layers)
    for number, layer in enumerate(step.layers, 1):
        function = architecture.functions[number - 1]
        before = "x" if number == 1 else f"a{number - 1}"
        yield ""
        yield output.bold(f"FORWARD, layer {number} of {count}")
        yield (
            f"  z{number} = {before}·W{number} + b{number}    "
            f"{dimensions(len(told.rows), layer.w.shape[0])} · {dimensions(*layer.w.shape)} + "
            f"{layer.b.size} → {dimensions(*layer.z.shape)}"
        )
        yield f"  a{number} = f(z{number})         {function.formula[0]}"
        yield ""
        blocks: list[tuple[str, Floats]] = [(f"z{number}", layer.z), (f"a{number}", layer.a)]
        if number == 1:
            blocks.insert(0, ("x", objective.x))
        if number == count:
            blocks.append(("y", objective.y))
        yield from _indented(_side_by_side(told.rows, blocks))
    for number in range(count, 0, -1):
        yield ""
        yield from _backward(told, number)
    yield ""
    yield f"loss after the step: {step.loss_after:.10g}"
    if happened := outcome(told):
        yield from output.wrapped(happened, output.width())
    yield f"gradient check: {verdict(told)}"


def _backward(told: Told, number: int) -> Iterator[str]:
    layer, count = told.step.layers[number - 1], len(told.step.layers)
    yield output.bold(f"BACKWARD, layer {number} of {count}")
    rules = chain_rule(told, number)
    wide = max(NARROW, *(len(each) for each, _ in rules if len(each) <= WIDE))
    for formula, words in rules:
        yield from output.wrapped(
            f"  {formula:<{wide}}  {words}", output.width(), below=" " * (wide + 4)
        )
    yield ""
    blocks = [(f"dL/da{number}", layer.da), (f"dL/dz{number}", layer.dz)]
    yield from _indented(_side_by_side(told.rows, blocks))
    yield ""
    header = ("", "chain rule", "central diff.", "rel. diff.", "before", "after")
    yield from _indented(
        output.table(
            header,
            list(parameter_rows(number, layer, told.step.loss)),
            right=range(1, 6),
            within=output.width() - 2,
        )
    )


def shortened(rows: Sequence[str]) -> list[str]:
    """The names of some rows; of many, the first and the last."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    return [rows[0], "…", rows[-1], f"({len(rows)})"]


def parameter_rows(number: int, layer: LayerStep, value: float) -> Iterator[tuple[str, ...]]:
    """Every weight and bias: both gradients, their relative difference, before and after."""
    import numpy as np

    from gatewright.learn.explain import relative_difference

    for name, values in (
        (f"W{number}", (layer.dw, layer.dw_check, layer.w, layer.w_after)),
        (f"b{number}", (layer.db, layer.db_check, layer.b, layer.b_after)),
    ):
        for place in np.ndindex(values[0].shape):
            chain, central, before, after = (float(array[place]) for array in values)
            label = ",".join(str(index + 1) for index in place)
            difference = relative_difference(np.array([chain]), np.array([central]), value)
            yield (
                f"{name}[{label}]",
                f"{chain:.8f}",
                f"{central:.8f}",
                f"{difference:.0e}" if difference else "0",
                f"{before:.6f}",
                f"{after:.6f}",
            )


def verdict(told: Told) -> str:
    """What the gradient check says."""
    worst = (
        f"the largest relative difference is {told.step.worst:.0e}"
        if told.step.worst
        else "no difference but rounding"
    )
    if told.wrong:
        return output.bad(f"WRONG: {worst}")
    if told.step.at_kink:
        return f"{worst}; some z lies at a kink of its activation, where no derivative exists"
    return output.good(f"right: {worst}")


def diagnosis(told: Told) -> str:
    """Which layers' gradients are wrong."""
    from gatewright.learn.explain import SUSPICIOUS

    layers = [str(number) for number, off in enumerate(told.step.difference, 1) if off > SUSPICIOUS]
    mistake = getattr(told.optimiser, "mistake", "")
    why = f"; {mistake}" if mistake else ""
    return f"the chain rule contradicts the central differences in layer {', '.join(layers)}{why}"


def dimensions(rows: int, columns: int) -> str:
    """A shape in the usual notation."""
    return f"{rows}×{columns}"


def _side_by_side(labels: Sequence[str], blocks: Sequence[tuple[str, Floats]]) -> list[str]:
    """Matrices over the same rows, each column under its name; one below another if they are wide."""
    if sum(values.shape[1] for _, values in blocks) > MOST_COLUMNS:
        parts: list[str] = []
        for name, values in blocks:
            if values.shape[1] <= MOST_COLUMNS:
                parts += ["", *_columns(labels, [(name, values)])]
                continue
            for first in range(0, values.shape[1], MOST_COLUMNS):
                part = values[:, first : first + MOST_COLUMNS]
                parts += ["", *_columns(labels, [(name, part)], first)]
        return parts[1:]
    return _columns(labels, blocks)


def _columns(
    labels: Sequence[str], blocks: Sequence[tuple[str, Floats]], first: int = 0
) -> list[str]:
    header = ["row"]
    for name, values in blocks:
        width = values.shape[1]
        numbered = [f"{name}[{first + column + 1}]" for column in range(width)]
        header += ["", *([name] if width == 1 and not first else numbered)]
    rows = []
    for place, label in enumerate(labels):
        cells = [label]
        for _, values in blocks:
            cells += ["", *(f"{value:.6f}" for value in values[place])]
        rows.append(cells)
    return output.table(header, rows, right=range(1, len(header)), within=output.width() - 2)


def _indented(block: Iterable[str]) -> Iterator[str]:
    for line in block:
        yield f"  {line}" if line else ""


def as_json(told: Told) -> dict[str, Any]:
    """Every array of the step."""
    step = told.step
    return {
        "name": told.dataset.name,
        "recipe": told.recipe.to_dict(),
        "step": step.step,
        "rows": list(told.rows),
        "x": step.objective.x.tolist(),
        "y": step.objective.y.tolist(),
        "loss": step.loss,
        "loss_after": step.loss_after,
        "layers": [
            {name: getattr(layer, name).tolist() for name in FIELDS} for layer in step.layers
        ],
        "relative_differences": list(step.difference),
        "at_kink": step.at_kink,
        "gradient_check": "wrong" if told.wrong else "kink" if step.at_kink else "right",
    }


FIELDS = (
    "w", "b", "z", "a", "da", "dz", "dw", "db", "dw_check", "db_check", "w_after", "b_after",
)  # fmt: skip
