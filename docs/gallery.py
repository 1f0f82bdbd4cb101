"""Make the pictures of ``docs/gallery.md``, of the README and of the lessons, by the commands that stand there.

    python docs/gallery.py

Gates that are missing are trained with seed 0 first. The same gates give the same bytes.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

from gatewright.cli.app import run

DOCS = Path(__file__).parent

README_PICTURE = ("xor.svg", "circuits plot xor")

PICTURES = (
    ("adder.svg", "circuits draw ripple-adder --bits 4", "A schematic; each gate is a trained network"),
    ("adder-values.svg", "circuits draw ripple-adder --bits 4 a=5 b=9", "The same at work: raw activations"),
    ("c17.svg", "circuits draw circuits/c17.blif", "A public netlist, six NAND gates"),
    ("alu.svg", "circuits draw alu --bits 32", "A hierarchy: blocks as boxes"),
    ("counter.svg", "circuits draw counter --bits 4", "Registers: flip-flops, and wires that come back"),
    (
        "waves.svg",
        "circuits simulate counter --bits 4 --modulo 10 --noise 0.4 --cycles 24 "
        '--wave enable --wave "count[0]" --wave count',
        "Waveforms: raw activations under noise",
    ),
    ("full-adder.svg", "circuits plot full-adder", "Slices of a gate of three inputs and two outputs"),
    ("network.svg", "circuits plot xor --network", "The network of a gate"),
    ("training.svg", "circuits plot xor --training", "The loss of every restart"),
    ("transfer.svg", "circuits plot not --transfer", "Transfer curve, butterfly, static noise margin"),
    ("noise.svg", "circuits noise ripple-adder --bits 8", "Wrong bits against noise and against depth"),
)  # fmt: skip
"""File, command, and what it shows. Commands run in the top folder of the repository."""

LESSONS = (
    ("and-one.svg", "circuits plot one-and"),
    ("two-neurons.svg", "circuits plot two-neurons"),
    ("xor-network.svg", "circuits plot xor --network"),
    ("xor-steps.svg", "circuits plot xor-steps --training"),
    ("full-adder.svg", "circuits draw circuits/full-adder.blif"),
    ("kogge-stone.svg", "circuits draw kogge-stone --bits 4"),
)
"""Pictures in ``docs/teach``; `OF_LESSONS` trains what they show."""

OF_LESSONS = (
    "circuits train and --layers none --as one-and",
    "circuits train xor --layers 2 --as two-neurons",
    "circuits train xor --recipe xor-sigmoid --as xor-steps",
)


def main() -> None:
    """Write the pictures and the page."""
    os.environ.pop("CIRCUITS_STORE", None)
    os.chdir(DOCS.parent)
    folder = DOCS / "gallery"
    folder.mkdir(exist_ok=True)
    lines = [
        "# Gallery",
        "",
        "Made by `python docs/gallery.py`, each picture by the command above it. Schematics need",
        "`pip install 'gatewright[draw]'`, and so do PNG and PDF. `--theme dark` makes a picture for dark ground",
        "wherever it is looked at; an SVG has the colours of the reader's screen by default, others are light.",
    ]
    with tempfile.TemporaryDirectory() as store:
        run(["train", "--all", "--store", store])  # an untrained gate is drawn without its mark
        _draw(DOCS / README_PICTURE[0], README_PICTURE[1], store)
        for command in OF_LESSONS:
            run([*shlex.split(command)[1:], "--store", store])
        for file, command in LESSONS:
            _draw(DOCS / "teach" / file, command, store)
        for file, command, caption in PICTURES:
            _draw(folder / file, command, store)
            option = _option(command)
            lines += [
                "",
                f"## {caption}",
                "",
                "```console",
                f"{command} {option} {file}",
                "```",
                "",
            ]
            lines += [f"![{caption}](gallery/{file})"]
    (DOCS / "gallery.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _draw(path: Path, command: str, store: str) -> None:
    code = run(
        [*shlex.split(command)[1:], _option(command), str(path), "--force", "--store", store]
    )
    if code:
        sys.exit(code)


def _option(command: str) -> str:
    """What names the picture: of commands that do more than draw, ``--plot``."""
    return "--plot" if command.startswith(("circuits noise", "circuits simulate")) else "--out"


if __name__ == "__main__":
    main()
