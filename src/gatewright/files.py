"""Writing files so that nobody ever sees half of one.

Example:
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> write_atomically(folder / "note.txt", b"whole")
    >>> (folder / "note.txt").read_bytes()
    b'whole'
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` in one step: readers find the old file or the new one, whole.

    Safe with several processes writing the same path: the last one wins.

    Raises:
        OSError: the folder cannot be written to; the old file, if any, is untouched.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
