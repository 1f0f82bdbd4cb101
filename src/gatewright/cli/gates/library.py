"""``circuits library``: a proved gate for every function of few inputs, in one file."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gatewright.cli import output, session
from gatewright.cli.gates import library_table
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import NotLearnedError, StoreError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from gatewright.gates.datasheet import Datasheet
    from gatewright.gates.trained import TrainedGate
    from gatewright.logic.npn import Transform

SIZES = "npn2, npn3 or npn4"


def library(
    action: Annotated[
        Literal["build", "list", "gate"],
        typer.Argument(
            metavar="build|list|gate",
            help="Build a library, list it, or make one gate of it.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[LIBRARY]",
            help=f"{SIZES}: functions of up to so many inputs.",
            show_default=False,
        ),
    ] = None,
    function: Annotated[
        str | None,
        typer.Argument(
            metavar="[FUNCTION]",
            help="With gate: a number whose bit r is the output in row r, as in 0x96.",
            show_default=False,
        ),
    ] = None,
    inputs: Annotated[
        int | None,
        typer.Option(
            "--inputs",
            min=1,
            max=4,
            metavar="N",
            help="With gate: inputs of the function; by default as many as the library's.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            metavar="N",
            help="With build: how many processes; by default one for each core.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="With build: start over.", show_default=False),
    ] = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Build proved gates for all functions of up to four inputs.

    One gate is trained for each class of functions that differ only in the order of inputs and in
    negations; any other function is made of its class's gate exactly, and proved again. An interrupted build
    continues where it stopped.
    """
    shelf = session.open_store(store)
    if action == "list":
        _list(shelf.folder, name, json=json)
        return
    if name is None:
        raise UsageError(f"name a library: {SIZES}", hint=f"as in 'circuits library {action} npn3'")
    if action == "build":
        shelf.prepare()
        _build(shelf.folder, name, seed, jobs or os.cpu_count() or 1, force=force, json=json)
    else:
        _gate(shelf.folder, name, function, inputs, json=json)


def _build(folder: Path, name: str, seed: int, jobs: int, *, force: bool, json: bool) -> None:
    from gatewright.gates.npn.build import build
    from gatewright.gates.npn.file import library_path

    path = library_path(folder, name)
    started = time.perf_counter()
    with output.Progress(f"building {name}") as progress:
        made = build(name, path, seed=seed, jobs=jobs, force=force, watch=progress.update)
    seconds = time.perf_counter() - started
    gates, total = made.library.gates, len(made.library.gates) + len(made.library.missing)
    if json:
        output.emit_json(
            "library-build",
            library=name,
            file=str(path),
            classes=total,
            gates=len(gates),
            trained=list(made.trained),
            failed=list(made.failed),
            seed=seed,
            seconds=seconds,
        )
    elif made.trained:
        output.say(
            f"{output.bold(name)}: {output.good('proved')} {len(gates)} of {total} classes, "
            f"{len(made.trained)} trained now in {seconds:.1f} s",
            f"saved {path}",
        )
    elif not made.failed:
        output.say(
            f"{output.bold(name)}: complete, all {total} classes are in {path}",
            "nothing was trained; --force builds it again",
        )
    if made.failed:
        raise NotLearnedError(
            f"{name}: no recipe made a proved gate of {', '.join(made.failed)}",
            hint="the others were saved; try another --seed with --force",
        )
    if not json:
        output.next_step(f"circuits library list {name}")


def _list(folder: Path, name: str | None, *, json: bool) -> None:
    from gatewright.gates.npn.classes import LIBRARIES
    from gatewright.gates.npn.file import library_path, read

    names = [name] if name is not None else list(LIBRARIES)
    found = [
        (each, library_path(folder, each), read(library_path(folder, each), each)) for each in names
    ]
    built = [(path, made) for _, path, made in found if made is not None]
    if not built and name is not None:
        raise _not_built(folder, name)
    if json:
        output.emit_json(
            "library-list",
            libraries=[
                {
                    "library": made.name,
                    "file": str(path),
                    "bytes": path.stat().st_size,
                    "inputs": library_table.summaries(made),
                }
                for path, made in built
            ],
        )
        return
    for number, (path, made) in enumerate(built):
        if number:
            output.say("")
        library_table.show(path, made)
    if not built:
        output.say(f"no library in {folder}")
        output.next_step("circuits library build npn4")
    else:
        last = built[-1][1].name
        output.next_step(f"circuits library gate {last} 0b0110 --inputs 2")


def _gate(folder: Path, name: str, function: str | None, inputs: int | None, *, json: bool) -> None:
    from gatewright.gates.functions import function_table
    from gatewright.gates.npn.file import library_path, read

    made = read(library_path(folder, name), name)
    if made is None:
        raise _not_built(folder, name)
    width = inputs if inputs is not None else int(name[-1])
    table = function_table(_number(function, name), width)
    source, steps = made.source(table)
    gate = made.gate(table)
    if gate.datasheet is None:
        raise StoreError(f"'{gate.spec.name}' has no datasheet", hint="build the library anew")
    if json:
        output.emit_json(
            "library-gate",
            library=name,
            gate=gate.spec.name,
            inputs=table.inputs,
            made_of=source.spec.name,
            joined=steps.inputs,
            negated=steps.negated,
            output_negated=steps.output,
            parameters=gate.architecture.parameters,
            datasheet=gate.datasheet.to_dict(),
        )
        return
    outputs = "".join(map(str, table.values[:, 0]))
    output.say(f"{output.bold(gate.spec.name)}: outputs {outputs}, row by row")
    output.say(f"y = {_formula(source, steps)}")
    output.say(
        f"network {output.network(gate.architecture)}, {gate.architecture.parameters} parameters"
    )
    output.say(*_promise(gate.datasheet))
    output.next_step(f"circuits library list {name}")


def _promise(sheet: Datasheet) -> tuple[str, str]:
    return (
        f"{output.good('proved')}: outputs are exactly 0 and 1 for every input off by up to ±{sheet.vil:g}",
        f"noise margin {sheet.noise_margin:g}, the largest proved {sheet.widest:.3f}; {sheet.weight_bits}-bit "
        f"weights, which may all be off by {sheet.weight_tolerance * 100:.1f} %",
    )


def _formula(source: TrainedGate, steps: Transform) -> str:
    """How a function is made of its class's gate, as in ``not npn3-16(b, not a, c)``."""
    ports = source.spec.table.inputs
    joined = (
        f"{'not ' if negated else ''}{ports[place]}"
        for place, negated in zip(steps.inputs, steps.negated, strict=True)
    )
    return f"{'not ' if steps.output else ''}{source.spec.name}({', '.join(joined)})"


def _number(text: str | None, name: str) -> int:
    from gatewright.logic.numerals import cut, whole_number

    number = whole_number(text or "")
    if number is None:
        raise UsageError(
            f"'{cut(text)}' is not a number" if text else "no function is named",
            hint=f"give one bit a row, as in 'circuits library gate {name} 0x96 --inputs 3'",
        )
    return number


def _not_built(folder: Path, name: str) -> StoreError:
    from gatewright.gates.npn.classes import class_specs

    class_specs(name)  # refuses a name that is not one
    return StoreError(
        f"the library {name} is not in {folder}", hint=f"run 'circuits library build {name}'"
    )
