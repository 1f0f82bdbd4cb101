"""The history of the losses: few moments, evenly spaced, the last one always among them."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.learn.history import MOST, History, Recorder


def recorded(notes: int) -> History:
    """Restart 0 loses 1 000 000 − epoch; restart 1 leaves after half the notes, restart 2 after the first."""
    recorder = Recorder(3)
    for epoch in range(notes):
        running = [0, *([1] if epoch <= notes // 2 else []), *([2] if epoch == 0 else [])]
        losses = {0: 1e6 - epoch, 1: 0.5 + epoch, 2: 7.0}
        recorder.note(epoch, np.array(running), np.array([losses[one] for one in running]))
    return recorder.history()


@pytest.mark.parametrize("notes", [1, 2, 255, 256, 257, 258, 511, 512, 513, 514, 3001, 100_000])
def test_a_history_of_any_length(notes: int) -> None:
    history = recorded(notes)
    epochs = history.epochs
    assert MOST == 256
    assert len(epochs) <= 257
    assert len(epochs) >= min(notes, 128)
    assert (epochs[0], epochs[-1]) == (0, notes - 1)
    assert history.loss.shape == (len(epochs), 3)
    # Evenly spaced; only the last moment may come sooner.
    gaps = np.diff(epochs)
    if len(gaps) > 1:
        assert len(set(gaps[:-1].tolist())) == 1
        assert 0 < gaps[-1] <= gaps[0]
    # Every loss is that of its moment; who has left keeps the last.
    assert history.loss[:, 0].tolist() == (1e6 - epochs).tolist()
    assert history.loss[:, 1].tolist() == (0.5 + np.minimum(epochs, notes // 2)).tolist()
    assert history.loss[:, 2].tolist() == [7.0] * len(epochs)


def test_a_short_history_is_complete() -> None:
    assert recorded(256).epochs.tolist() == list(range(256))


def test_how_far_a_long_one_is_thinned() -> None:
    epochs = recorded(100_000).epochs
    assert epochs[1] == 512  # a power of two: every second moment was dropped nine times
    assert len(epochs) == 100_000 // 512 + 2


def test_reading_does_not_end_the_recording() -> None:
    recorder = Recorder(1)
    for epoch in range(1000):
        recorder.note(epoch, np.array([0]), np.array([float(epoch)]))
        if epoch in (300, 999):
            history = recorder.history()
            assert history.epochs[-1] == epoch
            assert history.loss[:, 0].tolist() == history.epochs.tolist()
            assert np.diff(history.epochs).min() > 0


def test_what_was_read_does_not_change_afterwards() -> None:
    recorder = Recorder(1)
    recorder.note(0, np.array([0]), np.array([3.0]))
    history = recorder.history()
    recorder.note(1, np.array([0]), np.array([2.0]))
    assert history.epochs.tolist() == [0]
    assert history.loss.tolist() == [[3.0]]
