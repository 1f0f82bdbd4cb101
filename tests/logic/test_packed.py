"""Sixty-four patterns a word, and back."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.logic.formula import formula
from gatewright.logic.packed import calls, pack, unpack, unpack_nets, words_for


@pytest.mark.parametrize("count", [0, 1, 7, 8, 63, 64, 65, 1000, 4096, 4097, 9000])
@pytest.mark.parametrize("nets", [1, 3, 70])
def test_packing_and_back(count: int, nets: int) -> None:
    bits = np.random.default_rng(count).integers(0, 2, (count, nets), dtype=np.uint8)
    words = pack(bits)
    assert words.dtype == np.uint64
    assert words.shape == (nets, words_for(count))
    assert np.array_equal(unpack(words, count), bits)
    assert np.array_equal(unpack_nets(words, count), bits.T)
    for net in range(nets):  # what each word is, said in another way
        whole = sum(int(word) << (64 * place) for place, word in enumerate(words[net]))
        assert whole == sum(int(bit) << place for place, bit in enumerate(bits[:, net]))


def test_patterns_that_lie_across_memory_are_packed_too() -> None:
    bits = np.random.default_rng(1).integers(0, 2, (5, 200), dtype=np.uint8)
    assert np.array_equal(pack(bits.T), pack(np.ascontiguousarray(bits.T)))
    assert np.array_equal(unpack(pack(bits.T)[:, ::-1][:, ::-1], 200), bits.T)


def test_instructions_run_where_they_are_told() -> None:
    inputs = [np.array([[0b0011]], dtype=np.uint64), np.array([[0b0101]], dtype=np.uint64)]
    form = formula(2, (0b0111, 0b1111, 0b0000, 0b1100))  # nand, one, zero, the first input
    outputs = [np.full((1, 1), 77, dtype=np.uint64) for _ in range(4)]
    between = [np.full((1, 1), 99, dtype=np.uint64) for _ in range(form.between)]
    for call in calls(form, inputs, outputs, between):
        call()
    mask = 2**64 - 1
    assert [int(each[0, 0]) for each in outputs] == [mask ^ 0b0001, mask, 0, 0b0011]
    assert [int(each[0, 0]) for each in inputs] == [0b0011, 0b0101]
