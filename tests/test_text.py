"""Text from outside, made fit to be shown."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.text import comment_lines, markup, shell_word, visible

HOSTILE = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u2028\u2029\ufeff\ufffe\udc80\ud800",
    "\U000e0041",
]
ANY = st.text(st.characters() | st.sampled_from(HOSTILE))


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_what_steers_is_shown_by_its_escape(character: str) -> None:
    shown = visible(f"a{character}b")
    assert shown.isascii()
    assert shown.startswith("a\\")
    assert shown.endswith("b")


@given(ANY)
def test_one_line_that_can_be_printed(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in shown)
    assert shown.encode().decode() == shown
    assert visible(shown) == shown


@given(ANY)
def test_pages_are_well_formed(text: str) -> None:
    document = f"<a b='{markup(text)}' c=\"{markup(text)}\">{markup(text)}</a>"
    element = ET.fromstring(document)  # noqa: S314 - it was written here
    assert (element.text or "") == element.get("b") == element.get("c") == visible(text)


@given(ANY)
def test_a_comment_is_left_by_no_line(text: str) -> None:
    for line in comment_lines(text, "//"):
        assert line.startswith("// ")
        assert line.isprintable()


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_a_shell_takes_a_word_for_what_it_is() -> None:
    names = [
        *(f"a{each}'b\\" for each in HOSTILE if each not in "\0\ud800"),
        *("plain.blif", "two words", "$(id)", "`id`", "a;id", "-rf", "ä\x1b1", "!x", "\n", "'"),
    ]
    words = [shell_word(name) for name in names]
    assert all(word.isprintable() for word in words)
    told = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {' '.join(words)}"], capture_output=True, check=True
    )
    assert [os.fsdecode(each) for each in told.stdout.split(b"\0")[:-1]] == names


def test_a_word_that_no_file_can_have_is_shown() -> None:
    assert shell_word("a\ud800") == "'a\\ud800'"
