"""``circuits formats``: what can be read and written, and what each needs."""

from __future__ import annotations

import typer

from gatewright.cli import output
from gatewright.cli.options import JsonOption


def formats(json: JsonOption = False) -> None:
    """List the formats that circuits are read from and written in."""
    from gatewright.formats.registry import FORMATS

    if json:
        output.emit_json(
            "formats",
            formats=[
                {
                    "name": each.name,
                    "suffixes": list(each.suffixes),
                    "summary": each.summary,
                    "read": bool(each.reader),
                    "written": bool(each.writer),
                    "needs": each.extra,
                }
                for each in FORMATS
            ],
        )
        return
    rows = [
        (
            each.name,
            " ".join(each.suffixes),
            "yes" if each.reader else "–",
            "yes" if each.writer else "–",
            each.summary,
        )
        for each in FORMATS
    ]
    typer.echo(output.table(("format", "files", "read", "written", "what it is"), rows))
    typer.echo("\nfiles may be packed by gzip (.gz) or xz (.xz)")
    for each in FORMATS:
        if each.extra:
            typer.echo(f"{each.name} needs {each.extra}")
    output.next_step("circuits export ripple-adder --bits 4 --format verilog")
