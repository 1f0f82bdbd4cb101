"""``circuits export``: write a circuit in a standard format."""

from __future__ import annotations

import typer

from gatewright.cli import output, session
from gatewright.cli.options import CircuitWords, ForceOption, JsonOption, OutOption


def export(
    words: CircuitWords,
    out: OutOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Write a circuit as hierarchical BLIF."""
    from gatewright.formats.blif import write_blif

    plugins = session.load()
    asked = session.read_words(words)
    session.refuse_values(asked)
    if out is not None:
        session.check_new(out, force=force)
    circuit = session.elaborate(plugins, asked)
    text = write_blif(circuit.netlist, comment=circuit.title)
    if out is not None:
        session.write_new(out, text, force=force)
    if json:
        where = {"text": text} if out is None else {"file": str(out)}
        output.emit_json(
            "export",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            format="blif",
            **where,
        )
    elif out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"wrote {out}")
        output.next_step(f"circuits compose {circuit.title}")
