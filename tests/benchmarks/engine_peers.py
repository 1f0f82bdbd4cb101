"""What `engine.py` sets our engines beside: the same circuits and weights, as a user of each would run them.

PyTorch and ONNX Runtime run the networks by level, equal gates in one matrix product, clipped or logistic
units with ½ + z/4 and -z folded into the weights as ours; in batches of at most `BATCH`, which is faster than
all at once. cirbo and PyRTL simulate the two-input gates that our formulas are made of, pattern by pattern;
their rate does not depend on how many, and is measured on `FEW`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.program import Program
from gatewright.circuits.simulate.layers import Layer, layers
from gatewright.gates.trained import TrainedGate
from gatewright.logic.formula import formula

BATCH = 4096
FEW = 64

Run = Callable[[Bits], Any]
"""Runs patterns (patterns, input bits), gives primary outputs (patterns, output bits)."""


def networks(program: Program, gates: Mapping[str, TrainedGate]) -> list[tuple[Layer, ...]]:
    """The layers of every step, float32."""
    single = np.dtype(np.float32)
    made = {
        name: layers(gates[name].architecture, gates[name].theta[None], single) for name in gates
    }
    return [made[step.gate] for step in program.steps]


def torch(program: Program, gates: Mapping[str, TrainedGate], threads: int = 2) -> Run:
    """PyTorch; a restoring layer, which has a weight a unit, in place on the wires that were gathered."""
    import torch

    torch.set_num_threads(threads)
    steps = []
    for step, network in zip(program.steps, networks(program, gates), strict=True):
        pins, instances = step.inputs.shape
        parts = [
            (
                torch.from_numpy(np.ascontiguousarray(each.weights[:, :, 0, 0].T)),
                torch.from_numpy(np.ascontiguousarray(each.biases[:, 0])),
                each.activation == "clipped",
                each.restoring,
            )
            for each in network
        ]
        wires = torch.from_numpy(np.ascontiguousarray(step.inputs).ravel())
        steps.append((wires, pins, instances, parts, int(step.outputs[0, 0]), len(step.outputs)))
    outputs = torch.from_numpy(program.outputs)

    def run(patterns: Bits) -> Any:
        found = []
        with torch.inference_mode():
            for first in range(0, len(patterns), BATCH):
                x = torch.from_numpy(patterns[first : first + BATCH]).T
                values = torch.empty((len(program.nets), x.shape[1]), dtype=torch.float32)
                values[: len(x)] = x
                for wires, pins, instances, parts, driven, count in steps:
                    a = values.index_select(0, wires).view(pins, -1)
                    for weight, bias, clipped, restoring in parts:
                        a = a.mul_(weight).add_(bias) if restoring else torch.addmm(bias, weight, a)
                        a = a.clamp_(0, 1) if clipped else a.exp_().add_(1).reciprocal_()
                    into = values[driven : driven + instances * count].view(instances, count, -1)
                    into.copy_(a.view(count, instances, -1).transpose(0, 1))
                found.append(values.index_select(0, outputs).T)
        return torch.cat(found).numpy()

    return run


def onnxruntime(program: Program, gates: Mapping[str, TrainedGate]) -> Run:
    """ONNX Runtime on 2 threads."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, known = [], [], set()

    def constant(name: str, value: Any) -> str:
        if name not in known:
            known.add(name)
            constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    # Where each net is: a tensor of several nets, and its row there.
    tensors, sizes = ["x"], [program.input_bits]
    place = {net: (0, net) for net in range(program.input_bits)}

    def gathered(nets: Any, name: str) -> str:
        used = sorted({place[int(net)][0] for net in nets.ravel()})
        starts = dict(zip(used, np.cumsum([0] + [sizes[each] for each in used]), strict=False))
        source = tensors[used[0]]
        if len(used) > 1:
            source = node("Concat", [tensors[each] for each in used], f"{name}.all", axis=0)
        rows = [starts[place[int(net)][0]] + place[int(net)][1] for net in nets.ravel()]
        return node(
            "Gather", [source, constant(f"{name}.rows", np.array(rows))], f"{name}.in", axis=0
        )

    for number, (step, network) in enumerate(
        zip(program.steps, networks(program, gates), strict=True)
    ):
        name, pins = f"s{number}", len(step.inputs)
        flat = constant(f"flat{pins}", np.array([pins, -1]))
        a = node("Reshape", [gathered(step.inputs, name), flat], f"{name}.0")
        for depth, layer in enumerate(network):
            key = f"{step.gate}.{depth}"
            weight = constant(f"{key}.w", layer.weights[:, :, 0, 0].T)
            bias = constant(f"{key}.b", layer.biases[:, 0])
            product = "Mul" if layer.restoring else "MatMul"
            a = node(product, [weight, a], f"{name}.{depth}.m")
            a = node("Add", [a, bias], f"{name}.{depth}.z")
            if layer.activation == "clipped":
                ends = [constant("zero", np.float32(0)), constant("one", np.float32(1))]
                a = node("Clip", [a, *ends], f"{name}.{depth}.a")
            else:  # z is folded to -z
                a = node("Neg", [a], f"{name}.{depth}.n")
                a = node("Sigmoid", [a], f"{name}.{depth}.a")
        rows = step.outputs.size
        a = node("Reshape", [a, constant(f"flat{rows}", np.array([rows, -1]))], f"{name}.out")
        for row, net in enumerate(step.outputs.ravel()):
            place[int(net)] = (len(tensors), row)
        tensors.append(a)
        sizes.append(rows)
    node("Transpose", [gathered(program.outputs, "y")], "y", perm=[1, 0])
    graph = helper.make_graph(
        nodes,
        "circuit",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [program.input_bits, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, len(program.outputs)])],
        constants,
    )
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21)])
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

    def run(patterns: Bits) -> Any:
        return np.concatenate(
            [
                session.run(None, {"x": np.ascontiguousarray(some.T, dtype=np.float32)})[0]
                for some in np.array_split(patterns, -(-len(patterns) // BATCH))
            ]
        )

    return run


Emit = Callable[[str, str, Sequence[str]], None]
"""A net of a two-input gate: its name, the operation, the nets it reads."""


def two_input_gates(program: Program, emit: Emit) -> list[str]:
    """Say every operation of every instance's formula; gives the primary outputs' names."""
    names = {net: f"n{net}" for net in range(len(program.nets))}
    for step in program.steps:
        table = program.gates[step.gate].table
        form = formula(len(table.inputs), table.ones)
        for pins, driven in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
            places = {pin: names[net] for pin, net in enumerate(pins)}
            finals = {form.inputs + pin: names[net] for pin, net in enumerate(driven)}
            for number, each in enumerate(form.instructions):
                own = finals.get(each.place, f"n{driven[0]}_{number}")
                emit(own, each.operation, [places[source] for source in each.sources])
                places[each.place] = own
    return [names[net] for net in program.outputs.tolist()]


def cirbo(program: Program, _gates: Mapping[str, TrainedGate]) -> Run:
    """The cirbo library's evaluation."""
    from cirbo.core.circuit import Circuit, gate

    kinds = {"and": gate.AND, "or": gate.OR, "xor": gate.XOR, "not": gate.NOT, "copy": gate.IFF}
    circuit = Circuit()
    circuit.add_inputs([f"n{net}" for net in range(program.input_bits)])
    outputs = two_input_gates(
        program, lambda name, kind, reads: circuit.emplace_gate(name, kinds[kind], tuple(reads))
    )
    circuit.set_outputs(outputs)
    return lambda patterns: np.array(
        [circuit.evaluate(row) for row in patterns.astype(bool).tolist()]
    )


def pyrtl(program: Program, _gates: Mapping[str, TrainedGate]) -> Run:
    """PyRTL's fast simulator."""
    import pyrtl

    pyrtl.reset_working_block()
    wires: dict[str, Any] = {
        f"n{net}": pyrtl.Input(1, f"n{net}") for net in range(program.input_bits)
    }

    def emit(name: str, kind: str, reads: Sequence[str]) -> None:
        given = [wires[each] for each in reads]
        wires[name] = {
            "and": lambda: given[0] & given[1],
            "or": lambda: given[0] | given[1],
            "xor": lambda: given[0] ^ given[1],
            "not": lambda: ~given[0],
            "copy": lambda: given[0],
        }[kind]()

    outputs = two_input_gates(program, emit)
    for place, name in enumerate(outputs):
        output = pyrtl.Output(1, f"y{place}")
        output <<= wires[name]
    simulation = pyrtl.FastSimulation(tracer=None)

    def run(patterns: Bits) -> Any:
        found = []
        for row in patterns.tolist():
            simulation.step({f"n{net}": bit for net, bit in enumerate(row)})
            found.append([simulation.inspect(f"y{place}") for place in range(len(outputs))])
        return np.array(found)

    return run
