"""The composition certificate: a circuit of trained gates is exact because each of its gates is.

The theorem: in an acyclic netlist with one driver for each net, if every gate meets one discipline, and every
wire is off by at most the noise margin, then every wire carries a valid level of the bit that exact gates give,
at any depth, by induction along the levels. So the trained circuit equals its netlist of exact gates by their
datasheets, however large it is, and what is left is that the netlist of exact gates equals its integer
reference.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.gates.training.train import train
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> for claim in certify_circuit(circuit, gates).claims:
    ...     print(claim.extent)
    proved by datasheets (NM 0.45, 64 instances of 1 gate)
    proved by decision diagrams (all 2^129)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace

from gatewright.checks import check_mapping
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.patterns import EXHAUSTIVE_BITS, SAMPLES
from gatewright.circuits.verify.against_table import against_table
from gatewright.circuits.verify.algebra.everywhere import (
    by_algebra,
    carried_wrongly,
    goals_everywhere,
)
from gatewright.circuits.verify.diagrams.dont_cares import never_met
from gatewright.circuits.verify.diagrams.prove import prove as by_diagrams
from gatewright.circuits.verify.lemmas.prove import prove as by_lemmas
from gatewright.circuits.verify.sweeping import TIME_LIMIT
from gatewright.circuits.verify.sweeping import prove as by_sweeping
from gatewright.circuits.verify.verdict import EXACT, TRAINED, Claim, Outcome, Verdict
from gatewright.circuits.verify.verify import verify
from gatewright.gates.datasheet import doubt, rests_on
from gatewright.gates.trained import TrainedGate
from gatewright.logic.numerals import counted

FEW_NODES = 200_000
"""Nodes of decision diagrams before algebra is tried: about half a second."""

_TRIED = 2**10
"""Random patterns before algebra is tried."""


def certify_circuit(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    time_limit: float = TIME_LIMIT,
    watch: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Prove a circuit of trained gates: by datasheets, and its netlist by the method that proves most.

    A circuit that was read from a file is its netlist: its certificate is that of the datasheets alone. If it was
    read from a truth table, its netlist is compared with that table besides, and with its integers if it has been
    given any.
    Of others, those of few inputs are compared on every pattern; wider ones by decision diagrams, algebra or
    SAT sweeping, and where none decides, on a random sample.

    Of a circuit with registers, the circuit of one cycle is proved, in which every register takes its input
    through a trained buffer. Registers begin at exactly 0 or 1 and then hold what buffers drive, so it holds in
    every cycle. Of memories nothing is proved: they are taken on trust, and the claim names them.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist, and for the buffer of its registers.
        seed: of the random patterns.
        samples: how many.
        time_limit: of a proof by SAT, in seconds.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: the netlist is not a circuit.
    """
    if circuit.netlist.clocked:
        return Verdict((_over_time(circuit.netlist, gates),), None)
    composed = certificate(circuit.netlist, gates, settled=never_met(circuit))
    claims = [composed]
    if circuit.netlist.table is not None:
        claims.append(against_table(circuit, seed=seed, samples=samples, watch=watch))
    if circuit.spec.reference is not None:
        claims.append(
            prove_netlist(circuit, seed=seed, samples=samples, time_limit=time_limit, watch=watch)
        )
    return Verdict(tuple(claims), None)


def _over_time(netlist: Netlist, gates: Mapping[str, TrainedGate]) -> Claim:
    """Whether trained gates equal exact ones in every cycle."""
    once = certificate(cut(netlist, restored=True), gates)
    behind = f"{counted(len(netlist.registers), 'register')} behind buffers, so "
    trusted = [f"{memory}, which decides its pins at 1/2" for memory in netlist.memories]
    return replace(
        once,
        in_time=f"{behind if netlist.registers else ''}in every cycle",
        rests_on=" and ".join(filter(None, (once.rests_on, *trusted))),
    )


