"""What a notebook writes: gates and circuits in few words, and every object wherever its kind is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import GatewrightError, RecipeError, SpecError, TableError, UsageError
from gatewright.plugins.manager import Plugins

C17 = Path(__file__).parents[2] / "circuits" / "c17.blif"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> gw.Store:
    return gw.Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def neural(store: gw.Store) -> gw.TrainedCircuit:
    return gw.circuit("ripple-adder", bits=4).train(store=store)


# Gates


def test_a_gate_in_one_line() -> None:
    xor = gw.train("xor")
    assert [xor(a, b) for a in (0, 1) for b in (0, 1)] == [0, 1, 1, 0]
    assert xor(a=1, b=0) == xor(b=0, a=1) == 1
    assert [w.shape for w in xor.weights] == [(2,), (2, 2), (2, 1)]
    assert [b.shape for b in xor.biases] == [(2,), (2,), (1,)]
    assert xor.datasheet is not None
    assert xor.datasheet.noise_margin == 0.45
    assert xor.history is not None
    assert xor.history.loss[-1].min() < xor.history.loss[0].min()
    x = np.array([[0.45, 0.6]])  # by hand, layer after layer, what the gate makes of sloppy inputs
    for w, b in zip(xor.weights, xor.biases, strict=True):
        x = np.clip(0.5 + ((x * w if w.ndim == 1 else x @ w) + b) / 4, 0, 1)
    assert x.tolist() == xor.raw(np.array([[0.45, 0.6]])).tolist() == [[1.0]]


def test_a_gate_of_several_outputs_gives_a_tuple() -> None:
    assert gw.train("half-adder")(1, 1) == (1, 0)  # carry, sum


@pytest.mark.parametrize(
    "what",
    [
        "a ^ b",
        gw.TruthTable.from_integers([0b0110], inputs="ab", outputs="y"),
        gw.GateSpec.from_function("other", lambda a, b: a ^ b, inputs="ab", outputs="y"),
    ],
)
def test_a_gate_is_whatever_says_what_it_is(what: Any) -> None:
    assert [gw.train(what)(a, b) for a in (0, 1) for b in (0, 1)] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("text", "ones", "inputs", "outputs"),
    [
        ("not a", (0b01,), "a", "y"),
        ("!a", (0b01,), "a", "y"),
        ("b & ~a", (0b0010,), "ab", "y"),
        ("a and b or c", (0b11101010,), "abc", "y"),
        ("a ^ (b | 1)", (0b0011,), "ab", "y"),
        ("s = a ^ b; c = a & b", (0b0110, 0b1000), "ab", "sc"),
        ("s = a ^ b\nc = a & b", (0b0110, 0b1000), "ab", "sc"),
    ],
)
def test_expressions(text: str, ones: tuple[int, ...], inputs: str, outputs: str) -> None:
    table = gw.gate(text).table
    assert (table.ones, table.inputs, table.outputs) == (ones, tuple(inputs), tuple(outputs))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a ^", "'a ^' cannot be read as an expression"),
        ("a + b", "'a + b' is not of Boolean logic"),
        ("f(a) ^ b", "'f(a)' is not of Boolean logic"),
        ("__import__('os').system('true') ^ a", "is not of Boolean logic"),
        ("1 ^ 0", "'1 ^ 0' names no input"),
        ("2 & a", "'2' is not of Boolean logic"),
        ("s = a ^ b; a & b", "'a & b' is not an output with its name"),
        ("s = a; s = b", "the output 's' is given twice"),
        ("x.y = a & b", "'x.y' is not a name"),
        (" ^ ".join(f"x{at}" for at in range(17)), "has 17 inputs, more than the 16"),
        ("a ^ " * 3000 + "a", "an expression of 12001 characters is too long"),
        ("(" * 300 + "a" + ")" * 300, "cannot be read as an expression"),
    ],
)
def test_what_is_no_expression(text: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        gw.train(text)
    assert told in str(caught.value)


def test_a_gate_asked_for_wrongly_says_so() -> None:
    with pytest.raises(GatewrightError, match="no gate 'xro'; did you mean 'xor'"):
        gw.train("xro")
    with pytest.raises(UsageError, match="an int is not a gate; give a name, a GateSpec"):
        gw.train(3)  # type: ignore[arg-type] # which a notebook may well do
    xor = gw.train("xor")
    for bits in ((), (1,), (0, 2), (1, 0, 1)):
        with pytest.raises(UsageError, match=r"'xor' is given .*; give a 0 or 1 for each of a, b"):
            xor(*bits)
    with pytest.raises(UsageError, match=r"'xor' is given arrays; call raw\(x\) with all rows at"):
        xor(np.array([0, 1]), np.array([1, 1]))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="there is no picture 'map' of a gate; its kinds are surf"):
        xor.draw("map")


def test_that_nothing_is_proved_is_not_passed_over() -> None:
    with pytest.warns(gw.NothingProvedWarning, match="nothing is proved of 'xor'"):
        assert gw.train("xor", gw.Recipe((2, 4))).datasheet is None
    made = gw.train("xor", gw.Recipe((2, 4), box_radius=0.45, harden=True))
    assert made.datasheet is not None


def test_epochs_are_as_many_as_the_optimiser_needs() -> None:
    assert gw.Recipe((2,)).epochs == 200
    assert gw.Recipe((2,), optimiser=gw.Adam()).epochs == 2000
    plain = {"layers": [2], "optimiser": "adam"}  # as TOML has it
    assert gw.Recipe.from_dict(plain).epochs == 2000
    with pytest.raises(RecipeError):
        gw.Recipe((2,), epochs=0)


def test_a_gate_is_saved_where_its_ending_says(store: gw.Store, tmp_path: Path) -> None:
    xor = gw.train("xor")
    assert xor.save(tmp_path / "xor.c").read_text().startswith("/*")
    assert xor.save(store.folder / "xor.safetensors") == store.path("xor")
    loaded = store.load(xor.spec)
    assert loaded is not None
    assert (loaded.digest, loaded.history) == (xor.digest, None)
    with pytest.raises(UsageError, match=r"a gate is not saved as '\.txt'"):
        xor.save("xor.txt")
    with pytest.raises(UsageError, match="cannot be written"):
        xor.save(tmp_path / "none" / "xor.c")


@pytest.mark.parametrize("kind", ["surface", "network", "training", "transfer"])
def test_a_gate_is_drawn(kind: Any) -> None:
    assert gw.train("xor").draw(kind).svg.lstrip().startswith("<svg")


# Circuits


def test_a_circuit_in_one_line(neural: gw.TrainedCircuit) -> None:
    assert neural.run(a=5, b=9) == neural.circuit.run(a=5, b=9) == {"sum": 14, "cout": 0}
    assert neural.run(a=15, b=15, cin=1) == {"sum": 15, "cout": 1}
    many = neural.run(a=np.arange(16), b=3)
    assert (many["sum"] + 16 * many["cout"]).tolist() == [a + 3 for a in range(16)]
    grid = neural.run(
        a=np.arange(16)[:, None] + np.zeros(16, int), b=np.arange(16) + np.zeros((16, 1), int)
    )
    assert grid["sum"].shape == (16, 16)
    raw = neural.raw(a=[5, 6], b=9)
    assert raw["sum"].shape == (2, 4)
    assert raw["sum"].tolist() == [[0, 1, 1, 1], [1, 1, 1, 1]]
    assert raw["cout"].shape == (2, 1)


def test_a_circuit_is_checked_and_certified(neural: gw.TrainedCircuit) -> None:
    assert neural.check().proved
    assert neural.certify().proved
    assert neural.circuit.check().proved
    assert neural.circuit.prove().proved
    assert str(neural.certify()).splitlines()[0] == (
        "trained gates = exact gates: proved by datasheets (NM 0.45, 4 instances of 1 gate)"
    )
    assert not neural.check(noise=0.1).proved  # of all noise some was drawn
    wide = gw.circuit("ripple-adder", bits=64)
    assert wide.prove().extent == "proved by decision diagrams (all 2^129)"
    assert wide.check(samples=64).outcome == "sampled"


def test_noise_gives_records_for_a_table(neural: gw.TrainedCircuit) -> None:
    found = neural.noise([0, 0.1, 0.45], patterns=64)
    assert [each["noise"] for each in found] == [0, 0.1, 0.45]
    assert {each["wrong_bits"] for each in found} == {0}
    assert all(isinstance(each, dict) and each["rate"] == 0 for each in found)
    assert neural.noise([2.0], where="weights", patterns=64)[0]["wrong_bits"] > 0


def test_two_circuits_are_equal_or_not(neural: gw.TrainedCircuit) -> None:
    adder = neural.circuit
    assert adder.equivalent(gw.circuit("kogge-stone", bits=4)).proved
    assert adder.equivalent("kogge-stone").proved  # 4 bits by default
    with pytest.raises(UsageError, match="buses"):
        adder.equivalent(gw.circuit("kogge-stone", bits=5))


def test_a_file_is_a_circuit(store: gw.Store) -> None:
    verdict = gw.read(C17).train(store=store).certify()
    assert verdict.proved
    assert gw.circuit(str(C17)).title == gw.circuit(C17).title == str(C17)
    with pytest.raises(SpecError, match="has no integers to be compared with"):
        gw.read(C17).check()


def test_a_netlist_goes_wherever_a_circuit_goes(plugins: Plugins, store: gw.Store) -> None:
    netlist = gw.read_netlist(str(C17), plugins.gates)
    builder = gw.CircuitBuilder("flip", plugins.gates)
    builder.output("y", builder.gate("not", builder.input("a")))
    for what in (netlist, builder, builder.netlist(), gw.read(C17), C17):
        circuit = gw.circuit(what)
        trained = circuit.train(store=store)
        assert gw.verify(what, trained.gates).proved
        assert gw.certify_circuit(what, trained.gates).proved
        assert circuit.equivalent(what).proved
    spec = plugins.circuit("ripple-adder")
    assert gw.circuit(spec, bits=2).title == "ripple-adder --bits 2"
    assert gw.circuit("ripple-adder", bits=2, from_="half-adders").title.endswith("half-adders")


def test_a_circuit_is_saved_where_its_ending_says(
    neural: gw.TrainedCircuit, tmp_path: Path
) -> None:
    pytest.importorskip("onnx")
    again = gw.read(neural.save(tmp_path / "adder.blif"))
    assert again.equivalent(neural.circuit).proved
    assert neural.save(tmp_path / "adder.onnx").read_bytes()[:1] == b"\x08"
    with pytest.raises(
        UsageError, match=r"onnx holds trained gates; as in circuit\.train\(\)\.save"
    ):
        neural.circuit.save(tmp_path / "x.onnx")
    with pytest.raises(UsageError, match="a format that is only read"):
        neural.circuit.save(tmp_path / "x.pla")


def test_a_circuit_is_drawn_and_reported(neural: gw.TrainedCircuit, tmp_path: Path) -> None:
    pytest.importorskip("py_mini_racer")
    assert "<svg" in neural.circuit.draw().svg
    assert "at outputs: raw activations" in neural.draw(a=5, b=9).svg
    assert "<svg" in neural._repr_html_()
    page = neural.report(tmp_path / "adder.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    with pytest.raises(UsageError, match="a picture shows one value for each bus"):
        neural.draw(a=[5, 6], b=9)


def test_a_graph_of_networkx(neural: gw.TrainedCircuit) -> None:
    graph = neural.circuit.graph()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4 + 9 + 5, 4 * 3 + 5)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"a": 16, "b": 1}, "a value of 'a' does not fit 4 bits; give 0 to 2**4 - 1"),
        ({"a": -1, "b": 1}, "a value of 'a' does not fit 4 bits"),
        ({"a": [1, 99], "b": 1}, "a value of 'a' does not fit 4 bits"),
        ({"a": 1}, "input 'b' has no value; as in b=1"),
        (
            {"a": 1, "b": 1, "c": 1},
            "circuit 'ripple-adder' has no input 'c'; its inputs are a, b, cin",
        ),
        ({"a": 1.5, "b": 1}, "'a' is given what is not a whole number"),
        ({"a": "5", "b": 1}, "'a' is given what is not a whole number"),
        ({"a": [1, 2], "b": [1, 2, 3]}, "the values have different shapes: a (2,), b (3,), cin ()"),
        ({"a": None, "b": 1}, "input 'a' has no value"),
        ({"a": 2**70, "b": 1}, "a value of 'a' does not fit 4 bits"),
        ({"a": [2**63, -1], "b": 1}, "a value of 'a' does not fit 4 bits"),
    ],
)
def test_values_that_cannot_be(
    neural: gw.TrainedCircuit, values: dict[str, Any], told: str
) -> None:
    for run in (neural.run, neural.raw, neural.circuit.run):
        with pytest.raises(UsageError) as caught:
            run(**values)
        assert str(caught.value).startswith(told)


def test_values_outside_the_domain_are_refused(plugins: Plugins) -> None:
    def build(circuit: Any) -> None:
        circuit.output("y", circuit.gate("not", circuit.input("a")))

    spec = gw.CircuitSpec(
        "flip",
        "y = 1",
        (),
        build,
        lambda buses: {"y": 1 - buses["a"]},
        lambda buses: buses["a"] == 0,
    )
    flip = gw.circuit(spec)
    assert flip.run(a=0) == {"y": 1}
    with pytest.raises(UsageError, match="'flip' is not defined for these values; y = 1"):
        flip.run(a=1)
    with pytest.raises(UsageError, match=r"'flip' is not defined for these values \(pattern 2\)"):
        flip.run(a=[0, 0, 1])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: gw.circuit("riple-adder"),
            "no circuit 'riple-adder'; did you mean 'ripple-adder'?",
        ),
        (lambda: gw.circuit("ripple-adder", bits=0), "bits=0 is not 1 to 4096"),
        (
            lambda: gw.circuit("ripple-adder", bit=4),
            "circuit 'ripple-adder' has no parameter 'bit'",
        ),
        (lambda: gw.circuit(str(C17), bits=4), "has no parameter 'bits'; only builders have any"),
        (lambda: gw.circuit(gw.read(C17), bits=4), "has no parameter 'bits'"),
        (lambda: gw.circuit(5), "an int is not a circuit; give the name of a builder, a file"),  # type: ignore[arg-type] # on purpose
        (lambda: gw.read("no-such.blif"), "no-such.blif"),
    ],
)
def test_a_circuit_asked_for_wrongly_says_so(call: Any, told: str) -> None:
    with pytest.raises(GatewrightError) as caught:
        call()
    assert told in str(caught.value)


def test_wide_buses_are_whole_numbers(store: gw.Store) -> None:
    wide = gw.circuit("ripple-adder", bits=100).train(store=store)
    assert wide.run(a=2**99, b=2**99)["cout"] == 1
    many = wide.run(a=[2**99, 1], b=[2**98, 2])
    assert many["sum"].tolist() == [2**99 + 2**98, 3]


def test_the_usual_store_is_the_one_the_command_line_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(tmp_path / "mine"))
    assert gw.Store().folder == tmp_path / "mine"
    assert gw.Store("x") == gw.Store(Path("x"))
    gw.circuit("parity-tree", bits=3).train()
    assert (tmp_path / "mine" / "xor.safetensors").exists()
