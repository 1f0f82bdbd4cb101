"""Files that a command writes: whole or not at all, and none replaced unless that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gatewright.cli import output
from gatewright.errors import UsageError


def check_new(path: Path, *, force: bool) -> None:
    """Refuse, before any work is done, a file that could not be written after it.

    What is written into a device or a pipe replaces nothing.

    Raises:
        UsageError: it is a folder, or in none, or in one that takes no files; or it exists, and ``force`` was not
            given.
    """
    import tempfile

    from gatewright.files import is_open_end

    if is_open_end(path):
        return
    if not path.parent.is_dir():
        raise UsageError(
            f"{path} cannot be written: there is no folder {path.parent}",
            hint="make it, or name another",
        )
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file")
    if path.exists() and not force:
        raise UsageError(f"{path} exists", hint="name another file, or give --force to replace it")
    try:
        tempfile.TemporaryFile(dir=path.resolve().parent).close()
    except OSError as error:
        raise _unwritable(path, error) from error


def write_new(path: Path, data: str | bytes, *, force: bool) -> None:
    """Write a file in one step, packed if its ending says so.

    Raises:
        UsageError: it exists, and ``force`` was not given; or it cannot be written.
    """
    from gatewright.files import write_named

    check_new(path, force=force)
    try:
        write_named(path, _packed(path, data.encode() if isinstance(data, str) else data))
    except OSError as error:
        raise _unwritable(path, error) from error


def show(schema: str, data: bytes, out: Path | None, *, json: bool, **about: Any) -> None:
    """Print what was made, unless a file holds it; in JSON also what is to be said of it.

    Args:
        schema: of the JSON.
        data: a text.
        out: the file that holds it already, if one does.
        json: whether to print JSON.
        about: its other fields.
    """
    if json:
        where = {"text": data.decode()} if out is None else {"file": str(out)}
        output.emit_json(schema, **about, **where)
    elif out is None:
        output.document(data)


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{path} cannot be written: {error.strerror or error}", hint="name another file"
    )


def _packed(path: Path, data: bytes) -> bytes:
    if path.suffix.lower() == ".gz":
        import gzip

        return gzip.compress(data, mtime=0)  # the same bytes at any time
    if path.suffix.lower() == ".xz":
        import lzma

        return lzma.compress(data)
    return data
