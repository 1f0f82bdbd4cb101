"""Files of what a device showed."""

from __future__ import annotations

import numpy as np
import pytest

import gatewright as gw
from gatewright.circuits.faults.diagnosis.suspect import Showed
from gatewright.errors import GatewrightError
from gatewright.formats import showed as module
from gatewright.formats.model.source import Source
from gatewright.formats.showed import read_showed

ADDER = gw.circuit("ripple-adder", bits=2).netlist
WANTED = ([[1, 0, 0, 1, 0], [1, 1, 1, 1, 1]], [[1, 1, 0], [2, 2, 1]])


def read(text: str) -> Showed:
    return read_showed(Source("d.csv", text.encode()), ADDER)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,cin,sum,cout\n1,2,0,3,0\n3,3,1,x,1\n",
        "a;b;cin;->;sum;cout\n0b1;0x2;0;->;3;0\n3;3;1;->;;1\n",
        "a,b,cin,->,sum,cout\n1,2,0,,3,0\n3,3,1,->,,1\n",
        "cout sum b a cin\n# a remark\n0 3 2 1 0\n1 - 3 3 1\n",
        "a[0],a[1],b,cin,sum[0],sum[1],cout\n1,0,2,0,1,1,0\n1,1,3,1,,,1\n",
        "cycle,bus,value\n0,a,1\n0,b,2\n0,cin,0\n0,sum,3\n0,cout,0\n1,a,3\n1,b,3\n1,cin,1\n1,cout,1\n",
        "t 0; f a 1; f b 2; f cin 0;\nt 50; c sum 3; c cout 0;\nt 100; f a 3; f b 3; f cin 1;\n"
        "t 150; c cout 1;\ne\n",
        '{"cycle": 0, "bus": "a", "value": 1}\n{"cycle": 0, "bus": "b", "value": 2}\n'
        '{"cycle": 0, "bus": "sum", "value": 3}\n{"cycle": 0, "bus": "cout", "value": 0}\n'
        '{"cycle": 1, "bus": "a", "value": 3}\n{"cycle": 1, "bus": "b", "value": 3}\n'
        '{"cycle": 1, "bus": "cin", "value": 1}\n{"cycle": 1, "bus": "cout", "value": 1}\n',
    ],
)
def test_the_same_rows_in_every_form(text: str) -> None:
    found = read(text)
    assert (found.patterns.tolist(), found.outputs.tolist()) == WANTED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,cin,sun\n", "d.csv:1:9: 'sun' is not an input or output; did you mean 'sum'?"),
        ("a,b,cin,sum,sum\n", "d.csv:1:9: 'sum' is named twice; name each column once"),
        ("a,cin,sum\n1,0,1\n", "d.csv:1:1: has no column 'b'; each input needs a value"),
        ("a[0],b,cin,sum\n1,0,1,1\n", "d.csv:1:1: has no column 'a[1]'; each input needs a value"),
        ("a,b,cin,sum\n1,2,0\n", "d.csv:2:1: has 3 values, not 4; give one for each column"),
        ("a,b,cin,sum\n1,y,0,1\n", "'y' is not a whole number; as in 5, 0x1f or 0b101"),
        ("a,b,cin,sum\n1,2,0,9\n", "d.csv:2: 9 does not fit the 2 bits of 'sum'; give 0 to 3"),
        ("a,b,cin\n1,2,0\n", "d.csv: says nothing of any output; the outputs are sum, cout"),
        ("a,b,cin,sum\n" + "0,0,0,0\n" * 3, "d.csv: has 3 rows; at most 2 are read"),
    ],
)
def test_what_is_no_row_is_refused(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    with pytest.raises(GatewrightError) as refused:
        read(text)
    assert message in str(refused.value)


def test_what_is_written_is_read_again() -> None:
    given, gave = [{"a": 1, "b": 2, "cin": 0}] * 2, [{"sum": 3, "cout": 0}, {"sum": 1, "cout": 1}]
    found = read(module.write_showed(given, gave, ["two", "lines"]))
    assert np.array_equal(found.outputs, [[1, 1, 0], [1, 0, 1]])
