"""Draw docs/xor.svg, the picture of the README: what two hidden layers make of XOR.

    python docs/picture.py

Trains XOR with seed 0 and colours the plane by the raw output; the boxes are the sloppy inputs the
gate was trained on. The same seed draws the same picture.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from gatewright import load_plugins, train

CELLS, SIZE, LEFT, TOP = 60, 360, 64, 52
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
    step = (HIGH - LOW) / CELLS
    centres = LOW + step * (np.arange(CELLS) + 0.5)
    a, b = np.meshgrid(centres, centres)
    raw = gate.raw(np.stack([a.ravel(), b.ravel()], axis=1))[:, 0]
    width, height = LEFT + SIZE + 250, TOP + SIZE + 60
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="14">',
        "<title>The raw output of a trained XOR gate over its two inputs</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="17" font-weight="bold">A trained XOR gate</text>',
        '<g shape-rendering="crispEdges">',
    ]
    side = SIZE / CELLS
    for across, row in enumerate(raw.reshape(CELLS, CELLS)):
        top = TOP + SIZE - side * (across + 1)
        for colour, cells in itertools.groupby(range(CELLS), key=lambda cell: shade(row[cell])):
            run = list(cells)
            lines.append(
                f'<rect x="{LEFT + side * run[0]:g}" y="{top:g}" width="{side * len(run):g}" '
                f'height="{side:g}" fill="{colour}"/>'
            )
    lines.append("</g>")
    spread = gate.figures.spread
    for (x, y), learned in zip(
        gate.spec.table.patterns.tolist(), gate.learned()[:, 0], strict=True
    ):
        left, top = place(x - spread, y + spread)
        edge = SIZE * 2 * spread / (HIGH - LOW)
        centre, middle = place(x, y)
        lines.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{edge:.1f}" height="{edge:.1f}" fill="none" '
            'stroke="#ffffff" stroke-width="2" stroke-dasharray="5 3"/>'
        )
        lines.append(
            f'<circle cx="{centre:.1f}" cy="{middle:.1f}" r="4" fill="#ffffff" stroke="#111111"/>'
            f'<text x="{centre:.1f}" y="{middle - 12:.1f}" text-anchor="middle" font-weight="bold" '
            f'fill="{"#111111" if learned > 0.5 else "#ffffff"}">{x}, {y} → {learned:.3f}</text>'
        )
    lines += [
        f'<text x="{place(tick, LOW)[0]:.1f}" y="{TOP + SIZE + 20}" text-anchor="middle">{tick}</text>'
        f'<text x="{LEFT - 12}" y="{place(LOW, tick)[1] + 5:.1f}" text-anchor="end">{tick}</text>'
        for tick in (0, 1)
    ]
    lines += [
        f'<text x="{LEFT + SIZE / 2}" y="{TOP + SIZE + 44}" text-anchor="middle">input a</text>',
        f'<text transform="translate(20 {TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">input b</text>',
    ]
    note = LEFT + SIZE + 28
    sizes = "-".join(map(str, gate.shape.sizes))
    for number, text in enumerate(
        (
            f"a {sizes} network,",
            f"{gate.shape.parameters} parameters",
            "",
            "colour: raw output",
            "circles: the truth table",
            "dashes: sloppy inputs",
            f"(±{spread:g}) it was taught",
            "to clean up, so that",
            "raw signals can flow",
            "from gate to gate",
        )
    ):
        lines.append(f'<text x="{note}" y="{TOP + 18 + 22 * number}">{text}</text>')
    for number, (value, text) in enumerate(((1.0, "1"), (0.5, "½"), (0.0, "0"))):
        top = TOP + 250 + 28 * number
        lines.append(
            f'<rect x="{note}" y="{top}" width="28" height="28" fill="{shade(value)}"/>'
            f'<text x="{note + 38}" y="{top + 19}">{text}</text>'
        )
    lines.append("</svg>")
    Path(__file__).with_name("xor.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
