"""What comes with Gatewright comes through the public hooks, and is what it says."""

from __future__ import annotations

import pytest

from gatewright.plugins import hookspecs
from gatewright.plugins.manager import Plugins, load_plugins

# Every output in textbook row order, written down by hand.
TABLES = {
    "buf": {"y": "01"},
    "not": {"y": "10"},
    "and": {"y": "0001"},
    "or": {"y": "0111"},
    "nand": {"y": "1110"},
    "nor": {"y": "1000"},
    "xor": {"y": "0110"},
    "xnor": {"y": "1001"},
    "and3": {"y": "00000001"},
    "or3": {"y": "01111111"},
    "xor3": {"y": "01101001"},
    "mux": {"y": "00110101"},
    "majority": {"y": "00010111"},
    "half-adder": {"carry": "0001", "sum": "0110"},
    "full-adder": {"cout": "00010111", "sum": "01101001"},
}
PORTS = {  # for widths of three
    "ripple-adder": ("a b cin", "sum cout"),
    "carry-lookahead": ("a b cin", "sum cout"),
    "kogge-stone": ("a b cin", "sum cout"),
    "brent-kung": ("a b cin", "sum cout"),
    "carry-select": ("a b cin", "sum cout"),
    "subtractor": ("a b bin", "diff bout"),
    "ripple-adder-subtractor": ("a b sub", "result cout"),
    "incrementer": ("a", "sum cout"),
    "array-multiplier": ("a b", "product"),
    "wallace-multiplier": ("a b", "product"),
    "divider": ("a b", "quotient remainder"),
    "square-root": ("a", "root remainder"),
    "truncated-multiplier": ("a b", "high"),
    "truncated-divider": ("a b", "quotient remainder"),
    "barrel-shifter": ("a amount", "y"),
    "comparator": ("a b", "less equal greater"),
    "signed-comparator": ("a b", "less equal greater"),
    "equality": ("a b", "equal"),
    "multiplexer": ("select i0 i1 i2", "y"),
    "demultiplexer": ("select a", "y0 y1 y2"),
    "decoder": ("a", "y"),
    "priority-encoder": ("a", "index valid"),
    "parity-tree": ("a", "parity"),
    "popcount": ("a", "count"),
    "gray-encoder": ("a", "gray"),
    "gray-decoder": ("gray", "a"),
    "hamming-encoder": ("data", "code"),
    "hamming-corrector": ("code", "data position"),
    "hex-display": ("a", "s0 s1 s2"),
    "alu": ("a b op", "result zero negative carry overflow"),
    "counter": ("enable", "count"),
    "shift-register": ("d", "q"),
    "lfsr": ("", "q"),
    "accumulator": ("a clear", "total"),
    "serial-adder": ("a b first", "sum"),
    "register-file": ("write to data from0 from1 from2", "q0 q1 q2"),
    "fifo": ("push pop data", "q count empty full"),
    "serial-multiplier": ("start a b", "product busy done"),
    "uart-transmitter": ("valid data", "tx ready"),
    "pipelined-adder": ("a b cin", "sum cout"),
    "pipelined-multiplier": ("a b", "product"),
    "traffic-light": (
        "car long short",
        "restart highway_red highway_yellow highway_green farm_red farm_yellow farm_green",
    ),
}
INPUTS = {"mux": "sab", "full-adder": ("a", "b", "cin")}


def test_the_gates_and_their_tables(plugins: Plugins) -> None:
    assert list(plugins.gates) == list(TABLES)
    for name, outputs in TABLES.items():
        table = plugins.gate(name).table
        columns = ["".join(map(str, column)) for column in table.values.T.tolist()]
        assert dict(zip(table.outputs, columns, strict=True)) == outputs, name
        assert table.care.all()
        width = (table.rows - 1).bit_length()
        assert table.inputs == tuple(INPUTS.get(name, "abc"[:width]))


def test_every_gate_and_circuit_says_what_it_is(plugins: Plugins) -> None:
    for gate in plugins.gates.values():
        assert gate.summary, gate.name
    for circuit in plugins.circuits.values():
        assert circuit.summary, circuit.name
        assert all(parameter.summary for parameter in circuit.parameters)


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [(name, *map(str.split, ports)) for name, ports in PORTS.items()],
)
def test_the_circuits_and_their_buses(
    plugins: Plugins, name: str, inputs: list[str], outputs: list[str]
) -> None:
    circuit = plugins.circuit(name)
    widths = [each.name for each in circuit.parameters if not each.choices]
    netlist = circuit.elaborate(dict.fromkeys(widths, 3), plugins.gates).netlist
    assert [bus.name for bus in netlist.inputs] == inputs
    assert [bus.name for bus in netlist.outputs] == outputs
    if netlist.registers:
        return
    carries = [bus.default for bus in netlist.inputs if bus.name in ("cin", "bin", "sub")]
    assert (
        [bus.default for bus in netlist.inputs if not bus.vector] == carries == [0] * len(carries)
    )
    assert netlist.name == name


def test_no_circuit_and_no_bus_is_left_out(plugins: Plugins) -> None:
    assert list(plugins.circuits) == list(PORTS)


def test_they_are_the_first_plugins_and_healthy(plugins: Plugins) -> None:
    gates, circuits = plugins.plugins[:2]
    assert (gates.name, gates.distribution, gates.state) == (
        "builtin-gates",
        "gatewright",
        "healthy",
    )
    assert (circuits.name, circuits.state) == ("builtin-circuits", "healthy")
    assert gates.given("gates") == list(TABLES)
    assert circuits.given("circuits") == list(plugins.circuits)
    assert plugins.gates.provider("xor") is gates


@pytest.mark.parametrize(
    "hook", [name for name in dir(hookspecs) if name.startswith("gatewright_")]
)
def test_the_example_of_a_hook_works(hook: str) -> None:
    text = getattr(hookspecs, hook).__doc__.partition("Example::\n")[2]
    code = "\n".join(line[8:] for line in text.splitlines())
    names: dict[str, object] = {}
    made = compile(f"from gatewright import *\n{code}", hook, "exec", dont_inherit=True)
    exec(made, names)  # noqa: S102 - the example of our own docstring
    example = type("Example", (), {hook: staticmethod(names[hook])})()  # type: ignore[arg-type] # a function
    loaded = load_plugins({"example": example})
    plugin = loaded.plugins[-1]
    assert (plugin.problems, plugin.state) == ([], "healthy")
    if hook == "gatewright_gate_named":
        assert loaded.gate("any3").table.ones == (0b11111110,)
        assert "any3" in loaded.gates
        assert "all3" not in loaded.gates
        return
    given = plugin.given(hook.removeprefix("gatewright_"))
    assert len(given) == 1
    if hook == "gatewright_circuits":
        assert loaded.circuit(given[0]).elaborate({}, loaded.gates).netlist.lint() == ()
