"""``circuits compose``: wire trained gates into a circuit and check it against exact logic."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import claims
from gatewright.cli.options import (
    CircuitWords,
    JsonOption,
    LibraryOption,
    NoiseOption,
    SamplesOption,
    SeedOption,
    SignalOption,
    SpecOption,
    StoreOption,
    TimeLimitOption,
)
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.verify.verdict import Verdict


MOST_VALUES = 8
"""Most buses for which the next step gives values."""


def compose(
    words: CircuitWords,
    how: Annotated[
        Literal["patterns", "certificate"],
        typer.Option(
            "--verify",
            help="Compare patterns, or prove it from the gates' datasheets.",
        ),
    ] = "patterns",
    spec: SpecOption = None,
    signal: SignalOption = "raw",
    noise: NoiseOption = 0.0,
    samples: SamplesOption = 2**16,
    library: LibraryOption = None,
    time_limit: TimeLimitOption = 60.0,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Wire trained gates into a circuit; check it, or prove it."""
    if how == "certificate" and (noise or signal != "raw"):
        raise UsageError(
            "a certificate covers raw signals and all noise within the margin",
            hint="leave out --noise and --signal, or choose --verify patterns",
        )
    from gatewright.circuits.clocked.cut import gates_of

    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    if spec:
        circuit = circuit.specified(*spec)
    specs = gates_of(circuit.netlist)
    gates = session.ready_gates(specs, session.open_store(store), seed)
    with output.Progress("checking") as progress:
        if how == "certificate":
            from gatewright.circuits.verify.composition import certify_circuit

            verdict = certify_circuit(
                circuit,
                gates,
                seed=seed,
                samples=samples,
                time_limit=time_limit,
                watch=progress.update,
            )
        else:
            from gatewright.circuits.verify.verify import verify

            verdict = verify(
                circuit,
                gates,
                signal=signal,
                noise=noise,
                seed=seed,
                samples=samples,
                watch=progress.update,
            )
    if json:
        told = {"specification": spec} if spec else {}
        output.emit_json("compose", **_as_json(circuit, verdict, signal, noise), **told)
    else:
        _show(circuit, verdict, signal, noise, spec or ())
    if not json and any(claims.out_of_time(claim) for claim in verdict.claims):
        longer = max(600, 10 * time_limit)
        said = "".join(f" --spec {shell_word(text)}" for text in spec or ())
        output.next_step(
            f"circuits compose {circuit.title}{said} --verify certificate --time-limit {longer:g}"
        )
    if verdict.outcome == "undecided" or (how == "certificate" and verdict.outcome == "sampled"):
        raise typer.Exit(4)
    if verdict.outcome == "refuted":
        raise typer.Exit(1)
    if not json:
        output.next_step(_next(circuit))


def _next(circuit: Circuit) -> str:
    if circuit.netlist.clocked:
        return f"circuits simulate {circuit.title}"
    buses = [shell_word(f"{bus.name}=1") for bus in circuit.netlist.inputs if bus.default is None]
    if len(buses) > MOST_VALUES:
        return f"circuits show {circuit.title}"
    return f"circuits run {circuit.title} {' '.join(buses)}"


def _show(
    circuit: Circuit, verdict: Verdict, signal: str, noise: float, spec: Sequence[str]
) -> None:
    output.say(f"{output.bold(circuit.title)}: {output.made_of(circuit.netlist)}")
    carried = (
        "raw activations, nothing rounded in between"
        if signal == "raw"
        else "rounded at every gate"
    )
    off = f"; every wire off by up to ±{noise:g}" if noise else ""
    output.say(f"signals: {carried}{off}", *(f"specification: {text}" for text in spec), "")
    for claim in verdict.claims:
        output.say(claims.line(claim))
    for claim in verdict.claims:
        if claim.counterexample is not None:
            output.say("", *claims.counterexample(claim, claim.counterexample))
    if verdict.worst is None:
        return
    quiet = ", its own noise left out" if noise else ""
    if verdict.worst.distance == 0:
        output.say("", f"every wire lies exactly on its logic value{quiet}")
    elif verdict.worst.net:
        output.say(
            "",
            f"farthest wire from its logic value{quiet}: {verdict.worst.net}, by "
            f"{verdict.worst.distance:.4f} at {output.assignments(verdict.worst.inputs, short=True)}",
        )


def _as_json(circuit: Circuit, verdict: Verdict, signal: str, noise: float) -> dict[str, Any]:
    worst = verdict.worst
    netlist = circuit.netlist
    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "signal": signal,
        "noise": noise,
        "gates": dict(sorted(Counter(each.gate for each in netlist.instances).items())),
        "outcome": verdict.outcome,
        "claims": [claims.as_json(claim) for claim in verdict.claims],
        "worst_wire": dataclasses.asdict(worst) if worst is not None and worst.net else None,
    }
