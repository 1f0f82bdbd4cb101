"""What a command says to run next is on the store that the command was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gatewright.cli.app import build
from gatewright.cli.commands import COMMANDS
from gatewright.cli.output.lines import WITHOUT_STORE

if TYPE_CHECKING:
    from tests.conftest import Circuits


def test_commands_without_a_store_are_those_that_take_none() -> None:
    names = {name for _, name, *_ in COMMANDS}
    group: Any = typer.main.get_command(build(names))

    def takes(command: Any) -> bool:
        below = getattr(command, "commands", {}).values()
        return any("--store" in each.opts for each in command.params) or any(map(takes, below))

    assert {name for name in names if not takes(group.commands[name])} == WITHOUT_STORE


def test_what_is_to_be_run_next_uses_the_same_store(circuits: Circuits, tmp_path: Path) -> None:
    store = tmp_path / "my gates"
    _, _, err = circuits("train", "xor", "--store", str(store))
    assert err.endswith(f"next: circuits predict xor 1 1 --store '{store}'\n")
    file = store / "xor.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    _, _, err = circuits("predict", "xor", "1", "1", "--store", str(store))
    assert f"'circuits train xor --store '{store}''" in err
    assert "--store" not in circuits("train", "xor").err


def test_what_is_no_command_of_ours_is_given_no_store(circuits: Circuits, tmp_path: Path) -> None:
    words = ["--store", str(tmp_path / "s"), "--out", str(tmp_path / "a")]
    _, _, err = circuits("audit", "ripple-adder", "--bits", "2", *words)
    assert err.endswith(f"next: python {tmp_path / 'a' / 'check.py'}\n")
