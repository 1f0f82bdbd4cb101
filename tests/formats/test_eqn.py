"""Equations, as ABC writes them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gatewright.api.circuits import circuit
from gatewright.errors import FormatError
from gatewright.formats.eqn.reader import read_eqn
from gatewright.formats.model.source import Source

HEAD = "INORDER = a b c;\nOUTORDER = y;\n"


def read(text: str) -> str:
    """The output for a, b, c from 000 to 111."""
    netlist = read_eqn(Source("t.eqn", text.encode()), {})
    found = circuit(netlist)
    return "".join(str(found.run(a=row >> 2, b=row >> 1 & 1, c=row & 1)["y"]) for row in range(8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = a * b + c;", "01010111"),
        ("y = (!a * b) + (a * !c);", "00111010"),
        ("y = !(a + b) ;", "11000000"),
        ("n1 = a * b; # first\ny =\n n1 * !c;", "00000010"),
        ("y = n1 * !c;\nn1 = a;", "00001010"),
        ("y = a;", "00001111"),
        ("y = 1;", "11111111"),
        ("y = a * 0;", "00000000"),
        ("y = a ^ b * c;", "00011110"),
        ("y = a' b'", "is not closed"),
    ],
)
def test_equations(text: str, expected: str) -> None:
    if "closed" in expected:
        with pytest.raises(FormatError, match=expected):
            read(HEAD + text)
    else:
        assert read(HEAD + text) == expected


def test_an_equation_of_many_inputs_is_made_of_small_gates() -> None:
    names = [f"x{place}" for place in range(20)]
    text = f"INORDER = {' '.join(names)};\nOUTORDER = y;\ny = {' * '.join(names)};\n"
    found = circuit(read_eqn(Source("t.eqn", text.encode()), {}))
    assert found.run(**dict.fromkeys(names, 1)) == {"y": 1}
    assert found.run(**(dict.fromkeys(names, 1) | {"x7": 0})) == {"y": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y a * b;", "t.eqn:3:1: 'y a \\* b' is not an equation"),
        ("y = a +;", "t.eqn:3:1: 'y = a \\+' is not an equation: it ends too early"),
        ("y z = a;", "is not an equation"),
        ("y = q;", "'q' is read here, and nothing drives it"),
        ("y = a;\ny = b;", "'y' is driven a second time"),
        ("y = a\n * b;\n\n  z = a +;", "t.eqn:6:1: 'z = a \\+' is not an equation"),
    ],
)
def test_what_is_none(text: str, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        read(HEAD + text)


@pytest.mark.skipif(shutil.which("berkeley-abc") is None, reason="there is no ABC")
def test_what_abc_writes(tmp_path: Path) -> None:
    adder = circuit("ripple-adder", bits=3)
    adder.save(tmp_path / "in.blif")
    script = f"read_blif {tmp_path}/in.blif; strash; write_eqn {tmp_path}/out.eqn"
    subprocess.run(["berkeley-abc", "-q", script], check=True, capture_output=True)
    assert adder.equivalent(circuit(tmp_path / "out.eqn")).outcome == "proved"
