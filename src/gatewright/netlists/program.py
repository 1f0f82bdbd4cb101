"""The compiled netlist: levels of equal gates, and index arrays in place of names.

After `netlist`, before `evaluate`. Nets are numbered in the order in which signals reach them: primary
inputs first, then level by level, so the lowest number among wrong nets is the first that went wrong.

Example:
    >>> from gatewright.plugins.builtin_gates import gatewright_gates
    >>> from gatewright.netlists.builder import CircuitBuilder
    >>> circuit = CircuitBuilder("two-nots", {gate.name: gate for gate in gatewright_gates()})
    >>> circuit.output("y", circuit.gate("not", circuit.gate("not", circuit.input("a"))))
    >>> program = compile_netlist(circuit.netlist())
    >>> program.nets, [step.inputs.tolist() for step in program.steps]
    (('a', 'not-1.y', 'y'), [[[0]], [[1]]])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Indices
from gatewright.gates.spec import GateSpec
from gatewright.netlists.netlist import Instance, Netlist


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The instances of one gate on one level, evaluated together.

    Attributes:
        gate: its name.
        inputs: net numbers, shape (gate inputs, instances).
        outputs: net numbers, shape (gate outputs, instances).
    """

    gate: str
    inputs: Indices
    outputs: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A netlist ready to run.

    Attributes:
        gates: the gates that steps name.
        nets: the name of each net, by number; primary inputs come first, in order.
        outputs: the net number of every primary output bit.
        steps: in the order they run.
        depth: number of levels.
    """

    gates: Mapping[str, GateSpec]
    nets: tuple[str, ...]
    outputs: Indices
    steps: tuple[Step, ...]
    depth: int


def compile_netlist(netlist: Netlist) -> Program:
    """Sort a netlist into levels and number its nets.

    Raises:
        NetlistError: it is not a circuit.
    """
    import networkx

    netlist.check()
    instances = {each.name: each for each in netlist.instances}
    numbers = {net: number for number, net in enumerate(netlist.input_nets)}
    steps, depth = [], 0
    for level in networkx.topological_generations(netlist.graph()):
        depth += 1
        kinds: dict[str, list[Instance]] = {}
        for name in level:
            each = instances[name]
            kinds.setdefault(each.gate, []).append(each)
        for kind in sorted(kinds):
            same = kinds[kind]
            for each in same:
                for net in each.outputs:
                    numbers[net] = len(numbers)
            steps.append(
                Step(
                    kind,
                    np.array(
                        [[numbers[net] for net in each.inputs] for each in same], dtype=np.intp
                    ).T,
                    np.array(
                        [[numbers[net] for net in each.outputs] for each in same], dtype=np.intp
                    ).T,
                )
            )
    outputs = np.array([numbers[net] for net in netlist.output_nets], dtype=np.intp)
    return Program(netlist.gates, tuple(numbers), outputs, tuple(steps), depth)
