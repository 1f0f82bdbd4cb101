"""The record of a long exhaustive proof: which ranges of patterns are done, a line each.

After `exhaustive`; `shards` goes on from it after an interruption. Its first line says what is compared:
a record of another circuit is refused, not continued.

Example:
    >>> import tempfile
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 8}, plugins.gates)
    >>> path = Path(tempfile.mkdtemp()) / "adder.jsonl"
    >>> with kept(path, adder) as (done, note):
    ...     note(Compared(0, 65536, 0, None))
    >>> with kept(path, adder) as (done, note):
    ...     done
    [Compared(first=0, count=65536, excluded=0, wrong=None)]
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gatewright.errors import UsageError
from gatewright.netlists.buses import input_buses, reference_bits
from gatewright.netlists.exhaustive import Compared
from gatewright.netlists.patterns import random_patterns
from gatewright.netlists.spec import Circuit
from gatewright.version import VERSION


@contextmanager
def kept(
    path: Path | None, circuit: Circuit
) -> Iterator[tuple[list[Compared], Callable[[Compared], None]]]:
    """What is already done according to a record, and how to add to it.

    One line a range, written out at once; a last line that was cut off in the middle is left out.

    Raises:
        UsageError: the record is of something else, or cannot be written.
    """
    if path is None:
        yield [], lambda _: None
        return
    mine = {"schema": "gatewright/exhaustive/1", "work": _fingerprint(circuit)}
    done, kept = [], 0
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        lines = text.splitlines(keepends=True)
        if len(lines) == 1 and _parsed(lines[0]) is None:  # cut off in its first line
            lines = []
        if lines and _parsed(lines[0]) != mine:
            raise UsageError(
                f"{path} records the proof of another circuit, or of another version of it",
                hint="name another file with --record, or delete it",
            )
        for line in lines:
            plain = _parsed(line)
            if plain is None:
                break
            kept += len(line.encode())
            if plain != mine:
                done.append(Compared(**plain))
        with path.open("r+b" if lines else "wb") as file:
            file.truncate(kept)
            file.seek(kept)
            if not kept:
                file.write(_line(mine))

            def note(found: Compared) -> None:
                file.write(_line(asdict(found)))
                file.flush()

            yield done, note
    except OSError as error:
        raise UsageError(
            f"the record {path} cannot be used: {error.strerror or error}",
            hint="name another file with --record",
        ) from error


def _line(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain).encode() + b"\n"


def _parsed(line: str) -> dict[str, Any] | None:
    """A line of a record; none where it was cut off."""
    try:
        plain = json.loads(line)
    except ValueError:
        return None
    return plain if isinstance(plain, dict) and line.endswith("\n") else None


def _fingerprint(circuit: Circuit) -> str:
    """A digest of what is compared: the netlist with its gates, and what the reference says of a sample."""
    netlist = circuit.netlist
    sample = next(random_patterns(netlist.inputs, 64, seed=0, chunk=64))
    buses = input_buses(circuit, sample)
    inside = circuit.domain(buses)
    if inside is not None:
        buses = {name: values[inside] for name, values in buses.items()}
    said = reference_bits(circuit, buses).tobytes() if len(next(iter(buses.values()))) else b""
    gates = [(name, spec.table.digest) for name, spec in sorted(netlist.gates.items())]
    text = repr((VERSION, netlist.inputs, netlist.outputs, netlist.instances, gates))
    return hashlib.sha256(text.encode() + said).hexdigest()
