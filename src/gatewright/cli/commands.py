"""Every command of ``circuits``: its group, its name, where it is, one worked example, and what it does.

What it does is the first line of its function, said here too, so that the help page imports none of them.

Example:
    >>> COMMANDS[1][1:3]
    ('train', 'gates.training.train.train')
"""

from __future__ import annotations

COMMANDS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "gates",
        "gates",
        "gates.gates.gates",
        "circuits gates full-adder",
        "List every gate, or show the truth table of one.",
    ),
    (
        "gates",
        "train",
        "gates.training.train.train",
        "circuits train xor",
        "Train a neural network for each gate and save it.",
    ),
    (
        "gates",
        "forget",
        "gates.forget.forget",
        "circuits forget xor",
        "Remove trained gates from the store.",
    ),
    (
        "gates",
        "datasheet",
        "gates.datasheet.datasheet",
        "circuits datasheet full-adder",
        "Print what trained gates guarantee, and how it was proved.",
    ),
    (
        "gates",
        "certificate",
        "gates.certificate.certificate",
        "circuits certificate check store/xor.safetensors",
        "Check the proof in a stored gate's file, in exact arithmetic.",
    ),
    (
        "gates",
        "library",
        "gates.library.library",
        "circuits library build npn3",
        "Build proved gates for all functions of up to four inputs.",
    ),
    (
        "gates",
        "predict",
        "gates.predict.predict",
        "circuits predict xor 0 1",
        "Ask a trained gate for its raw outputs and their bits.",
    ),
    (
        "gates",
        "weights",
        "gates.weights.weights",
        "circuits weights xor",
        "Print every weight and bias of a trained gate.",
    ),
    (
        "gates",
        "explain",
        "gates.explain.explain",
        "circuits explain xor",
        "Show every number of one training step, each gradient checked.",
    ),
    (
        "gates",
        "compare",
        "gates.compare.compare",
        "circuits compare xor --seeds 50",
        "Compare optimisers and layers over many single starts.",
    ),
    (
        "gates",
        "recipes",
        "gates.recipes.recipes",
        "circuits recipes",
        "List every named recipe, or print one as TOML.",
    ),
    (
        "circuits",
        "list",
        "circuits.list_circuits.list_circuits",
        "circuits list",
        "List every circuit and its parameters.",
    ),
    (
        "circuits",
        "compose",
        "circuits.compose.compose",
        "circuits compose ripple-adder --bits 4",
        "Wire trained gates into a circuit; check it, or prove it.",
    ),
    (
        "circuits",
        "verify",
        "circuits.verify.verify",
        "circuits verify ripple-adder --bits 8 --exhaustive --jobs 2",
        "Prove that a circuit of exact gates is what its integers say.",
    ),
    (
        "circuits",
        "equiv",
        "circuits.equiv.equiv",
        "circuits equiv kogge-stone ripple-adder --bits 64",
        "Prove that two circuits are equal, or find where they differ.",
    ),
    (
        "circuits",
        "show",
        "circuits.show.show",
        "circuits show ripple-adder --bits 8",
        "Show a circuit's gates, nets, levels and fan-out, or its tree.",
    ),
    (
        "circuits",
        "run",
        "circuits.run_circuit.run",
        "circuits run ripple-adder --bits 8 a=23 b=42",
        "Run a circuit of trained gates on one value for each bus.",
    ),
    (
        "circuits",
        "simulate",
        "circuits.simulate.simulate",
        "circuits simulate counter --bits 4 --cycles 20",
        "Run a circuit with registers, cycle by cycle.",
    ),
    (
        "circuits",
        "noise",
        "circuits.noise.noise",
        "circuits noise ripple-adder --bits 32",
        "Count wrong bits as noise on wires or weights grows.",
    ),
    (
        "files",
        "export",
        "files.export.export",
        "circuits export ripple-adder --bits 4",
        "Write a circuit as BLIF, Verilog, ONNX, C99 …, or a gate as C99.",
    ),
    (
        "files",
        "formats",
        "files.formats.formats",
        "circuits formats",
        "List the formats that circuits are read from and written in.",
    ),
    (
        "files",
        "cut",
        "files.cut.cut",
        "circuits cut serial-adder",
        "Cut a circuit's registers out, which leaves one cycle of it.",
    ),
    (
        "files",
        "map",
        "files.map_circuit.map_circuit",
        "circuits map alu --bits 4",
        "Map a circuit onto the trained gates of a library.",
    ),
    (
        "pictures",
        "draw",
        "pictures.draw.draw",
        "circuits draw ripple-adder --bits 4 --out adder.svg",
        "Draw a circuit as a schematic, in SVG, PNG or PDF.",
    ),
    (
        "pictures",
        "plot",
        "pictures.plot.plot",
        "circuits plot xor --out xor.svg",
        "Draw a trained gate: its surface, network, training or curves.",
    ),
    (
        "pictures",
        "report",
        "pictures.report.report",
        "circuits report ripple-adder --bits 4 --out report.html",
        "Write one page of a circuit: verdict, gates, and itself, live.",
    ),
    (
        "plugins",
        "doctor",
        "about.doctor.doctor",
        "circuits doctor",
        "Say what is installed, what is missing, and how to mend it.",
    ),
    (
        "plugins",
        "plugins",
        "plugins.plugins",
        "circuits plugins",
        "List every plugin, what it gives, and whether it is healthy.",
    ),
    (
        "plugins",
        "new-plugin",
        "new_plugin.new_plugin",
        "circuits new-plugin majority-vote",
        "Write a plugin to start from: one gate, one circuit, tests.",
    ),
)
"""Group, name, module and function below `gatewright.cli`, example, summary."""

PASSING_ON = {
    "train",
    "predict",
    "compose",
    "verify",
    "equiv",
    "show",
    "run",
    "simulate",
    "cut",
    "noise",
    "export",
    "map",
    "draw",
    "report",
}
"""Commands that take a circuit pass on what they do not know: it is a parameter of the circuit."""
