"""``circuits datasheet``: what trained gates guarantee."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import complete, hints, output, session
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import StoreError, UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatewright.certify.prover import Proof
    from gatewright.gates.datasheet import Datasheet
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.plugins.manager import Plugins


def datasheet(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GATE]...",
            autocompletion=complete.gates,
            help="Gates to tell about.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Tell about every gate.", show_default=False)
    ] = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print what trained gates guarantee, and how it was proved."""
    if bool(names) == every:
        raise UsageError(
            "name the gates, or give --all" if not every else "gates are named and --all is given",
            hint="as in 'circuits datasheet full-adder'",
        )
    plugins = session.load("gates", store=store)
    shelf = session.open_store(store)
    if every:
        specs, bad = _all(plugins, shelf)
    else:
        specs, bad = [plugins.gate(name) for name in dict.fromkeys(names or [])], {}
    gates = list(session.ready_gates(specs, shelf, seed).values())
    with output.Progress("proving"):
        _check(gates)
    if json:
        told = [{"name": name, "state": state} for name, (state, _) in bad.items()]
        output.emit_json("datasheet", gates=[_as_json(gate) for gate in gates] + told)
    else:
        _say(gates, {name: state for name, (state, _) in bad.items()}, shelf)
    _refuse(bad)


def _say(gates: list[TrainedGate], bad: Mapping[str, str], shelf: Store) -> None:
    if len(gates) == 1 and not bad:
        _show(gates[0])
    else:
        _list(gates, bad)
    if bad or not gates:
        return
    name, hardened = gates[0].spec.name, set(gates[0].architecture.activations) == {"clipped"}
    if gates[0].datasheet is not None and len(gates) == 1 and hardened:
        output.next_step(f"circuits certificate check {shell_word(str(shelf.path(name)))}")
    elif len(gates) == 1 and not hardened:  # which a certificate in exact arithmetic needs
        output.next_step(f"circuits train {shell_word(name)}")
    else:
        output.next_step("circuits compose ripple-adder --bits 64 --verify certificate")


def _all(plugins: Plugins, shelf: Store) -> tuple[list[GateSpec], dict[str, tuple[str, str]]]:
    """Every gate, with those that only the store knows; by name the state of unusable files, and why."""
    from gatewright.cli.gates.gates import own_names
    from gatewright.gates.store.store import standing_of

    specs: list[GateSpec] = []
    bad: dict[str, tuple[str, str]] = {}
    for name in [*plugins.gates, *own_names(plugins, shelf)]:
        try:
            spec = plugins.gate(name)
            state, error = shelf.status(spec)
        except StoreError as unread:
            state, error = standing_of(unread), unread
        if error is not None:
            bad[name] = (state, hints.told(error))
        else:
            specs.append(spec)
    return specs, bad


def _refuse(bad: Mapping[str, tuple[str, str]]) -> None:
    """Say what is wrong with each, a line each.

    Raises:
        StoreError: there are any; with what is said of the last.
    """
    reasons = [why for _, why in bad.values()]
    for why in reasons[:-1]:
        output.warn(why)
    if reasons:
        raise StoreError(reasons[-1])


def _show(gate: TrainedGate) -> None:
    from gatewright.gates.training.again import earlier

    sheet = gate.datasheet
    output.say(f"{output.bold(gate.spec.name)}: {output.network(gate.architecture)}")
    if sheet is None:
        output.say(f"nothing is proved of it; {_why_not(gate)}")
        return
    proof, seconds = _again(gate, sheet)
    rows = [
        ("VIL", f"{sheet.vil:g}", "highest input that counts as 0"),
        ("VIH", f"{1 - sheet.vil:g}", "lowest input that counts as 1"),
        ("VOL", f"{sheet.vol:g}", "highest output for a 0"),
        ("VOH", f"{1 - sheet.vol:g}", "lowest output for a 1"),
        ("NM", f"{sheet.noise_margin:g}", "noise margin, VIL - VOL"),
        ("largest NM", f"{sheet.widest:.4f}", "the most that can be proved"),
        (
            "weight tolerance",
            f"{sheet.weight_tolerance * 100:.2f} %",
            "error all weights may have",
        ),
        ("parameters", str(gate.architecture.parameters), "weights and biases"),
        ("bits a weight", str(sheet.weight_bits), _grid(sheet)),
        ("largest weight", f"{sheet.largest_weight:g}", "or bias"),
        ("worst gain", f"{sheet.worst_gain:.0f}", "bound on output change per input change"),
        ("arithmetic", ", ".join(sheet.precisions), "that the proof holds for"),
        ("weights", sheet.digest[:16] + "…", "SHA-256 of what this is about"),
    ]
    output.say("")
    output.say(*output.table(("figure", "value", "meaning"), rows))
    cut = f", cut up to {proof.depth} times" if proof.depth else ", none of them cut"
    output.say(
        "",
        f"{output.good('proved')} by interval bounds on {proof.boxes} boxes{cut}; "
        f"again now, in {seconds * 1e3:.2g} ms",
    )
    if earlier(gate):
        output.say("", output.of_earlier_version([gate.spec.name]))


