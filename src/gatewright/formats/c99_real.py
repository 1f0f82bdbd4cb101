"""C99 for gates whose units are not clipped: the network in double, with the functions of ``math.h``.

What a library's ``exp`` gives differs from one to the next in the last digits, so nothing is said here of exact
values: the function decides each output at a half, and every row of the truth table is tried before it is
written.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.recipe import Recipe
    >>> from gatewright.gates.training.train import train
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> text = write_real(train(spec, Recipe((2,), ("tanh", "logistic"))))
    >>> [line for line in text.splitlines() if line.startswith("static double")]
    ['static double f1(double z)', 'static double f2(double z)']
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate, decide

_WIDTH = 80


def write_real(gate: TrainedGate) -> str:
    """The gate as C99 text: ``void gate_NAME(const double in[], double out[])``.

    Raises:
        UsageError: a unit is not written as C, a weight is not a number, or an output is on the wrong side of a
            half.
    """
    for function in gate.architecture.functions:
        if not function.c:
            raise UsageError(
                f"gate '{gate.spec.name}' has {function.name} units, which are not written as C",
                hint="train it of others, such as logistic ones",
            )
    if not np.isfinite(gate.theta).all():
        raise UsageError(
            f"gate '{gate.spec.name}' has a weight that is not a number", hint="train it again"
        )
    table = gate.spec.table
    wrong = ((decide(gate.learned()) != table.values) & (table.care > 0)).any(1)
    if wrong.any():
        raise UsageError(
            f"gate '{gate.spec.name}' gives the wrong bit in {int(wrong.sum())} rows",
            hint="train it again",
        )
    return "".join(f"{line}\n" for line in _lines(gate))


def _lines(gate: TrainedGate) -> Iterator[str]:
    table, sizes = gate.spec.table, gate.architecture.sizes
    yield f"/* Gate '{gate.spec.name}': a neural network, {'-'.join(map(str, sizes))}, in double."
    yield " *"
    for head, ports in (("in: ", table.inputs), ("out:", table.outputs)):
        yield from textwrap.wrap(
            ", ".join(ports),
            _WIDTH,
            initial_indent=f" * {head}          ",
            subsequent_indent=f" *{' ' * 15}",
        )
    yield " * SHA-256 of the truth table and of the weights:"
    yield f" *   {table.digest}"
    yield f" *   {gate.digest}"
    yield " * Inputs near 0 and 1 give outputs near 0 and 1; every row of the table was"
    yield " * tried, at a half."
    yield " */"
    yield "#include <math.h>"
    for number, function in enumerate(gate.architecture.functions, 1):
        yield ""
        yield f"static double f{number}(double z)"
        yield "{"
        yield f"    return {function.c};"
        yield "}"
    name = f"gate_{gate.spec.name.replace('-', '_')}"
    head = f"void {name}(const double in[{sizes[0]}], double out[{sizes[-1]}])"
    yield from ("", f"{head};", "", head, "{")
    layers = gate.architecture.layers(gate.theta[None])
    for number, (w, b) in enumerate(layers, 1):
        before, after = w.shape[1:]
        yield f"    static const double w{number}[{after}][{before}] = {{"
        for unit in w[0].T.tolist():
            yield from _row(unit, "        {", "},")
        yield "    };"
        yield from _row(b[0, 0].tolist(), f"    static const double b{number}[{after}] = {{", "};")
    wires = [f"a{number}[{units}]" for number, units in enumerate(sizes[1:-1], 1)]
    if wires:
        yield f"    double {', '.join(wires)};"
    for number, (before, after) in enumerate(pairwise(sizes), 1):
        given = "in" if number == 1 else f"a{number - 1}"
        made = "out" if number == len(sizes) - 1 else f"a{number}"
        yield f"    for (int j = 0; j < {after}; j++) {{"
        yield f"        double z = b{number}[j];"
        yield f"        for (int i = 0; i < {before}; i++)"
        yield f"            z += w{number}[j][i] * {given}[i];"
        yield f"        {made}[j] = f{number}(z);"
        yield "    }"
    yield "}"


def _row(numbers: list[float], head: str, tail: str) -> Iterator[str]:
    """Numbers between braces, as short as gives them back, over as many lines as it takes."""
    text = f"{head}{', '.join(map(repr, numbers))}{tail}"
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    yield from textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False)
