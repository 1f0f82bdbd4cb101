"""The circuits that come with Gatewright, through the same hook as anyone's.

What they are made of is in `gatewright.circuits.builders`; here is what they are called, and within which bounds.

Example:
    >>> [circuit.name for circuit in gatewright_circuits()][:3]
    ['ripple-adder', 'carry-lookahead', 'kogge-stone']
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.circuits.builders import (
    adders,
    alu,
    codes,
    comparators,
    display,
    divider,
    multipliers,
    prefix_adders,
    selectors,
    shifters,
    square_root,
)
from gatewright.circuits.builders.adders import FULL, HALVES, adder, addition
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec
from gatewright.plugins.builtin.clocked import clocked_circuits
from gatewright.plugins.hookspecs import hookimpl

_WORD = Parameter("bits", 8, "width of a")
_BITS = Parameter("bits", 4, "width of a and b")
_FROM = Parameter("from", FULL, "what each bit is made of", choices=(FULL, HALVES))
_SUM = "sum, cout = a + b + cin"


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """Arithmetic, comparison, selection, codes, and an ALU."""
    yield from _sums()
    yield from _products()
    yield from _comparisons()
    yield from _selections()
    yield from _codes()
    yield CircuitSpec(
        "alu",
        "result = a op b with flags; op: 0 and, 1 or, 2 xor, 3 nor, 4 add, 5 sub, 6 signed <, 7 <",
        (_BITS,),
        alu.alu,
        alu.calculation,
    )
    yield from clocked_circuits()


def _sums() -> Iterator[CircuitSpec]:
    yield CircuitSpec("ripple-adder", _SUM, (_BITS, _FROM), adders.ripple_adder, addition)
    for name, add in (
        ("carry-lookahead", prefix_adders.carry_lookahead),
        ("kogge-stone", prefix_adders.kogge_stone),
        ("brent-kung", prefix_adders.brent_kung),
        ("carry-select", adders.carry_select),
    ):
        yield CircuitSpec(name, _SUM, (_BITS,), adder(add), addition)
    yield CircuitSpec(
        "subtractor",
        "diff = a - b - bin; bout is the borrow",
        (_BITS,),
        adders.subtractor,
        adders.difference,
    )
    yield CircuitSpec(
        "ripple-adder-subtractor",
        "result = a + b, or a - b where sub is 1; cout is the carry, 1 if nothing is borrowed",
        (_BITS,),
        adders.adder_subtractor,
        adders.sum_or_difference,
    )
    yield CircuitSpec(
        "incrementer",
        "sum, cout = a + 1",
        (_WORD,),
        adders.incrementer,
        adders.next_number,
    )


def _products() -> Iterator[CircuitSpec]:
    factors = Parameter("bits", 4, "width of a and b", minimum=2, maximum=256)
    for name, build in (
        ("array-multiplier", multipliers.array_multiplier),
        ("wallace-multiplier", multipliers.wallace_multiplier),
    ):
        yield CircuitSpec(name, "product = a * b", (factors,), build, multipliers.multiplication)
    yield CircuitSpec(
        "divider",
        "quotient and remainder of a / b; all ones and a where b is 0",
        (Parameter("bits", 4, "width of a and b", maximum=128),),
        divider.divider,
        divider.division,
    )
    yield CircuitSpec(
        "square-root",
        "root and remainder of a: a = root * root + remainder, which is at most 2 * root",
        (Parameter("bits", 8, "width of a", minimum=2, maximum=256),),
        square_root.root_of,
        square_root.whole_root,
    )
    yield CircuitSpec(
        "truncated-multiplier",
        "high = the high bits of a * b without its lowest columns, and what they carry",
        (factors, Parameter("columns", 3, "columns left out", maximum=500)),
        multipliers.truncated_multiplier,
        multipliers.truncated_multiplication,
    )
    yield CircuitSpec(
        "truncated-divider",
        "quotient of a / b, all ones where it needs more bits or b is 0; what is left of a",
        (
            Parameter("bits", 4, "width of a and b", maximum=128),
            Parameter("steps", 2, "bits of the quotient", maximum=128),
        ),
        divider.truncated_divider,
        divider.truncated_division,
    )
    yield CircuitSpec(
        "barrel-shifter",
        "y = a shifted by amount; arithmetic: right, keeping the sign; rol, ror: rotated",
        (
            Parameter("bits", 8, "width of a", minimum=2),
            Parameter("shift", shifters.LEFT, "where to", choices=shifters.SHIFTS),
        ),
        shifters.barrel_shifter,
        shifters.moved,
    )


def _comparisons() -> Iterator[CircuitSpec]:
    yield CircuitSpec(
        "comparator",
        "less, equal, greater = is a less than, equal to, greater than b?",
        (_BITS,),
        comparators.comparator,
        comparators.order,
    )
    yield CircuitSpec(
        "signed-comparator",
        "less, equal, greater = the same question of numbers with a sign, in two's complement",
        (_BITS,),
        comparators.signed_comparator,
        comparators.signed_order,
    )
    yield CircuitSpec(
        "equality",
        "equal = 1 if a and b are the same",
        (_BITS,),
        comparators.equality,
        comparators.same_number,
    )


def _selections() -> Iterator[CircuitSpec]:
    ways = Parameter("ways", 4, "how many there are to select from", minimum=2, maximum=256)
    width = Parameter("bits", 1, "width of each", maximum=64)
    yield CircuitSpec(
        "multiplexer",
        "y = i0, i1, … as select says; nothing is promised where it is no way",
        (ways, width),
        selectors.multiplexer,
        selectors.chosen,
        selectors.one_of_the_ways,
    )
    yield CircuitSpec(
        "demultiplexer",
        "y0, y1, … = a where select says so, else 0",
        (ways, width),
        selectors.demultiplexer,
        selectors.distributed,
    )
    yield CircuitSpec(
        "decoder",
        "y = 2 to the power of a: bit number a is 1",
        (Parameter("bits", 3, "width of a", maximum=12),),
        selectors.decoder,
        selectors.one_hot,
    )
    yield CircuitSpec(
        "priority-encoder",
        "index = the highest bit of a that is 1; valid = 1 if there is one",
        (Parameter("bits", 8, "width of a", minimum=2),),
        selectors.priority_encoder,
        selectors.place_of_highest,
    )


def _codes() -> Iterator[CircuitSpec]:
    coded = Parameter("bits", 4, "width of the number", minimum=2)
    yield CircuitSpec(
        "parity-tree",
        "parity = 1 if a has an odd number of ones",
        (_WORD,),
        codes.parity_tree,
        codes.oddness,
    )
    yield CircuitSpec(
        "popcount", "count = how many bits of a are 1", (_WORD,), codes.popcount, codes.population
    )
    yield CircuitSpec(
        "gray-encoder", "gray = the Gray code of a", (coded,), codes.gray_encoder, codes.gray
    )
    yield CircuitSpec(
        "gray-decoder",
        "a = the number whose Gray code is gray",
        (coded,),
        codes.gray_decoder,
        codes.number_of_gray,
    )
    yield CircuitSpec(
        "hamming-encoder",
        "code = data with three parity bits: Hamming(7,4)",
        (),
        codes.hamming_encoder,
        codes.hamming,
    )
    yield CircuitSpec(
        "hamming-corrector",
        "data of a code of which one bit may be wrong: the one at position, 0 if none is",
        (),
        codes.hamming_corrector,
        codes.hamming_data,
    )
    yield CircuitSpec(
        "hex-display",
        "s0, s1, … = the segments that show each hexadecimal digit of a; bit 0 is segment a",
        (Parameter("digits", 2, "how many digits", maximum=64),),
        display.hex_display,
        display.shown,
    )
