"""What differs between two truth tables."""

import pytest

from gatewright.logic.comparison import difference
from gatewright.logic.truth_table import TruthTable

XOR = TruthTable(("a", "b"), ("y",), (0b0110,), (0b1111,))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (TruthTable(("p", "q"), ("z",), (0b0110,), (0b1111,)), ""),
        (TruthTable(("a",), ("y",), (0b01,), (0b11,)), "it has 2 inputs, not 1"),
        (TruthTable(("a", "b"), ("y", "z"), (6, 6), (15, 15)), "it has 1 output, not 2"),
        (TruthTable(("a", "b"), ("y",), (0b0010,), (0b1111,)), "row 10 has 1, not 0"),
        (TruthTable(("a", "b"), ("y",), (0b0110,), (0b0111,)), "row 11 has 0, not a don't-care"),
        (
            TruthTable(("a", "b"), ("y",), (0b0010,), (0b1010,)),
            "row 00 has 0, not a don't-care, and 1 more row differs",
        ),
        (
            TruthTable(("a", "b"), ("y",), (0b1001,), (0b1111,)),
            "row 00 has 0, not 1, and 3 more rows differ",
        ),
    ],
)
def test_the_first_row_and_how_many_more(other: TruthTable, said: str) -> None:
    assert difference(XOR, other) == said
    assert (not said) == XOR.same(other)


def test_of_several_outputs_the_one_is_named() -> None:
    one, other = (
        TruthTable(("a",), ("y", "z"), (0b01, ones), (0b11, 0b11)) for ones in (0b10, 0b11)
    )
    assert difference(one, other) == "row 0 has 0 at 'z', not 1"
