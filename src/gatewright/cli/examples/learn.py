"""``circuits learn``: a circuit from rows of examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatewright.cli import output, session
from gatewright.cli.examples.report import as_json, show, warn_of_classes
from gatewright.cli.examples.written import Written
from gatewright.cli.options import ForceOption, JsonOption, SeedOption, finite_seconds
from gatewright.errors import GatewrightError
from gatewright.text import shell_word

ExamplesArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXAMPLES",
        help="Rows: a PLA, a CSV with a heading, or an npz with X and y; '-' for standard input.",
        show_default=False,
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="COLUMN",
        help="What is to be learned of a CSV; by default its last column, or what follows '->'.",
        show_default=False,
    ),
]


def learn(
    examples: ExamplesArgument,
    target: TargetOption = "",
    test: Annotated[
        str | None,
        typer.Option(
            "--test",
            metavar="FILE",
            help="Rows to judge the circuit by; by default a part of the examples.",
            show_default=False,
        ),
    ] = None,
    ands: Annotated[
        int, typer.Option("--ands", min=20, max=2**20, metavar="N", help="Most AND nodes.")
    ] = 5000,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            min=0,
            metavar="S",
            callback=finite_seconds,
            help="Try nothing new after so long; without it, the same seed gives the same circuit.",
            show_default=False,
        ),
    ] = None,
    learner: Annotated[
        list[str] | None,
        typer.Option(
            "--learner",
            metavar="NAME",
            help="One of 'circuits learners', once or more often; all by default.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where the circuit goes, in the format of its ending.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Learn a circuit from rows of examples.

    It is to be right on rows that it has not seen. Learners are compared on rows that none of them saw; what the
    result means on new rows is counted on rows that chose nothing.
    """
    written = None if out is None else Written(out, force=force)
    session.load("learners")
    from gatewright.examples import choose
    from gatewright.examples.data.reading import read_examples

    table = read_examples(examples, target)
    others = None if test is None else read_examples(test, target)
    warn_of_classes(table)
    with output.Progress("learning") as progress:
        learned = choose.learn(
            table,
            test=others,
            most_ands=ands,
            seconds=float("inf") if seconds is None else seconds,
            seed=seed,
            learners=learner or (),
            watch=lambda _, done, total: progress.update(done, total),
            check=None if written is None else written.check,
        )
        from gatewright.examples.claims import model_claims

        claims = model_claims(learned)
    for claim in claims:
        if claim.outcome == "refuted":  # a fault of the project or of a plugin
            raise GatewrightError(
                f"the circuit of '{claim.output}' is not the model that was learned; nothing was written",
                hint="choose another --learner, and tell its author",
            )
    if written is not None:
        written.write(learned.netlist(), f"learned from {Path(examples).name}")
    if json:
        output.emit_json("learn", **as_json(learned, claims, out))
        return
    show(learned, claims, table.rows, seconds)
    if out is None:
        output.next_step(f"circuits learn {shell_word(examples)} --out learned.aig")
    else:
        output.say("", f"wrote {out}")
        output.next_step(f"circuits compose {shell_word(str(out))} --verify certificate")
