"""Circuits that were read from files: there are no integers to compare them with, but everything else."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gatewright.circuits.buses import input_buses, output_buses
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.run import run
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.composition import certificate, certify_circuit, prove_netlist
from gatewright.circuits.verify.interface import with_inputs_held, with_ports_named
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError, SpecError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.formats.reading import read_netlist
from gatewright.gates.functions import function_spec
from gatewright.gates.library import trained_gates
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

ADDER = (
    ".model add\n.inputs x<1> y<0> x<0> y<1>\n.outputs c s[0] s[1] odd\n"
    ".names x<0> y<0> s[0]\n10 1\n01 1\n.names x<0> y<0> k\n11 1\n"
    ".names x<1> y<1> k s[1]\n100 1\n010 1\n001 1\n111 1\n"
    ".names x<1> y<1> k c\n11- 1\n1-1 1\n-11 1\n.names x<0> odd\n1 1\n.end\n"
)


def from_text(text: str, gates: Mapping[str, GateSpec], file: str = "t.blif") -> Circuit:
    return file_circuit(read_blif(Source(file, text.encode()), gates), file)


@pytest.fixture
def adder(plugins: Plugins) -> Circuit:
    return from_text(ADDER, plugins.gates)


@pytest.fixture
def needed(adder: Circuit, gates: dict[str, TrainedGate]) -> dict[str, TrainedGate]:
    return {name: gates[name] for name in adder.netlist.gates}


# Ports of a netlist


def test_bits_of_a_port_have_usual_names_or_those_of_the_file() -> None:
    assert Bus("a", ("x", "z"), vector=True).bits == ("a[0]", "a[1]")
    assert Bus("a", ("x",), vector=True).bits == ("a[0]",)
    assert Bus("a", ("x",)).bits == ("a",)
    assert Bus("a", ("x", "z"), True, None, ("a<1>", "a<2>")).bits == ("a<1>", "a<2>")


def test_bits_come_bus_after_bus_or_as_they_were_read() -> None:
    plain = (Bus("a", ("x", "z"), vector=True), Bus("b", ("w",)))
    assert port_bits(plain) == [("a[0]", "x"), ("a[1]", "z"), ("b", "w")]
    mixed = (replace(plain[0], places=(2, 0)), replace(plain[1], places=(1,)))
    assert port_bits(mixed) == [("a[1]", "z"), ("b", "w"), ("a[0]", "x")]
    # also where some were left out
    assert port_bits(mixed[:1]) == [("a[1]", "z"), ("a[0]", "x")]


def test_an_output_may_share_the_name_of_an_input_that_it_is() -> None:
    inverter = function_spec((0b01,), 1)
    a, b = Bus("a", ("a",)), Bus("b", ("b",))
    handed_on = Netlist("t", {}, (a, b), (a, Bus("y", ("b",))), ())
    assert handed_on.lint() == ()
    other = Netlist(
        "t",
        {inverter.name: inverter},
        (a, b),
        (Bus("a", ("n",)),),
        (Instance("g", inverter.name, ("b",), ("n",)),),
    )
    assert other.lint() == ("port name 'a' is used 2 times",)
    assert Netlist("t", {}, (a, b), (Bus("a", ("b",)),), ()).lint() == (
        "port name 'a' is used 2 times",
    )
    assert Netlist("t", {}, (a, b), (b, a, a), ()).lint() == ()


# The circuit of a file


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("c17.blif", "c17.blif"),
        ("a folder/c17.blif", "'a folder/c17.blif'"),
        ("it's.blif", "'it'\"'\"'s.blif'"),
    ],
)
def test_a_circuit_is_titled_as_the_shell_would_have_it(
    plugins: Plugins, file: str, title: str
) -> None:
    circuit = from_text(ADDER, plugins.gates, file)
    assert circuit.title == title
    assert (circuit.spec.name, circuit.spec.file, circuit.netlist.name) == (file, file, "add")
    assert (circuit.parameters, circuit.words, circuit.spec.parameters) == ({}, {}, ())


def test_a_circuit_from_a_file_cannot_be_built(adder: Circuit) -> None:
    with pytest.raises(SpecError, match=r"^'t\.blif' is read, not built$"):
        adder.spec.elaborate({}, {})


def test_it_has_no_reference_and_no_domain(adder: Circuit) -> None:
    with pytest.raises(SpecError) as caught:
        adder.reference({})
    assert str(caught.value) == (
        "'t.blif' has no integers to be compared with; compare it with another circuit"
    )
    assert adder.domain({"x": np.arange(4)}) is None


def test_what_needs_a_reference_says_so(adder: Circuit) -> None:
    for needing in (lambda: verify(adder, None), lambda: prove_netlist(adder)):
        with pytest.raises(SpecError, match="has no integers to be compared with"):
            needing()
    wide = " ".join(f"i{place}" for place in range(30))
    circuit = from_text(f".inputs {wide}\n.outputs y\n.names {wide} y\n{'1' * 30} 1\n", {})
    for needing in (lambda: verify(circuit, None), lambda: prove_netlist(circuit)):
        with pytest.raises(SpecError, match="has no integers to be compared with"):
            needing()


# Verifying: trained gates against exact ones


@pytest.mark.parametrize("signal", ["raw", "restored"])
def test_trained_gates_are_compared_with_exact_ones(
    adder: Circuit, needed: dict[str, TrainedGate], signal: str
) -> None:
    done: list[tuple[int, int]] = []
    verdict = verify(
        adder,
        needed,
        signal="raw" if signal == "raw" else "restored",
        watch=lambda *each: done.append(each),
    )
    (claim,) = verdict.claims
    assert (claim.subject, claim.against) == ("trained gates", "exact gates")
    assert claim.extent == "proved exhaustively (16 of 16)"
    assert verdict.worst is not None
    assert verdict.worst.distance == 0
    assert done == [(16, 16)]


def test_noise_is_sampled(adder: Circuit, needed: dict[str, TrainedGate]) -> None:
    (claim,) = verify(adder, needed, noise=0.4).claims
    assert (claim.outcome, claim.checked) == ("sampled", 16)
    (claim,) = verify(adder, needed, noise=3.0).claims
    assert claim.outcome == "refuted"


def test_a_wide_circuit_is_sampled(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    wide = " ".join(f"i{place}" for place in range(30))
    text = f".inputs {wide}\n.outputs y\n"
    text += "".join(
        f".names {'i0' if place == 1 else f'n{place - 1}'} i{place} {'y' if place == 29 else f'n{place}'}\n"
        "10 1\n01 1\n"
        for place in range(1, 30)
    )
    circuit = from_text(text, plugins.gates)
    (claim,) = verify(circuit, gates, samples=500).claims
    assert (claim.outcome, claim.checked, claim.extent) == (
        "sampled", 500, "sampled (500 of 2^30)",
    )  # fmt: skip


def test_a_wrong_gate_is_found_with_what_exact_gates_would_give(
    adder: Circuit, needed: dict[str, TrainedGate], gates: dict[str, TrainedGate]
) -> None:
    wrong = replace(gates["xor3"], spec=gates["xor3"].spec, theta=-gates["xor3"].theta)
    verdict = verify(adder, {**needed, "xor3": wrong})
    (claim,) = verdict.claims
    assert claim.outcome == "refuted"
    found = claim.counterexample
    assert found is not None
    assert set(found.inputs) == {"x", "y"}
    assert found.wire == "s[1]"
    (difference,) = found.outputs
    right = (found.inputs["x"] + found.inputs["y"]) % 4
    assert (difference.bus, difference.wanted) == ("s", right)


# Certificates


def test_a_certificate_is_that_of_the_datasheets_alone(
    adder: Circuit, needed: dict[str, TrainedGate]
) -> None:
    verdict = certify_circuit(adder, needed)
    (claim,) = verdict.claims
    assert verdict.worst is None
    assert claim.extent == "proved by datasheets (NM 0.45, 4 instances of 4 gates)"
    (claim,) = certify_circuit(adder, {}).claims
    assert claim.outcome == "undecided"
    assert "is not trained" in claim.reason


def test_functions_from_a_file_are_certified_from_the_library(tmp_path: Path) -> None:
    circuit = from_text(ADDER, {})
    assert set(circuit.netlist.gates) == {"lut2-6", "lut2-8", "lut3-96", "lut3-e8"}
    gates = trained_gates(circuit.netlist.gates.values(), Store(tmp_path / "store"))
    assert certificate(circuit.netlist, gates).outcome == "proved"
    (claim,) = verify(circuit, gates).claims
    assert claim.outcome == "proved"


@pytest.mark.parametrize("met", [True, False])
def test_gates_with_dont_care_rows_are_certified_where_none_is_met(met: bool) -> None:
    loose = GateSpec("loose", TruthTable.from_integers([0b0110], "ab", "y", dont_cares=[3]))
    inverter = function_spec((0b01,), 1)
    # Between a and not a, the row 11 is never met.
    text = ".inputs a b\n.outputs y\n.names a n\n0 1\n.gate loose a=a b={} y=y\n"
    circuit = from_text(text.format("b" if met else "n"), {"loose": loose})
    gates = {"loose": train(loose), inverter.name: train(inverter)}
    (claim,) = certify_circuit(circuit, gates).claims
    assert claim.outcome == ("undecided" if met else "proved")
    assert ("has don't-care rows" in claim.reason) is met


def test_a_netlist_that_is_no_circuit_is_refused(adder: Circuit) -> None:
    netlist = replace(adder.netlist, instances=adder.netlist.instances[:-1])
    for checked in (verify, certify_circuit):
        with pytest.raises(NetlistError, match="has no driver"):
            checked(replace(adder, netlist=netlist), {})


# Running


def test_one_pattern_is_compared_with_exact_gates(
    adder: Circuit, needed: dict[str, TrainedGate]
) -> None:
    for x in range(4):
        for y in range(4):
            result = run(adder, needed, {"x": x, "y": y})
            total = {"c": (x + y) >> 2, "s": (x + y) & 3, "odd": x & 1}
            assert (result.outputs, result.wanted) == (total, total)
            assert result.raw["s"] == (float((x + y) & 1), float((x + y) >> 1 & 1))


def test_a_wrong_gate_shows_beside_what_is_right(
    adder: Circuit, needed: dict[str, TrainedGate], gates: dict[str, TrainedGate]
) -> None:
    theta = gates["majority"].theta.copy()
    theta[gates["majority"].architecture.slices()[-1][0].start :] *= -1  # not the majority
    wrong = replace(gates["majority"], theta=theta)
    result = run(adder, {**needed, "majority": wrong}, {"x": 3, "y": 3})
    assert (result.outputs["c"], result.wanted["c"]) == (0, 1)


def test_a_value_that_does_not_fit_is_refused(
    adder: Circuit, needed: dict[str, TrainedGate]
) -> None:
    with pytest.raises(ValueError, match="a value does not fit 2 bits"):
        run(adder, needed, {"x": 4, "y": 0})


# Public netlists

FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))
BLIFS = sorted(
    str(path.relative_to(FOLDER)) for path in (FOLDER.rglob("*.blif") if FOLDER.name else ())
)
public = pytest.mark.skipif(
    not FOLDER.name, reason="GATEWRIGHT_BENCHMARKS names no folder of public netlists"
)


def read(file: str, gates: Mapping[str, GateSpec]) -> Circuit:
    path = str(FOLDER / file)
    return file_circuit(read_netlist(path, gates), path)


@public
def test_there_are_public_netlists() -> None:
    assert len(BLIFS) >= 20


@public
@pytest.mark.parametrize("file", BLIFS)
def test_every_public_blif_is_read(plugins: Plugins, file: str) -> None:
    netlist = read(file, plugins.gates).netlist
    assert netlist.lint() == ()
    text = (FOLDER / file).read_text(encoding="utf-8").replace("\\\n", " ")
    for head, side in ((".inputs", netlist.inputs), (".outputs", netlist.outputs)):
        listed = [
            word for line in text.splitlines() if line.startswith(head) for word in line.split()[1:]
        ]
        assert [bit for bit, _ in port_bits(side)] == listed
    functions = read_netlist(str(FOLDER / file), None, widest=4)
    assert max(len(spec.table.inputs) for spec in functions.gates.values()) <= 4
    patterns = next(random_patterns(netlist.inputs, 2048, seed=5, chunk=2048))
    mine, theirs = (
        ExactEngine(compile_netlist(each)).outputs(patterns) for each in (netlist, functions)
    )
    assert np.array_equal(mine, theirs)


@public
@pytest.mark.parametrize(
    ("file", "inputs", "outputs", "gates", "buffers"),
    [
        # F. Brglez, H. Fujiwara, A neutral netlist of 10 combinational benchmark circuits, ISCAS 1985
        ("C17", 5, 2, 6, 0),
        ("C499", 41, 32, 202, 0),
        ("C880", 60, 26, 383, 26),
        ("C1355", 41, 32, 546, 32),
    ],
)
def test_iscas_circuits_have_as_many_gates_as_published(
    plugins: Plugins, file: str, inputs: int, outputs: int, gates: int, buffers: int
) -> None:
    netlist = read(f"lgsynth91/{file}.blif", plugins.gates).netlist
    # In BLIF a buffer only gives a net a second name.
    assert len(netlist.instances) == gates - buffers
    assert (len(netlist.input_nets), len(netlist.output_nets)) == (inputs, outputs)
    netlist = read(f"iscas85/{file.lower()}.bench", plugins.gates).netlist
    assert len(netlist.instances) == gates
    assert Counter(each.gate for each in netlist.instances)["buf"] == buffers


@public
@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(
            (f"lgsynth91/{name}.blif", f"iscas85/{name.lower()}.bench")
            for name in ("C17", "C432", "C499")
        ),
        *(
            (f"lgsynth91/{name}.blif", f"iscas85/{name.lower()}.bench")
            for name in ("C880", "C1355")
        ),
        # C1355 is C499 with each XOR made of four NANDs
        ("lgsynth91/C499.blif", "lgsynth91/C1355.blif"),
    ],
)
def test_one_circuit_from_two_files_is_the_same(plugins: Plugins, first: str, second: str) -> None:
    one, other = read(first, plugins.gates), read(second, plugins.gates)
    names = {
        theirs.name: mine.name
        for sides in (
            (one.netlist.inputs, other.netlist.inputs),
            (one.netlist.outputs, other.netlist.outputs),
        )
        for mine, theirs in zip(*sides, strict=True)
    }
    other = with_ports_named(other, names)
    claim = equivalence(one, other)
    assert (claim.outcome, claim.reason) == ("proved", "")
    # One gate altered is noticed.
    altered = other.netlist.instances[-1]
    table = other.netlist.gates[altered.gate].table
    count = len(table.inputs)
    turned = function_spec((table.ones[0] ^ ((1 << (1 << count)) - 1),), count)
    instances = (*other.netlist.instances[:-1], replace(altered, gate=turned.name))
    gates = {**other.netlist.gates, turned.name: turned}
    broken = replace(other, netlist=replace(other.netlist, gates=gates, instances=instances))
    assert equivalence(one, broken).outcome == "refuted"


@public
def test_the_epfl_adder_adds(plugins: Plugins) -> None:
    circuit = read("epfl/adder.blif", plugins.gates)
    netlist = circuit.netlist
    assert [(bus.name, bus.width) for bus in netlist.inputs] == [("a", 128), ("b", 128)]
    assert [(bus.name, bus.width) for bus in netlist.outputs] == [("f", 128), ("cOut", 1)]
    patterns = next(random_patterns(netlist.inputs, 4096, seed=3, chunk=4096))
    given = input_buses(circuit, patterns)
    got = output_buses(circuit, ExactEngine(compile_netlist(netlist)).outputs(patterns))
    for a, b, total, carry in zip(given["a"], given["b"], got["f"], got["cOut"], strict=True):
        assert int(a) + int(b) == int(total) | int(carry) << 128
    assert int(bits_to_bus(patterns[0, :128][None])[0]) == int(given["a"][0])


@public
def test_the_epfl_adder_is_our_ripple_adder(plugins: Plugins) -> None:
    circuit = read("epfl/adder.blif", plugins.gates)
    ours = plugins.circuit("ripple-adder").elaborate({"bits": 128}, plugins.gates)
    fitted = with_ports_named(with_inputs_held(ours, {"cin": 0}), {"sum": "f", "cout": "cOut"})
    claim = equivalence(circuit, fitted, exhaustive_bits=0, most_nodes=0)
    assert (claim.outcome, claim.checked) == ("proved", 2**256)
    assert claim.method in ("sat", "algebra")
    assert equivalence(circuit, fitted).method == "decision diagrams"
    carried = with_ports_named(with_inputs_held(ours, {"cin": 1}), {"sum": "f", "cout": "cOut"})
    claim = equivalence(circuit, carried, exhaustive_bits=0, most_nodes=0)
    assert claim.outcome == "refuted"


def test_the_title_names_the_folders_that_it_includes_from() -> None:
    netlist = Netlist("m", {}, (Bus("a", ("a",)),), (Bus("y", ("a",)),), ())
    assert file_circuit(netlist, "my m.v").title == "'my m.v'"
    circuit = file_circuit(netlist, "m.v", [("include", "inc"), ("include", "my lib")])
    assert circuit.title == "m.v --include inc --include 'my lib'"
