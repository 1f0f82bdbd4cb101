"""``circuits equiv``: whether two circuits compute the same, whatever they are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import claims, output, session
from gatewright.cli.options import JsonOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.netlists.spec import Circuit
    from gatewright.netlists.verdict import Claim
    from gatewright.plugins.manager import Plugins


def equiv(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CIRCUIT CIRCUIT [--PARAMETER VALUE]...",
            help="Two circuits and their parameters, each for every circuit that has it; one's own "
            "follow its name, as in ripple-adder:from=half-adders,bits=8.",
            show_default=False,
        ),
    ],
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", min=0, metavar="SECONDS", help="How long a proof by SAT may take."
        ),
    ] = 60.0,
    json: JsonOption = False,
) -> None:
    """Prove that two circuits compute the same, or find where not."""
    from gatewright.netlists.miter import equivalence

    plugins = session.load("gates", "circuits")
    left, right = _two(plugins, words)
    with output.Progress("comparing") as progress, session.prints_elsewhere():

        def watch(method: str, done: int, total: int) -> None:
            progress.label(method)
            progress.update(done, total)

        claim = equivalence(left, right, time_limit=time_limit, watch=watch)
    if json:
        output.emit_json("equiv", **_as_json(left, right, claim))
    else:
        _show(left, right, claim)
    if claim.outcome == "undecided":
        if claim.method == "sat" and not json:
            longer = max(600, 10 * time_limit)
            output.next_step(f"circuits equiv {' '.join(words)} --time-limit {longer:g}")
        raise typer.Exit(4)
    if claim.outcome == "refuted":
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits show {left.title}")


def _two(plugins: Plugins, words: Sequence[str]) -> tuple[Circuit, Circuit]:
    """The two circuits that words name.

    Raises:
        UsageError: there are more or fewer, a parameter that neither has, or as in `session`.
    """
    named, shared, values = session.sort_words(words)
    if len(named) != 2:
        raise UsageError(
            f"name two circuits, not {len(named)}{': ' if named else ''}{' '.join(named)}",
            hint="as in kogge-stone ripple-adder --bits 64; 'circuits list' names them all",
        )
    session.refuse_values(session.Words("", shared, values))
    asked = [_own(word) for word in named]
    takes = [{each.name for each in plugins.circuit(one.circuit).parameters} for one in asked]
    for name in shared:
        if not any(name in own for own in takes):
            both = ", ".join(f"--{each}" for each in sorted(takes[0] | takes[1]))
            raise UsageError(
                f"neither circuit has a parameter --{name}", hint=f"they take {both or 'none'}"
            )
    left, right = (
        session.elaborate(
            plugins,
            dataclasses.replace(
                one,
                parameters={
                    **{name: value for name, value in shared.items() if name in own},
                    **one.parameters,
                },
            ),
        )
        for one, own in zip(asked, takes, strict=True)
    )
    return left, right


def _own(word: str) -> session.Words:
    """A circuit and the parameters after its name, as in ``ripple-adder:from=half-adders,bits=8``.

    Raises:
        UsageError: a parameter without a value, or given twice.
    """
    circuit, colon, rest = word.partition(":")
    parameters: dict[str, str] = {}
    for each in rest.split(",") if colon else ():
        name, given, value = each.partition("=")
        if not name or not given or not value:
            raise UsageError(
                f"'{word}' has a parameter without a value", hint=f"as in {circuit}:bits=8"
            )
        if name in parameters:
            raise UsageError(f"'{word}' gives {name} twice", hint="give it once")
        parameters[name] = value
    return session.Words(circuit, parameters, {})


def _show(left: Circuit, right: Circuit, claim: Claim) -> None:
    for circuit in (left, right):
        typer.echo(f"{output.bold(circuit.title)}: {len(circuit.netlist.instances)} gates")
    colour = {"proved": output.good, "refuted": output.bad}.get(claim.outcome, str)
    typer.echo(f"\nequal: {colour(claim.extent)}")
    found = claim.counterexample
    if found is None:
        return
    typer.echo(f"\nthey differ at {output.assignments(found.inputs)}")
    names = (left.spec.name, right.spec.name)
    if names[0] == names[1]:
        names = ("the first", "the second")
    for each in found.outputs:
        typer.echo(f"  {each.bus}: {names[0]} gives {each.got}, {names[1]} gives {each.wanted}")


def _as_json(left: Circuit, right: Circuit, claim: Claim) -> dict[str, Any]:
    return {
        "circuits": [
            {"circuit": each.spec.name, "parameters": dict(each.parameters)}
            for each in (left, right)
        ],
        "outcome": claim.outcome,
        "claims": [claims.as_json(claim)],
    }
