"""Make the reference of the command line, from what ``--help`` says.

    python docs/commands.py

Every command with its arguments, its options and its example, in ``docs/commands.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from gatewright.cli.app import build
from gatewright.cli.commands import COMMANDS

PAGE = Path(__file__).with_name("commands.md")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")


def page() -> str:
    """The page."""
    lines = [
        "# Commands",
        "",
        "Every command of `circuits`, made from its `--help` by `python docs/commands.py`. What each is good",
        "for, in a line: [What you can do](tour.md). Every one takes `--help`, and `--json`, which prints its",
        "result as one JSON object.",
        "",
    ]
    group: Any = typer.main.get_command(build(name for _, name, *_ in COMMANDS))
    heading = ""
    for head, name, _, example, _ in COMMANDS:
        if head != heading:
            heading = head
            lines += [f"## {heading.capitalize()}", ""]
        lines += _entry(name, group.commands[name], example)
    return "\n".join(lines).rstrip() + "\n"


def _entry(name: str, command: Any, example: str) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    words = " ".join(command.collect_usage_pieces(context))
    yield from (f"### `{name}`", "", f"`circuits {name} {words}`", "")
    yield from (*(command.help or "").replace("\b\n", "").splitlines(), "")
    own = [each for each in command.get_params(context) if not {"--help", "--json"} & {*each.opts}]
    shown = [each.get_help_record(context) for each in own]
    for what, said in filter(None, shown):
        yield f"- `{what}`: {' '.join(said.split())}" if said else f"- `{what}`"
    yield from ("", "```console", example, "```", "")


if __name__ == "__main__":
    main()
