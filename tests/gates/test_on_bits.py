"""Learning on bits: every table of few inputs, wide ones by counterexamples, and what cannot be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.prover import proved
from gatewright.certify.widest import weight_tolerance, widest_margin
from gatewright.cli import hints
from gatewright.gates.datasheet import doubt
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.training.on_bits.learn import NotOnBits, OnBits, learn_on_bits
from gatewright.gates.training.on_bits.size import LogicSize
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable


def rows_of_bits(bits: np.ndarray, inputs: int) -> Rows:
    y = np.asarray(bits, dtype=np.float64).reshape(1 << inputs, -1)
    return Rows(table_rows(inputs).astype(np.float64), y, np.ones_like(y))


def gate(rows: Rows, discipline: Discipline = DEFAULT) -> OnBits:
    made = learn_on_bits(rows, discipline)
    assert isinstance(made, OnBits)
    assert proved(made.architecture, made.theta[None], rows, [discipline]).all()
    return made


@pytest.mark.parametrize("inputs", [1, 2])
def test_every_function_of_few_inputs_keeps_nearly_all_the_tolerance(inputs: int) -> None:
    for ones in range(1 << (1 << inputs)):
        rows = rows_of_bits(np.array([ones >> row & 1 for row in range(1 << inputs)]), inputs)
        made = gate(rows)
        assert made.architecture.parameters <= 13
        assert weight_tolerance(made.architecture, made.theta, rows, DEFAULT) >= 0.045
        assert widest_margin(made.architecture, made.theta, rows, 0.0) >= 0.49


@pytest.mark.parametrize("inputs", [3, 4, 5, 6])
def test_random_tables_are_learned_and_proved(inputs: int) -> None:
    for seed in range(3):
        bits = np.random.default_rng(seed).integers(0, 2, 1 << inputs)
        made = gate(rows_of_bits(bits, inputs))
        assert made.weight_bits == 8


def test_margins_up_to_nearly_a_half_cost_a_larger_restoring_weight() -> None:
    xor = rows_of_bits(np.array([0, 1, 1, 0]), 2)
    weights = [abs(gate(xor, Discipline(vil)).theta[:2]).max() for vil in (0.3, 0.45, 0.49, 0.499)]
    assert weights == [256.0, 1024.0, 4096.0, 65536.0]


def test_rows_that_do_not_matter_are_left_to_the_gate() -> None:
    x = table_rows(3).astype(np.float64)
    y = (x.sum(1, keepdims=True) % 2).astype(np.float64)
    care = (x.sum(1, keepdims=True) < 2).astype(np.float64)  # or, of what matters
    made = gate(Rows(x, y * care, care))
    assert made.architecture.sizes == (3, 3, 1)


WIDE = {
    "and": lambda count: count == 10,
    "parity": lambda count: count % 2 == 1,
    "majority": lambda count: count > 5,
    "exactly three": lambda count: count == 3,
}


@pytest.mark.parametrize("name", WIDE)
def test_symmetric_functions_of_ten_inputs_are_learned_from_a_part_of_the_rows(name: str) -> None:
    count = table_rows(10).sum(1)
    rows = rows_of_bits(WIDE[name](count), 10)
    made = gate(rows)
    assert made.architecture.sizes[2:-1] in ((), (2,), (10,))
    wrong = rows.y.copy()
    wrong[517] = 1.0 - wrong[517]
    other = Rows(rows.x, wrong, rows.care)
    assert not proved(made.architecture, made.theta[None], other, [DEFAULT]).any()


def test_several_outputs_share_hidden_units() -> None:
    x = table_rows(5)
    total = x[:, :2] @ [2, 1] + x[:, 2:4] @ [2, 1] + x[:, 4]
    bits = (total.astype(np.int64)[:, None] >> np.arange(3)[::-1]) & 1
    made = gate(rows_of_bits(bits, 5))
    assert made.architecture.sizes[2] <= 6


def test_a_wide_random_table_is_not_learned_and_says_so() -> None:
    bits = np.random.default_rng(0).integers(0, 2, 1 << 14)
    made = learn_on_bits(rows_of_bits(bits, 14), DEFAULT)
    assert isinstance(made, NotOnBits)
    assert made.rows == 1 << 14
    assert made.rows / 2 < made.right < made.rows


def test_the_same_seed_gives_the_same_gate() -> None:
    rows = rows_of_bits(np.random.default_rng(7).integers(0, 2, 32), 5)
    one, other, third = (learn_on_bits(rows, DEFAULT, seed=seed) for seed in (3, 3, 4))
    assert isinstance(one, OnBits)
    assert isinstance(other, OnBits)
    assert isinstance(third, OnBits)
    assert one.theta.tobytes() == other.theta.tobytes() != third.theta.tobytes()


@pytest.mark.parametrize("bits", [3, 4, 6])
def test_fewer_bits_are_kept_to(bits: int) -> None:
    made = learn_on_bits(rows_of_bits(np.array([0, 1, 1, 0]), 2), DEFAULT, bits=(bits,))
    assert isinstance(made, OnBits)
    assert made.weight_bits == bits


def test_a_size_too_small_learns_nothing() -> None:
    xor = rows_of_bits(np.array([0, 1, 1, 0]), 2)
    none = LogicSize(xor, DEFAULT, hidden=0, bits=(8,), restarts=2)
    none.learn(np.zeros((2, 3)), np.random.default_rng(0))
    assert none.best is None
    assert none.wrong >= 1


def test_a_gate_that_is_not_learned_says_what_was_tried() -> None:
    ones = sum(
        int(bit) << row for row, bit in enumerate(np.random.default_rng(0).integers(0, 2, 1 << 13))
    )
    inputs = [f"x{place}" for place in range(13)]
    with pytest.raises(
        GateNotLearnedError,
        match=r"'noise' was not learned with 213 hidden units: the best has \d+ of 8192 rows right",
    ) as caught:
        train(GateSpec("noise", TruthTable.from_integers([ones], inputs, ("y",))))
    few = caught.value.shortfall
    assert (few.tried, few.rows) == ((213,), 8192)
    assert 4096 < few.right_rows < 8192
    assert str(caught.value).endswith(
        "; allow more bits a weight, or build it as a circuit of smaller gates"
    )
    assert hints.told(caught.value).endswith(
        "; nothing was saved; try more --weight-bits, or write its table to a file: 'circuits compose "
        "FILE.pla --verify certificate' makes a circuit of smaller gates of it"
    )


def test_a_gate_of_ten_inputs_comes_back_from_its_file(tmp_path: Path) -> None:
    inputs = [f"x{place}" for place in range(10)]
    ones = sum(1 << row for row in range(1 << 10) if row.bit_count() == 1)
    spec = GateSpec("one-hot", TruthTable.from_integers([ones], inputs, ("y",)))
    gate = train(spec)
    Store(tmp_path).save(gate)
    again = Store(tmp_path).load(spec)
    assert again is not None
    assert (again.digest, again.architecture) == (gate.digest, gate.architecture)
    assert again.datasheet is not None
    assert doubt(spec, again.architecture, again.theta, again.datasheet) == ""
    assert (again.learned() == spec.table.values).all()


@pytest.mark.parametrize(
    ("ones", "inputs", "units"),
    [(0b10010110, 3, 2), (0xF888, 4, 2), (0b0110, 2, 2)],  # xor of three, two ANDs ORed, xor
)
def test_the_smallest_gate_is_no_larger_and_proved_for_as_much(
    ones: int, inputs: int, units: int
) -> None:
    rows = rows_of_bits(np.array([ones >> row & 1 for row in range(1 << inputs)]), inputs)
    usual, least = learn_on_bits(rows, DEFAULT), learn_on_bits(rows, DEFAULT, fewest=True)
    assert isinstance(usual, OnBits)
    assert isinstance(least, OnBits)
    assert np.count_nonzero(least.theta) <= np.count_nonzero(usual.theta)
    assert least.architecture.sizes[-2] == units
    assert proved(least.architecture, least.theta[None], rows, [DEFAULT]).all()
    assert weight_tolerance(least.architecture, least.theta, rows, DEFAULT) >= 0.045
    again = learn_on_bits(rows, DEFAULT, fewest=True)
    assert isinstance(again, OnBits)
    assert (again.theta == least.theta).all()
