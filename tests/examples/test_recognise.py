"""Recognition: operations are found in any order, are their integers on all rows, and are not found by chance."""

from __future__ import annotations

from math import isqrt

import numpy as np
import pytest

from gatewright.arrays import Bits
from gatewright.examples.learners.model import nodes_of, output_bits
from gatewright.examples.recognise import search
from gatewright.examples.recognise.layouts import layouts, with_carry
from gatewright.examples.recognise.learner import what_it_is
from gatewright.examples.recognise.operations import OPERATIONS, signed
from gatewright.examples.recognise.recoded import multiply_recoded
from gatewright.examples.recognise.search import Recognised, recognised, surprise
from gatewright.examples.recognise.symmetric import symmetric
from gatewright.examples.recognise.truncated import Truncated, truncated
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bits import table_rows


def evaluated(model: object, rows: Bits) -> list[int]:
    """What the ANDs of a model give."""
    graph = AndGraph(rows.shape[1])
    inputs = [graph.variable(at) for at in range(graph.inputs)]
    output = model.write(graph, inputs)  # type: ignore[attr-defined] # of any of three
    columns = [
        int.from_bytes(np.packbits(each, bitorder="little").tobytes(), "little") for each in rows.T
    ]
    (found,) = graph.evaluate([output], columns, len(rows))
    return [found >> at & 1 for at in range(len(rows))]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("two", [False, True])
