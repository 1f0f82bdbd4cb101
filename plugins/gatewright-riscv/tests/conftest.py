"""What the tests share: trained gates, of a store that all of them use."""

from __future__ import annotations

import pytest

import gatewright as gw
from gatewright import TrainedGate


@pytest.fixture(scope="session")
def gates() -> dict[str, TrainedGate]:
    """A trained gate for everything that the processor is made of."""
    return dict(gw.circuit("riscv").train().gates)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is broken."""
    monkeypatch.setenv("COLUMNS", "1000")
