"""A gate whose unit or loss is of a plugin that gives it no more: why is said as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gatewright.kinds import DISABLE

UNIT = """
import numpy as np
import gatewright as gw
@gw.hookimpl
def gatewright_activations():
    yield gw.Activation("old-unit", np.tanh, lambda z, a: 1 - a * a, low=-1.0, high=1.0)
"""


def test_why_a_gate_cannot_run(install: Callable[..., Path], tmp_path: Path) -> None:
    site = install("oops", UNIT)

    def circuits(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "CIRCUITS_STORE": str(tmp_path / "store"), **environment}
        command = [sys.executable, "-m", "gatewright", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    learned = circuits("train", "buf", "--activations", "old-unit", "--no-harden")
    assert learned.returncode == 0, learned.stderr

    def why(**environment: str) -> str:
        done = circuits("predict", "buf", "1", **environment)
        assert done.returncode == 2
        start = "cannot run: the activation 'old-unit' is of plugin 'oops' (acme-gates 1.0), "
        return done.stderr.partition(start)[2].splitlines()[0]

    off = os.environ.get(DISABLE, "") + ",oops"
    assert why(**{DISABLE: off}) == "which is switched off; mend that, or train the gate again"
    (site / "acme_gates.py").write_text("# it gives nothing\n")
    assert why() == "which does not give it now; train the gate again"
    (site / "acme_gates.py").write_text("1 / 0  # nor can it be loaded\n")
    assert why() == "which cannot be loaded; mend that, or train the gate again"
    (site / "acme_gates-1.0.dist-info" / "entry_points.txt").write_text("")
    assert why() == "which is not here; install it"
