"""What is not a number is found wherever it comes from: it compares as false with anything."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest

from gatewright.learn.activations import ACTIVATIONS, CLIPPED, Activation
from gatewright.learn.losses import LOSSES
from gatewright.learn.soundness.activations import flaws_of_activation
from gatewright.learn.soundness.losses import flaws_of_loss
from gatewright.testing.forms import flaws_of_forms

TANH = ACTIVATIONS["tanh"]
MSE = LOSSES["mse"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"interval": lambda low, high: (np.nan * low, np.tanh(high))}, "its interval over"),
        ({"interval": lambda low, high: (np.tanh(low), np.nan * high)}, "its interval over"),
        ({"rest": lambda z: np.multiply(z, np.nan, out=z)}, "do not give its value at z"),
    ],
)
def test_bounds_and_forms_that_are_not_a_number(changes: dict[str, object], said: str) -> None:
    assert list(flaws_of_activation(TANH, 200)) == []
    changed = dataclasses.replace(TANH, **changes)  # type: ignore[arg-type]
    assert any(said in flaw for flaw in flaws_of_activation(changed, 200))


def test_a_gradient_that_is_not_a_number() -> None:
    changed = dataclasses.replace(
        MSE, gradient=lambda a, _y, care: np.where(care > 0, np.nan, a * 0)
    )
    assert any("gradient is not that of its value" in flaw for flaw in flaws_of_loss(changed))


def forms() -> list[tuple[str, Activation]]:
    changed = [("onnx", dataclasses.replace(CLIPPED, onnx=(("Sqrt",), ("Clip", 0.0, 1.0))))]
    if shutil.which("cc"):
        changed.append(("c", dataclasses.replace(CLIPPED, c="sqrt(z)")))
    changed.append(("javascript", dataclasses.replace(CLIPPED, javascript="Math.sqrt(z)")))
    return changed


@pytest.mark.parametrize(("form", "changed"), forms())
def test_a_form_that_is_not_a_number(form: str, changed: Activation) -> None:
    if form != "c":
        pytest.importorskip({"onnx": "onnx", "javascript": "py_mini_racer"}[form])
    # To the right of 0 it is given what the form gives there, so that only what is not a number is wrong.
    value = {
        "c": lambda z: np.sqrt(abs(z)),
        "javascript": lambda z: np.sqrt(abs(z)),
        "onnx": lambda z: np.clip(np.sqrt(abs(0.25 * z + 0.5)), 0.0, 1.0),
    }[form]
    told = list(flaws_of_forms(dataclasses.replace(changed, value=value)))
    assert f"its {form} gives another value at z = -9.7" in told
