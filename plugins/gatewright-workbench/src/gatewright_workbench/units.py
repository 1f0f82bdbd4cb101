"""``circuits units GATE``: the value of every unit in every row, and the function that each comes down to.

Example:
    >>> named((0, 1, 1, 0), ("a", "b"))
    'xor of a, b'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Annotated

import numpy as np
import typer

from gatewright import TrainedGate, load_plugins
from gatewright.arrays import Floats
from gatewright.cli import output, session
from gatewright.cli.options import JsonOption, SeedOption, StoreOption

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    epilog="Example: circuits units xor", context_settings={"help_option_names": ["-h", "--help"]}
)
def units(
    gate: Annotated[str, typer.Argument(metavar="GATE", help="The gate.", show_default=False)],
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show what each unit of a trained gate computes."""
    spec = session.load("gates").gate(gate)
    made = session.ready_gates([spec], session.open_store(store), seed)[spec.name]
    layers = list(values(made))
    told = {
        f"{number}.{unit}": named(tuple((column > 0.5).astype(int).tolist()), spec.table.inputs)
        for number, layer in enumerate(layers, 1)
        for unit, column in enumerate(layer.T, 1)
    }
    if json:
        output.emit_json(
            "units", gate=spec.name, layers=[each.tolist() for each in layers], units=told
        )
        return
    rows = [
        (*map(str, bits), *(f"{value:.2f}" for layer in layers for value in layer[row]))
        for row, bits in enumerate(spec.table.patterns.tolist()[: output.MOST_ROWS])
    ]
    wide = len(spec.table.inputs)
    output.say(
        *output.table((*spec.table.inputs, *told), rows, right=range(wide, wide + len(told))), ""
    )
    output.say(*output.table(("unit", "computes"), list(told.items())))
    output.next_step(f"circuits plot {spec.name} --network --out {spec.name}.svg")


def values(made: TrainedGate) -> Iterator[Floats]:
    """The activations of each layer, hidden ones first, shape (rows, units)."""
    a = made.spec.table.patterns.astype(np.float64)
    network = made.architecture
    for (w, b), function in zip(network.layers(made.theta[None]), network.functions, strict=True):
        a = function.value(a @ w[0] + b[0])
        yield a


def named(column: Sequence[int], inputs: Sequence[str]) -> str:
    """A column of bits, row by row, as a gate of some inputs; in digits where no gate is that function."""
    rows = np.array(column).reshape((2,) * len(inputs))
    needed = [
        place
        for place in range(len(inputs))
        if (rows.take(0, axis=place) != rows.take(1, axis=place)).any()
    ]
    if not needed:
        return f"always {column[0]}"
    for place in range(len(inputs)):
        if place not in needed:
            rows = rows.take([0], axis=place)
    small = rows.reshape((2,) * len(needed))
    for spec in load_plugins(kinds=("gates",)).gates.values():
        table = spec.table
        if (len(table.inputs), len(table.outputs)) != (len(needed), 1) or not table.care.all():
            continue
        whole = table.values[:, 0].reshape(small.shape)
        for order in permutations(range(len(needed))):
            if np.array_equal(whole, small.transpose(order)):
                return f"{spec.name} of {', '.join(inputs[needed[place]] for place in order)}"
    return f"{''.join(map(str, small.ravel()))} of {', '.join(inputs[place] for place in needed)}"
