"""Several processes at one store: nobody ever reads half a gate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train

WRITER = """
import sys
from pathlib import Path
from gatewright.gates.store.store import Store
from gatewright.gates.training.train import train
from gatewright.plugins.builtin.gates import gatewright_gates

spec = next(spec for spec in gatewright_gates() if spec.name == "not")
store, gates = Store(Path(sys.argv[1])), [train(spec, seed=seed) for seed in (1, 2)]
print("ready", flush=True)
sys.stdin.readline()
for turn in range(100):
    store.save(gates[turn % 2])
"""

TRAINER = """
import sys
from pathlib import Path
from gatewright.gates.library import trained_gates
from gatewright.gates.store.store import Store
from gatewright.plugins.builtin.gates import gatewright_gates

wanted = [spec for spec in gatewright_gates() if spec.name in ("and", "xor", "full-adder")]
print("ready", flush=True)
sys.stdin.readline()
trained_gates(wanted, Store(Path(sys.argv[1])), seed=3)
"""


def start_together(script: str, folder: Path, count: int) -> list[subprocess.Popen[str]]:
    """Processes that begin their work at the same moment."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def finish(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0


def test_a_reader_always_finds_one_whole_gate(
    empty_store: Store, builtins: dict[str, GateSpec]
) -> None:
    spec = builtins["not"]
    whole = {train(spec, seed=seed).digest for seed in (1, 2)}
    empty_store.save(train(spec, seed=1))
    processes = start_together(WRITER, empty_store.folder, 2)
    read = 0
    try:
        while any(process.poll() is None for process in processes):
            gate = empty_store.load(spec)
            assert gate is not None
            assert gate.digest in whole
            read += 1
    finally:
        finish(processes)
    assert read > 0
    assert [path.name for path in empty_store.folder.iterdir()] == ["not.safetensors"]


@pytest.mark.exhaustive
def test_two_processes_may_train_the_same_gates_at_once(
    empty_store: Store, builtins: dict[str, GateSpec]
) -> None:
    finish(start_together(TRAINER, empty_store.folder, 2))
    assert {path.name: path.read_bytes() for path in empty_store.folder.iterdir()} == {
        f"{name}.safetensors": to_bytes(train(builtins[name], seed=3))
        for name in ("and", "xor", "full-adder")
    }
