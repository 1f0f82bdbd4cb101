"""ONNX: a whole neural circuit as one file that runs wherever ONNX does (github.com/onnx/onnx, docs/IR.md).

A wire is a tensor (1, 1, patterns). A call joins the wires that its instances read, instance by instance, and
parts those they drive:

    Concat (1, instances * inputs, patterns) → gate → (1, instances * outputs, patterns) Split

so that a wire is copied where it is used. To gather it from one tensor of all wires, or of a level, would copy
that tensor at every level. Where datasheets hold in the precision of the file, the circuit is exact in every
runtime that computes in that precision by IEEE 754, in whatever order it adds.

Example:
    >>> names = value_names(["a", "b", "cin"])  # of wires, given those of ports
    >>> [next(names) for _ in range(4)]
    ['c', 'd', 'e', 'f']
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.engine import even
from gatewright.errors import Hint, UsageError
from gatewright.formats.onnx.functions import (
    BUS_OF,
    GATES,
    OPERATOR_SET,
    PORTS,
    WIRES_OF,
    function_name,
    gate_function,
    port_functions,
)
from gatewright.gates.datasheet import doubt
from gatewright.gates.trained import TrainedGate
from gatewright.version import VERSION

IR_VERSION = 10
"""With `OPERATOR_SET`, what runtimes since 2024 load; the library by itself writes newer ones."""

TOGETHER, MOST_CALLS = 8, 1024
"""Instances in a call: of 8, 4 096 patterns stay in cache. On a Kogge-Stone adder 32, all of a level and one take
13, 36 and 8 % longer to run, and one takes eight times as long to load. What ONNX Runtime takes to load grows
faster than calls do, so of more instances than `TOGETHER * MOST_CALLS` more share a call: 29 000 load in 7 s, not
29, and 100 000 in 25 s."""

INSTALL = "pip install 'gatewright[onnx]'"


def write_onnx(
    netlist: Netlist,
    gates: Mapping[str, TrainedGate],
    *,
    precision: Literal["float32", "float64"] = "float32",
) -> bytes:
    """The circuit as an ONNX model; the same circuit and gates give the same bytes.

    Inputs and outputs of the model are the buses, by their names and in their order: tensors (patterns, width)
    of this precision, bit 0 first, of one pattern or more. Outputs are raw activations: above ½ is 1. Where
    an output is an input and has its name, as some formats allow, so is the model's. The metadata name the
    circuit and, of each gate, the SHA-256 of its weights (`TrainedGate.digest`) and its noise margin.

    Args:
        netlist: the circuit.
        gates: a trained gate for every gate that is placed.
        precision: of all signals and weights.

    Raises:
        UsageError: another precision; a gate is missing, has units that cannot be written, or a datasheet
            of other weights or of another precision; onnx is not installed.
        NetlistError: the netlist is not a circuit.
    """
    if precision not in ("float32", "float64"):
        raise UsageError(f"signals of {precision}", hint="choose float32 or float64")
    program = compile_netlist(netlist)
    kinds = sorted({step.gate for step in program.steps})
    used = {name: _checked(name, gates, precision) for name in kinds}
    onnx, dtype = load_onnx(), np.dtype(precision)
    helper, number = onnx.helper, onnx.helper.np_dtype_to_tensor_dtype(dtype)
    inputs, outputs = (
        [helper.make_tensor_value_info(bus.name, number, ["patterns", bus.width]) for bus in buses]
        for buses in (netlist.inputs, netlist.outputs)
    )
    model = helper.make_model(
        helper.make_graph(_nodes(netlist, program, helper), netlist.name, inputs, outputs),
        functions=[
            *(gate_function(onnx, name, gate, dtype) for name, gate in used.items()),
            *port_functions(onnx),
        ],
        ir_version=IR_VERSION,
        opset_imports=[
            helper.make_opsetid(domain, version)
            for domain, version in (("", OPERATOR_SET), (GATES, 1), (PORTS, 1))
        ],
        producer_name="gatewright",
        producer_version=VERSION,
        doc_string=f"Circuit '{netlist.name}' of trained gates, each a function of {GATES}. Inputs and outputs "
        "are buses (patterns, width), bit 0 first. Outputs are raw activations: above 1/2 is 1.",
    )
    about = {"circuit": netlist.name, "precision": precision}
    for name, gate in used.items():
        sheet = gate.datasheet
        about[f"weights of {name}"] = f"SHA-256 {gate.digest}"
        about[f"noise margin of {name}"] = f"{sheet.noise_margin:g}" if sheet else "none was proved"
    helper.set_model_props(model, about)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def value_names(taken: Iterable[str]) -> Iterator[str]:
    """C identifiers that are not taken, the shortest first, without end."""
    used, first = set(taken), string.ascii_letters
    for more in itertools.count():
        for letters in itertools.product(first, *[first + string.digits] * more):
            name = "".join(letters)
            if name not in used:
                yield name


def _nodes(netlist: Netlist, program: Program, helper: Any) -> list[Any]:
    """The circuit as calls of functions."""
    names = value_names(bus.name for bus in netlist.inputs + netlist.outputs)
    wires = [next(names) for _ in program.nets]
    nodes = []

    def call(domain: str, function: str, read: Sequence[str], driven: Sequence[str]) -> None:
        into, out = (each[0] if len(each) == 1 else next(names) for each in (read, driven))
        if len(read) > 1:
            nodes.append(helper.make_node("Concat", read, [into], axis=1))
        nodes.append(helper.make_node(function, [into], [out], domain=domain))
        if len(driven) > 1:
            parts = len(driven)
            nodes.append(helper.make_node("Split", [out], driven, axis=1, num_outputs=parts))

    unread = iter(wires)
    for bus in netlist.inputs:
        call(PORTS, WIRES_OF, [bus.name], [*itertools.islice(unread, bus.width)])
    together = max(TOGETHER, len(netlist.instances) // MOST_CALLS)
    for step in program.steps:
        for span in even(step.inputs.shape[1], together):
            read, driven = (
                [wires[net] for net in nets[:, slice(*span)].T.flat]
                for nets in (step.inputs, step.outputs)
            )
            call(GATES, function_name(step.gate), read, driven)
    numbers, given = iter(program.outputs), {bus.name for bus in netlist.inputs}
    for bus in netlist.outputs:
        read = [wires[net] for net in itertools.islice(numbers, bus.width)]
        if bus.name not in given:
            call(PORTS, BUS_OF, read, [bus.name])
    return nodes


def _checked(name: str, gates: Mapping[str, TrainedGate], precision: str) -> TrainedGate:
    """A gate that can be written.

    Raises:
        UsageError: it cannot.
    """
    gate = gates.get(name)
    if gate is None:
        raise UsageError(
            f"gate '{name}' is not trained", hint=Hint("train it", "train it", gate=name)
        )
    for function in gate.architecture.functions:
        if function.onnx is None:
            raise UsageError(
                f"gate '{name}' has {function.name} units, which are not written as ONNX",
                hint=Hint("the usual recipe makes it of clipped ones", "train clipped", gate=name),
            )
    sheet = gate.datasheet
    wrong = sheet and doubt(gate.spec, gate.architecture, gate.theta, sheet)
    if wrong:
        raise UsageError(
            f"the datasheet of gate '{name}' {wrong}",
            hint=Hint("train it again", "train anew", gate=name),
        )
    if sheet and precision not in sheet.precisions:
        raise UsageError(
            f"gate '{name}' is proved in {', '.join(sheet.precisions)}, not in {precision}",
            hint=f"write the circuit in {sheet.precisions[0]}",
        )
    return gate


def load_onnx() -> Any:
    """The library onnx.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise UsageError(
            "a circuit as ONNX needs onnx, which is not installed", hint=f"run {INSTALL}"
        ) from error
    return onnx
