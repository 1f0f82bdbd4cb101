"""Files, whole: read without ever waiting, and written so that nobody sees half a file.

Example:
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> write_atomically(folder / "note.txt", b"whole")
    >>> read_regular(folder / "note.txt", 100)
    b'whole'
    >>> read_regular(folder / "note.txt", 4)
    Traceback (most recent call last):
        ...
    gatewright.files.UnfitFileError: [Errno 22] it has 5 bytes, more than the 4 that are read
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader

ABANDONED_AFTER = 3600.0
"""Seconds after its last change in which a draft is never removed, whoever wrote it."""

_DRAFT = re.compile(r"\..+\.([1-9][0-9]{0,8})\.[0-9a-f]{8}\.tmp", re.DOTALL)

# A pipe is opened without waiting for a writer, and no terminal becomes the one of this process.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class UnfitFileError(OSError):
    """A file that is not read, as it is not regular, or too large; ``strerror`` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EINVAL, why)


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading. What might never end, or never begin, is refused at once.

    Its kind is checked before it is opened, as opening a device may have effects, and again after,
    as it may have become something else.

    Raises:
        UnfitFileError: it is a pipe, a socket or a device.
        OSError: there is no such file, it is a folder, or it cannot be read.
    """
    _check_kind(os.stat(path))
    handle = os.open(path, _FLAGS)
    try:
        _check_kind(os.fstat(handle))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def handed_over(path: Path) -> int | None:
    """The number of the open file that a shell names so, as in ``<(zcat big.blif)``; None if it is none."""
    if str(path) == "/dev/stdin":
        return 0
    found = re.fullmatch(r"/(?:dev|proc/self)/fd/([0-9]{1,6})", str(path))
    return int(found[1]) if found else None


def read_regular(path: Path, most: int) -> bytes:
    """All of a regular file of at most so many bytes; no more than that is ever held.

    Raises:
        UnfitFileError: it is larger, or not a regular file.
        OSError: as for `open_regular`.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise UnfitFileError(f"it has {size} bytes, more than the {most} that are read")
        # Of a file that does not know its size, or grows: one byte too many is enough to refuse it.
        parts, left = [], most + 1
        wanted = size + 1
        while part := file.read(min(wanted, left)):
            parts.append(part)
            left -= len(part)
            wanted = 1 << 16
        if not left:
            raise UnfitFileError(f"it has more than the {most} bytes that are read")
    return b"".join(parts)


def _check_kind(about: os.stat_result) -> None:
    if stat.S_ISREG(about.st_mode):
        return
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    kind = next((name for is_it, name in _KINDS if is_it(about.st_mode)), "something else")
    raise UnfitFileError(f"it is {kind}, not a file: save what comes out of it as a file first")


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` in one step: readers find the old file or the new one, whole.

    Safe with several processes writing the same path: the last one wins. Drafts that killed writers left
    in the folder are removed.

    Raises:
        OSError: the folder cannot be written to; the old file, if any, is untouched.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    _remove_abandoned(path.parent)
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def is_open_end(path: Path) -> bool:
    """Whether a path names a device or a pipe, as ``/dev/null`` or ``>(gzip > f.gz)``; no file replaces it."""
    try:
        kind = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(kind) and not stat.S_ISDIR(kind)


def write_named(path: Path, data: bytes) -> None:
    """Write to a path that a user names: into a device or a pipe, otherwise a whole file.

    Where the path is a link, the file that it leads to is written, and the link stays.

    Raises:
        OSError: it cannot be written; an old file is untouched.
    """
    if not is_open_end(path):
        write_atomically(Path(os.path.realpath(path)), data)
        return
    with path.open("wb") as end:
        end.write(data)


def _remove_abandoned(folder: Path) -> None:
    """Remove drafts, and nothing else, whose writers have ended and that nobody changed for long.

    Both must hold: another process may have the number of one that has ended, and one on another machine has
    a number that says nothing here. Drafts that cannot be examined or removed stay, and do no harm.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = _DRAFT.fullmatch(entry.name)
            if named is None:
                continue
            with contextlib.suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                old = time.time() - about.st_mtime > ABANDONED_AFTER
                if old and stat.S_ISREG(about.st_mode) and not _is_alive(int(named[1])):
                    os.unlink(entry.path)


def _is_alive(process: int) -> bool:
    """Whether a process of this number runs here; assumed if asking would end it."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of another user
        return True
    return True
