"""``circuits verify``: prove that a netlist of exact gates equals its integer reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import claims
from gatewright.cli.options import CircuitWords, JsonOption, TimeLimitOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatewright.circuits.circuit import Circuit


def verify(
    words: CircuitWords,
    exhaustive: Annotated[
        bool,
        typer.Option(
            "--exhaustive",
            help="Try every pattern, whatever their number.",
            show_default=False,
        ),
    ] = False,
    jobs: Annotated[
        int,
        typer.Option("--jobs", min=1, max=1024, metavar="N", help="Processes that try patterns."),
    ] = 1,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            help="A Dask scheduler whose workers try them instead.",
            show_default=False,
        ),
    ] = "",
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            "--record",
            metavar="FILE",
            help="Keep finished ranges here, and continue from them.",
            show_default=False,
        ),
    ] = None,
    time_limit: TimeLimitOption = 60.0,
    json: JsonOption = False,
) -> None:
    """Prove that a circuit of exact gates is what its integers say."""
    if not exhaustive and (jobs > 1 or scheduler or checkpoint is not None):
        raise UsageError(
            "--jobs, --scheduler and --checkpoint share out the patterns of --exhaustive",
            hint="add --exhaustive",
        )
    plugins = session.load("gates", "circuits")
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, clocked=True)
    if exhaustive and (circuit.netlist.clocked or circuit.netlist.table is not None):
        kept = "registers" if circuit.netlist.clocked else "a truth table"
        raise UsageError(
            f"{circuit.title} has {kept}, and --exhaustive compares the integers of circuits without",
            hint=f"leave it out, as in circuits verify {circuit.title}",
        )
    with output.Progress("trying patterns") as progress:
        if exhaustive:
            from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively

            versions = tuple(f"{each}" for each in plugins.plugins if not each.disabled)
            plan = Plan(jobs, scheduler, checkpoint, versions)
            claim = verify_exhaustively(circuit, elaborate_again, plan, watch=progress.update)
        else:
            from gatewright.circuits.verify.composition import prove_netlist

            claim = prove_netlist(circuit, time_limit=time_limit, watch=progress.update)
    if json:
        output.emit_json(
            "verify",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            outcome=claim.outcome,
            claims=[claims.as_json(claim)],
        )
    else:
        output.say(output.bold(circuit.title))
        output.say(claims.line(claim))
        if claim.counterexample is not None:
            output.say("", *claims.counterexample(claim, claim.counterexample))
    if claim.outcome in ("undecided", "sampled"):
        if claims.out_of_time(claim) and not json:
            longer = max(600, 10 * time_limit)
            output.next_step(f"circuits verify {circuit.title} --time-limit {longer:g}")
        raise typer.Exit(4)
    if claim.outcome == "refuted":
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits compose {circuit.title} --verify certificate")


def elaborate_again(name: str, parameters: Mapping[str, Any]) -> Circuit:
    """The same circuit in another process, from the plugins installed there."""
    plugins = session.load("gates", "circuits")
    return plugins.circuit(name).elaborate(parameters, plugins.gates)
