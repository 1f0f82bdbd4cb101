"""What the scripts share: budgets, shares of the count, the table, the exit code."""

from __future__ import annotations

import time

import pytest
from tests.campaign import harness
from tests.campaign.harness import Budget, Tally


def counting(budget: Budget, seed: int) -> Tally:
    tally = Tally()
    for _ in budget:
        tally.add("counted")
    return tally


def finding(budget: Budget, seed: int) -> Tally:
    return Tally(1, findings=[f"seed {seed} found one"])


def test_a_budget_ends_with_its_count_or_its_time() -> None:
    assert list(Budget(3)) == [0, 1, 2]
    assert list(Budget(10**9, seconds=0.0)) == [0]  # one try always
    assert not Budget(1).over()
    began = time.monotonic()
    assert sum(1 for _ in Budget(10**12, seconds=0.05)) > 1
    assert time.monotonic() - began < 5


def test_parts_share_the_count_and_a_finding_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    parts = {"quick": counting, "slow": counting}
    assert harness.run("Counting", parts, count=100, words=[], shares={"slow": 0.25}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Counting"
    assert [line.split()[:3] for line in lines[2:4]] == [["quick", "80", "0"], ["slow", "20", "0"]]
    assert lines[4].split()[:3] == ["together", "100", "0"]
    assert "seed 0" in lines[5]
    words = ["--count", "7", "--seed", "5", "--only", "bad"]
    assert harness.run("Finding", {**parts, "bad": finding}, count=1, words=words) == 1
    assert "    seed 5 found one" in capsys.readouterr().out.splitlines()


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    harness.run("A title", {"a part of a long name indeed": counting}, count=12345, words=[])
    header, row, together = capsys.readouterr().out.splitlines()[1:4]
    assert header.index("tried") + 5 == row.index("12,345") + 6 == together.index("12,345") + 6


def test_time_is_shared_too(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    words = ["--count", "1000000000", "--seconds", "0.2"]
    assert harness.run("Timing", {"one": counting, "two": counting}, count=1, words=words) == 0
    assert time.monotonic() - began < 5
