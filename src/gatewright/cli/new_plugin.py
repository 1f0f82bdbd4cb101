"""``circuits new-plugin``: a package to start from, which passes its own tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption
from gatewright.errors import UsageError
from gatewright.text import shell_word


def new_plugin(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The plugin's name, kebab-case; the package is called gatewright-NAME.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="The new folder; by default gatewright-NAME, here.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a plugin to start from: one gate, one circuit, tests."""
    from gatewright.plugins.scaffold import scaffold

    name = name.removeprefix("gatewright-")  # which the package has before its name anyway
    files = scaffold(name)
    plugins = session.load("gates", "circuits")
    for kind, given, known in (
        ("gate", name, plugins.gates),
        ("circuit", f"{name}-all", plugins.circuits),
    ):
        if given in known:
            raise UsageError(
                f"there is a {kind} '{given}' already, from {session.giver(known, given)}",
                hint="choose another name",
            )
    folder = out or Path(f"gatewright-{name}")
    _write(folder, files)
    if json:
        output.emit_json("new-plugin", name=name, folder=str(folder), files=sorted(files))
        return
    output.say(f"wrote {folder}", *(f"  {path}" for path in sorted(files)))
    output.next_step(
        f"pip install -e {shell_word(f'{folder}[test]')} && pytest {shell_word(str(folder))}"
    )


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files, or none: they are written elsewhere first.

    Raises:
        UsageError: the folder is there, or cannot be made.
    """
    import shutil
    import tempfile

    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} exists", hint="name another folder, as in --out my-plugin")
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for path, text in files.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(text, encoding="utf-8")
            made.chmod(0o755)
            made.rename(folder)
        finally:
            if made.exists():
                shutil.rmtree(made)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror or error}", hint="name another folder"
        ) from error
