"""What ``circuits map`` prints: the gates of the mapped circuit, and what is proved of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli import output
from gatewright.cli.circuits import claims

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Netlist
    from gatewright.circuits.verify.verdict import Claim
    from gatewright.gates.trained import TrainedGate

MOST_KINDS = 8
"""Most kinds of gates with a line of their own."""


def show(
    source: Circuit,
    netlist: Netlist,
    library: str,
    gates: Mapping[str, TrainedGate],
    found: Sequence[Claim],
) -> None:
    """Print what a circuit was mapped to, and what is proved of it."""
    from gatewright.circuits.program import kept

    kinds = Counter(each.gate for each in netlist.instances)
    about = [output.counted(len(netlist.instances), "gate")]
    about += kept(netlist)
    if gates:
        about.append(output.counted(_parameters(netlist, gates), "parameter"))
    output.say(
        f"{output.bold(source.title)} mapped to {library}: {', '.join(about)}, depth {_depth(netlist)}"
    )
    if gates:
        output.say("")
        output.say(*_table(kinds, gates))
    output.say("")
    for claim in found:
        output.say(claims.line(claim))
    for claim in found:
        if claim.counterexample is not None:
            output.say("", *claims.counterexample(claim, claim.counterexample))


def _table(kinds: Counter[str], gates: Mapping[str, TrainedGate]) -> list[str]:
    """The gates used most, what each computes, and the parameters of all of a kind."""
    from gatewright.formats.liberty.writer import expression

    rows = []
    ordered = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    shown = ordered if len(ordered) <= MOST_KINDS else ordered[: MOST_KINDS - 1]
    for kind in shown:
        table = gates[kind].spec.table
        functions = ", ".join(expression(ones, table.inputs) for ones in table.ones)
        size = gates[kind].architecture.parameters
        rows.append((kind, functions, str(kinds[kind]), str(kinds[kind] * size)))
    rest = ordered[len(shown) :]
    if rest:
        size = sum(kinds[kind] * gates[kind].architecture.parameters for kind in rest)
        count = sum(kinds[kind] for kind in rest)
        rows.append((f"{len(rest)} more kinds", "", str(count), str(size)))
    return output.table(("gate", "function", "count", "parameters"), rows, right=(2, 3))


def _parameters(netlist: Netlist, gates: Mapping[str, TrainedGate]) -> int:
    return sum(gates[each.gate].architecture.parameters for each in netlist.instances)


def _depth(netlist: Netlist) -> int:
    """Gates on the longest way through one cycle."""
    from gatewright.circuits.clocked.cut import cut
    from gatewright.circuits.program import compile_netlist

    return compile_netlist(cut(netlist)).depth


def as_json(
    source: Circuit,
    netlist: Netlist,
    library: str,
    gates: Mapping[str, TrainedGate],
    found: Sequence[Claim],
) -> dict[str, Any]:
    """The same as plain values."""
    order = ("refuted", "undecided", "sampled", "proved")
    return {
        "circuit": source.spec.name,
        "parameters": dict(source.parameters),
        "library": library,
        "gates": dict(sorted(Counter(each.gate for each in netlist.instances).items())),
        "instances": len(netlist.instances),
        "gate_parameters": _parameters(netlist, gates) if gates else None,
        "depth": _depth(netlist),
        "outcome": min((claim.outcome for claim in found), key=order.index),
        "claims": [claims.as_json(claim) for claim in found],
    }
