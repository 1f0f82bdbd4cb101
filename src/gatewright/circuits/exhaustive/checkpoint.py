"""The checkpoint of a long exhaustive proof: which ranges of patterns are done, one a line.

`shards` continues from it after an interruption. A checkpoint is evidence, and evidence is examined before it is
believed. Its first line says what is compared, by digests of the netlist and of the reference's code with all
that it uses, and by the versions of everything; a checkpoint of anything else is refused. Every line ends with a
seal, a digest of itself and of all lines before, so that a line that was changed, moved or taken out is seen.
Ranges may not overlap.
For each, the netlist is compared with the reference once more, on its edges and on patterns drawn anew.

A seal is not a secret: anyone can write a false checkpoint. A proof is only as good as the hands that kept its
checkpoint.

Example:
    >>> import tempfile
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 8}, plugins.gates)
    >>> path = Path(tempfile.mkdtemp()) / "adder.jsonl"
    >>> with kept(path, Exhaustive(adder)) as (done, note):
    ...     note(Compared(0, 65536, 0, None))
    >>> with kept(path, Exhaustive(adder)) as (done, note):
    ...     done
    [Compared(first=0, count=65536, excluded=0, wrong=None)]
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np

from gatewright.circuits.exhaustive.exhaustive import Compared, Exhaustive, some_of
from gatewright.circuits.exhaustive.fingerprint import netlist_digest, reference_code
from gatewright.errors import UsageError
from gatewright.version import VERSION

SCHEMA = "gatewright/exhaustive/2"

_LONGEST = 2000
"""Most bytes of a line: a longer one was not written here."""

_MOST_LINES = 2**22
"""Most ranges of a checkpoint."""

_DRAWN = 62
"""Patterns that are compared once more of a range, beside its first and its last."""


@contextmanager
def kept(
    path: Path | None, work: Exhaustive, versions: Sequence[str] = ()
) -> Iterator[tuple[list[Compared], Callable[[Compared], None]]]:
    """What is already done according to a checkpoint, and how to add to it.

    One line a range, written out at once; a last line that was cut off in the middle is left out.

    Args:
        path: of the file; None to keep nothing.
        work: what is compared.
        versions: of all that takes part, plugins above all; a record with others is refused.

    Raises:
        UsageError: the checkpoint is of something else, is damaged or altered, is in use or cannot be written; or
            what it says of a range does not hold.
    """
    if path is None:
        yield [], lambda _: None
        return
    mine = {"schema": SCHEMA, "work": _fingerprint(work, versions)}
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"the checkpoint {path} is not a file", hint="name another file")
        with path.open("r+b" if path.exists() else "x+b") as file:
            _lock(file, path)
            done, seal, size = _read(file, path, mine, work)
            _look_again(path, work, done)
            file.truncate(size)
            file.seek(size)

            def add(plain: Mapping[str, Any]) -> None:
                nonlocal seal
                seal = _seal(seal, plain)
                file.write(json.dumps({**plain, "seal": seal}).encode() + b"\n")
                file.flush()

            if not size:
                add(mine)
            yield done, lambda found: add(asdict(found))
    except OSError as error:
        raise UsageError(
            f"the checkpoint {path} cannot be used: {error.strerror or error}",
            hint="name another file for the checkpoint",
        ) from error


def _read(
    file: IO[bytes], path: Path, mine: Mapping[str, Any], work: Exhaustive
) -> tuple[list[Compared], str, int]:
    """The ranges of a checkpoint, its last seal, and how many of its bytes are whole lines.

    Raises:
        UsageError: it is of something else, or a line was altered.
    """
    done: list[Compared] = []
    seal, size = "", 0
    for number in range(1, _MOST_LINES + 2):
        line = file.readline(_LONGEST)
        if not line.endswith(b"\n") and len(line) < _LONGEST:
            if number == 1 and not json.dumps({"schema": SCHEMA}).encode().startswith(line[:30]):
                raise _foreign(path)
            break  # the end, or a line that was cut off when its writer was killed
        if number > _MOST_LINES:
            raise _altered(path, number, "there are too many lines")
        plain = _parsed(line)
        sealed = None if plain is None else plain.pop("seal", None)
        if number == 1 and (plain is None or plain.get("schema") != SCHEMA):
            raise _foreign(path)
        if plain is None or sealed != (seal := _seal(seal, plain)):
            raise _altered(path, number, "it is not as it was written")
        if number == 1:
            if plain != mine:
                raise UsageError(
                    f"{path} records the proof of another circuit, or of another version of it",
                    hint="name another file for the checkpoint, or delete it",
                )
        else:
            done.append(_range(plain, path, number, 2**work.bits))
        size += len(line)
    for one, other in pairwise(sorted(done, key=lambda each: each.first)):
        if one.first + one.count > other.first:
            raise UsageError(
                f"{path} has two ranges for pattern {other.first}",
                hint="delete it and start over",
            )
    return done, seal, size


def _range(plain: Mapping[str, Any], path: Path, number: int, total: int) -> Compared:
    if set(plain) != {each.name for each in fields(Compared)}:
        raise _altered(path, number, "it has other entries than a range has")
    found = Compared(**plain)
    problem = found.problem(total)
    if problem:
        raise _altered(path, number, problem)
    return found


def _look_again(path: Path, work: Exhaustive, done: Sequence[Compared]) -> None:
    """Compare some patterns of every range that is recorded as right.

    Raises:
        UsageError: netlist and reference differ on one.
    """
    for each in done:
        if each.wrong is None:
            _, wrong = work.answers(some_of(each.first, each.count, _DRAWN))
            if wrong is not None:
                raise UsageError(
                    f"{path} says that patterns {each.first} to {each.first + each.count - 1} are right, but "
                    f"pattern {wrong} is not",
                    hint="delete it and start over",
                )


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep a second process from writing the same record, where the system can.

    Raises:
        UsageError: another one writes it.
    """
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"the checkpoint {path} is being written by another process",
                hint="wait for it, or name another file for the checkpoint",
            ) from None


def _foreign(path: Path) -> UsageError:
    return UsageError(
        f"{path} is not a checkpoint of this version",
        hint="name another file for the checkpoint, or delete it",
    )


def _altered(path: Path, number: int, why: str) -> UsageError:
    return UsageError(
        f"{path}, line {number}: the checkpoint is damaged or was altered: {why}",
        hint="delete it and start over",
    )


def _seal(before: str, plain: Mapping[str, Any]) -> str:
    """The digest of a line and of all lines before it."""
    return hashlib.sha256(f"{before}\n{json.dumps(plain, sort_keys=True)}".encode()).hexdigest()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A line of a checkpoint; None if it is not one."""
    try:
        plain = json.loads(line) if len(line) < _LONGEST else None
    except (ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) else None


def _fingerprint(work: Exhaustive, versions: Sequence[str]) -> str:
    """A digest of what is compared: the netlist, the reference's code, and who takes part."""
    circuit = work.circuit
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    parts = (
        *(VERSION, python, np.__version__, circuit.spec.name, *sorted(versions)),
        *(netlist_digest(circuit.netlist), reference_code(circuit).digest),
        work.answers(np.arange(min(2**work.bits, 64), dtype=np.int64))[0],
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()
