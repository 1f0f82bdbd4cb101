"""What Yosys gets to see of a file: no directive, no comment, no call of a program, no file of a user's name."""

from __future__ import annotations

import time
from typing import NoReturn

import pytest

from gatewright.formats.verilog.text import plain


class Refused(Exception):  # noqa: N818 - as in pytest.raises(Refused)
    """What a text was refused for, and where."""


def refuse(line: int, what: str, hint: str) -> NoReturn:
    raise Refused(f"{line}: {what}; {hint}")


def seen(text: str) -> tuple[str, list[tuple[str, int]]]:
    """The text that is left, and the memories it names."""
    asked: list[tuple[str, int]] = []

    def memory(name: str, line: int) -> str:
        asked.append((name, line))
        return f"m{len(asked) - 1}"

    return plain(text, memory, refuse), asked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a // b\nc", "a  \nc"),
        ("a /* b\n // */ c", "a  \n c"),
        ('"// no comment /* \\" */" a', '"// no comment /* \\" */" a'),
        (r"\//name a", r"\//name a"),  # an escaped name, and no comment
        (r"\a`include\"x a", r"\a`include\"x a"),
        ("a/**/b", "a b"),  # never joined to one word
        ("`default_nettype none\nx", "`default_nettype none \nx"),
        ("always @(*) // synopsys full_case parallel_case\n", None),
        ("a /* synopsys translate_off */ b \" ' `c\n d // synthesis translate_on\ne", "a \n \ne"),
    ],
)
def test_comments_go_and_what_they_tell_synthesis_stays(text: str, left: str | None) -> None:
    found, _ = seen(text)
    if left is None:
        assert "/* synopsys full_case parallel_case */" in found
    else:
        assert " ".join(found.split(" ")).replace("  ", " ") == left.replace("  ", " ")
    assert found.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        'import "DPI-C" function integer system(chandle);',
        'import\n\t"DPI-C"\nfunction integer f();',
        'import /* a */ // b\n "DPI" function integer f();',
        'x; import"DPI-C"function integer f();',
    ],
)
def test_a_call_of_a_program_is_refused_by_name(text: str) -> None:
    with pytest.raises(
        Refused, match=r'^\d: import "DPI(-C)?" calls a program, which is not logic'
    ):
        seen(text)


def test_other_imports_and_strings_are_none() -> None:
    assert seen('import types::*; initial $display("import", "DPI-C");')[1] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('$readmemh("rom.hex", m)', '$readmemh("m0", m)'),
        ('$readmemb /* a */ (\n "rom.hex" // b\n , m)', '$readmemb(\n"m0"  \n , m)'),
        ('"$readmemh(x)"', '"$readmemh(x)"'),
        ("// $readmemh(x)\n", " \n"),
    ],
)
def test_files_of_memories_get_names_of_our_own(text: str, left: str) -> None:
    found, asked = seen(text)
    assert found == left
    assert asked == ([("rom.hex", 1)] if "m0" in left else [])


@pytest.mark.parametrize(
    "call",
    [
        "$readmemh(NAME, m)",  # a parameter
        '$readmemh({"/etc/", "passwd"}, m)',
        '$readmemh("m0" ^ "x", m)',  # two strings make any third
        '$readmemh("rom.hex" "x", m)',
        '$readmemh("rom.hex")',
        "$readmemh",
        r'\$readmemh ("rom.hex", m)',  # the same to Yosys
        '$readmemhx("rom.hex", m)',
        '1$readmemh(f("x"), m)',  # a number, and then a task
    ],
)
def test_a_memory_of_a_file_that_is_made_up_is_refused(call: str) -> None:
    with pytest.raises(
        Refused, match=r"^2: '.*' names no file; expected \$readmemh\(\"file\", memory\)"
    ):
        seen(f"\n{call};")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a\n`include "x"', "2: '`include' is neither a directive that is known nor a macro"),
        ('`line 1 "/etc/x" 0', "1: '`line' is neither"),
        ("`", "1: '`' is neither"),
        ("a /* b", "1: a comment is not closed"),
        ('a "b\nc"', "1: a string is not closed in its line"),
        ('a """b"""', "1: a string is not closed in its line"),
    ],
)
def test_what_no_text_may_hold(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        seen(text)


def test_hostile_comments_take_linear_time() -> None:
    start = time.perf_counter()
    for part in ("/* a */ ", "// // //\n", "// synopsys" + " " * 50, "/*" + "*" * 50 + "/"):
        with pytest.raises(Refused):
            seen("$readmemh" + part * 20_000)
    seen("// synopsys" + " " * 1_000_000 + "!\n" + '"a" ' * 50_000)
    assert time.perf_counter() - start < 20
