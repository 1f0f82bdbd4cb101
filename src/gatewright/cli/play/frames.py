"""What the page shows of a network at one moment, in numbers: the library's own, and as it writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatewright.cli.gates import weights

if TYPE_CHECKING:
    from gatewright.arrays import Floats
    from gatewright.gates.spec import GateSpec
    from gatewright.learn.network import Architecture

GRID = {1: 121, 2: 41, 3: 25, 4: 17}
FINE = {1: 401, 2: 101, 3: 51, 4: 31}
"""Points of a surface along each of its sides, by inputs of the gate: while it is trained, and in the end."""


def frame(
    spec: GateSpec, architecture: Architecture, theta: Floats, *, fine: bool = False
) -> dict[str, Any]:
    """A network as the page draws it.

    Args:
        spec: the gate that it learns.
        architecture: of the network.
        theta: its parameters, shape (parameters,).
        fine: whether its surface is drawn from more points.

    Returns:
        ``theta`` in full; ``rows``, the raw outputs in each row of the truth table, and ``told``, these in words;
        ``weights``, a table for each layer; ``surface``, by output and slice, rows of the raw output in
        thousandths, the lowest first (of a single input its curve); ``lines``, for each unit of the first layer
        the weights of the first two inputs and, by slice, what is added to them.
    """
    import numpy as np

    from gatewright.learn.network import raw_outputs

    table = spec.table
    inputs, outputs = len(table.inputs), len(table.outputs)
    rows = raw_outputs(architecture, theta, table.patterns.astype(np.float64))
    slices = _slices(inputs)
    points = _points(inputs, (FINE if fine else GRID)[inputs])
    (w, b), *_ = architecture.layers(theta[None])
    offsets = slices @ w[0, 2:] + b[0] if inputs > 2 else b[0].repeat(len(slices), 0)
    second = w[0, 1] if inputs > 1 else np.zeros(w.shape[2])
    values = [
        raw_outputs(
            architecture,
            theta,
            np.hstack([points, np.broadcast_to(bits, (len(points), len(bits)))]),
        )
        for bits in slices
    ]
    return {
        "sizes": list(architecture.sizes),
        "activations": list(architecture.activations),
        "restoring": architecture.restoring,
        "theta": plain(theta),
        "rows": [plain(row) for row in rows],
        "told": [[written(value) for value in row] for row in rows.tolist()],
        "weights": [
            {"layer": layer, "header": header, "rows": lines}
            for layer, header, lines in weights.tables(table, architecture, theta)
        ],
        "surface": [
            [_rounded(each[:, output], inputs) for each in values] for output in range(outputs)
        ],
        "lines": [
            [plain(w[0, 0, unit : unit + 1])[0], plain(second[unit : unit + 1])[0], plain(column)]
            for unit, column in enumerate(offsets.T)
        ],
    }


def written(value: float) -> str:
    """A raw output as ``circuits train`` writes it."""
    return f"{value:.4f}"


def plain(values: Floats) -> list[float | None]:
    """Numbers as JSON has them: none where one is infinite or no number."""
    import math

    return [value if math.isfinite(value) else None for value in values.tolist()]


def _slices(inputs: int) -> Floats:
    """The bits of all inputs after the second, a row for each slice."""
    import numpy as np

    from gatewright.logic.bits import table_rows

    return table_rows(max(inputs - 2, 0)).astype(np.float64)


def _points(inputs: int, side: int) -> Floats:
    """The first two inputs at every point of a surface, the lowest row first; of a single one along its curve."""
    import numpy as np

    from gatewright.draw.plots.response import HIGH, LOW

    along = np.linspace(LOW, HIGH, side)
    if inputs == 1:
        return along[:, None]
    a, b = np.meshgrid(along, along)
    return np.stack([a.ravel(), b.ravel()], axis=1)


def _rounded(values: Floats, inputs: int) -> Any:
    import numpy as np

    whole = np.rint(np.nan_to_num(np.clip(values, -1.0, 2.0), nan=-9.0) * 1000).astype(int)
    side = round(len(whole) ** 0.5)
    return whole.tolist() if inputs == 1 else whole.reshape(side, side).tolist()
