"""``circuits score``: how a circuit does on rows of examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.examples.learn import TargetOption
from gatewright.cli.examples.report import BOUND, at_least, percent
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.arrays import Bits
    from gatewright.circuits.circuit import Circuit
    from gatewright.examples.score import Answers


def score(
    circuit: Annotated[
        str, typer.Argument(metavar="FILE", help="The circuit.", show_default=False)
    ],
    examples: Annotated[
        str,
        typer.Argument(
            metavar="EXAMPLES",
            help="Rows that it was not learned from: a PLA, a CSV, or an npz with X and y.",
            show_default=False,
        ),
    ],
    target: TargetOption = "",
    signal: Annotated[
        Literal["exact", "raw", "restored"],
        typer.Option(
            "--signal",
            help="Exact gates; or trained ones, with raw activations between them or rounded at each.",
        ),
    ] = "exact",
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Count the rows that a circuit has right, and bound its rate."""
    plugins = session.load("gates", "circuits", store=store)
    made = circuit_words.elaborate(plugins, circuit_words.read_words([circuit]))
    from gatewright.examples.bound import lower_bound
    from gatewright.examples.data.reading import read_examples
    from gatewright.examples.score import score as scored

    table = read_examples(examples, target)
    answers = None if signal == "exact" else _trained(made, signal, seed, store)
    found = scored(made.netlist, table, answers)
    bound = lower_bound(found.every, found.rows)
    if json:
        output.emit_json(
            "score",
            circuit=circuit,
            signal=signal,
            rows=found.rows,
            right=found.every,
            bound=bound,
            outputs=dict(found.each),
            ands=found.size,
            levels=found.levels,
            unnamed={column: dict(texts) for column, texts in found.unnamed.items()},
        )
        return
    if found.placed:
        output.warn(f"{examples} names its columns otherwise; they were taken in order")
    for column, texts in found.unnamed.items():
        for text, rows in texts.items():
            output.warn(
                f"'{column}' is {text} in {output.counted(rows, 'row')}, which the circuit has no bit for"
            )
    gates = {
        "exact": "exact gates",
        "raw": "trained gates, raw activations, nothing rounded in between",
        "restored": "trained gates, rounded at every gate",
    }[signal]
    output.say(f"{output.bold(made.title)}: {gates}")
    if len(found.each) > 1:
        for name, right in found.each.items():
            output.say(f"{name}: {right} of {found.rows} right ({percent(right, found.rows)})")
    every = "every output right in" if len(found.each) > 1 else "right in"
    output.say(
        f"{every} {found.every} of {found.rows} rows ({percent(found.every, found.rows)})",
        f"{at_least(bound)} of all such rows, if none was used to learn or to choose",
        f"{output.counted(found.size, 'AND')}, {output.counted(found.levels, 'level')}",
    )
    output.say("", *BOUND.split("\n"))
    if signal == "exact":
        output.next_step(
            f"circuits score {shell_word(circuit)} {shell_word(examples)} --signal raw"
        )


def _trained(circuit: Circuit, signal: str, seed: int, store: Path | None) -> Answers:
    """What runs a circuit of trained gates on patterns."""
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.examples.trained import trained_answers

    gates = session.ready_gates(gates_of(circuit.netlist), session.open_store(store), seed)
    answers = trained_answers(circuit.netlist, gates, restored=signal == "restored")

    def checked(patterns: Bits) -> Bits:
        found, undecided = answers(patterns)
        if undecided:
            raise UsageError(
                f"{undecided} outputs are too near one half to be read",
                hint="choose --signal restored, or another --seed",
            )
        return found

    return checked
