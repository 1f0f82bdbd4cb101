"""Pages that are transcripts: what is typed, and what is then seen.

``console`` blocks hold commands after ``$`` and the output under each, standard output and standard
error as they come. A command must succeed, unless ``echo $?`` follows and shows what it exits with.
``<!-- write FILE -->`` before a block says that the block is this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

BLOCK = re.compile(
    r"^(?:<!-- (?P<action>\w+) (?P<file>\S+) -->\n)?```(?P<language>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    action: str
    file: str
    language: str
    body: str
    line: int


@dataclass
class Command:
    line: int
    words: str
    output: list[str] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        yield Block(
            found["action"] or "", found["file"] or "", found["language"], found["body"], line
        )


def commands(block: Block) -> list[Command]:
    found: list[Command] = []
    for number, line in enumerate(block.body.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Command(number, line[2:]))
        else:
            found[-1].output.append(line)
    return found


def plain(line: str) -> str:
    """A line without what may differ: decimals after the first, and the width of columns."""
    rounded = re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.1f}", line)
    return re.sub(r"[ ─]+", " ", rounded).rstrip()


def fits(shown: list[str], printed: str) -> bool:
    """Whether the output is what the page shows; ``…`` stands for anything in a line, or for lines."""
    pattern = ""
    for line in "\n".join(shown).strip("\n").splitlines():
        if line == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += re.escape(plain(line)).replace("…", r"[^\n]*") + r"\n"
    text = "".join(f"{plain(line)}\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, text) is not None


def changed(text: str, diff: str) -> str:
    """The text with the ``-`` lines of a diff replaced by its ``+`` lines."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line.startswith("-"))
    after = "".join(line[1:] for line in lines if line.startswith("+"))
    assert text.count(before) == 1, f"occurs {text.count(before)} times: {before}"
    return text.replace(before, after)
