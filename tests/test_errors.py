"""Errors: one tree, one line each, with an exit code and what to do next."""

from __future__ import annotations

import pytest

from gatewright import errors
from gatewright.errors import GatewrightError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train

KINDS = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, GatewrightError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_its_message_and_what_to_try(kind: type[GatewrightError]) -> None:
    error = kind("no gate 'xnot'", hint="did you mean 'nor'?")
    assert str(error) == "no gate 'xnot'; did you mean 'nor'?"
    assert error.message == "no gate 'xnot'"
    assert error.hint == "did you mean 'nor'?"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_may_have_nothing_to_try(kind: type[GatewrightError]) -> None:
    error = kind("no gate 'xnot'")
    assert str(error) == error.message == "no gate 'xnot'"
    assert error.hint == ""


def test_exit_codes_are_those_promised() -> None:
    codes = {kind.__name__: kind.exit_code for kind in KINDS}
    assert codes.pop("NotLearnedError") == 1
    assert codes.pop("UnknownGateError") == 3
    assert codes.pop("UnknownCircuitError") == 3
    for name in (
        "UsageError",
        "TableError",
        "SpecError",
        "RecipeError",
        "NetlistError",
        "StoreError",
    ):
        assert codes[name] == 2
    assert set(codes.values()) <= {1, 2, 3, 4}


def test_every_error_is_caught_as_one_of_ours_and_none_as_pythons() -> None:
    assert len(KINDS) >= 10
    for kind in KINDS:
        with pytest.raises(GatewrightError):
            raise kind("broken")
        assert not issubclass(kind, (ValueError, OSError, RuntimeError, LookupError))


def test_an_error_defined_further_down_belongs_to_the_tree() -> None:
    spec = GateSpec.from_function("xor", lambda a, b: a ^ b, inputs="ab", outputs="y")
    with pytest.raises(GatewrightError) as caught:
        train(spec, Recipe((1,), epochs=2, restarts=2))
    assert isinstance(caught.value, GateNotLearnedError)
    assert caught.value.exit_code == 1
    assert str(caught.value) == f"{caught.value.message}; {caught.value.hint}"
