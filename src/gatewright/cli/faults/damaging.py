"""Damage to the weights of a circuit's gates: how much they take, what one does, and its repair."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gatewright.cli import new_files, output
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.api.trained_circuit import TrainedCircuit
    from gatewright.circuits.verify.verdict import Verdict
    from gatewright.gates.damage.survey import Survey
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.repair import Repaired

OUTCOMES = {
    "certified": "certificate holds",
    "right": "only bits right",
    "wrong": "an answer changes",
}


def show_survey(neural: TrainedCircuit, where: str, *, seed: int, json: bool) -> None:
    """Print what becomes of a gate when each of its weights is damaged, all of them, and its inputs."""
    from gatewright.circuits.faults.placing import place_of
    from gatewright.gates.damage.damage import HOWS

    gate = neural.gates[place_of(neural.circuit.netlist, where)]
    with output.Progress(f"damaging {gate.spec.name}"):
        found = gate.damages(seed=seed)
    if json:
        output.emit_json("damages", **_survey_json(gate, found))
        return
    title = neural.circuit.title
    output.say(
        f"{output.bold(gate.spec.name)}: {output.network(gate.architecture)}, "
        f"{gate.architecture.parameters} parameters",
        "",
    )
    rows = []
    for how in HOWS:
        counts = [found.count(how, outcome) for outcome in ("certified", "right", "wrong")]
        if sum(counts):
            name = "a bit flipped" if how == HOWS[-1] else how
            rows.append([name, *(f"{count:,}" for count in (sum(counts), *counts))])
    header = ["one weight", "tried", *OUTCOMES.values()]
    output.say(*output.table(header, rows, right=range(1, len(header))), "")
    whole, noise = found.tolerance, found.noise
    limits = [
        [
            "all weights off by",
            *(_percent(each) for each in (whole.claimed, whole.lost, whole.wrong)),
        ],
        ["all inputs off by", *(_level(each) for each in (noise.widest, noise.lost, noise.wrong))],
    ]
    output.say(
        *output.table(
            ["", "proved up to", "certificate lost at", "an answer changes at"],
            limits,
            right=(1, 2, 3),
        )
    )
    if (
        example := next(
            (
                each
                for each, came in zip(found.damages, found.outcomes, strict=True)
                if came == "right"
            ),
            None,
        )
    ) is not None:
        damage = shell_word(f"{where}: {example}")
        output.next_step(f"circuits faults {title} --damage {damage} --repair")


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if share else "not found"


def _level(noise: float) -> str:
    return f"{noise:.3g}" if noise else "not found"


def _survey_json(gate: TrainedGate, found: Survey) -> dict[str, Any]:
    return {
        "gate": gate.spec.name,
        "parameters": gate.architecture.parameters,
        "tolerance": asdict(found.tolerance),
        "noise": asdict(found.noise),
        "damages": [
            {"damage": str(each), **asdict(each), "outcome": outcome}
            for each, outcome in zip(found.damages, found.outcomes, strict=True)
        ],
    }


def show_damage(
    neural: TrainedCircuit,
    where: str,
    damage: str,
    out: Path | None,
    *,
    repair: bool,
    force: bool,
    time_limit: float,
    seed: int,
    json: bool,
) -> None:
    """Print what one damage does to its gate and to the circuit; then repair it, where that is asked for."""
    broken = neural.damaged(where, damage)
    (name,) = (name for name, gate in broken.gates.items() if neural.gates.get(name) is not gate)
    gate = broken.gates[name]
    wrong = _wrong_rows(gate)
    with output.Progress("simulating") as progress:
        showed = broken.showed(seed=seed, time_limit=time_limit)
        found = neural.circuit.diagnose(showed, watch=progress.follow)
    from gatewright.circuits.faults.placing import place_of
    from gatewright.cli.faults.suspects import show_suspects, showed_file, suspects_json

    what = f"{where}: {damage}"
    if out is not None:
        new_files.write_new(out, showed_file(neural.circuit, showed, what, out), force=force)
    state = "certified" if gate.datasheet is not None else "wrong" if wrong else "right"
    fixed, verdict = _repaired(broken, name, time_limit, seed) if repair else (None, None)
    if json:
        output.emit_json(
            "damage",
            place=where,
            damage=damage,
            outcome=state,
            wrong_rows=wrong,
            diagnosis=suspects_json(neural.circuit, found),
            repair=_repair_json(fixed, verdict),
        )
    else:
        kind = place_of(neural.circuit.netlist, where)
        of = "" if where == kind else f", {kind}"
        output.say(f"{output.bold(where)}{of}: {damage}: {_state(state, wrong)}", "")
        show_suspects(neural.circuit, found, "the damaged circuit", listed=where != kind)
        if fixed is not None and verdict is not None:
            _show_repair(where, fixed, verdict)
        if out is not None:
            output.say("", f"wrote {out}")
    if verdict is not None and verdict.outcome in ("refuted", "undecided"):
        raise typer.Exit(1 if verdict.outcome == "refuted" else 4)
    if not json and not repair and state != "certified":
        output.next_step(
            f"circuits faults {neural.circuit.title} --damage {shell_word(what)} --repair"
        )


def _state(state: str, wrong: list[str]) -> str:
    if state == "certified":
        return output.good("the certificate holds")
    if state == "right":
        return "the bits are right, the certificate is lost"
    more = f" and {len(wrong) - 3} more" * (len(wrong) > 3)
    return f"{output.bad('an answer changes')}, at {', '.join(wrong[:3])}{more}"


def _wrong_rows(gate: TrainedGate) -> list[str]:
    """The rows in which a gate gives another answer, as ``011 → 10``."""
    from gatewright.gates.trained import decide

    table = gate.spec.table
    given = decide(gate.learned())
    wrong = ((given != table.values) & (table.care > 0)).any(1)
    return [
        f"{''.join(map(str, table.patterns[row].tolist()))} → {''.join(map(str, given[row].tolist()))}"
        for row in wrong.nonzero()[0].tolist()
    ]


def _repaired(
    broken: TrainedCircuit, name: str, time_limit: float, seed: int
) -> tuple[Repaired, Verdict]:
    """The gate trained again, and the circuit proved once more."""
    import dataclasses

    with output.Progress("training again") as progress:
        fixed = broken.gates[name].repaired(seed=seed)
        progress.label("proving")
        whole = dataclasses.replace(broken, gates={**broken.gates, name: fixed.gate})
        return fixed, whole.certify(seed=seed, time_limit=time_limit, watch=progress.update)


def _show_repair(where: str, fixed: Repaired, verdict: Verdict) -> None:
    from gatewright.cli.circuits import claims

    how = "anew: its weights led nowhere" if fixed.anew else "from the weights it has"
    sheet = fixed.gate.datasheet
    moved = f"{fixed.moved} of {output.counted(len(fixed.gate.theta), 'parameter')} moved"
    assert sheet is not None  # noqa: S101 - a repaired gate is proved
    output.say(
        "",
        f"{output.bold(where)} was trained again {how}; {moved}; certified: NM {sheet.noise_margin:g}, "
        f"weight tolerance {_percent(sheet.weight_tolerance)}",
        *(claims.line(claim) for claim in verdict.claims),
    )


def _repair_json(fixed: Repaired | None, verdict: Verdict | None) -> dict[str, Any] | None:
    from gatewright.cli.circuits import claims

    if fixed is None or verdict is None or fixed.gate.datasheet is None:
        return None
    return {
        "anew": fixed.anew,
        "moved": fixed.moved,
        "digest": fixed.gate.digest,
        "noise_margin": fixed.gate.datasheet.noise_margin,
        "weight_tolerance": fixed.gate.datasheet.weight_tolerance,
        "outcome": verdict.outcome,
        "claims": [claims.as_json(claim) for claim in verdict.claims],
    }
