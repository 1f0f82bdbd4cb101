"""A RISC-V processor of trained gates: the circuits ``riscv-core`` and ``riscv``, and a command.

All is imported when its hook is asked: commands that need none of it pay nothing.

Example:
    >>> [command.name for command in gatewright_commands()]
    ['riscv']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatewright import hookimpl

if TYPE_CHECKING:
    from gatewright import CircuitSpec, Command, GateSpec


@hookimpl
def gatewright_gate_named(name: str) -> GateSpec | None:
    """The tables that the core is made of, as in ``lut3-e8``: their names say what they are."""
    from gatewright.gates.functions import spelt_spec

    return spelt_spec(name)


@hookimpl
def gatewright_circuits() -> list[CircuitSpec]:
    """The core alone, and with its memory."""
    from gatewright_riscv.core import CORE, WITH_RAM

    return [CORE, WITH_RAM]


@hookimpl
def gatewright_commands() -> list[Command]:
    """Run a program."""
    from gatewright import Command

    return [
        Command(
            "riscv",
            "Run a program for RISC-V on trained gates.",
            "gatewright_riscv.command:app",
            example="circuits riscv hello.elf",
        )
    ]
