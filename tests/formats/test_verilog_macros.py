"""Macros on their own; texts with macros are in the tests of includes."""

from __future__ import annotations

from typing import NoReturn

import pytest

from gatewright.formats.verilog.macros import Macros


def refuse(what: str, hint: str) -> NoReturn:
    raise ValueError(f"{what}; {hint}")


def test_where_a_text_goes_on() -> None:
    macros, text = Macros(refuse), " A(x) x \\\n y // z\nrest"
    at, lines = macros.define(text, 0)
    assert (text[at:], lines) == ("\nrest", 1)
    assert macros.use("A", " (1\n) rest", 0) == ("1   y", 5, 1)


def test_names_come_and_go() -> None:
    macros = Macros(refuse)
    assert "SYNTHESIS" in macros
    macros.define(" A 1", 0)
    assert macros.stands_for("`A") == "1"
    macros.remove("A")
    macros.remove("A")
    assert "A" not in macros
    macros.clear()
    assert "YOSYS" not in macros


def test_a_macro_with_arguments_stands_for_no_name_of_a_file() -> None:
    macros = Macros(refuse)
    macros.define(" A(x) x", 0)
    for mark in ("`A", "`none"):
        with pytest.raises(ValueError, match=f"'{mark}' stands for no text here"):
            macros.stands_for(mark)