def test_the_ands_of_every_operation_are_its_integers(name: str, two: bool) -> None:
    """All bits, all rows, operands of 4 bits, and of 3 and 5."""
    operation = OPERATIONS[name]
    if two and not operation.signs:
        return
    count = operation.operands
    inputs = {1: 7, 2: 8, 3: 9}[count]
    rows = table_rows(inputs)
    ways = [*layouts(inputs, count), *with_carry(inputs)]
    chosen = [each for each in ways if len(each.operands) == count]
    assert chosen
    for layout in chosen[:: max(1, len(chosen) // 6)]:
        widths = tuple(len(each) for each in layout.operands)
        for bit in range(operation.width(widths)):
            found = Recognised(operation, layout, two, bit, negated=False)
            defined = [
                operation.of(layout.numbers("".join(map(str, row))), widths, two) is not None
                for row in rows.tolist()
            ]
            pairs = zip(found.values(rows).tolist(), evaluated(found, rows), defined, strict=True)
            assert all(a == b for a, b, here in pairs if here), (str(found), widths)


@pytest.mark.parametrize("name", ["quotient", "remainder"])
@pytest.mark.parametrize("two", [False, True])
def test_where_a_divisor_is_0_a_model_says_what_its_circuit_says(name: str, two: bool) -> None:
    """Rows are judged by what the model says, so that must be what comes out of the circuit."""
    rows = table_rows(8)
    for bit in range(4):
        for negated in (False, True):
            found = Recognised(OPERATIONS[name], next(layouts(8, 2)), two, bit, negated)
            assert found.values(rows).tolist() == evaluated(found, rows)


def test_integers_are_what_they_are_called() -> None:
    """The references of the search against Python's own words, on all pairs of four bits."""
    for a in range(16):
        for b in range(16):
            for two in (False, True):
                x, y = (signed(each, 4) if two else each for each in (a, b))
                given = (a, b), (4, 4), two
                assert OPERATIONS["sum"].of(*given) == (x + y) % 32
                assert OPERATIONS["difference"].of(*given) == (x - y) % 32
                assert OPERATIONS["product"].of(*given) == (x * y) % 256
                compared = (x < y) + 2 * (x == y) + 4 * (x <= y)
                assert OPERATIONS["comparison"].of(*given) == compared
                quotient, rest = (OPERATIONS[each].of(*given) for each in ("quotient", "remainder"))
                if y == 0:
                    assert quotient is rest is None
                else:
                    assert quotient == int(x / y) % 16
                    assert rest == (x - int(x / y) * y) % 16
        assert OPERATIONS["root"].of((a,), (4,), False) == isqrt(a)


@pytest.mark.parametrize(
    ("name", "bit", "two", "width"),
    [
        ("sum", 8, False, 8),
        ("sum", 7, False, 8),
        ("difference", 5, True, 8),
        ("product", 9, False, 6),
        ("quotient", 0, False, 8),
        ("remainder", 2, True, 7),
        ("comparison", 0, True, 9),
        ("comparison", 2, False, 9),
    ],
)
@pytest.mark.parametrize("order", [0, 3, -1])
def test_what_it_is_is_found(name: str, bit: int, two: bool, width: int, order: int) -> None:
    layout = [each for each in layouts(2 * width, 2) if len(each.operands[0]) == width][order]
    truth = Recognised(OPERATIONS[name], layout, two, bit, negated=False)
    generator = np.random.default_rng(5)
    x, new = generator.integers(0, 2, (2, 1500, 2 * width), dtype=np.uint8)
    found = recognised(x, truth.values(x))
    assert found is not None
    assert (found.values(new) == truth.values(new)).mean() > 0.999


def test_a_root_and_a_carry_are_found() -> None:
    x = np.random.default_rng(2).integers(0, 2, (600, 16), dtype=np.uint8)
    values = x.astype(np.intp) @ (1 << np.arange(16)[::-1])
    roots = np.array([isqrt(each) & 1 for each in values.tolist()], dtype=np.uint8)
    found = recognised(x, roots)
    assert str(found) == "bit 0 of √a; a = x0 … x15, most significant first"
    x = x[:, :9]
    weights = np.array([1, 2, 4, 8])
    total = x[:, :4] @ weights + x[:, 4:8] @ weights + x[:, 8]
    found = recognised(x, (total >> 3 & 1).astype(np.uint8))
    assert str(found) == (
        "bit 3 of a + b + c; a = x0 … x3, least significant first; b = x4 … x7, least significant first; c = x8"
    )


def test_nothing_is_found_where_nothing_is() -> None:
    """In answers by chance, in a function of another kind, and in too few rows or answers of one kind."""
    generator = np.random.default_rng(0)
    x = generator.integers(0, 2, (2000, 16), dtype=np.uint8)
    assert what_it_is(x, generator.integers(0, 2, 2000, dtype=np.uint8)) is None
    assert what_it_is(x, (x[:, 0] & x[:, 9]) ^ x[:, 4]) is None
    weights = 1 << np.arange(8)
    total = (x[:, :8] @ weights + x[:, 8:] @ weights).astype(np.intp)
    y = (total >> 8).astype(np.uint8)
    assert what_it_is(x, y) is not None
    assert surprise(y[:30]) < 40
    assert what_it_is(x[:30], y[:30]) is None
    wrong = y.copy()
    wrong[1234] ^= 1
    assert what_it_is(x, wrong) is None


@pytest.mark.parametrize("inputs", [3, 6, 7])
def test_symmetric_functions(inputs: int) -> None:
    rows = table_rows(inputs)
    x = np.tile(rows, (1 + 80 * (inputs + 1) // len(rows), 1))
    for ones in (1, 5, 0b1010, (1 << inputs) - 1):
        y = (ones >> x.sum(1, dtype=np.intp) & 1).astype(np.uint8)
        found = symmetric(x, y)
        assert found is not None
        assert evaluated(found, x) == y.tolist()
        assert found.values(x).tolist() == y.tolist()
    assert symmetric(x, x[:, 0]) is None
    few = x[: inputs + 1]
    assert symmetric(few, np.array([row.any() for row in few], dtype=np.uint8)) is None


@pytest.mark.parametrize(
    ("name", "bit", "two", "least"),
    [
        ("product", 31, False, 0.98),
        ("product", 30, True, 0.99),
        ("quotient", 0, False, 0.96),
        ("remainder", 0, False, 0.96),
        ("remainder", 15, False, 0.96),
    ],
)
def test_what_is_too_large_is_done_nearly(name: str, bit: int, two: bool, least: float) -> None:
    x = np.random.default_rng(1).integers(0, 2, (1500, 32), dtype=np.uint8)
    whole = Recognised(OPERATIONS[name], next(layouts(32, 2)), two, bit, negated=False)
    y = whole.values(x)
    most = nodes_of(whole, 32) * 3 // 4
    found = truncated(whole, x[:1000], y[:1000], most)
    assert found is not None
    assert nodes_of(found, 32) <= most
    assert (found.values(x[1000:]) == y[1000:]).mean() >= least
    assert evaluated(found, x[:50]) == found.values(x[:50]).tolist()
    assert "without the" in str(found) or "all but the" in str(found) or "lowest" in str(found)


def test_a_product_takes_as_much_of_a_column_as_there_is_room_for() -> None:
    x = np.random.default_rng(2).integers(0, 2, (4000, 48), dtype=np.uint8)
    whole = Recognised(OPERATIONS["product"], next(layouts(48, 2)), False, 23, negated=False)
    y = whole.values(x)
    columns = [Truncated(whole, low, 0) for low in (19, 18)]
    fewer, wider = (nodes_of(each, 48) for each in columns)
    found = truncated(whole, x[:2000], y[:2000], (fewer + wider) // 2)
    assert found is not None
    assert found.low == 19
    assert 0 < found.more < 19
    assert str(found).startswith(
        f"bit 23 of a · b without its lowest 19 columns, but for {found.more} products of the "
    )
    assert fewer < nodes_of(found, 48) <= (fewer + wider) // 2
    right = [(each.values(x[2000:]) == y[2000:]).mean() for each in (columns[0], found, columns[1])]
    assert right == sorted(right)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (3, 3), (4, 2), (2, 5), (5, 4)])
def test_a_product_by_digits_is_the_product(a: int, b: int) -> None:
    graph = AndGraph(a + b)
    inputs = [graph.variable(at) for at in range(a + b)]
    whole = multiply_recoded(graph, inputs[:a], inputs[a:])
    assert len(whole) == a + b
    for row in table_rows(a + b).tolist():
        values = [sum(bit << at for at, bit in enumerate(each)) for each in (row[:a], row[a:])]
        found = graph.evaluate(whole, row)
        assert sum(bit << at for at, bit in enumerate(found)) == values[0] * values[1]


def test_what_a_product_by_digits_leaves_out_is_added_on_average() -> None:
    """Sums of columns from the fourth on differ from the product by less than a fourth column, on average."""
    graph, rows = AndGraph(12), table_rows(12)
    inputs = [graph.variable(at) for at in range(12)]
    found = multiply_recoded(graph, inputs[:6], inputs[6:], first=4, more=2)
    bits = np.stack([output_bits(graph, each, rows) for each in found], axis=1).astype(np.intp)
    weights = 1 << np.arange(6)
    product = (rows[:, :6] @ weights) * (rows[:, 6:] @ weights)
    # What is made is a number modulo the width of the product.
    wrong = (bits @ (1 << np.arange(12)) - product + 2048) % 4096 - 2048
    assert not bits[:, :3].any()
    assert abs(wrong.mean()) <= 4
    assert abs(wrong).max() < 64


def test_a_wide_product_has_more_of_its_columns_by_digits() -> None:
    x = np.random.default_rng(3).integers(0, 2, (3000, 64), dtype=np.uint8)
    whole = Recognised(OPERATIONS["product"], next(layouts(64, 2)), False, 31, negated=False)
    y = whole.values(x)
    found = truncated(whole, x[:2000], y[:2000], 1100)
    assert found is not None
    assert found.recoded
    assert "one factor in digits of -1, 0, 1 and 2" in str(found)
    plain = [Truncated(whole, low, 0) for low in range(25, 32)]
    fitting = [each for each in plain if nodes_of(each, 64) <= 1100]
    best = max((each.values(x[2000:]) == y[2000:]).mean() for each in fitting)
    assert (found.values(x[2000:]) == y[2000:]).mean() > best + 0.02


def test_of_very_many_columns_no_arithmetic_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).integers(0, 2, (200, 1026), dtype=np.uint8)
    asked: list[int] = []

    def candidates(inputs: int, _: object) -> list[object]:
        asked.append(inputs)
        return []

    monkeypatch.setattr(search, "_candidates", candidates)
    assert recognised(x, x[:, 0]) is None
    assert not asked
    assert recognised(x[:, :1024], x[:, 0]) is None
    assert asked == [1024]
