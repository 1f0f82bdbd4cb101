"""Source text that is written reads as it runs: nothing in a name or a comment turns it around."""

from __future__ import annotations

import json

import pytest

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.errors import UsageError
from gatewright.formats.liberty.writer import write_liberty
from gatewright.formats.registry import FORMATS, Format
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.recipe_text import NamedRecipe, read_recipe, write_recipe

HOSTILE = ("\x1b[2J", "\u202e", "\u2066", "\u200f", "\x85", "\u2028", "\x9b", "\x7f", "\udcff")
INVERTER = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
WRITERS = [each for each in FORMATS.values() if each.writer and not each.neural]


def inverters(inner: str, port: str = "a", name: str = "circuit") -> Netlist:
    return Netlist(
        name,
        {"not": INVERTER},
        (Bus(port, (port,)),),
        (Bus("y", ("y",)),),
        (
            Instance(f"{inner}-1", "not", (port,), (inner,)),
            Instance(f"{inner}-2", "not", (inner,), ("y",)),
        ),
    )


def check(data: bytes, *, binary: bool = False) -> None:
    if binary:  # the comment at its end is the only text
        data = data[data.index(b"\nc\n") :]
    assert data.decode().replace("\n", "").isprintable()


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
@pytest.mark.parametrize("written", WRITERS, ids=lambda each: each.name)
def test_names_and_comments_do_not_steer(written: Format, hostile: str) -> None:
    comment = f"made of {hostile}\n.end"
    netlist = inverters(f"in{hostile}ner", name=f"cir{hostile}cuit")
    check(written.write(netlist, comment), binary=written.binary)
    if written.name == "dot":  # a picture, which shows a space in its place
        check(written.write(inverters("n", port=f"p{hostile}q"), ""))
    else:
        with pytest.raises(UsageError):
            written.write(inverters("n", port=f"p{hostile}q"), "")


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_libraries_and_recipes(hostile: str) -> None:
    comment = f"made of {hostile} */ x"
    check(write_liberty("one", {INVERTER: 1}, comment=comment).encode())
    text = write_recipe(NamedRecipe("one", f"sum{hostile}mary", Recipe((2,))))
    check(text.encode())
    kept = "\N{REPLACEMENT CHARACTER}" if "\ud800" <= hostile <= "\udfff" else hostile
    assert read_recipe(text, "one").summary == f"sum{kept}mary"


def test_a_json_comment_is_one_string() -> None:
    [written] = [each for each in FORMATS.values() if each.name == "json"]
    text = written.write(inverters("n"), 'a "quote"\n\u202e')
    assert json.loads(text)["creator"] == 'a "quote"\\n\\u202e'