def prove_netlist(
    circuit: Circuit,
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    time_limit: float = TIME_LIMIT,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Whether the netlist of exact gates equals its integers, by the method that proves most.

    A circuit that was read from a truth table and has no integers is compared with that table.

    Args:
        circuit: with its parameters chosen.
        seed: of the random patterns.
        samples: how many, if nothing better can be done.
        time_limit: of a proof by SAT, in seconds.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: the netlist is not a circuit.
    """
    if circuit.netlist.table is not None:
        if circuit.spec.reference is None:
            return against_table(circuit, seed=seed, samples=samples, watch=watch)
        circuit = replace(circuit, netlist=replace(circuit.netlist, table=None))
    proof = None
    if not circuit.netlist.clocked and len(circuit.netlist.input_nets) > EXHAUSTIVE_BITS:
        proof = _proof(circuit, seed, time_limit, watch)
        if proof.outcome != "undecided":
            return proof
    (tried,) = verify(circuit, None, seed=seed, samples=samples, watch=watch).claims
    why = proof.reason if proof is not None and tried.outcome == "sampled" else tried.reason
    return replace(tried, reason=why)


def _proof(
    circuit: Circuit, seed: int, time_limit: float, watch: Callable[[int, int], None] | None
) -> Claim:
    """By the method that is likeliest to decide, then by the others; undecided if none does.

    Sums of products have no small diagrams, so they go to algebra first. Most else that diagrams decide is
    decided in half a second. Where a circuit is wrong polynomials grow, so some patterns are tried before.
    What follows its integers step by step is decided by SAT sweeping, and few others by larger diagrams.
    Blocks with integers of their own are there to be lemmas.
    """

    def part(block: Circuit) -> Claim:
        return prove_netlist(block, seed=seed, samples=_TRIED, time_limit=time_limit)

    methods: list[Callable[[], Claim]] = [
        lambda: by_diagrams(circuit, most_nodes=FEW_NODES, watch=watch)
    ]
    wanted = goals_everywhere(circuit)
    if wanted is not None or circuit.netlist.blocks:
        (tried,) = verify(circuit, None, seed=seed, samples=_TRIED).claims
        if tried.outcome == "refuted":
            return tried
        if tried.outcome == "undecided":  # no pattern that was tried lies in the domain
            wanted = None
    if wanted is not None:
        products = any(goal.products for goal in wanted)
        if products and (found := carried_wrongly(circuit)) is not None:
            return found
        methods.insert(0 if products else 1, lambda: by_algebra(circuit, wanted, watch))
    if circuit.netlist.blocks:
        methods.insert(0, lambda: by_lemmas(circuit, part, time_limit=time_limit, watch=watch))
    methods.append(lambda: by_sweeping(circuit, time_limit=time_limit, watch=watch))
    methods.append(lambda: by_diagrams(circuit, watch=watch))
    reasons: dict[Callable[[], Claim] | str, str] = {}
    for method in methods:
        proof = method()
        if proof.outcome != "undecided":
            return proof
        # What diagrams of few nodes say is said again of more.
        reasons[proof.method if proof.method == "decision diagrams" else method] = proof.reason
    return replace(proof, reason="; ".join(dict.fromkeys(reasons.values())))


def certificate(
    netlist: Netlist, gates: Mapping[str, TrainedGate], *, settled: Set[str] = frozenset()
) -> Claim:
    """Whether a netlist of trained gates equals the same netlist of exact gates, by datasheets.

    Linear in the number of instances; each gate's datasheet is proved anew, once. Nothing is proved of
    don't-care rows, so a gate that has some is certified only where no instance ever meets one.

    Args:
        netlist: with exact gates.
        gates: a trained gate for each of its gates.
        settled: gates with don't-care rows that are known never to be met.

    Raises:
        NetlistError: the netlist is not a circuit: a net is undriven or driven twice, or there is a cycle.
    """
    check_mapping(gates, "trained gates by name", "as in circuit.train().gates")
    netlist.check()
    inputs = len(netlist.input_nets)
    first: dict[str, str] = {}
    for each in netlist.instances:
        first.setdefault(each.gate, each.name)
    reason = mend = narrowest = ""
    agreed = None
    for kind, instance in first.items():
        problem = _problem(netlist, kind, gates.get(kind))
        mend = kind if problem else ""
        if not problem and kind not in settled and not netlist.gates[kind].table.care.all():
            problem = (
                "has don't-care rows, for which nothing is proved, and the circuit may reach one"
            )
        if not problem:
            sheet = gates[kind].datasheet
            assert sheet is not None  # noqa: S101 - `_problem` has looked
            agreed = agreed or (sheet.discipline, instance, kind)
            if sheet.vol != agreed[0].vol:
                problem = (
                    f"is proved for VIL {sheet.vil:g}, VOL {sheet.vol:g}, but '{agreed[1]}' for "
                    f"VIL {agreed[0].vil:g}, VOL {agreed[0].vol:g}"
                )
                mend = kind if sheet.vol else agreed[2]  # gates are exact by default
            elif sheet.vil < agreed[0].vil:
                # Its boxes lie in those of a wider margin: all gates are proved for the narrowest.
                agreed = (sheet.discipline, instance, kind)
                narrowest = kind
            elif sheet.vil > agreed[0].vil:
                narrowest = agreed[2]
        if problem:
            reason = f"not certified: the gate '{kind}' of instance '{instance}' {problem}"
            break
    basis = f"{counted(len(netlist.instances), 'instance')} of {counted(len(first), 'gate')}"
    for kind in first:
        open_rows = int((~netlist.gates[kind].table.care.all(1)).sum())
        if open_rows:  # what was proved is all but these
            basis += f"; '{kind}' has {counted(open_rows, _LOOSE)}, which no instance meets"
    made = (gates[kind] for kind in first if kind in gates)
    stated = [words for gate in made if (words := rests_on(gate.architecture))]
    if agreed is not None:
        whose = f" of '{narrowest}', others tolerate more" if narrowest else ""
        basis = f"NM {agreed[0].noise_margin:g}{whose}, {basis}"
    outcome: Outcome = "undecided" if reason else "proved"
    return Claim(
        TRAINED,
        EXACT,
        "datasheets",
        len(netlist.instances),
        inputs,
        outcome,
        reason=reason,
        basis=basis,
        rests_on=" and ".join(dict.fromkeys(stated)),
        mend=mend if reason else narrowest,
    )


_LOOSE = "don't-care row"


def _problem(netlist: Netlist, kind: str, gate: TrainedGate | None) -> str:
    """Why a gate cannot be relied on; empty if it can."""
    if gate is None:
        return "is not trained"
    if gate.spec.table.digest != netlist.gates[kind].table.digest:
        return "was trained for another truth table"
    if gate.datasheet is None:
        return "has no datasheet"
    wrong = doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
    return f"has a datasheet that {wrong}" if wrong else ""
