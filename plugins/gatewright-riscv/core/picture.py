"""Draws ``waves.svg``: the processor prints its first letter, every wire off by up to 0.45."""

from __future__ import annotations

from html import escape
from pathlib import Path

from gatewright_riscv.board import Board
from gatewright_riscv.core import RAM
from gatewright_riscv.instruction import named
from gatewright_riscv.program import read_program

import gatewright as gw
from gatewright.circuits.clocked.machine import Cycle

PLUGIN = Path(__file__).resolve().parent.parent
PROGRAM = PLUGIN / "tests" / "programs" / "hello.hex"
WIRES = (
    "fetch[0]",
    "fetch[1]",
    "fetch[2]",
    "fetch[3]",
    "call",
    "io",
    "data[0]",
    "data[3]",
    "data[6]",
)
CYCLES = 14
LEFT, TOP, STEP, ROW, HIGH = 72, 44, 52, 40, 15
"""Places in pixels: where cycles begin, their width, the height of a row, and of a 1 over a 0."""


def recorded() -> tuple[list[str], list[list[float]], list[list[int]]]:
    """What is executed in each cycle, and the signals and bits of each wire."""
    neural = gw.circuit("riscv").train()
    board = Board(neural.circuit.netlist, read_program(PROGRAM), neural.gates, noise=0.45)
    names: list[str] = []
    raw: list[list[float]] = [[] for _ in WIRES]
    bits: list[list[int]] = [[] for _ in WIRES]

    def each(cycle: Cycle, _: object) -> None:
        raw_signals = cycle.raw if cycle.raw is not None else cycle.exact
        numbers = [cycle.program.nets.index(wire) for wire in WIRES]
        at = sum(
            int(cycle.exact[cycle.program.nets.index(f"fetch[{bit}]"), 0]) << bit
            for bit in range(18)
        )
        names.append(named(board.machine.memory(RAM)[at]))
        for place, number in enumerate(numbers):
            raw[place].append(float(raw_signals[number, 0]))
            bits[place].append(int(cycle.exact[number, 0]))

    board.run(CYCLES, lambda _: None, each=each)
    return names, raw, bits


def drawn(names: list[str], raw: list[list[float]], bits: list[list[int]]) -> str:
    """The picture as SVG: bits as thin lines, what wires carry as thick ones."""
    width, height = LEFT + STEP * len(names) + 12, TOP + ROW * len(WIRES) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="monospace" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for cycle, name in enumerate(names):
        x = LEFT + STEP * cycle
        parts.append(f'<line x1="{x}" y1="16" x2="{x}" y2="{height}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{x + STEP / 2}" y="14" text-anchor="middle" fill="#888">{cycle}</text>'
        )
        parts.append(f'<text x="{x + STEP / 2}" y="29" text-anchor="middle">{escape(name)}</text>')
    for place, wire in enumerate(WIRES):
        base = TOP + ROW * place + ROW - 10
        parts.append(f'<text x="{LEFT - 8}" y="{base - 3}" text-anchor="end">{escape(wire)}</text>')
        for values, style in (
            (bits[place], 'stroke="#bbb"'),
            (raw[place], 'stroke="#06c" stroke-width="1.6"'),
        ):
            corners = " ".join(
                f"{LEFT + STEP * (cycle + end)},{base - HIGH * value:.2f}"
                for cycle, value in enumerate(values)
                for end in (0, 1)
            )
            parts.append(f'<polyline points="{corners}" fill="none" {style}/>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    (PLUGIN / "waves.svg").write_text(drawn(*recorded()))
