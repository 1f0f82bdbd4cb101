"""What is given to the public API and is not of its kind: an error of ours that says so, never a foreign one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import GatewrightError

ANY: Any = None
"""None, where a type checker would refuse it."""


def neural() -> gw.TrainedCircuit:
    return gw.circuit("ripple-adder", bits=2).train()


CASES: dict[str, Callable[[], object]] = {
    "a NoneType is not a path; give a text or a pathlib.Path": lambda: gw.read(ANY),
    "a NoneType is not a path": lambda: gw.read_netlist(ANY, {}),
    "a float is not a path": lambda: gw.circuit("ripple-adder").save(2.5),  # type: ignore[arg-type]
    "a bytes is not a path": lambda: gw.train("xor").save(b"xor.c"),  # type: ignore[arg-type]
    "an int is not a path": lambda: gw.Store(3),  # type: ignore[arg-type]
    "a NoneType is not a path; give": lambda: neural().report(ANY),
    "an object is not a path": lambda: gw.read("x.v", include=[object()]),  # type: ignore[list-item]
    "a complex is not a path": lambda: gw.read("x.blif", liberty=1j),  # type: ignore[arg-type]
    r"from_format=\['blif'\] is not a text": lambda: gw.read("x", from_format=["blif"]),  # type: ignore[arg-type]
    "watch=3 is not a function; give one, or None": lambda: gw.train("xor", watch=3),  # type: ignore[arg-type]
    "watch='x' is not a function": lambda: neural().check(watch="x"),  # type: ignore[arg-type]
    "watch=1 is not a function": lambda: neural().certify(watch=1),  # type: ignore[arg-type]
    "watch=2 is not a function": lambda: neural().noise([0.1], watch=2),  # type: ignore[arg-type]
    "watch=4 is not a function": lambda: gw.circuit("ripple-adder").prove(watch=4),  # type: ignore[arg-type]
    r"watch=\[\] is not a function": lambda: gw.circuit("ripple-adder").faults(watch=[]),  # type: ignore[arg-type]
    "'xor' is given 0, b; name every input once: a=0, b=0": lambda: gw.train("xor")(0, b=1),
    "'xor' is given a; name": lambda: gw.train("xor")(a=1),
    "'xor' is given a, b, c; name": lambda: gw.train("xor")(a=1, b=0, c=0),
    "'xor' is given 2, 0; give a 0 or 1": lambda: gw.train("xor")(a=2, b=0),
    "seed=-1 is not a whole number from 0 up": lambda: gw.train("xor").damages(seed=-1),
    "seed=2.5 is not a whole": lambda: gw.train("xor").repaired(seed=2.5),  # type: ignore[arg-type]
    "seed=-2 is not a whole": lambda: neural().showed(seed=-2),
    "a NoneType is not levels of noise; as in": lambda: neural().noise(ANY),
    "damage=None is not a text": lambda: gw.train("xor").damaged(ANY),
    "fault=None is not a text": lambda: gw.circuit("ripple-adder").inject(ANY),
    "where=None is not a text": lambda: neural().damaged(ANY, "zeroed"),
    "a NoneType is not a Circuit; gatewright.circuit": lambda: gw.Clocked(ANY),
    "a str is not a Circuit": lambda: gw.TrainedCircuit("adder", {}),  # type: ignore[arg-type]
    "a list is not trained gates by name": lambda: gw.TrainedCircuit(gw.circuit("ripple-adder"), []),  # type: ignore[arg-type]
    "a NoneType is not trained gates by name; as in": lambda: gw.certify_circuit(
        gw.circuit("ripple-adder").netlist, ANY
    ),
    "VIL = None and VOL = 0 are not a discipline": lambda: gw.Discipline(ANY),
    "beta1 = None cannot be used": lambda: gw.Adam(beta1=ANY),
    "a learning rate of True": lambda: gw.Adam(lr=True),
    "a memory of None steps": lambda: gw.LBFGS(memory=ANY),
    "a damping of None cannot": lambda: gw.LevenbergMarquardt(damping=ANY),
    "draws = None goes with order": lambda: gw.Online(draws=ANY),
    r"unknown order '\[\]'": lambda: gw.Online(order=[]),  # type: ignore[arg-type]
    "sizes=None is not a tuple of whole numbers; as in": lambda: gw.Architecture(ANY, ()),
    "activations='tanh' is not a tuple of names": lambda: gw.Architecture((1, 1), "tanh"),  # type: ignore[arg-type]
    "a NoneType is not an Architecture": lambda: gw.Objective(ANY, np.ones((1, 1)), np.ones((1, 1))),
    "y is a list, not an array": lambda: gw.Objective(
        gw.Architecture((1, 1), ("tanh",)), np.ones((1, 1)), [[1.0]]  # type: ignore[arg-type]
    ),
    "inputs=None of a truth table are not names of ports": lambda: gw.TruthTable(ANY, ("y",), (1,), (3,)),
    "ones=1 of a truth table are not integers": lambda: gw.TruthTable(("a",), ("y",), 1, (3,)),  # type: ignore[arg-type]
    "has None for transitions, and several": lambda: gw.StateTable(("a",), ("y",), ANY),
    "has 7, which is not four texts": lambda: gw.StateTable(("a",), ("y",), [7]),  # type: ignore[list-item]
    r"'a\\x00.blif' is not a path": lambda: gw.circuit("ripple-adder").save("a\0.blif"),
    "aaaa": lambda: gw.circuit(5000 * "a"),
    "not written as '.blif'": lambda: neural().report("adder.blif"),
    "a NoneType is not a trained gate": lambda: gw.Store("nowhere").save(ANY),
    "'a' has values that are masked": lambda: neural().run(
        a=np.ma.array([1, 2], mask=[False, True]), b=1, cin=0
    ),
    "'a' is given rows of several lengths": lambda: neural().run(a=[[1], [2, 3]], b=1, cin=0),
    "time_limit='x' is not a time": lambda: gw.circuit("ripple-adder").equivalent(
        gw.circuit("kogge-stone"), time_limit="x"  # type: ignore[arg-type]
    ),
    "time_limit=-1 is not a time": lambda: gw.circuit("ripple-adder").prove(time_limit=-1),
    "time_limit=nan is not a time": lambda: gw.circuit("ripple-adder").faults(time_limit=float("nan")),
    "time_limit=None is not a time": lambda: neural().certify(time_limit=ANY),
    "a box radius of x cannot": lambda: gw.Recipe((2, 4), box_radius="x"),  # type: ignore[arg-type]
    "a tolerance of None": lambda: gw.Recipe((2, 4), tolerance=ANY),
    "optimiser=None is not a record": lambda: gw.Recipe((2, 4), optimiser=ANY),
    "harden='no' is not True or False": lambda: gw.Recipe((2, 4), harden="no"),  # type: ignore[arg-type]
    "the function is not for 1 input: missing a required argument: 'b'": lambda: gw.GateSpec.from_function(
        "f", lambda a, b: a & b, inputs=("a",), outputs=("y",)
    ),
    "the function is not for 2 inputs: 7 is not": lambda: gw.TruthTable.from_function(
        7, "ab", "y"  # type: ignore[arg-type]
    ),
    "seconds='1' is not a time": lambda: gw.learn(np.eye(4), [0, 1, 0, 1], seconds="1"),  # type: ignore[arg-type]
    "y holds values that have no order: object": lambda: gw.learn(np.eye(4), [object()]),
}  # fmt: skip


@pytest.mark.parametrize("message", CASES)
def test_it_is_refused(message: str) -> None:
    with pytest.raises(GatewrightError, match=message):
        CASES[message]()


def test_none_and_one_are_several(tmp_path: Path) -> None:
    (tmp_path / "half.bench").write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(a)\n", encoding="utf-8")
    one = gw.read(tmp_path / "half.bench", include=ANY, liberty=ANY)
    assert one.run(a=0) == {"y": 1}
    (tmp_path / "not.v").write_text(
        '`include "n.v"\nmodule t(input a, output y); `N endmodule\n', "utf-8"
    )
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "n.v").write_text("`define N assign y = ~a;\n", encoding="utf-8")
    assert gw.read(tmp_path / "not.v", include=str(tmp_path / "parts")).run(a=0) == {"y": 1}
