"""``circuits reproduce``: the reference systems, published figures beside ours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import output, session
from gatewright.cli.gates.walkthrough import explain_text, lecture
from gatewright.cli.options import JsonOption

if TYPE_CHECKING:
    from gatewright.plugins.builtin.published.figures import Figure, Report
    from gatewright.plugins.manager import Plugins


app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    epilog="Example: circuits reproduce", context_settings={"help_option_names": ["-h", "--help"]}
)
@output.alone()
def reproduce(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SYSTEM]...", help="Systems; all of them by default.", show_default=False
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run published learners and compare their figures with ours."""
    from gatewright.plugins.builtin.published.systems import reproduce as run
    from gatewright.plugins.builtin.published.systems import systems

    plugins = session.load()
    asked = systems(names or [])
    reports = []
    with output.Progress("reproducing") as progress:
        for done, name in enumerate(asked):
            progress.label(f"reproducing {name}")
            progress.update(done, len(asked))
            reports.append(run(name, plugins.recipes[name], plugins.gates))
    if json:
        output.emit_json("reproduce", systems=[_as_json(report) for report in reports])
    else:
        if names == ["xor-leaky-step"]:
            _show_step(plugins)
        for report in reports:
            _show(report)
        good = sum(report.reproduced for report in reports)
        output.say("rates, of 200 starts each, agree within three standard errors")
        output.say(f"{good} of {len(reports)} systems reproduced")
    failed = [report.system for report in reports if not report.reproduced]
    if failed:
        output.warn(f"not reproduced: {', '.join(failed)}")
        raise typer.Exit(1)
    if not json:
        output.next_step("circuits explain --recipe xor-leaky-step")


def _show_step(plugins: Plugins) -> None:
    named = plugins.recipes["xor-leaky-step"]
    dataset = named.dataset(plugins.gates)
    output.say(*explain_text.lines(lecture.tell(dataset, named.recipe, step=1, row=None, seed=0)))
    output.say("")


def _show(report: Report) -> None:
    agree = sum(figure.agrees for figure in report.figures)
    state = output.good("reproduced") if report.reproduced else output.bad("not reproduced")
    output.say(
        f"{output.bold(report.system)}: {report.summary}",
        f"{state}: {agree} of {len(report.figures)} figures agree",
        "",
    )
    header = ("figure", "published", "ours", "off by", "")
    rows = [
        (
            figure.quantity,
            figure.published,
            _like(figure),
            "" if math.isnan(figure.difference) else f"{figure.difference:.1e}",
            "" if figure.agrees else "✗",
        )
        for figure in report.figures
    ]
    output.say(*output.table(header, rows, right=(1, 2, 3)))
    output.say("")


def _like(figure: Figure) -> str:
    """Our figure with as many decimals as were published."""
    if math.isnan(figure.difference):
        return f"{figure.ours:.6g}"
    decimals = len(figure.published.partition(".")[2])
    return f"{figure.ours:.{max(decimals, 3)}f}"


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "system": report.system,
        "summary": report.summary,
        "reproduced": report.reproduced,
        "figures": [
            {
                "quantity": figure.quantity,
                "published": figure.published,
                "ours": figure.ours,
                "difference": figure.difference,
                "agrees": bool(figure.agrees),
            }
            for figure in report.figures
        ],
    }
