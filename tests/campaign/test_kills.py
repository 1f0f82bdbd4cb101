"""A bounded run of `kills`: a kill or two of each command that writes, and what must be noticed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from tests.campaign import kills
from tests.campaign.harness import Budget


@pytest.mark.exhaustive
@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("name", ["train", "verify --checkpoint", "export"])
def test_a_killed_command_leaves_whole_files_and_the_next_goes_on(name: str) -> None:
    victim = dataclasses.replace(kills.VICTIMS[name], before=())
    tally = kills.kills(victim, Budget(1), seed=1)
    assert tally.findings == []
    assert tally.tried == 1


def test_half_a_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    for name in ("adder.jsonl", "store/npn3.library.safetensors", "a.html", ".a.html.1.tmp"):
        (tmp_path / name).write_bytes(b'{"first": 0}\n{"fir\n')
    left = kills.files(tmp_path)
    assert kills.drafts(left) == {".a.html.1.tmp"}
    for name, wrong in (
        ("verify --checkpoint", "adder.jsonl: a line b'{\"fir'"),
        ("library build", "is damaged"),
        ("report", "a.html: is neither the old nor the new file"),
    ):
        some = {
            each: data
            for each, data in left.items()
            if each in (kills.VICTIMS[name].grows or ["a.html"])
        }
        (found,) = kills._damage(kills.VICTIMS[name], tmp_path, some, {}, {})
        assert wrong in found
    assert kills._damage(kills.VICTIMS["report"], tmp_path, {}, {"a.html": b""}, {}) == [
        "a.html is gone"
    ]
