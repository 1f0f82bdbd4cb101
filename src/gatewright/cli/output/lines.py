r"""How lines are printed: each as one line of printable characters, in colours, no wider than the terminal.

Standard output is the result; what is wrong and the next step go to standard error. What is printed may hold
names from anywhere; only colours are ours.

Example:
    >>> say("one\x07two")
    one\x07two
    >>> wrapped("as wide as it may be", 10)
    ['as wide as', 'it may be']
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

import typer

from gatewright.cli.output.streams import descriptor, out
from gatewright.text import shell_word, visible

# Until it is printed, a colour is a mark of printable characters that nobody can guess, so no name can make one.
_SECRET = os.urandom(8).hex()

_CODES = {
    f"⟨{_SECRET}:{name}⟩": code
    for name, code in {
        "bold": "\x1b[1m",
        "dim": "\x1b[2m",
        "green": "\x1b[32m",
        "yellow": "\x1b[33m",
        "red": "\x1b[31m",
        "end": "\x1b[0m",
    }.items()
}


def _styled(text: str, *styles: str) -> str:
    marks = "".join(f"⟨{_SECRET}:{style}⟩" for style in styles)
    return f"{marks}{visible(text)}⟨{_SECRET}:end⟩"


def bold(text: str) -> str:
    """Text that stands out if standard output is a terminal."""
    return _styled(text, "bold")


def good(text: str) -> str:
    """A result that is as it should be."""
    return _styled(text, "green")


def bad(text: str) -> str:
    """A result that is wrong."""
    return _styled(text, "red", "bold")


def say(*lines: str) -> None:
    """Print lines of the result; what is wider than the terminal is broken between words."""
    print_lines(_fitting(map(visible, lines)))


def warn(text: str) -> None:
    """Say on standard error what is wrong; the command continues."""
    print_lines(_fitting([_styled(f"circuits: {text}", "yellow")], err=True), err=True)


def fail(text: str) -> None:
    """Say on standard error why the command ends."""
    print_lines(_fitting([_styled(f"circuits: {text}", "red")], err=True), err=True)


WITHOUT_STORE = frozenset(
    (
        *("certificate", "explain", "compare", "recipes", "list", "verify", "equiv", "grade"),
        *("formats", "learn", "recognise", "learners", "plugins", "new-plugin"),
    )
)
"""Commands that read no gates from a store."""

_TOLD = {"store": ""}


def use_store(folder: str) -> None:
    """Remember which store this command was told to use, so that what it says to run next uses it, too."""
    _TOLD["store"] = folder


def same_store(command: str) -> str:
    """A command to run next, on the store that this one uses."""
    program, _, rest = command.partition(" ")
    if not _TOLD["store"] or program != "circuits" or rest.partition(" ")[0] in WITHOUT_STORE:
        return command
    return f"{command} --store {shell_word(_TOLD['store'])}"


def next_step(command: str) -> None:
    """Say what to try next; names in the command are quoted by `gatewright.text.shell_word`.

    Nothing is said of a circuit that was piped in, as it is gone.
    """
    if any(word == "-" or word.startswith(("/dev/", "/proc/")) for word in command.split()):
        return
    print_lines([_styled(f"next: {same_store(command)}", "dim")], err=True)


def document(data: bytes) -> None:
    """Print a file as it would be written; on a terminal, as lines."""
    if out().isatty():
        print_lines(map(visible, data.decode().removesuffix("\n").split("\n")))
    else:
        typer.echo(data, file=out(), nl=False)


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines as they are, but for marks of colours."""
    text = "\n".join(lines)
    for mark, code in _CODES.items():
        text = text.replace(mark, code)
    typer.echo(text, file=sys.stderr if err else out(), color=_colour())


def _colour() -> bool | None:
    """False if the user wants no colour (https://no-color.org), else None, for what the terminal can do."""
    return False if os.environ.get("NO_COLOR") else None


def room(*, err: bool = False) -> int | None:
    """Columns of the terminal; none where a stream goes elsewhere. The variable COLUMNS says otherwise."""
    stream = sys.stderr if err else out()
    if "COLUMNS" not in os.environ and not (stream is not None and stream.isatty()):
        return None
    return max(20, _columns())


def width() -> int:
    """Columns that lines may have: 80, or those of a narrower terminal; the variable COLUMNS says otherwise."""
    return min(80, max(40, _columns()))


def _columns() -> int:
    """Columns of the terminal that the result goes to."""
    try:
        here = os.get_terminal_size(descriptor(out())).columns
    except OSError:  # it goes elsewhere
        here = 0
    return here if here and "COLUMNS" not in os.environ else shutil.get_terminal_size().columns


def _fitting(lines: Iterable[str], *, err: bool = False) -> Iterator[str]:
    """Lines broken between words where they are wider than the terminal."""
    limit = room(err=err)
    for line in lines:
        if limit is None or _length(line) <= limit:
            yield line
            continue
        indent = " " * min(len(line) - len(line.lstrip(" ")), limit // 2)
        begun = ""
        for word in line.strip(" ").split(" "):
            if begun and _length(indent + begun + word) + 1 > limit:
                yield indent + begun.rstrip(" ")
                begun = ""
            begun = f"{begun} {word}" if begun else word
        yield indent + begun


def _length(text: str) -> int:
    """How long a text is on a terminal, without its colours."""
    for mark in _CODES:
        text = text.replace(mark, "")
    return len(text)


def wrapped(line: str, width: int, *, below: str = "") -> list[str]:
    """A line wrapped to a width, and to the terminal's, with all lines but the first after ``below``."""
    return textwrap.wrap(
        visible(line),
        width,
        subsequent_indent=below,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [""]
