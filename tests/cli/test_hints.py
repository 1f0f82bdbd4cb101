"""The hints of the library as the command line gives them, and what the library says itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import gatewright
from gatewright.cli.hints import HINTS, told
from gatewright.errors import GatewrightError, Hint

HOUSE = Path(gatewright.__file__).parent
LIBRARY = [path for path in HOUSE.rglob("*.py") if path.relative_to(HOUSE).parts[0] != "cli"]
COMMANDS = re.compile(r"(^|[\s'>(])--[a-z]|circuits (train|plot|list|gates|library|equiv)\b")
NOT_OURS = {"formats/yosys/tool.py", "draw/schematic/layout.py"}  # options of pip and of V8
ON_A_PAGE = {
    "plugins/scaffold.py",
    "draw/report/gates.py",
}  # a report and a new plugin say commands


def hints() -> dict[str, set[str]]:
    """The facts of every hint of the library, by what it is about."""
    return {
        str(node.args[1].value): {str(each.arg) for each in node.keywords}
        for path in LIBRARY
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Hint"
        if isinstance(node.args[1], ast.Constant)
    }


def test_every_hint_has_its_words_on_the_command_line() -> None:
    asked = {
        about: {name for _, name, _, _ in Formatter().parse(text) if name} - {"hint"}
        for about, text in HINTS.items()
    }
    assert hints() == asked


def test_a_hint_without_words_of_the_command_line_is_said_as_it_is() -> None:
    assert told(GatewrightError("wrong")) == "wrong"
    assert told(GatewrightError("wrong", hint="mend it")) == "wrong; mend it"
    assert told(GatewrightError("wrong", hint=Hint("mend it", "of nobody"))) == "wrong; mend it"


def test_the_words_of_the_command_line_stand_in_place_of_the_hint() -> None:
    error = GatewrightError("no surface", hint=Hint("draw its network", "plot network", gate="xor"))
    assert str(error) == "no surface; draw its network"
    assert told(error) == "no surface; draw its network: circuits plot xor --network"


def speaks_of_commands(source: str) -> bool:
    """Whether a text of a source that is not a docstring names an option or a command."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and COMMANDS.search(node.value)
        for node in ast.walk(tree)
    )


def test_the_library_does_not_speak_of_the_command_line() -> None:
    assert {
        path.relative_to(HOUSE).as_posix()
        for path in LIBRARY
        if speaks_of_commands(path.read_text(encoding="utf-8"))
    } == NOT_OURS | ON_A_PAGE
