"""``circuits grade``: whether each of many submissions is the circuit that was asked for."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.options import ForceOption, JsonOption, TimeLimitOption
from gatewright.errors import UsageError
from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright.circuits.grading.grade import Grade


def grade(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE... [--PARAMETER VALUE]...",
            help="What was handed in, in files of any format of 'circuits formats', and the parameters of the "
            "circuit that is asked for. --from, --liberty, --include and --top say how submissions are read; "
            "those of the circuit follow its name, as in --spec asked.v:top=main.",
            show_default=False,
        ),
    ],
    spec: Annotated[
        str,
        typer.Option(
            "--spec",
            metavar="CIRCUIT|FILE",
            help="The circuit that is asked for, as 'circuits list' names it, or a file.",
            show_default=False,
        ),
    ],
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="GATE,GATE",
            help="The kinds of gates that a submission may be made of, as in nand,not.",
            show_default=False,
        ),
    ] = None,
    most_gates: Annotated[
        int | None,
        typer.Option(
            "--most-gates", min=0, metavar="N", help="How many it may have.", show_default=False
        ),
    ] = None,
    most_levels: Annotated[
        int | None,
        typer.Option(
            "--most-levels",
            min=0,
            metavar="N",
            help="How many gates its longest way may pass.",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FILE", help="Write a row for each submission.", show_default=False
        ),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(
            "--results",
            metavar="FILE",
            help="Write the results.json that Gradescope reads.",
            show_default=False,
        ),
    ] = None,
    time_limit: TimeLimitOption = 10.0,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Grade what a class handed in: right, or wrong and where."""
    from gatewright.circuits.grading.grade import Limits
    from gatewright.circuits.grading.made_of import KINDS, called
    from gatewright.circuits.grading.ports import described
    from gatewright.cli.circuits.grading import results as files
    from gatewright.cli.circuits.grading import worker

    for path in (csv, results):
        if path is not None:
            new_files.check_new(path, force=force)
    if csv is not None and results is not None and csv.resolve() == results.resolve():
        raise UsageError(f"--csv and --results are the same file, {csv}", hint="name two files")
    if spec == "-":
        raise UsageError(
            "--spec cannot be standard input, which every process would read anew",
            hint="write it to a file",
        )
    if only is not None and not only.strip(" ,"):
        raise UsageError("--only names no gate", hint="as in --only nand,not, or leave it out")
    names, parameters, values = circuit_words.sort_words(words)
    circuit_words.refuse_values(circuit_words.Words("", {}, values))
    if not names:
        raise UsageError("nothing was handed in", hint="name files, as in submissions/*.v")
    handed_in = _files(names)
    kinds = tuple(called(each.strip()) for each in (only or "").split(",") if each.strip())
    limits = Limits(kinds, most_gates, most_levels)
    reading = {name: parameters.pop(name) for name in circuit_words.READING if name in parameters}
    task = worker.Task(spec, parameters, reading, limits, time_limit)
    plugins = session.load("gates", "circuits")
    for kind in kinds:
        if kind not in plugins.gates and kind not in KINDS and not kind.startswith("lut"):
            raise UsageError(
                f"--only {kind}: there is no gate '{kind}'", hint="'circuits gates' names them all"
            )
    wanted = worker.asked(plugins, task)
    grades = []
    with output.Progress("grading") as progress:
        for found in worker.grades(task, handed_in):
            grades.append(found)
            progress.update(len(grades), len(handed_in))
    if csv is not None:
        new_files.write_new(csv, files.as_csv(grades), force=force)
    if results is not None:
        text = files.as_results(grades, wanted.title, limits)
        new_files.write_new(results, text, force=force)
    passed = sum(each.passed for each in grades)
    if json:
        output.emit_json(
            "grade",
            spec=wanted.title,
            passed=passed,
            submissions=[files.as_json(each) for each in grades],
        )
    else:
        netlist = wanted.netlist
        output.say(
            f"asked for  {output.bold(wanted.title)}",
            f"inputs     {described(netlist.inputs)}",
            f"outputs    {described(netlist.outputs)}",
            "",
            *_table(grades),
            *_faults(grades),
            "",
            f"{passed} of {output.counted(len(grades), 'submission')} passed; right is proved",
        )
    if any(not each.passed and each.verdict != "undecided" for each in grades):
        raise typer.Exit(1)
    if passed < len(grades):
        raise typer.Exit(4)


def _table(grades: list[Grade]) -> list[str]:
    """A row for each submission: what came of it, and what it is made of."""
    from gatewright.cli.circuits.grading.results import made_of

    rows = []
    for each in grades:
        read = each.levels is not None
        numbers = (str(each.gates), str(each.levels), made_of(each)) if read else ("",) * 3
        verdict = f"{each.verdict}, over limits" if each.over else each.verdict
        rows.append((each.name, verdict, *numbers))
    return output.table(("file", "verdict", "gates", "levels", "made of"), rows, right=(2, 3))


def _faults(grades: list[Grade]) -> Iterator[str]:
    """What is said of each that does not pass, or of which something was said when it was read."""
    from gatewright.cli.circuits.grading.results import lines

    for each in grades:
        said = list(lines(each)) if each.verdict != "right" else []
        said += [f"over the limit: {limit}" for limit in each.over]
        said += each.remarks
        if said:
            yield from (
                "",
                output.bold(visible(each.name)),
                *(f"  {visible(line)}" for line in said),
            )


def _files(names: Iterable[str]) -> list[Path]:
    """The files of some names; those that a shell leaves as ``*.v`` are found here."""
    found: list[Path] = []
    for name in names:
        matching = [] if Path(name).exists() else sorted(glob.glob(name))
        found += map(Path, matching or [name])
    return found
