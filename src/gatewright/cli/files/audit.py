"""``circuits audit``: everything that a verdict rests on, and a checker that a stranger can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.options import (
    CircuitWords,
    JsonOption,
    LibraryOption,
    SeedOption,
    SpecOption,
    StoreOption,
    TimeLimitOption,
)
from gatewright.errors import UsageError
from gatewright.logic.numerals import as_text
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit


def audit(
    words: CircuitWords,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write.", show_default=False)
    ],
    spec: SpecOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an audit that is there.", show_default=False)
    ] = False,
    library: LibraryOption = None,
    time_limit: TimeLimitOption = 60.0,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write all that a proof rests on, and a checker of one file.

    The checker, check.py, needs Python's standard library alone and shares no code with this program.
    """
    from gatewright.circuits.audit.problem import (
        DiffersError,
        NothingInsideError,
        UnprovedError,
    )
    from gatewright.circuits.audit.writing import NAMES, audit_files
    from gatewright.circuits.references.lines import (
        condition,
        reference,
        says_outputs,
        told,
    )
    from gatewright.formats.blif.writer import write_blif

    _check_folder(out, NAMES, force=force)
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    if circuit.netlist.clocked:
        raise UsageError(
            "an audit is of circuits without registers and memories",
            hint="'circuits cut' makes a circuit of one cycle, which can be audited; "
            f"'circuits compose {circuit.title} --verify certificate' proves it over time",
        )
    gates = session.ready_gates(
        list(circuit.netlist.gates.values()), session.open_store(store), seed
    )
    names = [bus.name for bus in circuit.netlist.outputs]
    texts = spec or _known(circuit)
    bare = len(names) > 1 and not all(says_outputs(text) for text in texts)
    widths = [
        {bus.name: bus.width for bus in side}
        for side in (circuit.netlist.inputs, circuit.netlist.outputs)
    ]
    different: DiffersError | None = None
    with output.Progress("proving") as progress:
        for order in (names, names[::-1]):  # of outputs, where nobody says which is the lowest
            lines, assuming = told(texts, order)
            compute = reference(lines, *widths, whole=False)
            if assuming:
                condition(assuming, widths[0])
            try:
                files = audit_files(
                    circuit,
                    gates,
                    write_blif,
                    lines,
                    assuming,
                    time_limit=time_limit,
                    watch=progress.update,
                )
            except DiffersError as error:
                different = different or DiffersError(
                    error.pattern, *_differs(circuit, error.pattern, compute)
                )
                if bare and order == names:
                    continue
                raise different from None
            except NothingInsideError:
                raise UsageError(
                    f"no input is where {assuming}, so nothing would be claimed",
                    hint="give another condition after 'where', or none",
                ) from None
            except UnprovedError as error:
                raise UnprovedError(
                    error.message,
                    hint=f"give it longer than --time-limit {time_limit:g}, or fewer bits; the audit of a "
                    "file without --spec says that trained gates do what the file does",
                ) from None
            break
    _write(out, files)
    claim = files["claim.txt"].decode()
    if json:
        output.emit_json(
            "audit",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            folder=str(out),
            files={name: len(data) for name, data in files.items()},
            specification=list(lines),
            assuming=assuming,
            claim=claim,
        )
        return
    output.say(*_fitted(claim.rpartition("\n\n")[0]))  # without the digests
    if not lines:
        output.say("", "no specification: --spec 'a + b' says what outputs should be")
    output.next_step(f"python {shell_word(str(out / 'check.py'))}")


def _fitted(claim: str) -> list[str]:
    """The lines of a claim for this terminal: its sentences are folded anew, what is specified is not."""
    said: list[str] = []
    for (indent, _), group in groupby(claim.splitlines(), key=_kind):
        lines = [each.strip() for each in group]
        for line in [" ".join(lines)] if indent == 2 else lines:
            fits = output.wrapped(line, output.width() - indent)
            said += [" " * indent + each if each else "" for each in fits]
    return said


def _kind(line: str) -> tuple[int, str]:
    """How far a line is indented; where it is not, it is alone."""
    indent = len(line) - len(line.lstrip())
    return indent, "" if indent else line


def _known(circuit: Circuit) -> list[str]:
    """What a built-in circuit computes, in words; nothing of any other."""
    from gatewright.circuits.audit.specifications import specification

    if circuit.spec.file:
        return []
    return list(specification(circuit.spec.name, circuit.words) or ())


def _differs(
    circuit: Circuit,
    ones: frozenset[int],
    compute: Callable[[Mapping[str, int]], Mapping[str, int]],
) -> tuple[str, str]:
    """A pattern as values of the input buses, and what outputs are and should be on it."""
    import numpy as np

    from gatewright.circuits.buses import row_values
    from gatewright.circuits.program import compile_netlist
    from gatewright.circuits.simulate.exact import ExactEngine

    bits = np.zeros(len(circuit.netlist.input_nets), dtype=np.uint8)
    bits[list(ones)] = 1
    values = row_values(circuit.netlist.inputs, bits)
    (row,) = ExactEngine(compile_netlist(circuit.netlist)).outputs(bits[None])
    got = row_values(circuit.netlist.outputs, row)
    wrong = [
        f"{name} is {as_text(got[name])}, not {as_text(wanted)}"
        for name, wanted in compute(values).items()
        if got[name] != wanted
    ]
    met = "a gate meets a row of its table in which it may do anything"
    return output.assignments(values), "; ".join(wrong) or met


def _check_folder(out: Path, names: tuple[str, ...], *, force: bool) -> None:
    """Refuse, before any work is done, a folder that holds something."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file", hint="name a folder")
    if not out.parent.is_dir():
        raise UsageError(
            f"{out} cannot be made: there is no folder {out.parent}",
            hint="make it, or name another",
        )
    there = sorted(each.name for each in out.iterdir()) if out.exists() else []
    strange = [name for name in there if name not in names]
    if strange:
        raise UsageError(f"{out} holds other things, as {strange[0]}", hint="name another folder")
    if there and not force:
        raise UsageError(f"{out} holds an audit", hint="name another folder, or give --force")


def _write(out: Path, files: dict[str, bytes]) -> None:
    """Write a folder; the claim last, so that one that is half there is refused."""
    from gatewright.files import write_atomically

    try:
        out.mkdir(exist_ok=True)
        (out / "claim.txt").unlink(missing_ok=True)
        for name in [each.name for each in out.iterdir() if each.name not in files]:
            (out / name).unlink()
        for name, data in sorted(files.items(), key=lambda each: each[0] == "claim.txt"):
            write_atomically(out / name, data)
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror or error}", hint="name another folder"
        ) from error
