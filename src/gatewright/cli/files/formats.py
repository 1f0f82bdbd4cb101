"""``circuits formats``: what can be read and written, and what each needs."""

from __future__ import annotations

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
                for each in FORMATS.values()
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
        for each in FORMATS.values()
    ]
    output.say(*output.table(("format", "files", "read", "written", "what it is"), rows))
    output.say("", "files may be packed by gzip (.gz) or xz (.xz)")
    for each in FORMATS.values():
        if each.extra:
            output.say(f"{each.name} needs {each.extra}")
    output.next_step("circuits export ripple-adder --bits 4 --format verilog")
