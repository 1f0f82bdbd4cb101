"""Circuits as ONNX: the file is what it should be, computes what it should, and the rest is refused.

What it computes is asked of the reference evaluator that comes with onnx, which follows the text of the
standard; ``tests/optional/test_onnxruntime.py`` asks ONNX Runtime.
"""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

from gatewright.arrays import Floats
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import NetlistError, UsageError
from gatewright.formats.onnx.functions import GATES, OPERATOR_SET, PORTS, function_name
from gatewright.formats.onnx.writer import IR_VERSION, MOST_CALLS, TOGETHER, value_names, write_onnx
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.recipe import default_recipe
from gatewright.learn.activations import BUILT_IN, Activation
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'gatewright[onnx]'")

Precision = Literal["float32", "float64"]
WRITTEN = [each.name for each in BUILT_IN if isinstance(each, Activation) and each.onnx is not None]
PRECISIONS: tuple[Precision, ...] = ("float32", "float64")
WIRE = GateSpec.from_function("wire", lambda a: a, inputs="a", outputs="y")


def built(plugins: Plugins, name: str, **parameters: int) -> Netlist:
    return plugins.circuit(name).elaborate(parameters, plugins.gates).netlist


def parsed(model: bytes) -> Any:
    """The model, checked against the standard, its shapes as well."""
    found = onnx.load_from_string(model)
    onnx.checker.check_model(found, full_check=True)
    return found


def run(model: bytes, *inputs: npt.ArrayLike) -> list[npt.NDArray[Any]]:
    """What the reference evaluator gives for these inputs, in order."""
    from onnx.reference import ReferenceEvaluator

    graph = parsed(model).graph
    kinds = [
        onnx.helper.tensor_dtype_to_np_dtype(each.type.tensor_type.elem_type)
        for each in graph.input
    ]
    given = {
        port.name: np.array(each, kind)
        for port, each, kind in zip(graph.input, inputs, kinds, strict=True)
    }
    return list(ReferenceEvaluator(parsed(model)).run(None, given))


def hand_made(
    spec: GateSpec, hidden: Sequence[int], theta: npt.ArrayLike, activation: str = "clipped"
) -> TrainedGate:
    """A gate of these weights, without a datasheet."""
    sizes = (len(spec.table.inputs), *hidden, len(spec.table.outputs))
    shape = Architecture(sizes, (activation,) * (len(sizes) - 1))
    figures = Figures(restart=0, solved=1, proved=0, epochs=1, box_radius=0.0, error=0.0)
    weights = np.array(theta, dtype=np.float64)
    return TrainedGate(spec, shape, weights, default_recipe(spec.table), 0, figures)


def one_gate(spec: GateSpec, instances: int = 1) -> Netlist:
    """A circuit of this gate alone, every instance on the same inputs."""
    circuit = CircuitBuilder("one", {spec.name: spec})
    wires = circuit.input_bus("x", len(spec.table.inputs))
    driven = [wire for _ in range(instances) for wire in circuit.instance(spec.name, *wires)]
    circuit.output_bus("out", driven)
    return circuit.netlist()


def values(model: Any) -> Iterator[str]:
    """Every name that is given to a value of the graph, where it is."""
    yield from (each.name for each in model.graph.input)
    yield from (name for node in model.graph.node for name in node.output)


def calls(model: Any, gate: str) -> list[Any]:
    return [node for node in model.graph.node if (node.domain, node.op_type) == (GATES, gate)]


def constants(model: Any, function: str) -> dict[str, npt.NDArray[Any]]:
    """The tensors a function holds."""
    return {
        node.output[0]: onnx.numpy_helper.to_array(node.attribute[0].t)
        for each in model.functions
        if each.name == function
        for node in each.node
        if node.op_type == "Constant"
    }


# What the file is


