"""A bounded run of `threads`: eight threads get what one gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campaign import threads
from tests.campaign.harness import Budget


@pytest.mark.exhaustive
@pytest.mark.usefixtures("only_built_in")
def test_threads_get_the_same_bytes_as_alone() -> None:
    tally = threads.rounds(Budget(3), seed=1)
    assert tally.findings == []
    assert tally.outcomes["jobs"] == 3 * threads.THREADS


def test_other_bytes_and_errors_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter(range(1000))

    def jobs(folder: Path) -> dict[str, threads.Job]:
        return {"counts": lambda: bytes([next(turns) % 256])}

    monkeypatch.setattr(threads, "jobs", jobs)
    findings = threads.rounds(Budget(1), seed=1).findings
    assert sum("other bytes" in each for each in findings) == threads.THREADS
