"""Proving a circuit by lemmas: its blocks are their integers, and with those in their place it is its own.

Each block is proved as any circuit is, by whatever decides it: a multiplier by algebra, a comparison by diagrams.
Of blocks that are the same one is proved. Then SAT sweeping compares the rest with the circuit's integers.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.circuits.builders.multipliers import wallace_product
    >>> from gatewright.circuits.spec import CircuitSpec
    >>> from gatewright.circuits.verify.composition import prove_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> def build(circuit):
    ...     a, b, c = (circuit.input_bus(name, 16) for name in "abc")
    ...     with circuit.block("times", reference=times, inputs={"a": a, "b": b}) as block:
    ...         product = wallace_product(circuit, a, b)
    ...         block.gives(product=product)
    ...     circuit.output_bus("y", [circuit.gate("xor", x, y) for x, y in zip(product, c)])
    >>> def times(buses):
    ...     return {"product": buses["a"] * buses["b"]}
    >>> def mixed(buses):
    ...     return {"y": (buses["a"] * buses["b"] ^ buses["c"]) % 2**16}
    >>> spec = CircuitSpec("mix", "y = a b xor c", (), build, mixed)
    >>> print(prove_netlist(spec.elaborate({}, load_plugins(kinds=("gates",)).gates)))
    exact gates = integer reference: proved by SAT (all 2^48, 0 internal equivalences; 1 lemma)
      block 'times' = its integers: proved by algebra (293 adder relations, largest polynomial 256 terms)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.lemmas.parts import outputs_with, parts, shape
from gatewright.circuits.verify.sweeping import check_following
from gatewright.circuits.verify.sweeping import prove as by_sweeping
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim
from gatewright.logic.numerals import assignments, counted


def prove(
    circuit: Circuit,
    by: Callable[[Circuit], Claim],
    *,
    time_limit: float,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Compare a circuit of exact gates with its integers, its blocks proved before.

    Args:
        circuit: with blocks that have a reference.
        by: proves a circuit, as `prove_netlist` does.
        time_limit: of SAT, in seconds, for each block and for the rest.
        watch: called with the nodes done and the nodes to do.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: a reference does not give the output buses.
    """
    claim = Claim(EXACT, REFERENCE, "sat", 0, len(circuit.netlist.input_nets), "undecided")
    proved: dict[Hashable, Claim] = {}
    lemmas: list[str] = []
    try:
        known = parts(circuit.netlist)
        for part in known:
            alike = shape(part.circuit)
            if alike not in proved:
                proved[alike] = found = by(part.circuit)
                check_following(part.circuit)
                if found.outcome != "proved":
                    return replace(
                        claim, reason=f"{part.circuit.spec.name} is {_not_proved(found)}"
                    )
            own = proved[alike]
            lemmas.append(f"{part.circuit.spec.name} = its integers: {own.extent}")
            lemmas += [f"  {each}" for each in own.lemmas]
    except CannotFollowError as error:
        return replace(claim, reason=error.message)
    made = by_sweeping(
        circuit,
        time_limit=time_limit,
        watch=watch,
        outputs=lambda graph, inputs: outputs_with(circuit, known, graph, inputs),
    )
    if made.outcome != "proved":
        return made
    basis = f"{made.basis}; {counted(len(known), 'lemma')}"
    return replace(made, basis=basis, lemmas=tuple(lemmas))


def _not_proved(found: Claim) -> str:
    shown = found.counterexample
    if shown is None:
        return found.extent
    wrong = shown.outputs[0]
    return (
        f"not its integers: {assignments(shown.inputs)} gives {wrong.bus}={wrong.got}, "
        f"not {wrong.wanted}"
    )
