"""A circuit in stages with registers between them: a result a cycle, some cycles late.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("pipelined-adder", bits=8, stages=2).train().clocked()
    >>> [adder.step(a=a, b=100)["sum"] for a in (1, 2, 3, 4)]
    [0, 0, 101, 102]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

import numpy as np

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import FULL, ripple_adder
from gatewright.circuits.builders.clocked.blocks import Answer
from gatewright.circuits.builders.multipliers import array_multiplier
from gatewright.circuits.netlist import Instance, Netlist


def pipelined(circuit: CircuitBuilder, plain: Netlist, stages: int) -> None:
    """A circuit in stages of as equal a depth as can be, each with registers behind it.

    Every wire that a later stage reads has a register in each stage between. The registers hold at first what
    they would if all inputs had always been 0.

    Args:
        circuit: being built; it gets the ports of ``plain``.
        plain: without registers, its instances in an order in which signals reach them.
        stages: how many cycles later the outputs come.
    """
    stage = _stages(plain, stages)
    first = _at_zero(plain)
    last_read = dict.fromkeys(plain.output_nets, stages)
    for each in plain.instances:
        for net in each.inputs:
            last_read[net] = max(last_read.get(net, 0), stage[each.name])
    here: dict[str, Wire] = {}
    for bus in plain.inputs:
        if bus.vector:
            wires = circuit.input_bus(bus.name, bus.width, default=bus.default)
        else:
            wires = (circuit.input(bus.name, default=bus.default),)
        here.update(zip(bus.nets, wires, strict=True))
    for number in range(stages):
        with circuit.block(f"stage{number + 1}"):
            for each in plain.instances:
                if stage[each.name] == number:
                    here.update(zip(each.outputs, _placed(circuit, each, here), strict=True))
        kept = [net for net in here if last_read.get(net, 0) > number]
        held = circuit.register_bus(
            [here[net] for net in kept],
            initial=sum(first[net] << place for place, net in enumerate(kept)),
            name=f"stage{number + 1}",
        )
        here = dict(zip(kept, held, strict=True))
    for bus in plain.outputs:
        wires = tuple(here[net] for net in bus.nets)
        if bus.vector:
            circuit.output_bus(bus.name, wires)
        else:
            circuit.output(bus.name, wires[0])


def pipelined_adder(circuit: CircuitBuilder, *, bits: int, stages: int) -> None:
    """A ripple adder in stages."""
    plain = CircuitBuilder("plain", circuit.gates)
    ripple_adder(plain, bits=bits, from_=FULL)
    pipelined(circuit, plain.netlist(), stages)


def pipelined_multiplier(circuit: CircuitBuilder, *, bits: int, stages: int) -> None:
    """An array multiplier in stages."""
    plain = CircuitBuilder("plain", circuit.gates)
    array_multiplier(plain, bits=bits)
    pipelined(circuit, plain.netlist(), stages)


def late(
    answer: Callable[[Mapping[str, int], int], dict[str, int]],
) -> Callable[..., Answer]:
    """What a circuit in stages does in a cycle, from what the plain one gives for its buses and its width."""

    def cycle(
        state: tuple[tuple[tuple[str, int], ...], ...] | None,
        buses: Mapping[str, int],
        *,
        bits: int,
        stages: int,
    ) -> Answer:
        waiting = state or (_fixed(answer(dict.fromkeys(buses, 0), bits)),) * stages
        return (*waiting[1:], _fixed(answer(buses, bits))), dict(waiting[0])

    return cycle


def _fixed(values: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Values that cannot change, so that states can be told apart."""
    return tuple(values.items())


def added(buses: Mapping[str, int], bits: int) -> dict[str, int]:
    """What an adder gives."""
    total = buses["a"] + buses["b"] + buses["cin"]
    return {"sum": total & ((1 << bits) - 1), "cout": total >> bits}


def multiplied(buses: Mapping[str, int], bits: int) -> dict[str, int]:  # noqa: ARG001 - the same at any width
    """What a multiplier gives."""
    return {"product": buses["a"] * buses["b"]}


def _stages(plain: Netlist, stages: int) -> dict[str, int]:
    """The stage of every instance, from 0: its level shared out."""
    level: dict[str, int] = {}
    depth: dict[str, int] = {}
    for each in plain.instances:
        depth[each.name] = max((level.get(net, 0) for net in each.inputs), default=0)
        level.update(dict.fromkeys(each.outputs, depth[each.name] + 1))
    deepest = max(depth.values(), default=0) + 1
    return {name: number * stages // deepest for name, number in depth.items()}


def _at_zero(plain: Netlist) -> dict[str, int]:
    """The bit of every net where all inputs are 0."""
    from gatewright.circuits.program import compile_netlist
    from gatewright.circuits.simulate.exact import ExactEngine

    program = compile_netlist(plain)
    bits = ExactEngine(program).nets(np.zeros((1, program.input_bits), dtype=np.uint8))
    return dict(zip(program.nets, bits[:, 0].tolist(), strict=True))


def _placed(circuit: CircuitBuilder, each: Instance, here: Mapping[str, Wire]) -> tuple[Wire, ...]:
    """An instance of the plain circuit, in its blocks."""
    *blocks, name = each.name.split("/")
    with ExitStack() as inside:
        for block in blocks:
            inside.enter_context(circuit.block(block))
        return circuit.instance(each.gate, *(here[net] for net in each.inputs), name=name)
