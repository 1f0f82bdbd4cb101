"""Verdicts: what was compared with what, how, how much of it, and what came of it.

Example:
    >>> claim = Claim("trained gates", "integer reference", "exhaustive", 512, 9, "proved")
    >>> claim.extent
    'proved exhaustively (512 of 512)'
    >>> Claim("trained gates", "integer reference", "sampled", 65536, 33, "sampled").extent
    'sampled (65 536 of 2^33)'
    >>> Claim("exact gates", "integer reference", "decision diagrams", 2**33, 33, "proved").extent
    'proved by decision diagrams (all 2^33)'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gatewright.logic.numerals import as_count
from gatewright.records import dataclass
from gatewright.text import listed

EXACT = "exact gates"
TRAINED = "trained gates"
REFERENCE = "integer reference"
STATES = "state table"
TABLE = "truth table"
"""What a file of truth tables says; its circuit was made of it."""

Method = Literal[
    "exhaustive",
    "sampled",
    "decision diagrams",
    "algebra",
    "sat",
    "datasheets",
    "cycles",
    "induction",
]
Outcome = Literal["proved", "sampled", "refuted", "undecided"]
OUTCOMES: tuple[Outcome, ...] = ("refuted", "undecided", "sampled", "proved")
"""From the weakest to the strongest."""


@dataclass(frozen=True, slots=True)
class BusDifference:
    """One output bus that is not as wanted, as integers; ``got`` is None if a bit was neither 0 nor 1."""

    bus: str
    wanted: int | None
    got: int | None


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A pattern on which two sides differ.

    Attributes:
        inputs: every input bus.
        outputs: every output bus that differs.
        wire: the first net, in the order signals reach it, with a wrong value.
        wire_wanted: its right bit.
        wire_got: what it was: a raw activation, or a bit.

    Example:
        >>> from gatewright.circuits.verify.verdict import BusDifference
        >>> Counterexample({"a": 1}, (BusDifference("y", 0, 1),), "y", 0, 0.97).inputs
        {'a': 1}
    """

    inputs: Mapping[str, int]
    outputs: tuple[BusDifference, ...]
    wire: str
    wire_wanted: int
    wire_got: float


