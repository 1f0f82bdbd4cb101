"""``circuits export``: write a circuit or a gate in a standard format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import circuit_words, new_files, output, session
from gatewright.cli.options import (
    ForceOption,
    JsonOption,
    LibraryOption,
    OutOption,
    SeedOption,
    StoreOption,
)
from gatewright.errors import UsageError
from gatewright.text import nearest, shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Netlist
    from gatewright.formats.registry import Format
    from gatewright.plugins.manager import Plugins

GATE_FORMATS = ("c99",)
C_SUFFIXES = (".c", ".h")
Precision = Literal["float32", "float64"]


def export(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CIRCUIT|FILE|GATE [--PARAMETER VALUE]...",
            help="A circuit and its parameters, a file, or a gate; 'circuits list' and 'circuits gates' "
            "name them all.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="By default the one that --out ends in; else blif for a circuit and c99 for a gate.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        Precision,
        typer.Option("--precision", help="Of the numbers in onnx."),
    ] = "float32",
    out: OutOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write a circuit as BLIF, Verilog, ONNX, C99 …, or a gate as C99."""
    plugins = session.load(store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    if kind is not None and kind not in GATE_FORMATS:
        named_format(kind)
    if out is not None:
        new_files.check_new(out, force=force)
    kind = _format(plugins, asked.circuit, kind, out)
    if kind == "c99" and _is_gate(plugins, asked.circuit):
        data, about, following = _gate(plugins, asked, seed, store, out)
    elif kind == "c99":
        circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
        about = {"circuit": circuit.spec.name, "parameters": dict(circuit.parameters)}
        data, following = _c99(circuit, seed, store), _compiler(out)
    else:
        found = named_format(kind)
        check_printed(found, out)
        circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
        about = {"circuit": circuit.spec.name, "parameters": dict(circuit.parameters)}
        data = (
            _neural(circuit, seed, store, precision)
            if found.neural
            else _written_as(found, circuit)
        )
        say_renamed(found, circuit.netlist)
        following = _try(found, circuit, out)
    if out is not None:
        new_files.write_new(out, data, force=force)
    new_files.show("export", data, out, json=json, **about, format=kind)
    if out is not None and not json:
        output.say(f"wrote {out}")
        output.next_step(following)


def _format(plugins: Plugins, name: str, kind: str | None, out: Path | None) -> str:
    """The requested format, or the one that fits what is named.

    Raises:
        UsageError: as in `asked_format`.
    """
    circuit = circuit_words.is_file(plugins, name) or name in plugins.circuits
    gate = name in plugins.gates
    kind = asked_format(kind, out)
    if kind is None:
        # A misspelt name counts as the nearest one, which the error then suggests.
        near = nearest(name.lower(), [*plugins.circuits, *plugins.gates])
        gate = gate or bool(near and near not in plugins.circuits)
        return "c99" if gate and not circuit else "blif"
    return kind


def asked_format(kind: str | None, out: Path | None) -> str | None:
    """The format that ``--format`` names or the ending of ``--out`` means; None if there is neither.

    Raises:
        UsageError: they are two, or as in `_format_by_ending`.
    """
    if out is None:
        return kind
    meant = _format_by_ending(out, named=kind is not None)
    if kind is not None and meant is not None and kind != meant:
        raise UsageError(
            f"{out} ends like {meant}, and --format is {kind}", hint="leave out one of them"
        )
    return kind or meant


def _format_by_ending(out: Path, *, named: bool) -> str | None:
    """The format that a file's ending means; None if it means none, and the format is ``named``.

    Raises:
        UsageError: it means none, or one that is only read.
    """
    from gatewright.formats.registry import format_told

    if out.suffix.lower() in C_SUFFIXES:
        return "c99"
    found = format_told(str(out))
    if found is None:
        if named:
            return None
        raise UsageError(
            f"{out} ends like no format that is written",
            hint=f"name it with --format: {_listed()}, or c99",
        )
    if not found.writer:
        raise UsageError(
            f"{out} ends like {found.name}, a format that is only read",
            hint="'circuits formats' lists those that are written",
        )
    return found.name


def named_format(kind: str) -> Format:
    """The format called so.

    Raises:
        UsageError: there is none, or it is only read.
    """
    from gatewright.formats.registry import FORMATS

    if kind not in FORMATS:
        FORMATS.check_given_once(kind)
        raise UsageError(
            f"there is no format '{kind}'",
            hint=f"formats: {', '.join([*_written(), *GATE_FORMATS])}",
        )
    if not FORMATS[kind].writer:
        raise UsageError(
            f"{kind} is a format that is only read", hint=f"formats that are written: {_listed()}"
        )
    return FORMATS[kind]


def check_printed(kind: Format, out: Path | None) -> None:
    """Refuse to print what is not text.

    Raises:
        UsageError: the format is binary, and no file is named.
    """
    if kind.binary and out is None:
        raise UsageError(
            f"{kind.name} is not text to print",
            hint=f"name a file, as in --out circuit{kind.suffixes[0]}",
        )


def _listed() -> str:
    return ", ".join(_written())


def _written() -> list[str]:
    from gatewright.formats.registry import FORMATS

    return [each.name for each in FORMATS.values() if each.writer]


def _neural(circuit: Circuit, seed: int, store: Path | None, precision: Precision) -> bytes:
    """The circuit of trained gates.

    Raises:
        UsageError: it has registers.
    """
    if circuit.netlist.clocked:
        which = "registers" if circuit.netlist.registers else "memories"
        raise UsageError(
            f"circuit '{circuit.netlist.name}' has {which}, which onnx does not hold",
            hint=f"'circuits cut {circuit.title} --out once.onnx' writes one cycle of it",
        )
    return neural(circuit.netlist, seed, store, precision)


def neural(netlist: Netlist, seed: int, store: Path | None, precision: Precision) -> bytes:
    """A netlist without registers as ONNX of trained gates."""
    from gatewright.formats.onnx.writer import load_onnx, write_onnx

    load_onnx()  # refuses now, not after a training, if it is not installed
    gates = session.ready_gates(list(netlist.gates.values()), session.open_store(store), seed)
    with output.Progress("writing"):
        return write_onnx(netlist, gates, precision=precision)


def _written_as(kind: Format, circuit: Circuit) -> bytes:
    with output.Progress("writing"):
        return kind.write(circuit.netlist, circuit.title)


def say_renamed(kind: Format, netlist: Netlist) -> None:
    """Say which outputs are written under another name, since an input has theirs."""
    if not kind.ports_apart:
        return
    from gatewright.formats.model.vectors import renamed

    pairs = [f"'{name}' is written as '{written}'" for name, written in renamed(netlist).items()]
    if pairs:
        more = f" and {len(pairs) - 4} more" if len(pairs) > 4 else ""
        output.warn(
            f"{kind.name} has no output that is an input of the same name: {', '.join(pairs[:4])}{more}"
        )


def _try(found: Format, circuit: Circuit, out: Path | None) -> str:
    """What to do with the file."""
    from gatewright.formats.registry import format_told

    if found.reader and out is not None and format_told(str(out)) is found:
        return f"circuits show {shell_word(str(out))}"
    if found.name == "dot" and out is not None:
        return f"dot -Tsvg {shell_word(str(out))}"
    return f"circuits compose {circuit.title}"


def _gate(
    plugins: Plugins, asked: circuit_words.Words, seed: int, store: Path | None, out: Path | None
) -> tuple[bytes, dict[str, Any], str]:
    """The text, its subject, and what to try next.

    Raises:
        UsageError: a parameter is given, of which a gate has none.
    """
    from gatewright.formats.c99 import write_c99

    spec = plugins.gate(asked.circuit)
    circuit_words.refuse_unknown(asked.parameters, (), f"the gate {spec.name}")
    gate = session.ready_gates([spec], session.open_store(store), seed)[spec.name]
    return write_c99(gate).encode(), {"gate": spec.name, "weights": gate.digest}, _compiler(out)


def _is_gate(plugins: Plugins, name: str) -> bool:
    """Whether a name is a gate's, or a misspelt one that looks most like one."""
    if name in plugins.gates or name in plugins.circuits or circuit_words.is_file(plugins, name):
        return name in plugins.gates
    return nearest(name.lower(), [*plugins.circuits, *plugins.gates]) not in plugins.circuits


def _c99(circuit: Circuit, seed: int, store: Path | None) -> bytes:
    """A circuit of trained gates as C."""
    from gatewright.formats.c99_circuit import write_c99_circuit

    netlist = circuit.netlist
    gates = session.ready_gates([*netlist.gates.values()], session.open_store(store), seed)
    return write_c99_circuit(netlist, gates, comment=f"{circuit.title}, of hardened gates").encode()


def _compiler(out: Path | None) -> str:
    return f"cc -std=c99 -c {shell_word(str(out))}"
