"""The functions that an ONNX model of a circuit calls: one a gate, which holds its weights, and two of ports.

Operators are chosen by what a datasheet asks of arithmetic (`gatewright.certify.bounds`): sums in any order,
activations right to a few units in the last place. ONNX Runtime's Sigmoid in float32 is off by up to 0.4 % of
itself at -10 and by all of itself at -16, and its Tanh exceeds 1; its Exp is as good as NumPy's. So a
logistic unit is written with Exp, and a Tanh is clipped. A layer is a convolution of width 1, which ONNX
Runtime joins with the Clip after it and spreads over threads; it has none in float64, and there it is MatMul
and Add.

Example:
    >>> activation("clipped").onnx, activation("logistic").onnx
    ((('Clip', 0.0, 1.0),), (('Exp',), ('Add', 1.0), ('Reciprocal',)))
    >>> function_name("half-adder")
    'half_adder'
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.circuits.simulate.layers import layers
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import activation

OPERATOR_SET = 21

GATES, PORTS = "gatewright.gates", "gatewright.ports"
"""The domains of the functions."""

WIRES_OF, BUS_OF = "wires_of", "bus_of"


def function_name(gate: str) -> str:
    """The name of a gate's function: ONNX asks for C identifiers, and names of gates have no underscore."""
    return gate.replace("-", "_")


def gate_function(onnx: Any, name: str, gate: TrainedGate, dtype: np.dtype[Any]) -> Any:
    """A gate's network, of any number of its instances at a time.

    From wires (1, instances * inputs, patterns) it makes wires (1, instances * outputs, patterns), those of
    an instance together.

    Args:
        onnx: the library.
        name: of the gate in its circuit.
        gate: its activations say how they are written to ONNX.
        dtype: float32 or float64.
    """
    table, sizes, body = gate.spec.table, gate.architecture.sizes, _Body(onnx, "wires")
    body.add("Reshape", body.last, body.constant("by_instance", np.array([-1, sizes[0], 0])))
    for number, layer in enumerate(layers(gate.architecture, gate.theta[None], dtype), 1):
        weights, biases = layer.weights[:, :, 0].swapaxes(0, 1), layer.biases[:, 0]
        if layer.restoring:  # a weight a wire
            body.add("Mul", body.last, body.constant(f"weights_{number}", weights[:, 0]))
            body.add("Add", body.last, body.constant(f"biases_{number}", biases))
        elif dtype == np.float32:
            weight = body.constant(f"weights_{number}", weights)  # (units, fan_in, 1)
            body.add("Conv", body.last, weight, body.constant(f"biases_{number}", biases[:, 0]))
        else:
            body.add("MatMul", body.constant(f"weights_{number}", weights[:, :, 0]), body.last)
            body.add("Add", body.last, body.constant(f"biases_{number}", biases))
        for kind, *constants in activation(layer.activation).onnx or ():
            numbers = [body.constant(_called(each), np.array(each, dtype)) for each in constants]
            body.add(kind, body.last, *numbers)
    body.add("Reshape", body.last, body.constant("in_a_row", np.array([1, -1, 0])))
    units = ", ".join(dict.fromkeys(gate.architecture.activations))
    about = (
        f"Gate '{name}': a network of {'-'.join(map(str, sizes))} units, {units}; "
        "1/2 + z/4 of clipped ones and -z of logistic ones are in the weights. Wires "
        "(1, instances * pins, patterns), those of an instance together: "
        f"in {', '.join(table.inputs)}; out {', '.join(table.outputs)}."
    )
    return body.function(GATES, function_name(name), about)


def port_functions(onnx: Any) -> list[Any]:
    """From a bus (patterns, width) to wires (1, width, patterns), and back."""
    into, out = _Body(onnx, "bus"), _Body(onnx, "wires")
    into.add("Transpose", into.last, perm=[1, 0])
    into.add("Unsqueeze", into.last, into.constant("axis", np.array([0])))
    out.add("Squeeze", out.last, out.constant("axis", np.array([0])))
    out.add("Transpose", out.last, perm=[1, 0])
    return [
        into.function(PORTS, WIRES_OF, "A bus (patterns, width) as wires (1, width, patterns)."),
        out.function(PORTS, BUS_OF, "Wires (1, width, patterns) as a bus (patterns, width)."),
    ]


def _called(number: float) -> str:
    """The name of a constant: ONNX asks for C identifiers."""
    usual = {-1.0: "minus_one", 0.0: "zero", 1.0: "one"}
    return usual.get(number) or "number_" + re.sub(r"\W", "_", repr(number).replace("-", "minus_"))


class _Body:
    """The nodes of a function from one tensor to one; ``last`` is the latest made."""

    def __init__(self, onnx: Any, given: str) -> None:
        self._onnx = onnx
        self._given = self.last = given
        self._constants: dict[str, Any] = {}
        self._nodes: list[Any] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """A constant; the second of a name is the first."""
        if name not in self._constants:
            tensor = self._onnx.numpy_helper.from_array(np.ascontiguousarray(value))
            self._constants[name] = self._onnx.helper.make_node(
                "Constant", [], [name], value=tensor
            )
        return name

    def add(self, kind: str, *operands: str, **attributes: Any) -> None:
        """One operator more."""
        self.last = f"{kind.lower()}_{len(self._nodes) + 1}"
        self._nodes.append(self._onnx.helper.make_node(kind, operands, [self.last], **attributes))

    def function(self, domain: str, name: str, about: str) -> Any:
        """The finished function."""
        helper = self._onnx.helper
        nodes = [*self._constants.values(), *self._nodes]
        operators = [helper.make_opsetid("", OPERATOR_SET)]
        return helper.make_function(
            domain, name, [self._given], [self.last], nodes, operators, doc_string=about
        )
