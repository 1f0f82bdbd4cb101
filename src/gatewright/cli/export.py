"""``circuits export``: write a circuit or a gate in a standard format."""

from __future__ import annotations

import difflib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import output, session
from gatewright.cli.options import ForceOption, JsonOption, OutOption, SeedOption, StoreOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.plugins.manager import Plugins

Format = Literal["blif", "c99"]


def export(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CIRCUIT|GATE [--PARAMETER VALUE]...",
            help="A circuit and its parameters, or a gate; 'circuits list' and 'circuits gates' name "
            "them all.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="blif for a circuit, c99 for a gate; by default as the name is one or the other.",
            show_default=False,
        ),
    ] = None,
    out: OutOption = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write a circuit as BLIF with hierarchy, or a gate as C99."""
    plugins = session.load()
    asked = session.read_words(words)
    session.refuse_values(asked)
    kind = _format(plugins, asked.circuit, kind)
    if out is not None:
        session.check_new(out, force=force)
    if kind == "blif":
        text, about, following = _circuit(plugins, asked)
    else:
        text, about, following = _gate(plugins, asked, seed, store, out)
    if out is not None:
        session.write_new(out, text, force=force)
    if json:
        where = {"text": text} if out is None else {"file": str(out)}
        output.emit_json("export", **about, format=kind, **where)
    elif out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"wrote {out}")
        output.next_step(following)


def _format(plugins: Plugins, name: str, kind: Format | None) -> Format:
    """The format asked for, or the one that fits what is named.

    Raises:
        UsageError: the format is for gates and a circuit is named, or the other way round.
    """
    circuit, gate = name in plugins.circuits, name in plugins.gates
    if kind is None:
        # A misspelt name is taken for what it is nearest to, which the error then suggests.
        near = difflib.get_close_matches(name.lower(), [*plugins.circuits, *plugins.gates], n=1)
        gate = gate or bool(near and near[0] not in plugins.circuits)
        return "c99" if gate and not circuit else "blif"
    if kind == "c99" and circuit and not gate:
        raise UsageError(
            f"'{name}' is a circuit, and only a gate can be written as c99",
            hint=f"formats for a circuit: blif, as in circuits export {name} --format blif",
        )
    if kind == "blif" and gate and not circuit:
        raise UsageError(
            f"'{name}' is a gate, and only a circuit can be written as blif",
            hint=f"formats for a gate: c99, as in circuits export {name} --format c99",
        )
    return kind


def _circuit(plugins: Plugins, asked: session.Words) -> tuple[str, dict[str, Any], str]:
    """The text, what it is of, and what to try next."""
    from gatewright.formats.blif import write_blif

    circuit = session.elaborate(plugins, asked)
    about = {"circuit": circuit.spec.name, "parameters": dict(circuit.parameters)}
    text = write_blif(circuit.netlist, comment=circuit.title)
    return text, about, f"circuits compose {circuit.title}"


def _gate(
    plugins: Plugins, asked: session.Words, seed: int, store: Path | None, out: Path | None
) -> tuple[str, dict[str, Any], str]:
    """The text, what it is of, and what to try next.

    Raises:
        UsageError: a gate has no parameters.
    """
    from gatewright.formats.c99 import write_c99

    spec = plugins.gate(asked.circuit)
    for parameter in asked.parameters:
        raise UsageError(
            f"gate '{spec.name}' has no parameter --{parameter}", hint="only circuits have any"
        )
    gate = session.ready_gates([spec], session.open_store(store), seed)[spec.name]
    compiler = f"cc -std=c99 -c {shlex.quote(str(out))}"
    return write_c99(gate), {"gate": spec.name, "weights": gate.digest}, compiler
