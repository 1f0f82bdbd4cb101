"""Draw docs/xor.svg, the picture of the README: a certified XOR gate, seen as a surface.

    python docs/picture.py

Trains XOR with seed 0 and colours the plane by the raw output. The boxes are those of the gate's
datasheet, in which the output is proved to be exactly 0 or 1. The same seed draws the same picture.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from gatewright import load_plugins, train

CELLS = SIZE = 400  # a cell is a pixel: the gate decides within a few of them
LEFT, TOP = 64, 60
LOW, HIGH = -0.5, 1.5
COLD, WARM = np.array([33, 78, 140]), np.array([240, 180, 60])  # blue and amber: safe for all eyes


def place(x: float, y: float) -> tuple[float, float]:
    """Where a point of the plane lies in the picture."""
    return (
        LEFT + SIZE * (x - LOW) / (HIGH - LOW),
        TOP + SIZE * (HIGH - y) / (HIGH - LOW),
    )


def shade(value: float) -> str:
    """The colour of a raw output; 16 shades are enough for the eye, and keep the file small."""
    red, green, blue = (COLD + (WARM - COLD) * round(15 * value) / 15).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def main() -> None:
    """Write the file."""
    gate = train(load_plugins().gate("xor"))
    sheet = gate.datasheet
    if sheet is None or sheet.vol:
        raise SystemExit("the gate is not proved to give exactly 0 and 1")
    step = (HIGH - LOW) / CELLS
    centres = LOW + step * (np.arange(CELLS) + 0.5)
    a, b = np.meshgrid(centres, centres)
    raw = gate.raw(np.stack([a.ravel(), b.ravel()], axis=1))[:, 0]
    width, height = LEFT + SIZE + 270, TOP + SIZE + 60
    sizes = "-".join(map(str, gate.shape.sizes))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="14">',
        "<title>A certified XOR gate: its raw output over both inputs</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="34" font-size="18" font-weight="bold">XOR, learned and certified</text>',
        '<g shape-rendering="crispEdges">',
    ]
    shades = [tuple(shade(value) for value in row) for row in raw.reshape(CELLS, CELLS)]
    bottom = TOP + SIZE
    for row, equal in itertools.groupby(shades):  # rows alike are drawn as one
        deep, left = len(list(equal)), LEFT
        bottom -= deep
        for colour, run in itertools.groupby(row):
            wide = len(list(run))
            lines.append(
                f'<rect x="{left}" y="{bottom}" width="{wide}" height="{deep}" fill="{colour}"/>'
            )
            left += wide
    lines.append("</g>")
    boxes = sheet.discipline.regions(gate.spec.table.patterns.astype(float))
    values = gate.spec.table.values[:, 0].tolist()
    for low, high, (x, y), value in zip(
        *boxes, gate.spec.table.patterns.tolist(), values, strict=True
    ):
        (west, north), (east, south) = place(low[0], high[1]), place(high[0], low[1])
        centre, middle = place(x, y)
        ink = "#111111" if value else "#ffffff"
        lines += [
            f'<rect x="{west:.1f}" y="{north:.1f}" width="{east - west:.1f}" '
            f'height="{south - north:.1f}" fill="none" stroke="{ink}" stroke-width="2"/>',
            f'<circle cx="{centre:.1f}" cy="{middle:.1f}" r="4" fill="#ffffff" stroke="#111111"/>',
            f'<text x="{centre:.1f}" y="{middle - 14:.1f}" text-anchor="middle" font-weight="bold" '
            f'fill="{ink}">exactly {value}</text>',
            f'<text x="{centre:.1f}" y="{middle + 24:.1f}" text-anchor="middle" '
            f'fill="{ink}">{x}, {y}</text>',
        ]
    lines += [
        f'<text x="{place(tick, LOW)[0]:.1f}" y="{TOP + SIZE + 20}" text-anchor="middle">{tick}</text>'
        f'<text x="{LEFT - 8}" y="{place(LOW, tick)[1] + 5:.1f}" text-anchor="end">{tick}</text>'
        for tick in (0, 1)
    ]
    lines += [
        f'<text x="{LEFT + SIZE / 2}" y="{TOP + SIZE + 46}" text-anchor="middle">input a</text>',
        f'<text transform="translate(24 {TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">input b</text>',
    ]
    note = LEFT + SIZE + 28
    for number, text in enumerate(
        (
            f"a {sizes} network,",
            f"{gate.shape.parameters} parameters of {sheet.weight_bits} bits",
            "",
            "colour: its raw output",
            "circles: the truth table",
            f"boxes: inputs off by up to ±{sheet.noise_margin:g}.",
            "At every point of them the",
            "output is exactly 0 or 1:",
            "proved, not sampled.",
        )
    ):
        lines.append(f'<text x="{note}" y="{TOP + 18 + 22 * number}">{text}</text>')
    for number, (value, text) in enumerate(((1.0, "1"), (0.5, "½"), (0.0, "0"))):
        top = TOP + 240 + 28 * number
        lines.append(
            f'<rect x="{note}" y="{top}" width="28" height="28" fill="{shade(value)}"/>'
            f'<text x="{note + 38}" y="{top + 19}">{text}</text>'
        )
    lines.append("</svg>")
    Path(__file__).with_name("xor.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
