"""What ``circuits equiv`` shows and writes of cycles in which two circuits with registers differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gatewright.cli import output
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.clocked.machine import Initial
    from gatewright.circuits.verify.verdict import Counterexample, Trace

SHOWN = 12
"""Cycles that are shown, up to the last."""


def of_one_cycle(found: Counterexample) -> Trace:
    """A pattern on which two circuits without registers differ, as the only cycle."""
    from gatewright.circuits.verify.verdict import Trace

    return Trace((found.inputs,), {}, found.outputs[0])


def lines(trace: Trace) -> list[str]:
    """The last cycles of a trace: what inputs are."""
    first = max(0, len(trace.inputs) - SHOWN)
    names = list(trace.inputs[0])
    rows = [
        [str(cycle), *(str(trace.inputs[cycle][name]) for name in names)]
        for cycle in range(first, len(trace.inputs))
    ]
    found = output.table(["cycle", *names], rows, right=range(len(names) + 1))
    return found if len(names) < SHOWN else []


def stimulus(trace: Trace, held: Mapping[str, int]) -> str:
    """The inputs as a file of ``circuits simulate --stimulus``.

    Args:
        trace: where two circuits differ.
        held: inputs that were held at a value in both.
    """
    from gatewright.formats.stimulus import write_stimulus

    first, *others = trace.inputs
    said = [f"{trace}"]
    if trace.begins:
        said.append(f"begin with --init {begins(trace)}")
    return write_stimulus([{**held, **first}, *others], said)


def begins(trace: Trace, circuit: Circuit | None = None) -> str:
    """What ``--init`` of ``circuits simulate`` is, for one of the circuits, so that it begins so."""
    names = trace.begins
    if circuit is not None:
        own = {each.name for each in circuit.netlist.registers if each.initial is None}
        names = {name: bit for name, bit in names.items() if name in own}
    ones = [name for name, bit in names.items() if bit]
    if len(ones) == len(names):
        return "1" if ones else "0"
    return ",".join(f"{name}=1" for name in ones) or "0"


def replays(circuit: Circuit, trace: Trace, path: Path, initial: str) -> str:
    """The command that runs a circuit on the file that was written."""
    start = initial if initial != "any" else begins(trace, circuit)
    beginning = "" if start == "0" else f" --init {shell_word(start)}"
    cycles = f"--cycles {len(trace.inputs)}"
    return (
        f"circuits simulate {circuit.title} --stimulus {shell_word(str(path))} {cycles}{beginning}"
    )


def initial_of(text: str) -> Initial:
    """What ``--init`` of ``circuits simulate`` says.

    Raises:
        UsageError: it is neither a bit, ``random``, nor names of registers and bits.
    """
    if text in ("0", "1", "random"):
        return cast("Initial", text)
    found = {}
    for word in text.split(","):
        name, _, bit = word.rpartition("=")
        if not name or bit not in ("0", "1"):
            raise UsageError(
                f"--init {text} is not what registers begin as",
                hint="0, 1, random, or some by name, as in --init q=1,r=0",
            )
        found[name] = int(bit)
    return found
