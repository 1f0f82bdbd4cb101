"""A bounded run of `mutants`: damaged files give a circuit or our own errors; what else is noticed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gatewright.formats import blif_reader


def script() -> ModuleType:
    place = Path(__file__).with_name("mutants.py")
    spec = importlib.util.spec_from_file_location("mutants", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("format_", ["blif", "bench", "pla", "json", "aag", "aig"])
def test_damaged_files_give_circuits_or_our_own_errors(format_: str) -> None:
    seen, findings = script().run(format_, 500, seed=1)
    assert [each.what for each in findings] == []
    assert seen["circuit"] + seen["refused"] == 500
    assert seen["circuit"] > 10  # some damages do no harm
    assert seen["refused"] > 100


@pytest.mark.usefixtures("only_built_in")
def test_another_exception_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(blif_reader, "read_blif", broken)
    seen, findings = script().run("blif", 3, seed=1)
    assert seen["wrong"] == 3
    assert findings[0].what == "IndexError: list index out of range"
