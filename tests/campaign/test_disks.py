"""A bounded run of `disks`, and what it must notice."""

from __future__ import annotations

import os
import sys

import pytest
from tests.campaign import disks
from tests.campaign.harness import Budget

if sys.platform != "linux":
    pytest.skip("disks fail otherwise elsewhere", allow_module_level=True)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("part", ["disk full", "quota", "read-only", "clock set back"])
def test_a_failing_disk_is_survived_with_one_line(part: str) -> None:
    tally = disks.PARTS[part](Budget(1), 1)
    assert tally.findings == []
    assert tally.tried == 1 or (part == "disk full" and os.geteuid())


@pytest.mark.usefixtures("only_built_in")
def test_a_file_cut_short_while_it_is_read_kills_nobody() -> None:
    tally = disks.cut(Budget(40), 1)
    assert tally.findings == []
    assert tally.tried == 40


@pytest.mark.parametrize(
    ("code", "err", "fails", "wrong"),
    [
        (2, "circuits: the disk is full\n", None, False),
        (2, "circuits: the disk is full\n", True, False),
        (2, "circuits: the disk is full\n", False, True),
        (0, "", None, False),
        (0, "", True, True),
        (1, "Traceback (most recent call last):\nOSError\n", None, True),
        (2, "circuits: one\ncircuits: two\n", None, True),
        (2, "training xor: not yet in s\ncircuits: the disk is full\n", True, False),
        (2, "training\ncircuits: the disk is full\n", True, True),
        (2, "", None, True),
        (-7, "", None, True),
    ],
)
def test_how_commands_end_is_judged(code: int, err: str, fails: bool | None, wrong: bool) -> None:
    ended = disks.Ended(("train", "xor"), code, "", err)
    assert bool(disks.problems(ended, {}, {}, fails=fails)) == wrong


def test_files_that_are_lost_or_left_are_noticed() -> None:
    ended = disks.Ended(("train", "xor"), 2, "", "circuits: full\n")
    old = {"a.html": b"old"}
    assert disks.problems(ended, old, old, fails=True) == []
    for after in ({}, {"a.html": b"ol"}, {**old, "store/.xor.1.tmp": b""}):
        assert len(disks.problems(ended, old, after, fails=True)) == 1
