r"""The files that a Verilog file may name: those in its own folder, and in the folders that a user adds.

A name is taken as it stands in ``include "name"`` or ``$readmemh("name", …)``, from the folder of the
file that has it, of the first file, then of each further folder. Whatever is not a plain file in one of them is
refused: an absolute path, a way out by ``..`` or by a link, a folder, a pipe, a device.

Example:
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "rom.hex").write_text("a5")
    >>> Files(str(folder / "top.v")).read("rom.hex").data
    b'a5'
    >>> Files(str(folder / "top.v")).read("../etc/passwd")
    Traceback (most recent call last):
        ...
    gatewright.formats.verilog.files.NotAllowedError: lies outside the folder of the source; copy it there
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from gatewright.errors import FormatError
from gatewright.formats.encoding import in_utf8
from gatewright.formats.model.source import MOST_BYTES, Source

MOST_FILES = 1000
"""Most files that a Verilog file may name."""


class NotAllowedError(FormatError):
    """A name of a file that may not be read; the message says why, but not where."""


class Files:
    """What may be read, and how much of it.

    Args:
        path: of the first file.
        folders: from which files may be taken besides its own.
    """

    def __init__(self, path: str, folders: Sequence[Path] = ()) -> None:
        self._folders = (Path(path).parent, *folders)
        self._left = MOST_BYTES
        self._count = 0

    def read(self, name: str, near: Path | None = None) -> Source:
        """A file.

        Args:
            name: as it stands in the text.
            near: the folder of the file that has it, if it is not the first.

        Raises:
            NotAllowedError: it is not a file in these folders, cannot be read, or is one too many.
        """
        if not name or not name.isprintable() or "\\" in name:
            raise NotAllowedError("is not a plain name of a file", hint="rename it")
        if Path(name).is_absolute() or PureWindowsPath(name).drive or name.startswith(("/", "~")):
            raise NotAllowedError(
                "is an absolute path", hint="name it as from the folder of the source"
            )
        allowed = [folder.resolve() for folder in self._folders]
        outside = False
        for folder in [near, *self._folders] if near else self._folders:
            try:
                path = (folder / name).resolve(strict=True)
            except FileNotFoundError:
                continue
            except (OSError, RuntimeError) as error:  # a loop of links, say
                raise NotAllowedError(f"cannot be read: {_why(error)}") from None
            if any(path.is_relative_to(each) for each in allowed):
                return self._opened(path, folder / name)
            outside = True
        if outside or ".." in Path(name).parts:
            raise NotAllowedError(
                "lies outside the folder of the source",
                hint="copy it there",
            )
        raise NotAllowedError(
            "is not in a folder that may be read",
            hint="put it beside the source",
        )

    def _opened(self, path: Path, shown: Path) -> Source:
        """The bytes of a plain file; pipes are not waited for, and links made meanwhile are not followed."""
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                raise NotAllowedError("is not a plain file", hint="name a file")
            with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise NotAllowedError("is not a plain file", hint="name a file")
                data = file.read(self._left + 1)
        except OSError as error:
            raise NotAllowedError(f"cannot be read: {_why(error)}", hint="name another") from None
        self._left -= len(data)
        self._count += 1
        if self._left < 0:
            what = f"makes it more than the {MOST_BYTES >> 20} MB that are read"
            raise NotAllowedError(what, hint="split the circuit")
        if self._count > MOST_FILES:
            what = f"is one file more than the {MOST_FILES} that are read"
            raise NotAllowedError(what, hint="include it once")
        try:
            return Source(str(shown), in_utf8(data))
        except UnicodeDecodeError as error:
            what = f"begins as text in {error.encoding}, and is not"
            raise NotAllowedError(what, hint="save it as UTF-8") from None


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
