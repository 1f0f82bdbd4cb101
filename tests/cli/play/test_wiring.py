"""Circuits as the page writes them: a line a gate."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from gatewright.cli.play.wiring import PRESETS, alone, preset, read_wiring
from gatewright.errors import UnknownGateError, UsageError
from gatewright.plugins.manager import Plugins

FUNCTIONS: dict[str, Callable[..., dict[str, int]]] = {
    "half adder": lambda a, b: {"sum": a ^ b, "carry": a & b},
    "full adder": lambda a, b, cin: {"sum": a ^ b ^ cin, "cout": (a + b + cin) >> 1},
    "full adder of two half adders": lambda a, b, cin: {
        "sum": a ^ b ^ cin,
        "cout": (a + b + cin) >> 1,
    },
    "XOR of four NANDs": lambda a, b: {"y": a ^ b},
    "XOR of AND, OR and NOT": lambda a, b: {"y": a ^ b},
    "majority of three": lambda a, b, c: {"y": int(a + b + c > 1)},
    "choice between two": lambda s, a, b: {"y": a if s else b},
    "parity of four": lambda a, b, c, d: {"y": a ^ b ^ c ^ d},
    "two-bit adder": lambda a0, b0, a1, b1: {
        "s0": a0 ^ b0,
        "s1": (a0 + b0 + 2 * a1 + 2 * b1) >> 1 & 1,
        "cout": (a0 + b0 + 2 * a1 + 2 * b1) >> 2,
    },
    "equal bits": lambda a0, b0, a1, b1: {"y": int((a0, a1) == (b0, b1))},
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_what_it_is_called(plugins: Plugins, name: str) -> None:
    circuit = read_wiring(PRESETS[name], plugins.gates)
    function = FUNCTIONS[name]
    ports = [bus.name for bus in circuit.netlist.inputs]
    for bits in itertools.product((0, 1), repeat=len(ports)):
        given = dict(zip(ports, bits, strict=True))
        assert circuit.run(**given) == function(**given)


def test_a_gate_is_shown_in_a_preset_or_alone(plugins: Plugins) -> None:
    assert preset(plugins.gates["xor"])[0] == "half adder"
    assert preset(plugins.gates["full-adder"])[0] == "two-bit adder"
    assert preset(plugins.gates["xor3"]) == ("xor3 alone", "y = xor3(a, b, c)")
    for spec in plugins.gates.values():
        assert read_wiring(alone(spec), plugins.gates).netlist.gates == {spec.name: spec}
        assert f"{spec.name}(" in preset(spec)[1]


def test_spaces_remarks_and_capitals(plugins: Plugins) -> None:
    text = "# half\n\n  Carry ,sum=HALF_ADDER( a,b )  # both\n"
    netlist = read_wiring(text, plugins.gates).netlist
    assert [each.outputs for each in netlist.instances] == [("Carry", "sum")]
    assert [bus.name for bus in netlist.inputs] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the circuit has no gates"),
        ("# nothing", "the circuit has no gates"),
        ("y = xor(a, b", "line 1, 'y = xor(a, b', is not read"),
        ("y = a ^ b", "line 1, 'y = a ^ b', is not read"),
        ("y = xor(a, <b>)", "is not read"),
        (
            "y = xor(a)",
            "line 1: 'xor' has the inputs a, b, and 1 net is given; write it as in 'y = xor(a, b)'",
        ),
        ("x, y = xor(a, b)", "line 1: 'xor' has the outputs y, and 2 nets are given"),
        ("y = xor(a, b)\n\ny = and(a, b)", "line 3 drives 'y', and so does line 1"),
        ("x = not(y)\ny = not(x)", "the circuit has no outputs"),
        ("x = not(y)\ny = not(x)\nz = not(x)", "this is not a circuit: "),
        ("y = not(a)\n" * 65, "a circuit of 65 lines is more than a page shows"),
        ("#" * 4_001, "of 4000 letters in all"),
    ],
)
def test_what_is_no_circuit(plugins: Plugins, text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_wiring(text, plugins.gates)
    assert told in str(caught.value)


def test_an_unknown_gate(plugins: Plugins) -> None:
    with pytest.raises(UnknownGateError, match="no gate 'xro'; did you mean 'xor'"):
        read_wiring("y = xro(a, b)", plugins.gates)