@pytest.mark.parametrize("precision", PRECISIONS)
def test_versions_are_those_that_runtimes_load(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    netlist = built(plugins, "ripple-adder", bits=4)
    model = parsed(write_onnx(netlist, gates, precision=precision))
    assert model.ir_version == IR_VERSION == 10
    assert OPERATOR_SET == 21
    assert {each.domain: each.version for each in model.opset_import} == {
        "": 21,
        GATES: 1,
        PORTS: 1,
    }
    for function in model.functions:
        assert [(each.domain, each.version) for each in function.opset_import] == [("", 21)]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_gate_is_there_once_and_called_for_every_instance(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    model = parsed(write_onnx(built(plugins, "ripple-adder", bits=128), gates, precision=precision))
    assert [(each.domain, each.name) for each in model.functions] == [
        (GATES, "full_adder"),
        (PORTS, "wires_of"),
        (PORTS, "bus_of"),
    ]
    assert len(calls(model, "full_adder")) == 128
    assert not model.graph.initializer
    assert {node.op_type for node in model.graph.node} == {
        *("full_adder", "wires_of", "bus_of", "Concat", "Split")
    }
    assert [node.op_type for node in model.functions[0].node].count("Constant") == 10
    held = constants(model, "full_adder")
    weights = [held[name] for name in held if name.startswith(("weights", "biases"))]
    assert sum(each.size for each in weights) == gates["full-adder"].architecture.parameters
    assert {each.dtype for each in weights} == {np.dtype(precision)}


def test_weights_are_those_of_the_gate_with_a_half_and_a_quarter_folded_in(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    netlist = built(plugins, "ripple-adder", bits=1)
    gate = gates["full-adder"]
    for precision in PRECISIONS:
        held = constants(parsed(write_onnx(netlist, gates, precision=precision)), "full_adder")
        for number, (w, b) in enumerate(gate.architecture.layers(gate.theta[None]), 1):
            weights, biases = held[f"weights_{number}"], held[f"biases_{number}"]
            first = number == 1  # a weight an input
            own = w[0].diagonal()[:, None] if first else w[0].T
            assert np.array_equal(weights.reshape(weights.shape[:2]), own / 4)  # of 8 bits
            assert np.array_equal(biases.ravel(), b.ravel() / 4 + 0.5)


def test_equal_gates_of_a_level_share_calls(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    netlist = built(plugins, "kogge-stone", bits=32)
    model = parsed(write_onnx(netlist, gates))
    driven = {
        node.input[0]: len(node.output) for node in model.graph.node if node.op_type == "Split"
    }
    placed = Counter(each.gate for each in netlist.instances)
    assert {each.name for each in model.functions if each.domain == GATES} == {
        function_name(name) for name in placed
    }
    for name, count in placed.items():
        outputs = len(netlist.gates[name].table.outputs)
        sizes = [
            driven.get(node.output[0], 1) // outputs for node in calls(model, function_name(name))
        ]
        assert sum(sizes) == count
        assert max(sizes) <= TOGETHER
    steps = compile_netlist(netlist).steps
    wanted = sum(-(-step.inputs.shape[1] // TOGETHER) for step in steps)
    assert (
        sum(node.domain == GATES for node in model.graph.node)
        == wanted
        < len(netlist.instances) / 4
    )


def test_calls_of_a_large_circuit_are_longer_rather_than_more() -> None:
    gate = hand_made(WIRE, (), [4.0, -2.0])
    count = 20 * MOST_CALLS
    model = onnx.load_from_string(write_onnx(one_gate(WIRE, count), {"wire": gate}))
    sizes = [len(node.output) for node in model.graph.node if node.op_type == "Split"]
    assert sum(sizes) == count
    assert max(sizes) == 20


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ["ripple-adder", "kogge-stone", "brent-kung", "carry-lookahead"])
def test_an_adder_of_128_bits_takes_at_most_100_kb(
    plugins: Plugins, gates: dict[str, TrainedGate], name: str, precision: Precision
) -> None:
    assert len(write_onnx(built(plugins, name, bits=128), gates, precision=precision)) <= 100_000


def test_the_same_circuit_gives_the_same_bytes(
    plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    first = write_onnx(built(plugins, "alu", bits=2), gates)
    again = write_onnx(built(plugins, "alu", bits=2), dict(reversed(gates.items())))
    assert first == again
    assert first != write_onnx(built(plugins, "alu", bits=2), gates, precision="float64")


def test_metadata_say_what_it_is(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    netlist = built(plugins, "ripple-adder", bits=2)
    netlist = dataclasses.replace(
        netlist, instances=(*netlist.instances, Instance("n", "not", ("cin",), ("spare",)))
    )
    netlist = dataclasses.replace(netlist, gates=plugins.gates)  # many that are not placed
    bare = dataclasses.replace(gates["not"], datasheet=None)
    model = parsed(write_onnx(netlist, {**gates, "not": bare}))
    assert {each.key: each.value for each in model.metadata_props} == {
        "circuit": "ripple-adder",
        "precision": "float32",
        "weights of full-adder": f"SHA-256 {gates['full-adder'].digest}",
        "noise margin of full-adder": "0.45",
        "weights of not": f"SHA-256 {bare.digest}",
        "noise margin of not": "none was proved",
    }
    assert model.graph.name == "ripple-adder"
    assert model.producer_name == "gatewright"
    assert "Circuit 'ripple-adder'" in model.doc_string
    about = {each.name: each.doc_string for each in model.functions}
    assert "3-3-2-2 units, clipped" in about["full_adder"]
    table = plugins.gates["full-adder"].table
    ports = f"in {', '.join(table.inputs)}; out {', '.join(table.outputs)}."
    assert about["full_adder"].endswith(ports)


# Names


def test_names_of_values_are_identifiers_and_not_taken() -> None:
    names = list(itertools.islice(value_names(["a", "Z", "aa"]), 4000))
    assert names[:3] == ["b", "c", "d"]
    assert names[49:52] == ["Y", "ab", "ac"]
    assert len(set(names)) == 4000
    assert not {"a", "Z", "aa"} & set(names)
    assert all(name.isidentifier() for name in names)
    assert max(map(len, names)) == 3


def test_ports_keep_their_names_whatever_they_are(gates: dict[str, TrainedGate]) -> None:
    inputs = ("22", "1GAT(0)", "a", "wires", "patterns", "not", "b 1/2·✓")
    instances = [
        Instance(f"i{place}", "not", (net,), (f"n{place}",)) for place, net in enumerate(inputs)
    ]
    outputs = ("c", "23", "2GAT(1)", "bus", "d", "e", "reshape_1")
    netlist = Netlist(
        "odd names",
        {"not": gates["not"].spec},
        tuple(Bus(name, (name,)) for name in inputs),
        tuple(Bus(name, (f"n{place}",)) for place, name in enumerate(outputs)),
        tuple(instances),
    )
    data = write_onnx(netlist, gates)
    model = parsed(data)
    assert [each.name for each in model.graph.input] == list(inputs)
    assert [each.name for each in model.graph.output] == list(outputs)
    assert max(Counter(values(model)).values()) == 1
    patterns = np.random.default_rng(0).integers(0, 2, (5, 7))
    assert np.array_equal(np.hstack(run(data, *np.hsplit(patterns, 7))), 1 - patterns)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_ports_are_tensors_of_patterns_and_bits(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    model = parsed(write_onnx(built(plugins, "ripple-adder", bits=6), gates, precision=precision))
    kind = {"float32": onnx.TensorProto.FLOAT, "float64": onnx.TensorProto.DOUBLE}[precision]
    shapes = {
        each.name: [side.dim_param or side.dim_value for side in each.type.tensor_type.shape.dim]
        for each in (*model.graph.input, *model.graph.output)
    }
    assert list(shapes.items()) == [
        ("a", ["patterns", 6]),
        ("b", ["patterns", 6]),
        ("cin", ["patterns", 1]),
        ("sum", ["patterns", 6]),
        ("cout", ["patterns", 1]),
    ]
    assert {
        each.type.tensor_type.elem_type for each in (*model.graph.input, *model.graph.output)
    } == {kind}


# What it computes


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_standard_gives_what_the_gates_give(
    plugins: Plugins, gates: dict[str, TrainedGate], precision: Precision
) -> None:
    netlist = built(plugins, "alu", bits=2)
    patterns = np.random.default_rng(0).integers(0, 2, (50, len(netlist.input_nets)), np.uint8)
    places = np.cumsum([bus.width for bus in netlist.inputs])[:-1]
    given = np.split(patterns, places, axis=1)
    found = np.hstack(run(write_onnx(netlist, gates, precision=precision), *given))
    assert found.dtype == precision
    assert np.array_equal(found, ExactEngine(compile_netlist(netlist)).outputs(patterns))


def test_bit_0_is_first(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    data = write_onnx(built(plugins, "ripple-adder", bits=4), gates)
    given = [[1, 0, 1, 0]], [[1, 1, 0, 0]], [[1]]  # 5 + 3 + 1
    total, carry = run(data, *given)
    assert (total.tolist(), carry.tolist()) == ([[1, 0, 0, 1]], [[0]])


def test_outputs_may_share_wires_with_inputs_and_each_other(
    gates: dict[str, TrainedGate],
) -> None:
    circuit = CircuitBuilder("shared", {"not": gates["not"].spec})
    a, b = circuit.input_bus("a", 2), circuit.input("b")
    inverted = circuit.gate("not", b)
    circuit.output_bus("crossed", [a[1], a[0], a[1]])
    circuit.output("same", b)
    circuit.output("inverted", inverted)
    circuit.output_bus("twice", [inverted, b, inverted])
    found = run(write_onnx(circuit.netlist(), gates), [[0, 1]], [[1]])
    assert [each.tolist() for each in found] == [[[1, 0, 1]], [[1]], [[0]], [[0, 1, 0]]]


def test_an_output_may_be_an_input_by_name(gates: dict[str, TrainedGate]) -> None:
    netlist = Netlist(
        "alias",
        {"not": gates["not"].spec},
        (Bus("22", ("22",)), Bus("a", ("a[0]", "a[1]"), vector=True)),
        (Bus("y", ("y",)), Bus("22", ("22",)), Bus("a", ("a[0]", "a[1]"), vector=True)),
        (Instance("n", "not", ("22",), ("y",)),),
    )
    found = run(write_onnx(netlist, gates), [[1]], [[0, 1]])
    assert [each.tolist() for each in found] == [[[0]], [[1]], [[0, 1]]]


def test_a_circuit_may_be_without_gates() -> None:
    circuit = CircuitBuilder("swap", {})
    a = circuit.input_bus("a", 2)
    circuit.output_bus("y", a[::-1])
    (found,) = run(write_onnx(circuit.netlist(), {}), [[0, 1], [1, 1]])
    assert found.tolist() == [[1, 0], [1, 1]]


def test_every_activation_is_written_or_refused() -> None:
    refused = {"softplus", "leaky-relu", "folded-relu"}
    assert {*WRITTEN} | refused == {each.name for each in BUILT_IN} | {"folded-relu"}


@pytest.mark.parametrize("activation", WRITTEN)
def test_activations_are_ours(activation: str) -> None:
    spec = GateSpec.from_function("mixed", lambda *_: (0, 0), inputs="abc", outputs=("y", "z"))
    draw = np.random.default_rng(3)
    gate = hand_made(spec, (4,), draw.normal(scale=2, size=26), activation)
    given = draw.uniform(-0.4, 1.4, (200, 3))
    wanted = gate.raw(given)
    for precision, near in (("float32", 1e-5), ("float64", 1e-13)):
        data = write_onnx(one_gate(spec, 3), {"mixed": gate}, precision=precision)  # type: ignore[arg-type] # one of both
        (found,) = run(data, given)
        assert found == pytest.approx(np.tile(wanted, 3), rel=near, abs=near)


def test_a_gate_of_16_inputs_and_many_outputs() -> None:
    outputs = tuple(f"o{place}" for place in range(5))
    spec = GateSpec.from_function(
        "wide", lambda *_: (0,) * 5, inputs=[f"i{place}" for place in range(16)], outputs=outputs
    )
    draw = np.random.default_rng(0)
    gate = hand_made(spec, (7,), draw.integers(-9, 9, 16 * 7 + 7 + 7 * 5 + 5) / 8)
    given = draw.uniform(0, 1, (40, 16))
    data = write_onnx(one_gate(spec, 2), {"wide": gate}, precision="float64")
    assert run(data, given)[0] == pytest.approx(np.tile(gate.raw(given), 2), abs=1e-13)


def test_a_gate_is_written_by_the_name_it_has_in_the_circuit(
    gates: dict[str, TrainedGate],
) -> None:
    spec = dataclasses.replace(gates["xor"].spec, name="lut2-6")
    model = parsed(write_onnx(one_gate(spec), {"lut2-6": gates["xor"]}))
    assert [each.name for each in model.functions if each.domain == GATES] == ["lut2_6"]


# What is refused


def refusal(netlist: Netlist, gates: Mapping[str, TrainedGate], precision: Any = "float32") -> str:
    with pytest.raises(UsageError) as caught:
        write_onnx(netlist, gates, precision=precision)
    return str(caught.value)


@pytest.mark.parametrize("activation", ["softplus", "leaky-relu(0.5)", "folded-relu(0.2)"])
def test_other_activations_are_refused_by_name(activation: str) -> None:
    gate = hand_made(WIRE, (), [40.0, -20.0], activation)
    assert refusal(one_gate(WIRE), {"wire": gate}) == (
        f"gate 'wire' has {activation} units, which are not written as ONNX; "
        "the usual recipe makes it of clipped ones"
    )


def test_a_gate_not_proved_in_float32_is_refused_there(gates: dict[str, TrainedGate]) -> None:
    gate = gates["not"]
    assert gate.datasheet is not None
    double = dataclasses.replace(gate.datasheet, precisions=("float64",))
    only = {"not": dataclasses.replace(gate, datasheet=double)}
    assert refusal(one_gate(gate.spec), only) == (
        "gate 'not' is proved in float64, not in float32; write the circuit in float64"
    )
    assert write_onnx(one_gate(gate.spec), only, precision="float64")
    assert write_onnx(one_gate(gate.spec), {"not": dataclasses.replace(gate, datasheet=None)})


def test_a_datasheet_of_other_weights_is_refused(gates: dict[str, TrainedGate]) -> None:
    theta: Floats = gates["not"].theta * 1.25
    other = dataclasses.replace(gates["not"], theta=theta)
    assert refusal(one_gate(other.spec), {"not": other}) == (
        "the datasheet of gate 'not' is of other weights; train it again"
    )


def test_a_missing_gate_another_precision_and_no_circuit_are_refused(
    gates: dict[str, TrainedGate],
) -> None:
    assert refusal(one_gate(WIRE), gates) == "gate 'wire' is not trained; train it"
    assert refusal(one_gate(gates["not"].spec), gates, "float16") == (
        "signals of float16; choose float32 or float64"
    )
    with pytest.raises(NetlistError, match="net 'y' is read by output y and has no driver"):
        write_onnx(Netlist("open", {}, (), (Bus("y", ("y",)),), ()), gates)


def test_where_onnx_is_missing_it_says_how_to_get_it(
    gates: dict[str, TrainedGate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert refusal(one_gate(gates["not"].spec), gates) == (
        "a circuit as ONNX needs onnx, which is not installed; run pip install 'gatewright[onnx]'"
    )
