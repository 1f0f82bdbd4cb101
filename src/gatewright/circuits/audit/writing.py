"""Everything that a verdict rests on, as the files of a folder that a stranger can check.

The checker is one file that shares no code with us. It is run here too: what it makes of netlist and
specification is what is proved, so both count nodes and clauses alike; and what is written has to pass it first.

Example:
    >>> from gatewright.formats.blif.writer import write_blif
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> files = audit_files(circuit, gates, write_blif, ("parity = parity(a)",), time_limit=10)
    >>> sorted(files)
    ['check.py', 'circuit.blif', 'claim.json', 'claim.txt', 'gates.json', 'patterns.json']
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gatewright.circuits.audit import check
from gatewright.circuits.audit.gates_file import gates_text
from gatewright.circuits.audit.proving import prove
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.verify.miter_graph import sample_of
from gatewright.circuits.verify.symbolic.following import packed
from gatewright.errors import NetlistError, UsageError
from gatewright.gates.trained import TrainedGate

Files = dict[str, bytes]
Watch = Callable[[int, int], None]
T = TypeVar("T")

NAMES = (*check.FILES, "check.py")
"""Every file that an audit may have."""


def audit_files(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    write: Callable[[Netlist], str],
    lines: tuple[str, ...],
    assuming: str = "",
    *,
    time_limit: float,
    watch: Watch | None = None,
) -> Files:
    """The files of an audit, by name.

    Args:
        circuit: without registers.
        gates: a trained gate for each of its gates.
        write: a netlist as BLIF.
        lines: of the specification, as in ``{cout, sum} = a + b + cin``; none to prove nothing of it.
        assuming: where it is to hold; everywhere if it is empty.
        time_limit: of all ways to prove together, in seconds; reading and checking come on top.
        watch: called with what is done and what is to do.

    Raises:
        NetlistError: it has registers or memories.
        UsageError: a gate is not certified, or a specification cannot be read.
        DiffersError: the circuit is not what it says.
        NothingInsideError: the specification is to hold nowhere.
        UnprovedError: no proof was found.
    """
    if circuit.netlist.clocked:
        raise NetlistError("an audit covers circuits without registers and memories")
    files: Files = {
        "gates.json": gates_text({name: gates[name] for name in circuit.netlist.gates}).encode(),
        "circuit.blif": write(_plain(circuit.netlist)).encode(),
    }
    claim = {
        "schema": "gatewright/audit-claim/1",
        "circuit": circuit.title,
        "specification": list(lines),
        "assuming": assuming,
    }

    def say(method: str) -> None:
        files["claim.json"] = (json.dumps({**claim, "method": method}, indent=1) + "\n").encode()

    say("none")
    audited = _checked(lambda: check.Audit(files))
    if audited.bad:
        sample = sample_of(circuit.netlist.inputs)
        found = prove(audited, packed(sample), len(sample), time_limit, watch)
        files[found.file] = found.text.encode()
        say(found.method)
    files["claim.txt"] = _checked(lambda: check.Audit(files).claim()).encode()
    files["check.py"] = Path(check.__file__).read_bytes()
    return files


def _checked(make: Callable[[], T]) -> T:
    """What the checker makes.

    Raises:
        UsageError: it refuses, as a specification that it does not know.
    """
    try:
        return make()
    except check.Refused as error:
        raise UsageError(f"the checker refuses it: {error}") from error


def _plain(netlist: Netlist) -> Netlist:
    """The same with ports whose bits are called by their places, and a title that no gate has."""
    title = "audited"
    while title in netlist.gates:
        title += "_"
    sides = (
        tuple(
            dataclasses.replace(bus, names=(), places=(), vector=bus.vector or bus.width > 1)
            for bus in side
        )
        for side in (netlist.inputs, netlist.outputs)
    )
    inputs, outputs = sides
    return dataclasses.replace(netlist, name=title, inputs=inputs, outputs=outputs)
