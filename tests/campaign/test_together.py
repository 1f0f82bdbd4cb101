"""A bounded run of `together`: processes at one store and one library."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campaign import together
from tests.campaign.harness import Budget

from gatewright.gates.store.store import Store


@pytest.mark.exhaustive
@pytest.mark.parametrize("processes", [2, 3])
def test_no_process_reads_half_a_file(processes: int) -> None:
    tally = together.together(processes, Budget(10), seed=0)
    assert tally.findings == []
    assert tally.outcomes["reads"] == 20 * processes


def test_a_file_of_nobody_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(self: object, gate: object) -> None:
        path = tmp_path / "not.safetensors"
        path.write_bytes(next(iter(together.gates()))[:-8])

    monkeypatch.setattr(Store, "save", torn)
    assert len(list(together.turns(tmp_path, 0, 3))) == 3
