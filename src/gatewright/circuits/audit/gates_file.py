"""The gates of an audit as JSON: truth tables and weights, every number the float64 that it is.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> json.loads(gates_text({"not": gate}))["gates"]["not"]["ones"]
    ['0x1']
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatewright.errors import Hint, UsageError
from gatewright.gates.trained import TrainedGate


def gates_text(gates: Mapping[str, TrainedGate]) -> str:
    """Trained gates as the checker of an audit reads them.

    Raises:
        UsageError: one is not certified, or has units that are not clipped.
    """
    sheets = []
    for name, gate in gates.items():
        if gate.datasheet is None or set(gate.architecture.activations) != {"clipped"}:
            raise UsageError(
                f"the gate '{name}' cannot be audited: it is not hardened and certified",
                hint=Hint("train and harden it", "train and harden", gate=name),
            )
        sheets.append(gate.datasheet)
    vols = {sheet.vol for sheet in sheets} or {0.0}
    if len(vols) > 1:
        raise UsageError("gates of different VOL do not meet one discipline")
    single = all("float32" in sheet.precisions for sheet in sheets)
    record = {
        "vil": min((sheet.vil for sheet in sheets), default=0.45),
        "vol": vols.pop(),
        "arithmetic": "float32" if single else "float64",
        "gates": {name: _record(gates[name]) for name in sorted(gates)},
    }
    return json.dumps(record, indent=1) + "\n"


def _record(gate: TrainedGate) -> dict[str, Any]:
    table = gate.spec.table
    layers = []
    for place, (weights, biases) in enumerate(zip(gate.weights, gate.biases, strict=True)):
        one_each = gate.architecture.restoring and not place
        layers.append(
            {
                "weights": (weights if one_each else weights.T).tolist(),
                "biases": biases.tolist(),
            }
        )
    return {
        "inputs": list(table.inputs),
        "outputs": list(table.outputs),
        "ones": [hex(column) for column in table.ones],
        "cares": [hex(column) for column in table.cares],
        "restoring": gate.architecture.restoring,
        "layers": layers,
    }