@dataclass(frozen=True, slots=True)
class Trace:
    """Inputs, cycle by cycle, on which two circuits with registers differ in the last cycle.

    Attributes:
        inputs: by cycle, every input bus of the first circuit.
        begins: what registers hold at first of which nobody says it, by name.
        output: the bus that differs; ``got`` is of the first circuit.

    Example:
        >>> from gatewright.circuits.verify.verdict import BusDifference
        >>> Trace(({"a": 1}, {"a": 0}), {}, BusDifference("y", 0, 1)).cycle
        1
    """

    inputs: tuple[Mapping[str, int], ...]
    begins: Mapping[str, int]
    output: BusDifference

    @property
    def cycle(self) -> int:
        """The one in which the output differs, from 0."""
        return len(self.inputs) - 1

    def __str__(self) -> str:
        each = self.output
        assumed = ""
        if self.begins:
            ones = [name for name, bit in self.begins.items() if bit]
            some = f"{listed(ones)} begin{'s' if len(ones) == 1 else ''} as 1"
            rest = "registers without an initial value begin as 0"
            whole = f"{some} and other {rest}" if len(ones) < len(self.begins) else some
            assumed = f", if {whole if ones else rest}"
        return f"output {each.bus} in cycle {self.cycle} is {each.got} and {each.wanted}{assumed}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One comparison.

    Attributes:
        subject: what was checked.
        against: what it was checked against.
        method: all patterns one by one, a random sample, all at once as functions of the inputs or as
            polynomials of them, by asking a SAT solver for a pattern that tells the two apart, the proofs of
            the gates it is made of, or, of circuits with registers, random cycles one after the other, or what
            holds in some cycles and hence in the next.
        checked: patterns compared, or instances whose datasheets were relied on; on a refutation, up to
            and including the chunk it was found in. A proof by decision diagrams or algebra compares all in the
            circuit's domain; without a proof they compare none.
        input_bits: the patterns possible are 2**input_bits.
        outcome: ``proved`` only where every pattern was compared.
        counterexample: where refuted.
        excluded: patterns outside the circuit's domain that were met and left out.
        reason: why nothing was decided or proved; otherwise empty.
        basis: what a proof by datasheets, by algebra or by SAT was made of.
        rests_on: what was taken on trust; empty if nothing was.
        mend: the gate that has to be trained anew, as gates are by default, for a proof, or for a wider margin;
            empty where there is none.
        in_time: of circuits with registers, why what was proved of one cycle holds in every one; else empty.
        trace: where two circuits with registers are refuted.
        lemmas: blocks that were proved to be their integers first, a line each.

    Example:
        >>> print(Claim("trained gates", "integer reference", "exhaustive", 512, 9, "proved"))
        trained gates = integer reference: proved exhaustively (512 of 512)
    """

    subject: str
    against: str
    method: Method
    checked: int
    input_bits: int
    outcome: Outcome
    counterexample: Counterexample | None = None
    excluded: int = 0
    reason: str = ""
    basis: str = ""
    rests_on: str = ""
    in_time: str = ""
    mend: str = ""
    trace: Trace | None = None
    lemmas: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = (f"{self.subject} = {self.against}: {self.extent}", *self.lemmas)
        return "\n  ".join(lines)

    def __bool__(self) -> bool:
        """Whether it is proved, as `proved` says: ``assert`` fails of what is refuted, undecided or sampled."""
        return self.proved

    @property
    def proved(self) -> bool:
        """Whether it is proved; sampled is not."""
        return self.outcome == "proved"

    @property
    def extent(self) -> str:
        """Outcome and extent in words."""
        believed = self.rests_on and self.outcome in ("proved", "sampled")
        extent = f"{self._extent}; {self.in_time}" if self.in_time else self._extent
        return f"{extent}; it rests on {self.rests_on}" if believed else extent

    @property
    def _extent(self) -> str:
        if self.outcome == "refuted":
            return f"refuted: {self.reason}" if self.reason else "refuted"
        if self.outcome == "undecided":
            none = "no pattern that was tried lies in the circuit's domain"
            return f"undecided: {self.reason or none}"
        if self.method == "cycles":
            return f"sampled ({as_count(self.checked)} random cycles)"
        if self.method == "datasheets":
            return f"proved by datasheets ({self.basis})"
        if self.method == "induction":
            return f"proved in every cycle by induction ({self.basis})"
        if self.method == "algebra":
            return f"proved by algebra ({self.basis})"
        if self.method == "sat":
            return f"proved by SAT ({self.basis})"
        if self.method == "decision diagrams":
            every = f"2^{self.input_bits}"
            extent = f"all of {every} in its domain" if self.excluded else f"all {every}"
            return f"proved by decision diagrams ({extent})"
        checked = as_count(self.checked)
        outside = f"; {as_count(self.excluded)} outside its domain" if self.excluded else ""
        if self.outcome == "proved":
            return f"proved exhaustively ({checked} of {checked}{outside})"
        why = f"; no proof: {self.reason}" if self.reason else ""
        return f"sampled ({checked} of 2^{self.input_bits}{outside}){why}"


@dataclass(frozen=True, slots=True)
class WorstWire:
    """The wire that strayed farthest from its logic value, and the pattern on which it did."""

    net: str
    distance: float
    inputs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a circuit made of trained gates.

    Attributes:
        claims: exact netlist against reference and trained circuit against reference; or trained
            circuit against exact netlist and that against its reference, if there is one.
        worst: over every wire and every pattern compared; None if no pattern was run.

    Example:
        >>> from gatewright.api.circuits import circuit
        >>> print(circuit("ripple-adder", bits=4).check())
        exact gates = integer reference: proved exhaustively (512 of 512)
    """

    claims: tuple[Claim, ...]
    worst: WorstWire | None

    def __str__(self) -> str:
        return "\n".join(map(str, self.claims))

    def __bool__(self) -> bool:
        """Whether all of it is proved, as `proved` says."""
        return self.proved

    @property
    def proved(self) -> bool:
        """Whether all of it is proved; sampled is not."""
        return self.outcome == "proved"

    @property
    def outcome(self) -> Outcome:
        """The weakest of the claims."""
        return min((claim.outcome for claim in self.claims), key=OUTCOMES.index)
