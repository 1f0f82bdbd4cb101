"""Two circuits side by side: their buses matched by name, both run on the same patterns.

Bits of a bus are matched as `gatewright.circuits.numbering` says.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> names = ("ripple-adder", "kogge-stone")
    >>> pair = paired(*(plugins.circuit(each).elaborate({"bits": 2}, plugins.gates) for each in names))
    >>> [side.tolist() for side in pair.run(np.array([[1, 0, 1, 1, 0]], dtype=np.uint8))]  # 1 + 3
    [[[0, 0, 1]], [[0, 0, 1]]]
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits, Indices, Mask
from gatewright.circuits.buses import input_buses
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.numbering import places
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.verdict import Claim
from gatewright.errors import UsageError
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two circuits over the inputs and outputs of the first.

    Attributes:
        first: with its parameters chosen.
        second: the same.
        engines: of both.
        inputs: by input bit of the second, the one of the first.
        outputs: by output bit of the first, the one of the second.
    """

    first: Circuit
    second: Circuit
    engines: tuple[ExactEngine, ExactEngine]
    inputs: Indices
    outputs: Indices

    @property
    def width(self) -> int:
        """Number of input bits."""
        return len(self.inputs)

    def run(self, patterns: Bits) -> tuple[Bits, Bits]:
        """The output bits of both, in the first one's order."""
        mine, theirs = self.engines
        left, right = mine.outputs(patterns), theirs.outputs(patterns[:, self.inputs])
        return left, right[:, self.outputs]

    def inside(self, patterns: Bits) -> Mask:
        """Where both promise something."""
        mask = np.ones(len(patterns), dtype=np.bool_)
        for circuit, given in (
            (self.first, patterns),
            (self.second, patterns[:, self.inputs]),
        ):
            own = circuit.domain(input_buses(circuit, given))
            if own is not None:
                mask &= own
        return mask

    def claim(self, **fields: object) -> Claim:
        """A claim about them, undecided until its fields say more."""
        plain = Claim(self.first.title, self.second.title, "exhaustive", 0, self.width, "undecided")
        return replace(plain, **fields)  # type: ignore[arg-type] # the fields of a claim

    def refuted(self, claim: Claim, pattern: Bits) -> Claim:
        """The refutation by a pattern (input bits,), which is run through both once more."""
        left, right = self.run(pattern[None])
        if not self.inside(pattern[None])[0] or (left == right).all():
            return replace(
                claim, reason=f"the {claim.method} pattern was not borne out by a replay"
            )
        values = self.engines[0].nets(pattern[None])[:, 0]
        program = self.engines[0].program
        found = counterexample(self.first, program, pattern, right[0], values, values, values)
        return replace(claim, outcome="refuted", counterexample=found)


def paired(first: Circuit, second: Circuit) -> Pair:
    """Two circuits with their buses matched.

    Raises:
        UsageError: a bus is in only one of them, or has another width in the other.
        NetlistError: one of them is not a circuit.
    """
    inputs, outputs = matched(first, second)
    one, two = (ExactEngine(compile_netlist(each.netlist)) for each in (first, second))
    return Pair(first, second, (one, two), inputs, outputs)


def matched(first: Circuit, second: Circuit) -> tuple[Indices, Indices]:
    """By input bit of the second the one of the first, and by output bit of the first the one of the second.

    Raises:
        UsageError: a bus is in only one of them, or has another width in the other.
    """
    left, right = first.netlist, second.netlist
    return (
        _columns("input", first, second, left.inputs, right.inputs),
        _columns("output", second, first, right.outputs, left.outputs),
    )


def _columns(
    kind: str, one: Circuit, other: Circuit, mine: tuple[Bus, ...], theirs: tuple[Bus, ...]
) -> Indices:
    """By bit of ``theirs``, the place of the same bit among ``mine``."""
    own = {bus.name: (bus, columns) for bus, columns in bus_columns(mine)}
    names = {bus.name for bus in theirs}
    first, second = (mine, theirs) if kind == "input" else (theirs, mine)
    for bus, here, there in (
        *((bus, other, one) for bus in theirs if bus.name not in own),
        *((bus, one, other) for bus in mine if bus.name not in names),
    ):
        raise UsageError(
            f"'{here.title}' has an {kind} '{bus.name}', '{there.title}' has none",
            hint=f"{_interface(one)}; {_interface(other)}; {_pairing(first, second)}",
        )
    columns: list[int] = []
    for bus in theirs:
        partner, span = own[bus.name]
        if partner.width != bus.width:
            raise UsageError(
                f"{kind} '{bus.name}' has {partner.width} bits in '{one.title}' and {bus.width} in "
                f"'{other.title}'",
                hint="choose their parameters so that all buses are equally wide",
            )
        columns += (span.start + place for place in places(partner, bus))
    return np.array(columns, dtype=np.intp)


def _pairing(mine: tuple[Bus, ...], theirs: tuple[Bus, ...]) -> str:
    """How a user would pair the ports that have no partner, in their order, where they are equally wide."""
    sides = ([bus.name for bus in mine], [bus.name for bus in theirs])
    widths = [{bus.name: bus.width for bus in side} for side in (mine, theirs)]
    alone = [
        [name for name in one if name not in other] or one[:1]
        for one, other in (sides, sides[::-1])
    ]
    pairs = list(zip(*alone, strict=False))
    if any(widths[0][left] != widths[1][right] for left, right in pairs):
        return (
            "bits that are named a[0], a[1] and so on are read as the bus 'a'; "
            "x0..x7=a pairs a row of ports with the bits of one"
        )
    return f"pair them as in {' '.join(map('='.join, pairs))}"


def _interface(circuit: Circuit) -> str:
    sides = (circuit.netlist.inputs, circuit.netlist.outputs)
    inputs, outputs = (", ".join(bus.name for bus in side) or "nothing" for side in sides)
    return f"{circuit.spec.name} turns {inputs} into {outputs}"