def _grid(sheet: Datasheet) -> str:
    from gatewright.gates.datasheet import FULL_BITS

    if sheet.weight_bits == FULL_BITS:
        return "as trained"
    return "whole numbers times a power of two"


def _again(gate: TrainedGate, sheet: Datasheet) -> tuple[Proof, float]:
    """The proof, made anew, and the seconds it takes."""
    from gatewright.certify.prover import prove
    from gatewright.gates.datasheet import rows_of

    rows = rows_of(gate.spec)
    started = time.perf_counter()
    proof = prove(gate.architecture, gate.theta[None], rows, [sheet.discipline])[0]
    return proof, time.perf_counter() - started


def _check(gates: list[TrainedGate]) -> None:
    """Refuse to print what cannot be proved of the weights again.

    Raises:
        StoreError: a datasheet says something that does not hold.
    """
    from gatewright.gates.datasheet import doubt

    for gate in gates:
        if gate.datasheet is not None:
            wrong = doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
            if wrong:
                raise StoreError(
                    f"the datasheet of '{gate.spec.name}' {wrong}",
                    hint=f"train it anew with 'circuits train {gate.spec.name}'",
                )


def _why_not(gate: TrainedGate) -> str:
    from gatewright.certify.prover import MOST_INPUTS

    if len(gate.spec.table.inputs) > MOST_INPUTS:
        return f"gates of up to {MOST_INPUTS} inputs can be proved"
    return f"'circuits train {gate.spec.name}' makes a gate that is"


def _list(gates: list[TrainedGate], bad: Mapping[str, str]) -> None:
    header = ("gate", "NM", "largest NM", "VOL", "weight tol.", "parameters", "bits", "boxes")
    rows: list[tuple[str, ...]] = []
    for gate in gates:
        sheet = gate.datasheet
        if sheet is None:
            figures: tuple[str, ...] = (
                "–",
                "–",
                "–",
                "–",
                str(gate.architecture.parameters),
                "–",
                "–",
            )
        else:
            figures = (
                f"{sheet.noise_margin:g}",
                f"{sheet.widest:.4f}",
                f"{sheet.vol:g}",
                f"{sheet.weight_tolerance * 100:.2f} %",
                str(gate.architecture.parameters),
                str(sheet.weight_bits),
                str(sheet.boxes),
            )
        rows.append((gate.spec.name, *figures))
    rows += [(name, state, *["–"] * (len(header) - 2)) for name, state in bad.items()]
    output.say(*output.table(header, rows, right=range(1, len(header))))
    unproved = [gate.spec.name for gate in gates if gate.datasheet is None]
    if unproved:
        output.say("", f"nothing is proved of {', '.join(unproved)}")


def _as_json(gate: TrainedGate) -> dict[str, Any]:
    sheet = gate.datasheet
    plain: dict[str, Any] = {"name": gate.spec.name, "parameters": gate.architecture.parameters}
    if sheet is None:
        return plain | {"proved": False, "reason": _why_not(gate)}
    proof, seconds = _again(gate, sheet)
    return plain | {
        "proved": True,
        "noise_margin": sheet.noise_margin,
        "largest_noise_margin": sheet.widest,
        "vil": sheet.vil,
        "vih": 1 - sheet.vil,
        "vol": sheet.vol,
        "voh": 1 - sheet.vol,
        "weight_tolerance": sheet.weight_tolerance,
        "weight_bits": sheet.weight_bits,
        "largest_weight": sheet.largest_weight,
        "worst_gain": sheet.worst_gain,
        "precisions": list(sheet.precisions),
        "boxes": proof.boxes,
        "depth": proof.depth,
        "seconds": seconds,
        "network": list(gate.architecture.sizes),
        "activations": list(gate.architecture.activations),
        "digest": sheet.digest,
    }
