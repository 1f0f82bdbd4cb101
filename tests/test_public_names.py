"""What ``import gatewright`` offers, and that it costs nothing until it is used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import gatewright

NAMES = [
    *("CircuitBuilder", "CircuitSpec", "GateSpec", "Netlist", "Parameter", "Recipe", "Store"),
    *("TrainedGate", "TruthTable", "hookimpl", "load_plugins", "train", "verify"),
]


def promised_to_type_checkers() -> dict[str, str]:
    """Every name that a type checker is told of, with its home."""
    tree = ast.parse(Path(gatewright.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name: node.module or ""
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_what_plugins_and_notebooks_need_is_there() -> None:
    assert set(NAMES) <= set(gatewright.__all__)
    assert gatewright.__all__ == sorted(set(gatewright.__all__))


def test_type_checkers_and_python_are_told_the_same_names() -> None:
    assert sorted(promised_to_type_checkers()) == gatewright.__all__


@pytest.mark.parametrize("name", gatewright.__all__)
def test_a_name_is_the_very_object_of_its_home(name: str) -> None:
    home = promised_to_type_checkers()[name]
    found = getattr(gatewright, name)
    if name == "learn":  # a package as well, and callable
        found = found.__wrapped__
    assert found is getattr(import_module(home), name)
    if isinstance(found, type) or hasattr(found, "__code__"):
        assert found.__qualname__ == name
        # Its home may be a folder that gathers what its modules define.
        assert f"{found.__module__}.".startswith(f"{home}.")


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'gatewright' has no attribute 'xor'"):
        _ = gatewright.xor
    assert not hasattr(gatewright, "_HIDDEN")
    with pytest.raises(ImportError, match="cannot import name 'xor'"):
        from gatewright import xor  # noqa: F401 - that it fails is the point


def test_everything_can_be_imported_with_a_star() -> None:
    names: dict[str, object] = {}
    script = "from gatewright import *"
    exec(script, names)  # noqa: S102 - a star is allowed at the top of a module only
    assert set(gatewright.__all__) <= set(names)


def run(script: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    ours = "sorted(each for each in sys.modules if each.startswith('gatewright'))"
    assert run(f"import gatewright, sys; print({ours})") == "['gatewright', 'gatewright.asking']"
    assert run("import gatewright, sys; print('numpy' in sys.modules)") == "False"
    # The same question about something that does need NumPy is answered otherwise.
    assert run("import gatewright, sys; gatewright.train; print('numpy' in sys.modules)") == "True"


def test_the_version_is_the_one_installed() -> None:
    from importlib.metadata import version

    from gatewright.version import VERSION

    assert version("gatewright") == VERSION


SENTENCES = {"Buses", "Integers", "Mask", "Row", "Wire", "hookimpl"}
"""Names of types and marks, of which there is nothing to run."""


@pytest.mark.parametrize("name", sorted({*gatewright.__all__} - SENTENCES))
def test_a_name_is_explained_by_an_example(name: str) -> None:
    found = getattr(gatewright, name)
    found = found.__wrapped__ if name == "learn" else found
    assert ">>>" in (inspect.getdoc(found) or "")
