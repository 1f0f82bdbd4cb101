"""AIGER files as aigverse understands them: every output of every pattern, names, and its own files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.aiger.writer import write_aiger
from gatewright.formats.model.source import Source, read_source
from gatewright.plugins.manager import Plugins

REASON = "aigverse is not installed: pip install aigverse"
algorithms = pytest.importorskip("aigverse.algorithms", reason=REASON)
io = pytest.importorskip("aigverse.io", reason=REASON)
networks = pytest.importorskip("aigverse.networks", reason=REASON)

CIRCUITS = [
    ("ripple-adder", {"bits": 4}),
    ("kogge-stone", {"bits": 4}),
    ("subtractor", {"bits": 3}),
    ("array-multiplier", {"bits": 4}),
    ("equality", {"bits": 5}),
    ("parity-tree", {"bits": 9}),
]


def outputs(netlist: Netlist) -> list[int]:
    """Every output as a truth table, the first input the least significant as aigverse has it."""
    order = [net for _, net in port_bits(netlist.inputs)]
    rows = np.arange(1 << len(order))
    bits = {net: (rows >> place & 1).astype(np.uint8) for place, net in enumerate(order)}
    patterns = np.stack([bits[net] for net in netlist.input_nets], axis=1)
    columns = ExactEngine(compile_netlist(netlist)).outputs(patterns).T
    made = dict(zip(netlist.output_nets, columns, strict=True))
    return [
        sum(int(bit) << row for row, bit in enumerate(made[net].tolist()))
        for _, net in port_bits(netlist.outputs)
    ]


def theirs(path: Path) -> list[int]:
    read = io.read_aiger_into_aig if path.suffix == ".aig" else io.read_ascii_aiger_into_aig
    return [int(table.to_hex(), 16) for table in algorithms.simulate(read(path))]


@pytest.mark.parametrize(("name", "words"), CIRCUITS)
@pytest.mark.parametrize("suffix", [".aig", ".aag"])
def test_what_is_written_is_the_same_function_to_aigverse(
    plugins: Plugins, tmp_path: Path, name: str, words: dict[str, int], suffix: str
) -> None:
    netlist = plugins.circuit(name).elaborate(words, plugins.gates).netlist
    path = tmp_path / f"written{suffix}"
    path.write_bytes(write_aiger(netlist, binary=suffix == ".aig", comment="for aigverse"))
    assert theirs(path) == outputs(netlist)
    assert outputs(read_aiger(read_source(path), plugins.gates)) == outputs(netlist)


def test_a_changed_gate_is_found(plugins: Plugins, tmp_path: Path) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 3}, plugins.gates).netlist
    data = write_aiger(netlist, binary=False)
    head, _, rest = data.partition(b"\n")
    lines = rest.split(b"\n")
    place = next(at for at, line in enumerate(lines) if line.count(b" ") == 2)
    own, left, right = map(int, lines[place].split())
    lines[place] = b"%d %d %d" % (own, left ^ 1, right)
    path = tmp_path / "changed.aag"
    path.write_bytes(b"\n".join([head, *lines]))
    assert theirs(path) != outputs(netlist)
    assert theirs(path) == outputs(read_aiger(read_source(path), {}))


def test_names_are_the_same_to_aigverse(plugins: Plugins, tmp_path: Path) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 3}, plugins.gates).netlist
    path = tmp_path / "named.aig"
    path.write_bytes(write_aiger(netlist, binary=True))
    graph = io.read_aiger_into_aig(path)
    inputs = [graph.get_name(graph.make_signal(node)) for node in graph.pis()]
    assert inputs == [bit for bit, _ in port_bits(netlist.inputs)]
    names = [graph.get_output_name(place) for place in range(graph.num_pos)]
    assert names == [bit for bit, _ in port_bits(netlist.outputs)]


def test_ands_are_the_same_to_aigverse(plugins: Plugins, tmp_path: Path) -> None:
    """It merges equal ANDs as it reads: none of ours are."""
    netlist = plugins.circuit("array-multiplier").elaborate({"bits": 8}, plugins.gates).netlist
    data = write_aiger(netlist, binary=True)
    path = tmp_path / "hashed.aig"
    path.write_bytes(data)
    assert io.read_aiger_into_aig(path).num_gates == int(data.split(b"\n")[0].split()[5])


@pytest.mark.parametrize("seed", range(20))
def test_what_aigverse_writes_is_read_as_the_same_function(tmp_path: Path, seed: int) -> None:
    draw = np.random.default_rng(seed)
    graph = networks.NamedAig()
    signals = [graph.get_constant(False), *(graph.create_pi(f"a[{bit}]") for bit in range(6))]
    for _ in range(60):
        left, right = (
            signals[place] ^ bool(turned)
            for place, turned in zip(
                draw.integers(0, len(signals), 2), draw.integers(0, 2, 2), strict=True
            )
        )
        signals.append(graph.create_and(left, right))
    for place in range(12):
        graph.create_po(~signals[-1 - place] if place % 3 else signals[-1 - place], f"y{place}")
    path = tmp_path / "theirs.aig"
    io.write_aiger(graph, path)
    netlist = read_aiger(Source(str(path), path.read_bytes()), {})
    assert [bus.name for bus in netlist.inputs] == ["a"]
    assert [bus.name for bus in netlist.outputs] == [f"y{place}" for place in range(12)]
    assert outputs(netlist) == [int(table.to_hex(), 16) for table in algorithms.simulate(graph)]
