"""One training step as a page: the network and its answers as pictures, the numbers beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatewright.cli.gates.walkthrough.explain_text import parameter_rows, shortened
from gatewright.cli.gates.walkthrough.lecture import (
    Told,
    chain_rule,
    largest_difference,
    method,
    outcome,
)

if TYPE_CHECKING:
    from gatewright.arrays import Floats

MOST_COLUMNS = 9
"""Most columns of six decimals that fit side by side in a page of 1000 pixels."""

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
:root { color-scheme: light dark; }
section { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
section > * { flex: 1 1 18rem; min-width: 0; }
section > div { flex: 3 1 max-content; overflow-x: auto; }
figure { margin: 0; }
h2 { flex-basis: 100%; margin: 1rem 0 0; }
ul { overflow-wrap: anywhere; padding-left: 1.2rem; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { text-align: right; padding: .1rem .4rem; border-bottom: 1px solid #8884; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
code { font-family: ui-monospace, monospace; }
svg { max-width: 100%; height: auto; }
"""


def page(told: Told) -> str:
    """The page: one file, which loads nothing and runs nothing."""
    from gatewright.text import markup

    title = markup(f"{told.dataset.name}: step {told.step.step} of {method(told.optimiser)}")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1>\n"
        f"{chr(10).join(_parts(told))}\n</main></body></html>\n"
    )


def _parts(told: Told) -> Iterator[str]:
    import numpy as np

    from gatewright.learn.losses import loss
    from gatewright.text import markup

    step = told.step
    architecture = step.objective.architecture
    sizes = "-".join(map(str, architecture.sizes))
    yield from (f"<p>{markup(remark)}</p>" for remark in told.remarks)
    yield (
        f"<p>A {sizes} network, {architecture.parameters} parameters; rows "
        f"{markup(' '.join(shortened(told.rows)))}. "
        f"Loss <code>{markup(loss(step.objective.loss).formula[0])}</code> = {step.loss:.10g}, "
        f"after the step {step.loss_after:.10g}.</p>"
    )
    if happened := outcome(told):
        yield f"<p><strong>{markup(happened[0].upper() + happened[1:])}.</strong></p>"
    theta = np.concatenate([np.append(each.w.ravel(), each.b) for each in step.layers])
    after = np.concatenate([np.append(each.w_after.ravel(), each.b_after) for each in step.layers])
    yield _pictures(told, theta, after)
    count = len(step.layers)
    for number, layer in enumerate(step.layers, 1):
        before = "x" if number == 1 else f"a{number - 1}"
        blocks: list[tuple[str, Floats]] = [(f"z{number}", layer.z), (f"a{number}", layer.a)]
        if number == 1:
            blocks.insert(0, ("x", step.objective.x))
        if number == count:
            blocks.append(("y", step.objective.y))
        formulas = [
            f"z{number} = {before}·W{number} + b{number}",
            f"a{number} = f(z{number}): {architecture.functions[number - 1].formula[0]}",
        ]
        yield _section(f"Forward, layer {number} of {count}", formulas, _matrix(told, blocks))
    for number in range(count, 0, -1):
        layer = step.layers[number - 1]
        blocks = [(f"dL/da{number}", layer.da), (f"dL/dz{number}", layer.dz)]
        formulas = [f"{formula}: {words}" for formula, words in chain_rule(told, number)]
        header = ("", "chain rule", "central difference", "difference", "before", "after")
        numbers = _matrix(told, blocks) + _table(
            header, list(parameter_rows(number, layer, step.loss))
        )
        yield _section(f"Backward, layer {number} of {count}", formulas, numbers)
    state = "wrong" if told.wrong else "at a kink of an activation" if step.at_kink else "right"
    yield (
        f"<p>Gradient check: <strong>{state}</strong>; the largest relative difference between the chain "
        f"rule and a central difference is {largest_difference(told)}.</p>"
    )


def _pictures(told: Told, theta: Floats, after: Floats) -> str:
    """The network before and after the step, and its output over two inputs where it has two."""
    from gatewright.draw.plots.lesson import lesson_network, lesson_surface

    objective = told.step.objective
    table = (told.dataset.inputs, told.dataset.outputs)
    drawn = [lesson_network(objective.architecture, (theta, after), *table)]
    if len(table[0]) == 2 and len(table[1]) == 1:
        drawn.append(lesson_surface(objective, (theta, after), *table))
    figures = "".join(f"<figure>{each.svg}</figure>" for each in drawn if each is not None)
    return f"<section>{figures}</section>"


def _section(heading: str, formulas: Sequence[str], numbers: str) -> str:
    from gatewright.text import markup

    lines = "".join(f"<li><code>{markup(each)}</code></li>" for each in formulas)
    return f"<section><h2>{markup(heading)}</h2><ul>{lines}</ul><div>{numbers}</div></section>"


def _matrix(told: Told, blocks: Sequence[tuple[str, Floats]]) -> str:
    """Matrices over the same rows, side by side as far as the page is wide."""
    columns = []
    for name, values in blocks:
        many = values.shape[1] > 1
        for place, column in enumerate(values.T.tolist(), 1):
            cells = [f"{value:.6f}" for value in column]
            columns.append((f"{name}[{place}]" if many else name, cells))
    parts = [
        columns[first : first + MOST_COLUMNS] for first in range(0, len(columns), MOST_COLUMNS)
    ]
    return "".join(
        _table(
            ["row", *(name for name, _ in part)],
            list(zip(told.rows, *(cells for _, cells in part), strict=True)),
        )
        for part in parts
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from gatewright.text import markup

    head = "".join(f"<th>{markup(each)}</th>" for each in header)
    body = "".join(
        f"<tr>{''.join(f'<td>{markup(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
