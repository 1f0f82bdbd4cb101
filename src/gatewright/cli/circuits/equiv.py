"""``circuits equiv``: whether two circuits compute the same, whatever they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import new_files, output, session
from gatewright.cli.circuits import claims, equiv_trace
from gatewright.cli.equiv_words import two
from gatewright.cli.options import ForceOption, JsonOption, TimeLimitOption
from gatewright.text import listed, shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.verify.verdict import Claim, Trace


def equiv(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CIRCUIT CIRCUIT [--PARAMETER VALUE]... [PORT=PORT|VALUE]...",
            help="Two circuits or files, and parameters for every circuit that has them; one's own follow "
            "its name, as in ripple-adder:from=half-adders,bits=8. f=sum pairs a port of the first with "
            "one of the second, x0..x7=a or x0..x6,sign=a a row of ports with the bits of one, least significant "
            "first, cin=0 holds an input at a value.",
            show_default=False,
        ),
    ],
    time_limit: TimeLimitOption = 60.0,
    initial: Annotated[
        Literal["any", "0", "1"],
        typer.Option(
            "--init",
            help="What registers hold at first of which a circuit does not say it.",
        ),
    ] = "any",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write inputs on which they differ, for 'circuits simulate --stimulus'.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Prove that two circuits are equal, or find where they differ."""
    from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time

    if out is not None:
        new_files.check_new(out, force=force)
    plugins = session.load("gates", "circuits")
    left, right, fitting = two(plugins, words)
    with output.Progress("comparing") as progress:
        claim = equivalence_in_time(
            left, right, initial=initial, time_limit=time_limit, watch=progress.follow
        )
    if claim.counterexample is not None and claim.trace is None:
        from gatewright.circuits.grading.smallest import smallest
        from gatewright.circuits.verify.pairs import paired

        claim = smallest(paired(left, right), claim)
    if json:
        output.emit_json("equiv", **_as_json(left, right, fitting, claim))
    else:
        _show(left, right, fitting, claim)
    trace = claim.trace
    if trace is None and claim.counterexample is not None and out is not None:
        trace = equiv_trace.of_one_cycle(claim.counterexample)
    if trace is not None:
        _trace(left, right, fitting, trace, out, initial, force=force, json=json)
    if claim.outcome == "undecided":
        if claim.method in ("sat", "cycles") and not json:
            longer = max(600, 10 * time_limit)
            output.next_step(
                f"circuits equiv {' '.join(map(shell_word, words))} --time-limit {longer:g}"
            )
        raise typer.Exit(4)
    if claim.outcome == "refuted":
        if claim.trace is not None and claim.trace.begins and not json:
            output.next_step(f"circuits equiv {' '.join(map(shell_word, words))} --init 0")
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits show {left.title}")


def _trace(
    left: Circuit,
    right: Circuit,
    fitting: Mapping[str, str],
    trace: Trace,
    out: Path | None,
    initial: str,
    *,
    force: bool,
    json: bool,
) -> None:
    """Write what tells two circuits with registers apart, and say how to replay it."""
    if out is not None:
        held = {name: int(value) for name, value in fitting.items() if value.isdecimal()}
        new_files.write_new(out, equiv_trace.stimulus(trace, held), force=force)
    if json:
        return
    if out is None:
        output.say("", *equiv_trace.lines(trace))
    else:
        output.say(f"wrote {out}")
        for circuit in (left, right):
            output.next_step(equiv_trace.replays(circuit, trace, out, initial))


def _by_number(left: Circuit, right: Circuit) -> list[str]:
    """The buses whose bits belong together by their numbers, and not by what they weigh, with their ranges."""
    from gatewright.circuits.numbering import by_number, span

    mine, theirs = left.netlist, right.netlist
    found = by_number((*mine.inputs, *mine.outputs), (*theirs.inputs, *theirs.outputs))
    return [f"{bus.name}{span(bus)}" for bus in found]


def _show(left: Circuit, right: Circuit, fitting: Mapping[str, str], claim: Claim) -> None:
    from gatewright.circuits.grading.made_of import made_of

    for circuit in (left, right):  # an input held at a value is a constant, which is not a gate
        gates = output.counted(sum(made_of(circuit.netlist)[0].values()), "gate")
        output.say(f"{output.bold(circuit.title)}: {gates}")
    if fitting:
        output.say(f"with {', '.join(f'{name} = {what}' for name, what in fitting.items())}")
    named = _by_number(left, right)
    if named:
        output.say(
            f"bit by bit of the same number, whatever it weighs: {listed(named)} "
            "(a list of bits does not say which is the least significant)"
        )
    colour = {"proved": output.good, "refuted": output.bad}.get(claim.outcome, str)
    output.say("", f"equal: {colour(claim.extent)}")
    found = claim.counterexample
    if found is None:
        return
    from gatewright.logic.numerals import as_text

    output.say("", f"they differ at {output.assignments(found.inputs)}")
    names = (left.spec.name, right.spec.name)
    if names[0] == names[1]:
        names = ("the first", "the second")
    for each in found.outputs:
        got, wanted = (
            "no number" if value is None else as_text(value) for value in (each.got, each.wanted)
        )
        output.say(f"  {each.bus}: {names[0]} gives {got}, {names[1]} gives {wanted}")


def _as_json(
    left: Circuit, right: Circuit, fitting: Mapping[str, str], claim: Claim
) -> dict[str, Any]:
    return {
        "circuits": [
            {"circuit": each.spec.name, "parameters": dict(each.parameters)}
            for each in (left, right)
        ],
        "fitting": dict(fitting),
        "paired_by_number": _by_number(left, right),
        "outcome": claim.outcome,
        "claims": [claims.as_json(claim)],
    }
