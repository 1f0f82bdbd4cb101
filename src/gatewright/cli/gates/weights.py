"""``circuits weights``: every weight and bias of a trained gate, in numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, output, session
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.arrays import Floats
    from gatewright.gates.trained import TrainedGate
    from gatewright.learn.network import Architecture
    from gatewright.logic.truth_table import TruthTable

BIAS = "bias"


def weights(
    name: Annotated[
        str,
        typer.Argument(
            metavar="GATE",
            autocompletion=complete.gates,
            help="The gate to look into.",
            show_default=False,
        ),
    ],
    comma: Annotated[
        bool,
        typer.Option(
            "--csv",
            help="Print layer, unit, source and value, a line for each number.",
            show_default=False,
        ),
    ] = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print every weight and bias of a trained gate."""
    if json and comma:
        raise UsageError("--json and --csv are both given", hint="give one or the other")
    plugins = session.load("gates", store=store)
    spec = plugins.gate(name)
    gate = session.ready_gates([spec], session.open_store(store), seed)[spec.name]
    if json:
        output.emit_json("weights", **_as_json(gate))
        return
    if comma:
        output.document(_as_csv(gate).encode())
        return
    architecture = gate.architecture
    output.say(f"{output.bold(name)}: {output.network(architecture)}, {output.parameters(gate)}")
    for depth, header, rows in tables(gate.spec.table, architecture, gate.theta):
        restores = ", which restores each input" if architecture.restoring and depth == 1 else ""
        output.say("", f"layer {depth}, {architecture.activations[depth - 1]}{restores}")
        output.say(*output.table(header, rows, right=range(1, len(header))))
    output.say("", *(f"{each}: {formula}" for each, formula in _formulas(gate).items()))
    output.next_step(f"circuits plot {name} --network --out {name}-network.svg")


def _formulas(gate: TrainedGate) -> dict[str, str]:
    return {each.name: each.formula[0] for each in gate.architecture.functions}


def _named(table: TruthTable, sizes: Sequence[int], depth: int) -> list[str]:
    from gatewright.gates.damage.damage import signals

    return signals(table, sizes, depth)


def _layers(architecture: Architecture, theta: Floats) -> Iterator[tuple[int, Any, Any]]:
    for depth, (w, b) in enumerate(architecture.layers(theta[None]), 1):
        yield depth, w[0], b[0, 0]


def tables(
    table: TruthTable, architecture: Architecture, theta: Floats
) -> Iterator[tuple[int, list[str], list[list[str]]]]:
    """Of each layer its number, what its units read, and a row for each unit.

    Args:
        table: of the gate.
        architecture: of the network.
        theta: its parameters, shape (parameters,).
    """
    sizes = architecture.sizes
    for depth, w, b in _layers(architecture, theta):
        header = ["unit", *_named(table, sizes, depth - 1), BIAS]
        rows = [
            [unit, *(f"{value:.6g}" for value in column), f"{bias:.6g}"]
            for unit, column, bias in zip(
                _named(table, sizes, depth), w.T.tolist(), b.tolist(), strict=True
            )
        ]
        yield depth, header, rows


def _as_csv(gate: TrainedGate) -> str:
    """Every number that is not 0 by construction, as it is stored."""
    text = io.StringIO()
    made = csv.writer(text, lineterminator="\n")
    made.writerow(("layer", "unit", "source", "value"))
    table, sizes = gate.spec.table, gate.architecture.sizes
    for depth, w, b in _layers(gate.architecture, gate.theta):
        units, sources = _named(table, sizes, depth), _named(table, sizes, depth - 1)
        diagonal = gate.architecture.restoring and depth == 1
        for place, unit in enumerate(units):
            for source, value in zip(sources, w[:, place].tolist(), strict=True):
                if not diagonal or source == sources[place]:
                    made.writerow((depth, unit, source, repr(value)))
            made.writerow((depth, unit, BIAS, repr(b[place].item())))
    return text.getvalue()


def _as_json(gate: TrainedGate) -> dict[str, Any]:
    table, sizes = gate.spec.table, gate.architecture.sizes
    return {
        "gate": gate.spec.name,
        "sizes": list(gate.architecture.sizes),
        "parameters": gate.architecture.parameters,
        "digest": gate.digest,
        "layers": [
            {
                "activation": gate.architecture.activations[depth - 1],
                "formula": gate.architecture.functions[depth - 1].formula[0],
                "inputs": _named(table, sizes, depth - 1),
                "units": _named(table, sizes, depth),
                "weights": w.T.tolist(),
                "biases": b.tolist(),
            }
            for depth, w, b in _layers(gate.architecture, gate.theta)
        ],
    }
