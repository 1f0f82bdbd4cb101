"""A pattern for one fault by SAT, or the proof that there is none.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.faults.stuck import fault_classes
    >>> from gatewright.circuits.program import compile_netlist
    >>> adder = circuit("ripple-adder", bits=1).netlist
    >>> program = compile_netlist(adder)
    >>> decider, fault = Decider(program), fault_classes(adder, program)[0]
    >>> str(fault), decider.graph.evaluate([decider.differing(fault)], [0b10, 0b00, 0b00], 2)
    ('a[0] stuck at 0', [2])
"""

from __future__ import annotations

import heapq

from gatewright.circuits.faults.stuck import Fault
from gatewright.circuits.program import Program
from gatewright.circuits.verify.symbolic.functions import net_functions
from gatewright.logic.xag import FALSE, Literal, XorAndGraph


class Decider:
    """The circuit as functions of its inputs, to which those of faulty circuits are added.

    Args:
        program: the circuit.
    """

    def __init__(self, program: Program) -> None:
        self.graph = XorAndGraph(program.input_bits)
        self._outputs = program.outputs.tolist()
        self._instances: list[tuple[list[int], list[int], tuple[int, ...]]] = []
        self._firsts: list[int] = []
        for step in program.steps:
            self._firsts.append(len(self._instances))
            ones = program.gates[step.gate].table.ones
            pins, driven = step.inputs.T.tolist(), step.outputs.T.tolist()
            self._instances += [(ins, outs, ones) for ins, outs in zip(pins, driven, strict=True)]
        self._readers: list[list[int]] = [[] for _ in program.nets]
        for number, (ins, _, _) in enumerate(self._instances):
            for net in ins:
                self._readers[net].append(number)
        inputs = [self.graph.variable(place) for place in range(program.input_bits)]
        self._nets = net_functions(program, self.graph, inputs)

    def differing(self, fault: Fault) -> Literal:
        """The function that is 1 where the fault is seen at an output; FALSE where it never can be."""
        place = fault.place
        changed: dict[int, Literal] = {}
        branch, pin, output = -1, -1, -1
        todo: list[int] = []
        if place.pin < 0:
            changed[place.net] = fault.value
            todo = list(dict.fromkeys(self._readers[place.net]))
        elif place.step < 0:
            output = place.pin
        else:
            branch, pin = self._firsts[place.step] + place.column, place.pin
            todo = [branch]
        heapq.heapify(todo)
        waiting = set(todo)
        while todo:
            number = heapq.heappop(todo)
            ins, outs, ones = self._instances[number]
            given = [changed.get(net, self._nets[net]) for net in ins]
            if number == branch:
                given[pin] = fault.value
            for net, column in zip(outs, ones, strict=True):
                found = self.graph.table(column, given)
                if found == self._nets[net]:
                    continue
                changed[net] = found
                for reader in self._readers[net]:
                    if reader not in waiting:
                        waiting.add(reader)
                        heapq.heappush(todo, reader)
        wrong = FALSE
        for position, net in enumerate(self._outputs):
            got = fault.value if position == output else changed.get(net, self._nets[net])
            wrong = self.graph.either(wrong, self.graph.differ(got, self._nets[net]))
        return wrong
